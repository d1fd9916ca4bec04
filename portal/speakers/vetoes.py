"""Whom somebody does not wish to visit: noting it, taking it back, and what a coordinator has to settle meanwhile.

In the speaker’s own words it waits for a coordinator to make a rule of it (`own_page`). Nothing here commits.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.directory.models import Branch, Union
from portal.speakers import chosen, keeping, offers, searching_tasks, stepping_back
from portal.speakers.engagements import CONFIRMED, INTERPRETER, PARTNER, STAND_BY
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import Speaker, SpeakerVeto
from portal.submissions import tasks, turns
from portal.submissions.work import Task

VETOED_AND_ASKED = (
    "Somebody who is asked does not wish to visit this branch after all, and cannot be confirmed. Say that they cannot "
    "come, and ask somebody else."
)
VETOED_AND_BOOKED = (
    "Somebody who is booked for this meeting does not wish to visit this branch after all. Settle it with them today: "
    "say that they have dropped out, or take the veto back."
)
VETOED_BESIDE = {
    STAND_BY: "Whoever stands by for this meeting, or is asked to, does not wish to visit this branch after all. Its "
    "speaker is not meant. Say that they cannot stand by, and ask somebody else.",
    INTERPRETER: "Whoever interprets at this meeting, or is asked to, does not wish to visit this branch after all. "
    "Its speaker is not meant. Say that they cannot interpret, and ask another interpreter.",
    PARTNER: "Whoever comes along to this meeting, or is asked to, does not wish to visit this branch after all. Its "
    "speaker is not meant. Say that they cannot come along, and ask somebody else.",
}
"""The same of somebody beside the speaker, by their role: whoever drops the speaker drops the wrong one."""

BARRED = (
    "Somebody whom these letters book does not wish to visit this branch after all, so they cannot leave. Settle that "
    "on the page of the request first."
)
"""What whoever would let letters leave reads then."""
TAKEN_BACK = "The veto was taken back."


def add(
    session: Session,
    speaker: Speaker,
    *,
    now: datetime,
    branch: Branch | None = None,
    union: Union | None = None,
    words: str = "",
) -> SpeakerVeto | None:
    """Note whom they do not wish to visit: a branch or a whole union. None where that stands already.

    Where they are asked or booked for just that, a coordinator gets a task; nobody confirms them any more.
    """
    wanted = (branch.id if branch else None, union.id if union else None)
    if wanted == (None, None) or any((veto.branch_id, veto.union_id) == wanted for veto in speaker.vetoes):
        return None
    counted = stepping_back.counting_on(session, speaker, now)
    known = [(session.get_one(SpeakerRequest, number), role) for number, role in counted.items()]
    # Before the veto is written: whatever is read afterwards knows of it already.
    meant = [
        (request, role, _is_branch_asked(request))
        for request, role in known
        if (wanted[0] == request.branch_id if branch else wanted[1] == request.union_id)
    ]
    veto = SpeakerVeto(branch_id=wanted[0], union_id=wanted[1], words=words)
    speaker.vetoes.append(veto)
    keeping.touch(speaker)
    session.flush()
    for request, role, was_asked in meant:
        for each in request.offers:
            session.refresh(each, ["is_vetoed"])
        if was_asked and not _is_branch_asked(request):
            # Nobody comes on the day in question.
            offers.count_days(request, session)
            turns.hand_to_us(session, request, now)
        _put_to_a_coordinator(session, request, speaker, role, now)
    return veto


def _is_branch_asked(request: SpeakerRequest) -> bool:
    """Whether the branch is asked about a day that a speaker has named."""
    return request.find_other_day() is not None or request.day_proposed is not None


def _put_to_a_coordinator(
    session: Session, request: SpeakerRequest, speaker: Speaker, role: str, now: datetime
) -> None:
    """Open a task about somebody who is asked or booked in a role and does not wish to come; it names nobody."""
    is_booked = request.state == "confirmed"
    tasks.open_task(
        session,
        key=f"{searching_tasks.vetoed(request.id, speaker.id)}{now:%Y%m%d%H%M%S}",
        reason="booking" if is_booked else "offer",
        about=VETOED_BESIDE.get(role, VETOED_AND_BOOKED if is_booked else VETOED_AND_ASKED),
        due_on=london_day(now),
        now=now,
        submission_id=request.id,
    )


def bar(request: SpeakerRequest) -> str:
    """Why letters about a request may not leave: somebody who is booked does not wish to come. Else nothing."""
    booked = [each for each in request.offers if each.state == CONFIRMED and each.closed_at is None]
    return BARRED if any(each.is_vetoed for each in booked) else ""


def remove(session: Session, speaker: Speaker, veto_id: int, *, now: datetime) -> bool:
    """Take a veto back, and with it what it asked of a coordinator. False where there is none of that number."""
    found = next((veto for veto in speaker.vetoes if veto.id == veto_id), None)
    if found is None:
        return False
    speaker.vetoes.remove(found)
    keeping.touch(speaker)
    tasks.finish_where(session, Task.key == f"speaker-veto:{speaker.id}:{veto_id}", now=now, outcome=TAKEN_BACK)
    for number in stepping_back.counting_on(session, speaker, now):
        if not chosen.is_vetoed(speaker, session.get_one(SpeakerRequest, number)):
            begins = searching_tasks.vetoed(number, speaker.id)
            tasks.finish_all(session, begins, by_id=None, now=now, outcome=TAKEN_BACK)
    return True

"""Taking in what each side tells of a meeting: what is kept, who is thanked, when a person must look, and the end.

Who has still to report is read in `afterwards`, the words of a report are in `told`. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session, object_session

from portal.clock import london_day
from portal.speakers import addressees, afterwards, bookings, wished
from portal.speakers.follow_ups import REPORT_MISSING
from portal.speakers.models import SpeakerRequest
from portal.speakers.report_rows import BRANCH, SPEAKER, MeetingReport
from portal.submissions import actions, tasks, turns
from portal.submissions.actions import NotPermittedError
from portal.submissions.history import Mover
from portal.submissions.workflow import Actor, Recipient

REASON = "report"
MOVES = {BRANCH: ("branch-reports", Actor.BRANCH), SPEAKER: ("speaker-reports", Actor.SPEAKER)}
YES = "yes"
NOT_HELD = "Then go back and choose “It did not take place”: both sides hear of it, and another date can be found"
CLEARED = "They have told us more, and nothing is in doubt any longer."


@dataclass(frozen=True)
class Told:
    """What somebody tells of a meeting; see `MeetingReport`."""

    held: bool
    attended: int | None = None
    motion: str = ""
    raised_pence: int | None = None
    wishes: list[str] = field(default_factory=list)
    next_step: str = ""
    hears_more: bool | None = None
    more_people: int | None = None
    more_contact: str = ""


def begin(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> None:
    """The meeting is over: the branch is asked how it went, and the speaker where we can write to them."""
    sides = [BRANCH]
    booked = addressees.of(request.offers, Recipient.SPEAKER, now)
    if any(each.address for each in booked) or (not request.offers and request.speaker_email):
        sides.append(SPEAKER)
    for side in sides:
        if afterwards.of_side(request.reports, side) is None:
            request.reports.append(MeetingReport(side=side, motion="", wishes=[], next_step="", more_contact=""))


def tell(session: Session, request: SpeakerRequest, side: str, says: Told, now: datetime) -> bool:
    """Keep what a side tells, and thank whom there is to thank. Three days after both have told the same it closes.

    The same words once more change nothing: False. A meeting of which somebody says that it was not held, or of which
    the two tell different things, is for a coordinator, and closes by nothing but their decision. Raises
    `NotPermittedError` once the request is closed.
    """
    report = afterwards.of_side(request.reports, side)
    if report is None or request.state != afterwards.HELD:
        raise NotPermittedError(f"a report of the {side} in {request.state}")
    if report.answered_at is not None and says == of(report):
        return False
    for name, value in asdict(says).items():
        setattr(report, name, value)
    report.answered_at = now
    if side == BRANCH or afterwards.is_missing(request.reports, BRANCH):
        request.attended = says.attended
    if side == BRANCH:
        request.outcome = says.next_step
        missing = f"follow-up:{request.id}:{REPORT_MISSING.name}:"
        tasks.finish_all(session, missing, by_id=None, now=now, outcome="The branch has told us.")
    name, actor = MOVES[side]
    answers = {"attended": "" if says.attended is None else str(says.attended), "outcome": says.next_step}
    done = actions.perform(session, request, name, by=Mover(actor), now=now, answers=answers if side == BRANCH else {})
    _thanked(request, {each.template for each in done.letters}, now)
    _settle(session, request, now)
    wished.hear_more(session, request, now)
    return True


def of(report: MeetingReport) -> Told:
    """What a row holds."""
    return Told(
        held=bool(report.held),
        attended=report.attended,
        motion=report.motion,
        raised_pence=report.raised_pence,
        wishes=list(report.wishes or []),
        next_step=report.next_step,
        hears_more=report.hears_more,
        more_people=report.more_people,
        more_contact=report.more_contact,
    )


def write_down(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> None:
    """A coordinator writes down what the branch told in another way, and closes the request with it.

    Raises `WrongAnswerError` where they say that it was not held: that is a move of its own.
    """
    if answers["held"] != YES:
        raise actions.WrongAnswerError("held", NOT_HELD)
    bookings.report(request, answers, now)
    branch, speaker = (afterwards.of_side(request.reports, side) for side in (BRANCH, SPEAKER))
    if branch is not None:
        branch.held, branch.answered_at = True, branch.answered_at or now
        branch.attended, branch.next_step = request.attended, request.outcome
        branch.motion = answers.get("motion") or branch.motion
        branch.raised_pence = int(answers["raised_pence"]) if answers.get("raised_pence") else branch.raised_pence
        branch.hears_more = {"yes": True, "no": False}.get(answers.get("hears_more", ""), branch.hears_more)
        branch.more_people = int(answers["more_people"]) if answers.get("more_people") else branch.more_people
        branch.more_contact = answers.get("more_contact") or branch.more_contact
        wishes = [each for each in answers.get("wishes", "").split(",") if each]
        if (session := object_session(request)) is not None:
            wished.hear_more(session, request, now)
            if not set(wishes) <= set(branch.wishes or []):
                # Who says it on their own page finds the form there, and has two weeks to send it.
                wished.open_task(session, request, wishes, now, wished.TOLD_US)
        branch.wishes = wishes or branch.wishes
    if speaker is not None and speaker.thanked_at is None:
        speaker.thanked_at = now


def _thanked(request: SpeakerRequest, sent: set[str], now: datetime) -> None:
    for side, template in ((BRANCH, "speaker/report-received"), (SPEAKER, "speaker/result")):
        report = afterwards.of_side(request.reports, side)
        if report is not None and template in sent:
            report.thanked_at = now


def _settle(session: Session, request: SpeakerRequest, now: datetime) -> None:
    """Give to a person what is in doubt; what both sides agree on closes by itself, unless one of them corrects it."""
    begins = f"{REASON}:{request.id}:"
    asked = [each for each in tasks.of_request(session, request.id) if each.key.startswith(begins)]
    doubt = afterwards.doubt(request.reports)
    stale = [each for each in asked if each.about != doubt]
    for each in stale:
        tasks.finish(each, by_id=None, now=now, outcome=CLEARED)
    if not doubt:
        if afterwards.are_all_in(request.reports):
            request.told_on = london_day(now)
        return
    request.told_on = None
    if len(stale) == len(asked):
        tasks.open_task(
            session,
            key=f"{begins}{now.isoformat()}",
            reason=REASON,
            about=doubt,
            due_on=london_day(now),
            now=now,
            submission_id=request.id,
        )
    turns.hand_to_us(session, request, now)

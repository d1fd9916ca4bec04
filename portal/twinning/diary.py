"""The diary of a twinning: who may write in it, who reads which entry, and what of it anybody may see.

It is open to the two sides while they know each other and have heard of it; what stands in it stays readable after an
end. A body that withdraws takes its words with it. In public an entry has a month and never a day, a visit has no
words at all, and what moves people or goods is not told before everybody is home. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.submissions import tasks, untold
from portal.submissions.promises import working_days_after
from portal.twinning import candidates
from portal.twinning.candidate import TWINNED, Candidate
from portal.twinning.diary_entry import (
    AID,
    BODY,
    BOTH,
    BRANCH,
    COORDINATORS,
    PUBLIC,
    US,
    VISIT_HERE,
    VISIT_THERE,
    DiaryEntry,
)
from portal.twinning.models import TwinningProposal
from portal.twinning.registrations import UkrainianRegistration
from portal.twinning.states import LINKED

Side = TwinningProposal | UkrainianRegistration
VISITS = (VISIT_THERE, VISIT_HERE)
ON_THE_WAY = (*VISITS, AID)
"""What moves people or goods: nothing of it is public before it is surely over."""
UNTIL_HOME = timedelta(days=30)
SAME_PRESS = timedelta(minutes=10)
"""The same entry of one side within this time is a second press of one button."""
READ_WITHIN = 5
"""So many working days after it was written a public entry is read by a coordinator."""
MOST = 200
"""So many entries are shown at most, the newest first."""
MOST_IN_PUBLIC = 30
ABOUT = (
    "An entry in the diary of this twinning is to be seen by anybody. Read it, and let it out or keep it between them."
)
REASON = "diary"
KEY = "diary-{}-"
"""How the keys of the tasks about an entry begin."""


@dataclass(frozen=True)
class News:
    """One entry as anybody may see it: the number of its proposal, what it was, the month, and words that may go."""

    proposal_id: int
    kind: str
    month: date
    words: str
    report: str
    language: str


def twins_of(session: Session, side: Side) -> Sequence[TwinningProposal]:
    """The proposals into whose diary a side may write now: for a branch its own, for a body those of its twins.

    None before both have been introduced, nor while the letters that say so wait for a second reader.
    """
    return [each for each in _linked(side) if untold.held_since(session, each.id) is None]


def entries_for(session: Session, side: Side) -> Sequence[DiaryEntry]:
    """What a side reads: what is for both or for all, and what it wrote itself. The newest first, in one statement.

    Nothing of a twin of which it does not know yet.
    """
    told = {each.id for each in twins_of(session, side)}
    untold = [each.id for each in _linked(side) if each.id not in told]
    is_branch = isinstance(side, TwinningProposal)
    of_pair = DiaryEntry.proposal_id == side.id if is_branch else DiaryEntry.registration_id == side.id
    may_read = or_(DiaryEntry.audience.in_((BOTH, PUBLIC)), DiaryEntry.side == (BRANCH if is_branch else BODY))
    return _listed(session, of_pair, may_read, DiaryEntry.proposal_id.not_in(untold))


def _linked(side: Side) -> list[TwinningProposal]:
    """The proposals in which a side knows its twin now."""
    if isinstance(side, TwinningProposal):
        found = [side]
    elif side.has_diary:
        found = [each.proposal for each in side.candidates if each.state == TWINNED and each.closed_at is None]
    else:
        found = []
    return [each for each in found if each.state in LINKED]


def entries_for_us(session: Session, proposal_id: int) -> Sequence[DiaryEntry]:
    """Everything in the diary of a proposal, the newest first."""
    return _listed(session, DiaryEntry.proposal_id == proposal_id)


def _listed(session: Session, *which: ColumnElement[bool]) -> Sequence[DiaryEntry]:
    newest = (DiaryEntry.happened_on.desc(), DiaryEntry.id.desc())
    return session.scalars(select(DiaryEntry).where(*which).order_by(*newest).limit(MOST)).all()


def write(
    session: Session,
    proposal: TwinningProposal,
    values: Mapping[str, Any],
    *,
    side: str,
    now: datetime,
    language: str = "en",
    coordinator_id: int | None = None,
) -> DiaryEntry:
    """Put an entry into a diary; written twice within minutes it stands once.

    `values` are kind, happened_on, words, report and audience. What anybody may see a coordinator reads first: that is
    a task, unless a coordinator writes it.
    """
    since = now - SAME_PRESS
    same = (DiaryEntry.proposal_id == proposal.id, DiaryEntry.side == side, DiaryEntry.written_at >= since)
    for other in session.scalars(select(DiaryEntry).where(*same)):
        if all(getattr(other, name) == value for name, value in values.items()):
            return other
    candidate = candidates.living(session, proposal.id)
    entry = DiaryEntry(
        proposal_id=proposal.id,
        registration_id=candidate.registration_id if candidate is not None else None,
        side=side,
        language=language,
        coordinator_id=coordinator_id,
        written_at=now,
        **values,
    )
    session.add(entry)
    session.flush()
    _ask_to_read(session, entry, now)
    return entry


def change(session: Session, entry: DiaryEntry, values: Mapping[str, Any], now: datetime) -> bool:
    """Write an entry anew; what was let out is read again first. False where nothing was different."""
    if all(getattr(entry, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(entry, name, value)
    entry.written_at, entry.let_out_at, entry.let_out_by_id = now, None, None
    _ask_to_read(session, entry, now)
    return True


def take_out(session: Session, entry: DiaryEntry, now: datetime) -> None:
    """Delete an entry, and what was still to be done about it."""
    tasks.finish_all(session, _key(entry), by_id=None, now=now, outcome="The entry was taken out.")
    session.delete(entry)


def let_out(session: Session, entry: DiaryEntry, *, coordinator_id: int, now: datetime) -> None:
    """A coordinator has read it: from now on anybody may."""
    entry.let_out_at, entry.let_out_by_id = now, coordinator_id
    tasks.finish_all(session, _key(entry), by_id=coordinator_id, now=now, outcome="It was let out.")


def keep_between_them(session: Session, entry: DiaryEntry, *, coordinator_id: int, now: datetime) -> None:
    """A coordinator keeps it out of the public: the two sides still read it."""
    entry.audience, entry.let_out_at, entry.let_out_by_id = BOTH, None, None
    tasks.finish_all(session, _key(entry), by_id=coordinator_id, now=now, outcome="It stays between both sides.")


def news(session: Session, proposals: Collection[int], today: date, most: int = MOST_IN_PUBLIC) -> list[News]:
    """What anybody may see of the diaries of twinnings that are shown in public, the newest month first.

    `today` is a day in London. One statement; none for no proposals.
    """
    if not proposals:
        return []
    living = select(Candidate.id).where(
        Candidate.proposal_id == DiaryEntry.proposal_id,
        Candidate.registration_id == DiaryEntry.registration_id,
        Candidate.closed_at.is_(None),
    )
    rows = session.scalars(
        select(DiaryEntry)
        .where(
            DiaryEntry.proposal_id.in_(proposals),
            DiaryEntry.audience == PUBLIC,
            DiaryEntry.let_out_at.is_not(None),
            or_(DiaryEntry.registration_id.is_(None), living.exists()),
            DiaryEntry.happened_on <= today,
            or_(DiaryEntry.kind.not_in(ON_THE_WAY), DiaryEntry.happened_on <= today - UNTIL_HOME),
        )
        .order_by(DiaryEntry.happened_on.desc(), DiaryEntry.id.desc())
        .limit(most)
    ).all()
    return [
        News(
            proposal_id=row.proposal_id,
            kind=row.kind,
            month=row.happened_on.replace(day=1),
            words="" if row.kind in VISITS else row.words,
            report="" if row.kind in VISITS else row.report,
            language=row.language,
        )
        for row in rows
    ]


def forget_body(session: Session, registration_id: int, now: datetime) -> None:
    """A body has withdrawn: its entries go, and the words of what others wrote about it."""
    its = DiaryEntry.registration_id == registration_id
    session.flush()
    _no_longer_to_read(session, its, now)
    options = {"synchronize_session": "fetch"}
    session.execute(delete(DiaryEntry).where(its, DiaryEntry.side == BODY), execution_options=options)
    session.execute(
        update(DiaryEntry).where(its).values(words="", report="", audience=COORDINATORS, let_out_at=None),
        execution_options=options,
    )


def forget_public(session: Session, proposal_id: int, now: datetime) -> None:
    """Somebody else is proposed: what was public of the twin before stays between the two."""
    public = DiaryEntry.proposal_id == proposal_id, DiaryEntry.audience == PUBLIC
    _no_longer_to_read(session, and_(*public), now)
    session.execute(
        update(DiaryEntry).where(*public).values(audience=BOTH, let_out_at=None),
        execution_options={"synchronize_session": "fetch"},
    )


def _no_longer_to_read(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    """Finish the tasks to read some entries for the public: nobody is to see them any more."""
    for number in session.scalars(select(DiaryEntry.id).where(which)).all():
        tasks.finish_all(session, KEY.format(number), by_id=None, now=now, outcome="It is no longer for anybody.")


def _key(entry: DiaryEntry) -> str:
    return KEY.format(entry.id)


def _ask_to_read(session: Session, entry: DiaryEntry, now: datetime) -> None:
    """Open the task to read an entry for the public; what one of us writes, one of us has read."""
    tasks.finish_all(session, _key(entry), by_id=None, now=now, outcome="The entry was written anew.")
    if entry.audience != PUBLIC:
        return
    if entry.side == US:
        entry.let_out_at, entry.let_out_by_id = now, entry.coordinator_id
        return
    tasks.open_task(
        session,
        key=f"{_key(entry)}{int(now.timestamp() * 1000)}",
        reason=REASON,
        about=ABOUT,
        due_on=working_days_after(london_day(now), READ_WITHIN),
        now=now,
        submission_id=entry.proposal_id,
    )

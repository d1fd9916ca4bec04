"""What the desk does with plans: asks for one, takes its pairs up or leaves them out; and how old ones are forgotten.

A pair is taken up by the move that asks speakers, with everything that it checks, and once more looked at on its very
day. How a plan is made is `making`’s, what a page shows of it `shown`’s. Nothing here commits.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from portal.clock import london_day
from portal.jobs import keeping
from portal.jobs.rows import UNDONE, Job
from portal.planning.kind import KIND
from portal.speakers import matching, offers, travelling
from portal.speakers.engagements import WAITING, Offer
from portal.speakers.fit import said
from portal.speakers.models import SpeakerRequest
from portal.speakers.plan_rows import ASKED, LEFT_OUT, OPEN, Plan, PlanChoice, PlanLine
from portal.speakers.register import Speaker
from portal.submissions import actions
from portal.submissions.actions import Mover, NotPermittedError, WrongAnswerError
from portal.submissions.prepared import Prepared

MOVE = "ask-speakers"
STATES = ("received", "matching")
MOST_DAYS = 92
"""A longer window touches more months than the ranked list counts talks in."""
MOVED_ON = "The request has moved on since the plan was made"
KEPT = timedelta(weeks=4)
"""Plans are forgotten so long after they were asked for: by then the facts are others."""


class CannotTakeUpError(Exception):
    """A pair of a plan cannot be asked any more; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def usual_window(session: Session, now: datetime) -> tuple[date, date]:
    """The next full month in which an open request wants a meeting; the next one, where none does."""
    today = london_day(now)
    first = _month_after(today)
    days = [
        day
        for request in session.scalars(select(SpeakerRequest).where(SpeakerRequest.state.in_(STATES)))
        for row in offers.rows_to_ask(request, now)
        if (day := date.fromisoformat(row["on"])) >= first
    ]
    month = min(days, default=first).replace(day=1)
    return month, _month_after(month) - timedelta(days=1)


def _month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def ask(session: Session, first: date, last: date, by_id: int, now: datetime) -> Plan:
    """Ask for a plan of a window, both days included; where one of it is being made already, that one."""
    same = (Plan.first_on == first, Plan.last_on == last)
    known = session.scalars(select(Plan).join(Job, Job.id == Plan.job_id).where(*same, Job.stage.in_(UNDONE))).first()
    if known is not None:
        return known
    plan = Plan(job=keeping.ask(session, KIND, by_id, now), first_on=first, last_on=last)
    session.add(plan)
    session.flush()
    return plan


def line_of(session: Session, plan: Plan, number: int) -> PlanLine | None:
    """A line of a plan, held so that of two presses of a button one waits for the other."""
    found = select(PlanLine).where(PlanLine.plan_id == plan.id, PlanLine.id == number)
    fresh = found.with_for_update().options(selectinload(PlanLine.choices)).execution_options(populate_existing=True)
    return session.scalars(fresh).first()


def take_up(session: Session, line: PlanLine, by: Mover, now: datetime, place: int = 0) -> str:
    """Ask the speaker whom a line proposes for that day, as the desk asks anybody; gives their name.

    Another `place` is another choice of the line, which takes the place of what was proposed. Everything is looked at
    once more. Raises `CannotTakeUpError`, also where it was done already.
    """
    request, speaker, choice = _to_ask(session, line, now, place)
    try:
        actions.perform(session, request, MOVE, by=by, now=now, answers=_answers(choice))
    except WrongAnswerError as wrong:
        raise CannotTakeUpError(wrong.sentence) from None
    except NotPermittedError:
        raise CannotTakeUpError(MOVED_ON) from None
    line.outcome, line.decided_at, line.decided_by_id = ASKED, now, _number_of(by)
    for each in line.choices:
        if each.place == 0:
            each.place = place
    choice.place = 0
    return speaker.name


def letters(session: Session, line: PlanLine, by: Mover, now: datetime, place: int = 0) -> list[Prepared]:
    """The letters that `take_up` would send; the session is rolled back. Raises `CannotTakeUpError` as that does."""
    request, _, choice = _to_ask(session, line, now, place)
    try:
        return actions.preview(session, request, MOVE, by=by, now=now, answers=_answers(choice))
    except WrongAnswerError as wrong:
        raise CannotTakeUpError(wrong.sentence) from None
    except NotPermittedError:
        raise CannotTakeUpError(MOVED_ON) from None


def _answers(choice: PlanChoice) -> dict[str, str]:
    return {"speakers": str(choice.speaker_id), "although": "", "day": choice.day.isoformat()}


def _to_ask(session: Session, line: PlanLine, now: datetime, place: int) -> tuple[SpeakerRequest, Speaker, PlanChoice]:
    """The request, the speaker and the choice of a line, once all was looked at. Raises `CannotTakeUpError`."""
    if line.outcome == ASKED:
        raise CannotTakeUpError("This pair was taken up already")
    if line.outcome == LEFT_OUT:
        # A line that is left out has no button to ask: the page that was pressed is older than that.
        raise CannotTakeUpError("This pair was left out after you opened the page. Put it back first, to ask")
    choice = next((each for each in line.choices if each.place == place), None)
    if choice is None:
        raise CannotTakeUpError("The speaker who was proposed has left the register")
    request = session.get(SpeakerRequest, line.submission_id, populate_existing=True)
    speaker = session.get(Speaker, choice.speaker_id, with_for_update=True, populate_existing=True)
    if request is None or speaker is None or not speaker.is_in_register:
        raise CannotTakeUpError("The speaker who was proposed cannot be asked now")
    _look_again(session, request, speaker, choice.day, now)
    return request, speaker, choice


def _look_again(session: Session, request: SpeakerRequest, speaker: Speaker, day: date, now: datetime) -> None:
    """Whether the pair still holds on its day. Raises `CannotTakeUpError`."""
    today = london_day(now)
    if request.held_reason is not None or request.state not in STATES:
        has_been_asked = request.state == "offered"
        done = "somebody has been asked for it already" if has_been_asked else "it has moved on"
        raise CannotTakeUpError(f"{request.heading}: {done} since the plan was made")
    if day < today or day.isoformat() not in [row["on"] for row in offers.rows_to_ask(request, now)]:
        raise CannotTakeUpError(f"{request.heading}: {said(day, today)} is no longer one of its dates")
    if travelling.is_away(travelling.spans(session, day, day, [speaker.id]), speaker.id, day):
        raise CannotTakeUpError(f"{speaker.name} is on a tour on {said(day, today)}")
    found = matching.fitting(session, request, now, only=[speaker.id], on=day)
    for fit in found.blocked:
        raise CannotTakeUpError(f"{fit.name} {fit.blocks[0].words}")
    if any(day in fit.busy_on for fit in found.ranked):
        raise CannotTakeUpError(f"{speaker.name} is booked for another meeting on {said(day, today)}")
    waiting = select(Offer.dates).where(
        Offer.speaker_id == speaker.id, Offer.closed_at.is_(None), Offer.state.in_(WAITING)
    )
    if any(row.get("on") == day.isoformat() for dates in session.scalars(waiting) for row in dates):
        raise CannotTakeUpError(f"{speaker.name} is asked for another meeting on {said(day, today)}, not decided yet")


def leave_out(line: PlanLine, by: Mover, now: datetime) -> bool:
    """Put a pair aside: it is not asked with the others. False where something was done with it already."""
    return _decide(line, OPEN, LEFT_OUT, by, now)


def take_back_in(line: PlanLine, by: Mover, now: datetime) -> bool:
    """Put a pair back that was left out."""
    return _decide(line, LEFT_OUT, OPEN, by, now)


def _decide(line: PlanLine, before: str, after: str, by: Mover, now: datetime) -> bool:
    if line.outcome != before:
        return False
    line.outcome, line.decided_at, line.decided_by_id = after, now, _number_of(by)
    return True


def _number_of(by: Mover) -> int | None:
    return by.coordinator.id if by.coordinator is not None else None


def sweep(session: Session, now: datetime) -> int:
    """Forget plans of weeks ago, with their lines; how many."""
    return keeping.sweep(session, KIND, now - KEPT)

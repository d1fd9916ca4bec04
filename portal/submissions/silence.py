"""A request whose owner is silent goes back to the queue, so that somebody else takes it on before we break a promise.

The rule. It is our turn, and for as many working days of ours as are set (`silence_days`) no coordinator has done
anything on the request: no move, message, note, change or assignment since it became ours. What the branch writes
meanwhile does not begin the days anew. But nothing is taken away before noon of the working day before the promised
day: a search that may take ten days is not taken away on the third, and its owner was warned that morning.

Where the owner is away and nobody stands in, it goes back on that day without waiting for silence. It happens on
working days by day, in `actions.assign` by the worker, with a line in the history; the owner and the team are told.
Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from itertools import chain
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from portal import settings
from portal.accounts import absence
from portal.accounts.models import Coordinator
from portal.clock import LONDON, london_day
from portal.submissions import actions, answering, colleagues, daily, registry, whole
from portal.submissions.history import Mover
from portal.submissions.models import Event, Submission
from portal.submissions.promise_clock import OURS
from portal.submissions.promises import is_working_day, working_day_before, working_days_after
from portal.submissions.workflow import Actor, Turn

BEGINS, ENDS = time(8), colleagues.EVENING
"""The hours of a working day in which requests go back: somebody should be there to take them on."""
AT_ONCE = 50
"""No more requests of one owner go back in one transaction."""
DUTY = "handed-back"
TOLD = "told-of-handing-back"
BY_ITSELF = Mover(Actor.WORKER)

_table, _event = Submission.__table__.c, Event.__table__.c
_COLUMNS = (
    _table.id,
    _table.version,
    _table.kind,
    _table.state,
    _table.heading,
    _table.state_since,
    _table.due_on,
    _table.coordinator_id,
)


def owners(session: Session, now: datetime) -> list[int]:
    """The numbers of those who lose requests now."""
    return sorted({row.coordinator_id for row in _silent(session, now)})


def hand_back(session: Session, owner_ids: Sequence[int], now: datetime) -> None:
    """Give the silent requests of these owners back to the queue, and tell each owner, or who stands in, and the team.

    Whoever stands in for others reads of theirs and of their own in one letter, and the team of all in one.
    """
    today = london_day(now)
    silent = _silent(session, now)
    days = int(settings.get(session, "silence_days"))
    given_back: list[Any] = []
    read_by: dict[int, list[tuple[int, list[Any]]]] = {}
    for owner_id in owner_ids:
        stands_in = absence.standing_in(session, owner_id, today)
        why = f"Nobody acted on it for {_days(days)}." if stands_in else "Whoever had it is away, and nobody stands in."
        found = [row for row in silent if row.coordinator_id == owner_id][:AT_ONCE]
        rows = [row for row in found if _give_back(session, row, why, now)]
        given_back += rows
        if rows and stands_in is not None:
            read_by.setdefault(stands_in, []).append((owner_id, rows))
    for reader_id, theirs in read_by.items():
        _tell(session, reader_id, theirs, now)
    if given_back:
        facts = {
            "requests": colleagues.listed(given_back, "en", day="due_on"),
            "desk_link": colleagues.desk_address("/requests?view=unassigned"),
            "is_second_today": _is_second_today(session, "team", now),
        }
        colleagues.write_to_team(session, "coordinator/nobody-has-it", facts, now=now)


def _give_back(session: Session, row: Any, why: str, now: datetime) -> bool:
    """Give one request back; not where somebody has acted on it a moment ago: the next pass looks again."""
    today = london_day(now)
    submission = whole.load(session, row.id, lock=True)
    if submission is None or submission.version != row.version:
        return False
    event = actions.assign(session, submission, None, by=BY_ITSELF, now=now)
    if event is None:
        return False
    event.text = why
    name = f"{DUTY}:{row.id}:{row.coordinator_id}"
    if not daily.is_done(session, name, today):
        daily.note(session, name, today, now)
    return True


def _tell(session: Session, reader_id: int, theirs: Sequence[tuple[int, list[Any]]], now: datetime) -> None:
    """Write to one reader about their own requests and those of whom they stand in for, who are named."""
    person = session.get_one(Coordinator, reader_id)
    others = [session.get_one(Coordinator, owner_id).name for owner_id, _ in theirs if owner_id != reader_id]
    facts = {
        "requests": colleagues.listed(chain.from_iterable(rows for _, rows in theirs), person.language, day="due_on"),
        "stands_in_for": ", ".join(others),
        "is_second_today": _is_second_today(session, str(reader_id), now),
    }
    colleagues.write(session, person, "coordinator/handed-back", facts, now=now)


def _is_second_today(session: Session, reader: str, now: datetime) -> str:
    """For a condition: whether a reader has had such a letter today, so that none looks like a copy; notes this one."""
    name, today = f"{TOLD}:{reader}", london_day(now)
    if daily.is_done(session, name, today):
        return "yes"
    daily.note(session, name, today, now)
    return ""


def handed_back(session: Session, since: date, until: date | None = None) -> list[tuple[int, int]]:
    """Requests that went back to the queue by themselves on a day from `since` on, each with whoever had it."""
    pairs = (name.split(":")[1:] for name in daily.noted(session, f"{DUTY}:", since, until))
    return sorted({(int(number), int(owner)) for number, owner in pairs})


def lost_while_away(session: Session, owner_id: int, ended_since: date, today: date) -> Sequence[int]:
    """Requests that went back by themselves during an absence of their owner, and are not theirs again.

    None where that absence is not over today in London, or was over before `ended_since`: they were told then.
    """
    owner = absence.roster(session).people.get(owner_id)
    if owner is None or owner.away_from is None or owner.away_until is None:
        return ()
    if not ended_since <= owner.away_until < today:
        return ()
    lost = [number for number, had_it in handed_back(session, owner.away_from, owner.away_until) if had_it == owner_id]
    is_still_lost = or_(_table.coordinator_id.is_(None), _table.coordinator_id != owner_id)
    statement = select(_table.id).where(_table.id.in_(lost), is_still_lost).order_by(_table.id)
    return session.scalars(statement).all() if lost else ()


def cutoff(now: datetime, days: int) -> datetime:
    """The latest moment before which somebody must have acted last, for `days` working days to have passed until now.

    The hours of a day on which nobody works do not count; `now` is on a working day.
    """
    local = now.astimezone(LONDON)
    day = working_day_before(local.date(), days)
    return datetime.combine(day, local.time(), LONDON).astimezone(UTC)


def _silent(session: Session, now: datetime) -> list[Any]:
    """The requests that go back to the queue now, the soonest due first."""
    local = now.astimezone(LONDON)
    today = local.date()
    if not is_working_day(today) or not BEGINS <= local.time() < ENDS:
        return []
    eve = working_days_after(today, 1)
    last_act = cutoff(now, int(settings.get(session, "silence_days")))
    roster = absence.roster(session)
    owned = session.scalars(select(_table.coordinator_id).where(OURS, _table.queue_on <= eve).distinct())
    left_alone = [number for number in owned if number is not None and roster.standing_in(number, today) is None]
    values = {
        "horizon": eve if local.time() >= colleagues.NOON else today,
        "eve": eve,
        "cutoff": last_act,
        "left_alone": left_alone,
    }
    return [
        row
        for row in session.execute(_STATEMENT, values)
        if row.coordinator_id in left_alone or _became_ours(session, row) <= last_act
    ]


def _candidates() -> Select[Any]:
    """Owned requests that wait on us, on which no coordinator has acted since the cut-off, or whose owner is away."""
    acted = exists().where(
        _event.submission_id == _table.id,
        _event.at > bindparam("cutoff"),
        or_(_event.actor == str(Actor.COORDINATOR), _event.name == "assigned"),
    )
    is_quiet = and_(_table.queue_on <= bindparam("horizon"), _table.state_since <= bindparam("cutoff"), ~acted)
    is_left_alone = _table.coordinator_id.in_(bindparam("left_alone", expanding=True))
    return (
        select(*_COLUMNS)
        .where(OURS, _table.coordinator_id.is_not(None), _table.queue_on <= bindparam("eve"))
        .where(or_(is_quiet, is_left_alone))
        .order_by(_table.queue_on, _table.id)
    )


_STATEMENT = _candidates()


def _became_ours(session: Session, row: Any) -> datetime:
    """Since when it has been our turn, where no coordinator has acted since.

    In a state that is ours since its beginning; in any other since the branch first wrote after our last step.
    """
    since: datetime = row.state_since
    if registry.kind(row.kind).workflow.state(row.state).turn is Turn.US:
        return since
    last_move = select(func.max(_event.id)).where(
        _event.submission_id == row.id, or_(_event.name == "transition", answering.OUR_ANSWER)
    )
    first = session.scalar(
        select(_event.at)
        .where(_event.submission_id == row.id, _event.actor == str(Actor.BRANCH))
        .where(_event.id > func.coalesce(last_move.scalar_subquery(), 0))
        .order_by(_event.id)
        .limit(1)
    )
    return max(first, since) if first is not None else since


def _days(count: int) -> str:
    return "1 working day" if count == 1 else f"{count} working days"

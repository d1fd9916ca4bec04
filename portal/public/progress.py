"""The public progress list of a request: steps done, the present one and those to come, with dates or a promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask_babel import gettext as _

from portal.clock import london_day, utc_now
from portal.submissions import registry, too_near, turns
from portal.submissions.day_words import by_in_words, in_words
from portal.submissions.models import Submission
from portal.submissions.settled import NOTHING, Settled
from portal.submissions.workflow import State, Turn, Workflow


@dataclass(frozen=True)
class Progress:
    """One line: its label, whether it is "done", "now" or "todo", and a date or a promise."""

    label: str
    status: str
    note: str


def day(of: date) -> str:
    """A day in words: "Thursday 14 January 2027"."""
    return in_words(of)


def at_first(submission: Submission) -> list[Progress]:
    """The list of a request that has only just come."""
    return steps(submission, [(submission.received_at, submission.state)])


def steps(
    submission: Submission,
    entered: Sequence[tuple[datetime, str]],
    read_at: datetime | None = None,
    settled: Settled = NOTHING,
    *,
    has_message: bool = False,
) -> list[Progress]:
    """The list of a request; `entered` says when it came into which state, oldest first.

    `read_at` is when somebody of ours first acted on it, `settled` what its kind says of it. While a message waits
    (`has_message`), the day by which we act is that of our answer, and no step speaks of it. What is done stands
    first: a branch may decide before anybody has read its form. Empty for a request that left the road: what happened
    then is said in a sentence.
    """
    workflow = registry.kind(submission.kind).workflow
    stands = _stands(submission, workflow)
    if stands.step is None:
        return []
    stands = stands if settled.step is None else replace(stands, step=settled.step)
    behind = stands.step or 0
    numbers = range(len(workflow.steps))
    done = [number for number in numbers if _is_done(submission, workflow, number, behind, read_at)]
    present = next((number for number in numbers[behind:] if number not in done), None)
    to_come = [number for number in numbers if number not in done and number != present]
    return [
        *(_done(submission, workflow, number, entered, read_at, settled) for number in done),
        *([_now(submission, workflow, present, stands, settled, has_message)] if present is not None else []),
        *(
            Progress(_(step.ahead or step.label), "todo", _in_words(step.hint))
            for step in (workflow.steps[number] for number in to_come)
        ),
    ]


def _stands(submission: Submission, workflow: Workflow) -> State:
    """The state whose steps are shown: one put aside has done what it had done before."""
    state = workflow.state(submission.state)
    if state.step is None and not state.is_final:
        return workflow.state(submission.goes_back_to or workflow.initial)
    return state


def _is_done(submission: Submission, workflow: Workflow, number: int, behind: int, read_at: datetime | None) -> bool:
    """Whether a step is done: as the kind knows, as somebody of ours has acted, or as the state says."""
    known = submission.is_step_done(number)
    if known is not None:
        return known
    return number < behind or (workflow.steps[number].is_reading and read_at is not None)


def _done(
    submission: Submission,
    workflow: Workflow,
    number: int,
    entered: Sequence[tuple[datetime, str]],
    read_at: datetime | None,
    settled: Settled,
) -> Progress:
    """A step that is done, with its day: the one people told us, else the one on which the request came past it."""
    step, told = workflow.steps[number], {**submission.days_of_steps, **settled.days}
    if number in told:
        on = told[number]
    else:
        at = (read_at if step.is_reading else None) or _passed(workflow, number, entered)
        on = london_day(at) if at else None
        # Where people tell us late of what came last, the day on which we heard of a step before it would be behind it.
        last_on = told.get(len(workflow.steps) - 1)
        if on is not None and last_on is not None and on > last_on:
            on = None
    return Progress(_(step.label), "done", day(on) if on else "")


def _passed(workflow: Workflow, number: int, entered: Sequence[tuple[datetime, str]]) -> datetime | None:
    """When the request last came past that step; a side state leads neither forwards nor back."""
    passed_at, is_past = None, False
    for at, name in entered:
        behind = workflow.state(name).step
        if behind is None:
            continue
        if behind > number and not is_past:
            passed_at = at
        is_past = behind > number
    return passed_at


def _now(
    submission: Submission, workflow: Workflow, number: int, stands: State, settled: Settled, has_message: bool
) -> Progress:
    """The present step: what is going on in it, and by when we act or what it waits for."""
    if settled.doing and number == stands.step:
        return Progress(settled.doing, "now", settled.hint)
    step = workflow.steps[number]
    is_usual = number == stands.step
    # A state in which something is read has words for once it was: nobody has gone on to the step behind it yet.
    has_own_words = is_usual != workflow.steps[stands.step or 0].is_reading
    aside = workflow.state(submission.state)
    label = (stands.doing if has_own_words else "") or step.doing or step.label
    hint = aside.doing_hint if aside is not stands else (stands.doing_hint if is_usual else "")
    promise = "" if has_message or too_near.is_too_near(submission, utc_now()) else _promise(submission)
    return Progress(_(label), "now", promise or _in_words(hint or step.hint))


def _in_words(hint: str) -> str:
    return str(_(hint)) if hint else ""


def _promise(submission: Submission) -> str:
    """By when we act, where it is our turn."""
    if submission.turn != Turn.US or submission.due_on is None:
        return ""
    day = by_in_words(submission.due_on)
    if turns.is_late(submission, london_day(utc_now())):
        return str(_("We said that we would write to you by %(day)s. We are late, and we are sorry", day=day))
    return str(_("We will write to you by %(day)s", day=day))

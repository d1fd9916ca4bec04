"""The public progress list of a request: steps done, the present one and those to come, with dates or a promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import format_date
from flask_babel import gettext as _

from portal.clock import london_day
from portal.submissions import registry
from portal.submissions.models import Submission
from portal.submissions.workflow import State, Turn, Workflow


@dataclass(frozen=True)
class Progress:
    """One line: its label, whether it is "done", "now" or "todo", and a date or a promise."""

    label: str
    status: str
    note: str


def day(of: date) -> str:
    """A day in words: "Thursday 14 January 2027"."""
    return str(format_date(of, "EEEE d MMMM y"))


def at_first(submission: Submission) -> list[Progress]:
    """The list of a request that has only just come."""
    return steps(submission, [(submission.received_at, submission.state)])


def steps(
    submission: Submission, entered: Sequence[tuple[datetime, str]], read_at: datetime | None = None
) -> list[Progress]:
    """The list of a request; `entered` says when it came into which state, oldest first.

    `read_at` is when somebody of ours first acted on it.
    Empty for a request that left the road: what happened then is said in a sentence.
    """
    workflow = registry.kind(submission.kind).workflow
    state = workflow.state(submission.state)
    if state.step is None:
        return []
    present = min(_present(submission, workflow, state), len(workflow.steps) - 1)
    if read_at is not None and workflow.steps[present].is_reading:
        present += 1
    lines = []
    for number, step in enumerate(workflow.steps):
        is_last = number == len(workflow.steps) - 1
        if number < present or (number == present and (is_last or state.is_final)):
            read_on = day(london_day(read_at)) if step.is_reading and read_at is not None else ""
            done_on = read_on or _done_on(submission, workflow, number, entered)
            lines.append(Progress(_(step.label), "done", done_on))
        elif number == present:
            lines.append(Progress(_(step.label), "now", _promise(submission) or (_(step.hint) if step.hint else "")))
        else:
            lines.append(Progress(_(step.label), "todo", _(step.hint) if step.hint else ""))
    return lines


def _present(submission: Submission, workflow: Workflow, state: State) -> int:
    """Which step is the present one. That a new request came is done: what comes next is what is going on."""
    if state.step is None or state.name != workflow.initial:
        return state.step or 0
    # A branch that has decided already has two steps behind it.
    is_decided = submission.kind == "affiliation" and getattr(submission, "decision", "") == "carried"
    return state.step + (2 if is_decided else 1)


def _done_on(submission: Submission, workflow: Workflow, number: int, entered: Sequence[tuple[datetime, str]]) -> str:
    """The day on which a step was done: the one people told us, else when the request came past it."""
    if number in submission.days_of_steps:
        told = submission.days_of_steps[number]
        return day(told) if told else ""
    reached = _reached(workflow, number, entered) or (entered[0][0] if entered else None)
    return day(london_day(reached)) if reached else ""


def _reached(workflow: Workflow, number: int, entered: Sequence[tuple[datetime, str]]) -> datetime | None:
    """When the request first stood at that step or beyond it."""
    for at, name in entered:
        step = workflow.state(name).step if name else None
        if step is not None and step >= number:
            return at
    return None


def _promise(submission: Submission) -> str:
    """By when we act, where it is our turn."""
    if submission.turn != Turn.US or submission.due_on is None:
        return ""
    return str(_("We will write to you by %(day)s", day=day(submission.due_on)))

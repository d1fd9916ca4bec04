"""The kinds of request the portal knows. A kind registers itself when its package is imported."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from typing import Any

from sqlalchemy.orm import Session

from portal.emails.facts import Facts
from portal.emails.invites import Invite
from portal.submissions.forms import FormStep, StepForm
from portal.submissions.history import Mover
from portal.submissions.models import Submission
from portal.submissions.settled import NOTHING, Rows, Settled, Wanted
from portal.submissions.workflow import Workflow


@dataclass(frozen=True)
class Kind:
    """One kind: its model, its workflow, its form, its letters' facts and the words people use for it.

    `facts(submission, language)` gives what letters may name beyond the common facts; `arranged(submission)` gives
    coordinators what was settled so far, as labels and texts in English, `settled(submission, language, today)` what
    of it the branch may read on its own page, `wanted(submission, today, has_written)` what it is asked for there, and
    `at_stake(submission, move, language, today)` what it reads before it makes a move; `receive(submission, now, by)`,
    where given, may hand back another submission that takes the place of a new one (a renewal).
    `wait_from(submission, now)` counts from now what the kind counts from its letters, which leave only now;
    `amended(submission, names, by, now)` does what follows from a correction of those columns, and says whether nobody
    of us has to look at it any more; `calendar` gives the calendar file that a letter carries (see
    `speakers/invitations.for_letter`). `needs_a_move(submission, changed)` says whether words alone do not answer what
    the branch has changed (columns). `gives_away(submission, to, words, target)` gives the word by which
    words to one side would tell who the other is, before it may know (see `crossing`).
    `filed(session, submission, now)` does what follows once a new request and its letters are written,
    `concluded(session, submission, now)` does what follows once the letters of a move are written; `bar(submission)`
    says to the desk why letters about it may not leave, nothing where they may; `heading(values)` gives what the
    request is called, of a kind that no branch of ours asks for. `steps` are the pages of its form. `parts(forms)`
    gives, of a form that was checked, the columns in which each request it makes differs from the answers: for most
    forms one, which differs in nothing. `put_back(submission, before, since)` lets what is only read be as it was
    before the moves `since`, and says whether what was settled then can be told (see `as_told`).
    """

    name: str
    model: type[Submission]
    workflow: Workflow
    facts: Callable[[Any, str], Facts]
    arranged: Callable[[Any], list[tuple[str, str]]]
    label: str
    short_label: str
    icon: str
    settled: Callable[[Any, str, date], Settled] = lambda _submission, _language, _today: NOTHING
    wanted: Callable[[Any, date, bool], Wanted | None] = lambda _submission, _today, _has_written: None
    at_stake: Callable[[Any, str, str, date], Rows] = lambda _submission, _move, _language, _today: ()
    receive: Callable[[Any, datetime, Mover], Submission] | None = None
    wait_from: Callable[[Any, datetime], None] = lambda _submission, _now: None
    calendar: Callable[..., Invite | None] | None = None
    amended: Callable[[Any, Collection[str], Mover, datetime], bool] = lambda _submission, _names, _by, _now: False
    needs_a_move: Callable[[Any, Collection[str]], bool] = lambda _submission, _changed: False
    gives_away: Callable[[Any, str, str, str], str] = lambda _submission, _to, _words, _target: ""
    filed: Callable[[Session, Any, datetime], None] = lambda _session, _submission, _now: None
    concluded: Callable[[Session, Any, datetime], None] = lambda _session, _submission, _now: None
    bar: Callable[[Any], str] = lambda _submission: ""
    heading: Callable[[Mapping[str, Any]], str] | None = None
    put_back: Callable[[Any, Sequence[Any], Sequence[Any]], bool] = lambda _submission, _before, _since: False
    steps: tuple[FormStep, ...] = ()
    parts: Callable[[Mapping[str, StepForm]], Sequence[Mapping[str, Any]]] = lambda _forms: ({},)

    def step(self, name: str) -> FormStep:
        """The step of its form with that name; KeyError where there is none."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)


class UnfinishedKindError(RuntimeError):
    """A kind was registered that lacks something; the message says what."""


_kinds: dict[str, Kind] = {}
USUAL_ORDER = ("speaker", "twinning", "affiliation", "ukrainian")


def register(kind: Kind) -> None:
    """Make a kind known. Raises `UnfinishedKindError` where a function its workflow names does not exist."""
    for transition in kind.workflow.transitions:
        if transition.then:
            _resolve(transition.then)
    for state in kind.workflow.states:
        if state.turn == "us" and not state.is_final and state.promise is None:
            raise UnfinishedKindError(f"{kind.name}: {state.name} is our turn but promises nothing")
    kind.model.WORKFLOW = kind.workflow
    _kinds[kind.name] = kind


def kind(name: str) -> Kind:
    """The kind of that name; KeyError where there is none."""
    return _kinds[name]


def of_branches() -> list[Kind]:
    """The kinds that a branch asks for, in the order in which people meet them."""
    return [kind for kind in kinds() if kind.heading is None]


def kinds() -> list[Kind]:
    """All kinds, in the order in which people meet them; kinds added since come last."""
    known = [_kinds[name] for name in USUAL_ORDER if name in _kinds]
    return known + [kind for kind in _kinds.values() if kind.name not in USUAL_ORDER]


Consequence = Callable[[Submission, Mapping[str, str], datetime], Mapping[str, str] | None]
"""What a move does besides changing the state; it may give what the history is to keep beside the answers."""


def consequence(dotted: str) -> Consequence:
    """The function that a transition's `then` names."""
    return _resolve(dotted)


def _resolve(dotted: str) -> Consequence:
    module, _, name = dotted.rpartition(".")
    try:
        function = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise UnfinishedKindError(f"{dotted} is named in a workflow but cannot be found: {error}") from error
    return function

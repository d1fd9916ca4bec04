"""The grammar in which a kind's whole life is written down as data.

The rows that all kinds share are in `usual_rows`. Standard library only: a workflow can be read, tested and printed
without an application or a database. Nothing here changes a submission; `actions.perform` does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

BACK = "<back>"
"""As a target: the state the request was in before it was put aside."""
SAME = "<same>"
"""As a target: the state the request is in already."""


def N_(text: str) -> str:
    """Mark a label for translation; it is translated where it is shown."""
    return text


class Turn(StrEnum):
    """Whose move it is."""

    US = "us"
    BRANCH = "branch"
    SPEAKER = "speaker"
    UKRAINIAN_BODY = "ukrainian-body"
    TREASURER = "treasurer"
    BOTH_SIDES = "both-sides"
    NOBODY = "nobody"


class Tag(StrEnum):
    """The look's status tags; the word on the tag is the state's own label."""

    NEW = "new"
    CHECKING = "checking"
    BRANCH = "branch"
    MATCHING = "matching"
    CONFIRMED = "confirmed"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class Actor(StrEnum):
    """Who may make a move. A lead leads a twinning whose form another sent; a successor is asked to be the contact."""

    COORDINATOR = "coordinator"
    BRANCH = "branch"
    SPEAKER = "speaker"
    UKRAINIAN_BODY = "ukrainian-body"
    LEAD = "lead"
    SUCCESSOR = "successor"
    WORKER = "worker"


class Recipient(StrEnum):
    """To whom a letter goes."""

    BRANCH = "branch"
    TEAM = "team"
    SPEAKER = "speaker"
    OTHER_SPEAKERS = "other-speakers"
    """Those who were asked beside the one who is booked."""
    STAND_BY = "stand-by"
    INTERPRETER, PARTNER = "interpreter", "partner"
    UKRAINIAN_BODY = "ukrainian-body"
    LEAD = "lead"
    TREASURER = "treasurer"


class Answer(StrEnum):
    """What sort of answer a move asks for."""

    LINE = "line"
    TEXT = "text"
    DATE = "date"
    TIME = "time"
    EMAIL = "email"
    NUMBER = "number"
    MONEY = "money"
    CHOICE = "choice"
    SEVERAL = "several"
    """Any number of choices; the answer holds them with commas."""
    LANGUAGE = "language"
    CHOSEN = "chosen"
    """What was chosen on a page of its own, and is only carried along."""
    SECTOR = "sector"
    """A sector of our list, or another one."""


@dataclass(frozen=True)
class State:
    """One state. `promise` is a number of working days (only where the turn is ours), `promise_note` what else it hangs
    on; `situation` is the sentence the branch reads on its own page. `step` is how many steps of the public progress
    list are done in it; None where it stands beside the road: the steps are then those of the state it goes back to, or
    none where it is closed. `doing` and `doing_hint` are what the present step is called and explained by, where its
    own words would not be true.
    A request that was put aside in it is taken up as `resumes_as` (empty: as itself; BACK: as what it goes back to).
    """

    name: str
    label: str
    tag: Tag
    turn: Turn
    situation: str
    step: int | None = None
    promise: int | None = None
    promise_note: str = ""
    is_final: bool = False
    resumes_as: str = ""
    doing: str = ""
    doing_hint: str = ""


@dataclass(frozen=True)
class Ask:
    """One thing the mover must give. A coordinator reads `desk_label` and `desk_hint` where they are given.

    To say yes to what `needs_money` is only for those of us who handle money; `only_if` is as with a `Notification`.
    """

    name: str
    label: str
    answer: Answer = Answer.TEXT
    is_required: bool = True
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    desk_label: str = ""
    desk_hint: str = ""
    needs_money: bool = False
    only_if: str = ""


@dataclass(frozen=True)
class Notification:
    """A letter that a move sends: the template below templates/emails, and who receives it.

    `only_from` names the states from which the move must have come (none: any); `only_if` names a question of the
    request's model, as it is answered before the move. One that `is_reticent` does not repeat what the mover typed.
    """

    template: str
    to: Recipient
    only_from: tuple[str, ...] = ()
    only_if: str = ""
    is_reticent: bool = False


@dataclass(frozen=True)
class Transition:
    """One move: from where, to where, by whom, what it asks, whom it tells and which function it calls.

    `label` is the words on the button, `done` the words in the history, `done_at_desk` those where a coordinator did
    it; `then` is a dotted name. `not_before` and `not_after` name the request's date before which, or from which on, a
    move cannot be made. A yes to `unless`, a question of the model, closes it. `passes_on` names whose consent its
    letters need to name the branch's people. After what `hands_to_us` we act; `needs_money` is for those who handle
    money, `is_internal` not for the branch. `corrects` tells who was told (`corrects_from`: of which states alone).
    """

    name: str
    label: str
    done: str
    sources: tuple[str, ...]
    target: str
    by: tuple[Actor, ...] = (Actor.COORDINATOR,)
    asks: tuple[Ask, ...] = ()
    notify: tuple[Notification, ...] = ()
    then: str = ""
    not_before: str = ""
    not_after: str = ""
    unless: str = ""
    passes_on: str = ""
    done_at_desk: str = ""
    hands_to_us: bool = False
    needs_money: bool = False
    is_internal: bool = False
    corrects: bool = False
    corrects_from: tuple[str, ...] = ()
    early: tuple[tuple[str, ...], str] = ((), "")  # States, and the words of the history from or to one of them.


class Rests(StrEnum):
    """How long a letter that comes by itself waits for a better day."""

    AUGUST = "august"
    """At weekends, on the branch's bank holidays and all through August, when branches hardly meet."""
    WEEKENDS = "weekends"
    """At weekends and on the branch's bank holidays: there is a date that does not wait for September."""
    NEVER = "never"
    """It is only true on its day."""


@dataclass(frozen=True)
class FollowUp:
    """What comes by itself while a request stands in one of `states`: letters, a task for a person or a move.

    It is due `days` after (negative: before) the date that the question `counted_from` of the request's model gives
    today, once for a day. `every` repeats it after so many days. `only_if` and `unless` name questions of the model. Of
    one `series` only the last goes, or stands as a task. A worker that slept is up to `late` days late. A letter that
    `rests` goes on a better day: earlier where it leads up to a date, else later. What comes `after` another row keeps
    as many days from that one’s own. None comes after the day `until`. `task` says what to do.
    """

    name: str
    label: str
    counted_from: str
    days: int
    states: tuple[str, ...]
    notify: tuple[Notification, ...] = ()
    task: str = ""
    move: str = ""
    only_if: str = ""
    unless: str = ""
    series: str = ""
    every: int = 0
    late: int = 14
    rests: Rests = Rests.AUGUST
    after: FollowUp | None = None
    until: str = ""


@dataclass(frozen=True)
class Step:
    """One public step, also as it is called `doing` and `ahead`; one that `is_reading` is done once we have acted."""

    label: str
    hint: str = ""
    doing: str = ""
    is_reading: bool = False
    ahead: str = ""


@dataclass(frozen=True)
class Workflow:
    """A kind's whole life. `acknowledge` are the letters that say that a request has arrived."""

    kind: str
    initial: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    steps: tuple[Step, ...]
    acknowledge: tuple[Notification, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    _states: dict[str, State] = field(init=False, repr=False, compare=False, default_factory=dict)
    _transitions: dict[str, Transition] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index the rows, and refuse a name that stands twice or leads nowhere."""
        for state in self.states:
            if state.name in self._states:
                raise ValueError(f"{self.kind}: the state {state.name} stands twice")
            self._states[state.name] = state
        for transition in self.transitions:
            if transition.name in self._transitions:
                raise ValueError(f"{self.kind}: the transition {transition.name} stands twice")
            self._transitions[transition.name] = transition
            for name in (*transition.sources, transition.target):
                if name not in (BACK, SAME) and name not in self._states:
                    raise ValueError(f"{self.kind}: {transition.name} names the unknown state {name}")
        self._check_follow_ups()

    def _check_follow_ups(self) -> None:
        """Refuse a follow-up that stands twice, does nothing or several things, or names what does not exist."""
        names = [row.name for row in self.follow_ups]
        for row in self.follow_ups:
            if names.count(row.name) > 1:
                raise ValueError(f"{self.kind}: the follow-up {row.name} stands twice")
            if [bool(row.notify), bool(row.task), bool(row.move)].count(True) != 1:
                raise ValueError(f"{self.kind}: {row.name} must be one of a letter, a task or a move")
            before = row.after
            if before is not None and (before not in self.follow_ups or before.counted_from != row.counted_from):
                raise ValueError(f"{self.kind}: {row.name} comes after a row that counts otherwise")
            for name in row.states:
                if name not in self._states or self._states[name].is_final:
                    raise ValueError(f"{self.kind}: {row.name} names {name}, which is no open state")
                if row.move and not self.is_permitted(row.move, name, Actor.WORKER):
                    raise ValueError(f"{self.kind}: {row.name} makes a move that is not the worker's in {name}")

    def state(self, name: str) -> State:
        """The state of that name; KeyError where there is none."""
        return self._states[name]

    def transition(self, name: str) -> Transition:
        """The transition of that name; KeyError where there is none."""
        return self._transitions[name]

    def permitted(self, state: str, actor: Actor) -> list[Transition]:
        """The moves that `actor` may make from `state`, in the order they were written down."""
        return [row for row in self.transitions if state in row.sources and actor in row.by]

    def is_aside(self, name: str) -> bool:
        """Whether a request in that state was put aside: some move leads from it to where it was before."""
        return any(name in row.sources and row.target == BACK for row in self.transitions)

    def is_permitted(self, transition: str, state: str, actor: Actor) -> bool:
        """Whether `actor` may make that move from `state`."""
        return any(row.name == transition for row in self.permitted(state, actor))

"""The words of the gold panel: what comes next for a request in each state, whoever's turn it is.

The moves themselves, and by when we promised to act, come from the workflow; a test proves that every state has
its words here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time

from portal.accounts.models import Rights
from portal.clock import LONDON, london_day
from portal.dashboard import beside, meeting_day, words
from portal.dashboard.last_words import NOTHING_SAID, LastWords
from portal.speakers import bookings
from portal.submissions import approvals, turns
from portal.submissions.heard import Waits
from portal.submissions.models import Submission
from portal.submissions.times import as_said
from portal.submissions.workflow import Actor, Transition, Turn

NEXT = {
    "speaker": {
        "received": "read it and look for a speaker",
        "matching": "ask a speaker",
        "offered": "the speaker answers",
        "confirmed": "the meeting",
        "held": "the branch tells us how it went",
        "waiting-for-branch": "the branch answers our question",
        "closed": "nothing, it is complete",
        "no-match": "nothing, no speaker was found",
        "declined": "nothing, it was declined",
        "withdrawn": "nothing, it was withdrawn",
        "cancelled": "nothing, the meeting was cancelled",
    },
    "twinning": {
        "received": "check the branch and its lead",
        "checked": "start looking for a twin",
        "seeking": "propose a twin to both sides",
        "proposed": "both sides say yes or no",
        "introduced": "they get in touch with each other",
        "getting-acquainted": "they agree on a twinning",
        "twinned": "keep the twinning alive",
        "waiting": "the branch answers our question",
        "paused": "take it up again when both can",
        "dormant": "find out why it has gone quiet",
        "closed": "nothing, the file is closed",
        "ended": "nothing, the twinning has ended",
        "declined": "nothing, it was declined",
        "withdrawn": "nothing, it was withdrawn",
    },
    "affiliation": {
        "received": "read it and accept",
        "awaiting-decision": "the branch decides at its meeting",
        "awaiting-payment": "the fee arrives",
        "active": "the renewal, when the term ends",
        "renewal-due": "the branch renews",
        "grace": "the branch renews, late",
        "query": "the branch answers our question",
        "lapsed": "nothing, it has lapsed",
        "ended": "nothing, the affiliation has ended",
        "not-carried": "nothing, its motion was lost",
        "declined": "nothing, it was declined",
        "withdrawn": "nothing, it was withdrawn",
    },
    "ukrainian": {
        "received": "ask their national union to confirm them",
        "confirmed": "look it through, and open it for a twin",
        "open": "a branch that suits them",
        "waiting": "they answer our question",
        "paused": "they go on when they can",
        "declined": "nothing, it was declined",
        "withdrawn": "nothing, they are forgotten",
    },
}

LETTERS = {
    "waiting": (
        "a second reader looks at the letters",
        "Letters wait for a second reader. Nobody outside has been told yet.",
    ),
    "over": (
        "say that the letters are not needed",
        "Letters were kept back, and the request stands elsewhere now: they can never leave. Say that they are not "
        "needed, and write to whoever has to be told.",
    ),
    "kept-back": (
        "send the letters that were kept back",
        "Letters were kept back, and nobody outside has been told. Send them, or say that they are not needed.",
    ),
}
"""What comes next, and why, while letters of a move have not left; `letters_of` says which of these."""
NOT_LEFT = ("waiting", "kept-back")
"""Those of them in which the letters of the present state have still to leave."""

PUT_TO_US = {
    "offered": "look at what the speaker has answered",
    "confirmed": "look at what the speaker has answered",
    "proposed": "ask the other side, or introduce them",
}
"""What comes next where a move of others made it our turn: a speaker's answer, a branch's yes to its twin."""

BY_TURN: Mapping[tuple[str, str], str] = {
    ("", Turn.TREASURER): "the fee arrives",
    ("offered", Turn.BRANCH): "the branch says whether another day suits",
    ("confirmed", Turn.BRANCH): "the branch says whether another day suits",
    ("confirmed", Turn.SPEAKER): "the speaker says whether the change suits",
    ("held", Turn.SPEAKER): "the speaker tells us how it went",
    ("held", Turn.NOBODY): "nothing, it is closed by itself",
    ("held", Turn.US): "find out what happened",
}
"""What comes next where somebody else has the turn than the state says: the state, where it matters, and the turn."""

READ_IT = "read it and "
WAITS = "A message of the branch waits for our answer."
NOTHING = "nothing, "
STILL_TO_DO = "A task of ours is still to be done: it stands below."
HAS_CHANGED = "The branch has changed something since our last step."
OF_ANOTHER = "Somebody we do not know has sent a form in the branch’s name. Nothing has changed yet."
NOTHING_WAITS = Waits()
NOT_HELD = "not-held"
BEGUN = "The meeting has begun: nobody can withdraw or cancel it any more. Say whether it was held."

TURNS = {
    Turn.US: "It is our turn.",
    Turn.BRANCH: "It is the branch’s turn.",
    Turn.SPEAKER: "It is the speaker’s turn.",
    Turn.UKRAINIAN_BODY: "It is the Ukrainian side’s turn.",
    Turn.TREASURER: "It is the treasurer’s turn.",
    Turn.BOTH_SIDES: "It is both sides’ turn.",
    Turn.NOBODY: "Nobody has to act now.",
}


@dataclass(frozen=True)
class NextStep:
    """What the panel says. `lines` are sentences; `due` is the day by which we promised to act, in words."""

    what: str
    lines: tuple[str, ...]
    due: str
    is_overdue: bool


def next_step(
    submission: Submission,
    now: datetime,
    changed: Collection[str] = (),
    *,
    waits: Waits = NOTHING_WAITS,
    letters: str = "",
    last: LastWords = NOTHING_SAID,
    me: Rights | None = None,
) -> NextStep:
    """The panel's words for a request `now`, as `me` reads them.

    `changed` names the columns that the branch has changed since the last move, `waits` says what of its words waits
    for our answer; `letters` is what `letters_of` gave, `last` what others have said.
    """
    today = london_day(now)
    has_written = waits.is_next
    what = _usual(submission, has_written=has_written, after=last.leads_to)
    lines = [LETTERS[letters][1]] if letters else []
    if submission.held_reason is not None:
        what = "look it over and let it in"
        lines.append(words.HELD_REASONS.get(submission.held_reason, "It was held for review."))
    elif getattr(submission, "are_days_wished", False) and not waits.has_message:
        lines.append(TURNS[Turn(submission.turn)])
    elif has_written and bookings.is_to_be_asked(submission, changed):
        what = "ask the speaker about the change"
        lines.append(f"The branch has changed its meeting. {bookings.still_booked_at_desk(submission)}")
    elif has_written and getattr(submission, "has_said_yes", False):
        lines.append("The branch has said yes to this twin.")
    elif has_written and waits.has_form_of_another:
        what = "ask the branch about the form in its name"
        lines.append(OF_ANOTHER)
    elif has_written:
        lines += _what_waits(waits) or ["The branch has written or changed something since our last step."]
    elif submission.is_open:
        if waits.has_answer and not waits.is_next:
            what = f"read the answer, then {what.removeprefix(READ_IT)}"
            lines.append("The branch has answered our question.")
        if waits.has_message:
            what = f"answer the branch, then {what}"
        lines += _what_waits(waits)[:1]
        lines += [OF_ANOTHER] if waits.has_form_of_another else []
        # Whoever has been told nothing yet is not waited for.
        lines += [TURNS[Turn(submission.turn_told)]] if letters not in NOT_LEFT or submission.turn == Turn.US else []
    if getattr(submission, "are_days_wished", False) and submission.state == "confirmed":
        what, said = _about_wished_days(submission, has_written=has_written)
        lines.append(said)
    if letters and submission.turn != Turn.US:
        what = LETTERS[letters][0]
    if submission.is_open and submission.meeting_on is not None:
        if submission.meeting_on < today and submission.state == "confirmed":
            what = "say that the meeting was held"
        lines.append(meeting_day.line(submission, today))
    if submission.held_reason is None:
        lines += [*last.lines, *beside.lines(submission, today, is_held=letters in NOT_LEFT)]
        lines += [*still_to_come(submission, now), *withheld(submission, me)]
    is_overdue = words.is_overdue(submission.is_open, submission.turn, submission.due_on, today)
    is_ours = submission.is_open and submission.turn == Turn.US and submission.due_on is not None
    due = words.long_day(submission.due_on) if is_ours and submission.due_on else ""
    return NextStep(what, tuple(lines), due, is_overdue)


def with_tasks(step: NextStep) -> NextStep:
    """The same where tasks stand below it: then it is not so that nobody has to act."""
    what = step.what.replace(NOTHING, "see to the task below; ", 1) if step.what.startswith(NOTHING) else step.what
    lines = tuple(STILL_TO_DO if line == TURNS[Turn.NOBODY] else line for line in step.lines)
    return replace(step, what=what, lines=lines)


def _what_waits(waits: Waits) -> list[str]:
    """What of the branch's words nobody has dealt with yet."""
    return [said for said, is_so in ((WAITS, waits.has_message), (HAS_CHANGED, waits.has_change)) if is_so]


def _about_wished_days(submission: Submission, *, has_written: bool) -> tuple[str, str]:
    """What comes next while a speaker has to say which of other days suits, and how it stands."""
    what = "settle the new date with the speaker" if has_written else "the speaker says which of the new days suits"
    stands = bookings.still_booked_at_desk(submission)
    return what, f"The branch wishes to meet on another day. We have asked the speaker by letter. {stands}"


def _usual(submission: Submission, *, has_written: bool, after: str) -> str:
    """What comes next by the state and the turn, and by what the branch lacks; `has_written` as `Waits.is_next`."""
    is_beside = submission.turn == Turn.US and words.state_of(submission.kind, submission.state).turn != Turn.US
    what = NEXT[submission.kind][submission.state]
    what = BY_TURN.get((submission.state, submission.turn)) or BY_TURN.get(("", submission.turn), what)
    if submission.turn != submission.turn_told:
        what = "write the invoice, and send it"
    if has_written:
        what = "answer the branch"
    elif is_beside:
        what = after or PUT_TO_US.get(submission.state, what)
    elif submission.waits_for_a_day:
        what = "the branch tells us when it decides"
    if getattr(submission, "lacks_agreement", False) and submission.is_open:
        what = "they agree that we keep and use what they told us"
    if beside.wait_for_decision(submission):
        what = "wait for the branch’s decision"
    if beside.ask_about_aims(submission):
        what = "ask whether the branch accepts the aims"
    if beside.is_to_be_declined(submission):
        what = "decline it, and renew the affiliation that stands"
    if submission.lacks_date and submission.state == "matching":
        what = "ask the branch for a new date"
    return what


def letters_of(tasks: Iterable[str]) -> str:
    """Whether letters of a request wait for a second reader or were kept back, by the keys of its open tasks."""
    ends = {key.rpartition("-")[2] for key in tasks if key.startswith("approval-")}
    if ends & {approvals.BACK, approvals.LEFT}:
        return "kept-back"
    if approvals.OVER in ends:
        return "over"
    return "waiting" if ends else ""


def still_to_come(submission: Submission, now: datetime) -> list[str]:
    """Why a button is missing: the moves that speak of what has not come, and those that come too late."""
    permitted = turns.open_to(submission, Actor.COORDINATOR)
    lines = [BEGUN] if any(turns.is_too_late(submission, row, now) for row in permitted) else []
    # Whoever reads from when a meeting can be said to be held needs no second day for the contrary.
    early = [row for row in permitted if row.name != NOT_HELD and turns.is_too_early(submission, row, now)]
    return lines + [too_early(submission, row) for row in early]


def withheld(submission: Submission, me: Rights | None) -> list[str]:
    """Why a button is missing: the moves that are for those who handle money."""
    permitted = turns.open_to(submission, Actor.COORDINATOR)
    labels = [words.move_label(row) for row in permitted if turns.is_withheld(row, me)]
    return [f"“{label}” is for those who handle money. Ask an admin if you need it." for label in labels]


WHY_NOT_YET = {
    "gone-quiet": (
        "That is six weeks after their last sign of life. It is sooner where one of them tells us that it is quiet, or "
        "does not answer when both are asked."
    )
}
"""Why a move has to wait, where its day alone does not tell it."""


def too_early(submission: Submission, move: Transition) -> str:
    """From when on a move can be made that speaks of what is still to come; of a whole day no hour is named."""
    first = turns.first_moment_for(submission, move)
    if first is None:
        return ""
    there = first.astimezone(LONDON)
    hour = f", {as_said(there.time(), 'en')}," if there.time() != time() else ""
    from_then_on = f"You can say “{words.move_label(move)}” from {words.long_day(there.date())}{hour} on."
    return f"{from_then_on} {WHY_NOT_YET[move.name]}" if move.name in WHY_NOT_YET else from_then_on

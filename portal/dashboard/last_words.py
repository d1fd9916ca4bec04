"""What others have said last, as the panel of a request repeats it: the speakers' answers, and the branch's own words.

Whose turn it is, and what comes next, are `next_step`’s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.dashboard import words
from portal.speakers import lost_yes, other_day, proposed_day, since_their_yes, two_clocks
from portal.speakers.engagements import ACCEPTED, CONFIRMED, Offer
from portal.speakers.models import SpeakerRequest
from portal.submissions.heard import Waits
from portal.submissions.models import Submission
from portal.submissions.timeline import Line, Shape
from portal.twinning.answer_window import to_answer_by
from portal.twinning.candidate import YES
from portal.twinning.models import TwinningProposal

ASKED_IN = ("offered", "confirmed")
"""The states in which somebody may be asked to speak."""
LONGEST = 400
"""More of a message stands only in the history."""
NOT_THIS_TIME = {
    "speaker-declined": "The last speaker who was asked cannot come",
    "visitor-declines": "The visitor who was asked cannot come",
    "speaker-dropped-out": "The speaker has dropped out",
    "keeps-its-day": "The speaker has dropped out, and the branch keeps to its day",
    "nobody-answered": "Nobody who was asked has answered in time",
    "no-to-twin": "The branch said no to the last twin",
    "refused": "One side said no to the last twin",
    "stand-by-declines": "Whoever was to stand by cannot",
    "interpreter-declines": "The interpreter cannot come",
    "partner-declines": "Whoever was to come along cannot",
}
"""Moves after which a search begins anew, while none has followed: what the panel says of them."""
ONCE_MORE = {
    "stand-by-declines": "ask somebody else to stand by",
    "interpreter-declines": "ask another interpreter",
    "partner-declines": "ask somebody else to come along",
    "agreed": "write down that they are twinned",
}
"""What comes next after such a move where the state itself waits for others."""


VETOED = (
    "They do not wish to visit this branch after all, and cannot be confirmed. Say that they cannot come, and ask "
    "somebody else."
)
WHAT_THEN = (
    "They are booked elsewhere at that time since, and cannot be confirmed. Ask whether another day suits them: they "
    "can name one on their own page. Or say that they cannot come, and ask somebody else."
)
TAKEN_SINCE = "They are booked elsewhere at that time: ask them for another day before you ask the branch."
Lost = Mapping[int, list[dict[str, str]]]
NOTHING_LOST: Lost = {}


@dataclass(frozen=True)
class LastWords:
    """What the panel says of others' last words: sentences, and what comes next where the state alone does not tell."""

    lines: tuple[str, ...] = ()
    leads_to: str = ""


NOTHING_SAID = LastWords()


def last_words(
    submission: Submission, history: Sequence[Line], lost: Lost = NOTHING_LOST, *, is_held: bool = False
) -> LastWords:
    """Who has answered what, who is to answer by when, and why a search began anew. `history` is newest first.

    `lost` is what `lost_yes.days_lost` gives: on these days whoever said yes, or named them, is booked elsewhere. While
    the letters that ask are held (`is_held`) nobody is to answer.
    """
    if not submission.is_open or submission.held_reason is not None:
        return NOTHING_SAID
    last = next((line for line in history if line.event_name == "transition"), None)
    twins = _of_twins(submission, is_held=is_held)
    lines = [*_of_speakers(submission, lost, is_held=is_held), *twins.lines, *_set_back(last)]
    return LastWords(tuple(lines), twins.leads_to or _leads_to(submission, last, lost))


def _leads_to(submission: Submission, last: Line | None, lost: Lost) -> str:
    if isinstance(submission, SpeakerRequest):
        if is_yes_to_confirm(submission, lost):
            return "confirm the speaker"
        if submission.state in ASKED_IN and not submission.is_no_other_day_named:
            return "ask the branch whether the speaker’s other day suits"
        if submission.state == "offered" and _are_all_vetoed(submission.asked_now):
            return "ask somebody else"
        if submission.has_yes:
            is_vetoed = _are_all_vetoed([each for each in submission.asked_now if each.state == ACCEPTED])
            return "ask somebody else" if is_vetoed else "find another day or another speaker"
    return ONCE_MORE.get(last.transition, "") if last else ""


def _are_all_vetoed(asked: Sequence[Offer]) -> bool:
    return bool(asked) and all(each.is_vetoed for each in asked)


def is_yes_to_confirm(submission: Submission, lost: Lost) -> bool:
    """Whether a speaker has said yes, and can keep it."""
    return isinstance(submission, SpeakerRequest) and lost_yes.is_one_to_confirm(submission, lost)


def quotes(waits: Waits, history: Sequence[Line]) -> list[tuple[str, str]]:
    """What the branch wrote and nobody has dealt with yet: what to say of it, and its words, the newest first."""
    if waits.has_answer:
        found = [("The branch answered", line) for line in history if line.transition == "answer"]
    elif waits.has_message:
        found = [("The branch wrote", line) for line in history if _is_message(line)]
    else:
        return []
    return [(said, shortened(line.body)) for said, line in found[:1] if line.body]


def shortened(text: str) -> str:
    """The beginning of what somebody wrote."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _is_message(line: Line) -> bool:
    return line.event_name == "message" and line.shape is Shape.BRANCH


def _of_speakers(submission: Submission, lost: Lost, *, is_held: bool) -> list[str]:
    if not isinstance(submission, SpeakerRequest) or submission.state not in ASKED_IN:
        return []
    found = [said for each in submission.asked_now if (said := _of_one(each, lost, is_held=is_held))]
    if day := proposed_day.in_words(submission, "en"):
        found.append(f"The branch is asked whether {day} suits.")
    return found


def _of_one(each: Offer, lost: Lost, *, is_held: bool) -> str:
    name = each.speaker.name
    if each.state == ACCEPTED:
        days = [two_clocks.in_words(row, "en") for row in each.dates if row.get("on") in each.accepted]
        said = f"{name} has said yes to {' or '.join(days)}." if days else f"{name} has said yes."
        if pause := since_their_yes.paused(each):
            said += f" {name} {pause} since: ask whether they still come."
        if each.is_vetoed:
            return f"{said} {VETOED}"
        if lost_yes.is_lost(each, lost):
            return f"{said} {WHAT_THEN}"
        taken = lost_yes.in_words(lost.get(each.id, ()))
        return f"{said} On {taken}, they are booked elsewhere since." if taken else said
    if each.is_vetoed and each.state != CONFIRMED:
        return f"{name} is asked. {VETOED}"
    if each.other_date:
        named, added = other_day.named_in_words(each, "en"), other_day.added_by(each)
        said = f"{name} could come on another day" + (f", {named}" if named else "")
        then = f" {TAKEN_SINCE}" if lost.get(each.id) else ""
        return (f"{said}: “{added}”." if added else f"{said}.") + then
    if each.answered_at is None and not is_held:
        return f"{name} is to answer by {words.long_day(each.answer_by)}."
    return ""


def _of_twins(submission: Submission, *, is_held: bool) -> LastWords:
    """Whose yes has come, to be introduced and to be twinned, and what comes next once both have."""
    if not isinstance(submission, TwinningProposal):
        return NOTHING_SAID
    if submission.state == "proposed":
        return _of_proposed(submission, is_held=is_held)
    if submission.state != "getting-acquainted" or submission.twinned_on is None:
        return NOTHING_SAID
    here, there = (at is not None for at in submission.agreed_at)
    who = "Both sides say" if here and there else "The Ukrainian side says" if there else "The branch says"
    said = f"{who} that both have agreed, on {words.long_day(submission.twinned_on)}."
    return LastWords((said,), "confirm to both that they are twinned" if here and there else "")


def _of_proposed(submission: TwinningProposal, *, is_held: bool) -> LastWords:
    """Which of the two has said yes to be introduced; of one typed in by hand the branch alone says so on a page."""
    has_branch, candidate = submission.has_said_yes, submission.candidate
    has_body = candidate is not None and candidate.body_answer == YES
    if has_branch and has_body:
        return LastWords(("Both sides have said yes.",), "introduce them to each other")
    if is_held:
        return NOTHING_SAID
    by = words.long_day(to_answer_by(submission))
    if has_branch:
        asked = f" The Ukrainian side is asked to answer by {by}." if candidate is not None else ""
        return LastWords((f"The branch has said yes.{asked}",))
    return LastWords(
        (f"{'The Ukrainian side has said yes. ' if has_body else ''}The branch is asked to answer by {by}.",)
    )


def _set_back(last: Line | None) -> list[str]:
    """Why a search began anew, in their words where they gave any."""
    if last is None or last.transition not in NOT_THIS_TIME:
        return []
    said = NOT_THIS_TIME[last.transition]
    return [f"{said}: {shortened(last.body)}".rstrip(".") + "." if last.body else f"{said}."]

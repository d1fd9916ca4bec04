"""What asking two twins how it goes changes, and their answers; a pause, an end and a revival with it.

Actions call these by the names in `standing_rows`; nothing here commits. What the answers mean is in `pulse`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import force_locale, gettext

from portal.clock import london_day
from portal.submissions import tasks
from portal.submissions.day_words import in_words_of
from portal.twinning import pulse, twinnings
from portal.twinning.candidates import session_of
from portal.twinning.models import TwinningProposal
from portal.twinning.publicity import PRIVATE
from portal.twinning.pulse import BODY, BRANCH, HELP, IN_TOUCH
from portal.twinning.twinnings import Pulse, Twinning

NEEDS_HELP = {
    BRANCH: "The branch needs help with its twinning. Telephone it today.",
    BODY: "The Ukrainian side says that it needs help. Ask it today, in the way that it called the safest.",
}
AWAKE = {
    BRANCH: "The branch says that it is in touch with its twin again. If both are, take it up again.",
    BODY: "The Ukrainian side says that it is in touch with its twin again. If both are, take it up again.",
}
"""The tasks that an answer makes, by the side that gave it."""


def ask(submission: TwinningProposal, answers: Mapping[str, str], now: datetime) -> None:
    """Begin a round: both are asked today."""
    today = london_day(now)
    _twinning(submission, now).pulses.append(_empty(today))
    submission.pulse_asked_on = submission.pulse_from = today


def branch_said(submission: TwinningProposal, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Keep the answer of the branch."""
    return _answer(submission, BRANCH, answers["said"], now)


def body_said(submission: TwinningProposal, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Keep the answer of the Ukrainian side."""
    return _answer(submission, BODY, answers["said"], now)


def heard(submission: TwinningProposal, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Keep what one side told a coordinator."""
    return _answer(submission, answers["side"], answers["said"], now)


def start_again(submission: TwinningProposal, answers: Mapping[str, str], now: datetime) -> None:
    """The twinning goes on: what was said before no longer counts, and both are asked a quarter from today."""
    submission.pulse_from, submission.pulse_asked_on = london_day(now), None
    if submission.twinning is not None:
        submission.twinning.revived_on = london_day(now)


def rest(submission: TwinningProposal, answers: Mapping[str, str], now: datetime) -> None:
    """Keep the kind word that goes with a pause or an end; nobody is asked how it goes meanwhile."""
    submission.pulse_asked_on = None
    if submission.twinning is not None:
        submission.twinning.kind_note = answers.get("kind_note", "")


def seek_again(submission: TwinningProposal, answers: Mapping[str, str], now: datetime) -> None:
    """A branch whose twinning has ended would like another: what was agreed before stays in the history alone."""
    submission.twinned_on = submission.pulse_from = submission.pulse_asked_on = None
    submission.body_publicity, submission.body_contact = PRIVATE, ""


def _answer(submission: TwinningProposal, side: str, said: str, now: datetime) -> dict[str, str]:
    """Keep an answer, and open the task that follows from it at once. What it was, the history reads as a note."""
    twinning = _twinning(submission, now)
    if not twinning.pulses:
        twinning.pulses.append(_empty(london_day(now)))
        submission.pulse_asked_on = submission.pulse_from = london_day(now)
    last = twinning.pulses[-1]
    if side == BRANCH:
        last.branch_said, last.branch_said_at = said, now
    else:
        last.body_said, last.body_said_at = said, now
    if said == HELP:
        _open(submission, f"pulse-help:{twinning.id}:{last.asked_on}:{side}", NEEDS_HELP[side], now)
    elif said == IN_TOUCH and submission.state == "dormant":
        _open(submission, f"pulse-awake:{twinning.id}:{last.asked_on}:{side}", AWAKE[side], now)
    with force_locale(submission.language):
        return {"note": gettext(dict(pulse.ANSWERS)[said])}


def _open(submission: TwinningProposal, key: str, about: str, now: datetime) -> None:
    tasks.open_task(
        session_of(submission),
        key=key,
        reason="pulse",
        about=about,
        due_on=london_day(now),
        now=now,
        submission_id=submission.id,
    )


def _empty(day: date) -> Pulse:
    return Pulse(asked_on=day, branch_said="", body_said="")


def _twinning(submission: TwinningProposal, now: datetime) -> Twinning:
    """What stands between the two; made now for those who were introduced before it was kept."""
    return submission.twinning or twinnings.begin(session_of(submission), submission, now)


def desk_rows(submission: TwinningProposal) -> list[tuple[str, str]]:
    """For the desk: when both were asked last, and what each said; in English, nothing before the first round."""
    twinning = submission.twinning
    if twinning is None or not twinning.pulses or twinning.ended_at is not None:
        return []
    last = twinning.pulses[-1]
    words = {"": "nothing so far", "in-touch": "in touch", "quiet": "quiet", "help": "needs help"}
    return [
        ("Asked how it goes", in_words_of(last.asked_on, "en")),
        *((label, words[pulse.said(last, side)]) for side, label in ((BRANCH, "The branch said"), (BODY, "They said"))),
    ]

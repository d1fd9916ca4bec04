"""After a meeting: who has still to report, whether the two sides agree, and on which page each of them answers.

It only reads; taking a report in is `reports`’, its words are in `told`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from portal.speakers.report_rows import BRANCH, SPEAKER, MeetingReport
from portal.submissions.prepared import Party
from portal.submissions.workflow import Recipient, Turn

HELD = "held"
BRANCH_PARTY = "branch-report"
SPEAKER_PARTY = "speaker-report"

WAS, WAS_NOT = "that the meeting took place", "that it did not take place"
BY_HAND = "Press “It did not take place” if that is so, and offer another date."


def of_side(reports: Iterable[MeetingReport], side: str) -> MeetingReport | None:
    """The report of a side, answered or not; None where that side is not asked."""
    return next((each for each in reports if each.side == side), None)


def is_missing(reports: Iterable[MeetingReport], side: str) -> bool:
    """Whether that side is asked and has not answered."""
    report = of_side(reports, side)
    return report is not None and report.answered_at is None


def is_one_in(reports: Iterable[MeetingReport]) -> bool:
    """Whether somebody has answered."""
    return any(each.answered_at is not None for each in reports)


def are_all_in(reports: Sequence[MeetingReport]) -> bool:
    """Whether everybody who is asked has answered."""
    return bool(reports) and all(each.answered_at is not None for each in reports)


def is_to_hear_result(reports: Iterable[MeetingReport]) -> bool:
    """Whether the speaker can still be told what came of their talk, and has not said that there was none."""
    report = of_side(reports, SPEAKER)
    return report is not None and report.thanked_at is None and report.held is not False


def doubt(reports: Sequence[MeetingReport]) -> str:
    """What a coordinator must find out before the request can be closed, as a sentence; empty where all is clear."""
    branch, speaker = of_side(reports, BRANCH), of_side(reports, SPEAKER)
    said = {side: each.held for side, each in ((BRANCH, branch), (SPEAKER, speaker)) if each and each.answered_at}
    if False not in said.values():
        apart = disagreements(reports)
        if not apart:
            return ""
        return (
            f"The branch and the speaker do not agree on {' and '.join(apart)}. Ask both; then write down how it went, "
            "or close the request."
        )
    if True in said.values():
        branch_says, speaker_says = (WAS if said[side] else WAS_NOT for side in (BRANCH, SPEAKER))
        return (
            f"The branch says {branch_says}, the speaker says {speaker_says}. Ask both what happened, then close the "
            "request or say that the meeting did not take place."
        )
    if len(said) == len(reports) > 1:
        return f"Both sides say {WAS_NOT}. {BY_HAND}"
    who = BRANCH if BRANCH in said else SPEAKER
    other = SPEAKER if who == BRANCH else BRANCH
    has_other = of_side(reports, other) is not None
    heard = f" The {other} has not told us yet: ask them." if has_other else ""
    return f"The {who} says {WAS_NOT}.{heard} Find out what happened. {BY_HAND}"


MUCH, SHARE = 10, 4
"""Numbers of people are far apart by more than this many, and by more than a quarter of the larger."""


def disagreements(reports: Sequence[MeetingReport]) -> list[str]:
    """What the two sides tell otherwise of a meeting that both say was held, in English; what one left out is none."""
    branch, speaker = of_side(reports, BRANCH), of_side(reports, SPEAKER)
    if branch is None or speaker is None or not (branch.held and speaker.held):
        return []
    found = []
    if branch.motion and speaker.motion and branch.motion != speaker.motion:
        found.append("what became of the motion")
    if branch.attended is not None and speaker.attended is not None:
        apart, most = abs(branch.attended - speaker.attended), max(branch.attended, speaker.attended)
        if apart > MUCH and apart * SHARE > most:
            found.append("how many came")
    if None not in (branch.raised_pence, speaker.raised_pence) and branch.raised_pence != speaker.raised_pence:
        found.append("what was raised")
    return found


def is_motion_in_doubt(reports: Sequence[MeetingReport]) -> bool:
    """Whether the two sides tell otherwise of the motion: then no letter says what became of it."""
    told = {each.motion for each in reports if each.held and each.motion}
    return len(told) > 1


def turn(reports: Sequence[MeetingReport]) -> Turn | None:
    """Whose turn it is while a meeting that was held waits for its reports; None where nobody was asked."""
    if not reports:
        return None
    if doubt(reports):
        return Turn.US
    if is_missing(reports, BRANCH):
        return Turn.BRANCH
    return Turn.SPEAKER if is_missing(reports, SPEAKER) else Turn.NOBODY


def parties(
    reports: Sequence[MeetingReport], recipient: str, usual: Sequence[Party], by_hand: Party
) -> Sequence[Party]:
    """Those whom a letter goes to while a meeting waits for its reports, each with the page of their own report.

    `usual` are the parties as everywhere; `by_hand` is the address that the request itself knows.
    """
    side = {str(Recipient.BRANCH): BRANCH, str(Recipient.SPEAKER): SPEAKER}.get(str(recipient))
    report = of_side(reports, side) if side else None
    if report is None:
        return usual
    page = ("report", report.id or 0)
    return [replace(each, link=page) for each in usual] or [replace(by_hand, link=page)]

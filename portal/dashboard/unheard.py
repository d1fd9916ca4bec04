"""The panel of a request whose letter never arrived: whoever has the turn by the state does not know of it.

What usually comes next is `next_step`'s. What then does not come by itself is decided in `submissions/giving_way`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from portal.clock import london_day
from portal.dashboard import of_body, words
from portal.dashboard.next_step import TURNS, NextStep
from portal.reasons import listed
from portal.submissions import giving_way
from portal.submissions.models import Submission
from portal.submissions.timeline import Line
from portal.submissions.workflow import FollowUp, Recipient, Turn

WHO = {
    Recipient.BRANCH: "the branch",
    Recipient.SPEAKER: "the speaker",
    Recipient.UKRAINIAN_BODY: "the Ukrainian side",
    Recipient.TREASURER: "the treasurer",
}
"""Whose silence is explained by a letter that failed."""


def who_never_heard(step: NextStep, submission: Submission, history: Sequence[Line]) -> NextStep:
    """What the panel says where the letter that gave somebody the turn has failed, and nobody has dealt with it."""
    lost = _lost_letter(submission, history)
    usual = TURNS[Turn(submission.turn)]
    if lost is None or usual not in step.lines:
        return replace(step, lines=(*step.lines, *_what_rests(submission, history)))
    who = WHO[Recipient(lost.role)]
    sent = words.long_day(london_day(lost.queued_at))
    why = (
        f"Our letter of {sent} never reached {who}: nobody there knows what we asked. "
        "Telephone, or send it again to an address that works. They are reminded of nothing until then."
    )
    lines = tuple(why if line == usual else line for line in step.lines)
    return replace(step, what=f"reach {who}, for our letter has not", lines=lines)


def coming_label(submission: Submission, row: FollowUp, unreached: Collection[str]) -> str:
    """What comes by itself, in words, and which side it does not go to as the request stands."""
    left_out = [WHO[Recipient(role)] for role in giving_way.left_out(submission, row, unreached) if role in set(WHO)]
    label = of_body.said(submission, row.label)
    return f"{label} (not to {listed(left_out)})" if left_out else label


def _what_rests(submission: Submission, history: Sequence[Line]) -> list[str]:
    """What does not come by itself while a letter to one of the sides is lost: one line for each side."""
    if not submission.is_open:
        return []
    lost = {
        email.role: email
        for line in reversed(history)
        if (email := line.email) is not None and giving_way.is_lost(email)
    }
    thanks = " Nobody is thanked for the meeting until then." if submission.state == "confirmed" else ""
    return [
        f"Our letter of {words.long_day(london_day(email.queued_at))} never reached {WHO[Recipient(role)]}. Until you "
        f"have seen to it, they are reminded of nothing. Whoever else has our letters is reminded as usual. "
        f"Correct the address first if it is wrong: “Send it again” goes to the new one.{thanks}"
        for role, email in lost.items()
        if role in set(WHO)
    ]


def _lost_letter(submission: Submission, history: Sequence[Line]) -> Row[*tuple[Any, ...]] | None:
    """The newest letter that failed since the state began, to one of those who have the turn; None for none."""
    to = WHO if submission.turn == Turn.BOTH_SIDES else {submission.turn} & set(WHO)
    found = (line.email for line in history if line.email is not None and giving_way.is_lost(line.email))
    return next((email for email in found if email.role in to and email.queued_at >= submission.state_since), None)

"""What the desk says of whoever wrote to us, where that is no branch but a union body in Ukraine.

Only sentences that mean the sender are turned: “the branch” of a body is its twin as well.
"""

from __future__ import annotations

import re
from dataclasses import replace

from portal.dashboard.next_step import NextStep
from portal.submissions.models import Submission

MEANS_THE_SENDER = re.compile(
    r"[Mm]essage of the branch|[Tt]he branch has (?:changed|written|answered)|answer the branch|the branch’s turn"
    r"|[Tt]he branch (?:answered|wrote|has not answered)\b|in the branch’s name|ask the branch about the form"
    r"|[Rr]eminder to the branch|^[Tt]he branch$"
)


def said(submission: Submission, text: str) -> str:
    """The text as it is said of the sender of this request."""
    if not submission.IS_SEALED:
        return text
    return MEANS_THE_SENDER.sub(lambda found: found[0].replace("branch", "body"), text)


def step(submission: Submission, usual: NextStep) -> NextStep:
    """The panel's words, as they are said of the sender."""
    if not submission.IS_SEALED:
        return usual
    return replace(
        usual, what=said(submission, usual.what), lines=tuple(said(submission, line) for line in usual.lines)
    )

"""The one open question to a branch: put by a coordinator, closed by the answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from portal.submissions.models import Submission


def put(submission: Submission, answers: Mapping[str, str], now: datetime) -> None:
    """Keep the question on the request, so that the branch's own page can show it."""
    submission.question = answers["question"]


def close(submission: Submission, answers: Mapping[str, str], now: datetime) -> None:
    """Take the question away: it was answered, or is no longer needed."""
    submission.question = ""

"""What a branch told us, as its own page shows it: step by step, with links to change it and to what is missing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for

from portal.clock import london_day
from portal.public import language, own_moves
from portal.submissions import intake
from portal.submissions.models import Submission


def told(
    token: str, submission: Submission, now: datetime
) -> list[tuple[Any, list[dict[str, Any]], list[tuple[str, str]]]]:
    """What they told us, step by step, with links to change it, and to what is missing, while the request is open."""
    steps = []
    gaps = intake.unanswered_of(submission, language.current(), london_day(now)) if submission.is_open else {}
    for step, rows in intake.summary_of(submission, language.current()):
        can_change = own_moves.can_be_changed(submission, step.name)
        url = url_for("public.track_change", token=token, step=step.name) if can_change else ""
        missing = gaps.get(step.name, []) if can_change else []
        steps.append(
            (
                step,
                [
                    {"label": row.label, "value": row.value, "change_url": f"{url}#{row.field_id}" if url else ""}
                    for row in rows
                ],
                [(str(each.label.text).rstrip("?"), f"{url}#{each.id}") for each in missing],
            )
        )
    return steps

"""How soon branches are answered, as public pages say it: our own figure of the last months, where there is one.

How it is worked out is the business of `submissions.answer_times`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.clock import utc_now
from portal.extensions import db
from portal.submissions import answer_times

KEPT = timedelta(minutes=10)
EXTENSION = "portal-reply-time"


@dataclass(frozen=True)
class _Figure:
    days: int | None
    until: datetime


def sentence() -> str:
    """ "Half of all requests are answered within 2 working days."; empty where too little is known to say so."""
    days = _days(utc_now())
    if days is None:
        return ""
    if days == 0:
        return str(_("Half of all requests are answered on the same day."))
    return str(
        ngettext(
            "Half of all requests are answered within %(num)d working day.",
            "Half of all requests are answered within %(num)d working days.",
            days,
        )
    )


def _days(now: datetime) -> int | None:
    """The figure, worked out anew every few minutes: no page of the public waits for it."""
    kept: _Figure | None = current_app.extensions.get(EXTENSION)
    if kept is None or not now < kept.until <= now + KEPT:
        kept = current_app.extensions[EXTENSION] = _Figure(answer_times.median_days(db.session(), now), now + KEPT)
    return kept.days

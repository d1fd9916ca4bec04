"""The next days on which a branch meets that named none, and said in words when it meets ("second Tuesday")."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import Enum
from typing import Any, Protocol

from portal.submissions import date_rules
from portal.submissions.correspondence import short_time
from portal.submissions.promises import is_festive

SOONEST, LATEST = timedelta(days=14), timedelta(days=380)
"""So near and so far are such days looked at: people must be asked, and invited."""
MOST = 2
"""So many of them: months lie between, and each more costs the ranked list a third of what it may cost."""


class Unclear(Enum):
    """What the words of a branch do not say."""

    DAY = "day"
    HOUR = "hour"


class ByRule(Protocol):
    """What tells when a branch meets: a request, or what is read of one."""

    @property
    def date_rule(self) -> str:
        """When it meets, in its own words."""

    @property
    def meeting_on(self) -> date | None:
        """The day of the meeting, where one is known."""


class Dated(ByRule, Protocol):
    """The same of what may name days, too."""

    @property
    def dates(self) -> Sequence[Any] | None:
        """The days that it named."""


def unclear(request: Dated, today: date) -> Unclear | None:
    """What is to be asked of a branch that wrote when it meets and named no day; `today` is the day in London."""
    if request.dates or not request.date_rule or request.meeting_on is not None:
        return None
    found = rows(request, today)
    if not found:
        return Unclear.DAY
    return None if found[0]["time"] else Unclear.HOUR


def rows(request: ByRule, today: date) -> list[dict[str, str]]:
    """These days as requests hold their dates, none where the words are not clear; `today` is the day in London.

    Whether the branch has named dates itself is for whoever asks to know.
    """
    if not request.date_rule or (request.meeting_on is not None and request.meeting_on >= today):
        return []
    days = date_rules.days_of(request.date_rule, today + SOONEST, today + LATEST) or []
    at = date_rules.hour_of(request.date_rule)
    hour = {"time": f"{at:%H:%M}", "time_text": short_time(at, "en")} if at else {"time": "", "time_text": ""}
    return [{"on": day.isoformat(), **hour} for day in days if not is_festive(day)][:MOST]

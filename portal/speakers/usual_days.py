"""The next days on which a branch meets that named none, and said in words when it meets ("second Tuesday")."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Protocol

from portal.submissions import date_rules
from portal.submissions.correspondence import short_time

SOONEST, LATEST = timedelta(days=14), timedelta(days=380)
"""So near and so far are such days looked at: people must be asked, and invited."""
MOST = 2
"""So many of them: months lie between, and each more costs the ranked list a third of what it may cost."""


class ByRule(Protocol):
    """What tells when a branch meets: a request, or what is read of one."""

    @property
    def date_rule(self) -> str:
        """When it meets, in its own words."""

    @property
    def meeting_on(self) -> date | None:
        """The day of the meeting, where one is known."""


def rows(request: ByRule, today: date) -> list[dict[str, str]]:
    """These days as requests hold their dates, none where the words are not clear; `today` is the day in London.

    Whether the branch has named dates itself is for whoever asks to know.
    """
    if not request.date_rule or (request.meeting_on is not None and request.meeting_on >= today):
        return []
    days = date_rules.days_of(request.date_rule, today + SOONEST, today + LATEST) or []
    at = date_rules.hour_of(request.date_rule)
    hour = {"time": f"{at:%H:%M}", "time_text": short_time(at, "en")} if at else {"time": "", "time_text": ""}
    return [{"on": day.isoformat(), **hour} for day in days[:MOST]]

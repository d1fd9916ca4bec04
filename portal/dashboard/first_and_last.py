"""The first and the last day of something, as they are typed: a pair of fields that reads one day by the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from wtforms.validators import StopValidation

from portal.submissions.dates import Leaning
from portal.submissions.fields import DateText

YEAR = timedelta(days=364)


def a_year_on(begins: date) -> date:
    """The last day of the year that begins on a day."""
    return begins + YEAR


class _Day(DateText):
    def __init__(self, label: str, **kw: Any) -> None:
        # Whether a day is over is said here, and only after how it stands to the other one.
        super().__init__(label, leaning=Leaning.EITHER, **{"look": {"width": 20}} | kw)


class FirstDay(_Day):
    """The first day: today, or later, or at most `back` ago; `over` is what somebody reads of an earlier one.

    A day that was kept before, and is left alone, stands.
    """

    def __init__(self, label: str, *, over: str, back: timedelta = timedelta(), **kw: Any) -> None:
        self.over, self.back = over, back
        super().__init__(label, **kw)

    def within(self, form: Any) -> tuple[date, date] | None:
        """A year from the earliest day that may be meant."""
        begins: date = form.context.today - self.back
        return begins, begins + YEAR

    def understand(self, form: Any) -> date | None:
        """The day that is meant, where it is not over."""
        day = super().understand(form)
        is_left_alone = self.typed.strip() == form.context.stored.get(self.short_name)
        if day is not None and day < form.context.today - self.back and not is_left_alone:
            raise StopValidation(self.over)
        return day


class LastDay(_Day):
    """The last day, counted from the `first` (the name of its field): from 20 December until 3 January is next year’s.

    `reach` tells up to which day one without a year is looked for; `before` is what somebody reads of a day that lies
    before the first.
    """

    def __init__(
        self, label: str, *, first: str, before: str, reach: Callable[[date], date] = a_year_on, **kw: Any
    ) -> None:
        self.first, self.before, self.reach = first, before, reach
        super().__init__(label, **kw)

    def within(self, form: Any) -> tuple[date, date] | None:
        """From the first day on."""
        begins: date | None = form[self.first].value
        return (begins, self.reach(begins)) if begins else None

    def understand(self, form: Any) -> date | None:
        """The day that is meant, where it is not before the first."""
        day, begins = super().understand(form), form[self.first].value
        if day is not None and begins and day < begins:
            raise StopValidation(self.before)
        return day

"""The window of a plan, as it is typed: from when to when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from wtforms import Form
from wtforms.validators import StopValidation

from portal import typed_back
from portal.dashboard import words
from portal.planning.facts import months_of
from portal.speakers.wish import MOST_DAYS
from portal.submissions.dates import Leaning
from portal.submissions.fields import DateText
from portal.submissions.forms import FormContext

YEAR = timedelta(days=364)


class FirstDay(DateText):
    """The first day of a plan: today or later."""

    def within(self, form: Any) -> tuple[date, date] | None:
        """A year from today."""
        today: date = form.context.today
        return today, today + YEAR


class LastDay(DateText):
    """The last day of a plan, counted from its first."""

    def within(self, form: Any) -> tuple[date, date] | None:
        """A year from the first day."""
        begins: date | None = form.first_on.value
        return (begins, begins + YEAR) if begins else None


class PlanForm(Form):
    """From when to when meetings are planned."""

    first_on = FirstDay(
        "From",
        hint="For example 1 January 2027",
        needed="Enter the first day of the plan",
        leaning=Leaning.EITHER,
        look={"width": 20},
    )
    last_on = LastDay(
        "To",
        hint="For example 31 January 2027",
        needed="Enter the last day of the plan",
        leaning=Leaning.EITHER,
        look={"width": 20},
    )

    def __init__(
        self, formdata: Any = None, *, today: date = date.min, first: date | None = None, last: date | None = None
    ) -> None:
        self.context = FormContext(today=today, stored={})
        usual = {"first_on": words.long_day(first), "last_on": words.long_day(last)} if first and last else None
        super().__init__(formdata=formdata, data=usual)

    def validate_first_on(self, field: DateText) -> None:
        """Nothing is planned for days that have passed."""
        if field.value and field.value < self.context.today:
            raise StopValidation("This date has passed. Enter a first day that is still to come")

    def validate_last_on(self, field: DateText) -> None:
        """The last day is not before the first, and both lie within three months of the calendar."""
        first = self.first_on.value
        if not field.value or not first:
            return
        if field.value < first:
            raise StopValidation("The last day is before the first")
        if len(months_of(first, field.value)) > MOST_DAYS:
            raise StopValidation("A plan reaches over three months at most. Choose an earlier last day")


typed_back.own_forms["dashboard.ask_for_plan"] = PlanForm

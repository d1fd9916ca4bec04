"""The window of a plan, as it is typed: from when to when."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import Form
from wtforms.validators import StopValidation

from portal import typed_back
from portal.dashboard import words
from portal.dashboard.first_and_last import FirstDay, LastDay
from portal.planning.facts import months_of
from portal.speakers.wish import MOST_DAYS
from portal.submissions.forms import FormContext


class PlanForm(Form):
    """From when to when meetings are planned."""

    first_on = FirstDay(
        "From",
        hint="For example 1 January 2027",
        needed="Enter the first day of the plan",
        over="This date has passed. Enter a first day that is still to come",
    )
    last_on = LastDay(
        "To",
        first="first_on",
        hint="For example 31 January 2027",
        needed="Enter the last day of the plan",
        before="The last day is before the first",
    )

    def __init__(
        self, formdata: Any = None, *, today: date = date.min, first: date | None = None, last: date | None = None
    ) -> None:
        self.context = FormContext(today=today, stored={})
        usual = {"first_on": words.long_day(first), "last_on": words.long_day(last)} if first and last else None
        super().__init__(formdata=formdata, data=usual)

    def validate_last_on(self, field: LastDay) -> None:
        """Both days lie within three months of the calendar."""
        first = self.first_on.value
        if field.value and first and len(months_of(first, field.value)) > MOST_DAYS:
            raise StopValidation("A plan reaches over three months at most. Choose an earlier last day")


typed_back.own_forms["dashboard.ask_for_plan"] = PlanForm

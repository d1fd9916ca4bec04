"""What a coordinator says of a visitor’s tour: from when to when, from where, how far a day, when they rest."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms.validators import StopValidation

from portal.submissions.fields import DateText, Line, Number, Text, Tick
from portal.submissions.forms import StepForm
from portal.touring import keeping
from portal.touring.keeping import Wanted

MOST_MILES, USUAL_MILES, USUAL_REST = 600, 120, 3
NO_PLACE = "Enter a town or a postcode that we can find. Where several towns are called so, enter the postcode"


class _Place(Line):
    """A town or a postcode. `value` is how it was typed; `found` where it is, or None."""

    found: Any = None

    def understand(self, form: Any) -> str:
        """The words, once the place is known."""
        text = self.cleaned_text()
        if text:
            self.found = keeping.place_named(text)
            if self.found is None:
                raise StopValidation(NO_PLACE)
        return text


class TourForm(StepForm):
    """A tour, new or changed."""

    first_on = DateText("First day", needed="Enter the first day of the tour", hint="For example 11 January 2027")
    last_on = DateText("Last day", needed="Enter the last day of the tour")
    start = _Place(
        "Where does it start?",
        most=80,
        needed="Enter where the tour starts",
        hint="A town or a postcode: where the visitor is on the morning of the first day.",
    )
    end = _Place("Where must it end?", most=80, hint="Only where it matters, for example the airport’s town.")
    most_miles = Number(
        "Miles on a day, at most",
        largest=MOST_MILES,
        smallest=1,
        needed="Enter how many miles a day may bring",
        hint="As the crow flies. A longer way takes several days.",
        look={"width": 4},
    )
    rest_after = Number(
        "Days on the road before a day of rest",
        largest=30,
        hint="Days with a meeting or a journey in a row. Empty or 0: no day of rest is needed.",
        look={"width": 3},
    )
    has_interpreter = Tick("An interpreter travels along", says_optional=False)
    needs = Text(
        "What does the visitor need?",
        most=1000,
        hint="For example a bed, step-free rooms, somebody at the station. Each branch reads this once its meeting is "
        "confirmed: nothing about where they live in Ukraine.",
        look={"rows": 3},
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """The fields by themselves, and the days beside each other."""
        is_good = super().validate(extra_validators)
        first, last = self.first_on.value, self.last_on.value
        if not isinstance(first, date) or not isinstance(last, date):
            return is_good
        sentence = ""
        if first <= self.context.today:
            self.first_on.errors = ["The first day must be after today"]
            is_good = False
        if last < first:
            sentence = "The last day must not lie before the first"
        elif (last - first).days >= keeping.MOST_DAYS:
            sentence = f"A tour is no longer than {keeping.MOST_DAYS} days: make two of it"
        if sentence:
            self.last_on.errors = [sentence]
        return is_good and not sentence

    def wanted(self) -> Wanted:
        """What was said, after `validate`."""
        return Wanted(
            first_on=self.first_on.value,
            last_on=self.last_on.value,
            start=self.start.value,
            start_at=self.start.found,
            end=self.end.value or "",
            end_at=self.end.found,
            most_miles=self.most_miles.value,
            rest_after=self.rest_after.value or 0,
            has_interpreter=bool(self.has_interpreter.value),
            needs=self.needs.value or "",
        )

"""The forms of a speaker's own page about their time: the week, days away and besides, a pause."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from portal.speakers import hours
from portal.speakers.availability import Span, weekday_in_words
from portal.speakers.own_forms import OwnForm
from portal.submissions.choices import listed
from portal.submissions.fields import DateText, Line, OneOf
from portal.submissions.forms import Raw

AWAY, BESIDES = "away", "free"
DAYS = range(7)


class Hours(Line):
    """Hours of a day; `value` is a list of pairs of minutes."""

    def __init__(self, label: Any, *, most: int = 60, **kw: Any) -> None:
        super().__init__(label, most=most, **kw)

    def understand(self, form: Any) -> list[Span]:
        """The hours that are meant."""
        try:
            return hours.understand_hours(self.cleaned_text())
        except hours.HoursNotUnderstood as wrong:
            raise StopValidation(wrong.sentence) from None

    def said(self, value: Any) -> list[str]:
        """The hours in words."""
        return [hours.as_typed(value, str(get_locale() or "en"))] if value else []


class Week(OwnForm):
    """The usual hours of a week, a box for each day."""

    day_0 = Hours("", look={"width": 20, "autocomplete": "off"}, says_optional=False)
    day_1 = Hours("", look={"width": 20, "autocomplete": "off"}, says_optional=False)
    day_2 = Hours("", look={"width": 20, "autocomplete": "off"}, says_optional=False)
    day_3 = Hours("", look={"width": 20, "autocomplete": "off"}, says_optional=False)
    day_4 = Hours("", look={"width": 20, "autocomplete": "off"}, says_optional=False)
    day_5 = Hours("", look={"width": 20, "autocomplete": "off"}, says_optional=False)
    day_6 = Hours("", look={"width": 20, "autocomplete": "off"}, says_optional=False)

    FACTS_APART = frozenset(f"day_{day}" for day in DAYS)

    def prepare(self) -> None:
        """Name the days."""
        for day in DAYS:
            self[f"day_{day}"].label.text = weekday_in_words(day, self.context.language)

    def typed_of(self, submission: Any) -> Raw:
        """The hours of each day as somebody would have typed them."""
        told: dict[int, list[Span]] = {}
        for row in submission.weekly:
            told.setdefault(row.weekday, []).append((row.from_minute, row.until_minute))
        return {f"day_{day}": hours.as_typed(told.get(day, []), self.context.language) for day in DAYS}

    def week(self) -> list[tuple[int, int, int]]:
        """Weekday, from and until of all hours, after `validate`."""
        return [(day, *span) for day in DAYS for span in self[f"day_{day}"].value]


class Days(OwnForm):
    """Days away, or days on which somebody can although the week says no."""

    what = OneOf(
        _l("What shall we know?"),
        choices=listed((AWAY, _l("I am away")), (BESIDES, _l("I am free, although my usual hours say no"))),
        needed=_l("Choose whether you are away or free"),
        default=AWAY,
    )
    first_on = DateText(
        _l("First day"),
        hint=_l("For example 3 August 2027"),
        needed=_l("Enter the first day"),
        look={"width": 20, "autocomplete": "off"},
    )
    last_on = DateText(
        _l("Last day"), hint=_l("Leave this empty for one day."), look={"width": 20, "autocomplete": "off"}
    )
    only = Hours(
        _l("Only some hours of the day?"),
        hint=_l("For example 6pm–9pm. Leave this empty for the whole day."),
        look={"width": 20, "autocomplete": "off"},
    )

    def validate_last_on(self, field: DateText) -> None:
        """Not before the first day."""
        first = self.first_on.value
        if field.value is not None and first is not None and field.value < first:
            raise StopValidation(_l("The last day is before the first. Enter a later day"))
        if field.value is not None and first is not None and (field.value - first).days > 366:
            raise StopValidation(_l("That is more than a year. Enter an earlier day, or pause instead"))

    def validate_only(self, field: Hours) -> None:
        """One run of hours."""
        if field.value and len(field.value) > 1:
            raise StopValidation(_l("Enter one time here, like 6pm–9pm, and the other one as a second entry"))

    def days(self) -> tuple[date, date]:
        """First and last day, after `validate`."""
        first = self.first_on.value
        assert isinstance(first, date)
        return first, self.last_on.value or first

    def span(self) -> Span | None:
        """The hours of each day, after `validate`; None for whole days."""
        return self.only.value[0] if self.only.value else None


class Pause(OwnForm):
    """Until when nobody shall ask."""

    until = DateText(
        _l("From which day may we ask you again?"),
        hint=_l("For example 1 September 2027. Leave this empty to pause until you go on yourself."),
        look={"width": 20, "autocomplete": "off"},
    )

"""The fields that understand something: addresses, numbers, days, hours and sums; and all other fields by name.

What dates, times and sums mean is understood in `dates`, `times` and `money`; which fields a form has, in the kinds'
`forms`. What every field can do is in `answered`, choices are in `choosing`.
"""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import format_decimal, get_locale
from flask_babel import lazy_gettext as _l
from wtforms import widgets
from wtforms.validators import StopValidation

from portal.clock import is_hour
from portal.directory import places
from portal.directory.phones import understand_phone
from portal.emails.parcel import readable_address
from portal.submissions.answered import TEXT_LENGTH, Answered, Line, Name, Sentence, Text
from portal.submissions.choosing import AnyOf, OneOf, Picked, Tick
from portal.submissions.dates import DateNotUnderstood, Leaning, understand_date
from portal.submissions.day_words import as_typed, in_words
from portal.submissions.money import pounds, understand_number, understand_pence
from portal.submissions.times import TimeOfDay, as_said, understand_time
from portal.submissions.typed import clean_line

__all__ = [
    "TEXT_LENGTH",
    "Answered",
    "AnyOf",
    "Count",
    "DateText",
    "EmailText",
    "Line",
    "Money",
    "Name",
    "Number",
    "OneOf",
    "Phone",
    "Picked",
    "Postcode",
    "Sentence",
    "Text",
    "Tick",
    "TimeText",
    "said_time",
]


_NAMED_ADDRESS = re.compile(r"[^<>@]*<([^<>]+)>[.,;]?")
"""An address as mail programs copy it: with the name before it."""


class EmailText(Line):
    """One email address. Whether its domain has a server is not asked: the network may be down."""

    widget = widgets.EmailInput()

    def __init__(self, label: Sentence, *, most: int = 254, **kw: Any) -> None:
        super().__init__(label, most=most, **kw)

    def understand(self, form: Any) -> str:
        """The address as post is sent to it."""
        text = self.cleaned_text()
        if not text:
            return ""
        named = _NAMED_ADDRESS.fullmatch(text)
        address = (named[1] if named else text).removeprefix("mailto:").strip(" <>.,;")
        if address.startswith("-") or any(letter in address for letter in ' ,;<>"()'):
            raise StopValidation(_l("Enter one email address, like name@example.org"))
        try:
            checked = validate_email(address, check_deliverability=False, test_environment=True, allow_smtputf8=False)
        except EmailNotValidError:
            raise StopValidation(_l("Enter an email address in the correct format, like name@example.org")) from None
        return checked.ascii_email or checked.normalized

    def typed_of(self, value: Any, language: str) -> str | list[str]:
        """The address as people write it."""
        return readable_address(str(value or ""))

    def said(self, value: Any) -> list[str]:
        """The same: whoever checks it cannot read a name of a domain as computers write it."""
        return [readable_address(str(value))] if value else []


_DIALLED = re.compile(r"[+(]?[0-9][0-9 ().\-\u2010-\u2015\u00a0]{4,}[0-9]")


class Phone(Line):
    """A telephone number, kept as it was typed; one without a country's prefix is of `region` ("GB", "UA")."""

    widget = widgets.TelInput()

    def __init__(self, label: Sentence, *, most: int = 40, region: str = "GB", **kw: Any) -> None:
        super().__init__(label, most=most, **kw)
        self.region = region

    def understand(self, form: Any) -> str:
        """The number as typed, where at least one number can be read out of it."""
        text = self.cleaned_text()
        # Words may stand beside it: "07700 900123 (evenings only)", "07700 900123 or 0191 498 0171".
        numbers = [text, *(match[0] for match in _DIALLED.finditer(text))]
        if text and not any(understand_phone(number, self.region).e164 for number in numbers):
            here = _l("Enter a phone number, like 07700 900123 or 0191 498 0000")
            there = _l("Enter a phone number, like +380 44 000 0000 or 067 000 0000")
            raise StopValidation(there if self.region == "UA" else here)
        return text


class Postcode(Line):
    """A postcode, or only its first half."""

    def __init__(self, label: Sentence, *, most: int = 12, **kw: Any) -> None:
        super().__init__(label, most=most, **kw)

    def cleaned_text(self) -> str:
        """The postcode as it is printed. Others write more into this box than one postcode."""
        text = clean_line(self.typed)
        if not text:
            self.refuse_empty()
            return ""
        shown = places.postcode_display(text)
        is_off_the_table = shown[:2].upper() in ("JE", "GY", "IM")
        if len(shown) > self.most or (places.find_outcode(text) is None and not is_off_the_table):
            raise StopValidation(_l("Enter a UK postcode, like DH1 4BE, or its first half"))
        return shown

    def said(self, value: Any) -> list[str]:
        """The postcode; one that seems to lack its end with a question, for half a one is enough for us."""
        if value and _CUT_SHORT.fullmatch(str(value)):
            return [str(_l("%(postcode)s (is something missing at the end?)", postcode=value))]
        return super().said(value)


_CUT_SHORT = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?(?: \d[A-Z]?|\d[A-Z])", re.IGNORECASE)
"""A postcode of which the second half has begun: “DH1 4B”, “DH1 4”."""


class DateText(Line):
    """A day, as people write it. `value` is a date or None."""

    def __init__(self, label: Sentence, *, leaning: Leaning = Leaning.AHEAD, most: int = 60, **kw: Any) -> None:
        self.leaning = leaning
        super().__init__(label, most=most, **kw)

    def understand(self, form: Any) -> date | None:
        """The day that is meant."""
        text = self.cleaned_text()
        if not text:
            return None
        is_left_alone = text == clean_line(str(form.context.stored.get(self.short_name, "")))
        leaning = Leaning.ANYWHEN if is_left_alone else self.leaning
        try:
            return understand_date(text, form.context.today, leaning, within=self.within(form))
        except DateNotUnderstood as refusal:
            raise StopValidation(refusal.args[0]) from None

    def within(self, form: Any) -> tuple[date, date] | None:
        """Between which days a day without a year is looked for first; None where it leans on today alone."""
        return None

    def typed_of(self, value: Any, language: str) -> str | list[str]:
        """The day in words."""
        return as_typed(value, language) if value else ""

    def said(self, value: Any) -> list[str]:
        """The day in words."""
        return [in_words(value)] if value else []


class TimeText(Line):
    """A time of day. `value` is what was typed; `moment` what was understood, if anything.

    Where a date stands beside it on the form (`date_1` beside `time_1`), an hour that the day does not have is refused.
    """

    def __init__(self, label: Sentence, *, is_strict: bool = False, most: int = 60, **kw: Any) -> None:
        self.moment = TimeOfDay()
        self.is_strict = is_strict
        super().__init__(label, most=most, **kw)

    def understand(self, form: Any) -> str:
        """The words as typed; a strict field refuses what it cannot read."""
        text = self.cleaned_text()
        self.moment = understand_time(text)
        if not text:
            return ""
        if self.moment.start is None and _LIKE_A_CLOCK.fullmatch(text.lower()):
            raise StopValidation(_l("There is no such time. Enter a time, like 7pm or 19:30"))
        if not any(map(str.isalnum, text)):
            raise StopValidation(_l("Enter a time, like 7pm, or say in words when it begins"))
        if self.is_strict and self.moment.start is None:
            raise StopValidation(_l("Enter a time, like 7pm or 19:30"))
        beside = form[name] if (name := self.short_name.replace("time_", "date_")) in form else None
        day = beside.value if isinstance(beside, DateText) else None
        if day is not None and self.moment.start is not None and not is_hour(day, self.moment.start):
            raise StopValidation(_l("The clocks go forward that night: there is no such hour. Enter another time"))
        return text

    def said(self, value: Any) -> list[str]:
        """What was typed and, where it is not the same, what we understood."""
        return [said_time(str(value), understand_time(str(value)).start)] if value else []


_LIKE_A_CLOCK = re.compile(
    r"(?:\d{1,2}[:.h]\d{2}|\d{4}) ?(?:[ap]\.?m\.?|hrs|hours)?|\d{1,2} ?[ap]\.?m\.?|[-–−]? ?\d{1,3}"
)
"""Words that are surely meant as a time of day: where it does not exist, it is a slip of the finger."""
_PLAIN_TIME = re.compile(r"(?:0?[1-9]|1[0-2])([.:]\d{2})? ?(am|pm)|\d{1,2}[.:]\d{2}|noon")
"""Times that can be read in one way only: saying them twice would add nothing."""


def said_time(typed: str, start: time | None) -> str:
    """A time as typed, beside what we understood where that adds something."""
    understood = as_said(start, str(get_locale() or "en")) if start else ""
    if not understood or _PLAIN_TIME.fullmatch(typed.strip().lower()):
        return typed
    return str(_l("%(typed)s (starts %(time)s)", typed=typed, time=understood))


class Money(Line):
    """A sum in pounds. `value` is in pence, or None."""

    def __init__(self, label: Sentence, *, most: int = 40, **kw: Any) -> None:
        super().__init__(label, most=most, **kw)

    def understand(self, form: Any) -> int | None:
        """The sum in pence."""
        text = self.cleaned_text()
        if not text:
            return None
        pence = understand_pence(text)
        if pence is None:
            raise StopValidation(_l("Enter one sum in pounds, like 50 or 50.00"))
        return pence

    def typed_of(self, value: Any, language: str) -> str | list[str]:
        """The sum in pounds."""
        return "" if value is None else f"{value / 100:.2f}"

    def said(self, value: Any) -> list[str]:
        """The sum as it is printed."""
        return [pounds(value)] if value is not None else []


class Number(Line):
    """A whole number. `value` is the first number in what was typed, or None."""

    def __init__(self, label: Sentence, *, largest: int, smallest: int = 0, most: int = 60, **kw: Any) -> None:
        self.largest = largest
        self.smallest = smallest
        super().__init__(label, most=most, **kw)

    def understand(self, form: Any) -> int | None:
        """The first number in the text."""
        text = self.cleaned_text()
        if not text:
            return None
        number = understand_number(text)
        if number is None:
            raise StopValidation(_l("Enter a whole number in figures, like 40"))
        if not self.smallest <= number <= self.largest:
            raise StopValidation(
                _l(
                    "Enter a number from %(least)s to %(most)s",
                    least=format_decimal(self.smallest),
                    most=format_decimal(self.largest),
                )
            )
        return number

    def said(self, value: Any) -> list[str]:
        """The number; nought is one."""
        return [str(value)] if value is not None else []

    def shown(self) -> list[str]:
        """The number we read, beside the words where there are more."""
        if self.value is None:
            return []
        number, typed = str(self.value), clean_line(self.typed)
        if typed.replace(",", "").replace(" ", "") == number:
            return [number]
        return [str(_l("%(typed)s (we read %(number)s)", typed=typed, number=number))]


class Count(Line):
    """About how many, in whatever words; kept as typed."""

    def __init__(self, label: Sentence, *, most: int = 60, **kw: Any) -> None:
        super().__init__(label, most=most, **kw)

    def understand(self, form: Any) -> str:
        """The words as typed, unless they begin below nought."""
        if re.match(r"[-–−] ?\d", text := self.cleaned_text()):
            raise StopValidation(_l("Enter about how many, like 40"))
        return text

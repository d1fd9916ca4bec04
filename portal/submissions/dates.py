"""Understands dates as people write them in English and Ukrainian. The day always stands before the month.

Times of day are understood in `times`; the field that asks for a date is in `fields`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from flask_babel import LazyString, format_date, get_locale, gettext
from flask_babel import lazy_gettext as _l

from portal.submissions.day_words import PHONETIC_APOSTROPHE

MOST_YEARS_AHEAD = 3
MOST_YEARS_BACK = 10

ENGLISH = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
UKRAINIAN = [
    "січня",
    "лютого",
    "березня",
    "квітня",
    "травня",
    "червня",
    "липня",
    "серпня",
    "вересня",
    "жовтня",
    "листопада",
    "грудня",
]
UKRAINIAN_PLAIN = [
    "січень",
    "лютий",
    "березень",
    "квітень",
    "травень",
    "червень",
    "липень",
    "серпень",
    "вересень",
    "жовтень",
    "листопад",
    "грудень",
]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UKRAINIAN_WEEKDAYS = (
    ("понеділ", "пн"),
    ("вівтор", "вт"),
    ("серед", "ср"),
    ("четвер", "чт"),
    ("п’ятниц", "пт"),
    ("субот", "сб"),
    ("неділ", "нд"),
)
RELATIVE = {"today": 0, "tomorrow": 1, "yesterday": -1, "сьогодні": 0, "завтра": 1, "вчора": -1}

_ISO = re.compile(r"([0-9]{4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})")
_NUMBERS = re.compile(r"([0-9]{1,2}) ?[-/. ] ?([0-9]{1,2})(?: ?[-/. ] ?([0-9]{4}|[0-9]{2}))?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-. ]*([^\W\d_]{3,})[-. ]*([0-9]{4}|[0-9]{2})?")
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,})[-. ]*([0-9]{1,2})(?: ([0-9]{4}|[0-9]{2}))?")
_CLOCK = re.compile(
    r"(?:\b(?:at|о) |@ ?)?"
    r"(\b[0-9]{1,2}(?:(?:[.:][0-9]{2})? ?[ap]\.?m\b\.?|:[0-9]{2}\b)"
    r"(?: for [0-9]{1,2}(?:[.:][0-9]{2}\b ?(?:[ap]\.?m\b\.?)?| ?[ap]\.?m\b\.?))?"
    r"(?: ?(?:to|till|until|до|[-\u2013]) ?[0-9]{1,2}(?:[.:][0-9]{2}\b ?(?:[ap]\.?m\b\.?)?| ?[ap]\.?m\b\.?))?)",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"([0-9])(?:st|nd|rd|th|-?го|-?е)\b")
_IDLE = re.compile(r"\b(?:of|the|on|at|року|рік|р)\b\.?")
_SPACES = re.compile(r"[\s,]+")


class Leaning(StrEnum):
    """Which way a date points that is written without a year, and which dates are refused."""

    AHEAD = "ahead"
    BACK = "back"
    EITHER = "either"
    ANYWHEN = "anywhen"


class DateNotUnderstood(ValueError):
    """The text is no date that could be meant; the first argument is the sentence for the person."""


def understand_date(
    text: str, today: date, leaning: Leaning = Leaning.AHEAD, *, within: tuple[date, date] | None = None
) -> date:
    """The day that is meant. Raises `DateNotUnderstood` with a sentence that says what to do.

    Without a year the next such day is meant (`leaning` ahead), the last (back) or the nearer of both (either).
    Anywhen refuses no day that exists. `within` are two days, both included: without a year the first such day between
    them is meant, where there is one.
    """
    words = plain_words(text)
    if words in RELATIVE:
        return _checked(today + timedelta(days=RELATIVE[words]), today, leaning)
    words, weekday = _without_weekday(words)
    year: int | None
    if match := _ISO.fullmatch(words):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    elif match := _NUMBERS.fullmatch(words):
        day, month, year = int(match[1]), int(match[2]), _year(match[3])
    elif (match := _DAY_FIRST.fullmatch(words)) and (known := _month(match[2])):
        day, month, year = int(match[1]), known, _year(match[3])
    elif (match := _MONTH_FIRST.fullmatch(words)) and (known := _month(match[1])):
        day, month, year = int(match[2]), known, _year(match[3])
    else:
        raise DateNotUnderstood(_l("Enter one date, like 14 January 2027"))
    if month > 12:
        raise DateNotUnderstood(_l("Write the day before the month, like 14/1/2027"))
    meant = _day(year, month, day) if year else _likely(month, day, today, leaning, within)
    if weekday is not None and meant.weekday() != weekday:
        raise DateNotUnderstood(LazyString(_is_another_weekday, meant))
    return _checked(meant, today, leaning)


def clock_in(text: str) -> str:
    """The time of day that stands beside a date, as it was typed; an empty text where there is none."""
    match = _CLOCK.search(text)
    return match[1] if match else ""


def plain_words(text: str) -> str:
    """The text in small letters and plain signs, without its time of day and words that say nothing."""
    words = unicodedata.normalize("NFKC", text).casefold()
    words = re.sub("[\u02bc'\u2018`]", "\u2019", words)
    words = re.sub("[\u2010-\u2015\u2212]", "-", words)
    words = _CLOCK.sub(" ", words)
    words = _IDLE.sub(" ", _ORDINAL.sub(r"\1", words))
    return _SPACES.sub(" ", words).strip(" .-")


def _without_weekday(words: str) -> tuple[str, int | None]:
    first, _, rest = words.partition(" ")
    last = words.rpartition(" ")[2]
    for word, others in ((first, rest), (last, words.rpartition(" ")[0])):
        if (found := weekday_named(word.strip(".()"))) is not None:
            return others.strip(" .-"), found
    return words, None


def weekday_named(word: str) -> int | None:
    """The number of a weekday (Monday is 0), also of a short one; None for any other word."""
    for number, name in enumerate(WEEKDAYS):
        full = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")[number]
        if word.startswith(name) and (full.startswith(word) or word in ("weds", "thurs", "tues")):
            return number
    for number, (start, short) in enumerate(UKRAINIAN_WEEKDAYS):
        if word == short or word.startswith(start):
            return number
    return None


def _month(word: str) -> int | None:
    for names in (ENGLISH, UKRAINIAN, UKRAINIAN_PLAIN):
        for number, name in enumerate(names, start=1):
            # "Febuary" and "Septmber" are meant kindly: the first three letters settle it.
            if word[:3] == name[:3] and len(word) <= len(name) + 2:
                return number
    return None


def _year(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if len(text) == 4 else 2000 + int(text)


def _is_another_weekday(day: date) -> str:
    """What is said of a day with a wrong weekday, in the language in which it is read."""
    said, weekday = format_date(day, "d MMMM y"), format_date(day, "EEEE").replace(PHONETIC_APOSTROPHE, "’")
    return str(gettext("%(day)s is a %(weekday)s. Check the day of the week", day=said, weekday=weekday))


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise DateNotUnderstood(LazyString(_no_such_day, day, month, year)) from None


def _no_such_day(day: int, month: int, year: int | None = None) -> str:
    """What is said of a day that no calendar has, in the language in which it is read."""
    names = UKRAINIAN if str(get_locale() or "en").startswith("uk") else [name.title() for name in ENGLISH]
    named = f"{day} {names[month - 1]}" if 1 <= month <= len(names) else f"{day}/{month}"
    # Without a year nobody has typed one; 29 February is missing in most.
    said = f"{named} {year}" if year is not None else named
    return str(gettext("There is no %(day)s. Check the day and the month", day=said))


def _likely(month: int, day: int, today: date, leaning: Leaning, within: tuple[date, date] | None) -> date:
    if within is not None:
        first, last = within
        for found in _same_day(month, day, range(first.year, last.year + 1)):
            if first <= found <= last:
                return found
    return _nearest(month, day, today, leaning)


def _nearest(month: int, day: int, today: date, leaning: Leaning) -> date:
    """The day without a year: looked for in the years around today, because 29 February is rare."""
    ahead = next((found for found in _same_day(month, day, range(today.year, today.year + 9)) if found >= today), None)
    behind = next(
        (found for found in _same_day(month, day, range(today.year, today.year - 9, -1)) if found <= today), None
    )
    if ahead is None or behind is None:
        raise DateNotUnderstood(LazyString(_no_such_day, day, month))
    if leaning in (Leaning.EITHER, Leaning.ANYWHEN):
        return min(ahead, behind, key=lambda found: abs((found - today).days))
    return ahead if leaning is Leaning.AHEAD else behind


def _same_day(month: int, day: int, years: range) -> Iterator[date]:
    for year in years:
        try:
            yield date(year, month, day)
        except ValueError:
            continue


def _checked(day: date, today: date, leaning: Leaning) -> date:
    """The day itself, unless it lies where it cannot be meant."""
    if leaning is Leaning.ANYWHEN:
        return day
    if leaning is Leaning.AHEAD and day < today:
        raise DateNotUnderstood(_l("This date has passed. Enter a date that is still to come"))
    if leaning is Leaning.BACK and day > today:
        raise DateNotUnderstood(_l("This date is still to come. Enter the date when it happened"))
    if day.year > today.year + MOST_YEARS_AHEAD or day - today > timedelta(days=366 * MOST_YEARS_AHEAD):
        raise DateNotUnderstood(_l("This date is more than three years away. Check the year"))
    if day.year < today.year - MOST_YEARS_BACK:
        raise DateNotUnderstood(_l("This date is long past. Check the year"))
    return day

"""A day in the words of the present language. How days are understood that people type is in `dates`.

In Ukrainian a day has cases. Its number is read as an ordinal and stays in the genitive with month and year, whatever
the sentence («14 січня 2027 року»: Є. Чак, «Складні питання граматики та орфографії»). The weekday before it takes the
case of the sentence: «до» asks for the genitive, whose forms are those of the dictionaries (goroh.pp.ua, «четвер,
четверга»; «п’ятниця, п’ятниці»). The date behind it explains the weekday, so a comma stands between («Український
правопис», 2019, on words that explain): what follows in the same sentence begins with a comma too.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from babel.dates import format_date
from flask_babel import get_locale

PHONETIC_APOSTROPHE = "\u02bc"
"""What the locale data write in the Ukrainian Friday; everything else we write has the apostrophe of print."""
PATTERNS = {"en": "EEEE d MMMM y", "uk": "EEEE, d MMMM y 'року'"}
MONTHS = {"en": "LLLL y", "uk": "LLLL y 'року'"}
FEMININE = (2, 4, 5, 6)
"""Weekdays whose Ukrainian name is feminine, counted from Monday (0)."""
BY_WEEKDAY = ("понеділка", "вівторка", "середи", "четверга", "п’ятниці", "суботи", "неділі")
"""The Ukrainian days of the week in the genitive, Monday first."""


def in_words(day: date) -> str:
    """A day with its weekday, in the present language: "Friday 15 January 2027", «п’ятниця, 15 січня 2027 року»."""
    return in_words_of(day, str(get_locale()))


# A letter names a dozen days, and all letters of a day name the same ones.
@lru_cache(maxsize=4096)
def in_words_of(day: date | None, language: str) -> str:
    """The same in a language ("en", "uk"); empty for None."""
    if day is None:
        return ""
    return format_date(day, PATTERNS[language], locale=language).replace(PHONETIC_APOSTROPHE, "’")


def as_typed(day: date, language: str) -> str:
    """A day as one would type it, in a language: "14 January 2027", «14 січня 2027»."""
    return format_date(day, "d MMMM y", locale=language)


def month_in_words(day: date) -> str:
    """The month of a day, in the present language: "January 2027", «січень 2027 року»."""
    language = str(get_locale())
    return format_date(day, MONTHS.get(language, MONTHS["en"]), locale=language)


def by_in_words(day: date) -> str:
    """A day as it stands behind "by" and «до», in the present language: see `by_in_words_of`."""
    return by_in_words_of(day, str(get_locale()))


@lru_cache(maxsize=4096)
def by_in_words_of(day: date | None, language: str) -> str:
    """As «до» has it: "Friday 15 January 2027", «п’ятниці, 15 січня 2027 року»; empty for None."""
    if day is None:
        return ""
    if language != "uk":
        return in_words_of(day, language)
    _, comma, rest = in_words_of(day, language).partition(",")
    return f"{BY_WEEKDAY[day.weekday()]}{comma}{rest}"


def by_today_or(day: date | None, today: date | None, language: str) -> str:
    """The same in a letter that is written `today`: one who reads it in the evening sees that no other day is left."""
    said = by_in_words_of(day, language)
    if day is None or day != today:
        return said
    if language != "uk":
        return f"today, {said}"
    return f"{'сьогоднішньої' if day.weekday() in FEMININE else 'сьогоднішнього'} {said}"

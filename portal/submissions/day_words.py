"""A day in the words of the present language. How days are understood that people type is in `dates`."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from babel.dates import format_date
from flask_babel import get_locale

PHONETIC_APOSTROPHE = "\u02bc"
"""What the locale data write in the Ukrainian Friday; everything else we write has the apostrophe of print."""


def in_words(day: date) -> str:
    """A day with its weekday, in the present language: "Thursday 14 January 2027", «п’ятниця 15 січня 2027»."""
    return in_words_of(day, str(get_locale()))


# A letter names a dozen days, and all letters of a day name the same ones.
@lru_cache(maxsize=4096)
def in_words_of(day: date, language: str) -> str:
    """The same in a language ("en", "uk")."""
    return format_date(day, "EEEE d MMMM y", locale=language).replace(PHONETIC_APOSTROPHE, "’")

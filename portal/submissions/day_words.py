"""A day in the words of the present language. How days are understood that people type is in `dates`."""

from __future__ import annotations

from datetime import date

from flask_babel import format_date

PHONETIC_APOSTROPHE = "\u02bc"
"""What the locale data write in the Ukrainian Friday; everything else we write has the apostrophe of print."""


def in_words(day: date) -> str:
    """A day with its weekday: "Thursday 14 January 2027", «п’ятниця 15 січня 2027»."""
    return str(format_date(day, "EEEE d MMMM y")).replace(PHONETIC_APOSTROPHE, "’")

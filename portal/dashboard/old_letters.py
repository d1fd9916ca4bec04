"""Whether a letter promises something by a day that is over: sent again, it would promise it anew.

The words are those of the letters in `templates/emails`: “by Thursday 26 November 2026”, «Крайній термін: …».
"""

from __future__ import annotations

import re
from datetime import date

from portal.dashboard.words import MONTHS

UKRAINIAN_MONTHS = (
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
)
_PROMISED = re.compile(
    r"(?:\bby|Крайній термін:|не пізніше(?: такої дати)?:)\s+"
    r"(?P<words>(?:\w+ )?(?P<day>\d{1,2}) (?P<month>\w+) (?P<year>\d{4}))"
)


def day_passed(text: str, today: date) -> str:
    """The first day in a letter's text by which something was promised and which is over, in its words; or nothing."""
    for found in _PROMISED.finditer(text):
        names = MONTHS if found["month"] in MONTHS else UKRAINIAN_MONTHS
        if found["month"] not in names:
            continue
        try:
            promised = date(int(found["year"]), names.index(found["month"]) + 1, int(found["day"]))
        except ValueError:
            continue
        if promised < today:
            return found["words"]
    return ""

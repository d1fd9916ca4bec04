"""Whether a letter promises something by a day that is over: sent again, it would promise it anew.

The words are those of the letters in `templates/emails`: “by Thursday 26 November 2026”, «до четверга, 26 листопада
2026 року»; older ones said «Крайній термін: четвер 26 листопада 2026».
"""

from __future__ import annotations

import re
from datetime import date

from portal.submissions.dates import DateNotUnderstood, Leaning, understand_date

_PROMISED = re.compile(
    r"(?:\b(?:by|до|не пізніше)|Крайній термін:|не пізніше(?: такої дати)?:)\s+"
    r"(?P<words>(?:[\w’ʼ'-]+,? )?\d{1,2} \w+ \d{4}(?: року)?)"
)


def day_passed(text: str, today: date) -> str:
    """The first day in a letter's text by which something was promised and which is over, in its words; or nothing."""
    for found in _PROMISED.finditer(text):
        try:
            promised = understand_date(found["words"], today, Leaning.ANYWHEN)
        except DateNotUnderstood:
            continue
        if promised < today:
            return found["words"]
    return ""

"""How many people, in words: "about 45 members" from what a branch typed into a box for a number.

What is no number stays as it was typed.
"""

from __future__ import annotations

import re

from flask_babel import format_decimal, ngettext

_NUMBER = re.compile(
    r"(?:about|around|approx\.?|approximately|roughly|some|c\.?|ca\.?|близько|приблизно|до)? ?"
    r"([0-9]{1,3}(?:[,  ][0-9]{3})+|[0-9]{1,6}) ?(?:people|members|persons|осіб|людей|членів)?",
    re.IGNORECASE,
)


def number_in(typed: str) -> int | None:
    """The one number that was typed, with or without "about" and "members"; None for anything else."""
    found = _NUMBER.fullmatch(typed.strip())
    return int(re.sub(r"[^0-9]", "", found[1])) if found else None


def people(typed: str) -> str:
    """So many people, in the present language."""
    count = number_in(typed)
    if count is None:
        return typed
    return ngettext("about %(count)s person", "about %(count)s people", count, count=format_decimal(count))


def members(typed: str) -> str:
    """So many members, in the present language."""
    count = number_in(typed)
    if count is None:
        return typed
    return ngettext("about %(count)s member", "about %(count)s members", count, count=format_decimal(count))

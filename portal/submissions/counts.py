"""How many people, in words: "about 45 members" from what a branch typed into a box for a number.

What is no number stays as it was typed. To whom the words mean nothing, or say whose they are, `alone` gives the
number without them.
"""

from __future__ import annotations

import re

from flask_babel import format_decimal, ngettext

_BEFORE = r"(?:about|around|approx\.?|approximately|roughly|some|c\.?|ca\.?|близько|приблизно|до)? ?"
_BEHIND = r" ?(?:people|members|persons|осіб|людей|членів)?"
_NUMBER = re.compile(rf"{_BEFORE}([0-9]{{1,3}}(?:[,   ][0-9]{{3}})+|[0-9]{{1,6}}){_BEHIND}", re.IGNORECASE)
_FIGURE = r"([0-9]{1,3}(?:[,\s][0-9]{3})+(?![0-9])|[0-9]{1,7})"
_FIGURES = re.compile(rf"{_FIGURE}(?: ?(?:-|–|—|to\b|до\b) ?{_FIGURE})?", re.IGNORECASE)
_GROWN_BEFORE = re.compile(r"[0-9][.,:/]$|[#№−-]$|[0-9]$|(?:^|\W)(?!(?:c|ca|abt|about|approx)$)[^\W_]+$", re.IGNORECASE)
_GROWN_ON = re.compile(r"[.,:/%-][0-9]|[0-9]| ?[%№]|(?!ish|ppl|plus|odd)[^\W_]", re.IGNORECASE)
"""What makes a number something else: 1.5, 2k, 10 %, B7, a minus."""
_RANGE = re.compile(rf"{_BEFORE}([0-9]{{1,5}}) ?(?:-|–|—|to|до) ?([0-9]{{1,5}}){_BEHIND}", re.IGNORECASE)


def number_in(typed: str) -> int | None:
    """The one number that was typed, with or without "about" and "members"; None for anything else."""
    found = _NUMBER.fullmatch(typed.strip())
    return int(re.sub(r"[^0-9]", "", found[1])) if found else None


def alone(typed: str) -> str:
    """The one number that was typed, or the two of a range ("40–60"), without the words around.

    Nothing where it is told twice ("1,200, of whom 300 come") or is no whole number.
    """
    found = list(_FIGURES.finditer(typed))
    if len(found) != 1 or _GROWN_ON.match(typed[found[0].end() :]) or _GROWN_BEFORE.search(typed[: found[0].start()]):
        return ""
    least, most = (re.sub(r"[^0-9]", "", figures or "") for figures in found[0].groups())
    if not most:
        return str(int(least))
    return f"{int(least)}–{int(most)}" if int(least) < int(most) else ""


def _range_in(typed: str) -> tuple[int, int] | None:
    found = _RANGE.fullmatch(typed.strip())
    least, most = (int(found[1]), int(found[2])) if found else (0, 0)
    return (least, most) if least < most else None


def _in_words(between: tuple[int, int]) -> str:
    return "–".join(map(_in_figures, between))


def _in_figures(number: int) -> str:
    """A number as it is printed; below a thousand every language prints the same."""
    return str(number) if number < 1000 else str(format_decimal(number))


def people(typed: str) -> str:
    """So many people, in the present language."""
    if between := _range_in(typed):
        return ngettext("about %(count)s person", "about %(count)s people", between[1], count=_in_words(between))
    count = number_in(typed)
    if count is None:
        return typed
    return ngettext("about %(count)s person", "about %(count)s people", count, count=_in_figures(count))


def members(typed: str) -> str:
    """So many members, in the present language."""
    if between := _range_in(typed):
        return ngettext("about %(count)s member", "about %(count)s members", between[1], count=_in_words(between))
    count = number_in(typed)
    if count is None:
        return typed
    return ngettext("about %(count)s member", "about %(count)s members", count, count=_in_figures(count))

"""Understands telephone numbers as people write them; nothing here decides whether a number is in use."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

UK_PREFIX = 44
_LEAST = {"7": 10, "2": 10, "3": 10}
"""So many figures a British number has at least, by the first after the nought; nine where it is none of these."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as typed and, where it was understood, as it is dialled from anywhere (E.164)."""

    as_typed: str
    e164: str | None


def understand_phone(text: str, region: str = "GB") -> Phone:
    """Keep the number as typed and say what it means; a number without a country's prefix is one of `region`.

    Numbers of a possible length are enough: a stricter check would refuse the ranges reserved for drama, and new ones.
    """
    # "380 67 …" without a plus is how Ukrainian numbers are often copied, and no British number begins so.
    digits = re.sub(r"[\s().\-\u2010-\u2015\u00a0]", "", text[:100])
    wanted = f"+{digits}" if re.fullmatch(r"(?:380\d{9}|44\d{10})", digits) else text[:100]
    try:
        number = phonenumbers.parse(wanted, region)
    except phonenumbers.NumberParseException:
        return Phone(text, None)
    if _is_cut_short(number):
        return Phone(text, None)
    return Phone(text, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _is_cut_short(number: phonenumbers.PhoneNumber) -> bool:
    """Whether figures are missing, or too many: nobody could dial it from elsewhere."""
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return True
    figures = str(number.national_number)
    # Of British numbers a few that begin with 8 have seven figures, and a few old ones nine; a mobile has ten.
    return number.country_code == UK_PREFIX and not figures.startswith("8") and len(figures) < _LEAST.get(figures[0], 9)

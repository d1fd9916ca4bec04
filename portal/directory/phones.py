"""Understands telephone numbers as people write them; nothing here decides whether a number is in use."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as typed and, where it was understood, as it is dialled from anywhere (E.164)."""

    as_typed: str
    e164: str | None


def understand_phone(text: str, region: str = "GB") -> Phone:
    """Keep the number as typed and say what it means; a number without a country's prefix is one of `region`.

    Possible numbers are enough: a stricter check would refuse the ranges reserved for drama, and new ones.
    """
    # "380 67 …" without a plus is how Ukrainian numbers are often copied, and no British number begins so.
    digits = re.sub(r"[\s().\-\u2010-\u2015\u00a0]", "", text[:100])
    wanted = f"+{digits}" if re.fullmatch(r"(?:380\d{9}|44\d{10})", digits) else text[:100]
    try:
        number = phonenumbers.parse(wanted, region)
    except phonenumbers.NumberParseException:
        return Phone(text, None)
    if not phonenumbers.is_possible_number(number):
        return Phone(text, None)
    return Phone(text, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

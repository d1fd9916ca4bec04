"""Understands sums of money and numbers as people write them ("£1,250", "approx 40 (ex miners)"), and prints sums."""

from __future__ import annotations

import re
import unicodedata

from flask_babel import get_locale

MOST_PENCE = 100_000_00
"""More than a hundred thousand pounds is a slip of the finger."""

NOTHING = frozenset({"nothing", "none", "nil", "zero", "nought", "free", "нічого", "нуль"})
"""Words for no money at all."""

# A comma before one or two last figures is the Ukrainian point: what we print ourselves, we read.
_SUM = re.compile(r"[0-9]{1,3}(?:[, ][0-9]{3})+(?:[.,][0-9]{1,2}(?![0-9]))?|[0-9]+(?:[.,][0-9]{1,2}(?![0-9]))?")
_NUMBER = re.compile(r"[0-9]{1,3}(?:[,  ][0-9]{3})+(?![0-9])|[0-9]+")
_MEANS_ANOTHER = re.compile(
    r"e[0-9]|[.,][0-9]|\u2044|\s*(?:k\b|dozen|score\b|hundred|thousand|тис|сот|десятк)", re.IGNORECASE
)
"""What stands behind figures that are not the whole number."""


def understand_pence(text: str) -> int | None:
    """The sum in pence; None where there is no sum, or more than one, or none that could be meant."""
    words = unicodedata.normalize("NFKC", text).casefold()
    if words.strip(" .£") in NOTHING:
        return 0
    found = list(_SUM.finditer(words))
    if len(found) != 1 or re.search(r"[-\u2212] ?£? ?[0-9]|[0-9][.,][0-9]*$(?<=[.,])|[€$]", words):
        return None
    figures = re.sub(r"[, ](?=[0-9]{3})", "", found[0][0]).replace(",", ".")
    after = words[found[0].end() :].strip()
    if re.match(r"[.,0-9%]", after) or len(figures) > 12:
        return None
    pounds, _, pence = figures.partition(".")
    total = int(pounds) * 100 + int((pence + "00")[:2])
    if re.match(r"p\b|pence\b", after) and not pence and "£" not in words:
        total = int(pounds)
    return total if total <= MOST_PENCE else None


def understand_number(text: str) -> int | None:
    """The first whole number in the text ("20-25" is 20, "2,900" is 2900); None where there is none.

    A minus before it, a fraction after it ("1.5"), letters grown onto it ("1e9") or a word that makes it greater ("2k",
    "3 hundred") mean that somebody meant something else: None as well.
    """
    plain = unicodedata.normalize("NFKC", text)
    match = _NUMBER.search(plain)
    if match is None or len(match[0]) > 15:
        return None
    after = plain[match.end() :]
    if re.search(r"[-\u2212]\s*$", plain[: match.start()]) or _MEANS_ANOTHER.match(after):
        return None
    return int(re.sub(r"[^0-9]", "", match[0]))


def pounds(pence: int) -> str:
    """A sum as it is printed in the present language: "£1,250.00"; "£1 250,00", which never breaks, in Ukrainian."""
    text = f"£{pence / 100:,.2f}"
    locale = get_locale()
    if locale is None or locale.language != "uk":
        return text
    return text.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")

"""Cleans what people type: one line or several, without the marks that nobody sees and that could do harm.

What the words mean is understood in `dates`, `times` and `fields`; the words as typed stay in the draft.
"""

from __future__ import annotations

import re
import unicodedata

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_TOO_MANY_LINES = re.compile(r"\n{3,}")
_JOINER = "\u200d"
_FIRST_PICTURE = 0x2190
"""From here on stand arrows, pictures and emoji, whose families and flags need the joiner."""


def clean_line(text: str) -> str:
    """One line: composed letters, single spaces, nothing unseen."""
    if not text:
        return ""
    return " ".join(_seen(_LINE_ENDS.sub(" ", text)).split())


def clean_text(text: str) -> str:
    """Several lines: as `clean_line`, but line ends stay (at most one empty line together)."""
    if not text:
        return ""
    lines = (" ".join(line.split()) for line in _seen(_LINE_ENDS.sub("\n", text)).split("\n"))
    return _TOO_MANY_LINES.sub("\n\n", "\n".join(lines)).strip()


def _seen(text: str) -> str:
    """The text without control characters, marks for the direction of writing, zero widths and half characters."""
    text = unicodedata.normalize("NFC", text)
    if text.isprintable():
        # Nearly everything that people type: none of the characters below is printable.
        return text
    kept: list[str] = []
    for letter in text:
        category = unicodedata.category(letter)
        if category == "Cc":
            # A tab or a NUL between two words must not make one word of them.
            kept.append(letter if letter == "\n" else " ")
        elif (category == "Cf" and not _joins_pictures(letter, kept)) or category == "Cs":
            continue
        else:
            kept.append(letter)
    return "".join(kept)


def _joins_pictures(letter: str, before: list[str]) -> bool:
    is_tag = "\U000e0020" <= letter <= "\U000e007f"
    return (letter == _JOINER or is_tag) and bool(before) and ord(before[-1]) >= _FIRST_PICTURE

"""What differs between two texts, line by line and within a line word by word, for a page to print."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME = "same"
OUT = "out"
IN = "in"
_WORDS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\s+|[\w’'-]+|.")
LIKE_ENOUGH = 0.4
"""Two lines that have less than this in common are told as one taken out and one put in."""


@dataclass(frozen=True)
class Part:
    """A piece of a line that stayed, was taken out or was put in."""

    kind: str
    text: str


Line = tuple[Part, ...]


def lines(before: str, after: str) -> list[Line]:
    """Every line of both texts in the order of reading; empty where nothing differs."""
    if before == after:
        return []
    old, new = before.split("\n"), after.split("\n")
    found: list[Line] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [(Part(SAME, line),) for line in old[i1:i2]]
        else:
            found += _changed(old[i1:i2], new[j1:j2])
    return found


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Lines that replace each other, paired in their order as long as they are alike."""
    for place in range(max(len(old), len(new))):
        was, now = old[place : place + 1], new[place : place + 1]
        if was and now and (parts := _within(was[0], now[0])):
            yield parts
            continue
        yield from ((Part(OUT, line),) for line in was)
        yield from ((Part(IN, line),) for line in now)


def _within(was: str, now: str) -> Line:
    """One line word by word; empty where the two have too little in common."""
    old, new = _WORDS.findall(was), _WORDS.findall(now)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < LIKE_ENOUGH:
        return ()
    parts: list[Part] = []
    gone = come = ""
    codes = matcher.get_opcodes()
    for place, (kind, i1, i2, j1, j2) in enumerate(codes):
        before, after = "".join(old[i1:i2]), "".join(new[j1:j2])
        # A blank between two changed words belongs to both: "A volunteer" reads better than two words apart.
        if kind != "equal" or (not before.strip() and 0 < place < len(codes) - 1):
            gone, come = gone + before, come + after
            continue
        parts += [*_change(gone, come), Part(SAME, before)]
        gone = come = ""
    return (*parts, *_change(gone, come))


def _change(gone: str, come: str) -> Iterator[Part]:
    if gone:
        yield Part(OUT, gone)
    if come:
        yield Part(IN, come)

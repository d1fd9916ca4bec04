"""A document's text taken apart: headings, paragraphs, lists and lines to write on; and two languages set side by side.

Paragraphs are parted by blank lines. "# " begins a heading, "- " a line of a list, and a line of nothing but "____" is
one to write on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, zip_longest

_TO_WRITE_ON = re.compile(r"_{3,}")


class Kind(StrEnum):
    """What a part of a text is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    LINE = "line"


_BEGINS = {"# ": Kind.HEADING, "- ": Kind.ITEM}


@dataclass(frozen=True)
class Part:
    """One piece of a document in one language. A line to write on has no text."""

    kind: Kind
    text: str = ""


Row = tuple[Part | None, Part | None]
"""The same piece in both languages; None where one of the texts has no more."""


@dataclass(frozen=True)
class Section:
    """What stands below one heading, with it, in both languages."""

    first: tuple[Part, ...]
    second: tuple[Part, ...]

    @property
    def rows(self) -> list[Row]:
        """The pieces side by side."""
        return list(zip_longest(self.first, self.second))


def parts(text: str) -> list[Part]:
    """The parts of a text in their order."""
    return [part for paragraph in re.split(r"\n\s*\n", text.strip()) if paragraph for part in _of(paragraph)]


def _of(paragraph: str) -> Iterator[Part]:
    rest: list[str] = []
    for line in (each.strip() for each in paragraph.split("\n")):
        kind = Kind.LINE if _TO_WRITE_ON.fullmatch(line) else _BEGINS.get(line[:2])
        if kind is None:
            rest.append(line)
            continue
        if rest:
            yield Part(Kind.PARAGRAPH, "\n".join(rest))
            rest = []
        yield Part(kind, "" if kind is Kind.LINE else line[2:].strip())
    if rest:
        yield Part(Kind.PARAGRAPH, "\n".join(rest))


def side_by_side(first: Sequence[Part], second: Sequence[Part]) -> list[Section]:
    """Two texts in sections: each heading stands beside its counterpart, however much is written below either."""
    pairs = zip_longest(_sections(first), _sections(second), fillvalue=())
    return [Section(tuple(one), tuple(other)) for one, other in pairs if one or other]


def grouped(some: Sequence[Part]) -> list[tuple[Kind, list[Part]]]:
    """The parts with neighbours of one kind together, so that a page can print a list as one."""
    return [(kind, list(group)) for kind, group in groupby(some, key=lambda part: part.kind)]


def _sections(some: Sequence[Part]) -> list[list[Part]]:
    """The parts by headings; what stands before the first one is a section too, even where there is nothing."""
    found: list[list[Part]] = [[]]
    for part in some:
        if part.kind is Kind.HEADING:
            found.append([])
        found[-1].append(part)
    return found

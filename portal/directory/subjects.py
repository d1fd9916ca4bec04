"""Sectors and topics: the two lists of subjects, with their labels in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from portal.directory.folding import fold
from portal.directory.tables import read_table


@dataclass(frozen=True, slots=True)
class Subject:
    """A sector of work or a topic to speak about."""

    slug: str
    name_en: str
    name_uk: str

    def label(self, language: str) -> str:
        """The name in Ukrainian for "uk", in English for any other language."""
        return self.name_uk if language == "uk" else self.name_en


OTHER_SECTOR = Subject("other", "Another sector", "Інша галузь")
"""What is said of a body whose sector is none of ours: never the words somebody typed, which may name a place."""


def _subjects(table: str) -> tuple[Subject, ...]:
    return tuple(
        Subject(row["slug"], row["name_en"].replace("'", "’"), row["name_uk"].replace("'", "’"))
        for row in read_table(table)
    )


@cache
def sectors() -> tuple[Subject, ...]:
    """The sectors, in the order in which forms offer them."""
    return _subjects("sectors")


def find_sector(text: str) -> Subject | None:
    """The sector that a slug or a name in either language means, `OTHER_SECTOR` among them; None for any other text."""
    wanted = fold(text)
    return next(
        (row for row in (*sectors(), OTHER_SECTOR) if wanted in (fold(row.slug), fold(row.name_en), fold(row.name_uk))),
        None,
    )


@cache
def topics() -> tuple[Subject, ...]:
    """The topics a speaker can be asked for, in the order in which forms offer them."""
    return _subjects("topics")

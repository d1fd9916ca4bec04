"""Sectors and topics: the two lists of subjects, with their labels in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

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


def _subjects(table: str) -> tuple[Subject, ...]:
    return tuple(
        Subject(row["slug"], row["name_en"].replace("'", "’"), row["name_uk"].replace("'", "’"))
        for row in read_table(table)
    )


@cache
def sectors() -> tuple[Subject, ...]:
    """The sectors, in the order in which forms offer them."""
    return _subjects("sectors")


@cache
def topics() -> tuple[Subject, ...]:
    """The topics a speaker can be asked for, in the order in which forms offer them."""
    return _subjects("topics")

"""Pages of a list that no database can sort, since what it goes by is sealed: its rows are all opened first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

PAGE = 50


@dataclass(frozen=True)
class OpenedPage:
    """One page of such a list: its rows, how many fit in all, the number to go on after (None at the end)."""

    rows: Sequence[Any]
    found: int
    after: int | None


def page_by(name: str, rows: Iterable[Any], *, after: int = 0) -> OpenedPage:
    """`PAGE` of the rows by the text in their column `name`, from behind the row whose `id` is `after`.

    Where no row has that number (0, or one that has left the list meanwhile), the list begins at its beginning.
    """
    name_of = attrgetter(name)
    known = sorted(rows, key=lambda row: (name_of(row).casefold(), row.id))
    start = next((place + 1 for place, row in enumerate(known) if row.id == after), 0)
    page = known[start : start + PAGE]
    return OpenedPage(page, len(known), page[-1].id if len(known) > start + PAGE else None)

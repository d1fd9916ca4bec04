"""Reads the reference tables shipped in `data/`; what the rows mean lives in the modules that ask."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

TABLES = Path(__file__).parent / "data"


def read_table(name: str) -> Iterator[dict[str, str]]:
    """The rows of `data/<name>.csv`, one dictionary each; an empty cell is an empty string."""
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def split_cell(cell: str) -> tuple[str, ...]:
    """The values of a cell that holds several, which the tables separate by semicolons."""
    return tuple(part.strip() for part in cell.split(";") if part.strip())

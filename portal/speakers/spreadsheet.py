"""A spreadsheet of speakers as text: its letters, its separator, its columns by whatever they are called.

What the cells mean is `cells`’; what becomes of a row, `importing`’s. Nothing is kept of a sheet.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from portal.directory.folding import fold
from portal.submissions.typed import clean_line, clean_text

MOST_ROWS = 2000
LARGEST = 800_000
"""Bytes of a sheet. A page carries it back to be imported, and nothing larger than a million bytes is taken."""
LONGEST_CELL = 5000
SEPARATORS = ";,\t"
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")
NAMES: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "full name", "speaker", "імʼя та прізвище", "прізвище та імʼя", "піб", "повне імʼя"),
    "first_name": ("first name", "given name", "forename", "імʼя"),
    "last_name": ("last name", "surname", "family name", "прізвище"),
    "kind": ("kind", "type", "role", "who are they", "вид", "тип", "роль"),
    "email": (
        "email",
        "e mail",
        "mail",
        "email address",
        "електронна пошта",
        "ел пошта",
        "пошта",
        "імейл",
        "електронна адреса",
    ),
    "phone": ("phone", "telephone", "mobile", "phone number", "телефон", "номер телефону", "мобільний"),
    "language": ("language for letters", "letters", "letters in", "correspondence", "мова листів", "мова листування"),
    "lives_in": ("lives in", "country", "where do they live", "країна", "живе", "де живе"),
    "outcode": ("home district", "district", "postcode", "outcode", "поштовий індекс", "індекс", "поштовий район"),
    "region_slug": ("region", "nation", "region or nation", "регіон"),
    "most_miles": ("miles", "travels", "distance", "how far do they travel", "travels miles", "милі", "відстань"),
    "formats": ("formats", "format", "how do they speak", "in the room or online", "формат", "формати"),
    "time_zone": ("time zone", "timezone", "часовий пояс"),
    "languages": ("languages", "languages spoken", "speaks", "мови", "якими мовами"),
    "union": ("union", "trade union", "union in the uk", "uk union", "профспілка", "британська профспілка"),
    "ukrainian_union": (
        *("union in ukraine", "ukrainian union"),
        *("профспілка в україні", "українська профспілка"),
    ),
    "sector": ("sector", "industry", "галузь", "сектор"),
    "topics": ("topics", "topic", "subjects", "what can they speak about", "теми", "тема"),
    "experience": ("experience", "досвід"),
    "most_a_month": (
        *("talks a month", "most talks in a month", "talks per month", "per month", "most a month"),
        *("виступів на місяць", "на місяць"),
    ),
    "notes": ("notes", "comments", "notes for the team", "нотатки", "примітки", "коментар"),
    "name_uk": ("ukrainian name", "name in ukrainian", "name in ukrainian letters", "імʼя українською"),
}
"""What people call each column; the first name is the one of our own template."""
_HIGH = re.compile(rb"[\xa5\xaa\xaf\xb2-\xb4\xba\xbf-\xff]{3,}")
"""Three letters together beyond ASCII: a word in Cyrillic. Western words have one accent at a time."""
_GUARDED = re.compile(r"^'(?=[=+\-@])")
"""The sign that programs put before a cell so that it is not taken for a formula."""
_SEP_LINE = re.compile(r"\Asep=(.)\r?\n", re.IGNORECASE)


class SheetError(ValueError):
    """The whole sheet cannot be read; the argument is a sentence for whoever sent it."""


@dataclass(frozen=True)
class Row:
    """One line of a sheet: its number as spreadsheets count, and its cells by our names, none of them empty."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """The rows of a sheet, and the headings that we could not make anything of."""

    rows: tuple[Row, ...]
    ignored: tuple[str, ...]


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file, and how it was read where that was a guess: "", "Windows Cyrillic", "Windows Western".

    Raises `SheetError` for a workbook and for what is too large.
    """
    if data.startswith(WORKBOOKS):
        raise SheetError("This is not a CSV file. Open it in your spreadsheet and save it as CSV (UTF-8)")
    if len(data) > LARGEST:
        raise SheetError(f"This file is too large. Split it into files of fewer than {MOST_ROWS:,} rows")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), ""
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        is_cyrillic = _HIGH.search(data) is not None
    return (
        (data.decode("cp1251", "replace"), "Windows Cyrillic")
        if is_cyrillic
        else (
            data.decode("cp1252", "replace"),
            "Windows Western",
        )
    )


def read(text: str) -> Sheet:
    """The rows of a sheet, separated by semicolons, commas or tabs. Raises `SheetError`."""
    text = text.removeprefix("\ufeff").replace("\x00", "")
    if not text.strip():
        raise SheetError("Choose a file, or paste the rows with their headings")
    if len(text.encode("utf-8", "replace")) > LARGEST:
        raise SheetError(f"This is too much at once. Split it into parts of fewer than {MOST_ROWS:,} rows")
    named = _SEP_LINE.match(text)
    separator = named[1] if named else _separator(text)
    lines = _lines(text[named.end() :] if named else text, separator)
    _, headings = next(lines, (0, []))
    columns = [_columns().get(_folded(heading), "") for heading in headings]
    if not {"name", "last_name"} & set(columns):
        raise SheetError("The first row must name the columns, and one of them must be “Name”")
    twice = next(
        (heading for heading, name in zip(headings, columns, strict=True) if name and columns.count(name) > 1), ""
    )
    if twice:
        raise SheetError(f"Two columns mean the same as “{twice}”. Leave one of them out")
    rows = tuple(Row(number, cells) for number, line in lines if (cells := _cells(columns, line)))
    if not rows:
        raise SheetError("There is no row under the headings")
    if len(rows) > MOST_ROWS:
        raise SheetError(f"There are {len(rows):,} rows. At most {MOST_ROWS:,} can be imported at once")
    known = zip(headings, columns, strict=True)
    return Sheet(rows, tuple(heading.strip() for heading, name in known if heading.strip() and not name))


def template(example: Mapping[str, str]) -> bytes:
    """A file with all headings and one line, as spreadsheet programs open it."""
    made = io.StringIO(newline="")
    written = csv.writer(made)
    shown = [name for name in NAMES if name not in ("first_name", "last_name")]
    written.writerow([NAMES[name][0].capitalize().replace(" ukraine", " Ukraine") for name in shown])
    written.writerow([example.get(name, "") for name in shown])
    return made.getvalue().encode("utf-8-sig")


def _separator(text: str) -> str:
    """What stands most often in the first line, outside quotes."""
    first = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").split("\n", 1)[0])
    return max(SEPARATORS, key=first.count)


def _lines(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold anything, with their numbers. Raises `SheetError` for one that no program can read."""
    rows: Iterable[list[str]] = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, row in enumerate(rows, start=1):
            if any(cell.strip() for cell in row):
                yield number, row
    except csv.Error:
        raise SheetError(f"Row {number + 1} cannot be read: a quotation mark is not closed") from None


def _cells(columns: list[str], line: list[str]) -> dict[str, str]:
    """The cells of a line by our names. Whatever they begin with, they are plain text."""
    found = {
        name: (clean_text if name == "notes" else clean_line)(_GUARDED.sub("", cell.strip()[:LONGEST_CELL]))
        for name, cell in zip(columns, line, strict=False)
        if name
    }
    halves = [found.pop("first_name", ""), found.pop("last_name", "")]
    if not found.get("name"):
        found["name"] = " ".join(half for half in halves if half)
    return {name: cell for name, cell in found.items() if cell}


def _folded(heading: str) -> str:
    return fold(heading.replace("*", " ").strip()[:80])


@cache
def _columns() -> dict[str, str]:
    """Our name of a column by every folded heading; our own names count as well."""
    found = {_folded(heading): name for name, headings in NAMES.items() for heading in headings}
    return found | {_folded(name): name for name in NAMES}

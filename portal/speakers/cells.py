"""What the cells of a spreadsheet mean: words in English or Ukrainian become the answers of the register's form.

Cells that the form understands by itself (addresses, numbers, postcodes, languages) pass through as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from babel import Locale

from portal.directory.folding import fold
from portal.directory.subjects import Subject, sectors, topics
from portal.speakers.keeping import FORMATS, IN_PERSON, ONLINE
from portal.speakers.register import (
    CAMPAIGN,
    ELSEWHERE,
    IN_UK,
    IN_UKRAINE,
    INTERPRETER,
    NEW,
    SEASONED,
    STEADY,
    UKRAINIAN,
)
from portal.speakers.register_form import EXPERIENCES, HOMES, KINDS, WAYS, ZONES
from portal.submissions.forms import Raw

WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "kind": {
        CAMPAIGN: ("campaigner", "campaign", "speaker", "кампанія", "від кампанії"),
        UKRAINIAN: (
            *("ukrainian", "ukrainian unionist", "trade unionist", "профспілковець", "профспілковиця", "з україни"),
            *("український профспілковець", "українська профспілковиця"),
        ),
        INTERPRETER: ("translator", "interpreting", "перекладач", "перекладачка"),
    },
    "lives_in": {
        IN_UK: (
            *("united kingdom", "gb", "great britain", "england", "scotland", "wales", "northern ireland"),
            *("велика британія", "великобританія", "британія", "англія"),
        ),
        IN_UKRAINE: ("ukraine", "ua", "україна", "в україні"),
        ELSEWHERE: ("abroad", "other", "за кордоном", "інша країна"),
    },
    "experience": {
        NEW: ("beginner", "none", "новачок", "немає", "початківець"),
        STEADY: ("some", "experienced", "є", "досвідчений", "досвідчена"),
        SEASONED: ("hostile", "hostile rooms", "very experienced", "великий", "складні аудиторії"),
    },
    "language": {"en": ("english", "англійська"), "uk": ("ukrainian", "ua", "українська")},
    "time_zone": {"Europe/London": ("london", "uk", "лондон"), "Europe/Kyiv": ("kyiv", "kiev", "київ", "europe kiev")},
}
"""What people write besides the form's own words."""
WAYS_IN_WORDS = {
    IN_PERSON: ("in person", "room", "face to face", "наживо", "у залі", "очно"),
    ONLINE: ("zoom", "video", "онлайн", "по зуму"),
}
BOTH_WAYS = ("both", "either", "any", "обидва", "будь який", "будь-який")
_BETWEEN = re.compile(r"[;\n|]")


class CellError(ValueError):
    """A cell that is not understood; the argument is a sentence."""


def read(name: str, cell: str) -> str | list[str]:
    """The answer of the form that a cell means. Raises `CellError`; most cells pass through."""
    if name in WORDS:
        return _one(name, cell)
    if name == "sector":
        return _subject(cell, sectors(), "sector")
    if name == "topics":
        return [_subject(part, topics(), "topic") for part in _parts(cell, _known_topics())]
    if name == "formats":
        return _ways(cell)
    return cell


def guessed(raw: Raw, country: str = "") -> Raw:
    """What a new row leaves open and its other cells tell: where somebody lives, who they are, and by which clock.

    `country` is where they live in the words of the row.
    """
    home = str(raw.get("lives_in") or "") or IN_UK
    is_ukrainian = home == IN_UKRAINE or bool(raw.get("ukrainian_union"))
    kind = str(raw.get("kind") or "") or (UKRAINIAN if is_ukrainian else CAMPAIGN)
    formats = raw.get("formats") or ([IN_PERSON, ONLINE] if raw.get("most_miles") else [ONLINE])
    zone = raw.get("time_zone") or (_zone_of(country) if home == ELSEWHERE else "")
    return raw | {"lives_in": home, "kind": kind, "formats": formats, "time_zone": zone}


def _one(name: str, cell: str) -> str:
    found = _answers(name).get(fold(cell))
    if found is None and name == "lives_in" and fold(cell) in _countries():
        return ELSEWHERE
    if found is None:
        known = ", ".join(dict.fromkeys(_labels(name).values()))
        raise CellError(f"“{cell}” is not understood. Write one of: {known}")
    return found


def _ways(cell: str) -> list[str]:
    if fold(cell) in map(fold, BOTH_WAYS):
        return list(FORMATS)
    names = {str(choice.label): str(choice.value) for choice in WAYS} | {way: way for way in FORMATS}
    known = {fold(label): way for label, way in names.items()}
    known |= {fold(word): way for way, said in WAYS_IN_WORDS.items() for word in said}
    found = []
    for part in re.split(r"[;,/\n|+]|\band\b|\bта\b|\bі\b", cell):
        if not part.strip():
            continue
        if fold(part) not in known:
            raise CellError(f"“{part.strip()}” is not understood. Write: in the room, online, or both")
        found.append(known[fold(part)])
    return found


def _subject(cell: str, subjects: Iterable[Subject], what: str) -> str:
    wanted = fold(cell)
    for row in subjects:
        if wanted in (fold(row.slug), fold(row.name_en), fold(row.name_uk)):
            return row.slug
    # The first word of a long name is enough where only one begins so: "Miners" of "Miners and mining communities".
    near = [row.slug for row in subjects if wanted and fold(row.name_en).startswith(wanted)]
    if len(near) == 1:
        return near[0]
    raise CellError(f"“{cell}” is no {what} that we know. The form shows them all")


def _parts(cell: str, known: frozenset[str]) -> list[str]:
    """The parts of a list. Names have commas of their own, so that these divide only what is not known whole."""
    found: list[str] = []
    for part in filter(None, (each.strip() for each in _BETWEEN.split(cell))):
        found += [part] if fold(part) in known else [each.strip() for each in part.split(",") if each.strip()]
    return found


@cache
def _known_topics() -> frozenset[str]:
    return frozenset(fold(name) for row in topics() for name in (row.slug, row.name_en, row.name_uk))


@cache
def _labels(name: str) -> dict[str, str]:
    """The form's own words by the answers they stand for."""
    if name == "language":
        return {"en": "English", "uk": "Ukrainian"}
    choices = {"kind": KINDS, "lives_in": HOMES, "experience": EXPERIENCES, "time_zone": ZONES}[name]
    return {str(choice.value): str(choice.label) for choice in choices if choice.value}


@cache
def _answers(name: str) -> dict[str, str]:
    """Every folded word for an answer."""
    found = {fold(word): answer for answer, said in WORDS[name].items() for word in said}
    for answer, label in _labels(name).items():
        found |= {fold(answer): answer, fold(label): answer}
    return found


@cache
def _countries() -> dict[str, str]:
    """The codes of countries by their names in English and in Ukrainian. Ours and theirs are read before."""
    named = [Locale(language).territories.items() for language in ("en", "uk")]
    return {fold(str(name)): str(code) for each in named for code, name in each}


def _zone_of(country: str) -> str:
    """The time zone that the form calls by the name of that country; empty where it calls none so."""
    in_english = Locale("en").territories.get(_countries().get(fold(country), ""), "")
    return next((zone for zone, label in _labels("time_zone").items() if label == in_english), "")

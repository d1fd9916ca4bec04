"""Lists to choose from, as fields take them: values with lazy labels, and the sectors, topics and places."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from portal.directory import places, subjects, ukraine
from portal.directory.ukrainian_unions import ukrainian_unions
from portal.submissions.fields import Sentence

_ALPHABET = "abcdefghijklmnopqrstuvwxyzабвгґдеєжзиіїйклмнопрстуфхцчшщьюя"

WHOLE_UK = "uk"
"""Chosen instead of a region by national bodies, and by whoever is not sure."""


def listed(*pairs: tuple[str, Sentence]) -> list[SelectChoice]:
    """Choices from pairs of value and label."""
    return [SelectChoice(value, label) for value, label in pairs]


def sector_choices(form: Any, field: Any) -> list[SelectChoice]:
    """The sectors in the form's language."""
    return _sectors(form.context.language)


def optional_sector_choices(form: Any, field: Any) -> list[SelectChoice]:
    """The sectors, after an empty choice."""
    return _optional_sectors(form.context.language)


def any_sector_choices(form: Any, field: Any) -> list[SelectChoice]:
    """The sectors, after an empty choice and before any other sector."""
    return _any_sectors(form.context.language)


def topic_choices(form: Any, field: Any) -> list[SelectChoice]:
    """The topics in the form's language."""
    return _topics(form.context.language)


def region_choices(form: Any, field: Any) -> list[SelectChoice]:
    """The nations and regions, after an empty choice and before the whole of the country."""
    return _regions(form.context.language)


def needed_oblast_choices(form: Any, field: Any) -> list[SelectChoice]:
    """The oblasts in the form's language, after an empty choice that asks for one."""
    return [SelectChoice("", _l("Choose an oblast")), *_oblasts(form.context.language)[1:]]


def ukrainian_union_choices(form: Any, field: Any) -> list[SelectChoice]:
    """The unions of Ukraine in the form's language, after an empty choice."""
    return _ukrainian_unions(form.context.language)


def oblast_choices(form: Any, field: Any) -> list[SelectChoice]:
    """The oblasts in the form's language, after an empty choice."""
    return _oblasts(form.context.language)


# Each list is made once: a form asks for its lists several times, and a page is drawn from the same list again.


@cache
def _sectors(language: str) -> list[SelectChoice]:
    return _subject_choices(subjects.sectors(), language)


@cache
def _optional_sectors(language: str) -> list[SelectChoice]:
    return [SelectChoice("", _l("No preference")), *_sectors(language)]


@cache
def _any_sectors(language: str) -> list[SelectChoice]:
    rows = _subject_choices((*subjects.sectors(), subjects.OTHER_SECTOR), language)
    return [SelectChoice("", _l("Choose a sector")), *rows]


@cache
def _topics(language: str) -> list[SelectChoice]:
    return _subject_choices(subjects.topics(), language)


def _subject_choices(rows: Iterable[subjects.Subject], language: str) -> list[SelectChoice]:
    return [SelectChoice(row.slug, row.label(language)) for row in rows]


@cache
def _regions(language: str) -> list[SelectChoice]:
    rows = [SelectChoice(row.slug, row.label(language)) for row in places.regions()]
    return [
        SelectChoice("", _l("Choose a region")),
        *rows,
        SelectChoice(WHOLE_UK, _l("The whole of the UK, or not sure")),
    ]


@cache
def _ukrainian_unions(language: str) -> list[SelectChoice]:
    rows = [
        SelectChoice(
            row.slug,
            row.label(language),
            {"data-aliases": ";".join(row.names)},
        )
        for row in ukrainian_unions()
    ]
    return [SelectChoice("", _l("Choose your union")), *rows]


@cache
def _oblasts(language: str) -> list[SelectChoice]:
    spelt = ukraine.other_spellings()
    rows = [
        SelectChoice(row.slug, row.label(language), {"data-aliases": ";".join(spelt[row.slug])})
        for row in ukraine.oblasts()
    ]
    in_order = sorted(rows, key=lambda row: _in_alphabet(str(row.label)))
    return [SelectChoice("", _l("No preference")), *in_order]


def _in_alphabet(words: str) -> list[int]:
    """The places of the letters in the alphabet: of the Ukrainian ones not all stand in the order of Unicode."""
    return [_ALPHABET.find(letter) for letter in words.lower()]


def labels_of(choices: Iterable[SelectChoice], values: Iterable[str]) -> list[str]:
    """The words of some values, in the present language."""
    wanted = set(values)
    return [str(choice.label) for choice in choices if choice.value in wanted]


Choices = list[SelectChoice] | Callable[[Any, Any], list[SelectChoice]]

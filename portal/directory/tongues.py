"""The languages people speak and how well: named for people to read, and understood as people write them.

What is kept is a mapping of codes to one of `LEVELS`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from babel import Locale

from portal.directory.folding import fold

LEVELS = ("basic", "good", "fluent")
"""How well a language is spoken, the least first."""
BSL = "bfi"
"""British Sign Language, which Babel has no name for."""
LONGEST_HEARD = 500
"""Letters of a free text that are looked at."""
CODES = (
    *("en", "uk", "ru", "pl", "de", "fr", "es", "it", "pt", "cy", "ga", "gd"),
    *("ro", "bg", "cs", "sk", "hu", "lt", "tr", "crh", "ar", BSL),
)
"""The languages we ask for, those most often needed first."""
_SIGNED = {"en": "British Sign Language", "uk": "британська жестова мова"}
_LEVEL_WORDS = {
    "basic": ("basic", "beginner", "some", "a little", "little", "базово", "базовий", "початковий", "трохи"),
    "good": ("good", "intermediate", "working", "conversational", "добре", "добрий", "середній", "розмовна"),
    "fluent": ("fluent", "fluently", "native", "mother tongue", "bilingual", "вільно", "рідна", "володію вільно"),
}
LEVEL_NAMES = {
    "en": dict(zip(LEVELS, ("basic", "good", "fluent"), strict=True)),
    "uk": dict(zip(LEVELS, ("базово", "добре", "вільно"), strict=True)),
}
_BETWEEN = re.compile(r"[,;\n|]|\s+(?:and|та|і|й)\s+")
_LEVEL_APART = re.compile(r"[():=–—-]+")


class NotALanguageError(ValueError):
    """Words that name no language we know, or no level; the argument is those words."""


def name_of(code: str, language: str = "en") -> str:
    """A language by name, for "uk" in Ukrainian; an unknown code stays as it is."""
    if code == BSL:
        return _SIGNED.get(language, _SIGNED["en"])
    return str(Locale("uk" if language == "uk" else "en").languages.get(code, code))


def in_words(spoken: Mapping[str, str], language: str = "en") -> str:
    """Languages as people write them, the best spoken first: "Ukrainian (fluent), English (good)"."""
    levels = LEVEL_NAMES["uk" if language == "uk" else "en"]
    by_level = sorted(spoken.items(), key=lambda item: -LEVELS.index(item[1]) if item[1] in LEVELS else 1)
    return ", ".join(f"{name_of(code, language)} ({levels.get(level, level)})" for code, level in by_level)


def understand(text: str) -> dict[str, str]:
    """Codes and levels from "Ukrainian (fluent), English good, pl": one without a level is spoken well.

    Raises `NotALanguageError` with the part that is not understood.
    """
    found: dict[str, str] = {}
    for part in filter(None, (each.strip() for each in _BETWEEN.split(text))):
        words = fold(_LEVEL_APART.sub(" ", part))
        code, level = _read(words)
        if code is None:
            raise NotALanguageError(part)
        found[code] = level
    return found


def heard(text: str) -> dict[str, str]:
    """The languages that a free text names, as `understand` reads them; what it does not understand is left out."""
    found: dict[str, str] = {}
    for part in _BETWEEN.split(text[:LONGEST_HEARD]):
        code, level = _read(fold(_LEVEL_APART.sub(" ", part)))
        if code is not None:
            found[code] = max(level, found.get(code, level), key=LEVELS.index)
    return found


def _read(words: str) -> tuple[str | None, str]:
    """The language and the level in a few words; the level may stand before or after."""
    known, levels = _codes_by_name(), _levels_by_word()
    if words in known:
        return known[words], "good"
    for said, level in levels.items():
        for rest in (words.removesuffix(f" {said}"), words.removeprefix(f"{said} ")):
            if rest != words and rest in known:
                return known[rest], level
    return None, ""


@cache
def _levels_by_word() -> dict[str, str]:
    return {fold(word): level for level, words in _LEVEL_WORDS.items() for word in words}


@cache
def _codes_by_name() -> dict[str, str]:
    """What each language is called: in English, in Ukrainian, in itself, and its code."""
    found: dict[str, str] = {}
    for code in CODES:
        own = Locale(code).languages.get(code, "") if code in ("pl", "de", "fr", "es", "it", "pt", "cy", "ro") else ""
        for name in (name_of(code), name_of(code, "uk"), f"{name_of(code, 'uk')} мова", str(own), code):
            if name:
                found.setdefault(fold(name), code)
    return found | {"bsl": BSL, "sign language": BSL, "ua": "uk", "gaelic": "gd", "irish gaelic": "ga"}

"""The one fold: two spellings of the same name become the same letters, for comparing and for searching.

Everything is stored as typed; only what is compared or indexed passes through here. Which branch or town a
name belongs to is decided in `branches` and `places`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from portal.directory.tables import read_table

FILLERS = frozenset({"the", "branch", "lodge", "cangen"})
"""Words that people add to or leave out of the name of the same branch; *cangen* is Welsh for branch."""

NUMBER_MARKS = frozenset({"no", "number", "nr"})
SURNAME_MARKS = ("mac", "mc", "o")

APOSTROPHES = "'\u2019\u2018\u02bc\u02bb\u02b9\u201b\u2032`\u00b4\uff07"

_WITHOUT_APOSTROPHES: dict[int, str | None] = {ord(mark): None for mark in APOSTROPHES} | {ord("&"): " and "}
# These letters have no accent that Unicode could take off, so each needs its own plain spelling.
_PLAIN_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)

_KMU_55 = dict(
    zip(
        "абвгґдезиіїйклмнопрстуф",
        "abvhgdezyiiiklmnoprstuf",
        strict=True,
    )
) | {
    "є": "ie",
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ь": "",
    "ю": "iu",
    "я": "ia",
}
_KMU_55_AT_WORD_START = _KMU_55 | {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
# The resolution is silent on letters of other Cyrillic alphabets, which do occur in names that people paste.
_OTHER_CYRILLIC = {"ы": "y", "э": "e", "ё": "io", "ъ": "", "ў": "u", "ј": "j", "љ": "lj", "њ": "nj"}

_CYRILLIC_WORD = re.compile(rf"[\u0400-\u04ff](?:[\u0400-\u04ff\u0300-\u036f]|[{APOSTROPHES}](?=[\u0400-\u04ff]))*")
_WORD = re.compile(r"[^\W_]+")
_MARKED_NUMBER = re.compile(r"(?:no|number|nr)+(?=\d)")
_UNSEEN = frozenset({"Mn", "Mc", "Me", "Cf"})
"""Unicode categories of accents and of marks such as those for the direction of writing."""

_CONSONANTS = frozenset("bcdfghjklmnpqrstvwxz")


def transliterate(text: str) -> str:
    """Write Ukrainian Cyrillic in Latin letters by Resolution 55 of 2010; all other text stays as it is."""
    return _CYRILLIC_WORD.sub(lambda match: _transliterate_word(match.group()), text)


def _transliterate_word(word: str) -> str:
    letters = unicodedata.normalize("NFC", word)
    written: list[str] = []
    for place, letter in enumerate(letters):
        if letter in APOSTROPHES:
            continue
        lower = letter.lower()
        table = _KMU_55 if place else _KMU_55_AT_WORD_START
        latin = table.get(lower, _OTHER_CYRILLIC.get(lower, letter))
        if lower == "г" and place and letters[place - 1] in "зЗ":
            # Without this exception зг would read like ж, which is zh as well.
            latin = "gh"
        if letter != lower:
            neighbour = letters[place + 1 : place + 2] or letters[place - 1 : place]
            latin = latin.upper() if neighbour.isupper() else latin[:1].upper() + latin[1:]
        written.append(latin)
    return "".join(written)


def _plain(text: str) -> str:
    """Lower case, Latin letters, no accents, no apostrophes and no invisible marks."""
    text = text.translate(_WITHOUT_APOSTROPHES)
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).translate(_WITHOUT_APOSTROPHES).casefold()
    text = unicodedata.normalize("NFKD", transliterate(text)).casefold().translate(_PLAIN_LETTERS)
    text = "".join(letter for letter in text if letter.isascii() or unicodedata.category(letter) not in _UNSEEN)
    # A Cyrillic letter of another alphabet may have become a Ukrainian one when its accent went.
    return transliterate(text)


def _words(text: str, fillers: frozenset[str]) -> list[str]:
    """The plain words of a text without fillers and without "No." before a number."""
    kept: list[str] = []
    for word in _WORD.findall(_plain(text)):
        if word in fillers:
            continue
        # Most words are letters alone, and so no number. Lists of names have thousands of them.
        if not word.isalpha():
            if marked := _MARKED_NUMBER.match(word):
                word = word[marked.end() :]
            if word[0].isdigit():
                while kept and kept[-1] in NUMBER_MARKS:
                    kept.pop()
        kept.append(word)
    return kept


def _joined_surnames(words: Iterable[str]) -> Iterator[str]:
    """One word for each surname with O: its apostrophe is often typed as a space or not at all."""
    waiting = ""
    for word in words:
        if waiting:
            joined = word.isalpha()
            if joined:
                yield waiting + word
            else:
                yield from (waiting, word)
            waiting = ""
        elif word == "o":
            waiting = word
        else:
            yield word
    if waiting:
        yield waiting


@cache
def place_aliases() -> dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]:
    """Other names of Ukrainian places by first word, longest first, each with the words of today's name."""
    places = list(read_table("ukraine_places"))
    names = {tuple(_words(row["name"], FILLERS)) for row in places if row["kind"] == "town"}
    pairs: dict[tuple[str, ...], tuple[str, ...]] = {}
    for spelling, name in _other_spellings():
        words = tuple(_joined_surnames(_words(spelling, FILLERS)))
        if words and words not in names:
            pairs.setdefault(words, tuple(_words(name, FILLERS)))
    by_first_word: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for words, target in pairs.items():
        by_first_word.setdefault(words[0], []).append((words, target))
    return {first: tuple(sorted(found, key=lambda pair: -len(pair[0]))) for first, found in by_first_word.items()}


def _other_spellings() -> Iterator[tuple[str, str]]:
    for row in read_table("ukraine_places"):
        if row["kind"] != "town":
            continue
        yield row["name_uk"], row["name"]
        # The remark in brackets may hold a semicolon of its own, so it goes before the cell is split.
        for other in re.sub(r"\([^)]*\)", "", row["other_names"]).split(";"):
            yield other, row["name"]
    for row in read_table("ukraine_spellings"):
        yield row["spelling"], row["name"]


def _with_todays_place_names(words: list[str]) -> list[str]:
    aliases = place_aliases()
    if aliases.keys().isdisjoint(words):
        return words
    renamed: list[str] = []
    at = 0
    while at < len(words):
        for spelling, name in aliases.get(words[at], ()):
            if tuple(words[at : at + len(spelling)]) == spelling:
                renamed += name
                at += len(spelling)
                break
        else:
            renamed.append(words[at])
            at += 1
    return renamed


def fold(text: str) -> str:
    """The form in which two spellings of one name are equal; empty when nothing but fillers was given.

    Folding twice changes nothing, and no text raises an error.
    """
    if not text:
        return ""
    words = _words(text, FILLERS)
    return " ".join(_with_todays_place_names(list(_joined_surnames(words)) if "o" in words else words))


def search_words(text: str) -> list[str]:
    """The words to index, and in the same way the words to look for, each as a prefix and all required.

    A surname that begins with O, Mc or Mac gives its parts and the whole, however it was spaced: so
    "O Connor", "O’Connor" and "oconnor" each find the other two.
    """
    words = _with_todays_place_names(_words(text, FILLERS | {"and"}))
    found: dict[str, None] = {}
    for place, word in enumerate(words):
        found[word] = None
        if word in SURNAME_MARKS and words[place + 1 : place + 2] and words[place + 1].isalpha():
            found[word + words[place + 1]] = None
        elif rest := _after_surname_mark(word):
            found[rest] = None
    return list(found)


def _after_surname_mark(word: str) -> str:
    """What follows the O of "oconnor"; "oldham" cannot be told apart, and its extra "ldham" does no harm."""
    for mark in SURNAME_MARKS:
        rest = word[len(mark) :]
        if word.startswith(mark) and len(rest) >= 3 and (mark != "o" or rest[0] in _CONSONANTS):
            return rest
    return ""

"""The towns of Ukraine that somebody’s own words name, in either script and in all their cases.

What it finds is shown to whoever wrote it. What it misses may still be there: villages stand in no table.
"""

from __future__ import annotations

import re
from functools import cache

from portal.directory.folding import APOSTROPHES, fold, place_aliases, transliterate
from portal.directory.tables import read_table
from portal.directory.town_cases import cases
from portal.directory.ukraine import find_ukrainian_towns, ukrainian_towns

_WORDS = re.compile(rf"[^\W\d_]+(?:[-{APOSTROPHES}][^\W\d_]+)*")
_LONGEST_NAME = 3
"""So many words a town's name has at most."""
_LONGEST_PHRASE = 4
"""«Донецька й Луганська області»: so many words on stands what makes an adjective of a town's name."""
_OF_AN_OBLAST = re.compile(r"обл|oblast|region")
_CYRILLIC = re.compile(r"[а-яіїєґ]", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?:^|[.!?…:\n«“\"])\s*$")
SURELY = 6
"""So many letters a name has at least that is one also in small letters."""
_BEFORE = "у в з із зі до від під біля коло поблизу через м місто міста місті містом in from to near of at via"
IN_A_TOWN = frozenset(_BEFORE.split())
"""After these words the name of a town that is a common word as well is the town."""
_COMMON = (
    "суми рівне щастя лиман долина малин золоте гірник гірське південне покров самар межова броди буча стрий сарни "
    "пологи прилуки володимир бурштин сміла яворів українськ шахтарськ шахтарське ізюм хрустальний лозова марганець "
    "надвірна попасна рені чоп хуст подільськ первомайськ словянськ кремінна обухів глухів соснівка тернівка "
    "chop brody lyman reni malyn volodymyr dolyna samar"
)
COMMON_WORDS = frozenset(_COMMON.split())
"""Towns whose names are common words as well, or begin an adjective that is."""
A_FIRST_NAME = ("володимир", "volodymyr")
_A_TIME = frozenset({"time", "часом", "час"})
"""«Kyiv time» tells an hour, not a place."""


def towns_named(text: str) -> tuple[str, ...]:
    """The towns that a text names, as it writes them; never the name of an oblast."""
    words = list(_WORDS.finditer(text))
    named = []
    for number, first in enumerate(words):
        for count in range(1, _LONGEST_NAME + 1):
            if number + count > len(words):
                break
            written = text[first.start() : words[number + count - 1].end()]
            after = [each[0].lower() for each in words[number + count : number + count + _LONGEST_PHRASE]]
            if _is_town(written, after) and _is_meant(text, words, number):
                named.append(written)
    return tuple(named)


def _is_town(written: str, after: list[str]) -> bool:
    if not _CYRILLIC.search(written):
        of_an_oblast = after and _OF_AN_OBLAST.match(after[0])
        return bool(find_ukrainian_towns(written)) and not of_an_oblast and after[:1] != ["time"]
    key = _key(written)
    if key not in _all_cases() and not find_ukrainian_towns(written) and not _is_former(key):
        return False
    if after[:1] and after[0] in _A_TIME:
        return False
    is_adjective = "ськ" in written or "цьк" in written
    near = after if is_adjective else after[:1]
    return not any(_OF_AN_OBLAST.match(word) for word in near)


def _is_former(key: str) -> bool:
    """Whether a word in Cyrillic is a former name in another case: those stand in the table in Latin letters."""
    latin = transliterate(key)
    return any(latin.endswith(end) and latin.removesuffix(end) in _former() for end in ("a", "u", "om", "i", "ovi"))


def _is_meant(text: str, words: list[re.Match[str]], number: int) -> bool:
    """Whether a word that may be a town’s name is one, by its capital letter and by what stands before it."""
    word = words[number][0]
    if _key(word) in _common():
        before = words[number - 1][0].lower() if number else ""
        if _key(word).startswith(A_FIRST_NAME):
            return before.startswith("міст") or (before in ("у", "в", "in") and _key(word).endswith(("і", "r")))
        begins = _SENTENCE_END.search(text[: words[number].start()])
        is_whole = _key(word) in COMMON_WORDS
        return word[0].isupper() and (before in IN_A_TOWN or (is_whole and not begins))
    return word[0].isupper() or len(word) >= SURELY


def _key(written: str) -> str:
    return written.lower().translate(dict.fromkeys(map(ord, APOSTROPHES)))


@cache
def _all_cases() -> frozenset[str]:
    names = [town.name_uk for town in ukrainian_towns()]
    names += [row["spelling"] for row in read_table("ukraine_spellings") if _is_a_town(row["name"])]
    return frozenset(each for name in names if _CYRILLIC.search(name) for each in cases(_key(name)))


@cache
def _former() -> frozenset[str]:
    return frozenset(words[0] for pairs in place_aliases().values() for words, _ in pairs if len(words) == 1)


def _is_a_town(name: str) -> bool:
    return fold(name) in {fold(town.name) for town in ukrainian_towns()}


@cache
def _common() -> frozenset[str]:
    cyrillic = (word for word in COMMON_WORDS if _CYRILLIC.search(word))
    return COMMON_WORDS | {each for word in cyrillic for each in cases(word)}

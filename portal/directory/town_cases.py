"""The cases of a town's name in Ukrainian: people write «у Павлограді» and «з Бахмута», and mean the town.

Rather a form too many than one too few: nobody declines «Суми» like «Умань», so that the extra forms meet no word.
"""

from __future__ import annotations

import re
from itertools import product

_HARD = ("а", "у", "ові", "ом", "і")
_SOFT = ("я", "ю", "еві", "ем", "і")
_ADJECTIVE = ("ого", "ому", "им", "ім", "ої", "ій", "у", "ою", "і", "их", "ими")
_SOFTENED = {"к": "ц", "г": "з", "х": "с"}
_VOWELS = "аеиіоуюяєї"


def cases(name: str) -> frozenset[str]:
    """A name of one word or several, in lower case, with all its cases; itself among them."""
    parts = re.split(r"([ -])", name.lower())
    return frozenset("".join(each) for each in product(*(_cases_of_word(part) for part in parts)))


def _cases_of_word(word: str) -> frozenset[str]:
    if len(word) < 2:
        return frozenset({word})
    end, stem = word[-1], word[:-1]
    of_vowel = {"а": _of_a, "я": _of_ya, "о": _of_o, "е": _of_e, "и": _of_plural, "і": _of_plural, "й": _of_y}
    found = of_vowel[end](stem) if end in of_vowel else _of_consonant(word)
    return frozenset({word, *found})


def _of_a(stem: str) -> set[str]:
    soft = stem[:-1] + _SOFTENED.get(stem[-1], stem[-1])
    return {stem + end for end in ("и", "і", "у", "ою", "ею", "ої", "ій")} | {soft + "і"}


def _of_ya(stem: str) -> set[str]:
    return {stem + end for end in ("і", "ї", "ю", "ею", "єю", "ям")}


def _of_o(stem: str) -> set[str]:
    return {stem + end for end in _HARD} | {stem + end for end in _ADJECTIVE[:4]}


def _of_e(stem: str) -> set[str]:
    return {stem + end for end in (*_ADJECTIVE[:4], *_SOFT)}


def _of_y(stem: str) -> set[str]:
    if stem[-1] not in "иі":
        return {stem + end for end in _SOFT}
    return {stem[:-1] + end for end in _ADJECTIVE} | {stem + end for end in ("я", "ю", "єм", "ї")}


def _of_plural(stem: str) -> set[str]:
    found = {stem + end for end in ("", "ам", "ами", "ах", "ям", "ями", "ях", "ів", "их", "им", "ими")}
    if len(stem) > 2 and stem[-2] not in _VOWELS:
        bare = stem[:-2] + stem[-2].replace("ь", "")
        found |= {f"{bare}{vowel}{stem[-1]}" for vowel in "ео"}
    return found


def _of_consonant(word: str) -> set[str]:
    if word.endswith("ь"):
        stems = {word[:-1], _opened(word[:-1], "о")}
        if word.endswith("ець"):
            stems.add(word[:-3] + "ц")
        return {stem + end for stem in stems for end in (*_SOFT, f"{stem[-1]}ю")}
    stems = {word, _opened(word, "о"), _opened(word, "е")}
    found = {stem + end for stem in stems for end in (*_HARD, "ем", "ого", "ому", "им")}
    return found | {stem[:-1] + _SOFTENED[stem[-1]] + "і" for stem in stems if stem[-1] in _SOFTENED}


def _opened(stem: str, vowel: str) -> str:
    """«Харків», «Тернопіль» and «Київ» have another vowel once an ending follows."""
    if stem.endswith("їв"):
        return stem[:-2] + "єв"
    return stem[:-2] + vowel + stem[-1] if stem[-2] == "і" else stem

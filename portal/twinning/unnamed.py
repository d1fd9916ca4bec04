"""Whether a text names one of the two sides of a proposal, before both have said yes to each other.

Coordinators pass words on, and a branch writes what it offers: neither may carry a name, an address, a town or a
number across. A word counts also with another ending, and in the other alphabet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from portal.directory.folding import search_words
from portal.twinning import candidates
from portal.twinning.models import TwinningProposal

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
_DIGITS = re.compile(r"\d[\d ()\-.]{6,}\d")
_QUOTED = re.compile(r"[«“\"](.+?)[»”\"]")
SHORTEST = 4
ENDING = 2
"""So many letters a Ukrainian ending may add or change."""


def branch_in(proposal: TwinningProposal, text: str) -> str:
    """The first word of `text` that tells who the branch is; empty where none does."""
    people = (proposal.contact_name, proposal.second_name, proposal.lead_name, proposal.deputy_name)
    places = (proposal.town or "", proposal.branch_name or "")
    return _first((*people, *places), proposal.branch_name or "", text)


def body_in(proposal: TwinningProposal, text: str) -> str:
    """The first word of `text` that tells who the body is; empty where none does."""
    candidate = candidates.living(candidates.session_of(proposal), proposal.id)
    if candidate is None:
        return _first((), proposal.body_name, text)
    told = candidate.registration
    names = (told.contact_name, told.second_name, told.town)
    whole = (told.name_uk, told.name_latin)
    return _first((*names, *(each for name in whole for each in _QUOTED.findall(name))), told.name_uk, text)


def _first(names: Iterable[str], whole: str, text: str) -> str:
    if found := _EMAIL.search(text) or _DIGITS.search(text):
        return found.group()
    read = search_words(text)
    if whole and _stands_in(search_words(whole), read):
        return whole
    known = [word for name in names for word in search_words(name) if len(word) >= SHORTEST]
    return next((said for said in _typed(text) for word in search_words(said) if _is_one(word, known)), "")


def _typed(text: str) -> Iterator[str]:
    yield from text.split()
    # A name of two words is found as one too.
    yield from (" ".join(pair) for pair in pairwise(text.split()))


def _is_one(word: str, known: Iterable[str]) -> bool:
    return any(
        abs(len(word) - len(each)) <= ENDING and word.startswith(each[: max(SHORTEST, len(each) - ENDING)])
        for each in known
    )


def _stands_in(wanted: list[str], read: list[str]) -> bool:
    return any(read[start : start + len(wanted)] == wanted for start in range(len(read) - len(wanted) + 1))

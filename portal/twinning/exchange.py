"""What each side may hope for, need and offer, and which of it fits together: aims against needs and offers.

Here stand the words of the desk within a sentence; what the forms call it is the forms' own.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple


class Kind(NamedTuple):
    """One thing that a body needs or offers: in words, and the hopes of a branch that it fits."""

    words: str
    hopes: frozenset[str]


HOPES = {
    "messages": "messages of solidarity",
    "calls": "video calls",
    "experience": "an exchange of experience",
    "aid": "practical aid",
    "visits": "visits",
    "campaigns": "campaigns together",
}


def _kind(words: str, *hopes: str) -> Kind:
    return Kind(words, frozenset(hopes))


NEEDS = {
    "equipment": _kind("equipment and protective clothing", "aid"),
    "medical": _kind("medicines and first aid", "aid"),
    "power": _kind("light and warmth", "aid"),
    "families": _kind("help for members’ families", "aid", "visits"),
    "children": _kind("rest for children", "aid", "visits"),
    "training": _kind("training and advice", "experience", "calls"),
    "voice": _kind("a voice abroad", "campaigns"),
    "contact": _kind("contact with people of its trade", "messages", "calls"),
}
OFFERS = {
    "experience": _kind("its experience of union work in wartime", "experience"),
    "talks": _kind("talks online", "calls", "experience"),
    "news": _kind("news for bulletins", "messages"),
    "visits": _kind("to receive visitors", "visits"),
    "campaigns": _kind("support for disputes here", "campaigns"),
}


# The same few answers meet each other thousands of times in a list.
@lru_cache(maxsize=50_000)
def needs_met(needs: frozenset[str], hopes: frozenset[str]) -> int:
    """How many needs fit what a branch hopes to do. Words that are no slug of ours count for nothing."""
    return len(words_of(needs, NEEDS, hopes))


@lru_cache(maxsize=50_000)
def offers_met(offers: frozenset[str], hopes: frozenset[str]) -> int:
    """How many offers fit what a branch hopes for."""
    return len(words_of(offers, OFFERS, hopes))


def words_of(told: frozenset[str], kinds: dict[str, Kind], hopes: frozenset[str]) -> list[str]:
    """The things told that fit what a branch hopes for, in words and in our order."""
    return [kind.words for slug, kind in kinds.items() if slug in told and not kind.hopes.isdisjoint(hopes)]

"""The two sides of a twinning as matching sees them: plain values, and nobody's name.

A `BranchSide` is a British branch with its proposal, a `BodySide` a union body in Ukraine. Reading them from the
database is `waiting`'s; what they are worth to each other is in `fit`, what forbids it in `hindrances`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

Languages = tuple[tuple[str, str], ...]
"""Codes of languages with how well they are spoken, one of `tongues.LEVELS`; in any order."""


# Nobody changes a side once it is made. It is not marked as frozen because that makes 5,000 of them four times as slow
# to build, a third of what a ranked list may take.
@dataclass(slots=True, kw_only=True)
class Side:
    """What both sides have. `id` is the number of the branch's proposal, or of the body's registration.

    `union` is a slug of the list of that country's unions, or empty; `size` the number of members, None where it is
    not told. `is_sought` says that the search for its twin is open, `has_twin` that it is twinned or being introduced,
    `wishes_more` that it would like another one, `is_asked` that somebody was proposed to it and answers are missing.
    """

    id: int
    waiting_since: datetime
    union: str = ""
    union_name: str = ""
    level: str = ""
    sectors: frozenset[str] = frozenset()
    size: int | None = None
    languages: Languages = ()
    hopes: frozenset[str] = frozenset()
    is_sought: bool = True
    is_paused: bool = False
    is_withdrawn: bool = False
    has_twin: bool = False
    wishes_more: bool = False
    is_asked: bool = False


@dataclass(slots=True, kw_only=True)
class BranchSide(Side):
    """A British branch. `oblast` and `centre` are what it wishes for: empty is no wish, and is never filled by a guess.

    `level` is one of the kinds of body of the form ("branch", "region", "trades-council", "national", "other").
    `refused` are the numbers of the bodies with whom one side has said no.
    """

    oblast: str = ""
    centre: str = ""
    refused: frozenset[int] = frozenset()


@dataclass(slots=True, kw_only=True)
class BodySide(Side):
    """A union body in Ukraine. `counterparts` are the slugs of British unions in the same trades.

    `level` is "primary", "regional", "territorial" or "national"; `centre` that of its union ("fpu", "kvpu", "other"),
    or empty where nobody has told us. `caution` is the highest of its oblast, in words; empty where there is none.
    `may_be_named` says that it agrees to be introduced, once both have said yes.
    """

    counterparts: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    offers: frozenset[str] = frozenset()
    oblast: str = ""
    centre: str = ""
    caution: str = ""
    is_confirmed: bool = False
    may_be_named: bool = True

"""Why nobody takes a request, in words that count: "14 are booked or on the way; three have paused".

What forbids asking a single speaker is said in `speakers.hindrances`, with days and numbers; here it is put together.
"""

from __future__ import annotations

import re
from collections import Counter

from portal.planning.facts import Wanted
from portal.planning.judged import Judged

NO_DATE = "no date to come"
ON_TOUR = "it stands on a visitor’s tour"
NEEDED = "everybody who could come is needed more elsewhere"
EMPTY = "nobody is in the register"
OTHERWISE = "held back by something else"
MOST = 4
"""So many reasons are told; the rest is put together."""

_KINDS = (
    ("is booked|speaks elsewhere", "booked that day, or on the way"),
    ("is away", "away"),
    ("is on a tour", "on a tour that day"),
    ("has .* (?:already, and wants|asked or booked)", "at the number of talks that they take on"),
    ("is asked for another meeting", "asked for another meeting that day"),
    ("is asked for this|has said no|did not answer|could not come to this", "asked for this meeting before"),
    (".*farther than", "too far away"),
    ("joins online only", "online only, and the meeting is in a room"),
    ("speaks in the room only", "in a room only, and the meeting is online"),
    ("speaks no ", "without the language of the meeting"),
    ("has paused", "pausing"),
    ("has not agreed", "not yet agreed to be in the register"),
    ("does not wish", "not willing to visit this branch"),
)


def nobody(wanted: Wanted, judged: Judged, is_possible: bool) -> list[list[str | int]]:
    """Why a request is left: rows of [words, how many speakers; 0 where it is not about speakers]."""
    if wanted.is_on_tour:
        return [[ON_TOUR, 0]]
    if wanted.has_no_date:
        return [[NO_DATE, 0]]
    if is_possible:
        return [[NEEDED, 0]]
    counted: Counter[str] = Counter()
    for words, count in judged.blocks.get(wanted.number, Counter()).items():
        counted[sort(words)] += count
    if not counted:
        return [[EMPTY, 0]]
    rows = counted.most_common()
    rest = sum(count for _, count in rows[MOST:])
    shown: list[list[str | int]] = [[words, count] for words, count in rows[:MOST]]
    return shown + ([[OTHERWISE, rest]] if rest else [])


def sort(words: str) -> str:
    """What kind of block some words tell of, as it is said of several people: "five are …"."""
    return next((said for pattern, said in _KINDS if re.match(pattern, words)), OTHERWISE)

"""Understands on which days a branch meets, as it says so in words: "second Tuesday of the month, 7.30pm".

A date itself is understood in `dates`, a time of day in `times`. What is not quite clear is not understood: whoever
reads the words decides.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, time, timedelta

from portal.submissions.dates import ENGLISH, UKRAINIAN, UKRAINIAN_PLAIN, clock_in, plain_words, weekday_named
from portal.submissions.times import understand_time

LAST = -1
_ORDINALS = {
    **{"first": 1, "1": 1, "second": 2, "2": 2, "third": 3, "3": 3, "fourth": 4, "4": 4, "last": LAST, "final": LAST},
    **dict.fromkeys(("перший", "перша", "першу", "першого", "першої"), 1),
    **dict.fromkeys(("другий", "друга", "другу", "другого", "другої"), 2),
    **dict.fromkeys(("третій", "третя", "третю", "третього", "третьої"), 3),
    **dict.fromkeys(("четвертий", "четверта", "четверту", "четвертого", "четвертої"), 4),
    **dict.fromkeys(("останній", "остання", "останню", "останнього", "останньої"), LAST),
}
_WITHOUT = frozenset(("except", "excluding", "not", "but", "крім", "окрім", "без"))
_EACH = frozenset(("every", "each", "кожен", "кожний", "кожного", "кожна", "кожну", "кожної"))
_OF_MONTH = frozenset(("month", "month’s", "monthly", "місяця", "місяць", "щомісяця"))
_UNCLEAR = re.compile(
    r"[0-9]|\b(?:alternate|other|fortnight\w*|weeks?|after|before|following|between|from|until|till|quarter\w*|term\w*"
    r"|weekdays?|weekends?|year\w*|usually|mostly|sometimes|varies|various|or so|через|тиж\w*|після|перед|між|з|до"
    r"|середин\w*|fifth|п’ят(?:ий|ого|ої)|рок\w*|щороку|квартал\w*|зазвичай|переважно)\b"
)

_HOUR = re.compile(r"(?:\bat |\bо |, ?)([0-9]{1,2}(?:[.:][0-9]{2})?(?: for [0-9]{1,2}(?:[.:][0-9]{2})?)?)$")
"""An hour at the end without the half of the day."""
_NOON = re.compile(r"\b(?:12 )?(?:noon|midday|опівдні)\b")


def days_of(words: str, first: date, last: date) -> list[date] | None:
    """The days from `first` to `last`, both included, on which a branch meets that says so; None where it is not
    clear which days those are."""
    groups, months, without = _read(words)
    if not groups:
        return None
    days = [first + timedelta(days=each) for each in range((last - first).days + 1)]
    return [
        day
        for day in days
        if any(day.weekday() in weekdays and _is_one_of(day, ordinals) for ordinals, weekdays in groups)
        and (not months or day.month in months)
        and day.month not in without
    ]


def hour_of(words: str) -> time | None:
    """The hour at which it meets, where that stands beside the days."""
    if _NOON.search(words.casefold()):
        return time(12)
    alone = _HOUR.search(words.strip(" ."))
    return understand_time(clock_in(words) or (alone[1] if alone else "")).start


Group = tuple[set[int], set[int]]


def _read(text: str) -> tuple[list[Group], set[int], set[int]]:
    """Which weekdays of the month (no ordinal: all of them), and in which months only, or not; nothing if unclear."""
    words = (
        plain_words(_NOON.sub(" ", _HOUR.sub("", text.strip(" .").casefold())))
        .replace(",", " ")
        .replace(";", " ")
        .replace("/", " ")
        .split()
    )
    groups: list[Group] = []
    months: tuple[set[int], set[int]] = set(), set()
    is_without = False
    for place, word in enumerate(words):
        word = word.strip(".()")
        if word in _WITHOUT:
            is_without = True
        elif word in _ORDINALS:
            # "Every second Tuesday" is every other one, unless it is that of the month.
            if place and words[place - 1] in _EACH and not _OF_MONTH & set(words):
                return [], set(), set()
            if not groups or groups[-1][1]:
                groups.append((set(), set()))
            groups[-1][0].add(_ORDINALS[word])
        elif _UNCLEAR.search(word) or (is_without and _weekday(word) is not None):
            return [], set(), set()
        elif (weekday := _weekday(word)) is not None:
            if not groups:
                groups.append((set(), set()))
            groups[-1][1].add(weekday)
        elif month := _month(word):
            months[is_without].add(month)
    is_whole = all(weekdays for _, weekdays in groups) and (not is_without or bool(months[1]))
    return (groups if is_whole else []), *months


def _weekday(word: str) -> int | None:
    """The weekday of a word, also of several of it: "Tuesdays", "щовівторка"."""
    found = weekday_named(word)
    if found is None and word.endswith("s"):
        found = weekday_named(word[:-1])
    return weekday_named(word[2:]) if found is None and word.startswith("що") else found


def _month(word: str) -> int:
    """The number of a month, whole or cut short ("Sept", "березні"); 0 for any other word."""
    names = enumerate(zip(ENGLISH, UKRAINIAN, UKRAINIAN_PLAIN, strict=True), start=1)
    short = word[:-1] if word[-1:] == "і" else word
    return next((number for number, each in names if len(short) > 2 and any(n.startswith(short) for n in each)), 0)


def _is_one_of(day: date, ordinals: set[int]) -> bool:
    """Whether a day is the first (second, last) of its weekday in its month; any will do where none is named."""
    is_last = day.day + 7 > monthrange(day.year, day.month)[1]
    return not ordinals or (day.day + 6) // 7 in ordinals or (LAST in ordinals and is_last)

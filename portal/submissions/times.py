"""Understands times of day as people write them: "7pm for 7.30", "19:30", "half seven".

What is not understood is no mistake: the words are kept, and a coordinator asks.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import time

_TOKEN = re.compile(
    r"(?<![0-9])(?:(?P<four>[0-2][0-9][0-5][0-9])(?= ?(?:h|hrs|hours)?\b)"
    r"|(?P<hour>[0-9]{1,2})(?:[.:h](?P<minute>[0-9]{2}))?)(?![0-9])"
    r" ?(?P<half>a\.?m\b\.?|p\.?m\b\.?|o’?clock|год)?"
)
_NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
    )
}
_SPOKEN = re.compile(r"\b(half past|half|quarter past|quarter to) ([0-9]{1,2})\b(?![.:])")
_ALONE = re.compile(r"(?:at|from|about|around|approx|c|circa|start|starts|starting|о|з|from about)?\.? ?[0-9]{1,2}")
_UNTIL = re.compile(r"[0-9apm.] ?(?:to|till|until|-|до) ?[0-9]")
_LATEST_AFTERNOON = 8
"""A bare hour up to this is meant in the afternoon or evening: branches seldom meet before nine."""


@dataclass(frozen=True)
class TimeOfDay:
    """When it starts; when the doors open and when it ends, where that was said; None where not understood."""

    start: time | None = None
    doors: time | None = None
    until: time | None = None


@dataclass
class _Said:
    hour: int
    minute: int
    half: str
    is_sure: bool
    is_written_out: bool

    def moment(self) -> time | None:
        """The time of day, or None where there is no such time."""
        hour = self.hour
        if self.minute > 59 or (self.half and hour > 12 and self.half == "am"):
            return None
        if self.half == "pm" and hour < 12:
            hour += 12
        elif self.half == "am" and hour == 12:
            hour = 0
        elif not self.half and not self.is_written_out and 1 <= hour <= _LATEST_AFTERNOON:
            hour += 12
        return time(hour, self.minute) if hour < 24 else None


def as_said(moment: time, language: str) -> str:
    """A time of day as people say it: "7pm", "7.30pm"; "19:30" in Ukrainian."""
    if language == "uk":
        return f"{moment:%H:%M}"
    hour = moment.hour % 12 or 12
    half = "am" if moment.hour < 12 else "pm"
    return f"{hour}.{moment.minute:02d}{half}" if moment.minute else f"{hour}{half}"


def understand_time(text: str) -> TimeOfDay:
    """When something starts, and ends. "7pm for 7.30" starts at half past seven, with doors at seven."""
    words = _plain(text)
    if re.search(r"\b(?:noon|midday|полудень|опівдні)\b", words):
        return TimeOfDay(time(12))
    if "midnight" in words:
        return TimeOfDay(time(0))
    words = _SPOKEN.sub(_in_figures, words)
    said = [_said(match) for match in _TOKEN.finditer(words)]
    sure = [each for each in said if each.is_sure]
    if not sure:
        if len(said) == 1 and _ALONE.fullmatch(words):
            return TimeOfDay(said[0].moment())
        if len(said) == 2 and re.fullmatch(r"[0-9]{1,2} ?(?:for|to|till|until|-) ?[0-9]{1,2}", words):
            sure = said
        else:
            return TimeOfDay()
    elif len(said) == 3 and re.search(r"\bfor\b", words) and _UNTIL.search(words):
        sure = said
    elif len(said) == 2 and re.search(r"[0-9apm.] ?(?:for|to|till|until|-) ?[0-9]", words):
        # "7 for 7.30pm": the half of the day is said once and meant for both.
        sure = said
    return _first_of(sure, words)


def _first_of(said: list[_Said], words: str) -> TimeOfDay:
    halves = [each.half for each in said if each.half]
    for each in said:
        if not each.half and halves and each.hour <= 12:
            each.half = halves[0]
    first = said[0].moment()
    has_doors = len(said) > 1 and re.search(r"\bfor\b", words)
    until = _end_of(said[2 if has_doors else 1 :], words)
    if has_doors:
        second = said[1].moment()
        if first and second and first <= second:
            return TimeOfDay(second, first, _after(second, until))
    return TimeOfDay(first, None, _after(first, until))


def _end_of(said: list[_Said], words: str) -> time | None:
    """When it ends, where a second time was said as the end of the first."""
    return said[0].moment() if len(said) == 1 and _UNTIL.search(words) else None


def _after(start: time | None, until: time | None) -> time | None:
    """An end that lies after its start: of "7 to 9pm" and "10am to 4" the half of the day was said once."""
    if start is None or until is None:
        return None
    if until <= start and until.hour < 12:
        until = until.replace(hour=until.hour + 12)
    return until if until > start else None


def _plain(text: str) -> str:
    words = unicodedata.normalize("NFKC", text[:200]).casefold()
    words = re.sub("[\u02bc'\u2018`]", "\u2019", words)
    words = re.sub("[\u2010-\u2015\u2212]", "-", words)
    words = re.sub(r"\b(?:a|p)\.? ?m\b\.?", lambda match: match[0][0] + "m", words)
    words = re.sub(r"(?<=[0-9])(?=[ap]m\b)", " ", words)
    words = re.sub(r"\b[a-z]+\b", lambda match: _NUMBER_WORDS.get(match[0], match[0]), words)
    words = re.sub(r" ?o’?clock\b| ?hrs?\b| ?hours\b| ?год\b\.?", " o’clock", words)
    return " ".join(words.split())


def _in_figures(match: re.Match[str]) -> str:
    """ "half 7" as "7.30", "quarter to 8" as "7.45": what is said becomes what is written."""
    hour = int(match[2])
    if match[1] == "quarter to":
        return f"{(hour - 1) or 12}.45"
    return f"{hour}.30" if match[1].startswith("half") else f"{hour}.15"


def _said(match: re.Match[str]) -> _Said:
    half = (match["half"] or "").replace(".", "")
    if match["four"]:
        return _Said(int(match["four"][:2]), int(match["four"][2:]), half if half in ("am", "pm") else "", True, True)
    minute = match["minute"]
    return _Said(
        hour=int(match["hour"]),
        minute=int(minute or 0),
        half=half if half in ("am", "pm") else "",
        is_sure=bool(minute or half),
        is_written_out=match["hour"].startswith("0") or int(match["hour"]) > 12,
    )

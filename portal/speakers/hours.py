"""Hours of a day, as people write them: "6pm–9pm", "9 to 5", «18:00–21:00 та 22–23», "all day".

What a single time of day means is understood in `submissions.times`; which hours suit a meeting, in `availability`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.speakers.availability import DAY, LATEST, Span, hours_in_words
from portal.submissions.times import understand_time
from portal.submissions.typed import clean_line

MOST_IN_A_DAY = 2
HALF_A_DAY = 12 * 60
LONGEST = 18 * 60
"""Longer hours are a slip, but for the whole day."""
EARLY_MORNING = LATEST - DAY

NOT_UNDERSTOOD = _l("Enter hours like 6pm–9pm or 18:00–21:00")
HOURS_ALONE = _l("Enter the hours alone, like 6pm–9pm or 18:00–21:00: we cannot keep other words beside them")
WITHOUT_END = _l("Say until when as well, like 6pm–9pm or 18:00–21:00")
TOO_MANY = _l("Enter at most two times for one day, like 10am–12pm, 6pm–9pm")

_WHOLE_DAY = re.compile(
    r"(?:the )?(?:all|whole|any|full) ?(?:day|time|hours?)|(?:at )?any time|anytime|24 ?h(?:ours)?|24/7"
    r"|(?:весь|цілий|увесь) день|будь-коли|будь-який час|в будь-який час|у будь-який час|цілодобово"
)
_NEVER = re.compile(r"(?:-|no|none|not|never|away|not free|can’t|cannot|ні|ніколи|не можу|не вільно|немає)\.?")
_BETWEEN = re.compile(r"[,;\n/+&]| and | та | і | й ")
_FROM = re.compile(r"^(?:from|between|after|around|about|approx|since|від|з|із|після|о|об|близько)\.? ")
_UNTIL = re.compile(r" ?(?:-| to | till | til | until | up to | and | до | по )+ ?")
_MIDNIGHT = re.compile(r"(?:midnight|24|24[:.]00|00[:.]00|північ|півночі|опівночі|12 ?am)")
_BARE = re.compile(r"\d{1,2}(?:[:.]\d{2})?")
_HALF = re.compile(r"[ap]\.?m\.?")
_WORD, _FIGURES = re.compile(r"[^\W\d_]+"), re.compile(r"\d+(?:[:.]\d+)?")
_OF_A_TIME = frozenset(
    (
        *("a", "p", "m", "am", "pm", "h", "hr", "hrs", "hour", "hours", "o", "clock", "sharp", "at", "in", "the"),
        *("noon", "midday", "midnight", "morning", "afternoon", "evening", "night", "half", "quarter", "past", "to"),
        *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
        *("about", "around", "approx", "год", "година", "годині", "години", "годин", "ранку", "дня", "вечора", "ночі"),
        *("полудень", "опівдні", "північ", "півночі", "опівночі", "близько", "рівно", "о", "об"),
    )
)
"""The words that a time of day may be made up of: beside any other, these are not the hours of every week."""


class HoursNotUnderstood(ValueError):
    """Words that are no hours of a day; the argument is the sentence that says what to do."""

    def __init__(self, sentence: LazyString) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def understand_hours(text: str) -> list[Span]:
    """The hours of a day in minutes after midnight, in order and apart; none for an empty text, or for a "no".

    The second of a pair may lie past midnight. Raises `HoursNotUnderstood`.
    """
    words = _plain(text)
    if not words or _NEVER.fullmatch(words):
        return []
    if _WHOLE_DAY.fullmatch(words):
        return [(0, DAY)]
    found = sorted(_understand_one(part) for part in _parts(words))
    if len(found) > MOST_IN_A_DAY:
        raise HoursNotUnderstood(TOO_MANY)
    return _joined(found)


def as_typed(spans: Sequence[Span], language: str) -> str:
    """Hours of a day as somebody would have typed them."""
    return ", ".join(hours_in_words(first, until, language) for first, until in spans)


def _plain(text: str) -> str:
    words = clean_line(text)[:200].casefold()
    words = re.sub("[\u02bc'\u2018`]", "’", words)
    words = re.sub("[\u2010-\u2015\u2212]", "-", words)
    return words.strip(" .")


def _parts(words: str) -> Iterator[str]:
    """The pieces between commas and "and"; "between 6 and 9" stays one."""
    if re.match(r"between .* and ", words):
        words = re.sub(r" and ", " to ", words, count=1)
    return (part.strip() for part in _BETWEEN.split(words) if part.strip())


def _understand_one(words: str) -> Span:
    words = _FROM.sub("", words)
    ends = [each.strip() for each in _UNTIL.split(words, maxsplit=1)]
    if len(ends) == 1:
        # A time alone, or nothing that is one.
        raise HoursNotUnderstood(WITHOUT_END if _candidates(ends[0], "") else NOT_UNDERSTOOD)
    first, last = ends
    half = _HALF.search(last)
    starts = _candidates(first, half[0] if half else "")
    until = [DAY] if _MIDNIGHT.fullmatch(last) else _candidates(last, "")
    if not starts or not until:
        raise HoursNotUnderstood(NOT_UNDERSTOOD)
    if any(not _OF_A_TIME.issuperset(_WORD.findall(end)) or len(_FIGURES.findall(end)) > 1 for end in ends):
        raise HoursNotUnderstood(HOURS_ALONE)
    return _fitting(starts, until)


def _candidates(words: str, half: str) -> list[int]:
    """What a time may mean, the likeliest first: "9" is nine in the morning, and perhaps in the evening.

    `half` is the half of the day that was said once, at the end, and is perhaps meant for both.
    """
    if words in ("midnight", "північ", "опівночі", "24", "24:00", "24.00"):
        return [0]
    moment = understand_time(words).start
    if moment is None:
        return []
    minute = moment.hour * 60 + moment.minute
    is_bare = _BARE.fullmatch(words) is not None and not words.startswith("0")
    hour = int(words.replace(".", ":").split(":")[0]) if is_bare else 0
    if not is_bare or not 1 <= hour <= 12 or (":" in words and not half):
        return [minute]
    other = (minute + HALF_A_DAY) % DAY
    if half:
        said = minute if (minute >= HALF_A_DAY) == half.startswith("p") else other
        return [said, minute if said == other else other]
    return [minute, other]


def _fitting(starts: Sequence[int], until: Sequence[int]) -> Span:
    """The first pair that makes sense within a day, else one that ends in the small hours of the next."""
    for first in starts:
        for last in until:
            if 0 < last - first <= LONGEST:
                return first, last
    for first in starts:
        for last in until:
            if last <= EARLY_MORNING and 0 < last + DAY - first <= LONGEST:
                return first, last + DAY
    # From midnight to midnight, or nearly: meant as it stands.
    if starts[0] < until[0]:
        return starts[0], until[0]
    raise HoursNotUnderstood(_l("The end is before the beginning. Enter hours like 6pm–9pm or 18:00–21:00"))


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Hours that touch become one."""
    found: list[Span] = []
    for first, until in spans:
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((first, until))
    return found

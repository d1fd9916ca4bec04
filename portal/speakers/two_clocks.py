"""The days and hours of a meeting in words, by the clocks of London and of Kyiv."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from flask_babel import force_locale, gettext

from portal.clock import KYIV, LONDON
from portal.submissions.day_words import in_words_of
from portal.submissions.times import as_said


def in_words(row: Mapping[str, str], language: str) -> str:
    """One date as requests and offers hold it: its day, and the hour in London where it was understood."""
    day = in_words_of(date.fromisoformat(row["on"]), language)
    hour = hour_of(row, language)
    return f"{day}, {hour}" if hour else day


def hour_of(row: Mapping[str, str], language: str) -> str:
    """The hour of one date: "7.30pm", "doors 7pm, start 7.30pm" or "10am to 4pm"; empty where it was not understood."""
    if not row.get("time"):
        return ""
    start = as_said(time.fromisoformat(row["time"]), language)
    if row.get("until"):
        start = _with_end(start, as_said(time.fromisoformat(row["until"]), language), language)
    if not row.get("doors"):
        return start
    return _with_doors(as_said(time.fromisoformat(row["doors"]), language), start, language)


# A letter names the hour of a meeting three times, and most meetings begin at the same few hours.
@lru_cache(maxsize=500)
def _with_doors(doors: str, start: str, language: str) -> str:
    with force_locale(language):
        return str(gettext("doors %(doors)s, start %(start)s", doors=doors, start=start))


@lru_cache(maxsize=500)
def _with_end(begin: str, until: str, language: str) -> str:
    with force_locale(language):
        return str(gettext("%(begin)s to %(until)s", begin=begin, until=until))


def agreed(rows: Iterable[Mapping[str, str]], day: date, moment: time) -> dict[str, str]:
    """The date that was agreed, as a request holds one: with doors and end, where the branch named them."""
    found = {"on": day.isoformat(), "time": f"{moment:%H:%M}"}
    same = next((row for row in rows if row.get("on") == found["on"] and row.get("time") == found["time"]), {})
    return found | {"time_text": ""} | {name: same[name] for name in ("doors", "until") if same.get(name)}


def in_both_zones(row: Mapping[str, str], language: str) -> str:
    """The same with the hour in Kyiv: whoever reads it may be in either place."""
    if not row.get("time"):
        return in_words(row, language)
    until = time.fromisoformat(row["until"]) if row.get("until") else None
    there = in_kyiv(date.fromisoformat(row["on"]), time.fromisoformat(row["time"]), language, until)
    with force_locale(language):
        return str(gettext("%(when)s in London, %(there)s", when=in_words(row, language), there=there))


def as_told(row: Mapping[str, str], language: str, *, has_kyiv: bool) -> str:
    """The same with the hour in Kyiv only where that helps: a meeting in the room has one clock.

    Where no hour was understood it says so: who says yes to a day keeps all of it free.
    """
    if not row.get("time"):
        with force_locale(language):
            return str(gettext("%(day)s (the hour is still open)", day=in_words(row, language)))
    return in_both_zones(row, language) if has_kyiv else in_words(row, language)


def in_kyiv(day: date, moment: time, language: str, until: time | None = None) -> str:
    """An hour of a day in London as it is in Kyiv, with the day there where that is another.

    `until` is the hour in London at which it ends, where that was said.
    """
    there = datetime.combine(day, moment, LONDON).astimezone(KYIV)
    hour = as_said(there.time(), language)
    if until is not None:
        ends = datetime.combine(day if until > moment else day + timedelta(days=1), until, LONDON).astimezone(KYIV)
        hour = _with_end(hour, as_said(ends.time(), language), language)
    with force_locale(language):
        words = str(gettext("%(time)s in Kyiv", time=hour))
    return words if there.date() == day else f"{in_words_of(there.date(), language)}, {words}"

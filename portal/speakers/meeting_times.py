"""On which days and at which hours a meeting may be, as letters name them: what was asked for, or what was agreed."""

from __future__ import annotations

from datetime import date, time

from portal.emails.facts import Facts
from portal.speakers import two_clocks
from portal.speakers.models import SpeakerRequest
from portal.submissions.day_words import in_words_of


def facts(submission: SpeakerRequest, language: str) -> Facts:
    """The days of the meeting in words: all that were named, the one that is agreed, and its hour in Kyiv."""
    rows = [row for row in submission.dates or [] if row.get("on")]
    day, hour = submission.meeting_on, submission.confirmed_time
    row = next((row for row in rows if day and row["on"] == day.isoformat()), {})
    moment = hour or (time.fromisoformat(row["time"]) if row.get("time") else None)
    agreed = two_clocks.agreed(rows, day, hour) if day and hour else None
    ends = (agreed or row).get("until")
    until = time.fromisoformat(ends) if ends else None

    def lines() -> list[str]:
        # What was agreed with the branch stands in place of what it asked for at first.
        if agreed:
            return [day_and_time(agreed, language)]
        return [day_and_time(each, language) for each in rows] + [submission.date_rule] * bool(submission.date_rule)

    def one() -> str:
        said = two_clocks.hour_of(agreed or row, language) or (agreed or row).get("time_text", "")
        return _joined(in_words_of(day, language), said) if day else submission.date_rule

    # Nobody is in Ukraine at a meeting in the room: there the other clock only confuses.
    has_kyiv = not submission.is_no_call
    return Facts(
        language,
        {
            "meeting_dates": lambda: "\n".join(f"- {line}" for line in lines()),
            "several_dates": lambda: "yes" if len(lines()) > 1 else "",
            "several_days": lambda: "yes" if len(rows) > 1 and not agreed else "",
            "meeting_when": one,
            "meeting_when_kyiv": lambda: _in_kyiv(day, moment, until, language) if has_kyiv else "",
        },
    )


def day_and_time(row: dict[str, str], language: str) -> str:
    """One alternative in words: the time as understood, else as it was typed."""
    said = two_clocks.hour_of(row, language) or row.get("time_text", "")
    return _joined(in_words_of(date.fromisoformat(row["on"]), language), said)


def _in_kyiv(day: date | None, moment: time | None, until: time | None, language: str) -> str:
    if day is None or moment is None:
        return ""
    return two_clocks.in_kyiv(day, moment, language, until)


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)

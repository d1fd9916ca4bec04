"""What a move does to the booking of a speaker: asked, released, confirmed, reported.

A released speaker's name and address stay until the next one is asked, because the letter that thanks them is
written after the release; `SpeakerRequest.present_speaker` tells who is asked or booked now.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from portal.clock import london_day
from portal.speakers.models import SpeakerRequest


class MeetingHasPassedError(ValueError):
    """A meeting cannot be confirmed for a day that is over."""


def offer(submission: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> None:
    """Keep who was asked, in place of whoever was asked before."""
    submission.speaker_name = answers["speaker_name"]
    submission.speaker_email = answers["speaker_email"]
    submission.speaker_language = answers.get("speaker_language") or "en"
    submission.confirmed_time = None


def release(submission: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> None:
    """Let the speaker go. The day stays with the meeting; the hour is agreed anew with the next speaker."""
    submission.confirmed_time = None


def confirm(submission: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> None:
    """Fix day and hour (ISO texts, London time). Raises `MeetingHasPassedError` for a day that is over."""
    day = date.fromisoformat(answers["confirmed_on"])
    if day < london_day(now):
        raise MeetingHasPassedError(day.isoformat())
    submission.meeting_on = day
    submission.confirmed_time = time.fromisoformat(answers["confirmed_time"])


def report(submission: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> None:
    """Keep how many came and how it went, as far as that was told."""
    if answers.get("attended"):
        submission.attended = int(answers["attended"])
    submission.outcome = answers.get("outcome") or submission.outcome

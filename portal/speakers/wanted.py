"""What a branch is asked for on its own page, beside any question of ours."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext

from portal.speakers import usual_days
from portal.speakers.models import SpeakerRequest
from portal.speakers.usual_days import Unclear
from portal.submissions.settled import Wanted
from portal.submissions.workflow import Turn

STEP = "meeting"
"""The step of the form that answers all of it."""


def wanted(submission: SpeakerRequest, today: date, has_written: bool) -> Wanted | None:
    """A new date where all have passed or the speaker has dropped out, a day or an hour where none was named, or what
    is missing of an agreed place.

    `today` is the day in London.
    """
    if submission.state == "confirmed":
        is_to_come = submission.meeting_on is not None and submission.meeting_on >= today
        # A question of ours comes first: whether another day suits, and the place may hang on that.
        return _place(submission) if is_to_come and submission.turn != Turn.BRANCH else None
    days = [row["on"] for row in submission.dates or []]
    is_over = submission.lacks_date or (submission.meeting_on is not None and submission.meeting_on < today)
    if not is_over and submission.is_asked_for_later:
        return _instead(submission)
    if (unclear := usual_days.unclear(submission, today)) and _is_to_say_when(submission):
        return _day_or_hour(submission, unclear)
    if submission.state not in ("received", "matching", "offered", "waiting-for-branch") or not is_over:
        return None
    if any(day >= today.isoformat() for day in days):
        return None
    return Wanted(
        gettext("The date that we have for your meeting has passed. Please tell us the new one."),
        gettext("Tell us the new date"),
        STEP,
    )


def _is_to_say_when(submission: SpeakerRequest) -> bool:
    """Whether the branch is to name day or hour itself; whoever comes on a tour has named one that it may take."""
    if submission.state not in ("received", "matching", "offered"):
        return False
    return not any(each.tour_id for each in submission.asked_now)


def _day_or_hour(submission: SpeakerRequest, unclear: Unclear) -> Wanted:
    """What nobody can be booked without, where the branch wrote when it meets and named no day."""
    if unclear is Unclear.HOUR:
        sentence = gettext("When does your meeting begin? You told us the day, and not yet the hour.")
        return Wanted(sentence, gettext("Add the hour"), STEP)
    sentence = gettext(
        "On which day could a speaker come? You wrote: “%(words)s”. We could not tell which days that means.",
        words=submission.date_rule,
    )
    return Wanted(sentence, gettext("Name a day"), STEP)


def _instead(submission: SpeakerRequest) -> Wanted:
    """What would help a branch whose speaker has dropped out; its other answer is the move that keeps to its day."""
    if submission.meeting_format == "online":
        sentence = gettext("Your speaker can no longer come. Would a later date also help you?")
    else:
        sentence = gettext("Your speaker can no longer come. Would a talk by video, or a later date, also help you?")
    return Wanted(sentence, gettext("Yes, tell you what would help"), STEP)


def _place(submission: SpeakerRequest) -> Wanted | None:
    """The address, the link to join, or both; where nobody said how it is held, the address alone."""
    lacks_address = submission.agreed_format != "online" and submission.lacks_address
    lacks_link = submission.agreed_format in ("online", "either") and not submission.has_link
    if lacks_address and lacks_link:
        return Wanted(
            gettext("Where is your meeting, and how do people join it online? Please tell us when you know."),
            gettext("Add the address and the link"),
            STEP,
        )
    if lacks_address:
        sentence = gettext("Where is your meeting? Please tell us the address when you know it.")
        return Wanted(sentence, gettext("Add the address"), STEP)
    if lacks_link:
        sentence = gettext("How does your speaker join the meeting? Please send us the link when you have it.")
        return Wanted(sentence, gettext("Add the link"), STEP)
    return None

"""What a move does to the booking of a speaker (confirmed, moved, called off, reported), and what of it still stands.

Asking is `offers`’, the half hours are `diary`’s.

A released speaker's name and address stay until the next one is asked, because the letter that thanks them is
written after the release; whether they are asked or booked now, the state says. Day and hour stay with the
meeting: they were agreed with the branch, and the next speaker is asked for them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from typing import Any

from flask_babel import force_locale, gettext

from portal.clock import LONDON, is_hour, london_day
from portal.speakers import beside, diary, lost_yes, moved_beside, offers, searching_tasks, standing_by, unheard
from portal.speakers import chosen as choosing
from portal.speakers.diary import DoubleBookedError
from portal.speakers.engagements import ACCEPTED, RELEASED, WAITING, Offer
from portal.speakers.models import SpeakerRequest
from portal.submissions import tasks
from portal.submissions.actions import WrongAnswerError
from portal.submissions.correspondence import short_time
from portal.submissions.day_words import in_words_of
from portal.submissions.history import Mover
from portal.submissions.models import Submission

AGREED_ON = frozenset({"dates", "date_rule", "meeting_format"})
"""What a speaker has said yes to: when it is, and whether they travel."""

BOOKED = ("confirmed", "held", "closed", "cancelled")
"""In these states the speaker, the day and the hour stand as they were agreed, also when all is over."""


PASSED_HOUR = "That hour has passed today. Check the time, or agree a new date with the branch first"
NO_SUCH_HOUR = "The clocks go forward that night: there is no such hour. Enter another time"
UNCHANGED = "This day and hour are agreed already. Enter the new ones"
ANOTHER_DAY = "{name} said yes to {days}. Confirm that, and change the date afterwards: then both sides are told"
NOBODY_TO_CONFIRM = "Nobody who was asked can be confirmed any more. Say that they cannot come, and ask somebody else"
NOT_ANSWERED = "{name} has not said yes. Write how and when they agreed, or wait for their answer"
NO_DAY_YET = "{name} has said yes, and no day was named to them. Write how and when they agreed to this one"
WHICH_SPEAKER = "Several speakers are asked. Choose on the request’s page whom you confirm"


class MeetingHasPassedError(ValueError):
    """A meeting cannot be confirmed for a day that is over."""


def reopen(submission: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> None:
    """Begin the search anew: whoever was asked before is not who "cannot come" now.

    A day that is over is forgotten, with its hour; a day to come still stands with the branch.
    """
    offers.release(submission, answers, now)
    diary.cancel(submission, now)
    submission.reports.clear()
    submission.speaker_id, submission.speaker_name, submission.speaker_email = None, "", ""
    today = london_day(now)
    if submission.meeting_on is not None and submission.meeting_on < today:
        forget_the_day(submission, today)


def forget_the_day(submission: SpeakerRequest, today: date) -> None:
    """No day is agreed any more: one to come that the branch told takes its place; without one it is asked."""
    submission.confirmed_time = None
    submission.meeting_on = min((day for day in _days_told(submission) if day >= today), default=None)


def _days_told(submission: SpeakerRequest) -> list[date]:
    """The days that the branch named."""
    return [date.fromisoformat(row["on"]) for row in submission.dates or [] if row.get("on")]


def confirm(submission: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Fix day and hour (ISO texts, London time), and book the speaker who said yes; the others are released.

    `offer` is the number of the offer that is confirmed, where several are open; `may_name_me` is what its speaker
    said to us, and `agreed` how, where they did not say it on their own page. Raises `MeetingHasPassedError` for a day
    that is over, and `WrongAnswerError` for an hour of today that is, for a speaker booked elsewhere, who has not said
    yes or does not wish to come, where it is not clear who, and for a change to what is agreed already. What was agreed
    before is given back for the history.
    """
    day = date.fromisoformat(answers["confirmed_on"])
    if day < london_day(now):
        raise MeetingHasPassedError(day.isoformat())
    moment = time.fromisoformat(answers["confirmed_time"])
    if not is_hour(day, moment):
        raise WrongAnswerError("confirmed_time", NO_SUCH_HOUR)
    if datetime.combine(day, moment, LONDON) <= now:
        raise WrongAnswerError("confirmed_time", PASSED_HOUR)
    before = _agreed(submission) if submission.state == "confirmed" else {}
    if before == {"was_on": day.isoformat(), "was_at": f"{moment:%H:%M}"}:
        raise WrongAnswerError("confirmed_on", UNCHANGED)
    chosen = _to_confirm(submission, answers)
    if chosen is not None and chosen.accepted and day.isoformat() not in chosen.accepted:
        suits = " or ".join(in_words_of(date.fromisoformat(each), "en") for each in chosen.accepted)
        raise WrongAnswerError("confirmed_on", ANOTHER_DAY.format(name=chosen.speaker.name, days=suits))
    if chosen is not None:
        _insist(submission, chosen, answers.get("agreed", ""))
    submission.meeting_on = day
    submission.confirmed_time = moment
    if submission.agreed is not None and submission.dates and not _is_still_told(submission):
        # The branch named none such: whatever it changes next, it changes from what stands and not from a dropped day.
        submission.dates = [submission.agreed | {"time_text": short_time(moment, "en")}]
    # The day of the meeting stands before the others: what the branch changes next is told as a change of that one.
    submission.dates = sorted(submission.dates or [], key=lambda row: row.get("on") != day.isoformat())
    session = offers.session_of(submission)
    if chosen is None:
        moved_beside.bring_along(session, submission, now)
        beside.follow(submission, now)
        offers.count_days(submission, session)
        return before
    if answers.get("may_name_me"):
        chosen.may_name_me = answers["may_name_me"] == "yes"
    for each in submission.asked_now:
        if each is not chosen:
            offers.end(each, RELEASED, now)
    offers.confirm(chosen, now)
    offers.name(submission, chosen.speaker)
    # Whoever stands by has stayed through the search for another speaker, and goes where the meeting goes.
    moved_beside.bring_along(session, submission, now)
    diary.book(session, submission, chosen, now)
    lost_yes.tell(session, chosen, now)
    searching_tasks.somebody_is_booked(submission, now)
    submission.speaker_id = chosen.speaker_id
    beside.follow(submission, now)
    standing_by.another_speaks(session, submission, now)
    offers.count_days(submission, session)
    return before


def _insist(submission: SpeakerRequest, chosen: Offer, agreed: str) -> None:
    """Refuse whoever does not wish to visit the branch, and a yes that was not said, or to no day, without how."""
    if choosing.is_vetoed(chosen.speaker, submission):
        raise WrongAnswerError("confirmed_on", choosing.VETOED.format(name=chosen.speaker.name))
    if chosen.state != ACCEPTED and not agreed.strip():
        raise WrongAnswerError("agreed", NOT_ANSWERED.format(name=chosen.speaker.name))
    if not chosen.dates and chosen.tour_id is None and not agreed.strip():
        raise WrongAnswerError("agreed", NO_DAY_YET.format(name=chosen.speaker.name))


def _agreed(submission: SpeakerRequest) -> dict[str, str]:
    """The day and hour that stand so far (ISO texts), as the history keeps them."""
    day, moment = submission.meeting_on, submission.confirmed_time
    return {"was_on": day.isoformat() if day else "", "was_at": f"{moment:%H:%M}" if moment else ""}


def _to_confirm(submission: SpeakerRequest, answers: Mapping[str, str]) -> Offer | None:
    """The offer that is confirmed now; None where somebody is booked already, or nobody of the register is asked."""
    waiting = [each for each in submission.asked_now if each.state in WAITING]
    if answers.get("offer"):
        return offers.answered(submission, answers)
    said_yes = [each for each in waiting if each.state == ACCEPTED]
    found = said_yes if len(said_yes) == 1 else waiting
    if len(found) > 1:
        raise WrongAnswerError("confirmed_on", WHICH_SPEAKER)
    if not found and submission.state == "offered" and submission.offers:
        raise WrongAnswerError("confirmed_on", NOBODY_TO_CONFIRM)
    return found[0] if found else None


def call_off(submission: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> None:
    """The meeting is off, or was not held: nobody is asked or booked for it any more.

    Whoever was let go for somebody booked, and has not heard of it, hears of this.
    """
    if submission.state == "confirmed" and submission.is_booking_unheard:
        for each in unheard.let_go(offers.session_of(submission), submission.id):
            each.closed_at = now
    offers.release(submission, answers, now)
    diary.cancel(submission, now)


def report(submission: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> None:
    """Keep how many came and how it went, as far as that was told."""
    if answers.get("attended"):
        submission.attended = int(answers["attended"])
    submission.outcome = answers.get("outcome") or submission.outcome


def corrected(submission: SpeakerRequest, changes: dict[str, Any]) -> dict[str, Any]:
    """A correction of the meeting: a day that was agreed is changed by a move, not by a correction.

    Once the speaker has gone, other dates of the branch take the place of what was agreed.
    """
    if submission.confirmed_time is None:
        return changes
    if submission.state in BOOKED or changes["dates"] == submission.dates:
        return {name: value for name, value in changes.items() if name != "meeting_on"}
    return changes | {"confirmed_time": None}


KEEPS_LONGER = frozenset(
    {"talk_minutes", "question_minutes", "event_kind", "meeting_format", "venue_postcode", "latitude", "longitude"}
)
"""What decides how long a meeting keeps its speaker, and how far they travel."""


def amended(submission: SpeakerRequest, names: Collection[str], by: Mover, now: datetime) -> None:
    """Bring the half hours of a booking after a correction of what they follow from; a clash is work for a person."""
    if submission.state != "confirmed" or not KEEPS_LONGER.intersection(names):
        return
    session = offers.session_of(submission)
    for booking in diary.living(submission):
        try:
            diary.move(session, submission, booking)
        except DoubleBookedError:
            tasks.open_task(
                session,
                key=f"longer:{booking.id}:{now:%Y%m%d%H%M%S}",
                reason="booking",
                about="The meeting keeps its speaker longer now, and they are booked elsewhere. Settle it with both.",
                due_on=london_day(now),
                now=now,
                submission_id=submission.id,
            )


def is_to_be_asked(submission: Submission, changed: Collection[str]) -> bool:
    """Whether a booked speaker must be asked about what the branch has changed (names of columns).

    Nothing moves by itself: the day and hour that were agreed stand until a coordinator changes them.
    """
    if not isinstance(submission, SpeakerRequest) or submission.state != "confirmed":
        return False
    if "meeting_format" in changed:
        return True
    return bool(AGREED_ON.intersection(changed)) and not _is_still_told(submission)


def _is_still_told(submission: SpeakerRequest) -> bool:
    """Whether the agreed day and hour are among those that the branch tells; a day without an hour fits any."""
    day, moment = submission.meeting_on, submission.confirmed_time
    if day is None or moment is None:
        return False
    hours = [row.get("time", "") for row in submission.dates or [] if row["on"] == day.isoformat()]
    return any(hour in ("", f"{moment:%H:%M}") for hour in hours)


def _booked_for(submission: SpeakerRequest, language: str) -> str:
    """The day and hour agreed with the speaker, in words."""
    parts = in_words_of(submission.meeting_on, language), short_time(submission.confirmed_time, language)
    return ", ".join(part for part in parts if part)


def still_booked(submission: SpeakerRequest, changed: Collection[str], language: str, by: str) -> str:
    """What a branch reads that has changed what was agreed; the speaker was asked to answer `by` a day, in words."""
    when, named = _booked_for(submission, language), [row["on"] for row in submission.dates or []]
    if not is_to_be_asked(submission, changed):
        # Its list may begin with another day than the agreed one, which still stands in it.
        if "dates" not in changed or named[:1] == [f"{submission.meeting_on}"]:
            return ""
        return gettext(
            "Your speaker is still booked for %(when)s, which is one of your days: nothing has moved. Would you rather "
            "meet on another? Then enter that day alone.",
            when=when,
        )
    if by:
        return gettext(
            "Your speaker is still booked for %(when)s. We have told them of the change, and asked them to say by "
            "%(day)s what suits them.",
            when=when,
            day=by,
        )
    return gettext(
        "Your speaker is still booked for %(when)s. We have told them of the change, and asked what suits them.",
        when=when,
    )


def still_booked_at_desk(submission: Submission) -> str:
    """The same for coordinators, in English."""
    when = _booked_for(submission, "en") if isinstance(submission, SpeakerRequest) else ""
    return f"The speaker is still booked for {when}." if when else ""


def before_a_change(submission: Submission, language: str) -> str:
    """What a branch reads before it changes a meeting that a speaker is booked for; empty where none is."""
    if not isinstance(submission, SpeakerRequest) or submission.state != "confirmed":
        return ""
    with force_locale(language):
        return gettext(
            "Your speaker is booked for %(when)s. We tell them of a change at once, and ask whether it suits them.",
            when=_booked_for(submission, language),
        )

"""What follows when a meeting changes that somebody is booked for: everybody is told at once, calendars follow.

A new day and hour counts at once, and whoever is booked is asked whether it suits them; a new link or place is told.
Where a speaker is booked elsewhere at the new time, or no one day is named, a coordinator settles it with both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time

from flask_babel import force_locale, gettext

from portal.clock import london_day
from portal.speakers import bookings, diary, in_time, moved_beside, offers, proposed_day
from portal.speakers.engagements import ASKED, CONFIRMED, SPEAKER, Offer
from portal.speakers.models import SpeakerRequest
from portal.submissions import actions, reminders, tasks
from portal.submissions.day_words import by_in_words, in_words_of
from portal.submissions.history import Mover
from portal.submissions.models import Submission
from portal.submissions.workflow import Actor

CARRIED = frozenset(
    (
        *("platform", "joining_link", "venue", "venue_postcode", "venue_access"),
        *("contact_name", "contact_email", "contact_phone"),
    )
)
"""Details that both sides hold in their letters and calendars: a change of one is told at once, and asks nothing."""
DAYS = frozenset({"dates", "meeting_on"})
"""What says on which days a meeting may be, as long as none is agreed."""
ASKED_FOR = DAYS | {"date_rule"}
"""The same where the next days on which a branch usually meets are asked for, as it named none."""
CALLS = ("change-unanswered", "change-unheard", "day-unsettled", "day-over")
"""Follow-ups that let somebody telephone until the speaker has said yes to a change."""
BY_ITSELF = Mover(Actor.WORKER)


def move(submission: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Fix another day and hour (ISO texts, London time). With `agreed` the speaker has said yes to it already.

    Raises as `bookings.confirm` does.
    """
    before = bookings.confirm(submission, answers, now)
    # The letters of this move say all that those say that came some days before the meeting.
    reminders.are_said(offers.session_of(submission), submission, "meeting_on", now)
    if answers.get("agreed", "").strip():
        for each in booked(submission):
            _says_yes(each, submission, now)
        offers.count_days(submission, offers.session_of(submission))
    else:
        ask_again(submission, answers, now)
    return before


def ask_format(submission: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> None:
    """The meeting is held in another way: all who come have still to say if that suits them."""
    moved_beside.ask_again(submission, now)
    ask_again(submission, answers, now)


def ask_again(submission: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> None:
    """Who is booked to speak has still to say whether the meeting suits them as it stands now."""
    session, today = offers.session_of(submission), london_day(now)
    for each in booked(submission):
        each.dates, each.accepted = offers.dates_offered(submission), []
        each.answered_at, each.other_date = None, ""
        each.asked_at = now
        each.answer_by = in_time.answer_by(offers.last_day(session, today), each.dates, today)
    offers.count_days(submission, session)


def keep(submission: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """The booked speaker says that the change suits them."""
    for each in booked(submission):
        _says_yes(each, submission, now)
    offers.count_days(submission, offers.session_of(submission))
    return {"speaker_name": submission.speaker_name}


def take_day(submission: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """The booked speaker says which of the days that the branch wishes suits them: the meeting is held then.

    Raises as `bookings.confirm` does, and `WrongAnswerError` for a day that is not in question.
    """
    known = {(row["on"], row.get("time", "")) for each in booked(submission) for row in each.dates}
    if (answers["confirmed_on"], answers["confirmed_time"]) not in known:
        sentence = gettext("The days in question have changed. Please look at them again")
        raise actions.WrongAnswerError("confirmed_on", sentence)
    before = move(submission, {**answers, "agreed": "yes"}, now)
    return before | {"speaker_name": submission.speaker_name}


def ask_for_wished(submission: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> None:
    """Whoever is booked has to say which of the days suits them that the branch wishes now; the agreed one stands."""
    ask_again(submission, answers, now)
    for each in booked(submission):
        each.dates = _wished(submission, now)


def amended(submission: SpeakerRequest, names: Collection[str], by: Mover, now: datetime) -> bool:
    """Do what follows from a correction of those columns; whether nobody of us has to do anything about it any more."""
    bookings.amended(submission, names, by, now)
    if submission.state == "offered" and ASKED_FOR.intersection(names):
        proposed_day.named(submission, now)
        return _ask_for_other_days(submission, now) and ASKED_FOR.issuperset(names)
    if submission.state != "confirmed":
        return False
    if DAYS.intersection(names) and submission.are_days_wished and not bookings.is_to_be_asked(submission, names):
        return _stands_after_all(submission, now)
    if by.actor is Actor.BRANCH and bookings.is_to_be_asked(submission, names):
        return _moved_by_branch(submission, names, now)
    if not CARRIED.intersection(names):
        return False
    _perform(submission, "branch-changes-details" if by.actor is Actor.BRANCH else "we-change-details", now)
    return CARRIED.issuperset(names)


def standing(submission: Submission, changed: Collection[str], language: str, now: datetime) -> str:
    """What a branch reads about a meeting that a speaker is booked for: a change, or that it is over; else nothing."""
    if not isinstance(submission, SpeakerRequest):
        return ""
    if submission.state == "offered" and ASKED_FOR.intersection(changed):
        return _told_who_are_asked(submission, language, now)
    if submission.state != "confirmed":
        return ""
    if submission.begins_at is not None and now >= submission.begins_at:
        with force_locale(language):
            return gettext(
                "Your meeting has begun, or is over. We will write to you and ask how it went. "
                "Did it not take place? Send us a message."
            )
    if submission.is_speaker_asked_again and not submission.are_days_wished:
        with force_locale(language):
            if day := _asked_by(submission, now):
                return gettext(
                    "Your speaker is told, and is asked to say by %(day)s whether the change suits them. "
                    "We write to you.",
                    day=day,
                )
            return gettext("Your speaker is told, and has still to say whether the change suits them. We write to you.")
    with force_locale(language):
        return bookings.still_booked(submission, changed, language, _asked_by(submission, now))


def _asked_by(submission: SpeakerRequest, now: datetime) -> str:
    """The day by which who is booked was asked to say what suits them, behind "by"; empty once it has gone."""
    is_to_come = submission.answer_by is not None and submission.answer_by >= london_day(now)
    return by_in_words(submission.answer_by) if is_to_come and submission.answer_by is not None else ""


def _told_who_are_asked(submission: SpeakerRequest, language: str, now: datetime) -> str:
    """The same of a meeting for which speakers are asked, where they are asked for what the branch names now."""
    rows = _hours(offers.rows_to_ask(submission, now))
    if not any(_hours(each.dates) == rows for each in submission.asked_now if each.tour_id is None):
        return ""
    with force_locale(language):
        said = gettext("We have told whoever is asked to speak, and write to you when we know more.")
        if submission.dates or submission.agreed:
            return said
        # The branch has named no day: it reads which ones we take it to mean.
        usual = sorted(offers.rows_to_ask(submission, now), key=lambda row: row["on"])
        days = "; ".join(in_words_of(date.fromisoformat(row["on"]), language) for row in usual)
        return f"{said} {gettext('We ask for these days now: %(days)s.', days=days)}"


def _ask_for_other_days(submission: SpeakerRequest, now: datetime) -> bool:
    """The days of a meeting have changed while speakers are asked: each hears at once which are in question now.

    A yes to a day that stays holds; whoever said yes to dropped days alone is asked anew. False where there is no day
    to ask for, or nobody is asked for others than before.
    """
    rows = [row for row in offers.rows_to_ask(submission, now) if row["on"] >= london_day(now).isoformat()]
    was = [each.dates for each in submission.asked_now if each.tour_id is None]
    if not rows or not ask_for(submission, rows, now):
        return False
    # Whose turn it is follows from what the speakers have said, and is the speakers' again where no yes is left.
    _perform(submission, "days-change-while-asked", now, _only_hours(was, rows))
    return True


def _only_hours(was: list[list[dict[str, str]]], rows: list[dict[str, str]]) -> dict[str, str]:
    """What a letter says where all days stay and hours alone are others: that they stay, and the old hour of one."""
    days = sorted(row["on"] for row in rows)
    if any(sorted(row.get("on", "") for row in each) != days for each in was):
        return {}
    now = _hours(rows)
    old = {pair for each in was for pair in _hours(each) if pair not in now}
    on, moment = old.pop() if len(old) == 1 else ("", "")
    return {"is_same_day": "yes"} | ({"was_on": on, "was_at": moment} if moment else {})


def ask_for(submission: SpeakerRequest, rows: list[dict[str, str]], now: datetime) -> bool:
    """Ask those who have an open offer for these days from now on; whether anybody is asked for others than before."""
    session, today = offers.session_of(submission), london_day(now)
    asked = [each for each in submission.asked_now if each.tour_id is None and _hours(each.dates) != _hours(rows)]
    for each in asked:
        kept = {(row["on"], row.get("time", "")) for row in each.dates if row.get("on") in each.accepted}
        each.accepted = [row["on"] for row in rows if (row["on"], row.get("time", "")) in kept]
        each.dates, each.asked_at, each.answer_by = rows, now, offers.last_day(session, today)
        if not each.accepted:
            each.state, each.answered_at, each.other_date = ASKED, None, ""
    offers.count_days(submission, session)
    return bool(asked)


def _hours(rows: list[dict[str, str]]) -> list[tuple[str, str]]:
    """The days and hours of rows of dates, to compare."""
    return sorted((row.get("on", ""), row.get("time", "")) for row in rows)


def _moved_by_branch(submission: SpeakerRequest, names: Collection[str], now: datetime) -> bool:
    """Bring the meeting to where the branch says it is now, where that is one day and hour that can be booked."""
    told = _told(submission, now)
    has_moved = bookings.is_to_be_asked(submission, set(names) - {"meeting_format"})
    try:
        with offers.session_of(submission).begin_nested():
            if not has_moved:
                _perform(submission, "branch-changes-format", now)
                return True
            if told is not None:
                _perform(submission, "branch-moves-meeting", now, told)
                return True
    except (actions.WrongAnswerError, bookings.MeetingHasPassedError):
        # Booked elsewhere at that time, or the hour has just passed: nothing has moved, and a person settles it.
        pass
    _perform(submission, "branch-names-other-days", now)
    # Where there is a day to choose, it is the speaker's turn; one that they cannot take, or none, is for a person.
    return told is None and bool(_wished(submission, now)) and bool(booked(submission))


def _stands_after_all(submission: SpeakerRequest, now: datetime) -> bool:
    """The branch names the agreed day again: nobody is asked about others, and the speaker hears that it stands."""
    for each in booked(submission):
        _says_yes(each, submission, now)
    offers.count_days(submission, offers.session_of(submission))
    _perform(submission, "branch-changes-details", now)
    return True


def _wished(submission: SpeakerRequest, now: datetime) -> list[dict[str, str]]:
    """The days to come that the branch names; one without an hour that we understood is meant for the agreed hour."""
    usual = f"{submission.confirmed_time:%H:%M}" if submission.confirmed_time else ""
    rows = [{**row, "time": row.get("time") or usual} for row in submission.dates or [] if row.get("on")]
    return [row for row in rows if row["time"] and _moment(row) > now]


def _moment(row: Mapping[str, str]) -> datetime:
    return diary.moment_of(date.fromisoformat(row["on"]), time.fromisoformat(row["time"]))


def _told(submission: SpeakerRequest, now: datetime) -> dict[str, str] | None:
    """The one day and hour that the branch names now; None where it is none, or several, or over.

    Another hour of the day that is agreed is what it means, whatever other days it named before.
    """
    rows = [row for row in submission.dates or [] if row.get("on") and row["on"] >= london_day(now).isoformat()]
    agreed = submission.meeting_on.isoformat() if submission.meeting_on else ""
    rows = [row for row in rows if row["on"] == agreed] or rows
    if len(rows) != 1 or submission.date_rule:
        return None
    moment = rows[0].get("time") or (f"{submission.confirmed_time:%H:%M}" if submission.confirmed_time else "")
    if not moment or diary.moment_of(date.fromisoformat(rows[0]["on"]), time.fromisoformat(moment)) <= now:
        return None
    return {"confirmed_on": rows[0]["on"], "confirmed_time": moment}


def _perform(submission: SpeakerRequest, name: str, now: datetime, answers: Mapping[str, str] | None = None) -> None:
    actions.perform(offers.session_of(submission), submission, name, by=BY_ITSELF, now=now, answers=answers)


def booked(submission: SpeakerRequest) -> list[Offer]:
    """The open offers of who is booked to speak."""
    return [
        each
        for each in submission.offers
        if each.role == SPEAKER and each.state == CONFIRMED and each.closed_at is None
    ]


def _says_yes(each: Offer, submission: SpeakerRequest, now: datetime) -> None:
    each.dates = offers.dates_offered(submission)
    each.accepted = [row["on"] for row in each.dates]
    each.answered_at, each.other_date = now, ""
    session = offers.session_of(submission)
    for name in CALLS:
        begins = f"follow-up:{submission.id}:{name}:"
        tasks.finish_all(session, begins, by_id=None, now=now, outcome="The speaker has said yes.")

"""What a move's form is filled in with before anybody types: the days and hours that are known of the request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from portal.affiliations import fees
from portal.affiliations.models import Affiliation
from portal.dashboard import beside, who_else, words
from portal.extensions import db
from portal.speakers import afterwards, bookings, other_day
from portal.speakers.engagements import Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import IN_UKRAINE
from portal.speakers.report_rows import BRANCH
from portal.submissions.correspondence import short_time
from portal.submissions.dates import DateNotUnderstood, clock_in, understand_date
from portal.submissions.day_words import as_typed
from portal.submissions.models import Submission
from portal.submissions.workflow import Transition

CLOSES = "This closes the request."
SPEAKER_IS_OUT = "The speaker has not told us yet how it went. Would you rather wait? Their page closes with it."


def answers(submission: Submission, transition: Transition, today: date, offer: str = "") -> dict[str, Any]:
    """What is known of the answers a move asks for, as a coordinator would type it. `today` is the day in London.

    `offer` is the number of the offer that is to be confirmed, where one was chosen: its speaker's own days come first.
    """
    asked = {ask.name for ask in transition.asks}
    known: dict[str, Any] = {}
    if "confirmed_on" in asked and (meetings := _meetings(submission, today)):
        day, start = _likeliest(submission, meetings, offer)
        known |= {"confirmed_on": as_typed(day, "en"), "confirmed_time": start}
    if transition.name == "ask-other-day" and isinstance(submission, SpeakerRequest):
        known |= _other_day(submission.proposals[0], today)
    for name in ("decided_on", "twinned_on"):
        said: date | None = getattr(submission, name, None)
        if name in asked and said is not None and said <= today:
            known[name] = as_typed(said, "en")
    return known | (_told(submission) if "raised_pence" in asked else {})


def _other_day(offer: Offer, today: date) -> dict[str, str]:
    """The day and hour that a speaker has named; of one who did so in words alone, as far as those are understood.

    Which clock somebody in Ukraine means by such words is for a person to say.
    """
    if offer.named_on is not None and offer.named_time is not None:
        return {"other_on": as_typed(offer.named_on, "en"), "other_time": short_time(offer.named_time, "en")}
    try:
        known = {"other_on": as_typed(understand_date(offer.other_date, today), "en")}
    except DateNotUnderstood:
        return {}
    if offer.speaker.lives_in != IN_UKRAINE and (hour := clock_in(offer.other_date)):
        known["other_time"] = hour
    return known


def _told(submission: Submission) -> dict[str, Any]:
    """How a meeting went, as far as the branch has told it already."""
    report = afterwards.of_side(submission.reports, BRANCH) if isinstance(submission, SpeakerRequest) else None
    if report is None or report.answered_at is None:
        return {}
    return {
        "held": "yes" if report.held else "no",
        "attended": "" if report.attended is None else str(report.attended),
        "motion": report.motion,
        "raised_pence": "" if report.raised_pence is None else f"{report.raised_pence / 100:.2f}",
        "wishes": list(report.wishes or []),
        "hears_more": "" if report.hears_more is None else "yes" if report.hears_more else "no",
        "more_people": "" if report.more_people is None else str(report.more_people),
        "more_contact": report.more_contact,
        "outcome": report.next_step,
    }


def also_offered(submission: Submission, transition: Transition, today: date, offer: str = "") -> str:
    """What else the branch wishes, in a sentence: other days for its meeting, another fee; nothing where it is none.

    `offer` is as in `answers`: of the days of the meeting, the one that stands in the form is not named again.
    """
    if isinstance(submission, Affiliation) and "fee_pence" in {ask.name for ask in transition.asks}:
        return _about_the_fee(submission)
    if transition.name == "ask-other-day" and isinstance(submission, SpeakerRequest):
        named = other_day.named_in_words(submission.proposals[0], "en")
        added = other_day.added_by(submission.proposals[0])
        wrote = f"The speaker wrote: “{added}”." if added else ""
        return " ".join(part for part in (f"The speaker named {named}." if named else "", wrote) if part)
    if transition.name == "report" and isinstance(submission, SpeakerRequest):
        return f"{CLOSES} {SPEAKER_IS_OUT}" if submission.has_speaker_to_report else CLOSES
    if "confirmed_on" not in {ask.name for ask in transition.asks}:
        return ""
    meetings = _meetings(submission, today)
    others = [
        ", ".join(part for part in (words.long_day(day), start) if part)
        for day, start in meetings
        if (day, start) != _likeliest(submission, meetings, offer)
    ]
    found = [bookings.still_booked_at_desk(submission)] if _has_moved(submission) else []
    if others:
        found.append(f"The branch could also meet on {' or '.join(others)}.")
    if transition.name == "confirm" and isinstance(submission, SpeakerRequest):
        found += who_else.before_confirming(submission, offer, today)
    return " ".join(found)


def _about_the_fee(submission: Affiliation) -> str:
    """What the branch wishes about its fee and why, beside the fee of the table where it asks for less."""
    wish = beside.wish_of(submission)
    if submission.fee_wish != "waiver":
        return wish
    usual = fees.work_out(db.session(), submission.body_type, submission.members)
    table = f"The table gives {usual.sentence}" if usual.pence is not None else ""
    why = f"It writes: “{submission.waiver_reason}”." if submission.waiver_reason else ""
    return " ".join(part for part in (wish, why, table) if part)


def _likeliest(submission: Submission, meetings: Sequence[tuple[date, str]], offer: str) -> tuple[date, str]:
    """The meeting that the form is filled in with; there is one.

    It is the first that suits the speaker and whoever comes beside them, else the first that suits the speaker, or any.
    """
    suits = _accepted(submission, offer)
    beside = (submission.interpreter, submission.partner) if isinstance(submission, SpeakerRequest) else ()
    theirs = [each.accepted for each in beside if each is not None and each.accepted]
    all_of_them = suits.intersection(*theirs)
    return next((each for each in meetings if each[0].isoformat() in (all_of_them or suits)), meetings[0])


def _accepted(submission: Submission, offer: str) -> set[str]:
    """The days, as ISO texts, that suit the speaker of an offer, or the only one who has said yes."""
    if not isinstance(submission, SpeakerRequest):
        return set()
    said_yes = [each for each in submission.asked_now if each.accepted]
    chosen = [each for each in said_yes if str(each.id) == offer] if offer else said_yes
    return set(chosen[0].accepted) if len(chosen) == 1 else set()


def _meetings(submission: Submission, today: date) -> list[tuple[date, str]]:
    """Day and start of the meeting, what was agreed first and then what was wished for, without days that are over.

    Where the branch has moved a meeting that was agreed, what it says now is what the speaker is asked about.
    """
    agreed, start = submission.meeting_on, getattr(submission, "confirmed_time", None)
    rows: list[dict[str, Any]] = getattr(submission, "dates", None) or _asked_for(submission)
    wished = {date.fromisoformat(row["on"]): _start(row) for row in rows}
    if agreed is not None and not (wished and _has_moved(submission)):
        wished = {agreed: short_time(start, "en") or wished.get(agreed, "")} | {
            day: said for day, said in wished.items() if day != agreed
        }
    return [(day, said) for day, said in wished.items() if day >= today]


def _asked_for(submission: Submission) -> list[dict[str, Any]]:
    """The days for which speakers are asked, where the branch has named none: those on which it usually meets."""
    asked = submission.asked_now if isinstance(submission, SpeakerRequest) else []
    known = {row["on"]: row for each in asked for row in each.dates if row.get("on")}
    return [known[day] for day in sorted(known)]


def _has_moved(submission: Submission) -> bool:
    """Whether the branch has written since a speaker was booked, and names another day or hour now."""
    return submission.is_with_us and bookings.is_to_be_asked(submission, ("dates",))


def _start(row: dict[str, Any]) -> str:
    """The start of one alternative: as it was understood, else nothing, for its words may be no hour at all."""
    return short_time(time.fromisoformat(row["time"]), "en") if row.get("time") else ""

"""What is arranged for a speaker request, as coordinators read it: who speaks, who else comes, and what came of it."""

from __future__ import annotations

from portal.speakers import told
from portal.speakers.bookings import BOOKED
from portal.speakers.engagements import ACCEPTED, CONFIRMED, STAND_BY, Offer
from portal.speakers.engagements import ASKED as ASKED_NOW
from portal.speakers.lost_yes import in_words
from portal.speakers.meeting_times import facts as when
from portal.speakers.models import SpeakerRequest
from portal.submissions.day_words import in_words_of

ASKED = "offered"
AGREES_STILL = " (has still to say whether the change suits them)"
SPEAKER = {ASKED: "Speaker asked", "cancelled": "Speaker who was booked"}


def arranged(submission: SpeakerRequest) -> list[tuple[str, str]]:
    """Who is asked or booked, for which hour, and what came of it; in English, without what is not known yet."""
    if submission.state not in (ASKED, *BOOKED) or (submission.state == ASKED and submission.is_somebody_asked):
        # Who is asked stands on the page one by one, with what they said.
        return [*_comes_along(submission), *_interprets(submission)]
    known = when(submission, "en") if submission.confirmed_time else {}
    agreed = (known.get("meeting_when", ""), known.get("meeting_when_kyiv", ""))
    rows = [
        (SPEAKER.get(submission.state, "Speaker"), submission.speaker_name),
        ("Their email", submission.speaker_email),
        ("Their letters", "in Ukrainian" if submission.speaker_language == "uk" else "in English"),
        ("Stands by", _stand_by(submission)),
        *_comes_along(submission),
        *_interprets(submission),
        ("If the call breaks", submission.fallback),
        (agreed_or_not(submission, "Agreed for"), ", ".join(part for part in agreed if part)),
        ("How many came", "" if submission.attended is None else str(submission.attended)),
        ("How it went", submission.outcome),
        *told.for_desk(submission),
    ]
    return [row for row in rows if row[1]] if submission.speaker_name else []


def agreed_or_not(submission: SpeakerRequest, usual: str) -> str:
    """What the day and hour of a meeting are called for coordinators: `usual`, unless they hold no more, or not yet."""
    if submission.state == "cancelled":
        return f"Was {usual[:1].lower()}{usual[1:]}"
    is_waited_for = submission.is_change_open and not submission.are_days_wished
    return "The speaker has still to agree to" if is_waited_for else usual


def _interprets(submission: SpeakerRequest) -> list[tuple[str, str]]:
    """Who interprets, or is asked to, as a row; none where nobody is."""
    return _beside("Interprets", submission.interpreter)


def _comes_along(submission: SpeakerRequest) -> list[tuple[str, str]]:
    """Who comes along with the speaker, or is asked to; nobody’s offers are read where nobody is asked to speak."""
    return _beside("Comes along", submission.partner if submission.state in (ASKED, *BOOKED) else None)


def _beside(label: str, found: Offer | None) -> list[tuple[str, str]]:
    if found is None:
        return []
    days = in_words([row for row in found.dates if len(found.dates) > 1 and row.get("on") in found.accepted])
    how = {
        ASKED_NOW: f" (asked, to answer by {in_words_of(found.answer_by, 'en')})",
        ACCEPTED: f" (said yes to {days})" if days else " (said yes)",
    }
    said = AGREES_STILL if found.has_still_to_agree else how.get(found.state, "")
    return [(label, f"{found.speaker.name}{said}{_vetoed(found)}")]


def _stand_by(submission: SpeakerRequest) -> str:
    """Who stands by, or is asked to, for coordinators."""
    standing = [each for each in submission.offers if each.role == STAND_BY and each.closed_at is None]
    found = [each for each in standing if each.speaker.is_in_register]
    how = {True: AGREES_STILL, False: ""}
    said = (how[each.has_still_to_agree] if each.state == CONFIRMED else " (asked)" for each in found)
    return ", ".join(f"{each.speaker.name}{more}{_vetoed(each)}" for each, more in zip(found, said, strict=True))


def _vetoed(each: Offer) -> str:
    return " (does not wish to visit this branch after all)" if each.is_vetoed else ""

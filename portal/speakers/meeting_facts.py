"""A meeting as its speaker may read it: without a word of who asks while they are asked, whole once they are booked."""

from __future__ import annotations

from datetime import date

from flask_babel import force_locale, gettext

from portal.speakers.facts import facts
from portal.speakers.models import SpeakerRequest
from portal.submissions.correspondence import long_date
from portal.submissions.settled import Rows, rows_of


def rows(request: SpeakerRequest, language: str, *, is_booked: bool) -> list[dict[str, str]]:
    """Labels and texts in the speaker's language, without what is not known."""
    with force_locale(language):
        known = facts(request, language)
        found = _of_a_booking(request.heading, known) if is_booked else _of_an_offer(known)
        found += rows_of(
            (gettext("Press"), known["press"]),
            (gettext("Recorded, streamed or photographed"), known["recording"]),
            (gettext("What to expect"), known["is_contested"]),
            (gettext("What the branch says about that"), known["contested_note"] if is_booked else ""),
        )
    return [{"label": label, "value": value} for label, value in found]


def day(value: date, language: str) -> str:
    """A day in words."""
    return long_date(value, language)


def _of_an_offer(known: dict[str, str]) -> Rows:
    return rows_of(
        (gettext("Kind of event"), known["event_kind"]),
        (gettext("Region"), known["region"]),
        (gettext("What the members do"), known["sector"]),
        (gettext("Format"), known["meeting_format"]),
        (gettext("Who will be there"), known["offered_audience"]),
        (gettext("Topics"), known["offered_topics"]),
        (gettext("Time to speak"), known["talk_length"]),
        (gettext("What the branch can pay"), known["offered_expenses"]),
        (gettext("Access and other needs"), known["offered_access"]),
        (gettext("The branch must know by"), known["decide_by"]),
    )


def _of_a_booking(branch: str, known: dict[str, str]) -> Rows:
    when = known["meeting_when"]
    if when and known["meeting_when_kyiv"]:
        when = f"{when} ({known['meeting_when_kyiv']})"
    return rows_of(
        (gettext("Branch"), branch),
        (gettext("Meeting"), known["meeting"]),
        (gettext("When, in London time"), when),
        (gettext("Where"), known["meeting_place"]),
        (gettext("Your contact in the branch"), known["branch_contact"]),
        (gettext("Their phone"), known["branch_phone"]),
        (gettext("Their email"), known["branch_email"]),
        (gettext("Format"), known["meeting_format"]),
        (gettext("Who will be there"), known["audience"]),
        (gettext("Topics"), known["topics"]),
        (gettext("Time to speak"), known["talk_length"]),
        (gettext("What the branch can pay"), known["expenses"]),
        (gettext("Access and other needs"), known["access"]),
        (gettext("Access, parking and the nearest station"), known["venue_access"]),
    )

"""A meeting as its speaker may read it: without a word of who asks while they are asked, whole once they are booked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask_babel import force_locale, gettext, ngettext

from portal.speakers import diary
from portal.speakers.facts import facts
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import Speaker
from portal.submissions.day_words import in_words_of
from portal.submissions.settled import Rows, rows_of

STEP = 5
"""A distance is told in whole fives of miles."""


def rows(
    request: SpeakerRequest,
    language: str,
    *,
    is_booked: bool,
    has_contact: bool = True,
    speaker: Speaker | None = None,
    may_travel: bool = False,
) -> list[dict[str, str]]:
    """Labels and texts in the speaker's language, without what is not known.

    Whoever is booked beside the speaker reads them without `has_contact`: the branch's contact is the speaker's.
    `speaker` is whoever is asked: they learn about how far it is and, where they `may_travel`, in which town.
    """
    with force_locale(language):
        known = facts(request, language)
        found = _of_a_booking(request.heading, known, has_contact) if is_booked else _of_an_offer(known)
        if speaker is not None and not is_booked:
            town = request.town_to_travel_to if may_travel else ""
            found += rows_of((gettext("Town"), town), (gettext("How far it is"), _distance(request, speaker)))
        found += rows_of(
            (gettext("Press"), known["press"]),
            (gettext("Recorded, streamed or photographed"), known["recording"]),
            (gettext("What to expect"), known["is_contested"]),
            (gettext("What the branch says about that"), known["contested_note"] if is_booked and has_contact else ""),
        )
    return [{"label": label, "value": value} for label, value in found]


def _distance(request: SpeakerRequest, speaker: Speaker) -> str:
    """How far a meeting in a room is from where they live, so roughly that it names no place."""
    miles = diary.miles_to(speaker, request)
    if not miles:
        return ""
    roughly = round(miles / STEP) * STEP
    if not roughly:
        return gettext("less than %(num)d miles from you", num=STEP)
    return ngettext("about %(num)d mile from you", "about %(num)d miles from you", roughly)


def day(value: date, language: str) -> str:
    """A day in words."""
    return in_words_of(value, language)


def _of_an_offer(known: Mapping[str, str]) -> Rows:
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


def _people(known: Mapping[str, str]) -> Rows:
    """Whom a speaker meets, and how to reach them."""
    return rows_of(
        (gettext("Interpreter"), known["interpreter"]),
        (gettext("Your contact in the branch"), known["branch_contact"]),
        (gettext("Their phone"), known["branch_phone"]),
        (gettext("Their email"), known["branch_email"]),
    )


def _of_a_booking(branch: str, known: Mapping[str, str], has_contact: bool) -> Rows:
    when = known["meeting_when"]
    if when and known["meeting_when_kyiv"]:
        when = f"{when} ({known['meeting_when_kyiv']})"
    return rows_of(
        (gettext("Branch"), branch),
        (gettext("Meeting"), known["meeting"]),
        (gettext("When, in London time"), when),
        (gettext("Where"), known["meeting_place"]),
        *(_people(known) if has_contact else ()),
        # Of a meeting online the place says so already.
        (gettext("Format"), known["meeting_format"] if known["is_in_room"] else ""),
        (gettext("The link to join"), known["link_to_come"]),
        (gettext("Who will be there"), known["audience"]),
        (gettext("Topics"), known["topics"]),
        (gettext("Time to speak"), known["talk_length"]),
        (gettext("What the branch can pay"), known["expenses"]),
        (gettext("Access and other needs"), known["access"]),
        (gettext("Access, parking and the nearest station"), known["venue_access"]),
    )

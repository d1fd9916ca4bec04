"""What the page of one speaker shows: facts, where they stand, what they were asked and what they spoke at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.dashboard import people, speaker_words, words
from portal.directory import tongues
from portal.directory.ukrainian_unions import ukrainian_union
from portal.speakers import availability, listing
from portal.speakers.engagements import Booking, Offer
from portal.speakers.keeping import ONLINE
from portal.speakers.register import IN_UK, Speaker, SpeakerVeto
from portal.speakers.register_form import WAYS, zone_name
from portal.submissions.models import Submission, reference_of

LISTED = 50
"""The newest offers and bookings that the page shows."""
OFFER_NAMES = {
    "asked": "asked, not answered yet",
    "accepted": "asked, said yes",
    "confirmed": "asked, and confirmed",
    "declined": "asked, said no",
    "expired": "asked, did not answer",
    "released": "asked, then not needed",
    "dropped-out": "confirmed, then dropped out",
}
BOOKED_AS = {"partner": "comes along", "stand-by": "stands by", "interpreter": "interprets"}
"""What people are booked for who do not speak."""
CONSENT_NAMES = {
    "register": "We keep their details and match them with requests",
    "branches": "A branch they say yes to may learn their name, union and email; asked once more for each meeting",
    "meeting": "The branch of one meeting learns their name, union and email",
    "ringing": "The branch of one meeting gets their phone number the day before",
}
_WAY_NAMES = {str(choice.value): str(choice.label) for choice in WAYS}


def page(session: Session, speaker: Speaker, now: datetime) -> dict[str, Any]:
    """Everything the template needs besides the speaker."""
    today = london_day(now)
    offers, bookings = _offers(session, speaker), _bookings(session, speaker)
    count = listing.talks(session, [speaker.id], now).get(speaker.id, 0)
    team = people.coordinators(session, now)
    added_by = team.get(speaker.created_by_id) if speaker.created_by_id else None
    return {
        "name": speaker_words.name(speaker),
        "state": speaker_words.state(speaker, today),
        "standing": listing.state_of(speaker, today),
        "kind": speaker_words.KIND_NAMES.get(speaker.kind, speaker.kind),
        "facts": facts(speaker, count),
        "history": _history(offers, bookings, today),
        "availability": availability.in_words(speaker, "en", today),
        "consents": [
            (
                CONSENT_NAMES.get(each.purpose, each.purpose),
                words.when(each.given_at, today),
                each.withdrawn_at is not None,
            )
            for each in speaker.consents
        ],
        "confirmed": words.when(speaker.confirmed_at, today) if speaker.confirmed_at else "",
        "added": words.when(speaker.created_at, today),
        "added_by": added_by.name if added_by else "",
        "vetoes": [(veto.id, _whom(veto), veto.words) for veto in speaker.vetoes],
    }


def _whom(veto: SpeakerVeto) -> str:
    """Whom a veto is about; what somebody wrote on their own page is about nobody until we make a rule of it."""
    if veto.branch is not None:
        return veto.branch.title
    return f"All of {veto.union.short_name}" if veto.union is not None else "In their own words, no rule yet"


def facts(speaker: Speaker, talks: int) -> list[dict[str, Any]]:
    """The rows of the summary; what is not known is left out."""
    rows: list[tuple[str, Any]] = [
        ("Where", speaker_words.where(speaker)),
        ("Union", speaker.union.short_name if speaker.union else speaker.union_text),
        ("Union in Ukraine", _ukrainian_union(speaker.ukrainian_union)),
        ("Sector", speaker_words.sector_name(speaker.sector)),
        ("Topics", speaker_words.topic_names(speaker.topics) if speaker.topics else ""),
        ("Languages", tongues.in_words(speaker.languages)),
        ("Speaks", " and ".join(_WAY_NAMES[each].lower() for each in speaker.formats if each in _WAY_NAMES)),
        ("Travels", _travels(speaker)),
        ("Time zone", zone_name(speaker.time_zone) if speaker.lives_in != IN_UK else ""),
        ("Experience", speaker_words.EXPERIENCE_NAMES.get(speaker.experience, "")),
        ("Talks this month", speaker_words.talks(talks, speaker.most_a_month)),
        ("Name in Ukrainian", speaker.name_uk),
        ("Email", speaker.email or "None: no letter reaches them"),
        ("Phone", speaker.phone),
        ("Letters", "in Ukrainian" if speaker.language == "uk" else "in English"),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _travels(speaker: Speaker) -> str:
    if speaker.lives_in != IN_UK or speaker.formats == [ONLINE]:
        return ""
    return f"up to {speaker.most_miles} miles one way" if speaker.most_miles else ""


def _ukrainian_union(slug: str) -> str:
    known = ukrainian_union(slug)
    return known.label("en") if known else slug


def _offers(session: Session, speaker: Speaker) -> Sequence[Any]:
    return session.execute(
        select(Offer.asked_at, Offer.state, Offer.role, Submission.id, Submission.heading)
        .join(Submission, Submission.id == Offer.submission_id)
        .where(Offer.speaker_id == speaker.id)
        .order_by(Offer.id.desc())
        .limit(LISTED)
    ).all()


def _bookings(session: Session, speaker: Speaker) -> Sequence[Any]:
    return session.execute(
        select(Booking.starts_at, Booking.state, Booking.role, Submission.id, Submission.heading)
        .join(Submission, Submission.id == Booking.submission_id)
        .where(Booking.speaker_id == speaker.id)
        .order_by(Booking.starts_at.desc())
        .limit(LISTED)
    ).all()


def _history(offers: Sequence[Any], bookings: Sequence[Any], today: date) -> list[dict[str, str]]:
    """Meetings they are booked for or were asked for, the latest first."""
    rows = [
        (
            row.starts_at,
            row,
            "cancelled" if row.state == "cancelled" else f"booked, {BOOKED_AS.get(row.role, 'speaks')}",
        )
        for row in bookings
    ]
    rows += [(row.asked_at, row, OFFER_NAMES.get(row.state, row.state)) for row in offers]
    rows.sort(key=lambda item: item[0], reverse=True)
    return [
        {
            "when": words.when(moment, today),
            "what": what,
            "heading": row.heading,
            "reference": reference_of(row.id),
            "url": url_for("dashboard.request_page", number=row.id),
        }
        for moment, row, what in rows
    ]

"""The visitor as the rules of the ranked list see them while they travel, and what they are booked for meanwhile."""

from __future__ import annotations

from datetime import date, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.speakers import diary
from portal.speakers.candidates import Candidate
from portal.speakers.engagements import BOOKED, Booking
from portal.speakers.models import SpeakerRequest
from portal.speakers.nearby import Engagement
from portal.speakers.register import IN_UK, Speaker
from portal.speakers.tour_rows import Tour
from portal.speakers.wish import IN_PERSON, ONLINE

ANY_NUMBER = 9999
REACH = timedelta(days=2)
"""What lies so near a tour is near enough to stand in its way."""


def as_candidate(speaker: Speaker) -> Candidate:
    """The visitor as the rules see them: here, in rooms, with no home to count miles from and no monthly number."""
    return Candidate(
        id=speaker.id,
        sealed_name="",
        kind=speaker.kind,
        lives_in=IN_UK,
        union_id=speaker.union_id,
        sector=speaker.sector,
        topics_told=speaker.topics,
        languages_told=speaker.languages,
        formats_told=[IN_PERSON],
        experience=speaker.experience,
        outcode="",
        latitude=None,
        longitude=None,
        time_zone=speaker.time_zone,
        most_miles=0,
        most_a_month=ANY_NUMBER,
        has_agreed=speaker.confirmed_at is not None,
        has_paused=speaker.paused_at is not None,
        paused_until=speaker.paused_until,
        is_vetoed=False,
        in_month_1=0,
        in_month_2=0,
        in_month_3=0,
        in_quarter=0,
        last_asked_at=None,
        said_yes=0,
        said_no=0,
    )


def engagements(session: Session, tour: Tour) -> tuple[list[Engagement], dict[int, date]]:
    """What the visitor is booked for near the tour, and on which day of it, by the number of the request.

    A meeting online keeps its hours and needs no way; it does not stand on the route.
    """
    begin, end = (diary.moment_of(day, time()) for day in (tour.first_on - REACH, tour.last_on + REACH))
    rows = session.execute(
        select(Booking, SpeakerRequest)
        .join(SpeakerRequest, SpeakerRequest.id == Booking.submission_id)
        .where(Booking.speaker_id == tour.speaker_id, Booking.state == BOOKED)
        .where(Booking.starts_at.between(begin, end))
        .order_by(Booking.starts_at)
    ).all()
    booked, fixed = [], dict[int, date]()
    for booking, request in rows:
        booked.append(
            Engagement(
                booking.starts_at,
                booking.ends_at,
                booking.travel_minutes,
                request.latitude,
                request.longitude,
                request.venue_postcode or "",
                request.meeting_format or "",
            )
        )
        day = london_day(booking.starts_at)
        if request.meeting_format != ONLINE and tour.first_on <= day <= tour.last_on:
            fixed[request.id] = day
    return booked, fixed

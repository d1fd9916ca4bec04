"""A visitor, the branches that wait for a speaker, and a tour through them. Nothing here is a test."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from portal.accounts.models import Coordinator
from portal.clock import london_day, utc_now
from portal.directory import places
from portal.emails import links
from portal.extensions import db
from portal.sealed import digest
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import Speaker
from portal.speakers.tour_rows import Tour
from portal.submissions import actions
from portal.submissions.history import Mover
from portal.submissions.workflow import Actor
from portal.touring import keeping, letters, working

VISITOR, ADDRESS = "Olena Tkach-Hirna", "olena.th@example.org"
TOWNS = {
    "Durham": ("DH1", "NUM Durham Area"),
    "Newcastle upon Tyne": ("NE1", "UNISON Newcastle City"),
    "Leeds": ("LS1", "UCU Leeds"),
    "York": ("YO1", "RMT York"),
    "Sheffield": ("S1", "Unite Sheffield"),
}
FIRST = 21
"""The tour begins so many days from now."""


def a_day(number: int) -> date:
    """The day of the tour with that number; the first is 1. It is a Monday."""
    start = london_day(utc_now()) + timedelta(days=FIRST)
    return start + timedelta(days=(7 - start.weekday()) % 7 + number - 1)


def a_visitor(**more: Any) -> Speaker:
    """Somebody from Ukraine who has agreed to be in the register."""
    facts = {
        "name": VISITOR,
        "email": ADDRESS,
        "email_digest": digest(ADDRESS),
        "kind": "ukrainian",
        "lives_in": "ukraine",
        "language": "en",
        "languages": {"uk": "fluent", "en": "good"},
        "topics": ["miners"],
        "formats": ["online"],
        "time_zone": "Europe/Kyiv",
        "created_at": utc_now(),
        "confirmed_at": utc_now(),
    }
    speaker = Speaker(**(facts | more))
    db.session.add(speaker)
    db.session.flush()
    return speaker


def a_request(town: str = "Durham", days: tuple[int, ...] = (1,), at: str = "19:00", **more: Any) -> SpeakerRequest:
    """A branch of that town that waits for a speaker on these days of the tour."""
    outcode, heading = TOWNS.get(town, ("", f"UNISON {town}"))
    where = places.locate(town, outcode)
    facts = {
        "heading": heading,
        "branch_name": heading,
        "town": town,
        "outcode": outcode,
        "region_slug": where.region if where else "",
        "latitude": where.lat if where else None,
        "longitude": where.lon if where else None,
        "contact_name": "Jean Armstrong",
        "contact_role": "Branch secretary",
        "contact_email": f"{town.split()[0].lower()}@example.org",
        "contact_phone": "0191 498 0142",
        "event_kind": "branch-meeting",
        "meeting_format": "in-person",
        "venue": "Miners’ Hall",
        "topics": ["miners"],
        "dates": [{"on": a_day(day).isoformat(), "time": at, "time_text": at} for day in days],
        "meeting_on": a_day(days[0]) if days else None,
    }
    request = SpeakerRequest(**(facts | more), consents=[])
    actions.receive(db.session(), request, now=utc_now(), by=Mover(Actor.BRANCH))
    db.session.flush()
    return request


def five_requests() -> list[SpeakerRequest]:
    """Five branches between Newcastle and Sheffield, a meeting on each day of a week."""
    return [a_request(town, (day,)) for day, town in enumerate(TOWNS, start=1)]


def a_tour(visitor: Speaker, by: int, **more: Any) -> Tour:
    """A tour of that week from Durham, whose route is still to be worked out."""
    facts: dict[str, Any] = {
        "first_on": a_day(1),
        "last_on": a_day(7),
        "start": "Durham",
        "start_at": keeping.place_named("Durham"),
        "end": "",
        "end_at": None,
        "most_miles": 120,
        "rest_after": 0,
        "has_interpreter": False,
        "needs": "A bed for two nights",
    }
    wanted = keeping.Wanted(**(facts | more))
    return keeping.begin(db.session(), visitor, wanted, by=db.session.get_one(Coordinator, by), now=utc_now())


def work_out(tour_id: int) -> None:
    """Do what the worker does about a tour, and commit."""
    tour = db.session.get_one(Tour, tour_id)
    assert tour.job_id is not None
    now: datetime = utc_now()
    found = working.work(db.session(), tour.job_id, now, lambda word: None)
    working.keep(db.session(), tour.job_id, found, now)
    assert tour.job is not None
    tour.job.stage = "ready"
    db.session.commit()
    db.session.expire_all()


def page_of_visitor(tour_id: int) -> str:
    """The path of the visitor’s page, as the letter has it."""
    link = letters.own_link(db.session(), db.session.get_one(Tour, tour_id), utc_now())
    return links.path_of(link)


def page_of_branch(invitation_id: int) -> str:
    """The path of the page of a branch that is invited."""
    return links.path_of(links.living(db.session(), letters.JOIN, invitation_id)[0])

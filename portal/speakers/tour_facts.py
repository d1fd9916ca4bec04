"""What a branch reads of a visitor on tour who is booked to speak: that they come in person, with whom, what they need.

Nothing of it says who they are. The route is the business of the package `touring`.
"""

from __future__ import annotations

from flask_babel import force_locale, gettext
from sqlalchemy.orm import object_session

from portal.speakers.models import SpeakerRequest
from portal.speakers.tour_rows import Tour
from portal.submissions.settled import Rows, rows_of


def facts(request: SpeakerRequest, language: str) -> dict[str, str]:
    """How they come and what they need; empty texts for a speaker who is on no tour. One statement for one who is."""
    session = object_session(request) if request.tour_id is not None else None
    tour = session.get(Tour, request.tour_id) if session is not None else None
    if tour is None:
        return {"on_tour": "", "visitor_needs": ""}
    with force_locale(language):
        return {
            "on_tour": (
                gettext("in person, with an interpreter, on a tour of union branches")
                if tour.has_interpreter
                else gettext("in person, on a tour of union branches")
            ),
            "visitor_needs": "; ".join(line.strip() for line in tour.needs.splitlines() if line.strip()),
        }


def rows(request: SpeakerRequest, language: str) -> Rows:
    """The same with labels, in the present language, for the branch’s own page."""
    known = facts(request, language)
    return rows_of((gettext("How they come"), known["on_tour"]), (gettext("What they need"), known["visitor_needs"]))

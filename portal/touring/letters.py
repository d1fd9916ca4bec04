"""The letters of a tour: to the visitor about the whole route, and to a branch that is invited. Nothing here commits.

Before anything is agreed the visitor reads of no branch more than its region. A branch that is invited reads of the
visitor only whether they come from a Ukrainian union or from the campaign, and of the host only what that agreed to.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import current_app
from flask_babel import force_locale, gettext, ngettext
from sqlalchemy.orm import Session

from portal.accounts.models import Coordinator
from portal.clock import LONDON
from portal.directory import places
from portal.emails import edited, letters, links, outbox
from portal.emails.letters import CAMPAIGN_IN
from portal.emails.models import OutboxEmail
from portal.speakers import diary, forms, two_clocks
from portal.speakers.register import UKRAINIAN
from portal.speakers.tour_rows import INVITATION, Tour, TourInvitation, TourStop
from portal.submissions import correspondence
from portal.submissions.choices import labels_of
from portal.submissions.day_words import by_in_words_of
from portal.submissions.greetings import to_name
from portal.submissions.history import Mover
from portal.submissions.workflow import Recipient
from portal.touring import legs

ROUTE = "register/tour"
TOUR, JOIN = "tour", "join"
"""The purposes of the links: to the visitor’s page, and to that of a branch that is invited."""


def ask(session: Session, tour: Tour, *, by: Coordinator | None, now: datetime) -> OutboxEmail | None:
    """Ask the visitor about the route. None for somebody without an email."""
    speaker, language = tour.speaker, tour.speaker.language
    if not speaker.email:
        return None
    stops = [stop for stop in tour.route if stop.offer is not None and stop.offer.closed_at is None]
    sender = by.name if by is not None else ""
    known = {
        "greeting": to_name(speaker.name, language),
        "route": "\n".join(f"- {in_words(stop, language)}" for stop in stops),
        "first_day": correspondence.long_date(tour.first_on, language),
        "last_day": correspondence.long_date(tour.last_on, language),
        "answer_by": by_in_words_of(tour.answer_by, language),
        "interpreter": "yes" if tour.has_interpreter else "",
        "sender": sender,
        "campaign": CAMPAIGN_IN[language],
        "contact_email": str(current_app.config["CONTACT_EMAIL"]),
        "private_link": links.placeholder(own_link(session, tour, now)),
    }
    letter = letters.render(ROUTE, language, known, texts=edited.texts(session))
    return outbox.queue(session, letter, to=speaker.email, template=ROUTE, role=str(Recipient.SPEAKER), now=now)


def own_link(session: Session, tour: Tour, now: datetime) -> links.PrivateLink:
    """The link to the visitor’s page; it opens until the day after the tour."""
    return links.issue(session, TOUR, tour.id, now, _day_after(tour))


def _day_after(tour: Tour) -> datetime:
    return datetime.combine(tour.last_on + timedelta(days=2), time(), LONDON)


def in_words(stop: TourStop, language: str, *, with_kyiv: bool = False) -> str:
    """A stop without a word of whose it is: "Tuesday 12 January 2027, 7pm: Branch meeting, North East"."""
    row = {"on": stop.on_date.isoformat(), "time": f"{stop.at:%H:%M}" if stop.at else ""}
    when = two_clocks.in_both_zones(row, language) if with_kyiv else two_clocks.in_words(row, language)
    with force_locale(language):
        what = ", ".join([*labels_of(forms.EVENT_KINDS, [stop.request.event_kind]), *_region(stop, language)])
        what = what or gettext("a meeting")
        if stop.is_proposed:
            return str(gettext("%(when)s (the day is not agreed with the branch yet): %(what)s", when=when, what=what))
    return f"{when}: {what}"


def _region(stop: TourStop, language: str) -> list[str]:
    region = places.region(stop.request.region_slug) if stop.request.region_slug else None
    return [region.label(language)] if region else []


def invite(session: Session, invitation: TourInvitation, *, by: Mover, now: datetime) -> None:
    """Write to a branch that is invited, by the request through which we know it."""
    known = invitation.submission
    language = correspondence.language_of(known, Recipient.BRANCH)
    link = links.issue(session, JOIN, invitation.id, now, _day_after(invitation.stop.tour))
    correspondence.write(session, known, INVITATION, now=now, facts=told(invitation, language), by=by, link=link)


def told(invitation: TourInvitation, language: str) -> dict[str, str]:
    """What a branch that is invited reads of the meeting, in the letter and on its page."""
    stop = invitation.stop
    row = {"on": stop.on_date.isoformat(), "time": f"{stop.at:%H:%M}" if stop.at else ""}
    with force_locale(language):
        is_ukrainian = stop.tour.speaker.kind == UKRAINIAN
        visitor = gettext("A Ukrainian trade unionist") if is_ukrainian else gettext("A speaker from the campaign")
        host = stop.request.heading if invitation.names_host else gettext("a branch near you")
        return {
            "tour_when": two_clocks.in_words(row, language),
            "tour_visitor": str(visitor),
            "tour_host": ", ".join(part for part in (str(host), _town(invitation)) if part),
            "tour_distance": _distance(invitation),
            "tour_own_request": invitation.submission.reference if _asks_itself(invitation) else "",
        }


def _town(invitation: TourInvitation) -> str:
    return invitation.stop.request.town if invitation.names_host else ""


def _distance(invitation: TourInvitation) -> str:
    """How far the meeting is from the branch, in words; empty where that is not known."""
    here, there = invitation.submission, diary.place_of(invitation.stop.request)
    if there is None or here.latitude is None or here.longitude is None:
        return ""
    miles = max(legs.miles_between((here.latitude, here.longitude), there), 1)
    return str(ngettext("about %(num)d mile from you", "about %(num)d miles from you", miles))


def _asks_itself(invitation: TourInvitation) -> bool:
    """Whether we know the branch by a request for a speaker that is still open."""
    return invitation.submission.kind == "speaker" and invitation.submission.is_open

"""The letters of a tour: to the visitor about the whole route, and to a branch that is invited. Nothing here commits.

Before anything is agreed the visitor reads of no branch more than its town. A branch that is invited reads of the
visitor only whether they come from a Ukrainian union or from the campaign, and of the host only what that agreed to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from flask import current_app
from flask_babel import force_locale, gettext, ngettext
from sqlalchemy.orm import Session

from portal.accounts.models import Coordinator
from portal.clock import LONDON, london_day
from portal.emails import edited, letters, links, outbox
from portal.emails.configuration import CAMPAIGN_IN
from portal.emails.models import OutboxEmail
from portal.speakers import calendar_facts, diary, two_clocks
from portal.speakers import tour_rows as answers
from portal.speakers.register import UKRAINIAN
from portal.speakers.tour_rows import INVITATION, JOINED, Tour, TourInvitation, TourStop
from portal.submissions import correspondence, deadlines
from portal.submissions.day_words import by_in_words_of
from portal.submissions.greetings import to_name
from portal.submissions.history import Mover
from portal.submissions.workflow import Recipient
from portal.touring import legs, lines

ROUTE, AGAIN, SOON = "register/tour", "register/tour-reminder", "register/tour-soon"
OFF, HOST = "common/tour-off", "speaker/neighbours"
TOUR, JOIN = "tour", "join"
"""The purposes of the links: to the visitor’s page, and to that of a branch that is invited."""


def ask(session: Session, tour: Tour, *, by: Coordinator | None, now: datetime) -> OutboxEmail | None:
    """Ask the visitor about the route. None for somebody without an email."""
    stops = [stop for stop in tour.route if stop.offer is not None and stop.offer.closed_at is None]
    return _to_visitor(session, tour, ROUTE, lines.asked(tour, stops, tour.speaker.language), by=by, now=now)


def ask_again(session: Session, tour: Tour, stops: Sequence[TourStop], *, now: datetime) -> OutboxEmail | None:
    """Remind the visitor of these stops, which they have not answered. None for one without an email."""
    return _to_visitor(session, tour, AGAIN, lines.asked(tour, stops, tour.speaker.language), by=None, now=now)


def remind(session: Session, tour: Tour, stops: Sequence[TourStop], *, now: datetime) -> OutboxEmail | None:
    """Send the visitor the route once more, with all that is agreed of these stops. None for one without an email."""
    language, ways = tour.speaker.language, lines.legs_of(tour, stops)
    told = [
        [two_clocks.in_words(lines.row_of(stop), language), *lines.booked(stop, ways.get(stop.id), language)]
        for stop in stops
    ]
    route = ["; ".join(part.rstrip(".") for part in parts) for parts in told]
    return _to_visitor(session, tour, SOON, route, by=None, now=now)


def _to_visitor(
    session: Session, tour: Tour, template: str, route: list[str], *, by: Coordinator | None, now: datetime
) -> OutboxEmail | None:
    speaker, language = tour.speaker, tour.speaker.language
    if not speaker.email:
        return None
    known = {
        "greeting": to_name(speaker.name_in(language), language),
        "route": "\n".join(f"- {line}" for line in route),
        "first_day": correspondence.in_words_of(tour.first_on, language),
        "last_day": correspondence.in_words_of(tour.last_on, language),
        "answer_by": by_in_words_of(tour.answer_by, language),
        "interpreter": "yes" if tour.has_interpreter else "",
        "sender": by.name if by is not None else "",
        "campaign": CAMPAIGN_IN[language],
        "contact_email": str(current_app.config["CONTACT_EMAIL"]),
        "private_link": links.placeholder(own_link(session, tour, now)),
    }
    letter = letters.render(template, language, known, texts=edited.texts(session))
    return outbox.queue(session, letter, to=speaker.email, template=template, role=str(Recipient.SPEAKER), now=now)


def own_link(session: Session, tour: Tour, now: datetime) -> links.PrivateLink:
    """The link to the visitor’s page; it opens until the day after the tour."""
    return links.issue(session, TOUR, tour.id, now, _day_after(tour))


def _day_after(tour: Tour) -> datetime:
    return datetime.combine(tour.last_on + timedelta(days=2), time(), LONDON)


def invite(session: Session, invitation: TourInvitation, *, by: Mover, now: datetime) -> None:
    """Write to a branch that is invited, by the request through which we know it."""
    known = invitation.submission
    language = correspondence.language_of(known, Recipient.BRANCH)
    link = links.issue(session, JOIN, invitation.id, now, _day_after(invitation.stop.tour))
    facts = told(invitation, language) | {"tour_answer_by": by_in_words_of(_answer_by(invitation, now), language)}
    correspondence.write(session, known, INVITATION, now=now, facts=facts, by=by, link=link)


def _answer_by(invitation: TourInvitation, now: datetime) -> date:
    """A week on, and the day before the meeting at the latest."""
    today = london_day(now)
    latest = max(invitation.stop.on_date - timedelta(days=1), today)
    return deadlines.before_a_meeting(deadlines.days_from(today)["in_7_days"], latest, today)


def told(invitation: TourInvitation, language: str) -> dict[str, str]:
    """What a branch that is invited reads of the meeting, in the letter and on its page."""
    stop = invitation.stop
    with force_locale(language):
        is_ukrainian = stop.tour.speaker.kind == UKRAINIAN
        visitor = gettext("A Ukrainian trade unionist") if is_ukrainian else gettext("A speaker from the campaign")
        host = stop.request.heading if invitation.names_host else gettext("a branch near you")
        return {
            "tour_when": two_clocks.in_words(lines.row_of(stop), language),
            "tour_visitor": str(visitor),
            "tour_host": ", ".join(part for part in (str(host), _town(invitation)) if part),
            "tour_distance": _distance(invitation),
            "tour_own_request": invitation.submission.reference if _asks_itself(invitation) else "",
        }


def agreed(invitation: TourInvitation, language: str) -> dict[str, str]:
    """The same once the meeting is agreed: with its place, as far as its host may be named."""
    known = told(invitation, language) | {"tour_named": "yes" if invitation.names_host else "", "tour_place": ""}
    if invitation.names_host:
        with force_locale(language):
            known["tour_place"] = calendar_facts.place(invitation.stop.request)
    return known


def tell_agreed(session: Session, invitation: TourInvitation, *, now: datetime) -> None:
    """Tell a branch that joins how the meeting now stands."""
    _write(session, invitation, JOINED, agreed, now)


def call_off(session: Session, invitation: TourInvitation, *, now: datetime) -> None:
    """Tell a branch that wished to join that the visitor does not come to that meeting."""
    _write(session, invitation, OFF, told, now)


def _write(
    session: Session,
    invitation: TourInvitation,
    template: str,
    facts: Callable[[TourInvitation, str], dict[str, str]],
    now: datetime,
) -> None:
    known = invitation.submission
    language = correspondence.language_of(known, Recipient.BRANCH)
    link = links.issue(session, JOIN, invitation.id, now, _day_after(invitation.stop.tour))
    correspondence.write(session, known, template, now=now, facts=facts(invitation, language), link=link)


def tell_host(session: Session, stop: TourStop, known: Sequence[TourInvitation], *, now: datetime) -> None:
    """Tell the hosting branch which branches join, by their names and nothing else."""
    language = correspondence.language_of(stop.request, Recipient.BRANCH)
    with force_locale(language):
        said = {
            answers.JOIN: gettext("will join"),
            answers.COHOST: gettext("would like to host the meeting together with you"),
        }
        no = gettext("cannot come after all")
        joining = [f"- {each.submission.heading}: {said.get(each.answer, no)}" for each in known]
    facts = {
        "tour_joining": "\n".join(joining),
        "tour_named": "yes" if all(each.names_host for each in known) else "",
        "tour_when": two_clocks.in_words(lines.row_of(stop), language),
    }
    correspondence.write(session, stop.request, HOST, now=now, facts=facts)


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

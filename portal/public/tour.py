"""A visitor’s own page for a whole tour, reached by the link in the one letter that asks them.

It shows the route with no more of each branch than its town, until the meeting is confirmed. Opening it changes
nothing: every answer is a button, and can be changed until a coordinator has confirmed.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from portal.clock import london_day, utc_now
from portal.emails import links
from portal.extensions import db
from portal.public import form_pages, language, posted
from portal.public.blueprint import blueprint
from portal.public.finding import NoSuchLinkError
from portal.public.tour_forms import NAMING, NAMING_VERSION, RouteForm
from portal.public.tracking_acts import checked_token
from portal.speakers import meeting_facts, two_clocks
from portal.speakers.engagements import ACCEPTED
from portal.speakers.models import SpeakerRequest
from portal.speakers.tour_rows import Tour
from portal.submissions.actions import MissingAnswerError, NotPermittedError, WrongAnswerError
from portal.submissions.day_words import by_in_words_of
from portal.submissions.forms import FormContext
from portal.touring import asking, keeping, letters, lines

ALL, NONE = "all", "none"
"""What the buttons say that answer for every meeting at once."""


@blueprint.get("/tour/<token>")
def tour(token: str) -> ResponseReturnValue:
    """The route, and what the visitor may answer now."""
    return _page(token, _opened(token))


@blueprint.post("/tour/<token>")
def tour_answer(token: str) -> ResponseReturnValue:
    """Keep what the visitor says to each meeting: those that are ticked, all, or none."""
    is_good = checked_token(token)
    found = _opened(token, lock=is_good)
    form = _form(found)
    if not is_good:
        return _page(token, found, form, notice=form_pages.token_notice(_("Send my answers")), status=400)
    open_ones = {stop.id for stop in asking.to_answer(found, london_day(utc_now()))}
    if not open_ones:
        return redirect(url_for("public.tour", token=token), 303)
    # What was asked after the page was opened is neither a yes nor a no.
    seen = open_ones & {int(each) for each in request.form.getlist("seen") if each.isdigit() and len(each) < 10}
    for_all = request.form.get("for", "")
    if for_all not in (ALL, NONE) and not form.validate():
        return _page(token, found, form, status=422)
    yes = {ALL: seen, NONE: set[int]()}.get(for_all, {int(each) for each in form.stops.data or [] if each.isdigit()})
    return _keep(token, found, form, yes & seen, seen)


def _keep(token: str, found: Tour, form: RouteForm, yes: Collection[int], seen: Collection[int]) -> ResponseReturnValue:
    naming = asking.Naming(bool(form.may_name_me.data), str(NAMING), NAMING_VERSION, language.current())
    try:
        kept, _refused = asking.answer(db.session(), found, yes, seen, naming, utc_now())
        db.session.commit()
    except WrongAnswerError as wrong:
        posted.only_read_from_now()
        return _page(token, _opened(token), form, notice=wrong.sentence, status=422)
    except (NotPermittedError, MissingAnswerError, StaleDataError, IntegrityError):
        posted.only_read_from_now()
        return redirect(url_for("public.tour", token=token), 303)
    if kept:
        flash(_("Thank you. We settle the rest with the branches, and write to you about each meeting."), "success")
    else:
        flash(_("Thank you for telling us. There is nothing more to do."), "success")
    return redirect(url_for("public.tour", token=token), 303)


def _opened(token: str, *, lock: bool = False) -> Tour:
    """The tour that a link opens; from here on the page speaks the visitor's language. Raises `NoSuchLinkError`."""
    now = utc_now()
    link = links.find(db.session(), letters.TOUR, token, now)
    found = keeping.load(db.session(), link.subject_id, lock=lock) if link is not None else None
    if found is None or found.asked_at is None or found.last_on < london_day(now):
        raise NoSuchLinkError
    language.speak(found.speaker.language)
    return found


def _form(found: Tour) -> RouteForm:
    return RouteForm(posted.typed(), context=_context()).offer(found, language.current())


def _page(
    token: str, found: Tour, form: RouteForm | None = None, *, notice: str = "", status: int = 200
) -> ResponseReturnValue:
    speaks = language.current()
    waiting, can_answer = asking.waiting(found), asking.to_answer(found, london_day(utc_now()))
    said_yes = [stop for stop in waiting if stop.offer is not None and stop.offer.state == ACCEPTED]
    if form is None and can_answer:
        known: dict[str, Any] = {
            "stops": [str(stop.id) for stop in said_yes],
            "may_name_me": any(stop.offer.may_name_me for stop in said_yes if stop.offer is not None),
        }
        form = RouteForm(data=known, context=_context()).offer(found, speaks)
    page: Response = make_response(
        render_template(
            "public/tour.html",
            token=token,
            form=form if can_answer else None,
            has_answered=bool(said_yes) or len(can_answer) > len(waiting),
            booked=_booked(found, speaks),
            first_day=meeting_facts.day(found.first_on, speaks),
            last_day=meeting_facts.day(found.last_on, speaks),
            answer_by=by_in_words_of(found.answer_by, speaks),
            has_interpreter=found.has_interpreter,
            notice=notice,
            has_errors=bool(notice or (form is not None and form.errors)),
        ),
        status,
    )
    return page


def _booked(found: Tour, speaks: str) -> list[dict[str, Any]]:
    """The meetings that are agreed, with all that the visitor may know of them, and the way to each."""
    stops = [stop for stop in found.route if asking.is_confirmed(stop)]
    if stops:
        # Whom the visitor may ask in the branch is a matter of what was agreed to: read for all of them at once.
        numbers = [stop.submission_id for stop in stops]
        rows = select(SpeakerRequest).where(SpeakerRequest.id.in_(numbers))
        db.session.scalars(rows.options(selectinload(SpeakerRequest.consents))).all()
    ways = lines.legs_of(found, stops)
    return [
        {
            "when": two_clocks.in_words(lines.row_of(stop), speaks),
            "lines": [line[:1].upper() + line[1:] for line in lines.booked(stop, ways.get(stop.id), speaks)],
        }
        for stop in stops
    ]


def _context() -> FormContext:
    return FormContext(today=london_day(utc_now()), language=language.current())

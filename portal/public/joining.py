"""The page of a branch that is invited to a meeting of a visitor’s tour: join, host it together, no, or a question.

It is reached by the link in the letter. It says of the visitor, and of the hosting branch, no more than the letter.
Opening it changes nothing; an answer can be changed until the day of the meeting.
"""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from portal.clock import london_day, utc_now
from portal.emails import links
from portal.extensions import db
from portal.public import form_pages, language, posted
from portal.public.blueprint import blueprint
from portal.public.finding import NoSuchLinkError
from portal.public.tour_forms import JoinForm
from portal.public.tracking_acts import checked_token
from portal.speakers.tour_rows import MESSAGE, ON, TourInvitation
from portal.submissions.forms import FormContext
from portal.touring import letters, lines, neighbours, telling


@blueprint.get("/join/<token>")
def join(token: str) -> ResponseReturnValue:
    """The meeting, and the four answers."""
    found = _opened(token)
    known = {"answer": found.answer, "message": found.message}
    return _page(token, found, JoinForm(data=known, context=_context()))


@blueprint.post("/join/<token>")
def join_answer(token: str) -> ResponseReturnValue:
    """Keep the answer, and tell coordinators."""
    is_good = checked_token(token)
    found = _opened(token, lock=is_good)
    form = JoinForm(posted.typed(), context=_context())
    if not is_good:
        return _page(token, found, form, notice=form_pages.token_notice(_("Send our answer")), status=400)
    if not _is_on(found):
        return redirect(url_for("public.join", token=token), 303)
    is_whole = form.validate()
    if is_whole and form.answer.value == MESSAGE and not form.message.value:
        form.message.errors = [_("Write your question")]
        is_whole = False
    if not is_whole:
        return _page(token, found, form, status=422)
    try:
        neighbours.answer(db.session(), found, form.answer.value, form.message.value or "", utc_now())
        db.session.commit()
    except (StaleDataError, IntegrityError):
        posted.only_read_from_now()
        return redirect(url_for("public.join", token=token), 303)
    flash(_("Thank you. We have noted your answer."), "success")
    return redirect(url_for("public.join", token=token), 303)


def _opened(token: str, *, lock: bool = False) -> TourInvitation:
    """The invitation that a link opens, in the branch's language. Raises `NoSuchLinkError`."""
    now = utc_now()
    link = links.find(db.session(), letters.JOIN, token, now)
    found = neighbours.load(db.session(), link.subject_id, lock=lock) if link is not None else None
    if found is None or lines.day_of(found.stop) < london_day(now):
        raise NoSuchLinkError
    language.speak(found.submission.language)
    return found


def _is_on(found: TourInvitation) -> bool:
    """Whether the meeting still stands on the tour, and the visitor may still be shown."""
    return found.stop.standing == ON and found.stop.tour.speaker.is_in_register


def _page(
    token: str, found: TourInvitation, form: JoinForm, *, notice: str = "", status: int = 200
) -> ResponseReturnValue:
    is_on = _is_on(found)
    is_agreed = is_on and found.answer in telling.COMES and telling.takes_place(found.stop)
    tell = letters.agreed if is_agreed else letters.told
    told = tell(found, language.current()) if is_on else {}
    rows = [
        (_("Who speaks"), told.get("tour_visitor", "")),
        (_("When"), told.get("tour_when", "")),
        (_("Whose meeting"), told.get("tour_host", "")),
        (_("Where"), told.get("tour_place", "")),
        (_("How far"), told.get("tour_distance", "")),
    ]
    return make_response(
        render_template(
            "public/join.html",
            token=token,
            reference=found.submission.reference,
            heading=found.submission.heading,
            rows=[{"label": label, "value": value} for label, value in rows if value],
            form=form if is_on else None,
            said=next((str(each.label) for each in form.answer.choices if each.value == found.answer), ""),
            is_agreed=is_agreed,
            lacks_host=is_agreed and not found.names_host,
            is_on=is_on,
            notice=notice,
            has_errors=bool(notice or form.errors),
        ),
        status,
    )


def _context() -> FormContext:
    return FormContext(today=london_day(utc_now()), language=language.current())

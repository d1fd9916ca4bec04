"""A speaker's own page for one meeting, reached by the link in the letter that asks them.

Before they are booked it tells what the meeting is and nothing of who asks; afterwards what was agreed. Opening it
changes nothing: every answer is a button.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from portal.clock import london_day, utc_now
from portal.emails import links
from portal.extensions import db
from portal.public import form_pages, language, posted
from portal.public.blueprint import blueprint
from portal.public.finding import NoSuchLinkError
from portal.public.offer_forms import NAMING, NAMING_VERSION, NoForm, OtherDateForm, YesForm
from portal.public.tracking_acts import checked_token
from portal.speakers import consenting, meeting_facts, offers, two_clocks
from portal.speakers.diary import DoubleBookedError
from portal.speakers.engagements import ACCEPTED, ASKED, CONFIRMED, STAND_BY, Offer
from portal.speakers.models import SpeakerRequest
from portal.submissions import actions, whole
from portal.submissions.actions import MissingAnswerError, Mover, NotPermittedError, WrongAnswerError
from portal.submissions.forms import FormContext, StepForm
from portal.submissions.private_links import is_over
from portal.submissions.workflow import Actor

SPEAKER = Mover(Actor.SPEAKER)


@dataclass(frozen=True)
class Opened:
    """What a link opens: the offer and the request it is for."""

    offer: Offer
    request: SpeakerRequest

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is still of use."""
        if self.stands_by:
            return self.offer.closed_at is None and self.offer.state == ASKED and self.request.state == "confirmed"
        return self.offer.closed_at is None and self.request.state == "offered"

    @property
    def stands_by(self) -> bool:
        """Whether it is about standing by, not about speaking."""
        return self.offer.role == STAND_BY

    @property
    def is_booked(self) -> bool:
        """Whether the speaker is booked, or stands by also while another first speaker is sought."""
        states = ("confirmed", "matching", "offered") if self.stands_by else ("confirmed",)
        return self.offer.closed_at is None and self.offer.state == CONFIRMED and self.request.state in states

    @property
    def can_drop_out(self) -> bool:
        """Whether they are booked for a meeting that is not over."""
        ends = (each.ends_at for each in self.request.bookings if each.offer_id == self.offer.id)
        return self.is_booked and all(each > utc_now() for each in ends)


@blueprint.get("/offer/<token>")
def offer(token: str) -> ResponseReturnValue:
    """The meeting, and what the speaker may answer now."""
    return page(token, opened(token))


@blueprint.post("/offer/<token>/yes")
def offer_yes(token: str) -> ResponseReturnValue:
    """Yes, on the days that were ticked."""

    def perform(found: Opened, form: StepForm) -> None:
        answers = form.answers() if isinstance(form, YesForm) else {}
        is_same = found.offer.state == ACCEPTED and ",".join(found.offer.accepted) == answers["accepted"]
        if is_same and found.offer.may_name_me == (answers["may_name_me"] == "yes"):
            return
        _make(found, "stand-by-accepts" if found.stands_by else "speaker-accepts", answers)
        if answers["may_name_me"] == "yes":
            consenting.record_meeting(
                found.offer, str(NAMING), NAMING_VERSION, language=language.current(), now=utc_now()
            )

    return _answer(token, _yes_form, perform, _("Yes, I will speak"), _("Thank you. We have written to you."))


@blueprint.get("/offer/<token>/other-date")
def offer_other(token: str) -> ResponseReturnValue:
    """Another date would suit: when?"""
    return _form_page(token, opened(token), OtherDateForm(context=_context()), "other-date")


@blueprint.post("/offer/<token>/other-date")
def offer_other_date(token: str) -> ResponseReturnValue:
    """Keep the other date for a coordinator."""
    return _answer(
        token,
        lambda found: OtherDateForm(posted.typed(), context=_context()),
        lambda found, form: _make(found, "speaker-proposes", {"other_date": form["other_date"].value}),
        _("Send this date"),
        _("Thank you. We ask the branch, and write to you."),
        "other-date",
    )


@blueprint.get("/offer/<token>/no")
def offer_no(token: str) -> ResponseReturnValue:
    """A no needs no reason: the page with the button."""
    return _form_page(token, opened(token), NoForm(context=_context()), "no")


@blueprint.post("/offer/<token>/no")
def offer_say_no(token: str) -> ResponseReturnValue:
    """No, or of somebody booked: not after all."""

    def perform(found: Opened, form: StepForm) -> None:
        answers = {"reason": form["reason"].value}
        if found.stands_by:
            _make(found, "stand-by-declines", answers)
        elif found.is_booked:
            _make(found, "speaker-dropped-out", answers)
        else:
            _make(found, "one-declined" if found.request.are_several_asked else "speaker-declined", answers)

    return _answer(
        token,
        lambda found: NoForm(posted.typed(), context=_context()),
        perform,
        _("I cannot come"),
        _("Thank you for telling us. There is nothing more to do."),
        "no",
    )


def opened(token: str, *, lock: bool = False) -> Opened:
    """What a link opens; from here on the page speaks the speaker's language. Raises `NoSuchLinkError`."""
    now = utc_now()
    link = links.find(db.session(), "offer", token, now)
    found = db.session.get(Offer, link.subject_id) if link is not None else None
    if found is None or not found.speaker.is_in_register:
        raise NoSuchLinkError
    request = whole.load(db.session(), found.submission_id, lock=lock)
    if not isinstance(request, SpeakerRequest) or is_over(request, now):
        raise NoSuchLinkError
    if lock:
        db.session.refresh(found)
    language.speak(found.speaker.language)
    return Opened(found, request)


def page(token: str, found: Opened, *, form: StepForm | None = None, notice: str = "", status: int = 200) -> Response:
    """Draw the page of a meeting."""
    speaks = language.current()
    if form is None and found.is_waiting:
        form = YesForm(
            data={"accepted": found.offer.accepted, "may_name_me": found.offer.may_name_me}, context=_context()
        ).offer(found.offer, speaks)
    return make_response(
        render_template(
            "public/offer.html",
            token=token,
            offer=found.offer,
            reference=found.request.reference,
            situation=_situation(found),
            rows=_only_date(found, speaks)
            + meeting_facts.rows(found.request, speaks, is_booked=found.is_booked and not found.stands_by),
            form=form if found.is_waiting else None,
            is_waiting=found.is_waiting,
            is_booked=found.is_booked,
            can_drop_out=found.can_drop_out,
            stands_by=found.stands_by,
            has_said_yes=found.is_waiting and found.offer.state == ACCEPTED,
            has_proposed=found.is_waiting and bool(found.offer.other_date) and found.offer.state != ACCEPTED,
            answer_by=meeting_facts.day(found.offer.answer_by, speaks),
            notice=notice,
            has_errors=bool(notice or (form is not None and form.errors)),
        ),
        status,
    )


def _only_date(found: Opened, speaks: str) -> list[dict[str, str]]:
    """The one date that is left, as a fact: where there are more, the form asks which of them suit."""
    rows = offers.dates_left(found.offer, london_day(utc_now())) if found.is_waiting else []
    return [{"label": str(_("When")), "value": two_clocks.in_both_zones(rows[0], speaks)}] if len(rows) == 1 else []


def _situation(found: Opened) -> str:
    if found.is_booked:
        return str(_("You stand by for this meeting") if found.stands_by else _("You are booked to speak"))
    if not found.is_waiting:
        return str(_("This request is over"))
    if found.offer.state == ACCEPTED:
        return str(_("Thank you for your yes"))
    return str(_("Could you stand by for a meeting?") if found.stands_by else _("Could you speak to a union branch?"))


def _answer(
    token: str,
    make_form: Callable[[Opened], StepForm],
    perform: Callable[[Opened, StepForm], None],
    button: str,
    done: str,
    page_name: str = "",
) -> ResponseReturnValue:
    """Take one answer: with a good token and a good form it is kept at once; else the page comes again."""
    is_good = checked_token(token)
    found = opened(token, lock=is_good)
    form = make_form(found)

    def again(notice: str, status: int) -> Response:
        if page_name:
            return _form_page(token, found, form, page_name, notice=notice, status=status)
        return page(token, found, form=form, notice=notice, status=status)

    if not is_good:
        return again(form_pages.token_notice(button), 400)
    if not found.is_waiting and not (found.can_drop_out and page_name == "no"):
        # Too late, or pressed twice: the page says how it stands.
        return redirect(url_for("public.offer", token=token), 303)
    if not form.validate():
        return again("", 422)
    try:
        perform(found, form)
        db.session.commit()
    except DoubleBookedError:
        posted.only_read_from_now()
        found = opened(token)
        return again(_("You are booked elsewhere at that time. Please write to us, and we settle it."), 422)
    except WrongAnswerError as wrong:
        posted.only_read_from_now()
        found = opened(token)
        return again(wrong.sentence, 422)
    except (NotPermittedError, MissingAnswerError, StaleDataError):
        posted.only_read_from_now()
        return redirect(url_for("public.offer", token=token), 303)
    flash(done, "success")
    return redirect(url_for("public.offer", token=token), 303)


def _make(found: Opened, name: str, answers: dict[str, Any]) -> None:
    """Make a move of the speaker's about this offer."""
    given = {key: str(value or "") for key, value in answers.items()}
    if name != "speaker-dropped-out":
        given["offer"] = str(found.offer.id)
    actions.perform(db.session(), found.request, name, by=SPEAKER, now=utc_now(), answers=given)


def _yes_form(found: Opened) -> StepForm:
    return YesForm(posted.typed(), context=_context()).offer(found.offer, language.current())


def _form_page(
    token: str, found: Opened, form: StepForm, name: str, *, notice: str = "", status: int = 200
) -> Response:
    if not found.is_waiting and not (found.can_drop_out and name == "no"):
        return redirect(url_for("public.offer", token=token))
    return make_response(
        render_template(
            "public/offer_answer.html",
            token=token,
            name=name,
            reference=found.request.reference,
            is_booked=found.is_booked,
            form=form,
            notice=notice,
            has_errors=bool(notice or form.errors),
        ),
        status,
    )


def _context() -> FormContext:
    return FormContext(today=london_day(utc_now()), language=language.current())

"""A speaker's own page for one meeting, reached by the link in the letter that asks them.

Before they are booked it tells what the meeting is and nothing of who asks; afterwards what was agreed. Opening it
changes nothing: every answer is a button.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from portal.clock import london_day, utc_now
from portal.extensions import db
from portal.public import form_pages, language, offer_words, posted
from portal.public.blueprint import blueprint
from portal.public.offer_forms import NoForm, OtherDateForm, WishedDayForm, YesForm, fresh
from portal.public.offered import Opened, opened
from portal.public.tracking_acts import checked_token
from portal.speakers import addressees, agreements, meeting_facts, own_page, twice
from portal.speakers.diary import DoubleBookedError
from portal.speakers.engagements import ACCEPTED, INTERPRETER, PARTNER, STAND_BY
from portal.submissions import actions
from portal.submissions.actions import MissingAnswerError, Mover, NotPermittedError, WrongAnswerError
from portal.submissions.day_words import by_in_words_of
from portal.submissions.forms import FormContext, StepForm
from portal.submissions.workflow import Actor

SPEAKER = Mover(Actor.SPEAKER)
_YES = {STAND_BY: "stand-by-accepts", INTERPRETER: "interpreter-accepts", PARTNER: "partner-accepts"}
_NO = {STAND_BY: "stand-by-declines", INTERPRETER: "interpreter-declines", PARTNER: "partner-declines"}
"""The moves of those who come beside a speaker."""

_OF_A_BOOKING = ("speaker-dropped-out", "speaker-keeps", "speaker-takes-day", "speaker-asks-other-date")
"""The moves of who is booked: there is one such offer, and it is not named."""


@blueprint.get("/offer/<token>")
def offer(token: str) -> ResponseReturnValue:
    """The meeting, and what the speaker may answer now."""
    return page(token, opened(token))


@blueprint.post("/offer/<token>/yes")
def offer_yes(token: str) -> ResponseReturnValue:
    """Yes, on the days that were ticked."""

    def perform(found: Opened, form: StepForm) -> None:
        if posted.typed().get("for", "") not in ("", form.days if isinstance(form, (YesForm, WishedDayForm)) else ""):
            raise WrongAnswerError("accepted", _("The days in question have changed. Please look at them again"))
        if isinstance(form, WishedDayForm):
            _make(found, "speaker-takes-day", form.answers())
        elif found.is_asked_again and found.is_beside:
            # What they agreed to of their name stays as it was.
            _make(found, _YES[found.offer.role], {"may_name_me": "yes" if found.offer.may_name_me else "no"})
        elif found.is_asked_again:
            _make(found, "speaker-keeps", {})
        elif isinstance(form, YesForm) and not (found.offer.state == ACCEPTED and form.is_as_kept(found.offer)):
            _make(found, _YES.get(found.offer.role, "speaker-accepts"), form.answers())
            form.record_consents(found.offer, language.current(), utc_now())

    return _answer(token, _yes_form, perform, _l("Yes, I will speak"), _l("Thank you. We have written to you."))


@blueprint.get("/offer/<token>/yes")
def offer_yes_again(token: str) -> Response:
    """An address that a phone kept after a mistake was shown under it: the page itself."""
    return redirect(url_for("public.offer", token=token))


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
        _propose,
        _l("Send this date"),
        _l("Thank you. We ask the branch, and write to you."),
        "other-date",
    )


def _propose(found: Opened, form: StepForm) -> None:
    name = "speaker-asks-other-date" if found.is_booked else "speaker-proposes"
    _make(
        found,
        name,
        form.answers(language.current(), has_kyiv=found.has_kyiv) if isinstance(form, OtherDateForm) else {},
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
        if found.is_beside:
            _make(found, _NO[found.offer.role], answers)
        elif found.is_booked:
            _make(found, "speaker-dropped-out", answers)
        else:
            _make(found, "one-declined" if found.request.are_several_asked else "speaker-declined", answers)

    return _answer(
        token,
        lambda found: NoForm(posted.typed(), context=_context()),
        perform,
        _l("I cannot come"),
        _l("Thank you for telling us. There is nothing more to do."),
        "no",
    )


def page(token: str, found: Opened, *, form: StepForm | None = None, notice: str = "", status: int = 200) -> Response:
    """Draw the page of a meeting."""
    speaks = language.current()
    if form is None and (found.is_waiting or found.is_asked_again):
        form = fresh(found, _context(), speaks)
    return make_response(
        render_template(
            "public/offer.html",
            token=token,
            offer=found.offer,
            reference=found.request.reference,
            situation=offer_words.situation(found),
            rows=offer_words.only_date(found, speaks)
            + offer_words.together(found, speaks)
            + meeting_facts.rows(
                found.request,
                speaks,
                is_booked=found.reads_all,
                has_contact=not found.is_beside,
                speaker=found.offer.speaker,
                may_travel=addressees.may_travel(found.offer),
            ),
            form=form if found.is_waiting or found.is_asked_again else None,
            is_waiting=found.is_waiting,
            is_own_day=found.is_waiting and addressees.is_own_day(found.offer),
            at_that_time=twice.sentence(db.session(), found.offer, found.request, speaks)
            if found.is_waiting or found.are_days_wished
            else "",
            is_booked=found.is_booked and not found.is_untold,
            is_unheard=found.is_unheard,
            is_behind=found.is_behind,
            need_not_answer=found.need_not_answer,
            has_agreed_to_all=form is not None
            and agreements.standing(found.offer.speaker, agreements.BRANCHES) is not None,
            over=offer_words.over(found),
            instead_url=_instead_url(found),
            can_drop_out=found.can_drop_out,
            can_propose=found.can_propose,
            is_asked_again=found.is_asked_again,
            are_days_wished=found.are_days_wished,
            is_speaker_gone=found.is_beside and found.request.state != "confirmed" and found.request.is_booking_known,
            stands_by=found.stands_by,
            interprets=found.interprets,
            comes_along=found.comes_along,
            has_said_yes=found.is_waiting and found.offer.state == ACCEPTED,
            has_proposed=found.can_propose and bool(found.offer.other_date) and found.offer.state != ACCEPTED,
            answer_by=by_in_words_of(found.offer.answer_by, speaks),
            hear_by=offer_words.hear_by(found),
            notice=notice,
            has_errors=bool(notice or (form is not None and form.errors)),
        ),
        status,
    )


def _instead_url(found: Opened) -> str:
    """The page on which they are asked to come along instead, once its address was sent; else empty."""
    instead = offer_words.comes_along_instead(found)
    return own_page.addresses_of(db.session(), [instead.id]).get(instead.id, "") if instead is not None else ""


def _answer(
    token: str,
    make_form: Callable[[Opened], StepForm],
    perform: Callable[[Opened, StepForm], None],
    button: LazyString,
    done: LazyString,
    page_name: str = "",
) -> ResponseReturnValue:
    """Take one answer: with a good token and a good form it is kept at once; else the page comes again.

    `button` and `done` are said in the speaker’s language, which is known once their link is opened.
    """
    is_good = checked_token(token)
    found = opened(token, lock=is_good)
    form = make_form(found)

    def again(notice: str, status: int) -> Response:
        if page_name:
            return _form_page(token, found, form, page_name, notice=notice, status=status)
        return page(token, found, form=form, notice=notice, status=status)

    if not is_good:
        return again(form_pages.token_notice(str(button)), 400)
    if not _is_open(found, page_name):
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
    flash(str(done), "success")
    return redirect(url_for("public.offer", token=token), 303)


def _is_open(found: Opened, page_name: str) -> bool:
    """Whether that answer is still of use: yes (""), "other-date" or "no"."""
    booked = {"": found.is_asked_again, "other-date": found.can_propose, "no": found.can_drop_out}
    return found.is_waiting or booked[page_name]


def _make(found: Opened, name: str, answers: dict[str, Any]) -> None:
    """Make a move of the speaker's about this offer."""
    given = {key: str(value or "") for key, value in answers.items()}
    if name not in _OF_A_BOOKING:
        given["offer"] = str(found.offer.id)
    actions.perform(db.session(), found.request, name, by=SPEAKER, now=utc_now(), answers=given)


def _yes_form(found: Opened) -> StepForm:
    form = (WishedDayForm if found.are_days_wished else YesForm)(posted.typed(), context=_context())
    return form.offer(found.offer, language.current(), has_kyiv=found.has_kyiv)


def _form_page(
    token: str, found: Opened, form: StepForm, name: str, *, notice: str = "", status: int = 200
) -> Response:
    if not _is_open(found, name):
        return redirect(url_for("public.offer", token=token))
    return make_response(
        render_template(
            "public/offer_answer.html",
            token=token,
            name=name,
            reference=found.request.reference,
            is_booked=found.is_booked and not found.is_unheard,
            is_branch_told=_is_branch_told(found),
            form=form,
            notice=notice,
            has_errors=bool(notice or form.errors),
        ),
        status,
    )


def _is_branch_told(found: Opened) -> bool:
    """Whether we write to the branch where they cannot come: of who comes beside a speaker once it knows of them."""
    is_known = found.request.state == "confirmed" and found.request.is_booking_known
    return not found.is_beside or (is_known and not found.stands_by)


def _context() -> FormContext:
    return FormContext(today=london_day(utc_now()), language=language.current())

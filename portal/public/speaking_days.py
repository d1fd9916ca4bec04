"""The days on which a speaker is away, or can although the week says no: a list, a form to add one, a button each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.clock import london_day, utc_now
from portal.extensions import db
from portal.public import form_pages, language, posted, speaking, speaking_acts
from portal.public.blueprint import blueprint
from portal.public.speaker_forms import SpeakerForm
from portal.public.tracking_acts import checked_token
from portal.speakers import availability, away_while_booked, own_page
from portal.speakers.own_forms import OwnForm
from portal.speakers.own_times import BESIDES, Days
from portal.speakers.register import Speaker


def _add(speaker: Speaker, form: OwnForm, now: datetime) -> str:
    assert isinstance(form, Days)
    is_free = form.what.value == BESIDES
    added = own_page.add_days(speaker, form.days(), form.span(), is_free=is_free, today=london_day(now))
    if added is not None:
        away_while_booked.tell(db.session(), speaker, added, now)
    return str(_("We have noted these days.") if added else _("These days are noted already."))


DAYS = SpeakerForm(
    "days",
    _l("Days away, and days besides"),
    Days,
    _add,
    intro=_l("Tell us about holidays, and about days on which you can although your usual hours say no."),
    button=_l("Note these days"),
)


@blueprint.get("/speak/<token>/days")
def speak_days(token: str) -> ResponseReturnValue:
    """The days that are noted, and a form for more."""
    speaker = speaking.find(token)
    return _page(token, speaker, Days(context=speaking.context(utc_now())))


@blueprint.post("/speak/<token>/days")
def add_speak_days(token: str) -> ResponseReturnValue:
    """Note more days; noted twice they stand once."""
    is_good = checked_token(token)
    speaker = speaking.find(token)
    now = utc_now()
    form = Days(posted.typed(), context=speaking.context(now))
    if not is_good:
        return _page(token, speaker, form, notice=form_pages.token_notice(str(DAYS.button)), status=400)
    if not form.validate():
        return _page(token, speaker, form, status=422)
    try:
        said = _add(speaker, form, now)
    except own_page.TooManyError:
        form.form_errors = [_("There are too many entries. Take out some that no longer matter first.")]
        return _page(token, speaker, form, status=422)
    db.session.commit()
    flash(said, "success")
    return _back(token)


@blueprint.post("/speak/<token>/days/<int:number>/remove")
def remove_speak_days(token: str, number: int) -> ResponseReturnValue:
    """Take days out again; a second press finds them gone."""
    is_good = checked_token(token)
    speaker = speaking.find(token)
    if not is_good:
        form = Days(context=speaking.context(utc_now()))
        return _page(token, speaker, form, notice=form_pages.token_notice(_("Take out")), status=400)
    if own_page.remove_days(speaker, number):
        away_while_booked.taken_out(db.session(), speaker, utc_now())
    db.session.commit()
    flash(_("These days are no longer noted."), "success")
    return _back(token)


def _back(token: str) -> Response:
    return redirect(url_for("public.speak_days", token=token), 303)


def _page(token: str, speaker: Speaker, form: OwnForm, *, notice: str = "", status: int = 200) -> Response:
    today = london_day(utc_now())
    noted: list[dict[str, Any]] = [
        {"number": each.id, "words": availability.days_in_words(each, language.current())}
        for each in sorted(speaker.exceptions, key=lambda row: (row.first_on, row.last_on, row.id))
        if each.last_on >= today
    ]
    return speaking_acts.draw(
        token, speaker, DAYS, form, template="public/speak_days.html", notice=notice, status=status, noted=noted,
        **_missed(speaker),
    )  # fmt: skip


def _missed(speaker: Speaker) -> dict[str, list[dict[str, str | None]]]:
    """What falls on days they are away, each with its page: meetings they are booked for, and such they said yes to."""
    session = db.session()
    missed = away_while_booked.missed(speaker, own_page.meetings_told(session, speaker, utc_now()), speaker.exceptions)
    promised = away_while_booked.promised(session, speaker, speaker.exceptions)
    numbers = [each.offer_id for each in missed if each.offer_id] + [each.id for each, _row in promised]
    urls = own_page.addresses_of(session, numbers) if numbers else {}
    return {
        "missed": [
            {"when": speaking.when(each.starts_at, speaker.time_zone), "url": urls.get(each.offer_id or 0)}
            for each in missed
        ],
        "promised": [{"when": speaking.day_of(speaker, row), "url": urls.get(each.id)} for each, row in promised],
    }

"""The page behind the letter to a speaker's new address: it holds once the button here is pressed."""

from __future__ import annotations

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.clock import utc_now
from portal.emails import links
from portal.extensions import db
from portal.public import form_pages, language, posted
from portal.public.blueprint import blueprint
from portal.public.finding import NoSuchLinkError
from portal.public.tracking_acts import checked_token
from portal.speakers import keeping, own_address, own_page
from portal.speakers.own_address import NewAddress
from portal.speakers.register import Speaker


@blueprint.get("/new-address/<token>")
def new_address(token: str) -> ResponseReturnValue:
    """Ask whether the address is theirs."""
    _speaker, found = _find(token)
    return _page(token, found)


@blueprint.post("/new-address/<token>")
def confirm_address(token: str) -> ResponseReturnValue:
    """It is; pressed twice, it is so once."""
    is_good = checked_token(token)
    speaker, found = _find(token)
    if not is_good:
        return _page(token, found, notice=form_pages.token_notice(_("This is my address")), status=400)
    if not found.is_confirmed:
        try:
            own_address.confirm(db.session(), speaker, found, utc_now())
        except keeping.AlreadyKnownError:
            posted.only_read_from_now()
            again = _find(token)
            language.speak(again[0].language)
            return _page(token, again[1], is_taken=True, status=409)
        db.session.commit()
    return _page(token, found)


def _find(token: str) -> tuple[Speaker, NewAddress]:
    """Whose address waits behind a link. Raises `NoSuchLinkError`."""
    is_act = request.method == "POST"
    link = links.find(db.session(), own_address.PURPOSE, token, utc_now())
    found = own_address.of_link(db.session(), link.subject_id, lock=is_act) if link is not None else None
    speaker = own_page.load(db.session(), found.speaker_id, lock=is_act) if found is not None else None
    if found is None or speaker is None:
        raise NoSuchLinkError
    language.speak(speaker.language)
    return speaker, found


def _page(token: str, found: NewAddress, *, is_taken: bool = False, notice: str = "", status: int = 200) -> Response:
    return make_response(
        render_template(
            "public/new_address.html",
            token=token,
            email=found.email,
            is_confirmed=found.is_confirmed,
            is_taken=is_taken,
            notice=notice,
            has_errors=bool(notice),
        ),
        status,
    )

"""The page behind the letter to a new address of a speaker or of a body in Ukraine: it holds once the button here is
pressed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
from portal.submissions import another_address
from portal.submissions.another_address import NewAddress
from portal.twinning import body_address

HOLDERS: dict[str, tuple[Callable[..., Any], Callable[..., None]]] = {
    own_address.KIND: (own_page.load, own_address.confirm),
    body_address.KIND: (body_address.load, body_address.confirm),
}
"""Whose address may wait, by the kind of its draft: how they are found, and what a yes does."""


@blueprint.get("/new-address/<token>")
def new_address(token: str) -> ResponseReturnValue:
    """Ask whether the address is theirs."""
    _holder, found = _find(token)
    return _page(token, found)


@blueprint.post("/new-address/<token>")
def confirm_address(token: str) -> ResponseReturnValue:
    """It is; pressed twice, it is so once."""
    is_good = checked_token(token)
    holder, found = _find(token)
    if not is_good:
        return _page(token, found, notice=form_pages.token_notice(_("This is my address")), status=400)
    if not found.is_confirmed:
        try:
            _load, confirm = HOLDERS[found.draft.kind]
            confirm(db.session(), holder, found, utc_now())
        except keeping.AlreadyKnownError:
            posted.only_read_from_now()
            again = _find(token)
            language.speak(again[0].language)
            return _page(token, again[1], is_taken=True, status=409)
        db.session.commit()
    return _page(token, found)


def _find(token: str) -> tuple[Any, NewAddress]:
    """Whose address waits behind a link. Raises `NoSuchLinkError`."""
    is_act = request.method == "POST"
    link = links.find(db.session(), another_address.PURPOSE, token, utc_now())
    found = another_address.of_link(db.session(), link.subject_id, lock=is_act) if link is not None else None
    if found is None or found.draft.kind not in HOLDERS:
        raise NoSuchLinkError
    load, _confirm = HOLDERS[found.draft.kind]
    holder = load(db.session(), found.holder, lock=is_act)
    if holder is None:
        raise NoSuchLinkError
    language.speak(holder.language)
    return holder, found


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

"""What a form sends: its token, its trap and what was typed. And what counts as trouble with the database."""

from __future__ import annotations

from flask import request
from flask_wtf.csrf import validate_csrf
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.datastructures import MultiDict
from wtforms import ValidationError

from portal.extensions import db, reading_only

TROUBLE = (OperationalError, InterfaceError, InternalError, PoolTimeoutError)
"""The database is locked, full, read-only or gone."""

ONLY_DRAW = "other_language"
"""The name of the field that comes with what was typed, where somebody only asks for the page in another language."""
TRAP = "website"
"""The name of the field that people never meet."""


def token_is_good() -> bool:
    """Whether the form comes from a page that we drew for this browser, and is to be sent."""
    if is_for_other_language():
        return False
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def is_for_other_language() -> bool:
    """Whether what was typed is not sent but only to be drawn again, in the other language."""
    return ONLY_DRAW in request.form


def is_from_own_page() -> bool:
    """Whether the browser itself says that a page of ours sent this, and keeps our cookies.

    Then a form whose token ran out may be kept in the browser’s own draft: no other site can make a browser say so.
    """
    return request.headers.get("Sec-Fetch-Site") == "same-origin" and bool(request.cookies)


def typed() -> MultiDict[str, str]:
    """What was typed, but for NUL, which no page can show and nobody means."""
    return MultiDict([(name, value.replace("\x00", "")) for name, value in request.form.items(multi=True)])


def trap_is_filled() -> bool:
    """Whether a program filled in what no person sees."""
    return bool(request.form.get(TRAP, "").strip())


def only_read_from_now() -> None:
    """Give back the database's one write lock: the rest of this request draws a page and writes nothing."""
    try:
        db.session.rollback()
    except SQLAlchemyError:
        # A connection that broke is thrown away; the next statement asks for another.
        db.session.remove()
    reading_only.set(True)

"""One handler for each way a page can fail, and one template for each status.

Whatever happens, the answer is a page in HTML that keeps what was typed and shows nothing of our inside.
Pages about trouble with the database are drawn without it.
"""

from __future__ import annotations

from datetime import timedelta
from math import ceil

import structlog
from flask import Flask, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta, get_locale
from flask_login import AnonymousUserMixin, current_user
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    InterfaceError,
    InternalError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from portal import typed_back
from portal.accounts import kept
from portal.clock import london_day, utc_now
from portal.emails import damage
from portal.extensions import db
from portal.submissions import damaged_letters

STATUSES = frozenset({400, 403, 404, 409, 413, 429, 500, 503})
DESK = "/dashboard"
WITHOUT_DATABASE = frozenset({500, 503})
HOURS = 2
"""From so many hours on a wait is told in hours, and in minutes below; days likewise."""
RETRY_AFTER = 30
"""Seconds after which it is worth trying again when the database was out of reach."""

LAST_RESORT = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{heading}</title></head>'
    "<body><h1>{heading}</h1><p>{advice}</p>{typed}</body></html>"
)
LAST_WORDS = {
    "en": (
        "Something went wrong at our end",
        "Wait a minute and reload this page: your browser will offer to send your answers again.",
        "What you typed",
    ),
    "uk": (
        "У нас щось зламалося",
        "Зачекайте хвилину й оновіть цю сторінку: браузер запропонує надіслати ваші відповіді ще раз.",
        "Що ви написали",
    ),
}
"""The page that needs no template needs no catalogue either."""

log = structlog.get_logger("portal.errors")


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(CSRFError, of_csrf)
    app.register_error_handler(StaleDataError, of_stale_data)
    app.register_error_handler(DataError, of_data)
    app.register_error_handler(ValueError, of_damage)
    for trouble in (OperationalError, InterfaceError, InternalError, PoolTimeoutError):
        app.register_error_handler(trouble, of_database)


def of_http(error: HTTPException) -> ResponseReturnValue:
    """Any status that a view, Flask or werkzeug answers with."""
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error.get_response()
    wait = getattr(error, "retry_after", None)
    reason = str(getattr(error, "reason", ""))
    answer = page(status, retry_after=wait if isinstance(wait, int) else None, reason=reason)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def of_csrf(error: CSRFError) -> ResponseReturnValue:
    """The form’s token was too old or missing: one press of a button sends the same again."""
    log.info("form_token_refused", page=request.endpoint)
    again = kept.from_refused_page()
    if again is None:
        return page(400)
    return Response(render_template("accounts/press_again.html", kept=again, is_at_desk=is_at_desk()), 400)


def of_stale_data(error: StaleDataError) -> ResponseReturnValue:
    """Somebody else changed the same thing a moment earlier; nothing of this page was written."""
    db.session.rollback()
    log.info("somebody_was_faster", page=request.endpoint)
    return page(409)


def of_data(error: DataError) -> ResponseReturnValue:
    """Something was typed that the database cannot hold, such as a NUL."""
    _let_go_of_the_database()
    log.warning("data_refused", page=request.endpoint, kind=type(error.orig).__name__)
    return page(400)


def of_damage(error: ValueError) -> ResponseReturnValue:
    """Something that was stored cannot be understood; whatever else is wrong is no matter of this handler."""
    again = _once_mended() if damage.is_damage(error) else None
    if again is None:
        raise error
    return again


def _once_mended() -> Response | None:
    """The same page once more where letters were damaged and are mended now; None where none was, or it is no visit."""
    db.session.rollback()
    now = utc_now()
    if request.method != "GET" or not damaged_letters.look(db.session(), london_day(now), now):
        return None
    db.session.commit()
    return Response("", 303, {"Location": request.full_path.rstrip("?")})


def of_database(error: SQLAlchemyError) -> ResponseReturnValue:
    """The database is locked, full, read-only or gone: nothing was saved, what was typed is drawn again."""
    if damage.is_damage(error) and (again := _once_mended()) is not None:
        return again
    kind = type(error.orig).__name__ if isinstance(error, DBAPIError) else type(error).__name__
    log.error("database_trouble", page=request.endpoint, kind=kind, code=error.code)
    answer = page(503, retry_after=RETRY_AFTER)
    answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer


def is_at_desk() -> bool:
    """Whether a signed-in coordinator is on a page of the desk: its words are not about the forms of branches."""
    return request.path.startswith(DESK) and bool(current_user.is_authenticated)


def _in_words(seconds: int | None) -> str:
    """How long to wait: "in 32 minutes"; empty where nobody knows."""
    if not seconds:
        return ""
    wait = timedelta(minutes=ceil(seconds / 60))
    return str(format_timedelta(wait, granularity="minute", add_direction=True, threshold=HOURS))


def page(status: int, retry_after: int | None = None, reason: str = "") -> Response:
    """The page for a status. A status without a template of its own gets that of its family.

    Where the desk has words for the `reason` itself, it says those.
    """
    family = status if status in STATUSES else (400 if status < 500 else 500)
    facts = {
        "typed": typed(),
        "retry_in": _in_words(retry_after),
        "status": family,
        "reason": reason,
        "only_reads": request.method in ("GET", "HEAD"),
    }
    if family not in WITHOUT_DATABASE:
        if is_at_desk():
            return Response(render_template("errors/desk.html", **facts), status)
        return Response(render_template(f"errors/{family}.html", **facts), status)
    _let_go_of_the_database()
    try:
        html = render_template(f"errors/{family}.html", **facts)
    except Exception as trouble:
        # The page about the trouble must not be what fails: this one needs no template at all.
        log.error("error_page_failed", kind=type(trouble).__name__)
        pairs = "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in typed())
        language = "uk" if str(get_locale()).startswith("uk") else "en"
        heading, advice, above = LAST_WORDS[language]
        html = LAST_RESORT.format(
            language=language,
            heading=heading,
            advice=advice,
            typed=f"<h2>{above}</h2><dl>{pairs}</dl>" if pairs else "",
        )
    return Response(html, status)


def typed() -> list[tuple[str, str]]:
    """Label and value of everything that was typed into the form that failed, but for secrets."""
    try:
        fields = list(request.form.items(multi=True))
    except HTTPException:
        # The body itself was refused (413): there is nothing to show.
        return []
    return typed_back.typed_back(fields, request.path)


def _let_go_of_the_database() -> None:
    """End the session without asking the database anything, and draw the page as for a stranger."""
    g.without_database = True
    g._login_user = AnonymousUserMixin()
    g.pop("seen", None)
    try:
        db.session.remove()
    except SQLAlchemyError as trouble:
        log.warning("session_not_closed", kind=type(trouble).__name__)

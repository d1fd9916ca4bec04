"""What the browser of a coordinator holds: the session, made anew at every sign-in, and who is behind it.

This and `views.py` are the only modules here that know Flask's request and session.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from flask import Flask, current_app, g, session
from flask_login import login_user, logout_user
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from portal.accounts import sign_in
from portal.accounts.models import Coordinator, SignedIn, SignIn
from portal.clock import utc_now
from portal.extensions import db, login_manager
from portal.own_transaction import own_transaction

SESSION_KEY = "sign_in"
log = structlog.get_logger("portal.accounts")


def init_app(app: Flask) -> None:
    """Teach Flask-Login whom a session belongs to."""
    # Telephones change their network address all day: a session must not depend on it.
    login_manager.session_protection = None
    login_manager.user_loader(load)
    app.teardown_request(note_seen)


def load(uniquifier: str) -> SignedIn | None:
    """Whose session this is; Flask-Login asks once for each request that wants to know."""
    token = held_token()
    if token is None:
        return None
    now = utc_now()
    found = sign_in.find(
        db.session(),
        token,
        now,
        idle=timedelta(minutes=current_app.config["SESSION_IDLE_MINUTES"]),
        longest=timedelta(hours=current_app.config["SESSION_ABSOLUTE_HOURS"]),
    )
    if found is None or found.person.fs_uniquifier != uniquifier:
        return None
    if now - found.seen_at >= sign_in.SEEN_EVERY:
        g.seen = (found.sign_in_id, now)
    return found.person


def remember(coordinator: Coordinator, token: str) -> None:
    """Give the browser a new session for a new sign-in; whatever an earlier session held is gone."""
    _empty()
    session[SESSION_KEY] = token
    login_user(coordinator)


def held_token() -> str | None:
    """The token of the sign-in that this browser's session holds, whether it still lives or not."""
    token = session.get(SESSION_KEY)
    return token if isinstance(token, str) else None


def forget() -> None:
    """Empty the browser's session. The sign-in itself is ended in the database, before this."""
    logout_user()
    _empty()


def note_seen(error: BaseException | None = None) -> None:
    """Write down that a sign-in was used, once a minute, after the page is done with the database.

    Trouble here must not spoil a page that is ready: the next page tries again.
    """
    seen = g.pop("seen", None)
    if seen is None:
        return
    sign_in_id, now = seen
    try:
        db.session.remove()
        with own_transaction(patience=250) as connection:
            connection.execute(
                update(SignIn).where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None)).values(seen_at=now)
            )
    except SQLAlchemyError as trouble:
        log.warning("sign_in_not_noted", sign_in_id=sign_in_id, trouble=type(trouble).__name__)


def _empty() -> None:
    """Empty the session. The form token drawn for it goes too, or a page drawn now would carry a dead one."""
    session.clear()
    g.pop("csrf_token", None)

"""The gate before every page, what each role may do, and the headers of every answer.

How somebody signs in is in `portal/accounts`. What a person may see within a page, the data packages decide.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Token
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Flask, Response, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import Forbidden
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import RequestRedirect

from portal.accounts.models import ROLES
from portal.accounts.next_page import safe_next
from portal.clock import utc_now
from portal.extensions import login_manager, reading_only

__all__ = [
    "OPEN",
    "OPEN_BLUEPRINTS",
    "MoneyNeededError",
    "headers_for",
    "init_app",
    "insist_on_money",
    "is_open",
    "needs",
    "needs_money",
    "safe_next",
]

OPEN = frozenset(
    {
        "static",
        "accounts.sign_in",
        "accounts.forgotten_password",
        "accounts.new_password",
        "security.security_txt",
        "health.healthz",
    }
)
"""The endpoints that need no account. All others do, but for those of the blueprints below."""

OPEN_BLUEPRINTS = frozenset({"public"})

DESK = "/dashboard"

SAFE_METHODS = frozenset({"GET", "HEAD"})
REFUSED_METHODS = frozenset({"TRACE", "TRACK", "CONNECT", "OPTIONS"})

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

EVERYWHERE = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), "
    "microphone=(), payment=(), usb=()",
}
HSTS = "max-age=31536000; includeSubDomains"

blueprint = Blueprint("security", __name__)
log = structlog.get_logger("portal.security")

View = Callable[..., ResponseReturnValue]


def init_app(app: Flask) -> None:
    """Put the gate before every page. Call it before the extensions that look at requests (CSRF)."""
    wrapped: Any = app
    proxies = int(app.config["TRUSTED_PROXIES"])
    if proxies:
        # Only the visitor's address and the scheme are believed, never a host.
        wrapped.wsgi_app = ProxyFix(wrapped.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)
    wrapped.wsgi_app = _own_host(wrapped.wsgi_app, app.config["PUBLIC_URL"])
    app.before_request(begin)
    app.before_request(gate)
    app.after_request(protect)
    app.teardown_request(finish)
    app.register_blueprint(blueprint)


def begin() -> None:
    """Refuse what no page answers, and let pages that only read do without the database's write lock."""
    if request.method in REFUSED_METHODS:
        abort(405)
    view = current_app.view_functions.get(request.endpoint or "")
    g.reading = reading_only.set(request.method in SAFE_METHODS and not getattr(view, "tries_out", False))


def tries_out(view: View) -> View:
    """Mark a page that makes a move and takes it back, to show its letters: it needs the write lock as a post does.

    Without it a page that had read before somebody else wrote would be told at once that the database is busy.
    """
    view.__dict__["tries_out"] = True
    return view


def finish(error: BaseException | None = None) -> None:
    """Forget how this request used the database: the next one on this thread begins anew."""
    token: Token[bool] | None = g.pop("reading", None)
    if token is not None:
        reading_only.reset(token)


def gate() -> ResponseReturnValue | None:
    """Let through whoever may see the page; everybody else is asked to sign in.

    Viewers may look and no more, whatever a page itself says.
    """
    if request.endpoint is None:
        # Not even whether an address of the desk only lacks a slash is told to strangers.
        is_desk = isinstance(request.routing_exception, RequestRedirect) and request.path.startswith(DESK)
        return None if not is_desk or current_user.is_authenticated else _ask_to_sign_in()
    if is_open(request.endpoint):
        return None
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    if request.method not in SAFE_METHODS and not current_user.can_edit and request.blueprint != "accounts":
        _refuse()
    return None


def is_open(endpoint: str) -> bool:
    """Whether a page is for everybody."""
    return endpoint in OPEN or endpoint.partition(".")[0] in OPEN_BLUEPRINTS


def needs(role: str) -> Callable[[View], View]:
    """A view only for those who hold at least `role` (viewer, coordinator, admin); others get 403."""
    if role not in ROLES:
        raise ValueError(f"there is no role {role!r}")

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            if not current_user.is_authenticated or not current_user.holds(role):
                _refuse()
            return view(*args, **kwargs)

        return checked

    return decorate


class MoneyNeededError(Forbidden):
    """The page is for those who handle money. `reason` picks its words."""

    reason = "money"


def insist_on_money() -> None:
    """Raise `MoneyNeededError` unless whoever is signed in may handle money."""
    if not current_user.is_authenticated or not current_user.can_handle_money:
        _note_refusal()
        raise MoneyNeededError


def needs_money(view: View) -> View:
    """A view only for those who handle money; others get a page that says whom to ask."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        insist_on_money()
        return view(*args, **kwargs)

    return checked


def headers_for(app: Flask) -> dict[str, str]:
    """The headers that every answer carries, files served beside the application included."""
    is_https = str(app.config["PUBLIC_URL"]).startswith("https://")
    return {**EVERYWHERE, "Strict-Transport-Security": HSTS} if is_https else dict(EVERYWHERE)


def protect(response: Response) -> Response:
    """Add the headers; a page that sets one itself (the mail frame its own policy) keeps it."""
    headers = response.headers
    its_own = {name.lower() for name, _ in headers}
    for name, value in headers_for(current_app).items():
        if name.lower() not in its_own:
            headers.add(name, value)
    if response.location:
        response.location = _without_host(response.location)
    if request.endpoint == "static":
        return response
    if response.status_code >= 400 or _is_private():
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.get("/.well-known/security.txt")
def security_txt() -> Response:
    """Whom to tell about a weakness (RFC 9116)."""
    expires = (utc_now() + timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    public_url = current_app.config["PUBLIC_URL"]
    lines = (
        f"Contact: mailto:{current_app.config['CONTACT_EMAIL']}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en, uk",
        f"Canonical: {public_url}/.well-known/security.txt",
    )
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


def _is_private() -> bool:
    """Whether the page belongs to somebody: the desk, signing in, or whatever a private link opens."""
    endpoint = request.endpoint
    if endpoint is None:
        return request.path.startswith(DESK)
    if not is_open(endpoint) or request.blueprint == "accounts":
        return True
    return "token" in (request.view_args or {})


def _ask_to_sign_in() -> ResponseReturnValue:
    """The sign-in page, or the way to it."""
    log.info("asked_to_sign_in", page=request.endpoint)
    answer: ResponseReturnValue = login_manager.unauthorized()
    return answer


def _refuse() -> None:
    """Answer 403 and write down who asked for which page."""
    _note_refusal()
    abort(403)


def _note_refusal() -> None:
    log.warning("access_denied", coordinator_id=getattr(current_user, "id", None), page=request.endpoint)


def _own_host(app: Any, public_url: str) -> Any:
    """The Host header is never used: whatever a visitor sends, the application sees its own name."""
    host = urlsplit(public_url).netloc

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        environ["HTTP_HOST"] = host
        return app(environ, start_response)

    return answer


def _without_host(location: str) -> str:
    """A redirect within our own pages, as a path: nothing a visitor sent can lead elsewhere."""
    parts = urlsplit(location)
    if not parts.netloc and not parts.scheme:
        return location
    return "/" + parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else "")

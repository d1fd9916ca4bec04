"""The gate, the roles and the headers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Blueprint, Flask, Response, redirect, request
from flask.testing import FlaskClient
from flask_login import current_user
from sqlalchemy import text

from portal import security
from portal.clock import utc_now
from portal.extensions import db, reading_only
from tests.accounts.conftest import enter
from tests.conftest import csrf_token

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

EVERY_PAGE = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def add_pages(app: Flask) -> None:
    """A few pages that show what the gate and the decorators do."""
    pages = Blueprint("pages", __name__)

    @pages.route("/dashboard/pages/plain", methods=["GET", "POST"])
    def plain() -> str:
        return f"{current_user.name} {request.remote_addr} {reading_only.get()}"

    @pages.get("/dashboard/pages/admin")
    @security.needs("admin")
    def admin() -> str:
        return "settings"

    @pages.get("/dashboard/pages/coordinator")
    @security.needs("coordinator")
    def coordinator() -> str:
        return "contacts"

    @pages.get("/dashboard/pages/mail")
    def mail() -> Response:
        return Response("mail", headers={"Content-Security-Policy": "default-src 'none'; sandbox"})

    @pages.get("/dashboard/pages/away")
    def away() -> object:
        return redirect("https://evil.example/there?with=this")

    @pages.get("/dashboard/pages/folder/")
    def folder() -> str:
        return "folder"

    app.register_blueprint(pages)


@pytest.fixture
def with_pages(app: Flask) -> Flask:
    """The application with those pages."""
    add_pages(app)
    return app


@pytest.fixture
def as_role(with_pages: Flask, make_coordinator: Callable[..., int]) -> Callable[..., FlaskClient]:
    """Gives the browser of somebody with a role."""

    def sign_in(role: str) -> FlaskClient:
        email = f"{role}@example.org"
        make_coordinator(email=email, name="Olha Savchenko", role=role)
        client = with_pages.test_client()
        assert enter(client, email).status_code == 303
        return client

    return sign_in


def token_for(client: FlaskClient) -> str:
    """A form token of a client's session."""
    return csrf_token(client.get("/dashboard/account/password").text)


def test_every_address_but_the_open_ones_asks_for_an_account(app: Flask) -> None:
    """Reads the map of all addresses: a page that is added later is shut until somebody opens it."""
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if security.is_open(rule.endpoint):
            continue
        parts = dict.fromkeys(rule.arguments, 1) | dict(rule.defaults or {})
        with app.test_request_context():
            path = app.url_map.bind("", "/").build(rule.endpoint, parts, method=sorted(rule.methods or ())[0])
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            answer = client.open(path, method=method)
            if method == "GET":
                assert answer.status_code == 302, f"{method} {path} is open"
                assert answer.location.startswith("/login?next="), path
            else:
                assert answer.status_code == 401, f"{method} {path} is open"


def test_the_open_list_is_short_and_names_only_what_exists(app: Flask) -> None:
    assert sorted(security.OPEN) == [
        "accounts.forgotten_password",
        "accounts.new_password",
        "accounts.sign_in",
        "health.healthz",
        "security.security_txt",
        "static",
    ]
    assert sorted(security.OPEN_BLUEPRINTS) == ["public"]
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert known >= security.OPEN


@pytest.mark.parametrize(
    ("role", "opens"),
    [
        ("viewer", []),
        ("coordinator", ["coordinator"]),
        ("admin", ["coordinator", "admin"]),
    ],
)
def test_each_role_opens_its_own_pages(as_role: Callable[..., FlaskClient], role: str, opens: list[str]) -> None:
    client = as_role(role)
    for page in ("coordinator", "admin"):
        answer = client.get(f"/dashboard/pages/{page}")
        assert answer.status_code == (200 if page in opens else 403), page
    assert client.get("/dashboard/pages/plain").status_code == 200


def test_a_viewer_changes_nothing_even_where_a_page_forgot_to_ask(as_role: Callable[..., FlaskClient]) -> None:
    viewer = as_role("viewer")
    answer = viewer.post("/dashboard/pages/plain", data={"csrf_token": token_for(viewer)})
    assert answer.status_code == 403
    assert answer.content_type == "text/html; charset=utf-8"
    coordinator = as_role("coordinator")
    assert coordinator.post("/dashboard/pages/plain", data={"csrf_token": token_for(coordinator)}).status_code == 200


def test_a_viewer_may_change_their_own_password_and_sign_out(as_role: Callable[..., FlaskClient]) -> None:
    viewer = as_role("viewer")
    assert viewer.post("/dashboard/account/password", data={"csrf_token": token_for(viewer)}).status_code == 200
    assert viewer.post("/logout", data={"csrf_token": token_for(viewer)}).status_code == 303


def test_there_is_no_other_role() -> None:
    with pytest.raises(ValueError, match="no role"):
        security.needs("owner")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/login"),
        ("GET", "/dashboard"),
        ("GET", "/nowhere"),
        ("POST", "/nowhere"),
        ("GET", "/logout"),
        ("POST", "/login"),
        ("GET", "/healthz"),
        ("GET", "/.well-known/security.txt"),
        ("GET", "/static/nowhere.css"),
        ("TRACE", "/login"),
    ],
)
def test_every_answer_carries_every_header(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(path, method=method)
    assert {name: answer.headers.get(name) for name in EVERY_PAGE} == EVERY_PAGE
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in answer.headers
    assert "Server" not in answer.headers
    assert "charset=utf-8" in answer.content_type or answer.content_type == "application/json"


def test_static_files_carry_what_concerns_them(client: FlaskClient) -> None:
    answer = client.get("/static/portal.css")
    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_https_is_kept_for_a_year_and_the_cookie_is_bound_to_it(make_app: Callable[..., Flask]) -> None:
    app = make_app(
        PUBLIC_URL="https://portal.example.org",
        SESSION_COOKIE_NAME="__Host-session",
        SESSION_COOKIE_SECURE=True,
    )
    answer = app.test_client().get("/login")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert [part.strip() for part in answer.headers["Set-Cookie"].split(";")[1:]] == [
        "Secure",
        "HttpOnly",
        "Path=/",
        "SameSite=Lax",
    ]
    assert answer.headers["Set-Cookie"].startswith("__Host-session=")


def test_private_pages_are_stored_nowhere_and_found_by_nobody(as_role: Callable[..., FlaskClient]) -> None:
    client = as_role("coordinator")
    for path in ("/dashboard/pages/plain", "/dashboard/nowhere", "/new-password/" + "x" * 22, "/login", "/nowhere"):
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == "no-store", path
        assert "noindex" in answer.headers["X-Robots-Tag"], path


def test_a_page_for_everybody_is_not_hidden_but_fetched_anew(client: FlaskClient) -> None:
    answer = client.get("/.well-known/security.txt")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "X-Robots-Tag" not in answer.headers


def test_a_page_may_have_a_stricter_policy_of_its_own(as_role: Callable[..., FlaskClient]) -> None:
    answer = as_role("coordinator").get("/dashboard/pages/mail")
    assert answer.headers.getlist("Content-Security-Policy") == ["default-src 'none'; sandbox"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:80@portal"},
        {"Host": "bad host\x7f"},
        {"X-Forwarded-Host": "evil.example"},
        {"Forwarded": "host=evil.example"},
        {"X-Forwarded-Proto": "javascript", "X-Forwarded-Prefix": "/evil.example"},
    ],
)
def test_no_header_of_a_visitor_reaches_an_address(with_pages: Flask, headers: dict[str, str]) -> None:
    client = with_pages.test_client()
    for path in ("/login", "/dashboard/pages/folder", "/dashboard", "/nowhere"):
        answer = client.get(path, headers=headers)
        assert answer.status_code < 500
        assert "evil.example" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example", "//evil.example/dashboard/pages/folder"])
def test_an_odd_path_leads_nowhere_else(with_pages: Flask, path: str) -> None:
    answer = with_pages.test_client().get(path)
    assert answer.status_code < 500
    assert not answer.location or answer.location.startswith("/")
    assert not (answer.location or "").startswith("//")


def test_redirects_stay_with_us(as_role: Callable[..., FlaskClient]) -> None:
    client = as_role("coordinator")
    assert client.get("/dashboard/pages/away").location == "/there?with=this"
    assert client.get("/dashboard/pages/folder").location == "/dashboard/pages/folder/"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
    ],
)
def test_a_visitors_address_is_what_trusted_proxies_say(
    make_app: Callable[..., Flask], make_coordinator: Callable[..., int], proxies: int, forwarded: str, seen: str
) -> None:
    make_coordinator()
    app = make_app(TRUSTED_PROXIES=proxies)
    add_pages(app)
    client = app.test_client()
    enter(client, "maria@example.org")
    answer = client.get("/dashboard/pages/plain", headers={"X-Forwarded-For": forwarded})
    assert answer.text.split()[-2] == seen


def test_methods_that_no_page_answers_are_refused(client: FlaskClient) -> None:
    for method in ("TRACE", "TRACK", "OPTIONS", "CONNECT"):
        for path in ("/login", "/dashboard"):
            answer = client.open(path, method=method, headers={"X-Secret": "in here"})
            assert answer.status_code == 405
            assert "in here" not in answer.text


def test_reading_pages_take_no_lock_and_the_next_request_begins_anew(as_role: Callable[..., FlaskClient]) -> None:
    client = as_role("coordinator")
    token = token_for(client)
    for _round in range(2):
        assert client.get("/dashboard/pages/plain").text.endswith("True")
        assert client.post("/dashboard/pages/plain", data={"csrf_token": token}).text.endswith("False")
        assert not reading_only.get()


def test_a_reading_page_answers_while_somebody_writes(with_pages: Flask, as_role: Callable[..., FlaskClient]) -> None:
    client = as_role("coordinator")
    with with_pages.app_context():
        engine = db.engine
    with engine.connect() as writer, writer.begin():
        writer.execute(text("UPDATE coordinators SET name = 'Unfinished'"))
        started = utc_now()
        assert client.get("/dashboard/pages/plain").text.startswith("Olha Savchenko")
        assert (utc_now() - started).total_seconds() < 2
        writer.get_transaction().rollback()


def test_a_missing_slash_tells_strangers_nothing(with_pages: Flask) -> None:
    client = with_pages.test_client()
    for path in ("/dashboard", "/dashboard/pages/folder"):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (302, f"/login?next={path}")


def test_security_txt_says_whom_to_tell_and_is_not_out_of_date(client: FlaskClient) -> None:
    answer = client.get("/.well-known/security.txt")
    lines = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert answer.content_type == "text/plain; charset=utf-8"
    assert lines["Contact"] == "mailto:info@example.org"
    assert lines["Canonical"] == "http://127.0.0.1/.well-known/security.txt"
    assert datetime.fromisoformat(lines["Expires"]) > utc_now()

"""Pages about what went wrong: in HTML, with what was typed, and nothing of our inside."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from flask import Blueprint, Flask, abort, request
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from portal import security
from portal.accounts.models import Coordinator
from portal.extensions import csrf, db
from tests.accounts.conftest import enter
from tests.conftest import counted, csrf_token

TYPED = {"note": "We meet at the Miners’ Hall <7pm>", "password": "very secret words", "csrf_token": "x"}
INSIDE = ("Traceback", "sqlite3", "psycopg", "sqlalchemy", "SELECT", "UPDATE", 'File "', "werkzeug")


def broken(kind: str) -> None:
    """Fail in one of the ways that databases and code fail."""
    if kind == "gone":
        raise OperationalError("SELECT secret", {}, sqlite3.OperationalError("unable to open database file"))
    if kind == "full":
        raise OperationalError("UPDATE x", {}, sqlite3.OperationalError("database or disk is full"))
    if kind == "nul":
        raise DataError("UPDATE x", {}, ValueError("NUL"))
    if kind == "faster":
        raise StaleDataError("UPDATE statement on table expected to update 1 row(s); 0 were matched.")
    if kind == "bug":
        raise ZeroDivisionError("secret of the house")
    abort(int(kind))


@pytest.fixture
def breaking(app: Flask) -> Flask:
    """The application with pages that fail when asked to, as it behaves outside of tests."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    pages = Blueprint("breaking", __name__)

    @pages.route("/breaking/<kind>", methods=["GET", "POST"])
    @csrf.exempt
    def fail(kind: str) -> str:
        broken(kind)
        return "not reached"

    @pages.route("/dashboard/breaking/<kind>", methods=["GET", "POST"])
    def fail_within(kind: str) -> str:
        db.session.scalars(select(Coordinator)).one().name = "Half written"
        db.session.flush()
        broken(kind)
        return "not reached"

    @pages.post("/breaking/reads")
    @csrf.exempt
    def reads() -> str:
        return str(sorted(request.form.items(multi=True)))

    app.register_blueprint(pages)
    return app


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those pages need no account."""
    monkeypatch.setattr(security, "OPEN_BLUEPRINTS", security.OPEN_BLUEPRINTS | {"breaking"})


@pytest.fixture
def stranger(breaking: Flask, opened: None) -> FlaskClient:
    """A visitor of them."""
    return breaking.test_client()


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("400", 400),
        ("403", 403),
        ("404", 404),
        ("405", 405),
        ("409", 409),
        ("410", 410),
        ("413", 413),
        ("415", 415),
        ("429", 429),
        ("500", 500),
        ("502", 502),
        ("503", 503),
        ("gone", 503),
        ("full", 503),
        ("nul", 400),
        ("faster", 409),
        ("bug", 500),
    ],
)
def test_every_failure_is_a_page_that_keeps_what_was_typed(stranger: FlaskClient, kind: str, status: int) -> None:
    answer = stranger.post(f"/breaking/{kind}", data=TYPED)
    assert answer.status_code == status
    assert answer.content_type == "text/html; charset=utf-8"
    assert "We meet at the Miners’ Hall &lt;7pm&gt;" in answer.text
    assert "very secret words" not in answer.text
    assert not [word for word in INSIDE if word in answer.text]
    assert "secret of the house" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert ("Retry-After" in answer.headers) == (kind in ("gone", "full"))


@pytest.mark.parametrize("kind", ["503", "gone"])
def test_whoever_only_reads_is_not_told_of_saving(stranger: FlaskClient, kind: str) -> None:
    answer = stranger.get(f"/breaking/{kind}")
    assert answer.status_code == 503
    assert "<h1>We cannot show this page just now</h1>" in answer.text
    assert not [word for word in ("save", "answers", "What you typed") if word in answer.text]
    assert "<h1>We cannot save anything just now</h1>" in stranger.post(f"/breaking/{kind}", data=TYPED).text


@pytest.mark.parametrize("kind", ["500", "503", "gone", "bug"])
def test_pages_about_the_database_do_not_ask_it(
    breaking: Flask, opened: None, make_coordinator: Callable[..., int], kind: str
) -> None:
    make_coordinator()
    client = breaking.test_client()
    enter(client, "maria@example.org")
    with counted() as asked:
        assert client.post(f"/breaking/{kind}", data=TYPED).status_code >= 500
    assert asked == []


def test_trouble_while_finding_out_who_is_there_is_a_page_too(
    breaking: Flask, make_coordinator: Callable[..., int]
) -> None:
    make_coordinator()
    client = breaking.test_client()
    enter(client, "maria@example.org")
    with breaking.app_context():
        db.session.execute(text("ALTER TABLE sign_ins RENAME TO sign_ins_gone"))
        db.session.commit()
    answer = client.post("/dashboard/breaking/404", data=TYPED)
    assert answer.status_code == 503
    assert "Miners’ Hall" in answer.text


@pytest.mark.parametrize("kind", ["gone", "faster", "nul", "bug"])
def test_nothing_half_written_stays(breaking: Flask, make_coordinator: Callable[..., int], kind: str) -> None:
    make_coordinator()
    client = breaking.test_client()
    enter(client, "maria@example.org")
    token = csrf_token(client.get("/dashboard/account/password").text)
    answer = client.post(f"/dashboard/breaking/{kind}", data={**TYPED, "csrf_token": token})
    assert answer.status_code in (400, 409, 500, 503)
    assert "Miners’ Hall" in answer.text
    with breaking.app_context():
        assert db.session.scalars(select(Coordinator.name)).one() == "Maria Kovalenko"


def test_a_locked_database_is_a_503_that_keeps_what_was_typed(
    breaking: Flask, make_coordinator: Callable[..., int]
) -> None:
    make_coordinator()
    client = breaking.test_client()
    token = csrf_token(client.get("/login").text)
    with breaking.app_context():
        engine = db.engine
    with engine.connect() as writer, writer.begin():
        data = {"email": "maria@example.org", "password": "x", "csrf_token": token}
        answer = client.post("/login", data=data)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "maria@example.org" in answer.text
    assert enter(client, "maria@example.org").status_code == 303


def test_a_failing_error_page_is_replaced_by_one_without_a_template(breaking: Flask, stranger: FlaskClient) -> None:
    @breaking.context_processor
    def also_broken() -> dict[str, str]:
        raise OperationalError("SELECT name", {}, sqlite3.OperationalError("gone"))

    answer = stranger.post("/breaking/gone", data=TYPED)
    assert answer.status_code == 503
    assert "We meet at the Miners’ Hall &lt;7pm&gt;" in answer.text
    assert "{" not in answer.text


def test_an_old_form_token_takes_one_more_press_of_the_button(
    breaking: Flask, make_coordinator: Callable[..., int]
) -> None:
    make_coordinator()
    client = breaking.test_client()
    enter(client, "maria@example.org")
    answer = client.post("/dashboard/breaking/404?step=2", data=TYPED, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 400
    assert 'action="/dashboard/breaking/404?step=2"' in answer.text
    assert "very secret words" not in answer.text
    sent = client.post("/dashboard/breaking/404?step=2", data={**TYPED, "csrf_token": csrf_token(answer.text)})
    assert sent.status_code == 404


def test_a_form_of_another_site_gets_no_button(breaking: Flask, make_coordinator: Callable[..., int]) -> None:
    make_coordinator()
    client = breaking.test_client()
    enter(client, "maria@example.org")
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        answer = client.post("/dashboard/breaking/404", data=TYPED, headers=headers)
        assert answer.status_code == 400
        assert "Miners’ Hall" in answer.text
        assert "<form" not in answer.text.partition("<main")[2]


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 429])
def test_a_coordinator_reads_the_words_of_the_desk(
    breaking: Flask, make_coordinator: Callable[..., int], status: int
) -> None:
    make_coordinator()
    client = breaking.test_client()
    enter(client, "maria@example.org")
    answer = client.get(f"/dashboard/breaking/{status}")
    assert answer.status_code == status
    assert "Solidarity desk" in answer.text
    assert "Go to the queue" in answer.text
    assert "steps of" not in answer.text


def test_what_fails_at_our_end_says_nothing_of_forms_on_the_desk(
    breaking: Flask, make_coordinator: Callable[..., int]
) -> None:
    make_coordinator()
    client = breaking.test_client()
    enter(client, "maria@example.org")
    answer = client.get("/dashboard/breaking/500")
    assert answer.status_code == 500
    assert "steps of" not in answer.text


def test_a_body_over_a_megabyte_is_a_413(breaking: Flask) -> None:
    client = breaking.test_client()
    for content_type in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain"):
        answer = client.post("/login", data=b"email=" + b"a" * 1_100_000, content_type=content_type)
        assert answer.status_code in (400, 413), content_type
        assert answer.content_type == "text/html; charset=utf-8"
    assert client.post("/login", data={"email": "a" * 1_100_000}).status_code == 413
    assert client.post("/login", data={str(number): "" for number in range(3000)}).status_code in (400, 413)


def odd_requests() -> Iterator[dict[str, object]]:
    """What programs send that try things out."""
    paths = ["/%00", "/%ff%fe", "/%", "/%zz", "/login?next=%00%ff", "/static/%00", "/static/..%2f..%2fconfig.py", "/;/"]
    yield from ({"path": path, "method": method} for path in paths for method in ("GET", "POST"))
    for body in (b"email=%00&password=%ff", b"email=\xff\xfe", b"&&&===", b"email=a&email=b&email[]=c", b"\x00" * 100):
        for kind in (
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded; charset=utf-7",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\x01",
            "application/json",
            "text/xml",
            ";;;",
            "",
        ):
            yield {"path": "/login", "method": "POST", "data": body, "content_type": kind}
    yield {"path": "/login", "method": "PROPFIND"}
    yield {"path": "/login", "headers": {"Cookie": "session=\x01\xff; session=; =x"}}
    yield {"path": "/login", "headers": {"Cookie": "session=" + "a" * 9000}}
    yield {"path": "/login", "headers": {"Accept-Language": "\x01;q=abc,,,;", "Range": "bytes=x"}}
    yield {"path": "/login", "headers": {"X-Forwarded-For": "\x01, evil", "Content-Length": "abc"}}


@pytest.mark.parametrize("number", range(0, 8))
def test_nothing_odd_is_ever_our_fault(breaking: Flask, opened: None, number: int) -> None:
    client = breaking.test_client()
    csrf_token(client.get("/login").text)
    for odd in list(odd_requests())[number::8]:
        answer = client.open(**odd)
        assert answer.status_code < 500, odd
        assert not [word for word in INSIDE if word in answer.text], odd


def test_odd_bytes_in_a_form_that_has_its_token(any_app: Flask) -> None:
    client = any_app.test_client()
    for value in (b"\x00", b"\xff\xfe", b"a\x00@example.org", b"\xed\xa0\x80", "\u202e\u0007".encode(), b"%s%n{{7*7}}"):
        token = csrf_token(client.get("/login").text)
        answer = client.post(
            "/login", data={"email": value + b"x", "password": value + b"x", "csrf_token": token, "next": value}
        )
        assert answer.status_code == 200, value
        # The next token may hold any letters and figures, also the 49 that a calculated {{7*7}} would show.
        assert "49" not in answer.text.partition("<main")[2].replace(csrf_token(answer.text), "")

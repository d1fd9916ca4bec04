"""What all tests share: an application on a fresh database, people who are signed in, servers that are real.

No fixture holds an application context across a client's call: a forgotten commit would then pass unseen.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, event, select
from werkzeug.routing import Rule

from portal import create_app
from portal.accounts import commands
from portal.clock import utc_now
from portal.directory.load import load_reference_data
from portal.extensions import db
from portal.sealed import unseal
from portal.submissions.models import Submission
from tests import day
from tests.postgres import PostgresServer

# Here, before any test is read: some of them work out days when they are loaded.
day.begin()

PASSWORD = "a long walk by the Dnipro 1892"

TEST_SETTINGS: dict[str, Any] = {
    "PORTAL_ENV": "test",
    "PUBLIC_URL": "http://127.0.0.1",
    "SECRET_KEY": "test-secret-key-of-more-than-32-characters",
    "LINK_KEY": "test-link-key-of-more-than-32-characters-",
    "FIELD_KEY": "f" * 40,
    # A machine that is busy with other things may stand still for seconds; no test shall fail of that.
    "DATABASE_TIMEOUT": 60,
    # Hundreds of tests sign in; test_passwords looks at the strength that production has.
    "PASSWORD_MEMORY_KIB": 256,
    "FORM_MINIMUM_SECONDS": 0,
    "LIMIT_FORM_PER_ADDRESS": "10000 per hour",
    "LIMIT_FORM_IN_ALL": "10000 per hour",
    "LIMIT_DRAFTS_PER_ADDRESS": "10000 per hour",
    "LIMIT_DRAFTS_IN_ALL": "10000 per hour",
    "LIMIT_SIGN_IN": "10000 per minute",
    "LIMIT_RESET": "10000 per hour",
    "LIMIT_RESEND_LINK": "10000 per hour",
}

# A run that fails must fail again: chance looks for new examples only where somebody asks for it
# (pytest --hypothesis-profile=default).
settings.register_profile("same-examples", derandomize=True)
settings.load_profile("same-examples")


class CompiledTemplates(BytecodeCache):
    """Keeps compiled templates from one test to the next: each test has an application of its own."""

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what an earlier application compiled."""
        if bucket.key in self.code:
            bucket.bytecode_from_string(self.code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what this application compiled; the key holds the checksum of the source."""
        self.code[bucket.key] = bucket.bytecode_to_string()


compiled_templates = CompiledTemplates()


def compile_each_route_once() -> None:
    """Werkzeug writes and compiles two functions for each route of an application: nearly all the time of making one.

    They depend on nothing but the route and its defaults, and each test has an application with the same routes.
    """
    compile_builder = Rule._compile_builder
    compiled: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}

    def once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        defaults = tuple(sorted((rule.defaults or {}).items()))
        key = (rule.rule, rule.host, rule.subdomain, defaults, append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = once


compile_each_route_once()


def missing(what: str) -> None:
    """Skip a test whose server is not installed; where nothing may be skipped, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def blank_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and the reference data, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("blank")
    app = create_app(
        **TEST_SETTINGS, DATA_DIR=str(folder), SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'blank.sqlite3'}"
    )
    with app.app_context():
        db.create_all()
        load_reference_data(db.session)
        db.session.commit()
        db.session.remove()
        with db.engine.connect() as connection:
            connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return folder / "blank.sqlite3"


@pytest.fixture
def make_app(tmp_path: Path, blank_database: Path) -> Iterator[Callable[..., Flask]]:
    """Makes applications on one fresh SQLite database; settings may be given by name."""
    made: list[Flask] = []

    def make(**settings: Any) -> Flask:
        path = tmp_path / "portal.sqlite3"
        if not path.exists():
            shutil.copyfile(blank_database, path)
        app = create_app(
            **{**TEST_SETTINGS, "DATA_DIR": str(tmp_path), "SQLALCHEMY_DATABASE_URI": f"sqlite:///{path}", **settings}
        )
        app.jinja_env.bytecode_cache = compiled_templates
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """An application on a fresh SQLite database with the reference data and no requests."""
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor without an account."""
    return app.test_client()


@pytest.fixture
def make_coordinator(app: Flask) -> Callable[..., int]:
    """Makes an account and returns its number. The password is `PASSWORD` for all."""

    def make(email: str = "maria@example.org", name: str = "Maria Kovalenko", role: str = "coordinator") -> int:
        with app.app_context():
            commands.create_coordinator(email=email, name=name, role=role, password=PASSWORD, now=utc_now())
            db.session.commit()
            return int(db.session.execute(db.text("SELECT max(id) FROM coordinators")).scalar_one())

    return make


@pytest.fixture
def sign_in(app: Flask, make_coordinator: Callable[..., int]) -> Callable[..., FlaskClient]:
    """Gives a client that is signed in with a role, through the real form."""

    def sign(role: str = "coordinator", email: str = "", name: str = "Maria Kovalenko") -> FlaskClient:
        address = email or f"{role}@example.org"
        make_coordinator(email=address, name=name, role=role)
        client = app.test_client()
        page = client.get("/login")
        answer = client.post(
            "/login", data={"email": address, "password": PASSWORD, "csrf_token": csrf_token(page.text)}
        )
        assert answer.status_code in (302, 303), "signing in failed"
        return client

    return sign


def csrf_token(html: str) -> str:
    """The form token on a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert found, "the page has no form token"
    return found.group(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL of the distribution, started for this run."""
    server = PostgresServer.find()
    if server is None:
        missing("PostgreSQL is missing: sudo apt install postgresql")
    assert server is not None
    server.start()
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a fresh, empty PostgreSQL database."""
    name = postgres_server.create_database()
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture
def postgres_app(postgres_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application on a fresh PostgreSQL database with the reference data."""
    app = create_app(**TEST_SETTINGS, DATA_DIR=str(tmp_path), SQLALCHEMY_DATABASE_URI=postgres_url)
    with app.app_context():
        db.create_all()
        load_reference_data(db.session)
        db.session.commit()
        db.session.remove()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_app(request: pytest.FixtureRequest) -> Flask:
    """The same test on SQLite and on PostgreSQL."""
    name = "app" if request.param == "sqlite" else "postgres_app"
    found: Flask = request.getfixturevalue(name)
    return found


@pytest.fixture
def look(app: Flask) -> Callable[..., Any]:
    """Reads columns of a request in a fresh context: one value, or a tuple of several."""

    def read(number: int, *names: str) -> Any:
        with app.app_context():
            found = db.session.scalars(select(Submission).where(Submission.id == number)).one()
            values = tuple(getattr(found, name) for name in names)
            return values[0] if len(names) == 1 else values

    return read


def opened(value: Any) -> Any:
    """A value of a row as the application reads it."""
    return unseal(value) if isinstance(value, str) else value


@pytest.fixture
def rows(app: Flask) -> Callable[..., list[Any]]:
    """Reads rows by SQL in a fresh context; what is sealed of letters is opened."""

    def read(sql: str, **values: Any) -> list[Any]:
        with app.app_context():
            found = [tuple(row) for row in db.session.execute(db.text(sql), values)]
            return [tuple(map(opened, row)) for row in found] if "outbox_emails" in sql else found

    return read


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent to any database within the block, but for transactions."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)

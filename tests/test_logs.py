"""Log lines hold numbers of rows and kinds of trouble, and nothing of anybody."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from flask import Flask

from portal import logs
from tests.accounts.conftest import enter

TOKEN = "aB3-dE6_gH9jK2mN5pQ8rS"


@pytest.fixture
def lines(app: Flask, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The lines written so far."""
    before = logging.getLogger().handlers[:]
    logs.init_app(app)

    def read() -> list[dict[str, Any]]:
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    capsys.readouterr()
    yield read
    structlog.reset_defaults()
    logging.getLogger().handlers = before


@pytest.mark.parametrize(
    ("written", "stands"),
    [
        ("letter to olena.check@example.org left", "letter to [email] left"),
        ("мар’яна@приклад.укр", "[email]"),
        (f"/track/{TOKEN}?lang=uk", "/track/[token]?lang=uk"),
        (f"/new-password/{TOKEN}", "/new-password/[token]"),
        ("from 203.0.113.9", "from [address]"),
        ("from 2001:db8:0:1::7", "from [address]"),
        ("ring +44 7700 900123", "ring [phone]"),
        ("ring 020 7946 0958", "ring [phone]"),
        ("accounts.forgotten_password", "accounts.forgotten_password"),
        ("a_rather_long_name_of_an_event", "a_rather_long_name_of_an_event"),
        ("USC-2685", "USC-2685"),
        ("/dashboard/requests/<int:number>", "/dashboard/requests/<int:number>"),
        ({"to": ["a@example.org"]}, {"to": ["[email]"]}),
        (1234567890123, 1234567890123),
    ],
)
def test_details_are_struck_out_and_numbers_of_rows_stay(written: Any, stands: Any) -> None:
    assert logs.redact(None, "info", {"event": written}) == {"event": stands}


def test_a_line_is_json_in_utc_and_stays_one_line(lines: Callable[[], list[dict[str, Any]]]) -> None:
    structlog.get_logger("portal").info("letter_sent", email_id=7, note="first\r\nINFO forged")
    (line,) = lines()
    assert line["event"] == "letter_sent"
    assert line["email_id"] == 7
    assert line["level"] == "info"
    assert line["timestamp"].endswith("Z")
    assert line["note"] == "first\r\nINFO forged"


def test_the_libraries_write_the_same_way(lines: Callable[[], list[dict[str, Any]]]) -> None:
    logging.getLogger("waitress").warning("bad request from %s for %s", "203.0.113.9", f"/track/{TOKEN}")
    (line,) = lines()
    assert (line["event"], line["logger"]) == ("bad request from [address] for /track/[token]", "waitress")


def test_an_exception_shows_where_but_not_what(lines: Callable[[], list[dict[str, Any]]]) -> None:
    try:
        raise ValueError("olena.check@example.org typed this")
    except ValueError:
        logging.getLogger("portal").exception("failed")
    (line,) = lines()
    assert line["exception"] == "ValueError"
    assert line["frames"][-1].startswith("tests/test_logs.py:")
    assert "olena" not in json.dumps(line)


def test_a_failing_page_is_named_by_its_pattern(
    app: Flask, lines: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def fail(*args: object) -> None:
        raise RuntimeError(f"about {TOKEN}")

    monkeypatch.setattr("portal.accounts.sign_in.find_link", fail)
    assert app.test_client().get(f"/new-password/{TOKEN}").status_code == 500
    written = lines()
    assert [line["page"] for line in written if line["event"] == "page_failed"] == ["/new-password/<token>"]
    assert TOKEN not in json.dumps(written)


def test_signing_in_leaves_numbers_only(
    app: Flask, lines: Callable[[], list[dict[str, Any]]], make_coordinator: Callable[..., int]
) -> None:
    number = make_coordinator(email="olena.check@example.org", name="Olena Check")
    client = app.test_client()
    enter(client, "olena.check@example.org", "wrong password here")
    enter(client, "nobody.check@example.org", "wrong password here")
    enter(client, "olena.check@example.org")
    written = lines()
    about = [(line["event"], line["coordinator_id"]) for line in written if "coordinator_id" in line]
    assert about == [("sign_in_refused", number), ("sign_in_refused", None), ("signed_in", number)]
    assert not [word for word in ("check@", "Olena", "wrong password", "127.0.0.1") if word in json.dumps(written)]

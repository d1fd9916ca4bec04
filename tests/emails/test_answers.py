"""Mail servers that lie, stammer or fall silent: what they say is never taken for a letter sent when it was not."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from tests.emails import servers
from tests.emails.conftest import Clock, deliver, put, row
from tests.emails.scripted import Scripted


@pytest.fixture
def scripted(settings: dict[str, Any]) -> Iterator[Scripted]:
    """Such a server, where the application expects its mail server."""
    server = Scripted(settings["MAIL_PORT"])
    yield server
    server.close()


NONSENSE = "the mail server’s answers make no sense"
CUT = "the mail server cut the connection"
SLOW = "the mail server did not answer in time"
GARBAGE = b"<html>Please sign in to the hotel\xe2\x80\x99s network</html>\r\n"


@pytest.mark.parametrize(
    ("phase", "answer", "reason"),
    [
        ("greeting", GARBAGE, NONSENSE),
        ("greeting", b"", SLOW),
        ("greeting", b"554 5.7.1 go away\r\n", "554 5.7.1 at the greeting"),
        ("ehlo", GARBAGE, NONSENSE),
        ("mail", GARBAGE, NONSENSE),
        ("mail", b"250 fine\r\n250 fine\r\n", CUT),
        ("mail", b"354 go on\r\n", NONSENSE),
        ("rcpt", GARBAGE, NONSENSE),
        ("rcpt", b"2", SLOW),
        ("rcpt", b"250" + b"x" * 20_000 + b"\r\n", NONSENSE),
        ("rcpt", itertools.repeat(b"250-and\r\n" * 100), CUT),
        ("rcpt", b"250 fine\r\n\x00\xff\xfe", CUT),
        ("data", GARBAGE, NONSENSE),
        ("data", b"250 taken\r\n", NONSENSE),
        ("data", b"354 go on\r\n250 taken\r\n", CUT),
        ("text", GARBAGE, NONSENSE),
        ("text", b"354 go on\r\n", NONSENSE),
        ("text", b"\r\n", NONSENSE),
        ("text", (b"250", None), CUT),
        ("text", (b"25", None), CUT),
        ("text", (None,), CUT),
    ],
)
def test_nothing_but_a_yes_to_the_text_counts_as_sent(
    app: Flask, scripted: Scripted, clock: Clock, phase: str, answer: Any, reason: str
) -> None:
    email_id = put(app)
    scripted.says |= {phase: answer, "helo": answer}
    done = deliver(app, clock)
    assert (done.sent, done.refused, done.trouble) == (0, 0, reason)
    assert row(app, email_id).state == "queued"
    scripted.says.clear()
    clock.on(minutes=2)
    assert deliver(app, clock).sent == 1


@pytest.mark.parametrize(
    "answer",
    [
        "250 прийнято\r\n".encode(),
        b"250-taken\r\n250-as 4711\r\n250 thank you\r\n",
        b"250\r\n",
        b"250 taken\n",
        b"251 taken elsewhere\r\n",
        b"250 taken\r\n421 4.4.2 good night\r\n",
        b"250 " + b"x" * 4000 + b"\r\n",
    ],
)
def test_a_yes_counts_however_it_is_said(app: Flask, scripted: Scripted, clock: Clock, answer: bytes) -> None:
    email_id = put(app)
    scripted.says["text"] = answer
    assert deliver(app, clock).sent == 1
    assert row(app, email_id).state == "sent"


def test_a_server_out_of_step_is_left_before_the_next_letter(app: Flask, scripted: Scripted, clock: Clock) -> None:
    """Its answer to one letter would be taken for the answer to the next."""
    first, second = put(app), put(app, to="second@example.org")
    scripted.says["text"] = b"250 taken\r\n250 taken\r\n"
    done = deliver(app, clock)
    assert (done.sent, done.trouble) == (1, CUT)
    assert [row(app, each).state for each in (first, second)] == ["sent", "queued"]
    scripted.says.clear()
    clock.on(minutes=2)
    assert deliver(app, clock).sent == 1


def test_a_server_that_dribbles_does_not_keep_a_letter_beyond_its_time(
    app: Flask, scripted: Scripted, clock: Clock
) -> None:
    put(app)
    scripted.says["rcpt"] = [bytes([byte]) for byte in b"250 " + b"-" * 60]
    scripted.pause = 0.1
    began = time.monotonic()
    assert deliver(app, clock).trouble == SLOW
    assert time.monotonic() - began < 3


def test_all_answers_to_one_letter_fit_into_its_lease(
    make_app: Callable[..., Flask], scripted: Scripted, clock: Clock
) -> None:
    """Or a second worker would take over a letter that is still on its way."""
    app = make_app(MAIL_TIMEOUT=30, MAIL_LEASE_SECONDS=1)
    email_id = put(app)
    scripted.says |= {"mail": (b"250 fi", b"ne\r\n"), "rcpt": (b"250 fi", b"ne\r\n"), "text": b""}
    scripted.pause = 0.1
    began = time.monotonic()
    deliver(app, clock)
    assert time.monotonic() - began < 3
    email = row(app, email_id)
    assert (email.state, email.attempts) == ("queued", 1)


def test_a_short_lease_leaves_a_slow_server_the_time_that_there_is(
    make_app: Callable[..., Flask], scripted: Scripted, clock: Clock
) -> None:
    app = make_app(MAIL_TIMEOUT=30, MAIL_LEASE_SECONDS=5)
    put(app)
    scripted.says["text"] = (b"250 ta", b"ken", b"\r\n")
    scripted.pause = 0.3
    assert deliver(app, clock).sent == 1


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data", "text", "rset"])
def test_silence_ends_at_every_command(app: Flask, scripted: Scripted, clock: Clock, phase: str) -> None:
    email_id = put(app)
    scripted.says[phase] = b""
    if phase == "rset":
        scripted.says["rcpt"] = b"450 4.2.1 later\r\n"
    began = time.monotonic()
    done = deliver(app, clock)
    assert time.monotonic() - began < 3
    assert (done.sent, row(app, email_id).state) == (0, "queued")


@pytest.mark.parametrize("code", [421, 450, 451, 550, 554])
@pytest.mark.parametrize("phase", ["greeting", "ehlo", "mail", "rcpt", "data", "text"])
def test_every_refusal_at_every_phase_keeps_the_letter_or_tells_a_person(
    app: Flask, scripted: Scripted, clock: Clock, phase: str, code: int
) -> None:
    first, second = put(app), put(app, to="second@example.org")
    answer = b"%d 4.7.0 for <jean@example.org>\r\n" % code
    # Where EHLO is refused HELO is tried, as very old servers want it.
    scripted.says |= {phase: answer, "helo": answer}
    done = deliver(app, clock)
    states = [row(app, each).state for each in (first, second)]
    if phase in ("greeting", "ehlo", "mail"):
        assert states == ["queued", "queued"], "the letters are not to blame"
        assert done.trouble
        assert [row(app, each).attempts for each in (first, second)] == [0, 0]
    else:
        assert states[0] == ("queued" if code < 500 else "refused")
        assert row(app, first).attempts == 1
    errors = [row(app, each).last_error for each in (first, second)] + [done.trouble]
    assert not [error for error in errors if "jean" in error]


ENCRYPTED = {
    "MAIL_USE_TLS": True,
    "MAIL_SERVER": "localhost",
    "MAIL_CA_FILE": str(servers.CERTIFICATES / "ca.pem"),
    "MAIL_TIMEOUT": 2,
}


@pytest.mark.parametrize(
    ("phase", "answer"),
    [
        ("starttls", GARBAGE),
        ("starttls", b"454 4.7.0 no TLS just now\r\n"),
        ("starttls", (b"220 go on\r\n", b"250 injected before the secrecy\r\n")),
        ("starttls", (b"220 go on\r\n", b"\x16\x03\x01garbage in place of a handshake")),
        ("starttls", (b"220 go on\r\n", None)),
        ("mail", (None,)),
        ("rcpt", (None,)),
        ("data", (None,)),
        ("text", (None,)),
    ],
)
def test_an_encrypted_connection_that_breaks_keeps_the_letter(
    make_app: Callable[..., Flask], scripted: Scripted, clock: Clock, phase: str, answer: Any
) -> None:
    app = make_app(**ENCRYPTED)
    scripted.with_tls = True
    email_id = put(app)
    scripted.says[phase] = answer
    done = deliver(app, clock)
    assert done.sent == 0
    assert done.trouble
    assert row(app, email_id).state == "queued"
    assert bool(scripted.texts) == (phase == "text")
    scripted.says.clear()
    clock.on(minutes=2)
    assert deliver(app, clock).sent == 1

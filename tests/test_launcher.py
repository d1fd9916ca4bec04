"""`make run` as people meet it: the first start, the second, a taken port, a folder that cannot be, and the end."""

from __future__ import annotations

import contextlib
import email
import json
import os
import re
import signal
import socket
import sqlite3
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import config
from portal import demo
from tests.processes import PATIENCE, Portal, free_port

ACCOUNT = re.compile(r"^ *(admin|coordinator|viewer) +(\S+@example\.org) +(\S+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of one demo, which does not exist before the first start."""
    return tmp_path_factory.mktemp("launcher") / "not" / "yet"


@pytest.fixture(scope="module")
def first(folder: Path) -> Iterator[Portal]:
    """The first start, still running."""
    portal = Portal(
        "up", output=folder.parent.parent / "first.txt", PORTAL_ENV="demo", DATA_DIR=str(folder), WORKER_INTERVAL="1"
    )
    yield portal
    portal.clear()


def letters_in(folder: Path) -> list[Path]:
    """What the worker has delivered into the local mailbox."""
    return sorted((folder / "mailbox" / "new").glob("*"))


def requests_in(folder: Path) -> list[tuple[int, str]]:
    """Number and state of each request in the database of the demo."""
    with contextlib.closing(sqlite3.connect(folder / "portal.sqlite3")) as database:
        return database.execute("SELECT id, state FROM submissions ORDER BY id").fetchall()


def test_the_first_start_answers_with_a_filled_portal(first: Portal, folder: Path) -> None:
    first.wait_until_up()
    assert first.get("/")[0] == 200
    status, body = first.get("/healthz")
    assert status == 200
    assert json.loads(body)["database"] == "ok"
    assert f"http://127.0.0.1:{first.port}" in first.text
    assert stat.S_IMODE((folder / "demo-secrets.json").stat().st_mode) == 0o600


def test_it_prints_the_accounts_once(first: Portal, folder: Path) -> None:
    accounts = ACCOUNT.findall(first.text)
    assert sorted(role for role, _, _ in accounts) == ["admin", "coordinator", "coordinator", "viewer"]
    assert ACCOUNT.findall((folder / demo.ACCOUNTS_FILE).read_text("utf-8")) == accounts
    assert all(first.text.count(password) == 1 for _, _, password in accounts)
    # Between them and the address stands nothing that only a programmer reads.
    assert "alembic" not in first.text


def test_the_worker_delivers_into_the_local_mailbox(first: Portal, folder: Path) -> None:
    end = time.monotonic() + PATIENCE
    while len(letters_in(folder)) < 3 or json.loads(first.get("/healthz")[1])["queued"]:
        assert time.monotonic() < end, f"no mail arrived:\n{first.text[-3000:]}"
        time.sleep(0.1)
    found = [email.message_from_bytes(path.read_bytes()) for path in letters_in(folder)]
    assert all(letter["To"].endswith("@example.org") for letter in found)
    text = "".join(
        part.get_payload(decode=True).decode()
        for letter in found
        for part in letter.walk()
        if part.get_content_type() == "text/plain"
    )
    link = re.search(rf"{first.address}(/track/\S+)", text)
    assert link, "no letter has a private link to this very portal"
    assert first.get(link[1])[0] == 200, "web server and worker do not share their secrets"


def test_it_ends_with_its_worker_and_starts_again_as_it_was(first: Portal, folder: Path) -> None:
    end = time.monotonic() + 60
    while len(first.group()) != 2:
        # The worker has had a route worked out aside; that process ends by itself.
        assert time.monotonic() < end, "more than the web server and its worker are left"
        time.sleep(0.2)
    assert first.stop() == 0
    assert first.group() == set(), "a process was left behind"
    requests, delivered = requests_in(folder), set(letters_in(folder))
    passwords = [password for _, _, password in ACCOUNT.findall(first.text)]
    kept = (folder / "demo-secrets.json").read_text()
    second = Portal("up", output=folder.parent.parent / "second.txt", PORTAL_ENV="demo", DATA_DIR=str(folder))
    try:
        second.wait_until_up()
        assert second.get("/")[0] == 200
        assert demo.ACCOUNTS_FILE in second.text
        assert not [password for password in passwords if password in second.text]
        assert (folder / "demo-secrets.json").read_text() == kept
        assert requests_in(folder) == requests, "the demo was filled in again"
        # The first worker may have been stopped between writing a letter and sending it: that one leaves now, once.
        assert delivered <= set(letters_in(folder))
        sent = [email.message_from_bytes(path.read_bytes())["Message-ID"] for path in letters_in(folder)]
        assert len(set(sent)) == len(sent), "a letter was sent twice"
        # Impatient people press Ctrl-C again while the worker is still ending.
        (worker,) = second.group() - {second.process.pid}
        os.kill(worker, signal.SIGSTOP)
        for impatience in (signal.SIGINT, signal.SIGTERM, signal.SIGINT):
            os.kill(second.process.pid, impatience)
            time.sleep(0.5)
        # On a slow machine the patience of the launcher may be over by now: then the worker has been ended already.
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGCONT)
        assert second.wait() == 0, second.text[-3000:]
        assert second.group() == set()
    finally:
        second.clear()


def test_what_hinders_a_start_is_told_in_one_line(tmp_path: Path) -> None:
    """A port that is taken, and a folder below something that is no folder."""
    taken = free_port()
    (tmp_path / "file").touch()
    with socket.socket() as other:
        other.bind(("127.0.0.1", taken))
        other.listen()
        port = Portal(
            "up", output=tmp_path / "port.txt", port=taken, PORTAL_ENV="demo", DATA_DIR=str(tmp_path / "data")
        )
        folder = Portal(
            "up", output=tmp_path / "folder.txt", PORTAL_ENV="demo", DATA_DIR=str(tmp_path / "file" / "data")
        )
        for portal, name in ((port, "PORT"), (folder, "DATA_DIR")):
            assert portal.wait() == 1
            lines = portal.text.strip().splitlines()
            assert len(lines) == 1, portal.text
            assert name in lines[0]
    assert not list((tmp_path / "data").glob("*.sqlite3")), "nothing is made before it is known to be of use"


def test_the_secrets_of_a_demo_stay(tmp_path: Path) -> None:
    environment = {"PORTAL_ENV": "demo", "DATA_DIR": str(tmp_path)}
    first, second = config.load(environment), config.load(environment)
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert first["LINK_KEY"] == second["LINK_KEY"] != first["SECRET_KEY"]
    assert config.load(environment | {"LINK_KEY": "k" * 40})["LINK_KEY"] == "k" * 40
    (tmp_path / "demo-secrets.json").write_text("{}")
    with pytest.raises(config.ConfigurationError, match="demo-secrets"):
        config.load(environment)


def test_only_a_demo_keeps_secrets_in_a_file(tmp_path: Path) -> None:
    config.load({"PORTAL_ENV": "test", "DATA_DIR": str(tmp_path)})
    with pytest.raises(config.ConfigurationError, match="SECRET_KEY"):
        config.load({"PORTAL_ENV": "production", "DATA_DIR": str(tmp_path)})
    assert not list(tmp_path.iterdir())

"""The web server under slow clients and signals: real processes and real connections, on the loopback only."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal import server
from tests.processes import PATIENCE, Portal, Running, free_port

SLOW_CLIENTS = 60
SLOWEST_ANSWER = 15.0
"""Seconds within which another visitor must be served, on however slow a machine."""


@pytest.fixture
def start(tmp_path: Path, blank_database: Path) -> Iterator[Callable[..., Portal]]:
    """Starts commands of the portal on a database with the reference data; whatever is left is ended."""
    started: list[Portal] = []

    def begin(*command: str, **environment: str) -> Portal:
        shutil.copyfile(blank_database, tmp_path / "portal.sqlite3")
        portal = Portal(
            *command,
            output=tmp_path / f"output-{len(started)}.txt",
            PORTAL_ENV="demo",
            DATA_DIR=str(tmp_path),
            **environment,
        )
        started.append(portal)
        return portal

    yield begin
    for portal in started:
        portal.clear()


class Dribblers:
    """Clients that send a letter at a time: half of them never end their headers, half never end their body."""

    def __init__(self, port: int, count: int) -> None:
        self.connections = [self._connect(port, is_body=bool(number % 2)) for number in range(count)]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._dribble)
        self._thread.start()

    def _connect(self, port: int, is_body: bool) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        head = "POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
        if is_body:
            head = "POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\nemail="
        connection.sendall(head.encode())
        return connection

    def _dribble(self) -> None:
        while not self._stop.wait(0.2):
            for connection in self.connections:
                connection.sendall(b"a")

    def end(self) -> None:
        """Hang up."""
        self._stop.set()
        self._thread.join(PATIENCE)
        for connection in self.connections:
            connection.close()


def test_visitors_are_served_while_sixty_slow_clients_dribble(start: Callable[..., Portal]) -> None:
    portal = start("serve", WEB_THREADS="4")
    portal.wait_until_up()
    dribblers = Dribblers(portal.port, SLOW_CLIENTS)

    def visit(number: int) -> float:
        began = time.monotonic()
        assert portal.get("/login")[0] == 200
        return time.monotonic() - began

    try:
        with ThreadPoolExecutor(6) as visitors:
            took = list(visitors.map(visit, range(24)))
    finally:
        dribblers.end()
    assert max(took) < SLOWEST_ANSWER
    assert portal.stop() == 0


def test_several_processes_serve_replace_a_lost_one_and_stop(start: Callable[..., Portal]) -> None:
    portal = start("serve", "--processes", "2")
    portal.wait_until_up()
    children = portal.group() - {portal.process.pid}
    assert len(children) == 2
    lost = min(children)
    os.kill(lost, signal.SIGKILL)
    end = time.monotonic() + PATIENCE
    while len(portal.group() - {portal.process.pid, lost}) < 2:
        assert time.monotonic() < end, "the lost process was not replaced"
        time.sleep(0.05)
    assert portal.get("/login")[0] == 200
    assert portal.stop() == 0
    assert portal.group() == set(), "a process was left behind"


def test_a_request_under_way_is_finished(tmp_path: Path) -> None:
    port = free_port()
    running = Running(["-m", "tests.slow_application", str(port)], tmp_path / "output.txt")
    try:
        running.wait_for("listening")
        idle = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        connection.sendall(b"GET /slow HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        running.wait_for("under way")
        running.process.send_signal(signal.SIGTERM)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.partition(b"\r\n\r\n")[2] == b"finished " + b"x" * 300_000
        assert running.wait() == 0
        assert "left" in running.text
        idle.close()
        connection.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=5)
    finally:
        running.clear()


def test_a_taken_port_is_told_in_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(server.CannotListenError, match=f"Port {port} .* Set PORT"):
            server.listen("127.0.0.1", port)


def test_a_port_that_cannot_be_is_told_in_a_sentence() -> None:
    with pytest.raises(server.CannotListenError, match=r"Port 70000 .* Set PORT"):
        server.listen("127.0.0.1", 70000)

"""A visitor on a kept-open connection to a server whose process is being measured."""

from __future__ import annotations

import http.client
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

ROUNDS = 5
IDLE_SECONDS = 30
"""A connection that lay still for so long is opened anew: the server closes one after a minute."""


@dataclass
class Server:
    """A server process of ours: `which` is portal or floor. It writes its log beside the database, where it costs what it
    costs in life and does not stand between the figures; its end is shown when the measurement breaks off."""

    which: str
    database: str
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Server:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, "-m", "benchmarks.serve", self.which, str(self.port), self.database]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(command, stderr=log)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.1)
        self.__exit__(RuntimeError)
        raise RuntimeError(f"the {self.which} did not start")

    def __exit__(self, kind: object, *rest: object) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(timeout=20)
        if kind is not None:
            sys.stderr.write(self._log.read_text(errors="replace")[-3000:])

    @property
    def _log(self) -> Path:
        return Path(self.database).with_name(f"{self.which}.log")

    def cpu_seconds(self) -> float:
        """Time on a processor of all threads so far, to the nanosecond (the usual clock ticks are too coarse)."""
        assert self.process is not None
        spent = 0
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            spent += int((task / "schedstat").read_text().split()[0])
        return spent / 1e9

    def memory_mb(self) -> float:
        """Resident memory in MB."""
        assert self.process is not None
        with open(f"/proc/{self.process.pid}/status") as status:
            found = re.search(r"VmRSS:\s+(\d+)", status.read())
        return int(found.group(1)) / 1024 if found else 0.0


@dataclass
class Visitor:
    """One browser: cookies, and the form token of the page last seen. Its connection is kept open between pages."""

    server: Server
    cookies: dict[str, str] = field(default_factory=dict)
    page: str = ""
    status: int = 0
    location: str = ""

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        self.answered_at = time.monotonic()

    def get(self, path: str) -> Visitor:
        """Fetch a page; redirects are not followed."""
        return self._ask("GET", path, None)

    def post(self, path: str, fields: dict[str, str | list[str]]) -> Visitor:
        """Send the form of the page last seen as browsers do: with its token, and with every line left empty."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page)
        token = {"csrf_token": found.group(1)} if found else {}
        return self._ask(
            "POST", path, urlencode({**dict.fromkeys(_lines(self.page), ""), **token, **fields}, doseq=True)
        )

    def _ask(self, method: str, path: str, body: str | None) -> Visitor:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if time.monotonic() - self.answered_at > IDLE_SECONDS:
            self.connection.close()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        self.answered_at = time.monotonic()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        self.status, self.location = answer.status, answer.getheader("Location", "")
        if answer.status == 200:
            self.page = text
        return self


@cache
def _lines(page: str) -> list[str]:
    """The names of the fields of a page that are typed into or chosen from a list: browsers send each of them."""
    tags = re.findall(r"<(?:input|textarea|select)\b[^>]*>", page)
    typed = [tag for tag in tags if not re.search(r'type="?(radio|checkbox|hidden|submit)', tag)]
    return [found.group(1) for tag in typed if (found := re.search(r'name="([^"]+)"', tag))]


@dataclass(frozen=True)
class Figure:
    """One measured page: CPU of the server per request and the median time a visitor waits, in milliseconds."""

    cpu_ms: float
    wall_ms: float


@dataclass(frozen=True)
class Side:
    """A server, and what is asked of it: `ready(times)` gives so many acts, with all they need done before."""

    server: Server
    ready: Callable[[int], Sequence[Callable[[], None]]]


def again(act: Callable[[], None]) -> Callable[[int], Sequence[Callable[[], None]]]:
    """The same act as often as it is wanted."""
    return lambda times: [act] * times


def measure_in_turn(sides: Sequence[Side], times: int) -> list[Figure]:
    """Do the acts of each side `times` times a round, after a warm-up of a tenth; the least round of each counts.

    Noise only adds. The sides take turns, so that a slow spell of the machine does not meet one of them alone.
    """
    for side in sides:
        for act in side.ready(max(5, times // 10)):
            act()
    rounds = [[measure_round(side.server, side.ready(times)) for side in sides] for _ in range(ROUNDS)]
    return [min(figures, key=lambda figure: figure.cpu_ms) for figures in zip(*rounds, strict=True)]


def measure_round(server: Server, acts: Sequence[Callable[[], None]]) -> Figure:
    """What each of some acts in a row costs."""
    walls = []
    before = server.cpu_seconds()
    for act in acts:
        started = time.perf_counter()
        act()
        walls.append(time.perf_counter() - started)
    spent = server.cpu_seconds() - before
    return Figure(spent / len(acts) * 1000, statistics.median(walls) * 1000)

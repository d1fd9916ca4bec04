"""A fresh demonstration in a temporary folder, which can go on as if it were later."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType

from portal.clock import utc_now

ROOT = Path(__file__).resolve().parent.parent.parent
ACCOUNT = re.compile(r"^ *(admin|coordinator|viewer) +(\S+@example\.org) +(\S+)$", re.MULTILINE)
START_SECONDS = 120


class Demonstration:
    """A running portal with its worker: where it answers, and the email and password of one account of each role."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.address = f"http://127.0.0.1:{self.port}"
        self.running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Demonstration:
        """Begin it: the first start fills it with its invented people and requests."""
        self._start("-m", "flask", "--app", "wsgi", "up")
        self._wait()
        found = reversed(ACCOUNT.findall((self.folder / "output.txt").read_text("utf-8")))
        self.accounts = {role: (email, password) for role, email, password in found}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, whatever happened."""
        self._stop()

    def go_on_at(self, moment: datetime) -> None:
        """Go on with the same data as if it were `moment` (aware) now, and all has come that comes by itself."""
        # What is still in the queue would be a letter of a day that has gone, which does not leave any more.
        self._wait()
        self._stop()
        later = ("-m", "docs.pictures.later", str(int((moment - utc_now()).total_seconds())))
        self._start(*later, "worker", "--once")
        self.running.pop().wait()
        for command in ("serve", "worker"):
            self._start(*later, command)
        self._wait()

    def _start(self, *command: str) -> None:
        settings = {
            "PORTAL_ENV": "demo",
            "DATA_DIR": str(self.folder / "data"),
            "PORT": str(self.port),
            "FORM_MINIMUM_SECONDS": "0",
        }
        with (self.folder / "output.txt").open("ab") as output:
            self.running.append(
                subprocess.Popen(
                    [sys.executable, *command],
                    cwd=ROOT,
                    env={**os.environ, **settings},
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
            )

    def _stop(self) -> None:
        while self.running:
            process = self.running.pop()
            process.terminate()
            process.wait()

    def _wait(self) -> None:
        """Until it answers and the worker has delivered what was waiting."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if any(process.poll() is not None for process in self.running):
                sys.exit("The demonstration did not start.\n" + (self.folder / "output.txt").read_text("utf-8"))
            try:
                if not json.loads(self._health())["queued"]:
                    return
            except (OSError, ValueError):
                pass
            time.sleep(0.3)
        sys.exit("The demonstration does not answer.")

    def _health(self) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().read()
        finally:
            connection.close()


@contextmanager
def demonstration() -> Iterator[Demonstration]:
    """A fresh one, gone afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, Demonstration(Path(folder)) as running:
        yield running

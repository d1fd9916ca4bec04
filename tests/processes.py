"""The portal as real processes on free ports of 127.0.0.1, for tests that start it, burden it and stop it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests import day

ROOT = Path(__file__).resolve().parent.parent
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT", *day.FOR_PROCESSES)
PATIENCE = 60.0
"""Seconds that anything may take on a slow machine before a test gives up."""
_bytecode = tempfile.TemporaryDirectory(prefix="bytecode-", ignore_cleanup_errors=True)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running:
    """One command in a process group of its own, so that a process left behind is seen and ended."""

    def __init__(self, arguments: list[str], output: Path, **environment: str) -> None:
        settings = {name: os.environ[name] for name in KEPT if name in os.environ}
        # Where bytecode is not kept, each start would compile all libraries anew.
        settings |= {"PYTHONPYCACHEPREFIX": _bytecode.name} if sys.dont_write_bytecode else {}
        self.output = output
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env={**settings, "PYTHONUNBUFFERED": "1", **environment},
                stdout=file,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    @property
    def text(self) -> str:
        """All that was printed so far."""
        return self.output.read_text("utf-8")

    def wait_for(self, words: str) -> None:
        """Until the words were printed."""
        end = time.monotonic() + PATIENCE
        while words not in self.text:
            assert self.process.poll() is None, f"it ended early:\n{self.text[-3000:]}"
            assert time.monotonic() < end, f"{words!r} was not printed:\n{self.text[-3000:]}"
            time.sleep(0.05)

    def wait(self) -> int:
        """Until it has ended; gives its status."""
        return self.process.wait(PATIENCE)

    def stop(self) -> int:
        """SIGTERM, as a service manager sends it; gives the status."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def group(self) -> set[int]:
        """The living processes of its group."""
        found = set()
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == self.process.pid and fields[0] != "Z":
                found.add(int(path.parent.name))
        return found

    def clear(self) -> None:
        """End whatever of the group still lives."""
        for number in self.group():
            os.kill(number, signal.SIGKILL)
        self.process.wait(PATIENCE)


class Portal(Running):
    """A flask command of the portal that listens on a port."""

    def __init__(self, *command: str, output: Path, port: int = 0, **environment: str) -> None:
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        super().__init__(["-m", "flask", "--app", "wsgi", *command], output, PORT=str(self.port), **environment)

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of a page."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def wait_until_up(self) -> None:
        """Until pages are answered."""
        end = time.monotonic() + PATIENCE
        while True:
            assert self.process.poll() is None, f"it ended early:\n{self.text[-3000:]}"
            try:
                self.get("/healthz")
            except OSError:
                assert time.monotonic() < end, f"it does not answer:\n{self.text[-3000:]}"
                time.sleep(0.05)
            else:
                return

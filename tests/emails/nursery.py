"""Worker processes that a test begins and kills."""

from __future__ import annotations

import collections
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.emails.servers import Manners

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 40.0
"""Seconds that anything may take on a slow machine before a test gives up."""


def wait_until(is_so: Callable[[], object], what: str) -> None:
    """Until something is so."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.02)


class Nursery:
    """One process that begins worker processes with the same settings."""

    def __init__(self, settings: dict[str, Any], output: Path) -> None:
        self.workers: list[int] = []
        with output.open("wb") as file:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.emails.worker_process", json.dumps(settings)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                text=True,
            )
        self.output = output

    def begin(self) -> int:
        """Begin a worker and give its number."""
        assert self._process.stdin is not None
        if not self.workers:
            assert self._said() == "ready", self.output.read_text("utf-8")
        self._process.stdin.write("one more\n")
        self._process.stdin.flush()
        self.workers.append(int(self._said()))
        return self.workers[-1]

    def kill(self, worker: int, how: signal.Signals = signal.SIGKILL) -> None:
        """End a worker and wait until it is gone."""
        os.kill(worker, how)
        wait_until(lambda: not is_alive(worker), "the worker did not end")

    def close(self) -> None:
        """End whatever is left."""
        for worker in self.workers:
            if is_alive(worker):
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def is_alive(worker: int) -> bool:
    """Whether a worker of ours still runs."""
    return Path(f"/proc/{worker}").exists()


def copies(server: Manners) -> dict[str, list[bytes]]:
    """All that the server has taken, by Message-ID: one letter’s copies together."""
    found: dict[str, list[bytes]] = collections.defaultdict(list)
    for taken in server.taken:
        named = re.search(rb"(?m)^Message-ID: (\S+)", taken.raw)
        assert named
        found[named[1].decode()].append(taken.raw)
    return found

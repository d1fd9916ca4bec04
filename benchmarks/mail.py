"""How fast letters leave, and whether a silent mail server slows a form: `python -m benchmarks.mail` (`make bench-mail`).

Everything is a process of its own: mail server, worker, web server. What must hold: 50 letters a second, memory that
does not grow, and a form that is sent at most 1.1 times as slowly with the mail server silent.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks.forms import FormFiller
from benchmarks.serve import settings
from benchmarks.visitor import Server, Side, Visitor, measure_in_turn
from portal import create_app, worker
from portal.clock import utc_now
from portal.directory.load import load_reference_data
from portal.emails import letters, links, outbox
from portal.emails.models import OutboxEmail
from portal.extensions import db

LEAST_PER_SECOND = 50
MOST_MEMORY_GROWTH = 1.1
MOST_SLOWER = 1.1
WORDS = "Thank you for asking for a speaker. Maria Kovalenko looks after your request and will answer by Thursday. " * 6


class MailServer:
    """The quick or silent mail server, as a process."""

    def __init__(self, mode: str) -> None:
        command = [sys.executable, "-m", "benchmarks.mail_server", mode]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = self._number()

    def taken(self) -> int:
        """How many letters it has."""
        assert self._process.stdin is not None
        self._process.stdin.write("how many?\n")
        self._process.stdin.flush()
        return self._number()

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(20)

    def _number(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


def main() -> None:
    """Measure and print; ends with 1 where something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=20_000)
    parser.add_argument("--forms", type=int, default=60, help="forms sent in each of the four rounds")
    parser.add_argument("--worker", nargs=2, metavar=("DATABASE", "PORT"), help="be the worker that is measured")
    arguments = parser.parse_args()
    if arguments.worker:
        database, port = arguments.worker
        worker.run(create_app(**with_mail(database, int(port))))
        return
    holds = drain(arguments.letters)
    holds = forms(arguments.forms) and holds
    sys.exit(0 if holds else 1)


def with_mail(database: str, port: int) -> dict[str, Any]:
    """The settings of a measurement, with a mail server."""
    mail = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": port, "MAIL_TIMEOUT": 10, "WORKER_INTERVAL": 0.5}
    return {**settings(database), **mail}


def prepare(database: str, count: int) -> None:
    """An empty portal with so many letters that wait, each with a private link of its own."""
    app = create_app(**settings(database))
    with app.app_context():
        db.create_all()
        load_reference_data(db.session)
        db.session.commit()
        now = utc_now()
        for start in range(0, count, 1000):
            made = [links.issue(db.session(), "track", start + each, now) for each in range(min(1000, count - start))]
            db.session.flush()
            for link in made:
                facts = {"private_link": links.placeholder(link)}
                letter = letters.compose(
                    "USC-1042: your request", f"Dear Jean,\n\n{WORDS}\n\nSee:\n{{private link}}", "en", facts
                )
                outbox.queue(
                    db.session(), letter, to=f"jean{link.id}@example.org", template="t", role="branch", now=now
                )
            db.session.commit()
        db.session.remove()
        db.engine.dispose()


@contextmanager
def at_work(database: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.mail", "--worker", database, str(port)])
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def drain(count: int) -> bool:
    """Let a worker send everything, and print how fast and with how much memory."""
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "bench.sqlite3")
        prepare(database, count)
        print(f"one fsync takes {fsync_ms(Path(folder)):.2f} ms here")
        server = MailServer("quick")
        readings: list[float] = []
        with at_work(database, server.port) as process:
            while not server.taken():
                time.sleep(0.01)
            begun, at_first = time.perf_counter(), server.taken()
            while (taken := server.taken()) < count:
                if taken >= count // 10 * (len(readings) + 1):
                    readings.append(memory_mb(process.pid))
                time.sleep(0.05)
            took = time.perf_counter() - begun
            cpu_ms = cpu_seconds(process.pid) / count * 1000
            readings.append(memory_mb(process.pid))
        server.close()
        app = create_app(**settings(database))
        with app.app_context():
            unsent = db.session.scalar(select(func.count(OutboxEmail.id)).where(OutboxEmail.state != "sent"))
    rate = (count - at_first) / took
    print(f"{count:,} letters left in {took:.0f} s: {rate:.0f} a second, {cpu_ms:.1f} ms of the worker’s CPU each")
    print("memory in MB: " + " ".join(f"{reading:.0f}" for reading in readings) + f"; not sent: {unsent}")
    return rate >= LEAST_PER_SECOND and readings[-1] <= readings[0] * MOST_MEMORY_GROWTH and not unsent


def forms(times: int) -> bool:
    """Send forms with the mail server quick and with it silent, in turns, and print how long a visitor waits."""
    waited: dict[str, list[float]] = {"quick": [], "silent": []}
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "bench.sqlite3")
        prepare(database, 0)
        with Server("portal", database) as portal:
            sending = Side(portal, FormFiller(Visitor(portal)).ready)
            measure_in_turn([sending], 20)
            for mode in ("quick", "silent", "silent", "quick"):
                server = MailServer(mode)
                with at_work(database, server.port):
                    time.sleep(3)
                    waited[mode].append(measure_in_turn([sending], times)[0].wall_ms)
                server.close()
    quick, silent = (statistics.mean(waited[mode]) for mode in ("quick", "silent"))
    print(f"sending a form, median: {quick:.1f} ms with the mail server quick, {silent:.1f} ms with it silent")
    print(f"ratio {silent / quick:.2f}, at most {MOST_SLOWER}")
    return silent / quick <= MOST_SLOWER


def fsync_ms(folder: Path) -> float:
    """What it costs to have one page on disk for certain."""
    with (folder / "fsync").open("wb") as file:
        begun = time.perf_counter()
        for _ in range(100):
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
        return (time.perf_counter() - begun) * 10


def memory_mb(process: int) -> float:
    """Resident memory."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def cpu_seconds(process: int) -> float:
    """Time on a processor so far."""
    return (
        sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{process}/task").iterdir()) / 1e9
    )


if __name__ == "__main__":
    main()

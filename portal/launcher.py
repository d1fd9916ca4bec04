"""`make run`: everything at once for a person who tries the portal out, in as little time as possible.

The worker is a process of its own, as in production; this process fills the demonstration and then serves. It has the
database prepared by another, whose memory is given back: Alembic alone would take 8 MB of a web process.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import click
from flask import Flask
from sqlalchemy import inspect, text

from portal import demo, server
from portal.clock import utc_now
from portal.extensions import db

FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
WORKER_SECONDS = 15
"""How long the worker may take to end."""


def up(app: Flask) -> None:
    """Prepare what is missing, start the worker and serve until SIGTERM or Ctrl-C."""
    data_dir = Path(app.config["DATA_DIR"])
    if not os.access(data_dir, os.W_OK):
        sys.exit(f"DATA_DIR {data_dir} is not writable. Set DATA_DIR to a folder that is.")
    try:
        listening = server.listen(app.config["HOST"], app.config["PORT"])
    except server.CannotListenError as error:
        sys.exit(str(error))
    if not _is_up_to_date():
        _prepare()
    if app.config["PORTAL_ENV"] == "demo" and demo.is_empty(db.session):
        accounts = demo.fill(app, utc_now())
        _print_accounts(accounts)
    else:
        click.echo(f"The demo accounts stand in {data_dir / demo.ACCOUNTS_FILE}.")
    db.session.remove()
    db.engine.dispose()
    signal.signal(signal.SIGTERM, _leave)
    worker = _start_worker()
    try:
        click.echo(f"The portal answers at {app.config['PUBLIC_URL']} – stop it with Ctrl-C.")
        server.serve(app, listening)
    finally:
        _stop_worker(worker)


def _leave(signum: int, frame: FrameType | None) -> None:
    """Until the server listens to signals itself: leave through the `finally` that stops the worker."""
    raise SystemExit(0)


def newest_migration() -> str:
    """The number of the newest migration, read from the names of the files."""
    versions = Path(__file__).resolve().parent.parent / "migrations" / "versions"
    return max(path.name.split("_")[0] for path in versions.glob("[0-9]*.py"))


def _is_up_to_date() -> bool:
    """Whether the database stands at the newest migration; cheaper than asking Alembic each time."""
    if not inspect(db.engine).has_table("alembic_version"):
        return False
    with db.engine.connect() as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == newest_migration()


def _prepare() -> None:
    """Bring the database up to date, with its reference data. What goes wrong is told by the command itself."""
    done = subprocess.run([*FLASK, "prepare"], stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        sys.exit("The database could not be prepared.")


def _start_worker(**options: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*FLASK, "worker"], **options)


def _stop_worker(worker: subprocess.Popen[bytes]) -> None:
    """Ask the worker to end, and end it where a mail server keeps it: its letter goes again next time."""
    worker.terminate()
    try:
        worker.wait(WORKER_SECONDS)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def _print_accounts(accounts: list[dict[str, str]]) -> None:
    """Show the accounts once; they also stand in the data folder, readable by its owner only."""
    click.echo("Demo accounts, made just now:")
    for line in demo.lines(accounts):
        click.echo(f"  {line}")

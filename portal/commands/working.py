"""The command that does what comes by itself."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from portal import worker
from portal.commands.running import running_app


@click.command("worker")
@click.option("--once", is_flag=True, help="One pass of every duty, then stop.")
@click.option("--at", "moment", default="", help="Pretend that it is this moment (ISO, UTC); demo and tests only.")
@with_appcontext
def run_worker(once: bool, moment: str) -> None:
    """Deliver letters and sweep drafts, again and again."""
    try:
        worker.run(running_app(), once=once, at=moment)
    except ValueError as error:
        sys.exit(str(error))

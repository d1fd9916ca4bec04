"""The command that does what comes by itself."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

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
        worker.run(running_app(), once=once, at=_moment(moment) if moment else None)
    except ValueError as error:
        sys.exit(str(error))


def _moment(text: str) -> datetime:
    """The moment that is meant, in UTC where no zone is named. Raises `click.BadParameter`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"“{text}” is no moment. Write it like 2026-12-01T08:00:00Z.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

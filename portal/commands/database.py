"""Commands for the database: bring it up to date, copy it, put a copy back."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from portal import backups, migrating
from portal.clock import utc_now
from portal.commands.running import reach_database, running_app
from portal.directory.load import load_reference_data
from portal.directory.models import Union
from portal.extensions import db
from portal.submissions import reminders


@click.command("prepare")
@with_appcontext
def prepare() -> None:
    """Bring the database up to date and load the reference data; safe to repeat."""
    reach_database()
    migrating.bring_up_to_date(running_app())
    count = load_reference_data(db.session)
    db.session.commit()
    known = db.session.scalar(select(func.count(Union.id)))
    click.echo(f"The database is up to date; {known} unions are known, {count} of them new or changed.")


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@with_appcontext
def backup(target: Path) -> None:
    """Copy the whole database into one file while the portal runs."""
    try:
        backups.backup(running_app(), target)
    except backups.BackupError as error:
        sys.exit(str(error))
    click.echo(f"The backup stands in {target}.")


@click.command("restore")
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@with_appcontext
def restore(source: Path) -> None:
    """Put a backup in place of an empty or missing database; its unsent letters are held, not sent."""
    try:
        held = backups.restore(running_app(), source)
    except backups.BackupError as error:
        sys.exit(str(error))
    click.echo(f"Restored. {_held(held)}")
    try:
        left = reminders.leave_behind(db.session(), utc_now())
        db.session.commit()
    except (OperationalError, ProgrammingError):
        # A backup from before there were reminders has nothing that could come twice.
        db.session.rollback()
        left = 0
    click.echo(_left(left))


def _held(count: int) -> str:
    """How many letters of a backup are held."""
    if count == 1:
        return "1 unsent letter is held: read it on the mail page."
    return f"{count} unsent letters are held: read them on the mail page." if count else "No letter was unsent."


def _left(count: int) -> str:
    """How many reminders are left out after a backup was restored."""
    if count == 1:
        return "1 reminder that is due now will not come by itself: it may have come before."
    if count:
        return f"{count} reminders that are due now will not come by themselves: they may have come before."
    return "No reminder is due now."

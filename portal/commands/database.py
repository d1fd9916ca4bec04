"""Commands for the database: bring it up to date, copy it, put a copy back."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError

from portal import backups, migrating
from portal.clock import utc_now
from portal.commands.running import running_app
from portal.directory.load import load_reference_data
from portal.extensions import db
from portal.submissions import reminders


@click.command("prepare")
@with_appcontext
def prepare() -> None:
    """Bring the database up to date and load the reference data; safe to repeat."""
    migrating.bring_up_to_date(running_app())
    count = load_reference_data(db.session)
    db.session.commit()
    click.echo(f"The database is up to date; {count} unions are known.")


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
    click.echo(f"Restored. {held} unsent letters are held: read them on the mail page.")
    try:
        left = reminders.leave_behind(db.session(), utc_now())
        db.session.commit()
    except (OperationalError, ProgrammingError):
        # A backup from before there were reminders has nothing that could come twice.
        db.session.rollback()
        left = 0
    click.echo(f"{left} reminders that are due now will not come by themselves: they may have come before.")

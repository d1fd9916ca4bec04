"""The flask commands. Each calls one function; what it does is documented there."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy.exc import OperationalError, ProgrammingError

from portal import backups, demo, health, launcher, reading_copy, server, worker, workflow_pages
from portal.accounts import commands as accounts
from portal.clock import utc_now
from portal.directory.load import load_reference_data
from portal.extensions import db
from portal.submissions import reminders


def init_app(app: Flask) -> None:
    """Make the commands known to flask."""
    for command in (
        prepare,
        serve,
        up,
        run_worker,
        create_coordinator,
        demo_data,
        workflows,
        all_letters,
        status,
        backup,
        restore,
    ):
        app.cli.add_command(command)


@click.command("prepare")
@with_appcontext
def prepare() -> None:
    """Bring the database up to date and load the reference data; safe to repeat."""
    upgrade()
    count = load_reference_data(db.session)
    db.session.commit()
    click.echo(f"The database is up to date; {count} unions are known.")


@click.command("serve")
@click.option("--processes", default=1, show_default=True, help="Web processes on one socket.")
@with_appcontext
def serve(processes: int) -> None:
    """Serve the portal. The worker runs as a process of its own: `flask --app wsgi worker`."""
    app = _application()
    try:
        listening = server.listen(app.config["HOST"], app.config["PORT"])
    except server.CannotListenError as error:
        sys.exit(str(error))
    click.echo(f"The portal answers at http://{app.config['HOST']}:{app.config['PORT']}")
    if processes > 1:
        server.serve_many(app, listening, processes)
    else:
        server.serve(app, listening)


@click.command("up")
@with_appcontext
def up() -> None:
    """Everything at once, for trying the portal out: database, demo data, web server and worker."""
    launcher.up(_application())


@click.command("worker")
@click.option("--once", is_flag=True, help="One pass of every duty, then stop.")
@click.option("--at", "moment", default="", help="Pretend that it is this moment (ISO, UTC); demo and tests only.")
@with_appcontext
def run_worker(once: bool, moment: str) -> None:
    """Deliver letters and sweep drafts, again and again."""
    try:
        worker.run(_application(), once=once, at=moment)
    except ValueError as error:
        sys.exit(str(error))


@click.command("create-coordinator")
@click.argument("email")
@click.option("--name", prompt="Name", help="As branches read it in letters.")
@click.option("--role", type=click.Choice(["viewer", "coordinator", "admin"]), default="coordinator", show_default=True)
@click.option("--money", is_flag=True, help="May set and waive fees, and change letters to treasurers.")
@with_appcontext
def create_coordinator(email: str, name: str, role: str, money: bool) -> None:
    """Make an account. The password is made at random and printed once."""
    try:
        password = accounts.create_coordinator(email=email, name=name, role=role, now=utc_now(), may_handle_money=money)
    except ValueError as error:
        sys.exit(str(error))
    db.session.commit()
    click.echo(f"{email} may sign in with the password {password} and should change it at once.")


@click.command("demo-data")
@with_appcontext
def demo_data() -> None:
    """Fill an empty database with invented requests; refuses one that holds anything."""
    try:
        accounts = demo.fill(_application(), utc_now())
    except demo.NotEmptyError as error:
        sys.exit(str(error))
    click.echo("Invented requests were made, and these accounts:")
    for line in demo.lines(accounts):
        click.echo(f"  {line}")


@click.command("workflows")
@click.option("--check", is_flag=True, help="Only say whether docs/workflows.md is up to date.")
@with_appcontext
def workflows(check: bool) -> None:
    """Print docs/workflows.md from the rows of every kind."""
    path = Path(_application().root_path).parent / "docs" / "workflows.md"
    text = workflow_pages.page()
    if check:
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            sys.exit("docs/workflows.md is stale: run `flask --app wsgi workflows`.")
        return
    path.write_text(text, encoding="utf-8")
    click.echo(f"Wrote {path.name}.")


@click.command("letters")
@click.option("--html", "target", type=click.Path(path_type=Path), help="Write one HTML file instead of plain text.")
@with_appcontext
def all_letters(target: Path | None) -> None:
    """Print all letters in both languages, filled in with examples, to be read aloud."""
    if target is None:
        click.echo(reading_copy.as_text(db.session()), nl=False)
        return
    target.write_text(reading_copy.as_html(db.session()), encoding="utf-8")
    click.echo(f"All letters stand in {target}.")


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="The figures of /healthz, for machines.")
@with_appcontext
def status(as_json: bool) -> None:
    """How the post is doing; ends with 1 while somebody has to look after it."""
    found = health.figures(db.session, utc_now())
    for line in [json.dumps(found)] if as_json else health.sentences(found):
        click.echo(line)
    sys.exit(1 if found["alarm"] else 0)


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@with_appcontext
def backup(target: Path) -> None:
    """Copy the whole database into one file while the portal runs."""
    try:
        backups.backup(_application(), target)
    except backups.BackupError as error:
        sys.exit(str(error))
    click.echo(f"The backup stands in {target}.")


@click.command("restore")
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@with_appcontext
def restore(source: Path) -> None:
    """Put a backup in place of an empty or missing database; its unsent letters are held, not sent."""
    try:
        held = backups.restore(_application(), source)
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


def _application() -> Flask:
    running: Any = current_app
    app: Flask = running._get_current_object()
    return app

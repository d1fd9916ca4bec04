"""Commands for trying the portal out: everything at once, and the invented data."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from portal import demo, launcher
from portal.clock import utc_now
from portal.commands.running import running_app


@click.command("up")
@with_appcontext
def up() -> None:
    """Everything at once, for trying the portal out: database, demo data, web server and worker."""
    launcher.up(running_app())


@click.command("demo-data")
@with_appcontext
def demo_data() -> None:
    """Fill an empty database with invented requests; refuses one that holds anything."""
    try:
        accounts = demo.fill(running_app(), utc_now())
    except demo.NotEmptyError as error:
        sys.exit(str(error))
    click.echo("Invented requests were made, and these accounts:")
    for line in demo.lines(accounts):
        click.echo(f"  {line}")

"""Alembic's own commands, for whoever changes the tables."""

from __future__ import annotations

import click
from flask.cli import with_appcontext
from flask_migrate import cli

from portal import migrating
from portal.commands.running import running_app


@click.group("db", commands=cli.db.commands)
@with_appcontext
def migrations() -> None:
    """Look at the migrations, and write new ones."""
    migrating.init_app(running_app())

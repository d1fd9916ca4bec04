"""The flask commands. Each calls one function; what it does is documented there.

A command is loaded when it is called: a web process would else hold the worker, the demonstration and Alembic in its
memory for as long as it lives.
"""

from __future__ import annotations

from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup

COMMANDS = {
    "prepare": "database:prepare",
    "serve": "serving:serve",
    "up": "trying_out:up",
    "worker": "working:run_worker",
    "create-coordinator": "desk:create_coordinator",
    "demo-data": "trying_out:demo_data",
    "workflows": "texts:workflows",
    "letters": "texts:all_letters",
    "status": "desk:status",
    "backup": "database:backup",
    "restore": "database:restore",
    "db": "migrations:migrations",
}
"""The module of this package, and the function in it."""


class Commands(AppGroup):
    """The portal's commands, each loaded when somebody calls it or asks what it is for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; None where there is none."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, _, function = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"{__name__}.{module}"), function)
        return command


def init_app(app: Flask) -> None:
    """Make the commands known to flask."""
    app.cli = Commands(app.name)

"""Commands for whoever looks after the desk: accounts, and how the post is doing."""

from __future__ import annotations

import json
import sys

import click
from flask.cli import with_appcontext

from portal import health
from portal.accounts import commands as accounts
from portal.clock import utc_now
from portal.commands.running import reach_database
from portal.extensions import db
from portal.own_transaction import reading


@click.command("create-coordinator")
@click.argument("email")
@click.option("--name", prompt="Name", help="As branches read it in letters.")
@click.option("--role", type=click.Choice(["viewer", "coordinator", "admin"]), default="coordinator", show_default=True)
@click.option("--money", is_flag=True, help="May set and waive fees, and change letters to treasurers.")
@with_appcontext
def create_coordinator(email: str, name: str, role: str, money: bool) -> None:
    """Make an account. The password is made at random and printed once."""
    reach_database()
    try:
        password = accounts.create_coordinator(email=email, name=name, role=role, now=utc_now(), may_handle_money=money)
    except ValueError as error:
        sys.exit(str(error))
    db.session.commit()
    click.echo(f"{email} may sign in with the password {password} and should change it at once.")


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="The figures of /healthz, for machines.")
@with_appcontext
def status(as_json: bool) -> None:
    """How the post is doing; ends with 1 while somebody has to look after it."""
    # As with /healthz: what only reads goes on while another holds the lock.
    with reading():
        found = health.figures(db.session, utc_now())
    for line in [json.dumps(found)] if as_json else health.sentences(found):
        click.echo(line)
    sys.exit(1 if found["alarm"] else 0)

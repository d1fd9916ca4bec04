"""The command that serves pages. What is loaded here stays in the memory of every web process."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from portal import server
from portal.commands.running import running_app


@click.command("serve")
@click.option("--processes", default=1, show_default=True, help="Web processes on one socket.")
@with_appcontext
def serve(processes: int) -> None:
    """Serve the portal. The worker runs as a process of its own: `flask --app wsgi worker`."""
    app = running_app()
    try:
        listening = server.listen(app.config["HOST"], app.config["PORT"])
    except server.CannotListenError as error:
        sys.exit(str(error))
    click.echo(f"The portal answers at http://{app.config['HOST']}:{app.config['PORT']}")
    if processes > 1:
        server.serve_many(app, listening, processes)
    else:
        server.serve(app, listening)

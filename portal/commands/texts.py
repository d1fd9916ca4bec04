"""Commands that print: the workflows of all kinds, and every letter."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from portal import reading_copy, workflow_pages
from portal.commands.running import running_app
from portal.extensions import db


@click.command("workflows")
@click.option("--check", is_flag=True, help="Only say whether docs/workflows.md is up to date.")
@with_appcontext
def workflows(check: bool) -> None:
    """Print docs/workflows.md from the rows of every kind."""
    path = Path(running_app().root_path).parent / "docs" / "workflows.md"
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
    try:
        target.write_text(reading_copy.as_html(db.session()), encoding="utf-8")
    except OSError as error:
        sys.exit(f"The letters cannot be written to {target}: {error.strerror}.")
    click.echo(f"All letters stand in {target}.")

"""What a web process holds in its memory: nothing that only the worker, a command or a test needs.

Proved by what is loaded, in a fresh process, and not by megabytes, which every machine counts differently.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ELSEWHERE = {
    "alembic": "8 MB with the template language and highlighter it brings; portal/migrating.py is for commands",
    "flask_migrate": "loads Alembic",
    "mako": "comes with Alembic",
    "pygments": "comes with Mako",
    "holidays": "11 MB once it is asked: the calendars of all countries; see uk_bank_holidays.csv",
    "css_inline": "the shell of letters stands ready with its styles: tests/emails/test_html_part.py makes it",
    "sqlalchemy.dialects.postgresql": "4 MB, for those who use it; see pass_on_conditions in extensions.py",
    "highspy": "the solver belongs to the worker’s own processes",
    "numpy": "comes with the solver",
    "docx": "19 MB with lxml: the package documents loads it when a file is asked for",
    "lxml": "comes with python-docx",
    "portal.worker": "the worker is a process of its own",
    "portal.demo": "is called by commands",
    "portal.stories": "are told by the demonstration",
    "portal.launcher": "is called by a command",
    "portal.migrating": "is called by commands",
    "portal.backups": "is called by commands",
    "portal.reading_copy": "is called by a command",
    "portal.workflow_pages": "is called by a command",
    "unittest": "no library that tests with it should be loaded",
}
"""Modules that no web process loads, and why."""
PROGRAM = """
import json, sys
import click
from wsgi import app
from portal.directory.load import load_reference_data
from portal.extensions import db
with app.app_context():
    db.create_all()
    load_reference_data(db.session)
    db.session.commit()
    app.cli.get_command(click.Context(app.cli), {command!r})
client = app.test_client()
answers = {{path: client.get(path).status_code for path in ("/", "/uk/", "/login", "/contact", "/healthz")}}
json.dump({{"modules": sorted(sys.modules), "answers": answers}}, sys.stdout)
"""


def loaded_by(command: str, folder: Path) -> tuple[set[str], dict[str, int]]:
    """The modules of a process that was called with a flask command and has answered some pages."""
    keep = {name: os.environ[name] for name in ("PATH", "PYTHONPYCACHEPREFIX", "LD_LIBRARY_PATH") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(command=command)],
        cwd=ROOT,
        env=keep | {"PORTAL_ENV": "test", "DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    return set(told["modules"]), told["answers"]


def test_a_web_process_loads_only_what_it_needs(tmp_path: Path) -> None:
    modules, answers = loaded_by("serve", tmp_path)
    assert set(answers.values()) == {200}, answers
    assert "portal.server" in modules
    wrong = [f"{name}: {why}" for name, why in ELSEWHERE.items() if name in modules]
    assert not wrong, f"a web process loads {wrong}"


@pytest.mark.parametrize(("command", "module"), [("worker", "portal.worker"), ("db", "alembic")])
def test_a_command_loads_what_it_needs(command: str, module: str, tmp_path: Path) -> None:
    modules, _ = loaded_by(command, tmp_path)
    assert module in modules

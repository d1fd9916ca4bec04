"""The floor: the least a Flask application can do for the same pages, on the same database and server.

One indexed query of 50 rows and a small hand-written template, with a connection for each request as Flask's own
tutorial has it; no sign-in, no CSRF, no layout.

A step of the form is a page with the fields of the portal's second step, written by hand, and a POST that stores the
same answers with one durable insert and redirects. What is submitted is the whole form, and so its floor is a page with
the fields of all four steps, and a POST with the answers to all of them, stored in one insert: those of one step are a
third of what is sent, without the longest lists to choose from. Nothing is checked, and no letter is written.
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from flask import Flask, g, redirect, render_template, request
from jinja2 import DictLoader
from werkzeug.wrappers import Response as Answer

from portal.directory.tables import read_table

ROWS = """<!doctype html><title>Queue</title><table>{% for row in rows %}<tr><td><a href="/case/{{ row.id }}">{{ row.heading }}</a>
<td>{{ row.kind }}<td>{{ row.state }}<td>{{ row.meeting_on }}<td>{{ row.received_at }}</tr>{% endfor %}</table>"""
CASE = """<!doctype html><title>{{ row.heading }}</title><h1>{{ row.heading }}</h1><p>{{ row.state }} {{ row.notes }}</p>
<ul>{% for event in events %}<li>{{ event.name }} {{ event.at }}</li>{% endfor %}</ul>"""
FIELDS = {path.stem: path.read_text() for path in (Path(__file__).parent / "floor_pages").iterdir()}
"""The fields of each step, written by hand."""
FORM = '<!doctype html><title>Form</title><form method="post">{}<button>Continue</button></form>'
SELECT = "SELECT id, heading, kind, state, meeting_on, received_at, notes FROM submissions"


def pages() -> dict[str, str]:
    """The templates of the form: the step that is measured, and the whole."""
    whole = "".join(FIELDS[step] for step in ("branch", "meeting", "speaker", "you"))
    return {"step.html": FORM.format(FIELDS["meeting"]), "whole.html": FORM.format(whole)}


def listed(table: str, column: str) -> list[tuple[str, str]]:
    """Slugs and words of a reference table, for a list to choose from."""
    return [(row["slug"], row[column]) for row in read_table(table)]


def make(path: str) -> Flask:
    """The floor on the database file at `path`."""
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"rows.html": ROWS, "case.html": CASE} | pages())
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS floor_rows (id integer PRIMARY KEY, body text)")
    connection.close()
    choices = {
        "unions": listed("uk_unions", "full_name"),
        "sectors": listed("sectors", "name_en"),
        "topics": listed("topics", "name_en"),
    }

    def database() -> sqlite3.Connection:
        # A connection for each request, as Flask's own tutorial has it.
        if "connection" not in g:
            g.connection = sqlite3.connect(path)
            g.connection.row_factory = sqlite3.Row
            g.connection.execute("PRAGMA synchronous=FULL")
        connection: sqlite3.Connection = g.connection
        return connection

    @app.teardown_appcontext
    def close(error: BaseException | None = None) -> None:
        connection = g.pop("connection", None)
        if connection is not None:
            connection.close()

    def rows(condition: str, *values: object) -> str:
        found = database().execute(f"{SELECT} WHERE {condition} LIMIT 50", values).fetchall()
        return render_template("rows.html", rows=found)

    def insert() -> None:
        answers = request.form.to_dict(flat=False)
        database().execute("INSERT INTO floor_rows (body) VALUES (?)", (json.dumps(answers),))
        database().commit()

    @app.get("/queue")
    def queue() -> str:
        return rows("is_open = 1 AND turn = 'us' ORDER BY queue_on, id")

    @app.get("/deep")
    def deep() -> str:
        return rows("id < ? ORDER BY id DESC", int(request.args["after"]))

    @app.get("/filtered")
    def filtered() -> str:
        return rows("region_slug = 'wales' AND is_open = 1 ORDER BY queue_on, id")

    @app.get("/search")
    def search() -> str:
        word = request.args["q"]
        return rows(
            "id IN (SELECT rowid FROM submission_search WHERE submission_search MATCH ?) ORDER BY id DESC", f'"{word}"*'
        )

    @app.get("/case/<int:number>")
    def case(number: int) -> str:
        row = database().execute(f"{SELECT} WHERE id = ?", (number,)).fetchone()
        events = database().execute("SELECT name, at FROM events WHERE submission_id = ?", (number,)).fetchall()
        return render_template("case.html", row=row, events=events)

    @app.get("/step")
    def step() -> str:
        return render_template("step.html")

    @app.post("/step")
    def keep() -> Answer:
        insert()
        return redirect("/whole")

    @app.get("/whole")
    def whole() -> str:
        return render_template("whole.html", **choices)

    @app.post("/whole")
    def submit() -> Answer:
        insert()
        return redirect("/step")

    return app

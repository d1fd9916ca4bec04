"""The floor: the least a Flask application can do for the same pages, on the same database and server.

One indexed query of 50 rows and a small hand-written template, with a connection for each request as Flask's own
tutorial has it; no sign-in, no CSRF, no layout. A form step is a page with the same number of fields written by hand and
a POST that redirects; submitting is one durable insert.
"""

from __future__ import annotations

import json
import sqlite3

from flask import Flask, g, redirect, render_template, request
from jinja2 import DictLoader
from werkzeug.wrappers import Response as Answer

ROWS = """<!doctype html><title>Queue</title><table>{% for row in rows %}<tr><td><a href="/case/{{ row.id }}">{{ row.heading }}</a>
<td>{{ row.kind }}<td>{{ row.state }}<td>{{ row.meeting_on }}<td>{{ row.received_at }}</tr>{% endfor %}</table>"""
CASE = """<!doctype html><title>{{ row.heading }}</title><h1>{{ row.heading }}</h1><p>{{ row.state }} {{ row.notes }}</p>
<ul>{% for event in events %}<li>{{ event.name }} {{ event.at }}</li>{% endfor %}</ul>"""
FORM = (
    "<!doctype html><title>Form</title><form method=post>"
    + "{% for name in names %}<p><label for=f{{ loop.index }}>{{ name }}</label>"
    "<input id=f{{ loop.index }} name=f{{ loop.index }}></p>{% endfor %}<button>Continue</button></form>"
)
NAMES = [f"Field {number}" for number in range(1, 19)]
SELECT = "SELECT id, heading, kind, state, meeting_on, received_at, notes FROM submissions"


def make(path: str) -> Flask:
    """The floor on the database file at `path`."""
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"rows.html": ROWS, "case.html": CASE, "form.html": FORM})
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS floor_rows (id integer PRIMARY KEY, body text)")
    connection.close()

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
        database().execute("INSERT INTO floor_rows (body) VALUES (?)", (json.dumps(request.form),))
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

    @app.get("/form")
    def form() -> str:
        return render_template("form.html", names=NAMES)

    @app.post("/form")
    def step() -> Answer:
        insert()
        return redirect("/form")

    @app.post("/submit")
    def submit() -> Answer:
        insert()
        return redirect("/form")

    return app

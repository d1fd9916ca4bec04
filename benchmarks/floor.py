"""The floor: the least a Flask application can do for the same pages, on the same database and server.

One indexed query of 50 rows and a small hand-written template; no sign-in, no CSRF, no layout. A form step is a page
with the same number of fields written by hand and a POST that redirects; submitting is one durable insert.
"""

from __future__ import annotations

import sqlite3
import threading

from flask import Flask, redirect, request
from werkzeug.wrappers import Response as Answer

ROWS = """<!doctype html><title>Queue</title><table>{% for row in rows %}<tr><td><a href="/case/{{ row[0] }}">{{ row[1] }}</a>
<td>{{ row[2] }}<td>{{ row[3] }}<td>{{ row[4] }}</tr>{% endfor %}</table>"""
CASE = """<!doctype html><title>{{ row[1] }}</title><h1>{{ row[1] }}</h1><p>{{ row[2] }}</p>
<ul>{% for event in events %}<li>{{ event[0] }} {{ event[1] }}</li>{% endfor %}</ul>"""
FORM = (
    "<!doctype html><title>Form</title><form method=post>"
    + "{% for name in names %}<p><label for=f{{ loop.index }}>{{ name }}</label>"
    "<input id=f{{ loop.index }} name=f{{ loop.index }}></p>{% endfor %}<button>Continue</button></form>"
)
NAMES = [f"Field {number}" for number in range(1, 19)]
SELECT = "SELECT id, heading, state, queue_on, received_at FROM submissions"


def make(path: str) -> Flask:
    """The floor on the database file at `path`."""
    app = Flask(__name__)
    # Compiled once, as files would be: a template given as text would be compiled for every request.
    rows_page, case_page, form_page = (app.jinja_env.from_string(source) for source in (ROWS, CASE, FORM))
    local = threading.local()

    def database() -> sqlite3.Connection:
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(path, isolation_level=None)
            local.connection.execute("PRAGMA journal_mode=WAL")
            local.connection.execute("PRAGMA synchronous=FULL")
            local.connection.execute("CREATE TABLE IF NOT EXISTS floor_rows (id integer PRIMARY KEY, body text)")
        connection: sqlite3.Connection = local.connection
        return connection

    def rows(condition: str, *values: object) -> str:
        found = database().execute(f"{SELECT} WHERE {condition} LIMIT 50", values).fetchall()
        return rows_page.render(rows=found)

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
        return case_page.render(row=row, events=events)

    @app.get("/form")
    def form() -> str:
        return form_page.render(names=NAMES)

    @app.post("/form")
    def step() -> Answer:
        database().execute("INSERT INTO floor_rows (body) VALUES (?)", (str(dict(request.form)),))
        return redirect("/form")

    @app.post("/submit")
    def submit() -> Answer:
        database().execute("INSERT INTO floor_rows (body) VALUES (?)", (str(dict(request.form)),))
        return redirect("/form")

    return app

"""Taking speakers in from a spreadsheet: a look at each row’s fate first, then one button that does what was shown.

Nothing of a sheet is kept here: the page that shows the rows carries the text itself, and it is read again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import structlog
from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from portal.clock import london_day, utc_now
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import me
from portal.extensions import db
from portal.security import needs
from portal.speakers import importing, keeping, spreadsheet
from portal.speakers.importing import Fate, What
from portal.speakers.spreadsheet import SheetError

EXAMPLE = {
    "name": "Solomiia Zirka-Prykladna",
    "name_uk": "Соломія Зірка-Прикладна",
    "kind": "Ukrainian trade unionist",
    "email": "zirka@example.org",
    "phone": "07700 900145",
    "language": "Ukrainian",
    "lives_in": "In the UK",
    "outcode": "LS6",
    "most_miles": "60",
    "formats": "In the room; online",
    "languages": "Ukrainian (fluent), English (good)",
    "union": "UNISON",
    "ukrainian_union": "Be Like Nina",
    "sector": "Health",
    "topics": "health; women",
    "experience": "Steady",
    "most_a_month": "2",
    "notes": "Made up: take this line out.",
}
WORDS = {What.ADDED: "Added", What.CHANGED: "Changed", What.SAME: "Known, the same", What.REFUSED: "Refused"}
LOOKS = {What.ADDED: "confirmed", What.CHANGED: "checking", What.SAME: "done", What.REFUSED: "branch"}
AGAIN = "Nothing was imported: the register has changed since the rows were shown. Look at them again."
log = structlog.get_logger("portal.speakers")


@blueprint.get("/speakers/import")
@needs("coordinator")
def import_speakers() -> str:
    """A file or pasted rows, and the template."""
    return _empty("", "")


@blueprint.get("/speakers/import/template.csv")
@needs("coordinator")
def import_template() -> Response:
    """The headings and one made-up line."""
    return FlaskResponse(
        spreadsheet.template(EXAMPLE),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="speakers.csv"'},
    )


@blueprint.post("/speakers/import")
@needs("coordinator")
def check_import() -> str:
    """What would become of each row. Nothing is written."""
    pasted = request.form.get("rows", "")
    sent = request.files.get("file")
    try:
        text, guess = spreadsheet.decode(sent.stream.read()) if sent and sent.filename else (pasted, "")
        sheet = spreadsheet.read(text)
    except SheetError as wrong:
        return _empty(pasted, str(wrong.args[0]))
    found = importing.fates(db.session(), sheet, london_day(utc_now()))
    return _shown(text, found, sheet.ignored, guess)


@blueprint.post("/speakers/import/do")
@needs("coordinator")
def do_import() -> str | Response | tuple[str, int]:
    """Do exactly what was shown; a second press finds that it is done."""
    text, now = request.form.get("rows", ""), utc_now()
    today = london_day(now)
    try:
        sheet = spreadsheet.read(text)
    except SheetError as wrong:
        return _empty(text, str(wrong.args[0]))
    found = importing.fates(db.session(), sheet, today)
    if importing.seal_of(found) != request.form.get("digest"):
        return _changed_meanwhile(text, today)
    try:
        _do(found)
    except (keeping.AlreadyKnownError, StaleDataError):
        db.session.rollback()
        return _changed_meanwhile(text, today)
    counts = Counter(fate.what for fate in found)
    log.info(
        "speakers_imported", coordinator_id=current_user.id, added=counts[What.ADDED], changed=counts[What.CHANGED]
    )
    flash(f"{_people(counts[What.ADDED])} added and {_people(counts[What.CHANGED])} changed.", "success")
    return redirect(url_for("dashboard.speakers"), 303)


def _do(found: Sequence[Fate]) -> None:
    """Import in one transaction after the other, each so short that nobody else waits for a long sheet."""
    todo = [fate for fate in found if fate.what in (What.ADDED, What.CHANGED)]
    for start in range(0, len(todo), importing.AT_ONCE):
        importing.bring_in(db.session(), todo[start : start + importing.AT_ONCE], by=me(), now=utc_now())
        db.session.commit()


def _changed_meanwhile(text: str, today: date) -> tuple[str, int]:
    """The rows as they stand now: somebody was faster, or it was done already."""
    sheet = spreadsheet.read(text)
    found = importing.fates(db.session(), sheet, today)
    is_done = not any(fate.what in (What.ADDED, What.CHANGED) for fate in found)
    note = "All of this stands in the register already. Nothing was imported twice." if is_done else AGAIN
    return _shown(text, found, sheet.ignored, "", note), 409


def _people(count: int) -> str:
    return "1 speaker was" if count == 1 else f"{count} speakers were"


def _empty(pasted: str, error: str) -> str:
    return render_template("dashboard/speaker_import.html", pasted=pasted, error=error, has_errors=bool(error))


def _shown(text: str, found: Sequence[Fate], ignored: Sequence[str], guess: str, note: str = "") -> str:
    counts = Counter(fate.what for fate in found)
    return render_template(
        "dashboard/speaker_import_rows.html",
        text=text,
        rows=[
            (
                fate.number,
                fate.name,
                WORDS[fate.what],
                LOOKS[fate.what],
                fate.told,
                url_for("dashboard.speaker", speaker_id=fate.speaker.id) if fate.speaker else "",
            )
            for fate in found
        ],
        counts=[(WORDS[what], counts[what]) for what in What],
        does_something=bool(counts[What.ADDED] or counts[What.CHANGED]),
        added=counts[What.ADDED],
        ignored=ignored,
        guess=guess,
        note=note,
        digest=importing.seal_of(found),
    )

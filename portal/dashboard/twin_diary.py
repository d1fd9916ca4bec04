"""The diary of a twinning on the desk: everything in it, an entry of our own, and what may be let out to the public."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from portal.clock import london_day, utc_now
from portal.dashboard import words
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import find
from portal.extensions import db
from portal.security import needs
from portal.submissions.forms import FormContext
from portal.twinning import diary, unnamed
from portal.twinning.diary_entry import BODY, BRANCH, PUBLIC, US, DiaryEntry
from portal.twinning.diary_forms import NAMES, EntryAtDesk
from portal.twinning.models import TwinningProposal

WRITTEN_BY = {BRANCH: "by the branch", BODY: "by the body", US: "by us"}
SEEN_BY = {"both": "Both sides see it", "coordinators": "Only whoever wrote it and we see it", "public": "Public"}


@blueprint.get("/requests/<int:number>/diary")
@needs("coordinator")
def twin_diary(number: int) -> str:
    """Everything in the diary of a twinning."""
    return _page(_find(number), EntryAtDesk(context=_context()))


@blueprint.post("/requests/<int:number>/diary")
@needs("coordinator")
def write_in_diary(number: int) -> str | Response:
    """Keep an entry of ours; sent twice it is still one."""
    proposal = _find(number)
    typed = MultiDict([(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"])
    form = EntryAtDesk(typed, context=_context())
    form.twin = proposal
    if not form.validate():
        return _page(proposal, form)
    diary.write(db.session(), proposal, form.cleaned(), side=US, now=utc_now(), coordinator_id=current_user.id)
    db.session.commit()
    flash("The entry is kept.", "success")
    return _back(number)


@blueprint.post("/requests/<int:number>/diary/<int:entry>")
@needs("coordinator")
def decide_diary_entry(number: int, entry: int) -> Response:
    """Let an entry out to the public, keep it between both sides, or take one out that is dangerous."""
    session, now = db.session(), utc_now()
    found = next((each for each in diary.entries_for_us(session, _find(number).id) if each.id == entry), None)
    if found is None:
        flash("This entry was taken out meanwhile.", "error")
        return _back(number)
    act = request.form.get("act")
    if act == "take-out":
        diary.take_out(session, found, now)
        said = "The entry is taken out."
    elif request.form.get("written") != _mark(found):
        flash("The entry was written anew meanwhile. Read it once more.", "error")
        return _back(number)
    elif act == "let-out" and found.audience == PUBLIC:
        diary.let_out(session, found, coordinator_id=current_user.id, now=now)
        said = "Anybody may see it now, once its time has come."
    else:
        diary.keep_between_them(session, found, coordinator_id=current_user.id, now=now)
        said = "It stays between both sides."
    session.commit()
    flash(said, "success")
    return _back(number)


def _find(number: int) -> TwinningProposal:
    """The proposal whose diary it is; 404 for one without a twin."""
    found = find(db.session, number)
    if not isinstance(found, TwinningProposal) or not found.has_diary:
        abort(404)
    return found


def _back(number: int) -> Response:
    return redirect(url_for("dashboard.twin_diary", number=number), 303)


def _context() -> FormContext:
    return FormContext(today=london_day(utc_now()), by_hand=True)


def _mark(entry: DiaryEntry) -> str:
    """What tells one writing of an entry from the next."""
    return entry.written_at.isoformat()


def _page(proposal: TwinningProposal, form: Any) -> str:
    today, tells = london_day(utc_now()), unnamed.for_anybody(proposal)
    return render_template(
        "dashboard/diary.html",
        submission=proposal,
        form=form,
        has_errors=bool(form.errors),
        entries=[_shown(each, today, tells) for each in diary.entries_for_us(db.session(), proposal.id)],
    )


def _shown(entry: DiaryEntry, today: date, tells: Callable[[str], tuple[str, ...]]) -> dict[str, Any]:
    """One entry in words, and whether it waits to be read."""
    is_public = entry.audience == PUBLIC
    waits = is_public and entry.let_out_at is None
    seen = SEEN_BY[entry.audience]
    if is_public:
        seen = "Waits to be read: only both sides see it" if waits else "Let out to the public"
    return {
        "number": entry.id,
        "kind": NAMES.get(entry.kind, ""),
        "day": words.plain_day(entry.happened_on, today),
        "by": WRITTEN_BY[entry.side],
        "words": entry.words,
        "report": entry.report,
        "language": entry.language,
        "seen": seen,
        "waits": waits,
        "is_public": is_public,
        # Nobody lets a name out unseen: whatever either side could be told by is named above the button.
        "telling": tells(f"{entry.words}\n{entry.report}") if is_public else (),
        "is_visit": entry.kind in diary.VISITS,
        "mark": _mark(entry),
    }

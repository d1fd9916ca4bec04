"""What a coordinator does about one speaker: the link again, pausing, taking out, vetoes, hiding at once.

Hiding is open to every coordinator and needs no version: whoever is in danger cannot wait. Only an admin shows
somebody again.
"""

from __future__ import annotations

import structlog
from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from portal.clock import london_day, utc_now
from portal.dashboard import words
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import me
from portal.dashboard.request_page import opened
from portal.dashboard.speakers import commit, find, insist
from portal.directory.folding import fold
from portal.directory.models import Branch, Union
from portal.directory.unions import find_union
from portal.extensions import db
from portal.security import needs
from portal.speakers import keeping, leaving, register_letters, vetoes
from portal.speakers.register import Speaker
from portal.submissions.dates import DateNotUnderstood, understand_date
from portal.submissions.history import Mover
from portal.submissions.typed import clean_line, clean_text
from portal.submissions.whole import LARGEST_NUMBER
from portal.submissions.workflow import Actor

BRANCHES_SHOWN = 10
LONGEST_WORDS = 500
log = structlog.get_logger("portal.speakers")


@blueprint.post("/speakers/<int:speaker_id>/link")
@needs("coordinator")
def send_speaker_link(speaker_id: int) -> Response:
    """Send the link to their own page again."""
    found = find(speaker_id)
    if found.left_at is None and register_letters.send_link(db.session(), found, by=me(), now=utc_now()):
        db.session.commit()
        flash("The link to their own page is on its way.", "success")
    else:
        flash("No letter can be sent: there is no address, or they have left.", "error")
    return _back(found)


@blueprint.route("/speakers/<int:speaker_id>/pause", methods=["GET", "POST"])
@needs("coordinator")
def pause_speaker(speaker_id: int) -> str | Response:
    """Ask them nothing for a while: until a day, or until somebody says so."""
    found = find(speaker_id)
    typed = clean_line(request.form.get("until", ""))
    error = ""
    if request.method == "POST":
        insist(found)
        now = utc_now()
        today = london_day(now)
        until = None
        try:
            until = understand_date(typed, today) if typed else None
        except DateNotUnderstood as refusal:
            error = str(refusal.args[0])
        if until is not None and until <= today:
            error = "Enter a day that is still to come, or leave it empty"
        if not error:
            keeping.pause(db.session(), found, now, until=until)
            commit()
            end = f" before {words.long_day(until)}" if until else " until you say so"
            flash(f"They are asked for nothing{end}.", "success")
            return _back(found)
    return render_template(
        "dashboard/speaker_pause.html",
        speaker=found,
        typed=typed,
        error=error,
        has_errors=bool(error),
        opened=opened(utc_now()),
    )


@blueprint.post("/speakers/<int:speaker_id>/resume")
@needs("coordinator")
def resume_speaker(speaker_id: int) -> Response:
    """End the pause."""
    found = find(speaker_id)
    insist(found)
    keeping.resume(db.session(), found, utc_now())
    commit()
    flash("They can be asked again.", "success")
    return _back(found)


@blueprint.route("/speakers/<int:speaker_id>/take-out", methods=["GET", "POST"])
@needs("coordinator")
def take_out_speaker(speaker_id: int) -> str | Response:
    """Ask first, then take them out: they wish to leave, or moved away. What we know of them is emptied."""
    found = find(speaker_id)
    if found.left_at is not None:
        return _back(found)
    if request.method == "POST":
        insist(found)
        leaving.leave(db.session(), found, utc_now(), Mover(Actor.COORDINATOR, me()))
        commit()
        log.info("speaker_taken_out", speaker_id=speaker_id, coordinator_id=current_user.id)
        flash("They are out of the register, and what we knew of them is deleted.", "success")
        return redirect(url_for("dashboard.speakers"), 303)
    return render_template("dashboard/speaker_take_out.html", speaker=found, opened=opened(utc_now()))


@blueprint.route("/speakers/<int:speaker_id>/vetoes/new", methods=["GET", "POST"])
@needs("coordinator")
def new_veto(speaker_id: int) -> str | Response:
    """Note a branch, or a whole union, that they do not wish to visit."""
    found = find(speaker_id)
    typed = clean_line(request.values.get("q", ""))[:100]
    said = clean_text(request.form.get("words", ""))
    error = ""
    if request.method == "POST":
        insist(found)
        branch, union = _branch(request.form.get("branch", "")), find_union(request.form.get("union", ""))
        if (branch is None) == (union is None):
            error = "Choose a branch or a union, one of them"
        elif len(said) > LONGEST_WORDS:
            error = f"Shorten the note to {LONGEST_WORDS} letters or fewer"
        else:
            vetoes.add(db.session(), found, branch=branch, union=union, words=said, now=utc_now())
            commit()
            flash("It is noted. Nobody can override it.", "success")
            return _back(found)
    return render_template(
        "dashboard/speaker_veto.html",
        speaker=found,
        typed=typed,
        words=said,
        error=error,
        has_errors=bool(error),
        branches=_branches(typed) if typed else [],
        unions=db.session.execute(select(Union.slug, Union.short_name).order_by(Union.short_name)).all(),
        picked=request.form.get("union", ""),
        opened=opened(utc_now()),
    )


@blueprint.post("/speakers/<int:speaker_id>/vetoes/<int:veto_id>/remove")
@needs("coordinator")
def remove_veto(speaker_id: int, veto_id: int) -> Response:
    """Take a veto back."""
    found = find(speaker_id)
    insist(found)
    if not vetoes.remove(db.session(), found, veto_id, now=utc_now()):
        abort(404)
    commit()
    flash("It is taken back.", "success")
    return _back(found)


@blueprint.route("/speakers/<int:speaker_id>/lock", methods=["GET", "POST"])
@needs("coordinator")
def lock_speaker(speaker_id: int) -> str | Response:
    """Say what locking does, then hide them at once."""
    found = find(speaker_id)
    if request.method == "POST":
        cancelled = _hide(found)
        log.warning("speaker_locked", speaker_id=speaker_id, coordinator_id=current_user.id, cancelled=cancelled)
        letters = "one letter" if cancelled == 1 else f"{cancelled} letters"
        flash(f"They are hidden everywhere, and {letters} will not leave. An admin can show them again.", "success")
        return redirect(url_for("dashboard.speakers"), 303)
    return render_template("dashboard/speaker_lock.html", speaker=found, opened=opened(utc_now()))


def _hide(found: Speaker) -> int:
    """Hide them and commit, also where somebody changes them in the same moment."""
    try:
        cancelled = keeping.lock(db.session(), found, utc_now(), me())
        db.session.commit()
    except StaleDataError:
        db.session.rollback()
        cancelled = keeping.lock(db.session(), found, utc_now(), me())
        db.session.commit()
    return cancelled


@blueprint.get("/speakers/locked")
@needs("admin")
def locked_speakers() -> str:
    """Those who are hidden, for the one who may show them again."""
    today = london_day(utc_now())
    rows = db.session.scalars(select(Speaker).where(Speaker.locked_at.is_not(None)).order_by(Speaker.locked_at)).all()
    return render_template(
        "dashboard/speakers_locked.html",
        rows=[(row, words.when(row.locked_at, today)) for row in rows if row.locked_at is not None],
        opened=opened(utc_now()),
    )


@blueprint.post("/speakers/<int:speaker_id>/unlock")
@needs("admin")
def unlock_speaker(speaker_id: int) -> Response:
    """Show somebody again."""
    found = db.session.get(Speaker, speaker_id) if speaker_id <= LARGEST_NUMBER else None
    if found is None or found.locked_at is None:
        abort(404)
    keeping.unlock(db.session(), found, utc_now())
    commit()
    log.warning("speaker_unlocked", speaker_id=speaker_id, coordinator_id=current_user.id)
    flash("They are shown again. Letters that were kept from leaving stay so: write anew.", "success")
    return _back(found)


def _branches(typed: str) -> list[Branch]:
    """Branches whose name holds what was typed."""
    wanted = Branch.folded.contains(fold(typed), autoescape=True)
    found = select(Branch).where(Branch.merged_into_id.is_(None), wanted).order_by(Branch.id.desc())
    return list(db.session.scalars(found.limit(BRANCHES_SHOWN)).unique())


def _branch(number: str) -> Branch | None:
    is_number = number.isascii() and number.isdigit() and len(number) < 10
    return db.session.get(Branch, int(number)) if is_number else None


def _back(found: Speaker) -> Response:
    return redirect(url_for("dashboard.speaker", speaker_id=found.id), 303)

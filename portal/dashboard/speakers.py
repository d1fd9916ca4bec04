"""The register of speakers on the desk: the list, one speaker, taking somebody in and changing what is kept.

Pausing, taking out and hiding are in `speaker_acts`, the spreadsheet in `speaker_import`. Viewers see nothing of it.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NoReturn

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from portal import typed_back
from portal.clock import london_day, utc_now
from portal.dashboard import speaker_page, speaker_words, words
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import me
from portal.dashboard.request_page import opened
from portal.directory import places, tongues
from portal.directory.subjects import sectors, topics
from portal.extensions import db
from portal.security import needs
from portal.speakers import keeping, listing, register_letters
from portal.speakers.listing import Wanted
from portal.speakers.register import IN_UKRAINE, Speaker
from portal.speakers.register_form import RegisterForm
from portal.submissions.forms import FormContext
from portal.submissions.typed import clean_line
from portal.submissions.whole import LARGEST_NUMBER

SOON = 60
"""Seconds within which a second press of the same button is taken for one."""


class SpeakerChangedError(Exception):
    """What is kept of the speaker has changed since the form was drawn."""


def _blank() -> RegisterForm:
    return RegisterForm(context=FormContext(date.min, by_hand=True, known_union=("", "")))


typed_back.own_forms.update({"dashboard.new_speaker": _blank, "dashboard.change_speaker": _blank})


@blueprint.get("/speakers")
@needs("coordinator")
def speakers() -> str:
    """The speakers that fit the filters, by name."""
    typed = {name: clean_line(request.args.get(name, ""))[:100] for name in Wanted.__dataclass_fields__}
    after = request.args.get("after", "")
    now = utc_now()
    today = london_day(now)
    is_number = after.isascii() and after.isdigit() and len(after) < 10
    found = listing.listed(db.session(), Wanted(**typed), now, after=int(after) if is_number else 0)
    narrowed: dict[str, Any] = {name: value for name, value in typed.items() if value}
    return render_template(
        "dashboard/speakers.html",
        rows=[
            {
                "id": row.id,
                "name": speaker_words.name(row),
                "kind": speaker_words.KIND_NAMES.get(row.kind, row.kind),
                "where": speaker_words.where(row),
                "languages": speaker_words.spoken(row),
                "topics": speaker_words.topic_names(row.topics, speaker_words.TOPICS_IN_A_ROW),
                "experience": speaker_words.EXPERIENCE_NAMES.get(row.experience, ""),
                "talks": speaker_words.talks(found.talks.get(row.id, 0), row.most_a_month),
                "state": speaker_words.state(row, today),
            }
            for row in found.rows
        ],
        found=found.found,
        typed=typed,
        narrowed=narrowed,
        choices=_choices(),
        options=words.options,
        next_url=url_for("dashboard.speakers", **narrowed, after=found.after) if found.after else None,
        is_begun=bool(after),
        locked=_number_locked() if current_user.is_admin else 0,
    )


def _choices() -> list[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """The filters: name, label and choices of each."""
    abroad = ((IN_UKRAINE, "Online from Ukraine"), (listing.ABROAD[1], "Online from elsewhere"))
    return [
        ("kind", "Kind", tuple(speaker_words.KIND_NAMES.items())),
        ("sector", "Sector", tuple((row.slug, row.name_en) for row in sectors())),
        ("topic", "Topic", tuple((row.slug, row.name_en) for row in topics())),
        ("language", "Language", tuple((code, tongues.name_of(code)) for code in tongues.CODES)),
        ("region", "Where", (*((row.slug, row.name) for row in places.regions()), *abroad)),
        ("state", "Status", tuple(speaker_words.STATE_NAMES.items())),
    ]


def _number_locked() -> int:
    return db.session.scalar(select(func.count()).select_from(Speaker).where(Speaker.locked_at.is_not(None))) or 0


@blueprint.get("/speakers/<int:speaker_id>")
@needs("coordinator")
def speaker(speaker_id: int) -> str:
    """Everything the register holds of one speaker."""
    found = find(speaker_id)
    now = utc_now()
    return render_template(
        "dashboard/speaker.html",
        speaker=found,
        opened=opened(now),
        **speaker_page.page(db.session(), found, now),
    )


@blueprint.route("/speakers/new", methods=["GET", "POST"])
@needs("coordinator")
def new_speaker() -> str | Response | tuple[str, int]:
    """Take somebody into the register; they are written to, and asked for nothing until they agree."""
    now = utc_now()
    if request.method == "GET":
        return _form_page(RegisterForm(context=_context()), None)
    form = RegisterForm(request.form, context=_context())
    if not form.validate():
        return _form_page(form, None)
    details = form.cleaned()
    namesakes = [] if details["email"] else keeping.find_by_name(db.session(), details["name"])
    if namesakes and request.form.get("somebody_else") != "yes":
        return _form_page(form, None, namesakes=namesakes)
    try:
        found = keeping.add(db.session(), details, by=current_user, now=now)
    except keeping.AlreadyKnownError as known:
        return _known(form, None, known.speaker)
    written = register_letters.welcome(db.session(), found, by=me(), now=now)
    db.session.commit()
    told = " A letter with their private link is on its way." if written else ""
    flash(f"{found.name} is in the register.{told}", "success")
    return redirect(url_for("dashboard.speaker", speaker_id=found.id), 303)


@blueprint.route("/speakers/<int:speaker_id>/change", methods=["GET", "POST"])
@needs("coordinator")
def change_speaker(speaker_id: int) -> str | Response | tuple[str, int]:
    """Change what is kept. With a new address the old link ends, and the new address gets a letter."""
    found = find(speaker_id)
    if found.left_at is not None:
        return redirect(url_for("dashboard.speaker", speaker_id=speaker_id), 303)
    if request.method == "GET":
        context = _context()
        raw = RegisterForm(context=context).typed_of(found)
        return _form_page(RegisterForm.from_raw(raw, context), found)
    form = RegisterForm(request.form, context=_context())
    if not form.validate():
        return _form_page(form, found)
    details = form.cleaned()
    if request.form.get("version") != str(found.version):
        return _form_page(form, found, differs=_differs(found, form)), 409
    before = found.email
    try:
        keeping.change(db.session(), found, details)
    except keeping.AlreadyKnownError as known:
        return _known(form, found, known.speaker)
    written = _moved_house(found, before) if found.email.lower() != before.lower() else False
    commit()
    told = " The old link is dead, and the new address has a letter." if written else ""
    flash(f"What you changed is kept.{told}", "success")
    return redirect(url_for("dashboard.speaker", speaker_id=found.id), 303)


def _moved_house(found: Speaker, before: str) -> bool:
    """Another address: whoever reads at the old one must not open the page any more."""
    now = utc_now()
    if before:
        keeping.end_link(db.session(), found, now)
    return register_letters.welcome(db.session(), found, by=me(), now=now) is not None


def _known(form: RegisterForm, own: Speaker | None, other: Speaker) -> str | Response:
    """The address is known already: say whose it is, where that may be said. A second press finds what it made."""
    db.session.rollback()
    if other.locked_at is not None:
        form.email.errors = ["This address cannot be used. Ask an admin"]
        return _form_page(form, own)
    is_second_press = (
        own is None
        and other.created_by_id == current_user.id
        and other.name == form.name.value
        and (utc_now() - other.created_at).total_seconds() < SOON
    )
    if is_second_press:
        return redirect(url_for("dashboard.speaker", speaker_id=other.id), 303)
    form.email.errors = ["This address stands in the register already"]
    return _form_page(form, own, known=other)


def find(speaker_id: int) -> Speaker:
    """The speaker of that number. 404 for none, and for one who is locked."""
    found = None
    if speaker_id <= LARGEST_NUMBER:
        whole = (selectinload(Speaker.vetoes), selectinload(Speaker.consents))
        found = db.session.get(Speaker, speaker_id, options=whole)
    if found is None or found.locked_at is not None:
        abort(404)
    return found


def insist(found: Speaker) -> None:
    """Go on only if the speaker is as when the form was drawn. Raises `SpeakerChangedError`."""
    if request.form.get("version") != str(found.version):
        raise SpeakerChangedError


def commit() -> None:
    """Commit. Raises `SpeakerChangedError` where somebody else was faster by a moment."""
    try:
        db.session.commit()
    except StaleDataError:
        _too_late()


def _too_late() -> NoReturn:
    db.session.rollback()
    raise SpeakerChangedError


@blueprint.errorhandler(SpeakerChangedError)
def speaker_changed(error: Exception) -> tuple[str, int]:
    """The page that says so, and gives back what was typed."""
    db.session.rollback()
    found = find((request.view_args or {})["speaker_id"])
    typed = typed_back.typed_back(list(request.form.items(multi=True)), request.path)
    return render_template("dashboard/speaker_faster.html", speaker=found, typed=typed), 409


def _differs(found: Speaker, form: RegisterForm) -> list[tuple[str, str]]:
    """What stands otherwise in the register than in the form: label and words of the register."""
    stored = RegisterForm.from_raw(form.typed_of(found), _context())
    stored.validate()
    typed, kept = form.lines(), stored.lines()
    return [(form.label_of(name), "; ".join(kept[name]) or "nothing") for name in typed if typed[name] != kept[name]]


def _context() -> FormContext:
    return FormContext(london_day(utc_now()), by_hand=True)


def _form_page(form: RegisterForm, found: Speaker | None, **more: Any) -> str:
    """The form, empty or as it was typed. `more`: known, namesakes, differs."""
    return render_template("dashboard/speaker_form.html", form=form, speaker=found, opened=opened(utc_now()), **more)

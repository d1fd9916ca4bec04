"""The letters on the desk: the list, one letter to edit and try out, what was saved before, and going back to it.

What may be written is decided in `submissions/letter_faults`, what is kept in `emails/edited`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.clock import london_day, utc_now
from portal.dashboard import differences, letter_preview, people, words
from portal.dashboard.blueprint import blueprint
from portal.dashboard.mail import LINK as LINKS
from portal.dashboard.mail import LINK_SHOWN, sandboxed, without_links
from portal.dashboard.typed_letters import WHO
from portal.emails import edited, letters, outbox
from portal.emails.edited import SHIPPED_AGAIN, SavedMeanwhileError
from portal.emails.letters import Wording
from portal.emails.models import LetterText
from portal.extensions import db
from portal.security import insist_on_money, needs
from portal.submissions import document_book, letter_book, registry
from portal.submissions.letter_book import DOCUMENT, Entry
from portal.submissions.letter_faults import faults
from portal.submissions.typed import clean_line, clean_text
from portal.submissions.workflow import Recipient

LANGUAGES = {"en": "English", "uk": "Ukrainian"}
OF_EVERY_KIND = "All requests"
AMONG_US = "To ourselves"
REGISTER = "The register of speakers"
DOCUMENTS = "Documents for twins"
SHIPPED = 0
"""The number under which the words that came with the portal stand in the history."""
log = structlog.get_logger("portal.dashboard")
ONE = "/letters/<folder>/<name>/<language>"


@dataclass(frozen=True)
class Version:
    """One entry of a letter's history, ready to print."""

    number: int
    who: str
    when: str
    is_going_back: bool


@blueprint.get("/letters")
@needs("coordinator")
def letter_list() -> str:
    """All letters by kind: who reads each, when it goes, and whose words it has."""
    texts = edited.texts(db.session())
    labels = {kind.name: kind.label for kind in registry.kinds()}
    labels |= {"": OF_EVERY_KIND, letter_book.AMONG_US: AMONG_US, letter_book.REGISTER: REGISTER, DOCUMENT: DOCUMENTS}
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in document_book.everything().values():
        groups.setdefault(labels[entry.kind], []).append(
            {
                "subject": letters.filled(_shipped(entry, "en"), letter_book.examples(entry, "en")).subject,
                "who": _who(entry),
                "when": entry.when,
                "languages": [
                    {
                        "name": name,
                        "url": _url(entry, language),
                        "is_edited": (entry.name, language) in texts,
                        "is_broken": (entry.name, language) in texts
                        and bool(faults(entry, language, texts[entry.name, language])),
                    }
                    for language, name in LANGUAGES.items()
                ],
            }
        )
    return render_template("dashboard/letters.html", groups=groups)


@blueprint.get(ONE)
@needs("coordinator")
def letter(folder: str, name: str, language: str) -> str:
    """One letter in one language, to edit."""
    entry = _entry(folder, name, language, to_edit=True)
    newest = edited.newest(db.session(), entry.name, language)
    words_there = _words_of(entry, language, newest)
    return _page(entry, language, words_there, newest, wrong=faults(entry, language, words_there))


@blueprint.post(ONE)
@needs("coordinator")
def save_letter(folder: str, name: str, language: str) -> str | Response | tuple[str, int]:
    """Show what was typed as it would read, send it to whoever typed it, or save it."""
    entry = _entry(folder, name, language, to_edit=True)
    typed = Wording(clean_line(request.form.get("subject", "")), clean_text(request.form.get("body", "")))
    step = request.form.get("step", "preview")
    newest = edited.newest(db.session(), entry.name, language)
    wrong = faults(entry, language, typed)
    if wrong or step == "preview":
        return _page(entry, language, typed, newest, wrong=wrong)
    if step == "test":
        return _send_test(entry, language, typed, newest)
    # Saving what was shipped is going back to it: when the portal brings better words, they are to be used.
    kept = SHIPPED_AGAIN if typed == _shipped(entry, language) else typed
    return _save(entry, language, kept, typed, "The letter is saved. It goes out like this from now on.")


@blueprint.get(f"{ONE}/html")
@needs("coordinator")
def letter_html(folder: str, name: str, language: str) -> FlaskResponse:
    """A letter's HTML part with examples, under a policy that lets it run, load and send nothing."""
    entry = _entry(folder, name, language)
    texts = edited.texts(db.session())
    facts = letter_book.examples(entry, language) | {"sender": current_user.name}
    made = letters.render(entry.name, language, facts, texts=texts)
    return sandboxed(without_links(made.html))


@blueprint.get(f"{ONE}/history/<int:number>")
@needs("coordinator")
def letter_version(folder: str, name: str, language: str, number: int) -> str:
    """Words that were saved before, or those that came with the portal, and what differs from today's."""
    entry = _entry(folder, name, language)
    newest = edited.newest(db.session(), entry.name, language)
    now = _words_of(entry, language, newest)
    then, said = _version(entry, language, number)
    return render_template(
        "dashboard/letter_version.html",
        entry=entry,
        language=language,
        language_name=LANGUAGES[language],
        number=number,
        said=said,
        words=then,
        subject_differences=differences.lines(now.subject, then.subject),
        body_differences=differences.lines(now.body, then.body),
        wrong=faults(entry, language, then),
        seen=newest.id if newest else SHIPPED,
        url=_url(entry, language),
        title=_title(entry),
    )


@blueprint.post(f"{ONE}/history/<int:number>")
@needs("coordinator")
def go_back(folder: str, name: str, language: str, number: int) -> str | Response | tuple[str, int]:
    """Use words again that were saved before. They are tried like new ones: a fact may be gone since."""
    entry = _entry(folder, name, language, to_edit=True)
    then, _ = _version(entry, language, number)
    if wrong := faults(entry, language, then):
        newest = edited.newest(db.session(), entry.name, language)
        return _page(entry, language, then, newest, wrong=wrong)
    kept = SHIPPED_AGAIN if then == _shipped(entry, language) else then
    return _save(entry, language, kept, then, "The letter goes out like this again.")


def _save(entry: Entry, language: str, kept: Wording, typed: Wording, done: str) -> Response | tuple[str, int]:
    """Save words, or tell who was faster; `typed` is what stands in the boxes then."""
    seen = request.form.get("seen", "")
    number = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1
    try:
        saved = edited.save(db.session(), entry.name, language, kept, by_id=current_user.id, now=utc_now(), seen=number)
    except SavedMeanwhileError as faster:
        return _page(entry, language, typed, faster.newest, faster=faster.newest), 409
    db.session.commit()
    flash(done if saved else "Nothing had changed, so nothing was saved.", "success")
    return redirect(_url(entry, language), 303)


def _send_test(entry: Entry, language: str, typed: Wording, newest: LetterText | None) -> str | Response:
    """Send what was typed to the coordinator who typed it; the boxes keep it."""
    shown = _preview(entry, language, typed)
    if shown.letter is None or shown.error:
        return _page(entry, language, typed, newest)
    # Of the request it shows only the log knows: among that one's letters it would read as sent to the branch.
    sent = outbox.queue(
        db.session(),
        letter_preview.with_example_link(shown.letter),
        to=current_user.email,
        template=entry.name,
        role="coordinator",
        now=utc_now(),
        language=language,
    )
    db.session.commit()
    log.info("letter_tested", email_id=sent.id, submission_id=shown.submission_id, coordinator_id=current_user.id)
    told = f"A test is on its way to {current_user.email}. Nothing is saved yet."
    return _page(entry, language, typed, newest, told=told)


def _page(
    entry: Entry,
    language: str,
    typed: Wording,
    newest: LetterText | None,
    *,
    wrong: dict[str, list[str]] | None = None,
    faster: LetterText | None = None,
    told: str = "",
) -> str:
    """The page of one letter with these words in its boxes."""
    now = utc_now()
    shipped, saved = _shipped(entry, language), _words_of(entry, language, newest)
    shown = _preview(entry, language, typed) if not wrong else None
    letter_text = LINKS.sub(LINK_SHOWN, shown.letter.text) if shown and shown.letter else ""
    return render_template(
        "dashboard/letter.html",
        entry=entry,
        title=_title(entry),
        who=_who(entry),
        language=language,
        language_name=LANGUAGES[language],
        others=[(name, _url(entry, each)) for each, name in LANGUAGES.items() if each != language],
        url=_url(entry, language),
        typed=typed,
        wrong=wrong or {},
        has_errors=bool(wrong or (shown and shown.error)),
        told=told,
        facts=letter_book.facts_of(entry).values(),
        examples=letter_book.examples(entry, language),
        reference=request.form.get("reference", ""),
        preview=shown,
        letter_text=letter_text,
        subject_differences=differences.lines(shipped.subject, typed.subject),
        body_differences=differences.lines(shipped.body, typed.body),
        is_edited=saved != shipped,
        faster=_line(faster, now) if faster else None,
        faster_subject=differences.lines(saved.subject, typed.subject) if faster else [],
        faster_body=differences.lines(saved.body, typed.body) if faster else [],
        seen=newest.id if newest else SHIPPED,
        history=[_line(row, now) for row in edited.history(db.session(), entry.name, language)],
    )


def _preview(entry: Entry, language: str, typed: Wording) -> letter_preview.Preview:
    reference = clean_line(request.form.get("reference", ""))
    shown = letter_preview.preview(db.session(), entry, language, typed, typed_reference=reference, by=current_user)
    # With a real request it may have noted whose contact was looked at.
    db.session.commit()
    return shown


def _entry(folder: str, name: str, language: str, *, to_edit: bool = False) -> Entry:
    """The letter that an address names. 404 for none, for one that nobody edits here, or for another language.

    What a treasurer reads says what to pay: only those who handle money open it `to_edit`.
    """
    found = document_book.everything().get(f"{folder}/{name}")
    if found is None or language not in LANGUAGES:
        abort(404)
    if to_edit and found.to is Recipient.TREASURER:
        insist_on_money()
    return found


def _who(entry: Entry) -> str:
    return "Both sides" if entry.kind == DOCUMENT else WHO[entry.to]


def _title(entry: Entry) -> str:
    """What a letter is called on the desk: its shipped English subject with examples."""
    return letters.filled(_shipped(entry, "en"), letter_book.examples(entry, "en")).subject


def _shipped(entry: Entry, language: str) -> Wording:
    """The words that came with the portal, as a box gives them back."""
    words_there = letters.shipped(entry.name, language)
    return Wording(clean_line(words_there.subject), clean_text(words_there.body))


def _words_of(entry: Entry, language: str, row: LetterText | None) -> Wording:
    """The words of a row; of none, or of one that goes back, those that came with the portal."""
    return Wording(row.subject, row.body) if row is not None and row.body else _shipped(entry, language)


def _version(entry: Entry, language: str, number: int) -> tuple[Wording, str]:
    """Words by their number in the history, and what to call them. 404 where there are none."""
    if number == SHIPPED:
        return _shipped(entry, language), "The words we began with"
    rows = {row.id: row for row in edited.history(db.session(), entry.name, language)}
    if number not in rows:
        abort(404)
    line = _line(rows[number], utc_now())
    return _words_of(entry, language, rows[number]), f"Saved by {line.who} on {line.when}"


def _line(row: LetterText, now: datetime) -> Version:
    known = people.coordinators(db.session(), now).get(row.saved_by_id or 0)
    return Version(row.id, known.name if known else "somebody", words.when(row.saved_at, london_day(now)), not row.body)


def _url(entry: Entry, language: str) -> str:
    folder, _, name = entry.name.partition("/")
    return url_for("dashboard.letter", folder=folder, name=name, language=language)

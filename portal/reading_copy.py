"""All letters and all documents on one page, filled in with examples, so that people can read them to each other.

`flask --app wsgi letters` prints it. What there is, is told by `submissions/letter_book` and `document_book`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy.orm import Session

from portal.emails import edited, letters
from portal.emails.letters import Texts
from portal.emails.links import Placeholder
from portal.submissions import document_book, letter_book, registry
from portal.submissions.correspondence import NO_LINK_YET
from portal.submissions.workflow import Recipient

SENDER = "Maria Kovalenko"
LANGUAGES = {"en": "English", "uk": "Ukrainian"}
OF_EVERY_KIND = "All requests"
AMONG_US = "To ourselves"
ABOUT_SIGNING_IN = "Signing in"
ABOUT_THE_REGISTER = "The register of speakers"
DOCUMENTS = "Documents for twins"
BOTH_SIDES = "both sides"
READERS = {
    Recipient.BRANCH: "the branch",
    Recipient.TEAM: "our team",
    Recipient.SPEAKER: "the speaker",
    Recipient.OTHER_SPEAKERS: "speakers who were asked beside the one who is booked",
    Recipient.STAND_BY: "whoever stands by",
    Recipient.INTERPRETER: "the interpreter",
    Recipient.PARTNER: "whoever comes along with the speaker",
    Recipient.UKRAINIAN_BODY: "the Ukrainian side",
    Recipient.LEAD: "the lead",
    Recipient.TREASURER: "the treasurer",
}
ACCOUNTS: Mapping[str, str] = {
    "accounts/new_password": "When a coordinator has forgotten the password",
    "accounts/password_changed": "When a coordinator has a new password",
}
LINK = re.compile(r"\[\[link:[0-9]+\]\]")
LINK_SHOWN = "[the private link]"
RULE = "=" * 78


@dataclass(frozen=True)
class Copy:
    """One letter in one language as its reader gets it, closing and all."""

    language: str
    is_edited: bool
    subject: str
    text: str


@dataclass(frozen=True)
class Page:
    """One letter in both languages: its name in the code, to whom it goes and what sends it."""

    name: str
    to: str
    when: Sequence[str]
    copies: Sequence[Copy]


def chapters(session: Session) -> dict[str, list[Page]]:
    """All letters with the words they have now, by what they are about."""
    texts = edited.texts(session)
    labels = {kind.name: kind.label for kind in registry.kinds()}
    labels |= {"": OF_EVERY_KIND, letter_book.AMONG_US: AMONG_US, letter_book.REGISTER: ABOUT_THE_REGISTER}
    labels[letter_book.DOCUMENT] = DOCUMENTS
    found: dict[str, list[Page]] = {}
    for entry in document_book.everything().values():
        copies = [_copy(entry.name, each, letter_book.examples(entry, each), texts) for each in letters.LANGUAGES]
        reader = BOTH_SIDES if entry.kind == letter_book.DOCUMENT else READERS[entry.to]
        page = Page(entry.name, reader, entry.when, copies)
        found.setdefault(labels[entry.kind], []).append(page)
    about_accounts = {"name": SENDER, "link": NO_LINK_YET}
    found[ABOUT_SIGNING_IN] = [
        Page(name, "a coordinator", (when,), [_copy(name, each, about_accounts, {}) for each in letters.LANGUAGES])
        for name, when in ACCOUNTS.items()
    ]
    return found


def _copy(name: str, language: str, facts: Mapping[str, str | Placeholder], texts: Texts) -> Copy:
    if name in document_book.DOCUMENTS:
        # Both sides sign a document below its own words.
        words = letters.wording(name, language, facts, texts=texts)
        return Copy(language, (name, language) in texts, words.subject, words.body)
    signed = facts if name in ACCOUNTS else {**facts, "sender": SENDER}
    letter = letters.render(name, language, signed, texts=texts)
    return Copy(language, (name, language) in texts, letter.subject, LINK.sub(LINK_SHOWN, letter.text).strip())


def as_text(session: Session) -> str:
    """All letters as plain text, one below the other."""
    parts: list[str] = []
    for chapter, pages in chapters(session).items():
        parts.append(f"{RULE}\n{chapter.upper()}\n{RULE}")
        for page in pages:
            for copy in page.copies:
                whose = ", edited" if copy.is_edited else ""
                heading = f"{page.name} ({LANGUAGES[copy.language]}{whose})\nTo {page.to}. {'; '.join(page.when)}."
                parts.append(f"{'-' * 78}\n{heading}\n\nSubject: {copy.subject}\n\n{copy.text}")
    return "\n\n".join(parts) + "\n"


def as_html(session: Session) -> str:
    """All letters as one HTML document that needs nothing but itself."""
    # No page of the site: what pages are given besides needs a visitor.
    template = current_app.jinja_env.get_template("emails/reading_copy.html")
    return template.render(chapters=chapters(session), languages=LANGUAGES)

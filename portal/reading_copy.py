"""All letters on one page, filled in with examples, so that people can read them aloud to each other.

`flask --app wsgi letters` prints it. What letters there are is told by `submissions/letter_book`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy.orm import Session

from portal.emails import edited, letters
from portal.emails.letters import CAMPAIGN_IN, Texts
from portal.emails.links import Placeholder
from portal.submissions import letter_book, registry
from portal.submissions.correspondence import NO_LINK_YET
from portal.submissions.workflow import Recipient

SENDER = "Maria Kovalenko"
LANGUAGES = {"en": "English", "uk": "Ukrainian"}
OF_EVERY_KIND = "All requests"
AMONG_US = "To ourselves"
ABOUT_SIGNING_IN = "Signing in"
ABOUT_THE_REGISTER = "The register of speakers"
READERS = {
    Recipient.BRANCH: "the branch",
    Recipient.TEAM: "our team",
    Recipient.SPEAKER: "the speaker",
    Recipient.OTHER_SPEAKERS: "speakers who were asked beside the one who is booked",
    Recipient.STAND_BY: "whoever stands by",
    Recipient.INTERPRETER: "the interpreter",
    Recipient.UKRAINIAN_BODY: "the Ukrainian side",
    Recipient.LEAD: "the lead",
    Recipient.TREASURER: "the treasurer",
}
ACCOUNTS: Mapping[str, str] = {
    "accounts/new_password": "When a coordinator has forgotten the password",
    "accounts/password_changed": "When a coordinator has a new password",
}
REGISTER: Mapping[str, str] = {
    "register/added": "When a coordinator puts somebody into the register of speakers",
    "register/link": "When a speaker asks for the link to their own page again",
    "register/tour": "To a visitor on tour, when a coordinator asks about the whole route",
    "register/new-address": "To the new address, when a speaker changes theirs",
    "register/address-changed": "To the old address, once the new one holds",
}
TOUR: Mapping[str, Mapping[str, str]] = {
    "en": {
        "route": "- Tuesday 12 January 2027, 7pm: Branch meeting, North East",
        "first_day": "Monday 11 January 2027",
        "last_day": "Friday 15 January 2027",
        "answer_by": "Tuesday 1 December 2026",
        "interpreter": "yes",
    },
    "uk": {
        "route": "- вівторок 12 січня 2027, 19:00: Збори організації, Північний Схід Англії",
        "first_day": "понеділок 11 січня 2027",
        "last_day": "п’ятниця 15 січня 2027",
        "answer_by": "вівторок 1 грудня 2026",
        "interpreter": "yes",
    },
}
"""What the letter about a tour is filled in with besides."""
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
    labels |= {"": OF_EVERY_KIND, letter_book.AMONG_US: AMONG_US}
    found: dict[str, list[Page]] = {}
    for entry in letter_book.entries().values():
        copies = [_copy(entry.name, each, letter_book.examples(entry, each), texts) for each in letters.LANGUAGES]
        page = Page(entry.name, READERS[entry.to], entry.when, copies)
        found.setdefault(labels[entry.kind], []).append(page)
    about_accounts = {"name": SENDER, "link": NO_LINK_YET}
    found[ABOUT_SIGNING_IN] = [
        Page(name, "a coordinator", (when,), [_copy(name, each, about_accounts, {}) for each in letters.LANGUAGES])
        for name, when in ACCOUNTS.items()
    ]
    found[ABOUT_THE_REGISTER] = [
        Page(name, "a speaker", (when,), [_copy(name, each, _of_a_speaker(each), {}) for each in letters.LANGUAGES])
        for name, when in REGISTER.items()
    ]
    return found


def _of_a_speaker(language: str) -> dict[str, str | Placeholder]:
    """What the letters about the register are filled in with."""
    return {
        "greeting": letter_book.GREETINGS[Recipient.SPEAKER][language],
        "added_by": SENDER,
        **TOUR[language],
        "campaign": CAMPAIGN_IN[language],
        "contact_email": str(current_app.config["CONTACT_EMAIL"]),
        "private_link": NO_LINK_YET,
    }


def _copy(name: str, language: str, facts: Mapping[str, str | Placeholder], texts: Texts) -> Copy:
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

"""The words of every consent, by whom it lets us pass details to. A changed text is a new version.

What somebody agreed to is kept as a `Consent` row with the words that were shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import force_locale, gettext

from portal.submissions.models import Consent, Submission
from portal.submissions.workflow import N_

LEAD = "twin-lead"
"""The consent of whoever leads a twinning, where somebody else has sent the form: nobody agrees for another."""


@dataclass(frozen=True)
class ConsentText:
    """One consent: the recipient's name in code, the version, and the words beside the box."""

    recipient: str
    version: str
    text: str


CONSENTS: Mapping[str, ConsentText] = {
    each.recipient: each
    for each in (
        ConsentText(
            "speaker",
            "2026-11-22",
            N_(
                "You may pass my name, email, phone number and union branch to the speaker of our meeting, "
                "who may be outside the United Kingdom. I know that this tells them that I am in a union."
            ),
        ),
        ConsentText(
            "twin",
            "2026-11-22",
            N_(
                "You may pass my name, email and union branch to the Ukrainian union body we are introduced to, "
                "outside the United Kingdom. I know that this tells them that I am in a union."
            ),
        ),
        ConsentText(
            LEAD,
            "2026-11-22",
            N_(
                "You may pass my name, my email and my union branch to the Ukrainian union body that my branch is "
                "introduced to, outside the United Kingdom. I know that this tells them that I am in a union."
            ),
        ),
        ConsentText(
            "ukrainian-register",
            "2026-11-23",
            N_(
                "You may keep what I tell you here, in the United Kingdom, and use it to look for a twin for my "
                "organisation. I know that this tells you that I am in a union. I can take this back at any time."
            ),
        ),
        ConsentText(
            "ukrainian-introduction",
            "2026-11-23",
            N_(
                "Once both sides have said yes, you may pass my name, my email and the name of my organisation to the "
                "branch in the United Kingdom that we are introduced to."
            ),
        ),
        ConsentText(
            "union-network",
            "2026-11",
            N_(
                "You may pass my name, email and union branch to the Ukraine network of my own union. "
                "I know that this tells them that I am in a union."
            ),
        ),
    )
}


def words(recipient: str, language: str) -> str:
    """The consent's text in that language. KeyError for an unknown recipient."""
    with force_locale(language):
        return str(gettext(CONSENTS[recipient].text))


def agreed(submission: Submission, recipient: str, language: str) -> str:
    """The words that were agreed to, in that language; as they were shown where the text has changed since.

    Empty where no consent stands.
    """
    standing = [each for each in submission.consents if each.recipient == recipient and each.withdrawn_at is None]
    if not standing:
        return ""
    last = standing[-1]
    return words(recipient, language) if last.text_version == CONSENTS[recipient].version else last.text


def record(submission: Submission, recipient: str, *, language: str, now: datetime, person: str = "") -> Consent:
    """Keep a consent that was just given, with the words that were shown.

    `person` marks who gave it, where that is not whoever wrote to us; it stands behind the version.
    """
    version = CONSENTS[recipient].version
    consent = Consent(
        recipient=recipient,
        text_version=f"{version}/{person}" if person else version,
        text=words(recipient, language),
        language=language,
        given_at=now,
    )
    submission.consents.append(consent)
    return consent


def given(submission: Submission, recipient: str, *, person: str = "") -> bool:
    """Whether a consent stands that was not withdrawn; that of one `person` where their mark is given."""
    return any(_stands(each, recipient, person) for each in submission.consents)


def withdraw(submission: Submission, recipient: str, now: datetime, *, person: str = "") -> None:
    """Mark every standing consent for that recipient as withdrawn; those of one `person` where their mark is given."""
    for each in submission.consents:
        if _stands(each, recipient, person):
            each.withdrawn_at = now


def _stands(consent: Consent, recipient: str, person: str) -> bool:
    is_theirs = not person or consent.text_version.endswith(f"/{person}")
    return consent.recipient == recipient and consent.withdrawn_at is None and is_theirs

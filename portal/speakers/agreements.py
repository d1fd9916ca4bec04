"""What a speaker agrees to on their own page: the words of each consent, giving it and taking it back.

A changed text is a new version. Consents of branches are in `submissions.consents`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import force_locale, gettext

from portal.speakers.register import Speaker, SpeakerConsent
from portal.submissions.consents import ConsentText
from portal.submissions.workflow import N_

REGISTER, BRANCHES = "register", "branches"
PURPOSES = (REGISTER, BRANCHES)

TEXTS: Mapping[str, ConsentText] = {
    each.recipient: each
    for each in (
        ConsentText(
            REGISTER,
            "2026-11-22",
            N_(
                "The Ukraine Solidarity Campaign in the United Kingdom may keep the details on this page, and match "
                "me with requests for a speaker. I know that they show that I am in a trade union."
            ),
        ),
        ConsentText(
            BRANCHES,
            "2026-11-22",
            N_(
                "A trade union branch in the United Kingdom that I have agreed to speak to may learn my name, my union "
                "and my email address. I know that this tells them that I am in a trade union."
            ),
        ),
    )
}


def words(purpose: str, language: str) -> str:
    """A consent's text in that language. KeyError for an unknown purpose."""
    with force_locale(language):
        return str(gettext(TEXTS[purpose].text))


def standing(speaker: Speaker, purpose: str) -> SpeakerConsent | None:
    """The consent that holds now; None where none was given, or it was taken back."""
    return next(
        (each for each in reversed(speaker.consents) if each.purpose == purpose and each.withdrawn_at is None), None
    )


def agreed(consent: SpeakerConsent, language: str) -> str:
    """The words that were agreed to, in that language; as they were shown where the text has changed since."""
    text = TEXTS.get(consent.purpose)
    is_current = text is not None and text.version == consent.text_version
    return words(consent.purpose, language) if is_current else consent.text


def give(speaker: Speaker, purpose: str, *, language: str, now: datetime) -> SpeakerConsent:
    """Keep a consent that was just given, with the words that were shown. Pressed twice, the first stands.

    With that for the register a speaker can be asked from now on.
    """
    already = standing(speaker, purpose)
    if already is not None:
        return already
    consent = SpeakerConsent(
        purpose=purpose,
        text_version=TEXTS[purpose].version,
        text=words(purpose, language),
        language=language,
        given_at=now,
    )
    speaker.consents.append(consent)
    if purpose == REGISTER:
        speaker.confirmed_at = speaker.confirmed_at or now
    return consent


def withdraw(speaker: Speaker, purpose: str, now: datetime) -> bool:
    """Take a consent back. False where none stood. Without that for the register nobody is asked."""
    found = [each for each in speaker.consents if each.purpose == purpose and each.withdrawn_at is None]
    for each in found:
        each.withdrawn_at = now
    if purpose == REGISTER:
        speaker.confirmed_at = None
    return bool(found)

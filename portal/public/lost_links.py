"""What the page of a private link says that opens nothing: of one that has ended, in its owner’s language.

Whoever holds an ended link was once sent it. They read what became of it, but no name, and nothing that has come since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from portal.emails import links
from portal.emails.models import PrivateLink
from portal.extensions import db
from portal.public import language, strays
from portal.public.blueprint import blueprint
from portal.public.finding import NoSuchLinkError
from portal.speakers.engagements import Offer
from portal.speakers.register import Speaker
from portal.submissions.models import Draft, Event, Submission
from portal.twinning import handing_over

HANDED_OVER, REPLACED, CLOSED, ADDRESS = "handed-over", "replaced", "closed", "address"
TAKEN_OVER, REFUSED, OVERTAKEN, LEFT = "taken-over", "refused", "overtaken", "left"
Became = tuple[str, str] | None
"""What became of a link, and the language of its owner, empty where it is not known; None where nothing is to tell."""


@blueprint.errorhandler(NoSuchLinkError)
def no_such_link(error: Exception) -> ResponseReturnValue:
    """The page of a link that opens nothing; one that was copied with too much is mended first."""
    token = str((request.view_args or {}).get("token", ""))
    plain = token.rstrip(strays.STRAY)
    if plain not in ("", token) and request.method in ("GET", "HEAD"):
        return strays.to(request.path.replace(token, plain, 1))
    known = became(db.session(), request.path, token)
    if known is not None and known[1]:
        language.speak(known[1])
    return render_template("public/no_such_link.html", became=known[0] if known else ""), 404


def became(session: Session, path: str, token: str) -> Became:
    """What became of the link of an address that opens nothing now."""
    purpose = next((name for name, start in links.PURPOSES.items() if path.startswith(start)), "")
    tells = TELLS.get(purpose)
    link = links.ever_made(session, purpose, token) if tells is not None else None
    return tells(session, link) if tells is not None and link is not None else None


def _known(session: Session, number: int) -> Row[str, datetime | None] | None:
    """What must be known of a request: its language, and when it was closed."""
    return session.execute(select(Submission.language, Submission.closed_at).where(Submission.id == number)).first()


def _of_request(session: Session, link: PrivateLink) -> Became:
    """A link to the own page of a request: handed over, replaced by a newer one, or closed long ago."""
    submission = _known(session, link.subject_id)
    if submission is None:
        return None
    if link.revoked_at is None:
        return (CLOSED, submission.language) if submission.closed_at is not None else None
    taken = select(Event.id).where(
        Event.submission_id == link.subject_id, Event.name == handing_over.TAKEN_OVER, Event.at >= link.revoked_at
    )
    return HANDED_OVER if session.scalar(taken.limit(1)) else REPLACED, submission.language


def _of_successor(session: Session, link: PrivateLink) -> Became:
    """A link to the question whether somebody takes over: answered, or overtaken by another or by time."""
    asked = session.get(Event, link.subject_id)
    submission = _known(session, asked.submission_id) if asked is not None else None
    if asked is None or submission is None:
        return None
    said = OVERTAKEN
    if link.used_at is not None:
        taken = select(Event.id).where(
            Event.submission_id == asked.submission_id, Event.name == handing_over.TAKEN_OVER, Event.at == link.used_at
        )
        said = TAKEN_OVER if session.scalar(taken.limit(1)) else REFUSED
    return said, submission.language


def _of_offer(session: Session, link: PrivateLink) -> Became:
    """A link to one meeting that a speaker was asked for."""
    offer = session.get(Offer, link.subject_id)
    return _of(offer.speaker, CLOSED) if offer is not None else None


def _of_speaker(session: Session, link: PrivateLink) -> Became:
    """A link to a speaker’s own page."""
    speaker = session.get(Speaker, link.subject_id)
    return _of(speaker, REPLACED) if speaker is not None else None


def _of_address(session: Session, link: PrivateLink) -> Became:
    """The link in a letter to a new address: its day is over, or another address was given, or none any more."""
    draft = session.get(Draft, link.subject_id)
    return ADDRESS, draft.language if draft is not None else ""


def _of(speaker: Speaker, otherwise: str) -> Became:
    if speaker.left_at is not None:
        return LEFT, speaker.language
    # Whoever is locked is told nothing of it by a page.
    return (otherwise, speaker.language) if speaker.is_in_register else None


TELLS: Mapping[str, Callable[[Session, PrivateLink], Became]] = {
    "track": _of_request,
    "body": _of_request,
    "lead": _of_request,
    "handover": _of_successor,
    "offer": _of_offer,
    "speak": _of_speaker,
    "address": _of_address,
}
"""What tells the fate of a link, by what the link was for."""

"""Somebody new who would be asked alone: said before the letters leave, with whoever could be asked as well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.reasons import listed
from portal.speakers import matching
from portal.speakers.fit import Partner
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import NEW, Speaker
from portal.submissions.models import Submission

MANY = 50
"""Among so many who fit whoever could come along is looked for."""


@dataclass(frozen=True)
class Alone:
    """What is said of it, and where both are asked; `ask` and `url` are empty where nobody could come along."""

    sentence: str
    ask: str
    url: str


def asked_alone(session: Session, submission: Submission, chosen: str, now: datetime) -> Alone | None:
    """What to say where all of the speakers `chosen` (numbers with commas) are new; None where somebody is not."""
    numbers = [int(each) for each in chosen.split(",") if each.isascii() and each.isdigit()]
    if not isinstance(submission, SpeakerRequest) or not numbers:
        return None
    people = session.scalars(select(Speaker).where(Speaker.id.in_(numbers)).order_by(Speaker.id)).all()
    is_with_others = submission.is_somebody_asked and not submission.is_speaker_alone
    if is_with_others or not people or any(each.experience != NEW for each in people):
        return None
    who, is_one = listed([each.name for each in people]), len(people) == 1
    sentence = f"{who} {'is' if is_one else 'are'} new, and nobody experienced is asked as well."
    if submission.contested == "yes":
        sentence += " The meeting may be contested."
    partner = _partner(session, submission, numbers, now)
    if partner is None:
        return Alone(sentence, "", "")
    url = url_for("dashboard.ask_speakers", number=submission.id, speaker=[*numbers, partner.speaker_id])
    return Alone(f"{sentence} {partner.name} could come along.", f"Ask {partner.name} as well", url)


def _partner(session: Session, request: SpeakerRequest, numbers: list[int], now: datetime) -> Partner | None:
    """The experienced speaker whom the ranked list names beside one of those chosen."""
    found = matching.fitting(session, request, now, most=MANY).ranked
    return next((fit.pair_with for fit in found if fit.speaker_id in numbers and fit.pair_with), None)

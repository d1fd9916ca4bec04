"""The speakers whom a move names: of the register by their numbers, or one by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.sealed import digest
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import Speaker
from portal.submissions.actions import WrongAnswerError

MOST_AT_ONCE = 20
"""More speakers than these are not asked in one go."""
NOBODY_CHOSEN = "Choose at least one speaker to ask"
CANNOT_BE_ASKED = "{name} cannot be asked now: they have left, are hidden, or have not agreed yet. Choose somebody else"
VETOED = "{name} does not wish to visit this branch. Choose somebody else"


def by_number(session: Session, request: SpeakerRequest, answers: Mapping[str, str]) -> Sequence[Speaker]:
    """The speakers of the register whose numbers stand in `speakers`, in that order.

    Raises `WrongAnswerError` where none is known, where one cannot be asked, and against a veto: nobody overrides it.
    """
    numbers = [int(each) for each in answers["speakers"].split(",") if each.isascii() and each.isdigit()][:MOST_AT_ONCE]
    found = [session.get(Speaker, number) for number in dict.fromkeys(numbers)]
    chosen = [each for each in found if each is not None]
    if not chosen:
        raise WrongAnswerError("speakers", NOBODY_CHOSEN)
    for each in chosen:
        if not each.is_in_register or each.confirmed_at is None:
            raise WrongAnswerError("speakers", CANNOT_BE_ASKED.format(name=each.name))
        if is_vetoed(each, request):
            raise WrongAnswerError("speakers", VETOED.format(name=each.name))
    return chosen


def by_hand(session: Session, answers: Mapping[str, str], now: datetime) -> Speaker:
    """The speaker of that address, who joins the register where nobody of it has that address.

    A coordinator who names somebody by hand has spoken to them: they are asked although they have not yet agreed on
    their own page to stay in the register.
    """
    address = answers["speaker_email"]
    known = digest(address)
    found = session.scalars(
        select(Speaker).where(Speaker.email_digest == known, Speaker.left_at.is_(None)).order_by(Speaker.id).limit(1)
    ).first()
    if found is not None:
        return found
    speaker = Speaker(
        name=answers["speaker_name"],
        email=address,
        email_digest=known,
        language=answers.get("speaker_language") or "en",
        created_at=now,
    )
    session.add(speaker)
    return speaker


def is_vetoed(speaker: Speaker, request: SpeakerRequest) -> bool:
    """Whether the speaker does not wish to visit the branch of a request, or its union."""
    return any(
        (each.branch_id is not None and each.branch_id == request.branch_id)
        or (each.union_id is not None and each.union_id == request.union_id)
        for each in speaker.vetoes
    )

"""The speakers whom a move names: of the register by their numbers, or one by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from portal.speakers import keeping
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import Speaker
from portal.submissions.actions import WrongAnswerError

MOST_AT_ONCE = 20
"""More speakers than these are not asked in one go."""
NOBODY_CHOSEN = "Choose at least one speaker to ask"
CANNOT_BE_ASKED = "{name} has not agreed yet to be in the register. Send their link again, or choose somebody else"
HIDDEN = "This speaker cannot be asked now. Choose somebody else"
VETOED = "{name} does not wish to visit this branch. Choose somebody else"


def by_number(session: Session, request: SpeakerRequest, answers: Mapping[str, str]) -> Sequence[Speaker]:
    """The speakers of the register whose numbers stand in `speakers`, in that order.

    Raises `WrongAnswerError` where none is known, where one cannot be asked, and against a veto: nobody overrides it.
    """
    found = [session.get(Speaker, number) for number in numbers(answers["speakers"])]
    chosen = [each for each in found if each is not None]
    if not chosen:
        raise WrongAnswerError("speakers", NOBODY_CHOSEN)
    for each in chosen:
        if not each.is_in_register:
            raise WrongAnswerError("speakers", HIDDEN)
        if each.confirmed_at is None:
            raise WrongAnswerError("speakers", CANNOT_BE_ASKED.format(name=each.name))
        if is_vetoed(each, request):
            raise WrongAnswerError("speakers", VETOED.format(name=each.name))
    return chosen


def numbers(typed: str) -> list[int]:
    """The numbers in an answer ("3,7"), each once; what is none is left out."""
    found = [each for each in typed.split(",") if each.isascii() and each.isdigit() and len(each) < 10]
    return list(dict.fromkeys(map(int, found[:MOST_AT_ONCE])))


def by_hand(session: Session, request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> Speaker:
    """The speaker of that address, who joins the register where nobody of it has that address.

    A coordinator who names somebody by hand has spoken to them: they are asked although they have not yet agreed on
    their own page to stay in the register, and the letter that asks them tells them that they are in it. Raises
    `WrongAnswerError`.
    """
    known = keeping.find_by_email(session, answers["speaker_email"])
    if known is None:
        details = {"name": answers["speaker_name"], "email": answers["speaker_email"]}
        language = answers.get("speaker_language") or "en"
        return keeping.add(session, details | {"language": language}, by=None, now=now)
    if not known.is_in_register:
        raise WrongAnswerError("speaker_email", HIDDEN)
    if is_vetoed(known, request):
        raise WrongAnswerError("speaker_email", VETOED.format(name=known.name))
    return known


def is_vetoed(speaker: Speaker, request: SpeakerRequest) -> bool:
    """Whether the speaker does not wish to visit the branch of a request, or its union."""
    return any(
        (each.branch_id is not None and each.branch_id == request.branch_id)
        or (each.union_id is not None and each.union_id == request.union_id)
        for each in speaker.vetoes
    )

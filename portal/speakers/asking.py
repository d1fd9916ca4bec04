"""The one check before everybody who is asked, and asking with it: what forbids somebody, and why all the same.

A veto, a booking at that hour and a missing consent stand, whoever asks and on whatever page. What else `hindrances`
finds wants a reason, which is kept with the offer and in the history. That somebody who has not answered is confirmed
is checked in `bookings`, rows are written by `offers`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from portal.speakers import chosen as choosing
from portal.speakers import hindrances, keeping, matching, offers
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import INTERPRETER, Speaker
from portal.submissions.actions import WrongAnswerError

NOT_SO = "{name}: {why}. Choose somebody else"
WHY_THEN = "{name}: {why}. Write why you ask them all the same"
ONLY_INTERPRETS = "{name} only interprets. Choose somebody who speaks"


def ask(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Ask speakers of the register, or one by hand, as `offers.offer` does, once nothing forbids it.

    Raises `WrongAnswerError` against what nobody overrides, and for what is overridden without a reason (`although`).
    """
    is_by_hand = "speakers" not in answers
    if is_by_hand:
        known = keeping.find_by_email(offers.session_of(request), answers["speaker_email"])
        numbers = [known.id] if known is not None else []
    else:
        numbers = choosing.numbers(answers["speakers"])
    field = "speaker_email" if is_by_hand else "speakers"
    on = date.fromisoformat(answers["day"]) if answers.get("day") else None
    hindered = insist(request, numbers, answers.get("although", ""), now, on=on, field=field, is_by_hand=is_by_hand)
    # Who is new to the register has nothing in it that could speak against them: the reason is as it was typed.
    return offers.offer(request, answers, now, hindered if numbers else None)


def insist(
    request: SpeakerRequest,
    numbers: Collection[int],
    although: str,
    now: datetime,
    *,
    on: date | None = None,
    field: str = "speakers",
    is_by_hand: bool = False,
) -> list[int]:
    """Refuse speakers (numbers) whom nobody may ask for a meeting, and those with something against them and no reason.

    With `on` only that one of the meeting's days counts. Of whom the register knows the consent is missed also where
    they are named by hand; only who is new to it was just spoken to. Given back is against whom something speaks.
    Nothing is written. Raises `WrongAnswerError`.
    """
    hindered: list[int] = []
    if not numbers:
        return hindered
    session = offers.session_of(request)
    for number in numbers:
        speaker = session.get(Speaker, number)
        if speaker is not None and speaker.kind == INTERPRETER:
            raise WrongAnswerError(field, ONLY_INTERPRETS.format(name=speaker.name))
    for each in matching.fitting(session, request, now, only=numbers, on=on).blocked:
        # Whoever is asked or booked for this very meeting is refused in words of its own.
        blocks = [block for block in each.blocks if block not in (hindrances.ASKED_HERE, hindrances.BOOKED_HERE)]
        for block in blocks:
            if not block.may_be_overridden:
                raise WrongAnswerError(field, NOT_SO.format(name=each.name, why=block.words))
        if blocks and not although.strip():
            raise WrongAnswerError(
                "although" if is_by_hand else field, WHY_THEN.format(name=each.name, why=blocks[0].words)
            )
        hindered += [each.speaker_id] if blocks else []
    return hindered

"""The days that suit a speaker who has told us so, and the times that suit a twin: the form offers them, to be ticked.

What a yes does is `portal.speakers.offers`’; the speaker’s own page has a form of its own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from portal.clock import utc_now
from portal.speakers import in_time, two_clocks
from portal.speakers.engagements import Offer
from portal.speakers.models import SpeakerRequest
from portal.submissions.models import Submission
from portal.submissions.workflow import Answer, Ask, Transition
from portal.twinning import calling
from portal.twinning.call_rows import HEARD
from portal.twinning.models import TwinningProposal

NAME, TIMES = "accepted", "call_suits"


def asked(submission: Submission, move: Transition, number: str, today: date) -> Transition:
    """The move, where it asks for days, with those of the offer of that `number` that are still to come (London).

    Where it asks for the times of a first call, with those that are offered.
    """
    if move.name == HEARD and isinstance(submission, TwinningProposal):
        return replace(move, asks=tuple(_with_times(ask, submission) for ask in move.asks))
    days = _days(submission, move, number, today)
    if len(days) < 2:
        return move
    asks = tuple(_to_tick(ask, days) if ask.name == NAME else ask for ask in move.asks)
    return replace(move, asks=asks)


def only_day(submission: Submission, move: Transition, number: str, today: date) -> dict[str, str]:
    """The one day that is left of the offer, as the answer that a yes means; nothing where there are more, or none."""
    days = _days(submission, move, number, today)
    return {NAME: days[0][0]} if len(days) == 1 else {}


def _days(submission: Submission, move: Transition, number: str, today: date) -> tuple[tuple[str, str], ...]:
    is_asked = any(ask.name == NAME for ask in move.asks)
    if not is_asked or not isinstance(submission, SpeakerRequest):
        return ()
    found = _offers(submission, number)
    rows = in_time.dates_left(found[0], today) if len(found) == 1 else []
    return tuple((row["on"], two_clocks.in_words(row, "en")) for row in rows)


def _offers(request: SpeakerRequest, number: str) -> list[Offer]:
    """The offer of that number, or where none is named whoever is asked to speak."""
    if not number:
        return list(request.asked_now)
    return [each for each in request.offers if str(each.id) == number and each.closed_at is None]


def _to_tick(ask: Ask, days: tuple[tuple[str, str], ...]) -> Ask:
    return replace(ask, answer=Answer.SEVERAL, is_required=True, choices=days)


def _with_times(ask: Ask, proposal: TwinningProposal) -> Ask:
    if ask.name != TIMES:
        return ask
    call = calling.call_of(proposal)
    slots = call.open_slots(utc_now()) if call is not None else ()
    return replace(ask, choices=tuple((str(each.id), calling.in_words(each.starts_at, "en")) for each in slots))

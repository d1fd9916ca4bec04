"""What a coordinator reads of others before a speaker is confirmed: who is let go, and when those beside them can."""

from __future__ import annotations

from datetime import date

from portal.reasons import listed
from portal.speakers import in_time, lost_yes, since_their_yes
from portal.speakers.engagements import ACCEPTED, Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import NEW

TWO_EXPERIENCED = (
    "{name} is not new, and {other} would still come along. Are they not needed? Say first that they cannot come along."
)
NEW_ALONE = "{name} is new, and would speak alone."
LET_GO = (
    "If you confirm them, {others} {is_} told that somebody else speaks. Ask somebody experienced to come along first, "
    "{others} for example; or confirm {others} instead."
)


def before_confirming(request: SpeakerRequest, offer: str, today: date) -> list[str]:
    """Sentences on the offer of that number, or on the only one that has a yes; `today` is the day in London."""
    said_yes = [each for each in request.asked_now if each.state == ACCEPTED]
    chosen = [each for each in request.asked_now if str(each.id) == offer] if offer else said_yes
    found = _of_one(request, chosen[0]) if len(chosen) == 1 else []
    if request.state == "offered":
        found += _beside(request.partner, "comes along", today) + _two_experienced(request, chosen)
    return found + _beside(request.interpreter, "interprets", today)


def _of_one(request: SpeakerRequest, chosen: Offer) -> list[str]:
    """What they told since of their time, and whether they would speak alone."""
    since = since_their_yes.against(request, chosen)
    said = [f"{chosen.speaker.name} {words} since they said yes. Ask them whether they still come." for words in since]
    return said if request.is_partner_asked else said + _alone(chosen, request.asked_now)


def _two_experienced(request: SpeakerRequest, chosen: list[Offer]) -> list[str]:
    partner = request.partner
    if partner is None or len(chosen) != 1 or chosen[0].speaker.experience == NEW:
        return []
    return [TWO_EXPERIENCED.format(name=chosen[0].speaker.name, other=partner.speaker.name)]


def _alone(chosen: Offer, asked: list[Offer]) -> list[str]:
    if chosen.speaker.experience != NEW:
        return []
    others = [each.speaker.name for each in asked if each.speaker.experience != NEW]
    let_go = LET_GO.format(others=listed(others), is_="is" if len(others) == 1 else "are") if others else ""
    return [NEW_ALONE.format(name=chosen.speaker.name), *([let_go] if let_go else [])]


def _beside(found: Offer | None, does: str, today: date) -> list[str]:
    """On which of several days whoever comes beside the speaker has said that they can."""
    if found is None or found.state != ACCEPTED or not found.accepted:
        return []
    if {row["on"] for row in in_time.dates_left(found, today)} <= set(found.accepted):
        return []
    days = lost_yes.in_words(row for row in found.dates if row.get("on") in found.accepted)
    return [f"{found.speaker.name}, who {does}, said yes to {days} only."]

"""What the page of an offer says of how it stands: its heading, and the one date that is left.

The page itself, and what its buttons do, are `offer`’s.
"""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.clock import london_day, utc_now
from portal.extensions import db
from portal.public.offered import Opened
from portal.speakers import addressees, along, in_time, invitations, offers, two_clocks
from portal.speakers.engagements import (
    ACCEPTED,
    BESIDE,
    CONFIRMED,
    DECLINED,
    DROPPED_OUT,
    EXPIRED,
    PARTNER,
    RELEASED,
    Offer,
)
from portal.submissions import turns, untold
from portal.submissions.day_words import by_in_words

_OVER = {
    DECLINED: _l("You have told us that you cannot come"),
    DROPPED_OUT: _l("You have told us that you cannot come"),
    EXPIRED: _l("The time to answer has passed"),
}
"""How an offer ended by what the speaker did or left undone; the others ended by what somebody else did."""
_NO_DAY = _l(
    "The branch has named no day yet. Could you come on a certain day? Press “Another date would suit me”. A yes means "
    "that you would like to speak: we then agree the day with you."
)
_HELD = ("held", "closed")


def only_date(found: Opened, speaks: str) -> list[dict[str, str]]:
    """The one date that is left, as a fact: where there are more, the form asks which of them suit.

    Whoever stands by is told it as well: what else is agreed with the branch is not theirs to read.
    """
    rows = in_time.dates_left(found.offer, london_day(utc_now())) if found.is_waiting else []
    if found.is_unheard:
        return _said_yes_to(found, speaks)
    if found.is_behind and not found.is_booked:
        return _told_last(found, speaks)
    if found.is_booked and found.is_beside and not found.is_untold and not found.reads_all:
        rows = offers.dates_offered(found.request)
    if not found.offer.dates and found.is_waiting and not found.is_beside:
        return [{"label": str(_("When")), "value": str(_NO_DAY)}]
    if len(rows) != 1:
        return []
    return [{"label": str(_("When")), "value": two_clocks.as_told(rows[0], speaks, has_kyiv=found.has_kyiv)}]


def _told_last(found: Opened, speaks: str) -> list[dict[str, str]]:
    """When they were told last that it is, while a letter waits that says otherwise."""
    theirs = [each for each in found.request.bookings if each.offer_id == found.offer.id]
    told = invitations.last_told(db.session(), theirs).values()
    with force_locale(speaks):
        days = [invitations.span(each.starts_at, each.ends_at, speaks)[0] for each in told]
    return [{"label": str(_("When, in London time")), "value": days[0]}] if days else []


def _said_yes_to(found: Opened, speaks: str) -> list[dict[str, str]]:
    """The days that they said yes to, as long as nothing has changed since that they have not been told either."""
    offer, bookings = found.offer, found.request.bookings
    booked_at = next((each.created_at for each in bookings if each.offer_id == offer.id), found.request.state_since)
    if offer.answered_at is None or offer.answered_at > booked_at:
        return []
    rows = [row for row in offer.dates if row.get("on") in offer.accepted]
    days = [two_clocks.as_told(row, speaks, has_kyiv=found.has_kyiv) for row in rows]
    return [{"label": str(_("When")), "value": "; ".join(days)}] if days else []


def together(found: Opened, speaks: str) -> list[dict[str, str]]:
    """Who comes to the meeting together with whoever reads it, as far as they may know it."""
    is_open = found.is_waiting or found.is_booked
    other = along.with_whom(found.request.offers, found.offer) if is_open and not found.is_untold else None
    if other is None:
        return []
    label = _("Who speaks") if found.comes_along else _("Who comes along with you")
    return [{"label": str(label), "value": other.name_in(speaks)}]


def hear_by(found: Opened) -> str:
    """The day by which we promised to write to whoever has said yes, behind "by"; empty once it has gone."""
    request, has_said_yes = found.request, found.is_waiting and found.offer.state == ACCEPTED
    if found.is_unheard and found.offer.state == CONFIRMED:
        day = untold.promised_before(db.session(), request)
    else:
        day = next(iter(turns.ours(request)), None) if has_said_yes else None
    return by_in_words(day) if day is not None and day >= london_day(utc_now()) else ""


def over(found: Opened) -> str:
    """Why there is nothing more to do on the page of an offer that is over: what happened, as far as we know it."""
    offer, state = found.offer, found.request.state
    if offer.state == CONFIRMED and state in _HELD:
        return str(_("The meeting has been held. There is nothing more to do here. Thank you."))
    if offer.state == RELEASED and state == "cancelled":
        return _nothing_to_do(_("The meeting has been called off."))
    if offer.state == RELEASED and found.request.WORKFLOW.state(state).is_final and state not in _HELD:
        if found.interprets:
            return _nothing_to_do(_("The request is closed, and no interpreter is needed any more."))
        return _nothing_to_do(_("The request is closed, and no speaker is needed any more."))
    if comes_along_instead(found) is not None:
        return str(_("This question is over: you are asked to come along to this meeting instead of speaking at it."))
    if _somebody_else_speaks(found):
        was_booked = any(each.offer_id == offer.id for each in found.request.bookings)
        if was_booked:
            return _nothing_to_do(_("You were booked for this meeting, and somebody else speaks in your place."))
        return _nothing_to_do(_("Another speaker is booked for this meeting."))
    return _nothing_to_do()


def comes_along_instead(found: Opened) -> Offer | None:
    """Their other offer for the same meeting: to come along took the place of to speak; None where there is none."""
    offer = found.offer
    if offer.state != RELEASED or offer.role in BESIDE:
        return None
    theirs = (each for each in found.request.offers if each.role == PARTNER and each.closed_at is None)
    return next((each for each in theirs if each.speaker_id == offer.speaker_id), None)


def _nothing_to_do(why: str = "") -> str:
    done = _("You need not keep any date for this meeting. Thank you for being ready to help.")
    return f"{why} {done}".strip()


def _somebody_else_speaks(found: Opened) -> bool:
    """Whether they were let go because another speaker is booked."""
    offer, request = found.offer, found.request
    if offer.state != RELEASED or offer.role in BESIDE or request.state not in ("confirmed", *_HELD):
        return False
    return any(each.state == CONFIRMED and each.role not in BESIDE for each in request.offers)


def _of_a_booking(found: Opened) -> str:
    """What whoever is booked is booked for."""
    if found.interprets:
        return str(_("You interpret at this meeting"))
    if found.comes_along:
        return str(_("You come along to this meeting"))
    return str(
        _("You stand by for this meeting") if found.stands_by or found.is_swap_unheard else _("You are booked to speak")
    )


def situation(found: Opened) -> str:
    """How it stands, in a few words: the heading of the page."""
    if found.is_unheard:
        return str(_("Thank you for your yes") if found.is_booked else _("Thank you for being ready to help"))
    if found.is_behind:
        was_booked = any(each.offer_id == found.offer.id for each in found.request.bookings)
        return _of_a_booking(found) if was_booked else str(_("Thank you for being ready to help"))
    if found.are_days_wished:
        return str(_("The branch wishes to meet on another day"))
    if found.is_asked_again:
        return str(_("The meeting has changed: does it suit you?"))
    if found.is_booked:
        return _of_a_booking(found)
    if found.interprets and found.is_waiting and found.offer.state != ACCEPTED:
        return str(_("Could you interpret at a meeting?"))
    if found.comes_along and found.is_waiting and found.offer.state != ACCEPTED:
        return str(_("Could you come along to a meeting?"))
    if not found.is_waiting:
        if comes_along_instead(found) is not None:
            return str(_("You are asked to come along instead"))
        if _somebody_else_speaks(found):
            is_over = found.request.state in _HELD
            return str(
                _("Somebody else spoke at this meeting") if is_over else _("Somebody else speaks at this meeting")
            )
        return str(_OVER.get(found.offer.state, _("This request is over")))
    if found.offer.state == ACCEPTED:
        return str(_("Thank you for your yes"))
    if addressees.is_own_day(found.offer):
        return str(_("The day you named suits the branch"))
    return str(_("Could you stand by for a meeting?") if found.stands_by else _("Could you speak to a union branch?"))

"""What the page of an offer says of how it stands: its heading, and the one date that is left.

The page itself, and what its buttons do, are `offer`’s.
"""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.clock import london_day, utc_now
from portal.public.offered import Opened
from portal.speakers import addressees, in_time, offers, two_clocks
from portal.speakers.engagements import ACCEPTED, DECLINED, DROPPED_OUT, EXPIRED

_OVER = {
    DECLINED: _l("You have told us that you cannot come"),
    DROPPED_OUT: _l("You have told us that you cannot come"),
    EXPIRED: _l("The time to answer has passed"),
}
"""How an offer ended by what the speaker did or left undone; the others ended by what somebody else did."""


def only_date(found: Opened, speaks: str) -> list[dict[str, str]]:
    """The one date that is left, as a fact: where there are more, the form asks which of them suit.

    Whoever stands by is told it as well: what else is agreed with the branch is not theirs to read.
    """
    rows = in_time.dates_left(found.offer, london_day(utc_now())) if found.is_waiting else []
    if found.is_booked and found.is_beside:
        rows = offers.dates_offered(found.request)
    if len(rows) != 1:
        return []
    return [{"label": str(_("When")), "value": two_clocks.as_told(rows[0], speaks, has_kyiv=found.has_kyiv)}]


def situation(found: Opened) -> str:
    """How it stands, in a few words: the heading of the page."""
    if found.are_days_wished:
        return str(_("The branch wishes to meet on another day"))
    if found.is_asked_again:
        return str(_("The meeting has changed: does it suit you?"))
    if found.interprets and (found.is_booked or found.is_waiting) and found.offer.state != ACCEPTED:
        booked = found.is_booked
        return str(_("You interpret at this meeting") if booked else _("Could you interpret at a meeting?"))
    if found.is_booked:
        return str(_("You stand by for this meeting") if found.stands_by else _("You are booked to speak"))
    if not found.is_waiting:
        return str(_OVER.get(found.offer.state, _("This request is over")))
    if found.offer.state == ACCEPTED:
        return str(_("Thank you for your yes"))
    if addressees.is_own_day(found.offer):
        return str(_("The day you named suits the branch"))
    return str(_("Could you stand by for a meeting?") if found.stands_by else _("Could you speak to a union branch?"))

"""What the link in a speaker’s letter opens: one offer, the request it is for, and what may still be done about it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from portal.clock import utc_now
from portal.emails import links
from portal.extensions import db
from portal.public import language
from portal.public.finding import NoSuchLinkError
from portal.speakers import unheard
from portal.speakers.beside_rows import BEFORE_IT
from portal.speakers.engagements import (
    ACCEPTED,
    ASKED,
    BESIDE,
    CONFIRMED,
    INTERPRETER,
    PARTNER,
    RELEASED,
    STAND_BY,
    Offer,
)
from portal.speakers.models import SpeakerRequest
from portal.submissions import whole
from portal.submissions.private_links import is_over


@dataclass(frozen=True)
class Opened:
    """What a link opens: the offer and the request it is for."""

    offer: Offer
    request: SpeakerRequest
    is_unheard: bool = False
    """Whether the letter that says what has become of it has not left yet: until then the page does not say it."""
    is_behind: bool = False
    """Whether they know that they are booked, and the letter that says what has changed since has not left yet."""

    is_swap_unheard: bool = False
    """Whether they know that they stand by, and not yet that they speak."""

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is still of use."""
        if self.interprets or self.comes_along:
            return self._is_open and self.offer.state in (ASKED, ACCEPTED) and self.request.state in BEFORE_IT
        if self.stands_by:
            return self.offer.closed_at is None and self.offer.state == ASKED and self.request.state == "confirmed"
        return self.offer.closed_at is None and self.request.state == "offered"

    @property
    def has_kyiv(self) -> bool:
        """Whether the hour in Kyiv helps: not where everybody is in the room."""
        return not self.request.is_no_call and self.offer.tour_id is None

    @property
    def stands_by(self) -> bool:
        """Whether it is about standing by, not about speaking."""
        return self.offer.role == STAND_BY

    @property
    def interprets(self) -> bool:
        """Whether it is about interpreting."""
        return self.offer.role == INTERPRETER

    @property
    def comes_along(self) -> bool:
        """Whether it is about coming along with somebody who speaks."""
        return self.offer.role == PARTNER

    @property
    def is_beside(self) -> bool:
        """Whether it is about coming beside a speaker, not about speaking."""
        return self.offer.role in BESIDE

    @property
    def _is_open(self) -> bool:
        return self.offer.closed_at is None

    @property
    def is_booked(self) -> bool:
        """Whether the speaker is booked, or stands by also while another first speaker is sought."""
        states = ("confirmed", "matching", "offered") if self.is_beside else ("confirmed",)
        return self.offer.closed_at is None and self.offer.state == CONFIRMED and self.request.state in states

    @property
    def reads_all(self) -> bool:
        """Whether they come to a meeting that is agreed: then their page says of it what their letter says."""
        is_known = self.is_booked and not self.is_untold and not self.stands_by
        return is_known and self.request.state == "confirmed"

    @property
    def is_asked_again(self) -> bool:
        """Whether they are booked, and have still to say if a change of the meeting suits them."""
        return self.can_drop_out and not self.is_untold and self.offer.has_still_to_agree

    @property
    def are_days_wished(self) -> bool:
        """Whether the branch wishes other days than the agreed one, and they have still to say which suits."""
        return self.is_asked_again and not self.is_beside and self.request.are_days_wished

    @property
    def can_propose(self) -> bool:
        """Whether another date is still of use: of whoever is asked to speak, or booked to."""
        return not self.is_beside and (self.is_waiting or (self.can_drop_out and not self.is_untold))

    @property
    def is_untold(self) -> bool:
        """Whether anything of how it stands now has not been told them."""
        return self.is_unheard or self.is_behind

    @property
    def need_not_answer(self) -> bool:
        """Whether they have not answered, and have not been told either what was settled meanwhile."""
        return self.is_untold and not self.is_booked and self.offer.answered_at is None

    @property
    def can_drop_out(self) -> bool:
        """Whether they are booked for a meeting that is not over."""
        ends = (each.ends_at for each in self.request.bookings if each.offer_id == self.offer.id)
        return self.is_booked and all(each > utc_now() for each in ends)


def opened(token: str, *, lock: bool = False) -> Opened:
    """What a link opens; from here on the page speaks the speaker's language. Raises `NoSuchLinkError`."""
    now = utc_now()
    link = links.find(db.session(), "offer", token, now)
    wanted = select(Offer, unheard.IS_OF_OFFER, unheard.IS_BEHIND, unheard.IS_OF_SWAP)
    wanted = wanted.where(Offer.id == (link.subject_id if link is not None else 0))
    row = db.session.execute(wanted).one_or_none()
    found, is_unheard, is_behind, is_swap = row or (None, False, False, False)
    if found is None or not found.speaker.is_in_register:
        raise NoSuchLinkError
    request = whole.load(db.session(), found.submission_id, lock=lock)
    if not isinstance(request, SpeakerRequest) or is_over(request, now):
        raise NoSuchLinkError
    if lock:
        db.session.refresh(found)
    language.speak(found.speaker.language)
    is_decided = found.state in (CONFIRMED, RELEASED)
    is_behind = is_behind and is_decided and not is_unheard
    return Opened(found, request, is_unheard and is_decided, is_behind, is_behind and is_swap)

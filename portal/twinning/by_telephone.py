"""What a proposal knows of a body in Ukraine that reads no letters: one of us asks it (`telephone_rows`)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import object_session

from portal.twinning.first_calls import FirstCall


class HeardByTelephone:
    """What a proposal knows of a body that reads no letters of ours, or has no page of its own."""

    candidate: Any
    twinning: Any
    body_owes_answer: Any
    is_body_silent: Any
    body_name: Any

    @property
    def is_body_typed(self) -> bool:
        """Whether the body was typed in by hand, so that nobody but us knows its contact."""
        return self.candidate is None

    @property
    def has_no_body_to_take_in(self) -> bool:
        """Whether there is no body that was typed in beside its branch, and could have a page of its own."""
        return not self.is_body_typed or not self.body_name

    @property
    def is_body_without_address(self) -> bool:
        """Whether the body of the register that is proposed or linked has no email address."""
        known = self.candidate
        return known is not None and not known.registration.contact_email

    @property
    def is_body_to_be_asked(self) -> bool:
        """Whether that body has not said what it thinks of the branch that is proposed."""
        return self.is_body_without_address and self.body_owes_answer

    @property
    def is_body_to_say_how_it_goes(self) -> bool:
        """Whether that body has not said how the twinning goes since the branch was asked."""
        return self.is_body_without_address and self.is_body_silent

    @property
    def has_no_times_offered(self) -> bool:
        """Whether no times are offered for a first call that one side could tell us of."""
        session = object_session(self)
        if session is None or self.twinning is None:
            return True
        call = session.scalar(select(FirstCall).where(FirstCall.twinning_id == self.twinning.id))
        return call is None or call.starts_at is not None or not call.slots

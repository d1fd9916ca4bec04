"""Where a closed file of a twinning goes back to, should it be opened again."""

from __future__ import annotations

from typing import Any

from portal.twinning.states import LINKED


class ClosedFile:
    """What a proposal knows of that. `goes_back_to` is the state it was closed in."""

    goes_back_to: Any
    body_name: Any
    lead_has_agreed: Any

    @property
    def was_linked(self) -> bool:
        """Whether a closed file goes back to where both sides knew each other."""
        return self.goes_back_to in LINKED

    @property
    def was_not_linked(self) -> bool:
        """Whether a closed file goes back to a time before both sides knew each other."""
        return not self.was_linked

    @property
    def has_lost_its_body(self) -> bool:
        """Whether the body that its branch knew has withdrawn: there is nobody to take it up again with."""
        return self.was_linked and not self.body_name

    @property
    def linked_lead_has_agreed(self) -> bool:
        """Whether a closed file goes back to where the twin knew a lead who has agreed to be named."""
        return bool(self.was_linked and self.lead_has_agreed)

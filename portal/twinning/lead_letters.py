"""The rows of letters to the lead of a twinning, where that is not who wrote to us. Asking them is in `leads`.

Like the workflow that sends them, this is standard library only.
"""

from __future__ import annotations

from portal.submissions.workflow import Notification, Recipient

LEAD_ASKED = Notification("twinning/lead-asked", Recipient.LEAD, only_if="is_lead_to_ask")


def to_lead(name: str, *, only_if: str = "lead_has_agreed") -> Notification:
    """The letter to a lead beside the branch's of that name: whoever the twin writes to must know how things stand.

    None of the mover's words go into it: they were written to the branch.
    """
    return Notification(f"twinning/{name}-lead", Recipient.LEAD, only_if=only_if, is_reticent=True)

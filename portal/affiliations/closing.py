"""How an affiliation is closed, as data: withdrawn, ended or declined, and who hears. Lapsing is in `workflow`."""

from __future__ import annotations

from dataclasses import replace

from portal.affiliations.states import AFFILIATED, LIVE
from portal.submissions.usual_rows import REASON, closing_rows
from portal.submissions.workflow import N_, Actor, Ask, Notification, Recipient, Transition

NOTHING_DUE = Notification("affiliation/nothing-due", Recipient.TREASURER, only_if="has_fee_kept_ready")
"""Who counts on a fee must hear that it is not wanted."""

TO_SETTLE = Notification("affiliation/fee-to-settle", Recipient.TREASURER, only_if="has_treasurer_paid")
"""Who has paid for a year that the branch does not want any more must hear what becomes of the money."""

LEAVE = "leave"
END = Transition(
    LEAVE,
    N_("End the affiliation"),
    N_("The affiliation was ended"),
    AFFILIATED,
    "ended",
    by=(Actor.BRANCH, Actor.COORDINATOR),
    asks=(
        Ask(
            "reason",
            N_("Would you like to tell us why?"),
            is_required=False,
            desk_label=N_("Why?"),
            desk_hint=REASON.hint,
        ),
    ),
    notify=(
        Notification("affiliation/ended", Recipient.BRANCH),
        Notification("affiliation/ended-team", Recipient.TEAM),
        NOTHING_DUE,
        Notification("affiliation/ended-treasurer", Recipient.TREASURER, only_if="has_treasurer_to_hear"),
    ),
    then="portal.affiliations.terms.settle_money",
)
"""Who is affiliated takes back no request: the affiliation ends, whoever paid for it, and also where nobody did."""


_WITHDRAW, _DECLINE = closing_rows(open_states=LIVE, other_side=(NOTHING_DUE, TO_SETTLE))
CLOSING = (replace(_WITHDRAW, then=END.then), END, _DECLINE)

"""How an affiliation is closed, as data: withdrawn, ended or declined, and who hears. Lapsing is in `workflow`."""

from __future__ import annotations

from dataclasses import replace

from portal.affiliations.states import AFFILIATED, LIVE
from portal.submissions.usual_rows import closing_rows
from portal.submissions.workflow import Notification, Recipient, Transition

NOTHING_DUE = Notification("affiliation/nothing-due", Recipient.TREASURER, only_if="has_fee_kept_ready")
"""Who counts on a fee must hear that it is not wanted."""

TO_SETTLE = Notification("affiliation/fee-to-settle", Recipient.TREASURER, only_from=LIVE, only_if="has_treasurer_paid")
"""Who has paid for a year that the branch does not want any more must hear what becomes of the money."""

WITHDRAWN = (
    Notification("common/withdrawn", Recipient.BRANCH, only_from=LIVE),
    Notification("affiliation/ended", Recipient.BRANCH, only_from=AFFILIATED),
    Notification("affiliation/ended-team", Recipient.TEAM, only_from=AFFILIATED),
    NOTHING_DUE,
    TO_SETTLE,
    Notification(
        "affiliation/ended-treasurer", Recipient.TREASURER, only_from=AFFILIATED, only_if="has_treasurer_to_hear"
    ),
)
"""Who is affiliated takes back no request: the affiliation ends, whoever paid for it, and also where nobody did."""


def _rows() -> tuple[Transition, ...]:
    withdraw, *others = closing_rows(
        open_states=(*LIVE, *AFFILIATED), confirmed=AFFILIATED, other_side=(NOTHING_DUE, TO_SETTLE)
    )
    return (replace(withdraw, notify=WITHDRAWN, then="portal.affiliations.terms.withdraw"), *others)


CLOSING = _rows()

"""What comes by itself in the life of an affiliation, as data; the moves stand in `workflow`.

Labels and tasks are for the desk, which is in English.
"""

from __future__ import annotations

from portal.submissions.usual_rows import asking_follow_ups
from portal.submissions.workflow import FollowUp, Notification, Recipient

FEE_IS_ASKED = ("awaiting-payment", "renewal-due", "grace")
"""Who has renewed is asked for the fee as everybody: the days count from the letter that asks for it."""
WAS_IT_CARRIED = FollowUp(
    "was-it-carried",
    "Letter to the branch: was it carried?",
    "decided_on",
    1,
    ("awaiting-decision",),
    notify=(Notification("affiliation/was-it-carried", Recipient.BRANCH),),
    unless="is_with_us",
    series="decision",
    late=3,
)
WAS_IT_CARRIED_AGAIN = FollowUp(
    "was-it-carried-again",
    "Reminder to the branch: was it carried?",
    "decided_on",
    9,
    ("awaiting-decision",),
    notify=(Notification("affiliation/was-it-carried-again", Recipient.BRANCH),),
    unless="is_with_us",
    series="decision",
    after=WAS_IT_CARRIED,
)
DECISION_MISSING = FollowUp(
    "decision-missing",
    "Task: the branch has not told what it decided",
    "decided_on",
    22,
    ("awaiting-decision",),
    task="The branch has not told us what its meeting decided. Telephone the secretary.",
    late=90,
    after=WAS_IT_CARRIED_AGAIN,
)
FEE_REMINDER = FollowUp(
    "fee-reminder",
    "Reminder to the treasurer, copy to the branch: the fee",
    "fee_asked_at",
    31,
    FEE_IS_ASKED,
    notify=(
        Notification("affiliation/fee-reminder", Recipient.TREASURER),
        Notification("affiliation/fee-reminder-branch", Recipient.BRANCH, only_if="hears_of_the_reminder"),
    ),
    only_if="is_fee_due",
    unless="is_not_reminded_of_fee",
    series="fee",
)
FEE_LAST_REMINDER = FollowUp(
    "fee-last-reminder",
    "Last reminder to the treasurer, copy to the branch: the fee",
    "fee_asked_at",
    60,
    FEE_IS_ASKED,
    notify=(
        Notification("affiliation/fee-last-reminder", Recipient.TREASURER),
        Notification("affiliation/fee-last-reminder-branch", Recipient.BRANCH, only_if="has_own_treasurer"),
    ),
    only_if="is_fee_due",
    unless="is_not_reminded_of_fee",
    series="fee",
    after=FEE_REMINDER,
)
FEE_MISSING = FollowUp(
    "fee-missing",
    "Task: the fee has not come",
    "fee_asked_at",
    90,
    FEE_IS_ASKED,
    task="The fee has not come for three months. Telephone the treasurer; perhaps it should be waived.",
    only_if="is_fee_due",
    unless="is_invoice_owed",
    late=365,
    after=FEE_LAST_REMINDER,
)
RENEWAL_DUE = FollowUp(
    "renewal-due",
    "The branch is asked to renew",
    "term_ends_on",
    -90,
    ("active",),
    move="renewal-due",
    late=90,
)
"""Nobody asks earlier: the move waits for the day on which this comes."""
TERM_OVER = FollowUp(
    "term-over",
    "The term has run out",
    "term_ends_on",
    1,
    ("renewal-due",),
    # The move waits until the day to pay by has passed, where the branch has renewed. Nothing is lost by waiting for
    # September: the branch is counted in until somebody lets it lapse.
    move="into-grace",
    unless="is_renewal_to_be_invoiced",
    late=365,
)
GRACE_REMINDER = FollowUp(
    "grace-reminder",
    "Reminder to the branch: you can still renew",
    "term_ends_on",
    32,
    ("grace",),
    notify=(Notification("affiliation/grace-reminder", Recipient.BRANCH),),
    unless="is_renewal_settled",
    after=TERM_OVER,
)
GRACE_OVER = FollowUp(
    "grace-over",
    "Task: the renewal has not come",
    "term_ends_on",
    75,
    ("grace",),
    task="The term ran out over two months ago. Telephone the branch, then let it lapse or help it to renew.",
    unless="has_renewed",
    late=365,
    after=GRACE_REMINDER,
)
DECISION = (
    *asking_follow_ups("query", first=7, second=14, third=18),
    WAS_IT_CARRIED,
    WAS_IT_CARRIED_AGAIN,
    DECISION_MISSING,
    FollowUp(
        "decision-day-unknown",
        "Task: no day of the decision is known",
        "state_since",
        30,
        ("awaiting-decision",),
        task="A month has passed and we know no day of the decision. Ask the branch when its meeting is.",
        unless="decided_on",
        late=90,
    ),
)
FEE = (
    FEE_REMINDER,
    FEE_LAST_REMINDER,
    FEE_MISSING,
)
RENEWAL = (
    RENEWAL_DUE,
    FollowUp(
        "renewal-reminder",
        "Reminder to the branch: the renewal",
        "term_ends_on",
        -30,
        ("renewal-due",),
        notify=(Notification("affiliation/renewal-reminder", Recipient.BRANCH),),
        unless="is_renewal_settled",
        series="renewal",
    ),
    FollowUp(
        "renewal-last-reminder",
        "Last reminder to the branch: the renewal",
        "term_ends_on",
        -7,
        ("renewal-due",),
        notify=(Notification("affiliation/renewal-last-reminder", Recipient.BRANCH),),
        unless="is_renewal_settled",
        series="renewal",
        late=5,
    ),
    TERM_OVER,
    GRACE_REMINDER,
    GRACE_OVER,
)

FOLLOW_UPS = (*DECISION, *FEE, *RENEWAL)

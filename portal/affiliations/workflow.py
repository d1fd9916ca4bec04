"""The whole life of an affiliation, as data. A waiver is a fact of the term, not a state."""

from __future__ import annotations

from dataclasses import replace

from portal.affiliations.closing import CLOSING, NOTHING_DUE
from portal.affiliations.follow_ups import FOLLOW_UPS
from portal.affiliations.states import STATES
from portal.submissions.usual_rows import asking_rows, reopening_row
from portal.submissions.workflow import (
    BACK,
    N_,
    SAME,
    Actor,
    Answer,
    Ask,
    Notification,
    Recipient,
    Step,
    Transition,
    Workflow,
)

KIND = "affiliation"
DECIDED = 2
"""The number of the public step “Your branch has decided”."""

PAYMENT = (
    Ask("paid_pence", N_("Amount received"), Answer.MONEY, hint=N_("In pounds, for example 50 or 50.00")),
    Ask("paid_on", N_("Date it arrived"), Answer.DATE, hint=N_("For example 14 January 2027")),
)
AGREED_FEE = Ask(
    "fee_pence",
    N_("Fee for this year"),
    Answer.MONEY,
    is_required=False,
    hint=N_("Leave this empty for what the branch offers, or the fee as it is worked out. In pounds, like 50 or 50.00"),
    only_if="has_known_fee",
)
FEE_TO_AGREE = replace(
    AGREED_FEE, is_required=True, hint=N_("In pounds, for example 50 or 50.00"), only_if="has_fee_to_agree"
)
AIMS = Ask(
    "aims",
    N_("How do you know that the branch accepts our aims?"),
    Answer.LINE,
    hint=N_("The branch has not told us yet. For example: the secretary said so by telephone on 12 November."),
    only_if="lacks_aims",
)
ENOUGH = Ask(
    "counts_as_whole",
    N_("Is it less than the fee, and still enough?"),
    Answer.CHOICE,
    is_required=False,
    hint=N_("Leave this open if the whole fee has arrived."),
    choices=(("yes", N_("Yes, it counts as the whole fee")), ("no", N_("No"))),
    # The rest is waived then.
    needs_money=True,
)
WAIVER = (Ask("reason", N_("Why is the fee waived?"), hint=N_("Kept with the term."), answer=Answer.TEXT),)

TRANSITIONS = (
    Transition(
        "await-decision",
        N_("Wait for the branch’s decision"),
        N_("We are waiting for the branch’s decision"),
        ("received",),
        "awaiting-decision",
        notify=(Notification("affiliation/awaiting-decision", Recipient.BRANCH),),
        # A second form of a branch that is affiliated needs no vote: the first one is renewed.
        unless="is_replaced",
    ),
    Transition(
        "carried",
        N_("The motion was carried"),
        N_("The branch decided to affiliate"),
        ("awaiting-decision",),
        "received",
        by=(Actor.BRANCH, Actor.COORDINATOR),
        asks=(Ask("decided_on", N_("When was it carried?"), Answer.DATE, hint=N_("For example 14 January 2027")),),
        notify=(Notification("affiliation/carried", Recipient.BRANCH),),
        then="portal.affiliations.terms.decide",
    ),
    Transition(
        "put-off",
        N_("The motion was put off"),
        N_("The branch put its decision off"),
        ("awaiting-decision",),
        SAME,
        by=(Actor.BRANCH, Actor.COORDINATOR),
        asks=(
            Ask(
                "next_on",
                N_("When is the next meeting?"),
                Answer.DATE,
                is_required=False,
                hint=N_("For example 14 January 2027. Leave this empty if nobody knows yet."),
            ),
        ),
        notify=(Notification("affiliation/put-off", Recipient.BRANCH),),
        then="portal.affiliations.terms.put_off",
    ),
    Transition(
        "lost",
        N_("The motion was lost"),
        N_("The branch decided not to affiliate"),
        ("awaiting-decision",),
        "not-carried",
        by=(Actor.BRANCH, Actor.COORDINATOR),
        asks=(
            Ask(
                "reason",
                N_("What spoke against it?"),
                is_required=False,
                hint=N_("Only if you would like to tell us."),
                desk_hint=N_("Kept in the history."),
            ),
            Ask(
                "met_on",
                N_("When was your meeting?"),
                Answer.DATE,
                is_required=False,
                hint=N_("For example 14 January 2027"),
                desk_label=N_("When was the meeting?"),
            ),
        ),
        notify=(Notification("affiliation/lost", Recipient.BRANCH, is_reticent=True), NOTHING_DUE),
        then="portal.affiliations.terms.lose",
    ),
    Transition(
        "accept",
        N_("Accept and ask for the fee"),
        N_("The affiliation was accepted"),
        ("received",),
        "awaiting-payment",
        asks=(AIMS, AGREED_FEE, FEE_TO_AGREE),
        notify=(
            Notification("affiliation/accepted", Recipient.BRANCH),
            Notification("affiliation/fee-due", Recipient.TREASURER),
        ),
        then="portal.affiliations.terms.open_term",
        # A second form of a branch that is affiliated: its fee is asked for there, and once.
        unless="is_replaced",
    ),
    Transition(
        "paid",
        N_("The fee has arrived"),
        N_("The fee arrived"),
        ("awaiting-payment", "grace", "renewal-due"),
        "active",
        asks=(*PAYMENT, ENOUGH),
        notify=(
            Notification("affiliation/active", Recipient.BRANCH),
            # Where one person holds both offices, the letter to the branch is the receipt as well.
            Notification("affiliation/receipt", Recipient.TREASURER, only_if="has_own_treasurer"),
        ),
        then="portal.affiliations.terms.pay",
    ),
    Transition(
        "part-paid",
        N_("A part of the fee has arrived"),
        N_("A part of the fee arrived"),
        ("awaiting-payment", "grace", "renewal-due"),
        SAME,
        asks=PAYMENT,
        notify=(Notification("affiliation/part-receipt", Recipient.TREASURER),),
        then="portal.affiliations.terms.pay_part",
    ),
    Transition(
        "waive",
        N_("Waive the fee"),
        N_("The fee was waived"),
        ("received", "awaiting-payment", "grace", "renewal-due"),
        "active",
        asks=(AIMS, *WAIVER),
        needs_money=True,
        notify=(
            Notification("affiliation/active", Recipient.BRANCH),
            Notification("affiliation/fee-waived", Recipient.TREASURER, only_if="has_fee_kept_ready"),
        ),
        then="portal.affiliations.terms.waive",
        unless="is_replaced",
    ),
    Transition(
        "renewal-due",
        N_("Ask for the renewal"),
        N_("The renewal is due"),
        ("active",),
        "renewal-due",
        by=(Actor.COORDINATOR, Actor.WORKER),
        notify=(Notification("affiliation/renewal-due", Recipient.BRANCH),),
        not_before="renewal_opens_on",
    ),
    Transition(
        "renew",
        N_("Yes, we renew"),
        N_("The branch renewed"),
        ("renewal-due", "grace"),
        # A branch that renews stays affiliated: the fee for the next year changes nothing of this one.
        SAME,
        by=(Actor.BRANCH, Actor.COORDINATOR),
        notify=(
            Notification("affiliation/renewed", Recipient.BRANCH),
            Notification("affiliation/renewal-fee", Recipient.TREASURER),
        ),
        then="portal.affiliations.terms.open_term",
        unless="has_renewed",
    ),
    Transition(
        "rejoin",
        N_("Yes, we affiliate again"),
        N_("The branch affiliates again"),
        ("lapsed",),
        "awaiting-payment",
        by=(Actor.BRANCH, Actor.COORDINATOR),
        notify=(
            Notification("affiliation/accepted", Recipient.BRANCH),
            Notification("affiliation/fee-due", Recipient.TREASURER),
        ),
        then="portal.affiliations.terms.open_term",
        unless="is_replaced",
    ),
    Transition(
        "into-grace",
        N_("The term has run out"),
        N_("The term ran out"),
        ("renewal-due",),
        "grace",
        by=(Actor.COORDINATOR, Actor.WORKER),
        notify=(Notification("affiliation/grace", Recipient.BRANCH),),
        not_before="late_from",
        unless="is_renewal_to_be_invoiced",
    ),
    Transition(
        "lapse",
        N_("Let it lapse"),
        N_("The affiliation lapsed"),
        ("grace",),
        "lapsed",
        asks=(Ask("reason", N_("What did the branch say?"), is_required=False, hint=N_("Kept in the history.")),),
        notify=(Notification("affiliation/lapsed", Recipient.BRANCH), NOTHING_DUE),
    ),
    *asking_rows(sources=("received", "awaiting-payment"), waiting="query"),
    *CLOSING,
    # A second form of the branch opens a closed affiliation again by itself.
    replace(
        # A paid year that still runs is taken up again; all else begins anew (`Affiliation.taken_up_as`).
        reopening_row(closed_states=("declined", "withdrawn", "ended", "lapsed", "not-carried"), target=BACK),
        by=(Actor.COORDINATOR, Actor.WORKER),
        then="portal.affiliations.terms.reopen",
        unless="is_replaced",
    ),
)

WORKFLOW = Workflow(
    kind=KIND,
    initial="received",
    states=STATES,
    transitions=TRANSITIONS,
    steps=(
        Step(N_("We have your affiliation")),
        Step(N_("A volunteer has read it"), doing=N_("A volunteer reads it"), is_reading=True),
        Step(
            N_("Your branch has decided"),
            N_("After your meeting, please tell us what it decided"),
            doing=N_("Your branch decides"),
            ahead=N_("Your branch decides"),
        ),
        Step(
            N_("Your affiliation is accepted"),
            N_("We write to you as soon as we have gone through it"),
            doing=N_("We go through your affiliation"),
        ),
        Step(
            N_("The fee is settled"),
            N_("We write to your treasurer what to pay, and when"),
            doing=N_("We wait for the fee"),
        ),
        Step(N_("Affiliated"), N_("We tell you, and send your treasurer a receipt for the fee")),
    ),
    acknowledge=(
        Notification("affiliation/received", Recipient.BRANCH),
        Notification("affiliation/heads-up", Recipient.TREASURER),
    ),
    follow_ups=FOLLOW_UPS,
)

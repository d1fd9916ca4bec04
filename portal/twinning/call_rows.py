"""The moves of a first call, as data: times offered, one fixed, none that suits both. What they do is `calling`’s."""

from __future__ import annotations

from portal.submissions.workflow import N_, SAME, Actor, Answer, Ask, Notification, Recipient, Transition
from portal.twinning.lead_letters import to_lead
from portal.twinning.pulse import SIDES

OFFER, HEARD, FIXED, NO_TIME = "offer-call-times", "call-times-heard", "call-fixed", "no-call-time"
SEND_LINK = "send-call-link"
NO_LINK = "call-without-address"
"""What comes by itself while a call that is fixed has no address."""
BEFORE_THE_CALL = ("introduced", "getting-acquainted")
"""Where times are offered, ticked and fixed."""
KEEPS_THE_CALL = (*BEFORE_THE_CALL, "twinned", "dormant", "closed")
"""Where a call that both have fixed still stands: neither a pause nor an end takes it away."""
_OFFERED = (
    Notification("twinning/call-times", Recipient.BRANCH),
    Notification("twinning/call-times-body", Recipient.UKRAINIAN_BODY),
)
_FIXED = (
    Notification("twinning/call-fixed", Recipient.BRANCH),
    to_lead("call-fixed"),
    Notification("twinning/call-fixed-body", Recipient.UKRAINIAN_BODY),
)
_ADDRESS = (
    Notification("twinning/call-address", Recipient.BRANCH),
    to_lead("call-address"),
    Notification("twinning/call-address-body", Recipient.UKRAINIAN_BODY),
)
CALLS = (
    Transition(
        SEND_LINK,
        N_("Send the address of the first call"),
        N_("The address of the first call was sent"),
        BEFORE_THE_CALL,
        SAME,
        asks=(
            Ask(
                "call_link",
                N_("Address of the video call"),
                Answer.LINE,
                hint=N_("Only the two of them read it. The time stays, and both get a new entry for their calendar."),
            ),
        ),
        notify=_ADDRESS,
        then="portal.twinning.calling.send_link",
        unless="has_no_call_fixed",
    ),
    Transition(
        OFFER,
        N_("Offer times for the first call"),
        N_("Times for the first call were offered"),
        BEFORE_THE_CALL,
        SAME,
        asks=(
            Ask(
                "call_times",
                N_("Times in London, one in a line"),
                is_required=False,
                hint=N_(
                    "For example 14 January 2027, 5pm. Leave it empty, and we offer six times of two weeks. "
                    "A time that is fixed already is undone: both are asked anew."
                ),
            ),
            Ask(
                "call_link",
                N_("Address of the video call"),
                Answer.LINE,
                is_required=False,
                hint=N_("Only the two of them read it, once a time is fixed."),
            ),
        ),
        notify=(*_OFFERED, to_lead("call-moved", only_if="lead_counts_on_call")),
        then="portal.twinning.calling.offer_typed",
        unless="is_body_typed",
    ),
    Transition(
        HEARD,
        N_("One side told us which times suit"),
        N_("One side told us which times suit for the first call"),
        BEFORE_THE_CALL,
        SAME,
        asks=(
            Ask("side", N_("Who told you?"), Answer.CHOICE, choices=SIDES),
            # The times that are offered are its choices; nothing ticked means that none suits.
            Ask("call_suits", N_("Which times suit them?"), Answer.SEVERAL, is_required=False),
        ),
        then="portal.twinning.calling.heard",
        unless="has_no_times_offered",
        is_internal=True,
    ),
    Transition(
        FIXED,
        N_("The first call is fixed"),
        N_("The first call was fixed"),
        BEFORE_THE_CALL,
        SAME,
        by=(Actor.WORKER,),
        notify=_FIXED,
        then="portal.twinning.calling.fix",
    ),
    Transition(
        NO_TIME,
        N_("No time suits both"),
        N_("No time suited both for the first call, and others were offered"),
        BEFORE_THE_CALL,
        SAME,
        by=(Actor.WORKER,),
        notify=_OFFERED,
        then="portal.twinning.calling.ask_again",
    ),
)

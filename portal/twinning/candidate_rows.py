"""The moves of a proposal that are about a body of the register, as data; all others stand in `workflow`."""

from __future__ import annotations

from portal.submissions.workflow import N_, Actor, Answer, Ask, Notification, Recipient, Transition
from portal.twinning.lead_letters import LEAD_ASKED

PROPOSED = N_("A twin was proposed to both sides")
TO_BOTH = (
    Notification("twinning/proposed", Recipient.BRANCH),
    Notification("twinning/proposed-body", Recipient.UKRAINIAN_BODY),
    # A second time, before it matters: whoever has not answered is not named.
    LEAD_ASKED,
)
BY_HAND = "propose"
"""Proposes a body that is typed in by hand."""
PROPOSE, STEP_BACK, UNANSWERED = "propose-body", "body-steps-back", "unanswered"
OF_THE_REGISTER = (
    Transition(
        PROPOSE,
        N_("Propose a body of the register"),
        PROPOSED,
        ("seeking",),
        "proposed",
        asks=(
            Ask("body", N_("Who is proposed"), Answer.CHOSEN),
            Ask(
                "although",
                N_("Why you propose it, although something speaks against it"),
                Answer.TEXT,
                is_required=False,
                hint=N_("Kept in the history. Leave it empty where nothing does."),
            ),
        ),
        notify=TO_BOTH,
        then="portal.twinning.proposing.propose",
    ),
    Transition(
        STEP_BACK,
        N_("The body stepped back"),
        N_("It did not come about this time"),
        ("proposed",),
        "seeking",
        by=(Actor.UKRAINIAN_BODY,),
        notify=(Notification("twinning/still-looking", Recipient.BRANCH),),
        then="portal.twinning.introductions.part",
    ),
    Transition(
        UNANSWERED,
        N_("Not both sides answered in time"),
        N_("It did not come about this time"),
        ("proposed",),
        "seeking",
        by=(Actor.WORKER,),
        notify=(
            Notification("twinning/still-looking", Recipient.BRANCH),
            Notification("twinning/still-looking-body", Recipient.UKRAINIAN_BODY, only_if="body_knows"),
        ),
        then="portal.twinning.introductions.part",
    ),
)

"""The moves of a proposal that are about a body of the register, as data; all others stand in `workflow`."""

from __future__ import annotations

from portal.submissions.workflow import N_, Answer, Ask, Notification, Recipient, Transition
from portal.twinning.lead_letters import LEAD_ASKED

PROPOSED = N_("A twin was proposed to both sides")
TO_BOTH = (
    Notification("twinning/proposed", Recipient.BRANCH),
    Notification("twinning/proposed-body", Recipient.UKRAINIAN_BODY),
    # A second time, before it matters: whoever has not answered is not named.
    LEAD_ASKED,
)
PROPOSE = "propose-body"
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
)

"""The moves of a proposal that are about a body of the register, as data; all others stand in `workflow`."""

from __future__ import annotations

from portal.submissions.workflow import N_, SAME, Actor, Answer, Ask, Notification, Recipient, Transition
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
ASKED_IN = ("proposed", "introduced")
"""Where either side can say no: also once both are introduced, until the letters that say so have left."""
_PASSED = (
    Ask(
        "question",
        N_("What they had asked"),
        is_required=False,
        hint=N_("Leave it empty where you pass a question on."),
    ),
    Ask(
        "answer",
        N_("What you pass on"),
        hint=N_("A question or an answer of the other side. Never a name, a town, an address or a number."),
    ),
)
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
        ASKED_IN,
        "seeking",
        by=(Actor.UKRAINIAN_BODY,),
        notify=(Notification("twinning/still-looking", Recipient.BRANCH),),
        then="portal.twinning.introductions.part",
        unless="is_introduced",
        corrects=True,
        corrects_from=("proposed",),
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
        then="portal.twinning.introductions.run_out",
    ),
    Transition(
        "pass-to-branch",
        N_("Pass something on to the branch"),
        N_("We passed words on to the branch"),
        ("proposed",),
        SAME,
        asks=_PASSED,
        notify=(Notification("twinning/passed-on", Recipient.BRANCH),),
    ),
    Transition(
        "pass-to-body",
        N_("Pass something on to the Ukrainian body"),
        N_("We passed words on to the Ukrainian side"),
        ("proposed",),
        SAME,
        asks=_PASSED,
        notify=(Notification("twinning/passed-on-body", Recipient.UKRAINIAN_BODY),),
        then="portal.twinning.passing_on.to_body",
    ),
)

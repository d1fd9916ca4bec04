"""The moves of two who know each other, as data: paused, asked how it goes, quiet, revived, ended.

All others stand in `workflow`; like it, this is standard library only.
"""

from __future__ import annotations

from portal.submissions.workflow import (
    BACK,
    N_,
    SAME,
    Actor,
    Answer,
    Ask,
    FollowUp,
    Notification,
    Recipient,
    Transition,
)
from portal.twinning.kind_notes import KIND_NOTE
from portal.twinning.lead_letters import to_lead
from portal.twinning.pulse import AGAIN_AFTER, ANSWERS, OVER_AFTER, QUARTER, SIDES
from portal.twinning.states import ACQUAINTED, GOING_ON, LINKED

ASK, BRANCH_SAYS, BODY_SAYS = "ask-pulse", "branch-pulse", "body-pulse"
BODY_ENDS = "body-ends"
BRANCH_CONTACT, BODY_CONTACT = "branch-contact-changed", "body-contact-changed"
PAUSES = (("pause", Actor.COORDINATOR), ("branch-pauses", Actor.BRANCH), ("body-pauses", Actor.UKRAINIAN_BODY))
"""Who may pause it: each side on its own page, and we."""
PAUSED_BY = {Actor.BRANCH: "twinning/pause-noted"}
"""The letter to a branch that has paused it itself."""
PAUSED_BY_BODY = {Actor.UKRAINIAN_BODY: "twinning/pause-noted-body"}
"""The same for a body in Ukraine: its kind word is its own, and went to the other side."""
RESUMED_BY = {Actor.BRANCH: "twinning/resume-noted"}
"""The letter to one that has taken it up again itself: it is no news to them."""
RESUMED_BY_BODY = {Actor.UKRAINIAN_BODY: "twinning/resume-noted-body"}
"""The same for a body in Ukraine."""
RESUMES = (
    ("resume", Actor.COORDINATOR, ""),
    ("branch-resumes", Actor.BRANCH, "is_paused_elsewhere"),
    ("body-resumes", Actor.UKRAINIAN_BODY, "is_not_paused_by_body"),
)
"""Whoever paused it may take it up again, and so may we: nobody presses the other side."""
BODY_FORWARD = ("first-contact", "body-agrees", "revive", "body-resumes")
"""What a body in Ukraine may do with its twinning on its own page when it is the next step."""
BODY_MOVES = (*BODY_FORWARD, "body-pauses", BODY_ENDS)
"""All that it may do there."""
SAID = Ask("said", N_("How is your twinning going?"), Answer.CHOICE, choices=ANSWERS)
ASKED = ("twinned", "dormant")
"""Where either side can say how it goes."""
REVIVED = (
    Notification("twinning/revived", Recipient.BRANCH),
    to_lead("revived"),
    Notification("twinning/revived-body", Recipient.UKRAINIAN_BODY),
)

STANDING = (
    *(
        Transition(
            name,
            N_("Pause the twinning"),
            N_("The twinning was paused"),
            GOING_ON,
            "paused",
            by=(actor,),
            asks=(KIND_NOTE,),
            notify=(
                Notification(PAUSED_BY.get(actor, "twinning/paused"), Recipient.BRANCH),
                to_lead("paused"),
                Notification(PAUSED_BY_BODY.get(actor, "twinning/paused-body"), Recipient.UKRAINIAN_BODY),
            ),
            then="portal.twinning.pulsing.rest",
            early=(ACQUAINTED, N_("Getting to know each other was paused")),
            # They know of no twin yet: what either may say then is no.
            unless="is_introduction_unheard",
        )
        for name, actor in PAUSES
    ),
    *(
        Transition(
            name,
            N_("Take it up again"),
            N_("The twinning was taken up again"),
            ("paused",),
            BACK,
            by=(actor,),
            notify=(
                Notification(RESUMED_BY.get(actor, "twinning/resumed"), Recipient.BRANCH),
                to_lead("resumed"),
                Notification(RESUMED_BY_BODY.get(actor, "twinning/resumed-body"), Recipient.UKRAINIAN_BODY),
            ),
            then="portal.twinning.pulsing.start_again",
            early=(ACQUAINTED, N_("Getting to know each other was taken up again")),
            unless=unless,
        )
        for name, actor, unless in RESUMES
    ),
    Transition(
        ASK,
        N_("Ask both how it goes"),
        N_("We asked both sides how it goes"),
        ("twinned",),
        SAME,
        by=(Actor.WORKER,),
        notify=(
            Notification("twinning/pulse", Recipient.BRANCH),
            Notification("twinning/pulse-body", Recipient.UKRAINIAN_BODY),
        ),
        then="portal.twinning.pulsing.ask",
    ),
    Transition(
        BRANCH_SAYS,
        N_("Tell us how it goes"),
        N_("The branch told us how it goes"),
        ASKED,
        SAME,
        by=(Actor.BRANCH,),
        asks=(SAID,),
        then="portal.twinning.pulsing.branch_said",
    ),
    Transition(
        BODY_SAYS,
        N_("Tell us how it goes"),
        N_("The Ukrainian side told us how it goes"),
        ASKED,
        SAME,
        by=(Actor.UKRAINIAN_BODY,),
        asks=(SAID,),
        then="portal.twinning.pulsing.body_said",
        is_internal=True,
    ),
    Transition(
        "pulse-heard",
        N_("One side told us how it goes"),
        N_("One side told us how it goes"),
        ASKED,
        SAME,
        asks=(
            Ask("side", N_("Who told you?"), Answer.CHOICE, choices=SIDES),
            Ask("said", N_("What did they say?"), Answer.CHOICE, choices=ANSWERS),
        ),
        then="portal.twinning.pulsing.heard",
        is_internal=True,
    ),
    Transition(
        "gone-quiet",
        N_("It has gone quiet for long"),
        N_("The twinning went dormant"),
        ("twinned",),
        "dormant",
        by=(Actor.COORDINATOR, Actor.WORKER),
        notify=(
            Notification("twinning/dormant", Recipient.BRANCH),
            to_lead("dormant"),
            Notification("twinning/dormant-body", Recipient.UKRAINIAN_BODY),
        ),
        not_before="dormant_from",
    ),
    Transition(
        "revive",
        N_("They are in touch again"),
        N_("The twinning was revived"),
        ("dormant",),
        "twinned",
        by=(Actor.COORDINATOR, Actor.BRANCH, Actor.UKRAINIAN_BODY),
        notify=REVIVED,
        then="portal.twinning.pulsing.start_again",
    ),
    Transition(
        "wake",
        N_("They are in touch again"),
        N_("The twinning was revived"),
        ("twinned",),
        SAME,
        notify=REVIVED,
        then="portal.twinning.pulsing.start_again",
        unless="is_lively",
    ),
    *(
        Transition(
            name,
            N_("End the twinning"),
            N_("The twinning was ended"),
            LINKED,
            "ended",
            by=by,
            asks=(
                KIND_NOTE,
                Ask(
                    "reason",
                    N_("Would you like to tell us why?"),
                    is_required=False,
                    hint=N_("Only we read it."),
                    desk_label=N_("Why?"),
                    desk_hint=N_("Kept in the history. Neither side reads it: we promised that nobody need say why."),
                ),
            ),
            notify=(
                Notification("twinning/ended", Recipient.BRANCH, is_reticent=True),
                to_lead("ended"),
                Notification("twinning/ended-team", Recipient.TEAM),
                Notification("twinning/ended-body", Recipient.UKRAINIAN_BODY, is_reticent=True),
            ),
            then="portal.twinning.pulsing.rest",
            early=(ACQUAINTED, N_("Getting to know each other was ended")),
            # They know of no twin yet: what either may say then is no.
            unless="is_introduction_unheard",
        )
        for name, by in (("end", (Actor.COORDINATOR, Actor.BRANCH)), (BODY_ENDS, (Actor.UKRAINIAN_BODY,)))
    ),
    Transition(
        "take-into-register",
        N_("Give the Ukrainian side a page of its own"),
        N_("The Ukrainian side has a page of its own"),
        LINKED,
        SAME,
        then="portal.twinning.taking_in.take_in",
        unless="has_no_body_to_take_in",
        is_internal=True,
    ),
    Transition(
        BRANCH_CONTACT,
        N_("The branch has another contact"),
        N_("The branch has another contact"),
        LINKED,
        SAME,
        by=(Actor.SUCCESSOR,),
        notify=(Notification("twinning/new-contact-body", Recipient.UKRAINIAN_BODY),),
    ),
    Transition(
        BODY_CONTACT,
        N_("The Ukrainian side has another contact"),
        N_("The Ukrainian side has another contact"),
        LINKED,
        SAME,
        by=(Actor.UKRAINIAN_BODY,),
        notify=(Notification("twinning/new-contact", Recipient.BRANCH), to_lead("new-contact")),
    ),
    Transition(
        "seek-again",
        N_("Look for another twin"),
        N_("We look for another twin"),
        ("ended",),
        "seeking",
        by=(Actor.COORDINATOR, Actor.BRANCH),
        notify=(Notification("twinning/seeking", Recipient.BRANCH),),
        then="portal.twinning.pulsing.seek_again",
    ),
)

PULSE = (
    FollowUp("pulse", "Both sides are asked how it goes", "pulse_from", QUARTER, ("twinned",), move=ASK, late=60),
    FollowUp(
        "pulse-again",
        "Letter to who has not said how it goes",
        "pulse_asked_on",
        AGAIN_AFTER,
        ("twinned",),
        notify=(
            Notification("twinning/pulse-again", Recipient.BRANCH, only_if="is_branch_silent"),
            Notification("twinning/pulse-again-body", Recipient.UKRAINIAN_BODY, only_if="is_body_silent"),
        ),
        only_if="is_a_side_silent",
        late=7,
    ),
    FollowUp(
        "dormant",
        "The twinning goes dormant: two quiet quarters",
        "pulse_asked_on",
        OVER_AFTER,
        ("twinned",),
        move="gone-quiet",
        only_if="is_quiet_for_long",
        late=60,
    ),
    FollowUp(
        "dormant-call",
        "Task: a dormant twinning",
        "state_since",
        7,
        ("dormant",),
        task="The twinning has been quiet for two quarters. Telephone the branch, and ask the Ukrainian side gently.",
        every=90,
        late=60,
    ),
)
"""What comes by itself once two are twinned. While it is paused or ended none of it does."""

"""The moves of standing by, as data: somebody is asked to, says yes or no, and speaks in the first one's place.

The other moves of a speaker request stand in `workflow`.
"""

from __future__ import annotations

from portal.speakers.asking_rows import MAY_NAME, OFFER, REASON_GIVEN
from portal.submissions.workflow import (
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

TO_WHO_STANDS_BY = Notification("speaker/stand-by-over", Recipient.STAND_BY, only_if="has_stand_by_asked")
MOVED = Notification("speaker/stand-by-changed", Recipient.STAND_BY, only_if="has_stand_by_asked")
NEAR = Notification("speaker/stand-by-near", Recipient.STAND_BY, only_if="is_stand_by_booked")

STANDING_BY = (
    Transition(
        "ask-stand-by",
        N_("Ask somebody to stand by"),
        N_("We asked somebody to stand by"),
        ("confirmed",),
        SAME,
        asks=(Ask("speakers", N_("Who is asked"), Answer.CHOSEN),),
        notify=(Notification("speaker/stand-by-offer", Recipient.STAND_BY),),
        then="portal.speakers.standing_by.ask",
        unless="has_stand_by_asked",
        is_internal=True,
    ),
    Transition(
        "stand-by-accepts",
        N_("They will stand by"),
        N_("Somebody stands by"),
        ("confirmed",),
        SAME,
        by=(Actor.SPEAKER, Actor.COORDINATOR),
        asks=(OFFER, MAY_NAME),
        notify=(Notification("speaker/stand-by-booked", Recipient.STAND_BY),),
        then="portal.speakers.standing_by.accept",
        unless="is_no_stand_by_waited_for",
        is_internal=True,
    ),
    Transition(
        "stand-by-declines",
        N_("They cannot stand by"),
        N_("Whoever was to stand by cannot"),
        ("confirmed", "matching", "offered"),
        SAME,
        by=(Actor.SPEAKER, Actor.COORDINATOR),
        asks=(OFFER, REASON_GIVEN),
        notify=(Notification("speaker/stand-by-over", Recipient.STAND_BY),),
        then="portal.speakers.standing_by.decline",
        unless="has_no_stand_by_asked",
        hands_to_us=True,
        is_internal=True,
    ),
    Transition(
        "swap",
        N_("Let the stand-by speak"),
        N_("Somebody else speaks in their place"),
        ("confirmed", "matching"),
        "confirmed",
        notify=(
            Notification("speaker/swapped", Recipient.BRANCH),
            Notification("speaker/you-speak", Recipient.SPEAKER),
            Notification("speaker/stood-down", Recipient.OTHER_SPEAKERS),
        ),
        then="portal.speakers.standing_by.swap",
        unless="cannot_swap",
    ),
    Transition(
        "plan-b",
        N_("Tell the branch what to do if the call breaks"),
        N_("We agreed what happens if the call breaks"),
        ("confirmed",),
        SAME,
        asks=(
            Ask(
                "reason",
                N_("If the call breaks"),
                hint=N_("For example: read the greeting we send you, and take a collection. The branch reads this."),
            ),
        ),
        notify=(Notification("speaker/plan-b", Recipient.BRANCH),),
        then="portal.speakers.standing_by.keep_plan_b",
    ),
)

STAND_BY_MISSING = FollowUp(
    "stand-by-missing",
    "Task: nobody stands by for a speaker in Ukraine",
    "meeting_on",
    -7,
    ("confirmed",),
    task="The speaker joins from Ukraine, and nobody stands by. Ask somebody to, or tell the branch what to do if the "
    "call breaks.",
    only_if="needs_stand_by",
    late=6,
)

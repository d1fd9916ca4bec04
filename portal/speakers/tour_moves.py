"""The moves of a request on a visitor’s tour, as data: asked with the whole route in one letter, answered on one page.

They do what the moves of `asking_rows` do; but the visitor gets no letter for each meeting.
"""

from __future__ import annotations

from portal.speakers.asking_rows import MAY_NAME, OFFER, REASON_GIVEN
from portal.submissions.workflow import (
    N_,
    SAME,
    Actor,
    Answer,
    Ask,
    Notification,
    Recipient,
    Transition,
)

ASK, YES, NO, ONE_NO = "ask-on-tour", "visitor-accepts", "visitor-declines", "one-visitor-declines"
AFTER_ALL, ONE_AFTER_ALL = "visitor-comes-after-all", "one-visitor-comes-after-all"

TOURING = (
    Transition(
        ASK,
        N_("Ask a visitor on tour"),
        N_("We asked a speaker"),
        ("received", "matching"),
        "offered",
        asks=(Ask("speakers", N_("Who is asked"), Answer.CHOSEN),),
        notify=(
            Notification("speaker/offered", Recipient.BRANCH, only_if="is_first_asked"),
            Notification("speaker/offered-again", Recipient.BRANCH, only_if="was_another_asked"),
        ),
        then="portal.speakers.offers.offer",
    ),
    Transition(
        YES,
        N_("The visitor says yes"),
        N_("A speaker said yes"),
        ("offered",),
        SAME,
        by=(Actor.SPEAKER,),
        asks=(OFFER, Ask("accepted", N_("The dates that suit"), Answer.CHOSEN, is_required=False), MAY_NAME),
        then="portal.speakers.offers.accept",
        hands_to_us=True,
        is_internal=True,
    ),
    Transition(
        ONE_NO,
        N_("The visitor cannot come, others are asked"),
        N_("One of the speakers cannot come"),
        ("offered",),
        SAME,
        by=(Actor.SPEAKER,),
        asks=(OFFER, REASON_GIVEN),
        then="portal.speakers.offers.decline",
        unless="is_one_asked",
        is_internal=True,
    ),
    Transition(
        NO,
        N_("The visitor cannot come"),
        N_("The speaker cannot come"),
        ("offered",),
        "matching",
        by=(Actor.SPEAKER,),
        asks=(OFFER, REASON_GIVEN),
        then="portal.speakers.offers.decline",
        unless="are_several_asked",
    ),
    Transition(
        AFTER_ALL,
        N_("The visitor can come after all"),
        N_("The speaker can come after all"),
        ("matching",),
        "offered",
        by=(Actor.SPEAKER,),
        asks=(OFFER,),
        then="portal.speakers.after_all.reopen",
    ),
    Transition(
        ONE_AFTER_ALL,
        N_("The visitor can come after all, others are asked"),
        N_("One of the speakers can come after all"),
        ("offered",),
        SAME,
        by=(Actor.SPEAKER,),
        asks=(OFFER,),
        then="portal.speakers.after_all.reopen",
        is_internal=True,
    ),
)

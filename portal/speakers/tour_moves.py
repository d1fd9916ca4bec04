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

DAY_SUITS, DAY_DOES_NOT_SUIT, ONE_DAY_DOES_NOT_SUIT = "day-suits", "day-does-not-suit", "one-day-does-not-suit"

ASK, YES, NO, ONE_NO = "ask-on-tour", "visitor-accepts", "visitor-declines", "one-visitor-declines"
AFTER_ALL, ONE_AFTER_ALL = "visitor-comes-after-all", "one-visitor-comes-after-all"

HOUR = Ask("other_time", N_("When does your meeting start?"), Answer.TIME, hint=N_("For example 7pm or 19:30"))
OTHER_DAYS = Ask(
    "reason",
    N_("Which days would suit you instead?"),
    is_required=False,
    hint=N_("You need not say. The speaker does not read it."),
)
DAY_OFF = Notification("speaker/tour-day-off", Recipient.SPEAKER, is_reticent=True)

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
    Transition(
        DAY_SUITS,
        N_("The day of the tour suits the branch"),
        N_("The day of the tour suits the branch"),
        ("offered",),
        SAME,
        by=(Actor.BRANCH, Actor.COORDINATOR),
        asks=(HOUR,),
        then="portal.speakers.proposed_day.suits",
        unless="is_no_day_proposed",
    ),
    Transition(
        DAY_DOES_NOT_SUIT,
        N_("The day of the tour does not suit the branch"),
        N_("The day of the tour does not suit the branch"),
        ("offered",),
        "matching",
        by=(Actor.BRANCH, Actor.COORDINATOR),
        asks=(OTHER_DAYS,),
        notify=(DAY_OFF,),
        then="portal.speakers.proposed_day.does_not_suit",
        unless="is_no_lone_day_proposed",
    ),
    Transition(
        ONE_DAY_DOES_NOT_SUIT,
        N_("The day of the tour does not suit the branch, others are asked"),
        N_("The day of the tour does not suit the branch"),
        ("offered",),
        SAME,
        by=(Actor.BRANCH, Actor.COORDINATOR),
        asks=(OTHER_DAYS,),
        notify=(DAY_OFF,),
        then="portal.speakers.proposed_day.does_not_suit",
        unless="is_no_other_day_proposed",
    ),
)

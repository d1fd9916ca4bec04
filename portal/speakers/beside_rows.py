"""The moves of whoever comes beside a speaker, as data: asked to stand by or to interpret, yes, no, and the swap.

What follows where they are silent stands here as well. The other moves of a speaker request stand in `workflow`.
"""

from __future__ import annotations

from dataclasses import replace

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
    Rests,
    Transition,
)

BEFORE_IT = ("received", "matching", "offered", "confirmed")
"""Somebody may be asked to interpret before a speaker is: then the speaker’s language is no hindrance."""

TO_WHO_STANDS_BY = Notification("speaker/stand-by-over", Recipient.STAND_BY, only_if="has_stand_by_asked")
MOVED = Notification("speaker/stand-by-changed", Recipient.STAND_BY, only_if="has_stand_by_asked")
TO_INTERPRETER = Notification("speaker/interpreter-over", Recipient.INTERPRETER, only_if="is_interpreter_asked")
INTERPRETED = Notification("speaker/interpreter-meeting", Recipient.INTERPRETER, only_if="is_interpreter_asked")
TO_BOOKED_INTERPRETER = replace(INTERPRETED, only_if="is_interpreter_booked")
NEAR = (
    Notification("speaker/stand-by-near", Recipient.STAND_BY, only_if="is_stand_by_booked"),
    TO_BOOKED_INTERPRETER,
)
TOMORROW = (
    Notification("speaker/stand-by-tomorrow", Recipient.STAND_BY, only_if="is_stand_by_booked"),
    TO_BOOKED_INTERPRETER,
)
"""What those who are booked beside the speaker read as the day comes, each with the link to their own page."""

STANDING_BY = (
    Transition(
        "ask-stand-by",
        N_("Ask somebody to stand by"),
        N_("We asked somebody to stand by"),
        ("confirmed",),
        SAME,
        asks=(Ask("speakers", N_("Who is asked"), Answer.CHOSEN),),
        notify=(Notification("speaker/stand-by-offer", Recipient.STAND_BY),),
        then="portal.speakers.beside.ask_to_stand_by",
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
        then="portal.speakers.beside.accept_standing_by",
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
        then="portal.speakers.beside.decline_standing_by",
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
        then="portal.speakers.beside.swap",
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
        then="portal.speakers.beside.keep_plan_b",
        unless="is_no_call",
    ),
)

INTERPRETING = (
    Transition(
        "ask-interpreter",
        N_("Ask an interpreter"),
        N_("We asked an interpreter"),
        BEFORE_IT,
        SAME,
        asks=(Ask("speakers", N_("Who is asked"), Answer.CHOSEN),),
        notify=(Notification("speaker/interpreter-offer", Recipient.INTERPRETER),),
        then="portal.speakers.beside.ask_to_interpret",
        unless="is_interpreter_asked",
        is_internal=True,
    ),
    Transition(
        "interpreter-accepts",
        N_("They will interpret"),
        N_("An interpreter said yes"),
        BEFORE_IT,
        SAME,
        by=(Actor.SPEAKER, Actor.COORDINATOR),
        asks=(OFFER, Ask("accepted", N_("The dates that suit"), Answer.CHOSEN, is_required=False), MAY_NAME),
        notify=(Notification("speaker/interpreter-meeting", Recipient.INTERPRETER),),
        then="portal.speakers.beside.accept_interpreting",
        unless="is_no_interpreter_waited_for",
        is_internal=True,
    ),
    Transition(
        "interpreter-declines",
        N_("They cannot interpret"),
        N_("The interpreter cannot come"),
        BEFORE_IT,
        SAME,
        by=(Actor.SPEAKER, Actor.COORDINATOR),
        asks=(OFFER, REASON_GIVEN),
        notify=(Notification("speaker/interpreter-over", Recipient.INTERPRETER),),
        then="portal.speakers.beside.decline_interpreting",
        unless="is_no_interpreter_asked",
        hands_to_us=True,
        is_internal=True,
    ),
    Transition(
        "beside-unanswered",
        N_("Whoever was asked to come along is silent"),
        N_("Whoever was asked to come along did not answer in time"),
        BEFORE_IT,
        SAME,
        by=(Actor.WORKER,),
        notify=(
            Notification("speaker/stand-by-over", Recipient.STAND_BY, only_if="is_stand_by_silent"),
            Notification("speaker/interpreter-over", Recipient.INTERPRETER, only_if="is_interpreter_silent"),
        ),
        then="portal.speakers.beside.expire",
        is_internal=True,
    ),
)

BESIDE_ANSWERED = (
    FollowUp(
        "beside-reminder",
        "Reminder to whoever is asked to stand by or to interpret",
        "beside_remind_on",
        0,
        BEFORE_IT,
        notify=(
            Notification("speaker/stand-by-reminder", Recipient.STAND_BY, only_if="is_stand_by_silent"),
            Notification("speaker/interpreter-reminder", Recipient.INTERPRETER, only_if="is_interpreter_silent"),
        ),
        late=2,
        until="beside_answer_by",
        rests=Rests.WEEKENDS,
    ),
    FollowUp(
        "beside-unanswered",
        "The time is over of whoever was asked to stand by or to interpret",
        "beside_answer_by",
        1,
        BEFORE_IT,
        move="beside-unanswered",
        late=3650,
        rests=Rests.WEEKENDS,
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

"""The moves of interpreting, as data, and what follows where somebody asked to stand by or to interpret is silent.

The other moves of a speaker request stand in `workflow`, those of standing by in `standing_by_rows`.
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
    Rests,
    Transition,
)

BEFORE_IT = ("received", "matching", "offered", "confirmed")
"""Somebody may be asked to interpret before a speaker is: then the speaker’s language is no hindrance."""

TO_INTERPRETER = Notification("speaker/interpreter-over", Recipient.INTERPRETER, only_if="is_interpreter_asked")
INTERPRETED = Notification("speaker/interpreter-meeting", Recipient.INTERPRETER, only_if="is_interpreter_asked")
EVE = Notification("speaker/interpreter-meeting", Recipient.INTERPRETER, only_if="is_interpreter_booked")

INTERPRETING = (
    Transition(
        "ask-interpreter",
        N_("Ask an interpreter"),
        N_("We asked an interpreter"),
        BEFORE_IT,
        SAME,
        asks=(Ask("speakers", N_("Who is asked"), Answer.CHOSEN),),
        notify=(Notification("speaker/interpreter-offer", Recipient.INTERPRETER),),
        then="portal.speakers.interpreting.ask",
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
        then="portal.speakers.interpreting.accept",
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
        then="portal.speakers.interpreting.decline",
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
        then="portal.speakers.standing_by.expire",
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

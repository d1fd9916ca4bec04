"""The moves of whoever comes beside a speaker, as data: asked to stand by, to interpret or to come along, yes, no, and
the swap.

What follows where they are silent stands here as well. The other moves of a speaker request stand in `workflow`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from portal.speakers.asking_rows import AGREED, MAY_NAME, OFFER, REASON_GIVEN
from portal.speakers.beside_letters import JOINED
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
AFTER_A_SPEAKER = ("matching", "offered", "confirmed")
"""Whoever comes along stays, as whoever stands by does, while another speaker is looked for."""

STANDING_BY = (
    Transition(
        "ask-stand-by",
        N_("Ask somebody to stand by"),
        N_("We asked somebody to stand by"),
        ("confirmed",),
        SAME,
        asks=(Ask("speakers", N_("Who is asked"), Answer.CHOSEN),),
        notify=(Notification("speaker/stand-by-offer", Recipient.STAND_BY),),
        then="portal.speakers.beside.ask_stand_by",
        unless="is_stand_by_asked",
        is_internal=True,
    ),
    Transition(
        "stand-by-accepts",
        N_("They will stand by"),
        N_("Somebody stands by"),
        AFTER_A_SPEAKER,
        SAME,
        by=(Actor.SPEAKER, Actor.COORDINATOR),
        asks=(OFFER, MAY_NAME),
        notify=(Notification("speaker/stand-by-booked", Recipient.STAND_BY),),
        then="portal.speakers.beside.accept_stand_by",
        unless="is_no_stand_by_waited_for",
        is_internal=True,
    ),
    Transition(
        "stand-by-declines",
        N_("They cannot stand by"),
        N_("Whoever was to stand by cannot"),
        AFTER_A_SPEAKER,
        SAME,
        by=(Actor.SPEAKER, Actor.COORDINATOR),
        asks=(OFFER, REASON_GIVEN),
        notify=(Notification("speaker/stand-by-over", Recipient.STAND_BY),),
        then="portal.speakers.beside.decline_stand_by",
        unless="is_no_stand_by_asked",
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
            replace(JOINED, only_if="is_partner_booked"),
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


@dataclass(frozen=True)
class _Role:
    """Whoever is in the meeting with its speaker: how their letters begin, when they are asked and answer, and what
    each of the three moves is called, and what of it stands in the history.
    """

    name: str
    to: Recipient
    asked_in: tuple[str, ...]
    answers_in: tuple[str, ...]
    unless: str
    to_ask: tuple[str, str]
    yes: tuple[str, str]
    no: tuple[str, str]


def _moves(role: _Role) -> tuple[Transition, ...]:
    """They are asked, say yes to some of the days, say no; once the speaker and the branch have heard that the meeting
    is confirmed, the speaker hears of it at once, and of a no the branch, too.
    """
    by = (Actor.SPEAKER, Actor.COORDINATOR)
    news = Notification(f"speaker/{role.name}-news", Recipient.SPEAKER, only_from=("confirmed",))
    return (
        Transition(
            f"ask-{role.name}",
            *role.to_ask,
            role.asked_in,
            SAME,
            asks=(Ask("speakers", N_("Who is asked"), Answer.CHOSEN),),
            notify=(Notification(f"speaker/{role.name}-offer", role.to),),
            then=f"portal.speakers.beside.ask_{role.name}",
            unless=role.unless,
            is_internal=True,
        ),
        Transition(
            f"{role.name}-accepts",
            *role.yes,
            role.answers_in,
            SAME,
            by=by,
            asks=(OFFER, Ask("accepted", N_("The dates that suit"), Answer.CHOSEN, is_required=False), MAY_NAME),
            notify=(
                Notification(f"speaker/{role.name}-meeting", role.to),
                replace(news, only_if=f"is_{role.name}_news"),
            ),
            then=f"portal.speakers.beside.accept_{role.name}",
            unless=f"is_no_{role.name}_waited_for",
            is_internal=True,
        ),
        Transition(
            f"{role.name}-declines",
            *role.no,
            role.answers_in,
            SAME,
            by=by,
            asks=(OFFER, REASON_GIVEN),
            notify=(
                Notification(f"speaker/{role.name}-over", role.to),
                replace(news, only_if=f"is_{role.name}_told"),
                Notification(
                    f"speaker/{role.name}-gone",
                    Recipient.BRANCH,
                    only_from=("confirmed",),
                    only_if=f"is_{role.name}_told",
                ),
            ),
            then=f"portal.speakers.beside.decline_{role.name}",
            unless=f"is_no_{role.name}_asked",
            hands_to_us=True,
            is_internal=True,
        ),
    )


INTERPRETING = (
    *_moves(
        _Role(
            "interpreter",
            Recipient.INTERPRETER,
            asked_in=BEFORE_IT,
            answers_in=BEFORE_IT,
            unless="is_interpreter_asked",
            to_ask=(N_("Ask an interpreter"), N_("We asked an interpreter")),
            yes=(N_("They will interpret"), N_("An interpreter said yes")),
            no=(N_("They cannot interpret"), N_("The interpreter cannot come")),
        )
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
            Notification("speaker/partner-over", Recipient.PARTNER, only_if="is_partner_silent"),
        ),
        then="portal.speakers.beside.expire",
        is_internal=True,
    ),
)

JOINING = (
    Transition(
        "partner-speaks",
        N_("Let whoever comes along speak"),
        N_("Whoever was to come along speaks"),
        ("confirmed", "matching"),
        "confirmed",
        asks=(Ask("agreed", N_("How did they agree to speak?"), Answer.LINE, hint=AGREED.hint),),
        notify=(
            Notification("speaker/swapped", Recipient.BRANCH),
            Notification("speaker/you-speak", Recipient.SPEAKER),
            Notification("speaker/stood-down", Recipient.OTHER_SPEAKERS),
        ),
        then="portal.speakers.beside.let_partner_speak",
        unless="cannot_partner_speak",
    ),
    *_moves(
        _Role(
            "partner",
            Recipient.PARTNER,
            asked_in=("offered", "confirmed"),
            answers_in=AFTER_A_SPEAKER,
            unless="is_partner_out_of_place",
            to_ask=(N_("Ask somebody experienced to come along"), N_("We asked somebody experienced to come along")),
            yes=(N_("They will come along"), N_("Somebody experienced comes along")),
            no=(N_("They cannot come along"), N_("Whoever was to come along cannot")),
        ),
    ),
)

BESIDE_ANSWERED = (
    FollowUp(
        "beside-reminder",
        "Reminder to whoever is asked to stand by, to interpret or to come along, or whether a change suits them",
        "beside_remind_on",
        0,
        BEFORE_IT,
        notify=(
            Notification("speaker/stand-by-reminder", Recipient.STAND_BY, only_if="is_stand_by_to_remind"),
            Notification("speaker/interpreter-reminder", Recipient.INTERPRETER, only_if="is_interpreter_to_remind"),
            Notification("speaker/partner-reminder", Recipient.PARTNER, only_if="is_partner_to_remind"),
        ),
        late=2,
        until="beside_answer_by",
        rests=Rests.WEEKENDS,
    ),
    FollowUp(
        "beside-unanswered",
        "The time is over of whoever was asked to stand by, to interpret or to come along",
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
    # On the day itself a plan B still helps.
    late=7,
)

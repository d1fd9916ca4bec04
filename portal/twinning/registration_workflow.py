"""The whole life of a registration, as data: received, confirmed, open, paused, withdrawn.

"Branch" among the actors and recipients is here, as for every kind, whoever wrote to us: the Ukrainian body itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from portal.submissions.usual_rows import asking_follow_ups, asking_rows, reopening_row
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
    State,
    Step,
    Tag,
    Transition,
    Turn,
    Workflow,
)
from portal.twinning.registrations import DECLINED, PAUSED, RECEIVED, WITHDRAWN

KIND = "ukrainian"
LIVE = ("received", "confirmed", "open", "waiting", PAUSED)
BOTH = (Actor.BRANCH, Actor.COORDINATOR)

STATES = (
    State(
        "received",
        N_("New"),
        Tag.NEW,
        Turn.US,
        N_("We have your registration"),
        step=1,
        promise=5,
        doing=N_("We ask your union to confirm you"),
    ),
    State(
        "confirmed",
        N_("Confirmed"),
        Tag.CHECKING,
        Turn.US,
        N_("Your union has confirmed you"),
        step=2,
        promise=5,
        doing=N_("We prepare the search for a twin"),
    ),
    State("open", N_("Open for a twin"), Tag.MATCHING, Turn.NOBODY, N_("We are looking for a twin for you"), step=2),
    State(
        "waiting",
        N_("Waiting for an answer"),
        Tag.BRANCH,
        Turn.BRANCH,
        N_("We have a question for you"),
        resumes_as=BACK,
        doing_hint=N_("We go on as soon as you have answered our question"),
    ),
    State(
        PAUSED,
        N_("Paused"),
        Tag.BRANCH,
        Turn.NOBODY,
        N_("Your registration is paused"),
        doing_hint=N_("We propose you to nobody while you pause"),
    ),
    State("declined", N_("Declined"), Tag.DONE, Turn.NOBODY, N_("We could not take it on"), is_final=True),
    State(WITHDRAWN, N_("Withdrawn"), Tag.WITHDRAWN, Turn.NOBODY, N_("You withdrew your registration"), is_final=True),
)

NO_ANSWER = (
    "They have not answered our question. Reach them in the way that they called the safest, go on without, or decline."
)
NOT_AGREED = (
    "They have not agreed that we keep and use what stands here. Ask them in the way that they called the safest, "
    "or withdraw the registration."
)
HOW = (
    ("email", N_("By email")),
    ("phone", N_("By telephone")),
    ("call", N_("In a video call")),
    ("letter", N_("By letter")),
    ("person", N_("Face to face")),
)
CONFIRMATION = (
    Ask("confirmer_name", N_("Who at the national union confirmed the organisation?"), Answer.LINE),
    Ask("confirmer_post", N_("Their post"), Answer.LINE),
    Ask("confirmed_how", N_("How did they confirm it?"), Answer.CHOICE, choices=HOW),
    Ask("confirmed_day", N_("On which day?"), Answer.DATE, hint=N_("For example 14 January 2027")),
)

OF_A_BODY: dict[str, dict[str, Any]] = {
    "ask": {"label": N_("Ask them a question"), "done": N_("We asked the body a question")},
    "answer": {"done": N_("The body answered our question")},
}
"""What the rows about a question say of a body, where those of all kinds say it of a branch."""

TRANSITIONS = (
    Transition(
        "confirm",
        N_("The national union has confirmed them"),
        N_("The national union confirmed the organisation"),
        ("received",),
        "confirmed",
        asks=CONFIRMATION,
        notify=(Notification("ukrainian/confirmed", Recipient.BRANCH),),
        then="portal.twinning.registering.confirm",
        unless="lacks_agreement",
    ),
    Transition(
        "confirm-anew",
        N_("The national union has confirmed them anew"),
        N_("The national union confirmed the organisation anew"),
        ("confirmed", "open", "waiting", PAUSED),
        SAME,
        asks=CONFIRMATION,
        notify=(Notification("ukrainian/confirmed-anew", Recipient.BRANCH),),
        then="portal.twinning.registering.confirm",
        unless="is_not_to_confirm_anew",
    ),
    Transition(
        "open",
        N_("Open the registration for a twin"),
        N_("The registration was opened for a twin"),
        ("confirmed",),
        "open",
        notify=(Notification("ukrainian/open", Recipient.BRANCH),),
        then="portal.twinning.registering.begin_to_wait",
        unless="may_not_seek",
    ),
    Transition(
        "yes-to-twin",
        N_("The body says yes to the branch"),
        N_("The organisation said yes to this twin"),
        ("open",),
        SAME,
        by=BOTH,
        then="portal.twinning.answers.say_yes",
        unless="has_no_twin_to_answer",
    ),
    Transition(
        "no-to-twin",
        N_("The body says no to the branch"),
        N_("The organisation said no to this twin"),
        ("open",),
        SAME,
        by=BOTH,
        then="portal.twinning.answers.say_no",
        unless="has_no_twin_to_judge",
    ),
    Transition(
        "pause",
        N_("Pause the registration"),
        N_("The registration was paused"),
        ("confirmed", "open"),
        PAUSED,
        by=BOTH,
        notify=(Notification("ukrainian/paused", Recipient.BRANCH),),
    ),
    Transition(
        "resume",
        N_("Take it up again"),
        N_("The registration was taken up again"),
        (PAUSED,),
        BACK,
        by=BOTH,
        notify=(Notification("ukrainian/resumed", Recipient.BRANCH),),
    ),
    *(
        replace(row, **OF_A_BODY.get(row.name, {}))
        for row in asking_rows(sources=("received", "confirmed", "open"), waiting="waiting")
    ),
    Transition(
        "withdraw",
        N_("Withdraw the registration"),
        N_("The registration was withdrawn"),
        LIVE,
        WITHDRAWN,
        by=BOTH,
        notify=(Notification("ukrainian/withdrawn", Recipient.BRANCH, is_reticent=True),),
    ),
    Transition(
        "decline",
        N_("Decline with a reason"),
        N_("We declined the registration"),
        ("received", "waiting"),
        "declined",
        asks=(Ask("reason", N_("Why?"), hint=N_("They read this in the letter.")),),
        notify=(Notification("common/declined", Recipient.BRANCH),),
    ),
    # Who has withdrawn is forgotten: there is nothing to open again.
    replace(
        reopening_row(closed_states=(DECLINED,), target=BACK),
        asks=(Ask("reason", N_("Why?"), hint=N_("Kept in the history. The organisation does not see it.")),),
        unless="is_forgotten",
    ),
)

AGREEING = (
    FollowUp(
        "agreement-reminder",
        "Reminder to the body: whether it agrees",
        "state_since",
        7,
        (RECEIVED,),
        notify=(Notification("ukrainian/agreement-reminder", Recipient.BRANCH),),
        only_if="is_to_agree",
        unless="is_with_us",
        late=7,
    ),
    FollowUp(
        "not-agreed",
        "Task: they have not agreed that we keep what they told us",
        "state_since",
        21,
        (RECEIVED,),
        task=NOT_AGREED,
        only_if="lacks_agreement",
        every=30,
        late=60,
    ),
)
"""What comes where one of us typed in what a body told: nobody agrees for it."""

WORKFLOW = Workflow(
    kind=KIND,
    initial="received",
    states=STATES,
    transitions=TRANSITIONS,
    steps=(
        Step(N_("We have your registration")),
        Step(N_("Your union has confirmed you"), doing=N_("We ask your union to confirm you")),
        Step(N_("Looking for a twin"), N_("This often takes weeks. We write when we find one")),
        Step(N_("You both say yes"), N_("Each side sees a description without names first")),
        Step(N_("You get to know each other"), N_("We introduce you in both languages")),
        Step(N_("Twinned"), N_("You both agree, and we announce it as far as you both wish")),
    ),
    acknowledge=(Notification("ukrainian/received", Recipient.BRANCH),),
    follow_ups=(
        *AGREEING,
        *(
            replace(row, task=NO_ANSWER) if row.task else row
            for row in asking_follow_ups("waiting", first=7, second=14, third=21)
        ),
    ),
)

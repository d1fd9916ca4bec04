"""The whole life of a speaker request, as data."""

from __future__ import annotations

from dataclasses import replace

from portal.speakers.asking_rows import AGREED, AGREED_BY_WORD, ASKING, MAY_NAME, MEETING, OFFER
from portal.speakers.beside_letters import FOLLOWING, OVER, SPEAKER_GONE, THANKED
from portal.speakers.beside_rows import INTERPRETING, JOINING, STANDING_BY
from portal.speakers.changing_rows import CHANGING
from portal.speakers.follow_ups import FOLLOW_UPS
from portal.speakers.report_moves import NO_LONGER_NEEDED, REPORTING
from portal.speakers.searching_rows import GOING_ON, KEEPING_ITS_DAY
from portal.speakers.tour_moves import TOURING
from portal.submissions.usual_rows import asking_rows, closing_rows, reopening_row
from portal.submissions.workflow import (
    N_,
    Actor,
    Ask,
    Notification,
    Recipient,
    State,
    Step,
    Tag,
    Transition,
    Turn,
    Workflow,
)

KIND = "speaker"

STATES = (
    State("received", N_("New"), Tag.NEW, Turn.US, N_("We have your request"), step=1, promise=3),
    State(
        "matching",
        N_("Finding a speaker"),
        Tag.MATCHING,
        Turn.US,
        N_("We are looking for a speaker for your meeting"),
        step=2,
        promise=10,
        promise_note="where one is known, by the day the branch must know or four weeks before the meeting, "
        "in four weeks at the latest; late, one",
    ),
    State(
        "offered",
        N_("Speaker asked"),
        Tag.MATCHING,
        Turn.SPEAKER,
        N_("We have asked somebody to speak at your meeting"),
        step=2,
        doing=N_("Somebody is asked to speak"),
    ),
    State("confirmed", N_("Confirmed"), Tag.CONFIRMED, Turn.NOBODY, N_("Your speaker is confirmed"), step=4),
    State("held", N_("Meeting held"), Tag.CONFIRMED, Turn.BRANCH, N_("Your meeting has been held"), step=4),
    State("closed", N_("Completed"), Tag.DONE, Turn.NOBODY, N_("This request is complete"), step=4, is_final=True),
    State(
        "waiting-for-branch",
        N_("Waiting for branch"),
        Tag.BRANCH,
        Turn.BRANCH,
        N_("We have a question for you"),
        doing_hint=N_("We go on as soon as you have answered our question"),
    ),
    State(
        "no-match",
        N_("No speaker found"),
        Tag.DONE,
        Turn.NOBODY,
        N_("We could not find a speaker this time"),
        is_final=True,
    ),
    State("declined", N_("Declined"), Tag.DONE, Turn.NOBODY, N_("We could not take this request on"), is_final=True),
    State("withdrawn", N_("Withdrawn"), Tag.WITHDRAWN, Turn.NOBODY, N_("You withdrew this request"), is_final=True),
    State("cancelled", N_("Cancelled"), Tag.WITHDRAWN, Turn.NOBODY, N_("This meeting is cancelled"), is_final=True),
)

LIVE = ("received", "matching", "offered", "waiting-for-branch")

# Who has not heard that they are booked, or let go for somebody who is, learns of no branch.
TO_WHO_WAS_BOOKED = (
    NO_LONGER_NEEDED,
    Notification("speaker/cancelled-speaker", Recipient.SPEAKER, only_from=("confirmed",), only_if="is_booking_known"),
)
OTHER_SIDE = (
    Notification(
        "speaker/no-longer-needed",
        Recipient.SPEAKER,
        only_from=("offered",),
        only_if="knows_of_offer",
        is_reticent=True,
    ),
    *(replace(each, is_reticent=True) for each in (*TO_WHO_WAS_BOOKED, *OVER)),
)

TRANSITIONS = (
    Transition(
        "start-matching",
        N_("Start looking for a speaker"),
        N_("We started looking for a speaker"),
        ("received",),
        "matching",
        notify=(Notification("speaker/matching", Recipient.BRANCH),),
    ),
    GOING_ON,
    KEEPING_ITS_DAY,
    *ASKING,
    *TOURING,
    Transition(
        "confirm",
        N_("Confirm the speaker"),
        N_("The speaker was confirmed"),
        ("offered",),
        "confirmed",
        asks=(OFFER, *MEETING, AGREED, AGREED_BY_WORD, MAY_NAME),
        notify=(
            Notification("speaker/confirmed", Recipient.BRANCH),
            Notification("speaker/booked", Recipient.SPEAKER),
            Notification("speaker/others-thanked", Recipient.OTHER_SPEAKERS),
            *FOLLOWING,
        ),
        then="portal.speakers.bookings.confirm",
        passes_on="speaker",
    ),
    *CHANGING,
    Transition(
        "speaker-dropped-out",
        N_("The speaker has dropped out"),
        N_("The speaker dropped out"),
        ("confirmed",),
        "matching",
        by=(Actor.COORDINATOR, Actor.SPEAKER),
        asks=(Ask("reason", N_("What happened?"), is_required=False, hint=N_("Kept in the history.")),),
        notify=(
            Notification("speaker/dropped-out", Recipient.BRANCH),
            Notification("speaker/offer-over", Recipient.SPEAKER),
            Notification("speaker/dropped-out-team", Recipient.TEAM),
            SPEAKER_GONE,
        ),
        then="portal.speakers.dropping_out.drop_out",
        corrects=True,
    ),
    Transition(
        "held",
        N_("The meeting was held"),
        N_("The meeting was held"),
        ("confirmed",),
        "held",
        by=(Actor.COORDINATOR, Actor.WORKER),
        notify=(
            Notification("speaker/how-did-it-go", Recipient.BRANCH),
            Notification("speaker/thanks", Recipient.SPEAKER),
            *THANKED,
        ),
        then="portal.speakers.reports.begin",
        not_before="may_be_over_at",
    ),
    *REPORTING,
    Transition(
        "no-match",
        N_("Say that nobody can come"),
        N_("No speaker was found"),
        ("received", "matching"),
        "no-match",
        asks=(Ask("reason", N_("What can you offer instead?"), hint=N_("The branch reads this in the letter.")),),
        notify=(Notification("speaker/no-match", Recipient.BRANCH),),
    ),
    Transition(
        "cancel",
        N_("Cancel the meeting"),
        N_("The meeting was cancelled"),
        ("confirmed",),
        "cancelled",
        asks=(Ask("reason", N_("Why?"), hint=N_("Both sides read this in the letter.")),),
        notify=(
            Notification("speaker/cancelled", Recipient.BRANCH),
            *TO_WHO_WAS_BOOKED,
            *OVER,
        ),
        then="portal.speakers.bookings.call_off",
        not_after="begins_at",
    ),
    *STANDING_BY,
    *INTERPRETING,
    *JOINING,
    *asking_rows(sources=("received", "matching"), waiting="waiting-for-branch"),
    *(
        replace(row, then="portal.speakers.bookings.call_off")
        for row in closing_rows(
            open_states=(*LIVE, "confirmed"),
            confirmed=("confirmed",),
            begins="begins_at",
            other_side=OTHER_SIDE,
            declined="speaker/declined",
        )
    ),
    replace(
        reopening_row(closed_states=("closed", "no-match", "declined", "withdrawn", "cancelled"), target="matching"),
        then="portal.speakers.bookings.reopen",
    ),
)

WORKFLOW = Workflow(
    kind=KIND,
    initial="received",
    states=STATES,
    transitions=TRANSITIONS,
    steps=(
        Step(N_("We have your request")),
        Step(N_("A volunteer has read it"), doing=N_("A volunteer reads it"), is_reading=True),
        Step(N_("Finding a speaker"), N_("We tell you as soon as somebody says yes")),
        Step(N_("Speaker confirmed"), N_("We will email you who is coming and what to prepare")),
    ),
    acknowledge=(Notification("speaker/received", Recipient.BRANCH),),
    follow_ups=FOLLOW_UPS,
)

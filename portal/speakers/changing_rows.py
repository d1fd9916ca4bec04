"""The moves of a meeting that changes once somebody is booked for it, as data, and what follows if they do not answer.

What such a move does is `changing`’s. The other moves of a speaker request stand in `workflow`.
"""

from __future__ import annotations

from dataclasses import replace

from portal.speakers.asking_rows import MEETING
from portal.speakers.beside_rows import INTERPRETED, MOVED, TO_BOOKED_INTERPRETER
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

AGREED_ALREADY = Ask(
    "agreed",
    N_("Has the speaker agreed to it already?"),
    Answer.LINE,
    is_required=False,
    hint=N_("For example: by telephone on 3 December. If you leave it empty, our letter asks them."),
)
OTHER_DAY = (
    Ask("other_on", N_("Which day is it?"), Answer.DATE, hint=N_("For example 14 January 2027")),
    Ask(
        "other_time",
        N_("When does it start, in London time?"),
        Answer.TIME,
        hint=N_("Somebody in Ukraine may have meant the clock there: that is two hours later."),
    ),
)
TO_SPEAKER = Notification("speaker/changed-speaker", Recipient.SPEAKER)
CHANGE_COMING = Notification("speaker/change-coming", Recipient.SPEAKER)
DETAILS_TO_SPEAKER = Notification("speaker/details-changed-speaker", Recipient.SPEAKER)

CHANGING = (
    Transition(
        "change-meeting",
        N_("Change the date or time"),
        N_("The date or time was changed"),
        ("confirmed",),
        "confirmed",
        asks=(*MEETING, AGREED_ALREADY),
        notify=(Notification("speaker/changed", Recipient.BRANCH), TO_SPEAKER, MOVED, INTERPRETED),
        then="portal.speakers.changing.move",
        corrects=True,
    ),
    Transition(
        "branch-moves-meeting",
        N_("The branch moves its meeting"),
        N_("The meeting has a new day or hour"),
        ("confirmed",),
        "confirmed",
        by=(Actor.WORKER,),
        asks=MEETING,
        notify=(TO_SPEAKER, MOVED, INTERPRETED),
        then="portal.speakers.changing.move",
        is_internal=True,
        corrects=True,
    ),
    Transition(
        "branch-changes-format",
        N_("The branch changes how the speaker takes part"),
        N_("The speaker was asked about the new format"),
        ("confirmed",),
        SAME,
        by=(Actor.WORKER,),
        notify=(TO_SPEAKER, MOVED, INTERPRETED),
        then="portal.speakers.changing.ask_again",
        is_internal=True,
        corrects=True,
    ),
    Transition(
        "branch-changes-details",
        N_("The branch changes a detail of the meeting"),
        N_("The speaker was told of the new details"),
        ("confirmed",),
        SAME,
        by=(Actor.WORKER,),
        notify=(DETAILS_TO_SPEAKER, TO_BOOKED_INTERPRETER),
        is_internal=True,
        corrects=True,
    ),
    Transition(
        "we-change-details",
        N_("We correct a detail of the meeting"),
        N_("Both sides were told of the new details"),
        ("confirmed",),
        SAME,
        by=(Actor.WORKER,),
        notify=(
            Notification("speaker/details-changed", Recipient.BRANCH),
            DETAILS_TO_SPEAKER,
            TO_BOOKED_INTERPRETER,
        ),
        is_internal=True,
        corrects=True,
    ),
    Transition(
        "days-change-while-asked",
        N_("The days in question change while speakers are asked"),
        N_("The speakers who are asked were told of the new days"),
        ("offered",),
        SAME,
        by=(Actor.WORKER,),
        notify=(Notification("speaker/offer-changed", Recipient.SPEAKER),),
        is_internal=True,
    ),
    Transition(
        "ask-other-day",
        N_("Ask the branch whether another day suits"),
        N_("We asked the branch whether another day suits"),
        ("offered", "confirmed"),
        SAME,
        asks=OTHER_DAY,
        notify=(Notification("speaker/other-day", Recipient.BRANCH),),
        then="portal.speakers.other_day.ask",
        unless="is_no_other_day_named",
    ),
    Transition(
        "other-day-suits",
        N_("The other day suits the branch"),
        N_("The other day suits the branch"),
        ("offered", "confirmed"),
        SAME,
        by=(Actor.BRANCH, Actor.COORDINATOR),
        notify=(
            Notification("speaker/offer-changed", Recipient.SPEAKER, only_from=("offered",)),
            replace(TO_SPEAKER, only_from=("confirmed",)),
            replace(MOVED, only_from=("confirmed",)),
            replace(INTERPRETED, only_from=("confirmed",)),
        ),
        then="portal.speakers.other_day.take",
        unless="is_no_other_day_asked",
    ),
    Transition(
        "other-day-does-not-suit",
        N_("The other day does not suit the branch"),
        N_("The other day does not suit the branch"),
        ("offered", "confirmed"),
        SAME,
        by=(Actor.BRANCH, Actor.COORDINATOR),
        notify=(Notification("speaker/other-day-refused", Recipient.SPEAKER),),
        then="portal.speakers.other_day.leave",
        unless="is_no_other_day_asked",
    ),
    Transition(
        "speaker-keeps",
        N_("The change suits the speaker"),
        N_("The speaker has agreed to the change"),
        ("confirmed",),
        SAME,
        by=(Actor.SPEAKER, Actor.COORDINATOR),
        notify=(Notification("speaker/change-agreed", Recipient.BRANCH),),
        then="portal.speakers.changing.keep",
        unless="is_nobody_asked_again",
    ),
    Transition(
        "speaker-asks-other-date",
        N_("Another date would suit the speaker"),
        N_("The speaker asked for another date"),
        ("confirmed",),
        SAME,
        by=(Actor.SPEAKER,),
        asks=(Ask("other_date", N_("When could you come?"), Answer.LINE),),
        notify=(Notification("speaker/other-date-received", Recipient.SPEAKER),),
        then="portal.speakers.changing.propose",
        hands_to_us=True,
        is_internal=True,
    ),
)

CHANGE_ANSWERED = (
    FollowUp(
        "other-day-unanswered",
        "Task: the branch has not said whether the other day suits",
        "other_day_by",
        1,
        ("offered", "confirmed"),
        task="The branch has not said whether the speaker’s other day suits. Telephone, and write down what they say.",
        unless="is_no_other_day_asked",
        late=60,
    ),
    FollowUp(
        "change-reminder",
        "Reminder to the speaker: does the change suit you?",
        "remind_on",
        0,
        ("confirmed",),
        notify=(Notification("speaker/change-reminder", Recipient.SPEAKER),),
        unless="is_nobody_asked_again",
        late=2,
        until="answer_by",
        rests=Rests.WEEKENDS,
    ),
    FollowUp(
        "change-unanswered",
        "Task: the speaker has not said whether the change suits",
        "answer_by",
        1,
        ("confirmed",),
        task="The meeting has changed, and its speaker has not said whether that suits them. Telephone them.",
        unless="is_nobody_asked_again",
        late=60,
    ),
)

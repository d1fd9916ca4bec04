"""What comes by itself in the life of a speaker request, as data; the moves stand in `workflow`.

Labels and tasks are for the desk, which is in English.
"""

from __future__ import annotations

from portal.speakers.beside_letters import NEAR, TOMORROW
from portal.speakers.beside_rows import BESIDE_ANSWERED, STAND_BY_MISSING
from portal.speakers.changing_rows import CHANGE_ANSWERED
from portal.speakers.nearing import CALL_DAYS, SEARCHING
from portal.speakers.nearing_rows import NOBODY_YET, QUESTIONS
from portal.speakers.searching_rows import LAST_WORD, STILL_LOOKING
from portal.submissions.usual_rows import SEARCH
from portal.submissions.workflow import FollowUp, Notification, Recipient, Rests

OFFER_REMINDER = FollowUp(
    "offer-reminder",
    "Reminder to the speakers who have not answered",
    "remind_on",
    0,
    ("offered",),
    notify=(Notification("speaker/offer-reminder", Recipient.SPEAKER),),
    only_if="has_somebody_to_remind",
    unless="is_stopped_by_branch",
    late=2,
    until="reminded_until",
    rests=Rests.WEEKENDS,
)
SOME_UNANSWERED = FollowUp(
    "some-unanswered",
    "The time of some offers is over",
    "answer_by",
    1,
    ("offered",),
    move="some-unanswered",
    only_if="is_somebody_in_time",
    late=3650,
    rests=Rests.WEEKENDS,
)
NOBODY_ANSWERED = FollowUp(
    "nobody-answered",
    "The time of the offers is over: the next speaker is for us to ask",
    "answer_by",
    1,
    ("offered",),
    move="nobody-answered",
    unless="is_somebody_in_time",
    late=3650,
    rests=Rests.WEEKENDS,
)
REPORT_REMINDER = FollowUp(
    "report-reminder",
    "Reminder to who has not told: how did it go?",
    "state_since",
    8,
    ("held",),
    notify=(
        Notification("speaker/report-reminder", Recipient.BRANCH, only_if="has_branch_to_report"),
        Notification("speaker/report-reminder-speaker", Recipient.SPEAKER, only_if="has_speaker_to_report"),
    ),
    only_if="has_somebody_to_report",
    unless="is_with_us",
    series="report",
    late=7,
)
REPORT_LAST_REMINDER = FollowUp(
    "report-last-reminder",
    "Last reminder to who has not told: how did it go?",
    "state_since",
    22,
    ("held",),
    notify=(
        Notification("speaker/report-last-reminder", Recipient.BRANCH, only_if="has_branch_to_report"),
        Notification("speaker/report-last-reminder-speaker", Recipient.SPEAKER, only_if="has_speaker_to_report"),
    ),
    only_if="has_somebody_to_report",
    unless="is_with_us",
    series="report",
    late=7,
    after=REPORT_REMINDER,
)
REPORT_MISSING = FollowUp(
    "report-missing",
    "Task: the branch has not told how it went",
    "state_since",
    30,
    ("held",),
    task="The branch has not told us how the meeting went. Telephone, and write down what they say.",
    only_if="has_branch_to_report",
    late=16,
    after=REPORT_LAST_REMINDER,
)
BEFORE_AN_ANSWER = (
    *QUESTIONS,
    NOBODY_YET,
    FollowUp(
        "decide-by-near",
        "Task: the branch must know in three days",
        "decide_by",
        -3,
        SEARCHING,
        task="The branch must know by the day that it named. Say who comes, or that nobody can.",
        series=SEARCH,
        late=2,
    ),
    FollowUp(
        "decide-by",
        "Letter to the branch: nobody has said yes by its day",
        "decide_by",
        0,
        SEARCHING,
        notify=(Notification("speaker/decide-by", Recipient.BRANCH),),
        late=0,
        rests=Rests.NEVER,
    ),
    OFFER_REMINDER,
    SOME_UNANSWERED,
    NOBODY_ANSWERED,
    *BESIDE_ANSWERED,
    *STILL_LOOKING,
    LAST_WORD,
    FollowUp(
        "meeting-passed",
        "Task: the day has passed without a speaker",
        "meeting_on",
        1,
        SEARCHING,
        task="The day of the meeting has passed and nobody was confirmed. Write to the branch and close the request.",
        only_if="is_on_its_last_day",
        late=60,
    ),
)
MEETING_COMES = (
    *CHANGE_ANSWERED,
    STAND_BY_MISSING,
    FollowUp(
        "details-missing",
        "Letter to the branch: what is missing for the meeting",
        "meeting_on",
        -14,
        ("confirmed",),
        notify=(Notification("speaker/details-missing", Recipient.BRANCH),),
        only_if="lacks_details",
        unless="is_with_us",
        series="meeting",
        late=5,
        rests=Rests.WEEKENDS,
    ),
    FollowUp(
        "meeting-soon",
        "The details once more, to both sides",
        "meeting_on",
        -7,
        ("confirmed",),
        notify=(
            Notification("speaker/meeting-soon", Recipient.BRANCH),
            Notification("speaker/meeting-soon-speaker", Recipient.SPEAKER),
            *NEAR,
        ),
        unless="is_unsettled",
        series="meeting",
        late=4,
        rests=Rests.WEEKENDS,
    ),
    FollowUp(
        "details-still-missing",
        "Task: the place or the link is still missing",
        "meeting_on",
        # Not sooner, or before a weekend it would come with the letter of a week before, which asks for the same.
        -CALL_DAYS,
        ("confirmed",),
        task="The meeting is near, and its place or its joining link is not known. Telephone the branch.",
        only_if="lacks_details",
        unless="is_with_us",
        late=CALL_DAYS - 1,
    ),
    FollowUp(
        "meeting-tomorrow",
        "The day before, to both sides",
        "meeting_on",
        -1,
        ("confirmed",),
        notify=(
            Notification("speaker/meeting-tomorrow", Recipient.BRANCH),
            Notification("speaker/meeting-tomorrow-speaker", Recipient.SPEAKER),
            *TOMORROW,
        ),
        unless="is_unsettled",
        series="meeting",
        late=0,
        rests=Rests.NEVER,
    ),
    # A letter that was refused is a task of its own; whoever has not seen to it hears that the day is there.
    FollowUp(
        "meeting-untold",
        "Task: the meeting is near, and a letter about it never arrived",
        "meeting_on",
        -1,
        ("confirmed",),
        task="The meeting is on the next working day or before it, and our letter to one of the sides never arrived. "
        "Telephone them today: they may not know of it.",
        late=1,
    ),
    # Whoever has written about the meeting is not told the old facts once more: a person settles it first.
    FollowUp(
        "meeting-unsettled",
        "Task: the branch has written, and the meeting is near",
        "meeting_on",
        -7,
        ("confirmed",),
        task="The branch has written or changed something, and the meeting is near. Settle it with both sides today: "
        "until then neither is reminded.",
        only_if="is_with_us",
        late=6,
    ),
    FollowUp(
        "meeting-over",
        "Task: was the meeting held?",
        "meeting_on",
        2,
        ("confirmed",),
        task="The day of the meeting has passed, and what the branch wrote was never answered. Ask whether the meeting "
        "was held, and say so.",
        only_if="is_with_us",
        late=60,
    ),
    FollowUp(
        "meeting-held",
        "The day after: thanks to both sides, and how did it go?",
        "meeting_on",
        1,
        ("confirmed",),
        move="held",
        # Where the branch has just written, the day is in question or a change has no yes, a person looks first.
        unless="may_not_have_been",
        late=60,
        rests=Rests.WEEKENDS,
    ),
)
AFTERWARDS = (
    REPORT_REMINDER,
    REPORT_LAST_REMINDER,
    REPORT_MISSING,
    # Whoever sees a slip in what they told, or in what we thanked them for, can still mend it.
    FollowUp(
        "close-agreed",
        "Closed: both sides have told how it went",
        "told_on",
        3,
        ("held",),
        move="complete",
        unless="is_with_us",
        late=3650,
        rests=Rests.NEVER,
    ),
    # Not before the last word about the report: where reminders rest in August, this waits as long.
    FollowUp(
        "close-without-report",
        "Closed without a report",
        "state_since",
        45,
        ("held",),
        move="close-without-report",
        only_if="is_no_report_in",
        unless="is_with_us",
        late=3650,
        rests=Rests.NEVER,
        after=REPORT_MISSING,
    ),
    FollowUp(
        "close-after-report",
        "Closed: one side has told how it went",
        "state_since",
        45,
        ("held",),
        move="complete",
        only_if="is_report_in",
        unless="is_with_us",
        late=3650,
        rests=Rests.NEVER,
        after=REPORT_MISSING,
    ),
)

FOLLOW_UPS = (*BEFORE_AN_ANSWER, *MEETING_COMES, *AFTERWARDS)

"""What comes by itself because the meeting of a branch is near, as data: calls about open questions, nobody found yet.

The other rows of a speaker request stand in `follow_ups`.
"""

from __future__ import annotations

from dataclasses import replace

from portal.speakers.nearing import CALL_DAYS
from portal.submissions.usual_rows import CALL, SEARCH, asking_follow_ups
from portal.submissions.workflow import FollowUp, Rests

QUESTION_IS_OPEN = "The meeting is near, and the branch has not answered our question. Telephone, go on, or decline."
# Once the meeting is over there is another task: to write to the branch about that.
UNTIL = "questions_until"
FIRST, LAST, UNANSWERED = asking_follow_ups(
    "waiting-for-branch", first=4, second=9, third=13, rests=Rests.WEEKENDS, until=UNTIL
)
QUESTIONS = (
    FIRST,
    LAST,
    replace(UNANSWERED, unless="is_called_sooner"),
    # Where the meeting is near, somebody telephones while an answer still helps.
    FollowUp(
        "question-before-meeting",
        "Task: the meeting is near, and our question is open",
        "meeting_on",
        -CALL_DAYS,
        ("waiting-for-branch",),
        task=QUESTION_IS_OPEN,
        unless="is_not_called_in_time",
        series=CALL,
        late=CALL_DAYS - 1,
        until=UNTIL,
    ),
    FollowUp(
        "question-late",
        "Task: the meeting is near, and our question is open",
        "state_since",
        1,
        ("waiting-for-branch",),
        task=QUESTION_IS_OPEN,
        only_if="is_asked_late",
        series=CALL,
        late=CALL_DAYS - 1,
        until=UNTIL,
    ),
)
NOBODY_YET = FollowUp(
    "nobody-yet",
    "Task: the meeting is near, and nobody is confirmed",
    "meeting_on",
    -7,
    ("received", "matching", "offered"),
    task="The meeting is near, and nobody is confirmed. Telephone whoever is asked, or tell the branch today.",
    series=SEARCH,
    late=3,
)

"""What comes by itself in the life of a twinning proposal, as data; the moves stand in `workflow`.

Labels and tasks are for the desk, which is in English.
"""

from __future__ import annotations

from portal.submissions.usual_rows import asking_follow_ups
from portal.submissions.workflow import FollowUp, Notification, Recipient, Rests
from portal.twinning.act_rows import ACTS
from portal.twinning.call_rows import BEFORE_THE_CALL, NO_LINK
from portal.twinning.standing_rows import PULSE
from portal.twinning.telephone_rows import CALLS_BY_TELEPHONE

LOOKS_FOR = 25
"""So many days after a search began, or its last letter, the next one comes; with a long weekend it is in time for what
`states` promises."""
BEFORE_A_TWIN = ("received", "checked", "seeking", "proposed", "waiting")

BEEN_IN_TOUCH = FollowUp(
    "been-in-touch",
    "Letter to both sides: have you been in touch?",
    "state_since",
    14,
    ("introduced",),
    notify=(
        Notification("twinning/been-in-touch", Recipient.BRANCH),
        Notification("twinning/been-in-touch-body", Recipient.UKRAINIAN_BODY),
    ),
    unless="has_sign_of_life",
)
NO_FIRST_CONTACT = FollowUp(
    "no-first-contact",
    "Task: a month without a first contact",
    "state_since",
    30,
    ("introduced",),
    task="A month has passed and nobody has told us of a first contact. Telephone the branch.",
    late=60,
    after=BEEN_IN_TOUCH,
    unless="call_on",
)
AFTER_THE_CALL = FollowUp(
    "after-the-call",
    "Letter to both sides after the first call: have you been in touch?",
    "call_on",
    2,
    ("introduced",),
    notify=BEEN_IN_TOUCH.notify,
    unless="is_with_us",
    rests=Rests.WEEKENDS,
)
CALL_WITHOUT_ADDRESS = FollowUp(
    NO_LINK,
    "Task: the first call has no address",
    "call_on",
    -5,
    BEFORE_THE_CALL,
    task="The first call is near and has no address, which we promised to send. Send it to both.",
    only_if="lacks_call_link",
    late=5,
)
UNHEARD_CALL = FollowUp(
    "call-unheard",
    "Task: nobody has told us of the first call",
    "call_on",
    11,
    ("introduced",),
    task="The first call was fixed, and nobody has told us whether it took place. Telephone the branch.",
    late=60,
    after=AFTER_THE_CALL,
)
_SIDES = {
    "body": ("the Ukrainian body", Recipient.UKRAINIAN_BODY, "-body"),
    "branch": ("the branch", Recipient.BRANCH, ""),
}


def _reminding(side: str) -> tuple[FollowUp, FollowUp]:
    """Two letters to a side that has not answered a body of the register, or the branch to which it is proposed."""
    name, to, end = _SIDES[side]
    first = FollowUp(
        f"{side}-to-answer",
        f"Reminder to {name}: would you like this twin?",
        "answers_by",
        -10,
        ("proposed",),
        notify=(Notification(f"twinning/answer-reminder{end}", to),),
        only_if=f"{side}_owes_answer",
        series=f"{side}-to-answer",
        late=3,
        rests=Rests.WEEKENDS,
    )
    last = FollowUp(
        f"{side}-to-answer-soon",
        f"Last reminder to {name}: would you like this twin?",
        "answers_by",
        -3,
        ("proposed",),
        notify=(Notification(f"twinning/answer-last-reminder{end}", to),),
        only_if=f"{side}_owes_answer",
        series=f"{side}-to-answer",
        late=2,
        rests=Rests.WEEKENDS,
    )
    return first, last


FOLLOW_UPS = (
    *asking_follow_ups("waiting", first=7, second=14, third=18),
    FollowUp(
        "was-it-carried",
        "Letter to the branch: was it carried?",
        "decided_on",
        1,
        BEFORE_A_TWIN,
        notify=(Notification("twinning/was-it-carried", Recipient.BRANCH),),
        only_if="is_decision_to_come",
    ),
    # Each letter names the day of twenty working days later, and the next one leaves before it, also over a weekend and
    # in August: whoever was told a day is not left without a word on it.
    FollowUp(
        "still-looking",
        "Letter to the branch by the day we named: we still look",
        "state_since",
        LOOKS_FOR,
        ("seeking",),
        move="search-goes-on",
        every=LOOKS_FOR,
        late=10,
        rests=Rests.WEEKENDS,
    ),
    FollowUp(
        "answers-awaited",
        "Task: two weeks without both answers",
        "answers_by",
        -7,
        ("proposed",),
        task="Two weeks have passed without a yes or no from both sides. Ask whoever has not answered.",
        series="answers",
        late=6,
        only_if="is_body_typed",
    ),
    FollowUp(
        "answers-missing",
        "Task: three weeks without both answers",
        "answers_by",
        1,
        ("proposed",),
        task="Three weeks have passed without a yes from both sides. Go on looking, or give them longer.",
        series="answers",
        late=60,
        only_if="is_body_typed",
    ),
    *_reminding("body"),
    *_reminding("branch"),
    FollowUp(
        "no-answer-in-time",
        "The proposal ends: not both sides have said yes",
        "answers_by",
        2,
        ("proposed",),
        move="unanswered",
        only_if="lacks_a_yes",
        unless="has_open_question",
        late=60,
        rests=Rests.WEEKENDS,
    ),
    BEEN_IN_TOUCH,
    NO_FIRST_CONTACT,
    CALL_WITHOUT_ADDRESS,
    AFTER_THE_CALL,
    UNHEARD_CALL,
    FollowUp(
        "ready-to-agree",
        "Task: are they ready to agree?",
        "state_since",
        90,
        ("getting-acquainted",),
        task="They have known each other for three months. Ask both whether they would like to be twinned.",
        every=90,
        late=60,
    ),
    FollowUp(
        "pause-still-right",
        "Task: is the pause still right?",
        "state_since",
        90,
        ("paused",),
        task="The twinning has been paused for three months. Ask gently whether both sides can go on.",
        every=90,
        late=60,
        rests=Rests.NEVER,
    ),
    *CALLS_BY_TELEPHONE,
    *PULSE,
    *ACTS,
)

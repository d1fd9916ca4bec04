"""What comes by itself while somebody is looked for, as data: letters that say so, and our last word to the branch.

The other rows of a speaker request stand in `follow_ups`.
"""

from __future__ import annotations

from portal.speakers.negotiated import KEEPS_DAY
from portal.speakers.searching import EVERY, FIRST_AFTER, LONG
from portal.submissions.usual_rows import SEARCH
from portal.submissions.workflow import N_, SAME, Actor, FollowUp, Notification, Recipient, Rests, Transition

GOING_ON = Transition(
    "search-goes-on",
    N_("Say that the search goes on"),
    N_("We told you that we are still looking"),
    ("matching",),
    SAME,
    by=(Actor.WORKER,),
    notify=(
        Notification("speaker/search-goes-on", Recipient.BRANCH, only_if="is_long_search"),
        Notification("speaker/still-looking", Recipient.BRANCH, only_if="waits_without_word"),
    ),
    done_at_desk="We wrote that the search goes on",
)

KEEPING_ITS_DAY = Transition(
    KEEPS_DAY,
    N_("The branch keeps to its day"),
    N_("No other day would help the branch"),
    ("matching",),
    SAME,
    by=(Actor.BRANCH,),
    unless="is_not_asked_for_later",
    # Its promise stays as near as it was: the search has just begun anew.
    hands_to_us=True,
)

STILL_LOOKING = (
    # A branch that told no day by which it must know hears from us all the same: two weeks are what each letter says.
    FollowUp(
        "still-looking",
        "Letter to the branch: we are still looking",
        "state_since",
        FIRST_AFTER["matching"],
        ("matching",),
        move="search-goes-on",
        only_if="waits_without_word",
        every=EVERY,
        late=6,
        rests=Rests.WEEKENDS,
        until="looked_for_until",
    ),
    FollowUp(
        "still-asking",
        "Letter to the branch: nobody has said yes yet",
        "state_since",
        FIRST_AFTER["offered"],
        ("offered",),
        notify=(Notification("speaker/still-looking", Recipient.BRANCH),),
        only_if="waits_without_word",
        unless="is_with_us",
        every=EVERY,
        late=6,
        rests=Rests.WEEKENDS,
        until="looked_for_until",
    ),
    # Before anybody was asked, and while a day to decide is far: the letter promises anew.
    FollowUp(
        "search-goes-on",
        "Letter to the branch: the search goes on",
        "state_since",
        LONG,
        ("matching",),
        move="search-goes-on",
        only_if="is_long_search",
        every=LONG,
        late=6,
        rests=Rests.WEEKENDS,
        until="long_search_until",
    ),
    # What such a letter promises is kept, whether or not somebody has found the time.
    FollowUp(
        "search-word-kept",
        "Letter to the branch by the day we named: the search goes on",
        "due_on",
        0,
        ("matching",),
        move="search-goes-on",
        only_if="keeps_its_word",
        late=6,
        rests=Rests.WEEKENDS,
        until="looked_for_until",
    ),
)
LAST_WORD = FollowUp(
    "last-word",
    "Task: the last day to tell the branch, and nobody is confirmed",
    "meeting_on",
    -1,
    tuple(FIRST_AFTER),
    task="The meeting is on the next working day or before it, and nobody is confirmed. Telephone the branch today: "
    "say who comes, or that it meets without us.",
    only_if="waits_for_last_word",
    series=SEARCH,
    late=0,
)

"""The states of a twinning proposal, as data; the moves between them stand in `workflow`."""

from __future__ import annotations

from portal.submissions.workflow import BACK, N_, State, Tag, Turn

STATES = (
    State(
        "received",
        N_("New"),
        Tag.NEW,
        Turn.US,
        N_("We have your proposal"),
        step=1,
        promise=3,
        doing=N_("We check your proposal"),
    ),
    State(
        "checked",
        N_("Checked"),
        Tag.CHECKING,
        Turn.US,
        N_("We have read and checked your proposal"),
        step=2,
        promise=5,
        doing=N_("We begin to look for a twin"),
    ),
    State(
        "seeking",
        N_("Looking for a twin"),
        Tag.MATCHING,
        Turn.US,
        N_("We are looking for a twin for your branch"),
        step=2,
        promise=20,
    ),
    State(
        "proposed",
        N_("Twin proposed"),
        Tag.MATCHING,
        Turn.BOTH_SIDES,
        N_("We have a possible twin for you"),
        step=3,
        doing=N_("You both answer"),
        doing_hint=N_("Neither side learns a name until both have said yes"),
        # Whoever was proposed has heard that nothing came of it.
        resumes_as="seeking",
    ),
    State(
        "introduced",
        N_("Introduced"),
        Tag.CONFIRMED,
        Turn.BOTH_SIDES,
        N_("We have introduced you to your twin"),
        step=4,
        doing_hint=N_("We have introduced you in both languages"),
    ),
    State(
        "getting-acquainted",
        N_("Getting acquainted"),
        Tag.CONFIRMED,
        Turn.BOTH_SIDES,
        N_("You are getting to know each other"),
        step=4,
        doing_hint=N_("Take the time that you both need"),
    ),
    State("twinned", N_("Twinned"), Tag.CONFIRMED, Turn.NOBODY, N_("Your branches are twinned"), step=6),
    State("closed", N_("Completed"), Tag.DONE, Turn.NOBODY, N_("This proposal is complete"), step=6, is_final=True),
    State(
        "waiting",
        N_("Waiting for branch"),
        Tag.BRANCH,
        Turn.BRANCH,
        N_("We have a question for you"),
        resumes_as=BACK,
        doing_hint=N_("We go on as soon as you have answered our question"),
    ),
    State(
        "paused",
        N_("Paused"),
        Tag.BRANCH,
        Turn.NOBODY,
        N_("Your twinning is paused"),
        doing_hint=N_("This rests while you both take a break"),
    ),
    State(
        "dormant",
        N_("Dormant"),
        Tag.CHECKING,
        Turn.US,
        N_("Your twinning has gone quiet"),
        step=6,
        promise=10,
        # After a pause both sides are there again: it no longer sleeps.
        resumes_as="twinned",
    ),
    State("ended", N_("Ended"), Tag.DONE, Turn.NOBODY, N_("This twinning has ended"), is_final=True),
    State("declined", N_("Declined"), Tag.DONE, Turn.NOBODY, N_("We could not take this proposal on"), is_final=True),
    State("withdrawn", N_("Withdrawn"), Tag.WITHDRAWN, Turn.NOBODY, N_("You withdrew this proposal"), is_final=True),
)

LIVE = ("received", "checked", "seeking", "proposed", "waiting")
GOING_ON = ("introduced", "getting-acquainted", "twinned", "dormant")
LINKED = (*GOING_ON, "paused")
ACQUAINTED = ("introduced", "getting-acquainted")
"""Where two get to know each other: there is no twinning to pause or to end."""
BEFORE_THE_AGREEMENT = ("proposed", "introduced", "getting-acquainted")
"""Where a day of the agreement is not yet known from both sides."""

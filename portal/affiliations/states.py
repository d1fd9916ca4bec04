"""The states of an affiliation, as data; the moves between them stand in `workflow`."""

from __future__ import annotations

from portal.submissions.workflow import N_, State, Tag, Turn

STATES = (
    State("received", N_("New"), Tag.NEW, Turn.US, N_("We have your affiliation"), step=1, promise=3),
    State(
        "awaiting-decision",
        N_("Waiting for decision"),
        Tag.BRANCH,
        Turn.BRANCH,
        N_("We are waiting for your branch’s decision"),
        step=2,
    ),
    State(
        "awaiting-payment",
        N_("Awaiting payment"),
        Tag.BRANCH,
        Turn.TREASURER,
        N_("Your affiliation is accepted. The fee is due"),
        step=4,
        doing_hint=N_("Our letter about the fee says how and when to pay"),
    ),
    State("active", N_("Affiliated"), Tag.CONFIRMED, Turn.NOBODY, N_("Your branch is affiliated"), step=6),
    State("renewal-due", N_("Renewal due"), Tag.BRANCH, Turn.BRANCH, N_("Your affiliation is due for renewal"), step=6),
    State(
        "grace",
        N_("Renewal late"),
        Tag.BRANCH,
        Turn.BRANCH,
        N_("Your affiliation ran out. You can still renew"),
        step=6,
    ),
    State("lapsed", N_("Lapsed"), Tag.DONE, Turn.NOBODY, N_("Your affiliation has lapsed"), is_final=True),
    State(
        "query",
        N_("Waiting for branch"),
        Tag.BRANCH,
        Turn.BRANCH,
        N_("We have a question for you"),
        doing_hint=N_("We go on as soon as you have answered our question"),
    ),
    State(
        "not-carried",
        N_("Not carried"),
        Tag.DONE,
        Turn.NOBODY,
        N_("Your branch has decided not to affiliate for now"),
        is_final=True,
    ),
    State("ended", N_("Ended"), Tag.DONE, Turn.NOBODY, N_("Your affiliation has ended"), is_final=True),
    State("declined", N_("Declined"), Tag.DONE, Turn.NOBODY, N_("We could not accept this affiliation"), is_final=True),
    State("withdrawn", N_("Withdrawn"), Tag.WITHDRAWN, Turn.NOBODY, N_("You withdrew this affiliation"), is_final=True),
)

LIVE = ("received", "awaiting-decision", "awaiting-payment", "query")
AFFILIATED = ("active", "renewal-due", "grace")
"""In these states a branch counts as affiliated, whether or not the fee of the next term has come."""

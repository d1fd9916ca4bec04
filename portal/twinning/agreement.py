"""What two twins agree on, as the desk is asked for it: the day, what both want to do, the level, what may be shown.

Like the workflow that asks it, this is standard library only. What is shown of the Ukrainian side: `publicity`.
"""

from __future__ import annotations

from portal.submissions.workflow import N_, Answer, Ask
from portal.twinning.publicity import SHOWN

AIMS = (
    ("messages", N_("Messages of solidarity")),
    ("calls", N_("Video calls")),
    ("experience", N_("Exchange of experience")),
    ("aid", N_("Practical aid")),
    ("visits", N_("Visits")),
    ("campaigns", N_("Campaigns together")),
)
"""What either side may hope to do, and both may agree to do: one list, so that both read it in their language."""
LEVELS = (
    ("primary", N_("A primary organisation (at a workplace)")),
    ("territorial", N_("A town or district organisation")),
    ("regional", N_("An oblast organisation")),
    ("national", N_("A national union")),
)
"""The levels of a Ukrainian union body."""
AGREEMENT = (
    Ask("twinned_on", N_("Date of the agreement"), Answer.DATE, hint=N_("For example 14 January 2027")),
    Ask(
        "joint_aims",
        N_("What do both want to do together?"),
        Answer.SEVERAL,
        is_required=False,
        hint=N_("It stands on their certificate. Without an answer we take what both hoped for."),
        choices=AIMS,
    ),
    Ask(
        "body_level",
        N_("What kind of organisation is the Ukrainian side?"),
        Answer.CHOICE,
        is_required=False,
        choices=LEVELS,
        only_if="is_body_typed",
    ),
    Ask(
        "body_publicity",
        N_("What may we show of the Ukrainian side?"),
        Answer.CHOICE,
        hint=N_("Only what they wrote to us themselves. Where you have no answer, show nothing."),
        choices=SHOWN,
        only_if="is_body_typed",
    ),
)

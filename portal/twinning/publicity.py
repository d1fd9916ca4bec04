"""What may be shown of a Ukrainian body in public: one list, for the desk’s form and for the letter to them.

What is really shown follows from both sides’ answers, on the public page.
"""

from __future__ import annotations

from portal.submissions.workflow import N_, Answer, Ask

PRIVATE = "private"
SHOWN = (
    (PRIVATE, N_("Nothing")),
    ("name-only", N_("The name of the body, without a place")),
    ("oblast-sector", N_("The oblast and the sector, without a name")),
    ("public", N_("The name and the oblast")),
)
AGREEMENT = (
    Ask("twinned_on", N_("Date of the agreement"), Answer.DATE, hint=N_("For example 14 January 2027")),
    Ask(
        "body_publicity",
        N_("What may we show of the Ukrainian side?"),
        Answer.CHOICE,
        hint=N_("Only what they wrote to us themselves. Where you have no answer, show nothing."),
        choices=SHOWN,
    ),
)

"""What may be shown of a Ukrainian body in public: one list, for the desk’s form and for the letter to them.

What is really shown follows from both sides’ answers, on the public page.
"""

from __future__ import annotations

from portal.submissions.workflow import N_

PRIVATE = "private"
SHOWN = (
    (PRIVATE, N_("Nothing")),
    ("name-only", N_("The name of the body, without a place")),
    ("public", N_("The name and the oblast")),
)

"""What may be shown of a Ukrainian body in public: one list, for the desk’s form and for the letter to them.

What is really shown follows from both sides’ answers, on the public page.
"""

from __future__ import annotations

from portal.submissions.workflow import N_

PRIVATE, PLACE_ONLY, PUBLIC = "private", "oblast-sector", "public"
SHOWN = (
    (PRIVATE, N_("Nothing")),
    ("name-only", N_("The name of the body, without a place")),
    (PLACE_ONLY, N_("The oblast and the sector, without a name")),
    (PUBLIC, N_("The name and the oblast")),
)
OF_THE_REGISTER = {"nothing": PRIVATE, PLACE_ONLY: PLACE_ONLY, "name": PUBLIC}
"""The same, by what a body of the register has answered on its own form."""

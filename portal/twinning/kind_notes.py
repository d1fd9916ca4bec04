"""The short kind words that may go with a pause or an end: a list, so that the other side reads them in its language.

Nobody need choose one, and none says why. Standard library only: the workflow reads it.
"""

from __future__ import annotations

from portal.submissions.workflow import N_, Answer, Ask

NOTES = (
    ("thanks", N_("Thank you for your friendship. You are in our thoughts.")),
    ("later", N_("We cannot go on at present. It does not lie with you.")),
    ("officers", N_("Our officers are changing, and we need some time.")),
)
KIND_NOTE = Ask(
    "kind_note",
    N_("A short kind word to the other side"),
    Answer.CHOICE,
    is_required=False,
    hint=N_("They read it in their own language. You can leave it out: nobody need say why."),
    choices=NOTES,
    desk_label=N_("A short kind word to both sides"),
    desk_hint=N_("Both sides read it, so choose only what is true of whoever asked for this. You can leave it out."),
)

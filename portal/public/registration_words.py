"""What a union body in Ukraine reads of the moves of its registration: the buttons, and what pressing one does.

Its twinnings have pauses of their own, whose words are in `twin_words`.
"""

from __future__ import annotations

from flask_babel import gettext as _

from portal.submissions.workflow import N_
from portal.twinning import body_standing, confirming_anew
from portal.twinning.registrations import UkrainianRegistration
from portal.twinning.states import LINKED

PAUSE, RESUME, WITHDRAW = "pause", "resume", "withdraw"

LABELS = {
    PAUSE: N_("Pause our registration"),
    RESUME: N_("Go on with our registration"),
    WITHDRAW: N_("Withdraw our registration, and delete our details"),
}

FORGOTTEN = N_(
    "You vanish from our register, pages and searches at once, and we delete what you told us. "
    "Only your consents and the days are kept, as proof. This cannot be undone."
)
TWINS_END = N_("Your link with your twin ends with it, for good. They hear that it has ended, and nothing more.")
PAUSES = N_("We propose you to nobody while you pause, and keep what you told us. Nobody asks why.")
TWINS_GO_ON = N_(
    "We propose you to nobody else while you pause, and keep what you told us. "
    "With your twin all goes on: they may write to you, and our letters about it keep coming."
)
CALLED_OFF = N_(
    "You are asked about a twin now. That ends with the pause: they hear that nothing came of it, and never why."
)
RESUMES = N_("Your registration goes on where it stood before the pause.")


def label(name: str) -> str:
    """The words on the button of a move."""
    return str(_(LABELS[name]))


def what_it_does(registration: UkrainianRegistration, name: str) -> str:
    """What pressing that button does, as the body stands with those who are, or may become, its twins."""
    if name == WITHDRAW:
        is_linked = any(each.proposal.state in LINKED for each in body_standing.linked(registration))
        ends = [_(TWINS_END)] if is_linked else []
        return " ".join(map(str, [_(FORGOTTEN), *ends]))
    if name == PAUSE:
        said = [_(TWINS_GO_ON if registration.has_twin_going_on else PAUSES)]
        called_off = [_(CALLED_OFF)] if registration.asked_about is not None else []
        return " ".join(map(str, said + called_off))
    return f"{_(RESUMES)} {confirming_anew.rested(registration)}".strip()

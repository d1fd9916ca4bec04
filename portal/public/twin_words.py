"""What either of two twins reads of its moves on its own page: the words on the buttons, and what pressing one does."""

from __future__ import annotations

from flask_babel import gettext as _

from portal.clock import london_day, utc_now
from portal.public import language
from portal.submissions import turns
from portal.submissions.day_words import by_in_words, in_words_of
from portal.submissions.models import Submission
from portal.submissions.workflow import N_, Turn
from portal.twinning.models import TwinningProposal
from portal.twinning.states import ACQUAINTED

END = "end"
BODY_PAUSES, BODY_RESUMES, BODY_ENDS = "body-pauses", "body-resumes", "body-ends"
FIRST_CONTACT, REVIVE, BODY_AGREES = "first-contact", "revive", "body-agrees"
BRANCH_PAUSES, BRANCH_RESUMES, SEEK_AGAIN = "branch-pauses", "branch-resumes", "seek-again"
_PAUSE, _RESUME = N_("Pause our twinning"), N_("Go on with our twinning")
_PAUSES = N_("We ask your twin not to write for now, and send no reminders. Nobody is told why, and all is kept.")
_RESUMES = N_("Your twinning goes on where it stood before the pause, and we tell your twin.")
_END, _ENDS = N_("End our twinning"), N_("We end the twinning, and tell your twin kindly. Nobody is told why.")
_ENDED = N_("Your twinning has ended. We have written to you and to your twin.")

LABELS = {
    BRANCH_PAUSES: _PAUSE,
    BODY_PAUSES: _PAUSE,
    BRANCH_RESUMES: _RESUME,
    BODY_RESUMES: _RESUME,
    BODY_ENDS: _END,
    END: _END,
    SEEK_AGAIN: N_("Please look for another twin for us"),
    FIRST_CONTACT: N_("We have been in touch with our twin"),
    REVIVE: N_("We are in touch again"),
    BODY_AGREES: N_("We have both agreed to be twinned"),
}
WHAT_IT_DOES = {
    BRANCH_PAUSES: _PAUSES,
    BODY_PAUSES: _PAUSES,
    BRANCH_RESUMES: _RESUMES,
    BODY_RESUMES: _RESUMES,
    BODY_ENDS: _ENDS,
    END: _ENDS,
    SEEK_AGAIN: N_("We look for another twin, and write to you. What was before stays in the history."),
    FIRST_CONTACT: N_("We note it, and write to you and your twin with what comes next."),
    REVIVE: N_("We note that your twinning goes on, and write to you."),
    BODY_AGREES: N_("We note the day, and ask your twin on its page. Then we confirm the twinning to you both."),
}
DONE = {
    BRANCH_PAUSES: N_("Your twinning is paused. We have written to you and to your twin."),
    BODY_PAUSES: N_("Your twinning is paused. We have written to you and to your twin."),
    BRANCH_RESUMES: N_("Your twinning goes on. We have written to you and to your twin."),
    BODY_RESUMES: N_("Your twinning goes on. We have written to you and to your twin."),
    BODY_ENDS: _ENDED,
    END: _ENDED,
    SEEK_AGAIN: N_("Thank you. We look for another twin for you."),
    FIRST_CONTACT: N_("Thank you. We have written that down."),
    REVIVE: N_("Thank you. We have written that down."),
    BODY_AGREES: N_("Thank you. We have written that down."),
}
_PAUSE_EARLY, _RESUME_EARLY = N_("Take a break for now"), N_("Go on with this twin")
_RESUMES_EARLY = N_("You go on where you stood before the pause, and we tell your twin.")
_PAUSED_EARLY = N_("It rests for now. We have written to you and to your twin.")
_RESUMED_EARLY = N_("It goes on. We have written to you and to your twin.")
_END_EARLY = N_("Do not go on with this twin")
_ENDS_EARLY = N_("It ends here, and we tell your twin kindly. Nobody is told why.")
_ENDED_EARLY = N_("It ends here. We have written to you and to your twin.")
EARLY = {
    BRANCH_PAUSES: (_PAUSE_EARLY, _PAUSES, _PAUSED_EARLY),
    BODY_PAUSES: (_PAUSE_EARLY, _PAUSES, _PAUSED_EARLY),
    BRANCH_RESUMES: (_RESUME_EARLY, _RESUMES_EARLY, _RESUMED_EARLY),
    BODY_RESUMES: (_RESUME_EARLY, _RESUMES_EARLY, _RESUMED_EARLY),
    END: (_END_EARLY, _ENDS_EARLY, _ENDED_EARLY),
    BODY_ENDS: (_END_EARLY, _ENDS_EARLY, _ENDED_EARLY),
}
"""The same words while the two only get to know each other: the button, what it does, and what is said then."""


def stage(submission: Submission) -> str:
    """Where it stands, and while it is paused where it goes back to."""
    return submission.goes_back_to if submission.state == "paused" else submission.state


def label(name: str, where: str) -> str:
    """The words on the button of a move, where the two stand (`stage`)."""
    return str(_(EARLY[name][0] if name in EARLY and where in ACQUAINTED else LABELS[name]))


def what_it_does(name: str, where: str) -> str:
    """What pressing that button does."""
    return str(_(EARLY[name][1] if name in EARLY and where in ACQUAINTED else WHAT_IT_DOES[name]))


def what_a_yes_does(proposal: TwinningProposal) -> str:
    """What it does that a body says that both have agreed: its twin is asked, unless it has said so already."""
    if proposal.branch_has_agreed:
        return str(_("The other side has said so already: we confirm the twinning to you both."))
    return str(_(WHAT_IT_DOES[BODY_AGREES]))


def done(name: str, where: str) -> str:
    """What is said once it is done; `where` is where the two stood before."""
    return str(_(EARLY[name][2] if name in EARLY and where in ACQUAINTED else DONE[name]))


INTRODUCTIONS = {"ended": N_("Would you like another twin? We are glad to look again.")}
INTRODUCTIONS_OF_A_BODY = {
    "introduced": N_("Your twin writes to you first, and you may write first too. Have you been in touch? Tell us."),
    "getting-acquainted": N_("Take the time that you both need. Have you both agreed to be twinned? Tell us the day."),
    "paused": N_("It rests for now: nobody is to write, and we remind nobody."),
    "dormant": N_("It has been quiet for long. Write a few words to your twin, or tell us what would help."),
}
"""What stands above the buttons on the page of a body in Ukraine, by the state of its twinning."""


def our_day(proposal: TwinningProposal) -> str:
    """The day by which we take the step that both wait for, in words; empty where none is named, or it has gone."""
    is_ours = proposal.turn == Turn.US and not turns.is_late(proposal, london_day(utc_now()))
    return by_in_words(proposal.due_on) if is_ours and proposal.due_on is not None else ""


def of_the_agreement(proposal: Submission, *, is_body: bool) -> str:
    """What stands above the buttons once one of the two has said that both agreed; empty before that, and elsewhere."""
    if not isinstance(proposal, TwinningProposal) or proposal.state != "getting-acquainted":
        return ""
    here, there = (at is not None for at in proposal.agreed_at)
    if is_body:
        here, there = there, here
    if here and there:
        if day := our_day(proposal):
            return str(
                _("You have both said that you agreed. We confirm the twinning to you both by %(day)s.", day=day)
            )
        return str(_("You have both said that you agreed. We confirm the twinning to you both."))
    if here:
        return str(_("You told us that you both agreed. We have asked your twin, and wait for its yes."))
    if there:
        day = in_words_of(proposal.twinned_on, language.current())
        return str(
            _("Your twin says that you both agreed on %(day)s. Is that right? Then please tell us, too.", day=day)
        )
    return ""

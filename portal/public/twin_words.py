"""What either of two twins reads of its moves on its own page: the words on the buttons, and what pressing one does."""

from __future__ import annotations

from portal.submissions.workflow import N_

BODY_PAUSES, BODY_RESUMES, BODY_ENDS = "body-pauses", "body-resumes", "body-ends"
BRANCH_PAUSES, BRANCH_RESUMES, SEEK_AGAIN = "branch-pauses", "branch-resumes", "seek-again"
_PAUSE, _RESUME = N_("Pause our twinning"), N_("Go on with our twinning")
_PAUSES = N_("We ask your twin not to write for now, and send no reminders. Nobody is told why, and all is kept.")
_RESUMES = N_("Your twinning goes on where it stood before the pause, and we tell your twin.")

LABELS = {
    BRANCH_PAUSES: _PAUSE,
    BODY_PAUSES: _PAUSE,
    BRANCH_RESUMES: _RESUME,
    BODY_RESUMES: _RESUME,
    BODY_ENDS: N_("End our twinning"),
    SEEK_AGAIN: N_("Please look for another twin for us"),
}
WHAT_IT_DOES = {
    BRANCH_PAUSES: _PAUSES,
    BODY_PAUSES: _PAUSES,
    BRANCH_RESUMES: _RESUMES,
    BODY_RESUMES: _RESUMES,
    BODY_ENDS: N_("We end the twinning, and tell your twin kindly. Nobody is told why."),
    SEEK_AGAIN: N_("We look for another twin, and write to you. What was before stays in the history."),
}
DONE = {
    BRANCH_PAUSES: N_("Your twinning is paused. We have written to you and to your twin."),
    BODY_PAUSES: N_("Your twinning is paused. We have written to you and to your twin."),
    BRANCH_RESUMES: N_("Your twinning goes on. We have written to you and to your twin."),
    BODY_RESUMES: N_("Your twinning goes on. We have written to you and to your twin."),
    BODY_ENDS: N_("Your twinning has ended. We have written to you and to your twin."),
    SEEK_AGAIN: N_("Thank you. We look for another twin for you."),
}
INTRODUCTIONS = {"ended": N_("Would you like another twin? We are glad to look again.")}

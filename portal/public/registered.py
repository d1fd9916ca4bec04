"""What the pages of a union body in Ukraine have of their own: the plain warning, and what is kept once it withdrew."""

from __future__ import annotations

from portal.clock import london_day
from portal.public import progress
from portal.submissions.answered import Text
from portal.submissions.forms import StepForm
from portal.submissions.models import Submission
from portal.twinning.registration_forms import SAFETY
from portal.twinning.registrations import WITHDRAWN


def warn(submission: Submission, form: StepForm | None) -> None:
    """Put the plain warning beside every free text of a form that somebody in Ukraine fills in."""
    if submission.IS_SEALED and form is not None:
        for field in form:
            if isinstance(field, Text):
                field.description = SAFETY


def kept(submission: Submission) -> list[tuple[str, str, str]]:
    """What a body that withdrew had agreed to: the words as they were shown, and from when to when; else nothing."""
    if not submission.IS_SEALED or submission.state != WITHDRAWN:
        return []
    return [
        (each.text, progress.day(london_day(each.given_at)), progress.day(london_day(each.withdrawn_at)))
        for each in submission.consents
        if each.withdrawn_at is not None
    ]

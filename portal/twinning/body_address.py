"""Another email address of a body in Ukraine that types one on its own page: it holds once its reader has said yes.

Until then we go on writing to the one on file, which hears that another was given. Neither that letter nor its page
tells the new one: the old mailbox may be why there is a new one. Nothing here commits.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, false
from sqlalchemy.orm import Session

from portal.emails.redirecting import redirect
from portal.sealed import digest
from portal.submissions import actions, another_address, greetings, private_links, whole
from portal.submissions.actions import Mover
from portal.submissions.another_address import CHANGED, Holder, NewAddress
from portal.submissions.forms import StepForm
from portal.submissions.models import Submission
from portal.submissions.workflow import Actor, Recipient
from portal.twinning.registrations import UkrainianRegistration, sealed_values

KIND = another_address.kind_of(UkrainianRegistration.PAGE)
ASKED = "common/another-address"
"""To the address on file: another was given, and nothing has changed yet."""
STEP = "reach"
"""The step of the form in which the address stands."""
APART = ("contact_email", "email_digest")
"""What stays as it is on file until then."""
BODY = Mover(Actor.BRANCH)


def typed_in(submission: Submission, form: StepForm) -> str:
    """Another address than that on file in a form that holds, of a body in Ukraine; empty for none."""
    if not isinstance(submission, UkrainianRegistration) or "contact_email" not in form or not form.validate():
        return ""
    email = str(form["contact_email"].value)
    return email if digest(email) != submission.email_digest else ""


def ask(session: Session, submission: Submission, email: str, now: datetime) -> None:
    """Write to the new address for a yes, and tell the one on file; once for two presses of the button."""
    holder = _holder(submission)
    if another_address.ask(session, holder, email, now) and submission.contact_email:
        another_address.write(session, holder, ASKED, submission.contact_email, now)


def take_back(session: Session, submission: Submission, step: str, now: datetime) -> bool:
    """A body leaves the step with its address as it is: another is not waited for any more. Whether one was."""
    if not isinstance(submission, UkrainianRegistration) or step != STEP:
        return False
    if not another_address.waiting(session, KIND, submission.id, now):
        return False
    another_address.take_back(session, KIND, submission.id)
    return True


def waits(submission: Submission, now: datetime) -> ColumnElement[bool]:
    """Whether an address of a body in Ukraine waits for a yes, as a column of another statement."""
    is_one = isinstance(submission, UkrainianRegistration)
    return another_address.waits(KIND, submission.id, now) if is_one else false()


def load(session: Session, number: int, *, lock: bool = False) -> UkrainianRegistration | None:
    """The body whose address waits; None once its registration is closed."""
    found = whole.load(session, number, lock=lock)
    return found if isinstance(found, UkrainianRegistration) and found.is_open else None


def confirm(session: Session, registration: UkrainianRegistration, new: NewAddress, now: datetime) -> None:
    """The new address holds from now on: letters that wait follow, and the twin hears of it (`following`).

    All older links end, and a new one goes to the new address. The old one is told that it holds no longer.
    """
    old = registration.contact_email
    # First: what is said yes to is not taken back with what waits.
    new.draft.sent_at = now
    session.flush()
    actions.amend(session, registration, sealed_values({"contact_email": new.email}), by=BODY, now=now)
    redirect(session, registration.id, Recipient.BRANCH, old, registration.contact_email)
    private_links.send_new(session, registration, by=BODY, now=now)
    if old:
        another_address.write(session, _holder(registration), CHANGED, old, now)


def _holder(submission: Submission) -> Holder:
    greeting = greetings.greeting(submission, Recipient.BRANCH, submission.language)
    return Holder(KIND, submission.id, submission.language, greeting, Recipient.BRANCH, submission.id)

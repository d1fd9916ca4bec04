"""What a move does to a registration: confirmed, open for a twin, and forgotten once it is withdrawn.

Actions call these by the names in `registration_workflow`; nothing here commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.emails.models import OutboxEmail
from portal.submissions import another_address, consents, search
from portal.submissions.actions import WrongAnswerError
from portal.submissions.models import Draft, Event
from portal.submissions.work import Approval, Task
from portal.twinning import alike, answers, body_address, confirming_anew, diary, vanishing
from portal.twinning.bodies import UkrainianBody
from portal.twinning.candidates import session_of
from portal.twinning.registrations import PASS_ON, REGISTER, WITHDRAWN, WITHDRAWN_HEADING, UkrainianRegistration

TO_COME = "A confirmation cannot lie in the future. Enter the day on which you heard of it"
CONFIRMATIONS = ("confirm", "confirm-anew")
LAST_LETTER = "ukrainian/withdrawn"
EMPTY_TEXTS = (
    *("contact_name", "contact_role", "contact_email", "contact_phone", "email_digest"),
    *("second_name", "second_email", "second_phone", "safe_way", "name_uk", "name_latin", "town"),
    *("notes", "question", "needs_text", "offers_text", "who_confirms"),
    *("union_slug", "union_text", "level", "centre", "oblast", "english"),
)
EMPTY_LISTS = ("sectors", "languages", "needs", "offers", "hopes")


def confirm(submission: UkrainianRegistration, answers: Mapping[str, str], now: datetime) -> None:
    """Enter the body into the register, with who confirmed it. Raises `WrongAnswerError` for a day to come."""
    day = date.fromisoformat(answers["confirmed_day"])
    if day > london_day(now):
        raise WrongAnswerError("confirmed_day", TO_COME)
    if submission.body is None:
        submission.body = UkrainianBody(waiting_since=now)
    body = submission.body
    body.confirmed_by_name = answers["confirmer_name"]
    body.confirmed_by_post = answers["confirmer_post"]
    body.confirmed_how = answers["confirmed_how"]
    body.confirmed_on = day
    if body.changed_from:
        # Who of us notes it is kept in `concluded`.
        body.changed_from, body.confirmed_by_coordinator_id = "", None
        confirming_anew.settle(session_of(submission), submission, now)


def begin_to_wait(submission: UkrainianRegistration, answers: Mapping[str, str], now: datetime) -> None:
    """From now on it waits for a twin."""
    if submission.body is not None:
        submission.body.waiting_since = now


def concluded(session: Session, submission: UkrainianRegistration, now: datetime) -> None:
    """Keep who of us noted a confirmation; take back what is proposed to a body that does not want it; forget one that
    has withdrawn, once its last letter is written.
    """
    if submission.state == WITHDRAWN:
        # Before its branches are written to: those letters name it no more.
        vanishing.forget(session, submission, now)
    answers.step_back(session, submission, now)
    body = submission.body
    if body is not None and body.confirmed_by_coordinator_id is None:
        confirmed = Event.submission_id == submission.id, Event.transition.in_(CONFIRMATIONS)
        noted = select(Event.coordinator_id).where(*confirmed)
        body.confirmed_by_coordinator_id = session.scalar(noted.order_by(Event.id.desc()).limit(1))
    if not submission.is_open:
        alike.settle(session, submission, now)
    if submission.state == WITHDRAWN:
        answers.end_twinnings(session, submission, now)
        vanishing.forget_readings(session, submission, now)
        forget(session, submission, now)


def forget(session: Session, submission: UkrainianRegistration, now: datetime) -> None:
    """Empty all that a body told us. What stays is what the law asks us to prove: which consents stood from when to
    when and in which words, that it withdrew, and the days; and who of us had looked at how to reach it.
    """
    diary.forget_body(session, submission.id, now)
    another_address.forget(session, body_address.KIND, submission.id)
    for recipient in (REGISTER, PASS_ON):
        consents.withdraw(submission, recipient, now)
    for name in EMPTY_TEXTS:
        setattr(submission, name, "")
    for name in EMPTY_LISTS:
        setattr(submission, name, [])
    submission.size, submission.publicity, submission.wishes_more = None, "nothing", False
    submission.heading = WITHDRAWN_HEADING
    submission.body = None
    session.flush()
    session.execute(
        update(Event).where(Event.submission_id == submission.id).values(text="", data={}),
        execution_options={"synchronize_session": False},
    )
    _forget_approvals(session, submission, now)
    session.execute(
        delete(Task).where(Task.submission_id == submission.id), execution_options={"synchronize_session": False}
    )
    if submission.draft_id is not None:
        session.execute(delete(Draft).where(Draft.id == submission.draft_id))
    _forget_letters(session, submission)
    search.forget(session, submission.id)


def _forget_approvals(session: Session, submission: UkrainianRegistration, now: datetime) -> None:
    """Nobody reads letters any more that wait for a second reader; of those that were read stays that they were."""
    for approval in session.scalars(select(Approval).where(Approval.submission_id == submission.id)).all():
        approval.letters, approval.note = None, ""
        if approval.decided_at is None:
            approval.decided_at, approval.decision = now, "taken-back"
    session.flush()


def _forget_letters(session: Session, submission: UkrainianRegistration) -> None:
    """Stop every letter that waits but the last one; of those that have left stays only that they were sent."""
    found = select(OutboxEmail).where(OutboxEmail.submission_id == submission.id).order_by(OutboxEmail.id.desc())
    for email in session.scalars(found).all():
        if email.template == LAST_LETTER:
            continue
        vanishing.empty(session, email)

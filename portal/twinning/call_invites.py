"""What stands in the calendars of two twins about their first call, and the file that keeps it true.

As with speakers’ invitations: whatever goes to somebody whose calendar no longer says what is agreed brings the
correction. Nobody is named in it, and no place: a call has an address at most.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask_babel import force_locale, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.emails.configuration import post
from portal.emails.invites import CANCEL, REQUEST, Invite, calendar_file, read_back
from portal.emails.models import CANCELLED, FAILED, OutboxEmail
from portal.submissions.models import Submission
from portal.submissions.workflow import Recipient
from portal.twinning import calling
from portal.twinning.call_rows import KEEPS_THE_CALL
from portal.twinning.first_calls import LENGTH, FirstCall
from portal.twinning.models import TwinningProposal
from portal.twinning.registrations import WITHDRAWN, UkrainianRegistration

READERS = (Recipient.BRANCH, Recipient.LEAD, Recipient.UKRAINIAN_BODY)


def for_letter(
    session: Session, request: Submission, recipient: str, now: datetime, *, address: str, language: str
) -> Invite | None:
    """The calendar file that a letter to `address` about this proposal carries; None where nothing is to be told.

    Call it when the move is made and flushed. An invitation is sent once, again whenever it has changed, and taken
    back once; of a call that is over nobody's calendar is changed.
    """
    if not isinstance(request, TwinningProposal) or recipient not in READERS:
        return None
    call = calling.call_of(request)
    if call is None:
        return None
    last = _last_invite(session, request.id, recipient)
    if call.starts_at is None or request.state not in KEEPS_THE_CALL:
        return _taken_back(last, address, now) if last is not None and last.ends_at > now else None
    if call.starts_at + LENGTH <= now:
        return None
    reference = _reference(request, recipient)
    newest = _made(reference, call, address, language, now, sequence=_newest(session, request.id, recipient) + 1)
    if last is None:
        return newest
    read = read_back(calendar_file(newest))
    return newest if replace(read, sequence=last.sequence, stamp=last.stamp) != last else None


def for_registration(
    session: Session, submission: Submission, recipient: str, now: datetime, *, address: str, language: str
) -> Invite | None:
    """The file that the last letter to a body carries: it withdraws, and a first call that was fixed is off."""
    if not isinstance(submission, UkrainianRegistration) or submission.state != WITHDRAWN:
        return None
    for candidate in submission.candidates:
        last = _last_invite(session, candidate.proposal_id, Recipient.UKRAINIAN_BODY)
        if candidate.closed_at is None and last is not None and last.ends_at > now:
            return _taken_back(last, address, now)
    return None


def _reference(request: TwinningProposal, recipient: str) -> str:
    """The number that whoever reads it quotes: a body of the register has one of its own."""
    is_body = recipient == Recipient.UKRAINIAN_BODY and request.candidate is not None
    return str(request.candidate.registration.reference if is_body and request.candidate else request.reference)


def _made(reference: str, call: FirstCall, address: str, language: str, now: datetime, *, sequence: int) -> Invite:
    ours, starts_at = post(), call.starts_at
    if starts_at is None:
        raise ValueError("a call without a time is in no calendar")
    with force_locale(language):
        rows = (
            calling.in_words(starts_at, language),
            gettext("Address of the call: %(link)s", link=call.link) if call.link else "",
            f"{gettext('Reference')}: {reference}",
            "",
            gettext("Does anything change? Please reply to our letter at once."),
        )
        summary = gettext("First call with your twin")
    return Invite(
        uid=call.uid,
        sequence=sequence,
        starts_at=starts_at,
        ends_at=starts_at + LENGTH,
        summary=summary,
        description="\n".join(row for number, row in enumerate(rows) if row or number == 3),
        location=call.link,
        language=language,
        stamp=now,
        method=REQUEST,
        organizer_name=ours.sender_in(language),
        organizer_address=ours.reply_to or ours.sender_address,
        attendee_address=address,
    )


def _files(session: Session, submission_id: int, recipient: str) -> list[Invite]:
    """The files that somebody was sent, the newest first."""
    letters = select(OutboxEmail.calendar).where(
        OutboxEmail.submission_id == submission_id,
        OutboxEmail.calendar.is_not(None),
        OutboxEmail.role == recipient,
        OutboxEmail.state.not_in((CANCELLED, *FAILED)),
    )
    return [read_back(raw or "") for raw in session.scalars(letters.order_by(OutboxEmail.id.desc()).limit(10))]


def _last_invite(session: Session, submission_id: int, recipient: str) -> Invite | None:
    """What stands in somebody's calendar now; None where nothing does any more."""
    found = _files(session, submission_id, recipient)
    return found[0] if found and found[0].method == REQUEST else None


def _newest(session: Session, submission_id: int, recipient: str) -> int:
    """The number of the last file that somebody was sent; -1 for none."""
    return max((each.sequence for each in _files(session, submission_id, recipient)), default=-1)


def _taken_back(last: Invite, address: str, now: datetime) -> Invite:
    with force_locale(last.language):
        words = str(gettext("This is called off. Our letter tells you more."))
    return replace(
        last, method=CANCEL, sequence=last.sequence + 1, description=words, stamp=now, attendee_address=address
    )

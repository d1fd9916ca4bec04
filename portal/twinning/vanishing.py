"""A body that has withdrawn vanishes from the files of all branches that it was proposed to, or was twinned with.

What it was is found by its candidates, not by an address: that may have changed. Of letters stays that they were sent,
to whom of ours, and when. It comes before anybody is written to, so that no new letter names it. Nothing here commits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from portal.directory.folding import search_words
from portal.emails import outbox
from portal.emails.models import OutboxEmail
from portal.sealed import unseal
from portal.submissions import approvals, search, tasks
from portal.submissions.models import Event
from portal.submissions.work import Approval, Task
from portal.submissions.workflow import Recipient
from portal.twinning.candidate import Candidate
from portal.twinning.candidate_rows import PROPOSE
from portal.twinning.models import TwinningProposal
from portal.twinning.registrations import UkrainianRegistration
from portal.twinning.standing_rows import BODY_ENDS
from portal.twinning.twinnings import Twinning

FIRST_LETTERS = ("twinning/proposed", "twinning/proposed-body")
"""With these a branch and a body hear of each other."""
OF_THE_BODY = (PROPOSE, "pass-to-branch", "pass-to-body", BODY_ENDS)
"""Moves whose answers are words of the body, or about it."""
GONE = "It was about a body in Ukraine that has withdrawn."
CALLED, KNOWN_BY = ("name_uk", "name_latin"), ("contact_name", "second_name", "town")
QUOTED = re.compile(r"[«“\"](.+?)[»”\"]")
SHORTEST, ENDING = 4, 2
"""A word counts with another ending too."""


def forget(session: Session, submission: UkrainianRegistration, now: datetime) -> None:
    """Empty what stands of a body in the files of others; the letters that still wait there never leave."""
    session.flush()
    its = Candidate.registration_id == submission.id
    for candidate in session.scalars(select(Candidate).where(its).order_by(Candidate.id)).all():
        proposal: TwinningProposal = candidate.proposal
        names = _names(session, submission, proposal)
        for email in _letters(session, candidate):
            _empty(session, email, names, proposal.reference)
        _forget_history(session, candidate, names)
        _forget_tasks(session, candidate, names, now)
        candidate.although = ""
        if _is_last(session, candidate):
            proposal.body_name = proposal.body_email = proposal.body_contact = ""
            proposal.body_oblast = proposal.body_sector = ""
        session.flush()
        search.index(session, proposal)
    for twinning in session.scalars(select(Twinning).where(Twinning.registration_id == submission.id)).unique():
        twinning.body_level, twinning.aims = "", []


def empty(session: Session, email: OutboxEmail) -> None:
    """Stop a letter that waits; of one that has left stays only that it was sent."""
    outbox.cancel(session, email)
    email.to_address = email.text = email.html = ""
    email.calendar, email.is_private = None, True


def _empty(session: Session, email: OutboxEmail, names: Sequence[Sequence[str]], reference: str) -> None:
    """The same in the file of a branch. Its own addresses stay, and its calendar files: they name nobody."""
    address, calendar = email.to_address, email.calendar
    empty(session, email)
    if email.role != Recipient.UKRAINIAN_BODY:
        email.to_address, email.calendar = address, calendar
    if _tells(names, email.subject):
        email.subject = reference


def _letters(session: Session, candidate: Candidate) -> Sequence[OutboxEmail]:
    """The letters of a proposal since the body was proposed, up to the next one; with the copies sent later."""
    of_proposal = OutboxEmail.submission_id == candidate.proposal_id
    firsts = (of_proposal, OutboxEmail.template.in_(FIRST_LETTERS), OutboxEmail.resend_of_id.is_(None))
    first = session.scalar(
        select(func.min(OutboxEmail.id)).where(*firsts, OutboxEmail.queued_at == candidate.proposed_at)
    )
    begun = OutboxEmail.id >= first if first is not None else OutboxEmail.queued_at >= candidate.proposed_at
    until = _until(session, candidate)
    ended = OutboxEmail.queued_at < until if until is not None else None
    found = session.scalars(select(OutboxEmail).where(of_proposal, begun, *_known(ended))).all()
    numbers = {each.id for each in found}
    copies = session.scalars(select(OutboxEmail).where(of_proposal, OutboxEmail.resend_of_id.is_not(None))).all()
    # The copy of a copy comes after it.
    for each in sorted(copies, key=lambda email: email.id):
        if each.resend_of_id in numbers:
            numbers.add(each.id)
    return [*found, *(each for each in copies if each.id in numbers and each not in found)]


def _until(session: Session, candidate: Candidate) -> datetime | None:
    """When the next body was proposed to the same branch; None where this is the last."""
    return session.scalar(
        select(func.min(Event.at)).where(
            Event.submission_id == candidate.proposal_id,
            Event.to_state == "proposed",
            Event.from_state != "proposed",
            Event.at > candidate.proposed_at,
        )
    )


def _is_last(session: Session, candidate: Candidate) -> bool:
    """Whether what the proposal itself keeps is of this body."""
    later = Candidate.proposal_id == candidate.proposal_id, Candidate.id > candidate.id
    is_other = session.scalar(select(Candidate.id).where(*later).limit(1)) is not None
    return not is_other and _until(session, candidate) is None


def _known(condition: ColumnElement[bool] | None) -> tuple[ColumnElement[bool], ...]:
    return () if condition is None else (condition,)


def _forget_history(session: Session, candidate: Candidate, names: Sequence[Sequence[str]]) -> None:
    """The words of the body in the history of a branch, and what others wrote there by its name."""
    until = _until(session, candidate)
    lines = select(Event).where(
        Event.submission_id == candidate.proposal_id,
        Event.at >= candidate.proposed_at,
        *_known(Event.at < until if until is not None else None),
        or_(Event.text != "", Event.transition.in_(OF_THE_BODY)),
    )
    for event in session.scalars(lines).all():
        if event.transition in OF_THE_BODY or _tells(names, event.text):
            event.text, event.data = "", {}


def forget_readings(session: Session, submission: UkrainianRegistration, now: datetime) -> None:
    """Empty the letters about it before a second reader, and end what waits for one.

    This comes once its branches are written to: whom those letters would have told knows nothing to be told the end of.
    """
    its = Candidate.registration_id == submission.id
    for candidate in session.scalars(select(Candidate).where(its).order_by(Candidate.id)).all():
        mine = Approval.submission_id == candidate.proposal_id, Approval.asked_at >= candidate.proposed_at
        until = _until(session, candidate)
        read = select(Approval).where(*mine, *_known(Approval.asked_at < until if until is not None else None))
        for approval in session.scalars(read).all():
            if approval.decision not in (approvals.APPROVED, approvals.NOT_NEEDED) and approval.sent_again_at is None:
                approval.decided_at, approval.decision = now, approvals.NOT_NEEDED
            approval.letters, approval.note = None, ""
            tasks.finish_all(session, f"approval-{approval.id}-", by_id=None, now=now, outcome=GONE)


def _forget_tasks(session: Session, candidate: Candidate, names: Sequence[Sequence[str]], now: datetime) -> None:
    """Tasks that name the body are emptied and over."""
    for task in session.scalars(select(Task).where(Task.submission_id == candidate.proposal_id)).all():
        if _tells(names, f"{task.about} {task.outcome}"):
            task.about, task.outcome, task.done_at = GONE, "", task.done_at or now


def _names(session: Session, submission: UkrainianRegistration, proposal: TwinningProposal) -> list[list[str]]:
    """By what somebody would know the body again, each as words: its name, its people, its town, also of earlier."""
    told = {name: [getattr(submission, name)] for name in (*CALLED, *KNOWN_BY)}
    changes = Event.submission_id == submission.id, Event.name == "amended"
    for data in session.scalars(select(Event.data).where(*changes)):
        for name in told.keys() & data.get("was", {}).keys():
            told[name].append(unseal(data["was"][name] or ""))
    called = [*(each for name in CALLED for each in told[name]), proposal.body_name]
    quoted = [each for name in called for each in QUOTED.findall(name)]
    people = [*(each for name in KNOWN_BY for each in told[name]), proposal.body_contact, *quoted]
    single = [[word] for each in people for word in search_words(each) if len(word) >= SHORTEST]
    return [*single, *(words for each in called if (words := search_words(each)))]


def _tells(names: Iterable[Sequence[str]], text: str) -> bool:
    said = search_words(text)
    return any(
        all(map(_is_one, said[start : start + len(name)], name))
        for name in names
        for start in range(len(said) - len(name) + 1)
    )


def _is_one(word: str, name: str) -> bool:
    return abs(len(word) - len(name)) <= ENDING and word.startswith(name[: max(SHORTEST, len(name) - ENDING)])

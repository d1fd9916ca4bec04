"""A change of officers: whoever holds a side's private link names a successor, who takes it over by their own link.

Nobody agrees for another: until the successor has said yes all stays as it is, and what the one before had agreed to
ends with them. Then the old link opens nothing more, and the other side hears of the new contact. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask_babel import force_locale, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.emails import edited, letters, links, outbox
from portal.emails.models import PrivateLink
from portal.sealed import digest, seal, unseal
from portal.submissions import actions, consents, correspondence, greetings, history, private_links, whole
from portal.submissions.actions import Mover
from portal.submissions.models import Event, Submission
from portal.submissions.workflow import Actor, Recipient
from portal.twinning.body_names import body_name
from portal.twinning.candidate import TWINNED
from portal.twinning.models import SENDERS, TwinningProposal
from portal.twinning.registrations import PASS_ON, REGISTER, UkrainianRegistration
from portal.twinning.standing_rows import BRANCH_CONTACT
from portal.twinning.states import LINKED

ASKED, TAKEN_OVER, REFUSED = "hand-over", "handed-over", "hand-over-refused"
"""Lines of history: somebody was asked to take over, did so, or would not."""
PURPOSE = "handover"
LETTER = "common/hand-over"
WELCOME = "common/taken-over"
"""To the successor: what they have taken over, where it stands, and what to do next, with their link."""
THANKS = "common/handed-over"
"""To whoever was the contact before: it is done. It opens nothing, and tells nothing of the successor."""
OPEN_FOR = timedelta(days=30)
"""So long the successor's link works."""
SIDE, SUCCESSOR = Mover(Actor.BRANCH), Mover(Actor.SUCCESSOR)


class Offered(NamedTuple):
    """What a successor is asked to take over: the request, and the name and address that were given for them."""

    submission: Submission
    event: Event
    name: str
    email: str


def can_be_handed_over(submission: Submission) -> bool:
    """Whether a private page has somebody who may hand it over: of a twinning, or of a body in Ukraine."""
    return isinstance(submission, TwinningProposal | UkrainianRegistration) and submission.is_open


def is_twinned(submission: Submission) -> bool:
    """Whether there is a twin on the other side already, or one that they get acquainted with."""
    return bool(linked(submission))


def linked(submission: Submission) -> list[TwinningProposal]:
    """The proposals whose two sides know each other: the one itself, or all of a body in Ukraine."""
    if isinstance(submission, TwinningProposal):
        return [submission] if submission.state in LINKED else []
    if not isinstance(submission, UkrainianRegistration):
        return []
    known = [each.proposal for each in submission.candidates if each.state == TWINNED and each.closed_at is None]
    return [each for each in known if each.state in LINKED]


def consents_of(submission: Submission) -> tuple[str, ...]:
    """What a successor is asked to agree to themselves; the first is needed of a body in Ukraine."""
    return (REGISTER, PASS_ON) if isinstance(submission, UkrainianRegistration) else (SENDERS,)


def ask(session: Session, submission: Submission, name: str, email: str, now: datetime) -> None:
    """Write to somebody with a link of their own. Whoever was asked before can no longer take over."""
    for before in _events(session, submission, ASKED):
        _end_links(session, before, now)
    event = history.line(submission, ASKED, SIDE, now, data={"name": seal(name), "email": seal(email)}, is_public=True)
    session.add(event)
    session.flush()
    link = links.issue(session, PURPOSE, event.id, now, expires_at=now + OPEN_FOR)
    facts = correspondence.facts_for(
        submission, Recipient.BRANCH, answers={}, private_link=links.placeholder(link), now=now
    )
    facts |= {"greeting": greetings.to_name(name, submission.language)}
    letter = letters.render(LETTER, submission.language, facts, texts=edited.texts(session))
    outbox.queue(
        session,
        letter,
        to=email,
        template=LETTER,
        role=str(Recipient.BRANCH),
        now=now,
        submission_id=submission.id,
        language=submission.language,
    )


def offered(session: Session, token: str, now: datetime, *, lock: bool = False) -> tuple[PrivateLink, Offered] | None:
    """What a link of a successor leads to; None where it is wrong, spent or overtaken, or the request is closed."""
    link = links.find(session, PURPOSE, token, now)
    event = session.get(Event, link.subject_id) if link is not None else None
    if link is None or event is None or not event.data.get("email"):
        return None
    submission = whole.load(session, event.submission_id, lock=lock)
    if submission is None or not can_be_handed_over(submission):
        return None
    return link, Offered(submission, event, unseal(event.data["name"]), unseal(event.data["email"]))


def accept(session: Session, link: PrivateLink, found: Offered, agreed: Collection[str], now: datetime) -> None:
    """The successor takes over: named, with what they agree to; the old link ends, and the other side hears of it."""
    submission = found.submission
    before, named_before = (submission.contact_name, submission.contact_email), _named_to_twin(submission)
    links.use(session, link, now)
    changes: dict[str, Any] = {
        "contact_name": found.name,
        "contact_role": "",
        "contact_email": found.email,
        "contact_phone": "",
    }
    if isinstance(submission, UkrainianRegistration):
        changes["email_digest"] = digest(found.email)
    for recipient in {each.recipient for each in submission.consents} - {consents.LEAD}:
        consents.withdraw(submission, recipient, now)
    for recipient in agreed:
        consents.record(submission, recipient, language=submission.language, now=now)
    actions.amend(session, submission, changes, by=SUCCESSOR, now=now)
    session.add(history.line(submission, TAKEN_OVER, SUCCESSOR, now, is_public=True))
    private_links.send_new(
        session, submission, by=SUCCESSOR, now=now, letter=WELCOME, facts=_taken_over(submission, agreed)
    )
    _thank(session, submission, *before, now)
    # Of a body in Ukraine each branch that knows it has heard already: `following`.
    # A twin that goes on with the lead it knows is told nothing: for it nothing has changed. Who took over without
    # agreeing to be named is news too: it would go on writing to whoever has left.
    is_news = _named_to_twin(submission) != named_before
    if isinstance(submission, TwinningProposal) and submission.state in LINKED and is_news:
        actions.perform(session, submission, BRANCH_CONTACT, by=SUCCESSOR, now=now)


def _taken_over(submission: Submission, agreed: Collection[str]) -> dict[str, str]:
    """What a successor reads of what is theirs now: with whom, where it stands, and who is to write first."""
    language = submission.language
    twins = linked(submission)
    is_branch = isinstance(submission, TwinningProposal)
    led_by = submission.lead_name if isinstance(submission, TwinningProposal) and submission.lead_has_agreed else ""
    names = [body_name(each, language) if is_branch else each.heading for each in twins]
    standing = twins[0] if twins else submission
    with force_locale(language):
        stands = str(gettext(standing.WORKFLOW.state(standing.state).situation))
    may_write = {SENDERS, PASS_ON} & set(agreed)
    return {
        "stands": stands,
        "twins": "; ".join(names),
        "led_by": led_by if twins else "",
        "greets": "yes" if twins and may_write and not led_by else "",
    }


def _named_to_twin(submission: Submission) -> tuple[str, str]:
    return submission.named_to_twin if isinstance(submission, TwinningProposal) else ("", "")


def _thank(session: Session, submission: Submission, name: str, email: str, now: datetime) -> None:
    """Tell whoever was the contact before that it is done."""
    if not email or email.casefold() == submission.contact_email.casefold():
        return
    language = submission.language
    with force_locale(language):
        greeting = greetings.to_name(name, language) if name else str(gettext("Dear colleagues"))
    known = correspondence.common_facts(submission, language, Recipient.BRANCH, now)
    facts = known | {"greeting": greeting, "contact_name": name, "coordinator": ""}
    outbox.queue(
        session,
        letters.render(THANKS, language, facts, texts=edited.texts(session)),
        to=email,
        template=THANKS,
        role=str(Recipient.BRANCH),
        now=now,
        submission_id=submission.id,
        language=language,
    )


def refuse(session: Session, link: PrivateLink, found: Offered, now: datetime) -> None:
    """They would rather not: all stays as it is."""
    links.use(session, link, now)
    session.add(history.line(found.submission, REFUSED, SUCCESSOR, now, is_public=True))


def _events(session: Session, submission: Submission, name: str) -> list[Event]:
    asked = select(Event).where(Event.submission_id == submission.id, Event.name == name)
    return list(session.scalars(asked))


def _end_links(session: Session, event: Event, now: datetime) -> None:
    for link in links.living(session, PURPOSE, event.id):
        links.revoke(link, now)

"""A second affiliation form of the same branch: it renews the one affiliation the branch has for ever.

Anybody can type a branch's name. Only a sender whose address we know for the branch, or a coordinator's own hand,
changes what is on file; for all others a coordinator decides, and no private link leaves for a new address.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import force_locale, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.affiliations.models import Affiliation
from portal.affiliations.states import AFFILIATED
from portal.emails import edited, letters, outbox
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import actions, consents, correspondence, history, intake, search, turns
from portal.submissions.history import FORM_AGAIN, OF_ANOTHER, Mover
from portal.submissions.models import Event
from portal.submissions.workflow import Actor, Recipient

RENEWABLE = {"renewal-due": "renew", "grace": "renew", "lapsed": "rejoin"}
"""The move that a new form of the branch makes, by the state it comes upon."""
REOPENED = ("declined", "withdrawn", "ended", "not-carried")
LETTER_TO_A_NEW_ADDRESS = "affiliation/second-form"
LETTER_ABOUT_ANOTHER = "affiliation/form-of-another"
TOLD_AGAIN_AFTER = timedelta(days=1)
"""Anybody can send form after form in a branch's name: its contact hears of them no more often than this."""
LETTER_TO_THE_SAME = "affiliation/form-again"
FORM_KEPT = "second-form"
"""The name under which a draft is remembered in the history, so that sending it twice counts once."""
OF_A_STRANGER = "Somebody whose address we do not know sent this form in the branch’s name. Nothing has changed:"
"""How the note begins that keeps such a form; it is for the desk, which is in English."""

TAKEN_OVER = (
    "decision",
    "decided_on",
    "decision_meeting",
    "minute",
    "accepts_aims",
    "members",
    "fee_pence",
    "fee_wish",
    "offered_pence",
    "waiver_reason",
    "pay_by",
    "treasurer_name",
    "treasurer_email",
    "wants_invoice",
    "invoice_address",
    "order_number",
    "delegates",
    "publish_name",
    "also_wants",
    "contact_name",
    "contact_role",
    "contact_phone",
    "second_name",
    "second_email",
    "second_phone",
    "language",
    "notes",
)
"""What a known sender's new form changes, where it says anything. The address on file is never changed by a form."""

PEOPLE = ("contact_", "second_", "treasurer_", "invoice_address", "language")
"""Who we write to about what. An address can be typed by anybody, so a form from the web only proposes these: the note
shows them to a coordinator, who takes them over."""


def receive(affiliation: Affiliation, now: datetime, by: Mover) -> Affiliation:
    """The affiliation that stands for a new form: itself for a branch's first, else the branch's one.

    `by` is whoever sent it or typed it in; what follows from the form is theirs.
    """
    affiliation.of_branch_id = affiliation.branch_id
    existing = _existing(affiliation)
    if existing is None:
        return affiliation
    if affiliation.held_reason is not None:
        # What the spam trap caught must not touch a living affiliation; a coordinator looks at it by itself.
        affiliation.of_branch_id = None
        return affiliation
    session = db.session()
    if not _is_known_already(session, existing, affiliation):
        _take_in(session, existing, affiliation, now, by)
    return existing


def _existing(affiliation: Affiliation) -> Affiliation | None:
    if affiliation.branch_id is None:
        return None
    return db.session.scalar(select(Affiliation).where(Affiliation.of_branch_id == affiliation.branch_id))


def _is_known_already(session: Session, existing: Affiliation, new: Affiliation) -> bool:
    """Whether this very draft came in before."""
    if new.draft_id is None:
        return False
    kept = session.scalars(select(Event.data).where(Event.submission_id == existing.id, Event.name == "note")).all()
    return any(data.get(FORM_KEPT) == new.draft_id for data in kept)


def _take_in(session: Session, existing: Affiliation, new: Affiliation, now: datetime, by: Mover) -> None:
    """File the new form in the old affiliation's history, and do what follows from it."""
    is_known = _is_known_sender(existing, new)
    is_by_hand = by.actor is Actor.COORDINATOR
    # What a stranger sent is nothing that the branch has said.
    _keep_form(session, existing, new, now, by if is_known else Mover(Actor.WORKER))
    if not is_known:
        turns.hand_to_us(session, existing, now)
        session.flush()
        search.index(session, existing)
        _tell_of_another(session, existing, now)
        _answer_new_address(session, existing, new, now)
        return
    for consent in new.consents:
        consents.record(existing, consent.recipient, language=consent.language, now=now)
    was_decided = existing.decision == "carried"
    actions.amend(session, existing, _changes(existing, new), by=by, now=now)
    if existing.state in REOPENED:
        actions.perform(
            session,
            existing,
            "reopen",
            by=by if is_by_hand else Mover(Actor.WORKER),
            now=now,
            answers={"reason": gettext("The branch sent the form again.")},
        )
        if existing.state in AFFILIATED and not is_by_hand:
            # Nobody's turn would follow from a paid year that runs on; somebody must read what came.
            turns.hand_to_us(session, existing, now)
    elif existing.state in RENEWABLE and not existing.has_renewed:
        actions.perform(session, existing, RENEWABLE[existing.state], by=by, now=now)
    elif existing.state == "awaiting-decision" and not was_decided and _is_carried(new):
        answers = {"decided_on": new.decided_on.isoformat() if new.decided_on else ""}
        actions.perform(session, existing, "carried", by=by, now=now, answers=answers)
    elif not is_by_hand:
        # A coordinator who typed it in has read it.
        _answer_the_same(session, existing, now)


def _is_carried(new: Affiliation) -> bool:
    return new.decision == "carried" and new.decided_on is not None


def _is_known_sender(existing: Affiliation, new: Affiliation) -> bool:
    """Whether the form comes from an address on file, or from a coordinator's own hand."""
    if new.channel != "web":
        return True
    known = {existing.contact_email, existing.second_email, existing.treasurer_email} - {""}
    return new.contact_email.casefold() in {address.casefold() for address in known}


def _changes(existing: Affiliation, new: Affiliation) -> dict[str, Any]:
    """What the form says anew. What it leaves empty stays as it was."""
    values = {name: getattr(new, name) for name in TAKEN_OVER}
    changes = {name: value for name, value in values.items() if value not in (None, "", [], False)}
    if new.channel == "web":
        return {name: value for name, value in changes.items() if not name.startswith(PEOPLE)}
    if new.contact_email.casefold() != existing.contact_email.casefold():
        # The treasurer or the second contact rang: the first contact stays who they are.
        changes = {name: value for name, value in changes.items() if not name.startswith(("contact_", "second_"))}
        changes.pop("language", None)
    return changes


def _keep_form(session: Session, existing: Affiliation, new: Affiliation, now: datetime, by: Mover) -> None:
    """Keep the whole new form in words, for coordinators: nothing of it is lost."""
    is_strange = by.actor is Actor.WORKER
    lines = [OF_A_STRANGER if is_strange else gettext("A new form came for this affiliation:")]
    for step, rows in intake.summary_of(new, "en"):
        lines += [f"{step.title}"] + [f"{row.label}: {'; '.join(row.value)}" for row in rows]
    session.add(
        Event(
            submission_id=existing.id,
            at=now,
            name="note",
            actor=by.actor,
            coordinator_id=by.coordinator.id if by.coordinator else None,
            text="\n".join(lines),
            data=({FORM_KEPT: new.draft_id} if new.draft_id is not None else {})
            | ({OF_ANOTHER: True} if is_strange else {}),
        )
    )


def _answer_the_same(session: Session, existing: Affiliation, now: datetime) -> None:
    """Thank the branch for its form, and read it: it has sent no message."""
    session.add(history.line(existing, FORM_AGAIN, Mover(Actor.BRANCH), now, is_public=True))
    turns.hand_to_us(session, existing, now)
    session.flush()
    search.index(session, existing)
    correspondence.write(session, existing, LETTER_TO_THE_SAME, now=now, facts={})


def _tell_of_another(session: Session, existing: Affiliation, now: datetime) -> None:
    """Tell the branch's contact that somebody else has sent a form in its name, unless they were just told."""
    told = select(OutboxEmail.id).where(
        OutboxEmail.submission_id == existing.id,
        OutboxEmail.template == LETTER_ABOUT_ANOTHER,
        OutboxEmail.queued_at > now - TOLD_AGAIN_AFTER,
    )
    if session.scalar(told.limit(1)) is None:
        correspondence.write(session, existing, LETTER_ABOUT_ANOTHER, now=now, facts={})


def _answer_new_address(session: Session, existing: Affiliation, new: Affiliation, now: datetime) -> None:
    """Tell a sender we do not know that the form came in. The letter opens nothing: it bears no private link."""
    if not new.contact_email:
        return
    language = new.language
    with force_locale(language):
        facts: Mapping[str, str] = correspondence.common_facts(existing, language, Recipient.BRANCH, now) | {
            "greeting": gettext("Dear %(name)s", name=new.contact_name),
            "contact_name": new.contact_name,
            "coordinator": "",
        }
    facts = {name: fact for name, fact in facts.items() if name != "private_link"}
    letter = letters.render(LETTER_TO_A_NEW_ADDRESS, language, facts, texts=edited.texts(session))
    outbox.queue(
        session,
        letter,
        to=new.contact_email,
        template=LETTER_TO_A_NEW_ADDRESS,
        role=str(Recipient.BRANCH),
        now=now,
        submission_id=existing.id,
        language=language,
    )

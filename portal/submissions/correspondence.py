"""The letters about a request: who receives them, what they may name, and putting them into the outbox.

How a letter is rendered and delivered is the business of `portal.emails`; when one is due, of the workflow rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from flask import current_app
from sqlalchemy.orm import Session

from portal.emails import edited as saved_words
from portal.emails import letters, links, outbox
from portal.emails.facts import Facts
from portal.emails.links import Placeholder
from portal.emails.models import OutboxEmail
from portal.submissions import registry
from portal.submissions.day_words import in_words_of
from portal.submissions.history import Mover
from portal.submissions.letter_facts import common_facts
from portal.submissions.models import Submission
from portal.submissions.money import pounds
from portal.submissions.prepared import Party, Prepared, Sent
from portal.submissions.times import as_said
from portal.submissions.untranslated import only_cyrillic, untranslated
from portal.submissions.workflow import Actor, Notification, Recipient, Transition

NO_LINK_YET = Placeholder("[[link:0]]")
NO_SECOND_LINK_YET = Placeholder("[[link:00]]")
OF_THE_BRANCH = frozenset((Recipient.BRANCH, Recipient.TREASURER, Recipient.TEAM))
"""Whoever asked, and ourselves: nobody of them has been counting on somebody else's request."""
"""Stands for the private link in words that are only shown; `wording` turns it into "{private link}"."""


def language_of(submission: Submission, recipient: str) -> str:
    """The language a recipient reads."""
    known = ("", "en") if recipient == Recipient.TEAM else submission.address_of(recipient)
    return known[1] if known else submission.language


def address_of(submission: Submission, recipient: str) -> str:
    """The address of a recipient; empty where there is none (a request by telephone without an email)."""
    if recipient == Recipient.TEAM:
        return str(current_app.config["TEAM_EMAIL"])
    known = submission.address_of(recipient)
    if known:
        return known[0]
    return submission.contact_email if recipient == Recipient.BRANCH else ""


def short_time(moment: time | None, language: str) -> str:
    """A time of day as people say it: "7pm", "7.30pm"; "19:30" in Ukrainian."""
    return as_said(moment, language) if moment is not None else ""


def facts_for(
    submission: Submission,
    recipient: str,
    *,
    answers: Mapping[str, str],
    private_link: Placeholder,
    now: datetime,
    language: str = "",
    party: Party | None = None,
) -> Facts:
    """All facts a letter to `recipient` may name: the common ones, the kind's own, and what the mover just gave.

    `language` is the recipient's own unless it is given; `party` is the one of several it goes to.
    """
    language = language or language_of(submission, recipient)
    said: dict[str, str | Callable[[], str]] = {
        name: value
        for name, value in answers.items()
        if name in ("reason", "question", "answer", "outcome", "is_same_day")
    }
    if paid := answers.get("paid_pence"):
        said["paid_now"] = lambda: pounds(int(paid))
    if answers.get("was_on"):
        before = time.fromisoformat(answers["was_at"]) if answers.get("was_at") else None
        parts = in_words_of(date.fromisoformat(answers["was_on"]), language), short_time(before, language)
        said["meeting_before"] = ", ".join(part for part in parts if part)
    said |= {**party.facts, **dict.fromkeys(party.links, NO_SECOND_LINK_YET)} if party is not None else {}
    if recipient == Recipient.BRANCH or (party is not None and party.link is not None):
        said["private_link"] = private_link
    own = registry.kind(submission.kind).facts(submission, language)
    return common_facts(submission, language, recipient, now) | own | said


def due(submission: Submission, transition: Transition) -> list[Notification]:
    """The letters that a move will send as the request stands before it."""
    return [
        row
        for row in transition.notify
        if (not row.only_from or submission.state in row.only_from)
        and (not row.only_if or getattr(submission, row.only_if))
    ]


def prepare(
    session: Session,
    submission: Submission,
    rows: Sequence[Notification],
    *,
    by: Mover,
    answers: Mapping[str, str],
    now: datetime,
    moved_at: datetime | None = None,
) -> list[Prepared]:
    """The letters of a move, in words, with the private link as "{private link}". Nothing is queued here.

    Of a move that was made before, `moved_at`, they go to those whom it concerned then.
    """
    prepared = []
    texts = saved_words.texts(session) if rows else letters.SHIPPED
    everybody = [
        (row, party, address)
        for row, party in _everybody(submission, rows, moved_at or now)
        if (address := party.address if party is not None else address_of(submission, row.to))
    ]
    others_told = "yes" if any(row.to not in OF_THE_BRANCH for row, _, _ in everybody) else ""
    for row, party, address in everybody:
        language = party.language if party is not None else language_of(submission, row.to)
        said = {} if row.is_reticent else answers
        facts = facts_for(
            submission, row.to, answers=said, private_link=NO_LINK_YET, now=now, language=language, party=party
        )
        facts |= {"by_us": "yes" if by.actor is Actor.COORDINATOR else "", "others_told": others_told}
        words = letters.wording(row.template, language, facts, texts=texts)
        prepared.append(
            Prepared(
                key="|".join((row.template, row.to, *([party.key] if party is not None else []))),
                template=row.template,
                to=row.to,
                address=address,
                language=language,
                subject=words.subject,
                body=words.body,
                untranslated=_not_read(row.to, language, said, facts, words.body),
                party=party.key if party is not None else "",
            )
        )
    return prepared


def _not_read(to: str, language: str, said: Mapping[str, str], facts: Mapping[str, str], body: str) -> str:
    """Words in a letter that a reader of that language may not be able to read; empty among us."""
    if language == "uk":
        return untranslated(to, said, facts, body)
    return only_cyrillic(said, facts, body) if to != Recipient.TEAM else ""


def address_for(submission: Submission, letter: Prepared) -> str:
    """The address that holds today for a letter prepared earlier; empty where nobody is to be written to any more."""
    if not letter.party:
        return address_of(submission, letter.to)
    party = submission.party(letter.party)
    return party.address if party is not None else ""


def _everybody(
    submission: Submission, rows: Sequence[Notification], now: datetime
) -> Iterator[tuple[Notification, Party | None]]:
    """Each letter with each of those it goes to; None stands for the one recipient that the request knows itself."""
    for row in rows:
        for party in submission.parties(row.to, now) or (() if submission.writes_one_by_one(row.to) else (None,)):
            yield row, party


def send(
    session: Session,
    submission: Submission,
    prepared: list[Prepared],
    *,
    now: datetime,
    by: Mover,
    edited: Mapping[str, tuple[str, str]],
) -> list[Sent]:
    """Put prepared letters into the outbox, in the coordinator's words where they were edited; the mover signs."""
    sent = []
    for item in prepared:
        subject, body = edited.get(item.key, (item.subject, item.body))
        party = submission.party(item.party) if item.party else None
        link = links.issue(session, *party.link, now) if party is not None and party.link is not None else None
        link = link or _own_link(session, submission, item.to, now)
        signed = _closing(submission, by) | ({"private_link": links.placeholder(link)} if link is not None else {})
        if party is not None and "reference" in party.facts:
            signed["reference"] = party.facts["reference"]
        others = party.links.items() if party is not None else ()
        signed |= {name: links.placeholder(links.issue(session, *page, now)) for name, page in others}
        letter = letters.compose(subject, body, item.language, signed)
        email = _queue(session, submission, letter, item.template, item.to, address=item.address, now=now)
        sent.append(Sent(replace(item, subject=subject, body=body), email))
    return sent


def acknowledge(session: Session, submission: Submission, *, now: datetime) -> None:
    """Tell the branch, and whoever else the kind names, that the request has arrived; its own link is made here."""
    link = links.issue_first(session, submission.PAGE, submission.id, now)
    contact = submission.contact_email.casefold()
    for row in registry.kind(submission.kind).workflow.acknowledge:
        # One person may hold two offices: the contact needs no second letter as treasurer.
        if row.to == Recipient.BRANCH or address_of(submission, row.to).casefold() != contact:
            write(session, submission, row.template, now=now, facts={}, to=row.to, link=link)


def tell_team(session: Session, submission: Submission, template: str, *, now: datetime) -> None:
    """Write to the team at once about something urgent."""
    write(session, submission, template, now=now, facts={}, to=Recipient.TEAM)


def write(
    session: Session,
    submission: Submission,
    template: str,
    *,
    now: datetime,
    facts: Mapping[str, str],
    to: str = Recipient.BRANCH,
    by: Mover | None = None,
    link: links.PrivateLink | None = None,
) -> None:
    """Queue one letter that is not part of a move; `by` signs it. `link` is the branch's own link, where at hand."""
    address = address_of(submission, to)
    if not address:
        return
    language = language_of(submission, to)
    link = link or _own_link(session, submission, to, now)
    opens = links.placeholder(link) if link is not None else NO_LINK_YET
    known = facts_for(submission, to, answers={}, private_link=opens, now=now) | facts | _closing(submission, by)
    letter = letters.render(template, language, known, texts=saved_words.texts(session))
    _queue(session, submission, letter, template, to, address=address, now=now)


def private_link(session: Session, submission: Submission, now: datetime) -> links.PrivateLink:
    """The branch's own link to this request: the living one, or a new one."""
    return links.issue(session, submission.PAGE, submission.id, now)


def _own_link(session: Session, submission: Submission, to: str, now: datetime) -> links.PrivateLink | None:
    """The link that a letter holds where nobody gave it another: a branch's own; nobody else has one."""
    return private_link(session, submission, now) if to == Recipient.BRANCH else None


def _closing(submission: Submission, by: Mover | None) -> dict[str, str]:
    """What the closing of a letter names: who signs it, and what to quote."""
    return {"sender": by.coordinator.name if by and by.coordinator else "", "reference": submission.reference}


def _queue(
    session: Session,
    submission: Submission,
    letter: letters.Letter,
    template: str,
    to: str,
    *,
    address: str,
    now: datetime,
) -> OutboxEmail:
    """Put a letter about a request into the outbox, with the calendar file that its kind sends along."""
    calendar = registry.kind(submission.kind).calendar
    return outbox.queue(
        session,
        letter,
        to=address,
        template=template,
        role=str(to),
        now=now,
        submission_id=submission.id,
        is_urgent=to == Recipient.TEAM,
        held=submission.held_reason is not None,
        calendar=(
            calendar(session, submission, to, now, address=address, language=letter.language) if calendar else None
        ),
    )

"""The page of one request: what they asked for, its history, whose move it is, and the moves that are permitted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import abort, render_template, url_for
from flask_login import current_user
from sqlalchemy import Row

from portal.affiliations.models import STILL_TO_DECIDE
from portal.clock import london_day, utc_now
from portal.dashboard import (
    asked,
    asked_for,
    beside,
    last_words,
    of_body,
    people,
    told,
    twins,
    unheard,
    who_fits,
    words,
)
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import find
from portal.dashboard.next_step import NOT_LEFT, letters_of, next_step, with_tasks
from portal.dashboard.proposed_twins import NO_LONGER
from portal.directory import branches
from portal.directory.models import Branch
from portal.emails import models as mail
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.security import needs
from portal.speakers import lost_yes
from portal.speakers.models import SpeakerRequest
from portal.submissions import ahead, consents, heard, private_links, registry, turns
from portal.submissions.models import Consent, Submission
from portal.submissions.planned import Planned
from portal.submissions.timeline import Line, Viewer, timeline
from portal.submissions.workflow import Actor, Recipient, Transition, Turn
from portal.twinning import alike as same_body
from portal.twinning.registrations import UkrainianRegistration

LANGUAGES = {"en": "English", "uk": "Ukrainian"}
FROM_THE_PANEL = (
    *("ask-speakers", "speaker-accepts", "speaker-told-of-day", "one-declined", "ask-stand-by"),
    *("ask-interpreter", "ask-partner"),
    *("ask-on-tour", "propose-body", NO_LONGER),
)
"""Moves about one speaker or body of several: their buttons stand beside that one, or nowhere any more."""
ABOUT_ANOTHER_DAY = ("ask-other-day", "other-day-suits", "other-day-does-not-suit")
"""Moves that come first, where they are open."""
LEAVING = ("withdraw", "leave", "decline", "end", "cancel")
"""Moves that are plain links under the others, never buttons."""


@dataclass(frozen=True)
class HistoryLine:
    """One line of the history, ready to print."""

    shape: str
    title: str
    by: str
    when: str
    body: str
    url: str
    needs_a_person: bool


@blueprint.get("/requests/<int:number>")
@needs("coordinator")
def request_page(number: int) -> str:
    """One request, whole."""
    now = utc_now()
    known = ahead.ahead(db.session(), number) or abort(404)
    submission = find(db.session, number, kind=known.kind)
    kind = registry.kind(submission.kind)
    today = london_day(now)
    history = timeline(db.session, submission, Viewer.COORDINATOR)
    changed = heard.changed_by_branch(history)
    waits = heard.waits(submission, history)
    letters = letters_of(row.more for row in known.tasks)
    lost = lost_yes.days_lost(db.session(), submission) if isinstance(submission, SpeakerRequest) else {}
    last = last_words.last_words(submission, history, lost, is_held=letters in NOT_LEFT)
    usual = next_step(submission, now, changed, waits=waits, letters=letters, last=last, me=current_user)
    step = unheard.who_never_heard(with_tasks(usual) if known.tasks else usual, submission, history)
    unreached = heard.unreached(history)
    planned = ahead.coming(submission, known, today, unreached, is_held=letters in NOT_LEFT)
    main, leaving = moves_of(submission, now, lost)
    answers = told.told(submission)
    branch_url = url_for("dashboard.branch", branch_id=submission.branch_id) if submission.branch_id else ""
    return render_template(
        "dashboard/request.html",
        submission=submission,
        kind=kind,
        tag=words.tag(
            submission.kind,
            submission.state,
            is_answered=submission.first_answered_at is not None,
            overdue=step.is_overdue,
        ),
        received=words.plain_day(london_day(submission.received_at), today),
        channel=words.CHANNELS.get(submission.channel, ""),
        waiting=waiting(submission, today),
        step=of_body.step(submission, step),
        moves=[(row.name, words.move_label(row)) for row in main],
        leaving=[(row.name, words.move_label(row)) for row in leaving],
        arranged=[{"label": label, "value": value} for label, value in kind.arranged(submission)],
        coming=[coming_line(submission, each, today, unreached) for each in planned],
        tasks=[task_line(row, today) for row in known.tasks if is_for_me(row.more)],
        others=beside.others(known.others),
        together=beside.together(known.together),
        quotes=[(of_body.said(submission, what), line) for what, line in last_words.quotes(waits, history)],
        can_settle=waits.can_be_settled,
        answers_first=waits.can_be_settled and beside.is_to_be_answered(submission, changed),
        asked=asked.asked(submission, today, lost),
        **asked.beside_urls(submission),
        twins_url=twins.twins_url(submission),
        who_fits=who_fits.panel(db.session(), submission, now),
        asked_for=asked_for.rows(submission, answers, branch_url),
        told=told.sections(told.open_here(submission, answers), url_for("dashboard.request_page", number=number)),
        consents=[said(consent, today) for consent in submission.consents],
        alike=alike(submission, history),
        same_bodies=same_bodies(submission),
        history=[history_line(line, today, is_sealed=submission.IS_SEALED) for line in history],
        coordinators=[person for person in people.coordinators(db.session, now).values() if person.can_take],
        is_mine=submission.coordinator_id == current_user.id,
        can_send_new_link=private_links.can_be_renewed(submission, now),
        opened=opened(now),
    )


def waiting(submission: Submission, today: date) -> str:
    """For how long somebody has been waited for, since the request stands where it stands; nothing for a closed one."""
    if not submission.is_open or submission.turn == Turn.NOBODY:
        return ""
    count = (today - london_day(submission.state_since)).days
    came_today = london_day(submission.received_at) == today
    return words.days(count) if count > 0 or came_today else ""


def opened(now: datetime) -> int:
    """The moment a form is drawn, as its hidden field holds it: whole seconds since 1970."""
    return int(now.timestamp())


def moves_of(submission: Submission, now: datetime, lost: last_words.Lost) -> tuple[list[Transition], list[Transition]]:
    """The moves whoever is signed in may make now: those that lead on, and those that end the request.

    Nobody is confirmed whose yes cannot be kept; `lost` is what `lost_yes.days_lost` gives.
    """
    if submission.held_reason is not None:
        return [], []
    open_now = turns.permitted_at(submission, Actor.COORDINATOR, now)
    permitted = [row for row in open_now if row.name not in FROM_THE_PANEL and not turns.is_withheld(row, current_user)]
    # Only who has still to decide is to be waited for: else that move comes last, and never as the blue button.
    is_to_decide = getattr(submission, "decision", "") in STILL_TO_DECIDE
    permitted.sort(key=lambda row: not is_to_decide and row.name == "await-decision")
    if beside.ask_about_aims(submission):
        permitted.sort(key=lambda row: row.name != "ask")
    if last_words.is_yes_to_confirm(submission, lost):
        # What a speaker's yes waits for is the blue button; to say that they cannot come is none.
        permitted.sort(key=lambda row: row.name != "confirm")
    else:
        if getattr(submission, "has_yes", False):
            permitted = [row for row in permitted if row.name != "confirm"]
        # A speaker who named another day waits for what the branch says of it.
        permitted.sort(key=lambda row: row.name not in ABOUT_ANOTHER_DAY)
    return (
        [row for row in permitted if row.name not in LEAVING],
        [row for row in permitted if row.name in LEAVING],
    )


def coming_line(submission: Submission, each: Planned, today: date, unreached: Collection[str]) -> tuple[str, str, str]:
    """One thing that comes by itself: its day in words, what it is, and its page."""
    url = url_for("dashboard.coming", number=submission.id, name=each.row.name, due_on=each.due_on.isoformat())
    return words.near_day(each.on, today), unheard.coming_label(submission, each.row, unreached), url


def is_for_me(key: str) -> bool:
    """Whether a task of the request concerns whoever looks: each second reader is asked by a task of their own."""
    reading, _, reader = key.rpartition("-")
    return not (reading.startswith("approval-") and reader.isdigit()) or reader == str(current_user.id)


def task_line(task: Row[*tuple[Any, ...]], today: date) -> tuple[str, str, str, bool]:
    """One open task: what is to be done, by when in words, its page, and whether its day has passed."""
    url = url_for("dashboard.task", task_id=task.id)
    return task.about, words.near_day(task.due_on, today), url, task.due_on < today


@dataclass(frozen=True)
class SaidConsent:
    """A consent, ready to print: the words in `language` (the language of the words, not of the form), and when."""

    text: str
    language: str
    given: str
    is_withdrawn: bool


def said(consent: Consent, today: date) -> SaidConsent:
    """A consent in English words, where its version has them; else in those that were shown."""
    text, language = consent.text, consent.language
    known = consents.CONSENTS.get(consent.recipient)
    if language != "en" and known is not None and known.version == consent.text_version.partition("/")[0]:
        text, language = consents.words(consent.recipient, "en"), "en"
    form = LANGUAGES.get(consent.language, consent.language)
    who = " by the lead" if consent.recipient == consents.LEAD else ""
    given = f"Given{who} on {words.when(consent.given_at, today)}, in {form}."
    return SaidConsent(text, language, given, consent.withdrawn_at is not None)


def alike(submission: Submission, history: list[Line]) -> tuple[Branch, ...]:
    """Branches that a new one may be the same as; none where the branch was known or somebody has looked."""
    branch = submission.branch
    if branch is None or branch.merged_into_id is not None or branch.created_at != submission.received_at:
        return ()
    if any(line.event_name == "merged" for line in history):
        return ()
    return branches.find_alike(branch)


def same_bodies(submission: Submission) -> bool:
    """Whether a registration that nobody has confirmed yet may be of a body that has come before."""
    is_new = isinstance(submission, UkrainianRegistration) and not submission.is_confirmed and submission.is_open
    return is_new and bool(same_body.alike(db.session(), submission))


def history_line(line: Line, today: date, *, is_sealed: bool = False) -> HistoryLine:
    """One line of the history in words; where a letter went is not said of a body in Ukraine.

    Of a request that `is_sealed` it is said of no letter.
    """
    email = line.email
    when = words.when(line.at, today)
    if email is None:
        title, by = line.title, line.by
        if line.event_name == "assigned" and by and title.endswith(f" {by}"):
            title = "Taken on"
        elif line.event_name == "note" and by.startswith("by "):
            by = ""
        by = f"· {by}" if by else ""
        return HistoryLine(line.shape, title, by, when, line.body, "", False)
    failed = email.state in mail.FAILED and email.dealt_with_at is None
    is_sealed = is_sealed or email.role == Recipient.UKRAINIAN_BODY
    return HistoryLine(
        shape=line.shape,
        title=f"{email_word(email)}:",
        by=line.title,
        when=email_when(email, today) if is_sealed else f"{email_when(email, today)}, to {_address(email)}",
        body="",
        url=url_for("dashboard.email_page", email_id=email.id),
        needs_a_person=failed,
    )


def _address(email: Row[*tuple[Any, ...]]) -> str:
    return str(email.to_address or "an address we no longer have")


EMAIL_WORDS = {
    mail.QUEUED: "Email waiting to leave",
    mail.HELD: "Email held for review",
    mail.SENDING: "Email being sent",
    mail.SENT: "Email sent",
    mail.REFUSED: "Email refused",
    mail.GIVEN_UP: "Email given up",
    mail.CANCELLED: "Email cancelled",
}


def email_word(email: OutboxEmail | Row[*tuple[Any, ...]]) -> str:
    """What has become of a letter."""
    is_for_second_reader = email.state == mail.HELD and email.approval_id is not None
    word = "Email held for a second reader" if is_for_second_reader else EMAIL_WORDS[email.state]
    return f"{word} (copy)" if email.resend_of_id else word


def email_when(email: OutboxEmail | Row[*tuple[Any, ...]], today: date) -> str:
    """The moment that counts for a letter: when it left, else when it was written."""
    return words.when(email.sent_at or email.queued_at, today)

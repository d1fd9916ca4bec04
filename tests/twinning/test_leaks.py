"""Nothing of one side reaches the other, or the public, before it may: every page, letter, file and log line, in turn.

A pairing is led through its states. In each, all that either side can open from its own page is opened, all letters to
it are read with their calendar files and headers, and so are the public pages and what was written to the log.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from html import unescape
from io import BytesIO
from typing import Any

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.emails import links
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import actions
from portal.submissions.actions import Mover
from portal.submissions.workflow import Actor
from portal.twinning import calling
from portal.twinning.models import TwinningProposal
from portal.twinning.registrations import UkrainianRegistration
from tests.submissions.entries import NOW
from tests.submissions.walks import move
from tests.twinning.registrations import own_page, register
from tests.twinning.test_candidates import OPENED, SEEKING, filed, living, propose

PUBLIC = ("/", "/uk/", "/twinnings", "/uk/twinnings", "/privacy", "/join-us", "/find-my-request")
NAMES_OF_BODY = ("Світанок", "Svitanok", "Оксан", "Бойко", "oksana.boiko")
HIDDEN_OF_BODY = (
    *("Павлоград", "Pavlohrad", "Pavlograd", "000 0000", "Марко", "marko.lys", "Signal", "Акумулятори"),
    *("Розповімо", "Ірина", "Дякуємо вам"),
)
"""What the branch never learns of the body, whatever becomes of the two."""
NAMES_OF_BRANCH = ("Haringey", "Ottoline", "ottoline@")
HIDDEN_OF_BRANCH = ("Wood Green", "07700 900 555", "N22 6UX", "rosa@", "Rosa Deputy")
FILED = {"contact_phone": "07700 900 555", "deputy_name": "Rosa Deputy", "deputy_email": "rosa@example.org"}
MAY_BE_NAMED = ("introduced", "getting-acquainted", "twinned", "paused", "dormant")


class Pair:
    """A branch and a body with their own pages; every look opens whatever leads on from there."""

    def __init__(self, app: Flask, client: FlaskClient, **changed: Any) -> None:
        self.app, self.client = app, client
        self.body, self.branch = register(app, *OPENED), filed(app, *SEEKING, **(FILED | changed))
        self.of_body = own_page(app, self.body)
        with app.app_context():
            self.of_branch = links.path_of(links.issue(db.session(), "track", self.branch, NOW))
            db.session.commit()

    def do(self, act: Callable[[TwinningProposal], object]) -> None:
        """Let something happen to the proposal."""
        with self.app.app_context():
            act(db.session.get_one(TwinningProposal, self.branch))
            db.session.commit()

    def body_says(self, name: str) -> None:
        """A move of the body on its own registration."""
        with self.app.app_context():
            made = db.session.get_one(UkrainianRegistration, self.body)
            actions.perform(db.session(), made, name, by=Mover(Actor.BRANCH), now=NOW)
            db.session.commit()

    def state(self) -> str:
        """Where the proposal stands."""
        with self.app.app_context():
            return db.session.get_one(TwinningProposal, self.branch).state

    def opened(self, path: str) -> Iterator[tuple[str, str]]:
        """A private page, and every page and file that leads on from it."""
        waiting, seen = [path], set[str]()
        while waiting:
            here = waiting.pop()
            seen.add(here)
            answer = self.client.get(here)
            if "wordprocessing" in answer.headers["Content-Type"]:
                rows = docx.Document(BytesIO(answer.data)).tables[0].rows
                yield here, " ".join(cell.text for row in rows for cell in row.cells) + str(answer.headers)
                continue
            yield here, f"{unescape(answer.text)} {answer.headers}"
            leads = {each.partition("#")[0].partition("?")[0] for each in re.findall(r'href="([^"]+)"', answer.text)}
            new = leads - seen - set(waiting)
            waiting += sorted(each for each in new if each.startswith(f"{path}/"))

    def letters(self, role: str, number: int) -> Iterator[tuple[str, str]]:
        """Every letter to one of the two, with its subject, both parts and its calendar file."""
        with self.app.app_context():
            found = select(OutboxEmail).where(OutboxEmail.submission_id == number, OutboxEmail.role == role)
            for each in db.session.scalars(found).all():
                yield each.template, " ".join((each.subject, each.text, each.html, each.calendar or ""))

    def to_branch(self) -> Iterator[tuple[str, str]]:
        """All that the branch can read."""
        yield from self.opened(self.of_branch)
        yield from self.letters("branch", self.branch)

    def to_body(self) -> Iterator[tuple[str, str]]:
        """All that the body can read."""
        yield from self.opened(self.of_body)
        yield from self.letters("ukrainian-body", self.branch)
        yield from self.letters("branch", self.body)

    def to_anybody(self) -> Iterator[tuple[str, str]]:
        """All that anybody can read who has no link."""
        for path in PUBLIC:
            answer = self.client.get(path)
            yield path, unescape(answer.text)


@pytest.fixture
def pair(app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture) -> Iterator[Pair]:
    """Two who have not heard of each other; at the end the log is read."""
    caplog.set_level(logging.DEBUG)
    yield Pair(app, client)
    written = " ".join(f"{each.getMessage()} {each.__dict__}" for each in caplog.records)
    known = (*NAMES_OF_BODY, *HIDDEN_OF_BODY, *NAMES_OF_BRANCH, *HIDDEN_OF_BRANCH)
    assert [word for word in known if word in written] == []


def look(pair: Pair, when: str) -> None:
    """Nothing is where it may not be, as things stand."""
    may_be_named = pair.state() in MAY_BE_NAMED
    of_body = HIDDEN_OF_BODY if may_be_named else (*NAMES_OF_BODY, *HIDDEN_OF_BODY)
    of_branch = HIDDEN_OF_BRANCH if may_be_named else (*NAMES_OF_BRANCH, *HIDDEN_OF_BRANCH)
    read: tuple[tuple[Callable[[], Iterator[tuple[str, str]]], tuple[str, ...]], ...] = (
        (pair.to_branch, of_body),
        (pair.to_body, of_branch),
        (pair.to_anybody, (*NAMES_OF_BODY, *HIDDEN_OF_BODY, *NAMES_OF_BRANCH, *HIDDEN_OF_BRANCH)),
    )
    for pages, secrets in read:
        for where, words in pages():
            found = [each for each in secrets if each in words]
            assert found == [], (when, where, found)


def both_say_yes(proposal: TwinningProposal) -> None:
    """Both would like to be introduced."""
    living(proposal.id).body_answer = "yes"
    move(proposal, "yes-to-twin")


def test_nothing_crosses_before_both_have_said_yes_and_no_place_ever(pair: Pair) -> None:
    look(pair, "before anything")
    pair.do(lambda each: propose(each.id, pair.body))
    look(pair, "proposed")
    pair.do(lambda each: actions.message_from_branch(db.session(), each, "Ottoline of Haringey asks", now=NOW))
    pair.do(lambda each: move(each, "pass-to-body", question="", answer="How many are you?"))
    pair.do(lambda each: move(each, "pass-to-branch", question="How many are you?", answer="Some hundreds."))
    look(pair, "a question was passed on")
    pair.body_says("no-to-twin")
    look(pair, "the body said no")
    pair.do(lambda each: propose(each.id, pair.body, "They asked for it."))
    pair.do(lambda each: move(each, "no-to-twin"))
    look(pair, "the branch said no")
    pair.do(lambda each: propose(each.id, pair.body, "They asked for it."))
    pair.do(both_say_yes)
    look(pair, "both said yes, and nobody has introduced them")
    pair.do(lambda each: move(each, "introduce"))
    look(pair, "introduced")
    assert any("Оксана Бойко" in words and "oksana.boiko@" in words for _, words in pair.to_branch()), "now they may"
    assert any("Ottoline Hill" in words and "ottoline@" in words for _, words in pair.to_body())
    assert sum("/papers/" in where for where, _ in pair.to_body()) == 8, "four documents, each as a page and a file"
    pair.do(lambda each: move(each, "offer-call-times", call_times="", call_link="https://calls.example.org/1"))
    for is_body in (True, False):

        def tick(proposal: TwinningProposal, is_body: bool = is_body) -> None:
            call = calling.call_of(proposal)
            assert call is not None
            calling.tick(db.session(), proposal, {each.id for each in call.slots}, is_body=is_body, now=NOW)

        pair.do(tick)
    look(pair, "a call is fixed")
    for name in ("first-contact", "twin", "pause", "resume"):
        pair.do(lambda each, name=name: move(each, name))
        look(pair, name)


@pytest.mark.parametrize("name", ["pause", "withdraw"])
def test_a_body_that_steps_back_is_told_to_nobody(pair: Pair, name: str) -> None:
    pair.do(lambda each: propose(each.id, pair.body))
    pair.body_says(name)
    look(pair, name)


def test_a_proposal_that_runs_out_tells_neither_side_of_the_other(pair: Pair) -> None:
    pair.do(lambda each: propose(each.id, pair.body))
    pair.do(lambda each: actions.perform(db.session(), each, "unanswered", by=Mover(Actor.WORKER), now=NOW))
    look(pair, "nobody answered")


def test_what_the_branch_wrote_of_itself_stays_with_us(app: Flask, client: FlaskClient) -> None:
    telling = {"offers": "Come to Haringey", "learns": "Ask Ottoline", "notes": "Rosa Deputy knows"}
    pair = Pair(app, client, **telling)
    pair.do(lambda each: propose(each.id, pair.body))
    look(pair, "the branch names itself in its own words")

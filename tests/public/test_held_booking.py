"""While the letters of a confirmation wait for a second reader, neither side reads on its page what they say."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.models import Coordinator
from portal.clock import utc_now
from portal.emails import links
from portal.extensions import db
from portal.speakers import feeds
from portal.speakers.engagements import Offer
from portal.submissions import actions, approvals, kept_back, whole
from portal.submissions.history import Mover
from portal.submissions.workflow import Actor
from tests.public.test_offer import SECRETS, asked, say
from tests.submissions.entries import NOW


class Held:
    """A request whose two speakers said yes, and the first is confirmed in letters that wait for a second reader."""

    def __init__(self, app: Flask, client: FlaskClient) -> None:
        self.app, self.client = app, client
        self.number, self.offers = asked(app, {}, {"name": "Petro Lys", "email": "petro@example.org"})
        for path in self.offers:
            say(client, path, "yes", accepted=["2027-01-14"], may_name_me="yes")
        with app.app_context():
            for name in ("maria", "dafydd"):
                made = Coordinator(name=name.title(), email=f"{name}@example.org", role="coordinator", created_at=NOW)
                db.session.add(made)
            db.session.flush()
            request: Any = whole.load(db.session(), self.number)
            offer, now = request.offers[0], utc_now()
            told = {"offer": str(offer.id), "confirmed_on": "2027-01-14", "confirmed_time": "19:00"}
            maria = self.person("maria")
            done = actions.perform(
                db.session(), request, "confirm", by=Mover(Actor.COORDINATOR, maria), now=now, answers=told
            )
            self.approval = approvals.ask(db.session(), request, "confirm", done.sent, by=maria, now=now).id
            self.branch = links.path_of(links.issue(db.session(), "track", self.number, now))
            self.own = links.path_of(links.issue(db.session(), "speak", offer.speaker_id, now))
            self.feed = feeds.renew(db.session(), offer.speaker, now).partition("/feed/")[2]
            db.session.commit()

    def person(self, name: str) -> Coordinator:
        return db.session.query(Coordinator).filter_by(email=f"{name}@example.org").one()

    def decide(self, how: str) -> None:
        with self.app.app_context():
            found = approvals.find(db.session(), self.approval)
            assert found is not None
            now, dafydd = utc_now(), self.person("dafydd")
            if how == "approve":
                approvals.approve(db.session(), found, by=dafydd, now=now)
            else:
                approvals.send_back(db.session(), found, "Name the room.", by=dafydd, now=now)
            if how == "not-needed":
                kept_back.not_needed(db.session(), found, "I have rung both.", by=dafydd, now=now)
            db.session.commit()

    def read(self, path: str) -> str:
        page = self.client.get(path)
        assert page.status_code == 200, path
        return page.text


@pytest.fixture
def held(app: Flask, client: FlaskClient) -> Held:
    return Held(app, client)


@pytest.mark.parametrize("how", ["", "send-back"])
def test_a_speaker_reads_nothing_of_a_booking_whose_letter_has_not_left(held: Held, how: str) -> None:
    if how:
        held.decide(how)
    page = held.read(held.offers[0])
    assert "Thank you for your yes" in page
    assert "We settle the rest with the branch, and write to you as soon as it is agreed." in page
    assert "Thursday 14 January 2027" in page
    assert "booked to speak" not in page
    other = held.read(held.offers[1])
    assert "Somebody else speaks" not in other
    assert "You need not keep" not in other
    for path in (*held.offers, held.own, f"/feed/{held.feed}"):
        words = held.read(path)
        assert not [secret for secret in SECRETS if secret in words], path
        assert "Durham" not in words, path
    assert "Booked" not in held.read(held.own)


@pytest.mark.parametrize("how", ["approve", "not-needed"])
def test_once_it_has_left_or_is_not_needed_the_pages_go_on(held: Held, how: str) -> None:
    held.decide(how)
    assert "You are booked to speak" in held.read(held.offers[0])
    assert "Somebody else speaks at this meeting" in held.read(held.offers[1])
    assert "Durham" in held.read(held.own)
    assert "Durham" in held.read(f"/feed/{held.feed}")


def test_who_does_not_know_that_they_are_booked_can_still_say_no(held: Held) -> None:
    assert "We tell the branch at once" not in held.read(f"{held.offers[0]}/no")
    assert say(held.client, held.offers[0], "no").status_code == 303
    with held.app.app_context():
        assert db.session.query(Offer).order_by(Offer.id).first().state == "dropped-out"


def test_a_branch_can_withdraw_meanwhile_and_reads_of_no_speaker(held: Held) -> None:
    page = held.read(held.branch)
    assert "We are working on your request" in page
    assert f"{held.branch}/moves/withdraw" in page
    move = held.read(f"{held.branch}/moves/withdraw")
    assert "You can ask us again at any time" in move
    assert "is booked" not in move

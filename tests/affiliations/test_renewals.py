"""A second form of a branch: one affiliation for ever, nothing lost, nothing given to strangers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import Coordinator
from portal.affiliations.models import Affiliation, FeeBand
from portal.dashboard.next_step import next_step
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.sealed import digest
from portal.submissions import heard, intake
from portal.submissions.history import Mover
from portal.submissions.models import Draft, Event
from portal.submissions.timeline import Viewer, timeline
from portal.submissions.workflow import Actor
from tests.submissions.entries import BRANCH, COORDINATOR, NOW, affiliation_answers
from tests.submissions.walks import letters_of, move, road_to, text_of

LATER = datetime(2026, 11, 23, 9, tzinfo=UTC)
A_YEAR_ON = datetime(2027, 11, 1, 9, tzinfo=UTC)


@pytest.fixture
def first(app: Flask) -> Any:
    """The branch's first affiliation, in an application context."""
    with app.app_context():
        db.session.add(FeeBand(body_type="branch", pence=5000))
        yield sent(now=NOW)


def sent(
    *,
    now: datetime = LATER,
    by: Any = BRANCH,
    channel: str = "web",
    draft: Any = None,
    held: Any = None,
    **changed: Any,
) -> Any:
    """The branch's form, sent."""
    return intake.file(
        db.session(), "affiliation", affiliation_answers(**changed),
        now=now, language="en", by=by, channel=channel, draft=draft, held_reason=held,
    )  # fmt: skip


def count() -> int:
    """How many affiliations there are."""
    return int(db.session.scalar(select(func.count(Affiliation.id))) or 0)


@pytest.mark.parametrize(
    ("state", "becomes", "letters"),
    [
        ("renewal-due", "renewal-due", ("renewed", "renewal-fee")),
        ("grace", "grace", ("renewed", "renewal-fee")),
        ("lapsed", "awaiting-payment", ("accepted", "fee-due")),
    ],
)
def test_a_second_form_renews(first: Any, state: str, becomes: str, letters: tuple[str, str]) -> None:
    for name in road_to("affiliation", state):
        move(first, name)
    again = sent(branch_name="UCU Goldsmiths branch", members="700", order_number="PO 9")
    assert again is first
    assert count() == 1
    assert (first.state, first.members, first.order_number) == (becomes, 700, "PO 9")
    assert len(first.terms) == 2
    assert letters_of(first)[-2:] == [
        (f"affiliation/{letters[0]}", "ximena@example.org"),
        (f"affiliation/{letters[1]}", "tess@example.org"),
    ]


@pytest.mark.parametrize("state", ["received", "awaiting-payment", "active", "query"])
def test_elsewhere_it_is_a_message_and_our_turn(first: Any, state: str) -> None:
    for name in road_to("affiliation", state):
        move(first, name)
    assert sent(members="700") is first
    assert (first.state, first.turn, first.members) == (state, "us", 700)
    assert first.due_on is not None
    assert letters_of(first)[-1] == ("affiliation/form-again", "ximena@example.org")
    assert "wrote" not in text_of(first, "affiliation/form-again")


@pytest.mark.parametrize("state", ["declined", "withdrawn"])
def test_a_closed_one_is_opened_again(first: Any, state: str) -> None:
    for name in road_to("affiliation", state):
        move(first, name)
    assert sent() is first
    assert (first.state, first.is_open, first.turn) == ("received", True, "us")
    assert letters_of(first)[-1] == ("common/reopened", "ximena@example.org")


def test_a_form_takes_up_a_paid_year_that_still_runs(first: Any) -> None:
    for name in ("accept", "paid", "leave"):
        move(first, name)
    assert sent() is first
    assert (first.state, first.is_open, first.turn) == ("active", True, "us")
    assert first.due_on is not None
    assert len(first.terms) == 1


def test_news_of_the_decision_moves_it_on(app: Flask) -> None:
    with app.app_context():
        affiliation = sent(now=NOW, decision="going", decided_on="1 December 2026")
        move(affiliation, "await-decision")
        assert sent(decided_on="20 November 2026") is affiliation
        assert (affiliation.state, affiliation.decision) == ("received", "carried")


def test_nothing_of_the_new_form_is_lost(first: Any) -> None:
    sent(notes="Please ring after six", minute="", share="yes")
    note = db.session.scalars(select(Event).where(Event.submission_id == first.id, Event.name == "note")).one()
    assert "Please ring after six" in note.text
    assert not note.is_public
    assert [consent.recipient for consent in first.consents] == ["union-network"]
    amended = db.session.scalars(select(Event).where(Event.submission_id == first.id, Event.name == "amended")).one()
    assert amended.data["fields"] == ["notes"]


def test_a_stranger_changes_nothing_and_gets_no_link(first: Any) -> None:
    for name in road_to("affiliation", "renewal-due"):
        move(first, name)
    then = A_YEAR_ON
    assert sent(now=then, contact_name="Mallory Vane", contact_email="mallory@example.org", members="1") is first
    assert (first.state, first.members, first.contact_email) == ("renewal-due", 650, "ximena@example.org")
    assert first.turn == "us"
    assert letters_of(first)[-2:] == [
        ("affiliation/form-of-another", "ximena@example.org"),
        ("affiliation/second-form", "mallory@example.org"),
    ]
    letter = db.session.scalars(select(OutboxEmail).where(OutboxEmail.to_digest == digest("mallory@example.org"))).one()
    assert letter.link_ids == []
    told = text_of(first, "affiliation/form-of-another")
    assert "Somebody has sent another affiliation form in the name of UCU Goldsmiths" in told
    assert not [word for word in ("Mallory", "mallory@", "wrote", "message") if word in told]
    note = db.session.scalars(select(Event).where(Event.submission_id == first.id, Event.name == "note")).one()
    assert "mallory@example.org" in note.text
    assert note.actor == "worker"
    said = timeline(db.session(), first, Viewer.BRANCH)
    assert "message" not in [line.event_name for line in said]
    step = next_step(first, then, waits=heard.waits(first, timeline(db.session(), first, Viewer.COORDINATOR)))
    assert step.what == "ask the branch about the form in its name"
    assert "Somebody we do not know has sent a form" in step.lines[0]


def test_a_stranger_s_forms_bring_the_contact_one_letter_a_day(first: Any) -> None:
    for minutes in range(8):
        sent(now=LATER + timedelta(minutes=minutes), contact_email="mallory@example.org", members=str(minutes + 1))
    told = ("affiliation/form-of-another", "ximena@example.org")
    assert letters_of(first).count(told) == 1
    notes = db.session.scalars(select(Event).where(Event.submission_id == first.id, Event.name == "note")).all()
    assert len(notes) == 8
    sent(now=LATER + timedelta(days=1), contact_email="mallory@example.org")
    assert letters_of(first).count(told) == 2


def test_the_treasurer_may_renew_but_does_not_become_the_contact(first: Any) -> None:
    for name in road_to("affiliation", "grace"):
        move(first, name)
    sent(contact_name="Tess Till", contact_email="TESS@example.org")
    assert (first.state, first.has_renewed) == ("grace", True)
    assert first.contact_name == "Ximena Hart"


def test_a_typed_address_proves_nothing_about_money(first: Any) -> None:
    """Whoever types the secretary's address must not turn the invoice or the treasurer's letters to themselves."""
    sent(
        members="700",
        treasurer_email="mallory@example.org",
        invoice_address="1 Elsewhere",
        contact_phone="07700 900999",
    )
    assert (first.members, first.treasurer_email) == (700, "tess@example.org")
    assert "Elsewhere" not in first.invoice_address
    assert "900999" not in first.contact_phone
    note = db.session.scalars(select(Event).where(Event.submission_id == first.id, Event.name == "note")).one()
    assert "mallory@example.org" in note.text


def test_by_hand_a_coordinator_is_believed(first: Any) -> None:
    for name in road_to("affiliation", "grace"):
        move(first, name)
    sent(by=COORDINATOR, channel="letter", contact_email="", contact_phone="0191 498 0171", members="80")
    assert (first.state, first.members, first.contact_email) == ("grace", 80, "ximena@example.org")


@pytest.mark.parametrize("state", ["received", "awaiting-payment", "active", "withdrawn"])
def test_what_a_coordinator_typed_in_is_not_said_by_the_branch(first: Any, state: str) -> None:
    for name in road_to("affiliation", state):
        move(first, name)
    petro = Coordinator(name="Petro Lys", email="petro@example.org", role="coordinator", created_at=NOW)
    db.session.add(petro)
    db.session.flush()
    last = db.session.scalar(select(func.max(Event.id)))
    assert sent(by=Mover(Actor.COORDINATOR, petro), channel="telephone", members="80") is first
    events = db.session.scalars(select(Event).where(Event.id > (last or 0))).all()
    assert {(event.actor, event.coordinator_id) for event in events} == {("coordinator", petro.id)}
    assert {event.name for event in events} <= {"note", "amended", "transition"}
    assert ("affiliation/form-again", "ximena@example.org") not in letters_of(first)


def test_a_held_form_touches_nothing(first: Any) -> None:
    held = sent(held="too-fast", members="1")
    assert held is not first
    assert first.members == 650
    assert count() == 2


def test_the_same_draft_renews_once(first: Any) -> None:
    for name in road_to("affiliation", "grace"):
        move(first, name)
    draft = Draft(token_hash="b" * 64, kind="affiliation", opened_at=NOW, updated_at=NOW)
    db.session.add(draft)
    db.session.flush()
    for _ in range(2):
        assert sent(draft=draft) is first
    assert len(first.terms) == 2


def test_two_bodies_are_two_affiliations(first: Any) -> None:
    assert sent(branch_name="Sussex", postcode="BN1") is not first
    assert count() == 2

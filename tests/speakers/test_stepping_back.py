"""Somebody who leaves the register, or is hidden, is off every meeting: the branch is told and the calendar follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers import keeping, leaving, own_address
from portal.speakers.engagements import BookedSlot, Offer
from portal.speakers.register import Speaker
from portal.submissions import intake
from portal.submissions.models import Submission
from portal.submissions.timeline import Viewer, timeline
from portal.submissions.work import Task
from tests.speakers.test_standing_by import booked, perform, with_stand_by
from tests.submissions.entries import BRANCH, NOW, speaker_answers
from tests.submissions.walks import registered

LATER = NOW + timedelta(hours=1)
GOING: list[Callable[..., Any]] = [leaving.leave, keeping.lock]
IDS = ["leaves", "is locked"]


@pytest.fixture(autouse=True)
def in_context(app: Flask) -> Any:
    """These tests ask the data packages themselves."""
    with app.app_context():
        yield


def goes(speaker: Speaker, go: Callable[..., Any]) -> str:
    """Let somebody go; returns the address that they had."""
    address = speaker.email
    newest = db.session.scalars(select(OutboxEmail.id).order_by(OutboxEmail.id.desc())).first() or 0
    go(db.session(), speaker, LATER)
    db.session.flush()
    db.session.expire_all()
    db.session.info["before"] = newest
    return address


def written() -> list[OutboxEmail]:
    """The letters that were written since somebody went, but for those that never leave."""
    since = OutboxEmail.id > db.session.info["before"]
    found = db.session.scalars(select(OutboxEmail).where(since, OutboxEmail.state == "queued"))
    return list(found)


def the_task(request: Submission) -> str:
    found = select(Task).where(Task.reason == "speaker", Task.submission_id == request.id)
    return db.session.scalars(found).one().about


@pytest.mark.parametrize("go", GOING, ids=IDS)
def test_whoever_is_booked_drops_out(go: Callable[..., Any]) -> None:
    request = booked()
    name = request.offers[0].speaker.name
    address = goes(request.offers[0].speaker, go)
    assert (request.state, request.turn) == ("matching", "us")
    letters = written()
    assert [each.template for each in letters] == ["speaker/dropped-out", "speaker/dropped-out-team"]
    # The meeting of the branch stands: its entry says that a speaker is being looked for.
    assert letters[0].calendar_method == "REQUEST"
    assert all(address not in each.to_address and name not in each.text for each in letters)
    assert db.session.scalars(select(BookedSlot)).all() == []
    assert "Look for somebody else" in the_task(request)


@pytest.mark.parametrize("go", GOING, ids=IDS)
@pytest.mark.parametrize("several", [False, True])
def test_whoever_is_asked_declines(go: Callable[..., Any], several: bool) -> None:
    request = intake.file(db.session(), "speaker", speaker_answers(), now=NOW, language="en", by=BRANCH)
    first = registered()
    people = [first, registered(email="iryna@example.org", name="Iryna Vesna")][: 1 + several]
    perform(request, "ask-speakers", speakers=",".join(str(each.id) for each in people))
    goes(first, go)
    assert request.state == ("offered" if several else "matching")
    offer = db.session.scalars(select(Offer).where(Offer.speaker_id == first.id)).one()
    assert (offer.state, offer.closed_at) == ("declined", LATER)
    assert written() == []
    assert "Look for somebody else" in the_task(request)


def test_of_whoever_leaves_no_letter_and_no_line_of_the_history_tells_anything() -> None:
    request = with_stand_by()
    gone = request.offers[0].speaker
    name, address, iryna = gone.name, gone.email, request.stand_by.speaker.name
    gone.name_uk = "Микола Терикон"
    perform(request, "plan-b", minutes=3, reason=f"Ring {name}, {gone.name_uk}")
    own_address.ask(db.session(), gone, "new@example.org", LATER)
    newest = db.session.scalars(select(OutboxEmail).order_by(OutboxEmail.id)).all()
    kept = {each.id: (each.message_id, each.template) for each in newest}
    leaving.leave(db.session(), gone, LATER)
    db.session.flush()
    db.session.expire_all()
    letters = db.session.scalars(select(OutboxEmail).order_by(OutboxEmail.id)).all()
    assert kept.items() <= {each.id: (each.message_id, each.template) for each in letters}.items()
    for each in letters:
        words = f"{each.to_address} {each.subject} {each.text} {each.html} {each.calendar}".lower()
        assert not any(secret.lower() in words for secret in (name, "Терикон", address, "new@example.org"))
    wiped = [each for each in letters if each.template in ("speaker/offer", "speaker/booked", "register/new-address")]
    assert {(each.to_address, each.text, each.html, each.calendar) for each in wiped[:1]} == {("", "", "", None)}
    told = "\n".join(line.body for line in timeline(db.session(), request, Viewer.COORDINATOR))
    assert name not in told
    assert iryna in told
    assert "[…]" in told
    found = db.session.execute(db.text("SELECT * FROM submission_search")).all()
    assert "terykon" not in str(found).lower()


@pytest.mark.parametrize("go", GOING, ids=IDS)
def test_whoever_stands_by_leaves_the_speaker_where_they_are(go: Callable[..., Any]) -> None:
    request = with_stand_by()
    goes(request.stand_by.speaker, go)
    assert request.state == "confirmed"
    assert request.stand_by is None
    assert len({slot.speaker_id for slot in db.session.scalars(select(BookedSlot))}) == 1
    assert written() == []
    assert "Whoever was to stand by" in the_task(request)

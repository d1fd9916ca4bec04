"""No contact detail of a speaker or a branch leaves before both have agreed: every letter and every page is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import utc_now
from portal.emails import links
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers.engagements import Offer
from portal.speakers.settling import settled
from portal.submissions import actions, intake, whole
from portal.submissions.workflow import Actor
from tests.submissions.entries import BRANCH, COORDINATOR, NOW, speaker_answers
from tests.submissions.walks import registered

SPEAKER = actions.Mover(Actor.SPEAKER)
OF_SPEAKERS = ("Olena", "Tkach", "olena.tkach", "Petro", "Lys", "petro@", "07700 900 771")
OF_THE_BRANCH = ("Armstrong", "j.armstrong", "NUM Durham", "0191 498 0142", "Miners’ Hall")


def asked() -> Any:
    """A request of a branch that tells much of itself, and two speakers who are asked."""
    now = utc_now()
    request = intake.file(
        db.session(),
        "speaker",
        speaker_answers(contact_name="Jean Armstrong", contact_email="j.armstrong@example.org"),
        now=now,
        language="en",
        by=BRANCH,
    )
    request.venue, request.contact_phone = "Miners’ Hall", "0191 498 0142"
    chosen = [
        registered(now, "olena.tkach@example.org", name="Olena Tkach", phone="07700 900 771"),
        registered(now, "petro@example.org", name="Petro Lys", phone="07700 900 771"),
    ]
    numbers = ",".join(str(each.id) for each in chosen)
    actions.perform(db.session(), request, "ask-speakers", by=COORDINATOR, now=now, answers={"speakers": numbers})
    return request


def go_on(request: Any, name: str, by: Any, after: int, **answers: str) -> None:
    now = utc_now() + timedelta(minutes=after)
    actions.perform(db.session(), request, name, by=by, now=now, answers=answers)


def letters(role: str) -> str:
    """Everything that was written to readers of a role, with their calendar files."""
    rows = db.session.scalars(select(OutboxEmail).where(OutboxEmail.role == role)).all()
    return "\n".join(f"{each.subject}\n{each.text}\n{each.html}\n{each.calendar or ''}" for each in rows)


def pages(app: Flask, client: FlaskClient, number: int) -> Iterator[tuple[str, str]]:
    """The branch's own page, and the page of each offer."""
    with app.app_context():
        now = utc_now()
        paths = [("branch", links.path_of(links.issue(db.session(), "track", number, now)))]
        for each in db.session.scalars(select(Offer.id)):
            paths.append(("speaker", links.path_of(links.issue(db.session(), "offer", each, now))))
        db.session.commit()
    for reader, path in paths:
        yield reader, client.get(path).text


def found(text: str, secrets: tuple[str, ...]) -> list[str]:
    return [each for each in secrets if each in text]


@pytest.mark.parametrize("step", ["asked", "accepted", "other date", "one said no", "nobody answered"])
def test_before_a_booking_neither_side_learns_of_the_other(app: Flask, client: FlaskClient, step: str) -> None:
    with app.app_context():
        request = asked()
        first = str(request.offers[0].id)
        if step == "accepted":
            go_on(request, "speaker-accepts", SPEAKER, 1, offer=first, accepted="2027-01-14", may_name_me="yes")
        if step == "other date":
            go_on(request, "speaker-proposes", SPEAKER, 1, offer=first, other_date="Any Tuesday")
        if step == "one said no":
            go_on(request, "one-declined", SPEAKER, 1, offer=first, reason="I am on shift")
        if step == "nobody answered":
            go_on(request, "nobody-answered", actions.Mover(Actor.WORKER), 20_000)
        number = request.id
        assert found(letters("branch"), OF_SPEAKERS) == []
        to_speakers = letters("speaker")
        assert found(to_speakers, OF_THE_BRANCH) == []
        assert "Any Tuesday" not in letters("branch")
        assert "on shift" not in letters("branch")
        db.session.commit()
    for reader, page in pages(app, client, number):
        assert found(page, OF_SPEAKERS if reader == "branch" else OF_THE_BRANCH) == []
        assert "on shift" not in page or reader == "speaker"


@pytest.mark.parametrize("may_name_me", ["yes", "no"])
def test_after_a_booking_each_learns_as_much_as_was_agreed(app: Flask, client: FlaskClient, may_name_me: str) -> None:
    with app.app_context():
        request = asked()
        first = str(request.offers[0].id)
        go_on(request, "speaker-accepts", SPEAKER, 1, offer=first, accepted="2027-01-14", may_name_me=may_name_me)
        go_on(
            request,
            "confirm",
            COORDINATOR,
            2,
            offer=first,
            confirmed_on="2027-01-14",
            confirmed_time="19:00",
            agreed="By telephone",
        )
        number = request.id
        told = letters("branch")
        assert ("Olena Tkach" in told) is (may_name_me == "yes")
        assert ("olena.tkach@example.org" in told.replace("ATTENDEE", "")) is (may_name_me == "yes")
        # A telephone number was never spoken of, and the one who was not chosen is nobody's business.
        assert found(told, ("07700 900 771", "Petro", "petro@")) == []
        assert found(letters("other-speakers"), OF_THE_BRANCH) == []
        db.session.commit()
    for reader, page in pages(app, client, number):
        if reader == "branch":
            assert ("Olena Tkach" in page) is (may_name_me == "yes")
            assert found(page, ("Petro", "petro@", "07700 900 771")) == []


def test_a_branch_that_reads_ukrainian_reads_the_name_in_ukrainian_letters(app: Flask) -> None:
    """Its letters named the speaker in Latin letters, although the register knows both."""
    with app.app_context():
        request = asked()
        request.language, request.offers[0].speaker.name_uk = "uk", "Олена Ткач"
        first = str(request.offers[0].id)
        go_on(request, "speaker-accepts", SPEAKER, 1, offer=first, accepted="2027-01-14", may_name_me="yes")
        agreed = {"confirmed_on": "2027-01-14", "confirmed_time": "19:00", "agreed": "By telephone"}
        go_on(request, "confirm", COORDINATOR, 2, offer=first, **agreed)
        told = letters("branch") + str(settled(request, "uk", NOW.date()))
        assert "Олена Ткач" in told
        assert "Olena Tkach" not in told
        assert "Olena Tkach" in str(settled(request, "en", NOW.date()))


def test_the_branch_s_contact_reaches_the_speaker_only_with_consent(app: Flask) -> None:
    with app.app_context():
        for share in ("yes", ""):
            request = asked_sharing(share)
            first = str(request.offers[0].id)
            go_on(
                request,
                "confirm",
                COORDINATOR,
                2,
                offer=first,
                confirmed_on="2027-01-14",
                confirmed_time="19:00",
                agreed="By telephone",
            )
            assert ("j.armstrong@example.org" in letters("speaker")) is (share == "yes")
            db.session.rollback()


def asked_sharing(share: str) -> Any:
    now = utc_now()
    request = intake.file(
        db.session(),
        "speaker",
        speaker_answers(contact_name="Jean Armstrong", contact_email="j.armstrong@example.org", share=share),
        now=now,
        language="en",
        by=BRANCH,
    )
    speaker = registered(now, "olena.tkach@example.org", name="Olena Tkach")
    actions.perform(
        db.session(), request, "ask-speakers", by=COORDINATOR, now=now, answers={"speakers": str(speaker.id)}
    )
    assert whole.load(db.session(), request.id) is request
    return request

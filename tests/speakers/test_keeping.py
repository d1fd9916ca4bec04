"""Keeping the register of speakers: who is in it, what follows from what, and hiding somebody at once."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.directory.unions import find_union
from portal.emails import letters, links, outbox
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.sealed import SEALED, digest
from portal.speakers import keeping, vetoes
from portal.speakers.engagements import Booking, Offer
from portal.speakers.register import Speaker, SpeakerConsent
from portal.submissions import intake
from portal.submissions.timeline import Viewer, timeline
from portal.submissions.work import Task
from tests.submissions.entries import BRANCH, NOW, speaker_answers
from tests.submissions.walks import move

OLENA: dict[str, Any] = {
    "kind": "ukrainian",
    "lives_in": "uk",
    "name": "Olena Tkach-Hirna",
    "email": "Olena.Tkach@Example.org",
    "outcode": "DH1 4BE",
    "languages": {"uk": "fluent", "en": "good"},
    "topics": ["miners"],
    "formats": ["in-person", "online"],
    "most_miles": 60,
}


def added(**changed: Any) -> Speaker:
    """A speaker taken into the register of the running application."""
    return keeping.add(db.session(), OLENA | changed, by=None, now=NOW)


def letter_to(address: str, words: str = "Come to Durham.", submission_id: int | None = None) -> OutboxEmail:
    """A letter that waits."""
    made = letters.compose("A meeting", words, "en", {})
    return outbox.queue(
        db.session(), made, to=address, template="speaker/offer", role="speaker", now=NOW, submission_id=submission_id
    )


def test_a_speaker_is_found_by_any_spelling_of_their_address(any_app: Flask) -> None:
    with any_app.app_context():
        olena = added()
        db.session.commit()
        assert olena.email_digest == digest("olena.tkach@example.org")
        assert keeping.find_by_email(db.session(), " OLENA.tkach@example.org ") is olena
        assert keeping.find_by_email(db.session(), "") is None
        stored = db.session.execute(db.text("SELECT name, email, phone FROM speakers")).one()
        assert stored[0].startswith(SEALED)
        assert stored[1].startswith(SEALED)
        assert stored[2] == ""


def test_the_place_is_a_district_and_no_address(app: Flask) -> None:
    with app.app_context():
        olena = added()
        assert (olena.outcode, olena.region_slug) == ("DH1", "north-east")
        assert olena.latitude == pytest.approx(54.78, abs=0.1)
        assert olena.time_zone == "Europe/London"
        keeping.change(db.session(), olena, {"outcode": "", "region_slug": "scotland"})
        assert (olena.outcode, olena.region_slug) == ("", "scotland")
        keeping.change(db.session(), olena, {"phone": "07700 900123"})
        assert olena.region_slug == "scotland"
        with pytest.raises(ValueError, match="district"):
            keeping.change(db.session(), olena, {"outcode": "QX99 1AA"})


@pytest.mark.parametrize(("lives_in", "zone"), [("ukraine", "Europe/Kyiv"), ("elsewhere", "Europe/London")])
def test_of_somebody_who_is_not_here_no_place_is_kept(app: Flask, lives_in: str, zone: str) -> None:
    with app.app_context():
        olena = added()
        keeping.change(db.session(), olena, {"lives_in": lives_in, "outcode": "DH1 4BE"})
        assert (olena.outcode, olena.region_slug, olena.latitude, olena.longitude) == ("", "", None, None)
        assert (olena.most_miles, olena.formats, olena.time_zone) == (0, ["online"], zone)


def test_nobody_stands_in_the_register_twice(any_app: Flask) -> None:
    with any_app.app_context():
        olena = added()
        petro = added(name="Petro Lys-Stepovyi", email="petro@example.org")
        with pytest.raises(keeping.AlreadyKnownError) as known:
            added(name="Somebody Else", email="OLENA.TKACH@example.org")
        assert known.value.speaker is olena
        with pytest.raises(keeping.AlreadyKnownError):
            keeping.change(db.session(), petro, {"email": "olena.tkach@example.org"})
        keeping.change(db.session(), olena, {"email": "olena@example.org"})
        assert olena.email_digest == digest("olena@example.org")
        keeping.change(db.session(), olena, {"email": ""})
        assert olena.email_digest == ""
        # Several may have no address at all; they are told apart by their names.
        other = added(name="olena  TKACH-hirna", email="")
        assert keeping.find_by_name(db.session(), "Olena Tkach Hirna") == [olena, other]


def test_two_who_add_the_same_address_at_once_make_one_speaker(any_app: Flask) -> None:
    start = Barrier(2)

    def add(number: int) -> str:
        with any_app.app_context():
            start.wait()
            try:
                added(name=f"Olena {number}")
                db.session.commit()
            except keeping.AlreadyKnownError:
                db.session.rollback()
                return "known"
            return "added"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(add, range(2))) == ["added", "known"]


def test_details_that_nobody_knows_are_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(KeyError, match="confirmed_at"):
        added(confirmed_at=NOW)


def test_pausing_until_a_day_and_until_further_notice(app: Flask) -> None:
    with app.app_context():
        olena = added()
        keeping.pause(db.session(), olena, NOW, until=date(2027, 1, 10))
        assert olena.is_paused_on(date(2027, 1, 9))
        assert not olena.is_paused_on(date(2027, 1, 10))
        keeping.pause(db.session(), olena, NOW)
        assert olena.is_paused_on(date(2037, 1, 1))
        keeping.resume(db.session(), olena, NOW)
        assert not olena.is_paused_on(date(2027, 1, 9))


def test_whoever_leaves_has_agreed_to_nothing_any_more(app: Flask) -> None:
    with app.app_context():
        olena = added()
        olena.confirmed_at = NOW
        olena.consents.append(SpeakerConsent(purpose="register", text_version="1", text="I agree.", given_at=NOW))
        keeping.leave(db.session(), olena, NOW + timedelta(days=1))
        keeping.leave(db.session(), olena, NOW + timedelta(days=2))
        assert (olena.left_at, olena.confirmed_at) == (NOW + timedelta(days=1), None)
        assert olena.consents[0].withdrawn_at == NOW + timedelta(days=1)
        assert not olena.is_in_register


def test_the_own_link_stays_the_same_until_it_is_ended(app: Flask) -> None:
    with app.app_context():
        olena = added()
        first = keeping.own_link(db.session(), olena, NOW)
        assert (first.purpose, first.subject_id) == ("speak", olena.id)
        assert keeping.own_link(db.session(), olena, NOW) is first
        keeping.end_link(db.session(), olena, NOW)
        assert keeping.own_link(db.session(), olena, NOW) is not first
        assert links.find(db.session(), "speak", links.token_of(first), NOW) is None


def test_a_veto_stands_once_and_can_be_taken_back(app: Flask) -> None:
    with app.app_context():
        olena = added()
        union = find_union("Unite")
        version = olena.version
        veto = vetoes.add(db.session(), olena, union=union, words="A quarrel of 2019.", now=NOW)
        db.session.flush()
        assert veto is not None
        assert olena.version == version + 1
        assert vetoes.add(db.session(), olena, union=union, now=NOW) is None
        assert vetoes.add(db.session(), olena, now=NOW) is None
        assert not vetoes.remove(db.session(), olena, veto.id + 1, now=NOW)
        assert vetoes.remove(db.session(), olena, veto.id, now=NOW)
        db.session.flush()
        assert olena.vetoes == []


def test_locking_keeps_letters_from_leaving_and_tells_whoever_has_the_request(app: Flask) -> None:
    with app.app_context():
        olena, request = (
            added(name_uk="Олена Ткач-Гірна"),
            intake.file(db.session(), "speaker", speaker_answers(), now=NOW, language="en", by=BRANCH),
        )
        other = intake.file(db.session(), "speaker", speaker_answers(), now=NOW, language="en", by=BRANCH)
        db.session.add(Offer(submission_id=request.id, speaker_id=olena.id, asked_at=NOW, answer_by=NOW.date()))
        held = datetime(2026, 1, 5, 19, tzinfo=UTC)
        db.session.add(
            Booking(submission_id=other.id, speaker_id=olena.id, starts_at=held, ends_at=held, uid="a", created_at=NOW)
        )
        to_her = letter_to("OLENA.tkach@example.org")
        about_her = letter_to("jean@example.org", "Olena Tkach-Hirna will come.", request.id)
        in_ukrainian = letter_to("jean@example.org", "Виступить Олена Ткач-Гірна.", request.id)
        plain = letter_to("jean@example.org", "We have asked somebody.", request.id)
        assert keeping.lock(db.session(), olena, NOW) == 3
        db.session.flush()
        db.session.expire_all()
        assert [each.state for each in (to_her, about_her, in_ukrainian, plain)] == [*["cancelled"] * 3, "queued"]
        task = db.session.scalars(select(Task).where(Task.reason == "speaker")).one()
        assert task.submission_id == request.id
        assert "Olena" not in task.about + task.key
        assert not olena.is_in_register
        keeping.unlock(db.session(), olena, NOW)
        assert olena.is_in_register


def test_a_locked_speaker_is_named_nowhere_until_they_are_shown_again(app: Flask) -> None:
    with app.app_context():
        olena = added()
        olena.confirmed_at = NOW
        request = intake.file(db.session(), "speaker", speaker_answers(), now=NOW, language="en", by=BRANCH)
        answers = {"speaker_name": olena.name, "speaker_email": olena.email, "speaker_language": "uk"}
        move(request, "offer", **answers)
        letter = letter_to("jean@example.org", "Olena Tkach-Hirna will come.", request.id)
        to_her = letter_to("olena.tkach@example.org")
        letter.state = to_her.state = "sent"
        db.session.flush()

        def told() -> str:
            db.session.flush()
            lines = timeline(db.session(), request, Viewer.COORDINATOR)
            return " ".join([request.speaker_name, request.speaker_email, *(line.body for line in lines)])

        assert "Olena" in told()
        keeping.lock(db.session(), olena, NOW)
        assert "Olena" not in told()
        assert letter.is_private
        assert letter.state == "sent"
        assert to_her.is_private
        assert to_her.to_address == f"speaker {olena.id}"
        keeping.lock(db.session(), olena, NOW)
        keeping.unlock(db.session(), olena, NOW)
        assert "Olena Tkach-Hirna" in told()
        assert request.speaker_email == olena.email
        assert not letter.is_private
        assert (to_her.to_address, to_her.is_private) == (olena.email, False)


def test_no_log_names_anybody(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with app.app_context():
        olena = keeping.add(db.session(), OLENA, by=SimpleNamespace(id=None), now=NOW)
        keeping.leave(db.session(), olena, NOW)
        keeping.lock(db.session(), olena, NOW)
        db.session.commit()
    assert "Olena" not in caplog.text
    assert "example.org" not in caplog.text.lower()

"""Letters about the register go out in the words that somebody saved, and tell a stranger nothing even so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.models import Coordinator
from portal.clock import utc_now
from portal.emails import edited, letters
from portal.emails.letters import Wording
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers import keeping, own_address, register_letters
from portal.speakers.register import Speaker
from portal.submissions import another_address
from portal.submissions.models import Draft
from portal.touring import letters as tour_letters
from tests.submissions.entries import NOW
from tests.touring.people import a_tour, a_visitor

BOTH = pytest.mark.parametrize("language", letters.LANGUAGES)


def save(name: str, language: str, body: str) -> None:
    edited.save(db.session(), name, language, Wording("Our subject", body), by_id=1, now=NOW, seen=0)


def a_speaker(language: str) -> Speaker:
    details = {"name": "Olena Tkach-Hirna", "email": "olena@example.org", "language": language, "lives_in": "uk"}
    return keeping.add(db.session(), details, by=None, now=NOW)


def write_new_address(speaker: Speaker) -> None:
    own_address.ask(db.session(), speaker, "new@example.org", NOW)


def write_address_changed(speaker: Speaker) -> None:
    write_new_address(speaker)
    draft = db.session.scalars(db.select(Draft).order_by(Draft.id.desc())).first()
    assert draft is not None
    new = another_address.of_link(db.session(), draft.id)
    assert new is not None
    own_address.confirm(db.session(), speaker, new, NOW)


SENT_BY: dict[str, Callable[[Speaker], object]] = {
    register_letters.ADDED: lambda speaker: register_letters.welcome(db.session(), speaker, by=None, now=NOW),
    register_letters.LINK: lambda speaker: register_letters.send_link(db.session(), speaker, by=None, now=NOW),
    another_address.NEW: write_new_address,
    another_address.CHANGED: write_address_changed,
}


def the_letter(name: str) -> OutboxEmail:
    db.session.flush()
    return db.session.scalars(db.select(OutboxEmail).where(OutboxEmail.template == name)).one()


@BOTH
@pytest.mark.parametrize("name", SENT_BY)
def test_the_saved_words_go_out_and_no_other_language_changes(app: Flask, name: str, language: str) -> None:
    with app.app_context():
        save(name, language, "Our words. {{ contact_email }}")
        SENT_BY[name](a_speaker(language))
        letter = the_letter(name)
        assert (letter.subject, letter.language) == ("Our subject", language)
        assert letter.text.startswith("Our words. info@")
        db.session.rollback()
        save(name, language, "Our words. {{ contact_email }}")
        SENT_BY[name](a_speaker("uk" if language == "en" else "en"))
        assert "Our" not in the_letter(name).subject


@BOTH
def test_a_tour_is_asked_about_in_the_saved_words(
    app: Flask, sign_in: Callable[..., FlaskClient], language: str
) -> None:
    sign_in("coordinator")
    with app.app_context():
        by = db.session.scalars(db.select(Coordinator.id)).one()
        save(tour_letters.ROUTE, language, "From {{ first_day }}\n\nLook\n{{ private_link }}")
        tour_letters.ask(db.session(), a_tour(a_visitor(language=language), by), by=None, now=utc_now())
        letter = the_letter(tour_letters.ROUTE)
        assert letter.subject == "Our subject"
        assert "Look\n[[link:" in letter.text


def test_no_words_can_tell_a_new_address_whose_it_is_to_be(app: Flask) -> None:
    """A name in words that came into the table by another way: the letter leaves in those it was shipped with."""
    with app.app_context():
        save(another_address.NEW, "en", "{{ greeting }}\n\n{{ private_link }}")
        write_new_address(a_speaker("en"))
        letter = the_letter(another_address.NEW)
        assert letter.subject == letters.shipped(another_address.NEW, "en").subject
        assert "Olena" not in letter.text

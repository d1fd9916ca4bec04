"""What a speaker reads about the register: who added them, what is kept, and that nothing happens before they agree."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from portal.emails import letters
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers import keeping, register_letters
from portal.speakers.register import Speaker
from portal.speakers.register_letters import LETTERS
from tests.submissions.entries import NOW

UNTIDY = re.compile(r" [,.;:!?]| {2}|\(\)|\n{3}|,,|\.\.|^,")
BOTH = pytest.mark.parametrize("language", letters.LANGUAGES)


def written(language: str, *, send=register_letters.welcome) -> OutboxEmail:
    """A letter to a new speaker, added by a program."""
    details = {"name": "Olena Tkach-Hirna", "email": "olena@example.org", "language": language, "lives_in": "uk"}
    speaker = keeping.add(db.session(), details, by=None, now=NOW)
    letter = send(db.session(), speaker, by=None, now=NOW)
    db.session.flush()
    return letter


@BOTH
@pytest.mark.parametrize("send", [register_letters.welcome, register_letters.send_link])
def test_the_letters_are_well_set_and_carry_one_button(app: Flask, language: str, send) -> None:
    with app.app_context():
        letter = written(language, send=send)
        assert letter.language == language
        assert not UNTIDY.search(letter.text), letter.text
        buttons = re.findall(r"\n\n[^\n]+\n\[\[link:[0-9]+\]\]\n\n", letter.text)
        assert len(buttons) == letter.text.count("[[link:") == len(letter.link_ids) == 1
        assert "Olena" in letter.text.split("\n")[0]
        assert "Olena" not in letter.subject
        assert letter.submission_id is None


@BOTH
def test_the_first_letter_is_the_notice_that_the_law_asks_for(app: Flask, language: str) -> None:
    with app.app_context():
        text = written(language).text
    wanted = {
        "en": ("your union", "Nobody asks you", "nothing is passed on", "consent", "pause, or leave", "ico.org.uk"),
        "uk": (
            "вашу профспілку",
            "вас ні про що не просять",
            "нікому нічого не передаємо",
            "згод",
            "перерву",
            "ico.org.uk",
        ),
    }
    assert [words for words in wanted[language] if words not in text] == []


def test_each_letter_is_there_in_both_languages() -> None:
    there = {path.name for path in (letters.FOLDER / "register").iterdir()}
    assert {f"{name.partition('/')[2]}.{language}.txt" for name in LETTERS for language in letters.LANGUAGES} <= there


def test_nobody_without_an_address_is_written_to(app: Flask) -> None:
    with app.app_context():
        speaker = keeping.add(db.session(), {"name": "Nina Halak-Sova"}, by=None, now=NOW)
        assert register_letters.welcome(db.session(), speaker, by=None, now=NOW) is None


@BOTH
def test_whoever_has_agreed_is_not_told_to_agree(app: Flask, language: str) -> None:
    words = {"en": "until you have agreed", "uk": "Доки ви не дали згоди"}[language]
    with app.app_context():
        assert words in written(language, send=register_letters.send_link).text
        speaker = db.session.query(Speaker).one()
        speaker.confirmed_at = NOW
        letter = register_letters.send_link(db.session(), speaker, by=None, now=NOW)
        assert letter is not None
        assert words not in letter.text

"""Words that people saved go before those of the files, are all kept, and never keep a letter from leaving."""

from __future__ import annotations

import threading

import pytest
from flask import Flask

from portal.clock import utc_now
from portal.emails import edited, letters
from portal.emails.edited import SHIPPED_AGAIN, SavedMeanwhileError
from portal.emails.letters import Wording
from portal.extensions import db
from tests.conftest import counted
from tests.letters import facts

NAME = "speaker/received"
NEW = Wording("We have it, {{ reference }}", "{{ greeting }},\n\nThank you.\n\nYour page\n{{ private_link }}")


def save(app: Flask, words: Wording, *, seen: int, language: str = "en", name: str = NAME) -> int:
    with app.app_context():
        row = edited.save(db.session(), name, language, words, by_id=7, now=utc_now(), seen=seen)
        db.session.commit()
        return row.id if row else 0


def test_saved_words_go_first_in_their_language_alone(any_app: Flask) -> None:
    save(any_app, NEW, seen=0)
    with any_app.app_context():
        texts = edited.texts(db.session())
    letter = letters.render(NAME, "en", facts.standard(NAME, "en"), texts=texts)
    assert letter.subject == "We have it, USC-1042"
    assert letter.text.startswith("Dear Jean,\n\nThank you.\n\nYour page\n[[link:7]]\n\nIn solidarity,")
    assert "Thank you." in letter.html
    assert letter.link_ids == (7,)
    ukrainian = letters.wording(NAME, "uk", facts.standard(NAME, "uk"), texts=texts)
    assert ukrainian == letters.wording(NAME, "uk", facts.standard(NAME, "uk"))


@pytest.mark.parametrize("unseen", ["\x00", "\u202e", "\u202a", "\u2067", "\u2069", "\u200f", "\u061c", "\ufeff"])
def test_nothing_that_turns_the_words_round_is_kept(app: Flask, unseen: str) -> None:
    first = save(app, Wording(f"We have {unseen}it", f"Thank{unseen} you.{unseen}\r\n"), seen=0)
    with app.app_context():
        row = edited.newest(db.session(), NAME, "en")
        assert row is not None
        assert (row.subject, row.body) == ("We have it", "Thank you.\n")
    assert save(app, Wording("We have it", f"Thank you.{unseen}\n"), seen=first) == 0, "nothing has changed"


def test_the_newest_counts_and_one_can_go_back(any_app: Flask) -> None:
    first = save(any_app, NEW, seen=0)
    second = save(any_app, Wording("Other", "Words"), seen=first)
    third = save(any_app, NEW, seen=second)
    fourth = save(any_app, SHIPPED_AGAIN, seen=third)
    with any_app.app_context():
        assert edited.texts(db.session()) == {}
        assert [row.id for row in edited.history(db.session(), NAME, "en")] == [fourth, third, second, first]
        assert edited.history(db.session(), NAME, "uk") == []


def test_who_comes_second_is_told(any_app: Flask) -> None:
    first = save(any_app, NEW, seen=0)
    with pytest.raises(SavedMeanwhileError) as told:
        save(any_app, Wording("Mine", "Mine too"), seen=0)
    assert told.value.newest.id == first
    assert save(any_app, NEW, seen=first) == 0


def test_going_back_from_nothing_saves_nothing(app: Flask) -> None:
    assert save(app, SHIPPED_AGAIN, seen=0) == 0


@pytest.mark.parametrize(
    "broken",
    [
        "{{ gone_since }}",
        "{% if x %}",
        "{{ ''.__class__ }}",
        "{{ cycler() }}",
        "{{ range(9)|join }}",
        "{{ branch() }}",
        "{{ branch + 1 }}",
        "{{ 1/0 }}",
        "{{ 'a' * 10**12 }}",
    ],
)
def test_words_that_no_longer_work_do_not_stop_the_letter(broken: str) -> None:
    """They were saved before a rule was made, or written into the table by other means."""
    known = facts.standard(NAME, "en")
    for words in (Wording("Subject", broken), Wording(broken, "Words"), Wording("{{ private_link }}", "Words")):
        texts = {(NAME, "en"): words}
        assert letters.wording(NAME, "en", known, texts=texts) == letters.wording(NAME, "en", known)
        assert letters.render(NAME, "en", known, texts=texts) == letters.render(NAME, "en", known)


@pytest.mark.parametrize(
    "body", ["[{{ contact_name }}]", "[{% if branch %}[link:9]{% endif %}]", "{{ contact_name }}[{{ private_link }}]"]
)
def test_brackets_that_meet_make_no_link(body: str) -> None:
    """Whoever is called "[link:9]" gets no letter with somebody else's link, and no letter fails."""
    known = facts.standard(NAME, "en") | {"contact_name": "[link:9]"}
    texts = {(NAME, "en"): Wording(body, f"{body}\n\n{{{{ private_link }}}}")}
    letter = letters.render(NAME, "en", known, texts=texts)
    assert letter.link_ids == (7,)
    assert "[[link:9]]" not in letter.text + letter.subject


def test_a_link_cannot_be_typed_into_saved_words() -> None:
    texts = {(NAME, "en"): Wording("Subject [[link:7]]", "[[link:7]] and {{ private_link }}")}
    letter = letters.render(NAME, "en", facts.standard(NAME, "en"), texts=texts)
    assert letter.text.count("[[link:7]]") == 1
    assert "[[" not in letter.subject


def test_all_saved_words_are_read_at_once(app: Flask) -> None:
    for number in range(30):
        save(app, NEW, seen=0, name=f"speaker/letter-{number}")
    with app.app_context(), counted() as statements:
        texts = edited.texts(db.session())
    assert len(texts) == 30
    assert len(statements) == 1


@pytest.mark.parametrize("language", letters.LANGUAGES)
@pytest.mark.parametrize("name", tuple(facts.letters()))
def test_shipped_words_saved_as_they_are_make_the_same_letter(name: str, language: str) -> None:
    texts = {(name, language): letters.shipped(name, language)}
    for known in (facts.standard(name, language), facts.minimal(name, language)):
        assert letters.render(name, language, known, texts=texts) == letters.render(name, language, known)


def test_two_who_save_at_once_meet(postgres_app: Flask) -> None:
    """The second waits for the first and is then told, although there was no row yet that could have been locked."""
    told: list[int] = []

    def second() -> None:
        try:
            save(postgres_app, Wording("Mine", "Mine too"), seen=0)
        except SavedMeanwhileError as error:
            told.append(error.newest.id)

    with postgres_app.app_context():
        row = edited.save(db.session(), NAME, "en", NEW, by_id=7, now=utc_now(), seen=0)
        assert row is not None
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
        db.session.commit()
        thread.join(10)
        assert told == [row.id]

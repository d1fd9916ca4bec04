"""The letters about another address of a speaker, word for word. The copies in `golden/` are there to be read.

After a change that is meant, write them anew and read the difference before committing it:

    REWRITE_LETTERS=1 python -m pytest tests/speakers/test_own_letters.py
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from flask import Flask

from portal.emails import letters
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers import keeping, own_address
from portal.submissions import another_address
from portal.submissions.models import Draft
from tests.submissions.entries import NOW

GOLDEN = Path(__file__).parent / "golden"
UNTIDY = re.compile(r" [,.;:!?]| {2}|\(\)|\n{3}|,,|\.\.|^,")
LINK = re.compile(r"\[\[link:[0-9]+\]\]")


@pytest.fixture
def written(app: Flask) -> dict[tuple[str, str], OutboxEmail]:
    """All letters that another address makes, by template and language."""
    found = {}
    with app.app_context():
        for language in letters.LANGUAGES:
            details = {"name": "Olena Tkach", "email": f"old-{language}@example.org", "language": language}
            speaker = keeping.add(db.session(), details, by=None, now=NOW)
            own_address.ask(db.session(), speaker, f"new-{language}@example.org", NOW)
            draft = db.session.scalars(db.select(Draft).order_by(Draft.id.desc())).first()
            assert draft is not None
            new = another_address.of_link(db.session(), draft.id)
            assert new is not None
            own_address.confirm(db.session(), speaker, new, NOW)
            db.session.flush()
        for email in db.session.scalars(db.select(OutboxEmail)):
            found[email.template, email.language] = email
            db.session.expunge(email)
    return found


@pytest.mark.parametrize("language", letters.LANGUAGES)
@pytest.mark.parametrize("name", another_address.LETTERS)
def test_the_letter_reads_as_its_copy(written: dict[tuple[str, str], OutboxEmail], name: str, language: str) -> None:
    letter = written[name, language]
    words = f"{letter.subject}\n\n{LINK.sub('[[link]]', letter.text)}\n"
    copy = GOLDEN / f"{name.partition('/')[2]}.{language}.txt"
    if os.environ.get("REWRITE_LETTERS"):
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(words, encoding="utf-8")
    assert words == copy.read_text(encoding="utf-8"), "See the top of this file."
    assert not UNTIDY.search(letter.text), letter.text


@pytest.mark.parametrize("language", letters.LANGUAGES)
def test_a_mistyped_address_learns_nobody_s_name(written: dict[tuple[str, str], OutboxEmail], language: str) -> None:
    asked, told = (written[name, language] for name in another_address.LETTERS)
    assert (asked.to_address, told.to_address) == (f"new-{language}@example.org", f"old-{language}@example.org")
    assert "Olena" not in asked.subject + asked.text + asked.html
    assert len(asked.link_ids) == 1
    assert told.link_ids == []
    assert f"new-{language}" not in told.text


def test_there_is_no_copy_of_a_letter_that_is_gone() -> None:
    there = {path.name for path in GOLDEN.iterdir()}
    assert there == {
        f"{name.partition('/')[2]}.{code}.txt" for name in another_address.LETTERS for code in letters.LANGUAGES
    }

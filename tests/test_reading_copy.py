"""`flask --app wsgi letters`: every letter in both languages on one page, with the words it has now."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

from portal.clock import utc_now
from portal.commands import texts
from portal.emails import edited, letters
from portal.emails.letters import Wording
from portal.extensions import db
from portal.submissions import letter_book

TEMPLATES = letters.FOLDER


def printed(app: Flask, *arguments: str) -> str:
    result = app.test_cli_runner().invoke(texts.all_letters, list(arguments))
    assert result.exit_code == 0, result.output
    return str(result.output)


def test_all_letters_are_printed_with_a_name_at_the_end(app: Flask) -> None:
    text = printed(app)
    names = {str(path.relative_to(TEMPLATES)).removesuffix(".en.txt") for path in TEMPLATES.glob("*/*.en.txt")}
    found = re.findall(r"^(\S+/\S+) \((?:English|Ukrainian)\)$", text, re.MULTILINE)
    assert set(found) == names
    assert len(found) == 2 * len(names)
    signed = len(re.findall(r"^(?:In solidarity|Солідарно),\nMaria Kovalenko$", text, re.MULTILINE))
    # Those about signing in are not signed.
    assert signed == 2 * len(letter_book.entries())
    assert "[[" not in text
    assert "{{" not in text


def test_edited_words_are_printed_as_they_go_out(app: Flask) -> None:
    with app.app_context():
        words = Wording("A subject of ours", "Words of ours\n{{ private_link }}")
        edited.save(db.session(), "speaker/received", "en", words, by_id=1, now=utc_now(), seen=0)
        db.session.commit()
    text = printed(app)
    assert "speaker/received (English, edited)" in text
    assert "Subject: A subject of ours\n\nWords of ours\n[the private link]\n\nIn solidarity," in text


def test_the_html_file_needs_nothing_but_itself(app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "letters.html"
    assert printed(app, "--html", str(target)) == f"All letters stand in {target}.\n"
    html = target.read_text(encoding="utf-8")
    assert html.count('<div class="words" lang="uk">') == html.count('<div class="words" lang="en">') > 60
    assert not re.search(r'(?:src|href)="(?!#)', html)
    for name in letter_book.entries():
        assert f'id="{name.replace("/", "-")}"' in html

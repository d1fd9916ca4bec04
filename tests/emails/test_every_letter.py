"""Every letter of every kind, in both languages, through a real mail server and judged as it arrives."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from portal.emails import letters, links, outbox
from portal.extensions import db
from tests.emails.conftest import NOW, Clock, deliver
from tests.emails.lint import OURS, links_of, lint
from tests.emails.servers import Manners
from tests.letters import facts

SENDERS = {
    "en": "Ukraine Solidarity Campaign <post@example.org>",
    "uk": "Кампанія солідарності з Україною <post@example.org>",
}
ABOUT_SIGNING_IN = ("accounts/new_password", "accounts/password_changed")
LINKS = {"register_link", "body_link"}
"""What leads to a second page of the same reader."""
NAMES = ("Jean", "Olena", "Hetton")
"""People in the facts: a subject shows on locked screens."""


def every_letter(link: str) -> Iterator[tuple[str, str, letters.Letter]]:
    """Name, language and letter: with all facts known, and with few. Each link in them is the one link."""
    for language in letters.LANGUAGES:
        for name in facts.letters():
            for known in (facts.standard(name, language), facts.minimal(name, language)):
                linked = dict.fromkeys({"private_link", *(LINKS & known.keys())}, link)
                yield name, language, letters.render(name, language, {**known, **linked})
        for name in ABOUT_SIGNING_IN:
            yield name, language, letters.render(name, language, {"name": "Maria Kovalenko", "link": link})


def test_every_letter_arrives_well_formed(app: Flask, server: Manners, clock: Clock) -> None:
    queued: list[tuple[str, str, letters.Letter]] = []
    with app.app_context():
        link = links.issue(db.session(), "track", 7, NOW)
        url = links.url_of(link)
        for name, language, letter in every_letter(links.placeholder(link)):
            address = f"jean{len(queued)}@example.org"
            outbox.queue(db.session(), letter, to=address, template=name, role="branch", now=NOW)
            queued.append((name, language, letter))
        db.session.commit()
    assert len(queued) > 100
    sent = 0
    # One delivery takes no more than so many letters.
    while passed := deliver(app, clock).sent:
        sent += passed
    assert sent == len(queued)
    for number, ((name, language, letter), taken) in enumerate(zip(queued, server.taken, strict=True)):
        message = lint(taken.raw, [f"jean{number}@example.org"])
        which = f"{name}.{language}"
        assert taken.recipients == [f"jean{number}@example.org"], which
        assert message["From"] == SENDERS[language], which
        assert message["Subject"] == letter.subject, which
        assert message["Content-Language"] == language, which
        assert not [each for each in NAMES if each in message["Subject"]], which
        assert all(each.startswith(OURS) for each in links_of(message)), which
        assert (url in links_of(message)) == bool(letter.link_ids), which
        assert "[[link" not in taken.raw.decode(), which
    assert len({taken.raw.split(b"Message-ID: ")[1].split()[0] for taken in server.taken}) == len(queued)


@pytest.mark.parametrize("language", letters.LANGUAGES)
def test_no_letter_is_forgotten(language: str) -> None:
    """What stands in the folders of letters is what was sent above; documents are printed, not sent."""
    there = {
        f"{folder}/{path.name.removesuffix(f'.{language}.txt')}"
        for folder in (*facts.FOLDERS, "accounts")
        for path in facts.FOLDER.glob(f"{folder}/*.{language}.txt")
    }
    assert there == {*facts.letters(), *ABOUT_SIGNING_IN}

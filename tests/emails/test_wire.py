"""What goes over the wire, judged as a careful mail server would judge it."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import pytest

from portal.emails import letters, links
from portal.emails.letters import Letter
from portal.emails.models import PrivateLink
from portal.extensions import db
from tests.emails.conftest import NOW, deliver, put, row
from tests.emails.lint import lint

CYRILLIC = "Відділення «Західний Донбас» просить доповідача, USC-1007 – зустріч профспілки у четвер увечері"


def sent(app, server, clock, letter, **more):
    email_id = put(app, letter=letter, **more)
    assert deliver(app, clock).sent == 1
    return lint(server.taken[-1].raw, server.taken[-1].recipients), row(app, email_id)


def test_every_header_stands_once_and_says_what_the_row_says(app, server, clock):
    message, email_row = sent(app, server, clock, letters.compose("Your request", "Dear Jean,", "en", {}))
    assert message["From"] == "Ukraine Solidarity Campaign <post@example.org>"
    assert message["Reply-To"] == "info@example.org"
    assert message["Subject"] == "Your request"
    assert message["Message-ID"] == email_row.message_id
    assert parsedate_to_datetime(message["Date"]) == NOW
    assert message["Content-Language"] == "en"


@pytest.mark.parametrize(
    "subject",
    [
        CYRILLIC,
        "ї" * 150,
        "Cangen Llŷn: eich cais USC-1007",
        "Motion 🟦🟨 passed " * 6,
        "a" * 150,
        "ж " * 75,
        "=?utf-8?q?x?=",
    ],
)
def test_any_subject_arrives_as_it_was_written(app, server, clock, subject):
    written = letters.compose(subject, "Text", "uk", {})
    message, _ = sent(app, server, clock, written)
    assert message["Subject"] == written.subject


@pytest.mark.parametrize("text", ["Plain.", CYRILLIC * 50, "x" * 5000, ". \n.\n..\nFrom here", "£5 – “yes”\ttab "])
def test_any_text_arrives_as_it_was_written(app, server, clock, text):
    written = letters.compose("S", text, "en", {})
    message, _ = sent(app, server, clock, written)
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == written.text
    assert message.get_body(("html",)).get_content().replace("\r\n", "\n").strip() == written.html.strip()


def test_private_links_are_filled_in_on_the_way_and_stored_nowhere(app, server, clock):
    with app.app_context():
        link = links.issue(db.session(), "track", 7, NOW)
        other = links.issue(db.session(), "track", 8, NOW)
        facts = {"private_link": links.placeholder(link)}
        url, other_url = links.url_of(link), links.url_of(other)
        typed = f"[[link:{other.id}]]"
        db.session.commit()
    letter = letters.compose("S", f"See:\n{{private link}}\n\nTyped: {typed}", "en", facts)
    message, email_row = sent(app, server, clock, letter)
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert f"See:\n{url}\n" in text.replace("\r\n", "\n")
    assert html.count(url) == 3
    assert other_url not in text + html
    assert "[[link:" not in text + html
    token = url.rsplit("/", 1)[1]
    assert token not in email_row.text + email_row.html
    with app.app_context():
        dump = "\n".join(db.engine.raw_connection().driver_connection.iterdump())
    assert token not in dump


def test_only_links_stored_with_the_letter_are_filled_in(app, server, clock):
    with app.app_context():
        link = links.issue(db.session(), "track", 7, NOW)
        url = links.url_of(link)
        text = f"See [[link:{link.id}]]"
        db.session.commit()
    message, _ = sent(app, server, clock, Letter("S", text, f"<p>{text}</p>"))
    assert text in message.get_body(("plain",)).get_content()
    assert url not in server.taken[0].raw.decode()


def test_every_try_is_the_same_to_the_byte(app, server, clock):
    with app.app_context():
        facts = {"private_link": links.placeholder(links.issue(db.session(), "track", 7, NOW))}
        db.session.commit()
    put(app, letter=letters.compose(CYRILLIC, f"{CYRILLIC}\n\nSee:\n{{private link}}", "uk", facts))
    server.mode = "cut-after-data"
    for _ in range(3):
        deliver(app, clock)
        clock.on(minutes=30)
    assert len(server.taken) == 3
    assert len({taken.raw for taken in server.taken}) == 1
    lint(server.taken[0].raw, ["jean@example.org"])


def test_a_link_whose_key_is_gone_makes_work_for_a_person(make_app, server, clock):
    app = make_app()
    with app.app_context():
        facts = {"private_link": links.placeholder(links.issue(db.session(), "track", 7, NOW))}
        db.session.commit()
    email_id = put(app, letter=letters.compose("S", "See:\n{private link}", "en", facts))
    changed = make_app(LINK_KEY="n" * 40, LINK_KEY_ID="2")
    assert deliver(changed, clock).refused == 1
    assert row(app, email_id).last_error == "a private link of the letter cannot be made any more"


def test_a_sender_with_a_cyrillic_name(make_app, server, clock):
    app = make_app(MAIL_DEFAULT_SENDER="Солідарність <post@example.org>")
    message, _ = sent(app, server, clock, letters.compose("S", "T", "uk", {}))
    assert message["From"] == "Солідарність <post@example.org>"
    assert PrivateLink.__tablename__ not in message["From"]

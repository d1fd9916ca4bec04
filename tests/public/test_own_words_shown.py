"""The campaign’s own words on pages: aims, model motion and address, in either language, and the forms on paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import campaign_words, settings
from portal.affiliations.fees import FLAT, PER_MEMBER
from portal.affiliations.models import FeeBand
from portal.clock import utc_now
from portal.extensions import db
from portal.submissions import registry
from tests.public import walk
from tests.public.conftest import main_of

Put = Callable[[str, str], None]


@pytest.fixture
def put(app: Flask) -> Put:
    """Sets what coordinators set."""

    def write(name: str, text: str) -> None:
        with app.app_context():
            settings.put(db.session, name, text, by="maria@example.org", now=utc_now())
            db.session.commit()

    return write


AIMS = "We stand with unions in Ukraine.\n\nWe want a just peace."


def test_the_aims_have_a_page_of_their_own_with_paragraphs(client: FlaskClient, put: Put) -> None:
    assert client.get("/aims").status_code == 404
    assert "/aims" not in client.get("/").text
    put("aims", AIMS)
    page = main_of(client.get("/aims").text)
    assert "<p>We stand with unions in Ukraine.</p>" in page
    assert "<p>We want a just peace.</p>" in page
    assert 'href="/aims"' in client.get("/").text


def test_words_without_ukrainian_are_shown_in_english_and_marked(client: FlaskClient, put: Put) -> None:
    put("aims", AIMS)
    page = main_of(client.get("/uk/aims").text)
    assert re.search(r'<div lang="en">\s*<p>We stand', page)
    put("aims_uk", "Ми з профспілками України.")
    page = main_of(client.get("/uk/aims").text)
    assert "Ми з профспілками України." in page
    assert '<div lang="en">' not in page
    assert "We stand" not in page
    assert "We stand" in client.get("/aims").text


def test_opening_words_and_a_quotation_are_in_the_language_of_the_page(client: FlaskClient, put: Put) -> None:
    put("opening_text", "Our appeal is open.")
    put("quotation", "We hold.")
    put("quotation_author", "A miner")
    put("quotation_consent", "By letter")
    page = client.get("/uk/").text
    assert '<p lang="en">Our appeal is open.</p>' in page
    assert '<figcaption lang="en">A miner</figcaption>' in page
    put("opening_text_uk", "Збір триває.")
    put("quotation_uk", "Тримаємося.")
    put("quotation_author_uk", "Гірник")
    page = client.get("/uk/").text
    assert "<p>Збір триває.</p>" in page
    assert "«Тримаємося.»" in page
    assert "<figcaption>Гірник</figcaption>" in page
    assert "We hold." in client.get("/").text


def test_nobody_is_asked_to_accept_what_they_cannot_read(client: FlaskClient, put: Put) -> None:
    page = client.get(walk.url("affiliation", "decision")).text
    assert "in short: political and practical solidarity with Ukraine" in page
    assert "Write to us, and we send them" not in page
    put("aims", AIMS)
    page = client.get(walk.url("affiliation", "decision")).text
    # In a page of its own: what was typed into the form stays where it is.
    assert '<a href="/aims" target="_blank" rel="noopener">Read them first (opens in a new tab)</a>' in page


def test_the_model_motion_is_a_template_until_somebody_writes_another(client: FlaskClient, put: Put) -> None:
    for path in ("/model-motion", "/uk/model-motion"):
        assert "govuk-inset-text" in client.get(path).text
    put("model_motion", "This branch resolves:\n\n1. to affiliate")
    page = client.get("/model-motion").text
    assert "This is a template" not in page
    assert "<p>This branch resolves:</p>" in page
    assert "1. to affiliate" in page, "a single point is no list"
    put("model_motion", "This branch resolves:\n\n1. to affiliate\n2. to ask for a twin.")
    assert "<ol><li>to affiliate</li><li>to ask for a twin.</li></ol>" in client.get("/model-motion").text
    put("model_motion", "")
    put("model_motion_uk", "")
    assert client.get("/model-motion").status_code == 404
    assert "model-motion" not in client.get("/").text


def test_the_model_motion_can_be_taken_along(client: FlaskClient, put: Put) -> None:
    assert 'href="/model-motion.txt"' in client.get("/model-motion").text
    put("model_motion", "This branch resolves:\r\n\r\n1. to affiliate")
    file = client.get("/model-motion.txt")
    assert file.headers["Content-Disposition"] == "attachment; filename=model-motion.txt"
    assert file.data.decode("utf-8-sig") == "This branch resolves:\r\n\r\n1. to affiliate\r\n"
    put("model_motion_uk", "Наша організація вирішує")
    file = client.get("/uk/model-motion.txt")
    assert "model-motion-uk.txt" in file.headers["Content-Disposition"]
    assert file.data.decode("utf-8-sig") == "Наша організація вирішує\r\n"
    put("model_motion", "")
    assert client.get("/model-motion.txt").status_code == 404


def test_whoever_agrees_with_the_aims_finds_the_way_on(client: FlaskClient, put: Put) -> None:
    put("aims", AIMS)
    page = main_of(client.get("/aims").text)
    assert 'href="/affiliate"' in page
    assert 'href="/model-motion"' in page


def test_lines_of_a_text_stay_lines() -> None:
    assert campaign_words.paragraphs("a\r\nb\r\n\r\n\r\nc") == [["a", "b"], ["c"]]


@pytest.mark.parametrize("kind", ["speaker", "twinning", "affiliation"])
def test_a_form_on_paper_asks_what_the_form_asks(client: FlaskClient, kind: str) -> None:
    page = unescape(client.get(walk.url(kind, "by-post")).text)
    for step in registry.kind(kind).steps:
        assert f"<h2>{step.title}</h2>" in page
    for words in ("Name of your branch", "Your email address", "Which language shall we write to you in?"):
        assert words in page
    assert 'class="paper__boxes"' in page
    assert "<input" not in main_of(page)
    assert "/by-post" in client.get("/").text


def test_paper_says_where_to_send_it(client: FlaskClient, put: Put) -> None:
    assert "Write to us first" in client.get("/by-post").text
    put("postal_address", "Solidarity House\n1 Example Road")
    for path in ("/by-post", "/twin/by-post"):
        assert "Solidarity House<br>1 Example Road" in client.get(path).text


def test_whoever_has_only_the_paper_can_answer(app: Flask, client: FlaskClient, put: Put) -> None:
    put("aims", AIMS)
    with app.app_context():
        rows = [(FLAT, 3500, 0, 100), (FLAT, 7500, 0, None)]
        bands = [FeeBand(body_type="branch", basis=a, pence=b, minimum_pence=c, up_to_members=d) for a, b, c, d in rows]
        per_member = FeeBand(body_type="region", basis=PER_MEMBER, pence=5, minimum_pence=6000, is_example=True)
        db.session.add_all([*bands, per_member])
        db.session.commit()
    page = unescape(client.get(walk.url("affiliation", "by-post")).text)
    for line in campaign_words.paragraphs(AIMS)[0]:
        assert line in page
    for fee in (
        "£35.00 a year for up to 100 members.",
        "£75.00 a year for more than 100 members.",
        "5p a year for each member, but at least £60.00.",
    ):
        assert fee in page
    assert "This is an example" in page
    page = unescape(client.get(walk.url("speaker", "by-post")).text)
    assert "<li>How Ukrainian unions work in wartime</li>" in page
    assert "A trades council or another body writes its own name." in page
    assert "if it is not in the list" not in page


@pytest.mark.parametrize("kind", ["speaker", "twinning", "affiliation"])
def test_paper_says_what_becomes_of_details(client: FlaskClient, kind: str) -> None:
    page = unescape(client.get(walk.url(kind, "by-post")).text)
    assert "a speaker, a twin or a network of your union only if you tick the box for it." in page
    assert "/how-we-use-your-details" in main_of(page)

"""Small promises and words of the public pages: what they say is so, in numbers and lists that people can read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from portal import errors, settings
from portal.clock import utc_now
from portal.directory.ukraine import other_spellings
from portal.extensions import db
from portal.public import twinnings_shown
from portal.public.twinnings_shown import Dot
from portal.submissions import consents
from portal.submissions.dates import Leaning, understand_date
from portal.submissions.day_words import in_words
from portal.submissions.models import Submission
from tests.public.conftest import main_of
from tests.public.walk import BRANCH, Visitor, url

Make = Callable[..., tuple[int, str]]


def put(app: Flask, **values: str) -> None:
    """Set something as coordinators do."""
    with app.app_context():
        for name, value in values.items():
            settings.put(db.session(), name, value, by="Gwen", now=utc_now())
        db.session.commit()


@pytest.mark.parametrize(("path", "is_near"), [("/invite-a-speaker", True), ("/twin", False), ("/affiliate", False)])
def test_only_a_speaker_is_looked_for_near_the_branch(client: FlaskClient, path: str, is_near: bool) -> None:
    page = client.get(path, follow_redirects=True).text
    assert "We use this to find your branch again" in page
    assert ("look for somebody near you" in page) is is_near


def test_the_aims_can_be_read_before_they_are_accepted(app: Flask, visitor: Visitor) -> None:
    visitor.post(url("affiliation", "your-branch"), BRANCH)
    page = visitor.client.get("/affiliate/decision").text
    assert "The aims of the campaign, in short: political and practical solidarity" in unescape(page)
    put(app, aims="Peace with justice, and free unions.")
    page = visitor.client.get("/affiliate/decision").text
    assert "Below we ask you to accept the aims of the campaign." in unescape(page)
    assert "Peace with justice, and free unions." in visitor.client.get("/aims").text


def test_large_numbers_are_written_as_people_read_them(visitor: Visitor) -> None:
    visitor.post(url("affiliation", "your-branch"), BRANCH)
    page = visitor.post(url("affiliation", "decision"), {"members": "0", "decision": "not-yet"}).text
    assert "Enter a number from 1 to 2,000,000" in page
    visitor.post(url("twinning", "your-branch"), BRANCH)
    page = visitor.post(url("twinning", "twinning"), {"why": "long " * 1000}).text
    assert "Shorten this to 4,000 letters or fewer" in page


def oblasts(html: str) -> list[str]:
    """The oblasts in the list of the form, but for the first line."""
    found = re.search(r'<select[^>]*name="oblast".*?</select>', html, re.DOTALL)
    assert found is not None
    return [unescape(each) for each in re.findall(r"<option[^>]*>(.*?)</option>", found[0])][1:]


def test_oblasts_stand_in_the_order_of_the_language(visitor: Visitor) -> None:
    visitor.post(url("twinning", "your-branch"), BRANCH)
    english = oblasts(visitor.client.get("/twin/twinning").text)
    assert english == sorted(english)
    assert english[0] == "Autonomous Republic of Crimea"
    ukrainian = oblasts(visitor.client.get("/uk/twin/twinning").text)
    assert [each.split()[0] for each in ukrainian[:2]] == ["Автономна", "Вінницька"]
    # The letter «і» stands after «и» and before «й», not at the end.
    assert ukrainian.index("Івано-Франківська область") < ukrainian.index("Київська область")


def test_former_names_of_oblasts_are_known_to_the_list(visitor: Visitor) -> None:
    assert {"lvov", "Львов"} <= set(other_spellings()["lviv"])
    assert "kiev" in other_spellings()["kyiv"]
    visitor.post(url("twinning", "your-branch"), BRANCH)
    page = visitor.client.get("/twin/twinning").text
    assert "lvov" in page
    assert "choose “other”" not in page
    assert "Check the spelling, or leave it empty." in page
    assert "is not in the list. Choose from the list" in page


@pytest.mark.parametrize("recipient", ["speaker", "twin"])
def test_a_consent_says_that_details_leave_the_country(app: Flask, recipient: str) -> None:
    with app.test_request_context("/"):
        assert "outside the United Kingdom" in consents.words(recipient, "en")
        assert "за межами Великої Британії" in consents.words(recipient, "uk")


def test_a_page_shows_the_words_that_were_agreed_to(app: Flask, client: FlaskClient, make_request: Make) -> None:
    number, token = make_request("twinning")
    with app.app_context():
        proposal = db.session.get_one(Submission, number)
        consents.record(proposal, "twin", language="en", now=utc_now())
        proposal.consents[-1].text_version, proposal.consents[-1].text = "2026-11", "You may pass my name on."
        db.session.commit()
    page = client.get(f"/track/{token}").text
    assert "You may pass my name on." in page
    assert "outside the United Kingdom" not in page


def test_friday_has_the_apostrophe_of_print_and_is_understood_again(app: Flask) -> None:
    friday = date(2027, 1, 15)
    with app.test_request_context("/"), force_locale("uk"):
        assert in_words(friday) == "п’ятниця, 15 січня 2027 року"
        assert understand_date(in_words(friday), date(2026, 11, 22), Leaning.AHEAD) == friday


@pytest.mark.parametrize(
    ("seconds", "words"), [(1920, "in 32 minutes"), (40, "in 1 minute"), (5400, "in 90 minutes"), (8000, "in 2 hours")]
)
def test_a_wait_is_told_in_minutes_and_hours(app: Flask, seconds: int, words: str) -> None:
    for path, said in (("/find-my-request", f"You can try again {words}."), ("/uk/find-my-request", "можлива через")):
        with app.test_request_context(path):
            app.preprocess_request()
            assert said in errors.page(429, retry_after=seconds).get_data(as_text=True)


@pytest.mark.parametrize("path", ["/contact", "/twin/your-branch"])
def test_our_number_can_be_pressed_on_a_telephone(app: Flask, client: FlaskClient, path: str) -> None:
    put(app, contact_phone="020 7946 0000")
    assert re.search(r'href="tel:02079460000">020 7946 0000</a>', client.get(path, follow_redirects=True).text)


@pytest.mark.parametrize(
    ("words", "language", "shown"),
    [("We hold.", "en", "“We hold.”"), ("Ми тримаємося.", "uk", "«Ми тримаємося.»")],
)
def test_a_quotation_keeps_its_language_and_its_marks(
    app: Flask, client: FlaskClient, words: str, language: str, shown: str
) -> None:
    put(app, quotation=words, quotation_author="Olha Savchenko", quotation_consent="By letter, 1 November")
    for path in ("/", "/uk/"):
        page = client.get(path).text
        assert f'<blockquote lang="{language}"><p>{shown}</p>' in page, path


def test_opening_words_stand_in_a_panel_of_their_own(app: Flask, client: FlaskClient) -> None:
    put(app, opening_text="Our winter appeal is open.")
    page = main_of(client.get("/").text)
    assert page.index("Our winter appeal is open.") < page.index("Already asked us?")


@pytest.mark.parametrize("language", ["en", "uk"])
def test_neighbouring_oblasts_are_all_named(language: str) -> None:
    names = {
        "en": ("Cherkasy", "Volyn", "Lviv", "Ternopil", "Zakarpattia"),
        "uk": ("Черкаська", "Волинська", "Львівська", "Тернопільська", "Закарпатська"),
    }[language]
    points = ((849.0, 268.0), (739.0, 244.0), (727.0, 277.0), (754.0, 281.0), (716.0, 313.0))
    dots = twinnings_shown._named_dots(dict(zip(points, names, strict=True)))
    assert [dot.label for dot in dots] == list(names)
    for dot in dots:
        left, top, right, bottom = twinnings_shown._box(dot)
        for other in dots:
            if other is not dot:
                assert not (left < other.x < right and top < other.y < bottom), (dot, other)


def test_of_many_neighbours_the_first_are_named() -> None:
    names = {(700.0 + 4 * number, 300.0): f"Oblast {number}" for number in range(12)}
    dots = twinnings_shown._named_dots(names)
    assert len(dots) == 12
    assert dots[0].label
    assert all(isinstance(dot, Dot) for dot in dots)

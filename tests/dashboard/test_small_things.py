"""Small things at the desk that a stranger stumbled over."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from portal import settings
from portal.clock import london_day
from portal.dashboard.typed_letters import TypedLetter
from portal.extensions import db
from portal.submissions import intake
from portal.submissions.models import reference_of
from portal.submissions.promises import working_days_after
from tests.dashboard.conftest import Page
from tests.submissions.entries import BRANCH, NOW, speaker_answers
from tests.submissions.walks import move, text_of
from tests.twinning.registrations import register
from tests.twinning.test_waiting import OPENED


def a_letter(body: str) -> TypedLetter:
    return TypedLetter(0, "k", "The branch", "a@example.org", "en", "in English", "Hello", body, False)


def test_the_box_of_a_letter_is_as_tall_as_its_letter(
    coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    assert a_letter("\n".join(["One line"] * 40)).rows == 41
    assert a_letter("word " * 100).rows == 8, "a long paragraph takes several rows"
    assert a_letter("Short").rows == 6
    path = f"/dashboard/requests/{make_request()}/moves/start-matching"
    page = coordinator.get(path).text
    body = re.search(r'<textarea[^>]*rows="([0-9]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert body is not None
    assert int(body[1]) > body[2].count("\n") + 1


def test_ticked_requests_stay_ticked_where_nobody_was_chosen(
    coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    numbers = [make_request() for _ in range(3)]
    page = Page(coordinator, "/dashboard/requests?view=everything")
    ids = re.findall(r'name="ids" value="([0-9]+-[0-9]+)"', page.text)
    chosen = [each for each in ids if not each.startswith(f"{numbers[2]}-")]
    answer = coordinator.post(
        "/dashboard/requests/assign",
        data=page.hidden() | {"ids": chosen, "to": "", "back": "/dashboard/requests?view=everything"},
        follow_redirects=True,
    )
    assert "Choose who takes them on." in answer.text
    assert re.findall(r'value="([0-9]+-[0-9]+)" checked', answer.text) == chosen
    assert "ticked=" not in re.findall(r'name="back" value="([^"]*)"', answer.text)[0]


def test_the_promise_of_a_search_is_what_the_setting_says(app: Flask) -> None:
    sentence = next(row for row in settings.SETTINGS if row.name == "speaker.matching").sentence
    assert "four weeks before the meeting" in sentence
    assert "find a speaker" not in sentence
    with app.app_context():
        request = intake.file(
            db.session(), "speaker", speaker_answers(date_1="7 January 2027"), now=NOW, language="en", by=BRANCH
        )
        move(request, "start-matching")
        assert request.due_on == date(2026, 12, 10), "four weeks before the meeting"
        move(request, "offer")
        move(request, "confirm", confirmed_on="7 January 2027")
        move(request, "speaker-dropped-out")
        soon = working_days_after(london_day(NOW), 1)
        assert request.due_on == soon
        assert f"{soon:%-d %B %Y}" in text_of(request, "speaker/dropped-out")


def test_the_promise_of_a_long_search_is_four_weeks(app: Flask) -> None:
    with app.app_context():
        far = speaker_answers(date_1="25 March 2027")
        request = intake.file(db.session(), "speaker", far, now=NOW, language="en", by=BRANCH)
        move(request, "start-matching")
        assert request.due_on == date(2026, 12, 18), "the Friday before a Sunday"


def test_two_branches_side_by_side_show_what_tells_them_apart(
    app: Flask, coordinator: FlaskClient, look: Callable[..., Any]
) -> None:
    with app.app_context():
        first = intake.file(db.session(), "speaker", speaker_answers(), now=NOW, language="en", by=BRANCH)
        other = speaker_answers(branch_name="Durham Aera", contact_name="Ben Lodge", contact_email="b@example.org")
        second = intake.file(db.session(), "speaker", other, now=NOW + timedelta(minutes=1), language="en", by=BRANCH)
        assert first.branch_id != second.branch_id
        db.session.commit()
        number, into = second.id, first.branch_id
    page = coordinator.get(f"/dashboard/requests/{number}/merge/{into}").text
    rows = re.findall(r'<th scope="row">(\w+)</th><td>([^<]*)</td><td>([^<]*)</td>', page)
    assert ("Union", "NUM", "NUM") in rows
    assert ("Requests", "1", "1") in rows
    assert ("Contacts", "Ben Lodge", "Jean Hall") in rows


def test_the_fee_form_says_save_and_add(coordinator: FlaskClient, sign_in: Callable[..., FlaskClient]) -> None:
    page = sign_in("admin").get("/dashboard/settings/fees/new").text
    assert "Add the fee" in page
    assert "Keep it" not in page


def test_all_answers_stand_in_the_order_in_which_they_were_asked(app: Flask, coordinator: FlaskClient) -> None:
    with app.app_context():
        answers = speaker_answers(title="January meeting", audience_size="40")
        number = intake.file(db.session(), "speaker", answers, now=NOW, language="en", by=BRANCH).id
        db.session.commit()
    page = coordinator.get(f"/dashboard/requests/{number}").text
    told = page[page.index('id="told"') :]
    assert told.index(">Date<") < told.index(">Expecting<")


def test_a_reference_does_not_break_in_the_list_of_letters(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request(title="<b>bold</b>")
    page = coordinator.get("/dashboard/mail?show=waiting").text
    assert f'<span class="nowrap">{reference_of(number)}</span>' in page


def test_what_a_branch_wrote_in_english_is_pointed_out_in_a_ukrainian_letter(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request("twinning", state="seeking", offers="Places at the Gala\nМузику\nA brass band")
    body = register(app, *OPENED, organisation={"oblast": "lviv"})
    path = f"/dashboard/requests/{number}/moves/propose-body"
    answer = coordinator.post(path, data=Page(coordinator, path).hidden() | {"body": str(body), "although": ""})
    assert "these words stand in it as they were typed: “Places at the Gala”, “A brass band”. Please" in answer.text

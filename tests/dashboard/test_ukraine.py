"""Union bodies in Ukraine on the desk: the register, one body, who has looked, and what viewers see of it: nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import utc_now
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import actions, whole
from portal.submissions.models import reference_of
from portal.twinning.bodies import ContactView
from tests.conftest import counted, csrf_token
from tests.dashboard.conftest import boxes
from tests.twinning import registrations
from tests.twinning.registrations import CONFIRMATION, SECRETS, register

MOST_STATEMENTS = 2
MOST_STATEMENTS_OF_ONE = 6
LIST = "/dashboard/ukraine"
HOW_TO_REACH = ("oksana", "000 0000", "Signal", "marko", "Марко", "Ірина")


def listed(html: str) -> list[str]:
    """The names in the list, in its order."""
    return re.findall(r'<a href="/dashboard/ukraine/\d+" lang="uk">([^<]*)<', html)


@pytest.fixture
def three(app: Flask) -> tuple[int, int, int]:
    """A mine that is open for a twin, a confirmed hospital in Lviv, a school in Odesa that nobody has confirmed."""
    mine = register(app, ("confirm", CONFIRMATION), ("open", {}))
    hospital = {"name_uk": "Лікарня", "name_latin": "", "oblast": "lviv", "town": "Стрий", "sectors": ["health"]}
    school = {"name_uk": "Школа", "name_latin": "", "oblast": "odesa", "town": "", "sectors": ["education"]}
    other = {"union_slug": "", "union_text": "Вільна профспілка"}
    return (
        mine,
        register(app, ("confirm", CONFIRMATION), organisation=hospital | other),
        register(app, organisation=school | other),
    )


def test_viewers_see_nothing_of_ukraine(
    sign_in: Callable[..., FlaskClient], three: tuple[int, int, int], app: Flask
) -> None:
    viewer = sign_in("viewer")
    for path in (LIST, f"{LIST}/{three[0]}", f"/dashboard/requests/{three[0]}"):
        assert viewer.get(path).status_code == 403, path
    for query in ("", "?view=everything", f"?view=everything&q={reference_of(three[0])}", "?kind=ukrainian"):
        page = viewer.get(f"/dashboard/requests{query}").text
        assert "Oblast" not in page, query
        assert "krain" not in page.replace("Ukraine Solidarity", ""), query
        # Not even how many there are.
        assert set(re.findall(r'pill__count">([^<]*)<', page)) == {"0"}, query


def test_the_register_is_narrowed_by_oblast_sector_and_status(coordinator: FlaskClient, three: Any) -> None:
    mine = "Первинна організація шахти «Світанок»"
    for query, found in {
        "": ["Лікарня", mine, "Школа"],
        "?oblast=lviv": ["Лікарня"],
        "?sector=education": ["Школа"],
        "?state=open": [mine],
        "?state=received": ["Школа"],
        "?oblast=kharkiv": [],
    }.items():
        assert listed(coordinator.get(LIST + query).text) == found, query


@pytest.mark.parametrize("words", ["Pavlograd", "Pavlohrad", "Павлоград", "svitanok", "світан", "PRUPU", "шахти павл"])
def test_a_body_is_found_by_name_town_and_union_in_any_spelling(
    coordinator: FlaskClient, three: Any, words: str
) -> None:
    assert listed(coordinator.get(LIST, query_string={"words": words}).text) == [
        "Первинна організація шахти «Світанок»"
    ]
    assert (
        "Світанок" not in coordinator.get("/dashboard/requests", query_string={"q": words, "view": "everything"}).text
    )


def test_how_to_reach_a_body_is_shown_to_who_asks_and_each_look_is_noted(
    app: Flask, coordinator: FlaskClient, three: tuple[int, int, int], capsys: pytest.CaptureFixture[str]
) -> None:
    page = f"{LIST}/{three[0]}"
    before = coordinator.get(page).text
    assert "Nobody has looked" in before
    assert [word for word in HOW_TO_REACH[:-1] if word in before] == []
    after = coordinator.post(page, data={"csrf_token": csrf_token(before)})
    assert [word for word in HOW_TO_REACH if word not in after.text] == []
    assert "How to reach them" in after.text.partition("Who has seen this")[2]
    with app.app_context():
        (look,) = db.session.scalars(select(ContactView)).all()
        assert (look.registration_id, look.what) == (three[0], "contact")
        assert look.coordinator is not None
        assert look.coordinator.name in after.text
    logged = "".join(capsys.readouterr())
    assert [secret for secret in SECRETS if secret in logged] == []


def test_the_form_that_corrects_a_contact_is_a_look_too(app: Flask, coordinator: FlaskClient, three: Any) -> None:
    for step in ("organisation", "reach"):
        coordinator.get(f"/dashboard/requests/{three[0]}/correct/{step}")
    with app.app_context():
        assert [look.what for look in db.session.scalars(select(ContactView))] == ["correction"]


@pytest.mark.parametrize("is_ticked", [True, False])
def test_a_corrected_address_gets_a_new_private_link_unless_one_of_us_says_no(
    app: Flask, client: FlaskClient, coordinator: FlaskClient, three: Any, is_ticked: bool
) -> None:
    old = registrations.own_page(app, three[0])
    path = f"/dashboard/requests/{three[0]}/correct/reach"
    page = coordinator.get(path).text
    assert re.search(r'id="new_link"[^>]* checked', page)
    kept = registrations.ANSWERS["reach"] | {"contact_email": "new@example.org"}
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    told = {**kept, **({"new_link": "yes"} if is_ticked else {}), **hidden, "csrf_token": csrf_token(page)}
    answer = coordinator.post(path, data=told, follow_redirects=True)
    assert "The details are corrected." in answer.text
    assert ("A new one is on its way to the new address" in answer.text) is is_ticked
    assert client.get(old).status_code == (404 if is_ticked else 200)
    with app.app_context():
        to_new = db.session.query(OutboxEmail).filter_by(submission_id=three[0], template="common/new-link").all()
        assert [each.to_address for each in to_new] == (["new@example.org"] if is_ticked else [])


def test_the_page_of_the_request_tells_nobody_how_to_reach_them(
    app: Flask, coordinator: FlaskClient, three: tuple[int, int, int]
) -> None:
    page = coordinator.get(f"/dashboard/requests/{three[0]}").text
    assert [word for word in HOW_TO_REACH if word in page] == []
    assert f'href="{LIST}/{three[0]}"' in page


def test_who_has_withdrawn_stands_in_no_list_and_has_no_page(
    app: Flask, coordinator: FlaskClient, three: tuple[int, int, int]
) -> None:
    with app.app_context():
        made = registrations.found(app, three[0])
        actions.perform(db.session, made, "withdraw", by=registrations.BODY, now=made.state_since)
        db.session.commit()
    assert listed(coordinator.get(LIST).text) == ["Лікарня", "Школа"]
    assert coordinator.get(f"{LIST}/{three[0]}").status_code == 404
    assert coordinator.post(f"{LIST}/{three[0]}").status_code in (400, 404)
    everything = coordinator.get("/dashboard/requests?view=everything").text
    assert f"/dashboard/requests/{three[0]}" not in everything
    assert f"/dashboard/requests/{three[1]}" in everything
    page = coordinator.get(f"/dashboard/requests/{three[0]}").text
    assert [secret for secret in SECRETS if secret in page] == []


def test_the_pages_ask_a_fixed_number_of_statements(coordinator: FlaskClient, three: Any) -> None:
    for path, most in ((LIST, MOST_STATEMENTS), (f"{LIST}/{three[0]}", MOST_STATEMENTS_OF_ONE)):
        coordinator.get(path)
        with counted() as statements:
            coordinator.get(path)
        assert len(statements) == most, (path, statements)


def test_no_other_page_of_the_desk_shows_the_address(
    app: Flask, coordinator: FlaskClient, three: tuple[int, int, int]
) -> None:
    request = f"/dashboard/requests/{three[0]}"
    with app.app_context():
        letters = db.session.scalars(select(OutboxEmail.id).where(OutboxEmail.submission_id == three[0])).all()
    paths = [f"/dashboard/mail/{number}" for number in letters]
    paths += [f"/dashboard/mail?show={show}" for show in ("waiting", "sent", "failures", "held")]
    paths += [f"{request}/{page}" for page in ("moves/pause", "moves/withdraw", "message", "new-link", "tasks/new")]
    for path in (*paths, "/dashboard/my-day", "/dashboard/requests?view=everything"):
        page = coordinator.get(path)
        assert page.status_code == 200, path
        assert "oksana.boiko" not in page.text, path
    page = coordinator.get(f"{request}/message").text
    words = {"message": "Дякуємо за терпіння.", "step": "words", **boxes(page)}
    answer = coordinator.post(f"{request}/message", data=words | {"message": "Дякуємо за терпіння."})
    assert "oksana.boiko" not in answer.text
    assert "an address in Ukraine" in coordinator.get(paths[0]).text


def test_the_desk_calls_a_body_no_branch(app: Flask, coordinator: FlaskClient) -> None:
    number = register(app)
    path = f"/dashboard/requests/{number}"
    with app.app_context():
        found = whole.load(db.session(), number)
        assert found is not None
        actions.message_from_branch(db.session(), found, "Коли ви відповісте?", now=utc_now())
        db.session.commit()
    page = coordinator.get(path).text
    for words in ("A message of the body waits", "The body wrote", "Message from the body", "answer the body"):
        assert words in page, words
    for each in (path, f"{path}/message", f"{path}/moves/ask", f"{path}/tasks/new"):
        html = coordinator.get(each).text
        # What they agreed to speaks of their twin.
        main = re.sub(r"(?s)>Consents<.*?</div>", "", html[html.index('<main id="main"') :])
        found = re.search(r".{40}(?:[Tt]he branch|[Tt]his branch)", main)
        assert found is None, (each, found)


def test_a_number_without_a_prefix_is_rung_in_ukraine(app: Flask, coordinator: FlaskClient) -> None:
    number = register(app, reach={"contact_phone": "067 000 00 00"})
    page = f"{LIST}/{number}"
    shown = coordinator.post(page, data={"csrf_token": csrf_token(coordinator.get(page).text)}).text
    assert 'href="tel:+380670000000"' in shown


@pytest.mark.parametrize(
    ("oblast", "says"),
    [
        ("crimea", "Take care: occupied since 2014."),
        ("donetsk", "Take care: occupied since 2014."),
        ("lviv", ""),
    ],
)
def test_a_body_in_danger_is_marked(app: Flask, coordinator: FlaskClient, oblast: str, says: str) -> None:
    page = coordinator.get(f"{LIST}/{register(app, organisation={'oblast': oblast})}").text
    assert says in page
    assert ("Take care" in page) == bool(says)


def test_how_well_they_speak_english_is_said_of_english(app: Flask, coordinator: FlaskClient) -> None:
    page = coordinator.get(f"/dashboard/requests/{register(app)}").text
    assert "Ukrainian, English: A little" in page

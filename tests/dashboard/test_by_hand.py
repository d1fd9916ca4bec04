"""Adding a request that came by telephone, letter, email or at a stall."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts import commands
from portal.clock import utc_now
from portal.extensions import db
from tests.conftest import PASSWORD, csrf_token
from tests.dashboard.conftest import Page, boxes

LITTLE = {
    "channel": "telephone",
    "your-branch--body_type": "branch",
    "your-branch--union": "num",
    "your-branch--branch_name": "Durham Area",
    "your-branch--town": "Durham",
    "you--contact_name": "Jean Armstrong",
    "you--contact_email": "j.armstrong@example.org",
    "you--language": "en",
}
OF_KIND = {
    "speaker": {"date_rule": "2nd Tuesday of the month"},
    "twinning": {},
    "affiliation": {},
}


def fill(html: str, values: dict[str, str]) -> dict[str, str]:
    """What a browser sends: the boxes as they are, and what was typed, under whichever step has the field."""
    names = set(re.findall(r'name="([^"]+)"', html))
    found = boxes(html)
    for name, value in values.items():
        whole = name if name in names else next((each for each in names if each.endswith(f"--{name}")), name)
        found[whole] = value
    return found


@pytest.mark.parametrize("kind", ["speaker", "twinning", "affiliation"])
def test_a_little_is_enough(
    coordinator: FlaskClient, look: Callable[..., Any], rows: Callable[..., list[Any]], kind: str
) -> None:
    path = f"/dashboard/requests/new/{kind}"
    assert f'href="{path}"' in coordinator.get("/dashboard/requests/new").text
    html = coordinator.get(path).text
    data = fill(html, LITTLE | OF_KIND[kind])
    answer = coordinator.post(path, data=data)
    wrong = re.findall(r'<li><a href="#([^"]+)">([^<]+)', answer.text)
    assert answer.status_code == 303, wrong
    assert look(1, "kind", "channel", "contact_name") == (kind, "telephone", "Jean Armstrong")
    assert "by telephone" in coordinator.get(answer.location).text
    assert coordinator.post(path, data=data).location == answer.location
    assert rows("SELECT count(*) FROM submissions") == [(1,)]
    assert rows("SELECT actor, coordinator_id FROM events WHERE name = 'received'") == [("coordinator", 1)]


def test_what_is_missing_is_asked_for_and_nothing_is_lost(coordinator: FlaskClient) -> None:
    path = "/dashboard/requests/new/speaker"
    html = coordinator.get(path).text
    answer = coordinator.post(path, data=fill(html, {"you--contact_email": "nonsense", "your-branch--town": "Durham"}))
    assert answer.status_code == 200
    assert "Choose how it came" in answer.text
    assert 'href="#you--contact_email"' in answer.text
    found = boxes(answer.text)
    assert found["you--contact_email"] == "nonsense"
    assert found["your-branch--town"] == "Durham"


def test_every_control_has_a_name_of_its_own(coordinator: FlaskClient) -> None:
    for kind in ("speaker", "twinning", "affiliation"):
        html = coordinator.get(f"/dashboard/requests/new/{kind}").text
        ids = re.findall(r'\bid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), {each for each in ids if ids.count(each) > 1}


def test_an_unknown_kind_is_not_found(coordinator: FlaskClient) -> None:
    assert coordinator.get("/dashboard/requests/new/nothing").status_code == 404


def test_a_renewal_by_hand_pressed_twice_renews_once(coordinator: FlaskClient, rows: Callable[..., list[Any]]) -> None:
    path = "/dashboard/requests/new/affiliation"
    assert coordinator.post(path, data=fill(coordinator.get(path).text, LITTLE)).status_code == 303
    again = fill(coordinator.get(path).text, LITTLE | {"members": "150"})
    before = rows("SELECT count(*) FROM outbox_emails")[0][0]
    places = {coordinator.post(path, data=again).location for _ in range(3)}
    assert places == {"/dashboard/requests/1"}
    assert rows("SELECT name, count(*) FROM events GROUP BY name ORDER BY name") == [
        ("amended", 1), ("note", 1), ("received", 1),
    ]  # fmt: skip
    assert rows("SELECT count(*) FROM outbox_emails") == [(before,)]
    page = coordinator.get("/dashboard/requests/1").text
    assert "had a request of this kind already: the form was put with USC-1001" in page
    assert "Message from the branch" not in page


@pytest.mark.postgres
def test_two_presses_at_the_same_moment_file_one_request(postgres_app: Flask) -> None:
    with postgres_app.app_context():
        commands.create_coordinator(
            email="maria@example.org", name="Maria", role="coordinator", password=PASSWORD, now=utc_now()
        )
        db.session.commit()
        db.session.remove()
    clients = []
    for _ in range(4):
        client = postgres_app.test_client()
        token = csrf_token(client.get("/login").text)
        client.post("/login", data={"email": "maria@example.org", "password": PASSWORD, "csrf_token": token})
        clients.append(client)
    path = "/dashboard/requests/new/twinning"
    data = fill(clients[0].get(path).text, LITTLE)
    # Each browser has a form token of its own; the page behind them is the same one.
    tokens = [csrf_token(client.get(path).text) for client in clients]
    together = Barrier(len(clients))

    def press(number: int) -> tuple[int, str]:
        together.wait(timeout=10)
        answer = clients[number].post(path, data=data | {"csrf_token": tokens[number]})
        return answer.status_code, answer.location

    with ThreadPoolExecutor(len(clients)) as pool:
        answers = set(pool.map(press, range(len(clients))))
    assert answers == {(303, "/dashboard/requests/1")}


def add_email(client: FlaskClient, number: int, address: str = "jean@example.org") -> str:
    """Correct the contact of a request that came without an address; the request page after it."""
    path = f"/dashboard/requests/{number}/correct/you"
    answer = client.post(path, data=boxes(client.get(path).text) | {"contact_email": address})
    assert answer.status_code == 303
    return client.get(answer.location).text


@pytest.mark.parametrize(
    ("state", "said", "template"),
    [
        ("", "Our first letter, with the private link, is on its way to the branch.", "speaker/received"),
        ("matching", "Our first letter, with the private link, is on its way to the branch.", "common/first-link"),
        ("declined", "The request is closed, so no letter leaves. You can send the private link.", ""),
    ],
)
def test_who_gets_an_address_later_gets_the_first_letter_then(
    coordinator: FlaskClient,
    make_request: Callable[..., int],
    rows: Callable[..., list[Any]],
    state: str,
    said: str,
    template: str,
) -> None:
    number = make_request(state=state, contact_email="", channel="telephone")
    assert rows("SELECT template FROM outbox_emails") == []
    page = add_email(coordinator, number)
    assert said in page
    assert "Your email address" not in page
    assert "Email: jean@example.org" in page
    assert [one for (one,) in rows("SELECT template FROM outbox_emails WHERE role = 'branch'")] == (
        [template] * bool(template)
    )
    add_email(coordinator, number, "jean.armstrong@example.org")
    assert len(rows("SELECT id FROM outbox_emails WHERE role = 'branch'")) == bool(template)


def test_the_first_letter_of_a_held_request_waits_with_it(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], rows: Callable[..., list[Any]]
) -> None:
    number = make_request(contact_email="", held_reason="honeypot", is_open=False)
    assert "waits until you let the request in" in add_email(coordinator, number)
    assert rows("SELECT template, state FROM outbox_emails WHERE role = 'branch'") == [("speaker/received", "held")]


def test_a_first_private_link_speaks_of_no_old_one(
    coordinator: FlaskClient, make_request: Callable[..., int], rows: Callable[..., list[Any]]
) -> None:
    number = make_request(state="declined", contact_email="")
    add_email(coordinator, number)
    page = Page(coordinator, f"/dashboard/requests/{number}/new-link")
    assert "This is our first letter about it." in page.text
    assert "old link" not in page.text.lower()
    shown = coordinator.get(page.post().location).text
    assert "The private link is on its way to the branch." in shown
    assert [one for (one,) in rows("SELECT template FROM outbox_emails WHERE role = 'branch'")] == ["common/first-link"]
    assert "The old link stops working" in coordinator.get(f"/dashboard/requests/{number}/new-link").text

"""A request by hand for each of several dates, what its page says of the others, and all of a held form at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.clock import london_day, utc_now
from portal.submissions.day_words import in_words_of
from tests.conftest import counted
from tests.dashboard.conftest import Page
from tests.dashboard.test_by_hand import LITTLE, fill
from tests.public import walk

DAYS = [london_day(utc_now()) + timedelta(days=60 + number) for number in range(3)]
DATES = {f"date_{number}": f"{day:%d %B %Y}" for number, day in enumerate(DAYS, start=1)}


def add(client: FlaskClient, on_dates: str) -> str:
    """Add a request by hand, pressing the button twice; the text of the page that follows."""
    path = "/dashboard/requests/new/speaker"
    data = fill(client.get(path).text, LITTLE | DATES | {"on_dates": on_dates})
    assert client.post(path, data=data).location == client.post(path, data=data).location
    return unescape(client.get(client.post(path, data=data).location).text)


def test_by_hand_each_date_is_a_request_and_their_pages_lead_to_each_other(
    coordinator: FlaskClient, rows: Callable[..., list[Any]]
) -> None:
    assert "They want a speaker on each of them" in coordinator.get("/dashboard/requests/new/speaker").text
    page = add(coordinator, "each")
    assert "USC-1001, USC-1002 and USC-1003 are in the queue." in page
    assert rows("SELECT count(*), count(draft_id) FROM submissions WHERE sent_with = 1") == [(3, 1)]
    coordinator.get("/dashboard/requests/3")
    with counted() as statements:
        page = unescape(coordinator.get("/dashboard/requests/2").text)
    # As of any page of a request, and one that looks for branches like this new one.
    assert len(statements) <= 7, statements
    said = re.search(r"<p>One of three: the branch wants a speaker on each of its dates\..*?</p>", page)
    assert said is not None
    links = re.findall(r'href="([^"]+)">([^<]+)<', said[0])
    assert links == [
        (f"/dashboard/requests/{number}", f"USC-100{number} ({in_words_of(DAYS[number - 1], 'en')})")
        for number in (1, 3)
    ]
    assert "other open request" not in page
    assert "If there are several dates" not in coordinator.get("/dashboard/requests/2/correct/meeting").text


def test_by_hand_alternatives_are_one_request(coordinator: FlaskClient, rows: Callable[..., list[Any]]) -> None:
    page = add(coordinator, "one")
    assert "USC-1001 is in the queue." in page
    assert "wants a speaker on each of its dates" not in page
    assert rows("SELECT count(*), count(sent_with) FROM submissions") == [(1, 0)]


@pytest.mark.parametrize(
    ("path", "said", "state", "letters"),
    [
        ("release", "USC-1001, USC-1002 and USC-1003 are in the queue now, and their letters are leaving.", "received",
         "queued"),
        ("decline-held", "USC-1001, USC-1002 and USC-1003 are declined. No letter was sent.", "declined", "cancelled"),
    ],
)  # fmt: skip
def test_whoever_looks_at_one_of_a_held_form_has_seen_all(
    client: FlaskClient, coordinator: FlaskClient, rows: Callable[..., list[Any]],
    path: str, said: str, state: str, letters: str,
) -> None:  # fmt: skip
    walk.fill(client, "speaker", {"meeting": DATES | {"on_dates": "each"}})
    walk.post(client, walk.url("speaker", "check"), {"website": "http://spam.example"})
    assert rows("SELECT count(*) FROM submissions WHERE held_reason = 'trap'") == [(3,)]
    page = Page(coordinator, "/dashboard/requests/2")
    answer = page.post(f"/dashboard/requests/2/{path}")
    shown = unescape(coordinator.get(answer.location).text)
    assert said in shown, shown[shown.index("<main") :]
    assert rows("SELECT state, count(*) FROM submissions WHERE held_reason IS NULL GROUP BY state") == [(state, 3)]
    assert rows("SELECT DISTINCT state FROM outbox_emails") == [(letters,)]

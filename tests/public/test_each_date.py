"""Who wants a speaker on each of several dates has a request for each: made in one go, and each with all its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.emails import links
from portal.extensions import db
from tests.conftest import counted, csrf_token
from tests.public import walk
from tests.public.conftest import main_of
from tests.public.walk import MEETING_ON, Visitor

DAYS = [MEETING_ON + timedelta(days=number) for number in range(3)]
THREE = {
    # The middle one first: requests are numbered as the days come.
    "date_1": f"{DAYS[1]:%d %B %Y}",
    "date_2": f"{DAYS[0]:%d %B %Y}",
    "time_2": "6pm",
    "date_3": f"{DAYS[2]:%d %B %Y}",
    "on_dates": "each",
}
REFERENCES = ["USC-1001", "USC-1002", "USC-1003"]
WORDS = "We make a request of each date."


def letters(rows: Callable[..., list[Any]]) -> list[tuple[int, str]]:
    """Request and text of each letter to the branch, the oldest first."""
    of_a_branch = "FROM outbox_emails WHERE template = 'speaker/received' ORDER BY id"
    return rows(f"SELECT submission_id, text {of_a_branch}")


def link_in(text: str) -> str:
    """What stands for the private link in a letter."""
    found = re.search(r"\[\[link:\d+\]\]", text)
    assert found is not None
    return found[0]


def page_of(app: Flask, number: int) -> str:
    """The path of a branch's own page."""
    with app.app_context():
        link = links.issue(db.session, "track", number, utc_now())
        db.session.commit()
        return links.path_of(link)


def test_the_form_asks_whether_dates_are_alternatives(client: FlaskClient) -> None:
    html = client.get(walk.url("speaker", "meeting")).text
    group = html[html.index("If you have named several dates, what would you like?") :]
    assert re.search(r'value="one"\s+checked', group)
    assert "A speaker on each of them" in group
    assert html.index('name="date_3"') < html.index('name="on_dates"') < html.index('name="date_rule"')


def test_alternatives_are_one_request(visitor: Visitor, rows: Callable[..., list[Any]]) -> None:
    visitor.fill("speaker", meeting=THREE | {"on_dates": "one"})
    page = visitor.client.get(walk.url("speaker", "check")).text
    assert "A speaker on one of them, whichever suits best" in page
    assert WORDS not in page
    assert "taken over for each date" not in page
    visitor.send("speaker")
    assert rows("SELECT count(*), count(sent_with) FROM submissions") == [(1, 0)]


@pytest.mark.parametrize(("language", "said"), [("en", "on one of these:"), ("uk", "один із таких варіантів:")])
def test_a_letter_says_that_one_of_several_dates_is_asked_for(
    visitor: Visitor, rows: Callable[..., list[Any]], language: str, said: str
) -> None:
    several = THREE | {"on_dates": "one", "date_rule": "2nd Tuesday of the month, any will do"}
    visitor.ask("speaker", meeting=several, you={"language": language})
    assert said in letters(rows)[0][1]


def test_a_letter_about_one_date_speaks_of_no_choice(visitor: Visitor, rows: Callable[..., list[Any]]) -> None:
    visitor.ask("speaker")
    assert "one of these" not in letters(rows)[0][1]


def test_one_date_is_one_request_whatever_is_ticked(visitor: Visitor, rows: Callable[..., list[Any]]) -> None:
    visitor.fill("speaker", meeting={"on_dates": "each"})
    page = visitor.client.get(walk.url("speaker", "check")).text
    assert "several dates" not in page
    assert WORDS not in page
    visitor.send("speaker")
    assert rows("SELECT count(*), count(sent_with) FROM submissions") == [(1, 0)]


def test_each_date_becomes_a_request_and_all_name_each_other(visitor: Visitor, rows: Callable[..., list[Any]]) -> None:
    visitor.fill("speaker", meeting=THREE)
    check = visitor.client.get(walk.url("speaker", "check")).text
    assert WORDS in check
    assert "A speaker on each of them" in check
    assert "The place, and how many may come, are taken over for each date. Is one of them elsewhere?" in check
    thanks = main_of(visitor.client.get(visitor.send("speaker").location).text)
    assert re.findall(r"USC-\d+", thanks[: thanks.index("What happens next")]) == REFERENCES
    assert "A letter about each request comes to" in thanks
    # The same form once more: nothing more is made.
    assert walk.post(visitor.client, walk.url("speaker", "check")).location == walk.url("speaker", "sent")
    both = "submissions s JOIN speaker_requests r USING (id)"
    found = rows(f"SELECT s.id, s.sent_with, s.meeting_on, r.dates FROM {both} ORDER BY s.id")
    assert [(number, first) for number, first, *_ in found] == [(1, 1), (2, 1), (3, 1)]
    assert [str(row[2])[:10] for row in found] == [str(day) for day in DAYS]
    assert all(str(day) in row[3] and row[3].count('"on"') == 1 for day, row in zip(DAYS, found, strict=True))
    assert '"18:00"' in found[0][3]
    assert '"19:30"' in found[1][3]
    assert rows("SELECT count(*) FROM consents") == [(3,)]
    sent = letters(rows)
    assert [number for number, _ in sent] == [1, 2, 3]
    assert len({link_in(text) for _, text in sent}) == 3
    for number, text in sent:
        assert set(re.findall(r"USC-\d+", text)) == set(REFERENCES)
        assert text.count(f"- {REFERENCES[number - 1]}") == 0


def test_the_page_of_each_names_the_others_and_changes_alone(
    app: Flask, visitor: Visitor, rows: Callable[..., list[Any]]
) -> None:
    visitor.ask("speaker", meeting=THREE)
    path = page_of(app, 2)
    with counted() as statements:
        page = main_of(visitor.client.get(path).text)
    assert len(statements) <= 7, statements
    others = re.search(r"You asked for a speaker on each of your dates\..*?</p>", page)
    assert others is not None
    assert re.findall(r"USC-\d+", others[0]) == ["USC-1001", "USC-1003"]
    change = visitor.client.get(f"{path}/change/meeting").text
    assert "on_dates" not in change
    later = DAYS[1] + timedelta(days=30)
    data = {"date_1": f"{later:%d %B %Y}", "time_1": "7pm", "csrf_token": csrf_token(change)}
    marks = re.search(r'name="shown" value="([^"]*)"', change)
    answer = visitor.client.post(f"{path}/change/meeting", data=data | ({"shown": marks[1]} if marks else {}))
    assert answer.status_code == 303, walk.errors_on(answer.text)
    days = [str(row[0])[:10] for row in rows("SELECT meeting_on FROM submissions ORDER BY id")]
    assert days == [str(DAYS[0]), str(later), str(DAYS[2])]


def test_a_request_that_was_withdrawn_is_named_as_such_on_the_page_of_the_others(
    app: Flask, visitor: Visitor, sign_in: Callable[..., FlaskClient]
) -> None:
    visitor.ask("speaker", meeting=THREE)
    visitor.post(f"{page_of(app, 2)}/moves/withdraw", {"reason": "One evening too many"})
    page = visitor.client.get(page_of(app, 1)).text
    others = re.search(r"You asked for a speaker on each of your dates\..*?</p>", page)
    assert others is not None
    middle, last = re.findall(r"USC-\d+ \(.*?\)", others[0])
    assert middle.endswith(", withdrawn)")
    assert "withdrawn" not in last
    desk = sign_in().get("/dashboard/requests/1").text
    assert f">{middle}</a>" in desk


@pytest.mark.parametrize("prefix", ["", "/uk"])
def test_two_dates_are_two_requests_in_both_languages(
    visitor: Visitor, rows: Callable[..., list[Any]], prefix: str
) -> None:
    visitor.fill("speaker", prefix=prefix, meeting=THREE | {"date_3": ""}, you={"language": "uk" if prefix else "en"})
    answer = visitor.send("speaker", prefix)
    assert re.findall(r"USC-\d+", main_of(visitor.client.get(answer.location).text))[:2] == REFERENCES[:2]
    assert [number for number, _ in letters(rows)] == [1, 2]
    if prefix:
        assert "окремий запит" in letters(rows)[0][1]


def test_all_of_a_held_form_wait(visitor: Visitor, rows: Callable[..., list[Any]]) -> None:
    visitor.fill("speaker", meeting=THREE)
    visitor.post(walk.url("speaker", "check"), {"website": "http://spam.example"})
    assert rows("SELECT count(*) FROM submissions WHERE held_reason = 'trap' AND NOT is_open") == [(3,)]
    assert rows("SELECT DISTINCT state FROM outbox_emails") == [("held",)]

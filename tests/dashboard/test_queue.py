"""The queue: views, filters, paging, roles, and what a page may cost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.dashboard.queue_choices import state_choices
from portal.extensions import db
from portal.submissions import intake
from portal.submissions.models import Submission
from portal.submissions.queries import VIEWS
from tests.conftest import counted, csrf_token
from tests.dashboard.conftest import Page, day, post_all
from tests.submissions.entries import BRANCH, speaker_answers
from tests.submissions.walks import move

MOST_STATEMENTS = 6


def numbers(html: str) -> list[int]:
    """The requests in a table, in its order."""
    return [int(number) for number in re.findall(r'class="queue__name"><a href="/dashboard/requests/(\d+)"', html)]


def test_a_row_says_who_what_when_and_how_it_stands(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    make_request(now=utc_now() - timedelta(days=8), meeting_on=day(9), due_on=day(-1), queue_on=day(-1))
    html = coordinator.get("/dashboard/requests").text
    assert "NUM Durham Area</a>" in html
    assert "USC-1001" in html
    assert "8 days" in html
    assert '<span class="soon">' in html
    assert '<span class="tag tag--new">New</span> <span class="tag tag--overdue">Overdue</span>' in html
    assert "<i>Unassigned</i>" in html


def test_a_meeting_is_bold_only_when_it_is_near(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    make_request(meeting_on=day(15))
    assert 'class="soon"' not in coordinator.get("/dashboard/requests").text


@pytest.mark.parametrize("view", [view.name for view in VIEWS])
def test_every_view_has_its_own_empty_page(coordinator: FlaskClient, view: str) -> None:
    html = coordinator.get(f"/dashboard/requests?view={view}").text
    assert 'class="empty__heading"' in html
    assert "<table" not in html


def test_an_unknown_view_is_the_first_one(coordinator: FlaskClient) -> None:
    assert coordinator.get("/dashboard/requests?view=%00nothing").status_code == 200


def test_views_count_what_they_hold(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    make_request()
    make_request(held_reason="trap")
    html = coordinator.get("/dashboard/requests?view=held").text
    assert len(numbers(html)) == 1
    assert re.search(r'Held for review <b class="pill__count">1</b>', html)
    assert re.search(r'Everything <b class="pill__count">1</b>', html)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=speaker", 1),
        ("kind=twinning", 1),
        ("kind=nothing", 2),
        ("state=received", 2),
        ("state=matching", 0),
        ("region=wales", 1),
        ("union=999999999999", 2),
        ("coordinator=none", 2),
        ("coordinator=1", 0),
        ("q=Llanelli", 1),
        ("q=USC-1009", 0),
        ("q=%22%27%3B--+DROP", 0),
        ("kind=twinning&region=wales&q=llan", 1),
    ],
)
def test_filters_narrow_the_list(
    coordinator: FlaskClient, make_request: Callable[..., int], query: str, found: int
) -> None:
    make_request()
    make_request("twinning", heading="UNISON Llanelli", branch_name="Llanelli", town="Llanelli", region_slug="wales")
    assert len(numbers(coordinator.get(f"/dashboard/requests?view=everything&{query}").text)) == found


def test_what_was_typed_into_the_filters_stays(coordinator: FlaskClient) -> None:
    html = coordinator.get('/dashboard/requests?q="><script>alert(1)</script>&kind=twinning').text
    assert "<script>alert" not in html
    assert '<option value="twinning" selected>' in html


def test_pages_lose_and_double_no_row(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    made = {make_request(due_on=day(number % 3), queue_on=day(number % 3)) for number in range(120)}
    for view in ("waiting-on-us", "everything"):
        seen: list[int] = []
        url: str | None = f"/dashboard/requests?view={view}"
        pages = 0
        while url:
            html = coordinator.get(url).text
            seen += numbers(html)
            pages += 1
            found = re.search(r'href="([^"]*)" rel="next"', html)
            url = found[1].replace("&amp;", "&") if found else None
        assert pages == 3
        assert len(seen) == len(set(seen)) == 120
        assert set(seen) == made
        assert "Back to the start" in html


def test_the_soonest_due_comes_first(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    late = make_request(due_on=day(5), queue_on=day(5))
    soon = make_request(due_on=day(1), queue_on=day(1))
    assert numbers(coordinator.get("/dashboard/requests").text) == [soon, late]


def test_a_branch_whose_speaker_has_dropped_out_comes_before_those_to_whom_we_are_late(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    late = make_request(due_on=day(-9), queue_on=day(-9))
    with app.app_context():
        request = intake.file(db.session(), "speaker", speaker_answers(), now=utc_now(), language="en", by=BRANCH)
        for name in ("offer", "confirm", "speaker-dropped-out"):
            move(request, name, now=utc_now())
        number = request.id
        db.session.commit()
    html = coordinator.get("/dashboard/requests").text
    assert numbers(html) == [number, late]
    assert html.count("Speaker gone") == 1, "the row says why it stands there"
    assert numbers(coordinator.get("/dashboard/requests?view=overdue").text) == [late]
    with app.app_context():
        move(db.session.get_one(Submission, number), "offer", now=utc_now(), speaker_email="petro@example.org")
        db.session.commit()
    assert numbers(coordinator.get("/dashboard/requests").text) == [late]
    assert "Speaker gone" not in coordinator.get("/dashboard/requests?view=everything").text


class TestLookingUp:
    """A reference leads to its request; words that fit nothing in a view are looked for in all requests."""

    @pytest.mark.parametrize("typed", ["USC-1001", "usc 1001", "USC1001", " 1001 "])
    def test_a_whole_reference_leads_to_its_request_from_any_view(
        self, coordinator: FlaskClient, make_request: Callable[..., int], typed: str
    ) -> None:
        make_request(state="closed")
        answer = coordinator.get("/dashboard/requests", query_string={"view": "new", "q": typed})
        assert (answer.status_code, answer.location) == (302, "/dashboard/requests/1")

    @pytest.mark.parametrize("typed", ["USC-1777", "999999999", "USC-1", "1001 Durham"])
    def test_any_other_words_are_searched_for(
        self, coordinator: FlaskClient, make_request: Callable[..., int], typed: str
    ) -> None:
        make_request()
        assert coordinator.get("/dashboard/requests", query_string={"q": typed}).status_code == 200

    def test_what_fits_in_no_view_is_counted_and_shown_in_all(
        self, coordinator: FlaskClient, make_request: Callable[..., int]
    ) -> None:
        for _ in range(2):
            make_request(state="closed", town="Llanelli")
        make_request("twinning", state="closed", town="Llanelli")
        coordinator.get("/dashboard/requests")
        with counted() as statements:
            html = coordinator.get("/dashboard/requests?view=new&kind=speaker&q=llanelli").text
        assert len(statements) <= MOST_STATEMENTS, statements
        assert "Nothing fits in “New”" in html
        assert "2 requests in “Everything” fit" in html
        target = re.search(r'class="button button--quiet" href="([^"]*)">Show them', html)
        assert target
        assert len(numbers(coordinator.get(target[1].replace("&amp;", "&")).text)) == 2

    @pytest.mark.parametrize("view", ["everything", "new"])
    def test_what_is_held_for_review_is_found(
        self, coordinator: FlaskClient, make_request: Callable[..., int], view: str
    ) -> None:
        make_request(held_reason="too-fast", is_open=False, town="Kirkcaldy")
        html = coordinator.get(f"/dashboard/requests?view={view}&q=kirkcaldy").text
        assert "1 request in “Held for review” fits." in html
        target = re.search(r'class="button button--quiet" href="([^"]*)">Show them', html)
        assert target
        assert len(numbers(coordinator.get(target[1].replace("&amp;", "&")).text)) == 1

    def test_what_fits_nowhere_says_so(self, coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
        make_request()
        html = coordinator.get("/dashboard/requests?view=new&q=zeppelin").text
        assert "Nothing fits these filters" in html
        assert "Show all of this view" in html

    def test_what_fits_here_may_fit_elsewhere_too(
        self, coordinator: FlaskClient, make_request: Callable[..., int]
    ) -> None:
        make_request()
        make_request(state="closed")
        html = coordinator.get("/dashboard/requests?view=new&q=durham").text
        assert 'href="/dashboard/requests?view=everything&amp;q=durham">Search everything</a>' in html
        assert "Search everything" not in coordinator.get("/dashboard/requests?view=everything&q=durham").text

    def test_a_viewer_is_shown_the_reference_where_it_stands(
        self, sign_in: Callable[..., FlaskClient], make_request: Callable[..., int]
    ) -> None:
        make_request(state="closed")
        html = sign_in("viewer").get("/dashboard/requests?view=new&q=usc1001").text
        assert "1 request in “Everything” fits" in html


@pytest.mark.parametrize("many", [1, 3, 60])
def test_a_page_costs_few_statements(coordinator: FlaskClient, make_request: Callable[..., int], many: int) -> None:
    for number in range(many):
        make_request("speaker" if number % 2 else "affiliation", coordinator_id=1 if number % 3 else None)
    for query in ("", "?view=everything&q=durham&kind=speaker"):
        with counted() as statements:
            assert coordinator.get(f"/dashboard/requests{query}").status_code == 200
        assert len(statements) <= MOST_STATEMENTS, statements


def test_stored_texts_are_harmless(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    make_request(heading='<img src=x onerror="alert(1)">')
    html = coordinator.get("/dashboard/requests").text
    assert "<img src=x" not in html
    assert "&lt;img src=x" in html


class TestViewer:
    """A viewer sees references, kinds, states, regions and dates."""

    def test_sees_no_name(self, sign_in: Callable[..., FlaskClient], make_request: Callable[..., int]) -> None:
        make_request()
        html = sign_in("viewer", name="Vera Novak").get("/dashboard/requests?view=everything").text
        assert "USC-1001" in html
        assert "North East" in html
        for secret in ("Durham", "NUM", "Jean", "armstrong", "/dashboard/requests/1"):
            assert secret not in html.replace('value="num"', "")

    def test_finds_by_reference_only(
        self, sign_in: Callable[..., FlaskClient], make_request: Callable[..., int]
    ) -> None:
        make_request()
        make_request()
        viewer = sign_in("viewer")
        found = {
            typed: viewer.get(f"/dashboard/requests?view=everything&q={typed}").text.count('class="queue__name"')
            for typed in ("USC-1002", "usc 1002", "1002", "Durham", "armstrong", "USC-1")
        }
        assert found == {"USC-1002": 1, "usc 1002": 1, "1002": 1, "Durham": 0, "armstrong": 0, "USC-1": 0}

    def test_union_and_coordinator_do_not_narrow(
        self, sign_in: Callable[..., FlaskClient], make_request: Callable[..., int]
    ) -> None:
        make_request()
        html = sign_in("viewer").get("/dashboard/requests?view=everything&union=5&coordinator=1").text
        assert "USC-1001" in html


class TestBulkAssign:
    """Several requests to somebody at once."""

    def test_gives_the_ticked_ones(
        self, coordinator: FlaskClient, make_request: Callable[..., int], look: Callable[..., object]
    ) -> None:
        first, second, third = make_request(), make_request(), make_request()
        page = Page(coordinator, "/dashboard/requests?view=unassigned")
        answer = page.post(
            "/dashboard/requests/assign", ids=[f"{first}-1", f"{second}-1"], to="1", back="/dashboard/requests?view=new"
        )
        assert answer.location == "/dashboard/requests?view=new"
        assert [look(number, "coordinator_id") for number in (first, second, third)] == [1, 1, None]
        assert "2 requests were given to Maria Kovalenko." in coordinator.get("/dashboard/requests").text

    def test_tells_each_conflict_and_does_the_rest(
        self, coordinator: FlaskClient, make_request: Callable[..., int], look: Callable[..., object]
    ) -> None:
        first, second = make_request(), make_request()
        page = Page(coordinator, "/dashboard/requests")
        Page(coordinator, f"/dashboard/requests/{first}").post(f"/dashboard/requests/{first}/note", note="Rang them")
        page.post("/dashboard/requests/assign", ids=[f"{first}-1", f"{second}-1"], to="1")
        assert look(first, "coordinator_id") is None
        assert look(second, "coordinator_id") == 1
        html = coordinator.get("/dashboard/requests").text
        assert "USC-1001, NUM Durham Area: somebody was faster than you" in html
        assert "1 request was given to Maria Kovalenko" in html

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            ({"to": "1"}, "Tick the requests first"),
            ({"to": "", "ids": "1-1"}, "Choose who takes them on"),
            ({"to": "99", "ids": "1-1"}, "Choose who takes them on"),
            ({"to": "1", "ids": "x-y"}, "Tick the requests first"),
        ],
    )
    def test_says_what_is_missing(
        self, coordinator: FlaskClient, make_request: Callable[..., int], data: dict[str, str], told: str
    ) -> None:
        make_request()
        Page(coordinator, "/dashboard/requests").post("/dashboard/requests/assign", **data)
        assert told in coordinator.get("/dashboard/requests").text

    @pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/dashboard/requests?\\x", "/login"])
    def test_goes_back_to_the_queue_only(
        self, coordinator: FlaskClient, make_request: Callable[..., int], back: str
    ) -> None:
        make_request()
        answer = Page(coordinator, "/dashboard/requests").post("/dashboard/requests/assign", back=back)
        assert answer.location == "/dashboard/requests"

    def test_not_for_viewers(self, sign_in: Callable[..., FlaskClient], make_request: Callable[..., int]) -> None:
        make_request()
        viewer = sign_in("viewer")
        token = csrf_token(viewer.get("/dashboard/account").text)
        answer = viewer.post("/dashboard/requests/assign", data={"csrf_token": token, "ids": "1-1", "to": "1"})
        assert answer.status_code == 403


def test_a_request_that_was_answered_is_not_new_again(
    coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request("affiliation", state="awaiting-decision", decision="going", decided_on=day(-5))
    make_request()
    path = f"/dashboard/requests/{number}/moves/carried"
    html = post_all(coordinator, path, coordinator.get(path).text).text
    assert post_all(coordinator, path, html, step="send").status_code == 303
    tag = '<span class="tag tag--checking">Being checked</span>'
    assert tag in coordinator.get(f"/dashboard/requests/{number}").text
    assert tag in coordinator.get("/dashboard/requests").text
    assert numbers(coordinator.get("/dashboard/requests?view=new").text) == [2]
    assert re.search(r'New <b class="pill__count">1</b>', coordinator.get("/dashboard/requests").text)


def test_states_that_wait_for_different_things_have_different_words(coordinator: FlaskClient) -> None:
    html = coordinator.get("/dashboard/requests").text
    options = re.findall(r"<option[^>]*>([^<]*)</option>", html.partition('id="state"')[2].partition("</select>")[0])
    assert len(options) == len(set(options))
    assert "Waiting for decision" in options
    assert "Waiting for branch (affiliation)" in options
    assert "Question asked" not in options


def test_states_that_share_a_word_name_their_kinds_in_words() -> None:
    labels = dict(state_choices())
    assert labels["waiting"] == "Waiting for branch (twinning proposal, Ukrainian registration)"

"""Who fits, on the desk: the panel of a request, the whole list, what each costs, and who sees it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.extensions import db
from portal.speakers import keeping
from portal.speakers.engagements import Offer
from portal.speakers.register import WeeklyHours
from tests.conftest import counted
from tests.dashboard.conftest import day, post_all

MOST_STATEMENTS = 10
"""Six for the page, four for the panel."""
MOST_STATEMENTS_OF_THE_LIST = 7
MEETING: dict[str, Any] = {
    "meeting_format": "in-person",
    "venue_postcode": "DH1 4BE",
    "topics": ["miners"],
    "meeting_on": day(50),
    "dates": [{"on": day(50).isoformat(), "time": "19:00", "time_text": "7pm"}],
}


@pytest.fixture
def make_speaker(app: Flask) -> Callable[..., int]:
    """Takes a speaker into the register, who has agreed and can at any hour, and gives the number."""

    def make(name: str = "Olha Savchenko", *, agreed: bool = True, **details: Any) -> int:
        with app.app_context():
            values: dict[str, Any] = {
                "name": name, "kind": "ukrainian", "lives_in": "uk", "outcode": "NE1", "formats": ["in-person"],
                "most_miles": 40, "languages": {"uk": "fluent", "en": "good"}, "topics": ["miners"],
            }  # fmt: skip
            made = keeping.add(db.session(), values | details, by=None, now=utc_now())
            made.confirmed_at = utc_now() if agreed else None
            made.weekly = [WeeklyHours(weekday=number, from_minute=0, until_minute=1440) for number in range(7)]
            db.session.commit()
            return made.id

    return make


def panel(html: str) -> str:
    """The panel of a page, to the next one."""
    return html.partition('id="who-fits"')[2].partition('<div class="panel')[0]


def words(html: str) -> str:
    """What is read."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def names(html: str) -> list[str]:
    """Whom can be ticked, in their order."""
    return re.findall(r'checkboxes__label" for="speaker-\d+"><strong>([^<]*)<', html)


class TestThePanel:
    def test_the_best_three_stand_under_what_is_next_with_reasons_and_boxes(
        self, coordinator: FlaskClient, make_request: Callable[..., int], make_speaker: Callable[..., int]
    ) -> None:
        for number in range(6):
            make_speaker(f"Speaker {number}", topics=[] if number == 2 else ["miners"])
        number = make_request(state="matching", **MEETING)
        html = coordinator.get(f"/dashboard/requests/{number}").text
        assert html.index("case__next") < html.index("who-fits") < html.index(">Coordinator<")
        assert names(panel(html)) == [f"Speaker {each}" for each in (0, 1, 3)]
        said = words(panel(html))
        assert "Speaks about “Miners and mining communities” +12" in said
        assert "13 miles +17" in said
        assert "No answer of theirs to go by in the last year +5" in said
        assert f'method="get" action="/dashboard/requests/{number}/ask"' in panel(html)
        assert 'name="speaker" type="checkbox" value="1"' in panel(html)

    def test_the_points_of_each_card_add_up(
        self, coordinator: FlaskClient, make_request: Callable[..., int], make_speaker: Callable[..., int]
    ) -> None:
        make_speaker(most_miles=12, experience="new")
        make_speaker("Petro Lys", kind="campaign")
        number = make_request(wanted_speaker="campaign", **MEETING)
        for path in (f"/dashboard/requests/{number}", f"/dashboard/requests/{number}/speakers"):
            cards = coordinator.get(path).text.split('class="match"')[1:3]
            assert len(cards) == 2
            for card in cards:
                total = re.search(r">(\d+) points, and how they add up<", card)
                parts = re.findall(r'nowrap">([+−]\d+)<', card)
                assert total is not None
                assert sum(int(part.replace("−", "-")) for part in parts) == int(total[1])

    def test_who_is_blocked_is_folded_away_with_why(
        self, app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], make_speaker: Callable[..., int]
    ) -> None:
        make_speaker()
        make_speaker("Petro Lys", agreed=False)
        make_speaker("Larysa Tern", outcode="PL1")
        html = panel(coordinator.get(f"/dashboard/requests/{make_request(**MEETING)}").text)
        folded = words(html.partition("<details")[2])
        assert names(html) == ["Olha Savchenko"]
        assert "Petro Lys Has not agreed yet to be in the register Nobody can override this." in folded
        assert "miles, farther than the 40 that they travel" in folded

    def test_somebody_new_has_somebody_who_could_come_along(
        self, coordinator: FlaskClient, make_request: Callable[..., int], make_speaker: Callable[..., int]
    ) -> None:
        make_speaker(experience="new", outcode="DH1")
        other = make_speaker("Petro Lys", experience="seasoned")
        html = panel(coordinator.get(f"/dashboard/requests/{make_request(**MEETING)}").text)
        assert "New: pair with an experienced speaker" in html
        assert f'Could come along: <a href="/dashboard/speakers/{other}">Petro Lys</a>' in html

    def test_an_empty_register_says_so_and_how_to_begin(
        self, coordinator: FlaskClient, make_request: Callable[..., int]
    ) -> None:
        number = make_request(**MEETING)
        for path in (f"/dashboard/requests/{number}", f"/dashboard/requests/{number}/speakers"):
            html = coordinator.get(path).text
            assert "Nobody who speaks is in the register yet" in html
            assert 'href="/dashboard/speakers/new"' in html

    @pytest.mark.parametrize(
        ("kind", "state", "is_there"),
        [
            ("speaker", "received", True),
            ("speaker", "matching", True),
            ("speaker", "offered", True),
            ("speaker", "confirmed", False),
            ("speaker", "closed", False),
            ("speaker", "waiting-for-branch", False),
            ("twinning", "", False),
            ("affiliation", "", False),
        ],
    )
    def test_it_stands_where_somebody_can_be_asked(
        self, coordinator: FlaskClient, make_request: Callable[..., int], kind: str, state: str, is_there: bool
    ) -> None:
        number = make_request(kind, state=state)
        assert ("who-fits" in coordinator.get(f"/dashboard/requests/{number}").text) == is_there
        answer = coordinator.get(f"/dashboard/requests/{number}/speakers")
        assert answer.status_code == (200 if is_there else 303 if kind == "speaker" else 404)

    def test_a_held_request_asks_nobody(self, coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
        assert "who-fits" not in coordinator.get(f"/dashboard/requests/{make_request(held_reason='trap')}").text

    @pytest.mark.parametrize("many", [1, 40])
    @pytest.mark.parametrize("state", ["received", "offered", "confirmed"])
    def test_it_costs_four_statements_and_only_where_it_stands(
        self,
        app: Flask,
        coordinator: FlaskClient,
        make_request: Callable[..., int],
        make_speaker: Callable[..., int],
        many: int,
        state: str,
    ) -> None:
        number = make_request(state=state, **MEETING)
        with app.app_context():
            for each in range(many):
                values = {"name": f"Speaker {each}", "formats": ["in-person"], "outcode": "NE1", "lives_in": "uk"}
                made = keeping.add(db.session(), values, by=None, now=utc_now())
                made.confirmed_at = utc_now()
                at = utc_now() - timedelta(days=30)
                db.session.add(
                    Offer(submission_id=number, speaker_id=made.id, asked_at=at, answer_by=at.date(),
                          closed_at=at, state="declined", dates=[], accepted=[])
                )  # fmt: skip
            db.session.commit()
        coordinator.get("/dashboard/requests")
        with counted() as statements:
            assert coordinator.get(f"/dashboard/requests/{number}").status_code == 200
        assert len(statements) <= MOST_STATEMENTS - (4 if state == "confirmed" else 0), statements


class TestTheList:
    def test_everybody_stands_in_it_and_what_counts_is_explained(
        self, sign_in: Callable[..., FlaskClient], make_request: Callable[..., int], make_speaker: Callable[..., int]
    ) -> None:
        for number in range(7):
            make_speaker(f"Speaker {number}")
        make_speaker("Petro Lys", outcode="PL1")
        make_speaker("Larysa Tern", agreed=False)
        admin = sign_in("admin")
        number = make_request(**MEETING)
        html = admin.get(f"/dashboard/requests/{number}/speakers").text
        # Whoever may be asked with a reason can be ticked as well; the reason is asked for on the next page.
        assert names(html) == [*(f"Speaker {each}" for each in range(7)), "Petro Lys"]
        assert "Larysa Tern" in html
        said = words(html)
        assert "Free 30 Points where a speaker has told us that they can on one of the dates." in said
        assert 'href="/dashboard/settings/campaign"' in html
        assert 'href="/dashboard/requests" aria-current="page"' in html
        assert "Show 50 more" not in html

    def test_a_long_list_comes_in_pieces(
        self, coordinator: FlaskClient, make_request: Callable[..., int], make_speaker: Callable[..., int]
    ) -> None:
        for number in range(3):
            make_speaker(f"Speaker {number}")
        path = f"/dashboard/requests/{make_request(**MEETING)}/speakers"
        html = coordinator.get(f"{path}?most=2").text
        assert names(html) == ["Speaker 0", "Speaker 1"]
        assert f'href="{path}?most=52"' in html
        for odd in ("0", "x", "-1", "999999999999", "٣"):
            assert coordinator.get(f"{path}?most={odd}").status_code == 200

    def test_it_costs_few_statements(
        self, coordinator: FlaskClient, make_request: Callable[..., int], make_speaker: Callable[..., int]
    ) -> None:
        for number in range(5):
            make_speaker(f"Speaker {number}")
        path = f"/dashboard/requests/{make_request(**MEETING)}/speakers"
        coordinator.get(path)
        with counted() as statements:
            coordinator.get(path)
        assert len(statements) <= MOST_STATEMENTS_OF_THE_LIST, statements

    def test_viewers_see_nothing_of_it(
        self, sign_in: Callable[..., FlaskClient], make_request: Callable[..., int], make_speaker: Callable[..., int]
    ) -> None:
        make_speaker()
        number = make_request(**MEETING)
        assert sign_in("viewer").get(f"/dashboard/requests/{number}/speakers").status_code == 403

    @pytest.mark.parametrize("number", ["99", "99999999999999999999"])
    def test_an_unknown_request_is_not_found(self, coordinator: FlaskClient, number: str) -> None:
        assert coordinator.get(f"/dashboard/requests/{number}/speakers").status_code == 404


def test_whom_a_coordinator_ticks_is_asked(
    coordinator: FlaskClient, make_request: Callable[..., int], make_speaker: Callable[..., int]
) -> None:
    make_speaker(email="olha@example.org")
    number = make_request(**MEETING)
    html = coordinator.get(f"/dashboard/requests/{number}/ask?speaker=1").text
    assert "Olha Savchenko" in html


def test_a_name_is_harmless(
    coordinator: FlaskClient, make_request: Callable[..., int], make_speaker: Callable[..., int]
) -> None:
    make_speaker('"><script>alert(1)</script>')
    number = make_request(**MEETING)
    for path in (f"/dashboard/requests/{number}", f"/dashboard/requests/{number}/speakers"):
        assert "<script>alert" not in coordinator.get(path).text


def test_what_counts_is_set_in_a_section_of_its_own(
    app: Flask, sign_in: Callable[..., FlaskClient], make_request: Callable[..., int], make_speaker: Callable[..., int]
) -> None:
    make_speaker()
    admin = sign_in("admin")
    path = "/dashboard/settings/campaign"
    html = admin.get(path).text
    assert html.count("<h2>Matching speakers</h2>") == 1
    assert "Enter a whole number from 0 to 200" in post_all(admin, path, html, **{"match.near": "201"}).text
    assert post_all(admin, path, html, **{"match.near": "100"}).status_code == 303
    number = make_request(**MEETING)
    assert "13 miles +87" in words(panel(admin.get(f"/dashboard/requests/{number}").text))

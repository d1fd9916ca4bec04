"""The register of speakers on the desk: the list, taking somebody in, changing, and what viewers see of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import london_day, utc_now
from portal.emails.models import OutboxEmail, PrivateLink
from portal.extensions import db
from portal.speakers import keeping
from portal.speakers.engagements import Booking, Offer
from portal.speakers.register import Speaker, SpeakerConsent, WeeklyHours
from tests.conftest import counted
from tests.dashboard.conftest import Page, boxes
from tests.speakers.rows import a_booking, a_request

MOST_STATEMENTS = 5
MOST_STATEMENTS_OF_ONE = 10
PAGES = (
    "/dashboard/speakers",
    "/dashboard/speakers/new",
    "/dashboard/speakers/1",
    "/dashboard/speakers/1/change",
    "/dashboard/speakers/1/pause",
    "/dashboard/speakers/1/take-out",
    "/dashboard/speakers/1/lock",
    "/dashboard/speakers/1/vetoes/new",
)
FORM: dict[str, Any] = {
    "name": "Larysa Voloshkova-Tern",
    "kind": "campaign",
    "email": "larysa@example.org",
    "phone": "07700 900123",
    "language": "en",
    "lives_in": "uk",
    "outcode": "NE1 4ST",
    "most_miles": "80",
    "formats": ["in-person", "online"],
    "languages": "English (fluent), українська – добре",
    "union": "unison",
    "sector": "health",
    "topics": ["health", "reconstruction"],
    "experience": "seasoned",
    "most_a_month": "3",
    "notes": "Prefers evenings.",
}


@pytest.fixture
def make_speaker(app: Flask) -> Callable[..., int]:
    """Takes a speaker into the register, who has agreed, and gives the number."""

    def make(name: str = "Ostap Berezhnyi", *, agreed: bool = True, **details: Any) -> int:
        with app.app_context():
            values = {"name": name, "kind": "ukrainian", "lives_in": "uk", "outcode": "M4", "formats": ["in-person"]}
            values |= {"email": f"{name.split()[0].lower()}@example.org", "languages": {"uk": "fluent", "en": "good"}}
            made = keeping.add(db.session(), values | details, by=None, now=utc_now())
            made.confirmed_at = utc_now() if agreed else None
            db.session.commit()
            return made.id

    return make


def names(html: str) -> list[str]:
    """The names in the list, in its order."""
    return re.findall(r'scope="row"><a href="/dashboard/speakers/\d+">([^<]*)<', html)


def stored(app: Flask, number: int, *columns: str) -> Any:
    """Columns of a speaker in a fresh context."""
    with app.app_context():
        found = db.session.get_one(Speaker, number)
        return tuple(getattr(found, name) for name in columns)


class TestWhoSeesIt:
    def test_viewers_see_nothing_of_speakers(
        self, sign_in: Callable[..., FlaskClient], make_speaker: Callable[..., int]
    ) -> None:
        make_speaker()
        viewer = sign_in("viewer")
        for path in PAGES:
            assert viewer.get(path).status_code == 403, path
        assert "Speakers" not in viewer.get("/dashboard/requests").text
        assert viewer.post("/dashboard/speakers/1/lock").status_code in (400, 403)

    def test_coordinators_see_every_page(self, coordinator: FlaskClient, make_speaker: Callable[..., int]) -> None:
        make_speaker()
        for path in PAGES:
            page = coordinator.get(path)
            assert page.status_code == 200, path
            assert 'href="/dashboard/speakers" aria-current="page"' in page.text, path
        assert coordinator.get("/dashboard/speakers/locked").status_code == 403
        assert coordinator.get("/dashboard/speakers/2").status_code == 404
        assert coordinator.get("/dashboard/speakers/99999999999").status_code == 404


class TestTheList:
    def test_a_row_says_who_where_what_and_how_they_stand(
        self, app: Flask, coordinator: FlaskClient, make_speaker: Callable[..., int], make_request: Callable[..., int]
    ) -> None:
        number = make_speaker(topics=["miners", "rail", "women", "health"], experience="seasoned", most_a_month=3)
        with app.app_context():
            soon = utc_now()
            for count, state in enumerate(("booked", "cancelled")):
                db.session.add(
                    Booking(
                        submission_id=make_request(),
                        speaker_id=number,
                        state=state,
                        starts_at=soon,
                        ends_at=soon,
                        uid=str(count),
                        created_at=soon,
                    )
                )
            db.session.commit()
        html = coordinator.get("/dashboard/speakers").text
        assert names(html) == ["Ostap Berezhnyi"]
        for words in (
            "Ukrainian trade unionist",
            "M4, North West",
            "Ukrainian, English",
            "and 2 more",
            "Used to hostile rooms",
            "1 of 3",
            '<span class="tag tag--confirmed">Ready</span>',
        ):
            assert words in html, words

    def test_they_stand_by_name_and_fifty_on_a_page(
        self, app: Flask, coordinator: FlaskClient, make_speaker: Callable[..., int]
    ) -> None:
        with app.app_context():
            for count in range(60):
                keeping.add(db.session(), {"name": f"Name {count:02d}", "lives_in": "uk"}, by=None, now=utc_now())
            db.session.commit()
        html = coordinator.get("/dashboard/speakers").text
        assert names(html) == [f"Name {count:02d}" for count in range(50)]
        assert "50 shown of 60" in html
        following = re.search(r'href="([^"]*)" rel="next"', html)
        assert following
        second = coordinator.get(following[1].replace("&amp;", "&")).text
        assert names(second) == [f"Name {count:02d}" for count in range(50, 60)]
        assert "Back to the start" in second

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("name=VOLOSHKOVA%20tern", ["Larysa Voloshkova-Tern"]),
            ("kind=campaign", ["Larysa Voloshkova-Tern"]),
            ("sector=mining", ["Ostap Berezhnyi"]),
            ("topic=health", ["Larysa Voloshkova-Tern"]),
            ("language=pl", ["Larysa Voloshkova-Tern"]),
            ("region=north-west", ["Ostap Berezhnyi"]),
            ("region=ukraine", ["Iryna Stelmakh-Vesna"]),
            ("state=ready", ["Larysa Voloshkova-Tern"]),
            ("state=waiting", ["Iryna Stelmakh-Vesna"]),
            ("state=paused", ["Ostap Berezhnyi"]),
            ("state=left", ["Halyna Kryvoruchko-Lis"]),
            ("", ["Iryna Stelmakh-Vesna", "Larysa Voloshkova-Tern", "Ostap Berezhnyi"]),
            ("name=zeppelin", []),
            ("after=x&region=nowhere", []),
        ],
    )
    def test_the_filters(
        self, app: Flask, coordinator: FlaskClient, make_speaker: Callable[..., int], query: str, found: list[str]
    ) -> None:
        paused = make_speaker(sector="mining")
        make_speaker(
            "Larysa Voloshkova-Tern", kind="campaign", topics=["health"], outcode="NE1", languages={"pl": "good"}
        )
        make_speaker("Iryna Stelmakh-Vesna", lives_in="ukraine", agreed=False)
        left = make_speaker("Halyna Kryvoruchko-Lis")
        with app.app_context():
            keeping.pause(db.session(), db.session.get_one(Speaker, paused), utc_now())
            keeping.leave(db.session(), db.session.get_one(Speaker, left), utc_now())
            db.session.commit()
        html = coordinator.get(f"/dashboard/speakers?{query}").text
        assert names(html) == found
        assert ("Nobody fits these filters" in html) is (not found)

    def test_it_costs_no_more_statements_for_many(
        self, app: Flask, coordinator: FlaskClient, make_speaker: Callable[..., int]
    ) -> None:
        coordinator.get("/dashboard/speakers")
        with counted() as empty:
            coordinator.get("/dashboard/speakers")
        with app.app_context():
            for count in range(70):
                keeping.add(db.session(), {"name": f"Name {count}", "lives_in": "uk"}, by=None, now=utc_now())
            db.session.commit()
        coordinator.get("/dashboard/speakers")
        with counted() as full:
            coordinator.get("/dashboard/speakers?name=name&state=waiting")
        assert len(full) == len(empty) <= MOST_STATEMENTS, full

    def test_stored_texts_are_harmless(self, coordinator: FlaskClient, make_speaker: Callable[..., int]) -> None:
        number = make_speaker("<img src=x>", notes="<script>alert(1)</script>")
        for path in ("", f"/{number}", f"/{number}/lock", f"/{number}/change"):
            html = coordinator.get(f"/dashboard/speakers{path}").text
            assert "<img src=x" not in html
            assert "<script>" not in html


class TestAdding:
    def test_somebody_is_taken_in_and_written_to(self, app: Flask, coordinator: FlaskClient) -> None:
        answer = Page(coordinator, "/dashboard/speakers/new").post(**FORM)
        assert answer.status_code == 303
        html = coordinator.get(answer.location).text
        for words in (
            "Larysa Voloshkova-Tern",
            "Waits for their consent",
            "NE1, North East",
            "English (fluent), Ukrainian (good)",
            "UNISON",
            "up to 80 miles one way",
            "0 of 3",
            "Prefers evenings.",
            "by Maria Kovalenko",
            "A letter with their private link is on its way",
        ):
            assert words in html, words
        with app.app_context():
            letter = db.session.scalars(select(OutboxEmail)).one()
            link = db.session.scalars(select(PrivateLink)).one()
            assert (letter.to_address, letter.template, letter.language) == (
                "larysa@example.org",
                "register/added",
                "en",
            )
            assert f"[[link:{link.id}]]" in letter.text
            assert link.purpose == "speak"
            assert "Maria Kovalenko has put you into the register" in letter.text
            assert "Nobody asks you for anything yet" in letter.text
            assert "union" in letter.text

    def test_the_letter_is_in_their_language(self, app: Flask, coordinator: FlaskClient) -> None:
        Page(coordinator, "/dashboard/speakers/new").post(**FORM | {"language": "uk"})
        with app.app_context():
            letter = db.session.scalars(select(OutboxEmail)).one()
            assert letter.language == "uk"
            assert "Хто вас додав: Maria Kovalenko" in letter.text

    def test_without_an_address_there_is_no_letter(self, app: Flask, coordinator: FlaskClient) -> None:
        answer = Page(coordinator, "/dashboard/speakers/new").post(**FORM | {"email": ""})
        html = coordinator.get(answer.location).text
        assert "We have no email address, so they have no link" in html
        assert "Send the link again" not in html
        with app.app_context():
            assert db.session.scalars(select(OutboxEmail)).all() == []

    def test_nothing_typed_is_lost_where_something_is_missing(self, coordinator: FlaskClient) -> None:
        wrong = FORM | {"name": "", "languages": "Klingon", "most_miles": "", "outcode": "JE2"}
        answer = Page(coordinator, "/dashboard/speakers/new").post(**wrong)
        assert answer.status_code == 200
        for words in (
            "Error: Add a speaker",
            "Enter their name",
            "“Klingon” is not understood",
            "Enter how far they travel",
            "This district is not on our map",
        ):
            assert words in answer.text, words
        assert boxes(answer.text)["notes"] == "Prefers evenings."

    def test_an_address_that_is_known_is_said_so(
        self, app: Flask, coordinator: FlaskClient, make_speaker: Callable[..., int]
    ) -> None:
        number = make_speaker("Larysa Old-Name", email="LARYSA@example.org")
        answer = Page(coordinator, "/dashboard/speakers/new").post(**FORM)
        assert "This address stands in the register already" in answer.text
        assert f'<a href="/dashboard/speakers/{number}">Larysa Old-Name</a>' in answer.text
        assert names(coordinator.get("/dashboard/speakers").text) == ["Larysa Old-Name"]

    def test_a_second_press_makes_no_second_row(self, app: Flask, coordinator: FlaskClient) -> None:
        page = Page(coordinator, "/dashboard/speakers/new")
        first, second = page.post(**FORM), page.post(**FORM)
        assert (second.status_code, second.location) == (303, first.location)
        nameless = FORM | {"email": "", "name": "Nina Halak-Sova"}
        page.post(**nameless)
        again = page.post(**nameless)
        assert "Somebody of this name is known" in again.text
        with app.app_context():
            assert len(db.session.scalars(select(Speaker)).all()) == 2
            assert len(db.session.scalars(select(OutboxEmail)).all()) == 1
        assert page.post(**nameless, somebody_else="yes").status_code == 303


class TestChanging:
    def test_the_form_holds_what_is_kept_and_keeps_what_is_typed(
        self, app: Flask, coordinator: FlaskClient, make_speaker: Callable[..., int]
    ) -> None:
        number = make_speaker(most_miles=30, phone="07700 900456")
        path = f"/dashboard/speakers/{number}/change"
        page = Page(coordinator, path)
        held = boxes(page.text)
        assert (held["name"], held["outcode"], held["languages"]) == (
            "Ostap Berezhnyi",
            "M4",
            "Ukrainian (fluent), English (good)",
        )
        kept = held | {"kind": "ukrainian", "lives_in": "uk", "formats": ["in-person"], "language": "en"}
        assert page.post(**kept | {"phone": "0191 498 0123", "outcode": "LS1"}).status_code == 303
        assert stored(app, number, "phone", "outcode", "region_slug") == (
            "0191 498 0123",
            "LS1",
            "yorkshire-and-the-humber",
        )

    def test_a_new_address_ends_the_old_link(
        self, app: Flask, coordinator: FlaskClient, make_speaker: Callable[..., int]
    ) -> None:
        number = make_speaker(most_miles=30)
        with app.app_context():
            keeping.own_link(db.session(), db.session.get_one(Speaker, number), utc_now())
            db.session.commit()
        page = Page(coordinator, f"/dashboard/speakers/{number}/change")
        kept = boxes(page.text) | {"kind": "ukrainian", "lives_in": "uk", "formats": ["in-person"], "language": "en"}
        page.post(**kept | {"email": "ostap.new@example.org"})
        with app.app_context():
            old, new = db.session.scalars(select(PrivateLink).order_by(PrivateLink.id)).all()
            assert (old.revoked_at is None, new.revoked_at) == (False, None)
            letter = db.session.scalars(select(OutboxEmail)).one()
            assert (letter.to_address, letter.link_ids) == ("ostap.new@example.org", [new.id])

    def test_whoever_is_slower_is_told_and_loses_nothing(
        self, app: Flask, coordinator: FlaskClient, make_speaker: Callable[..., int]
    ) -> None:
        number = make_speaker(most_miles=30, phone="07700 900456")
        page = Page(coordinator, f"/dashboard/speakers/{number}/change")
        kept = boxes(page.text) | {"kind": "ukrainian", "lives_in": "uk", "formats": ["in-person"], "language": "en"}
        with app.app_context():
            keeping.change(db.session(), db.session.get_one(Speaker, number), {"phone": "07700 900789"})
            db.session.commit()
        answer = page.post(**kept | {"notes": "Likes trains."})
        assert answer.status_code == 409
        assert "Somebody was faster than you" in answer.text
        assert "07700 900789" in answer.text
        assert boxes(answer.text)["notes"] == "Likes trains."
        again = boxes(answer.text) | {key: kept[key] for key in ("kind", "lives_in", "formats", "language")}
        assert coordinator.post(page.path, data=again).status_code == 303
        assert stored(app, number, "notes", "phone") == ("Likes trains.", "07700 900456")

    def test_an_old_page_cannot_take_anybody_out(
        self, app: Flask, coordinator: FlaskClient, make_speaker: Callable[..., int]
    ) -> None:
        number = make_speaker()
        page = Page(coordinator, f"/dashboard/speakers/{number}/take-out")
        with app.app_context():
            keeping.change(db.session(), db.session.get_one(Speaker, number), {"phone": "07700 900789"})
            db.session.commit()
        answer = page.post()
        assert answer.status_code == 409
        assert "Somebody was faster than you" in answer.text
        assert stored(app, number, "left_at") == (None,)


def test_one_page_says_everything_in_few_statements(
    app: Flask, coordinator: FlaskClient, make_speaker: Callable[..., int], make_request: Callable[..., int]
) -> None:
    number = make_speaker()
    coordinator.get(f"/dashboard/speakers/{number}")
    with counted() as bare:
        coordinator.get(f"/dashboard/speakers/{number}")
    requests = [make_request() for _ in range(3)]
    with app.app_context():
        found, now = db.session.get_one(Speaker, number), utc_now()
        found.weekly.append(WeeklyHours(weekday=2, from_minute=18 * 60, until_minute=21 * 60 + 30))
        found.consents.append(SpeakerConsent(purpose="register", text_version="1", text="I agree.", given_at=now))
        for request, state in zip(requests, ("declined", "expired", "asked"), strict=True):
            db.session.add(
                Offer(submission_id=request, speaker_id=number, state=state, asked_at=now, answer_by=now.date())
            )
        for days, state in ((30, "confirmed"), (-5, "held"), (-9, "closed"), (-12, "closed")):
            day = now.date() + timedelta(days)
            booked = a_request(heading="UCU Leeds", meeting_on=day)
            booked.state = state
            a_booking(booked, found, day=day)
        db.session.commit()
    coordinator.get(f"/dashboard/speakers/{number}")
    with counted() as full:
        html = coordinator.get(f"/dashboard/speakers/{number}").text
    assert len(full) == len(bare) <= MOST_STATEMENTS_OF_ONE, full
    for words in ("Wednesday: 6pm–9.30pm", "We keep their details", "said no", "did not answer", "NUM Durham Area"):
        assert words in html, words


def test_it_is_quick_with_two_thousand(app: Flask, coordinator: FlaskClient) -> None:
    with app.app_context():
        now = utc_now()
        db.session.add_all(
            Speaker(name=f"Name {count}", email=f"n{count}@example.org", created_at=now, region_slug="wales")
            for count in range(2000)
        )
        db.session.commit()
    coordinator.get("/dashboard/speakers")
    before = utc_now()
    html = coordinator.get("/dashboard/speakers?name=name").text
    assert "50 shown of 2000" in html
    assert utc_now() - before < timedelta(seconds=1.5)


def test_a_pause_says_when_it_ends(coordinator: FlaskClient, make_speaker: Callable[..., int]) -> None:
    number = make_speaker()
    end = london_day(utc_now()) + timedelta(days=20)
    page = Page(coordinator, f"/dashboard/speakers/{number}/pause")
    for typed, sentence in (("1 May 2020", "This date has passed"), ("whenever", "Enter")):
        answer = page.post(until=typed)
        assert answer.status_code == 200
        assert sentence in answer.text
        assert boxes(answer.text)["until"] == typed
    assert page.post(until=f"{end:%d %B %Y}").status_code == 303
    assert f"Paused until {end.day} {end:%B}" in coordinator.get("/dashboard/speakers").text
    page = Page(coordinator, f"/dashboard/speakers/{number}")
    assert page.post(f"{page.path}/resume").status_code == 303
    assert "Ready" in coordinator.get("/dashboard/speakers").text

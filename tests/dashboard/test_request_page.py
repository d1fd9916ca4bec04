"""One request: what the page shows, what may be written and said there, and what it costs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.dashboard import told
from portal.dashboard.next_step import NEXT
from portal.dashboard.words import cells
from portal.directory.models import Branch
from portal.extensions import db
from portal.submissions import at_desk, consents, registry
from portal.submissions.forms import blank
from portal.submissions.models import Submission
from tests.conftest import counted
from tests.dashboard.conftest import Page, boxes, day, post_all

MOST_STATEMENTS = 6
SPEAKER = {
    "speaker_name": "Olha Savchenko",
    "speaker_email": "olha@example.org",
    "speaker_language": "uk",
    "meeting_on": date(2027, 1, 14),
    "confirmed_time": time(19, 30),
}
BODY = {
    "body_name": "Miners of the West",
    "body_oblast": "Lviv",
    "body_email": "miners@example.org",
    "body_contact": "Olena Bondar",
}


def test_every_state_of_every_kind_has_its_words(app: Flask) -> None:
    with app.test_request_context():
        for kind in registry.kinds():
            states = {state.name for state in kind.workflow.states}
            assert set(NEXT[kind.name]) == states
            assert all(cells(kind.name, state).tag for state in states)


def test_the_page_says_what_is_next_and_by_when(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    number = make_request(now=utc_now() - timedelta(days=8), meeting_on=day(50), due_on=day(-2), queue_on=day(-2))
    html = coordinator.get(f"/dashboard/requests/{number}").text
    assert "Next: read it and look for a speaker" in html
    assert "The meeting is in 7 weeks" in html
    assert "We promised to act by" in html
    assert "Waiting 8 days." in html
    assert html.index("case__head") < html.index("case__next") < html.index("case__main") < html.index("case__side")


@pytest.mark.parametrize("kind", ["speaker", "twinning", "affiliation"])
def test_every_kind_has_its_page(coordinator: FlaskClient, make_request: Callable[..., int], kind: str) -> None:
    html = coordinator.get(f"/dashboard/requests/{make_request(kind)}").text
    assert "What they asked for" in html
    assert "Request received" in html
    assert "/correct/" in html


@pytest.mark.parametrize(
    ("kind", "state", "facts", "shown"),
    [
        ("speaker", "offered", SPEAKER, ["Speaker asked", "Olha Savchenko", "olha@example.org", "in Ukrainian"]),
        ("speaker", "confirmed", SPEAKER, ["Olha Savchenko", "Thursday 14 January 2027, 7.30pm, 9.30pm in Kyiv"]),
        ("twinning", "proposed", BODY, ["Body proposed", "Miners of the West", "Lviv", "miners@example.org"]),
        ("twinning", "introduced", BODY, ["Ukrainian body", "Miners of the West", "Olena Bondar"]),
        ("affiliation", "received", {}, ["Fee for the year", "£50.00"]),
    ],
)
def test_what_is_arranged_stands_on_the_page(
    coordinator: FlaskClient,
    make_request: Callable[..., int],
    kind: str,
    state: str,
    facts: dict[str, Any],
    shown: list[str],
) -> None:
    html = coordinator.get(f"/dashboard/requests/{make_request(kind, state=state, **facts)}").text
    arranged = html.partition("What is arranged")[2].partition(">History<")[0]
    assert [words for words in shown if words not in arranged] == []


@pytest.mark.parametrize(("kind", "state"), [("speaker", "matching"), ("twinning", "seeking")])
def test_who_was_let_go_is_not_arranged(
    coordinator: FlaskClient, make_request: Callable[..., int], kind: str, state: str
) -> None:
    facts = SPEAKER if kind == "speaker" else BODY
    html = coordinator.get(f"/dashboard/requests/{make_request(kind, state=state, **facts)}").text
    assert "What is arranged" not in html


class TestWhatTheyAskedFor:
    """The facts on top, everything they told further down, and the consents."""

    def test_the_page_begins_with_a_few_facts_and_the_history_comes_before_all_answers(
        self, coordinator: FlaskClient, make_request: Callable[..., int]
    ) -> None:
        number = make_request(
            dates=[{"on": "2027-01-14", "time": "19:00", "time_text": "7pm"}],
            decide_by=date(2026, 12, 20),
            meeting_format="either",
            venue="Redhills",
            venue_postcode="DH1 4BE",
            audience_size="40",
            audience="members",
            second_name="Ann Other",
            second_phone="01632 960 001",
        )
        html = coordinator.get(f"/dashboard/requests/{number}").text
        facts = html.partition("What they asked for")[2].partition(">History<")[0]
        for shown in (
            "Branch meeting: January meeting",
            "Thursday 14 January 2027, 7pm<br>Must know by Sunday 20 December 2026",
            "Redhills, Durham, DH1 4BE, or online",
            "40 people, members only",
            'Jean Armstrong, Branch secretary<br><a href="mailto:j.armstrong@example.org">j.armstrong@example.org</a>',
            '<a class="nowrap" href="tel:+441914980000">0191 498 0000</a>',
            "Second contact: Ann Other",
            "North East",
        ):
            assert shown in facts, shown
        assert html.index(">History<") < html.index("Everything they told us")
        assert "<details" in html.partition("Everything they told us")[2]

    @pytest.mark.parametrize(
        ("kind", "facts", "shown"),
        [
            (
                "twinning",
                {"lead_email": "jean@example.org", "decision": "carried"},
                ["mailto:jean@example.org", "agreed"],
            ),
            (
                "affiliation",
                {"decided_on": date(2026, 10, 1)},
                ["Thursday 1 October 2026", "mailto:till@example.org", "120"],
            ),
        ],
    )
    def test_the_facts_of_other_kinds(
        self,
        coordinator: FlaskClient,
        make_request: Callable[..., int],
        kind: str,
        facts: dict[str, Any],
        shown: list[str],
    ) -> None:
        html = coordinator.get(f"/dashboard/requests/{make_request(kind, **facts)}").text
        top = html.partition("What they asked for")[2].partition(">History<")[0]
        assert [words for words in shown if words not in top] == []

    def test_all_answers_stand_under_the_words_of_the_desk(self) -> None:
        for kind in registry.kinds():
            assert {step.name for step in kind.steps} <= set(told.STEPS)
            for step in kind.steps:
                names = set(blank(step.form, "en")._fields) - {at_desk.CONSENT}
                assert names <= set(at_desk.LABELS), (kind.name, names - set(at_desk.LABELS))

    @pytest.mark.parametrize("kind", ["speaker", "twinning", "affiliation"])
    def test_no_label_speaks_to_the_branch(
        self, coordinator: FlaskClient, make_request: Callable[..., int], kind: str
    ) -> None:
        html = coordinator.get(f"/dashboard/requests/{make_request(kind)}").text
        labels = re.findall(r'<dt class="summary__label">([^<]*)</dt>', html)
        assert len(labels) > 6
        assert [label for label in labels if re.search(r"\byou|\?|\bwe\b", label, re.IGNORECASE)] == []

    def test_a_consent_stands_once_in_english_and_says_the_language_it_was_given_in(
        self, app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
    ) -> None:
        number = make_request()
        with app.app_context():
            submission = db.session.get_one(Submission, number)
            shown = consents.record(submission, "speaker", language="uk", now=utc_now()).text
            old = consents.record(submission, "speaker", language="uk", now=utc_now())
            old.text_version, old.text = "2020-01", "Давні слова"
            db.session.commit()
        html = coordinator.get(f"/dashboard/requests/{number}").text
        assert html.count("You may pass my name") == 1
        assert shown not in html
        assert ", in Ukrainian." in html
        assert '<p lang="uk">Давні слова' in html


def test_a_lost_motion_is_not_called_undecided(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    html = coordinator.get(
        f"/dashboard/requests/{make_request('affiliation', state='not-carried', decision='not-yet')}"
    )
    assert "No, its motion was lost" in html.text


@pytest.mark.parametrize(("decision", "first"), [("carried", "accept"), ("going", "await-decision")])
def test_the_blue_button_is_what_comes_next(
    coordinator: FlaskClient, make_request: Callable[..., int], decision: str, first: str
) -> None:
    html = coordinator.get(f"/dashboard/requests/{make_request('affiliation', decision=decision)}").text
    blue = re.findall(r'class="button button--primary" href="[^"]*/moves/([^"]*)"', html)
    assert blue == [first]


def test_whoever_takes_a_request_on_is_named_once(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    path = f"/dashboard/requests/{make_request()}"
    Page(coordinator, path).post(f"{path}/assign", to="me")
    assert "<strong>Taken on</strong> · Maria Kovalenko" in coordinator.get(path).text


@pytest.mark.parametrize("number", ["99", "0", "99999999999999999999", "x"])
def test_an_unknown_request_is_not_found(coordinator: FlaskClient, number: str) -> None:
    assert coordinator.get(f"/dashboard/requests/{number}").status_code == 404


@pytest.mark.parametrize("kind", ["speaker", "twinning", "affiliation"])
@pytest.mark.parametrize("many", [1, 60])
def test_the_page_costs_few_statements(
    coordinator: FlaskClient, make_request: Callable[..., int], kind: str, many: int
) -> None:
    number = make_request(kind)
    for _ in range(many):
        Page(coordinator, f"/dashboard/requests/{number}").post(f"/dashboard/requests/{number}/note", note="Rang them")
    coordinator.get("/dashboard/requests")
    with counted() as statements:
        assert coordinator.get(f"/dashboard/requests/{number}").status_code == 200
    assert len(statements) <= MOST_STATEMENTS, statements


def test_stored_texts_are_harmless(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    bad = '"><script>alert(1)</script>{{7*7}}'
    number = make_request(heading=bad, notes=bad, contact_name=bad, title=bad, venue=bad, question=bad)
    Page(coordinator, f"/dashboard/requests/{number}").post(f"/dashboard/requests/{number}/note", note=bad)
    html = coordinator.get(f"/dashboard/requests/{number}").text
    assert "<script>alert" not in html
    assert "{{7*7}}" in html


class TestWriting:
    """Notes and messages."""

    def test_a_note_stays_with_the_team(
        self, coordinator: FlaskClient, make_request: Callable[..., int], rows: Callable[..., list[Any]]
    ) -> None:
        number = make_request()
        letters = rows("SELECT count(*) FROM outbox_emails")
        page = Page(coordinator, f"/dashboard/requests/{number}")
        assert page.post(f"/dashboard/requests/{number}/note", note="Rang Jean.\r\nShe is glad.").status_code == 303
        assert "Rang Jean.\nShe is glad." in coordinator.get(page.path).text
        assert rows("SELECT count(*) FROM outbox_emails") == letters

    def test_a_note_is_never_refused_and_pressed_twice_it_is_one(
        self, coordinator: FlaskClient, make_request: Callable[..., int], rows: Callable[..., list[Any]]
    ) -> None:
        number = make_request()
        page, other = (Page(coordinator, f"/dashboard/requests/{number}") for _ in range(2))
        for text in ("Rang Jean", "Rang Jean", "She will ring back"):
            assert page.post(f"/dashboard/requests/{number}/note", note=text).status_code == 303
        assert other.post(f"/dashboard/requests/{number}/assign", to="me").status_code == 409
        kept = rows("SELECT text FROM events WHERE name = 'note' ORDER BY id")
        assert kept == [("Rang Jean",), ("She will ring back",)]

    @pytest.mark.parametrize(("text", "told"), [("  ", "Write the note first"), ("x" * 5000, "Shorten this")])
    def test_a_note_that_cannot_be_kept_comes_back(
        self, coordinator: FlaskClient, make_request: Callable[..., int], text: str, told: str
    ) -> None:
        number = make_request()
        page = Page(coordinator, f"/dashboard/requests/{number}")
        answer = page.post(f"/dashboard/requests/{number}/note", note=text)
        assert told in answer.text
        assert boxes(answer.text)["note"] == text.strip()

    def test_a_message_is_looked_over_and_then_sent(
        self, coordinator: FlaskClient, make_request: Callable[..., int], rows: Callable[..., list[Any]]
    ) -> None:
        number = make_request()
        path = f"/dashboard/requests/{number}/message"
        answer = post_all(coordinator, path, coordinator.get(path).text, message="Do you have a projector?")
        assert "Look over your message" in answer.text
        assert "Dear Jean" in answer.text
        assert rows("SELECT count(*) FROM events WHERE name = 'message'") == [(0,)]
        changed = post_all(coordinator, path, answer.text, step="words")
        assert boxes(changed.text)["message"] == "Do you have a projector?"
        assert post_all(coordinator, path, answer.text, step="send").status_code == 303
        assert "projector" in rows("SELECT text FROM outbox_emails ORDER BY id DESC LIMIT 1")[0][0]
        assert post_all(coordinator, path, answer.text, step="send").status_code == 409
        assert rows("SELECT count(*) FROM events WHERE name = 'message'") == [(1,)]

    def test_an_empty_message_is_not_sent(self, coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
        path = f"/dashboard/requests/{make_request()}/message"
        assert "Write your message first" in post_all(coordinator, path, coordinator.get(path).text).text


class TestAssigning:
    """Who looks after a request."""

    def test_take_hand_over_give_back(
        self,
        coordinator: FlaskClient,
        make_coordinator: Callable[..., int],
        make_request: Callable[..., int],
        look: Callable[..., Any],
    ) -> None:
        tom = make_coordinator(email="tom@example.org", name="Tom Hardcastle")
        viewer = make_coordinator(email="vera@example.org", name="Vera Novak", role="viewer")
        number = make_request()
        path = f"/dashboard/requests/{number}"
        for to, owner in (("me", 1), (str(tom), tom), ("none", None), (str(viewer), None), ("x", None)):
            assert Page(coordinator, path).post(f"{path}/assign", to=to).status_code == 303
            assert look(number, "coordinator_id") == owner
        html = coordinator.get(path).text
        assert "Given to Tom Hardcastle" in html
        assert "Vera Novak" not in html

    def test_a_stale_page_assigns_nobody(
        self, coordinator: FlaskClient, make_request: Callable[..., int], look: Callable[..., Any]
    ) -> None:
        number = make_request()
        page = Page(coordinator, f"/dashboard/requests/{number}")
        page.post(f"/dashboard/requests/{number}/note", note="Rang them")
        assert page.post(f"/dashboard/requests/{number}/assign", to="me").status_code == 409
        assert look(number, "coordinator_id") is None


class TestHeld:
    """Entries that look like spam."""

    def test_letting_it_in_sends_its_letters(
        self, coordinator: FlaskClient, make_request: Callable[..., int], rows: Callable[..., list[Any]]
    ) -> None:
        number = make_request(held_reason="trap")
        assert rows("SELECT DISTINCT state FROM outbox_emails") == [("held",)]
        page = Page(coordinator, f"/dashboard/requests/{number}")
        assert "Programs do that" in page.text
        assert page.post(f"/dashboard/requests/{number}/release").status_code == 303
        assert rows("SELECT DISTINCT state FROM outbox_emails") == [("queued",)]
        assert page.post(f"/dashboard/requests/{number}/release").status_code == 409

    def test_nobody_writes_to_the_branch_before_it_is_let_in(
        self, coordinator: FlaskClient, make_request: Callable[..., int], rows: Callable[..., list[Any]]
    ) -> None:
        number = make_request(held_reason="trap")
        path = f"/dashboard/requests/{number}/message"
        page = Page(coordinator, f"/dashboard/requests/{number}")
        assert "Message to the branch" not in page.text
        letters = rows("SELECT count(*) FROM outbox_emails")
        for answer in (coordinator.get(path), page.post(path, message="Hello", step="send")):
            assert answer.status_code == 303
        assert "Let the request in first" in coordinator.get(page.path).text
        assert rows("SELECT count(*) FROM outbox_emails") == letters

    def test_declining_it_sends_none(
        self,
        coordinator: FlaskClient,
        make_request: Callable[..., int],
        rows: Callable[..., list[Any]],
        look: Callable[..., Any],
    ) -> None:
        number = make_request(held_reason="too-fast")
        page = Page(coordinator, f"/dashboard/requests/{number}")
        assert page.post(f"/dashboard/requests/{number}/decline-held").status_code == 303
        assert look(number, "state", "held_reason") == ("declined", None)
        assert rows("SELECT DISTINCT state FROM outbox_emails") == [("cancelled",)]


class TestCorrecting:
    """Correcting what a branch told us."""

    def test_every_step_can_be_corrected(self, coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
        for kind in registry.kinds():
            number = make_request(kind.name)
            for step in kind.steps:
                answer = coordinator.get(f"/dashboard/requests/{number}/correct/{step.name}")
                assert answer.status_code == 200, (kind.name, step.name)

    def test_a_correction_is_kept_and_noted(
        self, coordinator: FlaskClient, make_request: Callable[..., int], look: Callable[..., Any]
    ) -> None:
        number = make_request()
        path = f"/dashboard/requests/{number}/correct/you"
        html = coordinator.get(path).text
        answer = post_all(coordinator, path, html, contact_name="Jean O’Connor", language="en")
        assert answer.status_code == 303, answer.text
        assert look(number, "contact_name") == "Jean O’Connor"
        assert "Details changed" in coordinator.get(f"/dashboard/requests/{number}").text
        assert post_all(coordinator, path, html, contact_name="Somebody else", language="en").status_code == 409

    def test_a_wrong_correction_comes_back(self, coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
        path = f"/dashboard/requests/{make_request()}/correct/you"
        answer = post_all(coordinator, path, coordinator.get(path).text, contact_email="not an address", language="en")
        assert answer.status_code == 200
        assert "There is a problem" in answer.text
        assert boxes(answer.text)["contact_email"] == "not an address"

    def test_an_unknown_step_is_not_found(self, coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
        assert coordinator.get(f"/dashboard/requests/{make_request()}/correct/nothing").status_code == 404


class TestBranches:
    """A new branch that may be one we know."""

    @pytest.fixture
    def two(self, app: Flask, make_request: Callable[..., int]) -> tuple[int, int, int]:
        """A request of a new branch: its number, the new branch, and a known one that looks alike."""
        now = utc_now()
        number = make_request(now=now)
        with app.app_context():
            known = Branch(name="Durham", folded="durham", created_at=now - timedelta(days=90), union_id=1)
            new = Branch(name="Durham Area", folded="durham area", created_at=now, union_id=1)
            db.session.add_all([known, new])
            db.session.flush()
            db.session.get_one(Submission, number).branch_id = new.id
            db.session.commit()
            return number, new.id, known.id

    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            ({}, "We do not know where it is."),
            ({"town": "Durham", "outcode": "DH1", "region_slug": "north-east"}, "Durham (DH1), North East."),
            ({"region_slug": "wales", "number": "7"}, "Wales. Branch number 7."),
        ],
    )
    def test_the_page_of_a_branch_says_where_it_is(
        self, app: Flask, coordinator: FlaskClient, facts: dict[str, str], said: str
    ) -> None:
        with app.app_context():
            db.session.add(Branch(name="Durham", folded="durham", created_at=utc_now(), union_id=1, **facts))
            db.session.commit()
        assert f"<p>{said}</p>" in coordinator.get("/dashboard/branches/1").text

    def test_is_merged_with_all_its_requests(
        self,
        coordinator: FlaskClient,
        two: tuple[int, int, int],
        make_request: Callable[..., int],
        look: Callable[..., Any],
    ) -> None:
        number, new, known = two
        other = make_request(branch_id=new)
        html = coordinator.get(f"/dashboard/requests/{number}").text
        assert "Is it one of these?" in html
        path = f"/dashboard/requests/{number}/merge/{known}"
        page = coordinator.get(path).text
        assert "Are these one branch?" in page
        assert post_all(coordinator, path, page).status_code == 303
        assert look(number, "branch_id") == look(other, "branch_id") == known
        # Both stand under the name that remains, and are found by it; what was told stays.
        assert look(number, "heading", "branch_name") == (look(other, "heading"), "Durham Area")
        assert look(number, "heading") != "NUM Durham Area"
        queue = coordinator.get("/dashboard/requests", query_string={"q": look(number, "heading")}).text
        assert queue.count('class="queue__name"><a') == 2
        html = coordinator.get(f"/dashboard/requests/{number}").text
        assert "Is it one of these?" not in html
        assert "Branch confirmed" in html
        assert coordinator.get(f"/dashboard/branches/{new}").location.endswith(f"/dashboard/branches/{known}")
        assert coordinator.get(f"/dashboard/branches/{known}").text.count("/dashboard/requests/") >= 2

    def test_is_kept_apart_and_nobody_is_asked_again(self, coordinator: FlaskClient, two: tuple[int, int, int]) -> None:
        number, _, _ = two
        path = f"/dashboard/requests/{number}"
        assert Page(coordinator, path).post(f"{path}/keep-apart").status_code == 303
        assert "Is it one of these?" not in coordinator.get(path).text

    def test_two_affiliations_are_a_persons_work(
        self,
        coordinator: FlaskClient,
        two: tuple[int, int, int],
        make_request: Callable[..., int],
        look: Callable[..., Any],
    ) -> None:
        number, new, known = two
        for branch in (new, known):
            make_request("affiliation", branch_id=branch, of_branch_id=branch)
        path = f"/dashboard/requests/{number}/merge/{known}"
        post_all(coordinator, path, coordinator.get(path).text)
        assert "Both branches have an affiliation" in coordinator.get(f"/dashboard/requests/{number}").text
        assert look(number, "branch_id") == new

    def test_are_found_by_name(self, coordinator: FlaskClient, two: tuple[int, int, int]) -> None:
        assert "Durham Area" in coordinator.get("/dashboard/branches").text
        assert "Durham Area" in coordinator.get("/dashboard/branches?q=DURHAM").text
        assert "No branch of that name" in coordinator.get("/dashboard/branches?q=Leeds%25").text


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ({"time": "19:30", "time_text": "19:30"}, "Agreed: Thursday 14 January 2027, 7.30pm</dd>"),
        (
            {"time": "19:00", "time_text": "19:00"},
            "7.30pm<br>They asked for: Thursday 14 January 2027, 7pm</dd>",
        ),
        (
            {"time": "", "time_text": "after the picket"},
            "7.30pm<br>They asked for: Thursday 14 January 2027, after the picket</dd>",
        ),
    ],
)
def test_an_hour_that_was_agreed_as_asked_is_said_once_and_all_hours_are_spelled_alike(
    coordinator: FlaskClient, make_request: Callable[..., int], row: dict[str, str], shown: str
) -> None:
    when = date(2027, 1, 14)
    number = make_request(
        state="confirmed", meeting_on=when, confirmed_time=time(19, 30), dates=[{"on": when.isoformat()} | row]
    )
    assert shown in coordinator.get(f"/dashboard/requests/{number}").text

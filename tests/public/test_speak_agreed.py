"""What a speaker agrees to, another address, leaving for good, and finding one's page again."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import utc_now
from portal.emails import links
from portal.emails.models import PrivateLink
from portal.extensions import db
from portal.speakers import agreements, keeping, own_address, own_page
from portal.speakers.engagements import ACCEPTED, BOOKED, Booking, Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import AvailabilityException, Speaker, SpeakerConsent, SpeakerVeto, WeeklyHours
from portal.submissions.models import Draft
from portal.submissions.work import Task
from tests.conftest import csrf_token
from tests.public.conftest import main_of
from tests.public.speaker import DETAILS, IN_UKRAINE, Make, add_speaker, count, letters, send, stored, text_of
from tests.public.walk import Visitor, errors_on

MakeRequest = Callable[..., tuple[int, str]]


@pytest.fixture
def make_speaker(app: Flask) -> Make:
    """Puts somebody into the register and gives number and path of their page."""
    return partial(add_speaker, app)


def path_in(app: Flask, purpose: str) -> str:
    """The path of the newest link of a purpose."""
    with app.app_context():
        link = db.session.scalars(
            select(PrivateLink).where(PrivateLink.purpose == purpose).order_by(PrivateLink.id.desc())
        ).first()
        assert link is not None
        return links.path_of(link)


def ask(app: Flask, speaker_id: int, submission_id: int) -> None:
    """Ask a speaker about a request, and book them for it as well."""
    with app.app_context():
        now = utc_now()
        speaker = db.session.get_one(Speaker, speaker_id)
        offer = Offer(
            submission_id=submission_id, speaker=speaker, dates=[], accepted=[], asked_at=now,
            answer_by=now.date(), overridden="We had nobody else", other_date="Any Tuesday",
        )  # fmt: skip
        begin = now + timedelta(days=20)
        booking = Booking(
            submission_id=submission_id, speaker_id=speaker_id, state=BOOKED, starts_at=begin,
            ends_at=begin + timedelta(hours=2), uid=f"{submission_id}@example.org", created_at=now,
        )  # fmt: skip
        db.session.add_all([offer, booking])
        db.session.commit()


def test_the_page_begins_with_the_consents_and_ticks_nothing(client: FlaskClient, make_speaker: Make) -> None:
    _, path = make_speaker(agreed=())
    page = main_of(client.get(path).text)
    assert page.index("May we keep this?") < page.index("When you can speak")
    assert page.count('type="checkbox"') == 2
    assert " checked" not in page
    words = text_of(client.get(path).text)
    assert "in a trade union" in words
    assert "Ukraine Solidarity Campaign" in words


def test_each_consent_is_kept_with_its_words_version_language_and_time(
    app: Flask, client: FlaskClient, make_speaker: Make
) -> None:
    number, path = make_speaker(agreed=(), base=IN_UKRAINE)
    before = utc_now()
    for _ in range(2):
        assert send(client, path, "agree", register="yes").status_code in (302, 303)
    with stored(app, number) as speaker:
        (consent,) = speaker.consents
        assert (consent.purpose, consent.language, consent.withdrawn_at) == ("register", "uk", None)
        assert consent.text == agreements.words("register", "uk")
        assert consent.text != agreements.words("register", "en")
        assert consent.text_version == agreements.TEXTS["register"].version
        assert before <= consent.given_at <= utc_now()
        assert speaker.confirmed_at == consent.given_at
    assert send(client, path, "agree", branches="yes").status_code == 303
    with stored(app, number) as speaker:
        assert [each.purpose for each in speaker.consents] == ["register", "branches"]


def test_the_other_language_once_is_the_language_that_was_agreed_in(
    app: Flask, client: FlaskClient, make_speaker: Make
) -> None:
    number, path = make_speaker(agreed=(), base=IN_UKRAINE)
    page = client.get(f"{path}?lang=en").text
    assert '<html lang="en">' in page
    assert f'action="{path}/agree?lang=en"' in page
    client.post(f"{path}/agree?lang=en", data={"csrf_token": csrf_token(page), "register": "yes"})
    with stored(app, number) as speaker:
        assert [(each.language, each.text) for each in speaker.consents] == [("en", agreements.words("register", "en"))]
    assert '<html lang="uk">' in client.get(path).text


def test_nobody_agrees_to_the_second_alone(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    _, path = make_speaker(agreed=())
    answer = send(client, path, "agree", branches="yes")
    assert answer.status_code == 422
    assert errors_on(answer.text) == ["Tick this box if we may keep and use your details"]
    assert count(app, SpeakerConsent) == 0


def test_a_consent_is_taken_back_and_given_again(
    app: Flask, client: FlaskClient, make_speaker: Make, make_request: MakeRequest
) -> None:
    number, path = make_speaker()
    ask(app, number, make_request()[0])
    token = csrf_token(client.get(f"{path}/take-back").text)
    for _ in range(2):
        assert client.post(f"{path}/take-back", data={"csrf_token": token}).status_code == 303
    with stored(app, number) as speaker:
        assert agreements.standing(speaker, "branches") is None
        assert agreements.standing(speaker, "register") is not None
        (task,) = db.session.scalars(select(Task)).all()
        assert "Dilys" not in task.about
    assert "You have not agreed that branches learn who you are." in client.get(path).text
    assert client.get(f"{path}/take-back").status_code == 302
    assert send(client, path, "agree", branches="yes").status_code == 303
    with stored(app, number) as speaker:
        assert [bool(each.withdrawn_at) for each in speaker.consents] == [False, True, False]


def test_a_text_that_has_changed_stands_as_it_was_agreed_to(
    app: Flask, client: FlaskClient, make_speaker: Make
) -> None:
    number, path = make_speaker()
    with stored(app, number) as speaker:
        speaker.consents[0].text_version, speaker.consents[0].text = "2020-01", "Older words."
    assert "Older words." in client.get(path).text


def test_another_address_holds_once_its_reader_has_said_so(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    number, path = make_speaker()
    for _ in range(2):
        assert send(client, path, "email", email="Dilys.New@Example.org").status_code == 303
    ((to, language, text),) = letters(app, "register/new-address")
    assert (to, language) == ("Dilys.New@example.org", "en")
    assert "Dilys Example" not in text
    with stored(app, number) as speaker:
        assert speaker.email == "dilys@example.org"
        assert "Dilys.New" not in str(db.session.scalars(select(Draft)).one().answers)
    assert "We have written to Dilys.New@example.org." in text_of(client.get(path).text)
    confirm = path_in(app, "address")
    page = client.get(confirm)
    assert "Shall we write to Dilys.New@example.org from now on?" in text_of(page.text)
    with stored(app, number) as speaker:
        assert speaker.email == "dilys@example.org"
    for _ in range(2):
        answer = client.post(confirm, data={"csrf_token": csrf_token(page.text)})
        assert answer.status_code == 200
        assert "We write to Dilys.New@example.org from now on." in text_of(answer.text)
    with stored(app, number) as speaker:
        assert speaker.email == "Dilys.New@example.org"
        assert keeping.find_by_email(db.session(), "dilys.new@example.org") is speaker
    assert [to for to, _, _ in letters(app, "register/address-changed")] == ["dilys@example.org"]
    assert all("Dilys.New" not in text for _, _, text in letters(app, "register/address-changed"))
    assert [to for to, _, _ in letters(app, "register/link")] == ["Dilys.New@example.org"]
    # Whoever reads the old letters reads no more here.
    assert client.get(path).status_code == 404
    assert client.get(path_in(app, "speak")).status_code == 200


def test_a_later_address_takes_the_place_of_an_earlier_one(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    number, path = make_speaker()
    send(client, path, "email", email="first@example.org")
    first = path_in(app, "address")
    send(client, path, "email", email="second@example.org")
    assert client.get(first).status_code == 404
    second = path_in(app, "address")
    # The present address again: nothing is to be confirmed any more.
    send(client, path, "email", email="DILYS@example.org")
    assert client.get(second).status_code == 404
    with stored(app, number) as speaker:
        assert speaker.email == "dilys@example.org"


def test_the_link_to_a_new_address_ends_after_a_day(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    _, path = make_speaker()
    send(client, path, "email", email="new@example.org")
    confirm = path_in(app, "address")
    with app.app_context():
        link = db.session.scalars(select(PrivateLink).where(PrivateLink.purpose == "address")).one()
        assert link.expires_at is not None
        assert link.expires_at <= utc_now() + timedelta(days=1)
        link.expires_at = utc_now() - timedelta(minutes=1)
        db.session.commit()
    assert client.get(confirm).status_code == 404
    assert client.post(confirm, data={"csrf_token": csrf_token(client.get(path + "/about").text)}).status_code == 404


def test_an_address_of_somebody_else_is_refused_only_to_who_reads_it(
    app: Flask, client: FlaskClient, make_speaker: Make
) -> None:
    make_speaker(base=IN_UKRAINE)
    number, path = make_speaker()
    known = send(client, path, "email", email="olena@example.org")
    unknown = send(client, path, "email", email="nobody@example.org")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    send(client, path, "email", email="olena@example.org")
    confirm = path_in(app, "address")
    answer = client.post(confirm, data={"csrf_token": csrf_token(client.get(confirm).text)})
    assert answer.status_code == 409
    assert "belongs to another entry" in answer.text
    with stored(app, number) as speaker:
        assert speaker.email == "dilys@example.org"
    assert letters(app, "register/address-changed") == []


def test_confirming_needs_the_token_of_the_page(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    number, path = make_speaker()
    send(client, path, "email", email="new@example.org")
    assert client.post(path_in(app, "address"), data={"csrf_token": "old"}).status_code == 400
    with stored(app, number) as speaker:
        assert speaker.email == "dilys@example.org"


def test_leaving_empties_everything_at_once(
    app: Flask, client: FlaskClient, make_speaker: Make, make_request: MakeRequest, rows: Callable[..., list[Any]]
) -> None:
    number, path = make_speaker()
    request_number, _ = make_request()
    ask(app, number, request_number)
    closed, _ = make_request(moves=(("decline", {"reason": "No"}),))
    with stored(app, number) as speaker:
        speaker.weekly.append(WeeklyHours(weekday=0, from_minute=0, until_minute=60))
        speaker.exceptions.append(AvailabilityException(first_on=utc_now().date(), last_on=utc_now().date()))
        speaker.vetoes.append(SpeakerVeto(words="Anytown"))
        own_address.ask(db.session(), speaker, "new@example.org", utc_now())
        table = "UPDATE speaker_requests SET speaker_id = :speaker, sealed_name = 'Dilys Example' WHERE id = :id"
        db.session.execute(db.text(table), {"speaker": number, "id": closed})
    page = client.get(f"{path}/leave").text
    assert "You are asked or booked for a meeting to come." in page
    token = csrf_token(page)
    for _ in range(2):
        answer = client.post(f"{path}/leave", data={"csrf_token": token})
        assert (answer.status_code, answer.location) == (303, "/left-the-register")
    assert "You have left the register" in client.get("/left-the-register").text
    assert client.get(path).status_code == 404
    assert client.get(f"{path}/leave").status_code == 404
    with stored(app, number) as speaker:
        kept = {
            column.name: value
            for column in Speaker.__table__.columns
            if (value := getattr(speaker, column.name)) not in (None, "", [], {}, 0)
        }
        assert set(kept) == {
            *("id", "version", "kind", "lives_in", "language", "experience", "time_zone", "most_a_month"),
            *("created_at", "left_at"),
        }
        assert speaker.weekly == speaker.exceptions == speaker.vetoes == []
        assert all(each.withdrawn_at for each in speaker.consents)
        (offer,) = db.session.scalars(select(Offer)).all()
        assert (offer.state, offer.closed_at is not None) == ("declined", True)
        assert (offer.other_date, offer.overridden, offer.reason) == ("", "", "")
        (task,) = db.session.scalars(select(Task)).all()
        assert task.submission_id == request_number
        assert db.session.scalars(select(Draft)).all() == []
    assert rows("SELECT sealed_name FROM speaker_requests WHERE id = :id", id=closed) == [("",)]


def test_letters_to_who_has_left_do_not_leave(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    _, path = make_speaker()
    Visitor(client).post("/find-my-request", {"email": "dilys@example.org"})
    send(client, path, "leave")
    with app.app_context():
        states = db.session.execute(db.text("SELECT state FROM outbox_emails")).scalars().all()
    assert states == ["cancelled"]


def test_a_speaker_finds_their_page_again_and_nobody_learns_who_is_one(
    app: Flask, client: FlaskClient, make_speaker: Make
) -> None:
    make_speaker()
    visitor = Visitor(client)
    known = visitor.post("/find-my-request", {"email": " DILYS@example.org "})
    unknown = visitor.post("/find-my-request", {"email": "nobody@example.org"})
    assert (known.status_code, main_of(known.text)) == (unknown.status_code, main_of(unknown.text))
    ((to, language, text),) = letters(app, "register/link")
    assert (to, language) == ("dilys@example.org", "en")
    assert "[[link:" in text
    # With the reference of a request, the request alone is meant.
    visitor.post("/find-my-request", {"email": "dilys@example.org", "reference": "USC-1001"})
    assert len(letters(app, "register/link")) == 1


@pytest.mark.parametrize("end", ["left", "locked"])
def test_no_link_goes_to_who_has_left_or_is_hidden(
    app: Flask, client: FlaskClient, make_speaker: Make, end: str
) -> None:
    number, _ = make_speaker()
    with stored(app, number) as speaker:
        (keeping.leave if end == "left" else keeping.lock)(db.session(), speaker, utc_now())
    assert Visitor(client).post("/find-my-request", {"email": "dilys@example.org"}).status_code == 200
    assert letters(app, "register/link") == []


def test_who_is_asked_and_pauses_is_told_to_answer_all_the_same(
    app: Flask, client: FlaskClient, make_speaker: Make, make_request: MakeRequest
) -> None:
    number, path = make_speaker()
    ask(app, number, make_request()[0])
    send(client, path, "pause")
    assert "a pause is no answer" in client.get(path).text


def test_an_offer_is_answered_from_there_without_the_letter(
    app: Flask, client: FlaskClient, make_speaker: Make, make_request: MakeRequest
) -> None:
    number, path = make_speaker(base=IN_UKRAINE)
    ask(app, number, make_request()[0])
    with app.app_context():
        offer, booking = db.session.scalars(select(Offer)).one(), db.session.scalars(select(Booking)).one()
        offer.dates = [{"on": "2027-01-14", "time": "22:30", "time_text": ""}]
        booking.offer_id = offer.id
        db.session.commit()
    page = client.get(f"{path}?lang=en").text
    words = text_of(page)
    assert (
        "You are asked to speak Thursday 14 January 2027, 10.30pm in London, Friday 15 January 2027, 12.30am" in words
    )
    assert "/offer/" not in page
    with app.app_context():
        links.issue(db.session(), "offer", 1, utc_now())
        db.session.commit()
    address = path_in(app, "offer")
    assert client.get(f"{path}?lang=en").text.count(f'href="{address}"') == 2
    with app.app_context():
        db.session.scalars(select(Offer)).one().answered_at = utc_now()
        db.session.commit()
    assert "You are asked to speak" not in client.get(f"{path}?lang=en").text


def test_whoever_has_said_yes_and_pauses_reads_what_they_said_yes_to(
    app: Flask, client: FlaskClient, make_speaker: Make, make_request: MakeRequest
) -> None:
    number, path = make_speaker(base=IN_UKRAINE)
    ask(app, number, make_request()[0])
    with app.app_context():
        offer = db.session.scalars(select(Offer)).one()
        offer.dates = [{"on": "2027-01-14", "time": "19:00", "time_text": ""}, {"on": "2027-01-21", "time": "19:00"}]
        offer.state, offer.accepted, offer.answered_at = ACCEPTED, ["2027-01-14"], utc_now()
        links.issue(db.session(), "offer", offer.id, utc_now())
        db.session.commit()
    send(client, path, "pause")
    page = client.get(f"{path}?lang=en").text
    words = text_of(page)
    assert "Where you have said yes" in words
    assert "Your pause takes no yes back. Thursday 14 January 2027, 7pm in London" in words
    assert "21 January" not in words
    assert f'href="{path_in(app, "offer")}"' in page


def test_bookings_are_told_by_both_clocks(
    app: Flask, client: FlaskClient, make_speaker: Make, make_request: MakeRequest
) -> None:
    number, path = make_speaker(base=IN_UKRAINE)
    request_number, _ = make_request()
    ask(app, number, request_number)
    with app.app_context():
        booking = db.session.scalars(select(Booking)).one()
        begin = (utc_now() + timedelta(days=400)).replace(month=1, day=14, hour=22, minute=30)
        booking.starts_at, booking.ends_at = begin, begin + timedelta(hours=1)
        db.session.get_one(SpeakerRequest, request_number).meeting_format = "online"
        db.session.commit()
    words = text_of(client.get(f"{path}?lang=en").text)
    assert "10.30pm London time (for you:" in words
    assert "12.30am)" in words
    assert "NUM Durham Area" in words


@pytest.mark.parametrize(("form", "has_own"), [("in-person", False), ("online", True)])
def test_whoever_stands_in_the_room_reads_the_clock_there(
    app: Flask, client: FlaskClient, make_speaker: Make, make_request: MakeRequest, form: str, has_own: bool
) -> None:
    number, path = make_speaker(base=IN_UKRAINE)
    request_number, _ = make_request()
    ask(app, number, request_number)
    with app.app_context():
        db.session.get_one(SpeakerRequest, request_number).meeting_format = form
        db.session.commit()
    words = text_of(client.get(f"{path}?lang=en").text)
    assert "London time" in words
    assert ("(for you:" in words) is has_own


def press_at_once(app: Flask, address: str, typed: dict[str, Any], page: str) -> list[int]:
    """Send one form four times at the same moment; what was answered."""
    client = app.test_client()
    token = csrf_token(client.get(page).text)
    cookies = "; ".join(f"{each.key}={each.value}" for each in client._cookies.values())
    gate = threading.Barrier(4)
    answers: list[int] = []

    def press() -> None:
        gate.wait()
        sent = app.test_client(use_cookies=False).post(
            address, data={**typed, "csrf_token": token}, headers={"Cookie": cookies}
        )
        answers.append(sent.status_code)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_four_presses_at_the_same_moment_are_one(any_app: Flask) -> None:
    number, path = add_speaker(any_app, agreed=())
    for page, typed in {
        "rather-not": {"words": "Anytown"},
        "agree": {"register": "yes", "branches": "yes"},
        "days": {"what": "away", "first_on": f"{utc_now() + timedelta(days=60):%d %B %Y}"},
        "email": {"email": "new@example.org"},
    }.items():
        assert press_at_once(any_app, f"{path}/{page}", typed, f"{path}/{page}") == [303] * 4, page
    with stored(any_app, number) as speaker:
        assert len(speaker.vetoes) == 1
        assert len(speaker.exceptions) == 1
        assert [each.purpose for each in speaker.consents] == ["register", "branches"]
    assert count(any_app, Task) == 1
    assert len(letters(any_app, "register/new-address")) == 1
    confirm = path_in(any_app, "address")
    assert press_at_once(any_app, confirm, {}, confirm) == [200] * 4
    assert len(letters(any_app, "register/address-changed")) == 1
    own = path_in(any_app, "speak")
    assert press_at_once(any_app, f"{own}/leave", {}, f"{own}/leave") == [303] * 4
    with stored(any_app, number) as speaker:
        assert (speaker.name, speaker.email) == ("", "")


def test_a_wish_that_a_coordinator_made_a_rule_of_waits_no_longer(app: Flask, make_speaker: Make) -> None:
    number, _ = make_speaker()
    with stored(app, number) as speaker:
        assert own_page.rather_not(db.session(), speaker, "Anytown", utc_now())
        assert not own_page.rather_not(db.session(), speaker, "Anytown", utc_now())
        speaker.vetoes[0].union_id = 1
        assert own_page.rather_not(db.session(), speaker, "Anytown", utc_now())


@pytest.mark.parametrize("base", [DETAILS, IN_UKRAINE], ids=["uk", "ukraine"])
def test_nothing_of_a_speaker_stands_open_in_the_database(
    app: Flask, client: FlaskClient, make_speaker: Make, rows: Callable[..., list[Any]], base: dict[str, Any]
) -> None:
    _, path = make_speaker(base=base)
    send(client, path, "rather-not", words="The Anytown branch")
    send(client, path, "email", email="another@example.org")
    for table in ("speakers", "speaker_vetoes", "drafts", "tasks", "private_links", "limit_counts"):
        found = str(rows(f"SELECT * FROM {table}"))
        for secret in (base["name"], base["email"], "Anytown", "another@example.org"):
            assert secret not in found, (table, secret)


def test_a_calendar_of_ones_own_is_made_renewed_and_ended(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    _, path = make_speaker()
    assert "/feed/" not in client.get(path).text
    found = []
    for _ in range(2):
        assert send(client, path, "calendar").status_code == 303
        address = re.search(r"/feed/[\w-]+", client.get(path).text)
        assert re.search(r'href="webcal://[^/"]+/feed/[\w-]+\.ics"', client.get(path).text)
        assert address is not None
        found.append(address[0])
    assert [client.get(each).status_code for each in found] == [404, 200]
    for _ in range(2):
        assert send(client, path, "end-calendar").status_code == 303
    assert client.get(found[1]).status_code == 404
    assert "/feed/" not in client.get(path).text


def test_the_calendar_of_who_has_left_opens_nothing(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    _, path = make_speaker()
    send(client, path, "calendar")
    feed = path_in(app, "feed")
    assert client.get(feed).status_code == 200
    send(client, path, "leave")
    assert client.get(feed).status_code == 404

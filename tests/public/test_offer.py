"""A speaker's page for one meeting: what it tells, what it keeps to itself, and every answer."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import london_day, utc_now
from portal.dashboard import prefilled
from portal.emails import links
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.public import offer_words
from portal.public.offered import Opened
from portal.sealed import digest
from portal.speakers import agreements, changing
from portal.speakers.engagements import BookedSlot, Booking, Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import Speaker, SpeakerConsent
from portal.submissions import actions, intake, registry, whole
from portal.submissions.day_words import as_typed, in_words_of
from portal.submissions.forms import FormContext
from tests.conftest import csrf_token
from tests.public.conftest import main_of
from tests.submissions.entries import BRANCH, COORDINATOR, speaker_answers

ANOTHER_DAY = {"date_other": "9 February 2027", "time_other": "6pm"}
SECRETS = ("NUM Durham", "Jean", "jean@", "0191", "Miners’ Hall")


def a_speaker(name: str = "Olena Tkach", email: str = "olena.tkach@example.org", **more: Any) -> Speaker:
    now = utc_now()
    usual = {"language": "en", "created_at": now, "confirmed_at": now, "formats": ["online", "in-person"]}
    speaker = Speaker(name=name, email=email, email_digest=digest(email), **(usual | more))
    db.session.add(speaker)
    db.session.flush()
    return speaker


def asked(app: Flask, *speakers: dict[str, Any], **answers: str) -> tuple[int, list[str]]:
    """A request whose speakers were asked: its number and the paths of their pages."""
    with app.app_context():
        now = utc_now()
        made = [a_speaker(**each) for each in speakers or ({},)]
        request = intake.file(db.session(), "speaker", speaker_answers(**answers), now=now, language="en", by=BRANCH)
        numbers = ",".join(str(each.id) for each in made)
        actions.perform(db.session(), request, "ask-speakers", by=COORDINATOR, now=now, answers={"speakers": numbers})
        db.session.commit()
        offers = db.session.scalars(select(Offer).order_by(Offer.id)).all()
        return request.id, [links.path_of(links.issue(db.session(), "offer", each.id, now)) for each in offers]


def stored(app: Flask, number: int) -> dict[str, Any]:
    with app.app_context():
        request = whole.load(db.session(), number)
        assert isinstance(request, SpeakerRequest)
        return {
            "state": request.state,
            "turn": request.turn,
            "offers": [each.state for each in request.offers],
            "letters": list(
                db.session.scalars(
                    select(OutboxEmail.template).where(OutboxEmail.submission_id == number).order_by(OutboxEmail.id)
                )
            ),
        }


def say(client: FlaskClient, path: str, answer: str, **form: Any) -> Any:
    page = client.get(path if answer == "yes" else f"{path}/{answer}").text
    return client.post(f"{path}/{answer}", data={"csrf_token": csrf_token(page), **form})


def test_whoever_agreed_in_the_register_to_be_named_reads_why_each_meeting_asks_again(
    app: Flask, client: FlaskClient
) -> None:
    _, (path,) = asked(app)
    again = "In our register you agreed that branches you speak to may learn who you are."
    assert again not in client.get(path).text
    with app.app_context():
        speaker = db.session.scalars(select(Offer)).one().speaker
        agreements.give(speaker, agreements.BRANCHES, language="en", now=utc_now())
        db.session.commit()
    page = client.get(path).text
    assert again in page
    assert not re.search(r"<input[^>]*may_name_me[^>]*checked", page), "no consent is ticked before"


@pytest.mark.parametrize(("role", "who"), [("speaker", "speaker"), ("interpreter", "interpreter")])
def test_the_page_of_a_request_that_was_withdrawn_calls_its_reader_what_they_are(
    app: Flask, role: str, who: str
) -> None:
    with app.test_request_context():
        found = Opened(Offer(role=role, state="released"), SpeakerRequest(state="withdrawn"))
        assert f"no {who} is needed any more" in offer_words.over(found)


def test_the_page_tells_of_the_meeting_and_nothing_of_who_asks(app: Flask, client: FlaskClient) -> None:
    _, (path,) = asked(app)
    page = client.get(path)
    assert page.status_code == 200
    assert "Thursday 14 January 2027" in page.text
    assert "in Kyiv" in page.text
    assert [secret for secret in SECRETS if secret in page.text] == []
    assert page.headers["Cache-Control"] == "no-store"


def test_a_speaker_reads_their_own_language(app: Flask, client: FlaskClient) -> None:
    _, (path,) = asked(app, {"language": "uk"})
    page = client.get(path).text
    assert "Чи могли б ви виступити" in page
    assert '<html lang="uk"' in page
    assert "Yes, I will speak" not in page


def test_a_yes_waits_for_a_coordinator_and_is_kept_once(app: Flask, client: FlaskClient) -> None:
    number, (path,) = asked(app)
    for _ in range(2):
        answer = say(client, path, "yes", accepted=["2027-01-14"], may_name_me="yes")
        assert answer.status_code == 303
    found = stored(app, number)
    assert (found["state"], found["turn"], found["offers"]) == ("offered", "us", ["accepted"])
    assert found["letters"].count("speaker/yes-received") == 1
    assert "Thank you for your yes" in client.get(path).text
    with app.app_context():
        consent = db.session.scalars(select(SpeakerConsent)).one()
        assert "I am in a union" in consent.text
        assert consent.given_at is not None


def test_a_yes_without_a_date_is_asked_for_one_and_nothing_is_lost(app: Flask, client: FlaskClient) -> None:
    number, (path,) = asked(app, date_2="21 January 2027", time_2="19:00")
    answer = say(client, path, "yes", may_name_me="yes")
    assert answer.status_code == 422
    assert "Choose at least one date that suits you" in answer.text
    assert "checked" in answer.text
    assert stored(app, number)["offers"] == ["asked"]


def test_a_yes_to_the_only_date_needs_no_tick(app: Flask, client: FlaskClient) -> None:
    number, (path,) = asked(app)
    assert "Which dates suit you?" not in client.get(path).text
    assert say(client, path, "yes").status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Offer)).one().accepted == ["2027-01-14"]
    assert stored(app, number)["turn"] == "us"


def test_one_no_of_two_leaves_the_other_asked_and_the_last_no_gives_it_back(app: Flask, client: FlaskClient) -> None:
    number, (first, second) = asked(app, {}, {"name": "Petro Lys", "email": "petro@example.org"})
    assert say(client, first, "no", reason="I am on shift").status_code == 303
    found = stored(app, number)
    assert (found["state"], found["offers"]) == ("offered", ["declined", "asked"])
    assert "You have told us that you cannot come" in client.get(first).text
    assert say(client, second, "no").status_code == 303
    found = stored(app, number)
    assert (found["state"], found["offers"]) == ("matching", ["declined", "declined"])
    assert found["letters"].count("speaker/offer-over") == 2


def test_another_date_is_for_us_to_ask_the_branch(app: Flask, client: FlaskClient) -> None:
    number, (path,) = asked(app)
    answer = say(client, path, "other-date", **ANOTHER_DAY, more="Any Tuesday in February")
    assert answer.status_code == 303
    found = stored(app, number)
    assert (found["turn"], found["offers"]) == ("us", ["asked"])
    assert "Any Tuesday in February" in client.get(path).text
    empty = say(client, path, "other-date", more=" ")
    assert empty.status_code == 422
    assert "Write which day would suit you" in empty.text


def test_confirming_one_books_them_and_thanks_the_others(app: Flask, client: FlaskClient) -> None:
    number, (first, second) = asked(app, {}, {"name": "Petro Lys", "email": "petro@example.org"})
    say(client, first, "yes", accepted=["2027-01-14"], may_name_me="yes")
    say(client, second, "yes", accepted=["2027-01-14"])
    with app.app_context():
        request = whole.load(db.session(), number)
        assert isinstance(request, SpeakerRequest)
        answers = {
            "offer": str(request.offers[0].id),
            "confirmed_on": "2027-01-14",
            "confirmed_time": "19:00",
            "agreed": "By telephone",
        }
        actions.perform(db.session(), request, "confirm", by=COORDINATOR, now=utc_now(), answers=answers)
        db.session.commit()
        booking = db.session.scalars(select(Booking)).one()
        assert len(db.session.scalars(select(BookedSlot)).all()) >= 2
        assert booking.speaker.name == "Olena Tkach"
    found = stored(app, number)
    assert (found["state"], found["offers"]) == ("confirmed", ["confirmed", "released"])
    assert found["letters"][-3:] == ["speaker/confirmed", "speaker/booked", "speaker/others-thanked"]
    booked = client.get(first).text
    assert "You are booked to speak" in booked
    assert "Durham" in booked
    assert "Somebody else speaks at this meeting" in client.get(second).text


def test_who_did_not_agree_to_be_named_is_not(app: Flask, client: FlaskClient) -> None:
    number, (path,) = asked(app)
    say(client, path, "yes", accepted=["2027-01-14"])
    with app.app_context():
        request = whole.load(db.session(), number)
        assert request is not None
        answers = {"confirmed_on": "2027-01-14", "confirmed_time": "19:00", "agreed": "By telephone"}
        actions.perform(db.session(), request, "confirm", by=COORDINATOR, now=utc_now(), answers=answers)
        db.session.commit()
        letter = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "speaker/confirmed")).one()
        assert "Olena" not in letter.text + letter.html
        assert "olena.tkach" not in letter.text + letter.html
        track = links.path_of(links.issue(db.session(), "track", number, utc_now()))
        db.session.commit()
    assert "Olena" not in client.get(track).text


def test_a_booked_speaker_who_cannot_come_frees_the_hours_and_reopens_the_search(
    app: Flask, client: FlaskClient
) -> None:
    number, (path,) = asked(app)
    say(client, path, "yes", accepted=["2027-01-14"], may_name_me="yes")
    with app.app_context():
        request = whole.load(db.session(), number)
        assert request is not None
        answers = {"confirmed_on": "2027-01-14", "confirmed_time": "19:00", "agreed": "By telephone"}
        actions.perform(db.session(), request, "confirm", by=COORDINATOR, now=utc_now(), answers=answers)
        db.session.commit()
    assert "We tell the branch at once" in client.get(f"{path}/no").text
    assert say(client, path, "no", reason="").status_code == 303
    found = stored(app, number)
    assert (found["state"], found["offers"]) == ("matching", ["dropped-out"])
    assert {"speaker/dropped-out", "speaker/offer-over", "speaker/dropped-out-team"} <= set(found["letters"])
    with app.app_context():
        assert db.session.scalars(select(BookedSlot)).all() == []


def test_who_says_that_a_change_suits_gets_the_letter_that_the_page_speaks_of(app: Flask, client: FlaskClient) -> None:
    number, (path,) = asked(app, date_2="")
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, number)
        for name, day, agreed in (("confirm", "2027-01-14", "By telephone"), ("change-meeting", "2027-01-15", "")):
            answers = {"confirmed_on": day, "confirmed_time": "19:00", "agreed": agreed}
            actions.perform(db.session(), request, name, by=COORDINATOR, now=utc_now(), answers=answers)
        db.session.commit()
    token = csrf_token(client.get(path).text)
    answer = client.post(f"{path}/yes", data={"csrf_token": token}, follow_redirects=True)
    assert "Thank you. We have written to you." in answer.text
    assert {"speaker/change-agreed", "speaker/keeps-received"} <= set(stored(app, number)["letters"])
    with app.app_context():
        letter = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "speaker/keeps-received")).one()
        assert "Friday 15 January 2027, 7pm" in letter.text
        assert "STATUS:CONFIRMED" in (letter.calendar or "")


@pytest.mark.parametrize("change", ["locked_at", "left_at"])
def test_the_link_of_somebody_hidden_opens_nothing(app: Flask, client: FlaskClient, change: str) -> None:
    _, (path,) = asked(app)
    with app.app_context():
        setattr(db.session.scalars(select(Speaker)).one(), change, utc_now())
        db.session.commit()
    assert client.get(path).status_code == 404
    assert client.get("/offer/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404


def test_a_stale_token_keeps_what_was_typed(app: Flask, client: FlaskClient) -> None:
    number, (path,) = asked(app)
    client.get(path)
    answer = client.post(f"{path}/other-date", data={**ANOTHER_DAY, "more": "Any Tuesday", "csrf_token": "wrong"})
    assert answer.status_code == 400
    assert "Any Tuesday" in answer.text
    assert stored(app, number)["turn"] == "speaker"


def test_a_request_withdrawn_while_offered_is_over_for_the_speaker(app: Flask, client: FlaskClient) -> None:
    number, (path,) = asked(app)
    with app.app_context():
        request = whole.load(db.session(), number)
        assert request is not None
        actions.perform(db.session(), request, "withdraw", by=BRANCH, now=utc_now(), answers={"reason": "No hall"})
        db.session.commit()
    found = stored(app, number)
    assert (found["state"], found["offers"]) == ("withdrawn", ["released"])
    assert "speaker/no-longer-needed" in found["letters"]
    assert "This request is over" in client.get(path).text
    assert say_late(client, path).status_code == 303


def say_late(client: FlaskClient, path: str) -> Any:
    token = csrf_token(client.get("/find-my-request").text)
    return client.post(f"{path}/yes", data={"csrf_token": token, "accepted": "2027-01-14"})


@pytest.mark.parametrize(
    ("answer", "form", "said", "situation"),
    [
        ("yes", {"accepted": "2027-01-14"}, "Дякуємо. Ми написали вам листа.", "Дякуємо за вашу згоду"),
        ("no", {}, "Дякуємо, що повідомили.", "Ви повідомили, що не зможете"),
    ],
)
def test_what_is_said_after_an_answer_is_in_the_speakers_language(
    app: Flask, client: FlaskClient, answer: str, form: dict[str, str], said: str, situation: str
) -> None:
    _, (path,) = asked(app, {"language": "uk"})
    assert say(client, path, answer, **form).status_code == 303
    page = client.get(path).text
    assert said in page
    assert situation in page
    assert "Знайшлася інша людина" not in page


def test_the_address_under_which_a_mistake_was_shown_leads_to_the_page(app: Flask, client: FlaskClient) -> None:
    _, (path,) = asked(app)
    assert client.get(f"{path}/yes").headers["Location"] == path


def test_a_second_yes_for_the_same_time_is_said_on_the_page_at_once(app: Flask, client: FlaskClient) -> None:
    number, (first,) = asked(app, time_1="7pm")
    with app.app_context():
        now = utc_now()
        answers = speaker_answers(date_1="14 January 2027", time_1="7.30pm")
        other = intake.file(db.session(), "speaker", answers, now=now, language="en", by=BRANCH)
        chosen = {"speakers": str(db.session.scalars(select(Speaker.id)).one())}
        actions.perform(db.session(), other, "ask-speakers", by=COORDINATOR, now=now, answers=chosen)
        second = links.path_of(links.issue(db.session(), "offer", other.offers[0].id, now))
        db.session.commit()
    words = "You have said yes to another meeting at that time: Thursday 14 January 2027, 7pm. Only"
    assert words not in client.get(second).text
    say(client, first, "yes", accepted="2027-01-14")
    assert words in client.get(second).text
    say(client, second, "yes", accepted="2027-01-14")
    assert words in client.get(second).text
    assert "said yes to another meeting at that time: Thursday 14 January 2027, 7.30pm" in client.get(first).text
    with app.app_context():
        agreed = {"confirmed_on": "2027-01-14", "confirmed_time": "19:00"}
        request = whole.load(db.session(), number)
        actions.perform(db.session(), request, "confirm", by=COORDINATOR, now=utc_now(), answers=agreed)
        db.session.commit()
    assert "You are booked elsewhere at that time: Thursday 14 January 2027, 7pm" in client.get(second).text


def test_another_date_is_a_day_with_its_hour(app: Flask, client: FlaskClient) -> None:
    number, (path,) = asked(app, {"language": "uk"})
    for missing in ({"date_other": "9 лютого 2027"}, {"time_other": "18:00"}, {"more": "Будь-який вівторок"}):
        answer = say(client, path, "other-date", **missing)
        assert answer.status_code == 422
        assert next(iter(missing.values())) in answer.text
    assert say(client, path, "other-date", date_other="14 січня 2027", time_other="19:30").status_code == 422
    assert stored(app, number)["turn"] == "speaker"
    assert say(client, path, "other-date", date_other="9 лютого 2027", time_other="18:00").status_code == 303
    assert "9 лютого 2027 року, 18:00 за Лондоном, 20:00 за Києвом" in client.get(path).text
    with app.app_context():
        request = whole.load(db.session(), number)
        known = prefilled.answers(
            request, registry.kind("speaker").workflow.transition("ask-other-day"), london_day(utc_now())
        )
        assert known == {"other_on": "9 February 2027", "other_time": "6pm"}


@pytest.mark.parametrize(("meeting_format", "is_told"), [("in-person", False), ("online", True), ("either", True)])
def test_the_hour_in_kyiv_stands_where_somebody_may_be_there(
    app: Flask, client: FlaskClient, meeting_format: str, is_told: bool
) -> None:
    number, (path,) = asked(app)
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, number)
        request.meeting_format = meeting_format
        (reader,) = request.parties("speaker", request.offers[0].asked_at)
        assert ("in Kyiv" in reader.facts["offered_dates"]) is is_told
        db.session.commit()
    page = client.get(path).text
    assert "Thursday 14 January 2027" in page
    assert ("in Kyiv" in page) is is_told


@pytest.mark.parametrize(
    ("meeting_format", "lives_in", "is_told"),
    [("in-person", "uk", True), ("either", "uk", True), ("online", "uk", False), ("either", "ukraine", False)],
)
def test_whoever_may_have_to_travel_reads_the_town_and_no_more_of_where_it_is(
    app: Flask, client: FlaskClient, meeting_format: str, lives_in: str, is_told: bool
) -> None:
    number, (path,) = asked(app, {"lives_in": lives_in})
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, number)
        request.meeting_format, request.venue, request.town = meeting_format, "Miners’ Hall", "Durham"
        (reader,) = request.parties("speaker", request.offers[0].asked_at)
        assert reader.facts["offered_town"] == ("Durham" if is_told else "")
        db.session.commit()
    page = main_of(client.get(path).text)
    assert ("Durham" in page) is is_told
    assert [secret for secret in SECRETS if secret in page] == []


RULE = {"date_1": "", "time_1": "", "date_2": "", "time_2": "", "date_rule": "second Tuesday of the month, 7.30pm"}


def test_who_is_asked_for_a_branch_that_named_no_day_reads_the_next_days_on_which_it_meets(
    app: Flask, client: FlaskClient
) -> None:
    number, (path,) = asked(app, **RULE)
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, number)
        days = [date.fromisoformat(row["on"]) for row in request.offers[0].dates]
        assert [(day.weekday(), (day.day - 1) // 7) for day in days] == [(1, 1), (1, 1)]
        to_speaker, to_branch = (
            db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == name)).one().text
            for name in ("speaker/offer", "speaker/offered")
        )
    first, second = (in_words_of(day, "en") for day in days)
    page = main_of(client.get(path).text)
    for told in (to_speaker, page):
        assert f"{first}, 7.30pm in London" in told
        assert f"{second}, 7.30pm in London" in told
    assert "Going by when it usually meets, it would be one of these days:" in to_speaker
    assert f"We have asked for any of these days:\n\n- {first}, 7.30pm\n- {second}, 7.30pm\n" in to_branch
    assert "second Tuesday" not in to_branch
    assert "If one of these days does not suit you, please tell us on your page." in to_branch
    assert say(client, path, "yes").status_code == 422, "a yes is to a day"
    assert say(client, path, "yes", accepted=days[1].isoformat()).status_code == 303
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, number)
        confirming = request.WORKFLOW.transition("confirm")
        known = prefilled.answers(request, confirming, london_day(utc_now()))
        assert (known["confirmed_on"], known["confirmed_time"]) == (as_typed(days[1], "en"), "7.30pm")
        answers = {"confirmed_on": days[1].isoformat(), "confirmed_time": "19:30"}
        actions.perform(db.session(), request, "confirm", by=COORDINATOR, now=utc_now(), answers=answers)
        assert request.meeting_on == days[1]


def test_a_branch_that_changes_when_it_meets_has_those_who_are_asked_told_of_the_days_in_question_now(
    app: Flask, client: FlaskClient
) -> None:
    number, (one, other) = asked(app, {}, {"name": "Iryna Hlyb-Reed", "email": "iryna@example.org"}, **RULE)
    with app.app_context():
        before = [row["on"] for row in db.session.get_one(SpeakerRequest, number).offers[0].dates]
    assert say(client, one, "yes", accepted=before[1]).status_code == 303
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, number)
        typed = {**intake.answers_of(request)["meeting"], "date_rule": "second Wednesday of the month, 7pm"}
        today = FormContext(london_day(utc_now()))
        intake.amend_from(db.session(), request, "meeting", typed, by=BRANCH, now=utc_now(), context=today)
        told = changing.standing(request, {"date_rule"}, "en", utc_now())
        assert told.startswith("We have told whoever is asked to speak, and write to you when we know more. We ask for")
        assert "these days now: Wednesday" in told
        days = {tuple(row["on"] for row in offer.dates) for offer in request.offers}
        assert len(days) == 1
        assert [date.fromisoformat(day).weekday() for day in days.pop()] == [2, 2]
        assert [offer.accepted for offer in request.offers] == [[], []], "a yes was to a day that is dropped"
        letters = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "speaker/offer-changed")).all()
        assert len(letters) == 2
        assert all("7pm in London" in letter.text for letter in letters)
        assert all("The branch has named no day." in letter.text for letter in letters)
        assert all("Had you said yes already? That yes no longer counts" in letter.text for letter in letters)
        db.session.commit()
    assert "Wednesday" in main_of(client.get(other).text)


def test_words_that_name_no_clear_day_are_nothing_that_a_branch_reads_to_have_been_asked_for(
    app: Flask, client: FlaskClient
) -> None:
    asked(app, **RULE | {"date_rule": "some Tuesday, usually the second"})
    with app.app_context():
        letter = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "speaker/offered")).one()
        assert "We have asked for any of these days" not in letter.text


def test_whoever_is_asked_for_no_day_reads_so_and_a_yes_to_none_is_no_yes_to_the_day_that_is_confirmed(
    app: Flask, client: FlaskClient
) -> None:
    number, (path,) = asked(app, **RULE | {"date_rule": "TBC, whenever suits you"})
    with app.app_context():
        letter = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "speaker/offer")).one()
        assert "The branch has named no day yet." in letter.text
    assert "The branch has named no day yet." in main_of(client.get(path).text)
    assert say(client, path, "yes").status_code == 303
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, number)
        day = {"confirmed_on": "2027-01-14", "confirmed_time": "19:00"}
        with pytest.raises(actions.WrongAnswerError, match="no day was named to them"):
            actions.perform(db.session(), request, "confirm", by=COORDINATOR, now=utc_now(), answers=day)
        db.session.rollback()
        heard = day | {"agreed": "By telephone on 3 December"}
        actions.perform(db.session(), request, "confirm", by=COORDINATOR, now=utc_now(), answers=heard)
        assert request.meeting_on == date(2027, 1, 14)

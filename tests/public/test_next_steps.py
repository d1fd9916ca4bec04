"""What a branch can do from its own page: every letter that asks for something finds its place there."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.affiliations.models import Affiliation
from portal.affiliations.standing import at_stake
from portal.affiliations.terms import year_from
from portal.clock import london_day, utc_now
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.sealed import digest
from portal.submissions import actions, deadlines
from portal.submissions.actions import Mover
from portal.submissions.day_words import in_words_of
from portal.submissions.models import Submission
from portal.submissions.workflow import Actor
from portal.twinning.pulse import QUIET_FOR
from tests.conftest import csrf_token
from tests.public.conftest import main_of
from tests.public.speaker import fields_on
from tests.public.test_settled import BODY, CONFIRM, INTRODUCED, OFFER, PAID, TWINNED, heading_of, settled_on

Make = Callable[..., tuple[int, str]]
ASK = ("ask", {"question": "Is the hall step-free?"})
PROPOSED = INTRODUCED[:3]
AWAITING = (("await-decision", {}),)


def words_of(html: str) -> str:
    """The words of the main part of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main_of(html))).split())


def in_words(app: Flask, day: date) -> str:
    """A day as an English page writes it."""
    with app.test_request_context("/"):
        return in_words_of(day, "en")


def buttons(html: str) -> list[str]:
    """The words on the buttons and button-like links of a page."""
    found = re.findall(r'<(?:a|button)[^>]*class="button[^"]*"[^>]*>(.*?)</(?:a|button)>', main_of(html), re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", "", each)).split()) for each in found]


def press(client: FlaskClient, token: str, move: str, **answers: str) -> Any:
    """Make a move on its page and go back to the branch's own."""
    path = f"/track/{token}/moves/{move}"
    form = {"csrf_token": csrf_token(client.get(path).text)}
    return client.post(path, data=form | answers, follow_redirects=True)


def letters_to(app: Flask, address: str) -> list[str]:
    """The templates of the letters to an address, the last one first."""
    with app.app_context():
        rows = (
            select(OutboxEmail.template).where(OutboxEmail.to_digest == digest(address)).order_by(OutboxEmail.id.desc())
        )
        return list(db.session.scalars(rows))


DROPPED_OUT = (OFFER, CONFIRM, ("speaker-dropped-out", {}))


@pytest.mark.parametrize(
    ("how", "asked"),
    [
        ("online", "Your speaker can no longer come. Would a later date also help you?"),
        ("in-person", "Your speaker can no longer come. Would a talk by video, or a later date, also help you?"),
    ],
)
def test_a_branch_whose_speaker_has_dropped_out_can_answer_what_the_letter_asks(
    client: FlaskClient, make_request: Make, how: str, asked: str
) -> None:
    _, token = make_request(moves=DROPPED_OUT, meeting_format=how)
    page = client.get(f"/track/{token}").text
    assert asked in words_of(page)
    assert "You do not need to do anything now" not in words_of(page)
    assert buttons(page)[:2] == ["Yes, tell you what would help", "No, it has to be that day"]
    assert f'href="/track/{token}/change/meeting"' in page


def test_its_no_is_noted_and_not_asked_for_again(
    client: FlaskClient, sign_in: Callable[..., FlaskClient], make_request: Make
) -> None:
    number, token = make_request(moves=DROPPED_OUT)
    done = press(client, token, "keeps-its-day")
    assert "Thank you. We look for somebody who can come on your day." in done.text
    assert "also help you?" not in words_of(done.text)
    desk = words_of(sign_in().get(f"/dashboard/requests/{number}").text)
    assert "The speaker has dropped out, and the branch keeps to its day" in desk


def test_another_date_answers_it_too(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request(moves=DROPPED_OUT)
    path = f"/track/{token}/change/meeting"
    typed = fields_on(client.get(path).text) | {"date_1": "21 January 2027", "time_1": "7pm"}
    assert client.post(path, data=typed).status_code == 303
    page = client.get(f"/track/{token}").text
    assert "also help you?" not in words_of(page)
    assert "21 January 2027" in words_of(page)


def test_a_decision_has_three_answers(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request("affiliation", decision="going", decided_on=date(2026, 10, 8), moves=AWAITING)
    page = client.get(f"/track/{token}").text
    assert buttons(page)[:3] == ["Our motion was carried", "Our decision was put off", "Our motion was lost"]
    assert "What has your meeting decided?" in words_of(page)


@pytest.mark.parametrize(
    ("treasurer", "said"),
    [("", "Our letter about the fee came to you."), ("till@example.org", "Your treasurer has our letter")],
)
def test_the_page_says_who_has_the_letter_about_the_fee(
    client: FlaskClient, make_request: Make, treasurer: str, said: str
) -> None:
    moves = (("accept", {"fee_pence": "5000"}),)
    _, token = make_request("affiliation", treasurer_email=treasurer, moves=moves)
    assert said in words_of(client.get(f"/track/{token}").text)


def test_a_decision_that_was_put_off_is_asked_after_on_its_new_day(
    app: Flask, client: FlaskClient, make_request: Make
) -> None:
    number, token = make_request("affiliation", decision="going", decided_on=date(2026, 10, 8), moves=AWAITING)
    later = london_day(utc_now()) + timedelta(days=60)
    page = press(client, token, "put-off", next_on=in_words(app, later)).text
    assert "We wait for your next meeting." in words_of(page)
    assert "Your branch put its decision off" in words_of(page)
    with app.app_context():
        affiliation = db.session.get_one(Affiliation, number)
        assert (affiliation.state, affiliation.decided_on) == ("awaiting-decision", later)
        assert affiliation.decision == "going"
    assert letters_to(app, "j.armstrong@example.org")[0] == "affiliation/put-off"
    assert "This date has passed" in press(client, token, "put-off", next_on="8 October 2025").text


def test_a_decision_that_was_put_off_without_a_day_keeps_none(
    app: Flask, client: FlaskClient, make_request: Make
) -> None:
    number, token = make_request("affiliation", decision="going", decided_on=date(2026, 10, 8), moves=AWAITING)
    page = press(client, token, "put-off").text
    assert "We wait for your next meeting." in page
    assert "There is no hurry. Please tell us the day of your next meeting once you know it." in words_of(page)
    assert "What has your meeting decided?" not in page
    assert "button--primary" not in main_of(page)
    with app.app_context():
        assert db.session.get_one(Affiliation, number).decided_on is None


def test_a_motion_is_not_lost_at_a_meeting_that_is_still_to_come(
    app: Flask, client: FlaskClient, make_request: Make
) -> None:
    ahead = london_day(utc_now()) + timedelta(days=9)
    number, token = make_request("affiliation", decision="going", decided_on=ahead, moves=AWAITING)
    page = press(client, token, "lost", reason="Two votes short").text
    assert f"a meeting that is still to come: {ahead:%A} {ahead.day} {ahead:%B %Y}" in words_of(page)
    assert "Enter the day when the motion was lost" in words_of(page)
    assert "Two votes short" in page
    assert "This date is still to come" in press(client, token, "lost", met_on=ahead.isoformat()).text
    with app.app_context():
        assert db.session.get_one(Submission, number).state == "awaiting-decision"
    met = (london_day(utc_now()) - timedelta(days=2)).isoformat()
    assert heading_of(press(client, token, "lost", met_on=met).text).startswith("Your branch has decided not to")


def test_a_motion_that_was_lost_closes_it_and_leaves_the_door_open(
    app: Flask, client: FlaskClient, make_request: Make
) -> None:
    number, token = make_request("affiliation", decision="going", decided_on=date(2026, 10, 8), moves=AWAITING)
    assert "Nothing is to pay" in words_of(client.get(f"/track/{token}/moves/lost").text)
    page = press(client, token, "lost", reason="Two votes short").text
    assert heading_of(page) == "Your branch has decided not to affiliate for now"
    assert "You can ask us again at any time." in words_of(page)
    assert "Has your branch decided to affiliate? No, our motion was lost" in words_of(page)
    assert letters_to(app, "j.armstrong@example.org")[0] == "affiliation/lost"
    with app.app_context():
        affiliation = db.session.get_one(Submission, number)
        actions.perform(
            db.session, affiliation, "reopen", by=Mover(Actor.COORDINATOR), now=utc_now(), answers={"reason": "Again"}
        )
        assert affiliation.state == "received"


def test_a_proposed_twin_is_described_and_can_be_answered(app: Flask, client: FlaskClient, make_request: Make) -> None:
    number, token = make_request("twinning", moves=PROPOSED)
    page = client.get(f"/track/{token}").text
    today = london_day(utc_now())
    answer_by = in_words(app, deadlines.working_day(today + timedelta(days=21), today))
    assert settled_on(page) == {
        "What the members do": "Mining",
        "Where": "Dnipropetrovsk Oblast",
        "We ask for your answer by": answer_by,
    }
    assert buttons(page)[:3] == ["Yes, please introduce us", "No, please look for another", "Ask us something first"]
    page = press(client, token, "yes-to-twin").text
    assert "Yes, please introduce us" not in buttons(page)
    assert settled_on(page)["Your answer"] == "Yes"
    assert "You said yes to this twin" in words_of(page)
    assert letters_to(app, "j.armstrong@example.org")[0] == "twinning/yes-noted"
    with app.app_context():
        proposal = db.session.get_one(Submission, number)
        assert (proposal.state, proposal.turn) == ("proposed", "us")
        assert proposal.due_on is not None


def test_a_no_to_a_twin_goes_on_looking_and_is_not_passed_on(
    app: Flask, client: FlaskClient, make_request: Make
) -> None:
    number, token = make_request("twinning", moves=PROPOSED)
    page = press(client, token, "no-to-twin", reason="Too few of them").text
    assert heading_of(page) == "We are looking for a twin for your branch"
    assert letters_to(app, "j.armstrong@example.org")[0] == "twinning/no-noted"
    with app.app_context():
        letter = db.session.scalars(
            select(OutboxEmail)
            .where(OutboxEmail.to_digest == digest(BODY["body_email"]))
            .order_by(OutboxEmail.id.desc())
        ).first()
        assert letter is not None
        assert letter.template == "twinning/still-looking-body"
        assert "Too few" not in letter.text
        assert db.session.get_one(Submission, number).state == "seeking"


def test_a_yes_counts_for_the_twin_it_was_said_to(app: Flask, client: FlaskClient, make_request: Make) -> None:
    moves = (*PROPOSED, ("yes-to-twin", {}), ("refused", {}), PROPOSED[2])
    _, token = make_request("twinning", moves=moves)
    page = client.get(f"/track/{token}").text
    assert "Yes, please introduce us" in buttons(page)
    assert "Your answer" not in settled_on(page)


def test_a_renewal_says_what_it_costs_and_for_which_year(app: Flask, client: FlaskClient, make_request: Make) -> None:
    _, token = make_request("affiliation", moves=(*PAID, ("renewal-due", {}, 300)))
    starts = year_from(london_day(utc_now())) + timedelta(days=1)
    page = client.get(f"/track/{token}/moves/renew").text
    assert "£50.00" in words_of(page)
    assert f"{in_words(app, starts)} to {in_words(app, year_from(starts))}" in words_of(page)
    press(client, token, "renew")
    assert settled_on(client.get(f"/track/{token}").text)["Fee for the next year"] == "£50.00"


def test_what_a_renewal_shows_is_what_is_then_asked_for(app: Flask, make_request: Make) -> None:
    number, _ = make_request("affiliation", members=700, moves=(*PAID, ("renewal-due", {}, 300)))
    with app.app_context():
        affiliation = db.session.get_one(Affiliation, number)
        today = london_day(utc_now())
        shown = dict(at_stake(affiliation, "renew", "en", today))
        actions.perform(db.session, affiliation, "renew", by=Mover(Actor.BRANCH), now=utc_now())
        term = affiliation.current_term
        assert term is not None
        assert shown["Fee for the year"] == f"£{term.fee_pence / 100:.2f}"
        assert shown["Year"] == f"{in_words_of(term.starts_on, 'en')} to {in_words_of(term.ends_on, 'en')}"


def test_a_lapsed_branch_has_one_way_back(app: Flask, client: FlaskClient, make_request: Make) -> None:
    number, token = make_request("affiliation", moves=PAID)
    with app.app_context():
        affiliation, by = db.session.get_one(Affiliation, number), Mover(Actor.COORDINATOR)
        for move in ("renewal-due", "into-grace", "lapse"):
            actions.perform(db.session, affiliation, move, by=by, now=utc_now() + timedelta(days=400))
        db.session.commit()
    page = client.get(f"/track/{token}").text
    assert buttons(page)[0] == "Yes, we affiliate again"
    assert "Begin a new form" not in words_of(page)
    assert "£50.00" in words_of(client.get(f"/track/{token}/moves/rejoin").text)


def test_a_quiet_twinning_is_asked_for_its_contact(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request("twinning", moves=(*TWINNED, ("gone-quiet", {}, QUIET_FOR.days)))
    page = client.get(f"/track/{token}").text
    assert "Please tell us who in your branch is the contact now." in words_of(page)
    assert "You do not need to do anything now." not in words_of(page)
    assert buttons(page)[:2] == ["Tell us who the contact is", "We are in touch again"]
    assert f"/track/{token}/change/decision" in page
    form = {"csrf_token": csrf_token(client.get(f"/track/{token}/message").text), "message": "It is Ada now."}
    client.post(f"/track/{token}/message", data=form)
    assert "Please tell us who in your branch" not in words_of(client.get(f"/track/{token}").text)


@pytest.mark.parametrize(
    ("rule", "button", "said"),
    [
        ("last Thursday of the month", "Add the hour", "When does your meeting begin?"),
        ("TBC, whenever suits you", "Name a day", "You wrote: “TBC, whenever suits you”."),
    ],
)
def test_a_branch_that_named_no_day_is_asked_for_what_its_words_leave_open(
    client: FlaskClient, make_request: Make, rule: str, button: str, said: str
) -> None:
    _, token = make_request(dates=[], date_rule=rule, meeting_on=None, moves=(("start-matching", {}),))
    page = client.get(f"/track/{token}").text
    assert said in words_of(page)
    assert button in buttons(page)
    assert "You do not need to do anything now." not in words_of(page)


@pytest.mark.parametrize("dates", [("2026-10-07",), ("2026-10-07", "2031-02-12")])
def test_a_meeting_whose_dates_have_passed_is_asked_for_a_new_one(
    client: FlaskClient, make_request: Make, dates: tuple[str, ...]
) -> None:
    rows = [{"on": day, "time_text": "7pm", "time": "19:00"} for day in dates]
    _, token = make_request(dates=rows, meeting_on=date(2026, 10, 7), moves=(("start-matching", {}),))
    page = client.get(f"/track/{token}").text
    is_asked = len(dates) == 1
    assert ("The date that we have for your meeting has passed." in words_of(page)) is is_asked
    assert ("Tell us the new date" in buttons(page)) is is_asked
    assert ("You do not need to do anything now." in words_of(page)) is not is_asked


def test_a_pause_keeps_what_was_settled_but_gives_no_address(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request("twinning", moves=(*TWINNED, ("pause", {})))
    found = settled_on(client.get(f"/track/{token}").text)
    assert found["Your twin"] == BODY["body_name"]
    assert found["Twinned on"] == "Tuesday 4 March 2031"
    assert not {"Your contact there", "Their email"} & set(found)


@pytest.mark.parametrize(
    ("kind", "moves", "words"),
    [
        ("affiliation", PAID, "End our affiliation"),
        ("twinning", TWINNED, "End our twinning"),
        ("twinning", PROPOSED, "Withdraw this request"),
        ("speaker", (), "Withdraw this request"),
    ],
)
def test_what_was_granted_is_ended_and_not_withdrawn(
    client: FlaskClient, make_request: Make, kind: str, moves: tuple[Any, ...], words: str
) -> None:
    _, token = make_request(kind, moves=moves)
    assert words in words_of(client.get(f"/track/{token}").text)
    name = {"End our twinning": "end", "End our affiliation": "leave"}.get(words, "withdraw")
    asked = client.get(f"/track/{token}/moves/{name}").text
    assert heading_of(asked) == words
    done = words_of(press(client, token, name).text)
    if words == "Withdraw this request":
        assert "Why are you withdrawing?" in words_of(asked)
        assert "It is withdrawn." in done
    else:
        assert "Would you like to tell us why?" in words_of(asked)
        assert f"Your {words.split()[-1]} has ended." in done
    if words == "End our twinning":
        assert "This twinning has ended" in done
        assert "withdrawn this proposal" not in done


def test_the_words_that_came_with_the_end_say_what_they_are(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request()
    page = words_of(press(client, token, "withdraw", reason="We have changed our minds.").text)
    assert "Why it was withdrawn: We have changed our minds." in page
    _, other = make_request(moves=(("no-match", {"reason": "A film and a letter."}),))
    assert "What we can offer instead: A film and a letter." in words_of(client.get(f"/track/{other}").text)


@pytest.mark.parametrize("name", ["first-contact", "revive", "carried", "put-off", "lost", "renew", "yes-to-twin"])
def test_the_page_of_a_move_says_what_it_does(client: FlaskClient, make_request: Make, name: str) -> None:
    moves = {
        "first-contact": ("twinning", INTRODUCED),
        "revive": ("twinning", (*TWINNED, ("gone-quiet", {}, QUIET_FOR.days))),
        "renew": ("affiliation", (*PAID, ("renewal-due", {}, 300))),
        "yes-to-twin": ("twinning", PROPOSED),
    }
    kind, made = moves.get(name, ("affiliation", AWAITING))
    _, token = make_request(kind, moves=made)
    found = re.search(r'<p class="lead">(.*?)</p>', main_of(client.get(f"/track/{token}/moves/{name}").text))
    assert found is not None
    assert len(found[1]) > 40


def test_what_is_missing_can_be_added_from_the_page(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request(venue="Miners’ Hall")
    page = main_of(client.get(f"/track/{token}").text)
    missing = re.search(r"Not answered: (.*?)</p>", page, re.DOTALL)
    assert missing is not None
    assert f"/track/{token}/change/meeting#venue_postcode" in page
    assert f"/track/{token}/change/meeting#venue_access" in page
    assert '/change/meeting#venue"' not in missing[1]


def test_a_closed_request_asks_for_nothing_more(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request(moves=(("decline", {"reason": "Too far"}),))
    assert "Not answered:" not in client.get(f"/track/{token}").text


def test_a_question_stands_with_the_steps_as_they_were(client: FlaskClient, make_request: Make) -> None:
    moves = (("accept", {"fee_pence": "5000"}), ASK)
    _, token = make_request("affiliation", decision="carried", decided_on=date(2026, 10, 8), moves=moves)
    page = words_of(client.get(f"/track/{token}").text)
    assert "Now: We wait for the fee We go on as soon as you have answered our question" in page


ACQUAINTED = (*INTRODUCED, ("first-contact", {}))


def test_who_has_said_yes_is_not_asked_once_more(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request("twinning", moves=PROPOSED)
    page = press(client, token, "yes-to-twin").text
    assert "Would you like to be introduced?" not in words_of(page)
    assert "You said yes, and we wait for the other side. Have you changed your mind?" in words_of(page)
    assert buttons(page)[:2] == ["No, please look for another", "Ask us something"]


def test_the_date_of_the_agreement_is_told_on_the_page_and_confirmed_at_the_desk(
    app: Flask, client: FlaskClient, make_request: Make
) -> None:
    number, token = make_request("twinning", moves=ACQUAINTED)
    page = client.get(f"/track/{token}").text
    assert "Have you both agreed to be twinned?" in words_of(page)
    assert buttons(page)[:2] == ["We have both agreed to be twinned", "Tell us how it is going"]
    today = london_day(utc_now())
    before = press(client, token, "agreed", twinned_on=f"{today - timedelta(days=1):%d %B %Y}").text
    assert f"They were introduced on {in_words_of(today, 'en')}. Enter that day or a later one" in before
    page = press(client, token, "agreed", twinned_on=f"{today:%d %B %Y}").text
    assert settled_on(page)["Date of the agreement"] == in_words_of(today, "en")
    assert "We have both agreed to be twinned" not in buttons(page)
    assert letters_to(app, "j.armstrong@example.org")[0] == "twinning/agreed-noted"
    with app.app_context():
        proposal = db.session.get_one(Submission, number)
        assert (proposal.state, proposal.turn) == ("getting-acquainted", "us")
        assert proposal.days_of_steps == {}, "the other side has not confirmed it"


def test_before_its_meeting_nobody_asks_the_branch_what_it_decided(client: FlaskClient, make_request: Make) -> None:
    soon = london_day(utc_now()) + timedelta(days=50)
    _, token = make_request("affiliation", moves=AWAITING, decision="going", decided_on=soon)
    page = client.get(f"/track/{token}").text
    assert "Please tell us then what it decided." in words_of(page)
    assert "It is your turn now." not in words_of(page)
    assert "Has your branch decided already?" in words_of(page)
    assert "What has your meeting decided?" not in words_of(page)
    _, token = make_request("affiliation", moves=AWAITING, decision="going", decided_on=london_day(utc_now()))
    page = client.get(f"/track/{token}").text
    assert "It is your turn now." in words_of(page)
    assert "What has your meeting decided?" in words_of(page)


def test_a_branch_changes_its_details_before_it_affiliates_again(
    app: Flask, client: FlaskClient, make_request: Make
) -> None:
    lapsed = (*PAID, ("renewal-due", {}), ("into-grace", {}), ("lapse", {}))
    then = utc_now() - timedelta(days=600)
    number, token = make_request("affiliation", moves=lapsed[:1], now=then, treasurer_email="old@example.org")
    with app.app_context():
        affiliation = db.session.get_one(Affiliation, number)
        by = Mover(Actor.COORDINATOR)
        for (name, answers), days in zip(lapsed[1:], (590, 200, 100, 30), strict=True):
            on = utc_now() - timedelta(days=days)
            paid = {"paid_on": london_day(on).isoformat()} if "paid_on" in answers else {}
            actions.perform(db.session(), affiliation, name, by=by, now=on, answers=answers | paid)
        db.session.commit()
        assert affiliation.state == "lapsed"
    path = f"/track/{token}/change/fee"
    page = client.get(path)
    assert page.status_code == 200
    assert f'href="{path}' in client.get(f"/track/{token}").text
    form = {"csrf_token": csrf_token(page.text), "treasurer_name": "New One", "treasurer_email": "new@example.org"}
    kept = client.post(path, data=form, follow_redirects=True)
    assert "We have your change." in kept.text
    press(client, token, "rejoin")
    assert "affiliation/fee-due" in letters_to(app, "new@example.org")


def test_our_reason_keeps_its_lines_on_the_branch_s_page(client: FlaskClient, make_request: Make) -> None:
    reason = "We have nobody in Cornwall.\nAn online talk?\nA recorded message?"
    _, token = make_request("speaker", moves=(("decline", {"reason": reason}),))
    assert "We have nobody in Cornwall.<br>An online talk?<br>A recorded" in client.get(f"/track/{token}").text

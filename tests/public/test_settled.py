"""What a branch reads on its own page once something is settled: who speaks, with whom it is twinned, until when."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import london_day, utc_now
from portal.extensions import db
from portal.speakers import settling
from portal.submissions import actions, deadlines
from portal.submissions.actions import Mover
from portal.submissions.day_words import in_words_of
from portal.submissions.models import Submission
from portal.submissions.workflow import Actor
from tests.public.conftest import main_of
from tests.submissions.walks import HEARD

Make = Callable[..., tuple[int, str]]
OFFER = ("offer", {"speaker_name": "Olha Savchenko", "speaker_email": "olha@example.org", "speaker_language": "en"})
CONFIRM = (
    "confirm",
    {"confirmed_on": "2031-01-14", "confirmed_time": "19:30", "agreed": "By telephone", "may_name_me": "yes"},
)
BODY = {
    "body_name": "Coal workers’ primary organisation",
    "body_oblast": "Dnipropetrovsk",
    "body_sector": "Mining",
    "body_email": "body@example.org",
    "body_language": "uk",
}
INTRODUCED = (("check", {}), ("seek", {}), ("propose", BODY), ("introduce", {"body_contact": "Nadiia Bondar"}))
TWINNED = (
    *INTRODUCED,
    ("first-contact", {}),
    ("twin", {"twinned_on": "2031-03-04", "body_publicity": "private", **HEARD}),
)
PAID = (("accept", {"fee_pence": "5000"}), ("paid", {"paid_pence": "5000", "paid_on": "2026-11-01"}))


def heading_of(html: str) -> str:
    """The sentence on top of the page."""
    found = re.search(r"<h1>(.*?)</h1>", main_of(html), re.DOTALL)
    assert found is not None
    return unescape(found[1])


def settled_on(html: str) -> dict[str, str]:
    """The facts under the heading "Where things stand", in either language."""
    found = re.search(r"<h2>(?:Where things stand|Стан справ)</h2>(.*?)</dl>", main_of(html), re.DOTALL)
    if found is None:
        return {}
    pairs = re.findall(r"<dt[^>]*>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", found[1], re.DOTALL)
    return {unescape(label).strip(): unescape(value).strip() for label, value in pairs}


def test_a_confirmed_speaker_is_named_with_day_hour_and_place(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request(moves=(OFFER, CONFIRM), venue="Miners’ Hall", venue_postcode="DH1 4BE")
    page = client.get(f"/track/{token}").text
    assert heading_of(page) == "Olha Savchenko will speak on Tuesday 14 January 2031 at 7.30pm, Miners’ Hall"
    assert settled_on(page) == {
        "Your speaker": "Olha Savchenko",
        "When": "Tuesday 14 January 2031, 7.30pm (London time)",
        "Where": "Miners’ Hall, Durham, DH1 4BE",
    }
    assert "olha@example.org" not in page


def test_nobody_will_speak_on_a_day_that_has_gone(app: Flask, make_request: Make) -> None:
    number, _ = make_request(moves=(OFFER, CONFIRM), venue="Miners’ Hall")
    with app.app_context():
        meeting = db.session.get_one(Submission, number)
        said = settling.settled(meeting, "en", date(2031, 1, 15)).sentence
    assert said == "We ask whether your meeting on Tuesday 14 January 2031 took place"


def test_a_confirmed_speaker_is_announced_in_ukrainian(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request(moves=(OFFER, CONFIRM), meeting_format="online", platform="Zoom", language="uk")
    page = client.get(f"/track/{token}").text
    assert heading_of(page) == "Виступить Olha Savchenko: вівторок, 14 січня 2031 року, 19:30, онлайн"
    assert settled_on(page) == {
        "Хто виступає": "Olha Savchenko",
        "Коли": "вівторок, 14 січня 2031 року, 19:30 (за Лондоном)",
        "Де": "онлайн, Zoom",
    }


def test_an_online_talk_says_so_in_the_sentence(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request(moves=(OFFER, CONFIRM), meeting_format="online")
    page = client.get(f"/track/{token}").text
    assert heading_of(page) == "Olha Savchenko will speak on Tuesday 14 January 2031 at 7.30pm, online"
    assert settled_on(page)["Where"] == "online (the link is still missing)"


def test_a_meeting_in_the_room_or_online_names_both(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request(moves=(OFFER, CONFIRM), meeting_format="either", venue="Miners’ Hall")
    assert settled_on(client.get(f"/track/{token}").text)["Where"] == "Miners’ Hall, Durham, or online"


def test_a_talk_without_a_place_asks_for_it(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request(moves=(OFFER, CONFIRM), town="")
    assert settled_on(client.get(f"/track/{token}").text)["Where"] == "not known yet"


@pytest.mark.parametrize(
    ("facts", "button"),
    [
        ({"meeting_format": "online"}, "Add the link"),
        ({"meeting_format": "online", "joining_link": "https://zoom.example.org/j/1"}, ""),
        ({"meeting_format": "in-person"}, "Add the address"),
        ({"meeting_format": "in-person", "venue": "Miners’ Hall"}, ""),
        ({"meeting_format": "either"}, "Add the address and the link"),
    ],
)
def test_what_is_missing_of_the_place_is_asked_for_once(
    client: FlaskClient, make_request: Make, facts: dict[str, str], button: str
) -> None:
    _, token = make_request(moves=(OFFER, CONFIRM), **facts)
    page = main_of(client.get(f"/track/{token}").text)
    assert not (button and "You do not need to do anything now." in page)
    assert ("when you " in page) is bool(button)
    assert page.count(f'href="/track/{token}/change/meeting"') == (1 if button else 0)
    assert f">{button}</a>" in page or not button


@pytest.mark.parametrize("moves", [(), (OFFER,), (OFFER, CONFIRM, ("speaker-dropped-out", {}))])
def test_nobody_is_named_who_has_not_said_yes(client: FlaskClient, make_request: Make, moves: tuple[object]) -> None:
    _, token = make_request(moves=moves)
    page = client.get(f"/track/{token}").text
    assert "Olha" not in page
    assert settled_on(page) == {}


def test_a_meeting_that_was_held_keeps_its_speaker(app: Flask, client: FlaskClient, make_request: Make) -> None:
    today = london_day(utc_now()).isoformat()
    last_minute = (
        "confirm",
        {"confirmed_on": today, "confirmed_time": "23:59", "agreed": "By telephone", "may_name_me": "yes"},
    )
    number, token = make_request(moves=(OFFER, last_minute))
    with app.app_context():
        found = db.session.get_one(Submission, number)
        later = utc_now() + timedelta(days=2)
        actions.perform(db.session, found, "held", by=Mover(Actor.COORDINATOR), now=later)
        db.session.commit()
    page = client.get(f"/track/{token}").text
    assert heading_of(page) == "Your meeting has been held"
    assert settled_on(page)["Your speaker"] == "Olha Savchenko"


def test_a_branch_reads_to_whom_it_was_introduced(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request("twinning", moves=INTRODUCED)
    page = client.get(f"/track/{token}").text
    assert heading_of(page) == "We have introduced you to your twin: Coal workers’ primary organisation"
    assert settled_on(page) == {
        "Your twin": "Coal workers’ primary organisation",
        "Where": "Dnipropetrovsk Oblast",
        "Your contact there": "Nadiia Bondar",
        "Their email": "body@example.org",
    }


def test_a_branch_reads_with_whom_it_is_twinned(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request("twinning", moves=TWINNED)
    page = client.get(f"/track/{token}").text
    assert heading_of(page) == "Your branch is twinned: Coal workers’ primary organisation"
    assert settled_on(page)["Twinned on"] == "Tuesday 4 March 2031"
    ukrainian = client.get(f"/track/{token}?lang=uk").text
    assert heading_of(ukrainian) == "Ваша організація має побратимів: Coal workers’ primary organisation"
    assert settled_on(ukrainian)["Де"] == "Дніпропетровська область"
    assert settled_on(ukrainian)["День угоди"] == "вівторок, 4 березня 2031 року"


@pytest.mark.parametrize("moves", [INTRODUCED[:2], INTRODUCED[:3], (*TWINNED, ("end", {"reason": "Both agreed"}))])
def test_a_ukrainian_body_is_named_only_between_introduction_and_end(
    client: FlaskClient, make_request: Make, moves: tuple[object]
) -> None:
    _, token = make_request("twinning", moves=moves)
    page = client.get(f"/track/{token}").text
    assert "Coal workers" not in page
    assert "Nadiia" not in page


def test_an_affiliated_branch_reads_until_when(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request("affiliation", moves=PAID)
    page = client.get(f"/track/{token}").text
    assert re.fullmatch(r"Your branch is affiliated until \d+ \w+ \d{4}", heading_of(page)), heading_of(page)
    assert str(london_day(utc_now()).year + 1) in heading_of(page)
    assert settled_on(page)["Fee for the year"] == "£50.00"
    ukrainian = client.get(f"/track/{token}?lang=uk").text
    assert re.fullmatch(r"Ваша організація — учасниця кампанії до \d+ \w+ \d{4} року", heading_of(ukrainian))


def test_a_renewal_reads_until_when_the_affiliation_runs(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request("affiliation", moves=(*PAID, ("renewal-due", {}, 300)))
    page = client.get(f"/track/{token}").text
    assert settled_on(page)["Fee for this year"] == "£50.00"
    sentence = heading_of(page)
    assert re.fullmatch(r"Please renew your affiliation. Its last day is \d+ \w+ \d{4}", sentence), sentence


def test_an_unpaid_fee_is_named(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request("affiliation", moves=PAID[:1])
    page = client.get(f"/track/{token}").text
    assert heading_of(page) == "Your affiliation is accepted. The fee is due"
    told = settled_on(page)
    assert told["Fee for the year"] == "£50.00"
    assert told["Please quote"].startswith("USC-")
    assert set(told) == {"Fee for the year", "Please pay by", "Please quote"}


def decision_step_of(html: str) -> str:
    """The date beside "Your branch has decided"."""
    found = re.search(r"Your branch has decided</span>(?:<span class=\"progress__note\">(.*?)</span>)?", html)
    assert found is not None
    return found[1] or ""


def test_the_day_of_the_decision_is_the_one_the_branch_gave(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request("affiliation", decision="carried", decided_on=date(2026, 10, 8))
    assert decision_step_of(client.get(f"/track/{token}").text) == "Thursday 8 October 2026"


def test_the_day_of_the_decision_is_the_one_a_coordinator_recorded(client: FlaskClient, make_request: Make) -> None:
    moves = (("await-decision", {}), ("carried", {"decided_on": "2026-10-12"}), *PAID)
    _, token = make_request("affiliation", decision="going", decided_on=date(2026, 10, 8), moves=moves)
    assert decision_step_of(client.get(f"/track/{token}").text) == "Monday 12 October 2026"


@pytest.mark.parametrize("told", [{"decision": "carried"}, {"decision": "going", "decided_on": date(2026, 10, 8)}])
def test_no_day_is_invented_for_a_decision(client: FlaskClient, make_request: Make, told: dict[str, object]) -> None:
    _, token = make_request("affiliation", moves=PAID, **told)
    assert decision_step_of(client.get(f"/track/{token}").text) == ""


def test_what_we_noted_of_the_aims_is_not_told_as_the_word_of_the_branch(
    client: FlaskClient, make_request: Make
) -> None:
    moves = (("accept", {"fee_pence": "5000", "aims": "Marija said so by telephone"}), PAID[1])
    _, token = make_request("affiliation", accepts_aims=False, moves=moves, now=datetime(2026, 11, 22, 12, tzinfo=UTC))
    page = client.get(f"/track/{token}").text
    told = main_of(page).partition("What you told us")[2].partition("What has happened")[0]
    assert "accept the aims" not in re.sub(r"Not answered:.*?</p>", "", told, flags=re.DOTALL)
    assert settled_on(page)["Our aims"] == "We noted on 22 November: your branch accepts our aims"
    assert "Marija" not in main_of(page)


def test_a_branch_that_has_accepted_the_aims_itself_reads_no_note(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request("affiliation", moves=PAID)
    assert "Our aims" not in settled_on(client.get(f"/track/{token}").text)


def test_the_day_by_which_our_invoice_comes_stands_on_the_page(client: FlaskClient, make_request: Make) -> None:
    now = utc_now()
    promised = deadlines.working_day(london_day(now) + timedelta(days=7), london_day(now))
    _, token = make_request("affiliation", wants_invoice="yes", moves=PAID[:1], now=now)
    page = main_of(client.get(f"/track/{token}").text)
    assert heading_of(page) == "Your affiliation is accepted, and our invoice comes next"
    assert settled_on(page)["Invoice"].startswith(f"We send it to the treasurer by {in_words_of(promised, 'en')}.")
    assert "We write the invoice" in page
    assert page.count(f"We send it to the treasurer by {in_words_of(promised, 'en')}") == 2
    assert "You do not need to do anything now." in page
    for words in ("says how and when to pay", "has our letter about the fee", "The fee is due"):
        assert words not in page

"""While the letters of a confirmation wait for a second reader, neither side reads on its page what they say."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.models import Coordinator
from portal.clock import utc_now
from portal.emails import links
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers import feeds
from portal.speakers.engagements import Offer
from portal.submissions import actions, approvals, intake, kept_back, overtaken, untold, whole
from portal.submissions.day_words import by_in_words_of
from portal.submissions.history import Mover
from portal.submissions.work import Task
from portal.submissions.workflow import Actor
from tests.conftest import counted, csrf_token
from tests.public.test_offer import SECRETS, asked, say
from tests.speakers.test_interpreting import an_interpreter
from tests.submissions.entries import BRANCH, COORDINATOR, NOW, speaker_answers
from tests.submissions.walks import registered


class Held:
    """A request whose two speakers said yes, and the first is confirmed in letters that wait for a second reader."""

    def __init__(
        self,
        app: Flask,
        client: FlaskClient,
        *,
        interpreter: bool = False,
        is_confirmed: bool = True,
        is_second_silent: bool = False,
    ) -> None:
        self.app, self.client = app, client
        self.number, self.offers = asked(app, {}, {"name": "Petro Lys", "email": "petro@example.org"})
        for path in self.offers[: 1 if is_second_silent else 2]:
            say(client, path, "yes", accepted=["2027-01-14"], may_name_me="yes")
        with app.app_context():
            for name in ("maria", "dafydd"):
                made = Coordinator(name=name.title(), email=f"{name}@example.org", role="coordinator", created_at=NOW)
                db.session.add(made)
            db.session.flush()
            request: Any = whole.load(db.session(), self.number)
            offer, now = request.offers[0], utc_now()
            if interpreter:
                for name, by in (("ask-interpreter", COORDINATOR), ("interpreter-accepts", Mover(Actor.SPEAKER))):
                    told = {"accepted": "2027-01-14"} if "accepts" in name else {"speakers": str(an_interpreter().id)}
                    actions.perform(db.session(), request, name, by=by, now=now, answers=told)
                beside = request.interpreter
                self.interpreter = links.path_of(links.issue(db.session(), "offer", beside.id, now))
            maria = self.person("maria")
            if is_confirmed:
                told = {"offer": str(offer.id), "confirmed_on": "2027-01-14", "confirmed_time": "19:00"}
                done = actions.perform(
                    db.session(), request, "confirm", by=Mover(Actor.COORDINATOR, maria), now=now, answers=told
                )
                self.approval = approvals.ask(db.session(), request, "confirm", done.sent, by=maria, now=now).id
            self.branch = links.path_of(links.issue(db.session(), "track", self.number, now))
            self.own = links.path_of(links.issue(db.session(), "speak", offer.speaker_id, now))
            self.feed = feeds.renew(db.session(), offer.speaker, now).partition("/feed/")[2]
            db.session.commit()

    def person(self, name: str) -> Coordinator:
        return db.session.query(Coordinator).filter_by(email=f"{name}@example.org").one()

    def decide(self, how: str) -> None:
        with self.app.app_context():
            found = approvals.find(db.session(), self.approval)
            assert found is not None
            now, dafydd = utc_now(), self.person("dafydd")
            if how == "approve":
                approvals.approve(db.session(), found, by=dafydd, now=now)
            else:
                approvals.send_back(db.session(), found, "Name the room.", by=dafydd, now=now)
            if how == "not-needed":
                kept_back.not_needed(db.session(), found, "I have rung both.", by=dafydd, now=now)
            db.session.commit()

    def read(self, path: str) -> str:
        page = self.client.get(path)
        assert page.status_code == 200, path
        return page.text


@pytest.fixture
def held(app: Flask, client: FlaskClient) -> Held:
    return Held(app, client)


@pytest.mark.parametrize("how", ["", "send-back"])
def test_a_speaker_reads_nothing_of_a_booking_whose_letter_has_not_left(held: Held, how: str) -> None:
    if how:
        held.decide(how)
    page = held.read(held.offers[0])
    assert "Thank you for your yes" in page
    assert "We settle the rest with the branch, and write to you as soon as it is agreed." in page
    assert "Thursday 14 January 2027" in page
    assert "booked to speak" not in page
    other = held.read(held.offers[1])
    assert "Somebody else speaks" not in other
    assert "You need not keep" not in other
    for path in (*held.offers, held.own, f"/feed/{held.feed}"):
        words = held.read(path)
        assert not [secret for secret in SECRETS if secret in words], path
        assert "Durham" not in words, path
    assert "Booked" not in held.read(held.own)


@pytest.mark.parametrize("how", ["approve", "not-needed"])
def test_once_it_has_left_or_is_not_needed_the_pages_go_on(held: Held, how: str) -> None:
    held.decide(how)
    assert "You are booked to speak" in held.read(held.offers[0])
    assert "Somebody else speaks at this meeting" in held.read(held.offers[1])
    assert "Durham" in held.read(held.own)
    assert "Durham" in held.read(f"/feed/{held.feed}")


def test_who_has_said_yes_reads_by_when_they_hear_from_us_before_and_while_it_is_held(
    app: Flask, client: FlaskClient
) -> None:
    held = Held(app, client, is_confirmed=False)
    with app.app_context():
        request: Any = whole.load(db.session(), held.number)
        day = by_in_words_of(request.due_on, "en")
    assert f"You hear from us by {day}." in held.read(held.offers[0])
    with app.app_context():
        request = whole.load(db.session(), held.number)
        promised, maria, now = untold.promised_before(db.session(), request), held.person("maria"), utc_now()
        told = {"offer": str(request.offers[0].id), "confirmed_on": "2027-01-14", "confirmed_time": "19:00"}
        by = Mover(Actor.COORDINATOR, maria)
        done = actions.perform(db.session(), request, "confirm", by=by, now=now, answers=told)
        approvals.ask(db.session(), request, "confirm", done.sent, by=maria, now=now, promised=promised)
        db.session.commit()
    assert f"You hear from us by {day}." in held.read(held.offers[0])


def letters_since(held: Held, number: int) -> list[tuple[str, str]]:
    """The letters written after that one: template and text."""
    with held.app.app_context():
        found = db.session.query(OutboxEmail).filter(OutboxEmail.id > number).order_by(OutboxEmail.id)
        return [(each.template, each.text) for each in found]


@pytest.mark.parametrize("how", ["", "send-back"])
def test_who_does_not_know_that_they_are_booked_can_still_say_no(held: Held, how: str) -> None:
    if how:
        held.decide(how)
    with held.app.app_context():
        last = db.session.query(OutboxEmail).order_by(OutboxEmail.id.desc()).first().id
    assert "We tell the branch at once" not in held.read(f"{held.offers[0]}/no")
    assert say(held.client, held.offers[0], "no").status_code == 303
    ((to_speaker, words), (to_team, alarm)) = letters_since(held, last)
    assert (to_speaker, to_team) == ("speaker/offer-over", "speaker/dropped-out-team")
    assert "Thank you for your answer." in words
    assert "Nobody outside had heard of the booking" in alarm
    assert "The branch has been told" not in alarm
    with held.app.app_context():
        request: Any = whole.load(db.session(), held.number)
        assert (request.state, request.confirmed_time, request.has_fallen_through) == ("matching", None, False)
        assert {each.state for each in request.bookings} == {"cancelled"}
        task = db.session.query(Task).filter(Task.key.startswith("dropped-out:")).one()
        assert "nobody outside has heard of the booking" in task.about
    branch = held.read(held.branch)
    assert "We are looking for a speaker for your meeting" in branch
    for word in ("dropped out", "was confirmed", "later date", "Olena", "can no longer come", "Agreed"):
        assert word not in branch, word
    assert "You have told us that you cannot come" in held.read(held.offers[0])


def test_a_branch_that_knows_its_speaker_hears_that_they_cannot_come(held: Held) -> None:
    held.decide("approve")
    with held.app.app_context():
        last = db.session.query(OutboxEmail).order_by(OutboxEmail.id.desc()).first().id
    assert say(held.client, held.offers[0], "no").status_code == 303
    assert next(name for name, _ in letters_since(held, last)) == "speaker/dropped-out"
    assert "The speaker dropped out" in held.read(held.branch)


def hold(held: Held, name: str, **told: str) -> None:
    """Make a move whose letters wait for a second reader."""
    with held.app.app_context():
        request: Any = whole.load(db.session(), held.number)
        maria, now = held.person("maria"), utc_now()
        by = Mover(Actor.COORDINATOR, maria)
        done = actions.perform(db.session(), request, name, by=by, now=now, answers=told)
        held.approval = approvals.ask(db.session(), request, name, done.sent, by=maria, now=now).id
        db.session.commit()


@pytest.mark.parametrize(
    ("move", "told"),
    [
        ("change-meeting", {"confirmed_on": "2027-01-15", "confirmed_time": "18:00"}),
        ("cancel", {"reason": "The hall has burnt down."}),
    ],
)
def test_a_speaker_reads_nothing_of_a_change_whose_letter_has_not_left(
    held: Held, move: str, told: dict[str, str]
) -> None:
    held.decide("approve")
    hold(held, move, **told)
    page = held.read(held.offers[0])
    assert "<h1>You are booked to speak" in page
    assert "What our last letter says holds until we write to you again." in page
    for word in ("15 January", "called off", "burnt", "does it suit you", "is over"):
        assert word not in page, word
    if move == "cancel":
        assert "Thursday 14 January 2027, 7pm" in page, "the day that holds for them stays"


@pytest.mark.parametrize(
    ("move", "told"),
    [("change-meeting", {"confirmed_on": "2027-01-15", "confirmed_time": "18:00"}), ("cancel", {"reason": "Fire."})],
)
def test_the_calendar_of_a_speaker_follows_the_letters(held: Held, move: str, told: dict[str, str]) -> None:
    held.decide("approve")
    before = held.read(f"/feed/{held.feed}")
    assert "20270114T1900" in before
    hold(held, move, **told)
    assert "20270114T1900" in held.read(f"/feed/{held.feed}")
    assert "Thursday 14 January 2027" in held.read(held.own)
    assert "15 January" not in held.read(held.own)
    assert "20270115T1800" not in held.read(f"/feed/{held.feed}")
    held.decide("approve")
    assert "20270114T1900" not in held.read(f"/feed/{held.feed}")


def test_what_was_told_by_telephone_stays_in_the_calendar_while_a_later_letter_waits(held: Held) -> None:
    held.decide("approve")
    hold(held, "change-meeting", confirmed_on="2027-01-15", confirmed_time="18:00")
    held.decide("not-needed")
    assert "20270115T1800" in held.read(f"/feed/{held.feed}")
    hold(held, "cancel", reason="Fire.")
    feed = held.read(f"/feed/{held.feed}")
    assert "20270115T1800" in feed
    assert "20270114T1900" not in feed
    assert "Friday 15 January 2027" in held.read(held.own)


def test_what_many_letters_have_not_told_yet_costs_the_calendar_no_more_statements(held: Held) -> None:
    held.decide("approve")
    hold(held, "change-meeting", confirmed_on="2027-01-15", confirmed_time="18:00")
    coordinators = _whole_feed(held)
    paths = (f"/feed/{held.feed}", coordinators)
    one = [_statements(held, path) for path in paths]
    for day in ("2027-02-10", "2027-03-10"):
        with held.app.app_context():
            first: Any = whole.load(db.session(), held.number)
            petro = first.offers[0].speaker_id
            typed = speaker_answers(date_1=day, time_1="7pm", date_2="", time_2="")
            request: Any = intake.file(db.session(), "speaker", typed, now=utc_now(), language="en", by=BRANCH)
            told = {"confirmed_on": day, "confirmed_time": "19:00", "agreed": "By telephone"}
            for name, answers in (("ask-speakers", {"speakers": str(petro), "although": "Near"}), ("confirm", told)):
                actions.perform(db.session(), request, name, by=COORDINATOR, now=utc_now(), answers=answers)
            held.number = request.id
            db.session.commit()
        hold(held, "change-meeting", confirmed_on=day, confirmed_time="18:00")
    assert [_statements(held, path) for path in paths] == one
    assert held.read(f"/feed/{held.feed}").count("T190000") == 3


def _whole_feed(held: Held) -> str:
    with held.app.app_context():
        feed = feeds.add(db.session(), held.person("maria"), whole=True, names=False, now=utc_now())
        (address,) = [address for each, address in feeds.of_coordinator(db.session(), feed.coordinator_id, utc_now())]
        db.session.commit()
        return "/feed/" + address.partition("/feed/")[2]


def _statements(held: Held, path: str) -> int:
    with counted() as seen:
        held.read(path)
    return len([each for each in seen if "limit_counts" not in each])


def test_a_change_of_what_nobody_has_heard_of_stands_on_no_page(held: Held) -> None:
    held.decide("send-back")
    with held.app.app_context():
        request: Any = whole.load(db.session(), held.number)
        by, moved = Mover(Actor.COORDINATOR, held.person("maria")), {"confirmed_on": "2027-01-15"}
        given = moved | {"confirmed_time": "18:00", "agreed": "By telephone"}
        actions.perform(db.session(), request, "change-meeting", by=by, now=utc_now(), answers=given)
        db.session.commit()
    page = held.read(held.offers[0])
    assert "<h1>Thank you for your yes" in page
    assert "15 January" not in page


@pytest.mark.parametrize("how", ["", "send-back"])
def test_a_branch_withdraws_what_nobody_has_heard_was_confirmed(held: Held, how: str) -> None:
    if how:
        held.decide(how)
    with held.app.app_context():
        last = db.session.query(OutboxEmail).order_by(OutboxEmail.id.desc()).first().id
    page = held.read(f"{held.branch}/moves/withdraw")
    answer = held.client.post(f"{held.branch}/moves/withdraw", data={"csrf_token": csrf_token(page), "reason": ""})
    assert answer.status_code == 303
    written = letters_since(held, last)
    names = sorted(name for name, _ in written)
    assert names == ["common/withdrawn", "common/withdrawn-team", *["speaker/no-longer-needed"] * 2]
    assert not [name for name, words in written if name.startswith("speaker") and "Durham" in words]
    with held.app.app_context():
        since = db.session.query(OutboxEmail).filter(OutboxEmail.id > last)
        assert {each.calendar for each in since} == {None}, "nothing is taken back that nobody was sent"
    for path in held.offers:
        assert "The request is closed, and no speaker is needed any more." in held.read(path)


def test_the_desk_cancels_what_nobody_has_heard_was_confirmed_and_names_no_branch(held: Held) -> None:
    held.decide("send-back")
    with held.app.app_context():
        last = db.session.query(OutboxEmail).order_by(OutboxEmail.id.desc()).first().id
        request: Any = whole.load(db.session(), held.number)
        by = Mover(Actor.COORDINATOR, held.person("maria"))
        actions.perform(db.session(), request, "cancel", by=by, now=utc_now(), answers={"reason": "No hall."})
        db.session.commit()
    written = letters_since(held, last)
    assert sorted(name for name, _ in written) == ["speaker/cancelled", *["speaker/no-longer-needed"] * 2]
    assert not [name for name, words in written if name != "speaker/cancelled" and "Durham" in words]


@pytest.mark.parametrize("how", ["", "send-back"])
def test_the_own_page_of_a_speaker_keeps_their_yes_while_the_letters_wait(held: Held, how: str) -> None:
    if how:
        held.decide(how)
    with held.app.app_context():
        request: Any = whole.load(db.session(), held.number)
        other = links.path_of(links.issue(db.session(), "speak", request.offers[1].speaker_id, utc_now()))
        db.session.commit()
    for path in (held.own, other):
        page = held.read(path)
        assert "Where you have said yes" in page
        assert "Thursday 14 January 2027" in page


def test_who_is_asked_reads_nothing_of_a_refusal_whose_letters_wait(app: Flask, client: FlaskClient) -> None:
    held = Held(app, client, is_confirmed=False)
    hold(held, "decline", reason="We only serve unions.")
    for path in held.offers:
        page = held.read(path)
        assert "What our last letter says holds until we write to you again." in page
        for word in ("is over", "is closed", "booked", "need not keep"):
            assert word not in page, word
    held.decide("approve")
    assert "The request is closed, and no speaker is needed any more." in held.read(held.offers[0])


def test_a_branch_s_own_letters_carry_no_invitation_that_waits(held: Held) -> None:
    held.decide("send-back")
    with held.app.app_context():
        last = db.session.query(OutboxEmail).order_by(OutboxEmail.id.desc()).first().id
    assert send_message(held) == 303
    with held.app.app_context():
        since = db.session.query(OutboxEmail).filter(OutboxEmail.id > last)
        assert {each.calendar for each in since} == {None}
    assert "Is anybody there?" in held.read(held.branch)


def send_message(held: Held) -> int:
    page = held.read(f"{held.branch}/message")
    sent = {"csrf_token": csrf_token(page), "message": "Is anybody there?"}
    return held.client.post(f"{held.branch}/message", data=sent).status_code


def test_a_speaker_who_drops_out_after_a_change_that_waits_is_missed_by_the_branch(held: Held) -> None:
    held.decide("approve")
    hold(held, "change-meeting", confirmed_on="2027-01-15", confirmed_time="18:00")
    with held.app.app_context():
        last = db.session.query(OutboxEmail).order_by(OutboxEmail.id.desc()).first().id
    assert say(held.client, held.offers[0], "no").status_code == 303
    assert "speaker/dropped-out" in [name for name, _ in letters_since(held, last)]


def test_an_interpreter_reads_nothing_of_a_booking_whose_letter_has_not_left(app: Flask, client: FlaskClient) -> None:
    held = Held(app, client, interpreter=True)
    page = held.read(held.interpreter)
    assert "<h1>Thank you for your yes" in page
    assert "You interpret" not in page
    assert "count on you" not in page
    held.decide("approve")
    assert "<h1>You interpret at this meeting" in held.read(held.interpreter)


def test_an_interpreter_has_said_yes_still_where_a_booking_that_nobody_heard_of_is_undone(
    app: Flask, client: FlaskClient
) -> None:
    held = Held(app, client, interpreter=True)
    assert say(client, held.offers[0], "no").status_code == 303
    assert "<h1>Thank you for your yes" in held.read(held.interpreter)
    with app.app_context():
        request: Any = whole.load(db.session(), held.number)
        assert request.interpreter.state == "accepted"


def test_a_branch_can_withdraw_meanwhile_and_reads_of_no_speaker(held: Held) -> None:
    page = held.read(held.branch)
    assert "You do not need to do anything now" in page
    assert f"{held.branch}/moves/withdraw" in page
    move = held.read(f"{held.branch}/moves/withdraw")
    assert "You can ask us again at any time" in move
    assert "is booked" not in move


@pytest.mark.parametrize(
    ("move", "told"),
    [
        ("change-meeting", {"confirmed_on": "2027-01-15", "confirmed_time": "18:00"}),
        ("cancel", {"reason": "The hall is closed."}),
    ],
)
def test_a_branch_keeps_speaker_day_and_place_while_a_change_waits(held: Held, move: str, told: dict[str, str]) -> None:
    held.decide("approve")
    before = held.read(held.branch)
    hold(held, move, **told)
    page = held.read(held.branch)
    first = re.findall("<h1>(.*?)</h1>", before)
    assert "Thursday 14 January 2027 at 7pm" in first[0]
    assert re.findall("<h1>(.*?)</h1>", page) == first
    assert "15 January" not in page
    assert "hall is closed" not in page
    assert "You do not need to do anything now" in page
    for label in ("Your speaker", "When", "Where"):
        row = rf"{label}</dt>\s*<dd[^>]*>(.*?)</dd>"
        assert re.findall(row, page, re.DOTALL) == re.findall(row, before, re.DOTALL)
    if move == "change-meeting":
        words = held.read(f"{held.branch}/moves/withdraw")
        assert "is booked for Thursday 14 January 2027" in words


def confirm_another(held: Held, day: str) -> None:
    """The first speaker, who was told, drops out; another is asked and confirmed in letters that wait."""
    held.decide("approve")
    assert say(held.client, held.offers[0], "no").status_code == 303
    with held.app.app_context():
        request: Any = whole.load(db.session(), held.number)
        third = registered(NOW, "third@example.org", name="Third Example")
        actions.perform(
            db.session(), request, "ask-speakers", by=COORDINATOR, now=utc_now(), answers={"speakers": str(third.id)}
        )
        db.session.commit()
    hold(held, "confirm", confirmed_on=day, confirmed_time="18:00", agreed="By telephone")


@pytest.mark.parametrize("day", ["2027-01-14", "2027-01-15"])
def test_a_day_that_was_told_with_a_speaker_before_stands_again(held: Held, day: str) -> None:
    confirm_another(held, day)
    with held.app.app_context():
        request: Any = whole.load(db.session(), held.number)
        assert request.is_booking_unheard
        actions.perform(db.session(), request, "speaker-dropped-out", by=Mover(Actor.SPEAKER), now=utc_now())
        agreed = (request.state, request.meeting_on.isoformat(), f"{request.confirmed_time:%H:%M}")
        assert agreed == ("matching", "2027-01-14", "19:00")


def test_the_desk_reads_who_was_let_go_in_letters_that_are_not_needed(held: Held) -> None:
    assert say(held.client, held.offers[0], "no").status_code == 303
    with held.app.app_context():
        task = db.session.query(Task).filter(Task.key.startswith("dropped-out:")).one()
        assert "Petro Lys said yes as well" in task.about


def test_the_desk_does_not_read_that_somebody_said_yes_who_never_answered(held: Held) -> None:
    with held.app.app_context():
        for each in db.session.query(Offer).filter(Offer.state == "released"):
            each.accepted, each.answered_at = [], None
        db.session.commit()
    assert say(held.client, held.offers[0], "no").status_code == 303
    with held.app.app_context():
        task = db.session.query(Task).filter(Task.key.startswith("dropped-out:")).one()
        assert "Petro Lys had not answered yet" in task.about
        assert "said yes as well" not in task.about


def test_letters_sent_once_more_do_not_hide_who_was_let_go(held: Held) -> None:
    held.decide("send-back")
    with held.app.app_context():
        found = approvals.find(db.session(), held.approval)
        assert found is not None
        maria, now = held.person("maria"), utc_now()
        letters = overtaken.written_anew(db.session(), found, by=maria, now=now)
        as_of, _ = approvals.changed_since(db.session(), found)
        kept_back.send_again(db.session(), found, letters, by=maria, now=now, edited={}, for_reader=True, as_of=as_of)
        db.session.commit()
        request: Any = whole.load(db.session(), held.number)
        last = db.session.query(OutboxEmail).order_by(OutboxEmail.id.desc()).first().id
        actions.perform(
            db.session(), request, "cancel", by=COORDINATOR, now=utc_now(), answers={"reason": "The hall is shut."}
        )
        db.session.commit()
    assert [name for name, _ in letters_since(held, last)].count("speaker/no-longer-needed") == 2


def test_who_stands_by_keeps_their_entry_while_the_letters_of_a_swap_wait(held: Held) -> None:
    held.decide("approve")
    with held.app.app_context():
        request: Any = whole.load(db.session(), held.number)
        second = registered(NOW, "iryna@example.org", name="Iryna Vesna")
        for name, by in (("ask-stand-by", COORDINATOR), ("stand-by-accepts", Mover(Actor.SPEAKER))):
            answers = {"speakers": str(second.id)}
            actions.perform(db.session(), request, name, by=by, now=utc_now(), answers=answers)
        path = links.path_of(links.issue(db.session(), "offer", request.stand_by.id, utc_now()))
        feed = feeds.renew(db.session(), second, utc_now()).partition("/feed/")[2]
        db.session.commit()
    assert "You stand by" in held.read(f"/feed/{feed}")
    hold(held, "swap")
    page = held.read(path)
    assert "<h1>You stand by for this meeting" in page
    assert "What our last letter says holds until we write to you again." in page
    assert "You stand by" in held.read(f"/feed/{feed}")
    held.decide("approve")
    assert "<h1>You are booked to speak" in held.read(path)


def test_who_never_heard_of_a_booking_reads_of_no_meeting_that_was_not_held(held: Held) -> None:
    with held.app.app_context():
        last = db.session.query(OutboxEmail).order_by(OutboxEmail.id.desc()).first().id
        request: Any = whole.load(db.session(), held.number)
        over = datetime(2027, 1, 14, 21, tzinfo=UTC)
        answers = {"reason": "Nobody had told them."}
        actions.perform(db.session(), request, "not-held", by=COORDINATOR, now=over, answers=answers)
        db.session.commit()
    found = letters_since(held, last)
    assert [name for name, _ in found] == ["speaker/not-held", *["speaker/no-longer-needed"] * 2]


def test_whoever_has_not_answered_is_not_thanked_for_a_yes(app: Flask, client: FlaskClient) -> None:
    held = Held(app, client, is_second_silent=True)
    page = held.read(held.offers[1])
    assert "You need not answer for now" in page
    assert "We settle the rest with the branch" not in page
    assert "You need not answer for now" not in held.read(held.offers[0])


def test_letters_that_others_had_overtaken_are_no_word_by_telephone(held: Held) -> None:
    held.decide("approve")
    hold(held, "change-meeting", confirmed_on="2027-01-15", confirmed_time="18:00")
    held.decide("send-back")
    change = held.approval
    hold(held, "cancel", reason="The hall burnt down.")
    with held.app.app_context():
        found = approvals.find(db.session(), change)
        assert found is not None
        why = "The call-off says what holds."
        kept_back.not_needed(db.session(), found, why, by=held.person("dafydd"), now=utc_now())
        db.session.commit()
    entry = held.read(f"/feed/{held.feed}")
    assert "20270114T" in entry
    assert "20270115T" not in entry

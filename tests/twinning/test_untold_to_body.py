"""While letters about a twin wait for a second reader, the body's own page says nothing of what they say."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.models import Coordinator
from portal.clock import utc_now
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import actions, approvals, turns
from portal.submissions.history import Mover
from portal.submissions.workflow import Actor
from portal.twinning import calling, hindrances, waiting
from portal.twinning.candidate import Candidate
from portal.twinning.public_pairs import public_pairs
from tests.conftest import counted, csrf_token
from tests.submissions.entries import NOW
from tests.submissions.walks import move
from tests.twinning.registrations import own_page, register
from tests.twinning.test_candidates import OPENED, SEEKING, both_say_yes, filed, proposal_of, propose
from tests.twinning.test_papers import branch_page, introduced

AGREED = {"twinned_on": f"{NOW:%Y-%m-%d}", "body_publicity": "public", "yes_of_branch": "yes", "yes_of_body": "yes"}


def hold(number: int, name: str, answers: Mapping[str, str]) -> int:
    """Make a move whose letters wait, in the context of the caller; the number of the reading."""
    maria = Coordinator(name="Maria", email="maria@example.org", role="coordinator", created_at=NOW)
    dafydd = Coordinator(name="Dafydd", email="dafydd@example.org", role="coordinator", created_at=NOW)
    db.session.add_all([maria, dafydd])
    db.session.flush()
    proposal, now = proposal_of(number), utc_now()
    by = Mover(Actor.COORDINATOR, maria)
    done = actions.perform(db.session(), proposal, name, by=by, now=now, answers=answers)
    return approvals.ask(db.session(), proposal, name, done.sent, by=maria, now=now).id


@pytest.mark.parametrize(
    ("name", "answers", "words"),
    [("pause", {"note": ""}, ("призупинено", "пауза")), ("end", {"reason": "They have moved."}, ("Завершилося",))],
)
@pytest.mark.parametrize("decision", ["", "send-back"])
def test_a_body_reads_nothing_of_a_pause_or_an_end_before_its_letter_has_left(
    app: Flask, client: FlaskClient, name: str, answers: dict[str, str], words: tuple[str, ...], decision: str
) -> None:
    number, body, _twin = introduced(app)
    page = own_page(app, body)
    with app.app_context():
        move(proposal_of(number), "first-contact")
        move(proposal_of(number), "twin")
        reading = hold(number, name, answers)
        dafydd = db.session.query(Coordinator).filter_by(name="Dafydd").one()
        found = approvals.find(db.session(), reading)
        assert found is not None
        if decision:
            approvals.send_back(db.session(), found, "Kinder, please.", by=dafydd, now=utc_now())
        db.session.commit()
    told = client.get(page)
    assert told.status_code == 200
    assert "Ви маєте побратимів: NEU Haringey" in told.text
    assert "Контактна особа побратимів" in told.text
    assert "/certificate" in told.text
    for address in re.findall(r'href="(/body/[^"]+/twinnings/[^"]+)"', told.text):
        assert client.get(address).status_code == 200, address
    for word in words:
        assert word not in told.text, word
    if decision:
        return
    with app.app_context():
        found = approvals.find(db.session(), reading)
        assert found is not None
        dafydd = db.session.query(Coordinator).filter_by(name="Dafydd").one()
        approvals.approve(db.session(), found, by=dafydd, now=utc_now())
        db.session.commit()
    told = client.get(page)
    assert any(word in told.text for word in words)


@pytest.mark.parametrize("decision", ["", "send-back"])
def test_a_body_is_proposed_to_nobody_before_it_has_heard_of_the_end(app: Flask, decision: str) -> None:
    number, body, _twin = introduced(app)
    with app.app_context():
        move(proposal_of(number), "first-contact")
        found = approvals.find(db.session(), hold(number, "end", {"reason": "They have moved."}))
        dafydd = db.session.query(Coordinator).filter_by(name="Dafydd").one()
        assert found is not None
        if decision:
            approvals.send_back(db.session(), found, "Kinder, please.", by=dafydd, now=utc_now())
        side = waiting.body(db.session(), body)
        assert side is not None
        assert "the body has a twin, and wishes for no other" in [each.words for each in hindrances.of_body(side)]
        if not decision:
            approvals.approve(db.session(), found, by=dafydd, now=utc_now())
            side = waiting.body(db.session(), body)
            assert side is not None
            assert not side.has_twin


def test_a_branch_can_pause_and_end_while_a_letter_of_ours_waits(app: Flask, client: FlaskClient) -> None:
    number, _body, _twin = introduced(app)
    page = branch_page(app, number)
    with app.app_context():
        hold(number, "first-contact", {})
        db.session.commit()
    told = client.get(page).text
    assert "We have introduced you to your twin" in told
    assert "oksana.boiko@example.org" in told
    assert "Choose your times" in told
    assert "You are getting to know" not in told
    assert "moves/first-contact" not in told
    for name in ("branch-pauses", "end"):
        assert f'href="{page}/moves/{name}"' in told
        assert client.get(f"{page}/moves/{name}").status_code == 200


@pytest.mark.parametrize(("name", "answers"), [("pause", {"note": ""}), ("end", {"reason": "They have moved."})])
def test_a_branch_keeps_what_it_was_told_while_the_letters_of_a_pause_or_an_end_wait(
    app: Flask, client: FlaskClient, name: str, answers: dict[str, str]
) -> None:
    number, _body, _twin = introduced(app)
    page = branch_page(app, number)
    with app.app_context():
        move(proposal_of(number), "first-contact")
        move(proposal_of(number), "twin")
        db.session.commit()
    before = client.get(page).text
    with app.app_context():
        hold(number, name, answers)
        db.session.commit()
    with counted() as statements:
        told = client.get(page).text
    assert len(statements) <= 20, statements
    assert headline(told) == headline(before)
    assert "oksana.boiko@example.org" in told
    assert "You do not need to do anything now" in told
    assert "paused" not in told.replace("branch-pauses", "")
    assert "Your last twin" not in told
    links = re.findall(rf'href="({re.escape(page)}/twinnings/[^"]+)"', told)
    assert links == re.findall(rf'href="({re.escape(page)}/twinnings/[^"]+)"', before)
    for address in links:
        assert client.get(address).status_code == 200, address


def test_the_public_list_names_two_twins_once_both_have_been_told(app: Flask) -> None:
    number, _body, _twin = introduced(app)
    with app.app_context():
        proposal = proposal_of(number)
        proposal.publicity = "public"
        move(proposal, "first-contact")
        reading = hold(number, "twin", AGREED)
        assert proposal.state == "twinned"
        assert public_pairs(db.session(), 5) == []
        found = approvals.find(db.session(), reading)
        assert found is not None
        dafydd = db.session.query(Coordinator).filter_by(name="Dafydd").one()
        approvals.approve(db.session(), found, by=dafydd, now=utc_now())
        assert [pair.number for pair in public_pairs(db.session(), 5)] == [number]


def headline(page: str) -> list[str]:
    return re.findall(r"<h1>(.*?)</h1>", page)


def test_neither_side_reads_of_an_introduction_that_waits_and_both_read_that_both_said_yes(
    app: Flask, client: FlaskClient
) -> None:
    number, _body, here, there = before_the_introduction(app)
    was = headline(client.get(here).text), headline(client.get(there).text)
    with app.app_context():
        hold(number, "introduce", {})
        db.session.commit()
    branch, twin = client.get(here).text, client.get(there).text
    assert (headline(branch), headline(twin)) == was
    assert "Both sides have said yes" in branch
    assert "Обидві сторони" in twin
    for secret in ("oksana.boiko", "Світанок", "Svitanok"):
        assert secret not in branch
    assert "Щоденник" not in twin
    assert "Haringey" not in twin


def before_the_introduction(app: Flask) -> tuple[int, int, str, str]:
    """Two who have both said yes: the numbers of proposal and registration, and the pages of branch and body."""
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        both_say_yes(proposal_of(number))
        db.session.commit()
    return number, body, branch_page(app, number), own_page(app, body)


def test_a_first_call_that_was_fixed_stands_on_both_pages_while_other_times_wait(
    app: Flask, client: FlaskClient
) -> None:
    number, body, _twin = introduced(app)
    with app.app_context():
        proposal = proposal_of(number)
        call = calling.call_of(proposal)
        assert call is not None
        first = {call.slots[0].id}
        for is_body in (False, True):
            calling.tick(db.session(), proposal, first, is_body=is_body, now=utc_now())
        assert call.starts_at is not None
        here, there = (calling.in_words(call.starts_at, language) for language in ("en", "uk"))
        hold(number, "offer-call-times", {"call_times": "", "call_link": "https://calls.example/ours"})
        db.session.commit()
    for page, when in ((branch_page(app, number), here), (own_page(app, body), there)):
        told = client.get(page).text
        assert when in told
        assert "calls.example" not in told
        assert '/call"' not in told


def press(client: FlaskClient, page: str, name: str) -> None:
    """What either side presses on its own page: the button stands there, and it does what it says."""
    path = f"{page}/moves/{name}"
    assert f'href="{path}"' in client.get(page).text, name
    sent = client.post(path, data={"csrf_token": csrf_token(client.get(path).text)})
    assert sent.status_code == 303, name


@pytest.mark.parametrize(
    ("is_body", "name", "state", "to_branch", "to_body"),
    [
        (False, "no-to-twin", "seeking", "twinning/no-noted", "twinning/still-looking-body"),
        (False, "withdraw", "withdrawn", "common/withdrawn", "twinning/still-looking-body"),
        (True, "no-to-twin", "seeking", "twinning/still-looking", ""),
        (True, "pause", "seeking", "twinning/still-looking", "ukrainian/paused"),
        (True, "withdraw", "seeking", "twinning/still-looking", "ukrainian/withdrawn"),
    ],
)
def test_either_side_can_take_its_yes_back_while_the_introduction_waits(
    app: Flask, client: FlaskClient, is_body: bool, name: str, state: str, to_branch: str, to_body: str
) -> None:
    number, body, here, there = before_the_introduction(app)
    with app.app_context():
        reading = hold(number, "introduce", {})
        last = db.session.query(OutboxEmail).order_by(OutboxEmail.id.desc()).first().id
        db.session.commit()
    press(client, there if is_body else here, name)
    with app.app_context():
        proposal = proposal_of(number)
        assert (proposal.state, proposal.twinnings) == (state, [])
        told = {each.template for each in db.session.query(OutboxEmail).filter(OutboxEmail.id > last)}
        assert told - {"team/withdrawn"} == {to_branch, to_body} - {""}
        found = approvals.find(db.session(), reading)
        assert found is not None
        dafydd = db.session.query(Coordinator).filter_by(name="Dafydd").one()
        with pytest.raises((approvals.OvertakenError, approvals.DecidedAlreadyError)):
            approvals.approve(db.session(), found, by=dafydd, now=utc_now())
        db.session.rollback()
        candidate = db.session.query(Candidate).filter_by(registration_id=body).one()
        assert candidate.state == ("rested" if name == "pause" else "parted")
    branch = client.get(here).text
    for words in ("We introduced you", "oksana.boiko", "has ended", "friendship"):
        assert words not in branch, words
    if not (name == "withdraw" and is_body):
        twin = client.get(there).text
        assert "завершилося" not in twin
        assert "Щоденник" not in twin


def test_nobody_can_have_been_in_touch_before_the_introduction_has_left(app: Flask, client: FlaskClient) -> None:
    number, _body, here, there = before_the_introduction(app)
    with app.app_context():
        hold(number, "introduce", {})
        db.session.commit()
        assert "first-contact" not in {row.name for row in turns.open_to(proposal_of(number), Actor.COORDINATOR)}
        with pytest.raises(actions.NotPermittedError):
            move(proposal_of(number), "first-contact")
    for page in (here, there):
        assert "first-contact" not in client.get(page).text


def test_once_the_introduction_has_left_a_no_is_an_end(app: Flask, client: FlaskClient) -> None:
    number, body, _twin = introduced(app)
    for page, name in ((branch_page(app, number), "no-to-twin"), (own_page(app, body), "no-to-twin")):
        assert f"{page}/moves/{name}" not in client.get(page).text
    with app.app_context(), pytest.raises(actions.NotPermittedError):
        move(proposal_of(number), "withdraw")

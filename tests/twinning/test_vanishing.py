"""A body that has withdrawn vanishes from the files of its branches, whatever address its letters went to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from portal.accounts.models import Coordinator
from portal.emails.models import QUEUED, SENT, OutboxEmail
from portal.extensions import db
from portal.submissions import actions, approvals, turns
from portal.submissions.timeline import Viewer, timeline
from portal.submissions.work import Task
from portal.submissions.workflow import Actor
from portal.twinning import diary, handing_over
from portal.twinning.diary_entry import DiaryEntry
from tests.conftest import csrf_token
from tests.submissions.entries import COORDINATOR, NOW
from tests.submissions.walks import letters_of, move, text_of
from tests.twinning.registrations import BODY, found, own_page, register
from tests.twinning.test_candidates import OPENED, SEEKING, filed, proposal_of, propose
from tests.twinning.test_following import NEW_REACH, change
from tests.twinning.test_handing_over import NEW_THERE, answer, link_of
from tests.twinning.test_pause_and_end import press
from tests.twinning.test_twinned import twinned

LATER = NOW + timedelta(days=1)
NAMES = ("Світанок", "Svitanok", "Оксан", "Oksan", "Бойко", "oksana", "Павлоград", "Віра", "Vira", "vira", "Соломія")


def withdraw(app: Flask, body: int) -> None:
    """The body withdraws on its own page, a day later."""
    with app.app_context():
        actions.perform(db.session, found(app, body), "withdraw", by=BODY, now=LATER)
        db.session.commit()


def all_letters_have_left(app: Flask) -> None:
    """Nothing waits in the outbox."""
    with app.app_context():
        db.session.execute(update(OutboxEmail).where(OutboxEmail.state == QUEUED).values(state=SENT))
        db.session.commit()


def kept(app: Flask, number: int, *, but: tuple[str, ...] = ()) -> str:
    """All that stands about a proposal: the row, letters, history, tasks and the words it is found by."""
    with app.app_context():
        proposal = proposal_of(number)
        said = [proposal.body_name, proposal.body_email, proposal.body_contact]
        for each in db.session.scalars(select(OutboxEmail).where(OutboxEmail.template.not_in(but))):
            said += [each.subject, each.text, each.html, each.calendar or ""]
        for line in db.session.execute(text("SELECT text, data FROM events")).all():
            said += [str(line)]
        said += [f"{each.about} {each.outcome}" for each in db.session.scalars(select(Task))]
        said += [str(row) for row in db.session.execute(text("SELECT * FROM submission_search")).all()]
        for each in db.session.scalars(select(DiaryEntry)):
            said += [each.words, each.report]
        return " ".join(said)


def named(app: Flask, number: int) -> list[str]:
    """What can still be read of the body; the letter to itself waits until it has left."""
    told = kept(app, number, but=("ukrainian/withdrawn",))
    return [word for word in NAMES if word in told]


@pytest.mark.parametrize("has_left", [True, False], ids=["letters have left", "letters wait"])
def test_nothing_of_a_body_that_had_changed_its_address_stays_with_its_twin(app: Flask, has_left: bool) -> None:
    number, body = twinned(app)
    if has_left:
        all_letters_have_left(app)
    change(app, body, **NEW_REACH)
    withdraw(app, body)
    assert named(app, number) == []
    with app.app_context():
        assert proposal_of(number).state == "ended"
        letters = db.session.scalars(select(OutboxEmail).where(OutboxEmail.submission_id == number)).all()
        assert {each.to_address for each in letters if each.role == "ukrainian-body"} == {""}
        assert {each.to_address for each in letters if each.role == "branch"} == {"ottoline@example.org"}
        assert "ended" in text_of(proposal_of(number), "twinning/ended"), "the branch hears that it is over"


def test_nor_of_one_that_had_been_handed_over(app: Flask, client: FlaskClient) -> None:
    number, body = twinned(app)
    all_letters_have_left(app)
    press(client, f"{own_page(app, body)}/hand-over", **NEW_THERE)
    answer(client, link_of(app, body), "yes", keep="yes", share="yes")
    with app.app_context():
        assert db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == handing_over.LETTER)).one()
        actions.add_note(db.session(), proposal_of(number), "Оксану Бойко я знаю", by=COORDINATOR, now=LATER)
        db.session.commit()
    withdraw(app, body)
    assert named(app, number) == []


def test_nor_of_one_that_was_twinned_before_another(app: Flask) -> None:
    number, body = twinned(app)
    all_letters_have_left(app)
    lviv = {"oblast": "lviv", "name_uk": "Первинна організація «Зоря»", "name_latin": ""}
    other = register(app, *OPENED, organisation=lviv, reach={"contact_name": "Ганна Гай"})
    with app.app_context():
        for name in ("end", "seek-again"):
            move(proposal_of(number), name)
        answers = {"body": str(other), "although": ""}
        by = COORDINATOR
        actions.perform(db.session(), proposal_of(number), "propose-body", by=by, now=LATER, answers=answers)
        db.session.commit()
    withdraw(app, body)
    with app.app_context():
        assert proposal_of(number).body_name == "Первинна організація «Зоря»", "that is another body"
        assert text_of(proposal_of(number), "twinning/proposed"), "and so is its letter"
        introduced = select(OutboxEmail).where(OutboxEmail.template == "twinning/introduced")
        assert db.session.scalars(introduced).one().text == ""


def test_a_twinning_whose_body_has_withdrawn_is_not_opened_again(app: Flask) -> None:
    number, body = twinned(app)
    with app.app_context():
        move(proposal_of(number), "end")
        assert "reopen" in [each.name for each in turns.open_to(proposal_of(number), Actor.COORDINATOR)]
        db.session.commit()
    withdraw(app, body)
    with app.app_context():
        offered = [each.name for each in turns.open_to(proposal_of(number), Actor.COORDINATOR)]
        assert "reopen" not in offered
        assert "seek-again" in offered


def test_words_that_were_passed_on_go_as_well(app: Flask) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        move(proposal_of(number), "pass-to-branch", question="", answer="Our lamps are old.")
        db.session.commit()
    all_letters_have_left(app)
    withdraw(app, body)
    assert "lamps" not in kept(app, number)


def test_letters_notes_and_tasks_that_name_nobody_stay(app: Flask) -> None:
    number, body = twinned(app)
    with app.app_context():
        actions.add_note(db.session(), proposal_of(number), "The branch meets on Mondays", by=COORDINATOR, now=LATER)
        db.session.commit()
    withdraw(app, body)
    with app.app_context():
        assert text_of(proposal_of(number), "twinning/checked")
    assert "The branch meets on Mondays" in kept(app, number)


def test_the_desk_says_why_such_a_letter_cannot_be_sent_again(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    number, body = twinned(app)
    all_letters_have_left(app)
    withdraw(app, body)
    with app.app_context():
        wanted = OutboxEmail.template == "twinning/introduced", OutboxEmail.submission_id == number
        letter = db.session.scalars(select(OutboxEmail.id).where(*wanted)).one()
    client = sign_in()
    page = client.get(f"/dashboard/mail/{letter}").text
    assert "It was about a body in Ukraine that has withdrawn." in page
    assert "Send it again" not in page
    assert "Show the words" not in page
    token = csrf_token(client.get("/dashboard/requests").text)
    assert client.post(f"/dashboard/mail/{letter}/again", data={"csrf_token": token}).status_code == 404


def test_a_branch_hears_nothing_of_the_end_of_what_it_never_heard_of(
    app: Flask, sign_in: Callable[..., FlaskClient]
) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    client = sign_in()
    with app.app_context():
        proposal = proposal_of(number)
        given = {"body": str(body), "although": ""}
        done = actions.perform(db.session(), proposal, "propose-body", by=COORDINATOR, now=NOW, answers=given)
        db.session.add(taras := Coordinator(email="taras@example.org", name="Taras", password="x", created_at=NOW))
        db.session.flush()
        number_read = approvals.ask(db.session(), proposal, "propose-body", done.sent, by=taras, now=NOW).id
        db.session.commit()
        before = len(letters_of(proposal))
    withdraw(app, body)
    with app.app_context():
        proposal = proposal_of(number)
        assert proposal.state == "seeking"
        assert len(letters_of(proposal)) == before
        read = str(timeline(db.session(), proposal, Viewer.BRANCH))
        assert "did not come about" not in read
    page = client.get(f"/dashboard/mail/second-reader/{number_read}").text
    assert "It was about a body in Ukraine that has withdrawn (" in page
    assert "took these letters back" not in page
    assert "not needed" not in page
    assert '<h2 class="letter__head">' not in page


def test_tasks_to_read_its_diary_are_over(app: Flask) -> None:
    number, body = twinned(app)
    with app.app_context():
        for side in ("body", "branch"):
            values = {
                "kind": "message",
                "happened_on": NOW.date(),
                "words": "Hello",
                "report": "",
                "audience": "public",
            }
            diary.write(db.session(), proposal_of(number), values, side=side, now=NOW)
        db.session.commit()
        waiting = select(Task).where(Task.reason == diary.REASON, Task.done_at.is_(None))
        assert len(db.session.scalars(waiting).all()) == 2
    withdraw(app, body)
    with app.app_context():
        assert db.session.scalars(waiting).all() == []


@pytest.mark.parametrize("name", ["withdraws", "ends"])
def test_the_team_reads_who_ended_it(app: Flask, name: str) -> None:
    number, body = twinned(app)
    if name == "withdraws":
        withdraw(app, body)
    else:
        with app.app_context():
            move(proposal_of(number), "body-ends")
            db.session.commit()
    with app.app_context():
        told = text_of(proposal_of(number), "twinning/ended-team")
        assert "The Ukrainian side has " in told
        assert "Haringey has ended" not in told
        assert ("Світанок" in told) is (name == "ends")
        assert ("has withdrawn" in told) is (name == "withdraws")

"""The twinnings on the desk: how many stand where, the quiet ones first, and who has looked at which contact."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import utc_now
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions.models import Submission
from portal.submissions.work import Approval, Task
from portal.twinning import diary
from portal.twinning.bodies import ContactView
from portal.twinning.diary_entry import DiaryEntry
from portal.twinning.models import TwinningProposal
from portal.twinning.twinnings import Pulse, Twinning
from tests.conftest import counted, csrf_token
from tests.dashboard.conftest import boxes
from tests.submissions.walks import move
from tests.twinning.registrations import SECRETS, register
from tests.twinning.test_candidates import both_say_yes, filed, proposal_of, propose
from tests.twinning.test_waiting import OPENED

LIST, LOOKS = "/dashboard/twinnings", "/dashboard/ukraine/looks"
MOST_STATEMENTS = 4
Make = Callable[..., int]


def branches(html: str) -> list[str]:
    """The branches of the list, in its order."""
    return re.findall(r'<th role="rowheader" scope="row"><a href="/dashboard/requests/\d+">([^<]*)<', html)


def since(app: Flask, number: int, days: int) -> None:
    """Let a request stand where it stands for so many days."""
    with app.app_context():
        db.session.get_one(Submission, number).state_since = utc_now() - timedelta(days=days)
        db.session.commit()


def test_the_quiet_ones_stand_first_and_what_is_paused_last(
    app: Flask, coordinator: FlaskClient, make_request: Make
) -> None:
    facts = {"body_oblast": "Lviv Oblast", "body_sector": "mining"}
    for name, state, days in (
        ("Fresh", "twinned", 5),
        ("Paused", "paused", 300),
        ("Silent", "twinned", 120),
        ("Asleep", "dormant", 10),
        ("Heard", "twinned", 200),
    ):
        since(app, make_request("twinning", state=state, heading=name, **facts), days)
    make_request("twinning", state="seeking", heading="Alone")
    with app.app_context():
        heard = db.session.query(TwinningProposal).filter_by(heading="Heard").one()
        day = (utc_now() - timedelta(days=20)).date()
        values = {"kind": "call", "happened_on": day, "words": "We sang", "report": "", "audience": "both"}
        diary.write(db.session(), heard, values, side="branch", now=utc_now())
        db.session.commit()
    html = coordinator.get(LIST).text
    assert branches(html) == ["Silent", "Asleep", "Heard", "Fresh", "Paused"]
    assert html.count(">Quiet<") == 1
    assert "Lviv Oblast" in html
    assert re.search(r"Looking for a twin <b class=\"pill__count\">1<", html)


def test_what_was_only_planned_is_no_word_of_anybody(app: Flask, coordinator: FlaskClient, make_request: Make) -> None:
    planned = make_request("twinning", state="twinned", heading="Planned", body_oblast="Lviv Oblast")
    since(app, planned, 200)
    with app.app_context():
        day = (utc_now() - timedelta(days=3)).date()
        values = {"kind": "visit", "happened_on": day, "words": "We come", "report": "", "audience": "both"}
        written = utc_now() - timedelta(days=150)
        entry = diary.write(
            db.session(), db.session.get_one(TwinningProposal, planned), values, side="branch", now=written
        )
        db.session.commit()
        number = entry.id
    assert coordinator.get(LIST).text.count(">Quiet<") == 1, "the day has come, and nobody has told of it"
    with app.app_context():
        entry = db.session.get_one(DiaryEntry, number)
        diary.change(db.session(), entry, {**values, "report": "We sang"}, now=utc_now())
        db.session.commit()
    assert coordinator.get(LIST).text.count(">Quiet<") == 0


def test_what_both_say_of_it_counts(app: Flask, coordinator: FlaskClient, make_request: Make) -> None:
    today = utc_now().date()
    for name, branch_said, body_said in (
        ("Fine", "in-touch", "in-touch"),
        ("Help", "in-touch", "help"),
        ("Hush", "quiet", "in-touch"),
    ):
        number = make_request("twinning", state="twinned", heading=name)
        since(app, number, 200)
        with app.app_context():
            asked = Pulse(asked_on=today - timedelta(days=100), branch_said=branch_said, body_said=body_said)
            made = Twinning(proposal_id=number, introduced_at=utc_now(), pulses=[asked])
            db.session.add(made)
            db.session.commit()
    html = coordinator.get(LIST).text
    assert branches(html) == ["Help", "Hush", "Fine"]
    assert (html.count(">Needs help<"), html.count(">Quiet<")) == (1, 1)


def test_registrations_are_counted_by_state_without_a_name(app: Flask, coordinator: FlaskClient) -> None:
    register(app, *OPENED)
    register(app)
    html = coordinator.get(LIST).text
    assert re.search(r'href="/dashboard/ukraine\?state=open">Open for a twin <b class="pill__count">1<', html)
    assert [word for word in SECRETS if word in html] == []


def test_each_look_is_told_by_whom_at_whom(
    app: Flask, sign_in: Callable[..., FlaskClient], make_coordinator: Callable[..., int]
) -> None:
    body, other = register(app, *OPENED), make_coordinator("second@example.org", "Dafydd Example")
    client = sign_in()
    page = f"/dashboard/ukraine/{body}"
    client.post(page, data={"csrf_token": csrf_token(client.get(page).text)})
    html = client.get(LOOKS).text
    assert re.search(r"Maria Kovalenko</td>.*Dnipropetrovsk Oblast: Mining.*How to reach them", html)
    assert "Nobody has looked yet" in client.get(f"{LOOKS}?person={other}").text
    assert [word for word in SECRETS if word in html] == []
    for wrong in ("x", "99", "٣", "9" * 30):
        assert client.get(f"{LOOKS}?person={wrong}").status_code == 200


def test_viewers_see_none_of_it(sign_in: Callable[..., FlaskClient]) -> None:
    viewer = sign_in("viewer")
    for path in (LIST, LOOKS):
        assert viewer.get(path).status_code == 403


def test_both_pages_send_few_statements(app: Flask, coordinator: FlaskClient, make_request: Make) -> None:
    for _ in range(3):
        make_request("twinning", state="twinned")
    for path in (LIST, LOOKS):
        coordinator.get(path)
        with counted() as statements:
            coordinator.get(path)
        assert len(statements) <= MOST_STATEMENTS, statements


def test_a_letter_that_names_a_contact_is_read_behind_a_button_that_notes_it(
    app: Flask, sign_in: Callable[..., FlaskClient]
) -> None:
    body, number = register(app, *OPENED), filed(app, "check", "seek")
    with app.app_context():
        propose(number, body)
        proposal = proposal_of(number)
        both_say_yes(proposal)
        move(proposal, "introduce")
        db.session.commit()
        found = select(OutboxEmail.id, OutboxEmail.template).where(OutboxEmail.submission_id == number)
        letters = {template: letter for letter, template in db.session.execute(found)}
    client = sign_in()
    page = f"/dashboard/mail/{letters['twinning/introduced']}"
    html = client.get(page).text
    assert [word for word in SECRETS if word in html] == []
    assert client.get(f"{page}/html").status_code == 404
    shown = client.post(page, data={"csrf_token": csrf_token(html)}).text
    assert "oksana.boiko@example.org" in shown
    assert "A letter that names their contact" in client.get(LOOKS).text
    other = client.get(f"/dashboard/mail/{letters['twinning/seeking']}").text
    assert "Show the words" not in other


def looks_of(body: int) -> int:
    """How often somebody has looked at how to reach a body, in the context of the caller."""
    return len(db.session.scalars(select(ContactView).where(ContactView.registration_id == body)).all())


def test_looking_over_an_introduction_is_a_look_too_and_so_is_its_second_reading(
    app: Flask, sign_in: Callable[..., FlaskClient]
) -> None:
    body, number = register(app, *OPENED), filed(app, "check", "seek")
    with app.app_context():
        propose(number, body)
        both_say_yes(proposal_of(number))
        db.session.commit()
    first, second = sign_in(email="one@example.org"), sign_in(email="two@example.org")
    path = f"/dashboard/requests/{number}/moves/introduce"
    letters = first.get(path)
    assert "oksana.boiko@example.org" in letters.text
    with app.app_context():
        assert looks_of(body) == 1
    data = {**boxes(letters.text), "step": "send", "second-reader": "yes"}
    assert first.post(path, data=data).status_code == 303
    with app.app_context():
        reading = f"/dashboard/mail/second-reader/{db.session.scalars(select(Approval.id)).one()}"
        before = looks_of(body)
    assert "oksana.boiko@example.org" in second.get(reading).text
    with app.app_context():
        assert looks_of(body) == before + 1
    assert "A letter that names their contact" in second.get(LOOKS).text


def test_filling_in_the_words_of_an_introduction_with_a_real_pair_is_a_look(
    app: Flask, sign_in: Callable[..., FlaskClient]
) -> None:
    body, number = register(app, *OPENED), filed(app, "check", "seek")
    with app.app_context():
        propose(number, body)
        both_say_yes(proposal_of(number))
        move(proposal_of(number), "introduce")
        db.session.commit()
        reference = proposal_of(number).reference
    client = sign_in()
    path = "/dashboard/letters/twinning/introduced/en"
    page = client.get(path).text
    shown = client.post(path, data={**boxes(page), "step": "preview", "reference": reference}).text
    assert "oksana.boiko@example.org" in shown
    with app.app_context():
        assert looks_of(body) == 1


def test_a_task_about_a_body_tells_nobody_how_to_reach_it(app: Flask, coordinator: FlaskClient) -> None:
    register(app)
    body = register(app)
    with app.app_context():
        task = db.session.scalars(select(Task.id).where(Task.submission_id == body)).one()
    page = coordinator.get(f"/dashboard/tasks/{task}").text
    assert [word for word in SECRETS if word in page] == []
    assert f'href="/dashboard/ukraine/{body}"' in page

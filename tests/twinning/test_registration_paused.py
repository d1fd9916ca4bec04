"""The pause of a registration says what it does to a twin: who is known stays, who is proposed is called off."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from portal.extensions import db
from tests.submissions.walks import move, text_of
from tests.twinning.registrations import found, own_page, register
from tests.twinning.test_body_standing import heading
from tests.twinning.test_candidates import OPENED, SEEKING, filed, proposal_of, propose
from tests.twinning.test_papers import introduced
from tests.twinning.test_pause_and_end import press
from tests.twinning.test_twinned import twinned

ALL_RESTS = "нічого не пишемо про побратимів"
GOES_ON = "З вашими побратимами все триває"
CALLED_OFF = "цю пропозицію"


def letter(app: Flask, body: int, name: str) -> str:
    """The words of the newest letter of that name to the body."""
    with app.app_context():
        return " ".join(text_of(found(app, body), f"ukrainian/{name}").split())


def test_a_body_with_a_twin_reads_that_its_twinning_goes_on_and_where_that_is_paused(
    app: Flask, client: FlaskClient
) -> None:
    _, body = twinned(app)
    path = own_page(app, body)
    page = client.get(f"{path}/moves/pause").text
    assert GOES_ON in page
    assert "/body-pauses" in page, "the pause that may be meant stands on the same page"
    after = press(client, f"{path}/moves/pause")
    assert "Haringey" in heading(after), "the page begins with the twinning, which goes on"
    assert "Перерва: більше нікому вас не пропонуємо" in after
    said = letter(app, body, "paused")
    assert GOES_ON in said
    assert ALL_RESTS not in said
    assert CALLED_OFF not in said


def test_where_the_twinning_is_paused_already_nothing_is_said_to_go_on(app: Flask, client: FlaskClient) -> None:
    _, body = twinned(app)
    path = own_page(app, body)
    twin = client.get(path).text.split(f"{path}/twinnings/")[1].split("/")[0]
    press(client, f"{path}/twinnings/{twin}/body-pauses", kind_note="later")
    page = client.get(f"{path}/moves/pause").text
    assert GOES_ON not in page
    assert "/body-pauses" not in page
    press(client, f"{path}/moves/pause")
    assert ALL_RESTS in letter(app, body, "paused")


def test_a_body_that_is_asked_reads_that_its_pause_calls_that_off_and_later_that_it_may_come_again(
    app: Flask, client: FlaskClient
) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    path = own_page(app, body)
    with app.app_context():
        propose(number, body)
        db.session.commit()
    assert CALLED_OFF in client.get(f"{path}/moves/pause").text
    press(client, f"{path}/moves/pause")
    assert CALLED_OFF in letter(app, body, "paused")
    assert "може запропонувати їх знову" in client.get(f"{path}/moves/resume").text
    press(client, f"{path}/moves/resume")
    assert "може запропонувати їх знову" in letter(app, body, "resumed")


def test_a_body_that_nobody_was_proposed_to_reads_of_no_proposal(app: Flask, client: FlaskClient) -> None:
    body = register(app, *OPENED)
    path = own_page(app, body)
    page = client.get(f"{path}/moves/pause").text
    assert CALLED_OFF not in page
    assert GOES_ON not in page
    with app.app_context():
        for name in ("pause", "resume"):
            move(found(app, body), name)
        db.session.commit()
    assert CALLED_OFF not in letter(app, body, "paused")
    assert "запропонувати" not in letter(app, body, "resumed")


def test_a_body_that_rests_is_offered_no_other_branch_when_its_twinning_ends(app: Flask) -> None:
    number, body, _twin = introduced(app)
    with app.app_context():
        move(found(app, body), "pause")
        move(proposal_of(number), "end")
        words = " ".join(text_of(proposal_of(number), "twinning/ended-body").split())
        assert "Вашу реєстрацію призупинено, тож ми не шукаємо для вас іншої організації" in words
        assert "Ми охоче пошукаємо" not in words

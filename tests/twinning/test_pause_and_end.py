"""A twinning is paused or ended by either side on its own page, or by us: kindly, and what was stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.emails import links
from portal.emails.models import CANCELLED, OutboxEmail
from portal.extensions import db
from portal.submissions import actions
from portal.submissions.actions import Mover, NotPermittedError
from portal.submissions.workflow import Actor
from portal.twinning import candidates, leads
from tests.conftest import csrf_token
from tests.submissions.entries import COORDINATOR, NOW
from tests.submissions.walks import letters_of, move, text_of
from tests.twinning.registrations import BODY, found, own_page, register
from tests.twinning.test_candidates import OPENED, SEEKING, both_say_yes, filed, proposal_of, propose
from tests.twinning.test_twinned import twinned

HERE, THERE = Mover(Actor.BRANCH), Mover(Actor.UKRAINIAN_BODY)


def track(app: Flask, number: int) -> str:
    """The address of a branch's own page."""
    with app.app_context():
        path = links.path_of(links.issue(db.session(), "track", number, NOW))
        db.session.commit()
        return path


def press(client: FlaskClient, address: str, **typed: str) -> str:
    """Open a page with one form and send it; the page that follows."""
    page = client.get(address)
    assert page.status_code == 200, address
    answer = client.post(address, data={"csrf_token": csrf_token(page.text), **typed}, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def test_a_body_pauses_takes_up_again_and_ends_on_its_own_page_in_its_language(app: Flask, client: FlaskClient) -> None:
    number, body = twinned(app)
    path = own_page(app, body)
    page = client.get(path).text
    assert "Haringey" in page
    assert "Ottoline Hill" in page, "whom it is twinned with"
    twin = page.split(f"{path}/twinnings/")[1].split("/")[0]
    acts = f"{path}/twinnings/{twin}"
    assert f"{acts}/body-resumes" not in page
    paused = press(client, f"{acts}/body-pauses", kind_note="later")
    assert "Побратимство призупинено" in paused
    assert "ottoline@example.org" not in paused, "nobody is to be written to while it rests"
    with app.app_context():
        assert proposal_of(number).state == "paused"
        assert "We cannot go on at present. It does not lie with you." in text_of(
            proposal_of(number), "twinning/paused"
        )
        noted = " ".join(text_of(proposal_of(number), "twinning/pause-noted-body").split())
        assert "Разом із ним передано ваше добре слово: Зараз" in noted
        assert "[[link:" in noted
    assert "Побратимство триває" in press(client, f"{acts}/body-resumes")
    with app.app_context():
        assert proposal_of(number).state == "twinned"
    ended = press(client, f"{acts}/body-ends", kind_note="thanks", reason="Секрет")
    assert "Побратимство завершено" in ended or "Ваше побратимство завершено" in ended
    assert "Haringey" not in ended
    with app.app_context():
        assert proposal_of(number).state == "ended"
        told = "".join(text_of(proposal_of(number), f"twinning/{name}") for name in ("ended", "ended-body"))
        assert "Секрет" not in told
        assert "A kind word goes with it" in text_of(proposal_of(number), "twinning/ended")
        own = " ".join(text_of(proposal_of(number), "twinning/ended-body").split())
        assert "передано ваше добре слово" in own


def led(app: Flask) -> int:
    """Two who are twinned, and a lead who has agreed to be named; the number of the proposal."""
    number, _ = twinned(app, lead_name="Siân Lead", lead_email="sian@example.org")
    with app.app_context():
        leads.agree(db.session(), proposal_of(number), language="en", now=NOW)
        db.session.commit()
    return number


@pytest.mark.parametrize(
    ("moves", "letter", "says", "never"),
    [
        (("branch-pauses", HERE), "paused-lead", "The kind word of your branch went with it: Thank you", "who asked"),
        (("body-pauses", THERE), "paused-lead", "A kind word goes with it: Thank you for", "Your branch has asked"),
        (("end", HERE), "ended-lead", "The kind word of your branch went with it: Thank you", "A kind word goes"),
        (("body-ends", THERE), "ended-lead", "A kind word goes with it: Thank you for", "of your branch went"),
    ],
)
def test_the_lead_reads_the_kind_word_and_whose_it_is(
    app: Flask, moves: tuple[str, Mover], letter: str, says: str, never: str
) -> None:
    number, (name, by) = led(app), moves
    with app.app_context():
        given = {"kind_note": "thanks", "reason": "Over"}
        actions.perform(db.session(), proposal_of(number), name, by=by, now=NOW, answers=given)
        told = " ".join(text_of(proposal_of(number), f"twinning/{letter}").split())
        assert says in told
        assert never not in told


def test_a_branch_pauses_and_only_who_paused_it_or_we_take_it_up_again(app: Flask, client: FlaskClient) -> None:
    number, _ = twinned(app)
    page = press(client, f"{track(app, number)}/moves/branch-pauses", kind_note="officers")
    assert "Your twinning is paused" in page
    assert "Go on with our twinning" in page
    with app.app_context():
        assert "У нас змінюються відповідальні особи" in text_of(proposal_of(number), "twinning/paused-body")
        noted = " ".join(text_of(proposal_of(number), "twinning/pause-noted").split())
        assert "is paused, as you asked" in noted
        assert "please do not ask them why" not in noted
        assert "Your kind word went with it: Our officers are changing" in noted
        with pytest.raises(NotPermittedError):
            actions.perform(db.session(), proposal_of(number), "body-resumes", by=THERE, now=NOW)
        move(proposal_of(number), "resume", by=COORDINATOR)
        assert proposal_of(number).state == "twinned"
        actions.perform(db.session(), proposal_of(number), "body-pauses", by=THERE, now=NOW)
        with pytest.raises(NotPermittedError):
            actions.perform(db.session(), proposal_of(number), "branch-resumes", by=HERE, now=NOW)


def test_a_body_reads_who_asked_for_the_pause_and_of_no_request_that_nobody_made(
    app: Flask, client: FlaskClient
) -> None:
    number, _ = twinned(app)
    path = track(app, number)
    press(client, f"{path}/moves/branch-pauses", kind_note="")
    press(client, f"{path}/moves/branch-resumes")
    with app.app_context():
        told = [
            " ".join(text_of(proposal_of(number), f"twinning/{name}-body").split()) for name in ("paused", "resumed")
        ]
        assert "Haringey просить про перерву" in told[0]
        assert "Haringey охоче продовжить побратимство" in told[1]
        for letter in told:
            assert "розпитувати" not in letter, "the branch was asked nothing of the kind"
        shown = actions.preview(db.session(), proposal_of(number), "pause", by=COORDINATOR, now=NOW)
        assert "розпитувати" in next(each.body for each in shown if each.template == "twinning/paused-body"), (
            "of a pause of ours the branch is asked not to ask"
        )


@pytest.mark.parametrize(
    ("mover", "moves"),
    [
        (HERE, ("branch-pauses", "branch-resumes")),
        (THERE, ("body-pauses", "body-resumes")),
        (COORDINATOR, ("pause", "resume")),
    ],
)
def test_those_who_only_get_acquainted_read_of_no_twinning_that_rests_or_goes_on(
    app: Flask, mover: Mover, moves: tuple[str, ...]
) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        both_say_yes(proposal_of(number))
        for name in ("introduce", "first-contact"):
            move(proposal_of(number), name)
        for name in moves:
            actions.perform(db.session(), proposal_of(number), name, by=mover, now=NOW)
        told = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template.regexp_match("/(pause|resume)"))).all()
        assert len(told) == 4
        for letter in told:
            words = f"{letter.subject} {letter.text}".replace("/uk/twinning", "")
            assert "our twinning" not in words.replace("See your twinning", ""), letter.template
            assert "обратимств" not in words, letter.template


def test_a_branch_is_offered_another_twin_and_what_was_stays(app: Flask, client: FlaskClient) -> None:
    number, _ = twinned(app)
    path = track(app, number)
    ended = press(client, f"{path}/moves/end", reason="", kind_note="thanks")
    assert "Would you like another twin?" in ended
    again = press(client, f"{path}/moves/seek-again")
    assert "We look for another twin for you" in again
    assert "Your branches are twinned" in again, "the history stays"
    with app.app_context():
        proposal = proposal_of(number)
        assert (proposal.state, proposal.twinned_on) == ("seeking", None)
        assert proposal.twinning is not None
        assert proposal.twinning.ended_at is not None
        assert candidates.refused(db.session(), number), "nobody is given the same twin again"


def test_a_body_that_withdraws_ends_its_twinning_and_vanishes_from_the_page_of_the_branch(
    app: Flask, client: FlaskClient
) -> None:
    number, body = twinned(app)
    assert "Svitanok" in client.get(track(app, number)).text
    assert "завершиться й ваш зв’язок із побратимами" in client.get(f"{own_page(app, body)}/moves/withdraw").text
    with app.app_context():
        actions.perform(db.session, found(app, body), "withdraw", by=BODY, now=NOW)
        db.session.commit()
        proposal = proposal_of(number)
        assert proposal.state == "ended"
        assert ("twinning/ended", "ottoline@example.org") in letters_of(proposal)
        assert (proposal.body_name, proposal.body_email, proposal.body_contact) == ("", "", "")
    assert "Svitanok" not in client.get(track(app, number)).text


def test_letters_that_name_a_body_which_has_withdrawn_leave_no_more_and_cannot_be_sent_again(app: Flask) -> None:
    number, body = twinned(app)
    with app.app_context():
        assert "oksana.boiko@" in text_of(proposal_of(number), "twinning/introduced")
        actions.perform(db.session, found(app, body), "withdraw", by=BODY, now=NOW + timedelta(days=1))
        db.session.commit()
        letter = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "twinning/introduced")).one()
        assert (letter.state, letter.text, letter.html) == (CANCELLED, "", "")
        assert text_of(proposal_of(number), "twinning/ended"), "the branch hears that it has ended"
        assert text_of(proposal_of(number), "twinning/checked"), "what names nobody stays"


def test_a_page_of_a_branch_has_no_acts_of_a_body_and_a_stranger_reaches_nothing(
    app: Flask, client: FlaskClient
) -> None:
    number, body = twinned(app)
    with app.app_context():
        made = proposal_of(number).twinning
        assert made is not None
        twin = made.id
    assert client.get(f"{track(app, number)}/twinnings/{twin}/body-ends").status_code == 404
    assert client.get(f"{own_page(app, body)}/twinnings/{twin + 9}/body-ends").status_code == 404
    assert client.get(f"{own_page(app, body)}/twinnings/{twin}/introduce").status_code == 404


def acquainted(app: Flask) -> tuple[int, int]:
    """A branch that has just been introduced to a body of the register; the numbers of both."""
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        both_say_yes(proposal_of(number))
        move(proposal_of(number), "introduce")
        db.session.commit()
    return number, body


def test_who_only_gets_acquainted_has_no_twinning_to_pause_or_to_end(app: Flask, client: FlaskClient) -> None:
    number, body = acquainted(app)
    here, there = track(app, number), own_page(app, body)
    with app.app_context():
        made = proposal_of(number).twinning
        assert made is not None
        acts = f"{there}/twinnings/{made.id}"
    page = client.get(here).text
    assert "Do not go on with this twin" in page
    assert "Take a break for now" in page
    assert "End our twinning" not in page
    assert "Pause our twinning" not in page
    own = client.get(there).text
    assert "Не продовжувати це знайомство" in own
    assert "Зробити перерву" in own
    assert "Завершити побратимство" not in own
    paused = press(client, f"{acts}/body-pauses", kind_note="")
    assert "Тепер перерва." in paused
    assert "Продовжити знайомство" in paused
    assert "You and your twin take a break" in client.get(here).text
    ended = press(client, f"{acts}/body-ends", kind_note="", reason="")
    assert "Побратимство завершено" not in ended


def test_the_history_of_two_who_only_got_acquainted_speaks_of_no_twinning(app: Flask, client: FlaskClient) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        both_say_yes(proposal_of(number))
        for name in ("introduce", "pause", "resume", "first-contact", "end"):
            move(proposal_of(number), name)
        db.session.commit()
    history = client.get(track(app, number)).text.partition("What has happened")[2]
    for how in ("paused", "taken up again", "ended"):
        assert f"Getting to know each other was {how}" in history
        assert f"The twinning was {how}" not in history

"""Every move of every kind through its pages: the form, the letters, the move; and what may go wrong on the way."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.datastructures import MultiDict

from portal.affiliations.models import Term
from portal.affiliations.workflow import WORKFLOW as AFFILIATION
from portal.clock import LONDON, london_day, utc_now
from portal.dashboard.request_page import FROM_THE_PANEL
from portal.dashboard.words import WITHOUT_CONSENT, long_day
from portal.emails import links
from portal.extensions import db
from portal.speakers.models import SpeakerRequest
from portal.speakers.workflow import WORKFLOW as SPEAKER
from portal.submissions import actions, consents, turns
from portal.submissions.models import Submission
from portal.submissions.workflow import BACK, SAME, Actor, Recipient, Transition
from portal.twinning.pulse import QUIET_FOR
from portal.twinning.workflow import WORKFLOW as TWINNING
from tests.dashboard.conftest import ANSWERS, NEED_MORE, Page, boxes, day, post_all

WORKFLOWS = {workflow.kind: workflow for workflow in (SPEAKER, TWINNING, AFFILIATION)}
FOR_THE_TREASURER = ("has_fee_kept_ready", "has_own_treasurer")
LATER = {
    "speaker": {
        "speaker_name": "Olha Savchenko",
        "speaker_email": "olha@example.org",
        "dates": [{"on": day(40).isoformat(), "time_text": "7pm", "time": "19:00"}],
        "meeting_on": day(40),
    },
    "twinning": {
        "body_name": "Miners of the Western Donbas",
        "body_oblast": "Dnipropetrovsk",
        "body_sector": "Mining",
        "body_email": "miners@example.org",
        "body_contact": "Olena Bondar",
    },
    "affiliation": {},
}


@pytest.mark.parametrize("kind", sorted(WORKFLOWS))
def test_every_move_works_through_its_pages(
    money_handler: FlaskClient,
    make_request: Callable[..., int],
    look: Callable[..., Any],
    rows: Callable[..., list[Any]],
    kind: str,
) -> None:
    moves = [
        (source, row)
        for row in WORKFLOWS[kind].transitions
        for source in row.sources
        if by_us(row)
        and row.name not in (*FROM_THE_PANEL, *NEED_MORE)
        # A no to a twin whom nobody has heard of yet is in tests/twinning/test_untold_to_body.
        and (source, row.unless) != ("introduced", "is_introduced")
    ]
    assert len(moves) > 20
    for source, row in moves:
        facts: dict[str, Any] = {"meeting_on": day(-1)} if row.not_before == "may_be_over_at" else {}
        if row.not_before == "dormant_from":
            facts = {"now": utc_now() - QUIET_FOR}
        number = make_request(kind, state=source, **{**LATER[kind], **facts})
        path = f"/dashboard/requests/{number}/moves/{row.name}"
        assert f'href="{path}"' in money_handler.get(f"/dashboard/requests/{number}").text, (source, row.name)
        html = money_handler.get(path).text
        if row.asks:
            typed = typed_for(row)
            if "speaker_email" in typed:
                # Whoever the register knows since the last of these has not agreed to be in it.
                typed["speaker_email"] = f"olha.{number}@example.org"
            answer = post_all(money_handler, path, html, **typed)
            html = answer.text
            assert answer.status_code == 200, html
            assert "There is a problem" not in html, (source, row.name)
        assert look(number, "state") == source
        before = letters_of(rows, number)
        answer = post_all(money_handler, path, html)
        assert answer.status_code == 303, answer.text
        target = {BACK: "received", SAME: source}.get(row.target, row.target)
        assert look(number, "state") == target, (source, row.name)
        # These requests have no terms: nobody was asked for a fee, but its treasurer was told of one that may come. Nor
        # was a speaker asked before. No letter of theirs was kept back.
        known = ("knows_of_offer", "body_knows", "is_booking_known")
        holds = ("", "is_first_asked", "was_not_linked", *known, *FOR_THE_TREASURER)
        notify = [each for each in row.notify if each.only_if in holds and each.to != Recipient.OTHER_SPEAKERS]
        expected = [each.to.value for each in notify if not each.only_from or source in each.only_from]
        assert letters_of(rows, number) == before + expected, (source, row.name)
        assert money_handler.get(f"/dashboard/requests/{number}").status_code == 200


def test_a_meeting_was_not_held_before_its_day(
    coordinator: FlaskClient, make_request: Callable[..., int], look: Callable[..., Any]
) -> None:
    on = london_day(utc_now()) + timedelta(days=2)
    number = make_request("speaker", state="confirmed", **{**LATER["speaker"], "meeting_on": on})
    path = f"/dashboard/requests/{number}/moves/held"
    html = coordinator.get(f"/dashboard/requests/{number}").text
    assert f'href="{path}"' not in html
    sentence = f"You can say “The meeting was held” from {long_day(on)} on."
    assert sentence in html
    for answer in (coordinator.get(path), Page(coordinator, "/dashboard/account").post(path, version="2", step="send")):
        assert answer.status_code == 409
        assert sentence in answer.text
    assert look(number, "state") == "confirmed"


@pytest.mark.parametrize(("hours", "is_open"), [(1, True), (-2, False)])
def test_nobody_calls_off_a_meeting_that_has_begun(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], hours: int, is_open: bool
) -> None:
    begins = utc_now().astimezone(LONDON) + timedelta(hours=hours)
    number = make_request("speaker", state="confirmed", **{**LATER["speaker"], "meeting_on": begins.date()})
    with app.app_context():
        db.session.get_one(SpeakerRequest, number).confirmed_time = begins.time()
        db.session.commit()
        token = links.token_of(links.issue(db.session(), "track", number, utc_now()))
        db.session.commit()
    page = coordinator.get(f"/track/{token}").text
    assert ("Withdraw this request" in page) is is_open
    assert ("Did it not take place? Send us a message." in page) is not is_open
    desk = coordinator.get(f"/dashboard/requests/{number}").text
    assert ("The meeting has begun: nobody can withdraw or cancel it any more." in desk) is not is_open
    for name in ("withdraw", "cancel"):
        path = f"/dashboard/requests/{number}/moves/{name}"
        assert (f'href="{path}"' in desk) is is_open
        assert coordinator.get(path).status_code == (200 if is_open else 409)
    assert (f'href="/dashboard/requests/{number}/moves/not-held"' in desk) is not is_open


def test_nobody_is_thanked_for_a_meeting_that_has_only_begun(app: Flask, make_request: Callable[..., int]) -> None:
    on = london_day(utc_now()) + timedelta(days=2)
    number = make_request("speaker", state="confirmed", **{**LATER["speaker"], "meeting_on": on})
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, number)
        request.confirmed_time = time(18, 20)
        row = WORKFLOWS["speaker"].transition("held")
        begins = datetime.combine(on, time(18, 20), LONDON)
        assert turns.is_too_early(request, row, begins + timedelta(minutes=1))
        assert not turns.is_too_early(request, row, begins + timedelta(hours=1))


@pytest.mark.parametrize(
    ("kind", "state", "name"), [("twinning", "proposed", "introduce"), ("speaker", "offered", "confirm")]
)
def test_what_a_missing_consent_leaves_out_is_said_before_the_move(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], kind: str, state: str, name: str
) -> None:
    recipient = WORKFLOWS[kind].transition(name).passes_on
    number = make_request(kind, state=state, **LATER[kind])
    path = f"/dashboard/requests/{number}/moves/{name}"
    answers = {ask.name: ANSWERS[ask.name] for ask in WORKFLOWS[kind].transition(name).asks}
    html = coordinator.get(path).text
    letters = post_all(coordinator, path, html, **answers).text
    for page in (html, letters):
        assert WITHOUT_CONSENT[recipient] in page
        assert f'href="/dashboard/requests/{number}/correct/you"' in page
    assert "j.armstrong@example.org" not in boxes(letters)["body-1"]
    with app.app_context():
        consents.record(db.session.get_one(Submission, number), recipient, language="en", now=utc_now())
        db.session.commit()
    letters = post_all(coordinator, path, coordinator.get(path).text, **answers).text
    assert WITHOUT_CONSENT[recipient] not in letters
    assert "j.armstrong@example.org" in boxes(letters)["body-1"]


def test_a_number_in_the_branch_s_own_words_is_shown_before_it_leaves_without_consent(
    app: Flask, sign_in: Callable[..., FlaskClient], make_request: Callable[..., int]
) -> None:
    client = sign_in("coordinator")
    number = make_request(
        state="offered", title="Meeting, ring 07700 900777", topics_other="ask sue@leak.example", speaker_name="Olha",
        speaker_email="olha@example.org",
    )  # fmt: skip
    page = Page(client, f"/dashboard/requests/{number}/moves/confirm")
    shown = page.post(confirmed_on=day(40), confirmed_time="7pm", agreed="By telephone", may_name_me="no")
    assert "07700 900777" in shown.text
    assert "passes it on although its contact is not to be passed on" in shown.text
    with app.app_context():
        consents.record(db.session.get_one(Submission, number), "speaker", language="en", now=utc_now())
        db.session.commit()
    page = Page(client, f"/dashboard/requests/{number}/moves/confirm")
    shown = page.post(confirmed_on=day(40), confirmed_time="7pm", agreed="By telephone", may_name_me="no")
    assert "passes it on although" not in shown.text


def test_nobody_at_the_desk_agrees_for_the_lead(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    lead = {"lead_name": "Owen Kestle", "lead_email": "owen@example.org"}
    number = make_request("twinning", state="proposed", **{**LATER["twinning"], **lead})
    with app.app_context():
        consents.record(db.session.get_one(Submission, number), "twin", language="en", now=utc_now())
        db.session.commit()
    html = coordinator.get(f"/dashboard/requests/{number}/moves/introduce").text
    assert "has not agreed to be named" in html
    assert "Nobody can agree for them." in html
    assert "Tick it under" not in html


def test_the_desk_reads_that_a_kind_word_goes_to_both_sides(
    coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request("twinning", state="twinned", **LATER["twinning"])
    page = coordinator.get(f"/dashboard/requests/{number}/moves/pause").text
    assert "A short kind word to both sides" in page
    assert "choose only what is true of whoever asked for this" in page


def test_every_consent_that_a_move_needs_has_its_words() -> None:
    needed = {row.passes_on for workflow in WORKFLOWS.values() for row in workflow.transitions if row.passes_on}
    assert needed == set(WITHOUT_CONSENT)
    assert needed <= set(consents.CONSENTS)


def test_a_term_has_not_run_out_before_its_end(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    today = london_day(utc_now())
    number = make_request("affiliation", state="renewal-due")
    with app.app_context():
        term = Term(affiliation_id=number, starts_on=today - timedelta(days=300), ends_on=today, fee_pence=5000)
        term.paid_pence = 5000
        db.session.add(term)
        db.session.commit()
    path = f"/dashboard/requests/{number}/moves/into-grace"
    assert f"“The term has run out” from {long_day(today + timedelta(days=1))} on" in coordinator.get(path).text
    with app.app_context():
        db.session.scalars(select(Term)).one().ends_on = today - timedelta(days=1)
        db.session.commit()
    assert coordinator.get(path).status_code == 200


def typed_for(row: Transition) -> dict[str, str]:
    """What a coordinator types for a move."""
    special = {"part-paid": {"paid_pence": "20"}}.get(row.name, {})
    return {ask.name: ANSWERS[ask.name] for ask in row.asks} | special


def by_us(row: Transition) -> bool:
    """Whether a coordinator makes this move."""
    return Actor.COORDINATOR in row.by


def letters_of(rows: Callable[..., list[Any]], number: int) -> list[str]:
    """To whom letters about a request were written, in their order."""
    found = rows("SELECT role FROM outbox_emails WHERE submission_id = :id ORDER BY id", id=number)
    return [role for (role,) in found]


def test_an_edited_letter_leaves_as_it_was_edited(
    coordinator: FlaskClient, make_request: Callable[..., int], rows: Callable[..., list[Any]]
) -> None:
    number = make_request()
    path = f"/dashboard/requests/{number}/moves/start-matching"
    html = coordinator.get(path).text
    assert "{private link}" in html
    assert "j.armstrong@example.org" in html
    body = "Dear Jean,\r\n\r\nWe look for <b>somebody</b>.\r\n\r\n{private link}"
    post_all(coordinator, path, html, **{"subject-0": "Our search has begun", "body-0": body})
    subject, text, markup, links = rows(
        "SELECT subject, text, html, link_ids FROM outbox_emails ORDER BY id DESC LIMIT 1"
    )[0]
    assert subject == "Our search has begun"
    assert "Dear Jean,\n\nWe look for <b>somebody</b>.\n\n[[link:" in text
    assert "&lt;b&gt;somebody" in markup
    assert links not in ("[]", [])


def test_the_page_says_who_signs(
    coordinator: FlaskClient,
    make_coordinator: Callable[..., int],
    make_request: Callable[..., int],
    rows: Callable[..., list[Any]],
) -> None:
    """Whoever sends a letter signs it, whether or not the request is somebody else's."""
    tom = make_coordinator("tom@example.org", "Tom Hardcastle")
    for given_to in (None, tom):
        number = make_request(coordinator_id=given_to)
        path = f"/dashboard/requests/{number}/moves/start-matching"
        html = coordinator.get(path).text
        said = "“In solidarity”, Maria Kovalenko, the campaign’s name"
        assert said in html
        message = f"/dashboard/requests/{number}/message"
        assert said in post_all(coordinator, message, coordinator.get(message).text, message="Hello").text
        post_all(coordinator, path, html)
        ((text,),) = rows("SELECT text FROM outbox_emails ORDER BY id DESC LIMIT 1")
        assert "In solidarity,\nMaria Kovalenko\n" in text


@pytest.mark.parametrize("box", ["subject-0", "body-0"])
def test_a_broken_letter_comes_back_with_what_was_typed(
    coordinator: FlaskClient, make_request: Callable[..., int], look: Callable[..., Any], box: str
) -> None:
    number = make_request()
    path = f"/dashboard/requests/{number}/moves/decline"
    html = post_all(coordinator, path, coordinator.get(path).text, reason="We are full").text
    other = {"subject-0": "body-0", "body-0": "subject-0"}[box]
    answer = post_all(coordinator, path, html, **{box: "  ", other: "My own words"})
    assert answer.status_code == 200
    assert "There is a problem" in answer.text
    assert "<title>Error:" in answer.text
    found = boxes(answer.text)
    assert found[other] == "My own words"
    assert found["reason"] == "We are full"
    assert look(number, "state") == "received"


def test_a_missing_answer_is_asked_for(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    number = make_request()
    path = f"/dashboard/requests/{number}/moves/offer"
    answer = post_all(coordinator, path, coordinator.get(path).text, speaker_name="Olha", speaker_email="nonsense")
    assert "There is a problem" in answer.text
    assert boxes(answer.text)["speaker_email"] == "nonsense"


def test_answers_can_be_changed_before_it_happens(
    coordinator: FlaskClient, make_request: Callable[..., int], look: Callable[..., Any]
) -> None:
    number = make_request()
    path = f"/dashboard/requests/{number}/moves/decline"
    html = post_all(coordinator, path, coordinator.get(path).text, reason="We are full").text
    name, value = re.search(r'name="([^"]+)" value="([^"]+)">Change the answers', html).groups()
    sent = [*boxes(html).items(), (name, value)]
    html = coordinator.post(path, data=MultiDict(sent)).text
    assert boxes(html)["reason"] == "We are full"
    assert look(number, "state") == "received"


def test_without_an_address_the_page_says_whom_to_telephone(
    coordinator: FlaskClient, make_request: Callable[..., int], look: Callable[..., Any]
) -> None:
    number = make_request(contact_email="")
    path = f"/dashboard/requests/{number}/moves/start-matching"
    html = coordinator.get(path).text
    assert "No letter goes to the branch" in html
    assert post_all(coordinator, path, html).status_code == 303
    assert look(number, "state") == "matching"


def test_a_second_press_moves_and_sends_once(
    coordinator: FlaskClient, make_request: Callable[..., int], rows: Callable[..., list[Any]]
) -> None:
    number = make_request("speaker", state="confirmed", **LATER["speaker"])
    path = f"/dashboard/requests/{number}/moves/change-meeting"
    html = coordinator.get(path).text
    html = post_all(coordinator, path, html, confirmed_on="21 January 2027", confirmed_time="7pm").text
    assert post_all(coordinator, path, html).status_code == 303
    letters = rows("SELECT count(*) FROM outbox_emails")
    again = post_all(coordinator, path, html)
    assert again.status_code == 409
    assert "This was done already" in again.text
    assert rows("SELECT count(*) FROM outbox_emails") == letters


def test_what_cannot_be_done_is_not_called_done(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    number = make_request("speaker")
    path = f"/dashboard/requests/{number}/moves/start-matching"
    assert post_all(coordinator, path, coordinator.get(path).text).status_code == 303
    answer = coordinator.get(f"/dashboard/requests/{number}/moves/reopen")
    assert answer.status_code == 409
    assert "This cannot be done as the request stands" in answer.text
    assert "This was done already" not in answer.text
    assert "nothing was changed, and nothing was sent" in answer.text


def test_the_second_coordinator_is_told_who_was_faster(
    coordinator: FlaskClient,
    sign_in: Callable[..., FlaskClient],
    make_request: Callable[..., int],
    look: Callable[..., Any],
) -> None:
    number = make_request()
    path = f"/dashboard/requests/{number}/moves/decline"
    typed = post_all(coordinator, path, coordinator.get(path).text, reason="Nobody is free <b>then</b>").text
    tom = sign_in("coordinator", email="tom@example.org", name="Tom Hardcastle")
    other = f"/dashboard/requests/{number}/moves/start-matching"
    assert post_all(tom, other, tom.get(other).text).status_code == 303
    answer = post_all(coordinator, path, typed)
    assert answer.status_code == 409
    assert "Somebody was faster than you" in answer.text
    assert "Tom Hardcastle" in answer.text
    assert "We started looking for a speaker" in answer.text
    assert "Nobody is free &lt;b&gt;then&lt;/b&gt;" in answer.text
    assert "Copy them now" not in answer.text
    assert look(number, "state") == "matching"
    # What was typed goes on from there, to be looked over once more.
    again = post_all(coordinator, path, answer.text, step="letters")
    assert again.status_code == 200
    assert "Nobody is free &lt;b&gt;then&lt;/b&gt;" in again.text
    assert post_all(coordinator, path, again.text, step="send").status_code == 303
    assert look(number, "state") == "declined"


def test_a_message_that_came_second_is_carried_on(
    coordinator: FlaskClient, sign_in: Callable[..., FlaskClient], make_request: Callable[..., int]
) -> None:
    number = make_request()
    path = f"/dashboard/requests/{number}/message"
    html = coordinator.get(path).text
    tom = sign_in("coordinator", email="tom@example.org", name="Tom Hardcastle")
    Page(tom, f"/dashboard/requests/{number}").post(f"/dashboard/requests/{number}/note", note="Rang them")
    answer = post_all(coordinator, path, html, message="Do you have a projector?")
    assert answer.status_code == 409
    assert "Your message" in answer.text
    assert "Opened" not in answer.text
    again = post_all(coordinator, path, answer.text, step="words")
    assert boxes(again.text)["message"] == "Do you have a projector?"
    assert "Look over your message" in post_all(coordinator, path, again.text).text


def test_of_a_correction_that_came_second_only_what_differs_is_told(
    coordinator: FlaskClient, sign_in: Callable[..., FlaskClient], make_request: Callable[..., int]
) -> None:
    number = make_request()
    path = f"/dashboard/requests/{number}/correct/you"
    html = coordinator.get(path).text
    tom = sign_in("coordinator", email="tom@example.org", name="Tom Hardcastle")
    Page(tom, f"/dashboard/requests/{number}").post(f"/dashboard/requests/{number}/note", note="Rang them")
    answer = post_all(coordinator, path, html, contact_name="Jean O’Connor", language="en")
    typed = answer.text.partition("What you typed")[2]
    assert "Jean O’Connor" in typed
    assert "j.armstrong@example.org" not in typed


def test_what_the_branch_wrote_meanwhile_is_read_first(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], look: Callable[..., Any]
) -> None:
    number = make_request()
    path = f"/dashboard/requests/{number}/moves/start-matching"
    html = coordinator.get(path).text
    with app.app_context():
        submission = db.session.get_one(Submission, number)
        before = (submission.turn, submission.due_on)
        actions.message_from_branch(db.session, submission, "The hall has burnt down", now=utc_now())
        db.session.commit()
        assert (submission.turn, submission.due_on) == before
    answer = post_all(coordinator, path, html)
    assert answer.status_code == 409
    assert "The hall has burnt down" in answer.text
    assert look(number, "state") == "received"


def test_a_move_that_is_over_says_so(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    number = make_request("speaker", state="closed")
    answer = coordinator.get(f"/dashboard/requests/{number}/moves/decline")
    assert answer.status_code == 409
    assert "has changed since you opened it" in answer.text


@pytest.mark.parametrize("name", ["nothing", "answer", "check"])
def test_a_move_that_is_not_a_coordinators_is_not_found(
    coordinator: FlaskClient, make_request: Callable[..., int], name: str
) -> None:
    assert coordinator.get(f"/dashboard/requests/{make_request()}/moves/{name}").status_code == 404


def test_a_held_entry_has_no_moves(
    coordinator: FlaskClient, make_request: Callable[..., int], look: Callable[..., Any]
) -> None:
    number = make_request(held_reason="trap")
    assert "/moves/" not in coordinator.get(f"/dashboard/requests/{number}").text
    assert coordinator.get(f"/dashboard/requests/{number}/moves/start-matching").status_code == 409


def test_looking_at_letters_changes_nothing(
    coordinator: FlaskClient, make_request: Callable[..., int], rows: Callable[..., list[Any]]
) -> None:
    number = make_request()
    before = rows("SELECT state, version, turn FROM submissions") + rows(
        "SELECT count(*) FROM outbox_emails, private_links"
    )
    coordinator.get(f"/dashboard/requests/{number}/moves/start-matching")
    after = rows("SELECT state, version, turn FROM submissions") + rows(
        "SELECT count(*) FROM outbox_emails, private_links"
    )
    assert before == after


def test_less_than_the_fee_is_told_before_it_counts(
    money_handler: FlaskClient, make_request: Callable[..., int], look: Callable[..., Any]
) -> None:
    number = make_request("affiliation", state="awaiting-payment")
    path = f"/dashboard/requests/{number}/moves/paid"
    typed = {"paid_pence": "20", "paid_on": "2 November 2026"}
    answer = post_all(money_handler, path, money_handler.get(path).text, **typed)
    assert "That leaves £30.00 of the fee open" in answer.text
    assert boxes(answer.text)["paid_pence"] == "20"
    html = post_all(money_handler, path, answer.text, **typed, counts_as_whole="yes").text
    assert "- Received: £20.00" in html
    assert look(number, "state") == "awaiting-payment"
    path = f"/dashboard/requests/{number}/moves/part-paid"
    html = post_all(money_handler, path, money_handler.get(path).text, **typed).text
    assert "- Still open: £30.00" in html
    assert post_all(money_handler, path, html).status_code == 303
    page = money_handler.get(f"/dashboard/requests/{number}").text
    assert "Still open" in page
    assert "Next: the fee arrives" in page


def test_a_stored_text_in_a_letter_is_harmless(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    number = make_request(contact_name="</textarea><script>alert(1)</script>")
    html = coordinator.get(f"/dashboard/requests/{number}/moves/start-matching").text
    assert "<script>alert" not in html


def test_not_for_viewers(sign_in: Callable[..., FlaskClient], make_request: Callable[..., int]) -> None:
    number = make_request()
    viewer = sign_in("viewer")
    assert viewer.get(f"/dashboard/requests/{number}/moves/decline").status_code == 403
    token = Page(viewer, "/dashboard/account").hidden()["csrf_token"]
    answer = viewer.post(
        f"/dashboard/requests/{number}/moves/start-matching", data={"csrf_token": token, "step": "send"}
    )
    assert answer.status_code == 403


def in_words(moment: date) -> str:
    """A day as one types it."""
    return f"{moment.day} {moment:%B %Y}"


class TestPrefilled:
    """A form that asks for a day begins with the day that is known."""

    DATES = (
        {"on": day(-3).isoformat(), "time": "", "time_text": "evening"},
        {"on": day(30).isoformat(), "time": "19:30", "time_text": "7.30pm"},
        {"on": day(40).isoformat(), "time": "", "time_text": "after work"},
    )

    @pytest.mark.parametrize(
        ("state", "move", "facts", "start"),
        [
            ("offered", "confirm", {"meeting_on": day(-3)}, "7.30pm"),
            ("offered", "confirm", {"meeting_on": day(30)}, "7.30pm"),
            ("confirmed", "change-meeting", {"meeting_on": day(30), "confirmed_time": time(18, 0)}, "6pm"),
        ],
    )
    def test_the_wished_or_agreed_day_of_a_meeting(
        self,
        coordinator: FlaskClient,
        make_request: Callable[..., int],
        state: str,
        move: str,
        facts: dict[str, Any],
        start: str,
    ) -> None:
        number = make_request("speaker", state=state, **{**LATER["speaker"], "dates": list(self.DATES), **facts})
        html = coordinator.get(f"/dashboard/requests/{number}/moves/{move}").text
        filled = boxes(html)
        assert filled["confirmed_on"] == in_words(day(30))
        assert filled["confirmed_time"] == start
        assert f"The branch could also meet on {long_day(day(40))}." in html

    def test_what_the_branch_says_now_where_it_has_moved_its_meeting(
        self, coordinator: FlaskClient, make_request: Callable[..., int]
    ) -> None:
        facts = {"dates": list(self.DATES), "meeting_on": day(30), "confirmed_time": time(18, 0), "turn": "us"}
        number = make_request("speaker", state="confirmed", **{**LATER["speaker"], **facts})
        path = f"/dashboard/requests/{number}/moves/change-meeting"
        html = coordinator.get(path).text
        assert (boxes(html)["confirmed_on"], boxes(html)["confirmed_time"]) == (in_words(day(30)), "7.30pm")
        assert f"The speaker is still booked for {long_day(day(30))}, 6pm." in html
        again = post_all(coordinator, path, html, confirmed_time="6pm")
        assert "This day and hour are agreed already. Enter the new ones" in again.text

    def test_a_rule_in_words_fills_in_nothing(self, coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
        facts = {**LATER["speaker"], "meeting_on": None, "dates": [], "date_rule": "second Tuesday"}
        number = make_request("speaker", state="offered", **facts)
        assert boxes(coordinator.get(f"/dashboard/requests/{number}/moves/confirm").text)["confirmed_on"] == ""

    @pytest.mark.parametrize(("offset", "is_filled"), [(-5, True), (5, False)])
    def test_the_day_of_a_decision_once_it_has_come(
        self, coordinator: FlaskClient, make_request: Callable[..., int], offset: int, is_filled: bool
    ) -> None:
        number = make_request("affiliation", state="awaiting-decision", decision="going", decided_on=day(offset))
        filled = boxes(coordinator.get(f"/dashboard/requests/{number}/moves/carried").text)
        assert filled["decided_on"] == (in_words(day(offset)) if is_filled else "")


def test_a_page_that_tries_a_move_out_lets_nobody_write_in_between(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request()
    seen: list[str] = []

    def write_beside(*told: Any) -> None:
        if "submissions" not in str(told[2]):
            return
        other = sqlite3.connect(app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///"), timeout=0)
        try:
            other.execute("BEGIN IMMEDIATE")
            seen.append("written beside")
        except sqlite3.OperationalError as busy:
            seen.append(str(busy))
        finally:
            other.close()

    with app.app_context():
        engine = db.engine
    event.listen(engine, "after_cursor_execute", write_beside)
    try:
        page = coordinator.get(f"/dashboard/requests/{number}/moves/start-matching")
    finally:
        event.remove(engine, "after_cursor_execute", write_beside)
    assert page.status_code == 200
    assert set(seen) == {"database is locked"}

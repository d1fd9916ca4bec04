"""Somebody experienced beside a speaker who is new: asked by name, booked with them, told of all that changes."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import london_day, utc_now
from portal.dashboard import asked, who_else
from portal.emails import links
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers import reports, vetoes
from portal.speakers.arranged import arranged
from portal.speakers.engagements import PARTNER, BookedSlot
from portal.speakers.facts import facts
from portal.speakers.settling import settled
from portal.submissions import actions, intake, reminders
from portal.submissions.actions import NotPermittedError, WrongAnswerError
from portal.submissions.workflow import Actor
from tests.conftest import csrf_token
from tests.public.conftest import main_of
from tests.submissions.entries import BRANCH, COORDINATOR, NOW, speaker_answers
from tests.submissions.walks import letters_of, registered, text_of

SPEAKER = actions.Mover(Actor.SPEAKER)
DAY = {"confirmed_on": "2027-01-14", "confirmed_time": "19:00", "agreed": "By telephone", "may_name_me": "yes"}


def perform(request: Any, name: str, by: Any = COORDINATOR, minutes: int = 0, **answers: str) -> Any:
    return actions.perform(db.session(), request, name, by=by, now=NOW + timedelta(minutes=minutes), answers=answers)


def with_somebody_new(**answers: Any) -> Any:
    """A request for which only somebody new is asked."""
    typed = speaker_answers(meeting_format="online", **answers)
    request = intake.file(db.session(), "speaker", typed, now=NOW, language="en", by=BRANCH)
    perform(request, "ask-speakers", speakers=str(registered(NOW, "petro@example.org", experience="new").id))
    return request


def experienced(email: str = "rhodri@example.org", name: str = "Rhodri Price", **more: Any) -> Any:
    return registered(NOW, email, **({"name": name, "experience": "seasoned"} | more))


def booked_together() -> Any:
    request = with_somebody_new()
    perform(request, "speaker-accepts", SPEAKER, minutes=1, accepted="2027-01-14", may_name_me="yes")
    perform(request, "ask-partner", minutes=2, speakers=str(experienced().id))
    perform(request, "partner-accepts", SPEAKER, minutes=3, may_name_me="yes")
    perform(request, "confirm", minutes=4, **DAY)
    return request


def test_who_is_asked_to_come_along_reads_with_whom_and_nothing_to_reach_them_by(app: Flask) -> None:
    with app.app_context():
        request = with_somebody_new()
        perform(request, "ask-partner", minutes=1, speakers=str(experienced().id))
        letter = text_of(request, "speaker/partner-offer")
        assert "Petro Lys" not in letter, "who has not said yes yet is not named"
        assert "Somebody who is new to it" in letter
        assert "Durham" not in letter.replace("Town: Durham", "")
        perform(request, "partner-declines", minutes=2)
        perform(request, "speaker-accepts", SPEAKER, minutes=3, accepted="2027-01-14")
        perform(request, "ask-partner", minutes=4, speakers=str(experienced("olena@example.org", "Olena Tkach").id))
        letter = text_of(request, "speaker/partner-offer")
        assert "Petro Lys has said yes" in letter
        assert "petro@example.org" not in letter


def test_both_are_booked_and_read_of_each_other_and_the_branch_of_both(app: Flask) -> None:
    with app.app_context():
        request = booked_together()
        assert [each.role for each in request.bookings] == ["speaker", "partner"]
        assert len({slot.speaker_id for slot in db.session.scalars(select(BookedSlot))}) == 2
        assert "- Comes along with you: Rhodri Price" in text_of(request, "speaker/booked")
        letter = text_of(request, "speaker/partner-meeting")
        assert "- Who speaks: Petro Lys" in letter
        assert "You are booked" in letter
        for each in ("speaker/booked", "speaker/partner-meeting"):
            assert "rhodri@example.org" not in text_of(request, each)
            assert "petro@example.org" not in text_of(request, each)
        told = text_of(request, "speaker/confirmed")
        assert "Petro Lys has said yes" in told
        assert "- Comes along with the speaker: Rhodri Price" in told
        page = dict(settled(request, "en", london_day(NOW)).rows)
        assert page["Comes along"] == "Rhodri Price"
        assert dict(arranged(request))["Comes along"] == "Rhodri Price"
        methods = dict(
            db.session.execute(
                select(OutboxEmail.to_address, OutboxEmail.calendar_method).where(
                    OutboxEmail.template.in_(("speaker/booked", "speaker/partner-meeting")),
                    OutboxEmail.calendar_method.is_not(None),
                )
            ).all()
        )
        assert methods == {"petro@example.org": "REQUEST", "rhodri@example.org": "REQUEST"}


def test_the_page_of_who_comes_along_says_where_as_their_letter_does(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        request = booked_together()
        (partner,) = [each for each in request.offers if each.role == PARTNER]
        path = links.path_of(links.issue(db.session(), "offer", partner.id, utc_now()))
        branch, contact = request.heading, request.contact_email
        place = facts(request, "en")["meeting_place"]
        db.session.commit()
    page = main_of(client.get(path).text)
    assert branch in page
    assert place
    assert html.escape(place, quote=False).split("\n")[0] in page
    assert contact not in page
    assert "petro@example.org" not in page


def test_a_branch_reads_no_name_of_who_did_not_agree_to_that(app: Flask) -> None:
    with app.app_context():
        request = with_somebody_new()
        perform(request, "ask-partner", minutes=1, speakers=str(experienced().id))
        perform(request, "partner-accepts", SPEAKER, minutes=2, may_name_me="no")
        perform(request, "confirm", minutes=3, **DAY)
        told = text_of(request, "speaker/confirmed")
        assert "Rhodri" not in told
        assert "an experienced speaker of ours" in told


def test_a_speaker_hears_of_who_comes_along_later_and_of_who_cannot(app: Flask) -> None:
    with app.app_context():
        request = with_somebody_new()
        perform(request, "confirm", minutes=1, **DAY)
        perform(request, "ask-partner", minutes=2, speakers=str(experienced().id))
        perform(request, "partner-accepts", SPEAKER, minutes=3)
        assert letters_of(request)[-2:] == [
            ("speaker/partner-meeting", "rhodri@example.org"),
            ("speaker/partner-news", "petro@example.org"),
        ]
        assert "You do not go alone: Rhodri Price comes along" in text_of(request, "speaker/partner-news")
        perform(request, "partner-declines", SPEAKER, minutes=4)
        assert ("speaker/partner-over", "rhodri@example.org") in letters_of(request)
        assert "Whoever was to come along to your meeting cannot." in text_of(request, "speaker/partner-news")
        assert request.turn == "us"
        assert [each.role for each in request.bookings if each.state == "booked"] == ["speaker"]


@pytest.mark.parametrize(
    ("move", "answers", "letter", "roles"),
    [
        ("cancel", {"reason": "The hall is shut."}, "speaker/partner-over", []),
        (
            "change-meeting",
            {"confirmed_on": "2027-01-21", "confirmed_time": "19:00"},
            "speaker/partner-meeting",
            ["partner", "speaker"],
        ),
        ("speaker-dropped-out", {}, "speaker/partner-waits", ["partner"]),
    ],
)
def test_what_becomes_of_the_meeting_reaches_who_comes_along(
    app: Flask, move: str, answers: dict[str, str], letter: str, roles: list[str]
) -> None:
    with app.app_context():
        request = booked_together()
        before = len(letters_of(request))
        perform(request, move, minutes=9, **answers)
        to_them = [template for template, to in letters_of(request)[before:] if to == "rhodri@example.org"]
        assert to_them == ([letter] if letter else [])
        assert sorted(each.role for each in request.bookings if each.state == "booked") == roles


def test_the_branch_hears_that_whoever_was_to_come_along_cannot(app: Flask) -> None:
    with app.app_context():
        request = booked_together()
        perform(request, "partner-declines", SPEAKER, minutes=9)
        letter = text_of(request, "speaker/partner-gone")
        assert "Whoever was to come along with them cannot" in letter
        assert "- Speaker: Petro Lys" in letter
        assert "Rhodri" not in letter
        assert "Comes along" not in dict(settled(request, "en", london_day(NOW)).rows)


def test_the_branch_hears_of_nobody_who_was_not_booked_to_come_along(app: Flask) -> None:
    with app.app_context():
        request = with_somebody_new()
        perform(request, "confirm", minutes=1, **DAY)
        perform(request, "ask-partner", minutes=2, speakers=str(experienced().id))
        perform(request, "partner-declines", SPEAKER, minutes=3)
        assert "speaker/partner-gone" not in dict(letters_of(request))


def test_nobody_new_comes_along_and_nobody_with_nobody(app: Flask) -> None:
    with app.app_context():
        request = with_somebody_new()
        with pytest.raises(WrongAnswerError, match="is new as well"):
            perform(request, "ask-partner", speakers=str(registered(NOW, "n@example.org", experience="new").id))
        with pytest.raises(WrongAnswerError, match="only one who is asked to speak"):
            perform(request, "ask-partner", speakers=str(request.offers[0].speaker_id))
        perform(request, "speaker-declined", minutes=1)
        request.state = "offered"
        with pytest.raises(NotPermittedError):
            perform(request, "ask-partner", minutes=2, speakers=str(experienced().id))


def test_who_was_asked_to_speak_beside_somebody_new_comes_along_instead(app: Flask) -> None:
    with app.app_context():
        request = with_somebody_new()
        partner = experienced()
        perform(request, "ask-speakers", minutes=1, speakers=str(partner.id))
        for each in list(request.asked_now):
            perform(request, "speaker-accepts", SPEAKER, minutes=2, offer=str(each.id), accepted="2027-01-14")
        new = request.asked_now[0]
        said = " ".join(who_else.before_confirming(request, str(new.id), london_day(NOW)))
        assert "Petro Lys is new, and would speak alone." in said
        assert "Ask somebody experienced to come along first, Rhodri Price for example" in said
        with app.test_request_context():
            assert asked.partner_url(request)
        perform(request, "ask-partner", minutes=3, speakers=str(partner.id))
        assert [each.speaker.name for each in request.asked_now] == ["Petro Lys"]
        assert "would speak alone" not in " ".join(who_else.before_confirming(request, str(new.id), london_day(NOW)))
        perform(request, "partner-accepts", SPEAKER, minutes=4)
        perform(request, "confirm", minutes=5, **DAY)
        assert [each.role for each in request.bookings] == ["speaker", "partner"]
        assert ("speaker/others-thanked", "rhodri@example.org") not in letters_of(request)


@pytest.mark.parametrize("is_answered", [False, True])
def test_asking_somebody_to_come_along_keeps_the_day_that_was_promised(app: Flask, *, is_answered: bool) -> None:
    with app.app_context():
        request = with_somebody_new()
        perform(request, "speaker-accepts", SPEAKER, minutes=1, accepted="2027-01-14")
        promised = request.due_on
        assert promised is not None
        perform(request, "ask-partner", minutes=24 * 60, speakers=str(experienced().id))
        if is_answered:
            perform(request, "partner-accepts", SPEAKER, minutes=25 * 60)
        assert (request.turn, request.due_on, request.queue_on) == ("us", promised, promised)


@pytest.mark.parametrize("state", ["received", "matching"])
def test_asking_an_interpreter_puts_off_no_day_that_the_branch_was_told(app: Flask, state: str) -> None:
    with app.app_context():
        request = intake.file(db.session(), "speaker", speaker_answers(), now=NOW, language="en", by=BRANCH)
        if state == "matching":
            perform(request, "start-matching")
        promised = request.due_on
        who = registered(NOW, "i@example.org", kind="interpreter", languages={"en": "fluent", "uk": "first"})
        perform(request, "ask-interpreter", minutes=48 * 60, speakers=str(who.id))
        assert promised is not None
        assert request.turn == "us"
        assert request.due_on is not None
        assert request.due_on <= promised


def test_who_is_asked_to_come_along_answers_on_a_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        request = with_somebody_new()
        perform(request, "confirm", minutes=1, **DAY)
        perform(request, "ask-partner", minutes=2, speakers=str(experienced().id))
        path, own = (
            links.path_of(links.issue(db.session(), "offer", request.offers[each].id, NOW)) for each in (-1, 0)
        )
        db.session.commit()
    page = client.get(path).text
    assert "Could you come along to a meeting?" in page
    assert "Petro Lys" in page
    assert "NHS" not in page
    assert "Rhodri" not in client.get(own).text
    answer = client.post(f"{path}/yes", data={"csrf_token": csrf_token(page), "accepted": "2027-01-14"})
    assert answer.status_code == 303
    assert "You come along to this meeting" in client.get(path).text
    assert "Rhodri Price" in client.get(own).text
    page = client.get(f"{path}/no").text
    assert client.post(f"{path}/no", data={"csrf_token": csrf_token(page)}).status_code == 303
    assert "Rhodri" not in client.get(own).text


def test_a_veto_keeps_who_was_to_come_along_away(app: Flask) -> None:
    with app.app_context():
        request = with_somebody_new()
        partner = experienced()
        perform(request, "ask-partner", minutes=1, speakers=str(partner.id))
        assert vetoes.add(db.session(), partner, now=NOW, branch=request.branch)
        with pytest.raises(WrongAnswerError):
            perform(request, "partner-accepts", SPEAKER, minutes=2)


def test_whoever_comes_along_can_speak_where_the_new_speaker_drops_out(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        request = booked_together()
        perform(request, "speaker-dropped-out", SPEAKER, minutes=9)
        letter = text_of(request, "speaker/partner-waits")
        assert "Could you speak there yourself?" in letter
        assert "Thursday 14 January 2027, 7pm" in letter
        path = links.path_of(links.issue(db.session(), "offer", request.partner.id, utc_now()))
        db.session.commit()
    assert "Whoever was to speak cannot come, and we look for somebody else." in client.get(path).text
    with app.app_context():
        request = db.session.merge(request)
        perform(request, "partner-speaks", minutes=12, agreed="By telephone")
        assert (request.state, request.speaker_name) == ("confirmed", "Rhodri Price")
        assert not request.is_change_open
        assert [each.role for each in request.bookings if each.state == "booked"] == ["speaker"]
        assert letters_of(request)[-2:] == [
            ("speaker/swapped", "jean@example.org"),
            ("speaker/you-speak", "rhodri@example.org"),
        ]
        db.session.commit()
    assert "You are booked to speak" in client.get(path).text


def test_the_desk_reads_that_two_experienced_speakers_would_come(app: Flask) -> None:
    with app.app_context():
        request = booked_together()
        perform(request, "speaker-dropped-out", SPEAKER, minutes=9)
        steady = experienced("tariq@example.org", "Tariq Steady")
        perform(request, "ask-speakers", minutes=10, speakers=str(steady.id))
        perform(request, "speaker-accepts", SPEAKER, minutes=11, accepted="2027-01-14")
        said = " ".join(who_else.before_confirming(request, "", london_day(NOW)))
        assert "Tariq Steady is not new, and Rhodri Price would still come along." in said


def test_a_call_off_names_the_day_and_the_reason_to_who_was_to_come_along(app: Flask) -> None:
    with app.app_context():
        request = booked_together()
        perform(request, "cancel", minutes=9, reason="The hall is shut.")
        letter = text_of(request, "speaker/partner-over")
        for words in ("has been called off", "Thursday 14 January 2027, 7pm in London", "The hall is shut."):
            assert words in letter
        assert "Is this a mistake?" not in letter


def test_their_own_no_is_not_read_back_to_them(app: Flask) -> None:
    with app.app_context():
        request = booked_together()
        perform(request, "partner-declines", SPEAKER, minutes=9, reason="My mother is ill.")
        letter = text_of(request, "speaker/partner-over")
        assert "called off" not in letter
        assert "ill" not in letter.split("Reference")[1].split("There is nothing")[0]
        assert "Thursday 14 January 2027, 7pm" in letter


def test_who_came_along_is_thanked_and_hears_what_came_of_it(app: Flask) -> None:
    with app.app_context():
        request = booked_together()
        after = 60 * 24 * 60
        perform(request, "held", minutes=after)
        assert "Thank you for coming along" in text_of(request, "speaker/partner-thanks")
        assert dict(arranged(request))["Comes along"] == "Rhodri Price"
        told = reports.Told(held=True, attended=34, hears_more=True, more_people=3, more_contact="Sam Hope")
        reports.tell(db.session(), request, "branch", told, NOW + timedelta(minutes=after + 9))
        assert "- How many came: 34 people" in text_of(request, "speaker/partner-result")
        letter = text_of(request, "speaker/report-received")
        assert "- Want to hear more: 3 people" in letter
        assert "Sam Hope" not in letter


def test_whoever_comes_along_instead_finds_the_way_from_their_first_letter(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        request = with_somebody_new()
        partner = experienced()
        perform(request, "ask-speakers", minutes=1, speakers=str(partner.id))
        first = request.offers[-1]
        path = links.path_of(links.issue(db.session(), "offer", first.id, utc_now()))
        perform(request, "ask-partner", minutes=3, speakers=str(partner.id))
        other = links.path_of(links.issue(db.session(), "offer", request.partner.id, utc_now()))
        db.session.commit()
    page = client.get(path).text
    assert "You are asked to come along instead" in page
    assert "You need not keep any date" not in page
    assert f'href="{other}"' in page


def test_nobody_is_asked_to_come_along_on_a_day_that_the_speaker_cannot(app: Flask) -> None:
    with app.app_context():
        request = with_somebody_new(date_2="18 February 2027", time_2="7pm")
        perform(request, "speaker-accepts", SPEAKER, minutes=1, accepted="2027-01-14")
        perform(request, "ask-partner", minutes=2, speakers=str(experienced().id))
        assert [row["on"] for row in request.partner.dates] == ["2027-01-14"]
        assert "February" not in text_of(request, "speaker/partner-offer")


def test_a_branch_that_lost_its_speaker_is_not_told_that_nobody_was_confirmed(app: Flask) -> None:
    with app.app_context():
        request = booked_together()
        perform(request, "speaker-dropped-out", SPEAKER, minutes=9)
        for day in range(1, 40):
            now = NOW + timedelta(days=day, hours=1)
            for number in reminders.ready(db.session(), now):
                reminders.remind(db.session(), number, now)
        letter = text_of(request, "speaker/still-looking")
        assert "your speaker could not come in the end" in letter
        assert "We have asked for you" not in letter


def test_nor_after_somebody_else_was_asked_and_did_not_answer(app: Flask) -> None:
    with app.app_context():
        request = booked_together()
        perform(request, "speaker-dropped-out", SPEAKER, minutes=9)
        silent = registered(NOW, "silent@example.org", name="Stephen Silent", experience="seasoned")
        perform(request, "ask-speakers", minutes=20, speakers=str(silent.id))
        for day in range(1, 40):
            now = NOW + timedelta(days=day, hours=1)
            for number in reminders.ready(db.session(), now):
                reminders.remind(db.session(), number, now)
        assert "your speaker could not come in the end" in text_of(request, "speaker/still-looking")

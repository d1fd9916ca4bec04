"""One check before everybody who is asked or confirmed: what nobody overrides, and what wants a reason that is kept."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Coordinator
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers import away_while_booked, vetoes
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import INTERPRETER, AvailabilityException
from portal.submissions import actions, approvals, intake, tasks
from portal.submissions.actions import MissingAnswerError, Mover, WrongAnswerError
from portal.submissions.models import Event
from portal.submissions.timeline import Viewer, timeline
from portal.submissions.work import Task
from portal.submissions.workflow import Actor
from tests.submissions.entries import BRANCH, COORDINATOR, NOW, speaker_answers
from tests.submissions.walks import move, registered

SPEAKER = actions.Mover(Actor.SPEAKER)
DAY = {"confirmed_on": "2027-01-14", "confirmed_time": "19:00"}


@pytest.fixture(autouse=True)
def in_context(app: Flask) -> Any:
    """These tests ask the data packages themselves."""
    with app.app_context():
        yield


def filed(**answers: Any) -> Any:
    return intake.file(db.session(), "speaker", speaker_answers(**answers), now=NOW, language="en", by=BRANCH)


def perform(request: Any, name: str, by: Any = COORDINATOR, **answers: str) -> Any:
    return actions.perform(db.session(), request, name, by=by, now=NOW + timedelta(minutes=1), answers=answers)


def said_of(request: SpeakerRequest, viewer: Viewer = Viewer.COORDINATOR) -> str:
    return "\n".join(line.body for line in timeline(db.session(), request, viewer))


def by_number(request: Any, speaker: Any, **more: str) -> None:
    perform(request, "ask-speakers", speakers=str(speaker.id), **more)


def by_hand(request: Any, speaker: Any, **more: str) -> None:
    perform(request, "offer", speaker_name=speaker.name, speaker_email=speaker.email, speaker_language="en", **more)


@pytest.mark.parametrize("ask", [by_number, by_hand])
def test_whoever_has_paused_is_asked_only_with_a_reason_that_is_kept(ask: Any) -> None:
    request, speaker = filed(), registered(paused_at=NOW)
    with pytest.raises(WrongAnswerError, match="has paused"):
        ask(request, speaker)
    ask(request, speaker, although="Petro rang and wishes to.")
    assert request.offers[0].overridden == "Petro rang and wishes to."
    assert "Petro rang and wishes to." in said_of(request)
    assert "Petro rang" not in said_of(request, Viewer.BRANCH)
    kept = db.session.scalars(select(Event.data).where(Event.transition.is_not(None)).order_by(Event.id.desc())).first()
    assert "Petro" not in str(kept), "the database alone tells no name"


@pytest.mark.parametrize("ask", [by_number, by_hand])
def test_nobody_is_asked_while_they_are_booked_whatever_the_reason(ask: Any) -> None:
    speaker, first, second = registered(), filed(), filed()
    by_number(first, speaker)
    move(first, "confirm", confirmed_on="14 January 2027", confirmed_time="7.30pm")
    with pytest.raises(WrongAnswerError, match="is booked at that time"):
        ask(second, speaker, although="It will do.")
    assert second.offers == []


def test_whoever_only_interprets_is_not_asked_to_speak() -> None:
    with pytest.raises(WrongAnswerError, match="only interprets"):
        by_number(filed(), registered(kind=INTERPRETER))


def test_nobody_stands_by_whom_something_forbids_without_a_reason() -> None:
    request, first = filed(), registered()
    by_number(request, first)
    perform(request, "confirm", **DAY, agreed="By telephone")
    second = registered(NOW, "iryna@example.org", paused_at=NOW)
    with pytest.raises(WrongAnswerError, match="has paused"):
        perform(request, "ask-stand-by", speakers=str(second.id))


def test_whoever_has_not_answered_is_confirmed_only_with_how_they_agreed() -> None:
    request, speaker = filed(), registered()
    by_number(request, speaker)
    with pytest.raises(MissingAnswerError, match="agreed"):
        perform(request, "confirm", **DAY)
    assert request.state == "offered"
    perform(request, "confirm", **DAY, agreed="By telephone on 21 November")
    assert "By telephone on 21 November" in said_of(request)
    assert "telephone" not in said_of(request, Viewer.BRANCH)
    # What they did not say themselves, the branch does not learn.
    assert request.shown_speaker == ""


def test_whoever_said_yes_is_confirmed_without_another_word() -> None:
    request, speaker = filed(), registered()
    by_number(request, speaker)
    perform(request, "speaker-accepts", SPEAKER, accepted="2027-01-14")
    perform(request, "confirm", **DAY)
    assert request.state == "confirmed"


@pytest.mark.parametrize("whom", ["branch", "union"])
def test_a_veto_after_the_offer_is_put_to_a_coordinator_and_nobody_confirms_it(whom: str) -> None:
    request, other, speaker = filed(), filed(union="neu", branch_name="Luton"), registered()
    by_number(request, speaker)
    by_number(other, speaker)
    perform(request, "speaker-accepts", SPEAKER, accepted="2027-01-14")
    of = request.branch if whom == "branch" else request.union
    vetoes.add(db.session(), speaker, now=NOW, **{whom: of})
    (task,) = db.session.scalars(select(Task).where(Task.reason == "offer"))
    assert task.submission_id == request.id
    assert "cannot be confirmed" in task.about
    assert speaker.name not in task.about
    with pytest.raises(WrongAnswerError, match="does not wish to visit"):
        perform(request, "confirm", **DAY, agreed="By telephone")
    assert request.bookings == []
    perform(request, "speaker-declined", offer=str(request.offers[0].id))
    db.session.refresh(task)
    assert task.done_at is not None, "nobody has to tell them any more"


def test_letters_that_book_somebody_who_does_not_wish_to_come_never_leave() -> None:
    request, speaker = filed(), registered()
    by_number(request, speaker)
    perform(request, "speaker-accepts", SPEAKER, accepted="2027-01-14")
    author, reader = (
        Coordinator(name=name, email=f"{name}@example.org".lower(), role="coordinator", created_at=NOW)
        for name in ("Maria", "Dafydd")
    )
    db.session.add_all([author, reader])
    db.session.flush()
    by = Mover(Actor.COORDINATOR, author)
    done = actions.perform(db.session(), request, "confirm", by=by, now=NOW, answers=DAY)
    reading = approvals.ask(db.session(), request, "confirm", done.sent, by=author, now=NOW)
    veto = vetoes.add(db.session(), speaker, now=NOW, branch=request.branch)
    assert veto is not None
    db.session.commit()
    with pytest.raises(approvals.OvertakenError, match="does not wish to visit this branch"):
        approvals.approve(db.session(), reading, by=reader, now=NOW)
    db.session.rollback()
    vetoes.remove(db.session(), speaker, veto.id, now=NOW)
    db.session.commit()
    assert approvals.approve(db.session(), reading, by=reader, now=NOW) == 2


@pytest.mark.parametrize(("end", "by", "why"), [("cancel", COORDINATOR, "No room"), ("withdraw", BRANCH, "")])
def test_nobody_is_asked_about_who_comes_once_the_meeting_is_off(end: str, by: Any, why: str) -> None:
    request, speaker = filed(), registered()
    by_number(request, speaker)
    perform(request, "confirm", **DAY, agreed="By telephone")
    vetoes.add(db.session(), speaker, now=NOW, branch=request.branch)
    away = AvailabilityException(first_on=date(2027, 1, 14), last_on=date(2027, 1, 14), is_free=False)
    speaker.exceptions.append(away)
    db.session.flush()
    assert away_while_booked.tell(db.session(), speaker, away, NOW)
    assert len(tasks.of_request(db.session(), request.id)) == 2
    perform(request, end, by, reason=why)
    assert tasks.of_request(db.session(), request.id) == []


def test_a_veto_of_somebody_booked_is_a_task_too() -> None:
    request, speaker = filed(), registered()
    by_number(request, speaker)
    perform(request, "confirm", **DAY, agreed="By telephone")
    vetoes.add(db.session(), speaker, now=NOW, branch=request.branch)
    (task,) = [each for each in tasks.of_request(db.session(), request.id) if "does not wish" in each.about]
    assert task.due_on == date(NOW.year, NOW.month, NOW.day)


def test_whoever_is_known_and_has_not_agreed_is_not_asked_by_hand_either() -> None:
    speaker = registered()
    speaker.confirmed_at = None
    with pytest.raises(WrongAnswerError, match="agreed"):
        by_hand(filed(), speaker, although="They rang.")


@pytest.mark.parametrize("language", ["en", "uk"])
def test_somebody_new_gets_one_letter_that_says_what_is_kept_and_where(language: str) -> None:
    request = filed()
    new = {"speaker_name": "Olha Savchenko", "speaker_email": "olha@example.org", "speaker_language": language}
    prepared = actions.preview(db.session, request, "offer", by=COORDINATOR, now=NOW, answers=new)
    [shown] = [each for each in prepared if each.to == "speaker"]
    assert "{private link}" in shown.body
    assert "{register link}" in shown.body
    request = filed()
    perform(request, "offer", **new)
    letters = db.session.scalars(select(OutboxEmail).where(OutboxEmail.role == "speaker")).all()
    assert [each.template for each in letters] == ["speaker/offer"]
    assert len(letters[0].link_ids) == 2
    assert "ico.org.uk" in letters[0].text
    assert "Thank you for being ready" not in letters[0].text
    assert "дякуємо за вашу готовність" not in letters[0].text


def test_whoever_has_agreed_is_thanked_and_not_told_again_what_is_kept() -> None:
    request = filed()
    by_hand(request, registered())
    letter = db.session.scalars(select(OutboxEmail).where(OutboxEmail.role == "speaker")).one()
    assert "Thank you for being ready" in letter.text
    assert "ico.org.uk" not in letter.text
    assert len(letter.link_ids) == 1

"""How it goes between twins: both are asked each quarter, and what follows from their answers and their silence.

Where a round, its letters or a task are counted the test runs on both databases.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import london_day
from portal.emails import links
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import actions, follow_ups, reminders
from portal.submissions.actions import Mover, NotPermittedError
from portal.submissions.work import Task
from portal.submissions.workflow import Actor
from portal.twinning import pulse
from tests.conftest import csrf_token
from tests.submissions.entries import COORDINATOR, NOW
from tests.submissions.walks import letters_of, move, text_of
from tests.twinning.registrations import own_page
from tests.twinning.test_candidates import proposal_of
from tests.twinning.test_twinned import twinned

HERE, THERE = Mover(Actor.BRANCH), Mover(Actor.UKRAINIAN_BODY)


def later(days: int) -> datetime:
    """A waking hour so many days after the twinning was agreed."""
    return NOW.replace(hour=11) + timedelta(days=days)


def pass_days(number: int, first: int, last: int) -> None:
    """Let the worker do what is due on each of some days, in the context of the caller."""
    for day in range(first, last + 1):
        reminders.remind(db.session(), number, later(day))
        db.session.commit()


def of_pulse(number: int) -> list[tuple[str, str]]:
    """The letters of a twinning, without those that suggest a small act on a day of the calendar."""
    return [each for each in letters_of(proposal_of(number)) if not each[0].startswith("twinning/act-")]


def says(number: int, side: Mover, said: str, day: int) -> None:
    """One side answers on a day."""
    name = "branch-pulse" if side is HERE else "body-pulse"
    actions.perform(db.session(), proposal_of(number), name, by=side, now=later(day), answers={"said": said})


def how(number: int, day: int) -> str:
    """How it goes on a day."""
    twinning = proposal_of(number).twinning
    assert twinning is not None
    return pulse.standing(twinning, london_day(later(day)))


def first_round(number: int) -> int:
    """The day, counted from the agreement, on which both were asked for the first time."""
    pass_days(number, 88, 100)
    asked_on = proposal_of(number).pulse_asked_on
    assert asked_on is not None
    return (asked_on - london_day(NOW)).days


def test_a_quarter_after_the_agreement_both_are_asked_each_in_its_language_with_a_link(any_app: Flask) -> None:
    number, _ = twinned(any_app)
    with any_app.app_context():
        before = len(of_pulse(number))
        day = first_round(number)
        assert 91 <= day <= 96
        sent = of_pulse(number)[before:]
        assert sent == [
            ("twinning/pulse", "ottoline@example.org"),
            ("twinning/pulse-body", "oksana.boiko@example.org"),
        ]
        assert "натисніть одну з трьох кнопок" in text_of(proposal_of(number), "twinning/pulse-body")
        assert "[[link:" in text_of(proposal_of(number), "twinning/pulse-body")
        assert "press one of three buttons" in text_of(proposal_of(number), "twinning/pulse")


def test_both_in_touch_is_in_touch_and_nobody_is_reminded(app: Flask) -> None:
    number, _ = twinned(app)
    with app.app_context():
        day = first_round(number)
        says(number, HERE, "in-touch", day + 1)
        says(number, THERE, "in-touch", day + 2)
        before = len(of_pulse(number))
        pass_days(number, day + 3, day + 80)
        assert len(of_pulse(number)) == before
        assert how(number, day + 80) == "in-touch"
        assert proposal_of(number).state == "twinned"


def test_only_the_silent_side_is_asked_once_more_and_then_it_is_quiet(any_app: Flask) -> None:
    number, _ = twinned(any_app)
    with any_app.app_context():
        day = first_round(number)
        says(number, THERE, "in-touch", day + 1)
        before = len(of_pulse(number))
        pass_days(number, day + 2, day + 40)
        assert of_pulse(number)[before:] == [("twinning/pulse-again", "ottoline@example.org")]
        assert [how(number, day + 27), how(number, day + 28)] == ["", "quiet"]
        assert proposal_of(number).state == "twinned"


def test_nobody_is_asked_once_more_before_the_day_that_the_letter_named(app: Flask) -> None:
    number, _ = twinned(app)
    with app.app_context():
        day = first_round(number)
        pass_days(number, day + 1, day + 30)
        rows = select(OutboxEmail).where(OutboxEmail.template.in_(("twinning/pulse", "twinning/pulse-again")))
        first, again = db.session.scalars(rows.order_by(OutboxEmail.id)).all()
        named = [re.search(r"three buttons by ([^.]+)\.", each.text) for each in (first, again)]
        by, by_again = (datetime.strptime(f"{each[1]} +0000", "%A %d %B %Y %z").date() for each in named if each)
        assert by < london_day(again.queued_at)
        assert by_again <= london_day(first.queued_at) + timedelta(days=pulse.OVER_AFTER), "it counts as silence then"


@pytest.mark.parametrize(("here", "there"), [("in-touch", "quiet"), ("quiet", "in-touch"), ("quiet", "quiet")])
def test_who_says_that_it_is_quiet_is_believed_at_once(app: Flask, here: str, there: str) -> None:
    number, _ = twinned(app)
    with app.app_context():
        day = first_round(number)
        says(number, HERE, here, day)
        says(number, THERE, there, day)
        assert how(number, day) == "quiet"


def test_whoever_said_that_they_are_in_touch_is_not_asked_to_say_so(app: Flask) -> None:
    """It read that nobody had been in touch, and that a word would do, which it had given."""
    number, _ = twinned(app)
    with app.app_context():
        day = first_round(number)
        pass_days(number, day + 1, day + 91)
        says(number, HERE, "in-touch", day + 92)
        pass_days(number, day + 93, day + 140)
        assert proposal_of(number).state == "dormant"
        letter = text_of(proposal_of(number), "twinning/dormant")
        assert "You told us that you are in touch" in letter
        assert "just say so" not in letter
        assert "Вістей немає вже давно" in text_of(proposal_of(number), "twinning/dormant-body")


def test_two_quiet_quarters_make_it_dormant_and_then_a_task_and_a_coordinator_revives_it(any_app: Flask) -> None:
    number, _ = twinned(any_app)
    with any_app.app_context():
        day = first_round(number)
        pass_days(number, day + 1, day + 132)
        assert proposal_of(number).state == "dormant"
        assert ("twinning/dormant-body", "oksana.boiko@example.org") in of_pulse(number)
        about = list(db.session.scalars(select(Task.about).where(Task.submission_id == number)))
        assert any("quiet for two quarters" in each for each in about)
        actions.perform(db.session(), proposal_of(number), "revive", by=COORDINATOR, now=later(day + 133), answers={})
        assert proposal_of(number).state == "twinned"
        assert of_pulse(number)[-2:] == [
            ("twinning/revived", "ottoline@example.org"),
            ("twinning/revived-body", "oksana.boiko@example.org"),
        ]
        assert how(number, day + 133) == "", "what was said before no longer counts"
        pass_days(number, day + 134, day + 217)
        assert proposal_of(number).state == "twinned"


def test_a_coordinator_revives_what_is_only_quiet_and_not_what_is_lively(app: Flask) -> None:
    number, _ = twinned(app)
    with app.app_context():
        with pytest.raises(NotPermittedError):
            move(proposal_of(number), "wake")
        day = first_round(number)
        pass_days(number, day + 1, day + 30)
        actions.perform(db.session(), proposal_of(number), "wake", by=COORDINATOR, now=later(day + 31), answers={})
        assert how(number, day + 31) == ""
        assert proposal_of(number).pulse_from == london_day(later(day + 31))


@pytest.mark.parametrize(("side", "word"), [(HERE, "The branch needs help"), (THERE, "The Ukrainian side says")])
def test_who_needs_help_makes_a_task_of_today_at_once(any_app: Flask, side: Mover, word: str) -> None:
    number, _ = twinned(any_app)
    with any_app.app_context():
        day = first_round(number)
        says(number, side, "help", day + 1)
        says(number, side, "help", day + 1)
        tasks = db.session.execute(
            select(Task.about, Task.due_on).where(Task.submission_id == number, Task.reason == "pulse")
        ).all()
        assert [task.due_on for task in tasks] == [london_day(later(day + 1))]
        assert tasks[0].about.startswith(word)
        assert how(number, day + 1) == "help"


@pytest.mark.parametrize("name", ["pause", "end"])
def test_nobody_is_asked_while_it_is_paused_or_ended(any_app: Flask, name: str) -> None:
    number, _ = twinned(any_app)
    with any_app.app_context():
        move(proposal_of(number), name)
        before = len(of_pulse(number))
        pass_days(number, 85, 115)
        assert len(of_pulse(number)) == before
        assert proposal_of(number).pulse_asked_on is None


def test_the_next_round_is_seen_ahead(app: Flask) -> None:
    number, _ = twinned(app)
    with app.app_context():
        plan = follow_ups.planned(proposal_of(number), {}, london_day(NOW))
        assert [(each.row.name, each.due_on) for each in plan if each.row.name == "pulse"] == [
            ("pulse", london_day(NOW) + timedelta(days=91))
        ]


def test_each_side_answers_with_one_of_three_buttons_on_its_own_page_and_opening_it_changes_nothing(
    app: Flask, client: FlaskClient
) -> None:
    number, body = twinned(app)
    with app.app_context():
        day = first_round(number)
        here = links.path_of(links.issue(db.session(), "track", number, later(day)))
        db.session.commit()
    for path, button, thanks, side in (
        (here, "It is quiet", "We have noted how it goes", "branch"),
        (own_page(app, body), "Настало затишшя", "Ми занотували", "body"),
    ):
        page = client.get(path).text
        assert button in page
        assert page.count('name="said"') == 3
        with app.app_context():
            found = proposal_of(number).open_round
            assert found is not None
            assert pulse.said(found, side) == ""
        action = next(word for word in page.split('"') if word.endswith("/pulse"))
        again = client.post(action, data={"csrf_token": csrf_token(page), "said": "quiet"}, follow_redirects=True).text
        assert thanks in again
        assert again.count('name="said"') == 2
        with app.app_context():
            found = proposal_of(number).open_round
            assert found is not None
            assert pulse.said(found, side) == "quiet"
        assert client.post(action, data={"csrf_token": csrf_token(page), "said": "nonsense"}).status_code == 400


def test_nothing_that_one_side_answers_stands_on_the_page_of_the_other(app: Flask, client: FlaskClient) -> None:
    number, _ = twinned(app)
    with app.app_context():
        day = first_round(number)
        here = links.path_of(links.issue(db.session(), "track", number, later(day)))
        before = client.get(here).text
        says(number, THERE, "quiet", day)
        db.session.commit()
        after = client.get(here).text
    assert "The Ukrainian side told us" not in after
    assert after.count('name="said"') == before.count('name="said"') == 3


def test_nobody_calls_a_twinning_quiet_on_the_day_it_began(app: Flask) -> None:
    number, _ = twinned(app)
    with app.app_context():
        proposal = proposal_of(number)
        began = proposal.state_since
        assert proposal.dormant_from == london_day(began) + pulse.QUIET_FOR
        with pytest.raises(NotPermittedError):
            actions.perform(db.session(), proposal, "gone-quiet", by=COORDINATOR, now=began + timedelta(days=2))
        move(proposal, "gone-quiet", now=began + pulse.QUIET_FOR)
        assert proposal.state == "dormant"


def test_who_tells_us_that_it_is_quiet_is_believed_at_once(app: Flask) -> None:
    number, _ = twinned(app)
    with app.app_context():
        proposal = proposal_of(number)
        began = proposal.state_since
        move(proposal, "pulse-heard", now=began, side="branch", said="quiet")
        assert proposal.dormant_from == london_day(began)
        move(proposal, "wake", now=began)
        assert proposal.dormant_from == london_day(began) + pulse.QUIET_FOR

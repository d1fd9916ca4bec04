"""The panel of a request repeats what others have answered, and says by when who is asked is to answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.affiliations import standing
from portal.affiliations.follow_ups import GRACE_OVER
from portal.affiliations.models import Affiliation, Term
from portal.clock import london_day, utc_now
from portal.dashboard import last_words, words
from portal.directory.models import Branch, Union
from portal.emails import links
from portal.extensions import db
from portal.speakers import own_page, settling, vetoes
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import Speaker
from portal.submissions import actions, deadlines, follow_ups, tasks
from portal.submissions.actions import Mover
from portal.submissions.models import Submission
from portal.submissions.work import FollowUpMark
from portal.submissions.workflow import Actor
from portal.twinning.answer_window import to_answer_by
from portal.twinning.models import TwinningProposal
from tests.conftest import csrf_token
from tests.dashboard.conftest import Page, day
from tests.dashboard.test_panel import panel
from tests.submissions.walks import move
from tests.twinning.registrations import register
from tests.twinning.test_candidates import OPENED, SEEKING, filed, proposal_of, propose

DESK, SPEAKER, BRANCH = Mover(Actor.COORDINATOR), Mover(Actor.SPEAKER), Mover(Actor.BRANCH)


@pytest.fixture
def asked(app: Flask, make_request: Callable[..., int]) -> int:
    """A request for which one speaker is asked."""
    when = day(40)
    number = make_request(meeting_on=when, dates=[{"on": when.isoformat(), "time": "19:00", "time_text": "7pm"}])
    perform(app, number, "offer", DESK, speaker_name="Olha Savchenko", speaker_email="olha@example.org")
    return number


def perform(app: Flask, number: int, name: str, by: Mover, **answers: str) -> None:
    """Make a move."""
    given = {"speaker_language": "en"} | answers if name == "offer" else answers
    with app.app_context():
        request = db.session.get_one(Submission, number)
        actions.perform(db.session(), request, name, by=by, now=utc_now(), answers=given)
        db.session.commit()


def test_it_says_by_when_the_speaker_is_to_answer(app: Flask, coordinator: FlaskClient, asked: int) -> None:
    with app.app_context():
        by = db.session.get_one(SpeakerRequest, asked).asked_now[0].answer_by
    said = panel(coordinator.get(f"/dashboard/requests/{asked}").text)
    assert "Next: the speaker answers" in said
    assert f"Olha Savchenko is to answer by {words.long_day(by)}." in said


def test_it_says_that_the_speaker_said_yes_and_to_which_day(app: Flask, coordinator: FlaskClient, asked: int) -> None:
    perform(app, asked, "speaker-accepts", SPEAKER, accepted=day(40).isoformat(), may_name_me="yes")
    said = panel(coordinator.get(f"/dashboard/requests/{asked}").text)
    assert "Next: confirm the speaker" in said
    assert f"Olha Savchenko has said yes to {words.long_day(day(40))}, 7pm." in said
    assert "is to answer by" not in said


def test_it_says_which_other_day_the_speaker_named(app: Flask, coordinator: FlaskClient, asked: int) -> None:
    perform(app, asked, "speaker-proposes", SPEAKER, other_date="The Monday after")
    said = panel(coordinator.get(f"/dashboard/requests/{asked}").text)
    assert "Next: ask the branch whether the speaker’s other day suits" in said
    assert "Olha Savchenko could come on another day: “The Monday after”." in said


def test_a_day_that_was_named_in_ukrainian_is_told_in_english_with_their_own_words_alone(
    app: Flask, coordinator: FlaskClient, asked: int
) -> None:
    named = {"named_on": day(42).isoformat(), "named_time": "19:00"}
    shown = "п’ятниця, 22 січня 2027 року, 19:00 за Лондоном, 21:00 за Києвом; або в суботу зранку"
    perform(app, asked, "speaker-proposes", SPEAKER, other_date=shown, **named)
    page = coordinator.get(f"/dashboard/requests/{asked}").text
    assert f"could come on another day, {words.long_day(day(42))}, 7pm: “або в суботу зранку”." in panel(page)
    form = coordinator.get(f"/dashboard/requests/{asked}/moves/ask-other-day").text
    assert f"The speaker named {words.long_day(day(42))}, 7pm. The speaker wrote: “або в суботу зранку”." in form


def test_it_says_why_the_speaker_cannot_come(app: Flask, coordinator: FlaskClient, asked: int) -> None:
    perform(app, asked, "speaker-declined", SPEAKER, reason="I am on shift")
    said = panel(coordinator.get(f"/dashboard/requests/{asked}").text)
    assert "Next: ask a speaker" in said
    assert "The last speaker who was asked cannot come: Olha Savchenko: I am on shift." in said


def test_the_words_of_the_branch_stand_in_it(app: Flask, coordinator: FlaskClient, asked: int) -> None:
    with app.app_context():
        request = db.session.get_one(Submission, asked)
        actions.message_from_branch(db.session(), request, "Any news?\nWe print on Friday.", now=utc_now())
        db.session.commit()
    html = coordinator.get(f"/dashboard/requests/{asked}").text
    assert "The branch wrote: “ Any news? We print on Friday. ”" in panel(html).replace("“", "“ ").replace("”", " ”")
    assert "Any news?<br>We print on Friday." in html[: html.index("</section>")]


def test_both_have_agreed_is_written_down(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], look: Callable[..., Any]
) -> None:
    number = make_request("twinning", state="getting-acquainted", body_email="miners@example.org")
    assert "Next: they agree on a twinning" in panel(coordinator.get(f"/dashboard/requests/{number}").text)
    on = london_day(utc_now())
    perform(app, number, "agreed", BRANCH, twinned_on=on.isoformat())
    said = panel(coordinator.get(f"/dashboard/requests/{number}").text)
    assert "Next: write down that they are twinned" in said
    assert f"The branch says that both have agreed, on {words.long_day(on)}." in said
    assert look(number, "turn") == "us"


def test_our_question_keeps_its_lines(app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    number = make_request()
    perform(app, number, "ask", DESK, question="Which room?\nIs it step-free?")
    assert "We asked: “Which room?<br>Is it step-free?”" in coordinator.get(f"/dashboard/requests/{number}").text


@pytest.mark.parametrize(
    ("state", "said"), [("renewal-due", "Its paid year ends on "), ("grace", "Its paid year ended on ")]
)
def test_it_says_when_the_paid_year_ends(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], state: str, said: str
) -> None:
    number, ends = make_request("affiliation", state=state), day(20)
    with app.app_context():
        term = Term(affiliation_id=number, starts_on=day(-344), ends_on=ends, fee_pence=5000, paid_pence=5000)
        db.session.add(term)
        db.session.commit()
    assert f"{said}{words.long_day(ends)}." in panel(coordinator.get(f"/dashboard/requests/{number}").text)


def test_it_says_by_when_a_late_branch_is_asked_to_renew_and_that_nothing_lapses_by_itself(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number, ends = make_request("affiliation", state="grace"), day(-5)
    with app.app_context():
        term = Term(affiliation_id=number, starts_on=day(-369), ends_on=ends, fee_pence=5000, paid_pence=5000)
        db.session.add(term)
        db.session.commit()
    said = panel(coordinator.get(f"/dashboard/requests/{number}").text)
    by = deadlines.working_day(day(30), day(0))
    assert f"The branch is asked to say by {words.long_day(by)} whether it renews." in said
    comes_on = follow_ups.day_for(GRACE_OVER, ends + timedelta(days=75), "")
    assert f"It does not lapse by itself: on {words.long_day(comes_on)} a task comes to telephone it" in said


@pytest.mark.parametrize(("met", "by"), [(18, 25), (-1, 7)])
def test_it_says_by_when_the_result_of_a_meeting_is_expected(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], met: int, by: int
) -> None:
    number = make_request("affiliation", state="awaiting-decision", decision="going", decided_on=day(met))
    expected = day(by)
    if met < 0:
        with app.app_context():
            db.session.add(
                FollowUpMark(submission_id=number, name="was-it-carried", due_on=day(0), outcome="done", at=utc_now())
            )
            db.session.commit()
        expected = deadlines.working_day(expected, day(0))
    said = panel(coordinator.get(f"/dashboard/requests/{number}").text)
    assert f"We expect to hear the result by {words.long_day(expected)}." in said


def test_it_says_by_when_the_treasurer_is_asked_to_pay(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request("affiliation", decision="carried")
    perform(app, number, "accept", DESK, fee_pence="5000")
    with app.app_context():
        by = standing.to_pay_by(db.session.get_one(Affiliation, number))
    assert by is not None
    said = panel(coordinator.get(f"/dashboard/requests/{number}").text)
    assert f"The treasurer is asked to pay by {words.long_day(by)}." in said


def test_it_says_by_when_the_branch_answers_to_its_twin(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request("twinning", state="proposed", body_email="miners@example.org")
    with app.app_context():
        by = to_answer_by(db.session.get_one(TwinningProposal, number))
    said = panel(coordinator.get(f"/dashboard/requests/{number}").text)
    assert f"The branch is asked to answer by {words.long_day(by)}." in said


def test_nobody_is_said_to_answer_while_the_letters_that_ask_are_held(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request("twinning", state="proposed", body_email="miners@example.org")
    with app.app_context():
        proposal = db.session.get_one(TwinningProposal, number)
        assert last_words.last_words(proposal, []).lines != ()
        assert last_words.last_words(proposal, [], is_held=True).lines == ()


def test_it_says_whose_yes_has_come_and_that_both_have(app: Flask, coordinator: FlaskClient) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    page = f"/dashboard/requests/{number}"
    with app.app_context():
        propose(number, body)
        db.session.commit()
        by = words.long_day(to_answer_by(proposal_of(number)))
    perform(app, number, "yes-to-twin", BRANCH)
    said = panel(coordinator.get(page).text)
    assert f"The branch has said yes. The Ukrainian side is asked to answer by {by}." in said
    perform(app, body, "yes-to-twin", BRANCH)
    said = panel(coordinator.get(page).text)
    assert "Next: introduce them to each other" in said
    assert "Both sides have said yes." in said
    for name in ("introduce", "first-contact", "agreed", "body-agrees"):
        with app.app_context():
            move(proposal_of(number), name)
            db.session.commit()
    said = panel(coordinator.get(page).text)
    assert "Next: confirm to both that they are twinned" in said
    assert "Both sides say that both have agreed, on Sunday 22 November 2026." in said


def test_it_says_that_no_day_is_fixed_yet(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    number = make_request(date_rule="second Tuesday of the month, 7.30pm")
    said = panel(coordinator.get(f"/dashboard/requests/{number}").text)
    assert "No day is fixed yet. The branch wrote: “second Tuesday of the month, 7.30pm”." in said


def test_it_tells_a_message_from_a_change(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request("affiliation", state="active")
    with app.app_context():
        request = db.session.get_one(Submission, number)
        actions.message_from_branch(db.session(), request, "Our treasurer has left.", now=utc_now())
        db.session.commit()
    said = panel(coordinator.get(f"/dashboard/requests/{number}").text)
    assert "Next: answer the branch A message of the branch waits for our answer." in said
    assert "changed" not in said


@pytest.mark.parametrize(
    ("state", "idle", "busy"),
    [
        ("active", "Nobody has to act now.", "A task of ours is still to be done: it stands below."),
        ("declined", "Next: nothing, it was declined", "Next: see to the task below; it was declined"),
    ],
)
def test_nobody_is_not_idle_while_a_task_is_open(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], state: str, idle: str, busy: str
) -> None:
    number = make_request("affiliation", state=state)
    path = f"/dashboard/requests/{number}"
    assert idle in panel(coordinator.get(path).text)
    with app.app_context():
        tasks.open_task(
            db.session(),
            key=f"invoice:{number}:x",
            reason="invoice",
            about="The branch needs an invoice.",
            due_on=day(2),
            now=utc_now(),
            submission_id=number,
        )
        db.session.commit()
    said = panel(coordinator.get(path).text)
    assert idle not in said
    assert busy in said


def test_how_a_silent_speaker_agreed_is_not_called_optional(
    app: Flask, coordinator: FlaskClient, asked: int, look: Callable[..., Any]
) -> None:
    path = f"/dashboard/requests/{asked}/moves/confirm"
    page = Page(coordinator, path)
    label = re.search(
        r"<label[^>]*>\s*(They have not answered on their page: how did they agree\?.*?)</label>", page.text
    )
    assert label is not None
    assert "optional" not in label[1]
    answer = page.post(confirmed_on=words.long_day(day(40)), confirmed_time="7pm", agreed="", step="send")
    assert "The speaker has not said yes. Write how and when they agreed, or wait for their answer" in answer.text
    assert look(asked, "state") == "offered"
    perform(app, asked, "speaker-accepts", SPEAKER, accepted=day(40).isoformat())
    assert "how did they agree? <span" in coordinator.get(path).text


def booked_elsewhere(app: Flask, number: int) -> int:
    """Whoever said yes to a request is asked for another one at the same hour, and booked for that: its number."""
    with app.app_context():
        now, first = utc_now(), db.session.get_one(SpeakerRequest, number)
        second = SpeakerRequest(
            heading="Unite Leeds", contact_email="leeds@example.org", meeting_format="online", dates=first.dates,
            meeting_on=first.meeting_on, consents=[],
        )  # fmt: skip
        actions.receive(db.session(), second, now=now, by=BRANCH)
        olha = first.offers[0].speaker
        olha.confirmed_at = now
        on = {"confirmed_on": str(first.meeting_on), "confirmed_time": "19:00", "agreed": "By telephone"}
        for name, answers in (("ask-speakers", {"speakers": str(olha.id)}), ("confirm", on)):
            actions.perform(db.session(), second, name, by=DESK, now=now, answers=answers)
        db.session.commit()
        return second.id


def test_a_yes_that_cannot_be_kept_is_not_offered_to_be_confirmed(
    app: Flask, coordinator: FlaskClient, asked: int
) -> None:
    perform(app, asked, "speaker-accepts", SPEAKER, accepted=day(40).isoformat(), may_name_me="yes")
    assert "/moves/confirm" in coordinator.get(f"/dashboard/requests/{asked}").text
    booked_elsewhere(app, asked)
    page = coordinator.get(f"/dashboard/requests/{asked}").text
    assert "Next: find another day or another speaker" in panel(page)
    assert "They are booked elsewhere at that time since, and cannot be confirmed." in panel(page)
    assert f"Booked elsewhere at that time since: {words.long_day(day(40))}, 7pm" in page
    assert "/moves/confirm" not in page
    with app.app_context():
        (task,) = tasks.of_request(db.session(), asked)
        assert "Olha Savchenko said yes, and is booked elsewhere at that time now." in task.about


def test_nobody_is_asked_about_a_yes_that_can_be_kept_again(app: Flask, coordinator: FlaskClient, asked: int) -> None:
    perform(app, asked, "speaker-accepts", SPEAKER, accepted=day(40).isoformat(), may_name_me="yes")
    second = booked_elsewhere(app, asked)
    perform(app, second, "speaker-dropped-out", SPEAKER, reason="I am ill.")
    with app.app_context():
        assert list(tasks.of_request(db.session(), asked)) == []
    assert "Next: confirm the speaker" in panel(coordinator.get(f"/dashboard/requests/{asked}").text)


def test_nobody_is_asked_about_a_lost_yes_once_its_speaker_is_confirmed(app: Flask, asked: int) -> None:
    perform(app, asked, "speaker-accepts", SPEAKER, accepted=day(40).isoformat(), may_name_me="yes")
    booked_elsewhere(app, asked)
    # By agreement the meeting is at an hour at which the speaker is free.
    on = {"confirmed_on": day(40).isoformat(), "confirmed_time": "11:00"}
    perform(app, asked, "confirm", DESK, **on)
    with app.app_context():
        assert list(tasks.of_request(db.session(), asked)) == []


def test_another_day_on_which_they_are_booked_elsewhere_is_said_to_be_so(
    app: Flask, coordinator: FlaskClient, asked: int
) -> None:
    taken = f"{words.long_day(day(40))}, 8pm"
    named = {"named_on": day(40).isoformat(), "named_time": "20:00"}
    perform(app, asked, "speaker-proposes", SPEAKER, other_date=taken, **named)
    assert "booked elsewhere" not in coordinator.get(f"/dashboard/requests/{asked}").text
    booked_elsewhere(app, asked)
    page = coordinator.get(f"/dashboard/requests/{asked}").text
    assert f"could come on another day, {taken}. They are booked elsewhere at that time" in panel(page)
    assert f"Booked elsewhere at that time since: {taken}" in page


@pytest.mark.parametrize("is_pause", [True, False])
def test_a_pause_and_days_away_after_a_yes_are_read_before_it_is_confirmed(
    app: Flask, coordinator: FlaskClient, asked: int, is_pause: bool
) -> None:
    perform(app, asked, "speaker-accepts", SPEAKER, accepted=day(40).isoformat(), may_name_me="yes")
    form = f"/dashboard/requests/{asked}/moves/confirm"
    assert "since they said yes" not in coordinator.get(form).text
    with app.app_context():
        speaker = db.session.get_one(SpeakerRequest, asked).offers[0].speaker
        if is_pause:
            speaker.paused_at, speaker.paused_until = utc_now(), day(60)
        else:
            own_page.add_days(speaker, (day(39), day(41)), None, is_free=False, today=london_day(utc_now()))
        db.session.commit()
    said = "has paused until" if is_pause else "is away on"
    page = coordinator.get(form).text
    assert f"Olha Savchenko {said}" in page
    assert "since they said yes. Ask them whether they still come." in page
    if is_pause:
        assert "ask whether they still come" in panel(coordinator.get(f"/dashboard/requests/{asked}").text)


def veto(app: Flask, number: int) -> None:
    """Whoever is asked first for a request does not wish to visit its branch after all."""
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, number)
        request.branch = Branch(name="Durham Area", folded="durham area", created_at=utc_now())
        db.session.commit()
        branch_id, speaker_id = request.branch.id, request.offers[0].speaker_id
    # As the desk does: nothing is known yet of what they are asked for.
    with app.app_context():
        speaker, branch = db.session.get_one(Speaker, speaker_id), db.session.get_one(Branch, branch_id)
        assert vetoes.add(db.session(), speaker, now=utc_now(), branch=branch)
        db.session.commit()


@pytest.mark.parametrize("is_noted_first", [True, False])
def test_a_yes_to_a_branch_that_is_vetoed_since_is_not_offered_to_be_confirmed(
    app: Flask, coordinator: FlaskClient, asked: int, is_noted_first: bool
) -> None:
    if is_noted_first:
        veto(app, asked)
    perform(app, asked, "speaker-accepts", SPEAKER, accepted=day(40).isoformat(), may_name_me="yes")
    if not is_noted_first:
        assert "/moves/confirm" in coordinator.get(f"/dashboard/requests/{asked}").text
        veto(app, asked)
    page = coordinator.get(f"/dashboard/requests/{asked}").text
    assert "Next: ask somebody else" in panel(page)
    assert "They do not wish to visit this branch after all, and cannot be confirmed." in panel(page)
    assert "Does not wish to visit this branch after all, and cannot be confirmed" in page
    assert "/moves/confirm" not in page
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, asked)
        promised = settling.settled(request, "en", london_day(utc_now())).doing
        assert promised == "", "nobody promises the branch a speaker"


def test_who_is_asked_and_does_not_wish_to_come_is_told_to_the_desk_before_any_yes(
    app: Flask, coordinator: FlaskClient, asked: int
) -> None:
    veto(app, asked)
    page = coordinator.get(f"/dashboard/requests/{asked}").text
    assert "is asked. They do not wish to visit this branch after all" in panel(page)
    assert "/moves/speaker-accepts" not in page


@pytest.mark.parametrize("is_noted_first", [True, False])
def test_another_day_of_who_does_not_wish_to_come_is_not_put_to_the_branch(
    app: Flask, coordinator: FlaskClient, asked: int, is_noted_first: bool
) -> None:
    if is_noted_first:
        veto(app, asked)
    named = {"named_on": day(42).isoformat(), "named_time": "19:00"}
    perform(app, asked, "speaker-proposes", SPEAKER, other_date=f"{words.long_day(day(42))}, 7pm", **named)
    if not is_noted_first:
        assert "/moves/ask-other-day" in coordinator.get(f"/dashboard/requests/{asked}").text
        veto(app, asked)
    page = coordinator.get(f"/dashboard/requests/{asked}").text
    assert "Next: ask somebody else" in panel(page)
    assert "/moves/ask-other-day" not in page


@pytest.mark.parametrize("is_booked", [True, False])
def test_a_branch_is_asked_no_longer_about_a_day_of_who_does_not_wish_to_come(
    app: Flask, client: FlaskClient, coordinator: FlaskClient, asked: int, is_booked: bool
) -> None:
    if is_booked:
        perform(app, asked, "confirm", DESK, confirmed_on=day(40).isoformat(), confirmed_time="19:00", agreed="Rang us")
    named = {"named_on": day(42).isoformat(), "named_time": "19:00"}
    name = "speaker-asks-other-date" if is_booked else "speaker-proposes"
    perform(app, asked, name, SPEAKER, other_date=f"{words.long_day(day(42))}, 7pm", **named)
    perform(app, asked, "ask-other-day", DESK, other_on=day(42).isoformat(), other_time="19:00")
    with app.app_context():
        branch = links.path_of(links.issue(db.session(), "track", asked, utc_now()))
        db.session.commit()
    assert "Does that suit your branch?" in client.get(branch).text
    page = client.get(f"{branch}/moves/other-day-suits").text
    veto(app, asked)
    assert "Does that suit your branch?" not in client.get(branch).text
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, asked)
        assert (request.turn, request.other_day_by) == ("us", None)
    pressed = client.post(
        f"{branch}/moves/other-day-suits", data={"csrf_token": csrf_token(page)}, follow_redirects=True
    ).text
    assert "We have told the speaker" not in pressed
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, asked)
        assert request.meeting_on == day(40)
        assert not [task for task in tasks.of_request(db.session(), asked) if "Confirm the meeting" in task.about]
    panel_now = panel(coordinator.get(f"/dashboard/requests/{asked}").text)
    assert "the branch says whether another day suits" not in panel_now


def test_a_veto_that_is_taken_back_leaves_no_task(app: Flask, coordinator: FlaskClient, asked: int) -> None:
    veto(app, asked)
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, asked)
        assert [task.reason for task in tasks.of_request(db.session(), asked)] == ["offer"]
        speaker = request.offers[0].speaker
        assert vetoes.remove(db.session(), speaker, speaker.vetoes[0].id, now=utc_now())
        db.session.commit()
        assert list(tasks.of_request(db.session(), asked)) == []


def test_one_of_two_vetoes_that_is_taken_back_leaves_the_other(app: Flask, asked: int) -> None:
    veto(app, asked)
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, asked)
        speaker, (theirs,) = request.offers[0].speaker, request.offers[0].speaker.vetoes
        request.union = Union(slug="digg", short_name="Diggers", full_name="Diggers")
        db.session.flush()
        assert vetoes.add(db.session(), speaker, now=utc_now() + timedelta(hours=1), union=request.union)
        db.session.commit()
        assert vetoes.remove(db.session(), speaker, theirs.id, now=utc_now())
        db.session.commit()
        assert len(tasks.of_request(db.session(), asked)) == 2


def test_who_said_yes_and_names_another_day_is_put_to_the_branch(
    app: Flask, coordinator: FlaskClient, asked: int
) -> None:
    perform(app, asked, "speaker-accepts", SPEAKER, accepted=day(40).isoformat(), may_name_me="yes")
    booked_elsewhere(app, asked)
    named = {"named_on": day(42).isoformat(), "named_time": "19:00"}
    perform(app, asked, "speaker-proposes", SPEAKER, other_date=f"{words.long_day(day(42))}, 7pm", **named)
    page = coordinator.get(f"/dashboard/requests/{asked}").text
    assert "Next: ask the branch whether the speaker’s other day suits" in panel(page)
    assert f'class="button button--primary" href="/dashboard/requests/{asked}/moves/ask-other-day"' in page
    perform(app, asked, "ask-other-day", DESK, other_on=day(42).isoformat(), other_time="19:00")
    assert "Next: the branch says whether another day suits" in panel(
        coordinator.get(f"/dashboard/requests/{asked}").text
    )
    with app.app_context():
        assert tasks.of_request(db.session(), asked) == []
    perform(app, asked, "other-day-suits", BRANCH)
    perform(app, asked, "confirm", DESK, confirmed_on=day(42).isoformat(), confirmed_time="19:00")

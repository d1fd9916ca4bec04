"""How a meeting went: the page of the branch, the page of the speaker, and what each answer leads to."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import london_day, utc_now
from portal.emails import links
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers import afterwards
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import Speaker
from portal.speakers.report_rows import BRANCH, SPEAKER
from portal.submissions import actions, intake, private_links, whole
from portal.submissions.models import Draft
from portal.submissions.work import Task
from portal.submissions.workflow import Actor
from tests.conftest import csrf_token
from tests.public.conftest import main_of
from tests.submissions.entries import BRANCH as BY_BRANCH
from tests.submissions.entries import COORDINATOR, speaker_answers
from tests.submissions.walks import move

TOLD = {
    "held": "yes",
    "attended": "about 38",
    "motion": "carried",
    "raised_pence": "£120",
    "wishes": ["twin", "host"],
    "hears_more": "yes",
    "more_people": "6",
    "more_contact": "Sian Pugh, sian@example.org",
    "outcome": "Two lodges want a talk of their own.",
}


def held(app: Flask, **answers: str) -> tuple[int, str, str]:
    """A meeting that was held a moment ago: its number, and the paths of both reports."""
    with app.app_context():
        now = utc_now() - timedelta(days=30)
        typed = {"date_1": f"{london_day(utc_now()) - timedelta(days=1):%d %B %Y}", "date_2": ""} | answers
        request = intake.file(db.session(), "speaker", speaker_answers(**typed), now=now, language="en", by=BY_BRANCH)
        move(request, "offer", now=now, by=COORDINATOR, speaker_language="en")
        day = f"{london_day(utc_now()) - timedelta(days=1):%d %B %Y}"
        move(request, "confirm", now=now, by=COORDINATOR, confirmed_on=day)
        move(request, "held", now=utc_now(), by=COORDINATOR)
        db.session.commit()
        assert isinstance(request, SpeakerRequest)
        paths = []
        for side in (BRANCH, SPEAKER):
            report = afterwards.of_side(request.reports, side)
            assert report is not None
            paths.append(links.path_of(links.issue(db.session(), "report", report.id, utc_now())))
        db.session.commit()
        return request.id, paths[0], paths[1]


HEAR_MORE = (
    "After the meeting of USC-1001 people want to hear more of the campaign. How many, and whom we may write to, "
    "stands under “What is arranged”. Write to them while they remember it."
)
"""The task that the report of these tests opens."""


def stored(app: Flask, number: int) -> dict[str, Any]:
    """What has become of the request."""
    with app.app_context():
        request = whole.load(db.session(), number)
        assert isinstance(request, SpeakerRequest)
        letters = select(OutboxEmail.template).where(OutboxEmail.submission_id == number).order_by(OutboxEmail.id)
        tasks = select(Task).where(Task.submission_id == number, Task.done_at.is_(None))
        return {
            "state": request.state,
            "turn": request.turn,
            "attended": request.attended,
            "told": {each.side: each.held for each in request.reports},
            "letters": list(db.session.scalars(letters)),
            "tasks": [each.about for each in db.session.scalars(tasks)],
        }


def letter(app: Flask, template: str) -> str:
    """The text of the newest letter of that name."""
    with app.app_context():
        found = db.session.scalars(
            select(OutboxEmail.text).where(OutboxEmail.template == template).order_by(OutboxEmail.id.desc())
        ).first()
        assert found is not None
        return str(found)


def tell(client: FlaskClient, path: str, **form: Any) -> Any:
    """Send a report."""
    return client.post(path, data={"csrf_token": csrf_token(client.get(path).text), **form})


def close(app: Flask, number: int) -> None:
    """The three days in which both may correct what they told are over."""
    with app.app_context():
        request = whole.load(db.session(), number)
        actions.perform(db.session(), request, "complete", by=actions.Mover(Actor.WORKER), now=utc_now())
        db.session.commit()


def test_both_sides_are_asked_on_a_page_of_their_own(app: Flask, client: FlaskClient) -> None:
    number, branch, speaker = held(app)
    assert stored(app, number)["turn"] == "branch"
    asked = letter(app, "speaker/how-did-it-go"), letter(app, "speaker/thanks")
    assert all("[[link:" in each for each in asked)
    page = client.get(branch)
    assert page.status_code == 200
    assert "How did your meeting go?" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    other = client.get(speaker).text
    assert "How did your talk go?" in other
    assert [secret for secret in ("jean@", "0191") if secret in main_of(other)] == []


def test_a_speaker_reads_both_clocks_on_the_page_and_in_the_letter(app: Flask, client: FlaskClient) -> None:
    number, _, speaker = held(app)
    assert "pm in Kyiv)" in client.get(speaker).text
    with app.app_context():
        request = whole.load(db.session(), number)
        move(request, "not-held", now=utc_now(), by=COORDINATOR)
        db.session.commit()
    assert "pm in Kyiv)" in letter(app, "speaker/not-held-speaker")


def test_what_the_branch_tells_is_kept_and_thanked_for_once(app: Flask, client: FlaskClient) -> None:
    number, branch, _ = held(app)
    for _press in range(2):
        assert tell(client, branch, **TOLD).status_code == 303
    found = stored(app, number)
    assert (found["state"], found["turn"], found["attended"]) == ("held", "speaker", 38)
    assert found["letters"][-2:] == ["speaker/report-received", "speaker/result"]
    result = letter(app, "speaker/result")
    assert "38 people" in result
    assert "A motion was carried" in result
    assert "£120.00" in result
    assert [secret for secret in ("lodges", "Sian", "sian@") if secret in result] == []
    assert "- Twin with a union body in Ukraine" in letter(app, "speaker/report-received")
    page = main_of(client.get(branch).text)
    assert "Thank you for telling us" in page
    assert "Two lodges want a talk of their own." in page
    assert "6 people, Sian Pugh, sian@example.org" in page


def test_a_correction_counts_and_sends_no_second_thanks(app: Flask, client: FlaskClient) -> None:
    number, branch, _ = held(app)
    tell(client, branch, **TOLD)
    tell(client, branch, **TOLD | {"attended": "45"})
    found = stored(app, number)
    assert found["attended"] == 45
    assert found["letters"].count("speaker/report-received") == found["letters"].count("speaker/result") == 1


def test_the_request_closes_once_both_agree(app: Flask, client: FlaskClient) -> None:
    number, branch, speaker = held(app)
    assert tell(client, speaker, held="yes").status_code == 303
    assert (stored(app, number)["state"], stored(app, number)["turn"]) == ("held", "branch")
    tell(client, branch, **TOLD)
    found = stored(app, number)
    assert (found["state"], found["turn"], found["tasks"]) == ("held", "nobody", [HEAR_MORE])
    assert "Change what you told us" in client.get(branch).text
    close(app, number)
    late = tell_late(client, branch, attended="3")
    assert late.status_code == 303
    assert stored(app, number)["attended"] == 38
    closed = main_of(client.get(branch).text)
    assert "Thank you for telling us" in closed
    assert "Send what has changed" not in closed
    assert "Propose a twinning" in closed


def tell_late(client: FlaskClient, path: str, **form: Any) -> Any:
    """Send a report from a page that was drawn before."""
    token = csrf_token(client.get("/find-my-request").text)
    return client.post(path, data={"csrf_token": token, **form})


def test_a_disagreement_is_for_a_coordinator_and_closes_nothing(app: Flask, client: FlaskClient) -> None:
    number, branch, speaker = held(app)
    tell(client, branch, **TOLD)
    tell(client, speaker, held="no", outcome="Nobody opened the hall.")
    found = stored(app, number)
    assert (found["state"], found["turn"]) == ("held", "us")
    (disagree,) = [about for about in found["tasks"] if about != HEAR_MORE]
    assert "the speaker says that it did not take place" in disagree
    tell(client, speaker, held="yes")
    found = stored(app, number)
    assert (found["turn"], found["tasks"]) == ("nobody", [HEAR_MORE])


def test_when_both_say_that_it_was_not_held_the_task_says_what_to_press(app: Flask, client: FlaskClient) -> None:
    number, branch, speaker = held(app)
    tell(client, branch, held="no", attended="12")
    found = stored(app, number)
    assert (found["state"], found["turn"], len(found["tasks"])) == ("held", "us", 1)
    assert found["attended"] is None
    assert "ask them" in found["tasks"][0]
    assert "speaker/result" not in found["letters"]
    assert "sorry that your meeting did not take place" in letter(app, "speaker/report-received")
    tell(client, speaker, held="no")
    found = stored(app, number)
    assert (found["state"], len(found["tasks"])) == ("held", 1)
    assert found["tasks"][0].startswith("Both sides say")
    assert "It did not take place" in found["tasks"][0]
    with app.app_context():
        request = whole.load(db.session(), number)
        assert request is not None
        actions.perform(db.session(), request, "not-held", by=COORDINATOR, now=utc_now(), answers={"reason": "Snow"})
        db.session.commit()
    assert (stored(app, number)["state"], stored(app, number)["tasks"]) == ("cancelled", [])


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "Say whether the meeting took place"),
        ({"held": "yes"}, "Tell us how many came, or write a sentence"),
        ({"held": "yes", "attended": "lots"}, "Enter a whole number in figures"),
    ],
)
def test_a_report_with_nothing_in_it_is_refused_kindly(
    app: Flask, client: FlaskClient, form: dict[str, str], said: str
) -> None:
    number, branch, _ = held(app)
    answer = tell(client, branch, **form)
    assert answer.status_code == 422
    assert said in answer.text
    assert stored(app, number)["told"][BRANCH] is None


def test_whoever_tells_how_many_came_need_not_say_that_it_was_held(app: Flask, client: FlaskClient) -> None:
    number, branch, _ = held(app)
    assert tell(client, branch, attended="12").status_code == 303
    assert stored(app, number)["told"][BRANCH] is True


def test_a_stale_token_keeps_what_was_typed(app: Flask, client: FlaskClient) -> None:
    number, branch, _ = held(app)
    client.get(branch)
    answer = client.post(branch, data=TOLD | {"csrf_token": "wrong"})
    assert answer.status_code == 400
    assert "Two lodges want a talk of their own." in answer.text
    assert stored(app, number)["told"][BRANCH] is None


def test_a_wish_opens_its_form_with_the_branch_filled_in(app: Flask, client: FlaskClient) -> None:
    _, branch, speaker = held(app)
    tell(client, branch, **TOLD)
    page = main_of(client.get(branch).text)
    assert ("Propose a twinning" in page, "Affiliate your branch" in page, "Invite a speaker" in page) == (
        True,
        False,
        True,
    )
    answer = client.post(f"{branch}/next/twin", data={"csrf_token": csrf_token(client.get(branch).text)})
    assert answer.status_code == 303
    assert "jean" not in answer.headers["Location"].lower()
    form = client.get(answer.headers["Location"], follow_redirects=True).text
    assert 'value="Durham Area"' in form
    refused = client.post(f"{speaker}/next/twin", data={"csrf_token": csrf_token(client.get(speaker).text)})
    assert refused.status_code == 404
    with app.app_context():
        assert len(db.session.scalars(select(Draft).where(Draft.sent_at.is_(None))).all()) == 1


def test_another_speaker_is_asked_for_with_the_last_meeting_filled_in(app: Flask, client: FlaskClient) -> None:
    number, branch, _ = held(app)
    with app.app_context():
        request = whole.load(db.session(), number)
        assert isinstance(request, SpeakerRequest)
        request.audience_size, request.venue, request.meeting_format = "about 55", "Redhills, Durham", "in-person"
        request.topics_other, request.talk_minutes, request.named_speaker = "Rebuilding pits", 25, "Olha"
        db.session.commit()
    tell(client, branch, **TOLD)
    answer = client.post(f"{branch}/next/invite-a-speaker", data={"csrf_token": csrf_token(client.get(branch).text)})
    form = answer.headers["Location"]
    meeting, wanted = (main_of(client.get(f"{form}/{step}").text) for step in ("meeting", "speaker"))
    assert 'value="about 55"' in meeting
    assert "Redhills, Durham" in meeting
    assert re.search(r'value="in-person"[^>]* checked', meeting)
    assert "Rebuilding pits" in wanted
    assert 'value="25"' in wanted
    # No day, and nobody's name: those are for the branch to say anew.
    assert [box for box in ("date_1", "time_1", "date_rule", "decide_by") if not has_empty_box(meeting, box)] == []
    assert has_empty_box(wanted, "named_speaker")


def has_empty_box(page: str, name: str) -> bool:
    """Whether a box to write in stands on a page with nothing in it."""
    box = re.search(rf'<input[^>]* name="{name}"[^>]*>', page)
    return box is not None and not re.search(r'value="[^"]', box[0])


def test_the_page_of_the_request_leads_to_the_same_report(app: Flask, client: FlaskClient) -> None:
    number, _, _ = held(app)
    with app.app_context():
        token = links.token_of(links.issue(db.session(), "track", number, utc_now()))
        db.session.commit()
    page = client.get(f"/track/{token}").text
    assert f"/track/{token}/moves/branch-reports" in page
    assert "It did not take place" not in main_of(page)
    for name in ("branch-reports", "report"):
        assert "How did your meeting go?" in client.get(f"/track/{token}/moves/{name}").text
    assert tell(client, f"/track/{token}/moves/branch-reports", attended="38").status_code == 303
    assert stored(app, number)["told"][BRANCH] is True
    assert "Back to your request" in client.get(f"/track/{token}/moves/branch-reports").text


def test_nobody_takes_back_a_meeting_that_was_held(app: Flask, client: FlaskClient) -> None:
    number, _, _ = held(app)
    with app.app_context():
        token = links.token_of(links.issue(db.session(), "track", number, utc_now()))
        db.session.commit()
    page = client.get(f"/track/{token}").text
    assert "Did it not take place? Tell us that too." in page
    assert "/moves/withdraw" not in page
    assert client.get(f"/track/{token}/moves/withdraw").status_code == 302
    form = {"csrf_token": csrf_token(client.get(f"/track/{token}/message").text), "reason": "Too late"}
    assert client.post(f"/track/{token}/moves/withdraw", data=form).status_code == 409
    assert stored(app, number)["state"] == "held"


def test_each_side_reads_its_own_language(app: Flask, client: FlaskClient) -> None:
    number, branch, speaker = held(app)
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, number)
        request.speaker_language = "uk"
        db.session.commit()
    page = client.get(speaker).text
    assert '<html lang="uk"' in page
    assert "How did your talk go?" not in page
    assert '<html lang="en' in client.get(branch).text


@pytest.mark.parametrize("change", ["locked_at", "left_at"])
def test_the_link_of_a_speaker_who_is_hidden_opens_nothing(app: Flask, client: FlaskClient, change: str) -> None:
    _, branch, speaker = held(app)
    with app.app_context():
        setattr(db.session.scalars(select(Speaker)).one(), change, utc_now())
        db.session.commit()
    assert client.get(speaker).status_code == 404
    assert client.get(branch).status_code == 200
    assert client.get("/report/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404


def test_an_old_report_is_nobodys_once_the_search_begins_anew(app: Flask, client: FlaskClient) -> None:
    number, branch, speaker = held(app)
    with app.app_context():
        request = whole.load(db.session(), number)
        assert request is not None
        for name in ("not-held", "reopen"):
            actions.perform(
                db.session(), request, name, by=COORDINATOR, now=utc_now(), answers={"reason": "The hall was shut"}
            )
        db.session.commit()
    assert client.get(branch).status_code == client.get(speaker).status_code == 404


def test_a_new_link_for_the_branch_ends_the_old_one_to_its_report(app: Flask, client: FlaskClient) -> None:
    number, branch, speaker = held(app)
    with app.app_context():
        request = whole.load(db.session(), number)
        assert request is not None
        private_links.send_new(db.session(), request, by=COORDINATOR, now=utc_now())
        db.session.commit()
    assert client.get(branch).status_code == 404
    assert client.get(speaker).status_code == 200

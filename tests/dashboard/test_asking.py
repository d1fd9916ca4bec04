"""Asking speakers of the register from the desk: letters, overrides with a reason, and what they have said."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import london_day, utc_now
from portal.dashboard.words import long_day
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers.engagements import Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import AvailabilityException, Speaker, SpeakerVeto, WeeklyHours
from portal.submissions import actions, whole
from portal.submissions.day_words import in_words_of
from portal.submissions.models import Submission
from portal.submissions.work import Task
from portal.submissions.workflow import Actor
from tests.conftest import counted
from tests.dashboard.conftest import Page, boxes, post_all
from tests.submissions.entries import COORDINATOR
from tests.submissions.walks import registered

Make = Callable[..., int]


@pytest.fixture
def number(app: Flask, make_request: Make) -> int:
    """A request for an online meeting in forty days."""
    day = (london_day(utc_now()) + timedelta(days=40)).isoformat()
    return make_request(
        "speaker",
        state="matching",
        meeting_format="online",
        dates=[{"on": day, "time": "19:00", "time_text": "7pm"}],
    )


def speakers(app: Flask, *emails: str, **more: Any) -> list[int]:
    with app.app_context():
        known = {"languages": {"en": "fluent"}, "name": "Petro Lys"} | more
        made = [registered(utc_now(), email, **known).id for email in emails]
        db.session.commit()
        return made


def ask(client: FlaskClient, number: int, *chosen: int) -> Any:
    query = "&".join(f"speaker={each}" for each in chosen)
    return client.get(f"/dashboard/requests/{number}/ask?{query}")


def send(client: FlaskClient, number: int, page: str) -> Any:
    return post_all(client, f"/dashboard/requests/{number}/moves/ask-speakers", page)


def test_two_are_asked_at_once_each_by_a_letter_of_their_own(app: Flask, coordinator: FlaskClient, number: int) -> None:
    chosen = speakers(app, "petro@example.org", "iryna@example.org")
    page = ask(coordinator, number, *chosen).text
    assert "petro@example.org" in page
    assert "iryna@example.org" in page
    assert send(coordinator, number, page).status_code == 303
    with app.app_context():
        letters = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "speaker/offer")).all()
        assert sorted(each.to_address for each in letters) == ["iryna@example.org", "petro@example.org"]
        assert len({link for each in letters for link in each.link_ids}) == 2
        assert db.session.get_one(Submission, number).state == "offered"
    shown = coordinator.get(f"/dashboard/requests/{number}").text
    assert "Speakers asked" in shown
    assert shown.count("They said yes") == 2


def test_who_cannot_be_asked_needs_a_reason_that_is_kept(app: Flask, coordinator: FlaskClient, number: int) -> None:
    (chosen,) = speakers(app, "petro@example.org", paused_at=utc_now(), languages={"en": "fluent"})
    page = ask(coordinator, number, chosen)
    assert "Why do you ask Petro Lys all the same?" in page.text
    path = f"/dashboard/requests/{number}/ask?speaker={chosen}"
    empty = Page(coordinator, path).post(f"/dashboard/requests/{number}/ask", speaker=str(chosen))
    assert "Write why, or go back" in empty.text
    reason = {f"although-{chosen}": "She offered herself by telephone"}
    letters = Page(coordinator, path).post(f"/dashboard/requests/{number}/ask", speaker=str(chosen), **reason)
    assert send(coordinator, number, letters.text).status_code == 303
    assert "She offered herself by telephone" in coordinator.get(f"/dashboard/requests/{number}").text


def test_a_reason_is_kept_beside_those_alone_whom_it_is_about(
    app: Flask, coordinator: FlaskClient, number: int
) -> None:
    free = speakers(app, "petro@example.org")
    away = speakers(app, "olha@example.org", name="Olha Dub", paused_at=utc_now())
    away += speakers(app, "ivan@example.org", name="Ivan Hrab", paused_at=utc_now())
    path = f"/dashboard/requests/{number}/ask?" + "&".join(f"speaker={each}" for each in (*free, *away))
    reasons = {f"although-{away[0]}": "She rang; she wishes to", f"although-{away[1]}": "He is back"}
    chosen = {"speaker": [str(each) for each in (*free, *away)]}
    letters = Page(coordinator, path).post(f"/dashboard/requests/{number}/ask", **chosen, **reasons)
    assert send(coordinator, number, letters.text).status_code == 303
    with app.app_context():
        kept = {each.speaker.name: each.overridden for each in db.session.scalars(select(Offer))}
        assert kept == {"Petro Lys": "", "Olha Dub": "She rang, she wishes to", "Ivan Hrab": "He is back"}
    shown = coordinator.get(f"/dashboard/requests/{number}").text
    assert "Olha Dub: She rang, she wishes to; Ivan Hrab: He is back" in shown


def test_nobody_is_asked_against_a_veto(app: Flask, coordinator: FlaskClient, make_request: Make) -> None:
    (chosen,) = speakers(app, "petro@example.org")
    with app.app_context():
        union_id = db.session.execute(db.text("SELECT id FROM unions WHERE slug = 'num'")).scalar_one()
        db.session.add(SpeakerVeto(speaker_id=chosen, union_id=union_id, words="Private"))
        db.session.commit()
    number = make_request("speaker", state="matching", meeting_format="online", union_id=union_id)
    page = ask(coordinator, number, chosen).text
    assert "cannot be asked" in page
    assert "Look over the letters" not in page
    forced = Page(coordinator, f"/dashboard/requests/{number}").post(
        f"/dashboard/requests/{number}/moves/ask-speakers", speakers=str(chosen), although="Because", step="send"
    )
    assert forced.status_code == 200
    with app.app_context():
        assert db.session.scalars(select(Offer)).all() == []


@pytest.mark.parametrize("query", ["", "?offer={offer}"])
def test_a_yes_by_telephone_names_the_days_that_suit(
    app: Flask, coordinator: FlaskClient, make_request: Make, query: str
) -> None:
    first, second = ((london_day(utc_now()) + timedelta(days=each)).isoformat() for each in (40, 47))
    dates = [{"on": on, "time": "19:00", "time_text": "7pm"} for on in (first, second)]
    number = make_request("speaker", state="matching", meeting_format="online", dates=dates)
    send(coordinator, number, ask(coordinator, number, *speakers(app, "petro@example.org")).text)
    with app.app_context():
        offer = db.session.scalars(select(Offer.id)).one()
    path = f"/dashboard/requests/{number}/moves/speaker-accepts"
    form = coordinator.get(path + query.format(offer=offer)).text
    assert form.count('type="checkbox" name="accepted"') + form.count('name="accepted" type="checkbox"') == 2
    assert f'value="{first}"' in form
    refused = post_all(coordinator, path, form, may_name_me="yes").text
    assert "Choose at least one date that suits the speaker" in refused
    letters = post_all(coordinator, path, refused, accepted=second, may_name_me="yes").text
    assert post_all(coordinator, path, letters).status_code == 303
    with app.app_context():
        assert db.session.get_one(Offer, offer).accepted == [second]
    confirming = coordinator.get(f"/dashboard/requests/{number}/moves/confirm").text
    assert boxes(confirming)["confirmed_on"] in in_words_of(date.fromisoformat(second), "en")
    assert f"could also meet on {long_day(date.fromisoformat(first))}" in confirming


def test_a_yes_by_telephone_is_confirmed_with_one_button(app: Flask, coordinator: FlaskClient, number: int) -> None:
    chosen = speakers(app, "petro@example.org", "iryna@example.org")
    send(coordinator, number, ask(coordinator, number, *chosen).text)
    with app.app_context():
        first, second = db.session.scalars(select(Offer.id).order_by(Offer.id)).all()
    base = f"/dashboard/requests/{number}/moves"
    path = f"{base}/speaker-accepts?offer={first}"
    letters = post_all(coordinator, f"{base}/speaker-accepts", coordinator.get(path).text, may_name_me="yes")
    assert post_all(coordinator, f"{base}/speaker-accepts", letters.text).status_code == 303
    shown = coordinator.get(f"/dashboard/requests/{number}").text
    assert "Said yes" in shown
    assert "Confirm Petro Lys" in shown
    page = coordinator.get(f"{base}/confirm?offer={first}").text
    letters = post_all(coordinator, f"{base}/confirm", page)
    assert "petro@example.org" in letters.text
    assert post_all(coordinator, f"{base}/confirm", letters.text).status_code == 303
    with app.app_context():
        states = dict(db.session.execute(select(Offer.id, Offer.state)).all())
        assert states == {first: "confirmed", second: "released"}
        thanked = select(OutboxEmail.to_address).where(OutboxEmail.template == "speaker/others-thanked")
        assert db.session.scalars(thanked).all() == ["iryna@example.org"]


def test_a_viewer_asks_nobody(app: Flask, number: int, sign_in: Callable[..., FlaskClient]) -> None:
    chosen = speakers(app, "petro@example.org")
    answer = ask(sign_in("viewer"), number, *chosen)
    assert answer.status_code in (403, 404)
    assert "petro" not in answer.text


def test_silence_gives_the_request_back_with_a_task(app: Flask, number: int, coordinator: FlaskClient) -> None:
    chosen = speakers(app, "petro@example.org")
    send(coordinator, number, ask(coordinator, number, *chosen).text)
    with app.app_context():
        request = whole.load(db.session(), number)
        later = utc_now() + timedelta(days=9)
        actions.perform(db.session(), request, "nobody-answered", by=actions.Mover(Actor.WORKER), now=later, answers={})
        db.session.commit()
        assert request.state == "matching"
        task = db.session.scalars(select(Task).where(Task.reason == "next")).one()
        assert "Ask the next speaker" in task.about
        assert "Petro Lys" not in task.about


def test_somebody_is_asked_to_stand_by_and_swapped_in(app: Flask, coordinator: FlaskClient, number: int) -> None:
    first, second = speakers(app, "petro@example.org", "iryna@example.org")
    send(coordinator, number, ask(coordinator, number, first).text)
    base = f"/dashboard/requests/{number}"
    form = coordinator.get(f"{base}/moves/confirm").text
    # Nobody is confirmed who has said nothing, unless somebody writes how they agreed.
    assert "has not said yes" in post_all(coordinator, f"{base}/moves/confirm", form).text
    letters = post_all(coordinator, f"{base}/moves/confirm", form, agreed="By telephone on Monday")
    assert post_all(coordinator, f"{base}/moves/confirm", letters.text).status_code == 303
    shown = coordinator.get(base).text
    assert f'href="{base}/stand-by"' in shown
    choices = coordinator.get(f"{base}/stand-by").text
    assert f'value="{second}"' in choices
    assert f'value="{first}"' not in choices
    letter = coordinator.get(f"{base}/stand-by?speaker={second}").text
    assert "iryna@example.org" in letter
    assert post_all(coordinator, f"{base}/moves/ask-stand-by", letter).status_code == 303
    assert "(asked)" in coordinator.get(base).text
    for move in ("stand-by-accepts", "swap"):
        page = coordinator.get(f"{base}/moves/{move}").text
        answer = post_all(coordinator, f"{base}/moves/{move}", page)
        if answer.status_code == 200:
            answer = post_all(coordinator, f"{base}/moves/{move}", answer.text)
        assert answer.status_code == 303, move
    with app.app_context():
        request = whole.load(db.session(), number)
        assert request.state == "confirmed"
        assert [each.speaker_id for each in request.bookings if each.state == "booked"] == [second]


def test_whoever_is_asked_to_speak_beside_somebody_new_can_be_asked_to_come_along_instead(
    app: Flask, coordinator: FlaskClient, number: int
) -> None:
    (new,) = speakers(app, "iryna@example.org", name="Iryna Nova", experience="new")
    (known,) = speakers(app, "petro@example.org", experience="seasoned")
    (other,) = speakers(app, "olha@example.org", name="Olha Insha", experience="seasoned")
    send(coordinator, number, ask(coordinator, number, new, known).text)
    base = f"/dashboard/requests/{number}"
    page = coordinator.get(f"{base}/partner").text
    assert page.index(f'value="{known}"') < page.index(f'value="{other}"')
    assert "Is asked to speak at this meeting: your question to come along takes the place of that" in page
    assert "Is asked for this meeting already" not in page.split(f'value="{known}"')[1]
    letter = coordinator.get(f"{base}/partner?speaker={known}").text
    assert "Could you come along to a meeting?" in letter
    assert post_all(coordinator, f"{base}/moves/ask-partner", letter).status_code == 303
    with app.app_context():
        request = whole.load(db.session(), number)
        assert isinstance(request, SpeakerRequest)
        assert [each.speaker_id for each in request.asked_now] == [new]
        assert request.partner is not None
        assert request.partner.speaker_id == known


def test_whoever_sits_under_the_same_power_cuts_stands_behind_and_it_is_said(
    app: Flask, coordinator: FlaskClient, number: int
) -> None:
    first, other = speakers(app, "petro@example.org", "olha@example.org", lives_in="ukraine", kind="ukrainian")
    (here,) = speakers(app, "iryna@example.org", name="Iryna Vesna", languages={"en": "basic"})
    with app.app_context():
        request = whole.load(db.session(), number)
        assert isinstance(request, SpeakerRequest)
        day = request.dates[0]["on"]
        request.wanted_speaker = "ukrainian"
        answers = {"speakers": str(first), "confirmed_on": day, "confirmed_time": "19:00", "agreed": "Rang"}
        for move in ("ask-speakers", "confirm"):
            actions.perform(db.session(), request, move, by=COORDINATOR, now=utc_now(), answers=answers)
        db.session.commit()
    page = coordinator.get(f"/dashboard/requests/{number}/stand-by").text
    assert page.index(f'value="{here}"') < page.index(f'value="{other}"')
    assert page.count("In Ukraine as the speaker is: a power cut or an alarm may reach both") == 1
    assert "Speaks only a little English: an interpreter would help" in page


def test_somebody_experienced_is_asked_to_come_along(app: Flask, coordinator: FlaskClient, number: int) -> None:
    new, also_new = speakers(app, "petro@example.org", "iryna@example.org", experience="new")
    (partner,) = speakers(app, "rhodri@example.org", name="Rhodri Price", experience="steady")
    send(coordinator, number, ask(coordinator, number, new).text)
    base = f"/dashboard/requests/{number}"
    assert f'href="{base}/partner"' in coordinator.get(base).text
    with counted() as statements:
        choices = coordinator.get(f"{base}/partner").text
    assert len(statements) <= 14, statements
    assert f'value="{partner}"' in choices
    assert f'value="{new}"' not in choices
    assert f'value="{also_new}"' not in choices
    letter = coordinator.get(f"{base}/partner?speaker={partner}").text
    assert "rhodri@example.org" in letter
    assert post_all(coordinator, f"{base}/moves/ask-partner", letter).status_code == 303
    shown = coordinator.get(base).text
    assert "Comes along" in shown
    assert "Rhodri Price (asked" in shown
    assert f'href="{base}/partner"' not in shown
    assert "nobody experienced is asked as well" not in shown


def test_who_could_stand_by_is_shown_like_the_ranked_list(app: Flask, coordinator: FlaskClient, number: int) -> None:
    day = london_day(utc_now()) + timedelta(days=40)
    never = [WeeklyHours(weekday=(day.weekday() + 1) % 7, from_minute=600, until_minute=1200)]
    (first,) = speakers(app, "petro@example.org")
    (second,) = speakers(app, "iryna@example.org", name="Iryna Vesna", weekly=never)
    speakers(app, "away@example.org", name="Olha Tysha", languages={"uk": "fluent"})
    with app.app_context():
        request = whole.load(db.session(), number)
        assert isinstance(request, SpeakerRequest)
        request.wanted_speaker = "ukrainian"
        answers = {"speakers": str(first), "confirmed_on": day.isoformat(), "confirmed_time": "19:00", "agreed": "Rang"}
        for move in ("ask-speakers", "confirm"):
            actions.perform(db.session(), request, move, by=COORDINATOR, now=utc_now(), answers=answers)
        db.session.commit()
    with counted() as statements:
        page = coordinator.get(f"/dashboard/requests/{number}/stand-by").text
    assert len(statements) <= 14, statements
    chosen, _, cannot = page.partition("Who cannot, and why")
    shown, _, summed = chosen.partition("points, and how they add up")
    assert f'value="{second}"' in shown
    assert "Speaks English fluently" in shown
    assert "What speaks against it:" in shown
    assert "The branch asked for a Ukrainian trade unionist" in shown
    assert "Not in their usual hours on" in shown
    # What only explains a few points stands where they are added up.
    small = "No answer of theirs to go by in the last year"
    assert small not in shown
    assert small in summed
    assert "Olha Tysha</strong>: Speaks no English" in cannot
    assert "Petro Lys</strong>" not in cannot


def test_an_interpreter_is_proposed_with_reasons_and_asked(app: Flask, coordinator: FlaskClient, number: int) -> None:
    with app.app_context():
        both = {"en": "fluent", "uk": "fluent"}
        now = utc_now()
        ira = registered(now, "ira@example.org", name="Ira Bondar", kind="interpreter", languages=both).id
        registered(now, "pole@example.org", name="Jan Polak", kind="interpreter", languages={"pl": "fluent"})
        request = whole.load(db.session(), number)
        assert isinstance(request, SpeakerRequest)
        request.needs = ["interpreter"]
        db.session.commit()
    base = f"/dashboard/requests/{number}"
    assert f'href="{base}/interpreter"' in coordinator.get(base).text
    with counted() as statements:
        page = coordinator.get(f"{base}/interpreter").text
    assert len(statements) <= 18, statements
    assert "Speaks English (fluent), Ukrainian (fluent)" in page
    assert "Jan Polak</strong>: Speaks no English; speaks no Ukrainian" in page
    letter = coordinator.get(f"{base}/interpreter?speaker={ira}").text
    assert "Could you interpret at a meeting?" in letter
    assert post_all(coordinator, f"{base}/moves/ask-interpreter", letter).status_code == 303
    shown = coordinator.get(base).text
    assert "Ira Bondar (asked, to answer by" in shown
    assert f'href="{base}/interpreter"' not in shown


def test_what_speaks_against_a_new_day_is_said_before_the_letters(
    app: Flask, coordinator: FlaskClient, number: int
) -> None:
    (chosen,) = speakers(app, "petro@example.org", most_a_month=1)
    send(coordinator, number, ask(coordinator, number, chosen).text)
    today = london_day(utc_now())
    agreed, away, late = (today + timedelta(days=days) for days in (40, 42, 44))
    with app.app_context():
        request = whole.load(db.session(), number)
        answers = {"confirmed_on": agreed.isoformat(), "confirmed_time": "19:00", "agreed": "By telephone"}
        actions.perform(db.session(), request, "confirm", by=COORDINATOR, now=utc_now(), answers=answers)
        for weekday in range(7):
            db.session.add(WeeklyHours(speaker_id=chosen, weekday=weekday, from_minute=0, until_minute=20 * 60 + 45))
        db.session.add(AvailabilityException(speaker_id=chosen, first_on=away, last_on=away, is_free=False))
        db.session.commit()

    def look_over(day: Any, hour: str) -> str:
        path = f"/dashboard/requests/{number}/moves/change-meeting"
        typed = {"confirmed_on": f"{day:%d %B %Y}", "confirmed_time": hour}
        return str(post_all(coordinator, path, coordinator.get(path).text, **typed).text)

    assert "Petro Lys is away on" in look_over(away, "7pm")
    assert "Petro Lys is not usually free at that time on" in look_over(late, "9pm")
    assert "speaks against the new day" not in look_over(late, "7pm")
    with app.app_context():
        db.session.get_one(Speaker, chosen).paused_at = utc_now()
        db.session.commit()
    assert "Petro Lys has paused." in look_over(late, "7pm")


def test_a_pause_of_somebody_who_is_asked_is_shown(app: Flask, coordinator: FlaskClient, number: int) -> None:
    (chosen,) = speakers(app, "petro@example.org")
    send(coordinator, number, ask(coordinator, number, chosen).text)
    with app.app_context():
        db.session.get_one(Speaker, chosen).paused_at = utc_now()
        db.session.commit()
    assert "Has paused since: no reminder goes to them" in coordinator.get(f"/dashboard/requests/{number}").text


def test_somebody_new_is_not_asked_alone_without_a_word(app: Flask, coordinator: FlaskClient, number: int) -> None:
    (new,) = speakers(app, "petro@example.org", experience="new")
    (known,) = speakers(app, "vasyl@example.org", name="Vasyl Dub")
    both = f"/dashboard/requests/{number}/ask?speaker={new}&amp;speaker={known}"
    assert both in coordinator.get(f"/dashboard/requests/{number}").text
    page = ask(coordinator, number, new).text
    assert "Petro Lys is new, and nobody experienced is asked as well. Vasyl Dub could come along." in page
    assert both in page
    assert "nobody experienced" not in ask(coordinator, number, known).text
    together = coordinator.get(both.replace("&amp;", "&")).text
    assert "nobody experienced" not in together
    send(coordinator, number, together)
    assert "nobody experienced" not in coordinator.get(f"/dashboard/requests/{number}").text
    with app.app_context():
        asked = db.session.scalars(select(Offer.speaker_id).where(Offer.submission_id == number)).all()
        assert sorted(asked) == [new, known]
        request = db.session.get_one(SpeakerRequest, number)
        for each in request.asked_now:
            given = {"offer": str(each.id), "accepted": ",".join(row["on"] for row in each.dates)}
            actions.perform(
                db.session(), request, "speaker-accepts", by=actions.Mover(Actor.SPEAKER), now=utc_now(), answers=given
            )
        offers = {each.speaker_id: each.id for each in request.asked_now}
        db.session.commit()
    # One of the two is booked: nobody sends somebody new alone without having read so.
    form = coordinator.get(f"/dashboard/requests/{number}/moves/confirm?offer={offers[new]}").text
    assert "Petro Lys is new, and would speak alone. If you confirm them, Vasyl Dub is told" in form
    form = coordinator.get(f"/dashboard/requests/{number}/moves/confirm?offer={offers[known]}").text
    assert "would speak alone" not in form


def test_the_request_shows_that_somebody_new_is_asked_alone(app: Flask, coordinator: FlaskClient, number: int) -> None:
    (new,) = speakers(app, "petro@example.org", experience="new")
    page = ask(coordinator, number, new).text
    assert "is new, and nobody experienced" in page
    send(coordinator, number, page)
    assert "New, and nobody experienced is asked as well" in coordinator.get(f"/dashboard/requests/{number}").text


def test_a_speaker_s_other_day_is_put_to_the_branch_from_the_blue_button(
    app: Flask, coordinator: FlaskClient, number: int
) -> None:
    (chosen,) = speakers(app, "petro@example.org", lives_in="uk")
    send(coordinator, number, ask(coordinator, number, chosen).text)
    other = london_day(utc_now()) + timedelta(days=50)
    with app.app_context():
        request = whole.load(db.session(), number)
        answers = {"other_date": f"{other:%d %B %Y} at 6.30pm"}
        speaker = actions.Mover(Actor.SPEAKER)
        actions.perform(db.session(), request, "speaker-proposes", by=speaker, now=utc_now(), answers=answers)
        db.session.commit()
    path = f"/dashboard/requests/{number}/moves/ask-other-day"
    shown = coordinator.get(f"/dashboard/requests/{number}").text
    first = shown[shown.index("case__next") :]
    assert first.index("Ask the branch whether another day suits") < first.index("The speaker cannot come")
    form = coordinator.get(path).text
    assert f"The speaker wrote: “{answers['other_date']}”." in form
    assert f'value="{other.day} {other:%B %Y}"' in form
    assert 'value="6.30pm"' in form
    letter = post_all(coordinator, path, form).text
    assert f"They could come on {other:%A} {other.day} {other:%B %Y}, 6.30pm." in letter
    assert post_all(coordinator, path, letter, step="send").status_code == 303
    after = coordinator.get(f"/dashboard/requests/{number}").text
    assert "Next: the branch says whether another day suits" in after
    assert f"The branch is asked whether {other:%A} {other.day} {other:%B %Y}, 6.30pm, suits it" in after
    assert "The other day suits the branch" in after


def test_another_day_told_by_telephone_is_as_one_written_on_their_page(
    app: Flask, coordinator: FlaskClient, number: int
) -> None:
    """Only the speaker's own page could take another day: what they told us could not be noted."""
    (chosen,) = speakers(app, "petro@example.org")
    send(coordinator, number, ask(coordinator, number, chosen).text)
    html = coordinator.get(f"/dashboard/requests/{number}").text
    (path,) = re.findall(r'href="(/dashboard/requests/\d+/moves/speaker-told-of-day\?offer=\d+)"', html)
    other = london_day(utc_now()) + timedelta(days=60)
    said = f"{other:%A} {other.day} {other:%B %Y}, 6.30pm"
    read = f"{said} in London, 8.30pm in Kyiv; or any Friday"
    asked_form = coordinator.get(path).text
    told = {"other_on": f"{other:%d %B %Y}", "other_time": "6.30pm", "other_date": "or any Friday"}
    letter = post_all(coordinator, path, asked_form, **told).text
    assert f"- {read}" in letter, "they read in their letter what we understood"
    assert post_all(coordinator, path, letter, step="send", **told).status_code == 303
    html = coordinator.get(f"/dashboard/requests/{number}").text
    assert "Could come on another date" in html
    assert f"Could come on {said}" in html
    path = f"/dashboard/requests/{number}/moves/ask-other-day"
    assert f'href="{path}"' in html, "the branch is to be asked, as after the speaker's own press"
    form = coordinator.get(path).text
    assert f'value="{other.day} {other:%B %Y}"' in form
    with app.app_context():
        found = db.session.scalars(select(Offer)).one()
        assert (found.named_on, found.named_time) == (other, time(18, 30))
        assert found.other_date == read
        request = db.session.get_one(SpeakerRequest, number)
        assert request.is_with_us


def test_the_letters_to_chosen_speakers_hold_no_answers_to_change_and_warn_of_a_name_in_latin_letters(
    app: Flask, coordinator: FlaskClient, number: int
) -> None:
    (chosen,) = speakers(app, "petro@example.org", language="uk", name="Petro Lys")
    page = ask(coordinator, number, chosen).text
    assert "Change the answers" not in page
    assert "these words stand in it as they were typed: “Petro Lys”" in page
    with app.app_context():
        db.session.get_one(Speaker, chosen).name_uk = "Петро Лис"
        db.session.commit()
    page = ask(coordinator, number, chosen).text
    assert "Добрий день, Петро Лис" in page
    assert "these words stand in it" not in page


@pytest.mark.parametrize(("level", "is_offered"), [("basic", True), ("good", False)])
def test_an_interpreter_is_offered_for_whoever_speaks_only_a_little_english(
    app: Flask, coordinator: FlaskClient, number: int, level: str, is_offered: bool
) -> None:
    (chosen,) = speakers(app, "petro@example.org", languages={"uk": "fluent", "en": level})
    send(coordinator, number, ask(coordinator, number, chosen).text)
    shown = coordinator.get(f"/dashboard/requests/{number}").text
    assert (f'href="/dashboard/requests/{number}/interpreter"' in shown) is is_offered

"""A speaker who reads Ukrainian: every page and every sentence, and the other language once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import london_day, utc_now
from portal.emails import links
from portal.extensions import db
from portal.speakers import keeping, own_address
from portal.speakers.register import AvailabilityException, SpeakerVeto, WeeklyHours
from tests.conftest import csrf_token
from tests.public.speaker import DETAILS, IN_UKRAINE, add_speaker, send, stored
from tests.public.test_languages import english_in, page_in
from tests.public.test_speak import BAD

PAGES = ("about", "talks", "week", "days", "pause", "go-on", "email", "rather-not", "agree", "take-back", "leave")
OURS = ("Olena Example", "Anytown", "English", "Польська")


def whole(app: Flask, **more: str) -> tuple[int, str]:
    """Somebody of whom there is something to show everywhere."""
    number, path = add_speaker(app, agreed=("branches",), base=IN_UKRAINE, **more)
    today = london_day(utc_now())
    with stored(app, number) as speaker:
        keeping.pause(db.session(), speaker, utc_now())
        speaker.languages = {"uk": "fluent", "en": "basic", "pl": "good"}
        speaker.weekly.append(WeeklyHours(weekday=4, from_minute=600, until_minute=1440))
        speaker.exceptions += [
            AvailabilityException(first_on=today, last_on=today + timedelta(days=3), is_free=is_free)
            for is_free in (False, True)
        ]
        speaker.vetoes.append(SpeakerVeto(words="Anytown"))
        speaker.name_uk = "Ігор Семафор"
        own_address.ask(db.session(), speaker, "new@example.org", utc_now())
    return number, path


def test_every_page_is_whole_in_ukrainian(app: Flask, client: FlaskClient) -> None:
    number, path = whole(app)
    own = page_in(client, path)
    assert english_in(own, *OURS) == []
    with stored(app, number) as speaker:
        assert f"Добрий день, {speaker.name_uk}." in own
    assert "П’ятниця: 10:00–північ" in own
    for name in PAGES:
        assert english_in(page_in(client, f"{path}/{name}"), *OURS) == [], name
    assert english_in(page_in(client, "/uk/left-the-register")) == []


def test_somebody_in_the_uk_may_read_ukrainian_as_well(app: Flask, client: FlaskClient) -> None:
    _, path = add_speaker(app, base={**DETAILS, "language": "uk"})
    ours = ("Dilys Example", "UNISON – the public service union", "English")
    for page in ("", "/travel", "/about"):
        assert english_in(page_in(client, f"{path}{page}"), *ours) == [], page


def test_the_page_behind_the_letter_to_a_new_address(app: Flask, client: FlaskClient) -> None:
    _, path = add_speaker(app, base=IN_UKRAINE)
    send(client, path, "email", email="new@example.org")
    with app.app_context():
        link = db.session.scalars(db.select(links.PrivateLink).where(links.PrivateLink.purpose == "address")).one()
        confirm = links.path_of(link)
    page = page_in(client, confirm)
    assert english_in(page) == []
    answer = client.post(confirm, data={"csrf_token": csrf_token(page)})
    assert english_in(answer.text) == []


@pytest.mark.parametrize(("page", "typed"), [(page, typed) for page, typed, _ in BAD if page != "travel"])
def test_what_is_wrong_is_said_in_ukrainian(app: Flask, client: FlaskClient, page: str, typed: dict[str, str]) -> None:
    _, path = add_speaker(app, base={**IN_UKRAINE, "kind": "campaign"})
    answer = send(client, path, page, **typed)
    if answer.status_code == 422:
        assert english_in(answer.text, *OURS, *typed.values()) == []


def test_a_stale_page_and_another_window_are_told_in_ukrainian(app: Flask, client: FlaskClient) -> None:
    _, path = add_speaker(app, base=IN_UKRAINE)
    assert english_in(client.post(f"{path}/about", data={"csrf_token": "old"}).text, *OURS) == []
    send(client, path, "week", day_0="18-21")
    page = client.get(f"{path}/week").text
    marks = page.partition('name="shown" value="')[2].partition('"')[0]
    token = csrf_token(page)
    send(client, path, "week", day_0="19-21")
    answer = client.post(f"{path}/week", data={"csrf_token": token, "shown": marks, "day_0": "20-21"})
    assert answer.status_code == 409
    assert english_in(answer.text, *OURS) == []
    assert "19:00–21:00" in answer.text


def test_the_other_language_once(app: Flask, client: FlaskClient) -> None:
    _, path = add_speaker(app, base=IN_UKRAINE)
    for page in ("", "/week", "/days"):
        own = page_in(client, f"{path}{page}")
        assert f'{"formaction" if page else "href"}="{path}{page}?lang=en"' in own
        other = client.get(f"{path}{page}?lang=en").text
        assert '<html lang="en">' in other
    assert f'action="{path}/week?lang=en"' in client.get(f"{path}/week?lang=en").text
    page_in(client, path)


def test_goodbye_is_said_in_their_language_to_every_press(app: Flask, client: FlaskClient) -> None:
    _, path = add_speaker(app, base=IN_UKRAINE)
    token = csrf_token(client.get(f"{path}/leave").text)
    for _ in range(2):
        answer = client.post(f"{path}/leave", data={"csrf_token": token})
        assert (answer.status_code, answer.location) == (303, "/uk/left-the-register")

"""The diary of a twinning: who writes in it, who reads which entry, and what of it anybody sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import london_day, utc_now
from portal.emails import links
from portal.extensions import db
from portal.submissions import actions
from portal.submissions.actions import Mover
from portal.submissions.work import Task
from portal.submissions.workflow import Actor
from portal.twinning import alike, diary, forgetting, overview, public_pairs
from portal.twinning import register as register_of
from portal.twinning.candidate import TWINNED, Candidate
from portal.twinning.diary_entry import DiaryEntry
from portal.twinning.models import TwinningProposal
from portal.twinning.registrations import UkrainianRegistration
from tests.conftest import counted, csrf_token
from tests.twinning.registrations import own_page, register, stored
from tests.twinning.test_candidates import filed
from tests.twinning.test_waiting import OPENED

IN_LVIV = {"oblast": "lviv", "town": "Стрий"}
TODAY = london_day(utc_now())
ENTRY = {
    "kind": "call",
    "happened_on": "2 November 2026",
    "words": "Our first call, with much laughter",
    "report": "",
    "audience": "both",
}
MOST_STATEMENTS = 9


@pytest.fixture
def pair(app: Flask) -> tuple[int, int, str, str]:
    """A branch and a body of the register, twinned: both numbers, and the addresses of both diaries."""
    body, number = register(app, *OPENED, organisation=IN_LVIV), filed(app, "check", "seek")
    return body, number, *link_them(app, body, number)


def link_them(app: Flask, body: int, number: int, **facts: Any) -> tuple[str, str]:
    """Let a branch and a body be twinned; the addresses of their diaries."""
    with app.app_context():
        proposal = db.session.get_one(TwinningProposal, number)
        given = {"state": "twinned", "publicity": "public", "body_oblast": "Lviv Oblast", "body_publicity": "public"}
        for name, value in {**given, **facts}.items():
            setattr(proposal, name, value)
        db.session.add(Candidate(proposal_id=number, registration_id=body, state=TWINNED, proposed_at=utc_now()))
        token = links.token_of(links.issue(db.session, "track", number, utc_now()))
        db.session.commit()
    return f"/track/{token}/diary", f"{own_page(app, body)}/diary"


def write(client: FlaskClient, path: str, **changed: str) -> Any:
    """Write an entry from a page; the answer, not followed."""
    token = csrf_token(client.get(path).text)
    return client.post(path, data={"csrf_token": token, **ENTRY, **changed})


def entries(app: Flask) -> list[tuple[str, str, str, bool]]:
    """Side, audience, words and whether it was let out, of all entries."""
    with app.app_context():
        rows = db.session.scalars(select(DiaryEntry).order_by(DiaryEntry.id)).all()
        return [(row.side, row.audience, row.words, row.let_out_at is not None) for row in rows]


def let_everything_out(app: Flask) -> None:
    """A coordinator has read every entry."""
    with app.app_context():
        for entry in db.session.scalars(select(DiaryEntry)):
            entry.let_out_at = utc_now()
        db.session.commit()


def test_both_sides_write_and_read_each_other(app: Flask, client: FlaskClient, pair: tuple[int, int, str, str]) -> None:
    *_, ours, theirs = pair
    assert write(client, ours).location == ours
    assert write(client, theirs, words="Ми дуже раді", kind="message").location == theirs
    for page in (ours, theirs):
        html = client.get(page).text
        for words in ("Our first call, with much laughter", "Ми дуже раді"):
            assert words in html, page
    assert 'lang="uk">Ми дуже раді' in client.get(ours).text
    assert [side for side, *_ in entries(app)] == ["branch", "body"]
    assert "laughter" not in stored(app)
    assert ours in client.get(ours.removesuffix("/diary")).text
    assert theirs in client.get(theirs.removesuffix("/diary")).text


def test_what_one_side_tells_us_alone_the_other_does_not_read(
    app: Flask, client: FlaskClient, pair: tuple[int, int, str, str]
) -> None:
    *_, ours, theirs = pair
    write(client, theirs, audience="coordinators", words="Нам важко")
    assert "Нам важко" in client.get(theirs).text
    assert "Нам важко" not in client.get(ours).text
    assert "Нам важко" not in client.get("/twinnings").text


def test_nobody_reads_in_public_what_no_coordinator_has_read(
    app: Flask, client: FlaskClient, pair: tuple[int, int, str, str], make_coordinator: Callable[..., int]
) -> None:
    _, number, ours, _ = pair
    me = make_coordinator()
    write(client, ours, audience="public")
    assert "laughter" not in client.get("/twinnings").text
    with app.app_context():
        task = db.session.scalars(select(Task).where(Task.submission_id == number, Task.reason == "diary")).one()
        assert task.done_at is None
        assert "Read it" in task.about
        entry = db.session.scalars(select(DiaryEntry)).one()
        diary.let_out(db.session(), entry, coordinator_id=me, now=utc_now())
        db.session.commit()
        assert task.done_at is not None
    assert "Anybody may see it." in client.get(ours).text
    page = client.get("/twinnings").text
    assert "Our first call, with much laughter" in page
    assert "November 2026" in page
    assert "2 November" not in page


@pytest.mark.parametrize("kind", ["visit-to-ukraine", "visit-to-uk"])
def test_a_visit_has_no_words_and_no_day_in_public_and_comes_late(
    app: Flask, client: FlaskClient, pair: tuple[int, int, str, str], kind: str
) -> None:
    ours = pair[2]
    days = {"tomorrow": 1, "lately": -29, "long ago": -31}
    for words, away in days.items():
        day = (TODAY + timedelta(days=away)).isoformat()
        write(client, ours, kind=kind, audience="public", words=f"By train, {words}", happened_on=day)
    let_everything_out(app)
    page = client.get("/twinnings").text
    assert page.count('class="timeline__item') == 1
    assert "By train" not in page
    assert "visit" in page.lower()


def test_aid_is_told_once_it_has_surely_come(app: Flask, client: FlaskClient, pair: tuple[int, int, str, str]) -> None:
    write(client, pair[3], kind="aid", audience="public", happened_on=TODAY.isoformat())
    let_everything_out(app)
    assert "laughter" not in client.get("/twinnings").text
    with app.app_context():
        found = diary.news(db.session(), [pair[1]], TODAY + timedelta(days=31))
    assert [(each.kind, each.month.day) for each in found] == [("aid", 1)]


def test_news_is_told_only_of_pairs_that_are_shown(app: Flask, client: FlaskClient) -> None:
    body, number = register(app, *OPENED, organisation=IN_LVIV), filed(app, "check", "seek")
    ours, _ = link_them(app, body, number, publicity="private")
    write(client, ours, audience="public")
    let_everything_out(app)
    assert "laughter" not in client.get("/twinnings").text


def test_a_town_is_refused_where_anybody_is_to_read_it(
    app: Flask, client: FlaskClient, pair: tuple[int, int, str, str]
) -> None:
    ours = pair[2]
    answer = write(client, ours, audience="public", words="We met in Pavlograd")
    assert answer.status_code == 422
    assert "Leave out Pavlograd" in answer.text
    assert "We met in Pavlograd" in answer.text
    assert write(client, ours, audience="public", words="We met people of Lviv Oblast").status_code == 303


@pytest.mark.parametrize(
    ("side", "words", "told"),
    [
        (3, "Ми зустрілися у Павлограді", "Павлограді"),
        (3, "Говорили з Павлограда про зиму", "Павлограда"),
        (2, "Van for Оксана Бойко", "Оксана"),
        (2, "Write to oksana.boiko@example.org", "oksana.boiko@example.org"),
        (2, "Ring +380 44 000 0000", "380 44 000 0000"),
        (3, "Дякуємо Ottoline", "Ottoline"),
    ],
)
def test_nothing_by_which_either_side_could_be_told_is_for_anybody(
    app: Flask, client: FlaskClient, pair: tuple[int, int, str, str], side: int, words: str, told: str
) -> None:
    answer = write(client, pair[side], audience="public", words=words)
    assert answer.status_code == 422
    summary = answer.text.partition("govuk-error-summary")[2].partition("<form")[0]
    assert told in summary
    assert entries(app) == []
    assert write(client, pair[side], words=words).status_code == 303, "between the two of them it may stand"


@pytest.mark.parametrize(
    ("oblast", "in_words", "is_told"), [("lviv", "Lviv Oblast", True), ("kharkiv", "Kharkiv Oblast", False)]
)
def test_a_workplace_near_the_front_is_named_to_nobody_whatever_it_allows(
    app: Flask, client: FlaskClient, oblast: str, in_words: str, is_told: bool
) -> None:
    body, number = register(app, *OPENED, organisation={"oblast": oblast, "town": ""}), filed(app, "check", "seek")
    ours, _ = link_them(app, body, number, body_oblast=in_words)
    with app.app_context():
        db.session.get_one(UkrainianRegistration, body).publicity = "name"
        db.session.commit()
    for words in ("Привіт від шахти «Світанок»", "Вугілля від Світанку"):
        assert (write(client, ours, audience="public", words=words).status_code == 303) is is_told, words


def test_the_same_entry_sent_twice_stands_once(
    app: Flask, client: FlaskClient, pair: tuple[int, int, str, str]
) -> None:
    for _ in range(2):
        write(client, pair[2])
    assert len(entries(app)) == 1


def test_a_side_changes_and_takes_out_its_own_entries_alone(
    app: Flask, client: FlaskClient, pair: tuple[int, int, str, str]
) -> None:
    *_, ours, theirs = pair
    write(client, ours, audience="public")
    let_everything_out(app)
    assert client.get(f"{theirs}/1").status_code == 404
    form = client.get(f"{ours}/1").text
    assert "Our first call, with much laughter" in form
    token = csrf_token(form)
    client.post(f"{ours}/1", data={"csrf_token": token, **ENTRY, "audience": "public", "report": "It went well"})
    assert entries(app) == [("branch", "public", ENTRY["words"], False)]
    assert "It went well" in client.get(theirs).text
    assert client.post(f"{theirs}/1", data={"csrf_token": token, "act": "take-out"}).status_code == 404
    client.post(f"{ours}/1", data={"csrf_token": token, "act": "take-out"})
    assert entries(app) == []
    with app.app_context():
        assert [
            task for task in db.session.scalars(select(Task)) if task.done_at is None and task.reason == "diary"
        ] == []


def test_without_a_twin_there_is_no_diary(app: Flask, client: FlaskClient) -> None:
    body, number = register(app, *OPENED), filed(app, "check", "seek")
    with app.app_context():
        token = links.token_of(links.issue(db.session, "track", number, utc_now()))
        db.session.commit()
    for page in (f"/track/{token}", own_page(app, body)):
        assert client.get(f"{page}/diary").status_code == 404
        assert "/diary" not in client.get(page).text


def test_a_body_that_withdraws_takes_its_words_with_it(
    app: Flask, client: FlaskClient, pair: tuple[int, int, str, str]
) -> None:
    body, _, ours, theirs = pair
    write(client, ours, audience="public")
    write(client, theirs, words="Ми дуже раді")
    with app.app_context():
        found = db.session.get_one(UkrainianRegistration, body)
        actions.perform(db.session, found, "withdraw", by=Mover(Actor.BRANCH), now=utc_now())
        db.session.commit()
    assert entries(app) == [("branch", "coordinators", "", False)]
    assert client.get(theirs).status_code == 404


def test_the_next_twin_reads_nothing_of_the_one_before(
    app: Flask, client: FlaskClient, pair: tuple[int, int, str, str]
) -> None:
    _, number, ours, theirs = pair
    write(client, ours, audience="public")
    let_everything_out(app)
    other = register(app, *OPENED, organisation=IN_LVIV)
    with app.app_context():
        for each in db.session.scalars(select(Candidate)):
            each.state, each.closed_at = "ended", utc_now()
        db.session.commit()
    _, next_diary = link_them(app, other, number)
    assert "laughter" not in client.get(next_diary).text
    assert "laughter" not in client.get("/twinnings").text
    assert "laughter" in client.get(theirs).text


def test_the_diary_is_whole_in_ukrainian_and_asks_little(
    app: Flask, client: FlaskClient, pair: tuple[int, int, str, str]
) -> None:
    theirs = pair[3]
    write(client, theirs, words="Ми дуже раді")
    html = client.get(theirs).text
    assert '<html lang="uk">' in html
    for words in ("Diary of your twinning", "A new entry", "Who may see it", "Please do not write"):
        assert words not in html
    with counted() as seen:
        client.get(theirs)
    assert len(seen) <= MOST_STATEMENTS, seen


def test_both_databases_tell_the_same(any_app: Flask) -> None:
    body, number = register(any_app, *OPENED, organisation=IN_LVIV), filed(any_app, "check", "seek")
    link_them(any_app, body, number)
    values = {"kind": "call", "happened_on": TODAY, "words": "We sang", "report": "", "audience": "public"}
    with any_app.app_context():
        session = db.session()
        proposal = db.session.get_one(TwinningProposal, number)
        entry = diary.write(session, proposal, values, side="branch", now=utc_now())
        entry.let_out_at = utc_now()
        db.session.flush()
        assert [each.words for each in diary.news(session, [number], TODAY)] == ["We sang"]
        there = db.session.get_one(UkrainianRegistration, body)
        assert [each.id for each in diary.entries_for(session, there)] == [entry.id]
        pairs = public_pairs.public_pairs(session, 10)
        assert [(each.number, each.oblast and each.oblast.slug) for each in pairs] == [(number, "lviv")]
        assert public_pairs.sectors_told(session, pairs) == {}
        assert [each.heard_on for each in overview.standings(session, TODAY)] == [TODAY]
        assert overview.counts(session) == {("twinning", "twinned"): 1, ("ukrainian", "open"): 1}
        assert alike.alike(session, there) == []
        assert forgetting.due(session, utc_now()) == []
        assert register_of.looks_of_all(session) == []

"""The demonstration: it comes into an empty database only, looks alive on any day, and names nobody real."""

from __future__ import annotations

import json
import logging
import re
import shutil
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import create_app, demo, stories
from portal.accounts.models import Coordinator
from portal.affiliations.models import Affiliation, FeeBand
from portal.clock import london_day, utc_now
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers import listing
from portal.speakers.register import EXPERIENCE, KINDS, Speaker
from portal.submissions import actions, queries, registry, reminders
from portal.submissions.actions import Mover
from portal.submissions.forms import FormContext
from portal.submissions.models import Event, Submission
from portal.submissions.workflow import Actor
from portal.twinning import diary, fitting, overview, public_pairs, pulse, register
from portal.twinning.models import TwinningProposal
from portal.twinning.registrations import UkrainianRegistration
from tests.conftest import TEST_SETTINGS

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
DRAMA = re.compile(r"07700900\d{3}|01632960\d{3}|02079460\d{3}|01914980\d{3}")
NUMBER = re.compile(r"(?<![\w-])0\d{2,4}[ \d]{6,}\d")
TEXTS = "\n".join(path.read_text("utf-8") for path in sorted(Path(demo.__file__).parent.glob("demo_data/*.json")))


@dataclass
class Made:
    """A demonstration that was made once for all tests of this module; they only read it."""

    app: Flask
    now: datetime
    accounts: list[dict[str, str]]
    log: str


class Listener(logging.Handler):
    """Keeps every word of every logger."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, blank_database: Path) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("demo")
    shutil.copyfile(blank_database, folder / "portal.sqlite3")
    app = create_app(
        **{
            **TEST_SETTINGS,
            "DATA_DIR": str(folder),
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'portal.sqlite3'}",
        }
    )
    listener, now = Listener(), utc_now()
    logging.getLogger().addHandler(listener)
    with app.app_context():
        accounts = demo.fill(app, now)
    logging.getLogger().removeHandler(listener)
    yield Made(app, now, accounts, "\n".join(listener.lines))
    with app.app_context():
        db.engine.dispose()


def test_it_refuses_a_database_that_holds_anything(made: Made) -> None:
    with made.app.app_context(), pytest.raises(demo.NotEmptyError):
        demo.fill(made.app, made.now)


def test_one_account_is_enough_to_refuse(app: Flask, make_coordinator: Any) -> None:
    with app.app_context():
        assert demo.is_empty(db.session)
    make_coordinator()
    with app.app_context(), pytest.raises(demo.NotEmptyError):
        demo.fill(app, utc_now())
    with app.app_context():
        assert db.session.scalar(select(func.count(Submission.id))) == 0


def test_the_accounts_have_passwords_of_their_own_that_nobody_else_reads(made: Made) -> None:
    assert sorted(each["role"] for each in made.accounts) == ["admin", "coordinator", "coordinator", "viewer"]
    passwords = {each["password"] for each in made.accounts}
    assert len(passwords) == 4
    assert all(len(password) >= 20 for password in passwords)
    assert not [password for password in passwords if password in made.log]
    path = Path(made.app.config["DATA_DIR"]) / demo.ACCOUNTS_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept = path.read_text("utf-8")
    assert all(each["email"] in kept and each["password"] in kept for each in made.accounts)


def test_a_coordinator_of_the_demonstration_signs_in(made: Made) -> None:
    client = made.app.test_client()
    page = client.get("/login")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token
    account = made.accounts[1]
    answer = client.post(
        "/login",
        data={"email": account["email"], "password": account["password"], "csrf_token": token[1]},
    )
    assert answer.status_code in (302, 303)


def test_every_view_of_the_queue_has_rows_for_each_coordinator(made: Made) -> None:
    with made.app.app_context():
        for account in made.accounts[1:3]:
            me = db.session.scalars(select(Coordinator).where(Coordinator.email == account["email"])).one()
            counts = queries.counts(db.session, now=made.now, coordinator_id=me.id)
            assert not [name for name, count in counts.items() if count == 0]
            assert counts["everything"] < 2 * queries.PAGE


def test_every_state_of_every_kind_is_there(made: Made) -> None:
    with made.app.app_context():
        found = {(kind, state) for kind, state in db.session.execute(select(Submission.kind, Submission.state))}
    declared = {(kind.name, state.name) for kind in registry.kinds() for state in kind.workflow.states}
    assert declared - found == set()


def test_the_map_has_twins_to_show(made: Made) -> None:
    with made.app.app_context():
        shown = db.session.scalars(
            select(TwinningProposal).where(
                TwinningProposal.state == "twinned",
                TwinningProposal.publicity == "public",
                TwinningProposal.body_publicity == "public",
            )
        ).all()
        assert 4 <= len(shown) <= 6
        assert all(each.latitude and each.body_oblast for each in shown)
        assert len({each.body_oblast for each in shown}) == len(shown)


def test_the_register_has_speakers_of_every_sort(made: Made) -> None:
    today = london_day(made.now)
    with made.app.app_context():
        speakers = db.session.scalars(select(Speaker)).all()
        states = Counter(listing.state_of(speaker, today) for speaker in speakers)
        assert states["ready"] >= 14
        assert states["paused"] == states["waiting"] == 1
        assert {speaker.kind for speaker in speakers} == set(KINDS)
        assert {speaker.experience for speaker in speakers} == set(EXPERIENCE)
        assert len({speaker.region_slug for speaker in speakers}) >= 9
        assert all(speaker.topics or speaker.kind == "interpreter" for speaker in speakers)
        assert len({speaker.email_digest for speaker in speakers}) == len(speakers)
        abroad = [speaker for speaker in speakers if speaker.lives_in == "ukraine"]
        assert len(abroad) >= 5
        assert not [speaker for speaker in abroad if speaker.outcode or speaker.region_slug or speaker.latitude]
        # Nobody joins by being named in a story: all of them stand in the register before they are asked.
        asked = set(re.findall(r'"speaker_email": "([^"]+)"', TEXTS))
        assert asked <= {speaker.email for speaker in speakers}
        assert {speaker.created_by_id is None for speaker in speakers} == {False}


def test_affiliations_have_terms_that_fit_their_state(made: Made) -> None:
    today = london_day(made.now)
    with made.app.app_context():
        for each in db.session.scalars(select(Affiliation)):
            term = each.current_term
            if each.state in ("active", "renewal-due"):
                assert term is not None
                assert term.ends_on >= today
                assert term.paid_pence is not None or term.waived_reason
            elif each.state in ("grace", "lapsed"):
                assert term is not None
                assert term.ends_on < today
        assert all(db.session.scalars(select(FeeBand.is_example)))


def test_the_post_of_the_past_has_left_and_little_waits(made: Made) -> None:
    with made.app.app_context():
        letters = db.session.scalars(select(OutboxEmail)).all()
    states = {state: [each for each in letters if each.state == state] for state in {each.state for each in letters}}
    assert set(states) == {"sent", "queued", "held", "refused", "given-up", "cancelled"}
    # Whoever withdrew from the register of Ukrainian bodies has one last letter; what waited for them never leaves.
    assert {each.template.partition("/")[0] for each in states["cancelled"]} == {"ukrainian"}
    assert not any(each.to_address or each.text for each in states["cancelled"])
    assert 3 <= len(states["queued"]) <= 15
    assert all(made.now - each.queued_at < demo.LEFT_TO_THE_WORKER for each in states["queued"])
    assert not [each for each in states["queued"] if each.is_urgent]
    assert all(each.next_try_at is None and each.sent_at == each.queued_at for each in states["sent"])
    assert len(states["refused"]) + len(states["given-up"]) == 3
    assert all(each.last_error and each.sent_at is None for each in states["refused"] + states["given-up"])


def test_histories_are_true(made: Made) -> None:
    """Nothing happens in the future, and each history begins with the arrival and ends in the present state."""
    with made.app.app_context():
        for each in db.session.scalars(select(Submission)):
            times = [event.at for event in each.events]
            assert times == sorted(times)
            assert times[-1] <= made.now
            assert each.events[0].name == "received"
            assert [event.to_state for event in each.events if event.to_state][-1] == each.state


def test_nobody_real_is_named(made: Made) -> None:
    with made.app.app_context():
        rows: list[str] = []
        for model in (Submission, Event, OutboxEmail):
            for each in db.session.scalars(select(model)):
                rows += [str(value) for value in vars(each).values()]
    words = TEXTS + "\n".join(rows)
    senders = made.app.config["PUBLIC_URL"].partition("//")[2]
    strange = {found for found in ADDRESS.findall(words) if not found.endswith(("example.org", senders))}
    assert not strange, f"only example.org belongs to nobody: {strange}"
    numbers = set(NUMBER.findall(TEXTS))
    assert numbers
    assert not [number for number in numbers if not DRAMA.fullmatch(number.replace(" ", ""))]


@pytest.mark.parametrize("day", [date(2027, 2, 25) + timedelta(days=n) for n in range(7)], ids=str)
def test_the_dates_hold_on_every_weekday(app: Flask, day: date) -> None:
    """Dates count from the day it is made and are drawn to a weekday: none may fall on the wrong side."""
    now = datetime.fromisoformat(f"{day.isoformat()}T09:00+00:00")
    with app.app_context():
        for name in demo.STORIES:
            for story in demo._read(name):
                filed_on = london_day(stories.moment(story["at"], now))
                answers = stories.dated(story["answers"], day)
                context = FormContext(filed_on, answers=answers, by_hand=story.get("by") is not None)
                for step in registry.kind(story["kind"]).steps:
                    if "{" in json.dumps(story["answers"][step.name])[1:]:
                        form = step.form.from_raw(answers[step.name], context)
                        form.validate()
                        dates = {k: v for k, v in form.errors.items() if k and ("date" in k or k == "decided_on")}
                        assert not dates, f"{story['at']} {step.name}: {dates}"
                _check_steps(story, now, day)


def _check_steps(story: dict[str, Any], now: datetime, day: date) -> None:
    before = stories.moment(story["at"], now)
    for step in story["then"]:
        moment = stories.moment(step["at"], now)
        assert before <= moment <= now, f"{story['at']}: {step['at']} comes too early or too late"
        before = moment
        for name, value in stories.dated(step.get("answers", {}), day).items():
            if name == "confirmed_on":
                assert value >= london_day(moment).isoformat()
            elif name.endswith("_on"):
                assert value <= london_day(moment).isoformat(), f"{story['at']}: {name} lies ahead"


@pytest.mark.parametrize("text", ["3h", "-3d", "-3d 9:00", "yesterday"])
def test_a_moment_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no moment"):
        stories.moment(text, utc_now())


def test_ten_bodies_in_ukraine_stand_in_the_register_and_two_wait_to_be_confirmed(made: Made) -> None:
    with made.app.app_context():
        rows = register.listed(db.session(), register.Wanted()).rows
        bodies = [row for row in rows if row.state != "declined"]
        assert len(bodies) == 10
        assert len({row.oblast for row in bodies}) >= 8
        assert len([row for row in bodies if row.waiting_since is None]) == 2


@pytest.fixture
def session(made: Made) -> Iterator[Session]:
    """The database of the demonstration, for a test that goes on with it: whatever that does is undone."""
    with made.app.app_context():
        yield db.session()
        db.session.rollback()


def twin_of(session: Session, branch: str) -> TwinningProposal:
    """The proposal of a branch of the demonstration."""
    return session.scalars(select(TwinningProposal).where(TwinningProposal.heading.contains(branch))).one()


def move(session: Session, submission: Submission, name: str, actor: Actor, now: datetime, **answers: str) -> None:
    """A move of the demonstration that goes on; the coordinator is its first."""
    by = Mover(actor, session.scalars(select(Coordinator)).first() if actor is Actor.COORDINATOR else None)
    actions.perform(session, submission, name, by=by, now=now, answers=answers)


def test_a_mining_branch_is_refused_by_one_body_of_dnipropetrovsk_and_finds_another(
    made: Made, session: Session
) -> None:
    branch = twin_of(session, "Barnsley Winders")
    found = fitting.bodies_for(session, branch.id, made.now, 5)
    assert found is not None
    fitting_best = [session.get_one(UkrainianRegistration, each.id) for each in found.ranked[:2]]
    assert [(each.oblast, each.sectors) for each in fitting_best] == [("dnipropetrovsk", ["mining"])] * 2
    first, second = fitting_best
    move(session, branch, "propose-body", Actor.COORDINATOR, made.now, body=str(first.id))
    move(session, first, "no-to-twin", Actor.BRANCH, made.now)
    assert branch.state == "seeking"
    move(session, branch, "propose-body", Actor.COORDINATOR, made.now, body=str(second.id))
    move(session, second, "yes-to-twin", Actor.BRANCH, made.now)
    move(session, branch, "yes-to-twin", Actor.BRANCH, made.now)
    move(session, branch, "introduce", Actor.COORDINATOR, made.now)
    assert branch.state == "introduced"


def test_one_twinning_has_gone_quiet_and_in_a_quarter_another_does(made: Made, session: Session) -> None:
    today = london_day(made.now)
    quiet = [each for each in overview.standings(session, today) if each.is_quiet and each.said == pulse.QUIET]
    assert "Gwent Valleys" in quiet[0].branch
    lively = twin_of(session, "Wigan Bakers")
    assert lively.twinning is not None
    assert pulse.standing(lively.twinning, today) == pulse.IN_TOUCH
    later = made.now.replace(hour=11)
    for day in range(91):
        reminders.remind(session, lively.id, later + timedelta(days=day))
    assert pulse.standing(lively.twinning, today + timedelta(days=91)) == pulse.QUIET
    move(session, lively, "wake", Actor.COORDINATOR, later + timedelta(days=91))
    assert pulse.standing(lively.twinning, today + timedelta(days=91)) == ""


def test_twins_of_the_demonstration_keep_a_diary_and_one_entry_waits_to_be_read(made: Made, session: Session) -> None:
    twins = twin_of(session, "Wigan Bakers")
    entries = diary.entries_for_us(session, twins.id)
    assert {each.kind for each in entries} == {"message", "call", "aid"}
    assert {each.side for each in entries} == {"branch", "body"}
    assert any(each.kind == "call" and each.report for each in entries)
    assert len([each for each in entries if each.audience == "public" and each.let_out_at is None]) == 1
    told = diary.news(session, [twins.id], london_day(made.now))
    assert {each.kind for each in told} == {"call", "aid"}


def test_the_map_shows_of_twins_of_the_register_what_both_allowed(made: Made, session: Session) -> None:
    shown = {each.number: each for each in public_pairs.public_pairs(session, 50)}
    named, unnamed = (shown[twin_of(session, branch).id] for branch in ("Wigan Bakers", "Gwent Valleys"))
    assert "Колосок" in named.body
    assert (unnamed.body, unnamed.oblast and unnamed.oblast.slug) == ("", "vinnytsia")
    assert public_pairs.sectors_told(session, [unnamed]) == {}

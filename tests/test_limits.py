"""Limits: how they are counted, and that they hold on the pages."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal import limits
from portal.accounts.models import Coordinator
from portal.clock import utc_now
from portal.extensions import db, reading_only
from portal.own_transaction import own_transaction
from tests.accounts.conftest import enter, is_signed_in, send

EMAIL = "maria@example.org"
FIVE = {"LIMIT_SIGN_IN": "5 per minute"}


def test_the_sixth_try_within_a_minute_is_refused_in_html(
    make_app: Callable[..., Flask], make_coordinator: Callable[..., int]
) -> None:
    make_coordinator()
    app = make_app(**FIVE)
    for _try in range(5):
        assert enter(app.test_client(), EMAIL, "wrong password").status_code == 200
    refused = enter(app.test_client(), EMAIL)
    assert refused.status_code == 429
    assert refused.content_type == "text/html; charset=utf-8"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert EMAIL in refused.text
    with time_machine.travel(utc_now() + timedelta(seconds=61)):
        assert enter(app.test_client(), EMAIL).status_code == 303


def test_known_and_unknown_accounts_are_refused_alike(
    make_app: Callable[..., Flask], make_coordinator: Callable[..., int]
) -> None:
    make_coordinator()
    app = make_app(**FIVE)
    seen = [
        [enter(app.test_client(), email, "wrong password").status_code for _try in range(7)]
        for email in (EMAIL, "nobody@example.org")
    ]
    assert seen[0] == seen[1] == [200] * 5 + [429] * 2


def test_tries_at_one_account_shut_no_other(
    make_app: Callable[..., Flask], make_coordinator: Callable[..., int]
) -> None:
    make_coordinator()
    make_coordinator(email="olha@example.org", name="Olha Savchenko")
    app = make_app(**FIVE)
    for _try in range(8):
        enter(app.test_client(), EMAIL.upper(), "wrong password")
    assert enter(app.test_client(), EMAIL).status_code == 429
    assert enter(app.test_client(), "olha@example.org").status_code == 303


def test_the_right_password_begins_the_count_anew(
    make_app: Callable[..., Flask], make_coordinator: Callable[..., int]
) -> None:
    make_coordinator()
    app = make_app(**FIVE)
    for _day in range(3):
        for _try in range(3):
            enter(app.test_client(), EMAIL, "wrong password")
        assert enter(app.test_client(), EMAIL).status_code == 303


def test_one_address_and_all_addresses_have_limits_of_their_own(
    make_app: Callable[..., Flask], make_coordinator: Callable[..., int]
) -> None:
    make_coordinator()
    app = make_app(LIMIT_SIGN_IN_PER_ADDRESS="3 per minute", LIMIT_SIGN_IN_IN_ALL="5 per minute")

    def try_from(address: str, number: int) -> int:
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        return enter(client, f"guess{number}@example.org", "wrong password").status_code

    assert [try_from("192.0.2.1", number) for number in range(4)] == [200, 200, 200, 429]
    assert [try_from("192.0.2.2", number) for number in range(3)] == [200, 200, 429]


def test_an_address_over_its_limit_cannot_shut_an_account(
    make_app: Callable[..., Flask], make_coordinator: Callable[..., int]
) -> None:
    make_coordinator()
    app = make_app(LIMIT_SIGN_IN="5 per minute", LIMIT_SIGN_IN_PER_ADDRESS="2 per minute")
    attacker = app.test_client()
    attacker.environ_base["REMOTE_ADDR"] = "192.0.2.66"
    for _try in range(9):
        enter(attacker, EMAIL, "wrong password")
    assert enter(app.test_client(), EMAIL).status_code == 303


def test_three_letters_an_hour_and_the_same_answer_for_all(
    make_app: Callable[..., Flask], make_coordinator: Callable[..., int]
) -> None:
    make_coordinator()
    app = make_app(LIMIT_RESET="3 per hour", RESET_ANSWER_SECONDS=0)
    for email in (EMAIL, "nobody@example.org"):
        answers = [send(app.test_client(), "/forgotten-password", email=email).status_code for _try in range(4)]
        assert answers == [200, 200, 200, 429]


def test_two_processes_on_one_database_count_together(
    make_app: Callable[..., Flask], make_coordinator: Callable[..., int]
) -> None:
    make_coordinator()
    first, second = make_app(**FIVE), make_app(**FIVE)
    for number in range(5):
        enter((first, second)[number % 2].test_client(), EMAIL, "wrong password")
    assert enter(first.test_client(), EMAIL).status_code == 429
    assert enter(second.test_client(), EMAIL).status_code == 429


def test_a_restart_forgets_nothing(make_app: Callable[..., Flask], make_coordinator: Callable[..., int]) -> None:
    make_coordinator()
    app = make_app(**FIVE)
    for _try in range(5):
        enter(app.test_client(), EMAIL, "wrong password")
    assert enter(make_app(**FIVE).test_client(), EMAIL).status_code == 429


def test_counts_may_stand_in_memory_instead(make_app: Callable[..., Flask]) -> None:
    app = make_app(RATELIMIT_STORAGE_URI="memory://", LIMIT_FORM_PER_ADDRESS="2 per hour")
    with app.app_context():
        assert [limits.form_is_over_limit(db.session.connection(), "192.0.2.1") for _form in range(3)] == [
            False,
            False,
            True,
        ]
        assert db.session.scalars(select(limits.LimitCount)).all() == []


def test_forms_over_a_limit_are_told_and_never_refused(make_app: Callable[..., Flask]) -> None:
    app = make_app(LIMIT_FORM_PER_ADDRESS="2 per hour", LIMIT_FORM_IN_ALL="4 per hour")
    with app.app_context():
        assert [limits.form_is_over_limit(db.session.connection(), "192.0.2.1") for _form in range(3)] == [
            False,
            False,
            True,
        ]
        assert [limits.form_is_over_limit(db.session.connection(), "192.0.2.2") for _form in range(2)] == [False, True]


def test_a_form_that_was_not_filed_does_not_count(make_app: Callable[..., Flask]) -> None:
    app = make_app(LIMIT_FORM_PER_ADDRESS="1 per hour")
    with app.app_context():
        for _form in range(3):
            assert not limits.form_is_over_limit(db.session.connection(), "192.0.2.1")
            db.session.rollback()


def test_a_count_outlives_the_page_that_failed(any_app: Flask) -> None:
    with any_app.app_context():
        limits.count("LIMIT_RESET", "account", EMAIL)
        db.session.add(Coordinator(name="Olha", email="olha@example.org", role="viewer", created_at=utc_now()))
        db.session.rollback()
    with any_app.app_context():
        assert db.session.scalars(select(limits.LimitCount.count)).one() == 1
        assert db.session.scalars(select(Coordinator)).all() == []


def test_windows_end_and_are_swept(any_app: Flask) -> None:
    any_app.config["LIMIT_RESET"] = "2 per hour"
    with any_app.app_context(), time_machine.travel("2026-11-02 09:00 +0000", tick=False) as clock:
        assert [limits.count("LIMIT_RESET", "account", EMAIL) for _try in range(3)] == [0, 0, 3600]
        clock.shift(timedelta(minutes=59))
        assert limits.count("LIMIT_RESET", "account", EMAIL) == 60
        limits.sweep(utc_now())
        assert len(db.session.scalars(select(limits.LimitCount)).all()) == 1
        db.session.rollback()
        clock.shift(timedelta(minutes=2))
        limits.sweep(utc_now())
        assert db.session.scalars(select(limits.LimitCount)).all() == []
        db.session.rollback()
        assert limits.count("LIMIT_RESET", "account", EMAIL) == 0
        clock.shift(timedelta(hours=2))
        assert limits.count("LIMIT_RESET", "account", EMAIL) == 0


def test_no_try_is_missed_when_many_come_at_once(any_app: Flask) -> None:
    any_app.config["LIMIT_RESET"] = "10 per hour"

    def one_try(number: int) -> int:
        with any_app.app_context():
            return limits.count("LIMIT_RESET", "account", EMAIL)

    with ThreadPoolExecutor(6) as pool:
        waits = list(pool.map(one_try, range(30)))
    assert waits.count(0) == 10


def test_nobody_can_be_read_out_of_the_counts(app: Flask) -> None:
    with app.app_context():
        limits.count("LIMIT_SIGN_IN", "account", EMAIL)
        limits.count("LIMIT_SIGN_IN_PER_ADDRESS", "address", "192.0.2.1")
        keys = " ".join(db.session.scalars(select(limits.LimitCount.key)))
    assert "maria" not in keys
    assert "192.0.2" not in keys


def test_writing_beside_a_session_that_holds_the_lock_is_found_at_once(app: Flask) -> None:
    with app.app_context():
        db.session.scalars(select(Coordinator)).all()
        with pytest.raises(RuntimeError, match="end the session"), own_transaction():
            pass
        db.session.rollback()
        with own_transaction():
            pass


def test_writing_beside_a_page_that_only_reads_is_no_trouble(app: Flask) -> None:
    with app.app_context():
        token = reading_only.set(True)
        try:
            db.session.scalars(select(Coordinator)).all()
            assert limits.count("LIMIT_RESET", "account", EMAIL) == 0
            assert reading_only.get()
        finally:
            reading_only.reset(token)


def test_a_busy_database_delays_the_note_that_somebody_was_seen_and_nothing_else(
    make_app: Callable[..., Flask], make_coordinator: Callable[..., int]
) -> None:
    make_coordinator()
    app = make_app()
    client = app.test_client()
    enter(client, EMAIL)
    with app.app_context():
        engine = db.engine
    with time_machine.travel(utc_now() + timedelta(minutes=5)):
        with engine.connect() as writer, writer.begin():
            assert is_signed_in(client)
        assert is_signed_in(client)

"""What passwords must be like, and how they are kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from argon2 import PasswordHasher, extract_parameters
from flask import Flask
from sqlalchemy import select

import config
from portal.accounts import commands, passwords
from portal.accounts.models import Coordinator
from portal.clock import utc_now
from portal.extensions import db
from tests.accounts.conftest import enter
from tests.conftest import PASSWORD

GOOD = [
    "correct horse battery",
    "Kestrel-harbour-nineteen",
    "тихий-ранок-над-дніпром",
    "jwf8!kd0 q2mxv",
    "🌻🌾🚲🎺 four pictures",
    (
        "Nine geese fly over Tyneside while a heron waits by the Wear; nobody at the branch meeting has the "
        "faintest idea of it, says Jean"
    )[:128].ljust(128, "!"),
]
BAD = [
    "short words",
    "x9k" * 43,
    "password1234",
    "P@ssw0rd2026!!",
    "qwertyuiop123",
    "qwerty-asdfgh-zxcvbn",
    "123456789012",
    "zyxwvutsrqponm",
    "letmeinletmein",
    "hallohallohallo",
    "aaaaaaaaaaaaab",
    "sunshine-monkey99",
    "Administrator1!",
    "1qaz2wsx3edc",
    "Slava-Ukraine-2026",
    "solidarity forever",
    "kovalenko is the best",
    "love from maria.k always",
]


@pytest.mark.parametrize("password", GOOD)
def test_long_and_uncommon_will_do(app: Flask, password: str) -> None:
    with app.test_request_context():
        assert passwords.problem_with(password, "Maria Kovalenko", "maria.k@example.org") is None


@pytest.mark.parametrize("password", BAD)
def test_what_is_easily_guessed_is_refused_with_a_reason(app: Flask, password: str) -> None:
    with app.test_request_context():
        assert passwords.problem_with(password, "Maria Kovalenko", "maria.k@example.org")


def test_the_shipped_list_holds_thousands_long_enough_to_be_tried() -> None:
    common, words = passwords._lists()
    assert len(common) > 3000
    assert len(words) > 2000


def test_hashes_are_argon2id_with_64_mebibytes_and_three_rounds(make_app: Callable[..., Flask]) -> None:
    as_shipped = config.load({}, PORTAL_ENV="test")["PASSWORD_MEMORY_KIB"]
    with make_app(PASSWORD_MEMORY_KIB=as_shipped).app_context():
        check_strength()


def check_strength() -> None:
    """Look at a hash made with the settings of the application in whose context this runs."""
    hashed = passwords.make_hash(PASSWORD)
    work = extract_parameters(hashed)
    assert hashed.startswith("$argon2id$")
    assert work.memory_cost == 65536
    assert work.time_cost >= 3
    assert passwords.make_hash(PASSWORD) != hashed
    assert passwords.is_right(hashed, PASSWORD)
    assert not passwords.is_right(hashed, PASSWORD + " ")


def test_nothing_is_cut_off(app: Flask) -> None:
    with app.app_context():
        hashed = passwords.make_hash("long " * 25 + "one")
        assert not passwords.is_right(hashed, "long " * 25 + "two")


def test_the_same_letters_from_another_keyboard_are_the_same_password(app: Flask) -> None:
    with app.app_context():
        assert passwords.is_right(passwords.make_hash("caf\u00e9 in the harbour"), "cafe\u0301 in the harbour")


def test_an_account_without_a_password_cannot_be_entered(app: Flask) -> None:
    with app.app_context():
        assert not passwords.is_right(None, "")
        assert not passwords.is_right("", "")
        assert not passwords.is_right("not a hash", "not a hash")


def test_signing_in_makes_an_old_hash_anew(app: Flask, make_coordinator: Callable[..., int]) -> None:
    make_coordinator()
    weak = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    with app.app_context():
        db.session.scalars(select(Coordinator)).one().password = weak
        db.session.commit()
    enter(app.test_client(), "maria@example.org", "wrong password")
    with app.app_context():
        assert db.session.scalars(select(Coordinator.password)).one() == weak
    assert enter(app.test_client(), "maria@example.org").status_code == 303
    with app.app_context():
        kept = db.session.scalars(select(Coordinator.password)).one()
        assert kept is not None
        assert not passwords.is_outdated(kept)
        assert passwords.is_right(kept, PASSWORD)


def test_the_command_makes_an_account_with_a_random_password(app: Flask) -> None:
    with app.app_context():
        made = commands.create_coordinator(" Olha@Example.org", "  Olha   Savchenko ", "admin", now=utc_now())
        db.session.commit()
    with app.app_context():
        olha = db.session.scalars(select(Coordinator)).one()
        assert (olha.email, olha.name, olha.role, olha.initials) == (
            "olha@example.org",
            "Olha Savchenko",
            "admin",
            "OS",
        )
        assert passwords.is_right(olha.password, made)
    assert enter(app.test_client(), "olha@example.org", made).status_code == 303


@pytest.mark.parametrize(
    ("email", "name", "role", "password"),
    [
        ("no address", "Olha", "viewer", None),
        ("olha@example.org\nBcc: a@example.org", "Olha", "viewer", None),
        ("olha@example.org", " ", "viewer", None),
        ("olha@example.org", "Olha", "owner", None),
        ("olha@example.org", "Olha", "viewer", "password1234"),
        ("MARIA@example.org", "Maria", "viewer", None),
    ],
)
def test_the_command_refuses_with_a_sentence(
    app: Flask,
    make_coordinator: Callable[..., int],
    email: str,
    name: str,
    role: str,
    password: str | None,
) -> None:
    make_coordinator()
    with app.app_context(), pytest.raises(ValueError, match=r"\."):
        commands.create_coordinator(email, name, role, password=password, now=utc_now())


@pytest.mark.parametrize(
    ("role", "money", "holds", "contacts", "pays"),
    [
        ("viewer", True, ["viewer"], False, False),
        ("coordinator", False, ["viewer", "coordinator"], True, False),
        ("coordinator", True, ["viewer", "coordinator"], True, True),
        ("admin", False, ["viewer", "coordinator", "admin"], True, True),
    ],
)
def test_roles_say_what_a_coordinator_may_do(
    role: str, money: bool, holds: list[str], contacts: bool, pays: bool
) -> None:
    person = Coordinator(name="Olha", email="olha@example.org", role=role, may_handle_money=money)
    assert [name for name in ("viewer", "coordinator", "admin") if person.holds(name)] == holds
    assert (person.can_see_contacts, person.can_handle_money) == (contacts, pays)
    assert person.is_admin == (role == "admin")
    assert person.has_role(role)

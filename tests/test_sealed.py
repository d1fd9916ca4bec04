"""Sealed texts: unreadable without the key, readable through a change of keys, and found by a digest."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import select

from portal.clock import utc_now
from portal.extensions import db
from portal.sealed import BRIEF, SEALED, UnreadableError, digest, seal, unseal
from portal.speakers.register import Speaker

OLD, NEW = "o" * 40, "n" * 40


def keep_a_speaker(app: Flask) -> None:
    with app.app_context():
        db.session.add(
            Speaker(
                name="Олена Ткач-Вигадана",
                email="olena.tkach@example.org",
                email_digest=digest("Olena.Tkach@example.org"),
                notes="Rings before nine",
                created_at=utc_now(),
            )
        )
        db.session.commit()


def test_the_database_file_tells_nobodys_name(app: Flask) -> None:
    keep_a_speaker(app)
    with app.app_context():
        path = Path(str(db.engine.url.database))
        db.session.remove()
        db.engine.dispose()
    kept = b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    for secret in ("Ткач", "olena.tkach", "Rings before nine"):
        assert secret.encode() not in kept
    with app.app_context():
        assert db.session.scalars(select(Speaker)).one().name == "Олена Ткач-Вигадана"


def test_what_an_old_key_sealed_is_read_and_found_after_a_change_of_keys(make_app: Callable[..., Flask]) -> None:
    keep_a_speaker(make_app(FIELD_KEY=OLD))
    with make_app(FIELD_KEY=NEW, FIELD_KEYS_BEFORE=OLD).app_context():
        found = select(Speaker).where(Speaker.email_digest == digest(" olena.tkach@EXAMPLE.org "))
        assert db.session.scalars(found).one().email == "olena.tkach@example.org"
    with make_app(FIELD_KEY=NEW).app_context(), pytest.raises(UnreadableError, match="FIELD_KEYS_BEFORE"):
        db.session.scalars(select(Speaker)).one()


def test_the_same_text_is_never_sealed_alike(app: Flask) -> None:
    with app.app_context():
        first, second = seal("Olena"), seal("Olena")
        assert first != second
        assert unseal(first) == unseal(second) == "Olena"
        assert unseal("written before there were keys") == "written before there were keys"


def test_what_was_sealed_by_fernet_is_still_read(make_app: Callable[..., Flask]) -> None:
    """As the portal did at first: rows that nobody has changed since then stand so in the database."""
    fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"fields|" + OLD.encode()).digest()))
    kept = SEALED + fernet.encrypt("Олена".encode()).decode()
    with make_app(FIELD_KEY=NEW, FIELD_KEYS_BEFORE=OLD).app_context():
        assert unseal(kept) == "Олена"
    with make_app(FIELD_KEY=NEW).app_context(), pytest.raises(UnreadableError):
        unseal(kept)


@pytest.mark.parametrize("what", ["", "AAAA", "not base64", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "é"])
def test_what_was_tampered_with_is_never_taken_for_a_text(app: Flask, what: str) -> None:
    with app.app_context():
        for stored in (BRIEF + what, SEALED + what):
            with pytest.raises(UnreadableError):
                unseal(stored)
        sealed = seal("Olena")
        first, *rest = base64.b64decode(sealed.removeprefix(BRIEF))
        # Turned over: any one byte in its place is sometimes the byte that stood there.
        other = base64.b64encode(bytes([first ^ 1, *rest])).decode()
        with pytest.raises(UnreadableError):
            unseal(BRIEF + other)

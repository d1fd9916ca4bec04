"""Texts that are encrypted before they reach the database: who a speaker is, and how to reach them.

The keys stand in the configuration, never in the database: a stolen copy of it tells nobody's name. What is sealed
cannot be searched or sorted by the database; an email address is found by its digest.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

SEALED = "sealed:"
"""How a sealed value begins. One without it was written before there were keys, and is read as it stands."""
BRIEF = f"{SEALED}2:"
"""How one begins that is sealed with AES-GCM: opened in a twelfth of the time that Fernet takes, for lists of names.

What Fernet has sealed is still read; it is sealed anew when somebody changes it.
"""
NONCE = 12
"""Bytes at random in front of each value, so that the same text is never sealed alike."""


class UnreadableError(RuntimeError):
    """A sealed text whose key is no longer configured."""


class Sealed(TypeDecorator[str]):
    """A text column that only this application can read. An empty text stays empty."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal what is to be stored, with the newest key."""
        return seal(value) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open what was stored, with whichever key it was sealed."""
        return unseal(value) if value else value


class SealedByHand(Sealed):
    """A text column in which whoever writes some of the rows has sealed them; all others are written as they are."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """What is to be stored, as it is given."""
        return value


class SealedAddress(Sealed):
    """A sealed column that lists show: one whose key is gone reads as empty, and keeps no list from being shown."""

    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open what was stored, or nothing."""
        try:
            return super().process_result_value(value, dialect)
        except UnreadableError:
            return ""


class Locksmith(NamedTuple):
    """What the keys of one configuration seal and open with, the newest first."""

    brief: tuple[AESGCM, ...]
    fernet: MultiFernet


def seal(text: str) -> str:
    """The text as the database keeps it."""
    nonce = os.urandom(NONCE)
    sealed = nonce + _locksmith(*_keys()).brief[0].encrypt(nonce, text.encode("utf-8"), None)
    return BRIEF + base64.b64encode(sealed).decode("ascii")


def unseal(stored: str) -> str:
    """The text that was sealed. Raises `UnreadableError` where its key is gone."""
    if not stored.startswith(SEALED):
        return stored
    locksmith = _locksmith(*_keys())
    try:
        if not stored.startswith(BRIEF):
            return locksmith.fernet.decrypt(stored.removeprefix(SEALED)).decode("utf-8")
        sealed = binascii.a2b_base64(stored[len(BRIEF) :])
    except (InvalidToken, ValueError):
        raise _unreadable() from None
    nonce, rest = sealed[:NONCE], sealed[NONCE:]
    for key in locksmith.brief:
        try:
            return key.decrypt(nonce, rest, None).decode("utf-8")
        except (InvalidTag, ValueError):
            # Another of the keys may be the one; too short a value is none's.
            continue
    raise _unreadable()


def digest(address: str) -> str:
    """What an email address is found by: the same for all its spellings, and telling nothing without the key."""
    newest, before = _keys()
    # The oldest key, which outlives a change of keys.
    key = hashlib.sha256(b"digest|" + (before.split() or [newest])[-1].encode("utf-8")).digest()
    return hmac.new(key, address.strip().lower().encode("utf-8"), hashlib.sha256).hexdigest()


def _unreadable() -> UnreadableError:
    return UnreadableError("FIELD_KEY is not the key this was sealed with: see FIELD_KEYS_BEFORE")


def _keys() -> tuple[str, str]:
    """The newest key, and those before it with blanks between them."""
    settings = current_app.config
    return settings["FIELD_KEY"], settings["FIELD_KEYS_BEFORE"]


@lru_cache(maxsize=8)
def _locksmith(newest: str, before: str) -> Locksmith:
    # Any long text will do as a key: both ciphers want 32 bytes, and neither gets the other's.
    keys = [key.encode("utf-8") for key in (newest, *before.split())]
    fernets = [Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"fields|" + key).digest())) for key in keys]
    return Locksmith(
        tuple(AESGCM(hashlib.sha256(b"brief fields|" + key).digest()) for key in keys), MultiFernet(fernets)
    )

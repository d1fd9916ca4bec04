"""Texts that are encrypted before they reach the database: who a speaker is, and how to reach them.

The keys stand in the configuration, never in the database: a stolen copy of it tells nobody's name. What is sealed
cannot be searched or sorted by the database; an email address is found by its digest.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import current_app
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

SEALED = "sealed:"
"""How a sealed value begins. One without it was written before there were keys, and is read as it stands."""


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


def seal(text: str) -> str:
    """The text as the database keeps it."""
    return SEALED + _locksmith(_keys()).encrypt(text.encode("utf-8")).decode("ascii")


def unseal(stored: str) -> str:
    """The text that was sealed. Raises `UnreadableError` where its key is gone."""
    if not stored.startswith(SEALED):
        return stored
    try:
        return _locksmith(_keys()).decrypt(stored.removeprefix(SEALED)).decode("utf-8")
    except InvalidToken:
        raise UnreadableError("FIELD_KEY is not the key this was sealed with: see FIELD_KEYS_BEFORE") from None


def digest(address: str) -> str:
    """What an email address is found by: the same for all its spellings, and telling nothing without the key."""
    key = hashlib.sha256(b"digest|" + _keys()[-1].encode("utf-8")).digest()
    return hmac.new(key, address.strip().lower().encode("utf-8"), hashlib.sha256).hexdigest()


def _keys() -> tuple[str, ...]:
    """The newest key first; digests are made with the oldest, which outlives a change of keys."""
    before = str(current_app.config["FIELD_KEYS_BEFORE"]).split()
    return (str(current_app.config["FIELD_KEY"]), *before)


@lru_cache(maxsize=8)
def _locksmith(keys: tuple[str, ...]) -> MultiFernet:
    # Any long text will do as a key: Fernet wants 32 bytes.
    made = (hashlib.sha256(b"fields|" + key.encode("utf-8")).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(each)) for each in made])

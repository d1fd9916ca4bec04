"""Passwords: made into argon2id hashes, checked against them, and refused where they are easily guessed.

Nothing here knows pages or the database. What people read about their password is said here, once.
"""

from __future__ import annotations

import base64
import re
import secrets
import unicodedata
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import gettext as _

MIN_LENGTH = 12
MAX_LENGTH = 128
OUR_WORDS = ("ukraine", "solidarity")
# No letters or figures that are taken for one another when copied from a screen or a slip of paper.
PLAIN_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
KEYBOARD_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qazwsxedcrfvtgbyhnujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
)
LEET = str.maketrans("013457@$!", "oieastasi")

ROUNDS = 3
# Each check takes 64 MiB: a flood of them must not take the memory of the whole machine.
_room = BoundedSemaphore(2)


def make_hash(password: str) -> str:
    """The argon2id hash of a password. Takes about a tenth of a second of one core, on purpose."""
    with _room:
        return _hasher().hash(_plain(password))


def is_right(hashed: str | None, password: str) -> bool:
    """Whether a password belongs to a hash. Without a hash the same work is done, and the answer is no."""
    try:
        with _room:
            right = _hasher().verify(hashed or _nobody(), _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return right and hashed is not None


def is_outdated(hashed: str) -> bool:
    """Whether a hash was made with less work than we ask for today."""
    return _hasher().check_needs_rehash(hashed)


def make_password() -> str:
    """A random password of 20 letters and figures in four groups, about 98 bits."""
    return "-".join("".join(secrets.choice(PLAIN_LETTERS) for _letter in range(5)) for _group in range(4))


def problem_with(password: str, name: str = "", email: str = "") -> str | None:
    """Why a new password is refused, in a sentence for its owner; None where it will do."""
    if len(password) < MIN_LENGTH:
        return _("Use at least %(count)s characters. Three or four words are easy to remember.", count=MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        return _("Use at most %(count)s characters.", count=MAX_LENGTH)
    folded = _plain(password).casefold()
    if any(part in folded for part in _own_parts(name, email)):
        return _("Leave your own name and address out of your password.")
    if any(word in folded for word in OUR_WORDS):
        return _("Leave out “Ukraine” and “solidarity”: they are the first words people would guess.")
    if _is_common(folded):
        return _("Many people use this password, so it is easily guessed. Think of another one.")
    return None


def _own_parts(name: str, email: str) -> set[str]:
    """The words of a person's name and address that are long enough to give a password away."""
    local = email.partition("@")[0]
    words = re.split(r"[^\w]+|_", f"{name} {local}".casefold())
    return {_plain(word) for word in words if len(word) >= 3}


def _is_common(folded: str) -> bool:
    """Whether a password stands in the list of common ones or is made by one of the usual tricks."""
    common, words = _lists()
    if len(set(folded)) < 5 or _is_walk(re.sub(r"[-_. ]", "", folded)):
        return True
    core = _core(folded)
    for spelling in {folded, core, core.translate(LEET), _core(folded.translate(LEET))}:
        if spelling in common or spelling in words or _is_repeated(spelling) or _is_two_of(spelling, words):
            return True
    return False


def _core(text: str) -> str:
    """A password without the figures and signs that people put before and after a word."""
    return re.sub(r"^[^a-z@$!]+|[^a-z]+$", "", text)


def _is_repeated(text: str) -> bool:
    """A few letters said again and again: "hallohallohallo"."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 2 + 1))


def _is_two_of(core: str, words: frozenset[str]) -> bool:
    """Two common words one after the other, with or without something between that is no letter."""
    cuts = range(4, len(core) - 3)
    return any(core[:cut] in words and core[cut:].lstrip("0123456789-_. ") in words for cut in cuts)


def _is_walk(folded: str) -> bool:
    """Nothing but runs along the alphabet, the figures or the keyboard, forwards or backwards."""
    runs = [run for line in KEYBOARD_RUNS for run in (line, line[::-1])]
    rest = folded
    while rest:
        longest = max((size for size in range(3, len(rest) + 1) if any(rest[:size] in run for run in runs)), default=0)
        if longest == 0:
            return len(rest) <= 3 and rest != folded
        rest = rest[longest:]
    return True


@cache
def _lists() -> tuple[frozenset[str], frozenset[str]]:
    """The common passwords that are long enough to be tried here, and the short ones people put together."""
    lines = (Path(__file__).parent / "common_passwords.txt").read_text("utf-8").split()
    return (
        frozenset(line for line in lines if len(line) >= MIN_LENGTH),
        frozenset(line for line in lines if 4 <= len(line) < MIN_LENGTH),
    )


def _hasher() -> PasswordHasher:
    """argon2id with the memory that is configured: 64 MiB unless a test asks for less."""
    return _hasher_with(int(current_app.config["PASSWORD_MEMORY_KIB"]))


@cache
def _hasher_with(memory_kib: int) -> PasswordHasher:
    return PasswordHasher(time_cost=ROUNDS, memory_cost=memory_kib, parallelism=1, type=Type.ID)


def _nobody() -> str:
    """A hash that no password belongs to, but that costs as much to check as any other."""
    salt, hashed = (base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
    hasher = _hasher()
    work = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${work}${salt}${hashed}"


def _plain(password: str) -> str:
    """One form for the same letters, whatever keyboard they were typed on."""
    return unicodedata.normalize("NFKD", password)

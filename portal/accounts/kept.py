"""What somebody had typed when their session ended: kept through signing in, and offered again afterwards.

It travels in hidden fields of the pages themselves: nothing is stored for people who are not signed in.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from portal.accounts.next_page import safe_next

PREFIX = "kept:"
PATH = "kept_path"
_NEVER = ("csrf", "password", "current", "again")


@dataclass(frozen=True)
class Kept:
    """The page that was to be sent and the names and values of its fields."""

    path: str
    fields: tuple[tuple[str, str], ...]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The hidden fields that carry this through the sign-in page."""
        return [(PATH, self.path), *((PREFIX + name, value) for name, value in self.fields)]


def from_refused_page() -> Kept | None:
    """What this request wanted to send, where it comes from a page of our own.

    Browsers say themselves where a form stood (Sec-Fetch-Site); another site's form is never offered again.
    """
    if request.headers.get("Sec-Fetch-Site") != "same-origin":
        return None
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if may_be_kept(name) and not name.startswith(PREFIX)
    ]
    return _kept(request.full_path.rstrip("?"), fields) if fields else None


def from_sign_in_page() -> Kept | None:
    """What the sign-in page carried along."""
    fields = [
        (name.removeprefix(PREFIX), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(PREFIX) and may_be_kept(name.removeprefix(PREFIX))
    ]
    return _kept(request.form.get(PATH, ""), fields) if fields else None


def _kept(path: str, fields: list[tuple[str, str]]) -> Kept | None:
    """Fields for one of our own pages, or nothing."""
    return Kept(path, tuple(fields)) if safe_next(path, default="") else None


def may_be_kept(name: str) -> bool:
    """Whether a field is neither secret nor of use to one session only."""
    return not any(word in name.lower() for word in _NEVER)

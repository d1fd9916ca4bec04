"""The kinds of work that are done aside, each made known by its own package.

A kind names its two functions by their dotted names: only the process that does the work imports them, and with them
the solver. Web processes and the resting worker never do.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

Say = Callable[[str], None]
"""Writes down what the work is at now, in a word of the kind."""
Work = Callable[[Session, int, datetime, Say], Any]
"""Finds out what is wanted: (session, number of the job, now, say). It only reads, and may take its time."""
Keep = Callable[[Session, int, Any, datetime], None]
"""Writes what was found: (session, number of the job, what `Work` gave, now). One short transaction."""


class Kind(NamedTuple):
    """A kind of work: its functions as "package.module:function", and how many seconds it may take at most."""

    name: str
    work: str
    keep: str
    seconds: int


class CannotError(Exception):
    """The work cannot be done, for a reason that the kind has a word for."""

    def __init__(self, trouble: str) -> None:
        super().__init__(trouble)
        self.trouble = trouble


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known."""
    _kinds[kind.name] = kind


def kind(name: str) -> Kind:
    """The kind of that name; KeyError where none has it."""
    return _kinds[name]


def work_of(name: str) -> Work:
    """The function that does the work of a kind. Importing it may be slow: it brings the solver."""
    found: Work = pkgutil.resolve_name(kind(name).work)
    return found


def keep_of(name: str) -> Keep:
    """The function that writes down what was found."""
    found: Keep = pkgutil.resolve_name(kind(name).keep)
    return found

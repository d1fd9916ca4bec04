"""What was settled of a request, and what is wanted, as the branch reads it; each kind says it in its `facts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

Rows = tuple[tuple[str, str], ...]
"""Labels and texts."""


@dataclass(frozen=True)
class Settled:
    """A sentence for the top of the page, empty where the state's own will do, and facts as labels and texts.

    `doing` and `hint` are what goes on in the present step, and what of it comes when, where the state's words will
    not do; `step` is how many of the public steps are done, and `days` since when, where the state
    does not tell it.
    """

    sentence: str = ""
    rows: Rows = ()
    doing: str = ""
    hint: str = ""
    step: int | None = None
    days: Mapping[int, date | None] = field(default_factory=dict)


NOTHING = Settled()


@dataclass(frozen=True)
class Wanted:
    """What we need from the branch now, beside any question: a sentence, and the step of its form that answers it."""

    sentence: str
    button: str
    step: str


def rows_of(*pairs: tuple[str, str]) -> Rows:
    """The facts that are known, without those that are empty."""
    return tuple(pair for pair in pairs if pair[1])

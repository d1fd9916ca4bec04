"""What was settled of a request, as the branch reads it on its own page; each kind says it in its `facts`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settled:
    """A sentence for the top of the page, empty where the state's own will do, and facts as labels and texts."""

    sentence: str = ""
    rows: tuple[tuple[str, str], ...] = ()


NOTHING = Settled()


def rows_of(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """The facts that are known, without those that are empty."""
    return tuple(pair for pair in pairs if pair[1])

"""How many points each reason is worth when speakers are ranked, as coordinators have set it.

The settings themselves, with a sentence each, are in `portal.points`; what earns the points in `earned` and `fairness`.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.orm import Session

from portal import points, settings


class Weights(NamedTuple):
    """Points by reason; all are whole numbers from nothing up."""

    free: int
    unusual: int
    held: int
    named: int
    wish: int
    union: int
    sector: int
    topic: int
    language: int
    near: int
    beyond: int
    contested: int
    month: int
    quarter: int
    waited: int
    yes: int


USUAL = Weights(**{row.name: row.points for row in points.ROWS})
"""What holds until somebody sets something else."""


def read(session: Session) -> Weights:
    """The weights as they are set now, in one statement."""
    values = settings.everything(session)
    return Weights(**{row.name: int(values[points.PREFIX + row.name]) for row in points.ROWS})

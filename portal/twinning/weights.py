"""How many points each reason is worth when branches and Ukrainian bodies are matched, as coordinators have set it.

The settings themselves, with a sentence each, are in `portal.points`; what earns the points in `fit`.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.orm import Session

from portal import points, settings


class Weights(NamedTuple):
    """Points by reason; all are whole numbers from nothing up."""

    counterpart: int
    sector: int
    size: int
    level: int
    language: int
    hope: int
    offer: int
    need: int
    oblast: int
    centre: int
    waited: int


USUAL = Weights(**{row.name: row.points for row in points.TWIN_ROWS})
"""What holds until somebody sets something else."""


def read(session: Session) -> Weights:
    """The weights as they are set now, in one statement."""
    values = settings.everything(session)
    return Weights(**{row.name: int(values[name]) for name, row in points.twin_rows().items()})

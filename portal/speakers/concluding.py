"""What follows from any move of a meeting once its letters are written: tasks that have lost their sense end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.speakers import lost_yes, standing_by
from portal.speakers.models import SpeakerRequest


def concluded(session: Session, request: SpeakerRequest, now: datetime) -> None:
    """Look again at what speakers said yes to elsewhere, and at who is to stand by here."""
    lost_yes.look_again(session, request, now)
    standing_by.look_again(session, request, now)

"""Letters of which a row cannot be read any more, whatever has become of them: found, mended, and told to a person.

What cannot be read gives way in `emails/damage`. A letter that failed or is about to leave is refused there and becomes
work like any other (`failed_letters`); this is about all letters, also those that left long ago. Nothing here commits.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.clock import LONDON, london_day
from portal.emails import damage
from portal.emails.models import FAILED, SENT, WITHOUT_WORDS, OutboxEmail
from portal.submissions import daily, mail_proof, tasks

DUTY = "damaged-letters"
REASON = "fault"
ABOUT = (
    "Letter {number} is damaged in the database: {what} cannot be read. {became} Tell whoever looks after the portal: "
    "a backup may still hold it."
)
HAS_LEFT = "It had left already."
HAS_NOT_LEFT = "It had not left: see on the mail page what becomes of it."


def is_met_in(error: Exception) -> bool:
    """Whether something failed because a row could not be read."""
    return damage.is_damage(error)


def due(session: Session, now: datetime, *, at_once: bool) -> list[date]:
    """Today, where all letters are to be looked at: once a day, from the hour of the mail proof on, or `at_once`."""
    local = now.astimezone(LONDON)
    is_done = local.time() < mail_proof.NIGHT or daily.is_done(session, DUTY, local.date())
    return [] if is_done and not at_once else [local.date()]


def look(session: Session, today: date, now: datetime) -> int:
    """Mend each letter that cannot be read, and open a task about each that is not one already. Returns how many.

    All letters are read for it, so it is for nights, and for when something could not be read.
    """
    found = damage.search(session, now)
    for number, columns in found.items():
        _tell(session, number, columns, now)
    if not daily.is_done(session, DUTY, today):
        daily.note(session, DUTY, today, now)
    return len(found)


def _tell(session: Session, number: int, columns: list[str], now: datetime) -> None:
    email = session.get_one(OutboxEmail, number, options=WITHOUT_WORDS, populate_existing=True)
    if email.state in FAILED and email.dealt_with_at is None:
        return
    tasks.open_task(
        session,
        key=f"damage:{number}:{'-'.join(columns)}",
        reason=REASON,
        about=ABOUT.format(
            number=number,
            what=", ".join(each.replace("_", " ") for each in columns),
            became=HAS_LEFT if email.state == SENT else HAS_NOT_LEFT,
        ),
        due_on=london_day(now),
        now=now,
        submission_id=email.submission_id,
    )

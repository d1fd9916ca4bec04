"""When somebody has to look after the post: one judgement for the desk's band, /healthz and the status command.

The alarm never goes by email, which would not arrive when email is the trouble.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.emails.parcel import BAD_CERTIFICATE, NOT_OFFERED

ASLEEP_AFTER = timedelta(minutes=5)
"""A worker passes every few seconds; a pass with a slow mail server takes a minute."""
OLD_AFTER = timedelta(minutes=30)
"""By then a letter that a careful server had put off has been tried four times."""

ASLEEP = "the worker is asleep"
OLD = "letters have waited too long"
FAILED = "letters need a person"
SHUT = "the mail server takes no letter until somebody acts"


def is_asleep(last_pass_at: datetime | None, now: datetime) -> bool:
    """Whether no worker is at work. A pass in the future is one that a clock, since put right, has left behind."""
    return last_pass_at is None or abs(now - last_pass_at) > ASLEEP_AFTER


def is_old(oldest_queued_at: datetime | None, now: datetime) -> bool:
    """Whether the oldest unsent letter (None: there is none) should have left by now."""
    return oldest_queued_at is not None and now - oldest_queued_at > OLD_AFTER


def is_shut(trouble: str, oldest_queued_at: datetime | None) -> bool:
    """Whether letters wait for a mail server whose trouble no waiting mends: a certificate, a password, our address.

    `trouble` is a reason as the transport gives it. While no letter waits nobody knows whether it was mended.
    """
    lasts = trouble in (BAD_CERTIFICATE, NOT_OFFERED) or (trouble[:1] == "5" and trouble[1:3].isdigit())
    return lasts and oldest_queued_at is not None


def alarms(
    *, failed: int, oldest_queued_at: datetime | None, last_pass_at: datetime | None, trouble: str, now: datetime
) -> list[str]:
    """Why somebody has to look, in fixed words; empty when all is well."""
    found = {
        ASLEEP: is_asleep(last_pass_at, now),
        OLD: is_old(oldest_queued_at, now),
        FAILED: failed > 0,
        SHUT: is_shut(trouble, oldest_queued_at),
    }
    return [word for word, is_so in found.items() if is_so]

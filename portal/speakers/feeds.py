"""Calendars to subscribe to: a speaker’s own bookings, and for coordinators those they look after.

Each stands behind a secret address that can be taken back and made anew; what is in it is read afresh at every visit.
Nobody who is hidden for their safety stands in any.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from flask_babel import force_locale, gettext
from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.accounts.models import Coordinator
from portal.emails import links
from portal.emails.invites import Entry, feed_file
from portal.emails.links import PrivateLink
from portal.extensions import db
from portal.speakers import feed_entries
from portal.speakers.register import Speaker

PURPOSE = "feed"
MOST = 5
"""So many calendars a coordinator may have: one for each device is enough."""
LOOK_BACK = timedelta(days=60)
"""Meetings stay in a calendar for so long."""


class CalendarFeed(db.Model):
    """One calendar behind a secret address, of a speaker or of a coordinator.

    A coordinator’s holds the requests they look after, or with `whole` all of the campaign; only with `names` does it
    name the speakers.
    """

    __tablename__ = "calendar_feeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    speaker_id: Mapped[int | None] = mapped_column(
        ForeignKey("speakers.id", ondelete="CASCADE"), index=True, unique=True
    )
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("coordinators.id"), index=True)
    whole: Mapped[bool] = mapped_column(default=False)
    names: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column()

    # A number is never used again: secret addresses are made of it.
    __table_args__: ClassVar[dict[str, Any]] = {"sqlite_autoincrement": True}


class TooManyFeedsError(ValueError):
    """Somebody has as many calendars as anybody may have."""


def address_of(session: Session, speaker: Speaker, now: datetime) -> str:
    """The secret address of a speaker’s calendar; empty where they have none. Nothing is written."""
    feed = session.scalars(select(CalendarFeed).where(CalendarFeed.speaker_id == speaker.id)).first()
    return _address(session, feed, now) if feed is not None else ""


def renew(session: Session, speaker: Speaker, now: datetime) -> str:
    """Give a speaker a calendar, or a new address in place of the old; the address."""
    feed = session.scalars(select(CalendarFeed).where(CalendarFeed.speaker_id == speaker.id)).first()
    if feed is None:
        feed = CalendarFeed(speaker_id=speaker.id, names=False, whole=False, created_at=now)
        session.add(feed)
        session.flush()
    return renew_address(session, feed, now)


def revoke(session: Session, speaker: Speaker, now: datetime) -> None:
    """End a speaker’s calendar: its address opens nothing any more."""
    feed = session.scalars(select(CalendarFeed).where(CalendarFeed.speaker_id == speaker.id)).first()
    if feed is not None:
        end(session, feed, now)


def of_coordinator(session: Session, coordinator_id: int, now: datetime) -> list[tuple[CalendarFeed, str]]:
    """A coordinator’s calendars with their secret addresses, the oldest first."""
    feeds = select(CalendarFeed).where(CalendarFeed.coordinator_id == coordinator_id).order_by(CalendarFeed.id)
    return [(feed, _address(session, feed, now)) for feed in session.scalars(feeds)]


def add(session: Session, coordinator: Coordinator, *, whole: bool, names: bool, now: datetime) -> CalendarFeed:
    """Make a coordinator a calendar, with its address. Raises `TooManyFeedsError`."""
    many = session.scalar(select(func.count(CalendarFeed.id)).where(CalendarFeed.coordinator_id == coordinator.id))
    if (many or 0) >= MOST:
        raise TooManyFeedsError
    feed = CalendarFeed(coordinator_id=coordinator.id, whole=whole, names=names, created_at=now)
    session.add(feed)
    session.flush()
    links.issue(session, PURPOSE, feed.id, now)
    return feed


def own(session: Session, coordinator_id: int, feed_id: int) -> CalendarFeed | None:
    """One of a coordinator’s own calendars; None for anybody else’s."""
    feed = session.get(CalendarFeed, feed_id)
    return feed if feed is not None and feed.coordinator_id == coordinator_id else None


def renew_address(session: Session, feed: CalendarFeed, now: datetime) -> str:
    """End the address of a calendar and give it a new one."""
    for link in links.living(session, PURPOSE, feed.id):
        links.revoke(link, now)
    session.flush()
    return _url(links.issue(session, PURPOSE, feed.id, now))


def end(session: Session, feed: CalendarFeed, now: datetime) -> None:
    """End a calendar and its address for good."""
    for link in links.living(session, PURPOSE, feed.id):
        links.revoke(link, now)
    session.delete(feed)


def in_a_program(address: str) -> str:
    """The secret address as a link that a calendar program opens and subscribes to; empty for none.

    Many programs ask for what is named `webcal` without encryption first, and the address is all that protects it.
    """
    scheme, _, rest = address.partition("://")
    return f"{'webcals' if scheme == 'https' else 'webcal'}://{rest}" if address else ""


def opened(session: Session, token: str, now: datetime) -> str | None:
    """The calendar behind a secret address, as a file; None where the address opens nothing (any more).

    Nobody is told why: whether it is wrong or was taken back, whether a speaker has left or is hidden, whether an
    account was closed.
    """
    link = links.find(session, PURPOSE, token, now)
    feed = session.get(CalendarFeed, link.subject_id) if link is not None else None
    if feed is None:
        return None
    if feed.speaker_id is not None:
        speaker = session.get(Speaker, feed.speaker_id)
        return _of_speaker(session, speaker, now) if speaker is not None and speaker.is_in_register else None
    person = session.get(Coordinator, feed.coordinator_id)
    if person is None or not person.active or not person.can_edit:
        return None
    return _of_coordinator(session, feed, now)


def _of_speaker(session: Session, speaker: Speaker, now: datetime) -> str:
    entries = feed_entries.of_speaker(session, speaker, now - LOOK_BACK)
    with force_locale(speaker.language):
        name = str(gettext("Your talks for Ukraine"))
    return _file(name, entries, speaker.language)


def _of_coordinator(session: Session, feed: CalendarFeed, now: datetime) -> str:
    of = None if feed.whole else feed.coordinator_id
    entries = feed_entries.of_requests(session, of, now - LOOK_BACK, names=feed.names)
    return _file("All meetings of the campaign" if feed.whole else "Meetings you look after", entries, "en")


def _file(name: str, entries: Sequence[Entry], language: str) -> str:
    return feed_file(name, sorted(entries, key=lambda each: (each.starts_at, each.uid)), language=language)


def _address(session: Session, feed: CalendarFeed, now: datetime) -> str:
    """The living address; empty where none can be written any more (its key is gone)."""
    for link in reversed(links.living(session, PURPOSE, feed.id)):
        if link.expires_at is None or link.expires_at > now:
            try:
                return _url(link)
            except links.UnknownKey:
                continue
    return ""


def _url(link: PrivateLink) -> str:
    return f"{links.url_of(link)}.ics"

"""The verbs of the register of speakers: taking somebody in, changing, pausing, hiding at once.

Their rows are in `register`; what a speaker does on their own page, in `own_page`; taking somebody out, in `leaving`;
what locking hides, in `hiding`; letters to them, in `register_letters`. Nothing here commits. Names and addresses go
into no log, no task and no key.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import select, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from portal.accounts.models import Coordinator
from portal.directory import places
from portal.directory.folding import fold
from portal.emails import links
from portal.sealed import digest
from portal.speakers import hiding, stepping_back
from portal.speakers.register import IN_UK, IN_UKRAINE, Speaker
from portal.submissions.history import Mover
from portal.submissions.workflow import Actor

OUT_OF_REACH = "is out of reach from now on"
SPEAK = "speak"
"""The purpose of the link to a speaker's own page."""
ONLINE, IN_PERSON = "online", "in-person"
FORMATS = (IN_PERSON, ONLINE)
LONDON_ZONE, KYIV_ZONE = "Europe/London", "Europe/Kyiv"
PLAIN = frozenset(
    {
        "kind",
        "lives_in",
        "name",
        "name_uk",
        "phone",
        "notes",
        "language",
        "union_id",
        "union_text",
        "ukrainian_union",
        "sector",
        "topics",
        "languages",
        "formats",
        "experience",
        "time_zone",
        "most_miles",
        "most_a_month",
    }
)
"""Details that are kept as they are given."""
DETAILS = PLAIN | {"email", "outcode", "region_slug"}
"""All that `add` and `change` take. `outcode` may be a whole postcode: only its district is kept."""


class Person(Protocol):
    """Whoever is signed in."""

    @property
    def id(self) -> int: ...


class AlreadyKnownError(Exception):
    """The address belongs to somebody in the register: `speaker`, who may have left or be locked."""

    def __init__(self, speaker: Speaker) -> None:
        super().__init__(speaker.id)
        self.speaker = speaker


def add(session: Session, details: Mapping[str, Any], *, by: Person | None, now: datetime) -> Speaker:
    """A new speaker, flushed. They are asked for nothing until they agree on their own page.

    `details` are values by the names in `DETAILS`; without `name` there is nobody to add. Raises `KeyError` for other
    names, `ValueError` for a district nobody knows, and `AlreadyKnownError`.
    """
    speaker = Speaker(
        kind="campaign",
        lives_in=IN_UK,
        name_uk="",
        email="",
        email_digest="",
        phone="",
        notes="",
        language="en",
        topics=[],
        languages={},
        formats=[],
        outcode="",
        region_slug="",
        most_miles=0,
        name=details["name"],
        created_at=now,
        created_by_id=by.id if by is not None else None,
    )
    _write(session, speaker, details)
    session.add(speaker)
    session.flush()
    return speaker


def change(session: Session, speaker: Speaker, details: Mapping[str, Any]) -> None:
    """Put some details in the place of what is kept; those that are not given stay. Raises as `add` does."""
    _write(session, speaker, details)


def find_by_email(session: Session, email: str) -> Speaker | None:
    """Whoever has this address, in any spelling: also who has left, and who is locked."""
    if not email.strip():
        return None
    return session.scalars(select(Speaker).where(Speaker.email_digest == digest(email)).order_by(Speaker.id)).first()


def find_by_name(session: Session, name: str) -> list[Speaker]:
    """Those in the register who are called so, in any spelling. All names are opened for it."""
    wanted = fold(name)
    rows = session.execute(
        select(Speaker.id, Speaker.name).where(Speaker.left_at.is_(None), Speaker.locked_at.is_(None))
    )
    numbers = [number for number, known in rows if fold(known) == wanted]
    return [session.get_one(Speaker, number) for number in numbers]


def own_link(session: Session, speaker: Speaker, now: datetime) -> links.PrivateLink:
    """The link to a speaker's own page: the living one, or a new one."""
    return links.issue(session, SPEAK, speaker.id, now)


def end_link(session: Session, speaker: Speaker, now: datetime) -> None:
    """End the links to their own page: they went to an address that is no longer theirs."""
    for link in links.living(session, SPEAK, speaker.id):
        links.revoke(link, now)
    session.flush()


def pause(session: Session, speaker: Speaker, now: datetime, *, until: date | None = None) -> None:
    """Ask them nothing until the day `until` (the first on which they can be asked again), or until further notice."""
    speaker.paused_at, speaker.paused_until = now, until


def resume(session: Session, speaker: Speaker, now: datetime) -> None:
    """They can be asked again."""
    speaker.paused_at = speaker.paused_until = None


def leave(session: Session, speaker: Speaker, now: datetime) -> None:
    """They wish not to be asked any more, or were taken out: what they agreed to has ended.

    What is known of them is emptied by `leaving`, which calls this.
    """
    if speaker.left_at is None:
        speaker.left_at = now
    speaker.confirmed_at = speaker.paused_at = speaker.paused_until = None
    for consent in speaker.consents:
        if consent.withdrawn_at is None:
            consent.withdrawn_at = now


def lock(session: Session, speaker: Speaker, now: datetime, by: Coordinator | None = None) -> int:
    """Hide somebody who is in danger, at once. Returns how many letters were kept from leaving.

    Their name goes from the requests they were asked for, and no letter to them or with their name leaves any more.
    They are off every meeting to come as if they had dropped out; whoever has the request gets a task, which names
    nobody. `by` is who locks them.
    """
    if speaker.locked_at is None:
        # What this writes to them is among the letters that do not leave.
        mover = Mover(Actor.COORDINATOR, by)
        stepping_back.step_back(session, speaker, OUT_OF_REACH, key="speaker-locked", by=mover, now=now)
        speaker.locked_at = now
    return hiding.hide(session, speaker)


def unlock(session: Session, speaker: Speaker, now: datetime) -> None:
    """Show them again. Letters that were kept from leaving stay so."""
    speaker.locked_at = None
    hiding.show(session, speaker)


def touch(speaker: Speaker) -> None:
    """Count this as a change, although no column of theirs differs: who looks at an older state is told so."""
    flag_modified(speaker, "kind")


def _write(session: Session, speaker: Speaker, details: Mapping[str, Any]) -> None:
    """Write details to a row; what follows from them follows."""
    if unknown := set(details) - DETAILS:
        raise KeyError(f"a speaker has no {', '.join(sorted(unknown))}")
    for name in PLAIN & set(details):
        setattr(speaker, name, details[name])
    if "email" in details:
        _write_email(session, speaker, str(details["email"]).strip())
    _settle_place(speaker, details)


def _write_email(session: Session, speaker: Speaker, email: str) -> None:
    """The address and what it is found by, unless it is somebody else's."""
    if email and digest(email) != speaker.email_digest:
        if session.get_bind().dialect.name == "postgresql":
            # Two who add the same address at once must meet; there is no row yet that one of them could lock.
            session.execute(text("LOCK TABLE speakers IN SHARE ROW EXCLUSIVE MODE"))
        with session.no_autoflush:
            known = find_by_email(session, email)
        if known is not None and known is not speaker:
            raise AlreadyKnownError(known)
    speaker.email, speaker.email_digest = email, digest(email) if email else ""


def _settle_place(speaker: Speaker, details: Mapping[str, Any]) -> None:
    """Region and point from the district; of somebody who is not in the UK no place is kept, and they join online."""
    if "time_zone" not in details and "lives_in" in details:
        speaker.time_zone = KYIV_ZONE if speaker.lives_in == IN_UKRAINE else LONDON_ZONE
    if speaker.lives_in != IN_UK:
        speaker.outcode = speaker.region_slug = ""
        speaker.latitude = speaker.longitude = None
        speaker.most_miles, speaker.formats = 0, [ONLINE]
        return
    if "outcode" not in details and "region_slug" not in details:
        return
    typed = str(details.get("outcode", speaker.outcode) or "")
    region = str(details.get("region_slug", "") or "")
    where = places.locate("", typed, region)
    if typed.strip() and (where is None or not where.outcode):
        raise ValueError("there is no such district")
    speaker.outcode, speaker.region_slug = (where.outcode, where.region) if where else ("", "")
    speaker.latitude, speaker.longitude = (where.lat, where.lon) if where else (None, None)

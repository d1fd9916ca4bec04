"""The local mailbox of a demo: letters end in a folder and are read on the dashboard.

It exists only in demo mode and only while no mail server is set: `local_mailbox` keeps to that.
"""

from __future__ import annotations

import email
import email.policy
import mailbox
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from portal.emails.parcel import Parcel, ServerTrouble

ID = re.compile(r"[A-Za-z0-9._-]{1,200}")


@dataclass(frozen=True)
class LocalMessage:
    """One letter in the local mailbox, as the dashboard shows it."""

    id: str
    to: str
    subject: str
    sent_at: datetime | None
    message_id: str
    text: str
    html: str
    calendar: str
    """The calendar file that came with it; empty where there is none."""


class LocalMailbox:
    """A maildir below the data folder, used as a transport and as something to read."""

    def __init__(self, folder: Path | str) -> None:
        self._folder = Path(folder)
        self._is_open = False

    def is_open(self) -> bool:
        """Whether the folder was made."""
        return self._is_open

    def open(self) -> None:
        """Make the folder. Raises `ServerTrouble` where that cannot be."""
        try:
            self._box()
            self._is_open = True
        except OSError as trouble:
            raise ServerTrouble(f"the local mailbox cannot be written ({type(trouble).__name__})") from None

    def send(self, parcel: Parcel) -> None:
        """Deliver one parcel into the folder. Raises `ServerTrouble`."""
        try:
            self.deliver(parcel.raw)
        except OSError as trouble:
            raise ServerTrouble(f"the local mailbox cannot be written ({type(trouble).__name__})") from None

    def close(self) -> None:
        """Nothing is held open."""

    def deliver(self, raw: bytes) -> str:
        """Put a message into the folder and return its id."""
        return str(self._box().add(raw.replace(b"\r\n", b"\n")))

    def messages(self, limit: int = 200) -> list[LocalMessage]:
        """The newest messages first, at most `limit`."""
        if not self._folder.is_dir():
            return []
        box = self._box()
        newest = sorted(box.keys(), key=_arrival, reverse=True)[:limit]
        return [_message(key, box.get_bytes(key)) for key in newest]

    def read(self, message_id: str) -> LocalMessage | None:
        """One message by the id that `messages` gave; None where there is none."""
        if not ID.fullmatch(message_id) or not self._folder.is_dir():
            return None
        box = self._box()
        return _message(message_id, box.get_bytes(message_id)) if message_id in box else None

    def _box(self) -> mailbox.Maildir:
        """The maildir, made where it is missing."""
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        return mailbox.Maildir(self._folder, create=True)


def local_mailbox(config: Mapping[str, Any]) -> LocalMailbox | None:
    """The mailbox of this installation, where it has one: in a demo without a mail server."""
    if config["PORTAL_ENV"] == "demo" and not config.get("MAIL_SERVER"):
        return LocalMailbox(Path(config["DATA_DIR"]) / "mailbox")
    return None


def _arrival(key: str) -> tuple[int, ...]:
    """Sorts the keys of a maildir ("seconds.MmicrosecondsPpidQnumber.host") by time."""
    return tuple(int(number) for number in re.findall(r"\d+", key)[:4])


def _message(key: str, raw: bytes) -> LocalMessage:
    """A stored message, parsed."""
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    date = parsed["Date"]
    return LocalMessage(
        id=key,
        to=str(parsed["To"] or ""),
        subject=str(parsed["Subject"] or ""),
        sent_at=date.datetime if date is not None else None,
        message_id=str(parsed["Message-ID"] or ""),
        text=_body(parsed, "plain"),
        html=_body(parsed, "html"),
        calendar=_calendar(parsed),
    )


def _calendar(message: EmailMessage) -> str:
    """The calendar file beside the words."""
    found = (part for part in message.walk() if part.get_content_type() == "text/calendar")
    raw = next((part.get_payload(decode=True) for part in found), b"")
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""


def _body(message: EmailMessage, subtype: str) -> str:
    """The text of one kind of part."""
    part = message.get_body(preferencelist=(subtype,))
    return str(part.get_content()) if part is not None else ""

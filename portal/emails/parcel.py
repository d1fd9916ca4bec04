"""From a letter's row to the bytes on the wire: the same bytes at every try.

Everything is derived from the row: the date from when it was queued, the boundary from the Message-ID, links
from the ids stored with it. What can go wrong when a parcel is handed over is named here too; nothing here
connects.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.charset import BASE64, QP, Charset
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from functools import lru_cache
from html import escape
from typing import Protocol

from email_validator import EmailNotValidError, validate_email

from portal.emails.configuration import Post
from portal.emails.invites import FILE_NAME
from portal.emails.models import OutboxEmail

# Headers come ready folded: folding them again would put a blank before a long first word.
WIRE = compat32.clone(linesep="\r\n", cte_type="7bit", max_line_length=None)

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PLACEHOLDER = re.compile(r"\[\[link:([0-9]+)\]\]")


class Unsendable(ValueError):
    """A letter that can never be sent as it is; the text says why, without naming anybody."""


@dataclass(frozen=True)
class Parcel:
    """One letter ready for a mail server: the envelope and the bytes."""

    sender: str
    recipient: str
    message_id: str
    raw: bytes


BAD_CERTIFICATE = "the mail server’s certificate is not valid"
NOT_OFFERED = "the mail server does not offer what the settings ask for"
"""Reasons of a `ServerTrouble` that no waiting mends."""


class ServerTrouble(Exception):
    """The mail server cannot be used at all at the moment. No letter is to blame."""


class TryAgain(Exception):
    """This letter was not taken now; `connection_lost` says that the next one cannot be offered either."""

    def __init__(self, reason: str, *, connection_lost: bool = False) -> None:
        super().__init__(reason)
        self.connection_lost = connection_lost


class Refused(Exception):
    """This letter will never be taken."""


class Transport(Protocol):
    """What `deliver_due` needs: open where it is not open, send one after the other, close."""

    def is_open(self) -> bool:
        """Whether a parcel can be handed over at once."""

    def open(self) -> None:
        """Get ready. Raises `ServerTrouble`."""

    def send(self, parcel: Parcel) -> None:
        """Hand over one parcel. Raises `ServerTrouble`, `TryAgain` or `Refused`."""

    def close(self) -> None:
        """Finish; never raises."""


def pack(email: OutboxEmail, urls: Mapping[int, str], post: Post, *, copy_of: str = "") -> Parcel:
    """Make the parcel of a letter.

    `urls` are the addresses of its links by id, `copy_of` is the Message-ID of the letter that this one
    repeats. Raises `Unsendable`.
    """
    recipient = ascii_address(email.to_address)
    message = _multipart("mixed" if email.calendar else "alternative", email.message_id)
    headers = {
        "From": _address_header("From", post.sender_in(email.language), _our_address(post.sender_address)),
        "To": recipient,
        "Reply-To": _our_address(post.reply_to) if post.reply_to else "",
        "Subject": _header("Subject", email.subject),
        "Date": format_datetime(email.queued_at),
        "Message-ID": _header("Message-ID", email.message_id),
        "References": _header("References", copy_of),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": _header("Content-Language", email.language),
    }
    for name, value in headers.items():
        if value:
            message[name] = value
    try:
        words = [_part(_filled(email.text, email, urls), "plain")]
        words.append(_part(_filled(email.html, email, urls, as_html=True), "html"))
        for part in _with_calendar(email, words) if email.calendar else words:
            message.attach(part)
    except UnicodeError:
        raise Unsendable("the text cannot be encoded") from None
    return Parcel(
        sender=_our_address(post.sender_address),
        recipient=recipient,
        message_id=email.message_id,
        raw=message.as_bytes(policy=WIRE),
    )


def readable_address(address: str) -> str:
    """An address as people write it, where its domain is held as servers write it: “jean@xn--…” is nothing to check."""
    if "xn--" not in address:
        return address
    try:
        return validate_email(address, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        return address


def ascii_address(address: str) -> str:
    """An address as mail servers without extensions take it; the domain of an international one is converted.

    Raises `Unsendable` for what is no address, or one that needs SMTPUTF8 before its "@".
    """
    if not address or _CONTROL.search(address) or address.startswith("-"):
        raise Unsendable("the address is not an email address")
    try:
        checked = validate_email(address, check_deliverability=False, globally_deliverable=False, test_environment=True)
    except (EmailNotValidError, UnicodeError):
        raise Unsendable("the address is not an email address") from None
    if checked.ascii_email is None:
        raise Unsendable("the address has letters that mail servers do not take")
    return checked.ascii_email


@lru_cache(maxsize=8)
def _our_address(address: str) -> str:
    """The campaign's own addresses are the same in every letter, so they are checked once."""
    return ascii_address(address)


def _filled(text: str, email: OutboxEmail, urls: Mapping[int, str], *, as_html: bool = False) -> str:
    """The text with its private links. Only links stored with the letter are filled in."""

    def url(found: re.Match[str]) -> str:
        number = int(found[1])
        if number not in email.link_ids:
            return found[0]
        if number not in urls:
            raise Unsendable("a private link of the letter cannot be made any more")
        return escape(urls[number]) if as_html else urls[number]

    return _PLACEHOLDER.sub(url, text)


def _part(text: str, subtype: str) -> MIMEText:
    """A part in UTF-8, quoted-printable where most of it is ASCII and base64 where it is not."""
    text = text.replace("\r\n", "\n")
    charset = Charset("utf-8")
    extra_bytes = len(text.encode("utf-8")) - len(text)
    charset.body_encoding = QP if extra_bytes * 6 < len(text) else BASE64
    part = MIMEText("", subtype, "utf-8")
    del part["Content-Transfer-Encoding"]
    part.set_payload(text, charset)
    del part["MIME-Version"]
    return part


def _multipart(subtype: str, known_by: str) -> MIMEMultipart:
    """Several parts whose boundary is the same at every try, because it is made of what the letter is known by."""
    made = MIMEMultipart(subtype)
    made.set_boundary("=_" + hashlib.sha256(known_by.encode("utf-8")).hexdigest()[:40])
    return made


def _with_calendar(email: OutboxEmail, words: Sequence[MIMEText]) -> list[MIMEBase]:
    """The words and the calendar file, twice: programs that know invitations read it beside the words (RFC 6047).

    Others show their reader the same file as an attachment to open.
    """
    raw = (email.calendar or "").encode("utf-8")
    beside = _file(raw, "text/calendar", {"method": str(email.calendar_method), "charset": "UTF-8"})
    inner = _multipart("alternative", f"{email.message_id}|alternative")
    del inner["MIME-Version"]
    for part in (*words, beside):
        inner.attach(part)
    attached = _file(raw, "application/ics", {})
    attached.add_header("Content-Disposition", "attachment", filename=FILE_NAME)
    return [inner, attached]


def _file(raw: bytes, content_type: str, parameters: Mapping[str, str]) -> MIMEBase:
    """A part that arrives byte for byte, under the file's name."""
    part = MIMEBase(*content_type.split("/"))
    for name, value in {**parameters, "name": FILE_NAME}.items():
        part.set_param(name, value)
    part.set_payload(raw)
    encode_base64(part)
    del part["MIME-Version"]
    return part


def _header(name: str, value: str) -> str:
    """A header's value in 7 bits. Raises `Unsendable` where it holds a line end or a control character."""
    if _CONTROL.search(value):
        raise Unsendable(f"the header {name} holds a control character")
    # Somebody may have typed what looks like an encoded word; encoded once more it arrives as it was typed.
    if value.isascii() and "=?" not in value:
        return value
    try:
        return Header(value, "utf-8", header_name=name).encode()
    except UnicodeError:
        raise Unsendable(f"the header {name} cannot be encoded") from None


def _address_header(header: str, name: str, address: str) -> str:
    """`Name <address>` in 7 bits."""
    if _CONTROL.search(name):
        raise Unsendable(f"the header {header} holds a control character")
    return formataddr((name, address), "utf-8")

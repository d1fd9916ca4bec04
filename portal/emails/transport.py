"""How a parcel leaves: by SMTP through Flask-Mail, or into the local mailbox of a demo.

Every trouble is sorted into one of three (`parcel.py`): the server is to blame, the letter may be tried
again, or it is refused for good. What then happens to the row is decided in `delivery.py`, and how the connection
is made and how long it waits is in `smtp.py`.
"""

from __future__ import annotations

import math
import re
import smtplib
import ssl
import time
from collections.abc import Container, Mapping
from contextlib import suppress
from typing import Any

from portal.emails.mailbox import local_mailbox
from portal.emails.parcel import BAD_CERTIFICATE, NOT_OFFERED, Parcel, Refused, ServerTrouble, Transport, TryAgain
from portal.emails.smtp import Patient, VerifiedConnection, VerifiedMail

LETTERS_PER_CONNECTION = 100
QUIT_SECONDS = 5.0
PART_OF_THE_LEASE = 0.8
NEEDS_SIGN_IN = (530, 534, 535, 538)
"""Answers that blame our settings, not the letter."""
NONSENSE = "the mail server’s answers make no sense"
GOOD = range(200, 300)
"""An answer counts by its first digit, so that a server may be more exact than the 250 of the books."""


class NoMailServer(RuntimeError):
    """No mail server is set, and this is not a demo."""


class SmtpTransport:
    """Sends by SMTP, many letters over one connection."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._mail = VerifiedMail(config)
        # All answers to one letter must come within its lease, or a second worker could take over a letter that is
        # still on its way.
        self._longest = float(config["MAIL_LEASE_SECONDS"]) * PART_OF_THE_LEASE
        self._connection: VerifiedConnection | None = None
        self._sent = 0

    def is_open(self) -> bool:
        """Whether a letter can be offered at once. A connection is made anew after a number of letters."""
        return self._connection is not None and self._sent < LETTERS_PER_CONNECTION

    def open(self) -> None:
        """Connect. Raises `ServerTrouble` with a reason that names nobody."""
        self.close()
        connection = self._mail.connect()
        try:
            connection.host = connection.configure_host()
        except smtplib.SMTPResponseException as answer:
            raise ServerTrouble(_answer("at the greeting", answer.smtp_code, answer.smtp_error)) from None
        except (OSError, smtplib.SMTPException, ValueError) as trouble:
            raise ServerTrouble(_trouble(trouble)) from None
        self._connection, self._sent = connection, 0

    def send(self, parcel: Parcel) -> None:
        """Offer one parcel to the server. Raises `ServerTrouble`, `TryAgain` or `Refused`."""
        host = self._host()
        host.until = time.monotonic() + self._longest
        said: bytes | str
        try:
            code, said = host.mail(parcel.sender)
        except (OSError, smtplib.SMTPException) as trouble:
            # Before a recipient was named nothing can have been taken: the letter has not really been tried.
            raise ServerTrouble(_trouble(trouble)) from None
        if code not in GOOD:
            raise ServerTrouble(_answer("at our own address", code, said))
        try:
            code, said = host.rcpt(parcel.recipient)
            self._judge("at the address", code, said)
            code, said = host.data(parcel.raw)
        except smtplib.SMTPDataError as answer:
            # Whatever it said, it was not “go ahead”: the text was never sent.
            self._judge("at the text", answer.smtp_code, answer.smtp_error, good=())
        except (OSError, smtplib.SMTPException) as trouble:
            raise TryAgain(_trouble(trouble), connection_lost=True) from None
        self._judge("at the text", code, said)
        self._sent += 1

    def close(self) -> None:
        """Say goodbye, but not for long."""
        host = self._connection.host if self._connection is not None else None
        self._connection = None
        if isinstance(host, Patient):
            with suppress(OSError, smtplib.SMTPException):
                if host.sock is not None:
                    host.timeout, host.until = min(QUIT_SECONDS, self._mail.timeout), math.inf
                    host.sock.settimeout(host.timeout)
                    host.quit()
            host.close()

    def _host(self) -> Patient:
        """The open connection."""
        host = self._connection.host if self._connection is not None else None
        if not isinstance(host, Patient):
            raise ServerTrouble("the connection is closed")
        return host

    def _judge(self, where: str, code: int, said: bytes | str, good: Container[int] = GOOD) -> None:
        """Say what an answer means for the letter, and make the connection ready for the next one."""
        if code in good:
            return
        reason = _answer(where, code, said)
        if code in NEEDS_SIGN_IN:
            raise ServerTrouble(reason)
        lost = code == 421 or not 400 <= code < 600
        if lost or not self._starts_afresh():
            self.close()
        if 500 <= code < 600:
            raise Refused(reason)
        raise TryAgain(reason, connection_lost=lost)

    def _starts_afresh(self) -> bool:
        """Whether the server has forgotten the letter that it did not take."""
        try:
            return self._host().rset()[0] in GOOD
        except (OSError, smtplib.SMTPException):
            return False


def choose_transport(config: Mapping[str, Any]) -> Transport:
    """The way letters leave under this configuration. Raises `NoMailServer`."""
    box = local_mailbox(config)
    if box is not None:
        return box
    if not config.get("MAIL_SERVER"):
        raise NoMailServer("Set MAIL_SERVER: see docs/running.md.")
    return SmtpTransport(config)


def _answer(where: str, code: int, said: bytes | str) -> str:
    """A server's answer in codes alone: the words behind them often hold addresses."""
    if not 400 <= code < 600:
        return NONSENSE
    words = said.decode("ascii", "replace") if isinstance(said, bytes) else str(said)
    extended = re.match(r"\s*([245]\.\d{1,3}\.\d{1,3})\b", words)
    return f"{code} {extended[1]} {where}" if extended else f"{code} {where}"


def _trouble(trouble: Exception) -> str:
    """A connection's trouble in our own words."""
    if isinstance(trouble, ssl.SSLCertVerificationError):
        return BAD_CERTIFICATE
    if isinstance(trouble, ssl.SSLError):
        return "no encrypted connection to the mail server"
    if isinstance(trouble, TimeoutError) or "timed out" in str(trouble):
        return "the mail server did not answer in time"
    if isinstance(trouble, ConnectionRefusedError):
        return "the mail server refused the connection"
    if isinstance(trouble, smtplib.SMTPResponseException):
        return NONSENSE
    if isinstance(trouble, smtplib.SMTPServerDisconnected | ConnectionError):
        return "the mail server cut the connection"
    if isinstance(trouble, smtplib.SMTPNotSupportedError):
        return NOT_OFFERED
    return f"the mail server cannot be reached ({type(trouble).__name__})"

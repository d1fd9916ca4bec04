"""The connection to a mail server: Flask-Mail's, with a verified certificate and an end to every wait.

Python's smtplib counts its time-out from byte to byte: a server that dribbles would keep a letter for hours. Here a
whole answer has to come within it. What an answer means is decided in `transport.py`.
"""

from __future__ import annotations

import math
import smtplib
import socket
import ssl
import time
from collections.abc import Mapping
from typing import Any

from flask_mail import Connection, Mail

from portal.emails.configuration import read

LONGEST_ANSWER = 64 * 1024
"""Bytes that all lines of one answer may have together."""


class Answers:
    """Reads a server's answers line by line, each whole answer within one time-out."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._until = 0.0
        self._room = 0
        self.ahead = b""
        """What the server has said beyond the answers that were read."""

    def begin(self, seconds: float) -> None:
        """The next answer is waited for from now on."""
        self._until = time.monotonic() + seconds
        self._room = LONGEST_ANSWER

    def readline(self, size: int) -> bytes:
        """At most `size` bytes of the next line; empty where it was cut off. Raises `OSError`, also when time is up."""
        while b"\n" not in self.ahead and len(self.ahead) < size:
            left = self._until - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self._socket.settimeout(left)
            piece = self._socket.recv(4096)
            if not piece:
                # Half a line is no answer, whatever it begins with.
                self.ahead = b""
                break
            self.ahead += piece
        end = min(self.ahead.find(b"\n") + 1 or len(self.ahead), size)
        line, self.ahead = self.ahead[:end], self.ahead[end:]
        self._room -= len(line)
        if self._room < 0:
            raise OSError("the answer has no end")
        return line

    def close(self) -> None:
        """The socket is closed by its owner."""


class Patient(smtplib.SMTP):
    """smtplib's client with `Answers`, which never goes on with a server that is out of step."""

    until: float = math.inf
    """The moment (of the monotonic clock) after which no answer is waited for, however short the wait was so far."""

    def getreply(self) -> tuple[int, bytes]:
        """One answer: its code and its words. Raises `SMTPException`."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        if not isinstance(self.file, Answers):
            self.file = Answers(self.sock)
        self.file.begin(min(self.timeout, self.until - time.monotonic()))
        answer = super().getreply()
        if self.sock is not None:
            self.sock.settimeout(self.timeout)
        return answer

    def send(self, s: Any) -> None:
        """Send; but where the server has spoken out of turn its next answer would be taken for another's."""
        if isinstance(self.file, Answers) and self.file.ahead:
            self.close()
            raise smtplib.SMTPServerDisconnected("the server spoke out of turn")
        super().send(s)


class PatientEncrypted(Patient, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class VerifiedConnection(Connection):
    """Flask-Mail's connection with a verified certificate and a time-out at every command."""

    def __init__(self, mail: Any, *, timeout: float, ca_file: str | None, own_name: str) -> None:
        super().__init__(mail)
        self.timeout = timeout
        self.ca_file = ca_file
        self.own_name = own_name

    def configure_host(self) -> Patient:
        """Connect, encrypt and sign in as the settings say."""
        mail = self.mail
        context = ssl.create_default_context(cafile=self.ca_file) if mail.use_ssl or mail.use_tls else None
        options: dict[str, Any] = {"local_hostname": self.own_name, "timeout": self.timeout}
        if mail.use_ssl:
            host: Patient = PatientEncrypted(mail.server, mail.port, context=context, **options)
        else:
            host = Patient(mail.server, mail.port, **options)
        try:
            if mail.use_tls and not mail.use_ssl:
                host.starttls(context=context)
            if mail.username and mail.password:
                host.login(mail.username, mail.password)
            host.ehlo_or_helo_if_needed()
        except BaseException:
            host.close()
            raise
        return host


class VerifiedMail(Mail):
    """Flask-Mail with `VerifiedConnection`; Flask-Mail's own accepts any certificate and waits for ever."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__()
        self.state = self.init_mail(dict(config))
        self.timeout = float(config.get("MAIL_TIMEOUT") or 30)
        self.ca_file = str(config.get("MAIL_CA_FILE") or "") or None
        self.own_name = read(config).sender_domain

    def connect(self) -> VerifiedConnection:
        """A connection that is not open yet."""
        return VerifiedConnection(self.state, timeout=self.timeout, ca_file=self.ca_file, own_name=self.own_name)

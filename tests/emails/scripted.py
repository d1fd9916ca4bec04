"""A mail server that answers each command with whatever bytes a test wants, sense or nonsense."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from tests.emails.servers import CERTIFICATES

USUAL = {
    "greeting": b"220 mail.example.org\r\n",
    "ehlo": b"250-mail.example.org\r\n250 8BITMIME\r\n",
    "mail": b"250 fine\r\n",
    "rcpt": b"250 fine\r\n",
    "data": b"354 go on\r\n",
    "text": b"250 taken\r\n",
    "rset": b"250 fine\r\n",
    "quit": b"221 bye\r\n",
    "starttls": b"220 go on\r\n",
}


@dataclass
class Scripted:
    """The server. `says` replaces the usual answer to a command: bytes, or pieces with `pause` seconds between.

    An answer that ends with None cuts the connection.
    """

    port: int
    says: dict[str, bytes | Iterable[bytes | None]] = field(default_factory=dict)
    pause: float = 0.0
    texts: list[bytes] = field(default_factory=list)
    with_tls: bool = False

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self._stopping = False
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._stopping = True
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        self._thread.join(20)
        self._listening.close()

    def _serve(self) -> None:
        while not self._stopping:
            connection, _ = self._listening.accept()
            with suppress(OSError):
                self._talk(connection)
            connection.close()

    def _talk(self, connection: socket.socket) -> None:
        """One conversation."""
        connection.settimeout(5)
        if not self._say(connection, "greeting"):
            return
        while line := self._line(connection):
            command = line.split(b" ")[0].strip().lower().decode()
            if not self._say(connection, command):
                return
            if command == "starttls":
                context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
                context.load_cert_chain(CERTIFICATES / "localhost.pem")
                connection = context.wrap_socket(connection, server_side=True)
            if command == "data" and self.says.get("data", USUAL["data"]) == USUAL["data"]:
                text = b""
                while not text.endswith(b"\r\n.\r\n"):
                    text += self._line(connection)
                self.texts.append(text)
                if not self._say(connection, "text"):
                    return

    def _line(self, connection: socket.socket) -> bytes:
        """One line of the other side; empty where it has left."""
        line = b""
        while not line.endswith(b"\n"):
            piece = connection.recv(1)
            if not piece:
                return b""
            line += piece
        return line

    def _say(self, connection: socket.socket, command: str) -> bool:
        """Answer; False where the answer was to cut the connection."""
        usual = USUAL.get(command, b"502 what?\r\n")
        if command == "ehlo" and self.with_tls and not isinstance(connection, ssl.SSLSocket):
            usual = b"250-mail.example.org\r\n250 STARTTLS\r\n"
        answer = self.says.get(command, usual)
        for piece in [answer] if isinstance(answer, bytes) else answer:
            if piece is None:
                # Below an encrypted connection: no farewell, as when a cable is pulled.
                connection.shutdown(socket.SHUT_RDWR)
                return False
            connection.sendall(piece)
            if self.pause:
                time.sleep(self.pause)
        return True

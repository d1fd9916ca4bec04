"""The quickest mail server there can be, so that the worker is what is measured: `python -m benchmarks.mail_server MODE`.

It prints its port, then for each line on standard input how many letters it has taken. Mode: quick, or silent (it says
hello and never answers to a letter).
"""

from __future__ import annotations

import socket
import sys
import threading
from contextlib import suppress


class Quick:
    """The server."""

    def __init__(self, *, is_silent: bool) -> None:
        self.taken = 0
        self.is_silent = is_silent
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listening.accept()
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines = connection.makefile("rb")
        with suppress(OSError):
            connection.sendall(b"220 quick\r\n")
            for line in lines:
                command = line[:4].lower()
                if self.is_silent and command == b"mail":
                    continue
                if command == b"data":
                    connection.sendall(b"354 go on\r\n")
                    while lines.readline() != b".\r\n":
                        continue
                    self.taken += 1
                connection.sendall(b"250 fine\r\n")
                if command == b"quit":
                    break
        connection.close()


def main() -> None:
    """Serve until standard input is closed."""
    server = Quick(is_silent=sys.argv[1] == "silent")
    print(server.port, flush=True)
    for _ in sys.stdin:
        print(server.taken, flush=True)


if __name__ == "__main__":
    main()

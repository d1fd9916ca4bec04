"""A way to a TCP server that a test can cut, or let swallow everything."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

from tests.processes import free_port


class Proxy:
    """Passes on what comes to `port`. Modes: open, cut (refuse, and end what there is), swallow (say nothing more)."""

    def __init__(self, to: int) -> None:
        self.to = to
        self.port = free_port()
        self.mode = "open"
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self._pairs: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End every connection, and refuse new ones."""
        self.mode = "cut"
        self._end_all()

    def swallow(self) -> None:
        """Take everything, old connections and new, and pass nothing on: as a network that has lost the server."""
        self.mode = "swallow"

    def mend(self) -> None:
        """Pass on again. What was swallowed is lost, so its connections are ended."""
        if self.mode == "swallow":
            self._end_all()
        self.mode = "open"

    def close(self) -> None:
        """Stop."""
        self.cut()
        self._listening.close()

    def _end_all(self) -> None:
        for each in self._pairs:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._pairs.clear()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                if self.mode == "cut":
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self.to))
                self._pairs += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                if self.mode != "swallow":
                    other.sendall(data)
        for each in (one, other):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

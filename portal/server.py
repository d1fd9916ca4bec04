"""The web server: waitress, in one process or several on one listening socket, stopped cleanly by SIGTERM."""

from __future__ import annotations

import os
import signal
import socket
from types import FrameType

from flask import Flask
from waitress import create_server


class CannotListenError(RuntimeError):
    """The address is taken or not ours; the message says what to set."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises `CannotListenError` with a sentence for people."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise CannotListenError(f"Port {port} on {host} cannot be used ({error.strerror}). Set PORT to another.") from None
    listening.listen(1024)
    return listening


def serve(app: Flask, listening: socket.socket) -> None:
    """Answer requests until SIGTERM or SIGINT; requests under way are finished first."""
    server = create_server(
        app,
        sockets=[listening],
        threads=app.config["WEB_THREADS"],
        ident="",
        # Slow clients hold a connection, not a thread; there may be many of them.
        connection_limit=1000,
        channel_timeout=60,
        max_request_body_size=16_000_000,
        clear_untrusted_proxy_headers=False,
    )

    def stop(signum: int, frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        server.run()
    finally:
        server.task_dispatcher.shutdown(cancel_pending=False, timeout=10)
        server.close()


def serve_many(app: Flask, listening: socket.socket, processes: int) -> None:
    """Fork `processes` servers on one socket, replace one that dies, and stop them all on SIGTERM."""
    children: set[int] = set()
    stopping = False

    def stop(signum: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True
        for child in children:
            os.kill(child, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopping or children:
        while not stopping and len(children) < processes:
            child = os.fork()
            if child == 0:
                serve(app, listening)
                os._exit(0)
            children.add(child)
        try:
            gone, _ = os.wait()
        except (ChildProcessError, InterruptedError):
            continue
        children.discard(gone)

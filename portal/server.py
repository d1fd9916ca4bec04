"""The web server: waitress, in one process or several on one listening socket, stopped cleanly by SIGTERM."""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from flask import Flask
from waitress import create_server

log = logging.getLogger(__name__)

FINISH_SECONDS = 10
"""How long requests under way may take once the server was told to stop."""
RESTART_SECONDS = 0.5
OBJECTS_BETWEEN_SWEEPS = 10_000
"""How many more objects than before a process may hold until it looks for those that only refer to each other."""
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
M_ARENA_MAX = -8
"""The number by which glibc’s `mallopt` knows how many stores of memory its threads may open."""


class CannotListenError(RuntimeError):
    """The address is taken or not ours; the message says what to set."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises `CannotListenError` with a sentence for people."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        why = getattr(error, "strerror", None) or "there is no such port"
        raise CannotListenError(f"Port {port} on {host} cannot be used ({why}). Set PORT to another.") from None
    listening.listen(1024)
    return listening


def serve(app: Flask, listening: socket.socket) -> None:
    """Answer requests until SIGTERM or SIGINT; requests under way are finished first."""
    # What was made at the start stays until the end, and a page leaves little that refers to itself: to look through
    # all that is new after each few hundred objects took a twentieth of a page's time.
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_SWEEPS, 10, 10)
    share_memory()
    # It warns of every request that waits for a thread, even for a thousandth of a second.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = create_server(
        app,
        sockets=[listening],
        threads=app.config["WEB_THREADS"],
        ident="",
        # Slow clients hold a connection, not a thread; there may be many of them.
        connection_limit=1000,
        channel_timeout=60,
        # select() knows no descriptor above 1023, and a thousand connections come close.
        asyncore_use_poll=True,
        max_request_body_size=16_000_000,
        clear_untrusted_proxy_headers=False,
    )
    stopping = False

    def stop(signum: int, frame: FrameType | None) -> None:
        nonlocal stopping
        # Told again while it stops, it goes on stopping: what would wake it may be closed by then.
        if not stopping:
            stopping = True
            server.pull_trigger()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        while not stopping:
            _turn(server, seconds=30)
        # Whoever comes now is sent away at once instead of waiting for nobody.
        server.del_channel()
        listening.close()
        end = time.monotonic() + FINISH_SECONDS
        while _is_busy(server) and time.monotonic() < end:
            _turn(server, seconds=0.05)
    finally:
        server.task_dispatcher.shutdown(timeout=1)
        server.close()


def share_memory() -> None:
    """Have all threads take their memory from one store, where the C library knows of stores (glibc).

    Each thread would open one of its own, and give little of it back: 2 MB for two threads, and slowly more. As only
    one of them runs Python at a time, none has to wait for another. What the start has left unused is given back.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(M_ARENA_MAX, 1)
    if hasattr(library, "malloc_trim"):
        # What was needed only to start is free by now, but still held.
        library.malloc_trim(0)


def _turn(server: Any, seconds: float) -> None:
    """Deal with whatever the sockets have, waiting for at most so many seconds."""
    server.asyncore.loop(timeout=seconds, use_poll=True, map=server._map, count=1)


def _is_busy(server: Any) -> bool:
    """Whether somebody waits for an answer that is being made or not yet sent."""
    return any(channel.requests or channel.total_outbufs_len for channel in list(server.active_channels.values()))


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
            with _signals_held():
                children.add(_fork(app, listening))
        try:
            gone, _ = os.wait()
        except (ChildProcessError, InterruptedError):
            continue
        children.discard(gone)
        if not stopping:
            # One that dies at its start must not be replaced a thousand times a second.
            time.sleep(RESTART_SECONDS)


@contextmanager
def _signals_held() -> Iterator[None]:
    """Let SIGTERM and SIGINT wait for a moment."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)


def _fork(app: Flask, listening: socket.socket) -> int:
    """Start one server process and return its number; a child must not run its parent's handler."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            for number in STOP_SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
            serve(app, listening)
            status = 0
        except Exception:
            log.exception("a server process ends")
        finally:
            os._exit(status)
    return child

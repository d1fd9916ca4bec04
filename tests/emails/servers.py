"""A real mail server whose manners a test chooses, and may change while letters flow."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

CERTIFICATES = Path(__file__).parent / "certificates"


@dataclass
class Taken:
    """One message the server has taken."""

    sender: str
    recipients: list[str]
    raw: bytes


@dataclass
class Manners:
    """How the server behaves, and what it has seen.

    Modes: ok, greeting-421, mail-421, mail-550, rcpt-450, rcpt-550, data-451, data-554, cut-after-data
    (taken, then cut), cut-before-taking, cut-on-connect, silent (never answers MAIL), slow (half a second per
    message), greylist. Three modes set `holding` and stand still until `released`: hold-greeting, hold-mail and
    hold (the message is taken, but not yet said to be).
    """

    mode: str = "ok"
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0
    offered: int = 0
    refuse: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    holding: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self.mode == "silent":
            await asyncio.sleep(30)
        if self.mode == "hold-mail":
            await self.hold()
        if self.mode == "mail-421":
            return "421 4.3.2 closing"
        if self.mode == "mail-550":
            return "550 5.7.1 you may not send as this address"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        self.offered += 1
        if self.mode == "rcpt-450":
            return f"450 4.2.0 <{address}> is busy"
        if self.mode == "rcpt-550" or address in self.refuse:
            return f"550 5.1.1 <{address}> does not exist"
        if self.mode == "greylist" and address not in self.seen:
            self.seen.add(address)
            return "450 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.mode == "data-451":
            return "451 4.3.0 try again"
        if self.mode == "data-554":
            return "554 5.7.1 not wanted"
        if self.mode == "cut-before-taking":
            server.transport.abort()
            return "451 gone"
        if self.mode == "slow":
            await asyncio.sleep(0.5)
        self.taken.append(Taken(envelope.mail_from, list(envelope.rcpt_tos), bytes(envelope.original_content)))
        if self.mode == "cut-after-data":
            server.transport.abort()
        if self.mode == "hold":
            await self.hold()
        return "250 2.0.0 taken"

    async def hold(self) -> None:
        """Say that the moment has come, and wait."""
        self.holding.set()
        await asyncio.to_thread(self.released.wait, 20)

    def let_go(self, mode: str = "ok") -> None:
        """Go on in another mode."""
        self.mode = mode
        self.holding.clear()
        self.released.set()

    def ready_to(self, mode: str) -> None:
        """From now on stand still in one of the modes that do."""
        self.released.clear()
        self.holding.clear()
        self.mode = mode


class _Server(SMTP):
    def connection_made(self, transport: Any) -> None:
        manners = self.event_handler
        manners.connections += 1
        if manners.mode == "cut-on-connect":
            transport.abort()
        elif manners.mode == "hold-greeting":
            manners.holding.set()
        elif manners.mode == "greeting-421":
            transport.write(b"421 4.3.2 busy\r\n")
            transport.close()
        else:
            super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self.transport is not None:
            super().connection_lost(error)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Server(self.handler, **self.SMTP_kwargs)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(
    *, port: int | None = None, certificate: str | None = None, login: tuple[str, str] | None = None
) -> tuple[_Controller, Manners]:
    """Start a server on this machine; with a certificate it insists on STARTTLS."""
    manners = Manners()
    options: dict[str, Any] = {"enable_SMTPUTF8": False}
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
        options |= {"tls_context": context, "require_starttls": True}
    if login:

        def judge(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
            return AuthResult(success=(data.login.decode(), data.password.decode()) == login, handled=False)

        options |= {"authenticator": judge, "auth_required": True, "auth_require_tls": bool(certificate)}
    controller = _Controller(manners, hostname="127.0.0.1", port=port or free_port(), **options)
    controller.start()
    manners.connections = 0
    return controller, manners

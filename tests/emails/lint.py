"""Judges a message as a careful mail server, and a careful reader's mail program, would judge it."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime

from tests.emails.calendar_lint import lint_calendar

OURS = "https://portal.example.org"
ACTIVE = re.compile(r"<(script|iframe|form|object|embed|link|base)\b|\bon[a-z]+=|javascript:", re.IGNORECASE)
FROM_AFAR = re.compile(r"<img\b[^>]*\bsrc\s*=\s*[\"']?(?!cid:|data:)|url\(\s*[\"']?https?:|@import", re.IGNORECASE)


def lint(raw: bytes, recipients: list[str]) -> EmailMessage:
    """Fail unless the message is well-formed in every respect; the parsed message."""
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\0" not in raw
    assert all(byte < 128 for byte in raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    head = raw.split(b"\r\n\r\n", 1)[0]
    assert max(map(len, head.split(b"\r\n"))) <= 200
    message = email.message_from_bytes(raw, policy=email.policy.default)
    for name in ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"):
        assert len(message.get_all(name) or []) == 1, name
    assert "Bcc" not in message
    assert not message.defects
    assert not any(part.defects for part in message.walk())
    assert re.fullmatch(r"<[^<>\s@]+@[^<>\s@]+>", message["Message-ID"])
    assert parsedate_to_datetime(message["Date"]).tzinfo is not None
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert {address for _, address in getaddresses([message["To"]])} == set(recipients)
    words = ["multipart/alternative", "text/plain", "text/html"]
    parts = list(message.walk())
    if message.get_content_type() == "multipart/mixed":
        assert [part.get_content_type() for part in parts[1:]] == [*words, "text/calendar", "application/ics"]
        lint_invitation(parts[-2], parts[-1])
    else:
        assert [part.get_content_type() for part in parts] == words
    assert message.get_body(("plain",)).get_content().strip()
    html = message.get_body(("html",)).get_content()
    assert not ACTIVE.search(html)
    assert not FROM_AFAR.search(html), "a remote picture tells its owner who reads"
    return message


def lint_invitation(beside: EmailMessage, attached: EmailMessage) -> None:
    """Fail unless the calendar file stands beside the words and as an attachment, whole and the same."""
    raw = beside.get_payload(decode=True)
    calendar = lint_calendar(raw)
    assert beside["Content-Type"].params["method"] == calendar["METHOD"]
    assert beside["Content-Type"].params["charset"] == "UTF-8"
    assert beside.get_filename() == attached.get_filename() == "invite.ics"
    assert not beside.is_attachment()
    assert attached.is_attachment()
    assert attached.get_payload(decode=True) == raw


def links_of(message: EmailMessage) -> set[str]:
    """Every address that the message leads to."""
    both = "".join(message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    return set(re.findall(r"https?://[^\s\"'<>)]+", both))

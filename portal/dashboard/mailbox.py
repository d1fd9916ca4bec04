"""The local mailbox of a demonstration: every letter that was sent, to be read as its addressee would.

It exists only in a demo and only while no mail server is set; otherwise these pages are not found.
"""

from __future__ import annotations

import re

from flask import Response as FlaskResponse
from flask import abort, current_app, render_template
from markupsafe import Markup, escape

from portal.clock import london_day, utc_now
from portal.dashboard import words
from portal.dashboard.blueprint import blueprint
from portal.dashboard.mail import calendar_answer, sandboxed
from portal.emails.mailbox import LocalMailbox, LocalMessage, local_mailbox
from portal.security import needs


@blueprint.get("/mailbox")
@needs("coordinator")
def mailbox() -> str:
    """All letters, newest first."""
    today = london_day(utc_now())
    return render_template(
        "dashboard/mailbox.html",
        messages=[
            (message, words.when(message.sent_at, today) if message.sent_at else "") for message in _box().messages()
        ],
    )


@blueprint.get("/mailbox/<message_id>")
@needs("coordinator")
def mailbox_message(message_id: str) -> str:
    """One letter, with links that work."""
    message = _message(message_id)
    today = london_day(utc_now())
    return render_template(
        "dashboard/mailbox_message.html",
        message=message,
        sent=words.when(message.sent_at, today) if message.sent_at else "",
        text=with_links(message.text, str(current_app.config["PUBLIC_URL"])),
    )


@blueprint.get("/mailbox/<message_id>/html")
@needs("coordinator")
def mailbox_html(message_id: str) -> FlaskResponse:
    """One letter's HTML part, as a mail program would show it."""
    return sandboxed(_message(message_id).html)


@blueprint.get("/mailbox/<message_id>/calendar")
@needs("coordinator")
def mailbox_calendar(message_id: str) -> FlaskResponse:
    """The calendar file that came with a letter."""
    message = _message(message_id)
    if not message.calendar:
        abort(404)
    return calendar_answer(message.calendar)


def with_links(text: str, public_url: str) -> Markup:
    """The text, escaped, with our own addresses as links; nobody else's become one."""
    ours = re.compile("(" + re.escape(public_url) + r"/[A-Za-z0-9/_?=&;.%~-]*)")
    link = Markup('<a href="{0}">{0}</a>')
    # Splitting by a group puts the addresses at the odd places.
    parts = [link.format(part) if place % 2 else escape(part) for place, part in enumerate(ours.split(text))]
    return Markup("").join(parts)


def _box() -> LocalMailbox:
    box = local_mailbox(current_app.config)
    if box is None:
        abort(404)
    return box


def _message(message_id: str) -> LocalMessage:
    message = _box().read(message_id)
    if message is None:
        abort(404)
    return message

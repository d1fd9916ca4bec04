"""A coordinator's own calendars to subscribe to: making one, a new secret address, ending it. They stand on `account`.

What is in them is decided in `speakers/feeds`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.accounts.models import Coordinator
from portal.clock import utc_now
from portal.dashboard.blueprint import blueprint
from portal.extensions import db
from portal.security import needs
from portal.speakers import feeds
from portal.speakers.feeds import CalendarFeed, TooManyFeedsError
from portal.submissions.whole import LARGEST_NUMBER


def listed(coordinator_id: int, now: datetime) -> list[dict[str, Any]]:
    """A coordinator's calendars, ready to print."""
    return [
        {
            "id": feed.id,
            "what": ("All meetings of the campaign" if feed.whole else "Meetings you look after")
            + (", with the speakers’ names" if feed.names else ", speakers as “guest speaker”"),
            "address": address,
            "link": feeds.in_a_program(address),
        }
        for feed, address in feeds.of_coordinator(db.session(), coordinator_id, now)
    ]


@blueprint.post("/account/calendars")
@needs("coordinator")
def add_calendar() -> Response:
    """Make a calendar."""
    person = db.session.get_one(Coordinator, current_user.id)
    whole, names = request.form.get("which") == "all", request.form.get("names") == "yes"
    try:
        feeds.add(db.session(), person, whole=whole, names=names, now=utc_now())
    except TooManyFeedsError:
        flash(f"You have {feeds.MOST} calendars already. End one that you no longer use.", "error")
        return _back()
    db.session.commit()
    flash("The calendar is there. Copy its address into your calendar program.", "success")
    return _back()


@blueprint.post("/account/calendars/<int:feed_id>/new-address")
@needs("coordinator")
def renew_calendar(feed_id: int) -> Response:
    """Give a calendar a new address in place of the old."""
    feeds.renew_address(db.session(), _own(feed_id), utc_now())
    db.session.commit()
    flash("It has a new address. The old one opens nothing any more.", "success")
    return _back()


@blueprint.post("/account/calendars/<int:feed_id>/end")
@needs("coordinator")
def end_calendar(feed_id: int) -> Response:
    """End a calendar."""
    feeds.end(db.session(), _own(feed_id), utc_now())
    db.session.commit()
    flash("The calendar is ended. Its address opens nothing any more.", "success")
    return _back()


def _own(feed_id: int) -> CalendarFeed:
    feed = feeds.own(db.session(), current_user.id, feed_id) if feed_id <= LARGEST_NUMBER else None
    if feed is None:
        abort(404)
    return feed


def _back() -> Response:
    return redirect(url_for("dashboard.account", _anchor="calendars"), 303)

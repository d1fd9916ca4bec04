"""A calendar behind its secret address, as calendar programs fetch it. Opening it changes nothing."""

from __future__ import annotations

from flask import Response, request

from portal import limits
from portal.clock import utc_now
from portal.extensions import db
from portal.public.blueprint import blueprint
from portal.public.finding import NoSuchLinkError
from portal.speakers import feeds


@blueprint.get("/feed/<token>")
def feed(token: str) -> Response:
    """The calendar; 304 where the program has it as it is, and the same 404 for whatever opens nothing."""
    token = token.removesuffix(".ics")
    # The count is a transaction of its own, so it comes before the page's.
    limits.refuse_if_over(
        limits.count("LIMIT_FEED", "feed", token),
        limits.count("LIMIT_FEED_PER_ADDRESS", "address", request.remote_addr or ""),
    )
    calendar = feeds.opened(db.session(), token, utc_now())
    if calendar is None:
        raise NoSuchLinkError
    response = Response(calendar, mimetype="text/calendar")
    response.headers["Content-Disposition"] = "inline; filename=meetings.ics"
    response.add_etag()
    response.make_conditional(request)
    return response

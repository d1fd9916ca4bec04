"""Pages that only tell something: how we use details, accessibility, contact, and what machines may read."""

from __future__ import annotations

from flask import Response, current_app, render_template

from portal.public import reply_time
from portal.public.blueprint import blueprint, in_both_languages
from portal.submissions.private_links import OPEN_AFTER_CLOSING

NOT_FOR_MACHINES = (
    "/dashboard",
    "/login",
    "/track/",
    "/speak/",
    "/new-address/",
    "/feed/",
    "/find-my-request",
    "/uk/find-my-request",
)


@in_both_languages("/how-we-use-your-details")
def privacy() -> str:
    """What we do with details, in layers."""
    return render_template(
        "public/privacy.html",
        draft_hours=current_app.config["DRAFT_HOURS"],
        link_days=OPEN_AFTER_CLOSING.days,
    )


@in_both_languages("/accessibility")
def accessibility() -> str:
    """How accessible these pages are, and whom to tell."""
    return render_template("public/accessibility.html")


@in_both_languages("/contact")
def contact() -> str:
    """How to reach the campaign."""
    return render_template("public/contact.html", answered_within=reply_time.sentence())


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What search engines should leave alone."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_MACHINES)]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")

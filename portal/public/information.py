"""Pages that only tell something: how we use details, accessibility, contact, and what machines may read."""

from __future__ import annotations

from flask import Response, abort, current_app, render_template
from flask_babel import gettext as _

from portal import campaign_words
from portal.emails.links import PURPOSES
from portal.public import context, language, reply_time
from portal.public.blueprint import blueprint, in_both_languages
from portal.submissions.private_links import OPEN_AFTER_CLOSING

NOT_FOR_MACHINES = ("/dashboard", "/login", *PURPOSES.values(), "/find-my-request", "/uk/find-my-request")


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


@in_both_languages("/aims")
def aims() -> str:
    """What the campaign stands for; 404 until somebody has written it."""
    return _own_words("aims", str(_("Aims of the campaign")))


@in_both_languages("/model-motion")
def model_motion() -> str:
    """A motion that a branch can take to its meeting; 404 where the campaign has taken it away."""
    return _own_words("model_motion", str(_("Model motion")))


@in_both_languages("/model-motion.txt")
def motion_file() -> Response:
    """The same motion as a file, to be changed and sent on; 404 where there is none."""
    words, of = campaign_words.shown(context.values(), "model_motion", language.current())
    if not words:
        abort(404)
    # The sign before the first letter tells old programs that it is UTF-8; the line ends are those of Windows.
    lines = "\ufeff" + "\r\n".join([*words.splitlines(), ""])
    name = "model-motion-uk.txt" if of == "uk" else "model-motion.txt"
    return Response(lines, mimetype="text/plain", headers={"Content-Disposition": f"attachment; filename={name}"})


def _own_words(name: str, heading: str) -> str:
    """A page that shows a text of the campaign."""
    words, of = campaign_words.shown(context.values(), name, language.current())
    if not words:
        abort(404)
    return render_template(
        "public/own_words.html",
        heading=heading,
        paragraphs=campaign_words.paragraphs(words),
        words_language=of,
        numbered=campaign_words.numbered,
        is_motion=name == "model_motion",
        is_template=words in campaign_words.MODEL_MOTIONS,
    )


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What search engines should leave alone."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_MACHINES)]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")

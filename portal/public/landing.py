"""The first page: what a branch can ask for, what happens then, and the twinnings that both sides let us show."""

from __future__ import annotations

import re

from flask import render_template

from portal import settings
from portal.extensions import db
from portal.public import context, reply_time
from portal.public.blueprint import in_both_languages
from portal.public.twinnings_shown import shown
from portal.submissions import registry

CYRILLIC = re.compile("[а-яіїєґ]", re.IGNORECASE)
FIRST_PROMISES = ("speaker.received", "twinning.received", "affiliation.received")


@in_both_languages("/")
def home() -> str:
    """The first page. Nothing on it is invented: twinnings, reply time and quotation come from the database."""
    values = context.values()
    quotation = settings.quotation(values)
    twinnings = shown(db.session())
    return render_template(
        "public/home.html",
        kinds=registry.kinds(),
        twinnings=twinnings,
        answered_within=reply_time.sentence(),
        reply_days=max(int(values[name]) for name in FIRST_PROMISES),
        quotation=quotation,
        quotation_language="uk" if quotation and CYRILLIC.search(quotation[0]) else "en",
        opening_text=str(values["opening_text"]),
    )

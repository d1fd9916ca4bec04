"""The first page: what a branch can ask for, what happens then, and the twinnings that both sides let us show."""

from __future__ import annotations

import re

from flask import render_template

from portal import campaign_words, settings
from portal.extensions import db
from portal.public import context, language, reply_time
from portal.public.blueprint import in_both_languages
from portal.public.twinnings_shown import shown
from portal.submissions import registry

CYRILLIC = re.compile("[а-яіїєґ]", re.IGNORECASE)
FIRST_PROMISES = ("speaker.received", "twinning.received", "affiliation.received")


@in_both_languages("/")
def home() -> str:
    """The first page. Nothing on it is invented: twinnings, reply time and quotation come from the database."""
    values = context.values()
    quotation = settings.quotation(values, language.current())
    opening = campaign_words.shown(values, "opening_text", language.current())[0]
    twinnings = shown(db.session())
    return render_template(
        "public/home.html",
        kinds=registry.of_branches(),
        twinnings=twinnings,
        answered_within=reply_time.sentence(),
        reply_days=max(int(values[name]) for name in FIRST_PROMISES),
        quotation=quotation,
        quotation_language=_language_of(quotation[0] if quotation else ""),
        author_language=_language_of(quotation[1] if quotation else ""),
        opening_text=opening,
        opening_language=_language_of(opening),
    )


def _language_of(words: str) -> str:
    """The language of what somebody wrote, by its letters: an English box may hold Ukrainian words."""
    return "uk" if CYRILLIC.search(words) else "en"

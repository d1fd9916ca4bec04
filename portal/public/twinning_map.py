"""The public map and list of the twinnings: what both sides of each allow, and no more."""

from __future__ import annotations

from flask import render_template

from portal.clock import london_day, utc_now
from portal.extensions import db
from portal.public import twinnings_shown
from portal.public.blueprint import in_both_languages
from portal.submissions.day_words import month_in_words
from portal.twinning import diary
from portal.twinning.diary_forms import NAMES
from portal.twinning.public_pairs import public_pairs, sectors_told

MOST = 500
"""So many pairs are listed, the newest first."""


@in_both_languages("/twinnings")
def twinnings() -> str:
    """The map, the same as a table, and the list. It counts nothing but what it lists."""
    session, today = db.session(), london_day(utc_now())
    pairs = public_pairs(session, MOST)
    shown = twinnings_shown.drawn(pairs, sectors_told(session, pairs))
    names = {pair.number: drawn for pair, drawn in zip(pairs, shown.pairs, strict=True)}
    return render_template(
        "public/twinnings.html",
        twinnings=shown,
        news=[(each, names[each.proposal_id]) for each in diary.news(session, names.keys(), today)],
        kinds=NAMES,
        month=month_in_words,
    )

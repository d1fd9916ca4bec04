"""The public map and list of the twinnings: what both sides of each allow, and no more."""

from __future__ import annotations

from flask import render_template

from portal.extensions import db
from portal.public import twinnings_shown
from portal.public.blueprint import in_both_languages
from portal.twinning.public_pairs import public_pairs, sectors_told

MOST = 500
"""So many pairs are listed, the newest first."""


@in_both_languages("/twinnings")
def twinnings() -> str:
    """The map, the same as a table, and the list. It counts nothing but what it lists."""
    pairs = public_pairs(db.session(), MOST)
    return render_template(
        "public/twinnings.html", twinnings=twinnings_shown.drawn(pairs, sectors_told(db.session(), pairs))
    )

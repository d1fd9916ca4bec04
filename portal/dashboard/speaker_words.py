"""How the desk says what a speaker is: where they are, what they speak, how they stand with us."""

from __future__ import annotations

from datetime import date
from typing import Any

from markupsafe import Markup

from portal.dashboard import words
from portal.directory import tongues
from portal.directory.subjects import sectors, topics
from portal.speakers.listing import LEFT, PAUSED, READY, WAITING, state_of
from portal.speakers.register import IN_UK, IN_UKRAINE
from portal.speakers.register_form import EXPERIENCES, KINDS

KIND_NAMES = {str(choice.value): str(choice.label) for choice in KINDS}
EXPERIENCE_NAMES = {str(choice.value): str(choice.label) for choice in EXPERIENCES}
STATE_NAMES = {WAITING: "Waits for their consent", READY: "Ready", PAUSED: "Paused", LEFT: "Left"}
LOOKS = {WAITING: "branch", READY: "confirmed", PAUSED: "checking", LEFT: "done"}
TOPICS_IN_A_ROW = 2


def name(row: Any) -> str:
    """What a speaker is called; who has left has a number only."""
    return str(row.name) or f"Speaker {row.id}, who has left"


def where(row: Any) -> str:
    """Where a speaker sets out from: "DH1, North East", or that they join online."""
    if row.left_at is not None:
        return "–"
    if row.lives_in == IN_UKRAINE:
        return "Online from Ukraine"
    if row.lives_in != IN_UK:
        return "Online from elsewhere"
    region = words.region_name(row.region_slug) if row.region_slug else ""
    return ", ".join(part for part in (row.outcode, region) if part) or "In the UK"


def state(row: Any, today: date) -> Markup:
    """How a speaker stands, as a tag."""
    known = state_of(row, today)
    said = STATE_NAMES[known]
    if known == PAUSED and row.paused_until is not None:
        said = f"Paused until {words.plain_day(row.paused_until, today)}"
    return Markup('<span class="tag tag--{}">{}</span>').format(LOOKS[known], said)


def spoken(row: Any) -> str:
    """The languages of a speaker, without how well in a list of many."""
    return ", ".join(tongues.name_of(code) for code in row.languages) or "–"


def topic_names(slugs: list[str], most: int = 0) -> str:
    """Topics by name; with `most` no more than so many and a word about the rest."""
    known = {topic.slug: topic.name_en for topic in topics()}
    names = [known[slug] for slug in slugs if slug in known]
    if most and len(names) > most:
        return "; ".join(names[:most]) + f"; and {len(names) - most} more"
    return "; ".join(names) or "–"


def sector_name(slug: str) -> str:
    """A sector by name; empty for none."""
    return next((sector.name_en for sector in sectors() if sector.slug == slug), "")


def talks(count: int, most: int) -> str:
    """This month's talks of the most that a speaker takes on."""
    return f"{count} of {most}"

"""Who fits a speaker request: the panel on its page with the best few, and the whole list with every point explained.

Who fits, and why, is found in `speakers.matching`; asking those who are ticked is `asking`'s.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import points
from portal.clock import london_day, utc_now
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import find
from portal.extensions import db
from portal.reasons import Reason
from portal.security import needs
from portal.speakers import matching, weights
from portal.speakers.fit import Fit, said
from portal.speakers.models import SpeakerRequest
from portal.submissions.models import Submission

STATES = ("received", "matching", "offered")
"""In these states somebody can be asked."""
BEST = 3
"""As many stand on a request’s page, where they share a narrow column; the whole list is one link away."""
PAGE = 50
MOST = 1000


@dataclass(frozen=True)
class Line:
    """One reason, ready to print: the words as a sentence begins, and its points ("+30", "−10", nothing for none).

    What is small stands only where the points are explained.
    """

    words: str
    points: str
    is_small: bool


@dataclass(frozen=True)
class Shown:
    """One speaker, ready to print."""

    speaker_id: int
    name: str
    url: str
    points: str
    reasons: tuple[Line, ...]
    against: tuple[Line, ...]
    blocks: tuple[str, ...]
    may_be_asked: bool
    dates: tuple[str, ...]
    pair_name: str
    pair_url: str
    both_url: str = ""


@dataclass(frozen=True)
class Panel:
    """Who fits and who is blocked, ready to print. `has_more`: the whole list names others."""

    ranked: tuple[Shown, ...]
    blocked: tuple[Shown, ...]
    has_more: bool
    is_empty: bool


def panel(session: Session, submission: Submission, now: datetime, most: int = BEST) -> Panel | None:
    """The best of those who fit; None where nobody is to be asked. At most four statements."""
    if not isinstance(submission, SpeakerRequest) or not is_asking(submission):
        return None
    found = matching.fitting(session, submission, now, most=most)
    today = london_day(now)
    return Panel(
        shown(found.ranked, today, submission.id),
        shown(found.blocked, today, submission.id),
        found.has_more,
        found.is_empty,
    )


def is_asking(submission: Submission) -> bool:
    """Whether speakers can be asked for a request as it stands."""
    return submission.state in STATES and submission.held_reason is None


@blueprint.get("/requests/<int:number>/speakers")
@needs("coordinator")
def speakers_who_fit(number: int) -> str | Response:
    """All speakers in their order, what each point is for, and who cannot be asked."""
    submission = find(db.session, number)
    if not isinstance(submission, SpeakerRequest):
        abort(404)
    typed = request.args.get("most", "")
    most = min(int(typed), MOST) if typed.isascii() and typed.isdigit() and 0 < len(typed) < 6 else PAGE
    found = panel(db.session(), submission, utc_now(), max(most, 1))
    if found is None:
        flash("Nobody is to be asked for this request as it stands.", "error")
        return redirect(url_for("dashboard.request_page", number=number), 303)
    worth = weights.read(db.session())
    return render_template(
        "dashboard/speakers_who_fit.html",
        submission=submission,
        found=found,
        more=most + PAGE if found.has_more and most < MOST else None,
        worth=[(row.label, getattr(worth, row.name), row.sentence) for row in points.ROWS],
    )


def shown(fits: Iterable[Fit], today: date, number: int = 0) -> tuple[Shown, ...]:
    """Speakers ready to print; `today` is the day in London, `number` the request that pairs may be asked for."""
    return tuple(
        Shown(
            speaker_id=fit.speaker_id,
            name=fit.name,
            url=url_for("dashboard.speaker", speaker_id=fit.speaker_id),
            points="1 point" if fit.points == 1 else f"{signed(fit.points)} points",
            reasons=_lines(fit.reasons),
            against=_lines(fit.against),
            blocks=tuple(sentence(block.words) for block in fit.blocks),
            may_be_asked=fit.may_be_asked,
            dates=tuple(said(day, today) for day in fit.dates),
            pair_name=fit.pair_with.name if fit.pair_with else "",
            pair_url=url_for("dashboard.speaker", speaker_id=fit.pair_with.speaker_id) if fit.pair_with else "",
            both_url=_both_url(fit, number),
        )
        for fit in fits
    )


def _both_url(fit: Fit, number: int) -> str:
    """Where somebody new and whoever could come along are asked in one act."""
    if fit.pair_with is None or not number:
        return ""
    return url_for("dashboard.ask_speakers", number=number, speaker=[fit.speaker_id, fit.pair_with.speaker_id])


def _lines(reasons: Iterable[Reason]) -> tuple[Line, ...]:
    return tuple(Line(sentence(each.words), with_sign(each.points), each.is_small) for each in reasons)


def with_sign(points: int) -> str:
    """Points beside a reason: "+30", "−10", nothing for none."""
    return f"+{points}" if points > 0 else signed(points) if points else ""


def signed(points: int) -> str:
    """A sum of points, with its sign where it is below nought."""
    return f"−{-points}" if points < 0 else str(points)


def sentence(words: str) -> str:
    """Words as a sentence begins."""
    return words[:1].upper() + words[1:]

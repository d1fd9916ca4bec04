"""Who fits as a twin, on the desk: for one branch, for one body in Ukraine, and a pairing of all who wait.

Proposing one is a move of the proposal, with letters to look over (`proposed_twins`). Bodies are called by their
oblast and sector, as in the queue; who they are stands on their own page, where each look is noted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import points
from portal.clock import london_day, utc_now
from portal.dashboard import refused_twins
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import find
from portal.dashboard.proposed_twins import propose_url
from portal.dashboard.who_fits import Line, sentence, with_sign
from portal.extensions import db
from portal.reasons import Reason
from portal.security import needs
from portal.submissions.models import Submission, reference_of
from portal.twinning import fitting, hindrances, pairing, waiting, weights
from portal.twinning.fit import Fit
from portal.twinning.matching import Ranked
from portal.twinning.pairing import Alone, Pair
from portal.twinning.sides import Side

Anybody = TypeVar("Anybody", bound=Side)
PAGE = 20
MOST = 1000
MOST_OF_A_SIDE = 200
"""So many of each side are paired at once, those first who have waited longest: more would keep the page waiting."""


@dataclass(frozen=True)
class Named:
    """One side as the desk calls it."""

    name: str
    reference: str
    url: str


@dataclass(frozen=True)
class Shown:
    """One side that is looked at, ready to print; `theirs` is what the side that looks is worth to it."""

    who: Named
    points: str
    theirs: str
    reasons: tuple[Line, ...]
    against: tuple[Line, ...]
    blocks: tuple[str, ...]
    propose_url: str = ""
    """Where it is proposed; empty where nobody can override what forbids it, and in a pairing."""


@blueprint.get("/requests/<int:number>/twins")
@needs("coordinator")
def twins_who_fit(number: int) -> str | Response:
    """The bodies for a proposal, or the branches for a body, in their order, with every point explained."""
    submission = find(db.session, number)
    typed = request.args.get("most", "")
    most = min(int(typed), MOST) if typed.isascii() and typed.isdigit() and 0 < len(typed) < 6 else PAGE
    found = ranked(db.session(), submission, utc_now(), max(most, 1))
    if found is None:
        flash("Nobody looks for a twin here as it stands.", "error")
        return redirect(url_for("dashboard.request_page", number=number), 303)
    names = named(db.session(), {fit.id for fit in (*found.ranked, *found.blocked)})
    is_branch = submission.kind == "twinning"

    def url_of(other: int) -> str:
        return propose_url(number, other) if is_branch else propose_url(other, number)

    return render_template(
        "dashboard/twins_who_fit.html",
        submission=submission,
        is_branch=is_branch,
        ranked=_shown(found.ranked, names, url_of),
        blocked=_shown(found.blocked, names, url_of),
        more=most + PAGE if found.has_more and most < MOST else None,
        worth=worth(db.session()),
    )


@blueprint.get("/twins")
@needs("coordinator")
def twin_plan() -> str:
    """A stable pairing of all who wait, each pair with why it is these two."""
    here, cut_here = _longest(waiting.branches(db.session()))
    there, cut_there = _longest(waiting.bodies(db.session()))
    before = refused_twins.among(db.session(), here, there)
    plan = pairing.plan(here, there, weights.read(db.session()), utc_now())
    alone = (*plan.branches_alone, *plan.bodies_alone)
    paired = (number for pair in plan.pairs for number in (pair.branch_id, pair.body_id))
    asked = (number for each in before for number in (each.proposal_id, each.registration_id))
    names = named(db.session(), {*paired, *asked, *(each.id for each in alone)})
    return render_template(
        "dashboard/twins.html",
        pairs=[_pair(each, names) for each in plan.pairs],
        branches_alone=_alone(plan.branches_alone, names),
        bodies_alone=_alone(plan.bodies_alone, names),
        before=[refused_twins.line(each, names, london_day(utc_now())) for each in before],
        most=MOST_OF_A_SIDE if cut_here or cut_there else None,
        worth=worth(db.session()),
    )


def twins_url(submission: Submission) -> str:
    """Where those who fit a proposal, or a body, are listed; empty where no twin is looked for."""
    is_sought = (submission.kind, submission.state) in (("twinning", waiting.SEEKING), ("ukrainian", waiting.OPEN))
    if not is_sought or submission.held_reason is not None:
        return ""
    return url_for("dashboard.twins_who_fit", number=submission.id)


def ranked(session: Session, submission: Submission, now: datetime, most: int) -> Ranked | None:
    """Who fits a proposal or a body; None where no twin is looked for. At most four statements."""
    if submission.kind == "twinning":
        return fitting.bodies_for(session, submission.id, now, most)
    return fitting.branches_for(session, submission.id, now, most) if submission.kind == "ukrainian" else None


def named(session: Session, numbers: Collection[int]) -> Mapping[int, Named]:
    """What the desk calls the requests of these numbers, in one statement."""
    if not numbers:
        return {}
    rows = session.execute(select(Submission.id, Submission.heading).where(Submission.id.in_(numbers)))
    return {
        number: Named(heading, reference_of(number), url_for("dashboard.request_page", number=number))
        for number, heading in rows
    }


def worth(session: Session) -> list[tuple[str, int, str]]:
    """What counts, how many points it is worth now, and what for."""
    now = weights.read(session)
    return [(row.label, getattr(now, row.name), row.sentence) for row in points.TWIN_ROWS]


def _longest(sides: Iterable[Anybody]) -> tuple[list[Anybody], bool]:
    """Those who have waited longest of whom nothing forbids, and whether others are left out."""
    free = sorted(filter(hindrances.is_free, sides), key=lambda side: (side.waiting_since, side.id))
    return free[:MOST_OF_A_SIDE], len(free) > MOST_OF_A_SIDE


def _shown(fits: Iterable[Fit], names: Mapping[int, Named], url_of: Callable[[int], str]) -> list[Shown]:
    return [_card(fit, names[fit.id], url_of) for fit in fits if fit.id in names]


def _card(fit: Fit, who: Named, url_of: Callable[[int], str] | None = None) -> Shown:
    return Shown(
        who=who,
        points=_counted(fit.points),
        theirs=_counted(fit.theirs),
        reasons=_lines(fit.reasons),
        against=_lines(fit.against),
        blocks=tuple(sentence(block.words) for block in fit.blocks),
        propose_url=url_of(fit.id) if url_of is not None and fit.may_be_proposed else "",
    )


def _pair(pair: Pair, names: Mapping[int, Named]) -> dict[str, object]:
    return {
        "branch": _card(pair.branch, names[pair.branch_id]),
        "body": _card(pair.body, names[pair.body_id]),
        "why": pair.why,
        "url": url_for("dashboard.twins_who_fit", number=pair.branch_id),
    }


def _alone(some: Iterable[Alone], names: Mapping[int, Named]) -> list[tuple[Named, str]]:
    return [(names[each.id], each.why) for each in some]


def _counted(count: int) -> str:
    return "1 point" if count == 1 else f"{count} points"


def _lines(reasons: Iterable[Reason]) -> tuple[Line, ...]:
    return tuple(Line(sentence(each.words), with_sign(each.points), each.is_small) for each in reasons)

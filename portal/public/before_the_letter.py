"""A branch's own page while the letters of our last step wait for a second reader: as if nobody had made that step.

What a letter will say is read in the letter first, once it is sure to be said. What was promised before stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from portal.clock import london_day
from portal.extensions import db
from portal.public import language, own_answers, own_moves
from portal.submissions import registry, together, turns, untold
from portal.submissions.day_words import by_in_words
from portal.submissions.models import Submission
from portal.submissions.timeline import Line, Shape, Viewer, timeline
from portal.submissions.workflow import Actor

Held = Iterable[tuple[datetime, Mapping[str, Any]]]
"""When letters were held, and what those lines of the history keep, the oldest first."""


def shown(token: str, submission: Submission, now: datetime, since: datetime, held: Held) -> dict[str, Any]:
    """What the page is drawn from; the letters that have not left are held `since`.

    The history stands in it as its lines.
    """
    kept = [line for at, line in held if at >= since]
    first = untold.first_of(since, kept)
    kind = registry.kind(submission.kind)
    history = timeline(db.session(), submission, Viewer.BRANCH)
    return {
        "token": token,
        "kind": kind,
        "submission": submission,
        "is_open": True,
        "state": "",
        "caption": f"{_(kind.label)} {submission.reference}",
        "situation": _("We are working on your request"),
        "settled": [],
        "standing": "",
        "together": together.in_words(submission, language.current()),
        "who": _who(submission, untold.promised_in(kept), london_day(now)),
        "wanted": None,
        "steps": [],
        "answer_form": None,
        "moves": [],
        "introduction": "",
        "has_answered": False,
        "is_other_day_asked": False,
        "is_early": False,
        "withdraw": own_moves.withdrawing(submission, turns.permitted_at(submission, Actor.BRANCH, now)),
        "told": own_answers.told(token, submission, now),
        "history": [line for line in history if line.at < first or _is_own(line)],
        "last_words": ("", ""),
        "form": None,
    }


def _is_own(line: Line) -> bool:
    """Whether the branch did it itself, whatever we have done: it wrote to us, or changed something."""
    return line.shape is Shape.BRANCH and line.event_name != "transition"


def _who(submission: Submission, promised: date | None, today: date) -> str:
    """Who looks after it, and by when they write: the day that was promised before, or since for a message."""
    if submission.coordinator is not None:
        who = _("%(name)s is looking after your request.", name=submission.coordinator.name)
    else:
        who = _("Our coordinators are looking after your request.")
    days = [day for day in (promised, *turns.ours(submission)) if day is not None]
    said = [who, _("You do not need to do anything now.")]
    if days:
        day = by_in_words(min(days))
        late = _("We said that we would write to you by %(day)s. We are late, and we are sorry", day=day)
        said.insert(1, f"{late if min(days) < today else _('We will write to you by %(day)s', day=day)}.")
    return " ".join(map(str, said))

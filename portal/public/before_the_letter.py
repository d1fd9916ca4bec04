"""A private page while the letters of our last step have not left: as if nobody had made that step.

What a letter will say is read in the letter first, once it is sure to be said. What was told before stands on, and so
does what was promised (`submissions.as_told`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from portal.extensions import db
from portal.submissions import as_told, questions, untold
from portal.submissions.approvals import HELD_EVENT
from portal.submissions.as_told import Told
from portal.submissions.day_words import by_in_words
from portal.submissions.models import Event, Submission
from portal.submissions.settled import NOTHING, Settled
from portal.submissions.timeline import Line, Shape
from portal.submissions.workflow import Turn
from portal.twinning import as_told as twins_as_told
from portal.twinning import body_address, untold_to_body
from portal.twinning.registrations import UkrainianRegistration


class Standing(NamedTuple):
    """Where a request stands, as its own page draws it: when it came into which state, oldest first; the newest letter
    about our question; whether an address of a body waits for a yes; and what was `told`, where all is not.
    """

    entered: list[tuple[datetime, str]]
    letter: tuple[str | None, datetime | None]
    has_new_address: bool
    told: Told | None


def standing(submission: Submission, now: datetime) -> Standing:
    """Read where a request stands, and put it back to where its reader was told that it stands."""
    waits, is_untold = (
        body_address.waits(submission, now).label("waits"),
        untold_to_body.is_so(submission).label("is_untold"),
    )
    lines = db.session.execute(
        select(*as_told.COLUMNS, waits, is_untold, *questions.newest_letter(submission))
        .where(Event.submission_id == submission.id, as_told.IS_READ)
        .order_by(Event.id)
    ).all()
    first = lines[0] if lines else None
    if first is not None and first.is_untold:
        twins_as_told.put_back_for_body(db.session(), submission)
    told = _put_back(submission, lines)
    entered = told.entered if told is not None else [(line.at, line.to_state) for line in lines if line.to_state]
    letter = (first.letter, first.letter_at) if first is not None else (None, None)
    return Standing(entered, letter, bool(first is not None and first.waits), told)


def draw_back(submission: Submission) -> None:
    """The same for a page that stands behind it: whoever reads it was told no more there."""
    session = db.session()
    if isinstance(submission, UkrainianRegistration):
        twins_as_told.put_back_for_body(session, submission)
    elif untold.held_since(session, submission.id) is not None:
        _put_back(submission, as_told.lines_of(session, submission.id))


def _put_back(submission: Submission, lines: as_told.Lines) -> Told | None:
    # Asked only where letters were ever held since: a page asks the database six times at most.
    if not any(line.name == HELD_EVENT and line.at >= submission.state_since for line in lines):
        return None
    since = untold.held_since(db.session(), submission.id)
    return as_told.put_back(submission, lines, since) if since is not None else None


def known(told: Told | None, history: list[Line]) -> list[Line]:
    """The lines of history that its reader knows: what was told, and what they did themselves since."""
    return [line for line in history if told is None or line.at < told.first or _is_own(line)]


def _is_own(line: Line) -> bool:
    """Whether the branch did it itself, whatever we have done: it wrote to us, or changed something."""
    return line.shape is Shape.BRANCH and line.event_name != "transition"


def settled(told: Told | None, found: Settled) -> Settled:
    """What was settled, where it can be told as it was."""
    return found if told is None or told.has_settled else NOTHING


def situation(submission: Submission, told: Told | None) -> str:
    """The heading where nothing was told that still holds; empty where the state has the words."""
    if told is None:
        return ""
    state = submission.WORKFLOW.state(submission.state)
    is_news = state.name != submission.WORKFLOW.initial and state.turn not in (Turn.BRANCH, Turn.TREASURER)
    return "" if is_news else str(_("We are working on your request"))


def who(submission: Submission, told: Told | None, today: date) -> str:
    """Who looks after it, and by when they write: the day that was promised before, or since for a message.

    Empty where all is told.
    """
    if told is None:
        return ""
    if submission.coordinator is not None:
        said = _("%(name)s is looking after your request.", name=submission.coordinator.name)
    else:
        said = _("Our coordinators are looking after your request.")
    words = [said, _("You do not need to do anything now.")]
    if day := told.writes_by:
        late = _("We said that we would write to you by %(day)s. We are late, and we are sorry", day=by_in_words(day))
        words.insert(1, f"{late if day < today else _('We will write to you by %(day)s', day=by_in_words(day))}.")
    return " ".join(map(str, words))

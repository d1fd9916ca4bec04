"""A confirmed body that changes who it is: its union confirmed another one, and has to confirm it anew.

A union confirms a name, its own membership, a level and an oblast. Until it has done so again the body is proposed to
nobody; with whom it knows already it goes on. Another spelling is no change, and what one of us corrects stays
confirmed: they answer for it. Nothing here commits.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime

from flask_babel import force_locale, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.directory.folding import search_words
from portal.sealed import unseal
from portal.submissions import promises, tasks
from portal.submissions.history import Mover
from portal.submissions.models import Event, Submission
from portal.submissions.workflow import N_, Actor
from portal.twinning import answers
from portal.twinning.bodies import UkrainianBody
from portal.twinning.candidates import session_of
from portal.twinning.registrations import UkrainianRegistration

WHAT_A_UNION_CONFIRMS = ("name_uk", "union_slug", "union_text", "level", "oblast")
WRITTEN = ("name_uk", "union_text")
ASK_ITS_UNION = (
    "The body has changed who it is since its union confirmed it. Ask the national union about it as it is now, and "
    "note that it has confirmed the body anew. Until then it is proposed to nobody."
)
PROPOSED_ANEW = N_("Nothing came of the twin that was proposed to you. A coordinator may propose it to you anew.")
CHANGED_BACK = "The body has changed it back."
DONE = "Its union has confirmed it anew."
WITHIN = 5
"""Working days in which one of us asks, as for a new registration."""


def amended(registration: UkrainianRegistration, names: Collection[str], by: Mover, now: datetime) -> None:
    """Keep what was confirmed and is so no longer; the rows of `names` are changed already, and in the history."""
    session, body = session_of(registration), registration.body
    told = [name for name in WHAT_A_UNION_CONFIRMS if name in names]
    if body is None or not told:
        return
    had_lapsed, as_confirmed = bool(body.changed_from), former(body)
    if by.actor is Actor.BRANCH:
        as_confirmed = _before(session, registration, told) | as_confirmed
    still = {name: was for name, was in as_confirmed.items() if _is_other(name, was, getattr(registration, name))}
    body.changed_from = json.dumps(still, ensure_ascii=False) if still else ""
    # What matching reads it reads past the session.
    session.flush()
    if had_lapsed and not still:
        settle(session, registration, now, CHANGED_BACK)
    elif still and not had_lapsed:
        _ask(session, registration, now)
    answers.step_back(session, registration, now)


def former(body: UkrainianBody) -> dict[str, str]:
    """What its union confirmed and the body has changed since: columns of the registration with what stood there."""
    return dict(json.loads(body.changed_from)) if body.changed_from else {}


def settle(session: Session, registration: UkrainianRegistration, now: datetime, outcome: str = DONE) -> None:
    """Nobody has to ask its union any more."""
    tasks.finish_all(session, _key(registration), by_id=None, now=now, outcome=outcome)


def standing(submission: Submission, changed: Iterable[str], language: str) -> str:
    """What the letter about a change says of the confirmation, where the change has ended it; else nothing."""
    if not isinstance(submission, UkrainianRegistration) or not submission.is_to_confirm_anew:
        return ""
    if not set(WHAT_A_UNION_CONFIRMS).intersection(changed):
        return ""
    with force_locale(language):
        return f"{told()} {rested(submission)}".strip()


def before_a_change(submission: Submission, names: Collection[str], language: str) -> str:
    """What a body reads above a form that holds what its union has confirmed: what a change of that does; else nothing.

    `names` are the columns of the form.
    """
    is_body = isinstance(submission, UkrainianRegistration) and submission.is_confirmed
    if not is_body or not set(WHAT_A_UNION_CONFIRMS).intersection(names):
        return ""
    with force_locale(language):
        words = gettext(
            "Your union has confirmed your name, membership, level and oblast. If you change one of them, we ask it to "
            "confirm you anew, and propose you to no branch until then."
        )
        if submission.asked_last is None:
            return words
        ends = gettext(
            "You are asked about a twin now. That ends with such a change: they hear that nothing came of it, and "
            "never why. To change it back does not bring it back."
        )
        return f"{words} {ends}"


def rested(registration: UkrainianRegistration) -> str:
    """That the twin who was proposed is not any more, and may be again; in the present language, else nothing."""
    return gettext(PROPOSED_ANEW) if registration.has_rested_proposal else ""


def told() -> str:
    """That its union is asked anew, and what that means, in the present language."""
    asked = gettext("Your union confirmed you as you were before. We ask it to confirm you anew.")
    return f"{asked} {said()}"


def said() -> str:
    """What that means, in the present language: for the letter and for the body's own page."""
    return gettext(
        "Until then we propose you to no branch. With a twin whom you know already, all goes on. There is nothing that "
        "you need to do. Was it a mistake? Then change it back."
    )


def _before(session: Session, registration: UkrainianRegistration, names: Collection[str]) -> dict[str, str]:
    """What stood in some columns before the last change, from its line of history."""
    changes = select(Event).where(Event.submission_id == registration.id, Event.name == "amended")
    was = session.scalars(changes.order_by(Event.id.desc()).limit(1)).one().data["was"]
    return {name: unseal(was.get(name) or "") for name in names}


def _is_other(name: str, was: str, now: str) -> bool:
    """Whether a column holds something else, and not only with other capitals, apostrophes or quotation marks."""
    return search_words(was) != search_words(now) if name in WRITTEN else was != now


def _ask(session: Session, registration: UkrainianRegistration, now: datetime) -> None:
    today = london_day(now)
    tasks.open_task(
        session,
        # It may come again: each time it is another task.
        key=f"{_key(registration)}{now.isoformat()}",
        reason="confirm-anew",
        about=ASK_ITS_UNION,
        due_on=promises.working_days_after(today, WITHIN),
        now=now,
        submission_id=registration.id,
    )


def _key(registration: UkrainianRegistration) -> str:
    return f"confirm-anew:{registration.id}:"

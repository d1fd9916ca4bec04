"""Lines of a request's history: who made a move, and how the line is written. Showing them is `timeline`'s."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, and_, case, func, select
from sqlalchemy.orm import Session

from portal import new_rows
from portal.accounts.models import Coordinator
from portal.sealed import seal, unseal
from portal.submissions.models import Event, Submission
from portal.submissions.workflow import Actor

FORM_AGAIN = "form-again"
"""The line of history that says that the branch has sent its form a second time."""
OF_ANOTHER = "of-another"
"""Marks a note that keeps a form which somebody else sent in the branch's name."""


@dataclass(frozen=True)
class Mover:
    """Who makes a move: a coordinator with an account, or the branch, a speaker, the worker without one."""

    actor: Actor
    coordinator: Coordinator | None = None


def signer(by: Mover, submission: Submission) -> Mover:
    """Who signs the letters of a move: whoever makes it, or looks after the request where it comes by itself."""
    return by if by.actor is not Actor.WORKER or by.coordinator else Mover(by.actor, submission.coordinator)


def line(submission: Submission, name: str, by: Mover, now: datetime, **more: Any) -> Event:
    """A line of history, not yet in the session. What is said of somebody whose request is sealed is sealed as well."""
    if submission.IS_SEALED and more.get("text"):
        more["text"] = seal(more["text"])
    return new_rows.made(
        Event,
        submission_id=submission.id,
        at=now,
        name=name,
        actor=by.actor,
        coordinator_id=by.coordinator.id if by.coordinator else None,
        **more,
    )


def of_submission(submission_id: int, name: str, at: datetime) -> ScalarSelect[int]:
    """The number of the newest line of that name and moment of a request."""
    found = select(func.max(Event.id)).where(Event.submission_id == submission_id, Event.name == name, Event.at == at)
    return found.scalar_subquery()


def last_change_after(session: Session, submission_id: int, line_id: ScalarSelect[int]) -> tuple[int, bool]:
    """The number of the last move or correction after a line of history, 0 for none; and whether the state changed.

    Lines are compared by their numbers: a clock may have gone back meanwhile.
    """
    is_of_state = and_(Event.name == "transition", Event.from_state != Event.to_state)
    last, of_state = session.execute(
        select(func.max(Event.id), func.max(case((is_of_state, Event.id)))).where(
            Event.submission_id == submission_id, Event.name.in_(("transition", "amended")), Event.id > line_id
        )
    ).one()
    return last or 0, of_state is not None


def words_of(answers: Mapping[str, str]) -> str:
    """The part of the answers that reads as a sentence in the history."""
    for name in ("reason", "question", "answer", "outcome", "note", "aims"):
        if answers.get(name):
            return answers[name]
    return ""


SEALED = ("speaker_name", "speaker_email", "other_date", "although", "agreed")
"""Answers that tell who a speaker is: the history keeps them so that the database alone tells nobody."""


def is_about_a_speaker(answers: Mapping[str, str]) -> bool:
    """Whether a move tells of a speaker, so that also its reason is theirs."""
    return "speaker_name" in answers


def kept(answers: Mapping[str, str], *, whole: bool = False) -> dict[str, str]:
    """The answers of a move as its line of history holds them; `unseal` reads them. With `whole` all are sealed."""
    sealed = answers if whole else (*SEALED, "reason") if is_about_a_speaker(answers) else SEALED
    return {name: seal(value) if name in sealed and value else value for name, value in answers.items()}


def given(event: Event) -> dict[str, str]:
    """The answers of a move again, from its line of history."""
    return {name: unseal(value) for name, value in event.data.items() if isinstance(value, str)}


def before(submission: Submission, old: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """What stood in some columns before they were corrected, as a line of history holds it."""
    was = {name: plain(old[name]) for name in names}
    if not submission.IS_SEALED:
        return was
    return {name: seal(value) if isinstance(value, str) and value else None for name, value in was.items()}


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    return value.isoformat() if hasattr(value, "isoformat") else value

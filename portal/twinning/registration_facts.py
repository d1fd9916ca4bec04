"""What the letters about a registration may name, what its body is asked for, and what the desk reads of it."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import object_session

from portal.emails.facts import Facts
from portal.submissions.day_words import in_words_of
from portal.submissions.settled import Wanted
from portal.twinning import alike
from portal.twinning.candidate import TWINNED, Candidate
from portal.twinning.registration_workflow import HOW
from portal.twinning.registrations import UkrainianRegistration, heading_in


def facts(submission: UkrainianRegistration, language: str) -> Facts:
    """All facts of this kind. No letter names a place: it may be opened on a telephone that is not theirs alone."""
    to_agree = "yes" if submission.lacks_agreement else ""
    return Facts(
        language,
        {
            "branch": heading_in(submission, language),
            "organisation": submission.name_uk,
            "to_agree": to_agree,
            "has_twin": lambda: "yes" if _has_twin(submission) else "",
            "twin_goes_on": lambda: "yes" if submission.has_twin_going_on else "",
            "twin_asked": lambda: "yes" if submission.asked_about is not None else "",
            "proposal_rested": lambda: "yes" if submission.has_rested_proposal else "",
            "came_before": lambda: "yes" if _came_before(submission) else "",
        },
    )


def _has_twin(submission: UkrainianRegistration) -> bool:
    """Asked of the database: what the session has loaded may be older than the twin."""
    session = object_session(submission)
    twins = select(Candidate.id).where(Candidate.registration_id == submission.id, Candidate.state == TWINNED)
    return session is not None and session.scalar(twins.limit(1)) is not None


def _came_before(submission: UkrainianRegistration) -> bool:
    session = object_session(submission)
    return session is not None and alike.came_before(session, submission)


def wanted(submission: UkrainianRegistration, today: date, has_written: bool) -> Wanted | None:
    """Their own yes, where one of us typed in what they told: it is asked for on their page alone."""
    if not submission.lacks_agreement:
        return None
    return Wanted(
        gettext("A coordinator wrote down what you told us. Please look through it. We use nothing before you agree."),
        gettext("Read what we ask, and agree"),
        "trust",
    )


def arranged(submission: UkrainianRegistration) -> list[tuple[str, str]]:
    """When and how the national union confirmed it; who did stands on the body’s own page of the desk."""
    if submission.body is None:
        return []
    changed = [("To be confirmed anew", "it has changed who it is since, as its own page of the register says")]
    return [
        *(changed if submission.is_to_confirm_anew else []),
        ("Confirmed on", in_words_of(submission.body.confirmed_on, "en")),
        ("Confirmed", dict(HOW).get(submission.body.confirmed_how, "")),
    ]

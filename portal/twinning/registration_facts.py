"""What the letters about a registration may name, and what the desk reads of what was settled."""

from __future__ import annotations

from portal.emails.facts import Facts
from portal.submissions.correspondence import long_date
from portal.twinning.registration_workflow import HOW
from portal.twinning.registrations import UkrainianRegistration


def facts(submission: UkrainianRegistration, language: str) -> Facts:
    """All facts of this kind. No letter names a place: it may be opened on a telephone that is not theirs alone."""
    return Facts(language, {"organisation": submission.name_uk})


def arranged(submission: UkrainianRegistration) -> list[tuple[str, str]]:
    """When and how the national union confirmed it; who did stands on the body’s own page of the desk."""
    if submission.body is None:
        return []
    return [
        ("Confirmed on", long_date(submission.body.confirmed_on, "en")),
        ("Confirmed", dict(HOW).get(submission.body.confirmed_how, "")),
    ]

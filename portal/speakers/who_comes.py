"""What the letters of a meeting tell of who comes: how the branch reaches them on the day, who stands by,
who interprets and who comes along."""

from __future__ import annotations

from flask_babel import gettext

from portal.emails.facts import Facts
from portal.speakers import consenting, interpreters
from portal.speakers.engagements import CONFIRMED, Offer
from portal.speakers.models import SpeakerRequest


def facts(submission: SpeakerRequest, language: str) -> Facts:
    """As far as each of them agreed to that. Whoever reads `has_stand_by` learns of nobody who they are."""
    standing = submission.stand_by if submission.state == "confirmed" else None
    return Facts(
        language,
        {
            "interpreter": lambda: _interpreter(submission),
            "has_interpreter": lambda: "yes" if _has_interpreter(submission) else "",
            "comes_along": lambda: _comes_along(submission, language),
            "missing_way": lambda: _missing_way(submission),
            "speaker_phone": lambda: submission.shown_phone,
            "stands_by": lambda: _stands_by(standing, language) if standing else "",
            "stand_by_phone": lambda: consenting.phone_for_branch(standing) if standing else "",
            "was_announced": lambda: "yes" if submission.has_fallen_through else "",
            # Whoever stands by still does while the place of the speaker is empty.
            "has_stand_by": lambda: "yes" if submission.stand_by and not submission.stand_by.is_vetoed else "",
        },
    )


def _missing_way(submission: SpeakerRequest) -> str:
    """What nobody can come without: the address, the joining link; empty once the branch has told it."""
    if not submission.lacks_details:
        return ""
    is_online, is_in_room = (submission.agreed_format in (each, "either", "") for each in ("online", "in-person"))
    parts = (
        gettext("the address") if is_in_room and submission.lacks_address else "",
        gettext("the joining link") if is_online and not submission.has_link else "",
    )
    return ", ".join(part for part in parts if part)


def _has_interpreter(submission: SpeakerRequest) -> bool:
    return submission.state == "confirmed" and bool(submission.is_interpreter_booked)


def _interpreter(submission: SpeakerRequest) -> str:
    if _has_interpreter(submission):
        return gettext("found")
    return gettext("not found yet, we are looking for one") if interpreters.is_missing(submission) else ""


def _comes_along(submission: SpeakerRequest, language: str) -> str:
    """Who comes along with the speaker, for the branch: by name, where they agreed to that."""
    found = submission.partner if submission.state == "confirmed" else None
    if found is None or found.state != CONFIRMED:
        return ""
    return found.speaker.name_in(language) if found.may_name_me else gettext("an experienced speaker of ours")


def _stands_by(standing: Offer, language: str) -> str:
    """A sentence for the branch on who stands by: by name, where they agreed to that."""
    name = standing.speaker.name_in(language) if standing.may_name_me else ""
    if not name:
        return gettext("If your speaker cannot come, somebody else stands by to speak.")
    return gettext("If your speaker cannot come, %(name)s stands by to speak.", name=name)

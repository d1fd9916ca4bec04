"""How a letter about a request begins."""

from __future__ import annotations

from flask_babel import force_locale, gettext

from portal.submissions.models import Submission
from portal.submissions.workflow import Recipient


def to_name(name: str, language: str) -> str:
    """How a letter to somebody begins whose name is known."""
    with force_locale(language):
        return str(gettext("Dear %(name)s", name=name))


def greeting(submission: Submission, recipient: str, language: str) -> str:
    """How a letter begins, without the comma: by name where one is known."""
    names = {
        Recipient.BRANCH: submission.contact_name,
        Recipient.SPEAKER: getattr(submission, "speaker_name", ""),
        Recipient.LEAD: getattr(submission, "lead_name", ""),
        Recipient.TREASURER: getattr(submission, "treasurer_name", ""),
    }
    if not getattr(submission, "has_own_treasurer", True):
        # Where no treasurer is known, the contact reads that letter.
        names[Recipient.TREASURER] = names[Recipient.TREASURER] or submission.contact_name
    name = names.get(Recipient(recipient), "").strip()
    if name and recipient != Recipient.TEAM:
        return to_name(name, language)
    with force_locale(language):
        if recipient == Recipient.TEAM:
            return str(gettext("Dear all"))
        if recipient == Recipient.TREASURER:
            return str(gettext("Dear Treasurer"))
        if recipient == Recipient.BRANCH:
            return str(gettext("Dear Branch Secretary"))
        return str(gettext("Dear colleagues"))

"""Telephone numbers and addresses in a branch's own words, shown before a letter passes those words on.

Name, telephone and address of a branch go to a speaker only with its consent; what somebody wrote into a free text goes
as it stands. Nothing is taken out here: a coordinator reads it and decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import inspect

from portal.dashboard import words as desk_words
from portal.dashboard.typed_letters import WHO, TypedLetter
from portal.submissions import consents
from portal.submissions.models import Submission
from portal.submissions.workflow import Recipient, Transition

OURS = (WHO[Recipient.BRANCH], WHO[Recipient.TEAM])
"""Whoever knows the branch anyway."""
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[a-z]{2,}", re.IGNORECASE)
_DIALLED = re.compile(r"\+?[0-9](?:[ ().\-\u2010-\u2015\u00a0]?[0-9]){9,13}")
"""A telephone number has ten digits at least; a day and an hour have fewer."""


def told_without_consent(submission: Submission, transition: Transition, letters: Iterable[TypedLetter]) -> list[str]:
    """What letters to the other side hold of the branch's own words that somebody could be reached by.

    Empty where the move passes nothing on, or the branch has agreed that its contact is passed on.
    """
    other = transition.passes_on
    if not other or consents.given(submission, other):
        return []
    words = "\n".join(letter.body for letter in letters if letter.who not in OURS)
    own = "\n".join(_own_words(submission))
    found = [match[0].strip(" .,;:") for pattern in (_DIALLED, _ADDRESS) for match in pattern.finditer(own)]
    return [each for each in dict.fromkeys(found) if each in words]


def left_out(submission: Submission, transition: Transition) -> desk_words.LeftOut | None:
    """What the letters of a move leave out because the branch has not agreed to it; None where it has."""
    if not transition.passes_on or getattr(submission, "lead_has_agreed", False):
        return None
    if not consents.given(submission, transition.passes_on):
        return desk_words.LeftOut(desk_words.WITHOUT_CONSENT[transition.passes_on], False)
    return (
        desk_words.LeftOut(desk_words.LEAD_LEFT_OUT, True) if getattr(submission, "has_another_lead", False) else None
    )


def _own_words(submission: Submission) -> Iterable[str]:
    """Every text of the request as the branch wrote it."""
    columns = (getattr(submission, each.key) for each in inspect(type(submission)).column_attrs)
    return [each for each in columns if isinstance(each, str)]

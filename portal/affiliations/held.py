"""The money that we hold of a branch, what it paid for a year that is not over yet, and what its treasurer keeps ready.

What becomes of it where a branch withdraws or leaves is for a person to settle; nothing here pays anything back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.clock import london_day

if TYPE_CHECKING:
    from portal.affiliations.models import Affiliation


def pence(submission: Affiliation) -> int:
    """What was paid, in pence, for years that were not over when the affiliation came into its present state."""
    day = london_day(submission.state_since)
    return sum(term.paid_pence or 0 for term in submission.terms if term.ends_on >= day)


def is_the_treasurers_to_hear(submission: Affiliation) -> bool:
    """Whether a treasurer who is not the contact has paid, and no other letter tells them of what we hold."""
    return bool(pence(submission)) and has_not_heard(submission)


def has_not_heard(submission: Affiliation) -> bool:
    """Whether no letter about a fee that is not wanted any more tells a treasurer that the affiliation is over."""
    return submission.has_own_treasurer and not is_kept_ready(submission)


def is_kept_ready(submission: Affiliation) -> bool:
    """Whether a treasurer counts on a fee: it was asked for, or they were told with the form that it may come.

    Where the contact reads the letters about money, the letter to the branch says it.
    """
    return submission.has_own_treasurer and (submission.was_asked_to_pay or not submission.terms)

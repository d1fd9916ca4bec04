"""What a move does to an affiliation's terms: decided, opened, paid, waived. Sums are in pence.

A term is one year. A renewal continues the term before it; after a lapse the year starts anew and the gap shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session, object_session

from portal.affiliations import fees
from portal.affiliations.models import Affiliation, Term
from portal.clock import london_day
from portal.submissions.actions import MissingAnswerError

CONTINUING = ("active", "renewal-due", "grace")
"""From these states a new term begins where the old one ended."""


def decide(submission: Affiliation, answers: Mapping[str, str], now: datetime) -> None:
    """Keep that the branch decided, and when (an ISO text)."""
    submission.decision = "carried"
    submission.decided_on = date.fromisoformat(answers["decided_on"])


def open_term(submission: Affiliation, answers: Mapping[str, str], now: datetime) -> None:
    """Open the next year, unless an unpaid one is open already.

    `fee_pence` among the answers is what a coordinator agreed with the branch. Raises `MissingAnswerError` where no
    fee is known from anywhere.
    """
    agreed = answers.get("fee_pence", "")
    pence = int(agreed) if agreed else fee_of(submission)
    if pence is None:
        raise MissingAnswerError(["fee_pence"])
    term = _open(submission, pence, now)
    if agreed:
        term.fee_pence = pence
    submission.fee_pence = term.fee_pence


def pay(submission: Affiliation, answers: Mapping[str, str], now: datetime) -> None:
    """Keep what arrived and when; a payment that comes before the renewal opens the next term itself."""
    paid = int(answers["paid_pence"])
    term = _open(submission, fee_of(submission) or paid, now)
    term.paid_pence = paid
    term.paid_on = date.fromisoformat(answers["paid_on"])


def waive(submission: Affiliation, answers: Mapping[str, str], now: datetime) -> None:
    """Keep why nothing is due for the term, which is opened where none is open."""
    term = _open(submission, fee_of(submission) or 0, now)
    term.waived_reason = answers["reason"]


def fee_of(submission: Affiliation) -> int | None:
    """The fee for the next term: what a first form says, for a renewal today's table, else the last fee."""
    last = submission.current_term
    if last is not None and not is_open(last):
        if submission.fee_wish == "more" and submission.fee_pence is not None:
            return submission.fee_pence
        worked_out = fees.work_out(_session(submission), submission.body_type, submission.members).pence
        return last.fee_pence if worked_out is None else worked_out
    if submission.fee_pence is not None:
        return submission.fee_pence
    return fees.work_out(_session(submission), submission.body_type, submission.members).pence


def is_open(term: Term) -> bool:
    """Whether a term waits for its fee."""
    return term.paid_pence is None and not term.waived_reason


def year_from(day: date) -> date:
    """The last day of the year that starts on `day`."""
    try:
        return day.replace(year=day.year + 1) - timedelta(days=1)
    except ValueError:
        # 29 February: the year ends on 28 February.
        return day.replace(year=day.year + 1, day=28)


def _open(submission: Affiliation, pence: int, now: datetime) -> Term:
    """The term that waits for its fee, or a new one that follows the last."""
    last = submission.current_term
    if last is not None and is_open(last):
        return last
    starts = london_day(now)
    if last is not None:
        follows = last.ends_on + timedelta(days=1)
        is_continued = submission.state in CONTINUING
        starts = follows if is_continued else max(starts, follows)
    term = Term(starts_on=starts, ends_on=year_from(starts), fee_pence=pence)
    submission.terms.append(term)
    return term


def _session(submission: Affiliation) -> Session:
    session = object_session(submission)
    if session is None:
        raise ValueError("an affiliation outside a session has no fee table")
    return session

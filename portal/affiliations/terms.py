"""What a move does to an affiliation's terms: decided, opened, paid in whole or in part, waived. Sums are in pence.

A term is one year. A renewal continues the term before it; after a lapse the year starts anew and the gap shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from flask_babel import force_locale, get_locale, gettext
from sqlalchemy.orm import Session, object_session

from portal.affiliations import fees, forms
from portal.affiliations.models import Affiliation, Term
from portal.affiliations.states import AFFILIATED
from portal.clock import london_day
from portal.submissions import tasks
from portal.submissions.actions import MissingAnswerError, WrongAnswerError
from portal.submissions.choices import labels_of
from portal.submissions.day_words import in_words_of
from portal.submissions.money import pounds
from portal.submissions.promises import working_days_after
from portal.submissions.workflow import N_

BEGUN_ANEW = ("received", "lapsed")
"""From these states a year that was never paid for begins again today."""
YES = "yes"
MONEY = "money"
"""The reason of the task to settle what was paid for an affiliation that is withdrawn or has ended."""
DAYS_FOR_AN_INVOICE = 3
"""Working days until the invoice that a letter promises should be written."""
INVOICE = "The branch needs an invoice for {fee}, for the year from {first}. Write it, and send it to the treasurer."
INVOICE_AFTERWARDS = (
    "The branch asked for an invoice for {fee}, for the year from {first}, and has paid it since. Write it, marked as "
    "paid, and send it to the treasurer."
)
INVOICE_FOR_THE_REST = (
    "The branch asked for an invoice for {fee}, for the year from {first}, and has paid {paid} of it since: {rest} is "
    "still open. Write it, say so on it, and send it to the treasurer."
)
WISHES = "The branch is affiliated, and would also like: {wishes}. Write to it, or add its request by hand."
HELD = (
    "The branch has paid {sum} for an affiliation that is over now. Settle what becomes of the money, then write to "
    "the branch and its treasurer: our letter says that you will."
)
LESS_THAN_THE_FEE = (
    "That leaves {rest} of the fee open. Is the rest still to come? Then go back and choose “A part of the fee has "
    "arrived”. Is it enough? Then say so below"
)
ENOUGH = "What was paid counts as the whole fee."
"""Why the rest of a fee is waived where a coordinator took less for the whole; only the desk reads it."""
STILL_AHEAD = N_("We know of a meeting that is still to come: %(day)s. Enter the day when the motion was lost")
THE_WHOLE_FEE = "Nothing of the fee is open after that. Go back and choose “The fee has arrived”"


def decide(submission: Affiliation, answers: Mapping[str, str], now: datetime) -> None:
    """Keep that the branch decided, and when (an ISO text)."""
    submission.decision = "carried"
    submission.decided_on = date.fromisoformat(answers["decided_on"])


def put_off(submission: Affiliation, answers: Mapping[str, str], now: datetime) -> None:
    """Keep the day of the next meeting (an ISO text), or that none is known; the reminders follow that day."""
    day = answers.get("next_on", "")
    submission.decision = "going" if day else "not-yet"
    submission.decided_on = date.fromisoformat(day) if day else None
    # It was the name of the meeting that has put the decision off.
    submission.decision_meeting = ""


def lose(submission: Affiliation, answers: Mapping[str, str], now: datetime) -> None:
    """Forget the meeting that is over: whoever asks again later asks for another one.

    Raises `WrongAnswerError` where the meeting we know of is still to come, and no other day is given (`met_on`).
    """
    day = submission.decided_on
    if day is not None and day > london_day(now) and not answers.get("met_on"):
        raise WrongAnswerError("met_on", gettext(STILL_AHEAD, day=in_words_of(day, str(get_locale() or "en"))))
    submission.decision = "not-yet"
    submission.decided_on = None


def open_term(submission: Affiliation, answers: Mapping[str, str], now: datetime) -> None:
    """Open the next year, unless an unpaid one is open already.

    `fee_pence` among the answers is what a coordinator agreed with the branch. Raises `MissingAnswerError` where no
    fee is known from anywhere.
    """
    _note_aims(submission, now)
    agreed = answers.get("fee_pence", "")
    pence = int(agreed) if agreed else fee_of(submission)
    if pence is None:
        raise MissingAnswerError(["fee_pence"])
    term = _open(submission, pence, now)
    if agreed:
        term.fee_pence = pence
    submission.fee_pence = term.fee_pence
    if submission.wants_invoice == YES:
        _ask_for_invoice(submission, term, now)


def _note_aims(submission: Affiliation, now: datetime) -> None:
    """What a first affiliation rests on: where the form does not say it, a coordinator knows that the aims are shared.

    How they know stands in the history. It is our note, and no answer of the branch.
    """
    if submission.lacks_aims:
        submission.aims_noted_on = london_day(now)


def _ask_for_invoice(submission: Affiliation, term: Term, now: datetime) -> None:
    """Somebody must write the invoice that the letter to the treasurer promises."""
    tasks.open_task(
        _session(submission),
        key=_invoice_key(submission, term),
        reason="invoice",
        about=INVOICE.format(fee=pounds(term.fee_pence), first=_first_day(term)),
        due_on=working_days_after(london_day(now), DAYS_FOR_AN_INVOICE),
        now=now,
        submission_id=submission.id,
    )


def pay(submission: Affiliation, answers: Mapping[str, str], now: datetime) -> None:
    """Keep what arrived and when; a payment that comes before the renewal opens the next term itself.

    What is less than the fee counts as the whole of it only where a coordinator says so (`counts_as_whole`): the fee
    stays as it was agreed, and the rest is waived. Raises `WrongAnswerError` otherwise.
    """
    paid = int(answers["paid_pence"])
    term = _open(submission, fee_of(submission) or paid, now)
    rest = term.still_open_pence - paid
    if rest > 0 and answers.get("counts_as_whole") != YES:
        raise WrongAnswerError("paid_pence", LESS_THAN_THE_FEE.format(rest=pounds(rest)))
    _take(term, paid, answers)
    if rest > 0:
        term.waived_reason = ENOUGH
    _tell_of_payment(submission, term)
    _see_to_wishes(submission, now)


def _first_day(term: Term) -> str:
    """The day on which the year of an invoice begins: the invoices of two years may be owed at once."""
    return in_words_of(term.starts_on, "en")


def _tell_of_payment(submission: Affiliation, term: Term) -> None:
    """Whoever has still to write the invoice must not ask for what has come."""
    key, about = _invoice_key(submission, term), INVOICE_FOR_THE_REST if term.is_open else INVOICE_AFTERWARDS
    paid, rest = pounds(term.paid_pence or 0), pounds(term.still_open_pence)
    for task in tasks.of_request(_session(submission), submission.id):
        if task.key == key:
            task.about = about.format(fee=pounds(term.fee_pence), first=_first_day(term), paid=paid, rest=rest)


def _see_to_wishes(submission: Affiliation, now: datetime) -> None:
    """Somebody must write about what else a new affiliate would like, as its letter promises."""
    if not submission.also_wants or len(submission.terms) > 1:
        return
    with force_locale("en"):
        wishes = "; ".join(labels_of(forms.ALSO_WANTS, submission.also_wants))
    tasks.open_task(
        _session(submission),
        key=f"wish:{submission.id}",
        reason="wish",
        about=WISHES.format(wishes=wishes),
        due_on=working_days_after(london_day(now), DAYS_FOR_AN_INVOICE),
        now=now,
        submission_id=submission.id,
    )


def _invoice_key(submission: Affiliation, term: Term) -> str:
    return f"invoice:{submission.id}:{term.starts_on}"


def pay_part(submission: Affiliation, answers: Mapping[str, str], now: datetime) -> None:
    """Keep a part of the fee; the rest stays open. Raises `WrongAnswerError` where nothing would be left."""
    paid = int(answers["paid_pence"])
    term = _open(submission, fee_of(submission) or paid, now)
    if paid >= term.still_open_pence:
        raise WrongAnswerError("paid_pence", THE_WHOLE_FEE)
    _take(term, paid, answers)
    _tell_of_payment(submission, term)


def _take(term: Term, paid: int, answers: Mapping[str, str]) -> None:
    term.paid_pence = (term.paid_pence or 0) + paid
    term.paid_on = date.fromisoformat(answers["paid_on"])


def waive(submission: Affiliation, answers: Mapping[str, str], now: datetime) -> None:
    """Keep why nothing is due for the term, which is opened where none is open. Aims as in `open_term`."""
    _note_aims(submission, now)
    term = _open(submission, fee_of(submission) or 0, now)
    term.waived_reason = answers["reason"]
    # Nothing is due: nobody waits for the invoice.
    tasks.overtaken(_session(submission), submission.id, ("invoice",), now)
    _see_to_wishes(submission, now)


def settle_money(submission: Affiliation, answers: Mapping[str, str], now: datetime) -> None:
    """Somebody must settle what was paid for a year that is not over, as the letter to the branch says."""
    if not submission.held_pence:
        return
    tasks.open_task(
        _session(submission),
        key=f"money:{submission.id}:{london_day(now)}",
        reason=MONEY,
        about=HELD.format(sum=pounds(submission.held_pence)),
        due_on=working_days_after(london_day(now), DAYS_FOR_AN_INVOICE),
        now=now,
        submission_id=submission.id,
    )


def reopen(submission: Affiliation, answers: Mapping[str, str], now: datetime) -> None:
    """Forget the bill for a next year of which nothing was paid, where a paid year still runs.

    The treasurer has read that nothing is due; the branch is asked again in its time.
    """
    # Whatever question was open before the closing is not gone back to; what was paid stands for its year again.
    submission.resume_state = ""
    tasks.overtaken(_session(submission), submission.id, (MONEY,), now, "It was opened again.")
    term, over_on = submission.open_term, submission.term_over_on
    if term is not None and term.paid_pence is None and over_on is not None and london_day(now) < over_on:
        submission.terms.remove(term)


def fee_of(submission: Affiliation) -> int | None:
    """The fee for the next term: what a first form says, for a renewal today's table, else the last fee."""
    last = submission.current_term
    if last is not None and not last.is_open:
        if submission.fee_wish == "more" and submission.fee_pence is not None:
            return submission.fee_pence
        worked_out = fees.work_out(_session(submission), submission.body_type, submission.members).pence
        return last.fee_pence if worked_out is None else worked_out
    if submission.fee_pence is not None:
        return submission.fee_pence
    return fees.work_out(_session(submission), submission.body_type, submission.members).pence


def next_fee(submission: Affiliation) -> int | None:
    """What the year costs that `open_term` would open now; None where no fee is known."""
    term = submission.open_term
    return term.fee_pence if term is not None and submission.state not in BEGUN_ANEW else fee_of(submission)


def next_year(submission: Affiliation, today: date) -> tuple[date, date]:
    """First and last day of the year that `open_term` would open on that day (London)."""
    term = submission.open_term
    if term is not None and submission.state not in BEGUN_ANEW:
        return term.starts_on, term.ends_on
    before = submission.running_term
    starts = today
    if before is not None:
        follows = before.ends_on + timedelta(days=1)
        starts = follows if submission.state in AFFILIATED else max(starts, follows)
    return starts, year_from(starts)


def year_from(day: date) -> date:
    """The last day of the year that starts on `day`."""
    try:
        return day.replace(year=day.year + 1) - timedelta(days=1)
    except ValueError:
        # 29 February: the year ends on 28 February.
        return day.replace(year=day.year + 1, day=28)


def _open(submission: Affiliation, pence: int, now: datetime) -> Term:
    """The term that waits for its fee, or a new one that follows the last."""
    term = submission.open_term
    if term is not None and submission.state not in BEGUN_ANEW:
        return term
    starts, ends = next_year(submission, london_day(now))
    if term is None:
        term = Term(fee_pence=pence)
        submission.terms.append(term)
    term.starts_on, term.ends_on = starts, ends
    if term.paid_pence is None:
        term.fee_pence = pence
    return term


def _session(submission: Affiliation) -> Session:
    session = object_session(submission)
    if session is None:
        raise ValueError("an affiliation outside a session has no fee table")
    return session

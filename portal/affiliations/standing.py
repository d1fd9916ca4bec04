"""What a branch reads of its affiliation on its own page: until when it holds, what it costs, and what we ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import force_locale, format_date, format_decimal, gettext

from portal.affiliations import fee_days, terms
from portal.affiliations.facts import fee_told
from portal.affiliations.models import Affiliation, Term
from portal.clock import london_day
from portal.submissions import deadlines
from portal.submissions.day_words import by_in_words_of, in_words_of
from portal.submissions.money import pounds
from portal.submissions.settled import NOTHING, Rows, Settled, Wanted, rows_of
from portal.submissions.workflow import N_

DAYS_TO_INVOICE = 7
"""So many days after the acceptance our invoice comes at the latest, as the letter to the treasurer says."""
INVOICE_FIRST = N_("Your affiliation is accepted, and our invoice comes next")


def wanted(submission: Affiliation, today: date, has_written: bool) -> Wanted | None:
    """That the branch accepts the aims, where its form does not say so and it is not waiting for its meeting."""
    if not submission.lacks_aims or submission.state != "received" or has_written:
        return None
    return Wanted(
        gettext("Does your branch accept the aims of the campaign? You have not told us yet."),
        gettext("Tell us about the aims"),
        "decision",
    )


BEFORE_THE_FEE = ("received", "awaiting-decision")


def settled(submission: Affiliation, language: str, today: date) -> Settled:
    """Until when the branch is affiliated, and what the year costs: what it reads on its own page."""
    stands = _state_of_fee(submission)
    if stands in BEFORE_THE_FEE:
        with force_locale(language):
            return Settled(rows=rows_of((gettext("The fee, worked out"), fee_told(submission))))
    if stands == "ended" and submission.held_pence:
        return _to_settle(submission, language, today)
    if stands not in ("awaiting-payment", "active", "renewal-due", "grace"):
        return NOTHING
    term, running = submission.current_term, submission.running_term
    ends_on = running.ends_on if running else None
    invoice_by = _invoice_by(submission) if submission.is_fee_due else None
    is_first = invoice_by is not None and submission.state == "awaiting-payment"
    with force_locale(language):
        rest = pounds(term.still_open_pence) if term and term.is_open and term.paid_pence else ""
        return Settled(
            sentence=_until(submission, ends_on) if ends_on else gettext(INVOICE_FIRST) if is_first else "",
            rows=rows_of(
                (_last_day(submission), in_words_of(ends_on, language)),
                (_which_fee(submission), _fee_of(term)),
                (gettext("Still open"), rest),
                *(_how_to_pay(submission, language, invoice_by, today) if submission.is_fee_due else ()),
                (gettext("Our aims"), _aims(submission)),
            ),
            doing=gettext("We write the invoice") if is_first else "",
            hint=_invoice_comes(invoice_by, language, today) if invoice_by is not None and is_first else "",
        )


def can_be_told(submission: Affiliation, before: Sequence[Any], since: Sequence[Any]) -> bool:
    """Whether what `settled` says of an application that was put back is what its branch was told: no term is open."""
    return _state_of_fee(submission) in BEFORE_THE_FEE


def _state_of_fee(submission: Affiliation) -> str:
    # A question changes nothing: one that is asked after the acceptance leaves the fee that was agreed.
    return (submission.goes_back_to or "received") if submission.state == "query" else submission.state


def _to_settle(submission: Affiliation, language: str, today: date) -> Settled:
    """What was paid for a year that the branch has ended, and by when we write about it, as its last letter says."""
    ended_on = london_day(submission.state_since)
    write_by = deadlines.days_from(ended_on)["in_7_days"]
    with force_locale(language):
        day = by_in_words_of(write_by, language)
        words = (
            gettext("A coordinator writes to you about it by %(day)s", day=day)
            if today <= write_by
            else gettext(
                "We said that we would write to you about it by %(day)s. Have we not? Please reply to our letter",
                day=day,
            )
        )
        return Settled(
            rows=((gettext("You have paid"), pounds(submission.held_pence)), (gettext("What becomes of it"), words))
        )


def _is_paid_after(submission: Affiliation) -> bool:
    """Whether a branch that has renewed pays after the end of the year before: nothing ends on that day."""
    running = submission.running_term
    if submission.state != "renewal-due" or not submission.has_renewed or running is None:
        return False
    return submission.is_invoice_owed or fee_days.pay_by(submission) > running.ends_on


def _last_day(submission: Affiliation) -> str:
    """What the last day of the running year is called."""
    if _is_paid_after(submission):
        return gettext("Last day of the year that is paid")
    return gettext("Last day of your affiliation")


def _which_fee(submission: Affiliation) -> str:
    """For which year the fee is. Beside the button that renews, one that was waived is not taken for the next."""
    if submission.has_renewed:
        return gettext("Fee for the next year")
    if submission.state == "renewal-due":
        return gettext("Fee for this year")
    return gettext("Fee for the past year") if submission.state == "grace" else gettext("Fee for the year")


def _aims(submission: Affiliation) -> str:
    """That we noted that the branch accepts the aims; empty where it has said so itself."""
    if submission.aims_noted_on is None or submission.accepts_aims:
        return ""
    day = format_date(submission.aims_noted_on, "d MMMM")
    return str(gettext("We noted on %(day)s: your branch accepts our aims", day=day))


def _invoice_by(submission: Affiliation) -> date | None:
    """The day by which the letter to the treasurer promised the invoice; None where none is owed."""
    since = submission.invoice_owed_since
    if since is None:
        return None
    promised_on = london_day(since)
    return deadlines.working_day(promised_on + timedelta(days=DAYS_TO_INVOICE), promised_on)


def _invoice_comes(day: date, language: str, today: date) -> str:
    """By when the treasurer has the invoice, or that we are late with it; in `language`, which is the present one."""
    told = by_in_words_of(day, language)
    if day < today:
        return gettext("We said that the treasurer would have it by %(day)s. We are late, and we are sorry", day=told)
    return gettext("We send it to the treasurer by %(day)s", day=told)


def _how_to_pay(submission: Affiliation, language: str, invoice_by: date | None, today: date) -> Rows:
    """By when the fee is to be paid and what is to be quoted, while it is due; in the present language."""
    quote = (gettext("Please quote"), submission.reference)
    if invoice_by is not None:
        comes = _invoice_comes(invoice_by, language, today)
        return (
            (gettext("Invoice"), f"{comes}. {gettext('Nothing is due before')}"),
            (gettext("Please pay"), gettext("Within 30 days of the invoice")),
            quote,
        )
    return ((gettext("Please pay by"), in_words_of(fee_days.pay_by(submission), language)), quote)


def to_pay_by(submission: Affiliation) -> date | None:
    """The day by which the letter to the treasurer asks for the fee; None where nothing is due, or an invoice first."""
    return fee_days.pay_by(submission) if submission.is_fee_due and submission.invoice_owed_since is None else None


MOVES_THAT_COST = ("renew", "rejoin")


def at_stake(submission: Affiliation, move: str, language: str, today: date) -> Rows:
    """What a year costs that the branch is about to begin, and which year that is; `today` is the day in London."""
    if move not in MOVES_THAT_COST:
        return ()
    starts, ends = terms.next_year(submission, today)
    pence = terms.next_fee(submission)
    with force_locale(language):
        to_come = gettext("We work it out and write to you before anything is due")
        members = "" if submission.members is None else format_decimal(submission.members)
        year = gettext("%(first)s to %(last)s", first=in_words_of(starts, language), last=in_words_of(ends, language))
        return rows_of(
            (gettext("Fee for the year"), pounds(pence) if pence is not None else to_come),
            (gettext("Year"), year),
            (gettext("Members"), members),
        )


def _until(submission: Affiliation, ends_on: date) -> str:
    """The state with the last day of the term in it; empty where that day says nothing about the state."""
    day = format_date(ends_on, "d MMMM y")
    if submission.has_renewed:
        sentences = {
            "renewal-due": (
                gettext("You have renewed and stay affiliated. The fee for the next year is due")
                if _is_paid_after(submission)
                else gettext("You are affiliated until %(day)s. The fee for the next year is due", day=day)
            ),
            "grace": gettext("Your affiliation ran out on %(day)s. The fee for the next year is due", day=day),
        }
        return str(sentences.get(submission.state, ""))
    sentences = {
        "active": gettext("Your branch is affiliated until %(day)s", day=day),
        "renewal-due": gettext("Please renew your affiliation. Its last day is %(day)s", day=day),
        "grace": gettext("Your affiliation ran out on %(day)s. You can still renew", day=day),
    }
    return str(sentences.get(submission.state, ""))


def _fee_of(term: Term | None) -> str:
    """What a term costs, in words."""
    if term is None:
        return ""
    if term.waived_pence and term.paid_pence:
        fee, waived = pounds(term.fee_pence), pounds(term.waived_pence)
        return gettext("%(fee)s, of which %(waived)s is waived", fee=fee, waived=waived)
    return gettext("Nothing: the fee is waived") if term.waived_reason else pounds(term.fee_pence)

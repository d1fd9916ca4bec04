"""What the letters about an affiliation may name, in the language of the letter. Sums are printed in pounds."""

from __future__ import annotations

from datetime import date

from flask_babel import force_locale, format_date, gettext
from sqlalchemy.orm import object_session

from portal.affiliations import fees, forms, terms
from portal.affiliations.models import Affiliation, Term
from portal.submissions.choices import labels_of
from portal.submissions.correspondence import long_date
from portal.submissions.money import pounds
from portal.submissions.settled import NOTHING, Settled, rows_of


def facts(submission: Affiliation, language: str) -> dict[str, str]:
    """All facts of this kind; an empty text where one is not known."""
    term = submission.current_term
    paid = term.paid_pence if term else None
    with force_locale(language):
        told = _told(submission)
        fee, reason = _fee(submission)
        pay_by = ", ".join(labels_of(forms.PAY_BY, [submission.pay_by]))
    return {
        "fee": fee,
        "fee_reason": reason,
        "fee_told": told,
        "members": "" if submission.members is None else f"{submission.members:,}",
        "term_starts": long_date(term.starts_on, language) if term else "",
        "term_ends": long_date(term.ends_on, language) if term else "",
        "treasurer_name": submission.treasurer_name,
        "paid": pounds(paid) if paid is not None else "",
        "paid_on": long_date(term.paid_on, language) if term else "",
        "payment_reference": submission.reference,
        "pay_by": pay_by,
        "order_number": submission.order_number,
        "meeting_on": long_date(submission.decided_on, language) if submission.decision != "carried" else "",
    }


def _told(submission: Affiliation) -> str:
    """The fee as it stands before a term is opened, with the branch's own wish."""
    session = object_session(submission)
    if session is None:
        return ""
    worked_out = fees.work_out(session, submission.body_type, submission.members)
    return fees.told(worked_out, submission.fee_wish, submission.offered_pence)


def _fee(submission: Affiliation) -> tuple[str, str]:
    """The sum that is due, and how it comes about."""
    term, session = submission.current_term, object_session(submission)
    worked_out = fees.work_out(session, submission.body_type, submission.members) if session else None
    due = term.fee_pence if term else submission.fee_pence
    if due is None:
        due = worked_out.pence if worked_out else None
    if due is None:
        return "", worked_out.sentence if worked_out else ""
    if worked_out is not None and worked_out.pence == due:
        return pounds(due), worked_out.sentence
    return pounds(due), gettext("%(fee)s, as agreed with your branch", fee=pounds(due))


def arranged(submission: Affiliation) -> list[tuple[str, str]]:
    """The fee, and the newest term with what was paid for it; in English, without what is not known yet."""
    term = submission.current_term
    fee = term.fee_pence if term else submission.fee_pence
    rows = [("Fee for the year", "not worked out yet" if fee is None else pounds(fee))]
    if term is not None:
        paid = "" if term.paid_pence is None else f"{pounds(term.paid_pence)} on {long_date(term.paid_on, 'en')}"
        rows += [
            ("Term", f"{long_date(term.starts_on, 'en')} to {long_date(term.ends_on, 'en')}"),
            ("Paid", paid),
            ("Waived", term.waived_reason),
        ]
    return [row for row in rows if row[1]]


BEFORE_THE_FEE = ("received", "awaiting-decision", "query")


def settled(submission: Affiliation, language: str) -> Settled:
    """Until when the branch is affiliated, and what the year costs: what it reads on its own page."""
    if submission.state in BEFORE_THE_FEE:
        with force_locale(language):
            return Settled(rows=rows_of((gettext("The fee, worked out"), _told(submission))))
    if submission.state not in ("awaiting-payment", "active", "renewal-due", "grace"):
        return NOTHING
    term = submission.current_term
    ends_on = max((each.ends_on for each in submission.terms if not terms.is_open(each)), default=None)
    with force_locale(language):
        return Settled(
            sentence=_until(submission.state, ends_on) if ends_on else "",
            rows=rows_of(
                (gettext("Last day of your affiliation"), long_date(ends_on, language)),
                (gettext("Fee for the year"), _fee_of(term)),
            ),
        )


def _until(state: str, ends_on: date) -> str:
    """The state with the last day of the term in it; empty where that day says nothing about the state."""
    day = format_date(ends_on, "d MMMM y")
    sentences = {
        "active": gettext("Your branch is affiliated until %(day)s", day=day),
        "renewal-due": gettext("Your affiliation runs until %(day)s. Please renew it", day=day),
        "grace": gettext("Your affiliation ran out on %(day)s. You can still renew", day=day),
    }
    return str(sentences.get(state, ""))


def _fee_of(term: Term | None) -> str:
    """What a term costs, in words."""
    if term is None:
        return ""
    return gettext("Nothing: the fee is waived") if term.waived_reason else pounds(term.fee_pence)

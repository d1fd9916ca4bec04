"""What the letters about an affiliation may name, in the language of the letter. Sums are printed in pounds."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import format_decimal, gettext
from sqlalchemy.orm import object_session

from portal.affiliations import answer_days, fee_days, fees, forms, terms
from portal.affiliations.models import Affiliation, Term
from portal.affiliations.states import AFFILIATED
from portal.emails.facts import Facts, Known
from portal.submissions.choices import labels_of
from portal.submissions.day_words import by_in_words_of, in_words_of
from portal.submissions.money import pounds


def facts(submission: Affiliation, language: str) -> Facts:
    """All facts of this kind; an empty text where one is not known."""
    term, running = submission.current_term, submission.running_term
    meeting_on = submission.decided_on if submission.decision != "carried" else None
    return Facts(
        language,
        {
            "fee": lambda: _fee(submission)[0],
            "fee_reason": lambda: _fee(submission)[1],
            "fee_told": lambda: fee_told(submission),
            "asked_less": "yes" if _has_less_to_hear(submission) else "",
            "by_cheque": "yes" if submission.pay_by == "cheque" else "",
            "members": lambda: "" if submission.members is None else format_decimal(submission.members),
            "also_wants": lambda: _also_wants(submission),
            # Until then the branch is affiliated, whatever becomes of the fee for the next year.
            "running_until": lambda: by_in_words_of(running.ends_on, language) if running else "",
            "is_renewal": lambda: "yes" if _is_renewal(submission) else "",
            "is_late": "yes" if submission.state == "grace" else "",
            "has_renewed": lambda: "yes" if submission.has_renewed else "",
            "still_open": lambda: pounds(term.still_open_pence) if term and term.is_open else "",
            # What has just arrived is known to the move alone; with no move it is the whole sum.
            "paid_now": lambda: _in_pounds(term.paid_pence if term else None),
            # Where nothing was paid, the letters say in their own words that nothing is due.
            "waived": lambda: pounds(term.waived_pence) if term and term.paid_pence and term.waived_pence else "",
            "term_starts": lambda: in_words_of(term.starts_on, language) if term else "",
            "term_ends": lambda: in_words_of(term.ends_on, language) if term else "",
            "treasurer_name": submission.treasurer_name,
            "own_treasurer": "yes" if submission.has_own_treasurer else "",
            "to_contact": "" if submission.has_own_treasurer or submission.treasurer_name else "yes",
            "paid": lambda: _in_pounds(term.paid_pence if term else None),
            "fee_dropped": lambda: "yes" if _is_fee_dropped(submission) else "",
            "fee_held": lambda: pounds(submission.held_pence) if submission.held_pence else "",
            "fee_waived": "yes" if running and running.waived_reason and not submission.held_pence else "",
            "paid_on": lambda: in_words_of(term.paid_on, language) if term else "",
            # Where an invoice comes first, no day is named before it.
            "fee_due_by": lambda: _fee_due_by(submission, language),
            "payment_reference": submission.reference,
            "pay_by": lambda: _pay_by(submission),
            "asks_invoice": "yes" if submission.wants_invoice in ("", "not-sure") else "",
            "wants_invoice": "yes" if submission.wants_invoice == "yes" else "",
            "invoice_to_come": lambda: "yes" if submission.is_invoice_owed else "",
            "invoice_address": submission.invoice_address,
            "is_decided": "yes" if submission.decision == "carried" else "",
            "lacks_decision": "yes" if submission.decision != "carried" or submission.decided_on is None else "",
            "lacks_aims": lambda: "yes" if submission.lacks_aims else "",
            "wants_speaker": "yes" if "speaker" in (submission.also_wants or []) else "",
            "lacks_minute": "yes" if not submission.minute else "",
            "order_number": submission.order_number,
            "meeting_on": lambda: in_words_of(meeting_on, language),
            "tell_by": lambda: (
                by_in_words_of(meeting_on + timedelta(days=answer_days.DAYS_TO_TELL), language) if meeting_on else ""
            ),
        },
    ) | _next_year(submission, language)


def _also_wants(submission: Affiliation) -> str:
    """What else it would like. Who renews has heard of it a year ago."""
    return "; ".join(labels_of(forms.ALSO_WANTS, submission.also_wants or [])) if len(submission.terms) < 2 else ""


def _pay_by(submission: Affiliation) -> str:
    """How they will pay; "another way" tells a treasurer nothing."""
    return ", ".join(labels_of(forms.PAY_BY, [submission.pay_by])) if submission.pay_by != "other" else ""


def _is_fee_dropped(submission: Affiliation) -> bool:
    """Whether a fee that was asked for is no longer wanted, and no letter to a treasurer says so."""
    is_over = not submission.is_open
    return is_over and submission.open_term is not None and not submission.has_own_treasurer


def _fee_due_by(submission: Affiliation, language: str) -> str:
    """The day by which our last letter asks for the fee; empty where nothing is due, or our invoice comes first."""
    if not submission.is_fee_due or submission.is_invoice_owed:
        return ""
    return by_in_words_of(fee_days.pay_by(submission), language)


def _in_pounds(pence: int | None) -> str:
    return "" if pence is None else pounds(pence)


def _is_renewal(submission: Affiliation) -> bool:
    """Whether the newest term follows the one before it without a gap."""
    if len(submission.terms) < 2:
        return False
    before, newest = submission.terms[-2:]
    return newest.starts_on == before.ends_on + timedelta(days=1)


def _next_year(submission: Affiliation, language: str) -> Known:
    """What another year costs a branch that is asked whether it renews, and which year that is."""
    running = submission.running_term
    if submission.state not in AFFILIATED or running is None or submission.has_renewed:
        return dict.fromkeys(("next_fee", "next_starts", "next_ends"), "")
    starts, ends = terms.next_year(submission, running.ends_on)
    return {
        "next_fee": lambda: _in_pounds(terms.next_fee(submission)),
        "next_starts": in_words_of(starts, language),
        "next_ends": in_words_of(ends, language),
    }


def fee_told(submission: Affiliation) -> str:
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
    if due == submission.offered_pence and (term is None or submission.fee_wish == "more"):
        return pounds(due), gettext("%(fee)s, as your branch offered", fee=pounds(due))
    if submission.fee_wish == "waiver" and due != submission.offered_pence:
        return pounds(due), gettext("%(fee)s, as we decided for your branch", fee=pounds(due))
    return pounds(due), gettext("%(fee)s, as agreed with your branch", fee=pounds(due))


def _has_less_to_hear(submission: Affiliation) -> bool:
    """Whether the branch asked for less in its first year, and the fee is not the very sum that it named."""
    term = submission.current_term
    is_as_asked = term is not None and term.fee_pence == submission.offered_pence
    return submission.fee_wish == "waiver" and len(submission.terms) < 2 and not is_as_asked


def arranged(submission: Affiliation) -> list[tuple[str, str]]:
    """The fee, and the newest term with what was paid for it; in English, without what is not known yet."""
    term = submission.current_term
    fee = term.fee_pence if term else submission.fee_pence
    rows = [("Fee for the year", "not worked out yet" if fee is None else _what_became_of(fee, term))]
    if term is not None:
        paid = "" if term.paid_pence is None else f"{pounds(term.paid_pence)} on {in_words_of(term.paid_on, 'en')}"
        rest = pounds(term.still_open_pence) if paid and term.is_open else ""
        rows += [
            ("Term", f"{in_words_of(term.starts_on, 'en')} to {in_words_of(term.ends_on, 'en')}"),
            ("Paid", paid),
            ("Still open", rest),
            ("Waived", term.waived_reason),
        ]
        if submission.has_renewed and submission.running_term is not None:
            rows.insert(0, ("Affiliated until", in_words_of(submission.running_term.ends_on, "en")))
    return [row for row in rows if row[1]]


def _what_became_of(fee: int, term: Term | None) -> str:
    """A fee, and how much of it was paid and waived where not the whole was asked for; in English."""
    if term is None or not term.waived_pence:
        return pounds(fee)
    paid = f", {pounds(term.paid_pence)} paid" if term.paid_pence else ""
    return f"{pounds(fee)} agreed{paid}, {pounds(term.waived_pence)} waived"

"""What a coordinator should see beside the next step: the branch's other requests, its wishes, what it waits for.

The step itself, and whose turn it is, are in `next_step`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import Row

from portal.affiliations import answer_days, standing
from portal.affiliations.models import STILL_TO_DECIDE, Affiliation
from portal.clock import london_day, utc_now
from portal.dashboard import words
from portal.speakers import bookings, interpreters, other_day
from portal.speakers.models import SpeakerRequest
from portal.submissions import registry
from portal.submissions.models import Submission, reference_of
from portal.submissions.money import pounds
from portal.submissions.together import Companion
from portal.twinning.facts import greet_on, ready_to_agree_on
from portal.twinning.models import TwinningProposal

NO_INTERPRETER = "The meeting needs an interpreter, and nobody is asked yet. “Ask an interpreter” stands below."
BEFORE_THE_FEE = ("received", "awaiting-decision", "query")
YEAR_ENDS = {
    "renewal-due": ("Its paid year ends on {day}.", "Its paid year ended on {day}."),
    "grace": ("Its paid year ended on {day}.", "Its paid year ended on {day}."),
}
"""The last day of the paid year by the state: as long as it is to come, and afterwards."""
NO_LAPSE = (
    "It does not lapse by itself: on {day} a task comes to telephone it, then to let it lapse or help it to renew."
)
HELP = "It does not lapse by itself: telephone it, then let it lapse or help it to renew."
WITH_A_FEE = (*BEFORE_THE_FEE, "awaiting-payment", "renewal-due", "grace")


def others(rows: Sequence[Row[*tuple[Any, ...]]]) -> list[tuple[str, str]]:
    """The other open requests of the same branch: what each is and how it stands, and its page."""
    found = []
    for row in rows:
        kind, _, state = row.about.partition(":")
        label = words.state_of(kind, state).label
        what = f"{registry.kind(kind).label} {reference_of(row.id)}: {label}"
        found.append((what, url_for("dashboard.request_page", number=row.id)))
    return found


def together(rows: Sequence[Row[*tuple[Any, ...]]]) -> list[tuple[str, str]]:
    """The other requests that the same form made, one for each date: reference, day, how it ended, and its page."""
    found = []
    for row in rows:
        kind, _, name = row.about.partition(":")
        state = words.state_of(kind, name)
        ended = state.label.lower() if state.is_final else ""
        what = Companion(row.id, row.due_on, ended).in_words("en")
        found.append((what, url_for("dashboard.request_page", number=row.id)))
    return found


def is_to_be_answered(submission: Submission, changed: Collection[str]) -> bool:
    """Whether writing to a branch whose words wait for us is the next step, and can be done."""
    return bool(submission.contact_email) and not bookings.is_to_be_asked(submission, changed)


def lines(submission: Submission, today: date, *, is_held: bool = False) -> list[str]:
    """Sentences for the panel: what the branch wishes or lacks, and what that means for the next step.

    `today` is the day in London. While our letters are held (`is_held`) nobody has been asked what they ask.
    """
    found = []
    if submission.lacks_date and submission.is_open:
        found.append("No day of its meeting is to come. Ask the branch for a new date before you ask a speaker.")
    if rule := _rule(submission):
        found.append(f"No day is fixed yet. The branch wrote: “{rule}”.")
    if not is_held and (day := other_day.in_words(submission, "en")):
        found.append(f"The branch is asked whether {day}, suits it: the speaker could come then.")
    if isinstance(submission, SpeakerRequest) and interpreters.is_missing(submission):
        found.append("An interpreter is asked and not booked yet." if submission.has_interpreter else NO_INTERPRETER)
    if isinstance(submission, Affiliation):
        found += _of_affiliation(submission, today)
    if not is_held and isinstance(submission, TwinningProposal) and (greet_by := greet_on(submission)):
        found.append(f"The branch was asked to write first by {words.long_day(greet_by)}.")
    if isinstance(submission, TwinningProposal) and (ask_on := ready_to_agree_on(submission, london_day(utc_now()))):
        found.append(
            f"Neither side was given a day. We ask whether they would like to be twinned on {words.long_day(ask_on)}."
        )
    return found


def _rule(submission: Submission) -> str:
    """When the branch meets, in its own words, where no day is known."""
    if not submission.is_open or submission.meeting_on is not None:
        return ""
    return str(getattr(submission, "date_rule", ""))


def wait_for_decision(submission: Submission) -> bool:
    """Whether a new affiliation has still to be decided by its branch."""
    return (
        isinstance(submission, Affiliation)
        and submission.state == "received"
        and submission.decision in STILL_TO_DECIDE
        and not submission.is_replaced
    )


def ask_about_aims(submission: Submission) -> bool:
    """Whether a new affiliation, decided by its branch, lacks its word that it accepts the aims."""
    if not isinstance(submission, Affiliation) or submission.state != "received" or submission.is_replaced:
        return False
    return submission.lacks_aims and not wait_for_decision(submission)


def is_to_be_declined(submission: Submission) -> bool:
    """Whether it is a second form of a branch that is affiliated already: that one is renewed instead."""
    return submission.is_open and isinstance(submission, Affiliation) and submission.is_replaced


def _of_affiliation(submission: Affiliation, today: date) -> list[str]:
    found = []
    if submission.is_open and submission.is_replaced:
        return ["This branch has an affiliation already. Renew that one; this form can only be declined."]
    if submission.state in BEFORE_THE_FEE and submission.decision in STILL_TO_DECIDE:
        day = f" Its meeting: {words.long_day(submission.decided_on)}." if submission.decided_on else ""
        found.append(f"The branch has not decided yet.{day}")
    if tell_by := answer_days.to_tell_by(submission):
        found.append(f"We expect to hear the result by {words.long_day(tell_by)}.")
    if submission.lacks_aims and submission.is_open:
        found.append("The branch has not said that it accepts the aims. Make sure of that before you accept.")
    if submission.state in BEFORE_THE_FEE and (wish := wish_of(submission)):
        to_do = " Enter the fee that you agree on when you accept." if submission.fee_wish == "waiver" else ""
        found.append(f"{wish}{to_do}")
    found += _of_its_year(submission, today)
    if submission.state in WITH_A_FEE and submission.wants_invoice == "yes":
        found.append("The branch asked for an invoice with the fee.")
    return found


def _of_its_year(submission: Affiliation, today: date) -> list[str]:
    """Until when it is affiliated, where the renewal is the next step, and by when the fee is to be paid."""
    found = []
    running = submission.running_term
    if running is not None and submission.state in YEAR_ENDS:
        said = YEAR_ENDS[submission.state][today > running.ends_on]
        found.append(said.format(day=words.long_day(running.ends_on)))
    term = submission.current_term
    if submission.is_fee_due and term is not None and term.paid_pence:
        paid, fee, rest = pounds(term.paid_pence), pounds(term.fee_pence), pounds(term.still_open_pence)
        found.append(f"{paid} of {fee} has come, and {rest} is still open.")
    renew_by, lapses_from = answer_days.to_renew_by(submission), answer_days.lapses_from(submission)
    if renew_by and lapses_from:
        found.append(f"The branch is asked to say by {words.long_day(renew_by)} whether it renews.")
        found.append(HELP if today >= lapses_from else NO_LAPSE.format(day=words.long_day(lapses_from)))
    if pay_by := standing.to_pay_by(submission):
        found.append(f"The treasurer is asked to pay by {words.long_day(pay_by)}.")
    return found


def wish_of(submission: Affiliation) -> str:
    """What the branch wishes about its fee, in a sentence; nothing where it pays what is worked out."""
    offered = submission.offered_pence
    if submission.fee_wish == "waiver":
        if offered == 0:
            return "The branch asks to pay nothing."
        return f"The branch asks to pay {pounds(offered)} a year." if offered else "The branch asks to pay less."
    if offered and (submission.fee_wish == "more" or submission.fee_pence is None):
        return f"The branch offers {pounds(offered)} a year."
    return ""

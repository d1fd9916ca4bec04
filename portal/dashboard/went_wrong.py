"""What keeps a letter from arriving, in plain words, and what to do about it; the codes are kept for small print.

How a server's answer becomes our short reason is in `emails/transport`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from portal.clock import london_day
from portal.dashboard import words
from portal.emails.models import GIVEN_UP, QUEUED, REFUSED, SENDING, OutboxEmail
from portal.emails.parcel import BAD_CERTIFICATE, NOT_OFFERED
from portal.submissions.workflow import Recipient

_ANSWER = re.compile(r"(?P<code>[0-9]{3})(?: [245](?P<more>\.[0-9]{1,3}\.[0-9]{1,3}))? (?P<where>at .+)")

LATER = "The mail server asked us to come back later."
FULL = "The mailbox is full."
GONE = "There is no mailbox of that name."
CLOSED = "The mailbox is closed and takes no letters."
NOT_TAKEN = "The mail server does not take letters for this address."
TOO_LONG = "The letter is longer than the mail server allows."
UNWANTED = "The mail server took our letter for unwanted mail."
NO_DOMAIN = "The part of the address after the @ is not right."
NOT_LET_IN = "The mail server does not let us in."
OUR_ADDRESS = "The mail server does not take letters from our own address."
BUSY = "The mail server is busy or closing for a while."

BY_DETAIL = {
    ".1.1": GONE,
    ".1.2": NO_DOMAIN,
    ".1.10": NO_DOMAIN,
    ".2.1": CLOSED,
    ".2.2": FULL,
    ".2.3": TOO_LONG,
    ".3.4": TOO_LONG,
}
"""By the second half of an extended code; the first digit says only whether a later try may help."""

TELEPHONE = "Telephone them, and correct the address on the request. Then send it again."
ASK_FOR_IT = "Telephone them and ask for the right address."
BY_CAUSE = {
    GONE: TELEPHONE,
    NO_DOMAIN: TELEPHONE,
    NOT_TAKEN: TELEPHONE,
    CLOSED: TELEPHONE,
    FULL: "Telephone them. Once there is room, send it again.",
    TOO_LONG: "Write them a shorter message.",
    UNWANTED: "Telephone them, and tell whoever looks after our mail server.",
    NOT_LET_IN: "Tell whoever looks after our mail server. Once it is mended, send it again.",
    OUR_ADDRESS: "Tell whoever looks after our mail server. Once it is mended, send it again.",
}
"""What a person can do about a letter that will not leave by itself any more."""
BY_OWN_WORDS = {
    "the address ": TELEPHONE,
    "a private link ": "Send it again: the copy has the new link.",
    "the letter ": "Write to them from the request instead.",
    "the text ": "Write to them from the request instead.",
    "the header ": "Write to them from the request instead.",
    BAD_CERTIFICATE: "Tell whoever looks after our mail server. Once it is mended, send it again.",
    NOT_OFFERED: "Tell whoever looks after our mail server. Once it is mended, send it again.",
}
"""The same for reasons that we gave ourselves, by their beginnings."""
OF_THE_LETTER = ("the address ", "a private link ", "the letter ", "the text ", "the header ")
"""What only one letter explains."""
OTHERWISE = "Telephone them, or send it again."


@dataclass(frozen=True)
class WentWrong:
    """What went wrong and what comes next, as sentences, and the server's code for the small print (or nothing)."""

    sentences: str
    code: str = ""


def of_letter(email: OutboxEmail, now: datetime) -> WentWrong | None:
    """The trouble of a letter that has not arrived; None where nothing went wrong with it."""
    if not email.last_error or email.state not in (QUEUED, SENDING, REFUSED, GIVEN_UP):
        return None
    cause, code = _cause(email.last_error)
    return WentWrong(f"{cause} {_next(email, cause, now)}".strip(), code)


def of_server(reason: str) -> WentWrong | None:
    """The trouble of the mail server itself; None where it takes letters."""
    if not reason:
        return None
    cause, code = _cause(reason)
    is_for_a_person = cause in (NOT_LET_IN, OUR_ADDRESS) or reason in (BAD_CERTIFICATE, NOT_OFFERED)
    to_do = "Please tell whoever looks after it." if is_for_a_person else "We keep trying."
    return WentWrong(f"{cause} {to_do}", code)


def cause_of_server(reason: str) -> str:
    """What went wrong, where other letters may have met the same; empty for what only this letter explains."""
    cause, _ = _cause(reason)
    is_own = reason.startswith(OF_THE_LETTER)
    return "" if not reason or is_own or cause in (GONE, CLOSED, NO_DOMAIN, FULL, TOO_LONG) else cause


def _cause(reason: str) -> tuple[str, str]:
    """A sentence for what went wrong, and the code; reasons in our own words have none."""
    answer = _ANSWER.fullmatch(reason)
    if answer is None:
        return f"{reason[:1].upper()}{reason[1:]}.", ""
    return _said(int(answer["code"]), answer["more"] or "", answer["where"]), reason


def _said(code: int, more: str, where: str) -> str:
    """What a server meant by its answer."""
    if code in (530, 534, 535, 538):
        return NOT_LET_IN
    if code == 421:
        return BUSY
    if where == "at the greeting":
        return BUSY if code < 500 else NOT_LET_IN
    if where == "at our own address":
        return LATER if code < 500 else OUR_ADDRESS
    if more in BY_DETAIL:
        return BY_DETAIL[more]
    if code == 552:
        return FULL if where == "at the address" else TOO_LONG
    if code < 500:
        return LATER
    return UNWANTED if where == "at the text" or more.startswith(".7.") else NOT_TAKEN


def _next(email: OutboxEmail, cause: str, now: datetime) -> str:
    """What happens to the letter now, or what a person can do."""
    if email.state == SENDING:
        return "We are trying again now."
    if email.state == QUEUED:
        return f"We try again {_at(email.next_try_at, now)}."
    own = (to_do for beginning, to_do in BY_OWN_WORDS.items() if email.last_error.startswith(beginning))
    to_do = BY_CAUSE.get(cause) or next(own, OTHERWISE)
    if to_do == TELEPHONE and email.role != Recipient.BRANCH:
        # A copy would go to the same address: only the branch's own stands on the request to be corrected.
        to_do = ASK_FOR_IT
    if email.state == GIVEN_UP:
        times = f" {email.attempts} times" if email.attempts > 1 else ""
        return f"We tried{times} and have given up. {to_do}"
    return to_do


def _at(moment: datetime | None, now: datetime) -> str:
    """When the next try is: "at 2.05pm"; on another day with its date."""
    if moment is None or moment <= now:
        return "in a moment"
    today = london_day(now)
    day, _, hour = words.when(moment, today).rpartition(", ")
    return f"at {hour}" if london_day(moment) == today else f"on {day} at {hour}"

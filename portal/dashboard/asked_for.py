"""What a branch asked for, in the few lines a coordinator needs first: who, what, when, where and how to reach them.

All that was told stands further down on the same page (`told`); what was arranged since, in the kinds' `arranged`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import time
from urllib.parse import quote

from markupsafe import Markup, escape

from portal.dashboard import told, words
from portal.directory.folding import fold
from portal.directory.phones import understand_phone
from portal.speakers import two_clocks
from portal.speakers.arranged import agreed_or_not
from portal.speakers.bookings import BOOKED
from portal.speakers.models import SpeakerRequest
from portal.submissions.correspondence import short_time
from portal.submissions.day_words import in_words_of
from portal.submissions.forms import Lines
from portal.submissions.models import Submission

LONGEST_NOTE = 240
"""More of a long answer stands only where all answers stand."""

NOT_SAID = "The form does not say that the branch accepts them"
LOST = "No, its motion was lost"

Given = Mapping[str, list[str]]


def rows(submission: Submission, answers: Mapping[str, Lines], branch_url: str) -> Markup:
    """The facts as the rows of a summary. `answers` are what `told.told` gives; `branch_url` may be empty."""
    given = {name: lines for step in answers.values() for name, lines in step.items() if lines}
    if submission.IS_SEALED:
        return Markup("").join(told.row(label, value) for label, value in _ukrainian(submission, given) if value)
    facts = [*_KINDS[submission.kind](submission, given), ("Notes", _short(given, "notes"))]
    facts += [("Branch", _branch(submission, given, branch_url)), ("Contact", _contact(submission))]
    if submission.language == "uk":
        facts.append(("Letters", "in Ukrainian"))
    return Markup("").join(told.row(label, value) for label, value in facts if value)


def _speaker(submission: Submission, given: Given) -> list[tuple[str, str]]:
    dates = " or ".join(line for number in "123" for line in given.get(f"date_{number}", []))
    must_know = [f"Must know by {line}" for line in given.get("decide_by", [])]
    return [
        ("Meeting", ": ".join(dict.fromkeys(given.get("event_kind", []) + given.get("title", [])))),
        ("When", _lines(*_when(submission, [dates, *given.get("date_rule", [])], must_know))),
        ("Where", _where(submission)),
        ("Expecting", _audience(given)),
        ("Would like", _joined(given, "wanted_speaker", "named_speaker", between=": ")),
        ("Topics", _joined(given, "topics", "topics_other", "sector", between="; ")),
        ("Needs", _joined(given, "needs", "needs_note", between="; ")),
        ("Can pay", _joined(given, "can_pay", "pay_note", between="; ")),
        ("Contested", _short(given, "contested_note") or _joined(given, "contested") if _is_contested(given) else ""),
    ]


def _when(submission: Submission, asked: Sequence[str], must_know: Sequence[str]) -> list[str]:
    """The days they asked for and by when they must know; once a meeting is agreed, what holds stands first."""
    if submission.state not in BOOKED or submission.meeting_on is None:
        return [*asked, *must_know]
    start: time | None = getattr(submission, "confirmed_time", None)
    agreed = ", ".join(part for part in (words.long_day(submission.meeting_on), short_time(start, "en")) if part)
    rows = [row for row in getattr(submission, "dates", None) or [] if row.get("on")]
    # In what words they typed it does not matter any more: the same day and hour are not said a second time.
    same = (submission.meeting_on.isoformat(), f"{start:%H:%M}" if start else "")
    wished = "" if [(row["on"], row.get("time", "")) for row in rows] == [same] else " or ".join(map(_in_words, rows))
    called = agreed_or_not(submission, "Agreed") if isinstance(submission, SpeakerRequest) else "Agreed"
    return [f"{called}: {agreed}", *(f"They asked for: {line}" for line in (wished, *asked[1:]) if line)]


def _in_words(row: Mapping[str, str]) -> str:
    """A day they asked for, its hour spelled as ours; in their own words where it was not understood."""
    said = two_clocks.in_words(row, "en")
    return said if row.get("time") or not row.get("time_text") else f"{said}, {row['time_text']}"


def _is_contested(given: Given) -> bool:
    return given.get("contested", ["No"]) != ["No"]


def _twinning(submission: Submission, given: Given) -> list[tuple[str, str]]:
    return [
        ("Why", _short(given, "why")),
        ("Hopes for", _joined(given, "hopes", between="; ")),
        ("Sectors", _joined(given, "sectors", "employers", between="; ")),
        ("Members", _joined(given, "size")),
        ("Offers", _short(given, "offers")),
        ("Would like to learn", _short(given, "learns")),
        ("In mind", _lines(_short(given, "in_mind"), _joined(given, "oblast", "centre"))),
        ("Languages", _joined(given, "languages")),
        ("Lead", _person(given, "lead")),
        ("Deputy", _person(given, "deputy")),
        ("Decided", _joined(given, "decision", "decided_on")),
        ("National union knows", _joined(given, "national_told", "national_contact")),
        ("May be public", _joined(given, "publicity")),
    ]


def _affiliation(submission: Submission, given: Given) -> list[tuple[str, str]]:
    # The form knows no such answer: whoever asks again still has to decide.
    is_lost = submission.state == "not-carried"
    return [
        ("Decided", LOST if is_lost else _joined(given, "decision", "decided_on", "decision_meeting")),
        ("Aims", _aims(submission)),
        ("Members", _joined(given, "members")),
        ("Delegates", _joined(given, "delegates")),
        ("About the fee", _wish(submission, given)),
        ("Why less", _short(given, "waiver_reason")),
        ("Pays by", _joined(given, "pay_by")),
        ("Treasurer", _person(given, "treasurer")),
        ("Invoice", _invoice(given)),
        ("Order number", _joined(given, "order_number")),
        ("Name may be published", _joined(given, "publish_name")),
        ("Would also like", _joined(given, "also_wants", between="; ")),
    ]


def _wish(submission: Submission, given: Given) -> str:
    """What it wishes about its fee; a sum it named beside the first answer is not the fee as it is worked out."""
    if getattr(submission, "fee_wish", "") in ("more", "waiver"):
        return _joined(given, "fee_wish", "offered_pence", between=": ")
    return _joined(given, "offered_pence") or _joined(given, "fee_wish")


def _aims(submission: Submission) -> str:
    """Whether the branch accepts the aims, and where it is our note alone, since when; the history says how we know."""
    noted_on = getattr(submission, "aims_noted_on", None)
    if getattr(submission, "accepts_aims", False) or noted_on is None:
        return "Accepted" if getattr(submission, "accepts_aims", False) else NOT_SAID
    return f"Accepted, as we noted on {in_words_of(noted_on, 'en')}"


def _invoice(given: Given) -> Markup:
    """Whether they need an invoice, and for whom it is made out."""
    wanted = _joined(given, "wants_invoice")
    return _lines(wanted, *given.get("invoice_address", ())) if wanted and wanted != "No" else Markup()


def _ukrainian(submission: Submission, given: Given) -> list[tuple[str, str]]:
    # Names, the place and how to reach them stand on the body’s own page, where each look at them is noted.
    return [
        ("Union", _joined(given, "union_slug", "union_text", "centre")),
        ("Level", _joined(given, "level")),
        ("Oblast", _joined(given, "oblast")),
        ("Sectors", _joined(given, "sectors", between="; ")),
        ("Members", _joined(given, "size")),
        ("Languages", _spoken(given)),
        ("Hopes for", _joined(given, "hopes", between="; ")),
        ("Needs", _joined(given, "needs", between="; ")),
        ("Offers", _joined(given, "offers", between="; ")),
        ("May be published", _joined(given, "publicity")),
        ("Names and contact", _own_page(submission)),
    ]


def _own_page(submission: Submission) -> Markup:
    url = f"/dashboard/ukraine/{submission.id}"
    return (
        Markup('<a href="{}">On the page of the body</a>').format(url) if submission.state != "withdrawn" else Markup()
    )


_KINDS = {"speaker": _speaker, "twinning": _twinning, "affiliation": _affiliation}


def _spoken(given: Given) -> str:
    """The languages of a body, with how well it speaks English: the form asks for that by itself."""
    english = _joined(given, "english")
    return ", ".join(part for part in (_joined(given, "languages"), f"English: {english}" if english else "") if part)


def _joined(given: Given, *names: str, between: str = ", ") -> str:
    """Answers in one line."""
    return between.join(line for name in names for line in given.get(name, ()))


def _lines(*parts: str) -> Markup:
    """What there is of some texts, each in a line of its own."""
    return told.in_lines(part for part in parts if part)


def _short(given: Given, name: str) -> str:
    """The beginning of a long answer, in the lines in which it was typed."""
    text = "\n".join(given.get(name, ()))
    return text if len(text) <= LONGEST_NOTE else f"{text[: LONGEST_NOTE - 1].rstrip()}…"


def _where(submission: Submission) -> str:
    """The place, and whether the speaker may join from afar."""
    chosen = getattr(submission, "meeting_format", "")
    online = ", ".join(part for part in ("online", getattr(submission, "way_in", "")) if part)
    if chosen == "online":
        # A link is kept letter by letter: capitals count in it.
        return online[:1].upper() + online[1:]
    place = str(getattr(submission, "place", ""))
    return f"{place}, or {online}" if chosen == "either" and place else place or ("" if not chosen else "Not known yet")


def _audience(given: Given) -> str:
    """How many and who: "40 people, members only"."""
    size = _joined(given, "audience_size")
    many = f"{size} people" if size.isdigit() and size != "1" else size
    who = _joined(given, "audience")
    return f"{many or 'not told how many'}, {who.lower()}" if who else many


def _branch(submission: Submission, given: Given, url: str) -> Markup:
    """The branch with its link, where it is, and its number."""
    branch = submission.branch
    name = escape(branch.title if branch else submission.heading)
    region = words.region_name(submission.region_slug) if submission.region_slug else ""
    places = ", ".join(part for part in (submission.town, submission.postcode, region) if part)
    number = _joined(given, "branch_number")
    link = Markup('<a href="{}">{}</a>').format(url, name) if branch else name
    written = _joined(given, "branch_name")
    as_told = f"They wrote: {written}" if branch and fold(written) not in fold(branch.title) else ""
    return _lines(link, places, f"Branch number {number}" if number else "", as_told)


def _contact(submission: Submission) -> Markup:
    """Who wrote and how to reach them; a second contact underneath."""
    first = ", ".join(part for part in (submission.contact_name, submission.contact_role) if part)
    lines = [first, _reach(submission.contact_email, submission.contact_phone)]
    if submission.second_name or submission.second_email or submission.second_phone:
        lines += [f"Second contact: {submission.second_name}".rstrip(": ")]
        lines += [_reach(submission.second_email, submission.second_phone)]
    return _lines(*lines)


def _person(given: Given, role: str) -> Markup:
    """Somebody beside the contact: name and address."""
    parts = [escape(_joined(given, f"{role}_name")), email_link(_joined(given, f"{role}_email"))]
    return Markup(", ").join(part for part in parts if part)


def _reach(email: str, phone: str) -> Markup:
    return Markup(", ").join(part for part in (email_link(email), phone_link(phone)) if part)


def email_link(address: str) -> Markup:
    """An address that opens a letter; nothing for none."""
    return Markup('<a href="mailto:{}">{}</a>').format(quote(address, safe="@+"), address) if address else Markup()


def phone_link(number: str, region: str = "GB") -> Markup:
    """A number that can be rung with a touch; nothing for none. Without a country's prefix it is one of `region`."""
    if not number:
        return Markup()
    # Where two stand in one box, the first is rung.
    first = re.split(r"[/,;]| or | and ", number)[0]
    dialled = understand_phone(number, region).e164 or understand_phone(first.strip(), region).e164
    return Markup('<a class="nowrap" href="tel:{}">{}</a>').format(dialled, number) if dialled else escape(number)

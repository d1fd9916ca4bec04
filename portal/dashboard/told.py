"""Everything a branch told us, step by step, under the words that coordinators have for it.

The forms ask a branch in its own voice ("Your name"); on the desk the same answers stand under plain nouns. What of
it stands on top of a request's page is in `asked_for`.
"""

from __future__ import annotations

from flask_babel import force_locale
from markupsafe import Markup

from portal.submissions import registry
from portal.submissions.forms import Lines, blank
from portal.submissions.models import Submission

BREAK = Markup("<br>")
_ROW = Markup('<div class="summary__row"><dt class="summary__label">%s</dt><dd class="summary__value">%s</dd></div>\n')
_SECTION = Markup(
    '<h3 class="section-title">%s <a class="section-title__act" href="%s/correct/%s">Correct'
    '<span class="govuk-visually-hidden"> %s</span></a></h3>\n<dl class="summary">%s</dl>\n'
)
CONSENT = "share"
"""The answer that is no row: consents have a panel of their own."""

STEPS = {
    "your-branch": "Branch",
    "you": "Contact",
    "meeting": "Meeting",
    "speaker": "Speaker",
    "twinning": "Twinning",
    "decision": "Decision",
    "fee": "Fee",
}
LABELS = {
    "body_type": "Kind of body",
    "union": "Union",
    "union_text": "Union, as written",
    "branch_name": "Branch",
    "branch_number": "Branch number",
    "town": "Town",
    "postcode": "Postcode",
    "region_slug": "Region",
    "contact_name": "Name",
    "contact_role": "Role",
    "contact_email": "Email",
    "contact_phone": "Phone",
    "second_name": "Second contact",
    "second_email": "Their email",
    "second_phone": "Their phone",
    "language": "Language for letters",
    "wants_newsletter": "Wants the newsletter",
    "heard_from": "Heard of us",
    "notes": "Notes",
    "event_kind": "Kind of meeting",
    "title": "Name of the meeting",
    "date_1": "Date",
    "time_1": "Start",
    "date_2": "Second choice",
    "time_2": "Start on that date",
    "date_3": "Third choice",
    "time_3": "Start on that date",
    "date_rule": "They usually meet",
    "decide_by": "Must know by",
    "meeting_format": "In the room or online",
    "platform": "Platform and host",
    "venue": "Venue",
    "venue_postcode": "Postcode of the venue",
    "venue_access": "Getting there",
    "audience_size": "Expecting",
    "audience": "Who can come",
    "wanted_speaker": "Would like",
    "named_speaker": "Somebody in mind",
    "sector": "Sector",
    "topics": "Topics",
    "topics_other": "Other topics",
    "talk_minutes": "Minutes to talk",
    "question_minutes": "Minutes for questions",
    "contested": "Contested",
    "contested_note": "About that",
    "press": "Press",
    "recording": "Recorded",
    "needs": "Needs",
    "needs_note": "About needs",
    "can_pay": "Can pay",
    "pay_note": "About paying",
    "collection": "Collection",
    "sectors": "Sectors",
    "employers": "Employers",
    "size": "Members",
    "why": "Why",
    "hopes": "Hopes for",
    "offers": "Offers",
    "learns": "Would like to learn",
    "in_mind": "Already in mind",
    "oblast": "Oblast",
    "centre": "Union centre",
    "languages": "Languages spoken",
    "how_often": "Can meet online",
    "lead_name": "Lead",
    "lead_email": "Lead’s email",
    "deputy_name": "Deputy",
    "deputy_email": "Deputy’s email",
    "decision": "Decided",
    "decided_on": "Date of the meeting",
    "decision_note": "What was decided",
    "decision_meeting": "Meeting",
    "national_told": "National union knows",
    "national_contact": "Who knows there",
    "publicity": "May be public",
    "minute": "Motion or minute",
    "accepts_aims": "Accepts the aims",
    "members": "Members",
    "delegates": "Delegates",
    "fee_wish": "About the fee",
    "offered_pence": "Would like to pay",
    "waiver_reason": "Why they ask for less",
    "pay_by": "Pays by",
    "treasurer_name": "Treasurer",
    "treasurer_email": "Treasurer’s email",
    "wants_invoice": "Wants an invoice",
    "invoice_address": "Invoice to",
    "order_number": "Order number",
    "publish_name": "Name may be published",
    "also_wants": "Would also like",
}
"""What the desk calls each field of the forms; a test proves that none is forgotten."""


def told(submission: Submission) -> dict[str, Lines]:
    """The answers by step and field, in lines of English. Asks the database for nothing but the union."""
    with force_locale("en"):
        return {step.name: blank(step.form, "en").lines_of(submission) for step in registry.kind(submission.kind).steps}


def sections(answers: dict[str, Lines], prefix: str) -> Markup:
    """All answers as HTML, a section for each step with the link that corrects it. Empty ones are left out.

    `prefix` is the address of the request. Forty rows stand on a page: put together here, they cost a third of what
    they would in the page's template.
    """
    parts = []
    for step, lines in answers.items():
        rows = [row(LABELS[name], BREAK.join(given)) for name, given in lines.items() if given and name != CONSENT]
        title = STEPS[step]
        parts.append(_SECTION % (title, prefix, step, title.lower(), Markup("").join(rows)))
    return Markup("").join(parts)


def row(label: str, value: str) -> Markup:
    """One line of a summary; `value` is escaped where it is no HTML yet."""
    return _ROW % (label, value)

"""The forms as coordinators read them: plain nouns and neutral answers where a form speaks to a branch, or as one.

A form asks "Your name" and offers "Somebody we name below". On the desk the same form keeps its fields, its answers
and its rules; only the words are others. Those of a move stand in its row of the workflow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from wtforms.fields.choices import SelectChoice

from portal.submissions.answered import Answered
from portal.submissions.forms import FormContext, StepForm

CONSENT = "share"
CONSENTS = (CONSENT, "register", "introduce")
"""The fields whose labels are the words of a consent: they are never put in others."""
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
    "on_dates": "If there are several dates",
    "date_rule": "They usually meet",
    "decide_by": "Must know by",
    "meeting_format": "In the room or online",
    "platform": "Platform and host",
    "joining_link": "Joining link",
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
    "union_slug": "Union",
    "level": "Level",
    "name_uk": "Name in Ukrainian",
    "name_latin": "Name in Latin letters",
    "english": "English",
    "needs_text": "More about needs",
    "offers_text": "More about offers",
    "wishes_more": "Would take a second twin",
    "safe_way": "Safest way",
    "who_confirms": "Who confirms them",
    "register": "We may keep it",
    "introduce": "We may pass it on",
}
"""What the desk calls each field of the forms; a test proves that none is forgotten."""

ASKED_THEMSELVES = "Read it out to them. Whoever has an email address is asked on their own page: leave it empty."
HINTS = {
    "union_text": "Write the name of the union or organisation.",
    "town": "Where the branch meets.",
    "on_dates": "On each of them: a request is made for each date.",
    "decide_by": "For example when the agenda goes out",
    "platform": "For example Zoom, the branch hosts",
    "joining_link": "",
    "venue": "If the meeting is in a room.",
    "named_speaker": "A name, a union or a trade.",
    "can_pay": "",
    "pay_note": "For example £50 for petrol",
    "contact_email": "Letters and the private link go here.",
    "contact_phone": "",
    "second_name": "",
    "deputy_name": "",
    "heard_from": "For example a leaflet, a union or a conference",
    "lead_name": "Leave this empty if it is the contact.",
    "national_told": "",
    "members": "The branch chooses the number.",
    "treasurer_email": "The fee and the receipt go here.",
    "name_latin": "As they write it themselves.",
    "register": ASKED_THEMSELVES,
    "introduce": ASKED_THEMSELVES,
    "english": "",
    "who_confirms": "",
    "publicity": "",
}
"""The hints that would speak to the branch; an empty one says nothing on the desk. All others are the form's own."""
HINTS_OF_A_BODY = {"town": "Only if they wish. Only coordinators see it."}
"""Those that are others where a body in Ukraine tells where it is."""

CHOICES = {
    ("union", ""): "Choose the union",
    ("union_slug", ""): "Choose the union",
    ("needs", "contact"): "Contact with people of their trade",
    ("offers", "experience"): "Their experience of union work in wartime",
    ("offers", "talks"): "Talks about their work, online",
    ("offers", "news"): "News and greetings for a bulletin",
    ("offers", "campaigns"): "Support for disputes in the UK",
    ("publicity", "oblast-sector"): "Their oblast and sector, without a name",
    ("publicity", "name"): "Their name and their oblast",
    ("meeting_format", "either"): "Either would suit",
    ("on_dates", "one"): "They want a speaker on one of them",
    ("on_dates", "each"): "They want a speaker on each of them",
    ("wanted_speaker", "no-preference"): "Anyone we suggest",
    ("wanted_speaker", "both"): "Somebody from the campaign, and a Ukrainian trade unionist",
    ("wanted_speaker", "named"): "Somebody they name",
    ("decision", "informal"): "Not yet, they ask informally",
    ("publicity", "public"): "We may write about the twinning",
    ("publicity", "name-only"): "Only the name of the branch",
    ("fee_wish", "as-worked-out"): "The fee as it is worked out",
    ("fee_wish", "more"): "They would like to pay more",
    ("fee_wish", "waiver"): "They ask for less, or for nothing",
    ("wants_invoice", "yes"): "Yes",
}
"""The answers that speak as the branch does, by field and value."""

REWORDED = (
    ("Enter your name", "Enter the name of the contact"),
    ("Enter the name of your organisation", "Enter the name of the organisation"),
    ("Choose your oblast", "Choose the oblast"),
    ("Choose what you are", "Choose what they are"),
    (
        "Without this consent we may not keep your details. Tick it, or leave this page",
        "They have agreed to this. Do they take it back? Then withdraw the registration",
    ),
    ("Enter the date of your meeting", "Enter the date of the meeting"),
    ("another answer to “Who would you like?”", "another answer under “Would like”"),
    ("You gave this date already.", "This date stands there already."),
    ("You must know before the meeting.", "They must know before the meeting."),
    ("You ticked “Nothing this time” and something else.", "“Nothing this time” is ticked beside something else."),
    ("This is your own address.", "This is the first contact’s address."),
    ("Choose your union", "Choose the union"),
    ("Choose your region", "Choose the region"),
    ("Enter the sum you would like to pay", "Enter the sum they would like to pay"),
    ("Your fee is", "The fee is"),
    (
        "The fee depends on the number of your members. A coordinator will tell you the sum.",
        "The fee depends on the number of members.",
    ),
    ("A coordinator will tell you the fee for a branch of your size.", "The fee table has no row for this size."),
    ("A coordinator will tell you the fee.", "The fee table has no row for such a body."),
    ("a body of your kind", "a body of this kind"),
)
"""Parts of sentences about a form, and what the desk says instead."""


def reword(form: StepForm) -> StepForm:
    """The same form, filled in or not, in a coordinator's words; it is changed where it stands, once."""
    hints = HINTS | HINTS_OF_A_BODY if "oblast" in form._fields else HINTS
    for each in form._fields.values():
        if isinstance(each, Answered):
            _reword_field(each, each.short_name, hints)
    return form


def _reword_field(field: Any, name: str, hints: Mapping[str, str]) -> None:
    field.label.text = f"They agreed: “{field.label.text}”" if name in CONSENTS else LABELS[name]
    field.description = hints.get(name, field.description)
    field.errors = [sentence(str(error)) for error in field.errors]
    choices = getattr(field, "choices", None)
    if choices and any((name, choice.value) in CHOICES for choice in choices):
        field.choices = list(_reworded(name, choices))


def _reworded(name: str, choices: Iterable[SelectChoice]) -> Iterable[SelectChoice]:
    for choice in choices:
        words = CHOICES.get((name, choice.value))
        yield choice if words is None else SelectChoice(choice.value, words, choice.render_kw)


def sentence(text: str) -> str:
    """A sentence of a form, about an answer or above the fields, as a coordinator reads it."""
    for words, others in REWORDED:
        text = text.replace(words, others)
    return text


_blanks: dict[type[StepForm], StepForm] = {}


def blank(form: type[StepForm]) -> StepForm:
    """As `forms.blank`, in English and in a coordinator's words."""
    if form not in _blanks:
        _blanks[form] = reword(form(context=FormContext(date.min, by_hand=True, known_union=("", ""))))
    return _blanks[form]

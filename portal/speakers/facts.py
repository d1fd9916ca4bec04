"""What the letters about a speaker request may name, in the language of the letter."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from flask_babel import format_decimal, gettext, ngettext
from sqlalchemy import select
from sqlalchemy.orm import object_session
from wtforms.fields.choices import SelectChoice

from portal.clock import london_day
from portal.directory import places, subjects
from portal.emails.facts import Facts
from portal.speakers import (
    asked_days,
    calendar_facts,
    forms,
    lost_yes,
    meeting_times,
    other_day,
    told,
    tour_facts,
    two_clocks,
    usual_days,
    who_comes,
)
from portal.speakers.meeting_form import AUDIENCES, OPEN
from portal.speakers.models import SpeakerRequest
from portal.speakers.nearing import CALL_DAYS
from portal.speakers.usual_days import Unclear
from portal.submissions import counts, together
from portal.submissions.choices import labels_of
from portal.submissions.day_words import by_in_words_of
from portal.submissions.models import Submission


def facts(submission: SpeakerRequest, language: str) -> Facts:
    """All facts of this kind; an empty text where one is not known."""
    return (
        meeting_times.facts(submission, language)
        | told.facts(submission, language)
        | calendar_facts.facts(submission, language)
        | tour_facts.facts(submission, language)
        | asked_days.facts(submission, language)
        | who_comes.facts(submission, language)
        | offered(submission, language)
        | {
            "audience": lambda: _audience(submission, submission.audience_size),
            "topics": lambda: _topics(submission, language),
            "region": lambda: _region(submission, language),
            "sector": lambda: _sector(submission, language),
            "expenses": lambda: _listed(*labels_of(forms.CAN_PAY, submission.can_pay or []), submission.pay_note),
            "access": lambda: _listed(*labels_of(forms.NEEDS, submission.needs or []), submission.needs_note),
            "offered_dates": lambda: _offered_dates(submission, language),
            "contested_note": submission.contested_note if submission.contested != "no" else "",
            "press": lambda: _label(forms.YES_NO_MAYBE, submission.press),
            "recording": lambda: _label(forms.YES_NO_MAYBE, submission.recording),
            "will_be_recorded": "yes" if submission.recording == "yes" else "",
            "may_be_recorded": "yes" if submission.recording in ("", "not-sure") else "",
            "venue_access": submission.venue_access if submission.meeting_format != "online" else "",
            "missing": lambda: _missing(submission),
            "still_to_tell": lambda: _still_to_tell(submission),
            "speaker_name": lambda: submission.shown_speaker_in(language),
            "speaker_email": lambda: submission.shown_email,
            "accepted_dates": "",
            "other_date": "",
            "other_day": lambda: other_day.in_words(submission, language),
            "is_booked": "",
            "is_let_go": "",
            "said_yes": "",
            "is_called_off": "yes" if submission.state == "cancelled" else "",
            "register_link": "",
            "was_booked": "",
            "is_in_room": "" if submission.meeting_format == "online" else "yes",
            "is_yes_waiting": lambda: "yes" if lost_yes.is_one_to_confirm(submission) else "",
            "is_asked_again": lambda: "yes" if submission.is_speaker_asked_again else "",
            "wished_dates": lambda: _wished_dates(submission, language),
            "answer_by": lambda: by_in_words_of(submission.answer_by, language),
            "attended": lambda: _came(submission.attended),
            "twin_link": lambda: _form_link(submission, "twinning", "twin", language),
            "affiliate_link": lambda: _form_link(submission, "affiliation", "affiliate", language),
            "outcome": submission.outcome,
            "decide_by": lambda: by_in_words_of(submission.decide_by, language),
            # What stood before a change is known to the move alone.
            "meeting_before": "",
            "is_same_day": "",
            "speaker_gone": lambda: "yes" if submission.has_lost_speaker_since(submission.received_at) else "",
            "looked_for_again": lambda: _looked_for_again(submission, language),
            "sent_with": lambda: together.as_list(submission, language),
        }
    )


def _looked_for_again(submission: SpeakerRequest, language: str) -> str:
    """The meeting for which nobody is booked any more, while somebody is looked for; its day and hour, or its rule."""
    if submission.state != "matching" or submission.lacks_date:
        return ""
    return str(meeting_times.facts(submission, language)["meeting_when"])


def offered(submission: SpeakerRequest, language: str) -> Facts:
    """What a meeting is like, for whoever is asked to speak at it; asks the database nothing.

    What a branch typed itself often says whose it is: an offer names only what was chosen from our lists.
    """
    return Facts(
        language,
        {
            "offered_audience": lambda: _audience(submission, counts.alone(submission.audience_size)),
            "offered_topics": lambda: _listed(*_chosen_topics(submission, language)),
            "offered_expenses": lambda: _listed(*labels_of(forms.CAN_PAY, submission.can_pay or [])),
            "offered_access": lambda: _listed(*labels_of(forms.NEEDS, _needs_of_talk(submission))),
            "is_contested": lambda: _contested(submission),
        },
    )


def _audience(submission: SpeakerRequest, size: str) -> str:
    """How many and who, within a sentence."""
    many, who = counts.people(size), _label(AUDIENCES, submission.audience)
    if not many and submission.audience == OPEN:
        return gettext("Whoever would like to come")
    return _joined(many, who[:1].lower() + who[1:] if many else who)


def _came(attended: int | None) -> str:
    if attended is None:
        return ""
    return ngettext("%(count)s person", "%(count)s people", attended, count=format_decimal(attended))


def _form_link(submission: SpeakerRequest, kind: str, path: str, language: str) -> str:
    """Where a branch asks for more once its meeting is over; empty where it has done so."""
    session = object_session(submission)
    if submission.state != "closed" or session is None:
        return ""
    same = (Submission.branch_id == submission.branch_id, Submission.kind == kind, Submission.is_open)
    if submission.branch_id is not None and session.scalar(select(Submission.id).where(*same).limit(1)):
        return ""
    return f"{current_app.config['PUBLIC_URL']}{'/uk' if language == 'uk' else ''}/{path}"


def _label(choices: list[SelectChoice], value: str) -> str:
    return next(iter(labels_of(choices, [value])), "") if value else ""


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _needs_of_talk(submission: SpeakerRequest) -> list[str]:
    """What the meeting needs, as far as it bears on whoever speaks: by video nobody climbs a stair."""
    is_online = submission.meeting_format == "online"
    return [need for need in submission.needs or [] if not (is_online and need in forms.NEEDS_OF_A_ROOM)]


def _listed(*parts: str) -> str:
    """Answers from a list: each begins with a capital and may hold a comma, so that they are kept further apart."""
    return "; ".join(part for part in parts if part)


def _offered_dates(submission: SpeakerRequest, language: str) -> str:
    """The days in question as a list, with the hours we understood; a rule or an hour in the branch's own words is not
    passed on."""
    day, moment = submission.meeting_on, submission.confirmed_time
    if day and moment:
        row = two_clocks.agreed(submission.dates or [], day, moment)
        return f"- {two_clocks.as_told(row, language, has_kyiv=not submission.is_no_call)}"
    return _wished_dates(submission, language)


def _wished_dates(submission: SpeakerRequest, language: str) -> str:
    """The days that the branch names now, whatever was agreed before."""
    rows = [row for row in submission.dates or [] if row.get("on")]
    has_kyiv = not submission.is_no_call
    return "\n".join(f"- {two_clocks.as_told(row, language, has_kyiv=has_kyiv)}" for row in rows)


def _topics(submission: SpeakerRequest, language: str) -> str:
    return _listed(*_chosen_topics(submission, language), submission.topics_other)


def _chosen_topics(submission: SpeakerRequest, language: str) -> list[str]:
    chosen = set(submission.topics or [])
    return [row.label(language) for row in subjects.topics() if row.slug in chosen]


def _sector(submission: SpeakerRequest, language: str) -> str:
    return next((row.label(language) for row in subjects.sectors() if row.slug == submission.sector), "")


def _region(submission: SpeakerRequest, language: str) -> str:
    region = places.region(submission.region_slug) if submission.region_slug else None
    return region.label(language) if region else ""


def _contested(submission: SpeakerRequest) -> str:
    """What to expect, also where the branch has said nothing: whoever prepares a talk wonders."""
    if submission.contested == "yes":
        return gettext("The meeting may be contested: the branch expects people who disagree.")
    if submission.contested == "not-sure":
        return gettext("The branch is not sure whether the meeting will be contested.")
    if submission.contested == "no":
        return gettext("The branch does not expect the meeting to be contested.")
    return gettext("The branch has not said whether the meeting will be contested.")


def _missing(submission: SpeakerRequest) -> str:
    """What of the place the branch has not told yet; empty where nothing is missing."""
    is_online, is_in_room = (submission.agreed_format in (each, "either", "") for each in ("online", "in-person"))
    return _joined(
        gettext("the address") if is_in_room and submission.lacks_address else "",
        gettext("access and parking") if is_in_room and not submission.venue_access else "",
        gettext("the joining link") if is_online and not submission.has_link else "",
    )


def _unclear(submission: SpeakerRequest) -> str:
    """What a branch that named no day has left open of when it meets."""
    unclear = usual_days.unclear(submission, london_day(submission.state_since))
    names = {Unclear.DAY: gettext("the day"), Unclear.HOUR: gettext("the hour it begins"), None: ""}
    return str(names[unclear])


def _still_to_tell(submission: SpeakerRequest) -> str:
    """The same in a sentence, for the letters by which a meeting becomes known or is agreed."""
    if not (missing := _joined(_unclear(submission), _missing(submission))):
        return ""
    if submission.meeting_on and submission.meeting_on - london_day(submission.state_since) <= timedelta(CALL_DAYS):
        return gettext(
            "The meeting is near, and this is still missing: %(missing)s. Please add it today, on your page.",
            missing=missing,
        )
    return gettext("This can follow: %(missing)s. Please add it as soon as you know it.", missing=missing)

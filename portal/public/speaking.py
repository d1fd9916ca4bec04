"""A speaker's own page, reached by their private link: what we keep about them, and what they agreed to.

Opening it changes nothing. What a speaker can do from here stands in `speaker_forms`, and is done in `speaking_acts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.clock import KYIV, LONDON, london_day, utc_now
from portal.emails import links
from portal.extensions import db
from portal.public import language, progress
from portal.public.blueprint import blueprint
from portal.public.finding import NoSuchLinkError
from portal.public.speaker_forms import FORMS
from portal.speakers import agreements, availability, feeds, keeping, offers, own_address, own_page, two_clocks
from portal.speakers.engagements import ACCEPTED, WAITING, Offer
from portal.speakers.own_forms import Agree, OwnForm, filled
from portal.speakers.register import CAMPAIGN, IN_UKRAINE, INTERPRETER, UKRAINIAN, Speaker
from portal.submissions.day_words import by_in_words
from portal.submissions.forms import FormContext
from portal.submissions.times import as_said
from portal.submissions.workflow import N_

KINDS = {
    CAMPAIGN: N_("You are in our register as a speaker for the campaign."),
    UKRAINIAN: N_("You are in our register as a Ukrainian trade unionist."),
    INTERPRETER: N_("You are in our register as an interpreter."),
}
SECTIONS = ("about", "talks", "travel")
"""The forms whose answers the page shows."""


@blueprint.get("/speak/<token>")
def speak(token: str) -> ResponseReturnValue:
    """Everything we keep about a speaker."""
    return page(token, find(token), utc_now())


def find(token: str) -> Speaker:
    """The speaker behind a link; from here on the page speaks their language. Raises `NoSuchLinkError`."""
    link = links.find(db.session(), keeping.SPEAK, token, utc_now())
    is_act = request.method == "POST"
    speaker = own_page.load(db.session(), link.subject_id, lock=is_act) if link is not None else None
    if speaker is None:
        raise NoSuchLinkError
    language.speak(speaker.language)
    return speaker


def context(now: datetime) -> FormContext:
    """What the page's forms must know: today in London, and the language."""
    return FormContext(today=london_day(now), language=language.current())


def page(token: str, speaker: Speaker, now: datetime) -> str:
    """Draw a speaker's own page. Until they have agreed that we keep it, it begins with that."""
    today = london_day(now)
    asks = agreements.standing(speaker, agreements.REGISTER) is None
    calendar = feeds.address_of(db.session(), speaker, now)
    return render_template(
        "public/speak.html",
        token=token,
        speaker=speaker,
        called=speaker.name_in(language.current()),
        kind=_(KINDS[speaker.kind]) if speaker.kind in KINDS else "",
        since=by_in_words(london_day(speaker.created_at)),
        agree=FORMS["agree"],
        agree_form=agree_form(speaker, None, context(now)) if asks else None,
        lacks_branches=not asks and agreements.standing(speaker, agreements.BRANCHES) is None,
        agreed=_agreed(speaker),
        is_in_ukraine=speaker.lives_in == IN_UKRAINE,
        paused=_paused(speaker, now),
        new_address=own_address.waiting(db.session(), speaker, now),
        times=availability.in_words(speaker, language.current(), today),
        sections=[_section(token, speaker, name, now) for name in SECTIONS if FORMS[name].is_open(speaker, today)],
        **_engagements(speaker, now),
        calendar=calendar,
        calendar_link=feeds.in_a_program(calendar),
        rather_not=[_veto(each) for each in speaker.vetoes],
    )


def _engagements(speaker: Speaker, now: datetime) -> dict[str, Any]:
    """What they are asked about, have said yes to, and are booked for, each with the page for it."""
    told = own_page.offers_told(db.session(), speaker)
    waiting = [each for each in told if each.state in WAITING and offers.is_unanswered(each)]
    promised = [each for each in told if each.state == ACCEPTED or each.state not in WAITING]
    booked = own_page.meetings_told(db.session(), speaker, now)
    numbers = [each.id for each in (*waiting, *promised)] + [
        each.offer_id for each in booked if each.offer_id is not None
    ]
    urls = own_page.addresses_of(db.session(), numbers) if numbers else {}

    def days(each: Offer, rows: list[dict[str, str]]) -> list[str]:
        # A visitor on tour is where the meeting is.
        return [
            two_clocks.in_words(row, language.current()) if each.tour_id else day_of(speaker, row)
            for row in rows
            if row.get("on")
        ]

    asked = [
        {
            "days": days(each, each.dates),
            "answer_by": by_in_words(each.answer_by),
            "url": urls.get(each.id, ""),
        }
        for each in waiting
    ]
    meetings = [
        {
            "when": when(each.starts_at, LONDON.key if each.is_in_room else speaker.time_zone),
            "heading": each.heading,
            "url": urls.get(each.offer_id or 0),
        }
        for each in booked
    ]
    said_yes = [
        {
            "days": days(each, [row for row in each.dates if row.get("on") in each.accepted]),
            "url": urls.get(each.id, ""),
        }
        for each in promised
    ]
    return {"asked": asked, "said_yes": said_yes, "meetings": meetings}


def day_of(speaker: Speaker, row: Mapping[str, str]) -> str:
    """A day with its hour as a speaker reads it: in Kyiv with the hour there."""
    tell = two_clocks.in_both_zones if speaker.time_zone == KYIV.key else two_clocks.in_words
    return tell(row, language.current())


def agree_form(speaker: Speaker, raw: dict[str, Any] | None, now_context: FormContext) -> Agree:
    """The boxes of what a speaker has not agreed to yet, none of them ticked."""
    form = Agree.from_raw(raw or {}, now_context)
    assert isinstance(form, Agree)
    for purpose in agreements.PURPOSES:
        form[purpose].label.text = agreements.words(purpose, language.current())
        if agreements.standing(speaker, purpose) is not None:
            form.hidden.add(purpose)
            form[purpose].needed = None
    return form


def _section(token: str, speaker: Speaker, name: str, now: datetime) -> dict[str, Any]:
    """The answers of one form, each with a link that changes it."""
    row = FORMS[name]
    form: OwnForm = filled(row.form, speaker, None, context(now))
    form.validate()
    url = url_for("public.speak_form", token=token, name=name)
    rows = [
        {"label": str(each.label.text).rstrip("?"), "value": each.shown(), "change_url": f"{url}#{each.id}"}
        for each in form
    ]
    if name == "about":
        url = url_for("public.speak_form", token=token, name="email")
        rows.insert(1, {"label": _("Your email address"), "value": [speaker.email], "change_url": url})
    return {"title": row.title, "rows": rows}


def _paused(speaker: Speaker, now: datetime) -> str:
    """What the page says of a pause; empty where they do not pause."""
    if not speaker.is_paused_on(london_day(now)):
        return ""
    if speaker.paused_until is None:
        return str(_("You pause until you go on yourself. We ask you about no new meetings."))
    day = by_in_words(speaker.paused_until)
    return str(_("You pause: we can ask you again on %(day)s.", day=day))


def _agreed(speaker: Speaker) -> list[dict[str, Any]]:
    """What stands of what they agreed to: purpose, words and since when. That for one meeting comes last."""
    found = []
    order = {purpose: place for place, purpose in enumerate(agreements.PURPOSES)}
    standing = [each for each in speaker.consents if each.withdrawn_at is None]
    for consent in sorted(standing, key=lambda each: order.get(each.purpose, len(order))):
        since = progress.day(london_day(consent.given_at))
        words = agreements.agreed(consent, language.current())
        found.append({"purpose": consent.purpose, "words": words, "since": _("Agreed on %(day)s", day=since)})
    return found


def _veto(veto: Any) -> str:
    """Whom they would rather not visit: in their own words until a coordinator has made a rule of it."""
    if veto.branch is not None:
        return str(veto.branch.title)
    if veto.union is not None:
        return str(veto.union.short_name)
    return str(veto.words)


def when(moment: datetime, zone: str) -> str:
    """A moment in words, by the clock of London and by their own."""
    day, hour = _on_the_clock(moment.astimezone(LONDON))
    own_day, own_hour = _on_the_clock(moment.astimezone(ZoneInfo(zone)))
    if (own_day, own_hour) == (day, hour):
        return str(_("%(day)s, %(hour)s London time", day=day, hour=hour))
    # Past midnight the day is another one as well.
    own = own_hour if own_day == day else f"{own_day}, {own_hour}"
    return str(_("%(day)s, %(hour)s London time (for you: %(own)s)", day=day, hour=hour, own=own))


def _on_the_clock(local: datetime) -> tuple[str, str]:
    return progress.day(local.date()), as_said(local.time(), language.current())

"""What a branch reads on its own page once a meeting is settled: who speaks, when and where, as far as it is agreed."""

from __future__ import annotations

from datetime import date

from flask_babel import force_locale, gettext

from portal.speakers import calendar_facts, lost_yes, tour_facts, two_clocks, who_comes
from portal.speakers.models import SpeakerRequest
from portal.submissions import turns
from portal.submissions.correspondence import short_time
from portal.submissions.day_words import by_in_words_of, in_words_of
from portal.submissions.settled import NOTHING, Settled, rows_of

SHORT_PLACE = 60
"""A venue of more letters than these stands among the facts only, not in the sentence on top of a page."""


def settled(submission: SpeakerRequest, language: str, today: date) -> Settled:
    """Who speaks, when and where, once it is confirmed: what the branch reads on its own page `today` (in London)."""
    day, moment = submission.meeting_on, submission.confirmed_time
    if submission.state == "offered" and submission.is_other_day_asked:
        with force_locale(language):
            return Settled(sentence=gettext("Would another day suit your branch?"), rows=())
    if submission.state == "offered" and lost_yes.is_one_to_confirm(submission):
        return _before_the_confirmation(submission, language, today)
    if submission.state not in ("confirmed", "held", "closed") or not submission.speaker_name or not (day and moment):
        return NOTHING
    hours = two_clocks.hour_of(two_clocks.agreed(submission.dates or [], day, moment), language)
    with force_locale(language):
        shown = submission.shown_speaker_in(language)
        what = {
            "speaker": shown,
            "day": in_words_of(day, language),
            "time": short_time(moment, language),
        }
        is_open = submission.is_change_open and not submission.are_days_wished
        sentence = (
            gettext("We ask whether your meeting on %(day)s took place", **what)
            if day < today
            else gettext("Your speaker has still to say yes to %(day)s at %(time)s", **what)
            if is_open
            else gettext("%(speaker)s will speak on %(day)s at %(time)s", **what)
            if shown
            else gettext("A speaker will come on %(day)s at %(time)s", **what)
        )
        online = gettext("online") if submission.meeting_format == "online" else ""
        venue = submission.venue if len(submission.venue) <= SHORT_PLACE else submission.town
        place = (online or venue) if today <= day else ""
        who = who_comes.facts(submission, language)
        return Settled(
            sentence=", ".join(each for each in (sentence, place) if each) if submission.state == "confirmed" else "",
            rows=rows_of(
                (gettext("Your speaker"), shown or _why_unnamed(submission)),
                (gettext("When"), gettext("%(day)s, %(time)s (London time)", **what | {"time": hours})),
                (gettext("Where"), _where(submission)),
                (gettext("Comes along"), who["comes_along"]),
                (gettext("Interpreter"), who["interpreter"]),
            )
            + tour_facts.rows(submission, language),
        )


def _before_the_confirmation(submission: SpeakerRequest, language: str, today: date) -> Settled:
    """That somebody has said yes, and by when we write; nobody is named, and nothing is promised yet."""
    with force_locale(language):
        day = by_in_words_of(submission.due_on, language)
        return Settled(
            sentence=gettext("Somebody can speak at your meeting, and we settle it now"),
            doing=gettext("Somebody has said yes"),
            hint=_by_when(submission, day, today) if day else "",
        )


def _by_when(submission: SpeakerRequest, day: str, today: date) -> str:
    """By when we confirm what somebody has said yes to, or that we are late; in the present language."""
    if turns.is_late(submission, today):
        return gettext("We said that we would confirm it by %(day)s. We are late, and we are sorry", day=day)
    return gettext("We confirm it and write to you by %(day)s", day=day)


def _why_unnamed(submission: SpeakerRequest) -> str:
    """Why a branch whose meeting is to come reads no name."""
    if submission.state != "confirmed":
        return ""
    return gettext(
        "Not named, because they have not agreed to that. Do you need a name? Tell us, and we will ask them."
    )


def _where(submission: SpeakerRequest) -> str:
    """The place in words, and that something is missing while it can still be told; `wanted` asks for it."""
    place, is_to_come = calendar_facts.place(submission, is_own=True), submission.state == "confirmed"
    if submission.agreed_format == "either" and not (submission.place and submission.has_link):
        return gettext("%(place)s, or online", place=place) if place else gettext("online")
    if submission.meeting_format == "online" and not submission.way_in and is_to_come:
        return gettext("online (the link is still missing)")
    return place or (gettext("not known yet") if is_to_come else "")

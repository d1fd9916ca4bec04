"""Who is asked for a request, and what they have said. Asking them is `asking`'s."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import url_for

from portal.clock import london_day
from portal.dashboard import words
from portal.dashboard.last_words import NOTHING_LOST, Lost
from portal.speakers import interpreters, lost_yes, other_day, two_clocks
from portal.speakers.beside_rows import BEFORE_IT
from portal.speakers.engagements import ACCEPTED, Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import NEW
from portal.submissions.models import Submission

NEW_ALONE = "New, and nobody experienced is asked as well"


@dataclass(frozen=True)
class Asked:
    """One speaker who is asked, as the request's page shows them; urls are empty where there is no button."""

    name: str
    url: str
    state: str
    details: tuple[str, ...]
    confirm_url: str
    yes_url: str
    other_url: str
    no_url: str


def asked(submission: Submission, today: date, lost: Lost = NOTHING_LOST) -> list[Asked]:
    """Who is asked for a request now, and what they have said; nobody for other kinds and other states.

    `lost` is what `lost_yes.days_lost` gives: on these days whoever said yes is booked elsewhere.
    """
    if not isinstance(submission, SpeakerRequest) or submission.state != "offered":
        return []
    several = submission.are_several_asked
    found = [_asked(submission, each, today, lost, is_one_of_several=several) for each in submission.asked_now]
    if submission.is_speaker_alone:
        return [replace(each, details=(NEW_ALONE, *each.details)) for each in found]
    return found


def stand_by_url(submission: Submission) -> str:
    """Where somebody is asked to stand by; empty where nobody speaks yet, or somebody does stand by."""
    if not isinstance(submission, SpeakerRequest) or submission.state != "confirmed" or submission.is_stand_by_asked:
        return ""
    return url_for("dashboard.ask_stand_by", number=submission.id)


def interpreter_url(submission: Submission) -> str:
    """Where an interpreter is asked; empty where the meeting wants none, or somebody is asked already."""
    if not isinstance(submission, SpeakerRequest) or submission.state not in BEFORE_IT:
        return ""
    if submission.held_reason is not None:
        return ""
    if not interpreters.needs_one(submission) and not interpreters.would_help(submission):
        return ""
    return url_for("dashboard.ask_interpreter", number=submission.id)


def partner_url(submission: Submission) -> str:
    """Where somebody experienced is asked to come along; empty where nobody new speaks, or somebody does."""
    if not isinstance(submission, SpeakerRequest) or submission.state not in ("offered", "confirmed"):
        return ""
    is_new = any(each.speaker.experience == NEW for each in submission.asked_now)
    return url_for("dashboard.ask_partner", number=submission.id) if is_new and not submission.is_partner_asked else ""


def beside_urls(submission: Submission) -> dict[str, str]:
    """Where those who come beside a speaker are asked, by the names that the page knows."""
    return {
        "stand_by_url": stand_by_url(submission),
        "interpreter_url": interpreter_url(submission),
        "partner_url": partner_url(submission),
    }


def _asked(submission: SpeakerRequest, each: Offer, today: date, lost: Lost, *, is_one_of_several: bool) -> Asked:
    def move(name: str) -> str:
        return url_for("dashboard.move", number=submission.id, name=name, offer=each.id)

    return Asked(
        name=each.speaker.name,
        url=url_for("dashboard.speaker", speaker_id=each.speaker_id),
        state=_state(each, today),
        details=tuple(_details(each, today, lost.get(each.id, []))),
        confirm_url=move("confirm") if each.state == ACCEPTED and not lost_yes.is_lost(each, lost) else "",
        yes_url=move("speaker-accepts") if each.state != ACCEPTED and not each.is_vetoed else "",
        other_url="" if each.is_vetoed else move("speaker-told-of-day"),
        no_url=move("one-declined" if is_one_of_several else "speaker-declined"),
    )


def _state(each: Offer, today: date) -> str:
    if each.state == ACCEPTED:
        return "Said yes"
    if each.other_date:
        return "Could come on another date"
    return f"Asked, to answer by {words.plain_day(each.answer_by, today)}"


def _details(each: Offer, today: date, lost: Sequence[dict[str, str]]) -> list[str]:
    found = [f"{two_clocks.in_words(row, 'en')} suits" for row in each.dates if row.get("on") in each.accepted]
    found += ["Does not wish to visit this branch after all, and cannot be confirmed"] if each.is_vetoed else []
    if each.other_date:
        named = other_day.named_in_words(each, "en")
        found.append(f"Could come on {named}" if named else f"Their words: {each.other_date}")
    found += [f"Booked elsewhere at that time since: {lost_yes.in_words(lost)}"] if lost else []
    if each.state == ACCEPTED:
        found.append("The branch may learn who they are" if each.may_name_me else "The branch is not told who they are")
    if each.speaker.is_paused_on(today):
        until = each.speaker.paused_until
        end = f" until {words.plain_day(until, today)}" if until else ""
        found.append(f"Has paused{end} since: no reminder goes to them. Telephone, or ask somebody else as well")
    found += [f"Asked although something speaks against it: {each.overridden}"] if each.overridden else []
    found.append(f"Asked {words.plain_day(london_day(each.asked_at), today)}")
    return found

"""Which speakers a letter goes to: those it has just become true for, or all who have still to answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from portal.clock import london_day
from portal.speakers import along, two_clocks
from portal.speakers.engagements import (
    ASKED,
    BESIDE,
    CONFIRMED,
    DROPPED_OUT,
    EXPIRED,
    RELEASED,
    SPEAKER,
    STAND_BY,
    Offer,
)
from portal.speakers.register import IN_UKRAINE
from portal.submissions.day_words import by_today_or
from portal.submissions.greetings import to_name
from portal.submissions.prepared import Party
from portal.submissions.workflow import Recipient

SPEAKERS = (
    *(Recipient.SPEAKER, Recipient.OTHER_SPEAKERS),
    *(Recipient.STAND_BY, Recipient.INTERPRETER, Recipient.PARTNER),
)
"""Those who are written to by their offers."""


class Meeting(NamedTuple):
    """What whoever is asked reads of a meeting, by whether they would travel: its town, and the hour in Kyiv.

    `agreed` is the day and hour that stand, as requests hold a date; nothing before one is agreed.
    """

    has_kyiv: bool = True
    town: str = ""
    agreed: Mapping[str, str] | None = None


OF_ANY = Meeting()


def of(offers: Sequence[Offer], recipient: str, now: datetime, meeting: Meeting = OF_ANY) -> list[Party]:
    """The parties of a letter that is written `now`, the moment of the move that sends it.

    `SPEAKER` is whoever is booked; else those whose offer was made, answered or closed at this moment; else, for what
    comes by itself, those who have not answered. `OTHER_SPEAKERS` are those who are released at this moment;
    `STAND_BY` is whoever stands by, or was asked to, `INTERPRETER` whoever interprets, `PARTNER` whoever comes along.
    """
    if recipient == Recipient.OTHER_SPEAKERS:
        return [
            _party(each, offers, meeting, london_day(now))
            for each in offers
            if each.state == RELEASED and each.closed_at == now
        ]
    if recipient in BESIDE:
        standing = [each for each in offers if each.role == recipient]
        moved = [each for each in standing if now in (each.asked_at, each.answered_at, each.closed_at)]
        return [
            _party(each, offers, meeting, london_day(now))
            for each in moved or standing
            if each in moved or each.closed_at is None
        ]
    if recipient != Recipient.SPEAKER:
        return []
    booked = [each for each in offers if each.state == CONFIRMED and each.closed_at is None and each.role == SPEAKER]
    asked = [each for each in offers if each.role == SPEAKER]
    touched = [each for each in asked if now in (each.asked_at, each.answered_at, each.closed_at)]
    # Who was asked about a whole tour in one letter is not told of each meeting that no answer came.
    touched = [each for each in touched if each.tour_id is None or each.state != EXPIRED]
    silent = [each for each in asked if each.closed_at is None and each.state == ASKED and each.answered_at is None]
    # Whoever was asked later than the others is reminded later.
    first = min((each.answer_by for each in silent), default=None)
    silent = [each for each in silent if each.answer_by == first and not each.is_resting]
    return [_party(each, offers, meeting, london_day(now)) for each in booked or touched or silent]


def by_key(offers: Sequence[Offer], key: str) -> Party | None:
    """The speaker of that key; of several offers to one person the last one counts."""
    found = [each for each in offers if _key(each) == key]
    return _party(found[-1], offers) if found and found[-1].speaker.locked_at is None else None


def _party(each: Offer, offers: Sequence[Offer], meeting: Meeting = OF_ANY, today: date | None = None) -> Party:
    speaker, other = each.speaker, along.with_whom(offers, each)
    # A visitor on tour comes in person, whatever the branch left open.
    clocks = meeting.has_kyiv and each.tour_id is None
    accepted = [row for row in each.dates if row.get("on") in each.accepted]
    return Party(
        key=_key(each),
        # Nothing is written to somebody who is hidden for their safety.
        address=speaker.email if speaker.locked_at is None else "",
        language=speaker.language,
        link=("offer", each.id) if each.id is not None else ("offer", 0),
        facts={
            "greeting": to_name(speaker.name_in(speaker.language), speaker.language),
            "answer_by": by_today_or(each.answer_by, today, speaker.language),
            "offered_dates": _listed(_to_keep(each, meeting), speaker.language, clocks),
            "several_days": "yes" if len(_to_keep(each, meeting)) > 1 else "",
            "accepted_dates": _listed(accepted, speaker.language, clocks),
            "offered_town": meeting.town if may_travel(each) else "",
            "other_date": each.other_date,
            "along_with": other.name_in(speaker.language) if other else "",
            "own_day_suits": "yes" if is_own_day(each) else "",
            "is_booked": "yes" if each.state == CONFIRMED else "",
            "was_booked": "yes" if each.state == DROPPED_OUT else "",
            "is_asked_again": "yes" if each.is_asked_again else "",
            "said_yes": "yes" if each.accepted else "",
            "is_let_go": "yes" if each.state == RELEASED else "",
        },
        # Who has not agreed yet to stay in the register was put there to be asked: their letter tells them.
        links={} if speaker.confirmed_at or speaker.left_at else {"register_link": ("speak", each.speaker_id or 0)},
    )


def _to_keep(each: Offer, meeting: Meeting) -> Sequence[Mapping[str, str]]:
    """The days of an offer; of one that is over, those which alone this person had to keep."""
    if meeting.agreed and (each.state == DROPPED_OUT or (each.role in BESIDE and each.closed_at is not None)):
        # Whoever came beside the speaker was asked, since the day is agreed, about that one.
        return [meeting.agreed]
    said_yes_to = [row for row in each.dates if row.get("on") in each.accepted]
    return said_yes_to if each.closed_at is not None and said_yes_to else each.dates


def _listed(rows: Iterable[Mapping[str, str]], language: str, has_kyiv: bool) -> str:
    """Days as a list, with the hour in London and, where that helps, in Kyiv, as far as it was understood."""
    return "\n".join(f"- {two_clocks.as_told(row, language, has_kyiv=has_kyiv)}" for row in rows if row.get("on"))


def may_travel(each: Offer) -> bool:
    """Whether they may be asked to come in person: then they judge the journey by the town (decision 14)."""
    return each.role != STAND_BY and (each.tour_id is not None or each.speaker.lives_in != IN_UKRAINE)


def is_own_day(each: Offer) -> bool:
    """Whether they are asked for the one day that they brought up themselves, and that the branch said yes to."""
    return each.other_on is not None and [row.get("on") for row in each.dates] == [each.other_on.isoformat()]


def _key(each: Offer) -> str:
    """The person by their address: letters are looked over before an offer, or somebody named by hand, has a number."""
    return f"speaker-{each.speaker.email_digest[:16] or each.speaker_id}"

"""Calendar files as mail programs take them (RFC 5545, 5546): an invitation, its taking back, a feed.

What stands in them is decided elsewhere; here it is escaped, folded and put into the order of the standard. Times are
given in UTC and written in London’s, with the rules of its clock beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import quote, unquote

from icalendar import Calendar, Component, Event, Timezone, vCalAddress, vDuration, vText, vUri

from portal.clock import LONDON

REQUEST, CANCEL = "REQUEST", "CANCEL"
TENTATIVE = "TENTATIVE"
FILE_NAME = "invite.ics"
PRODUCT = "-//Ukraine Solidarity Campaign//Solidarity desk//EN"
RULES_OF_LONDON = f"""\
BEGIN:VTIMEZONE
TZID:{LONDON.key}
BEGIN:DAYLIGHT
DTSTART:19960331T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE
"""
"""The two rules of the clock, as they have stood since 1996: shorter than a list of days, and true for later years."""
LOOK_AGAIN = timedelta(hours=1)
"""How often a calendar program is asked to fetch a feed."""

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_OF_AN_ADDRESS = "@!$&'*+=._~-"
"""What stands in a mailto address as it is (RFC 6068); everything else is written in figures."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One meeting in a calendar. `starts_at`, `ends_at` and `stamp`, when this was written, are aware, in UTC.

    `language` is that of the texts. With `is_tentative` not everybody has agreed to it yet.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str = ""
    location: str = ""
    language: str = "en"
    stamp: datetime
    is_tentative: bool = False


@dataclass(frozen=True, kw_only=True)
class Invite(Entry):
    """An invitation to one person, or its taking back: `method` is `REQUEST` or `CANCEL`."""

    method: str
    organizer_name: str
    organizer_address: str
    attendee_address: str


def calendar_file(invite: Invite) -> str:
    """The file that goes with a letter: it names nobody but who invites and who is invited.

    An address that cannot be right is written down as well as it can be: the letter to it is refused anyway.
    """
    is_cancelled = invite.method == CANCEL
    event = _event(invite)
    organizer = vCalAddress(_mailto(invite.organizer_address))
    if name := _line(invite.organizer_name).replace('"', "’"):
        organizer.params["CN"] = name
    event["organizer"] = organizer
    attendee = vCalAddress(_mailto(invite.attendee_address))
    attendee.params.update({"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION"})
    attendee.params["RSVP"] = "FALSE" if is_cancelled else "TRUE"
    event["attendee"] = attendee
    event.add("status", "CANCELLED" if is_cancelled else _status(invite))
    calendar = _calendar(invite.method)
    calendar.add_component(event)
    return _written(calendar)


def read_back(raw: str) -> Invite:
    """The invitation that a file of `calendar_file` holds, in the words that its reader sees."""
    calendar = Calendar.from_ical(raw)
    event: Any = calendar.walk("VEVENT")[0]
    organizer = event["ORGANIZER"]
    return Invite(
        method=str(calendar["METHOD"]),
        uid=str(event["UID"]),
        sequence=int(event["SEQUENCE"]),
        starts_at=event["DTSTART"].dt.astimezone(UTC),
        ends_at=event["DTEND"].dt.astimezone(UTC),
        summary=str(event["SUMMARY"]),
        description=str(event.get("DESCRIPTION", "")),
        location=str(event.get("LOCATION", "")),
        language=str(event["SUMMARY"].params["LANGUAGE"]),
        stamp=event["DTSTAMP"].dt,
        is_tentative=str(event.get("STATUS", "")) == TENTATIVE,
        organizer_name=str(organizer.params.get("CN", "")),
        organizer_address=unquote(organizer.removeprefix("mailto:")),
        attendee_address=unquote(event["ATTENDEE"].removeprefix("mailto:")),
    )


def feed_file(name: str, entries: Iterable[Entry], *, language: str = "en") -> str:
    """A calendar to subscribe to, called `name`. The same entries give the same file."""
    calendar = _calendar("PUBLISH")
    calendar["name"] = _text(_line(name), language)
    calendar["x-wr-calname"] = vText(_line(name))
    interval = vDuration(LOOK_AGAIN)
    interval.params["VALUE"] = "DURATION"
    calendar["refresh-interval"] = interval
    calendar["x-published-ttl"] = vText(vDuration(LOOK_AGAIN).to_ical().decode("ascii"))
    for entry in entries:
        event = _event(entry)
        event.add("status", _status(entry))
        calendar.add_component(event)
    return _written(calendar)


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(_london())
    return calendar


def _event(entry: Entry) -> Event:
    event = Event()
    event["uid"] = vText(_line(entry.uid))
    event.add("dtstamp", entry.stamp)
    event.add("dtstart", _when(entry.starts_at))
    event.add("dtend", _when(entry.ends_at))
    event.add("sequence", entry.sequence)
    event["summary"] = _text(_line(entry.summary), entry.language)
    if entry.description:
        event["description"] = _text(entry.description, entry.language)
    if entry.location:
        event["location"] = _text(_line(entry.location), entry.language)
    # A calendar that colleagues share shows that the time is taken, and no more.
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    return event


def _status(entry: Entry) -> str:
    return TENTATIVE if entry.is_tentative else "CONFIRMED"


def _when(moment: datetime) -> datetime:
    """The hour in London; in UTC where the clock shows it a second time that night, for the first would be read."""
    local = moment.astimezone(LONDON)
    return moment if local.fold else local


@cache
def _london() -> Component:
    return Timezone.from_ical(RULES_OF_LONDON.replace("\n", "\r\n"))


def _mailto(address: str) -> vUri:
    return vUri("mailto:" + quote(_line(address).replace(" ", ""), safe=_OF_AN_ADDRESS))


def _text(text: str, language: str) -> vText:
    made = vText(_CONTROL.sub("", _LINE_ENDS.sub("\n", text)).strip())
    made.params["LANGUAGE"] = language
    return made


def _line(text: str) -> str:
    """The text on one line."""
    return " ".join(_CONTROL.sub("", _LINE_ENDS.sub(" ", text)).split())


def _written(calendar: Calendar) -> str:
    return calendar.to_ical(sorted=False).decode("utf-8")

"""Judges a calendar file as a careful calendar program would judge it."""

from __future__ import annotations

from datetime import datetime

from icalendar import Calendar


def lint_calendar(raw: bytes) -> Calendar:
    """Fail unless the file keeps to RFC 5545 and 5546 in every respect we rely on; the parsed calendar."""
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert not any(byte < 32 and byte not in (9, 10, 13) for byte in raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    raw.decode("utf-8")
    (calendar,) = Calendar.from_ical(raw, multiple=True)
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"]
    zones = {str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")}
    for event in calendar.walk("VEVENT"):
        assert not event.errors
        for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE"):
            assert name in event, name
        for name in ("DTSTART", "DTEND"):
            assert isinstance(event[name].dt, datetime)
            assert event[name].dt.tzinfo is not None
            assert event[name].params.get("TZID") in {None, *zones}
        assert event["DTSTART"].dt < event["DTEND"].dt
        if calendar["METHOD"] in ("REQUEST", "CANCEL"):
            assert str(event["ORGANIZER"]).startswith("mailto:")
            assert str(event["ATTENDEE"]).startswith("mailto:")
    return calendar

"""The days on which two twins are reminded of a small act: those of the movement's calendar, and their own.

At most one such letter reaches either side within `ROOM` days, and hardly more than five in a year: days that lie close
together share a letter, and where the anniversary of the twinning is near it goes first. Standard library only, but for
the way in which a database asks for a fixed day.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Date, literal

from portal.submissions import yearly
from portal.submissions.workflow import FollowUp, Notification, Recipient, Rests
from portal.submissions.yearly import EVERY_YEAR

AHEAD = 10
"""So many days before the day the letter goes: time for a greeting."""
ROOM = 28
MINING = frozenset({"mining"})
TEACHING = frozenset({"education", "higher-education"})


class EachYear:
    """A day of the calendar as a question of a model: the same for every twinning, in Python and in a statement."""

    def __init__(self, day: date) -> None:
        self.day = day

    def __get__(self, row: object, _owner: type) -> Any:
        """The day; as an expression where a statement asks for it."""
        return literal(self.day, Date()) if row is None else self.day


class CalendarDays:
    """The fixed days, and whether the anniversary of a twinning leaves room for a letter about one."""

    twinned_on: Any
    sectors: Any

    # The first day of the full-scale invasion, and the women's day after it; the workers' days in spring; Ukraine's
    # independence, and the miners' day after it; the teachers' day. The Durham Miners' Gala is on the second Saturday
    # of July, from the 8th to the 14th: its letter names no date.
    february_on = EachYear(date(2022, 2, 24))
    may_on = EachYear(date(2022, 5, 1))
    july_on = EachYear(date(2022, 7, 11))
    august_on = EachYear(date(2022, 8, 24))
    october_on = EachYear(date(2022, 10, 5))

    def _has_room(self, day: date) -> bool:
        return self.twinned_on is None or yearly.apart(self.twinned_on, day) > ROOM

    @property
    def has_room_in_february(self) -> bool:
        """Whether the anniversary is not near 24 February."""
        return self._has_room(self.february_on)

    @property
    def has_room_in_may(self) -> bool:
        """Whether the anniversary is not near 1 May."""
        return self._has_room(self.may_on)

    @property
    def has_room_in_august(self) -> bool:
        """Whether the anniversary is not near 24 August."""
        return self._has_room(self.august_on)

    @property
    def mines_and_has_room(self) -> bool:
        """Whether the members are miners, and the anniversary is not near the Gala."""
        return bool(MINING & set(self.sectors or ())) and self._has_room(self.july_on)

    @property
    def teaches_and_has_room(self) -> bool:
        """Whether the members teach, and the anniversary is not near the day of the teachers."""
        return bool(TEACHING & set(self.sectors or ())) and self._has_room(self.october_on)


def _act(name: str, label: str, counted_from: str, only_if: str = "") -> FollowUp:
    template = f"twinning/act-{name}"
    return FollowUp(
        f"act-{name}",
        f"Letter to both sides: {label}",
        counted_from,
        -AHEAD,
        ("twinned",),
        notify=(Notification(template, Recipient.BRANCH), Notification(template, Recipient.UKRAINIAN_BODY)),
        only_if=only_if,
        every=EVERY_YEAR,
        late=5,
        rests=Rests.WEEKENDS,
    )


ACTS = (
    _act("anniversary", "a year more of their twinning", "twinned_on"),
    _act("february", "24 February", "february_on", "has_room_in_february"),
    _act("may", "the workers’ days in spring", "may_on", "has_room_in_may"),
    _act("july", "the Durham Miners’ Gala", "july_on", "mines_and_has_room"),
    _act("august", "24 August", "august_on", "has_room_in_august"),
    _act("october", "the day of the teachers", "october_on", "teaches_and_has_room"),
)

"""What a request for a speaker knows of the days before its meeting: by when we promise, and when we telephone.

The columns of the request are in `models`, the rows that ask these questions in `follow_ups`.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped

from portal.clock import london_day
from portal.speakers.engagements import DROPPED_OUT, SPEAKER
from portal.speakers.reported import Reported
from portal.submissions.promises import working_day_before, working_day_on_or_before, working_days_after

DAYS_TO_PREPARE = 28
"""A speaker should be found this many days before the meeting."""
MOST_SILENCE = 28
"""A branch hears from us again after so many days at the latest, however far away its meeting is."""
LATEST_WORD = 7
"""So many days before it a branch must hear from us whose search began later than that."""
LEAST_SEARCH = 3
"""So many working days a search has at the least, if the meeting leaves them."""
CALL_DAYS = 4
"""So many days before a meeting somebody telephones about a question that is still open, or a place not told."""
USUAL_CALL = 16
"""Days after a question within which somebody telephones who waits for its last reminder."""
SEARCHING = ("received", "matching", "offered", "waiting-for-branch")
"""Nobody is confirmed in these."""
BEFORE_THE_MEETING = (*SEARCHING, "confirmed")


def call_on(meeting_on: date) -> date:
    """The day of ours on which somebody telephones about a question, before the meeting of a branch."""
    return working_day_on_or_before(meeting_on - timedelta(days=CALL_DAYS), not_before=date.min)


class Nearing(Reported):
    """A meeting that comes closer while somebody is looked for or asked."""

    __abstract__ = True

    if TYPE_CHECKING:
        answer_by: Mapped[date | None]
        decide_by: Mapped[date | None]
        confirmed_time: Mapped[time | None]
        dates: Mapped[list[dict[str, str]]]

    def promised_on(self, state: str, today: date) -> date | None:
        """The search ends on the branch's decide-by day or four weeks before the meeting, whichever comes first.

        Where that is more than four weeks away, the branch hears from us in between, and that is what we promise.
        Where neither is known the state's working days hold. A day already too near becomes the day after today; a
        search that begins later than four weeks before ends a week before the meeting, or has some days. A branch whose
        speaker has dropped out waits until the next working day.
        """
        if state != "matching":
            return None
        if self.has_lost_speaker(today):
            return working_days_after(today, 1)
        ends = [self.decide_by] if self.decide_by is not None and self.decide_by > today else []
        if self.meeting_on is not None:
            usual = self.meeting_on - timedelta(days=DAYS_TO_PREPARE)
            ends.append(usual if usual > today else _late(self.meeting_on, today))
        if not ends:
            return None
        first = min([*ends, today + timedelta(days=MOST_SILENCE)])
        return working_day_on_or_before(first, not_before=working_days_after(today, 1))

    def needed_by(self, state: str, today: date) -> date | None:
        """As everywhere: a new request is read while a week is left to find somebody, or on the next working day."""
        if state != "received" or self.meeting_on is None or self.meeting_on < today:
            return None
        begins = self.meeting_on - timedelta(days=LATEST_WORD)
        return working_day_on_or_before(begins, not_before=working_days_after(today, 1))

    def has_lost_speaker(self, today: date) -> bool:
        """Whether whoever was booked to speak has dropped out on that day (London)."""
        gone = (each.closed_at for each in self.offers if each.role == SPEAKER and each.state == DROPPED_OUT)
        return any(at is not None and london_day(at) == today for at in gone)

    @property
    def is_promised_soon(self) -> bool:
        """As everywhere; a branch whose speaker has gone again waits no longer than for a first one."""
        return self.confirmed_time is not None

    @property
    def is_on_its_last_day(self) -> bool:
        """Whether the branch named no day after the one that comes next: only then has the meeting no day any more."""
        return self.meeting_on is None or all(
            row.get("on", "") <= self.meeting_on.isoformat() for row in self.dates or []
        )

    @property
    def answers_are_for(self) -> date | None:
        """As everywhere: until the meeting is held, what a letter asks is wanted before it, or before we telephone."""
        if self.meeting_on is None or self.state not in BEFORE_THE_MEETING:
            return None
        return call_on(self.meeting_on) if self.is_call_to_come else self.meeting_on

    @property
    def is_call_to_come(self) -> bool:
        """Whether a question was asked early enough for somebody to telephone some days before the meeting."""
        is_open = self.state == "waiting-for-branch" and self.meeting_on is not None
        return is_open and self.meeting_on is not None and london_day(self.state_since) < call_on(self.meeting_on)

    @property
    def questions_until(self) -> date | None:
        """The day after which nothing comes by itself about an open question: that of the meeting it was asked before.

        None where the meeting has no day, or the question came after it: then it is about what happens next.
        """
        is_before = self.meeting_on is not None and london_day(self.state_since) <= self.meeting_on
        return self.meeting_on if is_before else None

    @property
    def is_not_called_in_time(self) -> bool:
        """Whether nobody telephones some days before the meeting: it is our turn, or the question came later."""
        return self.is_with_us or not self.is_call_to_come

    @property
    def is_asked_late(self) -> bool:
        """Whether a question came so near the meeting that somebody telephones on the next day."""
        asked = london_day(self.state_since)
        is_near = self.meeting_on is not None and call_on(self.meeting_on) <= asked < self.meeting_on
        return is_near and not self.is_with_us

    @property
    def is_called_sooner(self) -> bool:
        """Whether nobody telephones after the last reminder: it is our turn, or the meeting comes before."""
        asked = london_day(self.state_since)
        is_near = self.meeting_on is not None and asked < self.meeting_on
        return self.is_with_us or (
            is_near and self.meeting_on is not None and call_on(self.meeting_on) <= asked + timedelta(days=USUAL_CALL)
        )


def _late(meeting_on: date, today: date) -> date:
    """By when a branch hears from us whose search begins later than it should: a promise that can be kept."""
    wanted = max(meeting_on - timedelta(days=LATEST_WORD), working_days_after(today, LEAST_SEARCH))
    return min(wanted, max(working_day_before(meeting_on, 1), today))

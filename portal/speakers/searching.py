"""What a request for a speaker knows of the letters that say "we are still looking": when the next one comes, and which
is the last before the meeting.

The rows that send them are in `searching_rows`; what else comes because a meeting is near is `nearing`'s.
"""

from __future__ import annotations

from datetime import date, timedelta

from portal.clock import london_day
from portal.speakers.nearing import DAYS_TO_PREPARE, Nearing
from portal.submissions import deadlines, quiet_days
from portal.submissions.promises import working_day_before
from portal.submissions.workflow import Rests

FIRST_AFTER = {"matching": 2, "offered": 6}
"""So many days after a state began the first of these letters comes in it."""
EVERY = 10
"""So many days later the next one."""
LONG = 21
"""So often a branch hears that knows no more than that the search goes on: four weeks with whatever rests."""
AT_THE_LATEST = 14
"""So many days later at the latest, with the weekends and bank holidays on which letters rest."""


class Searching(Nearing):
    """A search whose letters keep to what they say."""

    __abstract__ = True

    def promised_on(self, state: str, today: date) -> date | None:
        """As everywhere; a branch to whom a letter of `today` says that we look on is promised the day it names.

        Before the first of these letters it is the day on which that comes: one written while somebody was asked may
        have named a day that is hardly later.
        """
        usual = super().promised_on(state, today)
        if state != "matching" or self.has_lost_speaker(today):
            return usual
        is_going_on = london_day(self.state_since) < today
        if not is_going_on:
            first = self._next_letter_on(today, FIRST_AFTER[state]) if self.waits_without_word else None
            until = self.looked_for_until
            return usual if first is None or (until is not None and first > until) else first
        named = self.hears_by(today) if self.waits_without_word else None
        return named or self.last_word_on(today) or usual

    @property
    def is_promised_soon(self) -> bool:
        """As everywhere; where letters say that we look on, nothing is promised but what they name."""
        return super().is_promised_soon and not self.waits_without_word

    @property
    def reminded_until(self) -> date | None:
        """The last day on which a speaker is reminded of being asked: a day is left to answer. None without a day."""
        return self.answer_by - timedelta(days=1) if self.answer_by is not None else None

    @property
    def waits_without_word(self) -> bool:
        """Whether a branch whom we told of somebody asked has no day by which it must know, or that day is over."""
        is_day_to_come = self.decide_by is not None and self.decide_by >= london_day(self.state_since)
        return bool(self.offers) and not is_day_to_come

    @property
    def is_long_search(self) -> bool:
        """Whether a branch has only the word that we look for somebody, and a day by which the search should end."""
        return not self.waits_without_word and self.long_search_until is not None

    @property
    def long_search_until(self) -> date | None:
        """The last day on which it hears that the search goes on: a week later it should end. None without such a day.

        That is its decide-by day or four weeks before the meeting, as in what we promise.
        """
        ends = [self.decide_by] if self.decide_by is not None else []
        if self.meeting_on is not None:
            ends.append(self.meeting_on - timedelta(days=DAYS_TO_PREPARE))
        return min(ends) - timedelta(days=7) if ends else None

    @property
    def keeps_its_word(self) -> bool:
        """Whether the day by which a branch hears from us was named by a letter that came by itself, and so is kept so.

        On its decide-by day it has a letter of its own.
        """
        until, due_on = self.long_search_until, self.due_on
        if until is None or due_on is None or self.waits_without_word:
            return False
        has_been_told = london_day(self.state_since) + timedelta(days=LONG) <= until
        return has_been_told and (self.decide_by is None or due_on < self.decide_by)

    @property
    def waits_for_last_word(self) -> bool:
        """Whether such a branch has no other day after the one that comes next."""
        return self.waits_without_word and self.is_on_its_last_day

    @property
    def looked_for_until(self) -> date | None:
        """The last day on which such a letter leaves: so that a day is left to read it. None without a day to end."""
        ends = self._last_day
        return working_day_before(ends, 2) if ends is not None else None

    def hears_by(self, today: date) -> date | None:
        """The day by which the next letter comes to whom one is written `today`; None where this is the last."""
        ends, until = self._last_day, self.looked_for_until
        if until is not None and self._next_letter_on(today, EVERY) > until:
            return None
        by = deadlines.working_day(today + timedelta(days=AT_THE_LATEST), today)
        return by if ends is None else deadlines.before_a_meeting(by, ends - timedelta(days=1), today)

    def last_word_on(self, today: date) -> date | None:
        """The working day before the meeting, to which the last letter written `today` looks; None where it is not."""
        ends = self._last_day
        if ends is None or ends <= today or self.state not in FIRST_AFTER or self.hears_by(today) is not None:
            return None
        return working_day_before(ends, 1)

    @property
    def _last_day(self) -> date | None:
        """The last of the days that the branch named: with it the search ends."""
        if self.meeting_on is None:
            return None
        named = [date.fromisoformat(row["on"]) for row in self.dates or [] if row.get("on")]
        return max([self.meeting_on, *named])

    def _next_letter_on(self, today: date, days: int) -> date:
        """The day of the letter that comes so many days after `today`."""
        nation = quiet_days.nation_in(self.region_slug)
        return quiet_days.out_of_rest(today + timedelta(days=days), nation, Rests.WEEKENDS, backwards=False)

"""Where somebody telephones before a day, the letters about the same silence give way, and no such task is opened for
one whom our letters have never reached: a task to ring them stands already. Whom they do reach goes on to hear from us.

What comes by itself is `follow_ups`'. Standard library and rows only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from portal.clock import london_day
from portal.emails.models import FAILED
from portal.submissions.models import Submission
from portal.submissions.planned import Came, Mark, Planned
from portal.submissions.usual_rows import CALLS_IN_TIME, FOR_UNREACHED
from portal.submissions.workflow import FollowUp, Notification

AT_LEAST = timedelta(days=2)
"""So long before somebody telephones a letter must leave, or an answer cannot come in time."""


def without_late_letters(submission: Submission, found: Iterable[Planned], marks: Mapping[Mark, Came]) -> list[Planned]:
    """What is to come, without the letters that would leave on the eve of a call or after it."""
    planned = list(found)
    begun = london_day(submission.state_since)
    calls = {CALLS_IN_TIME[each.row.name]: each.on for each in planned if each.row.name in CALLS_IN_TIME}
    for (name, _), came in marks.items():
        if name in CALLS_IN_TIME and came.on >= begun:
            calls[CALLS_IN_TIME[name]] = came.on
    return [
        each
        for each in planned
        if not (each.row.notify and each.row.series in calls and each.on > calls[each.row.series] - AT_LEAST)
    ]


def is_lost(email: Row[*tuple[Any, ...]]) -> bool:
    """Whether a letter was refused or given up, and nobody has dealt with it yet."""
    return email.state in FAILED and email.dealt_with_at is None


def is_kept_back(submission: Submission, row: FollowUp, unreached: Collection[str]) -> bool:
    """Whether a row does not come while our letters do not reach the roles `unreached`.

    They are rung (there is a task), not reminded; and nobody is rung about the silence of who never heard.
    """
    if row.name in FOR_UNREACHED:
        return FOR_UNREACHED[row.name].isdisjoint(unreached)
    if letters_of(submission, row) and not letters_of(submission, row, unreached):
        return True
    return _thanks_who_never_heard(submission, row, unreached) or _is_for_who_never_heard(submission, row, unreached)


def letters_of(submission: Submission, row: FollowUp, unreached: Collection[str] = ()) -> list[Notification]:
    """The letters that a row sends as the request stands, without those to the roles `unreached`."""
    return [
        letter
        for letter in row.notify
        if str(letter.to) not in unreached and (not letter.only_if or getattr(submission, letter.only_if))
    ]


def left_out(submission: Submission, row: FollowUp, unreached: Collection[str] = ()) -> list[str]:
    """The roles that a row writes to in other circumstances, and to which nothing goes as the request stands."""
    told = {letter.to for letter in letters_of(submission, row, unreached)}
    return list(dict.fromkeys(str(letter.to) for letter in row.notify if letter.to not in told))


def _thanks_who_never_heard(submission: Submission, row: FollowUp, unreached: Collection[str]) -> bool:
    """Whether a move of the day after a meeting would thank somebody whom our letters about it have not reached."""
    if not row.move or row.counted_from != "meeting_on":
        return False
    return any(str(letter.to) in unreached for letter in submission.WORKFLOW.transition(row.move).notify)


def _is_for_who_never_heard(submission: Submission, row: FollowUp, unreached: Collection[str]) -> bool:
    """Whether a row is about the silence of somebody whom the letters before it have not reached."""
    if not row.task:
        return False
    before = [row.after] if row.after is not None else []
    series = CALLS_IN_TIME.get(row.name, "")
    before += [other for other in submission.WORKFLOW.follow_ups if series and other.series == series]
    return any(str(letter.to) in unreached for each in before for letter in each.notify)

"""One of several days that a branch named has passed and nobody was confirmed: it drops out, and the others stand.

Where none is to come nothing drops out: the branch is asked for a new day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.speakers import offers
from portal.speakers.engagements import ASKED, Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.nearing import SEARCHING
from portal.submissions import answering, history, turns, whole
from portal.submissions.follow_ups import BY_ITSELF

Rows = list[dict[str, str]]


def due(session: Session, now: datetime) -> list[int]:
    """The numbers of the requests whose day has passed while another is to come, in one statement."""
    today = london_day(now)
    found = session.execute(
        select(SpeakerRequest.id, SpeakerRequest.dates)
        .where(SpeakerRequest.is_open, SpeakerRequest.meeting_on < today, SpeakerRequest.state.in_(SEARCHING))
        .order_by(SpeakerRequest.id)
    )
    return [number for number, dates in found if _to_come(dates or [], today)]


def drop(session: Session, number: int, now: datetime) -> None:
    """Take the days that have passed out of a request and its open offers. Whoever said yes to them alone is asked."""
    request, today = whole.load(session, number, lock=True), london_day(now)
    if not isinstance(request, SpeakerRequest) or request.state not in SEARCHING:
        return
    rows = _to_come(request.dates or [], today)
    if request.meeting_on is None or request.meeting_on >= today or not rows:
        return
    was = {"dates": history.plain(request.dates), "meeting_on": history.plain(request.meeting_on)}
    request.dates, request.confirmed_time = rows, None
    request.meeting_on = min(date.fromisoformat(row["on"]) for row in rows)
    had_yes = request.has_yes
    for each in request.asked_now:
        if each.tour_id is None:
            _drop_from(each, session, now)
    offers.count_days(request, session)
    if had_yes and not request.has_yes:
        _wait_again(request, session)
    session.add(history.line(request, "amended", BY_ITSELF, now, data={"fields": sorted(was), "was": was}))


def _wait_again(request: SpeakerRequest, session: Session) -> None:
    """Give the turn back to the speakers where a yes alone had made it ours."""
    if not request.proposals and not answering.has_written(session, request):
        request.turn = request.turn_in(request.WORKFLOW.state(request.state))
        turns.promise(request, None)


def _to_come(rows: Iterable[dict[str, str]], today: date) -> Rows:
    return [row for row in rows if row.get("on", "") >= today.isoformat()]


def _drop_from(each: Offer, session: Session, now: datetime) -> None:
    """Let an offer name the days to come; one whose speaker said yes to others alone waits for an answer again."""
    today = london_day(now)
    each.dates = _to_come(each.dates, today)
    kept = [row["on"] for row in each.dates if row["on"] in each.accepted]
    if each.accepted and not kept and each.dates:
        each.state, each.answered_at = ASKED, None
        each.asked_at, each.answer_by = now, offers.last_day(session, today)
    each.accepted = kept

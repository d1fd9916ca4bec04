"""Leaving the register: everything personal that no law needs is emptied at once, and whoever counts on them is told.

What stays is a number, what was agreed to and taken back when (which shows that it was lawful), and the bookings as
rows without a name.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.emails import links
from portal.speakers import feeds, forgetting, hiding, keeping, offers, own_address, own_page, stepping_back
from portal.speakers.engagements import DECLINED, SPEAKER, Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.plan_rows import PlanChoice
from portal.speakers.register import Speaker
from portal.speakers.report_rows import SPEAKER as REPORTS
from portal.speakers.report_rows import MeetingReport
from portal.speakers.tour_rows import COHOST, JOIN, Tour
from portal.submissions import tasks
from portal.submissions.history import Mover
from portal.submissions.workflow import Actor

HAS_LEFT = "has left the register, and their details are gone"
THEMSELVES = Mover(Actor.SPEAKER)
SAME_PRESS = timedelta(minutes=10)
"""Within this time a second press of the button is told that they have left."""
EMPTY_TEXTS = (
    *("name", "name_uk", "email", "email_digest", "phone", "notes", "union_text", "ukrainian_union", "sector"),
    *("outcode", "region_slug"),
)


def leave(session: Session, speaker: Speaker, now: datetime, by: Mover = THEMSELVES) -> None:
    """Take somebody out who asked for it, and empty what we know of them. Their links open nothing any more.

    They are off every meeting to come as if they had dropped out; `by` is who takes them out.
    """
    stepping_back.step_back(session, speaker, HAS_LEFT, key="speaker-left", by=by, now=now)
    for offer in own_page.open_offers(session, speaker):
        offers.end(offer, DECLINED, now)
    keeping.leave(session, speaker, now)
    for link in links.living(session, keeping.SPEAK, speaker.id):
        # It opens nothing from now on; but a second press of the button must find that it was the second.
        link.expires_at = now + SAME_PRESS
    feeds.revoke(session, speaker, now)
    hiding.cancel_invitations(session, speaker)
    for tour in session.scalars(select(Tour).where(Tour.speaker_id == speaker.id)).all():
        _tell_of_neighbours(session, tour, now)
        session.delete(tour)
    # Before their details go: it looks for them.
    forgetting.forget(session, speaker, [own_address.waiting(session, speaker, now)])
    own_address.forget(session, speaker)
    _empty(session, speaker)


def _tell_of_neighbours(session: Session, tour: Tour, now: datetime) -> None:
    """Open a task for each meeting that other branches meant to join: with the tour goes what we know of them."""
    for stop in tour.stops:
        joining = [each.submission for each in stop.invitations if each.answer in (JOIN, COHOST)]
        if joining and stop.on_date >= london_day(now):
            who = "; ".join(f"{each.heading} ({each.reference})" for each in joining)
            tasks.open_task(
                session,
                key=f"tour-left:{stop.id}",
                reason="speaker",
                about=f"The visitor has left the register. Tell the branches that wished to join this meeting: {who}.",
                due_on=london_day(now),
                now=now,
                submission_id=stop.submission_id,
            )


def left_just_now(session: Session, number: int, now: datetime) -> str:
    """The language of a speaker who has left a moment ago; empty for anybody else."""
    row = session.execute(select(Speaker.left_at, Speaker.language).where(Speaker.id == number)).first()
    return row.language if row is not None and row.left_at is not None and row.left_at > now - SAME_PRESS else ""


def _empty(session: Session, speaker: Speaker) -> None:
    """Forget who they are, also on the requests that name them: a task says who counted on them."""
    for name in EMPTY_TEXTS:
        setattr(speaker, name, "")
    speaker.union_id = speaker.latitude = speaker.longitude = None
    speaker.topics, speaker.languages, speaker.formats = [], {}, []
    speaker.most_miles = 0
    for rows in (speaker.weekly, speaker.exceptions, speaker.vetoes):
        rows.clear()
    session.execute(update(Offer).where(Offer.speaker_id == speaker.id).values(other_date="", reason="", overridden=""))
    # Plans say of them how far they live, what they speak about and how often they were asked.
    session.execute(
        delete(PlanChoice).where(PlanChoice.speaker_id == speaker.id), execution_options={"synchronize_session": False}
    )
    theirs = select(Offer.submission_id).where(Offer.speaker_id == speaker.id, Offer.role == SPEAKER)
    session.execute(
        update(MeetingReport)
        .where(MeetingReport.side == REPORTS, MeetingReport.submission_id.in_(theirs))
        .values(next_step="", more_contact="")
    )
    session.execute(
        update(SpeakerRequest).where(SpeakerRequest.speaker_id == speaker.id).values(speaker_name="", speaker_email=""),
        execution_options={"synchronize_session": False},
    )

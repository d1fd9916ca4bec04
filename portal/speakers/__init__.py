"""Speaker requests: their form, their workflow, and what becomes of an offer. Importing it makes the kind known."""

from __future__ import annotations

from portal.speakers import (
    as_told,
    bookings,
    changing,
    concluding,
    engagements,
    feeds,
    invitations,
    offers,
    plan_rows,
    register,
    tour_rows,
    vetoes,
)
from portal.speakers.arranged import arranged
from portal.speakers.facts import facts
from portal.speakers.forms import STEPS
from portal.speakers.meeting_form import requests_of
from portal.speakers.models import SpeakerRequest
from portal.speakers.settling import settled
from portal.speakers.wanted import wanted
from portal.speakers.workflow import KIND, WORKFLOW
from portal.submissions import registry
from portal.submissions.workflow import N_

__all__ = ["engagements", "feeds", "plan_rows", "register", "tour_rows"]

registry.register(
    registry.Kind(
        name=KIND,
        model=SpeakerRequest,
        workflow=WORKFLOW,
        facts=facts,
        arranged=arranged,
        settled=settled,
        wanted=wanted,
        needs_a_move=bookings.is_to_be_asked,
        wait_from=offers.wait_from,
        amended=changing.amended,
        concluded=concluding.concluded,
        bar=vetoes.bar,
        calendar=invitations.for_letter,
        put_back=as_told.put_back,
        label=N_("Speaker request"),
        short_label=N_("Speaker"),
        icon="speaker",
        steps=STEPS,
        parts=requests_of,
    )
)

"""Twinning: proposals of branches, and registrations of bodies in Ukraine. Importing it makes both kinds known."""

from __future__ import annotations

from portal.submissions import registry
from portal.submissions.workflow import N_
from portal.twinning import (
    alike,
    answer_window,
    as_told,
    body_standing,
    call_invites,
    following,
    introductions,
    leads,
    registering,
    registration_facts,
    registration_forms,
    registration_workflow,
    unnamed,
)
from portal.twinning.facts import arranged, facts, settled, wanted
from portal.twinning.forms import STEPS
from portal.twinning.models import TwinningProposal
from portal.twinning.registrations import UkrainianRegistration, heading_of
from portal.twinning.workflow import KIND, WORKFLOW

registry.register(
    registry.Kind(
        name=KIND,
        model=TwinningProposal,
        workflow=WORKFLOW,
        facts=facts,
        arranged=arranged,
        settled=settled,
        wait_from=answer_window.wait_from,
        calendar=call_invites.for_letter,
        wanted=wanted,
        amended=leads.amended,
        concluded=introductions.concluded,
        put_back=as_told.put_back,
        gives_away=unnamed.told_by_proposal,
        label=N_("Twinning proposal"),
        short_label=N_("Twinning"),
        icon="twinning",
        steps=STEPS,
    )
)
registry.register(
    registry.Kind(
        name=registration_workflow.KIND,
        model=UkrainianRegistration,
        workflow=registration_workflow.WORKFLOW,
        facts=registration_facts.facts,
        arranged=registration_facts.arranged,
        calendar=call_invites.for_registration,
        filed=alike.ask_about,
        amended=following.amended,
        concluded=registering.concluded,
        gives_away=unnamed.told_by_registration,
        settled=body_standing.settled,
        wanted=registration_facts.wanted,
        heading=heading_of,
        label=N_("Ukrainian registration"),
        short_label=N_("Ukraine"),
        icon="twinning",
        steps=registration_forms.STEPS,
    )
)

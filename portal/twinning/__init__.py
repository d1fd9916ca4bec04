"""Twinning proposals: their form, their workflow, and introductions. Importing it makes the kind known."""

from __future__ import annotations

from portal.submissions import registry
from portal.submissions.workflow import N_
from portal.twinning import leads
from portal.twinning.facts import arranged, facts, settled, wanted
from portal.twinning.forms import STEPS
from portal.twinning.models import TwinningProposal
from portal.twinning.workflow import KIND, WORKFLOW

registry.register(
    registry.Kind(
        name=KIND,
        model=TwinningProposal,
        workflow=WORKFLOW,
        facts=facts,
        arranged=arranged,
        settled=settled,
        wanted=wanted,
        amended=leads.amended,
        label=N_("Twinning proposal"),
        short_label=N_("Twinning"),
        icon="twinning",
        steps=STEPS,
    )
)

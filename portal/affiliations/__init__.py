"""Affiliations: their form, their workflow, fees, terms and renewals. Importing it makes the kind known."""

from __future__ import annotations

from portal.affiliations.facts import arranged, facts
from portal.affiliations.forms import STEPS
from portal.affiliations.models import Affiliation
from portal.affiliations.renewals import receive
from portal.affiliations.standing import at_stake, can_be_told, settled, wanted
from portal.affiliations.workflow import KIND, WORKFLOW
from portal.submissions import registry
from portal.submissions.workflow import N_

registry.register(
    registry.Kind(
        name=KIND,
        model=Affiliation,
        workflow=WORKFLOW,
        facts=facts,
        arranged=arranged,
        settled=settled,
        put_back=can_be_told,
        wanted=wanted,
        at_stake=at_stake,
        label=N_("Affiliation"),
        short_label=N_("Affiliation"),
        icon="affiliation",
        steps=STEPS,
        receive=receive,
    )
)

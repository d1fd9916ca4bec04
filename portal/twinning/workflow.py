"""The whole life of a twinning proposal, as data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from portal.submissions.usual_rows import asking_rows, closing_rows, reopening_row
from portal.submissions.workflow import (
    BACK,
    N_,
    SAME,
    Actor,
    Answer,
    Ask,
    Notification,
    Recipient,
    Step,
    Transition,
    Workflow,
)
from portal.twinning.agreement_rows import AGREEING
from portal.twinning.call_rows import CALLS
from portal.twinning.candidate_rows import ASKED_IN, OF_THE_REGISTER, PROPOSED, TO_BOTH
from portal.twinning.follow_ups import FOLLOW_UPS
from portal.twinning.lead_letters import LEAD_ASKED, to_lead
from portal.twinning.standing_rows import STANDING
from portal.twinning.states import LIVE, STATES

KIND = "twinning"

BODY = (
    Ask("body_name", N_("Name of the Ukrainian union body"), Answer.LINE),
    Ask("body_oblast", N_("Oblast"), Answer.LINE, hint=N_("The oblast only, never a town.")),
    Ask("body_sector", N_("Sector"), Answer.SECTOR, hint=N_("Both sides see sector and oblast or region, no names.")),
    Ask(
        "body_email", N_("Their email"), Answer.EMAIL, hint=N_("Only for our letters. The branch does not see it yet.")
    ),
    Ask("body_language", N_("Language for their letters"), Answer.LANGUAGE),
)
CONTACTS = (
    Ask(
        "body_contact",
        N_("Named contact on the Ukrainian side"),
        Answer.LINE,
        hint=N_("Introduce them only after both sides have said yes in writing."),
        only_if="is_body_typed",
    ),
)

OTHER_SIDE = (
    Notification(
        "twinning/still-looking-body",
        Recipient.UKRAINIAN_BODY,
        only_from=ASKED_IN,
        only_if="body_knows",
        is_reticent=True,
    ),
)

UNTIL_INTRODUCED: dict[str, Any] = {
    "sources": (*LIVE, "introduced"),
    "unless": "is_introduced",
    "then": "portal.twinning.introductions.part",
}
"""A branch can withdraw until it has heard who its twin is."""

TRANSITIONS = (
    Transition(
        "check",
        N_("Checked: it is a real branch with a lead"),
        N_("The proposal was checked"),
        ("received",),
        "checked",
        asks=(Ask("note", N_("What did you check?"), is_required=False, hint=N_("Kept in the history.")),),
        notify=(Notification("twinning/checked", Recipient.BRANCH), LEAD_ASKED),
    ),
    Transition(
        "seek",
        N_("Start looking for a twin"),
        N_("We started looking for a twin"),
        ("checked",),
        "seeking",
        notify=(Notification("twinning/seeking", Recipient.BRANCH),),
    ),
    Transition(
        "search-goes-on",
        N_("Say that the search goes on"),
        N_("We told you that we are still looking"),
        ("seeking",),
        SAME,
        by=(Actor.WORKER,),
        notify=(Notification("twinning/monthly", Recipient.BRANCH),),
        done_at_desk="We wrote that the search goes on",
    ),
    Transition(
        "propose",
        N_("Propose a twin to both sides"),
        PROPOSED,
        ("seeking",),
        "proposed",
        asks=BODY,
        notify=TO_BOTH,
        then="portal.twinning.introductions.propose",
    ),
    *OF_THE_REGISTER,
    Transition(
        "refused",
        N_("One side said no"),
        N_("One side said no"),
        ASKED_IN,
        "seeking",
        asks=(Ask("reason", N_("What did they say?"), is_required=False, hint=N_("Kept in the history.")),),
        notify=(
            Notification("twinning/still-looking", Recipient.BRANCH),
            Notification("twinning/still-looking-body", Recipient.UKRAINIAN_BODY, only_if="body_knows"),
        ),
        then="portal.twinning.introductions.part",
        unless="is_introduced",
        corrects=True,
        corrects_from=("proposed",),
    ),
    Transition(
        "introduce",
        N_("Both said yes: introduce them"),
        N_("The two branches were introduced"),
        ("proposed",),
        "introduced",
        asks=CONTACTS,
        notify=(
            Notification("twinning/introduced", Recipient.BRANCH),
            to_lead("introduced"),
            Notification("twinning/introduced-body", Recipient.UKRAINIAN_BODY),
        ),
        then="portal.twinning.introductions.introduce",
        unless="lacks_a_yes",
        passes_on="twin",
    ),
    *CALLS,
    Transition(
        "yes-to-twin",
        N_("The branch says yes"),
        N_("The branch said yes to this twin"),
        ("proposed",),
        SAME,
        by=(Actor.BRANCH, Actor.COORDINATOR),
        notify=(Notification("twinning/yes-noted", Recipient.BRANCH),),
        unless="has_said_yes",
        hands_to_us=True,
    ),
    Transition(
        "no-to-twin",
        N_("The branch says no"),
        N_("The branch said no to this twin"),
        ASKED_IN,
        "seeking",
        by=(Actor.BRANCH,),
        asks=(
            Ask(
                "reason",
                N_("What should be different?"),
                is_required=False,
                hint=N_("It helps us to look for another. The other side never reads it."),
            ),
        ),
        notify=(
            Notification("twinning/no-noted", Recipient.BRANCH, is_reticent=True),
            Notification(
                "twinning/still-looking-body", Recipient.UKRAINIAN_BODY, only_if="body_knows", is_reticent=True
            ),
        ),
        then="portal.twinning.introductions.part",
        unless="is_introduced",
    ),
    Transition(
        "first-contact",
        N_("They have been in touch"),
        N_("The branches have been in touch"),
        ("introduced",),
        "getting-acquainted",
        by=(Actor.COORDINATOR, Actor.BRANCH, Actor.UKRAINIAN_BODY),
        notify=(
            Notification("twinning/first-contact", Recipient.BRANCH),
            to_lead("first-contact"),
            Notification("twinning/first-contact-body", Recipient.UKRAINIAN_BODY),
        ),
        # Nobody can write to a twin of whom no letter has told them yet.
        unless="is_introduction_unheard",
    ),
    *AGREEING,
    *STANDING,
    Transition(
        "close",
        N_("Close the file"),
        N_("The file was closed"),
        ("twinned",),
        "closed",
        asks=(Ask("reason", N_("Why?"), hint=N_("Kept in the history.")),),
        notify=(
            Notification("twinning/closed", Recipient.BRANCH),
            to_lead("closed"),
            Notification("twinning/closed-body", Recipient.UKRAINIAN_BODY),
        ),
    ),
    *asking_rows(sources=("received", "checked", "seeking"), waiting="waiting"),
    # Once the two know each other nothing is withdrawn: it ends.
    *(
        replace(row, **UNTIL_INTRODUCED) if row.name == "withdraw" else row
        for row in closing_rows(open_states=LIVE, other_side=OTHER_SIDE)
    ),
    replace(
        reopening_row(
            closed_states=("closed", "ended", "declined", "withdrawn"),
            target=BACK,
            other_side=(Notification("twinning/reopened-body", Recipient.UKRAINIAN_BODY, only_if="was_linked"),),
            to_branch=(
                Notification("common/reopened", Recipient.BRANCH, only_if="was_not_linked"),
                Notification("twinning/reopened", Recipient.BRANCH, only_if="was_linked"),
                to_lead("reopened", only_if="linked_lead_has_agreed"),
            ),
        ),
        unless="has_lost_its_body",
    ),
)

WORKFLOW = Workflow(
    kind=KIND,
    initial="received",
    states=STATES,
    transitions=TRANSITIONS,
    steps=(
        Step(N_("We have your proposal")),
        Step(N_("A volunteer has read it"), doing=N_("A volunteer reads it"), is_reading=True),
        Step(N_("Looking for a twin"), N_("This often takes weeks. We write when we find one")),
        Step(N_("You both say yes"), N_("Each side sees a description without names first")),
        Step(N_("You get to know each other"), N_("We introduce you in both languages")),
        Step(N_("Twinned"), N_("You both agree, and we announce it as far as you both wish")),
    ),
    acknowledge=(Notification("twinning/received", Recipient.BRANCH),),
    follow_ups=FOLLOW_UPS,
)

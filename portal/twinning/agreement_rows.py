"""The moves by which two say that they have agreed to be twinned, as data: each side, and we, once both have.

Like the workflow, this is standard library only. What is asked of the desk stands in `agreement`.
"""

from __future__ import annotations

from portal.submissions.workflow import N_, SAME, Actor, Answer, Ask, Notification, Recipient, Transition
from portal.twinning.agreement import AGREEMENT
from portal.twinning.lead_letters import to_lead

DAY = Ask(
    "twinned_on",
    N_("Date of the agreement"),
    Answer.DATE,
    hint=N_("For example 14 January 2027"),
    only_if="lacks_day_of_agreement",
)
LABEL = N_("We have both agreed to be twinned")
HEARD = (
    Ask(
        "yes_of_branch",
        N_("The branch has not said so on its page. Who of it told you, how and when?"),
        Answer.LINE,
        hint=N_("Kept in the history with your name."),
        only_if="lacks_yes_of_branch",
    ),
    Ask(
        "yes_of_body",
        N_("The Ukrainian side has not said so on its page. Who of it told you, how and when?"),
        Answer.LINE,
        hint=N_("Kept in the history with your name."),
        only_if="lacks_yes_of_body",
    ),
)
"""Whose yes is missing: one of us may have heard it, and says of whom."""

AGREEING = (
    Transition(
        "agreed",
        LABEL,
        N_("The branch told us that both have agreed"),
        ("getting-acquainted",),
        SAME,
        by=(Actor.BRANCH,),
        asks=(DAY,),
        notify=(
            Notification("twinning/agreed-noted", Recipient.BRANCH),
            Notification("twinning/asked-to-agree-body", Recipient.UKRAINIAN_BODY, only_if="lacks_yes_of_body"),
        ),
        then="portal.twinning.introductions.agree",
        unless="branch_has_agreed",
        hands_to_us=True,
    ),
    Transition(
        "body-agrees",
        LABEL,
        N_("The Ukrainian side told us that both have agreed"),
        ("getting-acquainted",),
        SAME,
        by=(Actor.UKRAINIAN_BODY,),
        asks=(DAY,),
        notify=(
            Notification("twinning/agreed-noted-body", Recipient.UKRAINIAN_BODY),
            Notification("twinning/asked-to-agree", Recipient.BRANCH, only_if="lacks_yes_of_branch"),
        ),
        then="portal.twinning.introductions.agree",
        unless="body_has_agreed",
        hands_to_us=True,
    ),
    Transition(
        "twin",
        N_("Both agreed: they are twinned"),
        N_("The branches are twinned"),
        ("getting-acquainted",),
        "twinned",
        asks=(*HEARD, *AGREEMENT),
        notify=(
            Notification("twinning/twinned", Recipient.BRANCH),
            to_lead("twinned"),
            Notification("twinning/twinned-body", Recipient.UKRAINIAN_BODY),
        ),
        then="portal.twinning.introductions.twin",
    ),
)

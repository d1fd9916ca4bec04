"""Proposing a body of the register on the desk: what is said of it on the form, and who must read the letters first.

A body is called by its oblast and sector, as in the queue. Those who fit are listed in `twins`.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import url_for
from sqlalchemy.orm import Session

from portal.dashboard.who_fits import sentence
from portal.submissions.models import Submission
from portal.submissions.workflow import Transition
from portal.twinning import proposing, unnamed
from portal.twinning.candidate_rows import BY_HAND, PROPOSE
from portal.twinning.models import TwinningProposal
from portal.twinning.registrations import UkrainianRegistration

NO_LONGER = BY_HAND
"""A move that the desk makes no longer: nobody is proposed who is not in the register, confirmed, and has agreed."""
READ_FIRST = "A second coordinator reads the letters before they leave: {caution}"


def propose_url(branch: int, body: int) -> str:
    """Where a body of the register is proposed to a branch, by the numbers of their requests."""
    return url_for("dashboard.move", number=branch, name=PROPOSE, body=body)


def chosen(session: Session, submission: Submission, transition: Transition, number: str) -> list[str]:
    """Which body a move proposes, and what speaks against it, in sentences; none for other moves. Five statements."""
    if transition.name != PROPOSE or not isinstance(submission, TwinningProposal):
        return []
    body = proposing.chosen(session, number)
    registration = session.get(UkrainianRegistration, body.id) if body is not None else None
    if body is None or registration is None:
        return [f"{proposing.GONE}."]
    said = [
        f"You propose {registration.heading}, {registration.reference}. The branch reads its sector and oblast, "
        "roughly its size, and what it ticked as hopes, needs and offers: none of its own words."
    ]
    said += [f"{sentence(block.words)}." for block in proposing.against(session, submission, body)]
    return said + ([f"{READ_FIRST.format(caution=body.caution)}."] if body.caution else [])


def kept_out(submission: Submission, transition: Transition) -> list[str]:
    """The lines of the branch's own that the other side does not read, because they tell who the branch is."""
    if transition.name not in (PROPOSE, BY_HAND) or not isinstance(submission, TwinningProposal):
        return []
    own = (submission.offers, submission.learns)
    return [line for words in own for line in unnamed.parted(submission, words)[1]]


def read_first(session: Session, transition: Transition, answers: Mapping[str, object]) -> str:
    """Why a second coordinator must read the letters of a move before they leave; empty where nobody must.

    `answers` are what the move was given, as typed: the number of a body of the register.
    """
    caution = ""
    if transition.name == PROPOSE:
        body = proposing.chosen(session, str(answers.get("body", "")))
        caution = body.caution if body is not None else ""
    return READ_FIRST.format(caution=caution) if caution else ""

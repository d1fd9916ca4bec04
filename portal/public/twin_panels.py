"""The twinnings on a private page: of a branch, and of a union body in Ukraine. Their own pages are in `twinned`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal.clock import utc_now
from portal.documents import file_names
from portal.public import body_next, language, twin_words
from portal.submissions import turns
from portal.submissions.day_words import in_words_of
from portal.submissions.models import Submission
from portal.submissions.workflow import Actor, Transition
from portal.twinning import calling, certificates, papers, pulse
from portal.twinning.body_names import body_name
from portal.twinning.call_rows import BEFORE_THE_CALL, KEEPS_THE_CALL
from portal.twinning.candidate import TWINNED
from portal.twinning.first_calls import LENGTH
from portal.twinning.models import TwinningProposal
from portal.twinning.registrations import UkrainianRegistration
from portal.twinning.standing_rows import ASKED, BODY_FORWARD, BODY_MOVES
from portal.twinning.states import GOING_ON
from portal.twinning.twinnings import Twinning


@dataclass(frozen=True)
class Twin:
    """A twinning as one of its sides sees it: `number` is how its addresses call it."""

    number: int
    proposal: TwinningProposal
    twinning: Twinning


def twins_of(submission: Submission) -> list[Twin]:
    """The living twinnings of whoever owns a private page: of a branch one at most, of a body in Ukraine several."""
    if isinstance(submission, TwinningProposal):
        proposals = [submission]
    elif isinstance(submission, UkrainianRegistration):
        proposals = [each.proposal for each in submission.candidates if each.state == TWINNED and not each.closed_at]
    else:
        proposals = []
    found = [(proposal, proposal.twinning) for proposal in proposals]
    return [Twin(known.id, proposal, known) for proposal, known in found if known is not None and not known.ended_at]


def panels(token: str, submission: Submission) -> list[dict[str, Any]]:
    """What a private page shows of each twinning, once the two were introduced."""
    return [_panel(token, twin, submission) for twin in twins_of(submission) if papers.has_them(twin.proposal)]


def _panel(token: str, twin: Twin, submission: Submission) -> dict[str, Any]:
    is_body = side_of(twin, submission) == pulse.BODY
    is_twinned = certificates.has_one(twin.proposal)
    return {
        "number": twin.number,
        "name": _name_of_other(twin.proposal, submission),
        "papers": _papers(token, twin),
        "rows": _rows(twin.proposal) if is_body else [],
        "certificate": _url("certificate", token, twin) if is_twinned else "",
        "file": _url("certificate_file", token, twin) if is_twinned else "",
        "pulse": _pulse(twin, submission) if is_twinned else None,
        "say": _url("say_how_it_goes", token, twin),
        "acts": [
            (
                _url("twin_move", token, twin, name=move.name),
                twin_words.label(move.name, twin_words.stage(twin.proposal)),
            )
            for move in (acts_of(twin) if is_body else ())
            if move.name not in BODY_FORWARD
        ],
        "next": (body_next.of(token, twin.number, twin.proposal) if is_body else body_next.of_branch(twin.proposal)),
        # A branch has moves of its own beside it.
        "first_call": None if is_body else body_next.of_call(token, twin.number, twin.proposal, is_body=False),
        "call": _call(token, twin, submission),
    }


def acts_of(twin: Twin) -> list[Transition]:
    """What a body in Ukraine can do with its twinning now."""
    return [move for move in turns.open_to(twin.proposal, Actor.UKRAINIAN_BODY) if move.name in BODY_MOVES]


def pauses(token: str, submission: Submission) -> list[tuple[str, str]]:
    """Where a body in Ukraine pauses each twinning that goes on, with its words: no pause of its registration does."""
    return [
        (
            _url("twin_move", token, twin, name=twin_words.BODY_PAUSES),
            f"{twin_words.label(twin_words.BODY_PAUSES, twin_words.stage(twin.proposal))}: {twin.proposal.heading}",
        )
        for twin in twins_of(submission)
        if twin.proposal.state in GOING_ON and papers.has_them(twin.proposal)
    ]


def _rows(proposal: TwinningProposal) -> list[dict[str, str]]:
    """Whom a body in Ukraine is twinned with. While it rests nobody is to be written to: no address then."""
    is_paused = proposal.state == "paused"
    name, email = ("", "") if is_paused else proposal.named_to_twin
    known = certificates.has_one(proposal)
    # Our file is closed, and the two are what they were.
    state = "twinned" if proposal.state == "closed" else proposal.state
    rows = (
        (_("Status"), _("Paused") if is_paused else _(proposal.WORKFLOW.state(state).situation)),
        (_("Your contact there"), name),
        (_("Their email"), email),
        (_("Twinned on"), in_words_of(proposal.twinned_on, language.current()) if known else ""),
    )
    return [{"label": label, "value": value} for label, value in rows if value]


def side_of(twin: Twin, submission: Submission) -> str:
    """Which side of a twinning owns the page."""
    return pulse.BRANCH if submission is twin.proposal else pulse.BODY


def _pulse(twin: Twin, submission: Submission) -> dict[str, Any] | None:
    """The question how it goes, while one is open: the three answers, and what this side has said."""
    asked = twin.proposal.open_round
    if asked is None or twin.proposal.state not in ASKED or twin.proposal.stands_as not in ("", *ASKED):
        return None
    said = pulse.said(asked, side_of(twin, submission))
    return {"answers": [(slug, _(label)) for slug, label in pulse.ANSWERS], "said": said}


def call_is_open(twin: Twin) -> bool:
    """Whether both are asked when they could have their first call."""
    if not _may_fix(twin.proposal) or not papers.has_them(twin.proposal):
        return False
    call = calling.call_of(twin.proposal)
    return call is not None and bool(call.open_slots(utc_now()))


def _may_fix(proposal: TwinningProposal) -> bool:
    """Whether a first call can still be fixed where the two stand, and as either of them was told."""
    return proposal.state in BEFORE_THE_CALL and proposal.stands_as in ("", *BEFORE_THE_CALL)


def _call(token: str, twin: Twin, submission: Submission) -> dict[str, Any] | None:
    """The first call: when it is, or where its times are ticked; None where nothing is asked or fixed."""
    if twin.proposal.state not in KEEPS_THE_CALL:
        return None
    call = calling.call_of(twin.proposal)
    if call is None:
        return None
    is_before = _may_fix(twin.proposal)
    if call.starts_at is not None and (is_before or call.starts_at + LENGTH > utc_now()):
        return {"when": calling.in_words(call.starts_at, language.current()), "link": call.link}
    if not is_before or not call.open_slots(utc_now()):
        return None
    is_body = side_of(twin, submission) == pulse.BODY
    return {
        "url": _url("first_call", token, twin),
        "has_ticked": (call.body_ticked_at if is_body else call.branch_ticked_at) is not None,
    }


def _papers(token: str, twin: Twin) -> list[dict[str, str]]:
    """The documents that go with an introduction: what each is called, to be printed, and as a file."""
    return [
        {
            "title": file_names.FILE_NAMES[name][language.current()],
            "url": _url("paper", token, twin, name=name.partition("/")[2]),
            "file": _url("paper_file", token, twin, name=name.partition("/")[2]),
        }
        for name in papers.PAPERS
    ]


def _url(page: str, token: str, twin: Twin, **more: Any) -> str:
    return url_for(f"public.{page}", token=token, number=twin.number, **more)


def _name_of_other(proposal: TwinningProposal, submission: Submission) -> str:
    """The twin, as whoever owns the page knows it."""
    return body_name(proposal, language.current()) if submission is proposal else proposal.heading

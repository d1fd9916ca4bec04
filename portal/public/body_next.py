"""What is next for a union body in Ukraine with a twin, as its own page asks for it: a sentence and buttons."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from portal.clock import utc_now
from portal.public import language, twin_words
from portal.submissions import turns
from portal.submissions.workflow import Actor
from portal.twinning import calling
from portal.twinning.models import TwinningProposal
from portal.twinning.standing_rows import BODY_FORWARD
from portal.twinning.states import ACQUAINTED


@dataclass(frozen=True)
class Next:
    """One panel: a sentence, and buttons as addresses with their words."""

    sentence: str
    buttons: list[tuple[str, str]]


def of(token: str, number: int, proposal: TwinningProposal) -> Next | None:
    """What a body can do next with the twin that its page calls `number`; None where nothing is to be done."""
    open_now = {move.name for move in turns.open_to(proposal, Actor.UKRAINIAN_BODY)}
    moves = [name for name in BODY_FORWARD if name in open_now]
    buttons = [
        (
            url_for("public.twin_move", token=token, number=number, name=name),
            twin_words.label(name, twin_words.stage(proposal)),
        )
        for name in moves
    ]
    sentence = twin_words.INTRODUCTIONS_OF_A_BODY.get(proposal.state)
    if said := twin_words.of_the_agreement(proposal, is_body=True):
        return Next(said, buttons)
    if call := of_call(token, number, proposal, is_body=True):
        return Next(call.sentence, [*call.buttons, *buttons])
    return Next(str(_(sentence)), buttons) if sentence else None


def of_call(token: str, number: int, proposal: TwinningProposal, *, is_body: bool) -> Next | None:
    """What either side reads of the first call as its next step: its times are to be chosen, or one is fixed."""
    if proposal.state not in ACQUAINTED or proposal.stands_as not in ("", *ACQUAINTED):
        return None
    call, now = calling.call_of(proposal), utc_now()
    if call is None:
        return None
    if call.open_slots(now) and (call.body_ticked_at if is_body else call.branch_ticked_at) is None:
        address = url_for("public.first_call", token=token, number=number)
        return Next(
            _("When could you have the first call? Please choose your times."), [(address, _("Choose your times"))]
        )
    if call.starts_at is not None and call.starts_at > now:
        return Next(_("Your first call: %(when)s", when=calling.in_words(call.starts_at, language.current())), [])
    return None


def of_branch(proposal: TwinningProposal) -> Next | None:
    """What a branch reads in this place once it has said that both agreed: nothing is left for it to press."""
    said = twin_words.of_the_agreement(proposal, is_body=False) if proposal.state == "getting-acquainted" else ""
    return Next(said, []) if said and proposal.branch_has_agreed else None

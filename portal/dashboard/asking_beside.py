"""Choosing who is asked to come to a meeting beside its speaker: one page for those who could stand by, interpret
or come along.

Who could stand by or come along is found in `speakers.matching`, who could interpret in `speakers.interpreters`; the
moves that ask them are made on the pages of `moves`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.clock import london_day, utc_now
from portal.dashboard import moves, typed_letters
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import find, mover
from portal.dashboard.who_fits import Line, Shown, sentence, shown
from portal.directory import tongues
from portal.extensions import db
from portal.reasons import Reason
from portal.security import needs, tries_out
from portal.speakers import along, interpreters, matching, standing_by, wish
from portal.speakers.engagements import INTERPRETER, PARTNER, STAND_BY, WAITING
from portal.speakers.fit import Fit, said
from portal.speakers.models import SpeakerRequest
from portal.submissions import actions
from portal.submissions.actions import WrongAnswerError
from portal.submissions.moves import move_form

SAME_CUTS = "in Ukraine as the speaker is: a power cut or an alarm may reach both"
INSTEAD = "is asked to speak at this meeting: your question to come along takes the place of that"
MANY = 60
"""Among so many who fit those of experience are looked for."""
SHOWN = 12
"""So many who could stand by are shown, and as many who cannot."""


@dataclass(frozen=True)
class Choices:
    """Who could be asked, and who cannot with why, ready to print; and what the page says of the meeting."""

    about: str
    can: Sequence[Shown]
    cannot: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Page:
    """The page of one role: its address, its move, its words, and how those who could be asked are found."""

    endpoint: str
    move: str
    heading: str
    nobody: str
    new_one: str
    find: Callable[[SpeakerRequest, datetime], Choices]


@blueprint.get("/requests/<int:number>/stand-by", endpoint="ask_stand_by", defaults={"role": STAND_BY})
@blueprint.get("/requests/<int:number>/interpreter", endpoint="ask_interpreter", defaults={"role": INTERPRETER})
@blueprint.get("/requests/<int:number>/partner", endpoint="ask_partner", defaults={"role": PARTNER})
@needs("coordinator")
@tries_out
def ask_beside(number: int, role: str) -> str | Response:
    """Those who could come in a role; with one chosen, the letter to them, to be looked over. Nothing is written."""
    page, submission = PAGES[role], find(db.session, number)
    transition = moves.permitted(submission, page.move)
    if not isinstance(submission, SpeakerRequest):
        return redirect(url_for("dashboard.request_page", number=number))
    answers = {"speakers": request.args.get("speaker", "")}
    if not answers["speakers"]:
        choices = page.find(submission, utc_now())
        return render_template("dashboard/ask_beside.html", submission=submission, page=page, choices=choices)
    form = move_form(transition, at_desk=True)(data=answers)
    try:
        prepared = actions.preview(db.session, submission, page.move, by=mover(), now=utc_now(), answers=answers)
    except WrongAnswerError as wrong:
        db.session.rollback()
        flash(f"{wrong.sentence}.", "error")
        return redirect(url_for(f"dashboard.{page.endpoint}", number=number))
    return moves.letters_page(number, transition, form, typed_letters.from_prepared(prepared))


def _to_stand_by(submission: SpeakerRequest, now: datetime) -> Choices:
    """Those who fit best, as the ranked list shows them, without whoever speaks."""
    taken = {each.speaker_id for each in submission.offers if each.closed_at is None}
    found = matching.fitting(db.session(), submission, now, most=SHOWN + len(taken))
    can, cannot = (
        [each for each in fits if each.speaker_id not in taken][:SHOWN] for fits in (found.ranked, found.blocked)
    )
    _warn_of_power_cuts(submission, can)
    return Choices(
        "They keep the time free, and speak if the first speaker cannot.",
        shown(can, london_day(now)),
        [_blocked(each.name, [block.words for block in each.blocks]) for each in cannot],
    )


def _warn_of_power_cuts(submission: SpeakerRequest, fits: list[Fit]) -> None:
    """Where the speaker joins from Ukraine: whoever would as well stands behind those here, and it is said why."""
    if not submission.needs_stand_by:
        return
    at_risk = standing_by.in_ukraine(db.session(), [each.speaker_id for each in fits])
    for each in fits:
        if each.speaker_id in at_risk:
            each.against.insert(0, Reason(SAME_CUTS))
    fits.sort(key=lambda each: each.speaker_id in at_risk)


def _to_come_along(submission: SpeakerRequest, now: datetime) -> Choices:
    """Those of experience who fit best; who is asked to speak beside somebody else may come along instead."""
    rivals = {each.speaker_id for each in submission.asked_now if each.state in WAITING}
    # Whoever is the only one asked to speak has nobody to come along with.
    rivals = rivals if len(submission.asked_now) > 1 else set()
    taken = {each.speaker_id for each in submission.offers if each.closed_at is None} - rivals
    found = matching.fitting(db.session(), submission, now, most=MANY, anew=rivals)
    able = [each for each in found.ranked if each.speaker_id not in taken]
    for each in able:
        if each.speaker_id in rivals:
            each.reasons.insert(0, Reason(INSTEAD))
    # Who knows of the meeting already stands first: perhaps they have said yes to it.
    able.sort(key=lambda each: each.speaker_id not in rivals)
    new = along.who_is_new(db.session(), [each.speaker_id for each in able])
    return Choices(
        "Somebody who is new speaks. Whoever comes along stands beside them, and helps with questions.",
        shown([each for each in able if each.speaker_id not in new][:SHOWN], london_day(now)),
        [_blocked(each.name, [block.words for block in each.blocks]) for each in found.blocked[:SHOWN]],
    )


def _to_interpret(submission: SpeakerRequest, now: datetime) -> Choices:
    """All interpreters of the register, those who fit first; their reasons earn no points."""
    found = interpreters.fitting(db.session(), submission, now)
    sides = [wish.language_of(submission), *sorted(interpreters.other_side(submission))]
    names = " and ".join(dict.fromkeys(tongues.name_of(code) for code in sides))
    return Choices(
        f"Languages of both sides: {names}.",
        [_interpreter(each, now) for each in found if not each.blocks],
        [_blocked(each.name, each.blocks) for each in found if each.blocks],
    )


def _interpreter(found: interpreters.Interpreter, now: datetime) -> Shown:
    return Shown(
        speaker_id=found.speaker_id,
        name=found.name,
        url=url_for("dashboard.speaker", speaker_id=found.speaker_id),
        points="",
        reasons=_lines(found.reasons),
        against=_lines(found.against),
        blocks=(),
        may_be_asked=True,
        dates=tuple(said(day, london_day(now)) for day in found.dates),
        pair_name="",
        pair_url="",
    )


def _blocked(name: str, blocks: Sequence[str]) -> tuple[str, str]:
    """Somebody who cannot be asked, and why in one sentence."""
    return name, sentence("; ".join(blocks))


def _lines(reasons: Sequence[str]) -> tuple[Line, ...]:
    return tuple(Line(sentence(words), points="", is_small=False) for words in reasons)


PAGES = {
    STAND_BY: Page(
        "ask_stand_by",
        "ask-stand-by",
        "Ask somebody to stand by",
        "Nobody else of the register fits this meeting. Tell the branch what to do if the call breaks.",
        "",
        _to_stand_by,
    ),
    PARTNER: Page(
        "ask_partner",
        "ask-partner",
        "Ask somebody experienced to come along",
        "Nobody experienced fits this meeting. Ask another speaker, or tell the branch that its speaker is new.",
        "",
        _to_come_along,
    ),
    INTERPRETER: Page(
        "ask_interpreter",
        "ask-interpreter",
        "Ask an interpreter",
        "No interpreter of the register fits this meeting. Ask whom you know, and add them to the register.",
        "Add an interpreter",
        _to_interpret,
    ),
}

"""Every move of every kind on one page: the little form it asks for, its letters to look over, and making it.

The steps are plain posts: the answers, then the letters (which may be edited), then the move itself. Nothing is
written before the last one.
"""

from __future__ import annotations

from datetime import date, time

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.clock import london_day, utc_now
from portal.dashboard import (
    asked_alone,
    conflicts,
    days_that_suit,
    next_step,
    of_body,
    out_of_sight,
    passed_words,
    prefilled,
    proposed_twins,
    typed_letters,
    words,
)
from portal.dashboard.asked_alone import Alone
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import find, me, mover
from portal.dashboard.request_page import opened
from portal.dashboard.typed_letters import TypedLetter
from portal.extensions import db
from portal.security import insist_on_money, needs, tries_out
from portal.speakers import new_day
from portal.speakers.models import SpeakerRequest
from portal.submissions import actions, approvals, overtaken, registry, turns, untold
from portal.submissions.actions import MissingAnswerError, WrongAnswerError
from portal.submissions.models import Submission
from portal.submissions.moves import MoveForm, move_form
from portal.submissions.workflow import BACK, SAME, Actor, Answer, Recipient, Transition

NOBODY_ELSE = "There is nobody else on the desk any more who could read the letters. Send them yourself, or wait"
NEEDED_AFTER_ALL = "Fill this in: we cannot work it out for this branch"


class TooEarlyError(Exception):
    """The move speaks of a day that is still to come."""

    def __init__(self, submission: Submission, move: Transition) -> None:
        super().__init__(move.name)
        self.submission = submission
        self.move = move


@blueprint.get("/requests/<int:number>/moves/<name>")
@needs("coordinator")
@tries_out
def move(number: int, name: str) -> str | Response:
    """What the move asks for; where it asks for nothing, its letters at once."""
    submission = find(db.session, number)
    transition = permitted(submission, name)
    if transition.asks:
        today, offer = london_day(utc_now()), request.args.get("offer", "")
        known = prefilled.answers(submission, transition, today, offer)
        transition = days_that_suit.asked(submission, transition, offer, today)
        known |= _carried(transition) | days_that_suit.only_day(submission, transition, offer, today)
        return _form_page(submission, transition, move_form(transition, at_desk=True)(data=known))
    try:
        prepared = actions.preview(db.session, submission, name, by=mover(), now=utc_now())
    except WrongAnswerError as wrong:
        db.session.rollback()
        flash(f"{wrong.sentence}.", "error")
        return redirect(url_for("dashboard.request_page", number=number))
    return letters_page(number, transition, MoveForm(), typed_letters.from_prepared(prepared))


def _carried(transition: Transition) -> dict[str, str]:
    """What was chosen on an earlier page and stands in the address."""
    return {ask.name: request.args.get(ask.name, "") for ask in transition.asks if ask.answer is Answer.CHOSEN}


@blueprint.post("/requests/<int:number>/moves/<name>")
@needs("coordinator")
def make_move(number: int, name: str) -> str | Response:
    """The next step: the form again, the letters, or the move itself."""
    submission = find(db.session, number)
    conflicts.insist(submission)
    transition = permitted(submission, name)
    transition = days_that_suit.asked(submission, transition, request.form.get("offer", ""), london_day(utc_now()))
    form = move_form(transition, at_desk=True)(request.form)
    step = request.form.get("step", "letters")
    if "change-answers" in request.form or not form.validate():
        return _form_page(submission, transition, form)
    now = utc_now()
    try:
        prepared = actions.preview(db.session, submission, name, by=mover(), now=now, answers=form.answers())
    except (MissingAnswerError, WrongAnswerError) as wrong:
        return _ask_for(number, transition, form, wrong)
    letters = typed_letters.from_form(prepared, request.form, submission, transition.target)
    must_be_read = _must_be_read(transition, form)
    is_held = bool(letters) and (wants_second_reader() or bool(must_be_read))
    is_alone = is_held and not second_readers()
    if step != "send" or typed_letters.has_errors(letters) or is_alone:
        return letters_page(number, transition, form, letters, is_alone=NOBODY_ELSE if is_alone else "")
    # Looking the letters over has rolled the session back: the request is read afresh, and compared once more.
    submission = find(db.session, number)
    conflicts.insist(submission)
    promised = untold.promised_before(db.session(), submission) if is_held else None
    try:
        done = actions.perform(
            db.session,
            submission,
            name,
            by=mover(),
            now=now,
            answers=form.answers(),
            edited=typed_letters.edited(letters),
        )
    except WrongAnswerError as wrong:
        # Somebody was faster since the letters were looked over: the speaker is booked elsewhere now.
        return _ask_for(number, transition, form, wrong)
    if is_held:
        approvals.ask(db.session(), submission, name, done.sent, by=me(), now=now, promised=promised)
    turns.touch(submission)
    db.session.commit()
    flash(f"{transition.done_at_desk or transition.done}.{_sent(letters, is_held=is_held)}", "success")
    return redirect(url_for("dashboard.request_page", number=number), 303)


def permitted(submission: Submission, name: str) -> Transition:
    """The move of that name, where a coordinator may make it now. 404 for a move that the kind does not know."""
    workflow = registry.kind(submission.kind).workflow
    known = {row.name: row for row in workflow.transitions if Actor.COORDINATOR in row.by}
    if name not in known or name == proposed_twins.NO_LONGER:
        abort(404)
    if turns.is_withheld(known[name], current_user):
        insist_on_money()
    is_open = submission.state in known[name].sources and not turns.is_out_of_place(submission, known[name])
    is_open = is_open and not turns.is_too_late(submission, known[name], utc_now())
    if submission.held_reason is not None or not is_open:
        conflicts.no_longer_open()
    if turns.is_too_early(submission, known[name], utc_now()):
        raise TooEarlyError(submission, known[name])
    return turns.asks_of(submission, known[name])


@blueprint.errorhandler(TooEarlyError)
def too_early(error: TooEarlyError) -> tuple[str, int]:
    """The page that says from when a move can be made."""
    return (
        render_template(
            "dashboard/too_early.html",
            submission=error.submission,
            label=words.move_label(error.move),
            sentence=next_step.too_early(error.submission, error.move),
        ),
        409,
    )


def _form_page(submission: Submission, transition: Transition, form: MoveForm) -> str:
    return render_template(
        "dashboard/move.html",
        submission=submission,
        transition=transition,
        label=words.move_label(transition),
        left_out=passed_words.left_out(submission, transition),
        also_offered=prefilled.also_offered(
            submission, transition, london_day(utc_now()), request.values.get("offer", "")
        ),
        chosen=proposed_twins.chosen(db.session(), submission, transition, str(form.raw().get("body", ""))),
        form=form,
        opened=request.form.get("opened") or opened(utc_now()),
        sends_letters=bool(transition.notify),
    )


def _ask_for(
    number: int, transition: Transition, form: MoveForm, wrong: MissingAnswerError | WrongAnswerError
) -> str | Response:
    """The form once more: this request needs an answer that others may leave out, or another one (a sum)."""
    db.session.rollback()
    if isinstance(wrong, WrongAnswerError):
        if wrong.name not in form:
            # What cannot be so is not asked on this form (an hour that was agreed before).
            flash(f"{wrong.sentence}.", "error")
            return redirect(url_for("dashboard.request_page", number=number), 303)
        form[wrong.name].errors = [wrong.sentence]
    else:
        for name in wrong.names:
            form[name].errors = [NEEDED_AFTER_ALL]
    return _form_page(find(db.session, number), transition, form)


def wants_second_reader() -> bool:
    """Whether the box for a second reader is ticked."""
    return bool(request.form.get("second-reader"))


def _must_be_read(transition: Transition, form: MoveForm) -> str:
    """Why somebody else must read the letters first; empty where nobody must."""
    return proposed_twins.read_first(db.session(), transition, form.raw())


def second_readers() -> list[str]:
    """The names of those who may read the letters of whoever is signed in."""
    return [person.name for person in approvals.readers(db.session(), current_user.id)]


def letters_page(
    number: int, transition: Transition, form: MoveForm, letters: list[TypedLetter], *, is_alone: str = ""
) -> str:
    """The letters of a move in boxes, with the answers behind them. `is_alone`: why nobody can read them first."""
    # Looking at letters rolls the session back: the request is read afresh.
    submission = find(db.session, number)
    if out_of_sight.note_look(db.session(), submission, [letter.key for letter in letters], by=me(), now=utc_now()):
        db.session.commit()
        submission = find(db.session, number)
    for letter in letters:
        letter.who = of_body.said(submission, letter.who)
        letter.address = out_of_sight.address(submission, letter.address, letter.key.split("|")[1], transition.name)
    targets = {BACK: submission.taken_up_as(london_day(utc_now())) or submission.state, SAME: submission.state}
    target = targets.get(transition.target, transition.target)
    return render_template(
        "dashboard/move_letters.html",
        submission=submission,
        transition=transition,
        label=words.move_label(transition),
        left_out=passed_words.left_out(submission, transition),
        typed_answers=[
            (name, each)
            for name, value in form.raw().items()
            for each in ([value] if isinstance(value, str) else value)
        ],
        has_answers=any(ask.answer is not Answer.CHOSEN for ask in transition.asks),
        letters=letters,
        alone=_alone(submission, transition, form),
        against=_against_new_day(submission, transition, form),
        told=passed_words.told_without_consent(submission, transition, letters),
        kept_out=proposed_twins.kept_out(submission, transition),
        unreachable=_unreachable(submission, transition, letters),
        has_errors=typed_letters.has_errors(letters) or bool(is_alone),
        is_alone=is_alone,
        must_be_read=_must_be_read(transition, form),
        readers=second_readers() if letters else [],
        wants_second_reader=wants_second_reader(),
        opened=request.form.get("opened") or opened(utc_now()),
        target=words.tag(submission.kind, target, is_answered=True),
        link_token=typed_letters.LINK_IN_WORDS,
    )


def _alone(submission: Submission, transition: Transition, form: MoveForm) -> Alone | None:
    """What is said of somebody new who would be asked alone."""
    if transition.name != "ask-speakers":
        return None
    return asked_alone.asked_alone(db.session(), submission, str(form.raw()["speakers"]), utc_now())


def _against_new_day(submission: Submission, transition: Transition, form: MoveForm) -> list[str]:
    """What speaks against the day that a meeting is moved to, as far as those who are booked have told us."""
    if transition.name != "change-meeting" or not isinstance(submission, SpeakerRequest):
        return []
    answers = form.answers()
    day, moment = date.fromisoformat(answers["confirmed_on"]), time.fromisoformat(answers["confirmed_time"])
    return new_day.against(db.session(), submission, day, moment, utc_now())


def _unreachable(submission: Submission, transition: Transition, letters: list[TypedLetter]) -> list[str]:
    """To whom this move would write if we had an email address."""
    # A letter to one of several carries the key of the person besides.
    reached = {tuple(letter.key.split("|")[:2]) for letter in letters}
    missing = [
        row
        for row in overtaken.letters_due(db.session(), submission, transition, Actor.COORDINATOR)
        # Where nobody else was asked, nobody else is to be told; and a lead is asked at an address alone.
        if (row.template, row.to) not in reached and row.to not in (Recipient.OTHER_SPEAKERS, Recipient.LEAD)
    ]
    said = (of_body.said(submission, typed_letters.WHO.get(row.to, row.to)).lower() for row in missing)
    return list(dict.fromkeys(said))


def _sent(letters: list[TypedLetter], *, is_held: bool) -> str:
    """How many letters leave now, as a sentence after the flash."""
    if not letters:
        return ""
    if is_held:
        waits = "Its letter waits" if len(letters) == 1 else f"Its {len(letters)} letters wait"
        return f" {waits} for a second reader."
    return " One letter is on its way." if len(letters) == 1 else f" {len(letters)} letters are on their way."

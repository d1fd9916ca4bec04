"""A branch's own page, reached by its private link: where the request stands, and what the branch told us.

Opening it changes nothing. What the branch can do from here is in `tracking_acts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import abort, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.clock import london_day, utc_now
from portal.extensions import db
from portal.public import before_the_letter, language, own_answers, own_moves, progress, registered, twin_panels
from portal.public.blueprint import on_both_private_pages
from portal.public.finding import opened
from portal.public.own_moves import ANSWER
from portal.speakers import changing
from portal.submissions import heard, questions, registry, together, too_near, turns
from portal.submissions.as_told import Told
from portal.submissions.day_words import by_in_words
from portal.submissions.forms import StepForm
from portal.submissions.models import Submission
from portal.submissions.moves import move_form
from portal.submissions.timeline import Line, Shape, Viewer, timeline
from portal.submissions.workflow import N_, Actor, Transition, Turn

NOT_BY_YOU = {
    "You withdrew this request": N_("This request was withdrawn"),
    "You withdrew this proposal": N_("This proposal was withdrawn"),
    "You withdrew this affiliation": N_("This affiliation was withdrawn"),
    "You withdrew your registration": N_("This registration was withdrawn"),
}
"""What a state says where a coordinator brought the request there for its branch, by what it says otherwise."""

NEXT = {
    Turn.US: N_("You do not need to do anything now."),
    Turn.SPEAKER: N_("You do not need to do anything now."),
    Turn.UKRAINIAN_BODY: N_("You do not need to do anything now."),
    Turn.NOBODY: "",
    Turn.BRANCH: N_("It is your turn now."),
    Turn.TREASURER: N_("Your treasurer has our letter about the fee."),
    Turn.BOTH_SIDES: N_("It is for both sides to take the next step."),
}


@on_both_private_pages("/<token>")
def track(token: str) -> ResponseReturnValue:
    """Where the request stands."""
    submission = find(token)
    return page(token, submission, utc_now())


def find(token: str) -> Submission:
    """The request behind a link; from here on the page speaks its language."""
    submission = opened(db.session(), token, utc_now(), page=language.private_page(), lock=request.method == "POST")
    language.speak(submission.language)
    return submission


def page(
    token: str, submission: Submission, now: datetime, *, answer_form: StepForm | None = None, notice: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    """Draw the branch's page."""
    stands = before_the_letter.standing(submission, now)
    kind, told = registry.kind(submission.kind), stands.told
    history = before_the_letter.known(told, timeline(db.session(), submission, Viewer.BRANCH))
    moves = turns.permitted_at(submission, Actor.BRANCH, now)
    twins = twin_panels.panels(token, submission)
    today = london_day(now)
    settled = before_the_letter.settled(told, kind.settled(submission, language.current(), today))
    has_message = told is None and heard.waits(submission, history).has_message
    wanted = kind.wanted(submission, today, _has_written(history)) if submission.is_open and told is None else None
    names = {move.name for move in moves}
    has_question, is_day_asked = ANSWER in names, not names.isdisjoint(own_moves.ABOUT_A_DAY)
    is_asked = wanted is not None or (is_day_asked and submission.turn != Turn.BRANCH)
    answer_form = answer_form or (move_form(kind.workflow.transition(ANSWER))() if has_question else None)
    registered.warn(submission, answer_form)
    return make_response(
        render_template(
            "public/track.html",
            token=token,
            kind=kind,
            submission=submission,
            is_open=submission.is_open,
            state=submission.state,
            caption=f"{_(kind.label)} {submission.reference}",
            situation=settled.sentence or _situation(submission, history, told),
            settled=[{"label": label, "value": value} for label, value in settled.rows],
            standing="" if told else _changed(submission, history, now),
            greeting=_greeting(submission),
            together=together.in_words(submission, language.current()),
            who=before_the_letter.who(submission, told, today)
            or too_near.said(submission, now)
            or _who(submission, history, has_message, is_asked, today),
            wanted=wanted,
            steps=progress.steps(submission, stands.entered, _read_at(history), settled, has_message=has_message),
            answer_form=answer_form if has_question else None,
            answer_by=questions.in_words(submission, *stands.letter, today) if has_question else "",
            moves=own_moves.buttons(submission, moves, twins),
            introduction=own_moves.introduction(submission, moves, today),
            has_answered=own_moves.has_answered(submission, moves),
            is_twin_proposed=own_moves.is_twin_proposed(moves),
            is_other_day_asked=is_day_asked,
            is_early=_is_early(submission, today),
            withdraw=own_moves.leaving(submission, moves, twins),
            told=own_answers.told(token, submission, now),
            kept=registered.kept(submission),
            has_new_address=stands.has_new_address,
            history=[_item(line) for line in history if not line.is_unsaid],
            twins=twins,
            last_words=_last_words(submission, history),
            notice=notice,
            form=answer_form if answer_form is not None and answer_form.errors else None,
            has_errors=bool(notice or (answer_form is not None and answer_form.errors)),
        ),
        status,
    )


def own_move(submission: Submission, name: str) -> Transition:
    """A move that a branch may make from some state; 404 for any other."""
    workflow = registry.kind(submission.kind).workflow
    found = next((row for row in workflow.transitions if row.name == name and Actor.BRANCH in row.by), None)
    if found is None:
        abort(404)
    return found


def _greeting(submission: Submission) -> str:
    """By the whole name, as in letters: the first word of one may be “Dr” or “The”."""
    name = submission.contact_name.strip()
    return str(_("Hello %(name)s.", name=name)) if name else str(_("Hello."))


def _is_early(submission: Submission, today: date) -> bool:
    """Whether the branch is asked for what it can hardly know yet, so that no button is the first to press."""
    first = submission.tells_us_from
    return submission.waits_for_a_day or (first is not None and today < first)


def _has_written(history: Sequence[Line]) -> bool:
    """Whether the branch has written or changed anything since the last move; `history` is newest first."""
    since = next((number for number, line in enumerate(history) if line.event_name == "transition"), len(history))
    return any(line.shape is Shape.BRANCH for line in history[:since])


def _last_words(submission: Submission, history: Sequence[Line]) -> tuple[str, str]:
    """The words that came with the end of a request, after what they are; none while it goes on."""
    if not submission.WORKFLOW.state(submission.state).is_final:
        return "", ""
    last = next((line for line in history if line.event_name == "transition"), None)
    return (own_moves.last_words_of(submission), last.body) if last is not None and last.body else ("", "")


def _is_recorded_for_it(history: Sequence[Line]) -> bool:
    """Whether a coordinator, and not the branch itself, made the move that brought it where it stands."""
    return next((line.is_for_branch for line in history if line.event_name == "transition"), False)


def _changed(submission: Submission, history: Sequence[Line], now: datetime) -> str:
    """What became of what the branch has changed about a meeting that is agreed."""
    return changing.standing(submission, heard.changed_by_branch(history), language.current(), now)


def _situation(submission: Submission, history: Sequence[Line], told: Told | None) -> str:
    """The heading, by the state: in a sentence of its own where a coordinator recorded it, or an answer has come."""
    if words := before_the_letter.situation(submission, told):
        return words
    state = submission.WORKFLOW.state(submission.state)
    if state.name == submission.WORKFLOW.initial and heard.has_answered(history):
        return str(_("We have your answer"))
    return str(_(NOT_BY_YOU.get(state.situation, state.situation) if _is_recorded_for_it(history) else state.situation))


def _who(submission: Submission, history: Sequence[Line], has_message: bool, is_asked: bool, today: date) -> str:
    """Who looks after it, and whose turn it is; of a closed one, that we recorded for the branch what closed it.

    Where the branch `is_asked` for something, the page asks for it further down.
    """
    if submission.WORKFLOW.state(submission.state).is_final:
        recorded = _("The campaign recorded this for you. Is it not right? Write to us, and we will put it right.")
        return str(recorded) if _is_recorded_for_it(history) else ""
    if submission.coordinator is not None:
        who = _("%(name)s is looking after your request.", name=submission.coordinator.name)
    elif submission.turn == Turn.US and submission.due_on is not None:
        who = _our_day(
            submission,
            today,
            _("A coordinator will write to you by %(day)s.", day=by_in_words(submission.due_on)),
            _("We said that a coordinator would write to you by %(day)s.", day=by_in_words(submission.due_on)),
        )
    else:
        who = _("Our coordinators are looking after your request.")
    if has_message and submission.coordinator is not None and submission.due_on is not None:
        # What was promised when the message came stands here until it is answered.
        answered = _our_day(
            submission,
            today,
            _("We will answer your message by %(day)s.", day=by_in_words(submission.due_on)),
            _("We said that we would answer your message by %(day)s.", day=by_in_words(submission.due_on)),
        )
        who = f"{who} {answered}"
    usual = "" if is_asked else NEXT[Turn(submission.turn_told)]
    # The catalogue answers an empty text with its own head.
    what = str(_(usual)) if usual else ""
    day = submission.tells_us_from
    if day is not None and today < day and submission.turn == Turn.BRANCH:
        what = str(_("Your meeting is on %(day)s. Please tell us then what it decided.", day=progress.day(day)))
    if submission.turn_told == Turn.TREASURER and not getattr(submission, "has_own_treasurer", True):
        what = str(_("Our letter about the fee came to you. Please pass it on to your treasurer."))
    if submission.waits_for_a_day and submission.turn == Turn.BRANCH:
        what = str(_("There is no hurry. Please tell us the day of your next meeting once you know it."))
    return f"{who} {what}" if what else str(who)


def _our_day(submission: Submission, today: date, will: str, would: str) -> str:
    """What we will do by the day that we owe an answer, or, once it has gone, that we would have and are late."""
    if not turns.is_late(submission, today):
        return will
    return f"{would} {_('We are late, and we are sorry. Is it urgent? Send us a message on this page.')}"


def _read_at(history: Sequence[Line]) -> datetime | None:
    """When somebody of ours first acted on the request, as far as the branch may know."""
    return min((line.at for line in history if line.shape is Shape.OURS), default=None)


def _item(line: Line) -> dict[str, Any]:
    """A line of history for the page."""
    when = progress.day(london_day(line.at))
    return {
        "shape": str(line.shape),
        "title": line.title,
        "when": f"{when}, {line.by}" if line.by else when,
        "body": line.body,
    }

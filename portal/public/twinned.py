"""What twins have on their own pages: the certificate, the question how it goes, a pause and an end.

Both sides reach them from their own page, by the same private link. What stands in it is `twinning.certificates`'.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from portal import documents
from portal.clock import utc_now
from portal.documents import file_names, twinning
from portal.extensions import db
from portal.public import (
    before_the_letter,
    form_pages,
    language,
    posted,
    tracking,
    tracking_acts,
    twin_panels,
    twin_words,
)
from portal.public.blueprint import blueprint, on_both_private_pages
from portal.public.twin_panels import Twin, twins_of
from portal.submissions import actions, turns, whole
from portal.submissions.actions import Mover, NotPermittedError, WrongAnswerError
from portal.submissions.forms import StepForm
from portal.submissions.models import Submission
from portal.submissions.moves import move_form
from portal.submissions.workflow import Actor, Transition
from portal.twinning import certificates, pulse
from portal.twinning.standing_rows import BODY_MOVES, BODY_SAYS, BRANCH_SAYS

BRANCH, BODY = Mover(Actor.BRANCH), Mover(Actor.UKRAINIAN_BODY)
OWN_MOVE = "/body/<token>/twinnings/<int:number>/<name>"
"""A branch moves its twinning as it moves any request of its own; a body may have several."""


@on_both_private_pages("/<token>/twinnings/<int:number>/certificate")
def certificate(token: str, number: int) -> ResponseReturnValue:
    """The certificate side by side in both languages, to be printed."""
    return render_template(twinning.PAGE, document=_made(token, number), is_private=True)


@on_both_private_pages("/<token>/twinnings/<int:number>/certificate/file")
def certificate_file(token: str, number: int) -> Response:
    """The same as a file that can be edited."""
    document = _made(token, number)
    response = make_response(documents.word_file(document, utc_now()))
    response.headers["Content-Type"] = documents.MIME
    response.headers["Content-Disposition"] = file_names.disposition(document.name, document.languages[0])
    return response


@on_both_private_pages("/<token>/twinnings/<int:number>/pulse", method="POST")
def say_how_it_goes(token: str, number: int) -> ResponseReturnValue:
    """Keep which of the three buttons was pressed."""
    is_good = tracking_acts.checked_token(token)
    submission = tracking.find(token)
    twin = found(submission, number)
    said = request.form.get("said", "")
    if not is_good or said not in dict(pulse.ANSWERS):
        notice = form_pages.token_notice(_(dict(pulse.ANSWERS).get(said, pulse.ANSWERS[0][1])))
        return tracking.page(token, submission, utc_now(), notice=notice, status=400)
    side = twin_panels.side_of(twin, submission)
    move, by = (BRANCH_SAYS, BRANCH) if side == pulse.BRANCH else (BODY_SAYS, BODY)
    return make(token, twin, move, by=by, answers={"said": said}, done=_("Thank you. We have noted how it goes."))


@blueprint.get(OWN_MOVE, defaults={"page": "body"})
def twin_move(token: str, number: int, name: str) -> ResponseReturnValue:
    """What pausing, taking up again or ending a twinning means for a body in Ukraine, and the button that does it."""
    submission = tracking.find(token)
    twin = found(submission, number)
    move = _own_move(submission, twin, name)
    if move not in twin_panels.acts_of(twin):
        return tracking_acts.back(token)
    return _move_page(token, submission, twin, move, move_form(turns.asks_of(twin.proposal, move))())


@blueprint.post(OWN_MOVE, defaults={"page": "body"})
def make_twin_move(token: str, number: int, name: str) -> ResponseReturnValue:
    """Pause it, take it up again, or end it."""
    is_good = tracking_acts.checked_token(token)
    submission = tracking.find(token)
    twin = found(submission, number)
    move = _own_move(submission, twin, name)
    where = twin_words.stage(twin.proposal)
    form = move_form(turns.asks_of(twin.proposal, move))(posted.typed())
    if not is_good:
        notice = form_pages.token_notice(twin_words.label(name, where))
        return _move_page(token, submission, twin, move, form, notice=notice, status=400)
    if not form.validate():
        return _move_page(token, submission, twin, move, form, status=422)
    try:
        return make(token, twin, name, by=BODY, answers=form.answers(), done=twin_words.done(name, where))
    except WrongAnswerError as wrong:
        posted.only_read_from_now()
        form[wrong.name].errors = [wrong.sentence]
        submission = tracking.find(token)
        return _move_page(token, submission, found(submission, number), move, form, status=422)


def _own_move(submission: Submission, twin: Twin, name: str) -> Transition:
    """A move of a body in Ukraine; 404 for any other."""
    if name not in BODY_MOVES or twin_panels.side_of(twin, submission) != pulse.BODY:
        abort(404)
    return twin.proposal.WORKFLOW.transition(name)


def _move_page(
    token: str, submission: Submission, twin: Twin, move: Transition, form: StepForm, *, notice: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    where = twin_words.stage(twin.proposal)
    label = twin_words.label(move.name, where)
    return tracking_acts.draw(
        "public/track_move.html",
        token,
        submission,
        form,
        notice,
        status,
        move=move,
        label=f"{label}: {twin.proposal.heading}",
        what_it_does=twin_words.what_a_yes_does(twin.proposal)
        if move.name == twin_words.BODY_AGREES
        else twin_words.what_it_does(move.name, where),
        at_stake=(),
        beside=(),
    )


def make(token: str, twin: Twin, move: str, *, by: Mover, answers: Mapping[str, str], done: str) -> ResponseReturnValue:
    """Make a move of a twinning for one of its sides, and go back to its page; what came too late changes nothing.

    Raises `WrongAnswerError` where one of the answers cannot be.
    """
    session = db.session()
    proposal = whole.load(session, twin.proposal.id, lock=True)
    try:
        if proposal is None or not any(each.name == move for each in turns.open_to(proposal, by.actor)):
            raise NotPermittedError(move)
        actions.perform(session, proposal, move, by=by, now=utc_now(), answers=answers)
        session.commit()
    except (NotPermittedError, StaleDataError):
        # Somebody was faster; the page then shows how it stands.
        posted.only_read_from_now()
    else:
        flash(done, "success")
    return tracking_acts.back(token)


def _made(token: str, number: int) -> twinning.Document:
    twin = found(tracking.find(token), number)
    if not certificates.has_one(twin.proposal):
        abort(404)
    return certificates.made(twin.proposal, twin.twinning, first=language.current())


def found(submission: Submission, number: int) -> Twin:
    """The twinning that an address names, of whoever owns the page; 404 for any other.

    A page that only shows something of it shows it as its reader was told of it.
    """
    if request.method == "GET":
        before_the_letter.draw_back(submission)
    twin = next((each for each in twins_of(submission) if each.number == number), None)
    if twin is None:
        abort(404)
    return twin

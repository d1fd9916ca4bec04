"""Tasks: what a person has to do about a request or a letter. Reading one, finishing it, handing it on, setting one."""

from __future__ import annotations

import secrets
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.accounts.models import Coordinator
from portal.clock import london_day, utc_now
from portal.dashboard import people, words
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import find, mover
from portal.dashboard.request_page import opened
from portal.extensions import db
from portal.security import needs
from portal.submissions import actions, answering, approvals, kept_back, tasks, whole
from portal.submissions.moves import MoveForm, move_form
from portal.submissions.typed import clean_text
from portal.submissions.work import Task
from portal.submissions.workflow import Answer, Ask, Transition

LONGEST_OUTCOME = 2000
LARGEST = 2**31 - 1
NEW_TASK = Transition(
    "task",
    "Set a task",
    "",
    (),
    "",
    asks=(
        Ask("about", "What is to be done?", Answer.LINE, hint="For example “Ring the secretary about the hall”"),
        Ask("due_on", "By when?", Answer.DATE, hint="For example 14 January 2027, or tomorrow"),
    ),
)
"""What setting a task asks for, as a move would: the same fields, the same rules."""


@blueprint.get("/tasks/<int:task_id>")
@needs("coordinator")
def task(task_id: int) -> str:
    """One task: what, about which request, until when, whose it is."""
    return _page(_find(task_id), "", "")


@blueprint.post("/tasks/<int:task_id>")
@needs("coordinator")
def finish_task(task_id: int) -> str | Response:
    """Write down that it is done. Whoever comes second is told, and nothing is overwritten."""
    found = _find(task_id)
    if found.submission_id is not None:
        # The request first, as everywhere: two who lock the same two rows in turn would wait for each other.
        whole.load(db.session(), found.submission_id, lock=True)
    found = _find(task_id, lock=True)
    outcome = clean_text(request.form.get("outcome", ""))
    if error := _not_by_hand(found):
        return _page(found, outcome, error)
    if len(outcome) > LONGEST_OUTCOME:
        return _page(found, outcome, f"Shorten this to {LONGEST_OUTCOME:,} letters or fewer")
    if found.done_at is None and answering.is_settled_by(found) and _has_changed(found):
        return _page(
            found, outcome, "Something has happened on the request meanwhile. Look at it, then finish the task"
        )
    if not tasks.finish(found, by_id=current_user.id, now=utc_now(), outcome=outcome):
        return _page(found, outcome, "Somebody has finished this task already. What you typed is still here")
    if found.submission is not None and answering.is_settled_by(found):
        answering.settle(db.session(), found.submission, by=mover(), now=utc_now())
    elif found.submission is not None:
        words = "\n".join(part for part in (f"Done: {found.about}", outcome) if part)
        actions.add_note(db.session(), found.submission, words, by=mover(), now=utc_now())
    db.session.commit()
    flash("The task is done.", "success")
    return redirect(_back_from(found), 303)


@blueprint.post("/tasks/<int:task_id>/owner")
@needs("coordinator")
def give_task(task_id: int) -> Response:
    """Give a task to somebody, or back to whoever has its request."""
    found = _find(task_id, lock=True)
    to = request.form.get("to", "")
    person = _somebody(to)
    if request.form.get("was", "") != str(found.coordinator_id or "none"):
        flash("Somebody else has given this task away meanwhile. Look whose it is now.", "error")
    elif person is None and to != "none":
        flash("Choose who does it.", "error")
    elif person is not None and _is_about_their_letters(found, person):
        flash(f"{person.name} wrote these letters, and nobody reads their own. Choose somebody else.", "error")
    else:
        found.coordinator_id = person.id if person else None
        db.session.commit()
        flash(f"It is {person.name}’s task now." if person else "It goes with its request now.", "success")
    return redirect(url_for("dashboard.task", task_id=task_id), 303)


@blueprint.get("/requests/<int:number>/tasks/new")
@needs("coordinator")
def new_task(number: int) -> str:
    """Set a task about a request: what and by when."""
    find(db.session, number)
    return _new_page(number, move_form(NEW_TASK)(), secrets.token_urlsafe(12), str(current_user.id))


@blueprint.post("/requests/<int:number>/tasks/new")
@needs("coordinator")
def set_task(number: int) -> str | Response:
    """Keep the task. Pressed twice, it is one."""
    submission = find(db.session, number)
    form = move_form(NEW_TASK)(request.form)
    once, to = request.form.get("once", "")[:40] or secrets.token_urlsafe(12), request.form.get("to", "")
    if not form.validate():
        return _new_page(number, form, once, to)
    now = utc_now()
    due_on = date.fromisoformat(form.answers()["due_on"])
    if due_on < london_day(now):
        form["due_on"].errors = ["This date has passed. Enter a date that is still to come"]
        return _new_page(number, form, once, to)
    person = _somebody(to)
    tasks.open_task(
        db.session(),
        key=f"by-hand:{number}:{once}",
        reason="by-hand",
        about=form.answers()["about"],
        due_on=due_on,
        now=now,
        submission_id=submission.id,
        coordinator_id=person.id if person else None,
    )
    db.session.commit()
    flash("The task is set. It stands on “My day” until it is done.", "success")
    return redirect(url_for("dashboard.request_page", number=number), 303)


def _find(task_id: int, *, lock: bool = False) -> Task:
    """The task of that number; with `lock` a second press waits until the first is done. 404 for none."""
    found = db.session.get(Task, task_id, with_for_update=lock) if task_id <= LARGEST else None
    if found is None:
        abort(404)
    return found


def _not_by_hand(found: Task) -> str:
    """What finishes a task about letters that have not left; empty for one that is finished by hand."""
    reading = approvals.of_task(found)
    approval = approvals.find(db.session(), reading) if reading is not None and found.done_at is None else None
    if approval is None:
        return ""
    if approval.decided_at is None:
        return "Decide on the letters: that finishes the task"
    return "Send the letters, or say that they are not needed" if kept_back.is_kept_back(approval) else ""


def _is_about_their_letters(found: Task, person: Coordinator) -> bool:
    """Whether a task to read letters would fall to whoever wrote them."""
    reading = approvals.of_task(found)
    approval = approvals.find(db.session(), reading) if reading is not None else None
    return approval is not None and approval.decided_at is None and approval.asked_by_id == person.id


def _has_changed(found: Task) -> bool:
    """Whether its request is another than when the page was drawn: there may be more to settle."""
    return found.submission is not None and request.form.get("version") != str(found.submission.version)


def _page(found: Task, outcome: str, error: str) -> str:
    now = utc_now()
    today = london_day(now)
    known = people.coordinators(db.session, now)
    owner = known.get(found.coordinator_id) if found.coordinator_id else None
    done_by = known.get(found.done_by_id) if found.done_by_id else None
    return render_template(
        "dashboard/task.html",
        task=found,
        due=words.long_day(found.due_on),
        is_late=found.done_at is None and found.due_on < today,
        owner=owner,
        done=words.when(found.done_at, today) if found.done_at else "",
        done_by=done_by.name if done_by else "",
        coordinators=[person for person in known.values() if person.can_take],
        second_reading=approvals.of_task(found),
        not_by_hand=_not_by_hand(found),
        outcome=outcome,
        error=error,
        has_errors=bool(error),
    )


def _new_page(number: int, form: MoveForm, once: str, to: str) -> str:
    now = utc_now()
    return render_template(
        "dashboard/new_task.html",
        submission=find(db.session, number),
        form=form,
        once=once,
        to=to,
        coordinators=[person for person in people.coordinators(db.session, now).values() if person.can_take],
        opened=opened(now),
    )


def _somebody(typed: str) -> Coordinator | None:
    """The coordinator of that number, where work may be given to them."""
    is_number = typed.isascii() and typed.isdigit() and len(typed) < 10
    known = people.coordinators(db.session, utc_now()).get(int(typed)) if is_number else None
    return db.session.get(Coordinator, known.id) if known and known.can_take else None


def _back_from(found: Task) -> str:
    """Where work goes on after a task: its request, else the day."""
    if found.submission_id is not None:
        return url_for("dashboard.request_page", number=found.submission_id)
    return url_for("dashboard.my_day")

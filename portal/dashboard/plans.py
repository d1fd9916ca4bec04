"""Planning many meetings at once: asking for a plan, how far it is, the plan itself, and what is done with its lines.

Only coordinators see plans, never viewers. What is printed is put into words in `plan_page`, the letters are shown in
`plan_asking`; what a plan is and how its pairs are taken up is `planning`’s.
"""

from __future__ import annotations

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from portal import points, settings
from portal.clock import london_day, utc_now
from portal.dashboard import plan_head, plan_page, words
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import mover
from portal.dashboard.plan_form import PlanForm
from portal.extensions import db
from portal.jobs import keeping
from portal.jobs.rows import READY
from portal.planning import plans, shown
from portal.planning.plans import CannotTakeUpError
from portal.reasons import number
from portal.security import needs
from portal.speakers.plan_rows import Plan
from portal.submissions.whole import LARGEST_NUMBER

LOOK_AGAIN = 3
"""Seconds after which a page looks again whether its plan is made."""
JUST_NOW = "Somebody else changed this at the same moment. Look at it again"
GONE = "This line is not in the plan any more."
STAGES = {"waiting": "Waiting", "working": "Being made", "failed": "Not made"}


@blueprint.get("/plans", endpoint="plans")
@needs("coordinator")
def plan_list() -> str:
    """The window of a new plan, and the plans of the last weeks."""
    today = london_day(utc_now())
    first, last = plans.usual_window(db.session(), utc_now())
    return _list_page(PlanForm(today=today, first=first, last=last))


@blueprint.post("/plans")
@needs("coordinator")
def ask_for_plan() -> ResponseReturnValue:
    """Ask for a plan; a second press finds the first one."""
    now = utc_now()
    form = PlanForm(request.form, today=london_day(now))
    if not form.validate():
        return _list_page(form), 422
    plan = plans.ask(db.session(), form.first_on.value, form.last_on.value, current_user.id, now)
    db.session.commit()
    return redirect(url_for("dashboard.plan", plan_id=plan.id), 303)


def _list_page(form: PlanForm) -> str:
    today = london_day(utc_now())
    rows = [
        {
            "url": url_for("dashboard.plan", plan_id=row.id),
            "window": plan_page.span(row.first_on, row.last_on),
            "asked": words.when(row.asked_at, today),
            "state": f"{number(row.served)} found".capitalize() if row.stage == READY else STAGES[row.stage],
        }
        for row in shown.recent(db.session())
    ]
    worth = settings.get(db.session(), points.MEETING)
    return render_template("dashboard/plans.html", form=form, rows=rows, worth=worth)


@blueprint.get("/plans/<int:plan_id>")
@needs("coordinator")
def plan(plan_id: int) -> ResponseReturnValue:
    """How far a plan has come, or the plan."""
    found = find_plan(plan_id)
    today = london_day(utc_now())
    common = {"plan": found, "window": plan_page.window(found), "made": words.when(found.job.asked_at, today)}
    if found.job.stage != READY:
        page = render_template(
            "dashboard/plan_making.html",
            trouble=plan_page.trouble(found.job),
            steps=plan_page.steps(found.job),
            **common,
        )
        answer = make_response(page)
        if not plan_page.trouble(found.job):
            answer.headers["Refresh"] = str(LOOK_AGAIN)
        return answer
    whole = shown.whole(db.session(), found, utc_now())
    return render_template(
        "dashboard/plan.html",
        figures=plan_head.figures(found, whole),
        sentences=plan_head.how_good(found, whole),
        standing=plan_head.standing(whole),
        changed=plan_head.changed(whole),
        pairs=plan_page.pairs(whole.pairs, today),
        left=plan_page.pairs([each for each in whole.left if not plan_page.is_left_to_others(each)], today),
        apart=plan_page.pairs([each for each in whole.left if plan_page.is_left_to_others(each)], today),
        to_ask=len(whole.to_ask),
        in_hand=found.in_hand,
        **common,
    )


@blueprint.post("/plans/<int:plan_id>/again")
@needs("coordinator")
def make_plan_again(plan_id: int) -> Response:
    """Try again what failed, or make a new plan of the same days, as the facts are now."""
    found, now = find_plan(plan_id), utc_now()
    if not keeping.again(found.job, now):
        first = max(found.first_on, london_day(now))
        if found.last_on < first:
            flash("The days of this plan have passed. Choose others.", "error")
            return redirect(url_for("dashboard.plans"), 303)
        found = plans.ask(db.session(), first, found.last_on, current_user.id, now)
    db.session.commit()
    return redirect(url_for("dashboard.plan", plan_id=found.id), 303)


@blueprint.post("/plans/<int:plan_id>/lines")
@needs("coordinator")
def decide_line(plan_id: int) -> Response:
    """Ask the speaker of one line, or another; leave a line out, or put it back: the button says what, and of which."""
    found = find_plan(plan_id)
    act = next((name for name in ("ask", "instead", "leave", "back") if request.form.get(name)), "")
    typed, _, place = request.form.get(act, "").partition("-")
    if not act or not (typed.isascii() and typed.isdigit()) or len(typed) > 9:
        abort(400)
    if act == "ask":
        _ask_one(found, int(typed))
    elif act == "instead":
        if not (place.isascii() and place.isdigit()) or len(place) > 2:
            abort(400)
        _ask_one(found, int(typed), int(place))
    else:
        line = plans.line_of(db.session(), found, int(typed))
        do = plans.leave_out if act == "leave" else plans.take_back_in
        if line is None or not do(line, mover(), utc_now()):
            flash(f"{JUST_NOW}.", "error")
        db.session.commit()
    return redirect(url_for("dashboard.plan", plan_id=plan_id, _anchor=f"line-{typed}"), 303)


def _ask_one(found: Plan, line_id: int, place: int = 0) -> None:
    name, trouble = take_up(found, line_id, place)
    if trouble:
        flash(f"{trouble}.", "error")
    else:
        flash(f"{name} is asked. Their letter is on its way.", "success")


def take_up(found: Plan, line_id: int, place: int = 0) -> tuple[str, str]:
    """Take up one line, with the choice in that place, and commit: the speaker’s name, or why it could not be."""
    try:
        line = plans.line_of(db.session(), found, line_id)
        if line is None:
            raise CannotTakeUpError(GONE.removesuffix("."))
        name = plans.take_up(db.session(), line, mover(), utc_now(), place)
        db.session.commit()
    except CannotTakeUpError as cannot:
        db.session.rollback()
        return "", cannot.sentence
    except (StaleDataError, IntegrityError):
        db.session.rollback()
        return "", JUST_NOW
    return name, ""


def find_plan(plan_id: int) -> Plan:
    """The plan of that number; 404 for none."""
    found = db.session.get(Plan, plan_id) if plan_id <= LARGEST_NUMBER else None
    if found is None:
        abort(404)
    return found

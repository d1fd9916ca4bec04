"""The letters that a plan would send, shown with their readers before anybody is asked: of one line, or of all.

Nothing is written here; asking is `plans`’, and looks at everything once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.clock import london_day, utc_now
from portal.dashboard import asked_alone, plan_page, typed_letters
from portal.dashboard.asked_alone import Alone
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import mover
from portal.dashboard.plan_page import Pair, Person
from portal.dashboard.plans import GONE, find_plan, take_up
from portal.dashboard.typed_letters import TypedLetter
from portal.extensions import db
from portal.jobs.rows import READY
from portal.planning import plans, shown
from portal.planning.plans import CannotTakeUpError
from portal.planning.shown import Shown
from portal.security import needs, tries_out
from portal.speakers.models import SpeakerRequest
from portal.speakers.plan_rows import Plan

MOST = 15
"""So many pairs are asked with one press: a page of more letters is read by nobody."""


@dataclass(frozen=True)
class Asking:
    """One pair with its letters, ready to print.

    `trouble` is why it cannot be asked, `alone` says that somebody new would be asked alone. `is_untold`: we know no
    address of the branch, and nothing is written to it.
    """

    pair: Pair
    person: Person
    letters: tuple[TypedLetter, ...]
    alone: Alone | None
    trouble: str
    is_untold: bool = False

    @property
    def day(self) -> str:
        """The day that they are asked for; another speaker may be asked for another than was proposed."""
        return self.person.day or self.pair.day


@blueprint.get("/plans/<int:plan_id>/lines/<int:line_id>/ask")
@needs("coordinator")
@tries_out
def ask_line(plan_id: int, line_id: int) -> ResponseReturnValue:
    """The letters of one line, with the speaker it proposes or another (`place`)."""
    found = find_plan(plan_id)
    typed = request.args.get("place", "0")
    place = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 3 else 0
    now = utc_now()
    whole = shown.whole(db.session(), found, now) if found.job.stage == READY else shown.Whole()
    row = next((each for each in (*whole.pairs, *whole.left) if each.id == line_id), None)
    asking = _asking(found, row, place, now) if row is not None else None
    if asking is None or asking.trouble:
        flash(f"{asking.trouble}." if asking is not None else GONE, "error")
        return redirect(url_for("dashboard.plan", plan_id=plan_id, _anchor=f"line-{line_id}"))
    return render_template(
        "dashboard/plan_ask.html",
        plan=find_plan(plan_id),
        window=plan_page.window(find_plan(plan_id)),
        asking=asking,
        name="instead" if place else "ask",
        value=f"{line_id}-{place}" if place else str(line_id),
    )


@blueprint.get("/plans/<int:plan_id>/ask-all")
@needs("coordinator")
@tries_out
def ask_all(plan_id: int) -> ResponseReturnValue:
    """Who would be asked for what, with each letter; of many the first ones."""
    found, now = find_plan(plan_id), utc_now()
    if found.job.stage != READY:
        return redirect(url_for("dashboard.plan", plan_id=plan_id), 303)
    rows = shown.whole(db.session(), found, now).to_ask
    all_of_them = [each for each in (_asking(found, row, 0, now) for row in rows[:MOST]) if each is not None]
    return render_template(
        "dashboard/plan_ask_all.html",
        plan=find_plan(plan_id),
        window=plan_page.window(find_plan(plan_id)),
        askings=[each for each in all_of_them if not each.trouble],
        cannot=[each for each in all_of_them if each.trouble],
        later=len(rows[MOST:]),
    )


@blueprint.post("/plans/<int:plan_id>/ask-all")
@needs("coordinator")
def ask_them_all(plan_id: int) -> ResponseReturnValue:
    """Ask them all, each in a transaction of its own."""
    found = find_plan(plan_id)
    rows = shown.whole(db.session(), found, utc_now()).to_ask if found.job.stage == READY else []
    # Only those that stood on the page that was pressed: nobody is asked unseen.
    seen = {typed for typed in request.form.getlist("line") if typed.isascii() and typed.isdigit()}
    asked, troubles = 0, []
    for row in rows:
        if str(row.id) in seen:
            _, trouble = take_up(found, row.id)
            asked += not trouble
            troubles += [trouble] if trouble else []
    if asked:
        flash(
            f"{'One speaker is' if asked == 1 else f'{asked} speakers are'} asked. The letters are on their way.",
            "success",
        )
    for trouble in troubles:
        flash(f"{trouble}.", "error")
    if not asked and not troubles:
        flash("All of them were asked already.", "success")
    return redirect(url_for("dashboard.plan", plan_id=plan_id), 303)


def _asking(found: Plan, row: Shown, place: int, now: datetime) -> Asking | None:
    """A line with its letters; None where nobody stands in that place of it."""
    (pair,) = plan_page.pairs([row], london_day(now))
    people: Iterator[Person] = (each for each in (pair.person, *pair.others) if each is not None)
    person = next((each for each in people if each.place == place), None)
    if person is None:
        return None
    try:
        line = plans.line_of(db.session(), found, row.id)
        if line is None:
            raise CannotTakeUpError(GONE.removesuffix("."))
        letters = plans.letters(db.session(), line, mover(), now, place)
    except CannotTakeUpError as cannot:
        db.session.rollback()
        return Asking(pair, person, (), None, cannot.sentence)
    meeting = db.session.get_one(SpeakerRequest, row.meeting.number)
    alone = asked_alone.asked_alone(db.session(), meeting, str(person.speaker_id), now)
    typed = typed_letters.from_prepared(letters)
    for each in typed:
        each.body = typed_letters.shown(each.body)
    return Asking(pair, person, tuple(typed), alone, "", not meeting.contact_email)

"""Tours on the desk: the list, a new one, its page, and changing what was said of it. Viewers see nothing of them.

What is done about a stop is in `tour_acts`; what a page shows, in `tour_page`.
"""

from __future__ import annotations

from typing import NoReturn

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from portal.clock import london_day, utc_now
from portal.dashboard import tour_page, words
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import me
from portal.dashboard.tour_form import USUAL_MILES, USUAL_REST, TourForm
from portal.extensions import db
from portal.security import needs
from portal.speakers import listing
from portal.speakers.register import INTERPRETER, Speaker
from portal.speakers.tour_rows import Tour
from portal.submissions.forms import FormContext
from portal.submissions.typed import clean_line
from portal.submissions.whole import LARGEST_NUMBER
from portal.touring import keeping

SHOWN = 12
LOOK_AGAIN = 3
"""Seconds after which a page looks again whether its route is worked out."""


class TourChangedError(Exception):
    """The tour has changed since the form was drawn."""


@blueprint.get("/tours")
@needs("coordinator")
def tours() -> str:
    """All tours, the last to begin first."""
    return render_template("dashboard/tours.html", rows=tour_page.rows(keeping.tours(db.session())))


@blueprint.route("/tours/new", methods=["GET", "POST"])
@needs("coordinator")
def new_tour() -> ResponseReturnValue:
    """Who comes, from when to when and from where; without a speaker first of all who."""
    typed = request.values.get("speaker", "")
    if not typed:
        return _who_page()
    speaker = _speaker(typed)
    if speaker is None:
        flash("This speaker cannot go on a tour: choose somebody who has agreed to be in the register.", "error")
        return redirect(url_for("dashboard.new_tour"), 303)
    if request.method == "GET":
        form = TourForm(data={"most_miles": USUAL_MILES, "rest_after": USUAL_REST}, context=_context())
        return _form_page(form, speaker)
    form = TourForm(request.form, context=_context())
    if not form.validate():
        return _form_page(form, speaker), 422
    if not _are_days_free(form, speaker):
        return _form_page(form, speaker), 422
    tour = keeping.begin(db.session(), speaker, form.wanted(), by=me(), now=utc_now())
    db.session.commit()
    flash("The tour is kept. Its route is being worked out.", "success")
    return redirect(url_for("dashboard.tour", tour_id=tour.id), 303)


@blueprint.get("/tours/<int:tour_id>")
@needs("coordinator")
def tour(tour_id: int) -> ResponseReturnValue:
    """The route, what speaks for each stop and against it, and what can be done."""
    return page(find(tour_id))


@blueprint.route("/tours/<int:tour_id>/change", methods=["GET", "POST"])
@needs("coordinator")
def change_tour(tour_id: int) -> ResponseReturnValue:
    """Change the days, the places or the needs. The route is worked out again when somebody asks for it."""
    found = find(tour_id, lock=request.method == "POST")
    if request.method == "GET":
        blank = TourForm(context=_context())
        return _form_page(TourForm.from_raw(blank.typed_of(found), _context()), found.speaker, found)
    form = TourForm(request.form, context=_context())
    if not form.validate():
        return _form_page(form, found.speaker, found), 422
    insist(found)
    if not _are_days_free(form, found.speaker, found):
        return _form_page(form, found.speaker, found), 422
    keeping.change(found, form.wanted())
    commit()
    flash("What you changed is kept. Work the route out again to see what it brings.", "success")
    return redirect(url_for("dashboard.tour", tour_id=tour_id), 303)


@blueprint.post("/tours/<int:tour_id>/solve")
@needs("coordinator")
def solve_tour(tour_id: int) -> ResponseReturnValue:
    """Have the route worked out again."""
    found = find(tour_id, lock=True)
    if keeping.solve(db.session(), found, by=me(), now=utc_now()):
        commit()
        flash("The route is being worked out.", "success")
    return redirect(url_for("dashboard.tour", tour_id=tour_id), 303)


def page(found: Tour, *, status: int = 200) -> ResponseReturnValue:
    """Draw the page of a tour; while its route is being worked out it looks again by itself."""
    shown = tour_page.page(db.session(), found, utc_now())
    answer = make_response(render_template("dashboard/tour.html", tour=found, shown=shown), status)
    if shown.is_being_solved:
        answer.headers["Refresh"] = str(LOOK_AGAIN)
    return answer


def find(tour_id: int, *, lock: bool = False) -> Tour:
    """The tour of that number; 404 for none, and for one whose visitor has left or is hidden."""
    found = keeping.load(db.session(), tour_id, lock=lock) if tour_id <= LARGEST_NUMBER else None
    if found is None:
        abort(404)
    return found


def insist(found: Tour) -> None:
    """Go on only if the tour is as when the form was drawn. Raises `TourChangedError`."""
    if request.form.get("version") != str(found.version):
        raise TourChangedError


def commit() -> None:
    """Commit. Raises `TourChangedError` where somebody else was faster by a moment."""
    try:
        db.session.commit()
    except (StaleDataError, IntegrityError):
        _too_late()


def _too_late() -> NoReturn:
    db.session.rollback()
    raise TourChangedError


@blueprint.errorhandler(TourChangedError)
def tour_changed(error: Exception) -> tuple[str, int]:
    """Two at one tour: nothing was overwritten."""
    db.session.rollback()
    found = find(int((request.view_args or {})["tour_id"]))
    return render_template("dashboard/tour_faster.html", tour=found), 409


def _who_page() -> str:
    """Who comes? The register is searched by name."""
    name = clean_line(request.args.get("q", ""))[:100]
    found = listing.listed(db.session(), listing.Wanted(name=name, state=listing.READY), utc_now()) if name else None
    people = [each for each in found.rows if each.kind != INTERPRETER][:SHOWN] if found else []
    return render_template("dashboard/tour_who.html", name=name, people=people)


def _speaker(typed: str) -> Speaker | None:
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
    found = db.session.get(Speaker, number)
    is_good = found is not None and found.is_in_register and found.confirmed_at is not None
    return found if is_good and found is not None and found.kind != INTERPRETER else None


def _are_days_free(form: TourForm, speaker: Speaker, found: Tour | None = None) -> bool:
    """Whether the visitor is on no other tour on these days, and keeps all meetings; else the form says which."""
    wanted = form.wanted()
    other = keeping.in_the_way(db.session(), speaker, wanted, found)
    outside = keeping.left_outside(found, wanted) if found is not None else []
    if other is not None:
        form.first_on.errors = [f"They are on a tour already from {tour_page.dates(other)}: change that one"]
    elif outside:
        names = "; ".join(f"{stop.request.heading}, {words.long_day(stop.on_date)}" for stop in outside)
        form.last_on.errors = [f"The visitor is asked or booked outside these days: {names}. Settle that first"]
    return other is None and not outside


def _form_page(form: TourForm, speaker: Speaker, found: Tour | None = None) -> str:
    return render_template("dashboard/tour_form.html", form=form, speaker=speaker, tour=found)


def _context() -> FormContext:
    return FormContext(today=london_day(utc_now()))

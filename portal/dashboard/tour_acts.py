"""What a coordinator does about the stops of a tour: out, pinned, kept free, asked, confirmed, neighbours invited.

Nothing is confirmed by itself: each button is a post, carries the version of the page it stands on, and says what came
of it.
"""

from __future__ import annotations

from datetime import date, time

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from portal.clock import london_day, utc_now
from portal.dashboard import tour_page, tour_standing, words
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import mover
from portal.dashboard.tours import commit, find, insist
from portal.extensions import db
from portal.security import needs
from portal.speakers.tour_rows import Tour, TourStop
from portal.submissions.times import understand_time
from portal.submissions.typed import clean_line
from portal.touring import asking, keeping, neighbours
from portal.touring import lines as route_lines

FIXED = "The visitor is asked or booked for that meeting. Settle it on the request’s own page first."
ACTS = ("take-out", "put-back", "pin", "let-go")
DONE = {
    "take-out": "{name} is taken out. Work the route out again to fill the day.",
    "put-back": "{name} may stand on the route again. Work it out again to see.",
    "pin": "{name} stays on its day.",
    "let-go": "{name} may move to another of its days.",
}
CHOOSE = "Tick at least one branch to invite"
ASK_HOST = "Ask the hosting branch whether guests may come, and tick the box"
NOT_YET = "Neighbours can be invited once the visitor has said yes to this meeting."


@blueprint.post("/tours/<int:tour_id>/stops/<int:stop_id>/<act>")
@needs("coordinator")
def change_stop(tour_id: int, stop_id: int, act: str) -> Response:
    """Take a stop out, put it back, pin it, or let it go where it is best."""
    if act not in ACTS:
        abort(404)
    found = find(tour_id, lock=True)
    stop = _stop(found, stop_id)
    insist(found)
    try:
        if act == "take-out":
            keeping.take_out(found, stop)
        elif act == "put-back":
            keeping.put_back(found, stop)
        else:
            keeping.pin(found, stop, is_pinned=act == "pin")
    except keeping.FixedError:
        flash(FIXED, "error")
        return _back(tour_id)
    commit()
    flash(DONE[act].format(name=stop.request.heading), "success")
    return _back(tour_id)


@blueprint.post("/tours/<int:tour_id>/rest")
@needs("coordinator")
def rest_day(tour_id: int) -> Response:
    """Keep a day free of meetings and travel, or let it be used again."""
    found = find(tour_id, lock=True)
    insist(found)
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        abort(400)
    is_rest = request.form.get("keep") == "yes"
    try:
        keeping.rest(found, day, is_rest=is_rest)
    except keeping.FixedError:
        flash(FIXED, "error")
        return _back(tour_id)
    commit()
    name = words.near_day(day, london_day(utc_now()))
    flash(f"{name} {'is kept free' if is_rest else 'may be used'}. Work the route out again to see.", "success")
    return _back(tour_id)


@blueprint.route("/tours/<int:tour_id>/ask", methods=["GET", "POST"])
@needs("coordinator")
def ask_visitor(tour_id: int) -> ResponseReturnValue:
    """What the visitor is asked, to be looked over; then one letter leaves. Each branch hears what it always hears."""
    found = find(tour_id, lock=request.method == "POST")
    stops = asking.to_ask(found)
    if not stops:
        flash("There is nobody left to ask: every stop is asked or settled.", "error")
        return _back(tour_id)
    now = utc_now()
    if request.method == "GET":
        until = asking.last_day_to_answer(db.session(), found, london_day(now))
        return render_template(
            "dashboard/tour_ask.html",
            tour=found,
            lines=route_lines.asked(found, stops, "en"),
            names=[
                (stop.request.heading, url_for("dashboard.request_page", number=stop.submission_id)) for stop in stops
            ],
            until=words.long_day(until),
            gone=tour_standing.gone(found),
            has_address=bool(found.speaker.email),
        )
    insist(found)
    asked, troubles = asking.put(db.session(), found, by=mover(), now=now)
    names = {each.stop.request.heading: each.why for each in troubles}
    commit()
    if asked:
        count = len(asked)
        flash(
            f"{found.speaker.name} is asked about {count} meeting{'' if count == 1 else 's'} in one letter.", "success"
        )
    for name, why in names.items():
        flash(f"{name} was not asked: {why}.", "error")
    return _back(tour_id)


@blueprint.post("/tours/<int:tour_id>/confirm")
@needs("coordinator")
def confirm_stops(tour_id: int) -> Response:
    """Confirm one stop, or all to which the visitor has said yes: each by itself, so that one keeps no other."""
    found = find(tour_id)
    insist(found)
    chosen = request.form.get("stop", "")
    stops = [_stop(found, int(chosen))] if chosen.isdigit() and len(chosen) < 10 else asking.to_confirm(found)
    numbers = [stop.id for stop in stops]
    done, failed = list[tuple[str, str]](), list[tuple[str, str]]()
    for number in numbers:
        name, why = _confirm(tour_id, number)
        (failed if why else done).append((name, why))
    if not chosen:
        again = find(tour_id)
        named = {name for name, _ in failed}
        failed += [
            (each.stop.request.heading, each.why)
            for each in asking.not_confirmed(again)
            if each.stop.request.heading not in named
        ]
    if done:
        flash(f"Confirmed, and both sides are told: {'; '.join(name for name, _ in done)}.", "success")
    for name, why in failed:
        flash(f"Not confirmed: {name}. The reason: {why}.", "error")
    if not numbers and not failed:
        flash("There is nothing to confirm: the visitor has not said yes to any other stop.", "error")
    return _back(tour_id)


def _confirm(tour_id: int, number: int) -> tuple[str, str]:
    """Confirm one stop in a transaction of its own; its name, and why it could not be."""
    stop = _stop(find(tour_id, lock=True), number)
    name = stop.request.heading
    try:
        asking.confirm(
            db.session(),
            stop,
            at=_hour(number),
            is_agreed=request.form.get(f"agreed-{number}") == "yes",
            by=mover(),
            now=utc_now(),
        )
        db.session.commit()
    except asking.CannotConfirmError as cannot:
        db.session.rollback()
        return name, str(cannot)
    except (StaleDataError, IntegrityError):
        db.session.rollback()
        return name, asking.MOVED_ON
    return name, ""


def _hour(number: int) -> time | None:
    return understand_time(clean_line(request.form.get(f"hour-{number}", ""))[:40]).start


@blueprint.route("/tours/<int:tour_id>/stops/<int:stop_id>/neighbours", methods=["GET", "POST"])
@needs("coordinator")
def invite_neighbours(tour_id: int, stop_id: int) -> ResponseReturnValue:
    """Branches near a stop who may be invited, with the letter that they get."""
    found = find(tour_id, lock=request.method == "POST")
    stop = _stop(found, stop_id)
    error = ""
    if request.method == "POST":
        insist(found)
        if not neighbours.has_yes(stop):
            flash(NOT_YET, "error")
            return _back(tour_id)
        numbers = {int(each) for each in request.form.getlist("branch") if each.isdigit() and len(each) < 10}
        names_host = request.form.get("names_host") == "yes"
        by, now = mover(), utc_now()
        lacks_guests = neighbours.is_for_members(stop) and request.form.get("guests") != "yes"
        count = 0
        if not lacks_guests:
            count = neighbours.invite(db.session(), found, stop, numbers, names_host=names_host, by=by, now=now)
        if count:
            commit()
            flash("One letter is on its way." if count == 1 else f"{count} letters are on their way.", "success")
            return _back(tour_id)
        db.session.rollback()
        error = ASK_HOST if lacks_guests else CHOOSE
        found = find(tour_id)
        stop = _stop(found, stop_id)
    return (
        render_template(
            "dashboard/tour_neighbours.html",
            tour=found,
            stop=stop,
            when=words.near_day(stop.on_date, london_day(utc_now())),
            found=neighbours.near(db.session(), found, stop) if neighbours.has_yes(stop) else [],
            invited=[tour_page.invited(each) for each in stop.invitations],
            lacks_host=any(not each.names_host for each in stop.invitations),
            may_invite=neighbours.has_yes(stop),
            is_for_members=neighbours.is_for_members(stop),
            not_yet=NOT_YET,
            error=error,
            error_field="guests" if error == ASK_HOST else "branch",
            has_errors=bool(error),
        ),
        422 if error else 200,
    )


@blueprint.post("/tours/<int:tour_id>/stops/<int:stop_id>/name-host")
@needs("coordinator")
def name_host(tour_id: int, stop_id: int) -> Response:
    """The hosting branch agreed to be named to those who are invited already."""
    found = find(tour_id, lock=True)
    stop = _stop(found, stop_id)
    insist(found)
    neighbours.name_host(db.session(), stop, by=mover(), now=utc_now())
    commit()
    flash(f"{stop.request.heading} is named to them. Who joins gets a letter within minutes.", "success")
    return redirect(url_for("dashboard.invite_neighbours", tour_id=tour_id, stop_id=stop_id), 303)


def _stop(found: Tour, number: int) -> TourStop:
    stop = next((each for each in found.stops if each.id == number), None)
    if stop is None:
        abort(404)
    return stop


def _back(tour_id: int) -> Response:
    return redirect(url_for("dashboard.tour", tour_id=tour_id), 303)

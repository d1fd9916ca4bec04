"""When a coordinator is away and who stands in: their own page about it, and the same for admins about others.

What follows from an absence is decided in `portal.accounts.absence` and where requests and letters are looked after.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import Form
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from portal import typed_back
from portal.accounts import absence
from portal.accounts.models import Coordinator
from portal.clock import london_day, utc_now
from portal.dashboard import people, words
from portal.dashboard.blueprint import blueprint
from portal.dashboard.first_and_last import FirstDay, LastDay
from portal.extensions import db
from portal.security import needs
from portal.submissions.fields import Picked
from portal.submissions.forms import FormContext
from portal.submissions.whole import LARGEST_NUMBER

LONG_OVER = timedelta(days=31)
LONGEST_WITHOUT_A_YEAR = timedelta(days=183)
"""No longer absence over the turn of a year is meant by days without a year: then one of the two is a slip."""
NOBODY = "Nobody: what we promised goes back to the queue in time"


def _reach(begins: date) -> date:
    """Up to when the last day is looked for: as long as the year of the first lasts, or half a year."""
    return max(date(begins.year, 12, 31), begins + LONGEST_WITHOUT_A_YEAR)


class AbsenceForm(Form):
    """From when until when somebody is away, and who stands in."""

    # Somebody who has fallen ill says so afterwards; a day without a year may be meant a year ahead.
    away_from = FirstDay(
        "First day away",
        back=LONG_OVER,
        hint="For example 21 December",
        needed="Enter the first day on which you are away",
        over="Enter a first day that is not long over, with its year if need be",
    )
    away_until = LastDay(
        "Last day away",
        first="away_from",
        reach=_reach,
        hint="For example 4 January",
        needed="Enter the last day on which you are away",
        before="The last day is before the first. Write its year if it is in a later one",
    )
    cover = Picked(
        "Who stands in",
        hint="They get your letters, and your requests and tasks stand on their day",
        says_optional=False,
        choices=[SelectChoice("", NOBODY)],
    )

    def __init__(
        self,
        formdata: Any = None,
        *,
        today: date | None = None,
        colleagues: tuple[tuple[str, str], ...] = (),
        stored: dict[str, str] | None = None,
    ) -> None:
        # A day that was kept before may have passed since: whoever leaves it alone need not change it.
        self.context = FormContext(today=today or date.min, stored=stored or {})
        super().__init__(formdata=formdata, data=stored)
        self.cover.choices = [SelectChoice("", NOBODY), *(SelectChoice(*pair) for pair in colleagues)]

    def validate_away_until(self, field: LastDay) -> None:
        """The last day is not over."""
        if field.value and field.value < self.context.today:
            raise StopValidation("This date has passed. Enter a last day that is not over yet")


typed_back.own_forms.update({"dashboard.absence": AbsenceForm, "dashboard.absence_of": AbsenceForm})


@blueprint.route("/account/absence", methods=["GET", "POST"], endpoint="absence")
@needs("coordinator")
def own_absence() -> str | Response:
    """Say when I am away and who stands in for me, change it, or clear it."""
    return _page(db.session.get_one(Coordinator, current_user.id), url_for("dashboard.account"))


@blueprint.route("/accounts/<int:account_id>/absence", methods=["GET", "POST"])
@needs("admin")
def absence_of(account_id: int) -> str | Response:
    """The same for somebody else, by an admin."""
    person = db.session.get(Coordinator, account_id) if account_id <= LARGEST_NUMBER else None
    if person is None or not person.can_edit:
        abort(404)
    return _page(person, url_for("dashboard.accounts"))


def _page(person: Coordinator, back: str) -> str | Response:
    now = utc_now()
    today = london_day(now)
    known = people.coordinators(db.session, now).values()
    colleagues = tuple((str(each.id), each.name) for each in known if each.can_take and each.id != person.id)
    is_set = bool(said(person, today))
    stored = {
        "away_from": words.long_day(person.away_from) if is_set and person.away_from else "",
        "away_until": words.long_day(person.away_until) if is_set and person.away_until else "",
        "cover": str(person.cover_id or ""),
    }
    form = AbsenceForm(
        request.form if request.method == "POST" else None, today=today, colleagues=colleagues, stored=stored
    )
    if request.method == "POST" and request.form.get("clear") == "yes":
        absence.come_back(person, today)
        return _kept(f"{_who(person)} not away.", back)
    if request.method == "POST" and form.validate():
        cover_id = int(form.cover.value) if form.cover.value else None
        absence.go_away(person, form.away_from.value, form.away_until.value, cover_id)
        return _kept(f"{_who(person)} {said(person, today)} {_covered(cover_id, person, today)}", back)
    return render_template(
        "dashboard/absence.html",
        form=form,
        person=person,
        is_own=person.id == current_user.id,
        is_set=is_set,
        back=back,
    )


def _kept(sentence: str, back: str) -> Response:
    db.session.commit()
    people.forget()
    flash(sentence, "success")
    return redirect(back, 303)


def _who(person: Coordinator) -> str:
    return "You are" if person.id == current_user.id else f"{person.name} is"


def said(person: Coordinator, today: date) -> str:
    """An absence in words, as the end of a sentence: "away from … to …."; empty where there is none or it is over."""
    if person.away_from is None or person.away_until is None or person.away_until < today:
        return ""
    if person.away_from == person.away_until:
        return f"away on {words.long_day(person.away_from)}."
    return f"away from {words.long_day(person.away_from)} to {words.long_day(person.away_until)}."


def _covered(cover_id: int | None, person: Coordinator, today: date) -> str:
    """Who stands in, in words, with a warning where they are away themselves on some of the days."""
    cover = db.session.get(Coordinator, cover_id) if cover_id is not None else None
    if cover is None:
        return "Nobody stands in."
    if cover.away_from and cover.away_until and person.away_from and person.away_until:
        overlaps = cover.away_from <= person.away_until and person.away_from <= cover.away_until
        if overlaps and said(cover, today):
            then = "Then whoever stands in for them does."
            if cover.cover_id in (None, person.id):
                then = (
                    "On days on which both are away nobody is there: what we promised goes back to the queue in time."
                )
            return f"{cover.name} stands in, but is {said(cover, today)} {then}"
    return f"{cover.name} stands in."


def standing_in_for(person: Coordinator, today: date) -> list[str]:
    """The names of those for whom somebody stands in on a day in London."""
    numbers = absence.responsible_ids(db.session, person.id, today) - {person.id}
    known = people.coordinators(db.session, utc_now())
    return sorted(known[number].name for number in numbers if number in known)


def cover_of(person: Coordinator) -> str:
    """The name of whoever stands in; empty for nobody."""
    cover = db.session.get(Coordinator, person.cover_id) if person.cover_id is not None else None
    return cover.name if cover is not None else ""

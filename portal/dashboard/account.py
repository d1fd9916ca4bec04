"""A coordinator's own page, and the list of accounts that an admin keeps."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.accounts import sign_in
from portal.accounts.models import ROLES, Coordinator
from portal.clock import london_day, utc_now
from portal.dashboard import absences, calendars, people
from portal.dashboard.blueprint import blueprint
from portal.extensions import db
from portal.security import needs
from portal.submissions import colleagues
from portal.submissions.whole import LARGEST_NUMBER

ROLE_WORDS = {
    "viewer": "Viewer: sees references, kinds and figures, and no names",
    "coordinator": "Coordinator: looks after requests and writes to branches",
    "admin": "Admin: also keeps settings and accounts",
}
MONEY_WORDS = ". You also handle money: fees, waivers and the letters to treasurers"


@blueprint.get("/account")
@needs("viewer")
def account() -> str:
    """Who is signed in, what they may do, when they are away, which letters they want, how to change the password."""
    person = db.session.get_one(Coordinator, current_user.id)
    can_edit = current_user.can_edit
    now = utc_now()
    today = london_day(now)
    return render_template(
        "dashboard/account.html",
        person=person,
        role=ROLE_WORDS[current_user.role] + (MONEY_WORDS if current_user.can_handle_money else ""),
        absence=absences.said(person, today) if can_edit else "",
        cover=absences.cover_of(person) if can_edit else "",
        stands_in_for=absences.standing_in_for(person, today) if can_edit else [],
        morning=colleagues.morning_time(db.session()) if can_edit else "",
        calendars=calendars.listed(person.id, now) if can_edit else [],
    )


@blueprint.post("/account/digest")
@needs("coordinator")
def switch_digest() -> Response:
    """Switch the letter of the morning on or off."""
    person = db.session.get_one(Coordinator, current_user.id)
    person.digest = request.form.get("digest") == "on"
    db.session.commit()
    words = "You get a letter each morning on which something waits."
    flash(words if person.digest else "You get no letter in the morning any more.", "success")
    return redirect(url_for("dashboard.account"), 303)


@blueprint.get("/accounts")
@needs("admin")
def accounts() -> str:
    """All accounts, active ones first."""
    rows = db.session.scalars(select(Coordinator).order_by(Coordinator.active.desc(), Coordinator.name)).all()
    today = london_day(utc_now())
    return render_template(
        "dashboard/accounts.html",
        rows=rows,
        absences={row.id: words for row in rows if (words := absences.said(row, today))},
        roles=[(role, role.capitalize()) for role in ROLES],
    )


@blueprint.post("/accounts/<int:account_id>")
@needs("admin")
def change_account(account_id: int) -> Response:
    """Change somebody's role, whether they handle money, or close or open their account. Nobody changes their own."""
    row = db.session.get(Coordinator, account_id) if account_id <= LARGEST_NUMBER else None
    if row is None:
        abort(404)
    role = request.form.get("role", "")
    if row.id == current_user.id:
        flash("Another admin must change your own account.", "error")
    elif role not in ROLES:
        flash("Choose a role.", "error")
    else:
        handles_money = {"yes": True, "no": False}.get(request.form.get("money", ""), row.may_handle_money)
        _change(row, role, handles_money=handles_money, is_active=request.form.get("active") == "yes")
        db.session.commit()
        people.forget()
        money = ", handles money" if row.can_handle_money else ""
        flash(f"{row.name}: {row.role}{money}, {'active' if row.active else 'closed'}.", "success")
    return redirect(url_for("dashboard.accounts"), 303)


def _change(row: Coordinator, role: str, *, handles_money: bool, is_active: bool) -> None:
    """Write the change; whoever may do less, or nothing, from now on is signed out everywhere."""
    if (role, handles_money, is_active) == (row.role, row.may_handle_money, row.active):
        return
    row.role, row.may_handle_money = role, handles_money
    if is_active:
        row.active = True
        sign_in.end_all(db.session(), row.id, utc_now())
    else:
        sign_in.close_account(db.session(), row, utc_now())

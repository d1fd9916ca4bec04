"""What is set on the desk: the portal's own settings by admins, the fee table by those who handle money."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from portal import settings as campaign
from portal import typed_back
from portal.affiliations.fees import table
from portal.affiliations.models import FeeBand
from portal.clock import utc_now
from portal.dashboard import fee_form
from portal.dashboard.blueprint import blueprint
from portal.dashboard.fee_form import BODY_TYPES, FeeForm
from portal.extensions import db
from portal.security import needs, needs_money
from portal.submissions.typed import clean_text
from portal.submissions.whole import LARGEST_NUMBER

typed_back.own_forms.update({"dashboard.fee": FeeForm, "dashboard.new_fee": FeeForm})


@blueprint.get("/settings")
@needs("admin")
def settings() -> str:
    """Where everything that can be set is found."""
    return render_template("dashboard/settings.html")


@blueprint.route("/settings/campaign", methods=["GET", "POST"])
@needs("admin")
def campaign_settings() -> str | Response:
    """Reply times and the words that the campaign answers for."""
    stored = campaign.everything(db.session)
    typed = {name: request.form.get(name, str(value)) for name, value in stored.items()}
    errors: dict[str, str] = {}
    if request.method == "POST":
        now = utc_now()
        for name, text in typed.items():
            try:
                text = clean_text(text)
                if campaign.setting(name).read(text) != stored[name]:
                    campaign.put(db.session, name, text, by=current_user.email, now=now)
            except ValueError as wrong:
                errors[name] = str(wrong)
        if not errors:
            db.session.commit()
            flash("The settings are kept.", "success")
            return redirect(url_for("dashboard.campaign_settings"), 303)
        db.session.rollback()
    return render_template(
        "dashboard/campaign_settings.html",
        settings=[(each, typed[each.name], errors.get(each.name, "")) for each in campaign.SETTINGS],
        has_errors=bool(errors),
    )


@blueprint.get("/settings/fees")
@needs("coordinator")
@needs_money
def fees() -> str:
    """The fee table."""
    bands = table(db.session)
    return render_template(
        "dashboard/fees.html",
        bands=[(band, dict(BODY_TYPES)[band.body_type], fee_form.words_of(band)) for band in bands],
    )


@blueprint.route("/settings/fees/new", methods=["GET", "POST"])
@needs("coordinator")
@needs_money
def new_fee() -> str | Response:
    """Add a row to the fee table."""
    form = FeeForm(request.form) if request.method == "POST" else FeeForm()
    if request.method == "POST" and _holds(form, None):
        band = FeeBand()
        form.apply(band)
        db.session.add(band)
        return _saved("The row is added.")
    return render_template("dashboard/fee.html", form=form, band=None)


@blueprint.route("/settings/fees/<int:band_id>", methods=["GET", "POST"])
@needs("coordinator")
@needs_money
def fee(band_id: int) -> str | Response:
    """Change a row of the fee table. Terms that run already keep their fee."""
    band = _band(band_id)
    form = FeeForm(request.form) if request.method == "POST" else fee_form.form_of(band)
    if request.method == "POST" and _holds(form, band):
        form.apply(band)
        return _saved("The row is changed. Fees that were asked for already stay as they are.")
    return render_template("dashboard/fee.html", form=form, band=band)


@blueprint.route("/settings/fees/<int:band_id>/remove", methods=["GET", "POST"])
@needs("coordinator")
@needs_money
def remove_fee(band_id: int) -> str | Response:
    """Ask first, then take a row out of the fee table."""
    band = _band(band_id)
    if request.method == "POST":
        db.session.delete(band)
        return _saved("The row is gone.")
    return render_template(
        "dashboard/fee_remove.html", band=band, kind=dict(BODY_TYPES)[band.body_type], fee=fee_form.words_of(band)
    )


def _holds(form: FeeForm, own: FeeBand | None) -> bool:
    """Whether the row can stand in the table: each answer by itself, and beside the other rows."""
    if not form.validate():
        return False
    sentence = fee_form.clashing(form, table(db.session), own)
    form.up_to_members.errors = [sentence] if sentence else []
    return not sentence


def _saved(words: str) -> Response:
    db.session.commit()
    flash(words, "success")
    return redirect(url_for("dashboard.fees"), 303)


def _band(band_id: int) -> FeeBand:
    band = db.session.get(FeeBand, band_id) if band_id <= LARGEST_NUMBER else None
    if band is None:
        abort(404)
    return band

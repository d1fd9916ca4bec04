"""Pages for signing in and out, and for choosing a new password.

Passwords are checked while no transaction is open: that takes a tenth of a second, and SQLite has one writer.
"""

from __future__ import annotations

import time

import structlog
from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_required

from portal import limits
from portal.accounts import browser, kept, passwords, sign_in
from portal.accounts.forms import ChangePasswordForm, ForgottenPasswordForm, NewPasswordForm, SignInForm
from portal.accounts.models import Coordinator, plain_email
from portal.accounts.next_page import safe_next
from portal.clock import utc_now
from portal.extensions import db
from portal.own_transaction import reading

blueprint = Blueprint("accounts", __name__)
log = structlog.get_logger("portal.accounts")


@blueprint.route("/login", methods=["GET", "POST"], endpoint="sign_in")
def sign_in_page() -> ResponseReturnValue:
    """The sign-in page and its answer; whoever is signed in already goes on."""
    if request.method == "POST":
        return _try_to_sign_in()
    target = safe_next(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(target)
    return _draw_sign_in(SignInForm(formdata=None, next=target))


@blueprint.post("/logout")
@login_required
def sign_out() -> ResponseReturnValue:
    """End the sign-in on the server and empty the session."""
    _end_held_sign_in()
    db.session.commit()
    browser.forget()
    flash(_("You are signed out."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.route("/forgotten-password", methods=["GET", "POST"])
def forgotten_password() -> ResponseReturnValue:
    """Ask for a link to choose a new password. The answer says nothing about who has an account."""
    started = time.monotonic()
    form = ForgottenPasswordForm()
    if not form.validate_on_submit():
        return render_template("accounts/forgotten_password.html", form=form)
    email = plain_email(form.email.data or "")
    limits.refuse_if_over(limits.count("LIMIT_RESET_PER_ADDRESS", "address", _address()))
    limits.refuse_if_over(limits.count("LIMIT_RESET", "account", email))
    sign_in.ask_for_new_password(db.session(), email, utc_now())
    db.session.commit()
    log.info("new_password_asked_for")
    # A letter takes longer to write than none: everybody waits until the same moment.
    time.sleep(max(0.0, current_app.config["RESET_ANSWER_SECONDS"] - (time.monotonic() - started)))
    return render_template("accounts/letter_sent.html")


@blueprint.route("/new-password/<token>", methods=["GET", "POST"])
def new_password(token: str) -> ResponseReturnValue:
    """Choose a new password with the link from a letter. Opening the page spends nothing; the button does."""
    with reading():
        found = sign_in.find_link(db.session(), token, utc_now())
    if found is None:
        return render_template("accounts/link_over.html"), 404
    form = NewPasswordForm()
    if not form.validate_on_submit() or _is_refused(form, found[1].name, found[1].email):
        return render_template("accounts/new_password.html", form=form)
    hashed = passwords.make_hash(form.password.data or "")
    if not sign_in.choose_password(db.session(), token, hashed, utc_now()):
        db.session.rollback()
        return render_template("accounts/link_over.html"), 404
    db.session.commit()
    log.info("password_changed", coordinator_id=found[1].coordinator_id, by="link")
    browser.forget()
    flash(_("Your new password is set. Sign in with it now."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.route("/dashboard/account/password", methods=["GET", "POST"])
@login_required
def change_password() -> ResponseReturnValue:
    """Change one's own password; the present one is asked for, and every other browser is signed out."""
    form = ChangePasswordForm()
    if not form.validate_on_submit():
        return render_template("accounts/change_password.html", form=form)
    coordinator_id: int = current_user.id
    # Nothing was changed so far: the account is let go, so that counting and checking hold up nobody.
    db.session.rollback()
    limits.refuse_if_over(limits.count("LIMIT_SIGN_IN", "change password", str(coordinator_id)))
    with reading():
        credentials = sign_in.credentials_of(db.session(), coordinator_id)
    if credentials is None or not passwords.is_right(credentials.hashed, form.current.data or ""):
        form.current.errors = [_("That is not the password you use now.")]
        return render_template("accounts/change_password.html", form=form)
    if _is_refused(form, credentials.name, credentials.email):
        return render_template("accounts/change_password.html", form=form)
    hashed = passwords.make_hash(form.password.data or "")
    now = utc_now()
    coordinator = db.session.get_one(Coordinator, coordinator_id)
    sign_in.set_password(db.session(), coordinator, hashed, now)
    token = sign_in.open_for(db.session(), coordinator, now)
    db.session.commit()
    limits.forget("LIMIT_SIGN_IN", "change password", str(coordinator_id))
    browser.remember(coordinator, token)
    log.info("password_changed", coordinator_id=coordinator_id, by="owner")
    flash(_("Your password is changed. You are signed out everywhere else."), "success")
    return redirect(safe_next(None), 303)


def ask_to_sign_in() -> ResponseReturnValue:
    """What a stranger gets instead of a private page: the sign-in page, with what they had typed in it."""
    if request.method in ("GET", "HEAD"):
        here = safe_next(request.full_path.rstrip("?"))
        answer = redirect(url_for("accounts.sign_in", next=here))
        if request.headers.get("HX-Request"):
            # A part of a page cannot be a sign-in page: the whole page goes there.
            return Response(status=401, headers={"HX-Redirect": answer.location})
        return answer
    carried = kept.from_refused_page()
    form = SignInForm(formdata=None, next=safe_next(None))
    return _draw_sign_in(form, carried, was_sending=True), 401


def _try_to_sign_in() -> ResponseReturnValue:
    """Check address and password. The answer is the same for a wrong password and for no such account."""
    form = SignInForm()
    carried = kept.from_sign_in_page()
    if not form.validate():
        return _draw_sign_in(form, carried)
    email = plain_email(form.email.data or "")
    # What one address is refused must not count against the account it aims at.
    limits.refuse_if_over(limits.count("LIMIT_SIGN_IN_PER_ADDRESS", "address", _address()))
    limits.refuse_if_over(limits.count("LIMIT_SIGN_IN", "account", email))
    limits.refuse_if_over(limits.count("LIMIT_SIGN_IN_IN_ALL", "in all"))
    password = form.password.data or ""
    with reading():
        credentials = sign_in.credentials_for(db.session(), email)
    is_right = passwords.is_right(credentials.hashed if credentials else None, password)
    begun = sign_in.begin(db.session(), credentials, password, utc_now()) if credentials and is_right else None
    if begun is None:
        db.session.rollback()
        log.info("sign_in_refused", coordinator_id=credentials.coordinator_id if credentials else None)
        form.email.errors = [_("The email address or the password is not right.")]
        return _draw_sign_in(form, carried)
    coordinator, token = begun
    _end_held_sign_in()
    log.info("signed_in", coordinator_id=coordinator.id)
    db.session.commit()
    limits.forget("LIMIT_SIGN_IN", "account", email)
    browser.remember(coordinator, token)
    if carried:
        return render_template("accounts/press_again.html", kept=carried, signed_in_again=True)
    return redirect(safe_next(form.next.data), 303)


def _end_held_sign_in() -> None:
    """End the sign-in that this browser comes with, if any."""
    token = browser.held_token()
    if token:
        sign_in.end(db.session(), token, utc_now())


def _draw_sign_in(form: SignInForm, carried: kept.Kept | None = None, was_sending: bool = False) -> str:
    """Draw the sign-in page."""
    return render_template("accounts/sign_in.html", form=form, kept=carried, was_sending=was_sending)


def _is_refused(form: NewPasswordForm, name: str, email: str) -> bool:
    """Say beside the field why a new password will not do."""
    problem = passwords.problem_with(form.password.data or "", name, email)
    if problem:
        form.password.errors = [problem]
    return problem is not None


def _address() -> str:
    """The network address of the visitor, as far as proxies are trusted."""
    return request.remote_addr or ""

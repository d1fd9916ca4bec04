"""The forms of the pages about signing in."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, Form, HiddenField, PasswordField
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError


class SignInForm(FlaskForm):
    """Address and password, and the page to go on to."""

    email = EmailField(
        _l("Email address"),
        [
            InputRequired(_l("Enter your email address.")),
            Length(max=254, message=_l("That address is too long.")),
        ],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _l("Password"),
        [
            InputRequired(_l("Enter your password.")),
            Length(max=1000, message=_l("That password is too long.")),
        ],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


def is_an_address(_form: Form, field: Field) -> None:
    """Refuse what can be nobody's address: whoever has mistyped theirs would wait for a letter in vain."""
    try:
        validate_email((field.data or "").strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise ValidationError(_l("Enter an email address in the correct format, like name@example.org")) from None


class ForgottenPasswordForm(FlaskForm):
    """The address to send a link to."""

    email = EmailField(
        _l("Email address"),
        [
            InputRequired(_l("Enter your email address.")),
            Length(max=254, message=_l("That address is too long.")),
            is_an_address,
        ],
        render_kw={"autocomplete": "username"},
    )


class NewPasswordForm(FlaskForm):
    """A new password, twice. What it must be like is said in `passwords.problem_with`."""

    password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Enter a new password."))],
        description=_l("At least 12 characters. Three or four words are easy to remember."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("New password again"),
        [EqualTo("password", _l("The two passwords are not the same."))],
        render_kw={"autocomplete": "new-password"},
    )


class ChangePasswordForm(NewPasswordForm):
    """The same for somebody who is signed in, who says the old password first."""

    current = PasswordField(
        _l("Your password now"),
        [InputRequired(_l("Enter the password you use now."))],
        render_kw={"autocomplete": "current-password"},
    )

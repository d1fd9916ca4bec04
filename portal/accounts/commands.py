"""What the command line does with accounts. The click commands themselves are in `portal/commands.py`."""

from __future__ import annotations

from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from flask_babel import force_locale
from sqlalchemy import select

from portal.accounts import passwords
from portal.accounts.models import ROLES, Coordinator, plain_email
from portal.extensions import db


def create_coordinator(
    email: str,
    name: str,
    role: str,
    *,
    now: datetime,
    password: str | None = None,
    may_handle_money: bool = False,
) -> str:
    """Make an account and return its password: the one given, or a random one to print once.

    `now` is aware. Raises `ValueError` with a sentence where something will not do. Does not commit.
    """
    name = " ".join(name.split())
    address = _checked_email(email)
    if role not in ROLES:
        raise ValueError(f"The role must be one of: {', '.join(ROLES)}.")
    if not name or len(name) > 120:
        raise ValueError("Give the person’s name, in at most 120 characters.")
    if db.session.scalar(select(Coordinator.id).where(Coordinator.email == address)) is not None:
        raise ValueError("There is an account with this address already.")
    chosen = password or passwords.make_password()
    if password is not None:
        with force_locale("en"):
            problem = passwords.problem_with(password, name, address)
        if problem:
            raise ValueError(problem)
    db.session.add(
        Coordinator(
            name=name,
            email=address,
            role=role,
            password=passwords.make_hash(chosen),
            password_changed_at=now,
            may_handle_money=may_handle_money,
            created_at=now,
        )
    )
    db.session.flush()
    return chosen


def _checked_email(email: str) -> str:
    """The address in the spelling that is stored; whether letters arrive there is not asked."""
    try:
        return plain_email(validate_email(email.strip(), check_deliverability=False).normalized)
    except EmailNotValidError as error:
        raise ValueError(f"That is not an email address. {error}") from None

"""Coordinators and their sign-ins, as rows, with the questions that decide what a coordinator may do.

Passwords are made and checked in `passwords.py`; signing in and out is in `sign_in.py`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_security import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.extensions import db

VIEWER = "viewer"
COORDINATOR = "coordinator"
ADMIN = "admin"
ROLES = (VIEWER, COORDINATOR, ADMIN)
"""From the least to the most: whoever holds a role may do what those before it may."""


class Rights:
    """What an account may do, wherever its role is known."""

    role: Any
    name: Any
    may_handle_money: Any

    @property
    def initials(self) -> str:
        """One or two letters for the round badge: "MK" for Maria Kovalenko."""
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    @property
    def is_admin(self) -> bool:
        """May change settings and accounts, and take data out."""
        return self.role == ADMIN

    @property
    def can_edit(self) -> bool:
        """May move requests along and write to branches."""
        return self.role in (COORDINATOR, ADMIN)

    @property
    def can_see_contacts(self) -> bool:
        """May see names, addresses and numbers; viewers see references, kinds, states and counts."""
        return self.can_edit

    @property
    def can_handle_money(self) -> bool:
        """May set fees, waive them and change letters to treasurers: admins, and coordinators marked for it."""
        return self.is_admin or (self.can_edit and bool(self.may_handle_money))

    def holds(self, role: str) -> bool:
        """Whether this account may do what `role` may."""
        return ROLES.index(self.role) >= ROLES.index(role)

    def has_role(self, role: object) -> bool:
        """The same question as Flask-Security asks it: the very role, not a greater one."""
        return self.role == getattr(role, "name", role)


class Coordinator(Rights, db.Model, UserMixin):
    """A person with an account. The mixin and the columns it knows let a second factor be added later."""

    __tablename__ = "coordinators"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    # Always in lower case, so that one address is one account.
    email: Mapped[str] = mapped_column(String(254), unique=True)
    # The argon2id hash; empty until the person has chosen a password.
    password: Mapped[str | None] = mapped_column(String(255))
    password_changed_at: Mapped[datetime | None] = mapped_column()
    active: Mapped[bool] = mapped_column(default=True)
    # Stands in the session instead of the id, and is made anew with every new password.
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=lambda: secrets.token_hex(32))
    role: Mapped[str] = mapped_column(String(20), default=VIEWER)
    may_handle_money: Mapped[bool] = mapped_column(default=False)
    # Whether the daily letter about the queue is wanted.
    digest: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(String(2), default="en")
    # Days in London on which the person is away, both included, and who then stands in.
    away_from: Mapped[date | None] = mapped_column()
    away_until: Mapped[date | None] = mapped_column()
    cover_id: Mapped[int | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column()

    __table_args__ = (CheckConstraint("role IN ('viewer', 'coordinator', 'admin')", name="role"),)

    @validates("email")
    def _lower_case(self, key: str, email: str) -> str:
        """Store addresses in one spelling only."""
        return plain_email(email)


@dataclass(frozen=True)
class SignedIn(Rights, UserMixin):
    """Who is signed in, as every page needs to know it: read in one row, and no row of a session."""

    id: int
    name: str
    email: str
    role: str
    may_handle_money: bool
    language: str
    fs_uniquifier: str
    active: bool = True


class SignIn(db.Model):
    """One browser that a coordinator signed in with. The token is in the browser, only its hash is here."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    coordinator_id: Mapped[int] = mapped_column(ForeignKey("coordinators.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column()
    # Written at most once a minute.
    seen_at: Mapped[datetime] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()

    coordinator: Mapped[Coordinator] = relationship()


def plain_email(email: str) -> str:
    """An address as it is stored and looked up."""
    return email.strip().lower()

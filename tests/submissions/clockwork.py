"""A portal whose days pass by hand: requests, coordinators and real passes of the worker at pretended moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Coordinator
from portal.clock import LONDON
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import actions, registry, whole
from portal.submissions.history import Mover
from portal.submissions.models import Submission
from portal.submissions.work import Task
from portal.submissions.workflow import Actor
from portal.worker import Worker

DEMO: dict[str, Any] = {"PORTAL_ENV": "demo", "MAIL_SERVER": ""}
BRANCH = Mover(Actor.BRANCH)


def london(text: str) -> datetime:
    """A moment in London, "2026-11-23 09:00", as the portal has it."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


@dataclass
class Clockwork:
    """One portal and what happens to it."""

    app: Flask

    def coordinator(self, name: str, **facts: Any) -> int:
        """An account; its address is made of the first name."""
        with self.app.app_context():
            person = Coordinator(
                **{
                    "name": name,
                    "email": f"{name.split()[0].lower()}@example.org",
                    "role": "coordinator",
                    "created_at": london("2026-01-05 09:00"),
                    **facts,
                }
            )
            db.session.add(person)
            db.session.commit()
            return person.id

    def away(self, number: int, first: str, last: str, cover: int | None = None) -> None:
        """Somebody goes away, both days included."""
        with self.app.app_context():
            person = db.session.get_one(Coordinator, number)
            person.away_from, person.away_until = date.fromisoformat(first), date.fromisoformat(last)
            person.cover_id = cover
            db.session.commit()

    def request(self, at: str, owner: int | None = None, kind: str = "speaker", **facts: Any) -> int:
        """A request of a branch that arrived at a moment and was given to `owner` in the same minute."""
        with self.app.app_context():
            values: dict[str, Any] = {
                "heading": "NUM Durham Area",
                "contact_name": "Jean Armstrong",
                "contact_email": "jean@example.org",
                "region_slug": "north-east",
                **facts,
            }
            submission = registry.kind(kind).model(**values, consents=[])
            actions.receive(db.session(), submission, now=london(at), by=BRANCH)
            db.session.flush()
            if owner is not None:
                person = db.session.get_one(Coordinator, owner)
                by = Mover(Actor.COORDINATOR, person)
                actions.assign(db.session(), submission, person, by=by, now=london(at))
            db.session.commit()
            return submission.id

    def act(self, number: int, at: str, by: int, move: str = "", **answers: str) -> None:
        """A coordinator makes a move, or writes a note where none is named."""
        with self.app.app_context():
            submission = whole.load(db.session(), number)
            assert submission is not None
            mover = Mover(Actor.COORDINATOR, db.session.get_one(Coordinator, by))
            if move:
                actions.perform(db.session(), submission, move, by=mover, now=london(at), answers=answers)
            else:
                actions.add_note(db.session(), submission, "I rang them.", by=mover, now=london(at))
            db.session.commit()

    def hear(self, number: int, at: str) -> None:
        """The branch writes."""
        with self.app.app_context():
            submission = whole.load(db.session(), number)
            assert submission is not None
            actions.message_from_branch(db.session(), submission, "Any news?", now=london(at))
            db.session.commit()

    def work(self, *moments: str) -> None:
        """One pass of a fresh worker at each moment."""
        for at in moments:
            Worker(self.app, "worker", now=partial(london, at)).one_pass()

    def see(self, number: int, name: str) -> Any:
        """A column of a request."""
        with self.app.app_context():
            return getattr(db.session.scalars(select(Submission).where(Submission.id == number)).one(), name)

    def letters(self, template: str) -> list[tuple[str, str]]:
        """Address and text of the letters of a sort, in the order they were written."""
        with self.app.app_context():
            rows = select(OutboxEmail.to_address, OutboxEmail.text).where(OutboxEmail.template == template)
            return [(row.to_address, row.text) for row in db.session.execute(rows.order_by(OutboxEmail.id))]

    def to(self, template: str) -> list[str]:
        """The addresses to which letters of a sort were written."""
        return [address for address, _ in self.letters(template)]

    def tasks(self, *, are_open: bool = True) -> list[str]:
        """What is to be done, or was."""
        with self.app.app_context():
            is_open = Task.done_at.is_(None) if are_open else Task.done_at.is_not(None)
            return list(db.session.scalars(select(Task.about).where(is_open).order_by(Task.id)))

    def sql(self, statement: str, **values: Any) -> list[Any]:
        """Rows by SQL; what it changes is kept."""
        with self.app.app_context():
            found = db.session.execute(db.text(statement), values)
            rows = [tuple(row) for row in found] if found.returns_rows else []
            db.session.commit()
            return rows

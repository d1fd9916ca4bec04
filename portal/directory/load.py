"""Brings the shipped list of unions into the database; places stay in memory and need no loading."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from portal.directory.models import Union
from portal.directory.tables import read_table


def load_reference_data(session: Session | scoped_session[Session]) -> int:
    """Add or bring up to date the unions of the shipped list, by slug; gives how many were added or changed.

    Unions that coordinators added stay as they are. Running it again changes nothing. It does not commit.
    """
    known = {union.slug: union for union in session.scalars(select(Union))}
    touched = 0
    for position, row in enumerate(read_table("uk_unions"), start=1):
        facts: dict[str, object] = {
            "short_name": row["short_name"].replace("'", "’"),
            "full_name": row["full_name"].replace("'", "’"),
            "aliases": row["aliases"].replace("'", "’"),
            "sectors": row["sectors"],
            "local_unit": row["local_unit"],
            "kind": row["kind"],
            "is_national_affiliate": row["usc_national_affiliate"] == "yes",
            "position": position,
        }
        union = known.get(row["slug"])
        if union is None:
            session.add(Union(slug=row["slug"], **facts))
            touched += 1
        elif changed := {name: value for name, value in facts.items() if getattr(union, name) != value}:
            for name, value in changed.items():
                setattr(union, name, value)
            touched += 1
    session.flush()
    return touched

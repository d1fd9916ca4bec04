"""New rows written at once: one INSERT for each table of theirs, without a flush of the session.

A request that is filed writes rows that wait for each other's numbers. For the session each would be a flush, in which
it asks all that it holds what depends on what; here the order is the caller's. Afterwards the row is an object of the
session like any other: it can be changed, and is undone with its transaction.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Insert, insert, inspect
from sqlalchemy.orm import DeclarativeBase, Mapper, Session, make_transient_to_detached
from sqlalchemy.orm.interfaces import RelationshipDirection
from sqlalchemy.orm.util import identity_key

Row = TypeVar("Row", bound=DeclarativeBase)


class Part(NamedTuple):
    """What of a row stands in one table: the INSERT, and the attribute behind each column."""

    statement: Insert
    attributes: tuple[tuple[str, str], ...]
    gives_number: bool


class Plan(NamedTuple):
    """How rows of a class are written: their parts (the first gives the number), and what stands where nothing is said.

    `others` are the attributes that may hold a whole other row in place of its number.
    """

    parts: tuple[Part, ...]
    number: str
    unsaid: tuple[tuple[str, Any], ...]
    columns: frozenset[str]
    others: frozenset[str]


def made(model: type[Row], **values: Any) -> Row:
    """A row that is not written yet, as its constructor makes it of columns. Raises TypeError for what is no column.

    What a model has as a property in the place of a column is given to that.

    Setting attributes one by one tells the session of each, which matters only to a row that is stored already.
    """
    plan = _plan(model)
    row = model()
    unknown = values.keys() - plan.columns
    for name in [each for each in unknown if isinstance(getattr(model, each, None), property)]:
        setattr(row, name, values.pop(name))
        unknown.discard(name)
    if unknown:
        raise TypeError(f"{model.__name__} has no {', '.join(sorted(unknown))}")
    vars(row).update(values)
    return row


def write(session: Session, row: DeclarativeBase) -> None:
    """Write a new row now and put it into the session, with its number.

    What belongs to it by a collection (the consents of a request) is written by the next flush. A row that was given
    others whole in place of their numbers is left to the session, which knows what to write first.
    """
    plan = _plan(type(row))
    if not vars(row).keys().isdisjoint(plan.others):
        session.add(row)
        session.flush()
        return
    _insert(session, row, plan)
    # The database gave this number a moment ago. If anything in the session bears it, that was written and undone.
    undone = session.identity_map.get(identity_key(instance=row))
    if undone is not None:
        session.expunge(undone)
    make_transient_to_detached(row)
    session.add(row)


def leave(session: Session, row: DeclarativeBase) -> None:
    """Write a new row that nobody asks for again in this transaction: it has its number, and is of no session."""
    _insert(session, row, _plan(type(row)))


def _insert(session: Session, row: DeclarativeBase, plan: Plan) -> None:
    """Write every part of a row; what it does not say itself is the default of the column."""
    given = vars(row)
    for name, value in plan.unsaid:
        if name not in given:
            given[name] = value(None) if callable(value) else value
    connection = session.connection()
    for part in plan.parts:
        written = connection.execute(part.statement, {column: given[name] for column, name in part.attributes})
        if part.gives_number and written.inserted_primary_key is not None:
            given[plan.number] = written.inserted_primary_key[0]


@cache
def _plan(model: type[DeclarativeBase]) -> Plan:
    """Put together once for each class. Raises ValueError for a key of several columns."""
    mapper: Mapper[Any] = inspect(model)
    (number,) = (_attribute(mapper, column) for column in mapper.primary_key)
    parts: list[Part] = []
    unsaid = {_attribute(mapper, column): _default(column) for column in mapper.columns}
    for table in mapper.tables:
        # The first table gives the number, all others take it.
        columns = [column for column in table.columns if parts or not column.primary_key]
        # A kind may keep elsewhere what a column of the base holds for all others: that one holds what stands unsaid.
        left = {column: f"{table.name}.{column.key}" for column in columns if column not in mapper.c.values()}
        unsaid |= {name: _default(column) for column, name in left.items()}
        named = tuple((column.key, left.get(column) or _attribute(mapper, column)) for column in columns)
        parts.append(Part(insert(table), named, gives_number=not parts))
    del unsaid[number]
    if mapper.version_id_col is not None:
        unsaid[_attribute(mapper, mapper.version_id_col)] = 1
    others = [each.key for each in mapper.relationships if each.direction is RelationshipDirection.MANYTOONE]
    return Plan(tuple(parts), number, tuple(unsaid.items()), frozenset(unsaid), frozenset(others))


def _attribute(mapper: Mapper[Any], column: Any) -> str:
    """The name of the attribute that holds a column."""
    return mapper.get_property_by_column(column).key


def _default(column: ColumnElement[Any]) -> Any:
    """What a column holds where nothing is said: a value, or what makes one. None where it has no default."""
    return getattr(getattr(column, "default", None), "arg", None)

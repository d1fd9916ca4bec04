"""Invented sides for the tests of matching. Nothing here is a test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from portal.twinning.sides import BodySide, BranchSide

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def a_branch(number: int = 1, *, days: int = 0, **more: Any) -> BranchSide:
    """A branch that has waited so many days, and of which nothing else is known but what is given."""
    return BranchSide(id=number, waiting_since=NOW - timedelta(days=days), **_frozen(more))


def a_body(number: int = 1, *, days: int = 0, **more: Any) -> BodySide:
    """A confirmed body that has waited so many days, and of which nothing else is known but what is given."""
    return BodySide(id=number, waiting_since=NOW - timedelta(days=days), **_frozen({"is_confirmed": True} | more))


def _frozen(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: frozenset(value) if isinstance(value, set) else tuple(value.items()) if isinstance(value, dict) else value
        for name, value in values.items()
    }

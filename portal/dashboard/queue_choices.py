"""What the queue can be narrowed to: kinds, states and regions, as its lists of choices."""

from __future__ import annotations

from functools import cache

from portal.dashboard import words
from portal.directory import places
from portal.submissions import registry
from portal.submissions.registry import Kind

NOT_FOR_VIEWERS = "ukrainian"
"""The kind of which viewers see nothing."""


def _kinds(for_viewers: bool) -> list[Kind]:
    return [kind for kind in registry.kinds() if not for_viewers or kind.name != NOT_FOR_VIEWERS]


def _within(label: str) -> str:
    """A kind within a sentence: Ukraine keeps its capital letter there."""
    return label if label.startswith("Ukrain") else label.lower()


@cache
def kind_choices(*, for_viewers: bool = False) -> tuple[tuple[str, str], ...]:
    """Every kind that whoever looks may see."""
    return tuple((kind.name, kind.label) for kind in _kinds(for_viewers))


@cache
def region_choices() -> tuple[tuple[str, str], ...]:
    """Every region."""
    return tuple((region.slug, region.name) for region in places.regions())


@cache
def state_choices(*, for_viewers: bool = False) -> tuple[tuple[str, str], ...]:
    """Every state once, by its word; where two states share a word, the kinds are named."""
    labels: dict[str, str] = {}
    kinds: dict[str, list[str]] = {}
    for kind in _kinds(for_viewers):
        for state in kind.workflow.states:
            is_first = state.name == kind.workflow.initial
            label = f"{state.label} or {words.BEING_CHECKED.lower()}" if is_first else state.label
            labels.setdefault(state.name, label)
            kinds.setdefault(state.name, []).append(_within(kind.label))
    shared = [label for label in labels.values() if list(labels.values()).count(label) > 1]
    return tuple(
        (name, f"{label} ({', '.join(kinds[name])})" if label in shared else label) for name, label in labels.items()
    )

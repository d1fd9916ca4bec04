"""What letters name of a first call: the times that both are asked about, the one that is fixed, and its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from portal.twinning import calling
from portal.twinning.models import TwinningProposal


def of(submission: TwinningProposal, language: str) -> Mapping[str, Callable[[], str]]:
    """The facts of a first call in a language; empty texts where no time is offered, or none is fixed."""
    return {
        "call_times": lambda: _times(submission, language),
        "call_when": lambda: _when(submission, language),
        "call_moved_from": lambda: moved_from(submission, language),
        "call_link": lambda: _link(submission),
        "call_ahead": lambda: _ahead(submission, language),
    }


def _times(submission: TwinningProposal, language: str) -> str:
    return "\n".join(f"- {calling.in_words(each, language)}" for each in calling.offered(submission))


def _when(submission: TwinningProposal, language: str) -> str:
    call = calling.call_of(submission)
    return calling.in_words(call.starts_at, language) if call is not None and call.starts_at is not None else ""


def moved_from(submission: TwinningProposal, language: str) -> str:
    """The time that was fixed before, while others are offered in its place; empty otherwise."""
    call = calling.call_of(submission)
    return calling.in_words(call.was_at, language) if call is not None and call.was_at is not None else ""


def _link(submission: TwinningProposal) -> str:
    call = calling.call_of(submission)
    return call.link if call is not None and call.starts_at is not None else ""


def _ahead(submission: TwinningProposal, language: str) -> str:
    """The call that was fixed, and was still to come when they came to where they stand now."""
    call = calling.call_of(submission)
    starts_at = call.starts_at if call is not None else None
    return calling.in_words(starts_at, language) if starts_at and starts_at > submission.state_since else ""

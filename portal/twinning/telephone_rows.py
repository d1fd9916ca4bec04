"""A body in Ukraine without an email address: what a letter would ask it, one of us asks by telephone, as data.

What it answers is noted with moves of the desk. Standard library only: the workflow reads it.
"""

from __future__ import annotations

from portal.submissions.workflow import FollowUp


def _call(name: str, label: str, counted_from: str, states: tuple[str, ...], task: str, only_if: str) -> FollowUp:
    return FollowUp(name, f"Task: {label}", counted_from, 1, states, task=task, only_if=only_if, late=60)


CALLS_BY_TELEPHONE = (
    _call(
        "tell-body-of-branch",
        "tell the body of the branch by telephone",
        "state_since",
        ("proposed",),
        "The body has no email address. Tell it of the branch in the way it called the safest, without a name, and "
        "note its answer on the page of its own registration.",
        "is_body_to_be_asked",
    ),
    _call(
        "introduce-by-telephone",
        "introduce the branch to the body by telephone",
        "state_since",
        ("introduced",),
        "The body has no email address. Tell it who the branch is, ask which of the times offered suit it for the "
        "first call, and note them.",
        "is_body_without_address",
    ),
    _call(
        "pulse-by-telephone",
        "ask the body by telephone how it goes",
        "pulse_asked_on",
        ("twinned",),
        "The body has no email address. Ask it in the way it called the safest how the twinning goes, and note it.",
        "is_body_to_say_how_it_goes",
    ),
)
"""Work for one of us in the place of a letter to the body."""

"""The steps a branch reads are true in every state: what is done has happened, what is "now" goes on now."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.public import progress
from portal.submissions import registry
from portal.submissions.workflow import Turn

CAME = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
DUE = date(2026, 11, 27)
PROMISED = "We will write to you by Friday 27 November 2026"
AFTER_THE_ANSWER = "We go on as soon as you have answered our question"
RESTS = "This rests while you both take a break"

SPEAKER = ("We have your request", "A volunteer has read it", "Finding a speaker", "Speaker confirmed")
TWINNING = (
    "We have your proposal",
    "A volunteer has read it",
    "Looking for a twin",
    "You both say yes",
    "You get to know each other",
    "Twinned",
)
AFFILIATION = (
    "We have your affiliation",
    "A volunteer has read it",
    "Your branch has decided",
    "Your affiliation is accepted",
    "The fee is settled",
    "Affiliated",
)
UKRAINIAN = (
    "We have your registration",
    "Your union has confirmed you",
    "Looking for a twin",
    "You both say yes",
    "You get to know each other",
    "Twinned",
)
PAUSED = "We propose you to nobody while you pause"
OFTEN_WEEKS = "This often takes weeks. We write when we find one"
CARRIED = {"decision": "carried", "decided_on": date(2026, 10, 8)}
GOING = {"decision": "going", "decided_on": date(2026, 12, 10)}

# Kind, state, what else is so, the numbers of the steps that are done, and the present one with its note.
Row = tuple[str, str, dict[str, Any], tuple[int, ...], tuple[str, str] | None]
TABLE: list[Row] = [
    ("speaker", "received", {}, (0,), ("A volunteer reads it", PROMISED)),
    ("speaker", "received", {"read": True}, (0, 1), ("Finding a speaker", PROMISED)),
    ("speaker", "matching", {}, (0, 1), ("Finding a speaker", PROMISED)),
    ("speaker", "offered", {}, (0, 1), ("Somebody is asked to speak", "We tell you as soon as somebody says yes")),
    (
        "speaker",
        "waiting-for-branch",
        {"back": "received", "read": True},
        (0, 1),
        ("Finding a speaker", AFTER_THE_ANSWER),
    ),
    ("speaker", "waiting-for-branch", {"back": "matching"}, (0, 1), ("Finding a speaker", AFTER_THE_ANSWER)),
    ("speaker", "confirmed", {}, (0, 1, 2, 3), None),
    ("speaker", "held", {}, (0, 1, 2, 3), None),
    ("speaker", "closed", {}, (0, 1, 2, 3), None),
    ("twinning", "received", {}, (0,), ("A volunteer reads it", PROMISED)),
    ("twinning", "checked", {}, (0, 1), ("We begin to look for a twin", PROMISED)),
    ("twinning", "seeking", {}, (0, 1), ("Looking for a twin", PROMISED)),
    (
        "twinning",
        "proposed",
        {},
        (0, 1, 2),
        ("You both answer", "Neither side learns a name until both have said yes"),
    ),
    ("twinning", "received", {"read": True}, (0, 1), ("We check your proposal", PROMISED)),
    ("twinning", "waiting", {"back": "received", "read": True}, (0, 1), ("We check your proposal", AFTER_THE_ANSWER)),
    ("twinning", "waiting", {"back": "seeking"}, (0, 1), ("Looking for a twin", AFTER_THE_ANSWER)),
    (
        "twinning",
        "introduced",
        {},
        (0, 1, 2, 3),
        ("You get to know each other", "We have introduced you in both languages"),
    ),
    (
        "twinning",
        "getting-acquainted",
        {},
        (0, 1, 2, 3),
        ("You get to know each other", "Take the time that you both need"),
    ),
    ("twinning", "paused", {"back": "introduced"}, (0, 1, 2, 3), ("You get to know each other", RESTS)),
    ("twinning", "paused", {"back": "getting-acquainted"}, (0, 1, 2, 3), ("You get to know each other", RESTS)),
    ("twinning", "paused", {"back": "twinned"}, (0, 1, 2, 3, 4, 5), None),
    ("twinning", "twinned", {}, (0, 1, 2, 3, 4, 5), None),
    ("twinning", "dormant", {}, (0, 1, 2, 3, 4, 5), None),
    ("twinning", "closed", {}, (0, 1, 2, 3, 4, 5), None),
    ("affiliation", "received", CARRIED, (0, 2), ("A volunteer reads it", PROMISED)),
    ("affiliation", "received", CARRIED | {"read": True}, (0, 1, 2), ("We go through your affiliation", PROMISED)),
    ("affiliation", "received", GOING, (0,), ("A volunteer reads it", PROMISED)),
    ("affiliation", "received", {"decision": "not-yet"}, (0,), ("A volunteer reads it", PROMISED)),
    ("affiliation", "received", GOING | {"read": True}, (0, 1), ("Your branch decides", PROMISED)),
    (
        "affiliation",
        "awaiting-decision",
        GOING,
        (0, 1),
        ("Your branch decides", "After your meeting, please tell us what it decided"),
    ),
    (
        "affiliation",
        "awaiting-payment",
        CARRIED,
        (0, 1, 2, 3),
        ("We wait for the fee", "Our letter about the fee says how and when to pay"),
    ),
    (
        "affiliation",
        "awaiting-payment",
        GOING,
        (0, 1, 3),
        ("We wait for the fee", "Our letter about the fee says how and when to pay"),
    ),
    (
        "affiliation",
        "query",
        CARRIED | {"back": "awaiting-payment"},
        (0, 1, 2, 3),
        ("We wait for the fee", AFTER_THE_ANSWER),
    ),
    (
        "affiliation",
        "query",
        CARRIED | {"back": "received", "read": True},
        (0, 1, 2),
        ("We go through your affiliation", AFTER_THE_ANSWER),
    ),
    (
        "affiliation",
        "query",
        GOING | {"back": "received", "read": True},
        (0, 1),
        ("Your branch decides", AFTER_THE_ANSWER),
    ),
    ("affiliation", "active", CARRIED, (0, 1, 2, 3, 4, 5), None),
    ("affiliation", "active", {"decision": ""}, (0, 1, 2, 3, 4, 5), None),
    ("affiliation", "renewal-due", CARRIED, (0, 1, 2, 3, 4, 5), None),
    ("affiliation", "grace", CARRIED, (0, 1, 2, 3, 4, 5), None),
    ("ukrainian", "received", {}, (0,), ("We ask your union to confirm you", PROMISED)),
    ("ukrainian", "confirmed", {}, (0, 1), ("We prepare the search for a twin", PROMISED)),
    ("ukrainian", "open", {}, (0, 1), ("Looking for a twin", OFTEN_WEEKS)),
    ("ukrainian", "waiting", {"back": "received"}, (0,), ("We ask your union to confirm you", AFTER_THE_ANSWER)),
    ("ukrainian", "paused", {"back": "open"}, (0, 1), ("Looking for a twin", PAUSED)),
]
OFF_THE_ROAD = [
    *(("speaker", name) for name in ("no-match", "declined", "withdrawn", "cancelled")),
    *(("twinning", name) for name in ("ended", "declined", "withdrawn")),
    *(("affiliation", name) for name in ("lapsed", "not-carried", "ended", "declined", "withdrawn")),
    *(("ukrainian", name) for name in ("declined", "withdrawn")),
]
LABELS = {"speaker": SPEAKER, "twinning": TWINNING, "affiliation": AFFILIATION, "ukrainian": UKRAINIAN}


def steps_of(app: Flask, kind: str, state: str, so: dict[str, Any]) -> list[progress.Progress]:
    """The steps of a request that stands in that state."""
    facts = {name: value for name, value in so.items() if name not in ("back", "read")}
    row = registry.kind(kind).workflow.state(state)
    is_ours = row.turn == Turn.US
    submission = registry.kind(kind).model(
        kind=kind,
        state=state,
        turn=row.turn,
        due_on=DUE if is_ours else None,
        resume_state=so.get("back", ""),
        **facts,
    )
    with app.test_request_context("/"):
        return progress.steps(
            submission, [(CAME, registry.kind(kind).workflow.initial)], CAME if "read" in so else None
        )


@pytest.mark.parametrize(("kind", "state", "so", "done", "now"), TABLE)
def test_the_steps_say_what_is_so(
    app: Flask, kind: str, state: str, so: dict[str, Any], done: tuple[int, ...], now: tuple[str, str] | None
) -> None:
    found = steps_of(app, kind, state, so)
    assert [step.label for step in found if step.status == "done"] == [LABELS[kind][number] for number in done]
    present = [(step.label, step.note) for step in found if step.status == "now"]
    assert present == ([now] if now else [])
    # All that is done stands before the present step, and all that is to come after it.
    order = {"done": 0, "now": 1, "todo": 2}
    assert [step.status for step in found] == sorted((step.status for step in found), key=order.__getitem__)
    assert len(found) == len(LABELS[kind])


def test_every_state_of_every_kind_is_proved_here() -> None:
    proved = {(kind, state) for kind, state, *_ in TABLE} | set(OFF_THE_ROAD)
    assert proved == {(kind.name, state.name) for kind in registry.kinds() for state in kind.workflow.states}


def test_what_is_to_come_is_not_told_as_if_it_had_been(app: Flask) -> None:
    to_come = {step.label: step.note for step in steps_of(app, "affiliation", "received", CARRIED)[3:]}
    assert to_come == {
        "Your affiliation is accepted": "We write to you as soon as we have gone through it",
        "The fee is settled": "We write to your treasurer what to pay, and when",
        "Affiliated": "We tell you, and send your treasurer a receipt for the fee",
    }


@pytest.mark.parametrize(("kind", "state"), OFF_THE_ROAD)
def test_a_request_that_left_the_road_shows_no_steps(app: Flask, kind: str, state: str) -> None:
    assert steps_of(app, kind, state, {}) == []


def test_a_step_is_done_on_the_day_on_which_it_was_last_passed(app: Flask) -> None:
    later = [CAME + timedelta(days=number) for number in range(5)]
    states = ("received", "matching", "confirmed", "matching", "confirmed")
    submission = registry.kind("speaker").model(kind="speaker", state="confirmed", turn="nobody", resume_state="")
    with app.test_request_context("/"):
        notes = [step.note for step in progress.steps(submission, list(zip(later, states, strict=True)))]
    assert notes == [
        "Monday 2 November 2026",
        "Tuesday 3 November 2026",
        "Friday 6 November 2026",
        "Friday 6 November 2026",
    ]


def test_a_question_neither_moves_a_step_nor_its_day(app: Flask) -> None:
    entered = [
        (CAME, "received"),
        (CAME + timedelta(days=1), "awaiting-payment"),
        (CAME + timedelta(days=5), "query"),
    ]
    submission = registry.kind("affiliation").model(
        kind="affiliation", state="query", turn="branch", resume_state="awaiting-payment", **CARRIED
    )
    with app.test_request_context("/"):
        notes = {step.label: step.note for step in progress.steps(submission, entered)}
    assert notes["Your affiliation is accepted"] == "Tuesday 3 November 2026"
    assert notes["Your branch has decided"] == "Thursday 8 October 2026"


def test_twins_are_twinned_since_the_day_of_their_agreement(app: Flask) -> None:
    submission = registry.kind("twinning").model(
        kind="twinning", state="twinned", turn="nobody", resume_state="", twinned_on=date(2026, 10, 1)
    )
    with app.test_request_context("/"):
        last = progress.steps(submission, [(CAME, "received"), (CAME, "twinned")])[-2:]
    assert [step.label for step in last] == ["You get to know each other", "Twinned"]
    assert [step.note for step in last] == ["Thursday 1 October 2026"] * 2


def test_the_steps_of_twins_never_run_backwards(app: Flask) -> None:
    submission = registry.kind("twinning").model(
        kind="twinning", state="twinned", turn="nobody", resume_state="", twinned_on=date(2026, 11, 20)
    )
    heard = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    entered = [(CAME, "received"), (CAME, "seeking"), (heard, "introduced"), (heard, "twinned")]
    with app.test_request_context("/"):
        notes = [step.note for step in progress.steps(submission, entered)]
    # We only heard of their yes after they had agreed: no day is better than one behind that.
    assert notes[-3:] == ["", "Friday 20 November 2026", "Friday 20 November 2026"]
    assert notes[0] == "Monday 2 November 2026"

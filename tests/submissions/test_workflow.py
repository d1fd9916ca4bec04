"""Every lifecycle as data: no application, no database."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.affiliations.workflow import WORKFLOW as AFFILIATION
from portal.settings import SETTINGS
from portal.speakers.workflow import WORKFLOW as SPEAKER
from portal.submissions.workflow import BACK, SAME, Actor, State, Tag, Transition, Turn, Workflow
from portal.twinning.workflow import WORKFLOW as TWINNING

SET_BY_NAME = {each.name: each for each in SETTINGS}
# Moves of the worker that no row of a follow-up makes, and what does.
MADE_OTHERWISE = {
    **dict.fromkeys(
        ("branch-moves-meeting", "branch-changes-format", "branch-names-other-days", "days-change-while-asked"),
        "changing.py, with the change",
    ),
    **dict.fromkeys(("branch-changes-details", "we-change-details"), "changing.py, with the change"),
    **dict.fromkeys(("call-fixed", "no-call-time"), "calling.py, once both have ticked"),
    "complete": "reports.py, once both sides have told",
    "reopen": "renewals.py, by a second form",
}
WORKFLOWS = (SPEAKER, TWINNING, AFFILIATION)
STATES = [(flow, state) for flow in WORKFLOWS for state in flow.states]
TRANSITIONS = [(flow, row) for flow in WORKFLOWS for row in flow.transitions]
TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "emails"

# The lifecycles as they were decided: state and whose turn it then is.
DECIDED = {
    "speaker": {
        "received": "us",
        "matching": "us",
        "offered": "speaker",
        "confirmed": "nobody",
        "held": "branch",
        "closed": "nobody",
        "waiting-for-branch": "branch",
        "no-match": "nobody",
        "declined": "nobody",
        "withdrawn": "nobody",
        "cancelled": "nobody",
    },
    "twinning": {
        "received": "us",
        "checked": "us",
        "seeking": "us",
        "proposed": "both-sides",
        "introduced": "both-sides",
        "getting-acquainted": "both-sides",
        "twinned": "nobody",
        "closed": "nobody",
        "waiting": "branch",
        "paused": "nobody",
        "dormant": "us",
        "ended": "nobody",
        "declined": "nobody",
        "withdrawn": "nobody",
    },
    "affiliation": {
        "received": "us",
        "awaiting-decision": "branch",
        "awaiting-payment": "treasurer",
        "active": "nobody",
        "renewal-due": "branch",
        "grace": "branch",
        "lapsed": "nobody",
        "not-carried": "nobody",
        "query": "branch",
        "ended": "nobody",
        "declined": "nobody",
        "withdrawn": "nobody",
    },
}


def name_of(case: tuple[Workflow, State | Transition]) -> str:
    return f"{case[0].kind}:{case[1].name}"


@pytest.mark.parametrize("flow", WORKFLOWS, ids=lambda flow: flow.kind)
def test_states_and_turns_are_the_ones_decided(flow: Workflow) -> None:
    assert {state.name: str(state.turn) for state in flow.states} == DECIDED[flow.kind]


@pytest.mark.parametrize("flow", WORKFLOWS, ids=lambda flow: flow.kind)
def test_every_state_can_be_reached_from_the_first(flow: Workflow) -> None:
    reached = {flow.initial}
    while True:
        more = {row.target for row in flow.transitions if reached & set(row.sources) and row.target not in (BACK, SAME)}
        if more <= reached:
            break
        reached |= more
    assert reached == {state.name for state in flow.states}


@pytest.mark.parametrize("case", STATES, ids=name_of)
def test_a_promise_is_made_exactly_where_it_is_our_turn(case: tuple[Workflow, State]) -> None:
    _, state = case
    assert (state.promise is not None) == (state.turn is Turn.US and not state.is_final)


@pytest.mark.parametrize("case", STATES, ids=name_of)
def test_a_promise_is_the_default_of_its_setting(case: tuple[Workflow, State]) -> None:
    flow, state = case
    name = f"{flow.kind}.{state.name}"
    assert (state.promise is not None) == (name in SET_BY_NAME), "give each promise a setting of the same name"
    if state.promise is not None:
        assert SET_BY_NAME[name].default == state.promise


@pytest.mark.parametrize("case", STATES, ids=name_of)
def test_every_state_has_a_tag_and_a_sentence(case: tuple[Workflow, State]) -> None:
    flow, state = case
    assert state.tag in Tag
    assert len(state.situation) > 10
    assert state.step is None or 0 < state.step <= len(flow.steps)


@pytest.mark.parametrize("case", STATES, ids=name_of)
def test_open_states_can_be_left_and_closed_ones_only_reopened(case: tuple[Workflow, State]) -> None:
    flow, state = case
    moves = {row.name for row in flow.permitted(state.name, Actor.COORDINATOR)}
    if state.is_final:
        assert moves <= {"reopen", "rejoin", "seek-again"}
        assert "reopen" in moves
    else:
        assert moves, f"nobody can move {state.name} on"


@pytest.mark.parametrize("flow", WORKFLOWS, ids=lambda flow: flow.kind)
def test_the_branch_can_leave_every_live_state(flow: Workflow) -> None:
    # A meeting that was held is reported on, and nobody can take it back.
    live = {state.name for state in flow.states if not state.is_final} - {"held"}
    # Once two bodies know each other nothing is withdrawn: the twinning ends, and so does an affiliation.
    ways = [name for name in ("withdraw", "end", "leave") if name in {row.name for row in flow.transitions}]
    left = {way: {name for name in live if flow.is_permitted(way, name, Actor.BRANCH)} for way in ways}
    assert set().union(*left.values()) == live
    # Two who are introduced in letters that have not left withdraw, and afterwards end it: never both.
    either = {"introduced"} if flow.kind == "twinning" else set()
    assert sum(map(len, left.values())) == len(live) + len(either), "there is one way out of each"
    assert {row.unless for row in flow.transitions if row.name in ways and either.intersection(row.sources)} in (
        set(),
        {"is_introduced", "is_introduction_unheard"},
    )


@pytest.mark.parametrize("case", TRANSITIONS, ids=name_of)
def test_every_letter_of_a_move_exists_in_both_languages(case: tuple[Workflow, Transition]) -> None:
    _, row = case
    for notification in row.notify:
        for language in ("en", "uk"):
            path = TEMPLATES / f"{notification.template}.{language}.txt"
            assert path.is_file(), f"write {path.relative_to(TEMPLATES.parent.parent)}: {row.name} sends it"


@pytest.mark.parametrize("case", TRANSITIONS, ids=name_of)
def test_only_the_permitted_may_move(case: tuple[Workflow, Transition]) -> None:
    flow, row = case
    for state in flow.states:
        for actor in Actor:
            expected = state.name in row.sources and actor in row.by
            assert flow.is_permitted(row.name, state.name, actor) is expected
            assert (row in flow.permitted(state.name, actor)) is expected


def test_a_state_that_stands_twice_is_refused() -> None:
    state = State("a", "A", Tag.NEW, Turn.US, "We have it", promise=1)
    with pytest.raises(ValueError, match="stands twice"):
        Workflow("x", "a", (state, state), (), ())


def test_a_transition_to_nowhere_is_refused() -> None:
    state = State("a", "A", Tag.NEW, Turn.US, "We have it", promise=1)
    with pytest.raises(ValueError, match="unknown state b"):
        Workflow("x", "a", (state,), (Transition("go", "Go", "Went", ("a",), "b"),), ())


def test_names_are_kebab_case() -> None:
    names = [thing.name for _, thing in STATES] + [thing.name for _, thing in TRANSITIONS]
    assert [name for name in names if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)] == []


@pytest.mark.parametrize("flow", WORKFLOWS, ids=lambda flow: flow.kind)
def test_what_the_rows_promise_of_the_worker_something_makes(flow: Workflow) -> None:
    promised = {row.name for row in flow.transitions if Actor.WORKER in row.by}
    made = {row.move for row in flow.follow_ups if row.move}
    assert promised - made <= set(MADE_OTHERWISE)

"""Prints docs/workflows.md from the workflow rows: a table and a state diagram for every kind."""

from __future__ import annotations

from portal.submissions import registry
from portal.submissions.registry import Kind
from portal.submissions.workflow import BACK, SAME, FollowUp, Rests, State, Transition


def page() -> str:
    """The whole page, as Markdown with Mermaid diagrams."""
    head = (
        "# Workflows\n\n"
        "Printed from the rows in `portal/*/workflow.py` and `follow_ups.py` by `flask --app wsgi workflows`;\n"
        "`make lint` checks.\n"
        "Whose turn it is decides who is waited for; a promise is a number of working days in London.\n"
        "What comes by itself is counted anew from today's facts whenever somebody asks; it comes once for its day.\n"
    )
    return head + "".join(_kind(kind) for kind in registry.kinds())


def _kind(kind: Kind) -> str:
    workflow = kind.workflow
    parts = [f"\n## {kind.label}\n\n```mermaid\nstateDiagram-v2\n    [*] --> {_id(workflow.initial)}\n"]
    parts += [f'    state "{state.label}" as {_id(state.name)}\n' for state in workflow.states]
    parts += [_arrow(row, source) for row in workflow.transitions for source in row.sources if row.target != BACK]
    parts += [f"    {_id(state.name)} --> [*]\n" for state in workflow.states if state.is_final]
    parts.append(
        "```\n\n| state | word | whose turn | promise | what the branch reads |\n| --- | --- | --- | --- | --- |\n"
    )
    parts += [_state(state) for state in workflow.states]
    parts.append(
        "\n| move | from | to | by | not before | asks | letters |\n| --- | --- | --- | --- | --- | --- | --- |\n"
    )
    parts += [_transition(row) for row in workflow.transitions]
    parts.append("\n| comes by itself | in | when | what | only if | rests |\n| --- | --- | --- | --- | --- | --- |\n")
    parts += [_follow_up(row) for row in workflow.follow_ups]
    return "".join(parts)


def _id(name: str) -> str:
    return name.replace("-", "_")


def _arrow(row: Transition, source: str) -> str:
    target = source if row.target == SAME else row.target
    return f"    {_id(source)} --> {_id(target)}: {row.name}\n"


def _state(state: State) -> str:
    promise = f"{state.promise} days" if state.promise is not None else ""
    promise += f"; {state.promise_note}" if state.promise_note else ""
    return f"| `{state.name}` | {state.label} | {state.turn} | {promise} | {state.situation} |\n"


def _transition(row: Transition) -> str:
    target = {BACK: "where it was before", SAME: "stays there"}.get(row.target, f"`{row.target}`")
    asks = ", ".join(ask.name + ("" if ask.is_required else " (optional)") for ask in row.asks)
    letters = ", ".join(f"`{each.template}` to {each.to}" for each in row.notify)
    sources = ", ".join(f"`{source}`" for source in row.sources)
    day = (row.not_before or (f"until {row.not_after}" if row.not_after else "")).replace("_", " ")
    who = ", ".join(row.by) + (" who handles money" if row.needs_money else "")
    return f"| {row.label} | {sources} | {target} | {who} | {day} | {asks} | {letters} |\n"


RESTS = {
    Rests.AUGUST: "weekends, bank holidays, August",
    Rests.WEEKENDS: "weekends, bank holidays",
    Rests.NEVER: "never",
}


def _follow_up(row: FollowUp) -> str:
    count = abs(row.days)
    days = f"{count} day{'' if count == 1 else 's'} {'before' if row.days < 0 else 'after'}" if row.days else "on"
    when = f"{days} `{row.counted_from}`" + (f", then every {row.every} days" if row.every else "")
    what = ", ".join(f"`{each.template}` to {each.to}" for each in row.notify)
    what = what or (f"the move `{row.move}`" if row.move else f"task: {row.task}")
    only = "; ".join(
        part
        for part in (
            f"`{row.only_if}`" if row.only_if else "",
            f"not `{row.unless}`" if row.unless else "",
            f"the last due of “{row.series}”" if row.series else "",
        )
        if part
    )
    states = ", ".join(f"`{name}`" for name in row.states)
    return f"| {row.label} | {states} | {when} | {what} | {only} | {'' if row.task else RESTS[row.rests]} |\n"

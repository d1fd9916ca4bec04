"""What somebody may write in a letter besides words: names to be filled in, and simple conditions on them.

`faults` reads a text as Jinja does and says in plain sentences, each with its line, whatever is more than
`{{ name }}` and `{% if name %}…{% elif name %}…{% else %}…{% endif %}`. Which names a letter may use is the
caller's to say; nothing here knows letters.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from functools import cache

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

MOST_TAGS = 300
LONGEST_TAG = 15
"""Names and signs within one pair of marks."""
DEEPEST = 8
"""Conditions within conditions."""
CONDITIONS = ("if", "elif", "else", "endif")
EQUAL = frozenset(("eq", "ne"))

_LEFT_OVER = re.compile(r"[{}]")
_TWO_BRACKETS = re.compile(r"\[\[|\]\]")
_OPENED = ("variable_begin", "block_begin")
_CLOSED = ("variable_end", "block_end")

MAY_BE_EMPTY = (
    "{{{{ {name} }}}} is not always known. "
    "Put {{% if {name} %}} before what depends on it, and {{% endif %}} behind it."
)
Fault = tuple[int, str]
"""The line, from 1, and a sentence without it."""


def faults(text: str, names: Collection[str]) -> list[str]:
    """Sentences that name the line for whatever in `text` is not allowed; none where it is a letter's text."""
    found = list(_of_marks(text)) or list(_of_meaning(text, names))
    return [f"Line {line}: {sentence}" for line, sentence in dict.fromkeys(sorted(found))]


def names_in(text: str) -> set[str]:
    """The names that a text fills in or asks for. Raises `TemplateSyntaxError` for what is no letter's text."""
    return {each.name for each in _environment().parse(text).find_all(nodes.Name)}


def always_shows(text: str, name: str) -> bool:
    """Whether `{{ name }}` stands in the text whatever its conditions come to, wherever the name holds something."""
    return _shows(_environment().parse(text).body, name)


def _shows(body: list[nodes.Node], name: str) -> bool:
    """Whether a piece of a text shows the name outside its conditions, or in each part of one that can come."""
    for each in body:
        if isinstance(each, nodes.Output):
            if any(isinstance(part, nodes.Name) and part.name == name for part in each.nodes):
                return True
        elif isinstance(each, nodes.If) and all(_shows(part, name) for part in _parts_where(each, name, holds=True)):
            return True
    return False


def guarded(text: str) -> set[str]:
    """The names that a text shows only where they hold something. Raises as `names_in` does."""
    parsed = _environment().parse(text)
    shown = {part.name for each in parsed.find_all(nodes.Output) for part in each.nodes if isinstance(part, nodes.Name)}
    return {name for name in shown if not list(_bare(parsed.body, name))}


def unguarded(text: str, names: Collection[str]) -> list[str]:
    """Sentences that name the line where one of the names is shown although it may hold nothing."""
    body = _environment().parse(text).body
    found = sorted({(line, name) for name in names for line in _bare(body, name)})
    return [f"Line {line}: {MAY_BE_EMPTY.format(name=name)}" for line, name in found]


def _bare(body: list[nodes.Node], name: str) -> Iterator[int]:
    """The lines on which a piece of a text shows the name also where it holds nothing."""
    for each in body:
        if isinstance(each, nodes.Output):
            yield from (part.lineno for part in each.nodes if isinstance(part, nodes.Name) and part.name == name)
        elif isinstance(each, nodes.If):
            for part in _parts_where(each, name, holds=False):
                yield from _bare(part, name)


def _parts_where(condition: nodes.If, name: str, *, holds: bool) -> Iterator[list[nodes.Node]]:
    """The parts of a condition of which one is taken where the name holds something, or nothing."""
    for each in (condition, *condition.elif_):
        comes_to = _where(each.test, name, holds=holds)
        if comes_to is not False:
            yield each.body
        if comes_to:
            return
    yield condition.else_


def _where(test: nodes.Node, name: str, *, holds: bool) -> bool | None:
    """What a condition comes to where the name holds something, or nothing; None where that is not said."""
    if isinstance(test, nodes.Name):
        return holds if test.name == name else None
    if isinstance(test, nodes.Not):
        inner = _where(test.node, name, holds=holds)
        return None if inner is None else not inner
    if isinstance(test, nodes.And | nodes.Or):
        sides = (_where(test.left, name, holds=holds), _where(test.right, name, holds=holds))
        decisive = isinstance(test, nodes.Or)
        if decisive in sides:
            return decisive
        return None if None in sides else not decisive
    return None


def _of_marks(text: str) -> Iterator[Fault]:
    """Faults that are seen without understanding the text: remarks, loops, marks left over, and far too much."""
    try:
        tokens = list(_environment().lex(text))
    except TemplateSyntaxError as wrong:
        yield wrong.lineno, _does_not_fit(wrong)
        return
    tags = inside = 0
    opened = ""
    conditions: list[int] = []
    for line, kind, value in tokens:
        if kind == "comment_begin":
            yield line, "take out {# … #}. A letter holds no remarks."
        elif kind == "raw_begin":
            yield line, "take out {% raw %}. Only conditions stand between {% and %}."
        elif kind == "data":
            yield from _of_words(line, value)
        elif kind in _OPENED:
            tags, inside, opened = tags + 1, 0, kind
        elif kind in _CLOSED:
            opened = ""
        elif opened and kind != "whitespace":
            inside += 1
            if inside == 1 and opened == "block_begin":
                if value not in CONDITIONS:
                    yield line, f"{{% {value} %}} cannot stand in a letter. {{% if … %}} and its parts can."
                if value == "if":
                    conditions.append(line)
                elif value == "endif" and conditions:
                    conditions.pop()
            if inside == LONGEST_TAG + 1:
                yield line, "too much stands between one pair of marks."
        if len(conditions) > DEEPEST:
            yield line, "there are too many conditions within conditions."
            return
        if tags > MOST_TAGS:
            yield line, f"there are more than {MOST_TAGS} placeholders and conditions."
            return
    for line in conditions[-1:]:
        yield line, "this condition is not closed. Each {% if … %} needs an {% endif %}."


def _of_words(line: int, words: str) -> Iterator[Fault]:
    """Faults of what stands between the marks: half a mark, or two square brackets, which delivery would read."""
    for place in _LEFT_OVER.finditer(words):
        yield (
            line + words.count("\n", 0, place.start()),
            f"“{place[0]}” stands alone. A placeholder looks like {{{{ reference }}}}.",
        )
    for place in _TWO_BRACKETS.finditer(words):
        yield line + words.count("\n", 0, place.start()), f"“{place[0]}” cannot stand in a letter. Take one out."


def _of_meaning(text: str, names: Collection[str]) -> Iterator[Fault]:
    """Faults of what stands between the marks."""
    try:
        parsed = _environment().parse(text)
    except TemplateSyntaxError as wrong:
        yield wrong.lineno, _does_not_fit(wrong)
        return
    yield from _of_body(parsed.body, names)


def _of_body(body: list[nodes.Node], names: Collection[str]) -> Iterator[Fault]:
    for each in body:
        if isinstance(each, nodes.Output):
            for part in each.nodes:
                if not isinstance(part, nodes.TemplateData):
                    yield from _of_value(part, names, in_condition=False)
        elif isinstance(each, nodes.If):
            yield from _of_value(each.test, names, in_condition=True)
            yield from _of_body([*each.body, *each.elif_, *each.else_], names)
        else:
            yield each.lineno, "only {{ a name }} and {% if a name %} can stand in a letter."


def _of_value(value: nodes.Node, names: Collection[str], *, in_condition: bool) -> Iterator[Fault]:
    """Faults of one placeholder or one condition."""
    if isinstance(value, nodes.Name):
        if value.name not in names:
            yield value.lineno, _unknown(value.name, names)
    elif isinstance(value, nodes.Or | nodes.And):
        yield from _of_value(value.left, names, in_condition=in_condition)
        yield from _of_value(value.right, names, in_condition=in_condition)
    elif in_condition and isinstance(value, nodes.Not):
        yield from _of_value(value.node, names, in_condition=True)
    elif in_condition and isinstance(value, nodes.Compare) and all(each.op in EQUAL for each in value.ops):
        for side in (value.expr, *(each.expr for each in value.ops)):
            yield from _of_value(side, names, in_condition=True)
    elif in_condition:
        yield (
            value.lineno,
            "write only a name after {% if, like {% if promise %}. “not”, “and” and “or” may join names.",
        )
    else:
        yield value.lineno, "write only a name between {{ and }}, like {{ reference }}."


def _unknown(name: str, names: Collection[str]) -> str:
    near = difflib.get_close_matches(name, sorted(names), n=1)
    meant = f" Did you mean {{{{ {near[0]} }}}}?" if near else " The page lists all that it can name."
    return f"this letter knows no {{{{ {name} }}}}.{meant}"


def _does_not_fit(wrong: TemplateSyntaxError) -> str:
    """Jinja's complaint in our words; its own are for programmers."""
    said = wrong.message or ""
    if "unknown tag" in said:
        return "{% else %} or {% endif %} stands here without its {% if … %}."
    return "the marks do not fit together. Check that each {{ has its }} and each {% its %}."


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    """Reads texts; nothing is ever rendered with it."""
    return ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)

"""What may stand in a letter beside words: names and simple conditions, and nothing that reaches further."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.emails import grammar, letters
from portal.emails.letters import Wording
from tests.letters import facts

NAMES = frozenset(("branch", "promise", "reference"))

GOOD = (
    "Plain words, 50% of them – and “quotation” marks.",
    "{{ branch }}",
    "{{branch}} and {{ branch or reference }}",
    "Hello{% if branch %} {{ branch }}{% endif %}.",
    "{% if not branch and (promise or reference) %}a{% elif branch != reference %}b{% else %}c{% endif +%}",
    "{% if branch %}\n{% if promise %}\nboth\n{% endif %}\n{% endif %}",
    "# for each of you\n- a list\n- and [one] bracket",
)
ATTACKS = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ branch.__class__ }}",
    "{{ branch['x'] }}",
    "{{ branch|attr('__class__') }}",
    "{{ branch|upper }}",
    "{{ branch() }}",
    "{{ cycler }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ config }}",
    "{{ self }}",
    "{{ self._TemplateReference__context }}",
    "{{ request.environ }}",
    "{{ loop }}",
    "{{ range(999999999) }}",
    "{{ 7*7 }}",
    "{{ '7' }}",
    "{{ 7 }}",
    "{{ true }}",
    "{{ branch ~ promise }}",
    "{{ branch if promise else reference }}",
    "{{ not branch }}",
    "{{ (branch,) }}",
    "{{ branch, promise }}",
    "{{ {'a': branch} }}",
    "{{ _('branch') }}",
    "{% for i in branch %}{{ i }}{% endfor %}",
    "{% for i in range(10**9) %}x{% endfor %}",
    "{% set branch = 'x' %}",
    "{% with x = branch %}{{ x }}{% endwith %}",
    "{% include 'base.en.txt' %}",
    "{% import 'base.en.txt' as b %}",
    "{% from 'base.en.txt' import b %}",
    "{% extends 'base.en.txt' %}",
    "{% block body %}x{% endblock %}",
    "{% macro a() %}x{% endmacro %}",
    "{% call a() %}x{% endcall %}",
    "{% filter upper %}x{% endfilter %}",
    "{% autoescape false %}x{% endautoescape %}",
    "{% raw %}{{ branch }}{% endraw %}",
    "{# nobody reads this #}",
    "{% if branch is defined %}x{% endif %}",
    "{% if branch > promise %}x{% endif %}",
    "{% if branch == 'x' %}x{% endif %}",
    "{% if branch.x %}x{% endif %}",
    "{% if branch in promise %}x{% endif %}",
    "{% if lipsum %}x{% endif %}",
    "[[link:1]]",
    "{private link}",
)
HALVES = (
    "{{ branch",
    "branch }}",
    "{{ branch }",
    "{ branch }}",
    "{{{ branch }}}",
    "{{ }}",
    "{{",
    "{%",
    "{#",
    "%}",
    "{% if %}x{% endif %}",
    "{% if branch %}x",
    "{% if branch %}x{% endif",
    "{% if branch %}{% if promise %}x{% endif %}",
    "x{% endif %}",
    "x{% else %}y",
    "{% endif %}{% if branch %}",
    "{% if branch %}x{% else %}y{% else %}z{% endif %}",
)


@pytest.mark.parametrize("text", GOOD)
def test_words_names_and_conditions_are_a_letter(text: str) -> None:
    assert grammar.faults(text, NAMES) == []


@pytest.mark.parametrize("text", [*ATTACKS, *HALVES])
def test_anything_else_is_refused_with_its_line(text: str) -> None:
    found = grammar.faults(f"First\n{text}", NAMES)
    assert found
    assert all(sentence.startswith("Line 2: ") and sentence.endswith((".", "?")) for sentence in found)


def test_a_name_that_is_nearly_right_is_offered() -> None:
    assert grammar.faults("a\n\n{{ brnach }}", NAMES) == [
        "Line 3: this letter knows no {{ brnach }}. Did you mean {{ branch }}?"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "{% if branch %}" * 5000 + "x" + "{% endif %}" * 5000,
        "{{ branch }}" * 5000,
        "{{ " + " or ".join(["branch"] * 5000) + " }}",
        "{% if " + "not " * 5000 + "branch %}x{% endif %}",
        "{% if " + "(" * 5000 + "branch" + ")" * 5000 + " %}x{% endif %}",
        "{" * 20_000,
    ],
    ids=("deep", "many", "long", "nots", "brackets", "braces"),
)
def test_far_too_much_is_refused_quickly(text: str) -> None:
    assert grammar.faults(text, NAMES)


def test_names_are_found() -> None:
    assert grammar.names_in("{{ branch }}{% if promise %}{{ reference }}{% endif %}") == NAMES


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("{{ branch }}", True),
        ("{% if promise %}{{ branch }}{% endif %}", False),
        ("{% if promise %}{{ branch }}{% else %}{{ branch }}{% endif %}", True),
        ("{% if promise %}{{ branch }}{% elif reference %}x{% else %}{{ branch }}{% endif %}", False),
        ("{% if branch %}x{% else %}y{% endif %}", False),
        ("{{ branch or promise }}", False),
        ("{% if branch %}{{ branch }}{% endif %}", True),
        ("{% if branch %}{{ branch }}{% else %}x{% endif %}", True),
        ("{% if not branch %}x{% else %}{{ branch }}{% endif %}", True),
        ("{% if not branch %}{{ branch }}{% endif %}", False),
        ("{% if promise %}x{{ branch }}{% elif branch %}{{ branch }}{% endif %}", True),
        ("{% if promise %}x{% elif branch %}{{ branch }}{% endif %}", False),
        ("{% if branch or promise %}{{ branch }}{% endif %}", True),
        ("{% if branch and promise %}{{ branch }}{% endif %}", False),
        ("{% if promise and not branch %}x{% else %}{{ branch }}{% endif %}", True),
        ("{% if branch == promise %}{{ branch }}{% endif %}", False),
    ],
)
def test_what_a_letter_shows_in_any_case_is_found(text: str, shows: bool) -> None:
    assert grammar.always_shows(text, "branch") is shows


@given(st.text(alphabet="{}%#branchif endelse.|()[]'_ \n\x00", max_size=60))
def test_whatever_is_let_through_can_be_filled_in(text: str) -> None:
    if not grammar.faults(text, NAMES):
        known = dict.fromkeys(NAMES, "x")
        letter = letters.tried(Wording("subject", text), "en", known)
        assert letter.link_ids == ()


@pytest.mark.parametrize("language", letters.LANGUAGES)
@pytest.mark.parametrize("name", tuple(facts.letters()))
def test_our_own_letters_keep_to_it(name: str, language: str) -> None:
    words = letters.shipped(name, language)
    known = facts.standard(name, language)
    assert grammar.faults(words.subject, set(known)) == []
    assert grammar.faults(words.body, set(known)) == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("{% if name %}{{ name }}{% endif %}", []),
        ("Dear\n{{ name }} has said yes.", [2]),
        ("{% if not name %}Nobody{% else %}{{ name }}{% endif %}", []),
        ("{% if not name %}\n{{ name }}\n{% endif %}", [2]),
        ("{% if name and other %}{{ name }}{% endif %}", []),
        ("{% if name or other %}{{ name }}{% endif %}", [1]),
        ("{% if other %}{% if name %}{{ name }}{% endif %}{% endif %}", []),
        ("{% if other %}{{ other }}{% elif name %}{{ name }}{% endif %}", []),
        ("{{ other }}", []),
    ],
)
def test_a_name_that_may_hold_nothing_stands_in_its_condition(text, lines):
    found = grammar.unguarded(text, {"name"})
    assert [sentence.partition(":")[0] for sentence in found] == [f"Line {line}" for line in lines]
    assert all("{{ name }} is not always known. Put {% if name %} before" in sentence for sentence in found)
    assert ("name" in grammar.guarded(text)) == (not lines and "{{ name }}" in text)

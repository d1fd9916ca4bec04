"""The steps of all kinds: what they need, what they say, and that no text whatever breaks them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.submissions import registry
from portal.submissions.fields import Line, Tick
from portal.submissions.forms import FormStep, StepForm
from portal.submissions.moves import MoveForm, move_form
from portal.submissions.workflow import Transition
from portal.submissions.you import You
from portal.submissions.your_branch import YourBranch
from tests.submissions.entries import ANSWERS, context, day

STEPS = [
    pytest.param(kind.name, step, id=f"{kind.name}-{step.name}") for kind in registry.kinds() for step in kind.steps
]
MOVES = [
    pytest.param(kind.name, row, id=f"{kind.name}-{row.name}")
    for kind in registry.kinds()
    for row in kind.workflow.transitions
]


@pytest.fixture(autouse=True)
def words(app: Flask) -> Iterator[None]:
    """A place where sentences can be said."""
    with app.app_context():
        yield


def filled(step: type[StepForm], raw: dict[str, Any], **more: Any) -> StepForm:
    """A step, filled in and validated."""
    form = step.from_raw(raw, context(**more))
    form.validate()
    return form


def sentences(form: StepForm) -> dict[str, str]:
    """What is said, by field."""
    return {str(name): str(errors[0]) for name, errors in form.errors.items()}


def test_every_kind_has_four_steps_in_one_order() -> None:
    for kind in registry.of_branches():
        names = [step.name for step in kind.steps]
        assert len(names) == 4
        assert (names[0], names[-1]) == ("your-branch", "you")
    assert [kind.name for kind in registry.of_branches()] == ["speaker", "twinning", "affiliation"]
    assert [step.name for step in registry.kind("ukrainian").steps] == ["organisation", "together", "reach", "trust"]


@pytest.mark.parametrize(("kind", "step"), STEPS)
def test_no_form_shares_with_another_what_was_typed_or_said(kind: str, step: FormStep) -> None:
    untouched = [(each.data, each.raw_data, str(each.label.text), each.needed) for each in step.form(context=context())]
    first = filled(step.form, {each.short_name: "nothing that fits" for each in step.form(context=context())})
    for each in first:
        each.label.text, each.needed = "Other words", "Say something"
        assert each._form is first
    second = step.form(context=context())
    assert [(each.data, each.raw_data, str(each.label.text), each.needed) for each in second] == untouched
    assert not second.errors
    assert all(each._form is second and each.meta is second.meta for each in second)


@pytest.mark.parametrize(("kind", "step"), STEPS)
def test_every_field_ends_where_its_column_ends(kind: str, step: FormStep) -> None:
    columns = registry.kind(kind).model.__mapper__.columns
    for name, field in step.form(context=context())._fields.items():
        if name in step.form.FACTS_APART or not isinstance(field, Line) or name not in columns:
            continue
        length = getattr(columns[name].type, "length", None)
        assert length is None or field.most <= length, name


@pytest.mark.parametrize(("kind", "step"), STEPS)
def test_every_answer_has_a_column(kind: str, step: FormStep) -> None:
    form = filled(step.form, ANSWERS[kind]()[step.name])
    assert not form.errors
    model = registry.kind(kind).model
    # What is sealed has a property in the place of the column.
    columns = set(model.__mapper__.columns.keys())
    sealed = {name.removeprefix("sealed_") for name in columns if name.startswith("sealed_")}
    assert set(form.cleaned()) <= columns | sealed


@pytest.mark.parametrize(("kind", "step"), STEPS)
def test_nothing_is_required_by_the_browser(kind: str, step: FormStep) -> None:
    form = step.form(context=context())
    assert not any(field.flags.required for field in form)
    assert all("required" not in str(field()) for field in form)


def test_sending_needs_little() -> None:
    assert sentences(filled(YourBranch, {})) == {
        "union": "Choose your union, or write its name in the next box",
        "region_slug": "Enter your town or postcode above, or choose your region",
    }
    other = filled(YourBranch, {"union": "other", "town": "Durham"})
    assert sentences(other) == {"union": "Write the name of your organisation in the next box"}
    assert filled(YourBranch, {"union": "other", "union_text": "Pit Choirs", "town": "Durham"}).errors == {}
    you = registry.kind("speaker").step("you").form
    assert sentences(filled(you, {})) == {
        "contact_name": "Enter your name",
        "contact_email": "Enter your email address",
    }
    assert sentences(filled(registry.kind("speaker").step("meeting").form, {})) == {
        "date_1": "Enter the date of your meeting. If it is open, a rule further down is enough"
    }
    for kind in registry.of_branches():
        for step in kind.steps[1:-1]:
            if step.name != "meeting":
                assert filled(step.form, {}).errors == {}


def test_the_region_is_asked_for_only_where_nothing_says_it() -> None:
    assert "region_slug" not in [field.short_name for field in YourBranch(context=context())]
    assert "region_slug" in [field.short_name for field in YourBranch(context=context(by_hand=True))]
    newport = filled(YourBranch, {"union": "unison", "town": "Newport"})
    assert sentences(newport) == {"region_slug": "There is more than one Newport. Choose your region"}
    assert "region_slug" in [field.short_name for field in newport]
    chosen = filled(YourBranch, {"union": "unison", "town": "Newport", "region_slug": "wales"})
    assert not chosen.errors
    assert chosen.cleaned()["region_slug"] == "wales"
    unknown = filled(YourBranch, {"union": "unison", "town": "Nether Wherever"})
    assert "Nether Wherever" in sentences(unknown)["region_slug"]
    in_words = filled(YourBranch, {"union": "unison", "town": "Nether Wherever", "region_slug": "Yorks"})
    assert in_words.cleaned()["region_slug"] == "yorkshire-and-the-humber"
    by_hand = filled(YourBranch, {"union": "unison"}, by_hand=True)
    assert not by_hand.errors


def test_unions_are_found_by_whatever_name() -> None:
    for raw in (
        {"union": "prospect"},
        {"union": "Bectu"},
        {"union_text": "bectu"},
        {"union": "other", "union_text": "BECTU"},
    ):
        form = filled(YourBranch, {**raw, "postcode": "E17"})
        assert not form.errors, sentences(form)
        assert isinstance(form, YourBranch)
        union = form.found_union()
        assert union is not None
        assert union.slug == "prospect"


def test_a_telephone_number_is_needed_only_where_somebody_travels() -> None:
    you = registry.kind("speaker").step("you").form
    raw = {"contact_name": "Jean", "contact_email": "jean@example.org"}
    for chosen, said in (("online", False), ("either", False), ("in-person", True)):
        form = filled(you, raw, answers={"meeting": {"meeting_format": chosen}})
        assert ("contact_phone" in form.errors) is said
    assert "reach you on the day" in sentences(form)["contact_phone"]
    assert not filled(you, raw, answers={"meeting": {"meeting_format": "in-person"}}, by_hand=True).errors


def test_by_hand_an_email_or_a_telephone_number_is_needed() -> None:
    you = registry.kind("twinning").step("you").form
    assert "contact_email" in filled(you, {"contact_name": "Jean"}, by_hand=True).errors
    assert not filled(you, {"contact_name": "Jean", "contact_phone": "0191 498 0171"}, by_hand=True).errors


def test_consent_names_its_recipient_and_is_never_ticked_before() -> None:
    said = {}
    for kind in registry.of_branches():
        form = kind.step("you").form(context=context())
        assert isinstance(form, You)
        assert not form.share.data
        assert not form.wants_newsletter.data
        said[kind.name] = str(form.share.label.text)
    assert "speaker of our meeting" in said["speaker"]
    assert "Ukrainian union body" in said["twinning"]
    assert "own union" in said["affiliation"]


def test_a_motion_was_carried_before_today_or_comes_after() -> None:
    for kind in ("twinning", "affiliation"):
        decision = registry.kind(kind).step("decision").form
        assert filled(decision, {"decision": "carried", "decided_on": "15 Oct"}).cleaned()["decided_on"] == day(
            "2026-10-15"
        )
        assert filled(decision, {"decision": "going", "decided_on": "15 Oct"}).cleaned()["decided_on"] == day(
            "2027-10-15"
        )
        assert (
            "still to come"
            in sentences(filled(decision, {"decision": "carried", "decided_on": "1/1/27"}))["decided_on"]
        )
        assert "has passed" in sentences(filled(decision, {"decision": "going", "decided_on": "1/1/26"}))["decided_on"]


anything = st.text(alphabet=st.characters(codec=None, categories=None), max_size=40)
odd = st.sampled_from(
    ["=1+1", "{{7*7}}", "<script>", "\x00", "\u202e", "'; DROP TABLE", "x" * 5000, "-1", "yes", "carried"]
)


@pytest.mark.parametrize(("kind", "step"), STEPS)
@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_text_whatever_breaks_a_step(kind: str, step: FormStep, data: st.DataObject) -> None:
    names = list(step.form(context=context()).data)
    raw = data.draw(st.dictionaries(st.sampled_from(names), anything | odd | st.lists(anything, max_size=3)))
    form = filled(step.form, raw)
    kept = form.raw()
    assert filled(step.form, kept).raw() == kept
    for name, text in raw.items():
        if isinstance(text, str) and isinstance(kept[name], str) and text and kept[name] != "yes":
            assert kept[name] == text or name.startswith("date_") or isinstance(form[name], Tick)
    if form.validate():
        assert form.cleaned()
    form.summary()


@pytest.mark.parametrize(("kind", "transition"), MOVES)
@given(data=st.data())
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_move_has_a_form_that_nothing_breaks(kind: str, transition: Transition, data: st.DataObject) -> None:
    form_class = move_form(transition)
    assert move_form(transition) is form_class
    # Two rows may ask for the same thing, each in its own case.
    names = list(dict.fromkeys(ask.name for ask in transition.asks))
    raw = {name: data.draw(anything | odd) for name in names}
    form = form_class.from_raw(raw, context())
    form.validate()
    assert isinstance(form, MoveForm)
    answers = form.answers()
    assert set(answers) == set(names)
    empty = form_class(context=context())
    assert [ask.name for ask in transition.asks if ask.is_required and ask.answer != "language"] == [
        name for name in names if not empty.validate() and name in empty.errors
    ]

"""The macros keep their contract: ids, descriptions, links of errors, nothing that browsers would judge."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from wtforms import (
    BooleanField,
    Form,
    FormField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.fields import EmailField, SelectChoice
from wtforms.validators import DataRequired, Length

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
MANY = [SelectChoice(str(n), f"Union {n}") for n in range(21)]


class DateParts(Form):
    day = StringField("Day")
    month = StringField("Month")
    year = StringField("Year")


class Meeting(Form):
    title = StringField("Title", [DataRequired("Enter a title")], description="As on the notice")
    email = EmailField("Email")
    people = IntegerField("How many people?")
    word = PasswordField("Password")
    kind = RadioField(
        "Kind",
        [DataRequired("Choose a kind")],
        choices=[SelectChoice("a", "Branch meeting", {"hint": "One branch"}), SelectChoice("b", "Public")],
    )
    topics = SelectMultipleField(
        "Topics",
        choices=[SelectChoice("1", "Mines"), SelectChoice("0", "None", {"data-behaviour": "exclusive"})],
        widget=widgets.ListWidget(),
        option_widget=widgets.CheckboxInput(),
    )
    consent = BooleanField("You may pass on my name", [DataRequired("Tick the box")])
    notes = TextAreaField("Notes", [Length(max=500)])
    union = SelectField("Union", choices=[*MANY, SelectChoice("u", "Unite", {"data-aliases": "TGWU"})])
    region = SelectField("Region", choices=[SelectChoice("n", "North", optgroup="England")])
    decide = FormField(DateParts, "Decide by")


@pytest.fixture(scope="module")
def environment() -> Environment:
    """Jinja as the application sets it up, without the application."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
    )
    made.install_null_translations(newstyle=True)
    made.globals["asset_url"] = lambda name: f"/static/{name}"
    made.globals["csrf_token"] = lambda: "token"
    return made


def draw(environment: Environment, call: str, **values: object) -> BeautifulSoup:
    """Render one call of a macro."""
    source = (
        "{% from 'macros/forms.html' import field, error_summary, trap, button, csrf %}"
        "{% from 'macros/page.html' import status_tag, summary_list, pills %}{{ " + call + " }}"
    )
    return BeautifulSoup(environment.from_string(source).render(**values), "html.parser")


def one(soup: BeautifulSoup, selector: str) -> Tag:
    """Return the only element that a selector finds."""
    found = soup.select(selector)
    assert len(found) == 1, (selector, str(soup))
    return found[0]


def test_hint_and_error_are_named_in_the_description(environment: Environment) -> None:
    form = Meeting(data={"email": "<b>&"})
    form.validate()
    soup = draw(environment, "field(form.title)", form=form)
    control = one(soup, "input#title")
    assert control["aria-describedby"] == "title-hint title-error"
    assert control["aria-invalid"] == "true"
    assert one(soup, "#title-hint").text == "As on the notice"
    assert "Enter a title" in one(soup, "#title-error").text
    assert one(draw(environment, "field(form.email)", form=form), "input")["value"] == "<b>&"


def test_every_link_of_the_summary_lands_on_a_control(environment: Environment) -> None:
    form = Meeting()
    form.validate()
    form.decide.form.month.errors = ["Enter a month from 1 to 12"]
    summary = draw(environment, "error_summary(form)", form=form)
    links = {str(link["href"])[1:]: link.text for link in summary.select("a")}
    assert links["decide-month"] == "Enter a month from 1 to 12"
    names = [name for name, field in form._fields.items() if field.errors]
    assert len(links) == len(names)
    page = BeautifulSoup(
        "".join(str(draw(environment, f"field(form.{name})", form=form)) for name in names), "html.parser"
    )
    for target in links:
        assert one(page, f"#{target}").name in ("input", "select", "textarea")


def test_groups_have_a_legend_and_their_first_option_has_the_id(environment: Environment) -> None:
    form = Meeting()
    soup = draw(environment, "field(form.kind)", form=form)
    assert one(soup, "fieldset > legend").text.strip() == "Kind"
    assert [option["id"] for option in soup.select("input[type=radio]")] == ["kind", "kind-2"]
    assert one(soup, "#kind-item-hint").text == "One branch"
    soup = draw(environment, "field(form.topics)", form=form)
    assert [option["value"] for option in soup.select("input[type=checkbox]")] == ["1", "0"]
    assert one(soup, "#topics-2")["data-behaviour"] == "exclusive"


def test_a_date_in_three_boxes(environment: Environment) -> None:
    soup = draw(environment, "field(form.decide, optional=true)", form=Meeting())
    assert [box["id"] for box in soup.select("input")] == ["decide-day", "decide-month", "decide-year"]
    assert "(optional)" in one(soup, "legend").text


def test_long_lists_become_pickers_and_short_ones_do_not(environment: Environment) -> None:
    long = draw(environment, "field(form.union)", form=Meeting())
    assert one(long, "select").has_attr("data-picker")
    assert one(long, "option[value=u]")["data-aliases"] == "TGWU"
    assert one(long, "script")["src"] == "/static/picker.js"
    short = draw(environment, "field(form.region)", form=Meeting())
    assert not one(short, "select").has_attr("data-picker")
    assert one(short, "optgroup")["label"] == "England"
    assert not short.select("script")


def test_a_textarea_with_a_limit_counts(environment: Environment) -> None:
    soup = draw(environment, "field(form.notes)", form=Meeting(data={"notes": "</textarea><b>"}))
    assert one(soup, ".govuk-character-count")["data-maxlength"] == "500"
    # Browsers drop one line break after the tag; the macro writes it so that typed ones survive.
    assert one(soup, "textarea").text == "\n</textarea><b>"
    assert one(soup, "#notes-info").text == "You can enter up to 500 characters"


def test_a_single_tick_box(environment: Environment) -> None:
    soup = draw(environment, "field(form.consent)", form=Meeting(data={"consent": True}))
    assert one(soup, "input#consent").has_attr("checked")


@pytest.mark.parametrize("name", list(Meeting()._fields))
def test_browsers_are_never_asked_to_judge(environment: Environment, name: str) -> None:
    for control in draw(environment, f"field(form.{name})", form=Meeting()).select("input, select, textarea"):
        assert not {"required", "pattern", "maxlength", "min", "max", "style"} & set(control.attrs)
        assert control.get("type") not in ("number", "date", "time")


def test_a_password_is_never_sent_back(environment: Environment) -> None:
    soup = draw(environment, "field(form.word)", form=Meeting(data={"word": "secret"}))
    assert "secret" not in str(soup)


def test_people_never_meet_the_trap(environment: Environment) -> None:
    soup = draw(environment, "trap(form.title)", form=Meeting())
    assert one(soup, "div")["aria-hidden"] == "true"
    assert one(soup, "input")["tabindex"] == "-1"
    assert one(soup, "input")["autocomplete"] == "off"


def test_overdue_stands_beside_the_state(environment: Environment) -> None:
    soup = draw(environment, "status_tag('branch', 'Waiting for branch', overdue=true)")
    assert [tag.text for tag in soup.select(".tag")] == ["Waiting for branch", "Overdue"]


def test_a_row_that_can_be_changed_says_what(environment: Environment) -> None:
    rows = [
        {"label": "Place", "value": ["Redhills", "<i>"], "change_url": "/x", "hidden_text": "the place"},
        {"label": "Notes", "value": "", "change_url": None, "hidden_text": None},
    ]
    soup = draw(environment, "summary_list(rows)", rows=rows)
    assert one(soup, "a").text == "Change the place"
    assert not soup.select("i")


@pytest.mark.parametrize(("count", "classes"), [(5, ["pills__list", "pills__list--few"]), (9, ["pills__list"])])
def test_a_few_views_stand_below_each_other_so_that_the_chosen_one_is_seen(
    environment: Environment, count: int, classes: list[str]
) -> None:
    views = [{"label": f"View {number}", "url": "#", "current": number == count} for number in range(1, count + 1)]
    assert one(draw(environment, "pills(views)", views=views), ".pills__list")["class"] == classes


def test_counts_are_exact_to_999(environment: Environment) -> None:
    views = [
        {"label": "All", "url": "#", "count": 1000, "current": True},
        {"label": "New", "url": "#", "count": 999, "current": False},
    ]
    soup = draw(environment, "pills(views)", views=views)
    assert [count.text for count in soup.select(".pill__count")] == ["999+", "999"]
    assert one(soup, "[aria-current=page]").text.startswith("All")

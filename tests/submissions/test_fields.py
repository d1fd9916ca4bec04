"""What people type into single boxes, and what is understood or said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from portal.submissions import fields
from portal.submissions.choices import listed
from portal.submissions.dates import DateNotUnderstood, Leaning, clock_in, understand_date
from portal.submissions.forms import StepForm
from portal.submissions.money import pounds, understand_number, understand_pence
from portal.submissions.times import understand_time
from portal.submissions.typed import clean_line, clean_text
from tests.submissions.entries import TODAY, context, day


class OneOfEach(StepForm):
    """A form with every sort of field."""

    line = fields.Line("Line", most=20)
    name = fields.Name("Name", most=20, needed="Enter your name")
    text = fields.Text("Text", most=100)
    email = fields.EmailText("Email")
    phone = fields.Phone("Phone")
    postcode = fields.Postcode("Postcode")
    on = fields.DateText("Date")
    past = fields.DateText("Past", leaning=Leaning.BACK)
    at = fields.TimeText("Time")
    strictly_at = fields.TimeText("Time", is_strict=True)
    money = fields.Money("Money")
    number = fields.Number("Number", largest=500)
    count = fields.Count("Count")
    one = fields.OneOf("One", choices=listed(("a", "A"), ("b", "B")))
    picked = fields.Picked("Picked", choices=listed(("", "Choose"), ("a", "A")))
    many = fields.AnyOf("Many", choices=listed(("a", "A"), ("b", "B"), ("c", "C")))
    tick = fields.Tick("Tick")


@pytest.fixture
def words(app: Flask) -> Iterator[None]:
    """A place where sentences can be said."""
    with app.app_context():
        yield


def typed(**given: Any) -> OneOfEach:
    """The form as filled in, validated."""
    form = OneOfEach.from_raw({"name": "Jean", **given}, context())
    form.validate()
    assert isinstance(form, OneOfEach)
    return form


def sentence(name: str, text: Any) -> str:
    """What is said about one answer."""
    return " ".join(str(each) for each in typed(**{name: text})[name].errors)


@pytest.mark.parametrize(
    "text",
    [
        "14 January 2027", "14/1/27", "14.01.2027", "2027-01-14", "Thurs 14 Jan", "Thursday, 14th January 2027",
        "14th of Jan", "14 січня 2027 року", "чт 14 січня", "Jan 14 2027", "14-Jan-27", "14 January 2027 at 7pm",
        "  14   JANUARY  2027 ", "14 1 2027", "четвер, 14 січня", "14-го січня", "14 Januray",
    ],
)  # fmt: skip
def test_one_day_in_many_spellings(text: str) -> None:
    assert understand_date(text, TODAY) == date(2027, 1, 14)


def test_a_day_without_a_year_is_looked_for_where_it_can_be() -> None:
    assert understand_date("22 Nov", TODAY) == TODAY
    assert understand_date("21 Nov", TODAY) == date(2027, 11, 21)
    assert understand_date("23 Nov", TODAY, Leaning.BACK) == date(2025, 11, 23)
    assert understand_date("15 Oct", TODAY, Leaning.EITHER) == date(2026, 10, 15)
    assert understand_date("15 Jan", TODAY, Leaning.EITHER) == date(2027, 1, 15)
    assert understand_date("29 Feb", TODAY) == date(2028, 2, 29)
    assert understand_date("tomorrow", TODAY) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("31 February", "There is no 31 February"),
        ("29/2/2027", "There is no 29 February 2027"),
        ("1/14/27", "Write the day before the month"),
        ("21 November 2026", "This date has passed"),
        ("2019", "Enter one date"),
        ("1 January 2031", "more than three years"),
        ("Friday 14 January 2027", "14 January 2027 is a Thursday. Check the day of the week"),
        ("2nd Tuesday of the month", "Enter one date"),
        ("14 or 21 January", "Enter one date"),
        ("soon", "Enter one date"),
        ("0/0/2027", "There is no 0/0 2027"),
        ("1/1/0001", "This date has passed"),
    ],
)
@pytest.mark.usefixtures("words")
def test_days_that_cannot_be_get_a_sentence(text: str, said: str) -> None:
    with pytest.raises(DateNotUnderstood) as refused:
        understand_date(text, TODAY)
    assert said in str(refused.value.args[0])


@pytest.mark.parametrize(
    ("text", "start", "doors"),
    [
        ("7pm for 7.30", time(19, 30), time(19)),
        ("7 for 7.30pm", time(19, 30), time(19)),
        ("10.30 for 11am", time(11), time(10, 30)),
        ("19:30", time(19, 30), None),
        ("18.00", time(18), None),
        ("7.15pm", time(19, 15), None),
        ("7:15 P.M.", time(19, 15), None),
        ("6pm each night", time(18), None),
        ("half seven", time(19, 30), None),
        ("quarter to eight", time(19, 45), None),
        ("noon", time(12), None),
        ("2:30pm", time(14, 30), None),
        ("1900", time(19), None),
        ("1900hrs", time(19), None),
        ("7", time(19), None),
        ("7-9pm", time(19), None),
        ("07:30", time(7, 30), None),
        ("10am", time(10), None),
        ("12.30am", time(0, 30), None),
        ("о 19:30", time(19, 30), None),
        ("3rd item, about 7pm", time(19), None),
        ("25:00", None, None),
        ("after the business", None, None),
        ("TBC", None, None),
        ("", None, None),
    ],
)
def test_times_as_people_write_them(text: str, start: time | None, doors: time | None) -> None:
    understood = understand_time(text)
    assert (understood.start, understood.doors) == (start, doors)


@pytest.mark.parametrize(
    ("text", "start", "until"),
    [
        ("10am to 4pm", time(10), time(16)),
        ("10-4", time(10), time(16)),
        ("7 to 9pm", time(19), time(21)),
        ("19:00–21:00", time(19), time(21)),
        ("7 for 7.30pm until 9pm", time(19, 30), time(21)),
        ("з 10:00 до 16:00", time(10), time(16)),
        ("7pm for 7.30", time(19, 30), None),
        ("7pm", time(19), None),
    ],
)
def test_the_end_is_understood_where_it_is_told(text: str, start: time, until: time | None) -> None:
    understood = understand_time(text)
    assert (understood.start, understood.until) == (start, until)


@pytest.mark.parametrize("text", ["10am to 4pm", "10am-4pm", "19:00–21:00", "7pm for 7.30"])
def test_the_end_stands_beside_a_date_too(text: str) -> None:
    assert clock_in(f"20 February 2027, {text}") == text
    assert clock_in("7pm - 14 January 2027") == "7pm"


@pytest.mark.parametrize("text", ["25:99", "25:00", "7.75", "2561", "25pm", "19:60", "24:01 hrs"])
@pytest.mark.usefixtures("words")
def test_what_looks_like_a_clock_but_is_no_time_gets_a_sentence(text: str) -> None:
    assert "There is no such time" in sentence("at", text)
    assert "There is no such time" in sentence("strictly_at", text)


@pytest.mark.usefixtures("words")
@pytest.mark.usefixtures("words")
@pytest.mark.parametrize("text", ["😀", "?", "-", "…", "🕖🕖"])
def test_what_holds_neither_a_number_nor_a_word_is_asked_for_once_more(text: str) -> None:
    assert typed(at=text).at.errors == ["Enter a time, like 7pm, or say in words when it begins"]


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize("text", ["-5", "– 7", "45", "250"])
def test_a_number_that_no_clock_shows_gets_a_sentence(text: str) -> None:
    assert typed(at=text).at.errors == ["There is no such time. Enter a time, like 7pm or 19:30"]


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize(
    "text",
    ["7", "0", "tbc", "TBC – evening", "after work", "7pm for 7.30", "6pm each night", "6, or 8", "ввечері", "7?"],
)
def test_any_word_or_hour_is_enough(text: str) -> None:
    form = typed(at=text)
    assert (form.at.errors, form.at.value) == ([], text)


@pytest.mark.usefixtures("words")
def test_nobody_expects_fewer_than_none() -> None:
    for text in ("-5", "− 12 people", "–3"):
        assert typed(count=text).count.errors == ["Enter about how many, like 40"]
    for text in ("0", "40", "20-25", "about 40", "ask us later", "35 – maybe more"):
        assert typed(count=text).count.errors == []


def test_a_time_nobody_understands_is_kept_and_accepted() -> None:
    form = typed(at="after the business", strictly_at="after the business")
    assert form.at.value == "after the business"
    assert not form.at.errors
    assert "Enter a time" in sentence("strictly_at", "after the business")


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("£60", 6000), ("50.00", 5000), ("£1,250", 125000), ("1 250", 125000), ("60.5", 6050), ("£50 a year", 5000),
        ("50p", 50), ("0", 0), ("-5", None), ("£20-£30", None), ("lots", None), ("", None), ("£999,999,999", None),
        ("50%", None), ("€50", None), ("12.345", None), ("nothing", 0), ("Nil.", 0), ("£0", 0), ("нічого", 0),
        ("nothing much", None), ("50,00", 5000), ("60,5", 6050), ("£1 250,50", 125050), ("1,250.50", 125050),
        ("12,345", 1234500), ("1,2345", None), ("10,20,30", None), ("20, 30", None),
    ],
)  # fmt: skip
def test_sums(text: str, pence: int | None) -> None:
    assert understand_pence(text) == pence


@pytest.mark.parametrize(
    ("pence", "english", "ukrainian"),
    [
        (5000, "£50.00", "£50,00"),
        (1_250_50, "£1,250.50", "£1\N{NO-BREAK SPACE}250,50"),
        (100_000_00, "£100,000.00", "£100\N{NO-BREAK SPACE}000,00"),
    ],
)
def test_a_sum_is_printed_as_its_reader_writes_it_and_read_back(
    app: Flask, pence: int, english: str, ukrainian: str
) -> None:
    with app.test_request_context():
        for language, text in (("en", english), ("uk", ukrainian)):
            with force_locale(language):
                assert pounds(pence) == text
            assert understand_pence(text) == pence


@pytest.mark.parametrize(
    "text",
    ["-5", "− 5", "1e9", "minus -20", "1.5", "2,5", "1½", "12.000", "2k", "2 K", "about 2 hundred", "3 thousand"],
)
def test_a_number_that_means_something_else_is_not_taken_for_one(text: str) -> None:
    assert understand_number(text) is None


def test_numbers() -> None:
    assert [understand_number(text) for text in ("2,900", "approx 40 (ex miners)", "20-25", "none", "9" * 30)] == [
        2900,
        40,
        20,
        None,
        None,
    ]


@pytest.mark.usefixtures("words")
def test_numbers_say_what_was_read() -> None:
    assert typed(number="approx 40 (ex miners)").number.shown() == ["approx 40 (ex miners) (we read 40)"]
    assert typed(number="40").number.shown() == ["40"]
    assert "from 0 to 500" in sentence("number", "501")
    assert "figures" in sentence("number", "about forty")
    assert typed(count="approx 40 (ex miners)").count.value == "approx 40 (ex miners)"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("jean@example.org", "jean@example.org"),
        (" Jean@EXAMPLE.org ", "Jean@example.org"),
        ("<jean@example.org>", "jean@example.org"),
        ("mailto:jean@example.org", "jean@example.org"),
        ("Natalya <natalya@example.org>", "natalya@example.org"),
        ('"Hardcastle, Jean" <jean@example.org>,', "jean@example.org"),
        ("o'hanlon@example.org", "o'hanlon@example.org"),
        ("jean@профспілка.укр", "jean@xn--80apjdbqfjd0f.xn--j1amh"),
        ("jean@branch.test", "jean@branch.test"),
    ],
)
@pytest.mark.usefixtures("words")
def test_addresses_that_post_can_reach(text: str, address: str) -> None:
    assert typed(email=text).email.value.encode("ascii", "replace").decode() != ""
    assert not typed(email=text).email.errors
    if text.isascii():
        assert typed(email=text).email.value == address
    else:
        assert typed(email=text).email.value.isascii()


@pytest.mark.parametrize(
    "text",
    [
        "jean", "jean@", "@example.org", "-jean@example.org", "jean@example.org, bob@example.org", "a b@example.org",
        "jean@example.org\nBcc: all@example.org", "jean@exa mple.org", "jean@localhost", "жан@example.org",
        "jean@" + "x" * 260 + ".org",
        "Jean <jean@example.org> Bob <bob@example.org>", "jean@example.org <bob@example.org>", "Jean <>",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("words")
def test_what_is_no_single_address_gets_a_sentence(text: str) -> None:
    assert sentence("email", text)


@pytest.mark.parametrize(
    "text",
    [
        "07700 900 143", "+44 1632 960 143", "0044 7700 900123", "(020) 7946-0138", "020 7946 0138 ext 4",
        "07700 900143 or 0191 498 0171", "+380 67 123 4567", "07700 900123 (evenings only)",
        "Jean: 07700 900123", "",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("words")
def test_telephone_numbers_stay_as_they_were_typed(text: str) -> None:
    assert not sentence("phone", text)
    assert typed(phone=text).phone.value == text


@pytest.mark.usefixtures("words")
def test_what_is_no_telephone_number_gets_a_sentence() -> None:
    for text in ("12", "ask Dave", "07700 900 143" * 4, "14 January 2027"):
        assert sentence("phone", text)


@pytest.mark.usefixtures("words")
def test_postcodes() -> None:
    for text, shown in (
        ("ng23aq", "NG2 3AQ"),
        ("dh1-4be", "DH1 4BE"),
        ("  ", ""),
        ("le4", "LE4"),
        ("JE2 3AB", "JE2 3AB"),
    ):
        assert typed(postcode=text).postcode.value == shown
    for text in ("ZZ1 1ZZ", "hello", "12345", "DH1 4BE DURHAM CITY"):
        assert "like DH1 4BE" in sentence("postcode", text)


def test_unseen_marks_go_and_emoji_stay() -> None:
    assert clean_line("Jean\r\nBcc: x") == "Jean Bcc: x"
    assert clean_line("a\x00b\u202ec\u200bd\ufeff") == "a bcd"
    assert clean_line("👩\u200d🚒 O’Hanlon 🇺🇦") == "👩\u200d🚒 O’Hanlon 🇺🇦"
    assert clean_line("n\u0303") == "ñ"
    assert clean_line("\ud800x") == "x"
    assert clean_text("a\r\nb\n\n\n\nc\u2028d \t e") == "a\nb\n\nc\nd e"


@pytest.mark.usefixtures("words")
def test_the_end_of_a_box_is_said_with_its_number() -> None:
    assert "20 letters" in sentence("line", "x" * 21)
    assert not sentence("line", "x" * 20)
    assert "100 letters" in sentence("text", "x" * 101)
    assert "Enter your name" in sentence("name", " \u200b ")


@pytest.mark.usefixtures("words")
def test_choices_outside_the_list_get_a_sentence() -> None:
    assert "Choose one" in sentence("one", "z")
    assert "Choose one" in sentence("picked", "' OR 1=1")
    assert "Choose one" in sentence("many", ["a", "z"])
    assert typed(many=["c", "a", "a"]).many.value == ["a", "c"]


@pytest.mark.usefixtures("words")
def test_repeated_and_unknown_fields_are_harmless() -> None:
    form = OneOfEach(MultiDict([("name", "Jean"), ("name", "Joan"), ("admin", "1")]), context=context())
    assert form.validate()
    assert form.cleaned()["name"] == "Jean"
    assert "admin" not in form.raw()


anything = st.text(alphabet=st.characters(codec=None, categories=None), max_size=60) | st.text(
    alphabet="0123456789:./-£ apmforhlJnuy,@", max_size=30
)


@given(st.fixed_dictionaries(dict.fromkeys(OneOfEach(context=context()).data, anything)))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.usefixtures("words")
def test_no_text_whatever_breaks_a_field(texts: dict[str, str]) -> None:
    form = OneOfEach.from_raw(texts, context())
    form.validate()
    for name, text in texts.items():
        kept = form.raw()[name]
        if name == "tick":
            continue
        assert kept == (([text] if text else []) if name == "many" else text)
    again = OneOfEach.from_raw(form.raw(), context())
    again.validate()
    assert again.raw() == form.raw()
    for row in form.summary():
        assert all(isinstance(line, str) for line in row.value)


@given(anything)
@settings(max_examples=200, deadline=None)
def test_no_text_whatever_breaks_understanding(text: str) -> None:
    understand_time(text)
    understand_pence(text)
    understand_number(text)
    for leaning in Leaning:
        try:
            assert isinstance(understand_date(text, day("2028-02-29"), leaning), date)
        except DateNotUnderstood:
            continue

"""Letters: what is typed stays text, the HTML says what the text says, Ukrainian is Ukrainian."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from jinja2 import UndefinedError

from portal.emails import letters
from portal.emails.links import Placeholder

LINK = Placeholder("[[link:7]]")
FACTS = {"name": "Jean", "sender": "Maria Kovalenko", "reference": "USC-1007", "private_link": LINK}

ENGLISH = """{% block subject %}Your request {{ reference }} from {{ name }}{% endblock %}
{% block body %}
Dear {{ name }},

Thank you. We need:

- the date
- the place
and nothing else.

See or change your request:
{{ private_link }}
{% endblock %}
"""
UKRAINIAN = """{% block subject %}Ваш запит {{ reference }}{% endblock %}
{% block body %}
Вітаємо, {{ name }}!

Переглянути запит:
{{ private_link }}
{% endblock %}
"""


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A folder of letters for the test, beside the shipped closings."""
    for language in letters.LANGUAGES:
        shipped = letters.FOLDER / f"base.{language}.txt"
        (tmp_path / shipped.name).write_text(shipped.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "kind").mkdir()
    (tmp_path / "kind" / "hello.en.txt").write_text(ENGLISH, encoding="utf-8")
    (tmp_path / "kind" / "hello.uk.txt").write_text(UKRAINIAN, encoding="utf-8")
    (tmp_path / "kind" / "english.en.txt").write_text(ENGLISH, encoding="utf-8")
    monkeypatch.setattr(letters, "FOLDER", tmp_path)
    letters._environment.cache_clear()
    yield tmp_path
    letters._environment.cache_clear()


def page(letter):
    return BeautifulSoup(letter.html, "html5lib")


def test_a_letter_has_its_words_and_an_end(shelf):
    letter = letters.render("kind/hello", "en", FACTS)
    assert letter.subject == "Your request USC-1007 from Jean"
    assert letter.text == (
        "Dear Jean,\n\nThank you. We need:\n\n- the date\n- the place\nand nothing else.\n\n"
        "See or change your request:\n[[link:7]]\n\n"
        "In solidarity,\nMaria Kovalenko\nUkraine Solidarity Campaign\n\n"
        "Reference USC-1007. You can reply to this email: a coordinator will read it.\n"
    )
    assert letter.link_ids == (7,)
    assert letter.language == "en"


def test_a_ukrainian_letter_is_ukrainian_throughout(shelf):
    letter = letters.render("kind/hello", "uk", FACTS)
    assert letter.subject == "Ваш запит USC-1007"
    assert "Солідарно,\nMaria Kovalenko" in letter.text
    assert page(letter).html["lang"] == "uk"
    assert "Або скопіюйте це посилання" in letter.html
    assert "Or copy" not in letter.html
    assert letter.language == "uk"


def test_english_stands_in_only_where_it_may(shelf):
    with pytest.raises(letters.LetterMissing):
        letters.render("kind/english", "uk", FACTS)
    letter = letters.render("kind/english", "uk", FACTS, english_will_do=True)
    assert letter.language == "en"
    assert page(letter).html["lang"] == "en"


@pytest.mark.parametrize("language", ["ru", "", "EN", "../en"])
def test_there_is_no_third_language(shelf, language):
    with pytest.raises(ValueError, match="en or uk"):
        letters.render("kind/hello", language, FACTS, english_will_do=True)


@pytest.mark.parametrize("name", ["kind/none", "../../config", "/etc/passwd", "kind/hello.en"])
def test_a_letter_that_does_not_exist_is_missing(shelf, name):
    with pytest.raises(letters.LetterMissing):
        letters.render(name, "en", FACTS)


def test_an_unknown_fact_is_refused(shelf):
    with pytest.raises(UndefinedError):
        letters.render("kind/hello", "en", {"name": "Jean"})


@pytest.mark.parametrize("value", [7, None, ["x"], {"a": "b"}, object()])
def test_facts_are_text_and_nothing_else(shelf, value):
    with pytest.raises(TypeError):
        letters.render("kind/hello", "en", {**FACTS, "name": value})


@pytest.mark.parametrize(
    "typed", ["{{7*7}}", "{% for x in y %}", "{{ ''.__class__ }}", "{# gone #}", "{{ private_link }}"]
)
def test_a_template_somebody_typed_stays_text(shelf, typed):
    assert f"Dear {typed}," in letters.render("kind/hello", "en", {**FACTS, "name": typed}).text
    assert typed in letters.compose("Subject", f"Dear {typed},", "en", FACTS).text


@pytest.mark.parametrize("typed", ["[[link:1]]", "[[link:7]]", "[[[link:7]]]", "[[link:7", "[link:7]]"])
def test_a_link_somebody_typed_is_inert(shelf, typed):
    letter = letters.render("kind/hello", "en", {**FACTS, "name": typed})
    assert letter.link_ids == (7,)
    assert letters.PLACEHOLDER.findall(letter.text) == ["7"]
    assert not letters.PLACEHOLDER.search(letter.subject)
    edited = letters.compose(typed, f"Dear {typed},", "en", FACTS)
    assert edited.link_ids == ()
    assert not letters.PLACEHOLDER.search(edited.text + edited.subject + edited.html)


def test_brackets_cannot_be_put_together_from_two_facts(shelf):
    (shelf / "kind" / "pair.en.txt").write_text(
        "{% block subject %}x{% endblock %}{% block body %}{{ one }}{{ two }}{% endblock %}", encoding="utf-8"
    )
    facts = {"one": "[", "two": "[link:7]"}
    with_link = {**FACTS, "one": "[", "two": "[link:7] ]"}
    assert not letters.PLACEHOLDER.search(letters.render("kind/pair", "en", with_link).text)
    assert not letters.PLACEHOLDER.search(letters.render("kind/pair", "en", facts).text)


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x00", "\x85", "\u2028", "\u2029", "\x0b", "\x0c", "\t"])
def test_no_header_can_be_smuggled_into_a_subject(shelf, end):
    letter = letters.render("kind/hello", "en", {**FACTS, "name": f"Jean{end}Bcc: all@example.org"})
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", letter.subject)
    composed = letters.compose(f"Hello{end}Bcc: all@example.org", "Text", "en", {})
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", composed.subject)


def test_a_long_subject_is_cut():
    letter = letters.compose("word " * 100, "Text", "en", {})
    assert len(letter.subject) <= 150
    assert letter.subject.endswith("…")


def test_what_cannot_be_stored_or_turns_the_text_round_is_taken_out(shelf):
    letter = letters.render("kind/hello", "en", {**FACTS, "name": "Je\x00an\ud800\u202e\ufeff"})
    assert "Dear Jean\ufffd," in letter.text
    (letter.text + letter.html + letter.subject).encode("utf-8")


def test_the_html_is_escaped(shelf):
    name = '<script>alert(1)</script> & "Leeds" @title@ @body@'
    letter = letters.render("kind/hello", "en", {**FACTS, "name": name, "sender": "<b>M</b>"})
    soup = page(letter)
    assert not soup.find_all(["script", "b"])
    assert soup.h1 is None or name in soup.h1.get_text()
    assert name in soup.get_text()
    assert soup.title.get_text() == letter.subject
    assert name in letter.text


def test_the_html_is_made_of_the_same_words(shelf):
    letter = letters.render("kind/hello", "en", FACTS)
    soup = page(letter)
    assert soup.h1.get_text() == "Dear Jean,"
    assert [item.get_text() for item in soup.find_all("li")] == ["the date", "the place"]
    button, written = soup.find_all("a")
    assert button.get_text() == "See or change your request"
    assert button["href"] == written["href"] == written.get_text() == "[[link:7]]"
    for kept_together in soup.find_all("span"):
        kept_together.unwrap()
    soup.smooth()
    words = " ".join(soup.body.get_text(" ").split())
    for line in letter.text.split("\n"):
        assert line.removeprefix("- ").rstrip(":") in words


def test_only_the_first_button_is_blue_and_a_lone_link_gets_a_label():
    facts = {"private_link": LINK, "pay_link": Placeholder("[[link:8]]")}
    letter = letters.compose("S", "{private link}\n\nPay:\n{pay link}\n\nOr {pay link} here.", "en", facts)
    soup = page(letter)
    assert letter.link_ids == (7, 8)
    assert [cell.get_text() for cell in soup.select("td.blue")] == ["Open your page"]
    assert [cell.get_text() for cell in soup.select("td.white")] == ["Pay"]
    assert len(soup.find_all("a", href="[[link:8]]")) == 3


def test_the_html_needs_nothing_from_outside(shelf):
    letter = letters.render("kind/hello", "en", FACTS)
    soup = page(letter)
    assert not soup.find_all(["img", "link", "script", "iframe", "form", "object", "video"])
    assert not re.search(r"url\(|@import|https?://|\bsrc=", letter.html)
    assert soup.find("table", width="600")
    assert "prefers-color-scheme: dark" in letter.html
    assert "forced-colors: active" in letter.html
    assert soup.find("td", class_="head")["style"].endswith("border-bottom: 8px solid #ffc72c;")
    assert len(letter.html) < 12_000


def test_what_a_coordinator_edits_comes_back_with_its_link(shelf):
    words = letters.wording("kind/hello", "en", FACTS)
    assert words.body.endswith("See or change your request:\n{private link}")
    assert "In solidarity" not in words.body
    same = letters.compose(words.subject, words.body, "en", FACTS)
    assert same == letters.render("kind/hello", "en", FACTS)
    edited = letters.compose(words.subject, words.body.replace("Thank you.", "Thanks!"), "en", FACTS)
    assert "Thanks!" in edited.text
    assert edited.link_ids == (7,)


@pytest.mark.parametrize("typed", ["{private link}", "{{private link}}", "{pay link}"])
def test_a_mark_for_a_link_that_somebody_typed_never_becomes_one(shelf, typed):
    (shelf / "typed.en.txt").write_text(
        "{% block subject %}About {{ name }}{% endblock %}"
        "{% block body %}{{ name }}:\n\n{{ private_link }}{% endblock %}"
    )
    link = Placeholder("[[link:7]]")
    facts = {"name": f"Jean {typed} Baird", "private_link": link, "pay_link": Placeholder("[[link:8]]")}
    words = letters.wording("typed", "en", facts)
    assert words.body.count("{private link}") == 1
    letter = letters.compose(words.subject, words.body, "en", facts)
    assert letter.text.count("[[link:") == 1
    assert letter.link_ids == (7,)
    assert typed.strip("{}") in letter.text


def test_no_mark_for_a_link_is_put_together_from_two_facts(shelf):
    (shelf / "two.en.txt").write_text(
        "{% block subject %}Two{% endblock %}"
        "{% block body %}{{ name }} {{ branch }}\n\n{{ private_link }}{% endblock %}"
    )
    facts = {"name": "{private", "branch": "link}", "private_link": Placeholder("[[link:7]]")}
    words = letters.wording("two", "en", facts)
    assert letters.compose(words.subject, words.body, "en", facts).text.count("[[link:") == 1


def test_a_link_never_stands_in_a_subject(shelf):
    (shelf / "kind" / "pair.en.txt").write_text(
        "{% block subject %}See {{ private_link }}{% endblock %}{% block body %}x{% endblock %}", encoding="utf-8"
    )
    with pytest.raises(ValueError, match="subject"):
        letters.render("kind/pair", "en", FACTS)


def test_a_letter_without_sender_or_reference_still_ends_well():
    text = letters.compose("S", "Hello.", "en", {}).text
    assert text == (
        "Hello.\n\nIn solidarity,\nUkraine Solidarity Campaign\n\n"
        "You can reply to this email: a coordinator will read it.\n"
    )


def test_the_placeholder_knows_its_link():
    assert Placeholder("[[link:12]]").link_id == 12

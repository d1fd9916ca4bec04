"""Documents in two languages: the same in both, whole in Word and on a page, and nothing in them but what was given."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from bs4 import BeautifulSoup
from docx.oxml.ns import qn
from flask import Flask, render_template
from jinja2 import UndefinedError
from werkzeug.http import parse_options_header

from portal.documents import file_names, twinning, word
from portal.documents.parts import Kind, Part, grouped, parts, side_by_side
from portal.emails import letters
from portal.emails.letters import Wording
from tests.documents.facts import FACTS, little

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
EACH = pytest.mark.parametrize("name", twinning.NAMES)
GIVEN = pytest.mark.parametrize("facts", [FACTS, little()], ids=["all facts", "few facts"])
BOTH = pytest.mark.parametrize("language", letters.LANGUAGES)


def test_a_text_is_taken_apart_into_headings_paragraphs_lists_and_lines() -> None:
    text = "# When and where\n\n- At five\n- Online\n\nDear friends,\n\nTwo lines\nof one.\n\n____\n\nFor us:\n____\n"
    assert parts(text) == [
        Part(Kind.HEADING, "When and where"), Part(Kind.ITEM, "At five"), Part(Kind.ITEM, "Online"),
        Part(Kind.PARAGRAPH, "Dear friends,"), Part(Kind.PARAGRAPH, "Two lines\nof one."), Part(Kind.LINE),
        Part(Kind.PARAGRAPH, "For us:"), Part(Kind.LINE),
    ]  # fmt: skip
    assert parts("") == parts(" \n\n ") == []


def test_headings_stand_beside_each_other_though_one_side_says_more_below_the_first() -> None:
    first = parts("Before.\n\n# One\n\n- a\n- b\n- c\n\n# Two\n\nText.")
    second = parts("# Один\n\n- а\n\n# Два\n\nТекст.\n\n# Три")
    rows = [row for section in side_by_side(first, second) for row in section.rows]
    assert [tuple(part.text if part else None for part in row) for row in rows] == [
        ("Before.", None), ("One", "Один"), ("a", "а"), ("b", None), ("c", None), ("Two", "Два"), ("Text.", "Текст."),
        (None, "Три"),
    ]  # fmt: skip


def test_a_list_is_one_piece_on_a_page() -> None:
    some = [Part(Kind.HEADING, "x"), Part(Kind.ITEM, "a"), Part(Kind.ITEM, "b"), Part(Kind.PARAGRAPH, "c.")]
    assert [(kind, len(group)) for kind, group in grouped(some)] == [
        (Kind.HEADING, 1),
        (Kind.ITEM, 2),
        (Kind.PARAGRAPH, 1),
    ]


@EACH
@GIVEN
def test_both_languages_say_the_same_piece_by_piece(name: str, facts: dict[str, dict[str, str]]) -> None:
    document = twinning.make(name, facts)
    assert document.titles[0]
    for section in document.sections:
        for one, other in section.rows:
            assert one is not None, other
            assert other is not None, one
            assert one.kind is other.kind, (one, other)
            assert bool(one.text) == bool(other.text)
    turned = twinning.make(name, facts, first="uk")
    assert turned.languages == ("uk", "en")
    assert turned.titles == document.titles[::-1]
    assert [(each.second, each.first) for each in document.sections] == [
        (each.first, each.second) for each in turned.sections
    ]


@EACH
@BOTH
@GIVEN
def test_the_words_are_plain_and_in_one_language(name: str, language: str, facts: dict[str, dict[str, str]]) -> None:
    bare = {fact: "7" if value else "" for fact, value in facts[language].items()}
    words = letters.wording(name, language, bare)
    text = f"{words.subject}\n\n{words.body}"
    assert re.findall(r"[A-Za-z]{2,}" if language == "uk" else r"[А-Яа-яІіЇїЄєҐґ]+", text) == []
    assert not re.search("[\"'`ʼ]", text)
    assert not re.search(r"\n{3}| {2}| [,.;:]|: *\n\n\Z|\(\)|,,|\.\.", text), text
    for line in text.split("\n"):
        for sentence in re.split(r"(?<=[.!?:])\s", line.removeprefix("- ")):
            assert len(sentence.split()) < 20, sentence
    assert not re.search("[ЫыЭэЪъЁё]", text)


@EACH
@BOTH
def test_a_document_holds_the_facts_and_nothing_of_anybody_else(name: str, language: str) -> None:
    shipped = letters.shipped(name, language)
    text = f"{shipped.subject} {shipped.body}"
    assert not re.search(r"@|USC-|\+44|\d{5}|https?:", text)
    nobody = dict.fromkeys(FACTS[language], "")
    assert letters.wording(name, language, nobody).body


def test_a_fact_that_is_not_given_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(UndefinedError):
        twinning.make(twinning.AGENDA, {"en": {}, "uk": {}})
    with pytest.raises(letters.LetterMissing):
        twinning.make("document/contract", FACTS)
    with pytest.raises(ValueError, match="en and uk"):
        twinning.make(twinning.AGENDA, FACTS, first="pl")


def test_words_that_somebody_saved_go_before_ours() -> None:
    texts = {(twinning.GREETING, "uk"): Wording("Привіт від {{ writer }}", "Дорогі друзі,\n\nми раді.")}
    document = twinning.make(twinning.GREETING, FACTS, texts=texts)
    assert document.titles == ("A greeting", "Привіт від NUM Durham Area")
    assert [part.text for part in document.sections[0].second] == ["Дорогі друзі,", "ми раді."]


def test_what_somebody_typed_is_never_read_as_a_mark() -> None:
    facts = {language: {**each, "body": "{{ branch }} <b>& [[link:7]]"} for language, each in FACTS.items()}
    document = twinning.make(twinning.STATEMENT, facts)
    assert "{{ branch }} <b>& " in document.sections[0].first[0].text
    assert "[[link" not in document.sections[0].first[0].text


def opened(name: str, facts: dict[str, dict[str, str]], first: str = "en") -> tuple[bytes, docx.document.Document]:
    data = word.word_file(twinning.make(name, facts, first=first), NOW)
    return data, docx.Document(BytesIO(data))


@EACH
@GIVEN
def test_word_opens_it_with_two_columns_and_every_piece(name: str, facts: dict[str, dict[str, str]]) -> None:
    document = twinning.make(name, facts, first="uk")
    _, file = opened(name, facts, first="uk")
    rows = [[cell.text for cell in row.cells] for row in file.tables[0].rows]
    assert rows[0] == ["Українською", "English"]
    assert rows[1] == list(document.titles)
    pieces = [row for section in document.sections for row in section.rows]
    assert len(rows) == 2 + len(pieces)
    for row, both in zip(rows[2:], pieces, strict=True):
        for cell, part in zip(row, both, strict=True):
            assert part is not None
            assert cell == (part.text or word.WRITING_LINE)
    styles = {part.text: part.kind for pair in pieces for part in pair if part and part.kind is Kind.HEADING}
    for row in file.tables[0].rows:
        for cell in row.cells:
            if cell.text in styles:
                assert cell.paragraphs[0].style.name == "Heading 2"


def test_each_piece_says_its_language_and_the_paper_is_a4() -> None:
    _, file = opened(twinning.AGENDA, FACTS)
    for row in file.tables[0].rows:
        said = [cell.paragraphs[0].runs[0]._r.rPr.find(qn("w:lang")).get(qn("w:val")) for cell in row.cells]
        assert said == ["en-GB", "uk-UA"]
    section = file.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in file.tables[0].rows)


def test_a_file_for_a_reader_of_ukrainian_is_by_the_campaign_under_its_ukrainian_name() -> None:
    made = twinning.make(twinning.AGREEMENT, FACTS, first="uk")
    about = docx.Document(BytesIO(word.word_file(made, NOW))).core_properties
    assert about.author == "Кампанія солідарності з Україною"


@EACH
def test_the_file_names_nobody_beyond_its_text(name: str) -> None:
    data, file = opened(name, FACTS)
    about = file.core_properties
    assert about.author == "Ukraine Solidarity Campaign"
    assert (about.last_modified_by, about.comments, about.keywords) == ("", "", "")
    assert about.created == about.modified == NOW
    with ZipFile(BytesIO(data)) as package:
        other = b"".join(package.read(each) for each in package.namelist() if each != "word/document.xml").decode(
            "utf-8", "ignore"
        )
    for fact in ("branch", "body", "body_contact", "branch_contact"):
        for language in letters.LANGUAGES:
            assert FACTS[language][fact] not in other


@EACH
@BOTH
def test_file_names_stand_in_both_alphabets_and_name_nobody(name: str, language: str) -> None:
    header = file_names.disposition(name, language)
    header.encode("latin-1")
    kind, options = parse_options_header(header)
    assert kind == "attachment"
    assert options["filename"] == file_names.file_name(name, language)
    assert options["filename"].endswith(".docx")
    plain = re.search('filename="([^"]+)"', header)
    assert plain is not None
    assert plain[1] == file_names.file_name(name, "en")
    assert plain[1].isascii()
    assert bool(re.search("[а-яі]", options["filename"])) == (language == "uk")


@EACH
@GIVEN
def test_a_page_prints_it_side_by_side(app: Flask, name: str, facts: dict[str, dict[str, str]]) -> None:
    document = twinning.make(name, facts)
    with app.test_request_context("/healthz"):
        html = render_template(twinning.PAGE, document=document)
    page = BeautifulSoup(html, "html.parser").find("main")
    assert page is not None
    for place, language in enumerate(document.languages):
        said = " ".join(each.get_text(" ") for each in page.find_all(lang=language))
        assert document.titles[place] in said
        for section in document.sections:
            for part in (section.first, section.second)[place]:
                assert " ".join(part.text.split()) in " ".join(said.split())
    assert len(page.find_all("div", class_="both__part")) == len(document.sections)
    assert len(page.find_all("div", class_="paper__line")) == sum(
        part.kind is Kind.LINE for section in document.sections for row in section.rows for part in row if part
    )
    assert len(page.find_all("h1")) == 1

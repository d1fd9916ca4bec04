"""The documents for twins on the desk: edited like letters, read side by side, printed, and taken as a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import docx
import pytest
from flask.testing import FlaskClient
from werkzeug.http import parse_options_header

from portal.documents import twinning
from portal.emails import letters
from portal.submissions import document_book
from tests.conftest import counted
from tests.dashboard.conftest import boxes, post_all

EACH = pytest.mark.parametrize("name", [name.partition("/")[2] for name in twinning.NAMES])
AGREEMENT = "/dashboard/letters/document/agreement"


def test_the_list_of_letters_ends_with_the_documents_and_who_reads_them(coordinator: FlaskClient) -> None:
    page = coordinator.get("/dashboard/letters").text
    section = page[page.index("Documents for twins") :]
    for name in document_book.DOCUMENTS:
        for language in letters.LANGUAGES:
            assert f'href="/dashboard/letters/{name}/{language}"' in section
    assert section.count("Both sides") == len(document_book.DOCUMENTS)


@EACH
@pytest.mark.parametrize("language", letters.LANGUAGES)
def test_a_document_opens_to_be_edited_and_is_shown_without_a_signature_of_ours(
    coordinator: FlaskClient, name: str, language: str
) -> None:
    page = coordinator.get(f"/dashboard/letters/document/{name}/{language}").text
    assert "There is a problem" not in page
    assert "Both sides read this document" in page
    assert f'href="/dashboard/documents/{name}?first={language}"' in page
    assert "mail program" not in page
    assert "For whom: two twins who have been introduced." in page
    assert "Send a test" not in page
    assert 'name="reference"' not in page
    shown = page[page.index('class="letter__body"') : page.index("What this document can name")]
    assert "NUM Durham Area" in shown
    assert "Maria" not in re.sub("Mariia", "", shown)
    assert ("In solidarity" in shown) == (name == "greeting" and language == "en")


@EACH
def test_it_is_read_side_by_side_with_examples(coordinator: FlaskClient, name: str) -> None:
    coordinator.get("/dashboard/letters")
    with counted() as statements:
        page = coordinator.get(f"/dashboard/documents/{name}")
    assert page.status_code == 200
    assert len(statements) <= 6, statements
    assert "NUM Durham Area" in page.text
    assert "Степова" in page.text
    assert page.text.index('lang="en">') < page.text.index('<div lang="uk">')
    turned = coordinator.get(f"/dashboard/documents/{name}?first=uk").text
    assert turned.index('<div lang="uk">') < turned.index('<div lang="en">')


@EACH
def test_the_file_opens_in_word_and_has_a_name_in_the_reader_s_alphabet(coordinator: FlaskClient, name: str) -> None:
    answer = coordinator.get(f"/dashboard/documents/{name}/file?first=uk")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    kind, options = parse_options_header(answer.headers["Content-Disposition"])
    assert kind == "attachment"
    assert re.fullmatch("[А-Яа-яІіЇїЄє ]+[.]docx", options["filename"])
    file = docx.Document(BytesIO(answer.data))
    assert file.tables[0].rows[0].cells[0].text == "Українською"


def test_words_that_were_saved_stand_in_the_page_and_in_the_file(coordinator: FlaskClient) -> None:
    path = f"{AGREEMENT}/en"
    html = coordinator.get(path).text
    words = {"subject": "What we promise", "body": "# One\n\nWe, {{ branch }} and {{ body }}, will write."}
    assert post_all(coordinator, path, html, step="save", **words).status_code == 303
    assert boxes(coordinator.get(path).text)["body"].replace("\r\n", "\n") == words["body"]
    page = coordinator.get("/dashboard/documents/agreement").text
    assert "What we promise" in page
    assert "<h2>One</h2>" in page
    assert "Угода про побратимство" in page
    file = docx.Document(BytesIO(coordinator.get("/dashboard/documents/agreement/file").data))
    cells = [cell.text for row in file.tables[0].rows for cell in row.cells]
    assert "We, NUM Durham Area and Primary organisation of the Stepova mine, will write." in cells


def test_a_name_that_no_document_knows_is_refused_with_its_line(coordinator: FlaskClient) -> None:
    path = f"{AGREEMENT}/en"
    page = post_all(
        coordinator, path, coordinator.get(path).text, step="save", subject="Words", body="To {{ body_email }}."
    )
    assert "Line 1: this letter knows no {{ body_email }}" in page.text.replace("&#39;", "’")


def test_a_document_is_shown_with_examples_and_with_no_request(
    coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    path, number = f"{AGREEMENT}/en", make_request("twinning")
    reference = re.search(r"USC-[0-9]+", coordinator.get(f"/dashboard/requests/{number}").text)
    assert reference is not None
    page = post_all(coordinator, path, coordinator.get(path).text, step="preview", reference=reference[0])
    assert "A document is shown with examples alone. Leave the reference empty" in page.text


def test_viewers_see_no_documents(sign_in: Callable[..., FlaskClient]) -> None:
    viewer = sign_in("viewer")
    assert viewer.get("/dashboard/documents/agreement").status_code == 403
    assert viewer.get("/dashboard/documents/agreement/file").status_code == 403


def test_there_are_no_other_documents(coordinator: FlaskClient) -> None:
    assert coordinator.get("/dashboard/documents/contract").status_code == 404
    assert coordinator.get("/dashboard/documents/contract/file").status_code == 404

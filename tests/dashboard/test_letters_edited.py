"""Letters edited on the desk: whoever saves one sees it leave, nothing is lost, and nothing harmful is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.emails import letters
from portal.extensions import db
from portal.submissions import letter_book, registry
from tests.conftest import counted
from tests.dashboard.conftest import boxes, post_all, unescape
from tests.emails.test_grammar import ATTACKS, HALVES

RECEIVED = "/dashboard/letters/speaker/received/en"
SUBJECT = "Thank you, {{ reference }} is here"
BODY = "{{ greeting }},\n\nNew words{% if promise %} by {{ promise }}{% endif %}.\n\nYour page\n{{ private_link }}"


def send(client: FlaskClient, path: str = RECEIVED, step: str = "save", **typed: Any) -> TestResponse:
    return post_all(client, path, client.get(path).text, step=step, **typed)


def plain(html: str) -> str:
    """The page's words without its marks."""
    return unescape(re.sub(r"<[^>]+>", "", html))


def test_when_a_letter_goes_ends_with_one_mark(money_handler: FlaskClient) -> None:
    html = money_handler.get("/dashboard/letters/affiliation/was-it-carried/en").text
    assert "was it carried?</p>" in html


def test_every_letter_opens_in_both_languages(money_handler: FlaskClient) -> None:
    for name in letter_book.entries():
        for language in letters.LANGUAGES:
            page = money_handler.get(f"/dashboard/letters/{name}/{language}")
            assert page.status_code == 200
            assert "There is a problem" not in page.text
            assert "Nothing differs." in page.text


def test_the_list_names_each_letter_its_reader_and_when_it_goes(coordinator: FlaskClient) -> None:
    page = coordinator.get("/dashboard/letters")
    for name in letter_book.entries():
        assert f'href="/dashboard/letters/{name}/uk"' in page.text
    assert "With the move “Ask a speaker”" in page.text
    assert 'aria-current="page">Letters' in page.text
    assert "Edited" not in page.text


def test_marks_that_turn_the_words_round_are_not_saved(
    coordinator: FlaskClient, rows: Callable[..., list[Any]]
) -> None:
    html = coordinator.get(RECEIVED).text
    typed = {
        "subject": "Your \u202erequest\u202c {{ reference }}",
        "body": f"{boxes(html)['body']}\n\u2067Goodbye.\u2069",
    }
    assert post_all(coordinator, RECEIVED, html, step="save", **typed).status_code == 303
    ((subject, body),) = rows("SELECT subject, body FROM letter_texts")
    assert subject == "Your request {{ reference }}"
    assert body.endswith("\nGoodbye.")


def test_saved_words_leave_with_the_next_letter(
    coordinator: FlaskClient, make_request: Callable[..., int], rows: Callable[..., list[Any]]
) -> None:
    answer = send(coordinator, subject=SUBJECT, body=BODY)
    assert answer.status_code == 303
    number = make_request("speaker")
    [(subject, text, html)] = rows("SELECT subject, text, html FROM outbox_emails WHERE submission_id = :n", n=number)
    assert re.fullmatch(r"Thank you, USC-\d+ is here", subject)
    assert text.startswith("Dear Jean Armstrong,\n\nNew words by ")
    assert re.search(r"Your page\n\[\[link:\d+\]\]\n\nIn solidarity,", text)
    assert ">Your page</a>" in html
    assert "Edited" in coordinator.get("/dashboard/letters").text


def test_a_name_that_may_be_empty_keeps_its_condition(coordinator: FlaskClient, rows: Callable[..., list[Any]]) -> None:
    path = "/dashboard/letters/speaker/confirmed/en"
    bare = "{{ greeting }},\n\n{{ speaker_name }} has said yes.\n\nYour page\n{{ private_link }}"
    refused = send(coordinator, path, subject="Your speaker", body=bare)
    assert "Line 3: {{ speaker_name }} is not always known. Put {% if speaker_name %} before" in refused.text
    assert boxes(refused.text)["body"] == bare
    assert rows("SELECT * FROM letter_texts") == []
    known = "{% if speaker_name %}{{ speaker_name }}{% else %}Somebody{% endif %}"
    guarded = bare.replace("{{ speaker_name }}", known)
    assert send(coordinator, path, subject="Your speaker", body=guarded).status_code == 303


def test_a_move_shows_the_saved_words_to_be_looked_over(
    coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    send(coordinator, "/dashboard/letters/speaker/matching/en", subject="Looking", body="Saved\n{{ private_link }}")
    page = coordinator.get(f"/dashboard/requests/{make_request('speaker')}/moves/start-matching").text
    assert boxes(page)["subject-0"] == "Looking"
    assert boxes(page)["body-0"] == "Saved\n{private link}"


def test_saved_words_cost_no_statement_on_a_page_that_only_reads(
    coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    coordinator.get("/dashboard/letters")
    with counted() as statements:
        coordinator.get("/dashboard/letters")
    assert [each for each in statements if "letter_texts" in each] == []
    # A page that tries a move out holds the write lock, and reads them once.
    path = f"/dashboard/requests/{make_request('speaker')}/moves/start-matching"
    with counted() as statements:
        coordinator.get(path)
    assert len([each for each in statements if "letter_texts" in each]) == 1


def test_filing_a_request_reads_saved_words_once(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    with counted() as statements:
        make_request("speaker")
    assert len([each for each in statements if "FROM letter_texts" in each]) == 1


def test_the_preview_is_filled_in_with_a_real_request(
    coordinator: FlaskClient, make_request: Callable[..., int], rows: Callable[..., list[Any]]
) -> None:
    number = make_request("speaker", contact_name="Bronwen Hughes")
    typed = reference_of(coordinator, number).lower().replace("-", " ")
    page = send(coordinator, step="preview", body=BODY, reference=typed)
    assert page.status_code == 200
    assert "Dear Bronwen Hughes," in page.text
    assert "New words by " in page.text
    assert "[their private link]" in page.text
    assert boxes(page.text)["body"] == BODY
    assert "with examples" not in page.text.partition("Filled in with")[2]
    assert rows("SELECT * FROM letter_texts") == []


def test_the_preview_says_where_an_example_stands_for_what_a_request_lacks(
    coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    typed = reference_of(coordinator, make_request("speaker"))
    page = send(coordinator, "/dashboard/letters/common/question/en", "preview", reference=typed)
    assert "Has your hall a screen?" in page.text
    assert "with an example for “question”" in page.text


def reference_of(client: FlaskClient, number: int) -> str:
    found = re.search(r"USC-\d+", client.get(f"/dashboard/requests/{number}").text)
    assert found
    return found[0]


@pytest.mark.parametrize("typed", ["USC-99999", "nonsense", "1", "9" * 30, "<b>"])
def test_a_reference_that_is_none_keeps_everything_typed(coordinator: FlaskClient, typed: str) -> None:
    page = send(coordinator, step="test", subject=SUBJECT, body=BODY, reference=typed)
    assert "We know no request with this reference" in page.text
    assert boxes(page.text)["body"] == BODY
    assert boxes(page.text)["reference"] == typed


def test_a_request_of_another_kind_is_not_shown(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    reference = reference_of(coordinator, make_request("affiliation"))
    page = send(coordinator, step="preview", body=BODY, reference=reference)
    assert f"{reference} is an affiliation. This letter is about a speaker request" in page.text


def test_every_letter_can_be_shown_with_a_real_request(
    money_handler: FlaskClient, make_request: Callable[..., int]
) -> None:
    kinds = [kind.name for kind in registry.kinds()]
    references = {kind: reference_of(money_handler, make_request(kind)) for kind in kinds}
    drawn = money_handler.get(RECEIVED).text
    about_one = {
        name: each for name, each in letter_book.entries().items() if each.kind not in letter_book.OF_NO_REQUEST
    }
    for place, (name, entry) in enumerate(about_one.items()):
        language = letters.LANGUAGES[place % 2]
        words = letters.shipped(name, language)
        typed = {"subject": words.subject, "body": words.body, "reference": references[entry.kind or "speaker"]}
        page = post_all(money_handler, f"/dashboard/letters/{name}/{language}", drawn, step="preview", **typed)
        assert "Filled in with USC-" in page.text, name


def test_a_test_goes_to_whoever_asks_and_to_nobody_else(
    coordinator: FlaskClient, rows: Callable[..., list[Any]]
) -> None:
    page = send(coordinator, step="test", subject=SUBJECT, body=BODY)
    assert "A test is on its way to coordinator@example.org. Nothing is saved yet." in page.text
    assert boxes(page.text)["body"] == BODY
    [(to, subject, text, html, links)] = rows("SELECT to_address, subject, text, html, link_ids FROM outbox_emails")
    assert to == "coordinator@example.org"
    assert subject == "Test: Thank you, USC-1042 is here"
    assert "http://127.0.0.1/track/this-is-only-a-test" in text
    assert 'href="http://127.0.0.1/track/this-is-only-a-test"' in html
    assert "[[" not in text + html
    assert links in ("[]", [])
    assert rows("SELECT * FROM letter_texts") == []


def test_a_test_about_a_real_request_is_no_letter_of_that_request(
    coordinator: FlaskClient,
    make_request: Callable[..., int],
    rows: Callable[..., list[Any]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    number = make_request()
    reference = reference_of(coordinator, number)
    with caplog.at_level("INFO", "portal.dashboard"):
        send(coordinator, step="test", subject=SUBJECT, body=BODY, reference=reference)
        send(coordinator, step="test", subject=SUBJECT, body=BODY, reference="")
    assert rows("SELECT role, submission_id FROM outbox_emails WHERE id > 1") == [("coordinator", None)] * 2
    assert "Test:" not in coordinator.get(f"/dashboard/requests/{number}").text
    said = [record.msg for record in caplog.records if record.name == "portal.dashboard"]
    assert said == [
        {"event": "letter_tested", "email_id": email, "submission_id": about, "coordinator_id": 1}
        for email, about in ((2, number), (3, None))
    ]


def test_harmful_words_are_never_saved_or_sent_and_never_lost(
    coordinator: FlaskClient, rows: Callable[..., list[Any]]
) -> None:
    drawn = coordinator.get(RECEIVED).text
    with_link = [f"{text}\n{{{{ private_link }}}}" for text in (*ATTACKS, *HALVES, "{{ nonsense }}")]
    for step in ("save", "test"):
        for body in (*with_link, "x" * 20_001, "", "no link", "\x00"):
            page = post_all(coordinator, RECEIVED, drawn, step=step, subject=SUBJECT, body=body)
            assert page.status_code == 200
            assert "There is a problem" in page.text, body
            kept = boxes(page.text)
            assert kept["subject"] == SUBJECT
            assert kept["body"] == body.replace("\x00", "").strip()
    assert rows("SELECT * FROM letter_texts") == []
    assert rows("SELECT * FROM outbox_emails") == []


def test_a_name_that_is_nearly_right_is_offered_beside_its_line(coordinator: FlaskClient) -> None:
    page = send(coordinator, body="{{ greting }},\n\n{{ private_link }}")
    assert "Line 1: this letter knows no {{ greting }}. Did you mean {{ greeting }}?" in page.text


def test_script_in_a_letter_stays_text(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    evil = "<script>alert(1)</script>"
    send(coordinator, subject=evil, body=f"{evil}\n{{{{ private_link }}}}")
    for path in (RECEIVED, f"{RECEIVED}/html", f"{RECEIVED}/history/1", "/dashboard/letters"):
        assert evil not in coordinator.get(path).text


def test_the_html_part_is_shown_in_a_sandbox(coordinator: FlaskClient) -> None:
    page = coordinator.get(f"{RECEIVED}/html")
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert "Dear Jean," in page.text
    assert "[[link" not in page.text


def test_what_differs_is_told_line_by_line(coordinator: FlaskClient) -> None:
    shipped = boxes(coordinator.get(RECEIVED).text)["body"]
    page = send(coordinator, body=shipped.replace("A volunteer reads", "One of us reads"))
    page = coordinator.get(page.location)
    told = plain(page.text)
    assert "taken out: A volunteer" in told
    assert "put in: One of us" in told
    assert re.search(r"<del><span[^>]*>taken out: </span>A volunteer<", page.text)


def test_history_tells_who_and_goes_back(coordinator: FlaskClient, rows: Callable[..., list[Any]]) -> None:
    send(coordinator, body="First\n{{ private_link }}")
    send(coordinator, body="Second\n{{ private_link }}")
    page = coordinator.get(RECEIVED).text
    assert page.count("by Maria Kovalenko") == 2
    version = coordinator.get(f"{RECEIVED}/history/1")
    assert "Saved by Maria Kovalenko on " in version.text
    assert "First" in version.text
    answer = post_all(coordinator, f"{RECEIVED}/history/1", version.text)
    assert answer.status_code == 303
    assert boxes(coordinator.get(RECEIVED).text)["body"].startswith("First")
    shipped = coordinator.get(f"{RECEIVED}/history/0")
    assert "The words we began with" in shipped.text
    post_all(coordinator, f"{RECEIVED}/history/0", shipped.text)
    assert rows("SELECT body FROM letter_texts ORDER BY id DESC LIMIT 1") == [("",)]
    page = coordinator.get(RECEIVED).text
    assert "Nothing differs." in page
    assert "Back to the words we began with" in page
    assert "Edited" not in coordinator.get("/dashboard/letters").text
    assert coordinator.get(f"{RECEIVED}/history/4").status_code == 200
    assert coordinator.get(f"{RECEIVED}/history/5").status_code == 404


def test_typing_the_shipped_words_is_going_back(coordinator: FlaskClient, rows: Callable[..., list[Any]]) -> None:
    shipped = boxes(coordinator.get(RECEIVED).text)
    answer = send(coordinator, body=shipped["body"])
    assert "Nothing had changed" in coordinator.get(answer.location).text
    assert rows("SELECT * FROM letter_texts") == []
    send(coordinator, subject=SUBJECT, body=BODY)
    send(coordinator, subject=shipped["subject"], body=shipped["body"])
    assert rows("SELECT subject, body FROM letter_texts ORDER BY id DESC LIMIT 1") == [("", "")]


def test_who_saves_second_is_told_and_loses_nothing(
    coordinator: FlaskClient, sign_in: Callable[..., FlaskClient], rows: Callable[..., list[Any]]
) -> None:
    other = sign_in("coordinator", "taras@example.org", "Taras Melnyk")
    drawn = coordinator.get(RECEIVED).text
    send(other, body="His words\n{{ private_link }}")
    mine = "My words\n{{ private_link }}"
    page = post_all(coordinator, RECEIVED, drawn, step="save", body=mine)
    assert page.status_code == 409
    assert "Taras Melnyk saved this letter while you were writing" in page.text
    assert "taken out: His" in plain(page.text)
    assert boxes(page.text)["body"] == mine
    assert len(rows("SELECT * FROM letter_texts")) == 1
    assert post_all(coordinator, RECEIVED, page.text, step="save").status_code == 303
    assert rows("SELECT body FROM letter_texts ORDER BY id DESC LIMIT 1") == [(mine,)]


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40, "²"])
def test_a_page_that_lost_its_place_overwrites_nothing(
    coordinator: FlaskClient, rows: Callable[..., list[Any]], seen: str
) -> None:
    send(coordinator, body="First\n{{ private_link }}")
    assert send(coordinator, body="Second\n{{ private_link }}", seen=seen).status_code == 409
    assert len(rows("SELECT * FROM letter_texts")) == 1


def test_words_whose_fact_is_gone_are_told_and_cannot_come_back(app: Flask, coordinator: FlaskClient) -> None:
    with app.app_context():
        db.session.execute(
            db.text(
                "INSERT INTO letter_texts (template, language, subject, body, saved_at)"
                " VALUES ('speaker/received', 'en', 'Old', '{{ gone_since }} {{ private_link }}', '2026-01-01')"
            )
        )
        db.session.commit()
    assert "Cannot be used" in coordinator.get("/dashboard/letters").text
    assert "this letter knows no {{ gone_since }}" in coordinator.get(RECEIVED).text
    version = coordinator.get(f"{RECEIVED}/history/1")
    assert "These words cannot be used as they are" in version.text
    send(coordinator, subject=SUBJECT, body=BODY)
    version = coordinator.get(f"{RECEIVED}/history/1")
    assert "There is a problem" in post_all(coordinator, f"{RECEIVED}/history/1", version.text).text
    assert boxes(coordinator.get(RECEIVED).text)["body"] == BODY


@pytest.mark.parametrize(
    "path",
    [
        "/dashboard/letters/accounts/new_password/en",
        "/dashboard/letters/base/closing/en",
        "/dashboard/letters/speaker/nothing/en",
        "/dashboard/letters/speaker/received/ru",
        "/dashboard/letters/..%2F..%2Fconfig/received/en",
        f"{RECEIVED}/history/99999999999999999999",
    ],
)
def test_what_is_no_letter_of_the_book_is_not_found(coordinator: FlaskClient, path: str) -> None:
    assert coordinator.get(path).status_code == 404


def test_viewers_neither_read_nor_change_letters(sign_in: Callable[..., FlaskClient]) -> None:
    viewer = sign_in("viewer", name="Vera Lysenko")
    for path in ("/dashboard/letters", RECEIVED, f"{RECEIVED}/html", f"{RECEIVED}/history/0"):
        assert viewer.get(path).status_code == 403
    assert viewer.post(RECEIVED, data={"step": "save"}).status_code in (400, 403)


def test_an_admin_edits_letters_too(sign_in: Callable[..., FlaskClient]) -> None:
    assert send(sign_in("admin"), subject=SUBJECT, body=BODY).status_code == 303


def test_a_letter_about_several_requests_is_shown_with_examples_alone(
    coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    path = "/dashboard/letters/coordinator/digest/en"
    page = send(coordinator, path, step="preview", reference=reference_of(coordinator, make_request("speaker")))
    assert "This letter is about several requests" in page.text


def test_a_letter_to_a_speaker_of_the_register_is_tried_and_saved_like_any_other(
    coordinator: FlaskClient, make_request: Callable[..., int], rows: Callable[..., list[Any]]
) -> None:
    assert "The register of speakers" in coordinator.get("/dashboard/letters").text
    path = "/dashboard/letters/register/tour/en"
    page = send(coordinator, path, step="preview", reference=reference_of(coordinator, make_request("speaker")))
    assert "This letter is about no request. Leave the reference empty to see examples" in page.text
    assert "Branch meeting, North East" in page.text
    page = send(coordinator, path, body="{{ route }}\n\n{{ speaker_name }}\n\n{{ private_link }}")
    assert "this letter knows no {{ speaker_name }}" in page.text
    page = send(coordinator, path, step="test", body="Your route\n\n{{ route }}\n\nAnswer\n{{ private_link }}")
    assert "A test is on its way to coordinator@example.org" in page.text
    assert rows("SELECT * FROM letter_texts") == []
    assert send(coordinator, path, body="Our route\n\n{{ route }}\n\nAnswer\n{{ private_link }}").status_code == 303
    page = coordinator.get(path)
    assert "taken out: " in plain(page.text)
    assert post_all(coordinator, f"{path}/history/0", coordinator.get(f"{path}/history/0").text).status_code == 303
    assert "Nothing differs." in coordinator.get(path).text


def test_a_page_that_lay_open_too_long_gives_the_words_back(coordinator: FlaskClient, rows: Callable[..., Any]) -> None:
    drawn = coordinator.get(RECEIVED).text
    page = post_all(coordinator, RECEIVED, drawn, step="save", subject=SUBJECT, body=BODY, csrf_token="old")
    assert page.status_code == 400
    assert "Words of the letter" in page.text
    assert "New words{% if promise %} by {{ promise }}{% endif %}." in unescape(page.text)
    assert rows("SELECT * FROM letter_texts") == []

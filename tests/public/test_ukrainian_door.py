"""The door of union bodies in Ukraine is whole in Ukrainian: no page, error, move or letter of it is missing a text."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.emails import letters
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import consents, registry
from portal.submissions.actions import perform
from portal.submissions.workflow import Actor
from portal.twinning.registrations import PASS_ON, REGISTER
from tests.conftest import csrf_token
from tests.public.test_languages import english_in, page_in
from tests.public.test_translations import catalogue
from tests.twinning import registrations
from tests.twinning.registrations import ANSWERS, CONFIRMATION, START, US, own_page, register

TYPED = tuple(str(value) for given in ANSWERS.values() for value in given.values())
ROOMS = ("portal/twinning/registration", "portal/public/", "portal/submissions/consents", "templates/public/")
RUSSIAN_ONLY = re.compile("[ыэёъЫЭЁЪ]")
MOVES: dict[str, tuple[tuple[str, Any], ...]] = {
    "received": (),
    "confirmed": (("confirm", CONFIRMATION),),
    "open": (("confirm", CONFIRMATION), ("open", {})),
    "waiting": (("ask", {"question": "Хто може вас підтвердити?"}),),
    "paused": (("confirm", CONFIRMATION), ("pause", {})),
    "declined": (("decline", {"reason": "Ми знайомимо лише профспілки."}),),
}


def test_no_text_of_these_pages_is_missing_or_fuzzy() -> None:
    unsure = [
        message.id
        for message in catalogue()
        if message.id
        and any(place.startswith(ROOMS) for place, _line in message.locations)
        and (message.fuzzy or not all([message.string] if isinstance(message.string, str) else message.string))
    ]
    assert unsure == [], "fill them in with the words of docs/glossary-uk.md, never by a machine alone"


def test_the_way_in_stands_on_the_first_page_and_on_that_of_a_twinning(client: FlaskClient) -> None:
    first = page_in(client, "/uk/")
    assert first.index(START) < first.rindex("/uk/find-my-request")
    assert f'href="{START}"' in page_in(client, "/uk/twin/your-branch")
    assert 'href="/unions-in-ukraine"' in client.get("/").text


def test_the_form_its_errors_its_check_and_its_thanks_are_in_ukrainian(client: FlaskClient) -> None:
    wrong = {"size": "many", "contact_email": "nonsense", "level": "x", "second_email": "nonsense", "oblast": "x"}
    for step in ANSWERS:
        page = page_in(client, f"{START}/{step}")
        assert english_in(page) == [], step
        answer = client.post(f"{START}/{step}", data={"csrf_token": csrf_token(page), **wrong}, follow_redirects=True)
        assert english_in(answer.text, *wrong.values()) == [], step
    check = registrations.fill_in(client)
    assert english_in(check.text, *TYPED) == []
    thanks = client.post(f"{START}/check", data={"csrf_token": csrf_token(check.text)}, follow_redirects=True)
    assert english_in(thanks.text, *TYPED) == []


def test_a_phone_number_is_one_of_ukraine(client: FlaskClient) -> None:
    typed = {"contact_name": "Оксана", "contact_email": "oksana@example.org"}

    def sent(number: str) -> str:
        token = csrf_token(page_in(client, f"{START}/reach"))
        data = {"csrf_token": token, **typed, "contact_phone": number}
        return str(client.post(f"{START}/reach", data=data, follow_redirects=True).text)

    assert "Введіть номер телефону, наприклад +380 44 000 0000 або 067 000 0000" in sent("не маю")
    assert "Введіть номер" not in sent("067 000 00 00"), "as people write it at home"


@pytest.mark.parametrize("state", MOVES)
def test_its_own_page_and_all_pages_behind_it_are_in_ukrainian(app: Flask, client: FlaskClient, state: str) -> None:
    page = own_page(app, register(app, *MOVES[state]))
    shown = page_in(client, page)
    assert english_in(shown, *TYPED) == []
    for address in set(re.findall(rf'href="({page}/[^"?#]+)', shown)):
        assert english_in(page_in(client, address), *TYPED) == [], address


def test_the_page_of_who_has_withdrawn_is_in_ukrainian(app: Flask, client: FlaskClient) -> None:
    number = register(app)
    page = own_page(app, number)
    asked = page_in(client, f"{page}/moves/withdraw")
    done = client.post(f"{page}/moves/withdraw", data={"csrf_token": csrf_token(asked)}, follow_redirects=True)
    assert english_in(done.text) == []
    assert "Що ми зберігаємо" in done.text


def test_every_letter_of_the_kind_is_there_and_in_ukrainian(app: Flask) -> None:
    workflow = registry.kind("ukrainian").workflow
    rows = [*workflow.acknowledge, *(row for move in workflow.transitions for row in move.notify)]
    rows += [row for each in workflow.follow_ups for row in each.notify]
    assert all(letters.exists(row.template, "uk") for row in rows)
    for moves in MOVES.values():
        register(app, *moves)
    with app.app_context():
        number = register(app)
    with app.app_context():
        perform(db.session, registrations.found(app, number), "withdraw", by=US, now=registrations.NOW)
        db.session.commit()
        written = [each for each in db.session.scalars(select(OutboxEmail)) if each.text]
        assert len(written) > 10
        for each in written:
            text = unescape(f"{each.subject}\n{each.text}").replace("Ukraine Solidarity Campaign", "")
            assert english_in(f">{text}<", *TYPED) == [], each.template
            assert not RUSSIAN_ONLY.search(text), each.template
        assert {each.role for each in written} == {str(Actor.BRANCH)}


def test_consents_are_kept_in_the_ukrainian_words_that_were_shown_with_their_version(app: Flask) -> None:
    number = register(app)
    with app.app_context():
        kept = registrations.found(app, number).consents
        assert [each.recipient for each in kept] == [REGISTER, PASS_ON]
        for each in kept:
            assert each.text == consents.words(each.recipient, "uk") != consents.words(each.recipient, "en")
            assert each.text_version == consents.CONSENTS[each.recipient].version
            assert each.language == "uk"

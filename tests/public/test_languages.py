"""A branch that reads Ukrainian: every page of every form and of its own request, without a sentence of English."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import settings
from portal.clock import utc_now
from portal.emails import links
from portal.extensions import db
from portal.public import language
from portal.submissions import actions, registry
from portal.submissions.actions import Mover
from portal.submissions.models import Submission
from portal.submissions.workflow import Actor
from tests.public.conftest import BRANCH_FACTS, KIND_FACTS
from tests.public.walk import ANSWERS, PATHS, Visitor, errors_on

KINDS = tuple(ANSWERS)
ENGLISH = re.compile(
    r"\b(?:the|your|our|you|we|and|for|with|this|that|of|to|is|are|not|have|enter|choose|yes|no|date|name|send|"
    r"request|branch|meeting|speaker|please|change|optional|error|when|how|what)\b",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"\S+@example\.org")
LEFT_ALONE = ("option", "script", "style", "svg", "title")
"""Names of unions are as on their own paper; the heading of the window holds the same words as the page."""


def english_in(html: str, *ours: str) -> list[str]:
    """The pieces of a page that read as English and are not marked as such, but for what the branch itself typed."""
    html = re.sub(r'<([a-z]+)[^>]*\blang="en"[^>]*>.*?</\1>', " ", html, flags=re.DOTALL)
    for tag in LEFT_ALONE:
        html = re.sub(rf"<{tag}\b.*?</{tag}>", " ", html, flags=re.DOTALL)
    pieces = [unescape(piece).strip() for piece in re.findall(r">([^<>]+)<", html)]
    pieces += [unescape(piece) for piece in re.findall(r'(?:aria-label|alt|placeholder)="([^"]+)"', html)]
    return [
        piece for piece in pieces if ENGLISH.search(_without(piece, (*ours, "NUM – National Union of Mineworkers")))
    ]


def _without(piece: str, ours: tuple[str, ...]) -> str:
    piece = ADDRESS.sub(" ", piece)
    for words in sorted(ours, key=len, reverse=True):
        piece = piece.replace(words, " ")
    return piece


def typed(kind: str) -> tuple[str, ...]:
    """Everything that a branch says in the examples of this folder."""
    told = [*ANSWERS.get(kind, {}).values(), BRANCH_FACTS, KIND_FACTS[kind]]
    return tuple(str(value) for answers in told for value in answers.values())


def page_in(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert '<html lang="uk">' in answer.text, path
    return answer.text


@pytest.mark.parametrize(
    "path",
    ["/uk/", "/uk/find-my-request", "/uk/how-we-use-your-details", "/uk/accessibility", "/uk/contact", "/uk/twinnings"],
)
def test_a_plain_page_is_whole_in_ukrainian(client: FlaskClient, path: str) -> None:
    assert english_in(page_in(client, path)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_is_whole_in_ukrainian(visitor: Visitor, kind: str) -> None:
    for step in ANSWERS[kind]:
        assert english_in(page_in(visitor.client, f"/uk{PATHS[kind]}/{step}")) == []
    visitor.fill(kind, prefix="/uk")
    assert english_in(page_in(visitor.client, f"/uk{PATHS[kind]}/check"), *typed(kind)) == []
    answer = visitor.send(kind, prefix="/uk")
    assert answer.location == f"/uk{PATHS[kind]}/sent"
    assert english_in(page_in(visitor.client, answer.location), *typed(kind)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_wrong_is_said_in_ukrainian(visitor: Visitor, kind: str) -> None:
    wrong = {
        "date_1": "31 February", "time_1": "when we meet", "decided_on": "tomorrow or so", "members": "lots",
        "postcode": "!!", "contact_email": "jean at example", "contact_phone": "12", "size": "many", "body_type": "x",
    }  # fmt: skip
    for step in ANSWERS[kind]:
        answer = visitor.post(f"/uk{PATHS[kind]}/{step}", wrong)
        if errors_on(answer.text):
            assert english_in(answer.text, *wrong.values()) == [], step


def test_regions_and_kinds_of_body_are_offered_in_ukrainian(visitor: Visitor) -> None:
    path = f"/uk{PATHS['speaker']}/your-branch"
    page = unescape(visitor.client.get(path).text)
    for words in ("Рада профспілок (місцева, Trades council)", "Інша організація (впишіть назву)"):
        assert f">{words}<" in page
    answer = unescape(
        visitor.post(path, {**ANSWERS["speaker"]["your-branch"], "town": "Atlantis", "postcode": ""}).text
    )
    for words in ("Йоркшир і Гамбер", "Північно-Східна Англія", "Шотландія", "Уельс", "Лондон"):
        assert f">{words}<" in answer
    assert ">Yorkshire" not in answer


@pytest.fixture
def moved(app: Flask) -> Callable[[str, str], str]:
    """Files a request, puts it into a state as no move would, and gives its private token."""

    def make(kind: str, state: str) -> str:
        with app.app_context():
            facts = {**BRANCH_FACTS, **KIND_FACTS[kind], "language": "uk"}
            submission = registry.kind(kind).model(**facts, consents=[])
            actions.receive(db.session, submission, now=utc_now(), by=Mover(Actor.BRANCH))
            row = registry.kind(kind).workflow.state(state)
            for name, value in {
                "state": row.name,
                "turn": row.turn.value,
                "is_open": not row.is_final,
                "closed_at": utc_now() if row.is_final else None,
                "question": "Скільки вас буде?" if row.turn == "branch" else "",
            }.items():
                setattr(submission, name, value)
            db.session.commit()
            number = submission.id
        with app.app_context():
            return token_of(number)

    return make


def token_of(number: int) -> str:
    page = db.session.get_one(Submission, number).PAGE
    link = links.issue(db.session, page, number, utc_now())
    db.session.commit()
    return links.token_of(link)


@pytest.mark.parametrize(
    ("kind", "state"),
    [(kind.name, state.name) for kind in registry.kinds() for state in kind.workflow.states],
)
def test_its_own_page_is_whole_in_ukrainian(
    client: FlaskClient, moved: Callable[[str, str], str], kind: str, state: str
) -> None:
    page = registry.kind(kind).model.PAGE
    assert english_in(page_in(client, f"/{page}/{moved(kind, state)}"), *typed(kind)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_pages_behind_its_own_page_are_whole_in_ukrainian(
    client: FlaskClient, moved: Callable[[str, str], str], kind: str
) -> None:
    page = page_in(client, f"/track/{moved(kind, 'received')}")
    addresses = set(re.findall(r'href="(/track/[^"?#]+)', page))
    assert len(addresses) > 3
    for address in addresses:
        assert english_in(page_in(client, address), *typed(kind)) == [], address


def test_a_private_page_shows_the_other_language_once(client: FlaskClient, moved: Callable[[str, str], str]) -> None:
    token = moved("speaker", "received")
    own = page_in(client, f"/track/{token}")
    assert f'href="/track/{token}?lang=en"' in own
    other = client.get(f"/track/{token}?lang=en").text
    assert '<html lang="en">' in other
    assert "We have your request" in other
    page_in(client, f"/track/{token}")


def test_every_page_is_offered_in_both_languages(app: Flask) -> None:
    shown = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("public.") and "GET" in (rule.methods or set())
    }
    # A file has no page, nor has an address that only leads to one.
    others = ("robots", "feed", "motion_file", "offer_yes_again", "certificate_file", "paper_file")
    assert shown - {f"public.{name}" for name in others} == language.COMPLETE


def test_no_cookie_remembers_a_language(client: FlaskClient) -> None:
    client.get("/uk/")
    assert '<html lang="en">' in client.get("/").text


def test_error_pages_speak_the_language_of_the_address(client: FlaskClient) -> None:
    answer = client.get("/uk/invite-a-speaker/no-such-step")
    assert answer.status_code == 404
    assert english_in(answer.text) == []


def test_days_are_counted_as_ukrainian_counts(app: Flask, client: FlaskClient) -> None:
    for days, words in (("1", "протягом 1 робочого дня"), ("3", "протягом 3 робочих днів"), ("5", "5 робочих днів")):
        with app.app_context():
            for name in ("speaker.received", "twinning.received", "affiliation.received"):
                settings.put(db.session, name, days, by="maria@example.org", now=utc_now())
            db.session.commit()
        assert words in client.get("/uk/").text


def test_a_quotation_stands_in_the_marks_of_its_language(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        for name, value in {
            "quotation": "100 % <b>together</b>",
            "quotation_author": "Oksana, miners’ union",
            "quotation_consent": "By letter",
        }.items():
            settings.put(db.session, name, value, by="maria@example.org", now=utc_now())
        db.session.commit()
    assert "“100 % &lt;b&gt;together&lt;/b&gt;”" in client.get("/").text
    # On the Ukrainian page too: the words stay English.
    assert "“100 % &lt;b&gt;together&lt;/b&gt;”" in client.get("/uk/").text

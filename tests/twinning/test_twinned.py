"""Twinned: what both agreed on, kept from the introduction on, and shown no further than both allow."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.emails import links
from portal.extensions import db
from portal.twinning.facts import settled
from tests.conftest import counted
from tests.submissions.entries import NOW, TODAY
from tests.submissions.walks import move, text_of
from tests.twinning.registrations import own_page, register
from tests.twinning.test_candidates import OPENED, SEEKING, both_say_yes, filed, proposal_of, propose


def twinned(
    app: Flask, *, trust: dict[str, Any] | None = None, organisation: dict[str, Any] | None = None, **changed: Any
) -> tuple[int, int]:
    """A branch that is twinned with a body of the register, whose form is answered by step; the numbers of both."""
    told = {"trust": trust or {}, "organisation": organisation or {}}
    body, number = register(app, *OPENED, **told), filed(app, *SEEKING, **changed)
    with app.app_context():
        propose(number, body)
        proposal = proposal_of(number)
        both_say_yes(proposal)
        for name in ("introduce", "first-contact", "twin"):
            move(proposal, name)
        db.session.commit()
    return number, body


def test_a_twinning_links_both_from_the_introduction_and_knows_what_they_agreed_on(app: Flask) -> None:
    number, body = twinned(app, hopes=["calls", "visits"])
    with app.app_context():
        proposal = proposal_of(number)
        made = proposal.twinning
        assert made is not None
        assert (made.proposal_id, made.registration_id, made.body_level) == (number, body, "primary")
        assert made.aims == ["calls"], "what both hoped for"
        assert made.ended_at is None
        move(proposal, "end")
        assert made.ended_at is not None
        move(proposal, "reopen")
        assert made.ended_at is None, "it goes on"


def test_a_body_typed_in_by_hand_is_asked_for_its_level_and_what_both_want(app: Flask) -> None:
    number = filed(app, *SEEKING, "propose", "introduce", "first-contact")
    with app.app_context():
        proposal = proposal_of(number)
        move(proposal, "twin", joint_aims="aid", body_level="regional")
        made = proposal.twinning
        assert made is not None
        assert (made.registration_id, made.body_level, made.aims) == (None, "regional", ["aid"])


@pytest.mark.parametrize(
    ("allowed", "shown"), [("nothing", "private"), ("oblast-sector", "oblast-sector"), ("name", "public")]
)
def test_a_body_of_the_register_is_shown_as_it_has_allowed_itself(app: Flask, allowed: str, shown: str) -> None:
    number, _ = twinned(app, trust={"publicity": allowed})
    with app.app_context():
        assert proposal_of(number).body_publicity == shown


def test_a_letter_to_a_body_of_the_register_can_lead_to_its_own_page(app: Flask) -> None:
    number, body = twinned(app)
    with app.app_context():
        party = proposal_of(number).party("body")
        assert party is not None
        assert party.links == {"body_link": ("body", body)}
        assert party.language == "uk"


def test_the_agreement_reads_as_a_sentence_in_either_language(app: Flask, client: FlaskClient) -> None:
    number, body = twinned(app, organisation={"name_latin": ""})
    with app.app_context():
        proposal = proposal_of(number)
        assert proposal.twinning is not None
        proposal.twinned_on, proposal.twinning.aims = date(2026, 11, 2), ["calls", "experience"]
        twin = proposal.twinning.id
        db.session.commit()
    paper = client.get(f"{own_page(app, body)}/twinnings/{twin}/papers/agreement").text
    assert "Ми повертаємося до цієї угоди до вівторка, 2 листопада 2027 року." in paper
    assert "сподіваються на таке: відеозустрічі, обмін досвідом." in paper
    assert "We both hope for this: video calls, exchange of experience." in paper
    assert "For the Ukrainian side: Oksana Boiko" in paper
    assert "Від української сторони: Оксана Бойко" in paper
    assert "Pervynna orhanizatsiia shakhty «Svitanok»" in paper, "it has not told us how it writes its name"


def test_both_sides_have_the_certificate_on_their_pages_and_as_a_file(app: Flask, client: FlaskClient) -> None:
    number, body = twinned(app)
    with app.app_context():
        made = proposal_of(number).twinning
        assert made is not None
        twin = made.id
        here = links.path_of(links.issue(db.session(), "track", number, NOW))
        db.session.commit()
    for path, left in ((here, "en"), (own_page(app, body), "uk")):
        page = client.get(path).text
        address = f"{path}/twinnings/{twin}/certificate"
        assert f'href="{address}"' in page
        with counted() as statements:
            certificate = client.get(address)
        assert len(statements) <= 14, statements
        assert 'content="noindex, nofollow"' in certificate.text
        assert certificate.text.index(f'<div lang="{left}">') < certificate.text.index(
            f'<div lang="{"uk" if left == "en" else "en"}">'
        )
        for word in ("Haringey", "Svitanok Mine Primary", "шахти «Світанок»", "Оксана Бойко", "Ottoline Hill"):
            assert word in certificate.text, word
        file = client.get(f"{address}/file")
        cells = [cell.text for row in docx.Document(BytesIO(file.data)).tables[0].rows for cell in row.cells]
        assert any("22 листопада 2026 року" in cell for cell in cells)
        assert "Павлоград" not in certificate.text + str(cells), "never the town"
        assert client.get(f"{path}/twinnings/{twin + 1}/certificate").status_code == 404


def test_there_is_no_certificate_before_both_agreed_nor_after_the_end(app: Flask, client: FlaskClient) -> None:
    number, body = twinned(app)
    path = own_page(app, body)
    with app.app_context():
        move(proposal_of(number), "end")
        db.session.commit()
    assert "/certificate" not in client.get(path).text
    assert client.get(f"{path}/twinnings/1/certificate").status_code == 404


@pytest.mark.parametrize(
    ("moves", "said", "never"),
    [
        (("introduce", "first-contact"), "no twinning comes of it", "has now ended"),
        (("introduce", "first-contact", "twin"), "has now ended", "no twinning comes of it"),
    ],
)
def test_what_never_was_a_twinning_is_not_said_to_end_as_one(
    app: Flask, moves: tuple[str, ...], said: str, never: str
) -> None:
    number = filed(app, *SEEKING, "propose")
    with app.app_context():
        proposal = proposal_of(number)
        proposal.body_language = "en"
        for name in (*moves, "end"):
            move(proposal, name)
        for template in ("twinning/ended", "twinning/ended-body"):
            letter = " ".join(text_of(proposal, template).split())
            assert said in letter
            assert never not in letter
        heading = settled(proposal, "en", TODAY).sentence
        assert heading == ("" if "twin" in moves else "No twinning came of it")


def test_a_branch_reads_what_it_has_chosen_to_be_shown(app: Flask) -> None:
    number, _ = twinned(app)
    with app.app_context():
        proposal = proposal_of(number)
        chosen = "Your branch has chosen: “Keep it private”. You can change that on your page."
        assert chosen in " ".join(text_of(proposal, "twinning/twinned").split())


def test_the_page_of_a_completed_twinning_still_names_the_friends(app: Flask) -> None:
    number, _ = twinned(app)
    with app.app_context():
        proposal = proposal_of(number)
        move(proposal, "close")
        assert proposal.body_email in str(settled(proposal, "en", TODAY).rows)

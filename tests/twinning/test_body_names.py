"""A branch that reads English reads the name of its twin in Latin letters, and a Ukrainian reader in their own."""

from __future__ import annotations

from flask import Flask

from portal.extensions import db
from portal.twinning.body_names import body_name, with_latin
from portal.twinning.facts import arranged, settled
from tests.submissions.entries import TODAY
from tests.submissions.walks import text_of
from tests.twinning.registrations import ANSWERS
from tests.twinning.test_candidates import proposal_of
from tests.twinning.test_twinned import twinned

THEIR_NAME = ANSWERS["organisation"]["name_uk"]
LATIN = ANSWERS["organisation"]["name_latin"]
"""As the body writes its name itself."""


def test_the_branch_reads_the_name_as_the_body_writes_it_in_its_readers_letters(app: Flask) -> None:
    number, _ = twinned(app)
    with app.app_context():
        proposal = proposal_of(number)
        assert dict(settled(proposal, "en", TODAY).rows)["Your twin"] == LATIN
        assert dict(settled(proposal, "uk", TODAY).rows)["Ваші побратими"] == THEIR_NAME
        assert LATIN in text_of(proposal, "twinning/twinned")
        assert THEIR_NAME not in text_of(proposal, "twinning/twinned")
        assert dict(arranged(proposal))["Ukrainian body"] == f"{THEIR_NAME} ({LATIN})"


def test_an_introduction_has_each_name_in_both_alphabets_wherever_english_is_read(app: Flask) -> None:
    number, _ = twinned(app)
    with app.app_context():
        for letter in ("twinning/introduced", "twinning/introduced-body"):
            assert f"{THEIR_NAME} ({LATIN})" in text_of(proposal_of(number), letter), letter


def test_a_name_without_a_latin_form_is_transliterated(app: Flask) -> None:
    number, _ = twinned(app)
    with app.app_context():
        proposal = proposal_of(number)
        candidate = proposal.candidate
        assert candidate is not None
        candidate.registration.name_latin = ""
        db.session.flush()
        assert body_name(proposal, "en").startswith("Pervynna orhanizatsiia")
    assert with_latin("Надія Бондар") == "Надія Бондар (Nadiia Bondar)"
    assert with_latin("Rosa Lead") == "Rosa Lead"

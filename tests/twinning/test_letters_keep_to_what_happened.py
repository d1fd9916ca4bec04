"""The letters of a twinning name no town, and say what has happened to the pair that it has happened to."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from portal.extensions import db
from portal.submissions import actions, intake, turns
from portal.submissions.actions import WrongAnswerError
from portal.submissions.workflow import Actor
from portal.twinning.facts import arranged, facts
from tests.submissions.entries import BRANCH, COORDINATOR, NOW, twinning_answers
from tests.submissions.walks import letters_of, move, text_of

TO_A_TWINNING = ("check", "seek", "propose", "introduce", "first-contact", "twin")


def filed(**changed: Any) -> Any:
    """A twinning proposal as filed."""
    return intake.file(db.session(), "twinning", twinning_answers(**changed), now=NOW, language="en", by=BRANCH)


def twinned(**changed: Any) -> Any:
    """A proposal that has become a twinning."""
    proposal = filed(**changed)
    for name in TO_A_TWINNING:
        move(proposal, name, body_language="en")
    return proposal


@pytest.mark.parametrize("typed", ["Pavlohrad", "Mykolaiv street 5", "Бровари", "somewhere"])
def test_a_town_is_never_taken_for_an_oblast(app: Flask, typed: str) -> None:
    with app.app_context():
        proposal = filed()
        move(proposal, "check")
        move(proposal, "seek")
        answers = {
            "body_name": "Primary organisation",
            "body_oblast": typed,
            "body_sector": "Mining",
            "body_email": "body@example.org",
            "body_language": "uk",
        }
        with pytest.raises(WrongAnswerError) as refused:
            actions.perform(db.session(), proposal, "propose", by=COORDINATOR, now=NOW, answers=answers)
        assert refused.value.name == "body_oblast"
        assert "twinning/proposed" not in [name for name, _ in letters_of(proposal)]


@pytest.mark.parametrize("typed", ["Чернівецька область", "chernivtsi", "Chernivtsi Oblast"])
def test_an_oblast_is_kept_under_its_own_name(app: Flask, typed: str) -> None:
    with app.app_context():
        proposal = filed()
        for name in ("check", "seek"):
            move(proposal, name)
        move(proposal, "propose", body_oblast=typed, body_sector="освіта")
        assert ("Oblast", "Chernivtsi Oblast") in arranged(proposal)
        assert "Where: Chernivtsi Oblast" in text_of(proposal, "twinning/proposed")


def test_a_branch_ends_its_twinning_and_withdraws_nothing(app: Flask) -> None:
    with app.app_context():
        proposal = twinned()
        assert "withdraw" not in {row.name for row in turns.open_to(proposal, Actor.COORDINATOR)}
        move(proposal, "end", by=BRANCH, reason="Our lead has moved away")
        assert proposal.state == "ended"
        letter = text_of(proposal, "twinning/ended")
        assert "Your twinning with Primary organisation of railway workers has now ended." in letter
        assert not [name for name, _ in letters_of(proposal) if name.startswith("common/withdrawn")]
        team = text_of(proposal, "twinning/ended-team")
        assert "NEU Haringey has ended its twinning" in team
        assert "Our lead has moved away" in team
        assert "So has the other side: Primary organisation" in team
        assert "fee" not in team
        for name in ("twinning/ended", "twinning/ended-body"):
            assert "moved away" not in text_of(proposal, name)


def test_nobody_hears_that_a_proposal_had_been_confirmed_that_was_not(app: Flask) -> None:
    with app.app_context():
        proposal = filed()
        move(proposal, "withdraw", by=BRANCH)
        assert [name for name, _ in letters_of(proposal)][-1:] == ["common/withdrawn"]


def test_a_twinning_that_is_opened_again_goes_on(app: Flask) -> None:
    with app.app_context():
        proposal = twinned()
        move(proposal, "end")
        move(proposal, "reopen")
        assert proposal.state == "twinned"
        assert "again. It stands where it stood before." in text_of(proposal, "twinning/reopened")
        assert "common/reopened" not in [name for name, _ in letters_of(proposal)]
        other = filed(branch_name="Camden", contact_email="c@example.org")
        move(other, "withdraw", by=BRANCH)
        move(other, "reopen")
        assert "common/reopened" in [name for name, _ in letters_of(other)]


@pytest.mark.parametrize("share", ["", "yes"])
def test_who_has_no_address_is_not_told_to_write_first(app: Flask, share: str) -> None:
    with app.app_context():
        proposal = twinned(share=share)
        letter = text_of(proposal, "twinning/introduced-body")
        assert ("You are welcome to write first" in letter) == bool(share)
        assert ("To write first, reply to this letter" in letter) != bool(share)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("abt 300", "about 300 members"),
        ("c.1,200 (mostly nurses)", "about 1,200 members"),
        ("300ish", "about 300 members"),
        ("roughly 40-60, NHS", "about 40–60 members"),
        ("just over 2 000 across 1 trust", ""),
        ("1.5k", ""),
        ("B12", ""),
        ("several hundred", ""),
    ],
)
def test_the_other_side_reads_the_number_and_no_words_around_it(app: Flask, typed: str, told: str) -> None:
    with app.app_context():
        proposal = filed(size=typed)
        assert facts(proposal, "en")["size"] == told
        for name in ("check", "seek", "propose"):
            move(proposal, name)
        assert typed not in text_of(proposal, "twinning/proposed-body")
        assert proposal.size == typed, "the desk keeps the words"


def test_how_many_members_is_said_in_words(app: Flask) -> None:
    with app.app_context():
        proposal = filed(size="about 45")
        for name in ("check", "seek", "propose"):
            move(proposal, name)
        assert "близько 45 членів профспілки" in text_of(proposal, "twinning/proposed-body")
        assert "When a meeting is planned, tell us its date" in text_of(proposal, "twinning/checked")

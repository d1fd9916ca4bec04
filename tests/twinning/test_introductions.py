"""What becomes of a candidate, and what the letters may say of either side."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.extensions import db
from portal.submissions import actions, correspondence, intake
from portal.submissions.actions import WrongAnswerError
from portal.submissions.timeline import Viewer, timeline
from portal.twinning import answer_window
from portal.twinning.facts import arranged, facts, settled
from portal.twinning.pulse import QUIET_FOR
from tests.submissions.entries import BRANCH, COORDINATOR, NOW, TODAY, day, twinning_answers
from tests.submissions.walks import letters_of, move, text_of


def filed(**changed: Any) -> Any:
    """A proposal as filed."""
    answers = twinning_answers(**changed)
    return intake.file(db.session(), "twinning", answers, now=NOW, language="en", by=BRANCH)


def test_a_body_that_said_no_is_thanked_and_the_next_one_takes_its_place(app: Flask) -> None:
    with app.app_context():
        proposal = filed()
        for name in ("check", "seek", "propose"):
            move(proposal, name)
        assert proposal.body_name
        move(proposal, "refused")
        assert ("twinning/still-looking-body", "body@example.org") in letters_of(proposal)
        move(proposal, "propose", body_name="Lviv musicians", body_email="lviv@example.org")
        assert proposal.body_name == "Lviv musicians"
        assert letters_of(proposal)[-1] == ("twinning/proposed-body", "lviv@example.org")


def test_nothing_of_one_side_reaches_the_other_before_the_introduction(app: Flask) -> None:
    with app.app_context():
        proposal = filed(town="Wood Green", lead_name="Rosa Lead", share="yes")
        for name in ("check", "seek", "propose"):
            move(proposal, name)
        to_them = text_of(proposal, "twinning/proposed-body")
        to_us = text_of(proposal, "twinning/proposed")
        for word in ("Haringey", "Wood Green", "Ottoline", "ottoline@", "Rosa Lead"):
            assert word not in to_them
        for word in ("Primary organisation", "body@example.org", "Iryna"):
            assert word not in to_us
        move(proposal, "introduce")
        assert "Ottoline Hill" in text_of(proposal, "twinning/introduced-body")
        assert "Iryna Bondar" in text_of(proposal, "twinning/introduced")


def test_the_day_of_the_agreement_is_kept(app: Flask) -> None:
    with app.app_context():
        proposal = filed()
        for name in ("check", "seek", "propose", "introduce", "first-contact", "twin"):
            move(proposal, name)
        assert proposal.twinned_on == day("2026-11-22")
        assert facts(proposal, "uk")["twinned_on"] == "неділя, 22 листопада 2026 року"


LINKED = ("check", "seek", "propose", "introduce", "first-contact", "twin")


@pytest.mark.parametrize("name", ["close", "end"])
def test_a_closed_twinning_is_opened_again_where_it_stood(app: Flask, name: str) -> None:
    with app.app_context():
        proposal = filed()
        for step in LINKED:
            move(proposal, step)
        move(proposal, name)
        assert letters_of(proposal)[-1][1] == "body@example.org"
        move(proposal, "reopen")
        assert proposal.state == "twinned"
        assert letters_of(proposal)[-2:] == [
            ("twinning/reopened", "ottoline@example.org"),
            ("twinning/reopened-body", "body@example.org"),
        ]


def test_a_pause_outlives_the_closing_of_the_file(app: Flask) -> None:
    with app.app_context():
        proposal = filed()
        for name in ("check", "seek", "propose", "introduce", "pause", "end", "reopen"):
            move(proposal, name)
        assert proposal.state == "paused"
        move(proposal, "resume")
        assert proposal.state == "introduced"


def test_what_was_not_yet_linked_goes_back_without_the_other_side(app: Flask) -> None:
    with app.app_context():
        proposal = filed()
        for name in ("check", "seek", "propose", "withdraw", "reopen"):
            move(proposal, name)
        # The candidate was told that nothing came of it.
        assert proposal.state == "seeking"
        assert letters_of(proposal)[-1] == ("common/reopened", "ottoline@example.org")
        for name in ("ask", "withdraw", "reopen"):
            move(proposal, name)
        assert proposal.state == "seeking"


def test_a_twinning_that_slept_is_awake_after_a_pause(app: Flask) -> None:
    with app.app_context():
        proposal = filed()
        for name in LINKED:
            move(proposal, name)
        for name in ("gone-quiet", "pause", "resume"):
            move(proposal, name, now=NOW + QUIET_FOR)
        assert "The twinning can go on, and your twin knows it." in text_of(proposal, "twinning/resumed")
        assert settled(proposal, "en", TODAY).sentence.startswith("Your branch is twinned")


def test_letter_and_desk_know_the_same_list_of_what_may_be_shown(app: Flask) -> None:
    with app.app_context():
        proposal = filed()
        for name in LINKED:
            move(proposal, name)
        letter = text_of(proposal, "twinning/twinned-body")
        assert "Ви погодилися показувати таке: назву організації без місця." in letter
        assert "Чи можна показувати" not in letter, "they have agreed already"


def test_facts_name_no_town_and_fall_back_on_the_contact(app: Flask) -> None:
    with app.app_context():
        told = facts(filed(town="Wood Green", share="yes"), "en")
        assert not any("Wood Green" in value for value in told.values())
        assert (told["lead_name"], told["lead_email"]) == ("Ottoline Hill", "ottoline@example.org")
        assert told["sector"] == "Schools and early years"
        assert told["hopes"] == "Video calls"
        assert told["size"] == "about 2,400 members"


def test_a_ukrainian_reads_places_and_sectors_in_ukrainian(app: Flask) -> None:
    with app.app_context():
        proposal = filed(town="Leeds", postcode="")
        proposal.body_oblast, proposal.body_sector = "Dnipropetrovsk", "mining"
        told = facts(proposal, "uk")
        assert told["region"] == "Йоркшир і Гамбер"
        assert told["body_oblast"] == "Дніпропетровська область"
        assert told["body_sector"] == "Гірнича промисловість"
        proposal.body_oblast, proposal.body_sector = "somewhere", "lorry drivers of Bakhmut"
        told = facts(proposal, "uk")
        assert (told["body_oblast"], told["body_sector"]) == ("", "Інша галузь"), "typed before there was a list"
        proposal.state, proposal.body_name = "proposed", "A body"
        assert "Bakhmut" not in str(settled(proposal, "en", TODAY))
        assert ("Sector", "lorry drivers of Bakhmut") in arranged(proposal)
        proposal.body_sector = ""
        assert facts(proposal, "uk")["body_sector"] == ""


@pytest.mark.parametrize(
    ("typed", "kept", "read"),
    [
        ("mining", "mining", "Mining"),
        ("Освіта", "education", "Schools and early years"),
        ("other", "other", "Another sector"),
        ("another sector", "other", "Another sector"),
    ],
)
def test_a_sector_of_the_list_goes_into_the_letters(app: Flask, typed: str, kept: str, read: str) -> None:
    with app.app_context():
        proposal = filed()
        for name in ("check", "seek"):
            move(proposal, name)
        move(proposal, "propose", body_sector=typed)
        assert proposal.body_sector == kept
        assert f"What the members do: {read}" in text_of(proposal, "twinning/proposed")


def test_no_other_words_are_taken_for_a_sector(app: Flask) -> None:
    answers = {"body_name": "A body", "body_oblast": "Lviv", "body_email": "b@example.org", "body_language": "uk"}
    with app.app_context():
        proposal = filed()
        for name in ("check", "seek"):
            move(proposal, name)
        with pytest.raises(WrongAnswerError) as refused:
            actions.perform(
                db.session(),
                proposal,
                "propose",
                by=COORDINATOR,
                now=NOW,
                answers={**answers, "body_sector": "near Lviv"},
            )
        assert refused.value.name == "body_sector"


def test_without_consent_nobody_of_the_branch_is_named_to_its_twin(app: Flask) -> None:
    with app.app_context():
        proposal = filed(lead_name="Rosa Lead", share="")
        for name in ("check", "seek", "propose", "introduce"):
            move(proposal, name)
        to_them = text_of(proposal, "twinning/introduced-body")
        for word in ("Rosa Lead", "Ottoline", "ottoline@"):
            assert word not in to_them
        assert "Iryna Bondar" in text_of(proposal, "twinning/introduced")


def test_letter_and_page_ask_for_an_answer_by_the_same_day(app: Flask) -> None:
    with app.app_context():
        proposal = filed()
        for name in ("check", "seek", "propose"):
            move(proposal, name)
        for days in range(7):
            now = NOW + timedelta(days=days)
            proposal.state_since = now
            proposal.answers_by = answer_window.last_day(proposal, now)
            told = facts(proposal, "en")["answers_by"]
            assert dict(settled(proposal, "en", TODAY).rows)["We ask for your answer by"] == told


def test_both_halves_of_an_introduction_name_one_day(app: Flask) -> None:
    with app.app_context():
        proposal = filed()
        for name in ("check", "seek", "propose", "introduce"):
            move(proposal, name)
        told = correspondence.common_facts(proposal, "en", "branch", NOW)["in_14_days"]
        assert f"by {told}" in text_of(proposal, "twinning/introduced")
        assert f"will write first, by {told}." in text_of(proposal, "twinning/introduced-body")
        assert "two weeks" not in text_of(proposal, "twinning/introduced-body")


def test_nobody_is_told_why_a_twinning_has_ended(app: Flask) -> None:
    with app.app_context():
        proposal = filed()
        for name in (*LINKED, "end"):
            move(proposal, name)
        for letter in ("twinning/ended", "twinning/ended-body"):
            assert "clash of dates" not in text_of(proposal, letter)
        assert "clash of dates" not in str(timeline(db.session(), proposal, Viewer.BRANCH))
        assert "clash of dates" in str(timeline(db.session(), proposal, Viewer.COORDINATOR))


@pytest.mark.parametrize("state", ["held", "cancelled"])
@pytest.mark.parametrize("name", ["refused", "no-to-twin", "withdraw"])
def test_a_body_that_never_got_the_proposal_is_told_of_no_end(app: Flask, name: str, state: str) -> None:
    """The proposal waits for a second reader, or came back: the body has heard of nothing."""
    with app.app_context():
        proposal = filed()
        for step in ("check", "seek", "propose"):
            move(proposal, step)
        db.session.execute(
            db.text("UPDATE outbox_emails SET state = :state WHERE role = 'ukrainian-body'"), {"state": state}
        )
        move(proposal, name)
        assert [template for template, to in letters_of(proposal) if to == "body@example.org"] == [
            "twinning/proposed-body"
        ]

"""Letters ask for nothing that was told already, and do not say that the branch did what a coordinator did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.affiliations.models import FeeBand
from portal.extensions import db
from portal.speakers.facts import facts as speaker_facts
from portal.speakers.models import SpeakerRequest
from portal.submissions import intake
from portal.submissions.forms import FormContext
from portal.submissions.moves import move_form
from portal.submissions.registry import kind
from portal.submissions.timeline import Viewer, timeline
from tests.submissions.entries import ANSWERS, BRANCH, COORDINATOR, NOW, TODAY
from tests.submissions.walks import move, text_of


def filed(name: str, **changed: Any) -> Any:
    """A request of that kind as filed, with a fee of £50 in the table."""
    db.session.add(FeeBand(body_type="branch", pence=5000))
    return intake.file(db.session(), name, ANSWERS[name](**changed), now=NOW, language="en", by=BRANCH)


def test_a_venue_that_was_told_is_not_asked_for(app: Flask) -> None:
    with app.app_context():
        where = {"meeting_format": "in-person", "contact_phone": "0191 498 0171"}
        told = filed("speaker", venue="Redhills", venue_access="Ramp at the back", **where)
        assert "can follow" not in text_of(told, "speaker/received")
        half = filed("speaker", venue="Redhills", date_1="21 January 2027", **where)
        assert "This can follow: access and parking." in text_of(half, "speaker/received")


def test_the_link_of_a_meeting_that_is_near_is_asked_for_at_once(app: Flask) -> None:
    with app.app_context():
        near = filed("speaker", meeting_format="online", date_1=f"{TODAY + timedelta(days=1):%d %B %Y}")
        letter = " ".join(text_of(near, "speaker/received").split())
        assert "The meeting is near, and this is still missing: the joining link. Please add it today" in letter
        assert "can follow" not in letter


def test_no_letter_says_in_the_branchs_voice_that_either_would_suit(app: Flask) -> None:
    with app.app_context():
        request = filed("speaker", meeting_format="either", venue="Redhills")
        english, ukrainian = speaker_facts(request, "en"), speaker_facts(request, "uk")
        assert english["meeting_format"] == "In the room, or online"
        assert ukrainian["meeting_format"] == "У залі або онлайн"
        assert english["missing"] == "access and parking, the joining link"
        assert english["missing"] in english["still_to_tell"]


def test_a_decision_and_a_deputy_that_were_told_are_not_asked_for(app: Flask) -> None:
    with app.app_context():
        proposal = filed("twinning", decision="carried", decided_on="15/10/26", deputy_name="Rosa Lead")
        move(proposal, "check")
        assert "help" not in text_of(proposal, "twinning/received").partition("What happens next")[2]
        assert "Has your branch not decided yet?" not in text_of(proposal, "twinning/checked")
        proposal = filed("twinning", branch_name="Hackney", decision="going", decided_on="8 December 2026")
        move(proposal, "check")
        assert "A deputy beside your lead" in text_of(proposal, "twinning/received")
        assert "Has your branch not decided yet?" not in text_of(proposal, "twinning/checked")


def test_a_minute_that_was_told_is_not_asked_for(app: Flask) -> None:
    with app.app_context():
        told = text_of(filed("affiliation", minute="Agreed to affiliate."), "affiliation/received")
        assert "can follow later" not in told
        assert "we wait for its decision" not in told
        half = text_of(filed("affiliation", branch_name="Leeds"), "affiliation/received")
        assert "The minute of your decision can follow later." in half


@pytest.mark.parametrize(
    ("wants", "asked", "promised"), [("yes", False, True), ("no", False, False), ("", True, False)]
)
def test_a_treasurer_is_not_asked_what_the_branch_has_answered(
    app: Flask, wants: str, asked: bool, promised: bool
) -> None:
    with app.app_context():
        affiliation = filed("affiliation", pay_by="cheque", wants_invoice=wants)
        move(affiliation, "accept")
        letter = text_of(affiliation, "affiliation/fee-due")
        assert "standing order" not in letter
        assert "How you pay, as your branch told us: Cheque." in letter
        assert ("Do you need an invoice" in letter) == asked
        assert ("Your branch asked for an invoice." in letter) == promised


def test_a_report_that_a_coordinator_wrote_down_is_not_the_branchs(app: Flask) -> None:
    with app.app_context():
        request = filed("speaker")
        for name in ("offer", "confirm", "held"):
            move(request, name)
        said = {"motion": "carried", "raised_pence": "55", "wishes": "affiliate"}
        move(request, "report", by=COORDINATOR, **said)
        letter = text_of(request, "speaker/completed")
        for noted in ("A motion was carried", "£55.00", "Affiliate to the campaign", "Is something not quite right?"):
            assert noted in letter
        assert "We have noted how it went" in letter
        assert "Thank you for telling us" not in letter
        titles = [line.title for line in timeline(db.session(), request, Viewer.COORDINATOR)]
        assert "We wrote down how the meeting went" in titles
        assert "The branch told us how it went" not in titles


def test_a_coordinator_who_withdraws_is_told_who_reads_the_reason(app: Flask) -> None:
    row = kind("affiliation").workflow.transition("withdraw")
    with app.test_request_context():
        form = move_form(row, at_desk=True)(context=FormContext(today=TODAY))
        assert str(form["reason"].label.text) == "Why?"
        assert "The branch reads this" in str(form["reason"].description or form["reason"].hint)
        theirs = move_form(row)(context=FormContext(today=TODAY))
        assert str(theirs["reason"].label.text) == "Why are you withdrawing?"
    with app.app_context():
        request = filed("speaker")
        move(request, "withdraw", by=COORDINATOR)
        assert "Thank you for telling us" not in text_of(request, "common/withdrawn")


def test_a_decline_offers_nothing_of_its_own(app: Flask) -> None:
    with app.app_context():
        affiliation = filed("affiliation")
        move(affiliation, "decline", reason="Not a union.")
        letter = text_of(affiliation, "common/declined")
        assert "Not a union." in letter
        for word in ("leaflets", "later date", "model motion", "talk"):
            assert word not in letter


@pytest.mark.parametrize(
    ("venue", "is_missing"), [("", True), ("durham ", True), ("Redhills, Durham", False), ("Redhills", False)]
)
def test_a_town_alone_is_no_address(venue: str, is_missing: bool) -> None:
    assert SpeakerRequest(venue=venue, town="Durham").lacks_address == is_missing


@pytest.mark.parametrize(
    ("day", "said"), [("", "when your meeting is, and what"), ("8 December 2026", "what your meeting on Tuesday 8 Dec")]
)
def test_a_branch_that_takes_it_to_a_meeting_is_told_so(app: Flask, day: str, said: str) -> None:
    with app.app_context():
        text = text_of(filed("twinning", decision="going", decided_on=day), "twinning/received")
        assert "Your branch need not decide first: we begin now." in text
        assert said in text
        assert "a decision of your branch" not in text

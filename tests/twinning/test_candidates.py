"""A body of the register proposed to a branch: what is kept, what forbids it, and what neither side learns."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import actions, consents, intake
from portal.submissions.actions import Mover, NotPermittedError, WrongAnswerError
from portal.submissions.timeline import Viewer, timeline
from portal.submissions.workflow import Actor
from portal.twinning import body_standing, candidates, fitting, waiting
from portal.twinning.candidate import TWINNED, Candidate
from portal.twinning.facts import arranged, settled
from portal.twinning.models import TwinningProposal
from portal.twinning.registrations import PASS_ON, UkrainianRegistration
from tests.conftest import csrf_token
from tests.submissions.entries import BRANCH, COORDINATOR, NOW, TODAY, twinning_answers
from tests.submissions.walks import letters_of, move, text_of
from tests.twinning.registrations import BODY, CONFIRMATION, SECRETS, own_page, register, stored

OPENED = (("confirm", CONFIRMATION), ("open", {}))
SEEKING = ("check", "seek")
OF_THE_BRANCH = ("Haringey", "Wood Green", "Ottoline", "ottoline@", "Rosa")


def filed(app: Flask, *moves: str, **changed: Any) -> int:
    """A proposal after some moves; its number."""
    with app.app_context():
        answers = twinning_answers(town="Wood Green", **{"share": "yes", **changed})
        made = intake.file(db.session(), "twinning", answers, now=NOW, language="en", by=BRANCH)
        for name in moves:
            move(made, name)
        db.session.commit()
        return int(made.id)


def proposal_of(number: int) -> TwinningProposal:
    """The proposal, in the context of the caller."""
    return db.session.get_one(TwinningProposal, number)


def living(number: int) -> Candidate:
    """The candidate of a proposal, in the context of the caller."""
    found = candidates.living(db.session(), number)
    assert found is not None
    return found


def propose(number: int, body: int, although: str = "") -> None:
    """Propose a body of the register, in the context of the caller."""
    answers = {"body": str(body), "although": although}
    actions.perform(db.session(), proposal_of(number), "propose-body", by=COORDINATOR, now=NOW, answers=answers)


def both_say_yes(proposal: TwinningProposal) -> None:
    """Both sides would like to be introduced."""
    living(proposal.id).body_answer = "yes"
    move(proposal, "yes-to-twin")


def test_a_body_of_the_register_is_proposed_and_nothing_of_either_reaches_the_other(app: Flask) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        proposal = proposal_of(number)
        assert proposal.state == "proposed"
        assert letters_of(proposal)[-2:] == [
            ("twinning/proposed", "ottoline@example.org"),
            ("twinning/proposed-body", "oksana.boiko@example.org"),
        ]
        to_them, to_us = text_of(proposal, "twinning/proposed-body"), text_of(proposal, "twinning/proposed")
        assert [word for word in OF_THE_BRANCH if word in to_them] == []
        assert [word for word in SECRETS if word in to_us + str(settled(proposal, "en", TODAY))] == []
        assert "Mining" in to_us
        assert "Dnipropetrovsk Oblast" in to_us
        page = str(settled(proposal, "en", TODAY))
        for told in ("100 to 500 members", "Video calls", "Light, warmth and electricity", "Talks about their work"):
            assert told in to_us, told
            assert told in page, told
        assert "420" not in to_us + page
        assert "приблизну чисельність" in to_them
        assert "oksana" not in str(arranged(proposal))
        db.session.commit()
    assert [secret for secret in SECRETS if secret in stored(app)] == []


def test_they_are_introduced_with_the_contact_of_the_register(app: Flask) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        proposal = proposal_of(number)
        both_say_yes(proposal)
        move(proposal, "introduce")
        letter = text_of(proposal, "twinning/introduced")
        for word in ("Світанок", "Оксана Бойко", "oksana.boiko@example.org"):
            assert word in letter
        assert living(number).state == TWINNED


def test_without_its_consent_the_contact_is_passed_on_to_nobody(app: Flask) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        both_say_yes(proposal_of(number))
        consents.withdraw(db.session.get_one(UkrainianRegistration, body), PASS_ON, NOW)
        with pytest.raises(WrongAnswerError) as refused:
            move(proposal_of(number), "introduce")
        assert "not agreed" in refused.value.sentence


def test_who_has_not_agreed_to_be_introduced_is_proposed_to_nobody(app: Flask) -> None:
    body, number = register(app, *OPENED, trust={"introduce": ""}), filed(app, *SEEKING)
    with app.app_context():
        with pytest.raises(WrongAnswerError) as refused:
            propose(number, body, "All the same.")
        assert "has not agreed to be introduced" in refused.value.sentence
        ranked = fitting.bodies_for(db.session(), number, NOW, 10)
        assert ranked is not None
        assert [block.words for block in ranked.blocked[0].blocks] == [
            "the body has not agreed to be introduced: ask it first"
        ]


def test_a_pause_is_no_refusal(app: Flask) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        for name in ("pause", "resume"):
            actions.perform(db.session, db.session.get_one(UkrainianRegistration, body), name, by=BODY, now=NOW)
        assert proposal_of(number).state == "seeking"
        assert candidates.refused(db.session(), number) == frozenset()
        assert candidates.came_to_nothing(db.session()) == []
        propose(number, body)
        assert proposal_of(number).state == "proposed", "no reason is asked for"


@pytest.mark.parametrize(
    "moves",
    [(), OPENED[:1], (*OPENED, ("pause", {})), (*OPENED, ("withdraw", {}))],
    ids=["unconfirmed", "not open", "paused", "withdrawn"],
)
def test_no_reason_overrides_what_makes_a_body_unfit_to_be_asked(app: Flask, moves: tuple[Any, ...]) -> None:
    body, number = register(app, *moves), filed(app, *SEEKING)
    with app.app_context():
        with pytest.raises(WrongAnswerError):
            propose(number, body, "They asked for it.")
        db.session.rollback()
        assert db.session.scalar(select(Candidate)) is None


def test_another_centre_than_the_branch_asked_for_wants_a_reason_that_is_kept(app: Flask) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING, centre="kvpu")
    with app.app_context():
        with pytest.raises(WrongAnswerError) as refused:
            propose(number, body)
        assert refused.value.name == "although"
        propose(number, body, "The branch agreed by telephone.")
        assert living(number).although == "The branch agreed by telephone."


def test_a_body_is_proposed_to_one_branch_at_a_time(app: Flask) -> None:
    body, first, second = register(app, *OPENED), filed(app, *SEEKING), filed(app, *SEEKING)
    with app.app_context():
        propose(first, body)
        side = waiting.body(db.session(), body)
        assert side is not None
        assert side.is_asked
        with pytest.raises(WrongAnswerError):
            propose(second, body, "All the same")
        move(proposal_of(first), "refused")
        propose(second, body)
        both_say_yes(proposal_of(second))
        move(proposal_of(second), "introduce")
        side = waiting.body(db.session(), body)
        assert side is not None
        assert (side.is_asked, side.has_twin) == (False, True)
        again = fitting.bodies_for(db.session(), first, NOW, 5)
        assert again is not None
        assert not again.ranked
        assert {block.words for block in again.blocked[0].blocks} == {
            "the body has a twin, and wishes for no other",
            "one of the two has said no to the other",
        }


@pytest.mark.parametrize("wishes_more", [False, True])
def test_the_database_lets_no_two_coordinators_introduce_two_twins(any_app: Flask, wishes_more: bool) -> None:
    """What two of us write in the same minute, each having looked before the other wrote."""
    bodies = [register(any_app, *OPENED) for _ in range(2)]
    numbers = [filed(any_app, *SEEKING) for _ in range(2)]
    with any_app.app_context():

        def add(proposal: int, body: int) -> None:
            made = {"proposal_id": proposal, "registration_id": body, "proposed_at": NOW, "is_only": not wishes_more}
            db.session.add(Candidate(**made))
            db.session.commit()

        add(numbers[0], bodies[0])
        with pytest.raises(IntegrityError):
            add(numbers[0], bodies[1])
        db.session.rollback()
        if wishes_more:
            add(numbers[1], bodies[0])
            return
        with pytest.raises(IntegrityError):
            add(numbers[1], bodies[0])
        db.session.rollback()


def test_who_was_faster_is_told_on_the_form(any_app: Flask) -> None:
    bodies, number = [register(any_app, *OPENED) for _ in range(2)], filed(any_app, *SEEKING)
    with any_app.app_context():
        db.session.add(Candidate(proposal_id=number, registration_id=bodies[0], proposed_at=NOW))
        db.session.commit()
        with pytest.raises(WrongAnswerError) as refused:
            propose(number, bodies[1])
        assert "just" in refused.value.sentence


def test_a_twinning_that_is_taken_up_again_has_its_body_again(app: Flask) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        proposal = proposal_of(number)
        both_say_yes(proposal)
        for name in ("introduce", "end"):
            move(proposal, name)
        assert candidates.living(db.session(), number) is None
        move(proposal, "reopen")
        assert living(number).registration_id == body


def test_the_list_is_the_same_both_ways(any_app: Flask) -> None:
    body, number = register(any_app, *OPENED), filed(any_app, *SEEKING)
    with any_app.app_context():
        of_branch = fitting.bodies_for(db.session(), number, NOW, 5)
        of_body = fitting.branches_for(db.session(), body, NOW, 5)
        assert of_branch is not None
        assert of_body is not None
        assert [fit.id for fit in of_branch.ranked] == [body]
        assert [fit.id for fit in of_body.ranked] == [number]
        assert of_branch.ranked[0].theirs == of_body.ranked[0].points


def test_a_letter_to_a_body_leaves_no_address_in_the_open(app: Flask) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        db.session.commit()
        digests = db.session.scalars(select(OutboxEmail.to_digest).where(OutboxEmail.submission_id == number)).all()
        assert all(digests)
    assert "oksana" not in stored(app)


def both(app: Flask) -> tuple[int, int]:
    """A body that is proposed to a branch: the numbers of registration and proposal."""
    body, number = register(app, *OPENED), filed(app, *SEEKING, size="about 2,400 members")
    with app.app_context():
        propose(number, body)
        db.session.commit()
    return body, number


def says(app: Flask, number: int, name: str) -> None:
    """A body makes a move on its own page, or we make it for the body."""
    with app.app_context():
        made = db.session.get_one(UkrainianRegistration, number)
        actions.perform(db.session(), made, name, by=BODY, now=NOW)
        db.session.commit()


def test_a_body_reads_of_the_branch_on_its_own_page_and_says_yes(app: Flask, client: FlaskClient) -> None:
    body, number = both(app)
    path = own_page(app, body)
    page = client.get(path).text
    for word in ("Освіта", "2 400", "Лондон", "Відео"):
        assert word in page.replace("\xa0", " "), word
    assert [word for word in OF_THE_BRANCH if word in page] == []
    asked = client.get(f"{path}/moves/yes-to-twin")
    answer = client.post(
        f"{path}/moves/yes-to-twin", data={"csrf_token": csrf_token(asked.text)}, follow_redirects=True
    )
    assert "Так" in answer.text
    assert [word for word in OF_THE_BRANCH if word in answer.text] == []
    with app.app_context():
        assert living(number).body_answer == "yes"
        proposal = proposal_of(number)
        assert proposal.turn == "both-sides", "the branch has still to answer, and reads so on its page"
        assert proposal.lacks_a_yes
        with pytest.raises(NotPermittedError):
            move(proposal, "introduce")
        move(proposal, "yes-to-twin")
        move(proposal, "introduce")


@pytest.mark.parametrize("name", ["no-to-twin", "pause", "withdraw"])
def test_a_body_that_says_no_pauses_or_withdraws_is_proposed_no_more(app: Flask, name: str) -> None:
    body, number = both(app)
    says(app, body, name)
    with app.app_context():
        proposal = proposal_of(number)
        assert proposal.state == "seeking"
        assert candidates.living(db.session(), number) is None
        assert letters_of(proposal)[-1] == ("twinning/still-looking", "ottoline@example.org")
        read = text_of(proposal, "twinning/still-looking") + str(timeline(db.session(), proposal, Viewer.BRANCH))
        assert [word for word in (*SECRETS, "stepped back", "paused") if word in read] == []
        if name == "withdraw":
            assert (proposal.body_name, proposal.body_email) == ("", "")
            assert "oksana.boiko@example.org" not in {to for _, to in letters_of(proposal)}


def test_without_both_answers_in_time_the_search_goes_on(app: Flask) -> None:
    _, number = both(app)
    with app.app_context():
        proposal = proposal_of(number)
        assert proposal.lacks_a_yes
        actions.perform(db.session(), proposal, "unanswered", by=Mover(Actor.WORKER), now=NOW)
        assert proposal.state == "seeking"
        assert letters_of(proposal)[-2:] == [
            ("twinning/still-looking", "ottoline@example.org"),
            ("twinning/still-looking-body", "oksana.boiko@example.org"),
        ]


def test_a_body_reads_nothing_before_a_second_coordinator_has_read_the_letters(app: Flask) -> None:
    body, _ = both(app)
    with app.app_context():
        db.session.execute(text("UPDATE outbox_emails SET state = 'held' WHERE role = 'ukrainian-body'"))
        made = db.session.get_one(UkrainianRegistration, body)
        assert made.asked_about is None
        assert body_standing.settled(made, "uk", TODAY).rows == ()

"""Terms: opened, paid, waived, continued, and begun anew after a lapse."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.affiliations import terms
from portal.affiliations.facts import arranged, facts
from portal.affiliations.models import FeeBand
from portal.affiliations.standing import settled
from portal.clock import london_day
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import actions, intake, tasks
from portal.submissions.actions import MissingAnswerError, Mover, NotPermittedError, WrongAnswerError
from portal.submissions.moves import move_form
from portal.submissions.registry import kind
from portal.submissions.workflow import Actor
from tests.submissions.entries import BRANCH, NOW, TODAY, affiliation_answers, context, day
from tests.submissions.walks import letters_of, move, text_of

A_YEAR_ON = datetime(2027, 11, 1, 9, tzinfo=UTC)
LONG_AFTER = datetime(2028, 6, 1, 9, tzinfo=UTC)


def filed(**changed: Any) -> Any:
    """An affiliation as filed, with a fee of £50 in the table."""
    db.session.add(FeeBand(body_type="branch", pence=5000))
    answers = affiliation_answers(**changed)
    return intake.file(db.session(), "affiliation", answers, now=NOW, language="en", by=BRANCH)


def test_a_year_from_any_day() -> None:
    assert terms.year_from(date(2026, 11, 22)) == date(2027, 11, 21)
    assert terms.year_from(date(2028, 2, 29)) == date(2029, 2, 28)
    assert terms.year_from(date(2027, 3, 1)) == date(2028, 2, 29)


def test_accepted_paid_renewed_and_renewed_late(app: Flask) -> None:
    with app.app_context():
        affiliation = filed(order_number="PO 7")
        move(affiliation, "accept")
        assert "£50.00" in text_of(affiliation, "affiliation/fee-due")
        assert ("affiliation/fee-due", "tess@example.org") in letters_of(affiliation)
        move(affiliation, "paid")
        (first,) = affiliation.terms
        assert (first.starts_on, first.ends_on) == (day("2026-11-22"), day("2027-11-21"))
        assert (first.paid_pence, first.paid_on) == (5000, day("2026-11-20"))
        move(affiliation, "renewal-due", now=A_YEAR_ON)
        move(affiliation, "renew", now=A_YEAR_ON)
        move(affiliation, "paid", now=A_YEAR_ON, paid_on="1 November 2027")
        assert affiliation.terms[1].starts_on == day("2027-11-22")
        move(affiliation, "renewal-due", now=LONG_AFTER)
        move(affiliation, "into-grace", now=LONG_AFTER)
        move(affiliation, "lapse", now=datetime(2029, 3, 1, tzinfo=UTC))
        move(affiliation, "rejoin", now=datetime(2029, 3, 1, tzinfo=UTC))
        assert [term.starts_on for term in affiliation.terms] == [
            day("2026-11-22"), day("2027-11-22"), day("2029-03-01"),
        ]  # fmt: skip


def test_a_ukrainian_letter_has_its_sums_in_the_ukrainian_way(app: Flask) -> None:
    with app.app_context():
        affiliation = filed(fee_wish="more", offered_pence="£1,250")
        affiliation.language = "uk"
        move(affiliation, "accept")
        assert "£1\N{NO-BREAK SPACE}250,00" in text_of(affiliation, "affiliation/fee-due")
        move(affiliation, "part-paid", paid_pence="1200")
        receipt = text_of(affiliation, "affiliation/part-receipt")
        assert "£1\N{NO-BREAK SPACE}200,00" in receipt
        assert "£50,00" in receipt
        assert ("Fee for the year", "£1,250.00") in arranged(affiliation)
        assert "£" not in re.sub(r"£[0-9\N{NO-BREAK SPACE}]+,[0-9]{2}", "", receipt)


def test_money_that_comes_before_the_renewal_opens_the_term(app: Flask) -> None:
    with app.app_context():
        affiliation = filed()
        for name in ("accept", "paid", "renewal-due", "into-grace"):
            move(affiliation, name)
        move(affiliation, "paid", now=A_YEAR_ON, paid_on="1 Nov 2027", paid_pence="60")
        assert [term.paid_pence for term in affiliation.terms] == [5000, 6000]
        assert affiliation.terms[1].starts_on == day("2027-11-22")


def test_a_waiver_is_a_fact_of_the_term(app: Flask) -> None:
    with app.app_context():
        affiliation = filed()
        move(affiliation, "waive", reason="A strike fund comes first.")
        (term,) = affiliation.terms
        assert (term.waived_reason, term.paid_pence, term.fee_pence) == ("A strike fund comes first.", None, 5000)
        assert affiliation.state == "active"
        assert "nothing to pay" in text_of(affiliation, "affiliation/active")
        assert not term.is_open


def test_a_coordinator_may_agree_another_fee(app: Flask) -> None:
    with app.app_context():
        affiliation = filed(fee_wish="waiver", offered_pence="£20")
        move(affiliation, "accept", fee_pence="20")
        assert affiliation.terms[0].fee_pence == 2000
        told = facts(affiliation, "en")
        assert (told["fee"], told["fee_reason"]) == ("£20.00", "£20.00, as agreed with your branch")
        assert (told["term_starts"], told["paid"]) == ("Sunday 22 November 2026", "")


def test_a_fee_that_nobody_agreed_to_is_said_to_be_ours(app: Flask) -> None:
    with app.app_context():
        affiliation = filed(fee_wish="waiver", offered_pence="£5")
        move(affiliation, "accept", fee_pence="10")
        assert facts(affiliation, "en")["fee_reason"] == "£10.00, as we decided for your branch"


def test_without_any_fee_the_coordinator_is_asked_for_one(app: Flask) -> None:
    with app.app_context():
        answers = affiliation_answers()
        affiliation = intake.file(db.session(), "affiliation", answers, now=NOW, language="en", by=BRANCH)
        with pytest.raises(MissingAnswerError) as missing:
            actions.perform(db.session(), affiliation, "accept", by=Mover(Actor.COORDINATOR), now=NOW)
        assert missing.value.names == ["fee_pence"]
        move(affiliation, "accept", fee_pence="30")
        assert affiliation.terms[0].fee_pence == 3000


def test_the_decision_is_told_by_the_branch(app: Flask) -> None:
    with app.app_context():
        affiliation: Any = filed(decision="going", decided_on="8 December 2026")
        assert facts(affiliation, "en")["meeting_on"] == "Tuesday 8 December 2026"
        move(affiliation, "await-decision")
        move(affiliation, "carried", decided_on="15 October 2026")
        assert (affiliation.decision, affiliation.decided_on) == ("carried", day("2026-10-15"))
        assert affiliation.state == "received"


def test_who_renews_stays_affiliated_while_the_fee_is_due(app: Flask) -> None:
    with app.app_context():
        affiliation = filed()
        for name in ("accept", "paid"):
            move(affiliation, name)
        move(affiliation, "renewal-due", now=A_YEAR_ON)
        move(affiliation, "renew", now=A_YEAR_ON)
        assert (affiliation.state, affiliation.turn) == ("renewal-due", "treasurer")
        assert letters_of(affiliation)[-2:] == [
            ("affiliation/renewed", "ximena@example.org"),
            ("affiliation/renewal-fee", "tess@example.org"),
        ]
        letter = text_of(affiliation, "affiliation/renewed")
        assert "You are affiliated until Sunday 21 November 2027" in letter
        assert "- The year begins: Monday 22 November 2027" in letter
        shown = settled(affiliation, "en", TODAY)
        assert shown.sentence == "You have renewed and stay affiliated. The fee for the next year is due"
        assert ("Last day of the year that is paid", "Sunday 21 November 2027") in shown.rows
        assert ("Fee for the next year", "£50.00") in shown.rows
        assert ("Affiliated until", "Sunday 21 November 2027") in arranged(affiliation)
        with pytest.raises(NotPermittedError):
            move(affiliation, "renew", now=A_YEAR_ON)
        with pytest.raises(NotPermittedError):
            move(affiliation, "decline", now=A_YEAR_ON)
        move(affiliation, "paid", now=A_YEAR_ON, paid_on="1 November 2027")
        assert "stays affiliated for another year" in text_of(affiliation, "affiliation/active")
        assert affiliation.term_over_on == day("2028-11-22")


def test_a_renewal_that_is_never_paid_runs_into_grace_and_lapses(app: Flask) -> None:
    with app.app_context():
        affiliation = filed()
        for name in ("accept", "paid", "renewal-due", "renew"):
            move(affiliation, name)
        assert affiliation.term_over_on == day("2027-11-22")
        move(affiliation, "into-grace")
        assert (affiliation.state, affiliation.turn) == ("grace", "treasurer")
        letter = text_of(affiliation, "affiliation/grace")
        assert "the fee for the next year has not reached us yet" in letter
        assert "The term ended on Sunday 21 November 2027" in letter
        move(affiliation, "lapse", now=LONG_AFTER)
        assert letters_of(affiliation)[-1] == ("affiliation/nothing-due", "tess@example.org")
        move(affiliation, "rejoin", now=LONG_AFTER)
        assert [term.starts_on for term in affiliation.terms] == [day("2026-11-22"), day("2028-06-01")]


@pytest.mark.parametrize(
    ("name", "letter"),
    [("waive", "fee-waived"), ("withdraw", "nothing-due"), ("decline", "nothing-due")],
)
def test_a_treasurer_who_was_asked_to_pay_hears_that_nothing_is_due(app: Flask, name: str, letter: str) -> None:
    with app.app_context():
        affiliation = filed()
        move(affiliation, "accept")
        move(affiliation, name)
        assert letters_of(affiliation)[-1] == (f"affiliation/{letter}", "tess@example.org")
        assert "please pay nothing" in text_of(affiliation, f"affiliation/{letter}")
        db.session.rollback()
        # One who was only told of a fee to come keeps it ready just as well.
        affiliation = filed(branch_name="Another")
        move(affiliation, name)
        assert letters_of(affiliation)[-1] == (f"affiliation/{letter}", "tess@example.org")


def test_a_treasurer_hears_of_a_motion_that_was_lost(app: Flask) -> None:
    with app.app_context():
        affiliation = filed(decision="going", decided_on="8 December 2026")
        move(affiliation, "await-decision")
        move(affiliation, "lost", met_on="2026-11-22")
        assert letters_of(affiliation)[-1] == ("affiliation/nothing-due", "tess@example.org")


def test_a_paid_affiliation_that_ends_says_what_becomes_of_the_money(app: Flask) -> None:
    with app.app_context():
        affiliation = filed()
        move(affiliation, "accept")
        move(affiliation, "paid")
        move(affiliation, "leave")
        assert affiliation.state == "ended"
        assert "You have paid £50.00. A coordinator will write to you" in text_of(affiliation, "affiliation/ended")
        rows = dict(settled(affiliation, "en", london_day(affiliation.state_since)).rows)
        assert rows["You have paid"] == "£50.00"
        day = rows["What becomes of it"].removeprefix("A coordinator writes to you about it by ")
        assert f"about that money by {day}." in " ".join(text_of(affiliation, "affiliation/ended").split())
        assert "It has paid £50.00" in text_of(affiliation, "affiliation/ended-team")
        assert letters_of(affiliation)[-1] == ("affiliation/ended-treasurer", "tess@example.org")
        assert "received £50.00 from you" in text_of(affiliation, "affiliation/ended-treasurer")
        (task,) = (each for each in tasks.of_request(db.session(), affiliation.id) if each.reason == "money")
        assert "£50.00" in task.about
        move(affiliation, "reopen")
        db.session.refresh(task)
        assert task.done_at is not None


def test_a_treasurer_whose_fee_was_waived_hears_that_the_affiliation_has_ended(app: Flask) -> None:
    with app.app_context():
        affiliation = filed()
        for name in ("accept", "waive", "leave"):
            move(affiliation, name)
        assert letters_of(affiliation)[-1] == ("affiliation/ended-treasurer", "tess@example.org")
        letter = text_of(affiliation, "affiliation/ended-treasurer")
        assert "has ended, and there is nothing more to pay" in letter
        assert "Its fee was waived" in letter
        team = text_of(affiliation, "affiliation/ended-team")
        assert "Its fee was waived: there is no money to settle." in team
        assert "withdrawn" not in team


def test_part_of_a_fee_that_was_paid_before_a_withdrawal_is_still_spoken_of(app: Flask) -> None:
    with app.app_context():
        affiliation = filed()
        for name in ("accept", "part-paid", "withdraw", "reopen", "withdraw"):
            move(affiliation, name)
        assert letters_of(affiliation)[-1] == ("affiliation/fee-to-settle", "tess@example.org")


def test_nothing_is_said_of_money_where_none_was_paid_or_its_year_is_over(app: Flask) -> None:
    with app.app_context():
        affiliation = filed()
        move(affiliation, "accept")
        move(affiliation, "waive")
        move(affiliation, "leave")
        assert "paid" not in text_of(affiliation, "affiliation/ended")
        db.session.rollback()
        affiliation = filed(branch_name="Another")
        for name in ("accept", "paid", "renewal-due", "into-grace"):
            move(affiliation, name)
        move(affiliation, "leave", now=LONG_AFTER)
        assert "paid" not in text_of(affiliation, "affiliation/ended")


@pytest.mark.parametrize(
    ("language", "subject", "ended"),
    [
        ("en", "Your affiliation has ended", "- The day it ended: Monday 23 November 2026"),
        ("uk", "Членство вашої організації завершено", "воно завершилося: понеділок, 23 листопада 2026 року"),
    ],
)
def test_an_affiliation_that_ends_is_no_request_that_is_taken_back(
    app: Flask, language: str, subject: str, ended: str
) -> None:
    with app.app_context():
        affiliation = filed()
        affiliation.language = language
        move(affiliation, "accept")
        move(affiliation, "paid")
        move(affiliation, "leave", now=datetime(2026, 11, 23, 9, tzinfo=UTC))
        assert "common/withdrawn" not in [name for name, _ in letters_of(affiliation)]
        letter = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "affiliation/ended")).one()
        assert letter.subject.startswith(subject)
        assert ended in letter.text


def test_a_part_of_the_fee_leaves_the_rest_open(app: Flask) -> None:
    with app.app_context():
        affiliation = filed()
        move(affiliation, "accept")
        with pytest.raises(WrongAnswerError, match=r"£30\.00 of the fee open"):
            move(affiliation, "paid", paid_pence="20")
        with pytest.raises(WrongAnswerError, match="Nothing of the fee is open"):
            move(affiliation, "part-paid", paid_pence="50")
        move(affiliation, "part-paid", paid_pence="20")
        assert (affiliation.state, affiliation.turn) == ("awaiting-payment", "treasurer")
        receipt = text_of(affiliation, "affiliation/part-receipt")
        assert "- Received: £20.00" in receipt
        assert "- Still open: £30.00" in receipt
        assert ("Still open", "£30.00") in arranged(affiliation)
        assert ("Still open", "£30.00") in settled(affiliation, "en", TODAY).rows
        move(affiliation, "paid", paid_pence="30")
        assert affiliation.state == "active"
        receipt = text_of(affiliation, "affiliation/receipt")
        assert "- Received: £30.00" in receipt
        assert "- Received for this term in all: £50.00" in receipt


def test_a_coordinator_may_take_less_for_the_whole_fee(app: Flask) -> None:
    with app.app_context():
        affiliation = filed()
        move(affiliation, "accept")
        move(affiliation, "paid", paid_pence="45", counts_as_whole="yes")
        assert affiliation.state == "active"
        (term,) = affiliation.terms
        assert (term.fee_pence, term.paid_pence, term.waived_pence, term.is_open) == (5000, 4500, 500, False)
        shown = dict(arranged(affiliation))
        assert shown["Fee for the year"] == "£50.00 agreed, £45.00 paid, £5.00 waived"
        assert shown["Waived"] == "What was paid counts as the whole fee."
        assert ("Fee for the year", "£50.00, of which £5.00 is waived") in settled(affiliation, "en", TODAY).rows
        assert "£50,00; від сплати £5,00 вас звільнено" in dict(settled(affiliation, "uk", TODAY).rows).values()
        assert "- Waived for this term: £5.00" in text_of(affiliation, "affiliation/receipt")
        move(affiliation, "renewal-due", now=A_YEAR_ON)
        move(affiliation, "renew", now=A_YEAR_ON)
        assert affiliation.terms[1].fee_pence == 5000


def test_the_rest_of_a_fee_may_be_waived_after_a_part_was_paid(app: Flask) -> None:
    with app.app_context():
        affiliation = filed()
        move(affiliation, "accept")
        move(affiliation, "part-paid", paid_pence="30")
        move(affiliation, "waive", reason="A strike fund comes first.")
        shown = dict(arranged(affiliation))
        assert shown["Fee for the year"] == "£50.00 agreed, £30.00 paid, £20.00 waived"
        assert shown["Waived"] == "A strike fund comes first."
        assert ("Fee for the year", "£50.00, of which £20.00 is waived") in settled(affiliation, "en", TODAY).rows


@pytest.mark.parametrize(("language", "members"), [("en", "1,250"), ("uk", "1\u00a0250")])
def test_a_letter_writes_the_number_of_members_as_its_language_does(app: Flask, language: str, members: str) -> None:
    with app.app_context():
        assert facts(filed(members="1250"), language)["members"] == members


@pytest.mark.parametrize(("name", "sum_of"), [("accept", "fee_pence"), ("paid", "paid_pence")])
def test_nothing_is_no_fee_and_no_payment(name: str, sum_of: str) -> None:
    transition = kind("affiliation").workflow.transition(name)
    form = move_form(transition).from_raw({sum_of: "£0", "paid_on": "20.11.2026"}, context())
    assert not form.validate()
    assert "Is nothing due? Then waive the fee" in str(form.errors[sum_of][0])


def test_a_question_after_the_acceptance_leaves_the_agreed_fee_on_the_page(app: Flask) -> None:
    with app.app_context():
        affiliation = filed(fee_wish="waiver", offered_pence="£20")
        move(affiliation, "ask")
        assert [label for label, _ in settled(affiliation, "en", TODAY).rows] == ["The fee, worked out"]
        move(affiliation, "answer")
        move(affiliation, "accept", fee_pence="20")
        move(affiliation, "ask")
        assert affiliation.state == "query"
        assert settled(affiliation, "en", TODAY).rows == (("Fee for the year", "£20.00"),)


@pytest.mark.parametrize(
    ("moves", "becomes"),
    [
        (("accept", "paid"), "active"),
        (("accept", "paid", "renewal-due"), "renewal-due"),
        (("accept", "paid", "renewal-due", "renew"), "renewal-due"),
        (("waive",), "active"),
        (("accept",), "received"),
        (("accept", "part-paid"), "received"),
        (("ask",), "received"),
    ],
)
def test_one_closed_by_mistake_takes_up_the_year_that_is_paid(app: Flask, moves: tuple[str, ...], becomes: str) -> None:
    with app.app_context():
        affiliation = filed()
        for name in (*moves, "withdraw" if becomes == "received" else "leave", "reopen"):
            move(affiliation, name)
        assert (affiliation.state, affiliation.is_open, affiliation.goes_back_to) == (becomes, True, "")
        assert not affiliation.has_renewed
        if becomes != "received":
            assert affiliation.running_term.ends_on == day("2027-11-21")
            for name in ("renewal-due",) if becomes == "active" else ():
                move(affiliation, name)
            move(affiliation, "renew", now=A_YEAR_ON)
            assert affiliation.terms[-1].starts_on == day("2027-11-22")


def test_one_that_ended_begins_anew_once_its_year_is_over(app: Flask) -> None:
    with app.app_context():
        affiliation = filed()
        for name in ("accept", "paid", "leave"):
            move(affiliation, name)
        assert affiliation.taken_up_as(day("2027-11-21")) == "active"
        move(affiliation, "reopen", now=LONG_AFTER)
        assert affiliation.state == "received"
        move(affiliation, "accept", now=LONG_AFTER)
        assert affiliation.terms[-1].starts_on == day("2028-06-01")


@pytest.mark.parametrize(
    "moves",
    [("withdraw", "reopen", "accept"), ("paid", "renewal-due", "into-grace", "renew", "part-paid", "lapse", "rejoin")],
)
@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ("- The whole fee: £50.00", "- Received so far: £20.00", "- Amount still open: £30.00")),
        ("uk", ("- Увесь внесок: £50,00", "- Уже отримано від вас: £20,00", "- Лишилося сплатити: £30,00")),
    ],
)
def test_after_a_part_payment_only_the_rest_is_asked_for(
    app: Flask, moves: tuple[str, ...], language: str, lines: tuple[str, ...]
) -> None:
    with app.app_context():
        affiliation = filed()
        affiliation.language = language
        move(affiliation, "accept")
        first = text_of(affiliation, "affiliation/fee-due")
        assert not any(line in first for line in lines)
        if moves[0] == "withdraw":
            move(affiliation, "part-paid")
        for name in moves:
            move(affiliation, name)
        asked = text_of(affiliation, "affiliation/fee-due")
        assert all(line in asked for line in lines), asked


def test_the_fee_of_a_year_to_come_is_not_called_due_now(app: Flask) -> None:
    with app.app_context():
        affiliation = filed()
        for name in ("accept", "paid", "renewal-due", "renew"):
            move(affiliation, name)
        letter = text_of(affiliation, "affiliation/renewal-fee")
        assert "now due" not in letter
        assert "- The year begins: Monday 22 November 2027" in letter

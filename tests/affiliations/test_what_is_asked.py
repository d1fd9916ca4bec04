"""What a branch and its treasurer read of fee, term and invoice, and what nobody may forget."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal import settings
from portal.affiliations.models import FeeBand
from portal.affiliations.standing import settled, wanted
from portal.clock import london_day
from portal.dashboard import beside
from portal.extensions import db
from portal.submissions import actions, deadlines, intake, tasks
from portal.submissions.actions import MissingAnswerError
from portal.submissions.day_words import by_in_words_of, in_words_of
from tests.submissions.entries import BRANCH, COORDINATOR, NOW, affiliation_answers, day
from tests.submissions.walks import letters_of, move, text_of

FIRST_DAY = "Sunday 22 November 2026"


@pytest.fixture(autouse=True)
def fees(app: Flask) -> None:
    with app.app_context():
        db.session.add(FeeBand(body_type="branch", basis="flat", pence=7500))
        db.session.commit()


def filed(**changed: Any) -> Any:
    """An affiliation as filed."""
    return intake.file(db.session(), "affiliation", affiliation_answers(**changed), now=NOW, language="en", by=BRANCH)


def test_what_a_branch_offers_is_not_agreed_yet(app: Flask) -> None:
    with app.app_context():
        affiliation = filed(fee_wish="more", offered_pence="100")
        assert "£100.00, as your branch offered" in text_of(affiliation, "affiliation/heads-up")
        assert "now:\n\nYou wish to pay £100.00 a year." in text_of(affiliation, "affiliation/received")
        move(affiliation, "accept")
        assert "£100.00, as your branch offered" in text_of(affiliation, "affiliation/fee-due")
        other = filed(branch_name="Leeds", town="Leeds", postcode="")
        move(other, "accept", fee_pence="60")
        assert "£60.00, as agreed with your branch" in text_of(other, "affiliation/fee-due")


def test_a_treasurer_hears_what_is_still_to_be_decided(app: Flask) -> None:
    """Two officers of one branch read the same: of a fee that nobody has agreed to, and of a vote still to come."""
    with app.app_context():
        usual = filed()
        assert "still to decide" not in text_of(usual, "affiliation/heads-up")
        assert "asks to pay less" not in text_of(usual, "affiliation/heads-up")
        asking = filed(
            fee_wish="waiver",
            decision="going",
            decided_on="10 December 2026",
            branch_name="Leeds",
            town="Leeds",
            postcode="",
        )
        letter = " ".join(text_of(asking, "affiliation/heads-up").split())
        assert "There is nothing to pay yet: your branch has still to decide." in letter
        assert "Your branch asks to pay less, or nothing. We decide that first" in letter


def test_a_branch_that_gets_what_it_asked_for_is_not_asked_whether_it_is_too_much(app: Flask) -> None:
    with app.app_context():
        affiliation = filed(fee_wish="waiver", offered_pence="10")
        assert "or is waived, your branch is affiliated" in text_of(affiliation, "affiliation/received")
        move(affiliation, "accept", fee_pence="10")
        assert "Is it too much" not in text_of(affiliation, "affiliation/accepted")
        other = filed(fee_wish="waiver", offered_pence="10", branch_name="Leeds", town="Leeds", postcode="")
        move(other, "accept", fee_pence="20")
        assert "Is it too much" in text_of(other, "affiliation/accepted")
        third = filed(fee_wish="waiver", branch_name="York", town="York", postcode="")
        move(third, "waive")
        assert "We have waived the fee" in text_of(third, "affiliation/active")


def test_what_a_branch_would_like_besides_is_not_asked_again(app: Flask) -> None:
    with app.app_context():
        for wishes, said, unsaid in (
            (["speaker"], "You told us that you would also like: A speaker.", "Would you like a speaker"),
            ([], "Would you like a speaker, or a twin in Ukraine?", "also like"),
        ):
            affiliation = filed(also_wants=wishes, branch_name=f"Number {len(wishes)}")
            for name in ("accept", "paid"):
                move(affiliation, name, **({"paid_pence": "£75"} if name == "paid" else {}))
            letter = " ".join(text_of(affiliation, "affiliation/active").split())
            assert said in letter
            assert unsaid not in letter


def test_what_a_new_affiliate_would_like_besides_is_work(app: Flask) -> None:
    with app.app_context():
        affiliation = filed(also_wants=["speaker", "twinning"])
        for name in ("accept", "paid"):
            move(affiliation, name, **({"paid_pence": "£75"} if name == "paid" else {}))
        db.session.flush()
        (task,) = tasks.of_request(db.session(), affiliation.id)
        assert "would also like: A speaker; A twin in Ukraine." in task.about
        assert "We write to you about it by" in " ".join(text_of(affiliation, "affiliation/active").split())
        move(affiliation, "leave")
        # What becomes of the fee that was paid is still for somebody to settle.
        assert [each.reason for each in tasks.of_request(db.session(), affiliation.id)] == ["money"]


def test_an_invoice_is_not_asked_for_money_that_has_come(app: Flask) -> None:
    with app.app_context():
        affiliation = filed(wants_invoice="yes")
        for name in ("accept", "paid"):
            move(affiliation, name, **({"paid_pence": "£75"} if name == "paid" else {}))
        db.session.flush()
        (task,) = tasks.of_request(db.session(), affiliation.id)
        assert task.about == (
            f"The branch asked for an invoice for £75.00, for the year from {FIRST_DAY}, and has paid it since. Write "
            "it, marked as paid, and send it to the treasurer."
        )


def test_who_asks_for_less_is_answered(app: Flask) -> None:
    with app.app_context():
        affiliation = filed(fee_wish="waiver", offered_pence="10", waiver_reason="We are few.")
        with pytest.raises(MissingAnswerError) as refused:
            actions.perform(db.session(), affiliation, "accept", by=COORDINATOR, now=NOW)
        assert refused.value.names == ["fee_pence"]
        move(affiliation, "accept", fee_pence="40")
        letter = text_of(affiliation, "affiliation/accepted")
        assert "You asked to pay less. The fee above is what we decided." in letter
        assert "£40.00" in letter


def test_without_a_treasurer_the_contact_is_written_to_as_such(app: Flask) -> None:
    with app.app_context():
        affiliation = filed(treasurer_name="", treasurer_email="")
        move(affiliation, "accept")
        letter = text_of(affiliation, "affiliation/fee-due")
        assert f"Dear {affiliation.contact_name}," in letter
        assert "so this letter comes to you. Please pass it on" in " ".join(letter.split())
        affiliation = filed(treasurer_name="", treasurer_email="till@example.org", branch_name="Leeds")
        move(affiliation, "accept")
        letter = text_of(affiliation, "affiliation/fee-due")
        assert "Dear Treasurer," in letter
        assert "comes to you" not in letter


def test_a_secretary_who_is_the_treasurer_is_one_person(app: Flask) -> None:
    with app.app_context():
        affiliation = filed(treasurer_name="Ximena Hart", treasurer_email="Ximena@example.org")
        assert [name for name, _ in letters_of(affiliation)] == ["affiliation/received"]
        move(affiliation, "accept")
        letter = " ".join(text_of(affiliation, "affiliation/accepted").split())
        assert "A second letter tells you how to pay the fee." in letter
        assert "treasurer" not in letter
        move(affiliation, "paid", paid_pence="75")
        assert letters_of(affiliation)[-1][0] == "affiliation/active"
        letter = " ".join(text_of(affiliation, "affiliation/active").split())
        assert "Please keep this letter as your receipt." in letter
        assert "treasurer" not in letter
        move(affiliation, "renewal-due")
        move(affiliation, "renew")
        assert "treasurer" not in text_of(affiliation, "affiliation/renewed")
        move(affiliation, "leave")
        assert letters_of(affiliation)[-2][0] == "affiliation/ended", "and the team's letter"
        assert "No affiliation fee is due any more" in text_of(affiliation, "affiliation/ended")


def test_letters_and_page_agree_that_the_invoice_comes_first(app: Flask) -> None:
    with app.app_context():
        affiliation = filed(wants_invoice="yes")
        move(affiliation, "accept")
        db.session.flush()
        for name in ("accepted", "fee-due"):
            letter = " ".join(text_of(affiliation, f"affiliation/{name}").split())
            assert "within 30 days of it" in letter
            assert "Nothing is due before it has come" in letter
            assert "now due" not in letter
            assert "pay by " not in letter.lower()
        page = settled(affiliation, "en", NOW.date())
        assert page.sentence == "Your affiliation is accepted, and our invoice comes next"
        rows = dict(page.rows)
        assert "We send it to you by Friday 27 November" in text_of(affiliation, "affiliation/fee-due")
        assert rows["Invoice"] == "We send it to the treasurer by Friday 27 November 2026. Nothing is due before"
        assert (rows["Please pay"], rows["Please quote"]) == ("Within 30 days of the invoice", affiliation.reference)


def test_an_invoice_that_is_promised_becomes_a_task(app: Flask) -> None:
    with app.app_context():
        affiliation = filed(wants_invoice="yes")
        actions.preview(db.session(), affiliation, "accept", by=COORDINATOR, now=NOW)
        assert list(tasks.of_request(db.session(), 1)) == [], "looking at the letters opens nothing"
        affiliation = filed(wants_invoice="yes")
        move(affiliation, "accept")
        db.session.commit()
        (task,) = tasks.of_request(db.session(), affiliation.id)
        assert task.about == (
            f"The branch needs an invoice for £75.00, for the year from {FIRST_DAY}. Write it, and send it to the "
            "treasurer."
        )
        assert task.due_on == day("2026-11-25")


def test_an_invoice_that_is_promised_stands_until_somebody_ticks_it_off(app: Flask) -> None:
    with app.app_context():
        affiliation = filed(wants_invoice="yes")
        move(affiliation, "accept")
        move(affiliation, "paid", paid_pence="75")
        assert affiliation.state == "active"
        (task,) = tasks.of_request(db.session(), affiliation.id)
        assert task.reason == "invoice"
        waived = filed(wants_invoice="yes", branch_name="Leeds", town="Leeds", postcode="")
        move(waived, "accept")
        move(waived, "waive")
        assert not tasks.of_request(db.session(), waived.id), "nothing is due, and so nothing to invoice"


@pytest.mark.parametrize("is_waived", [False, True])
def test_whoever_paid_nothing_for_a_year_reads_that_it_may_ask_again(app: Flask, is_waived: bool) -> None:
    with app.app_context():
        affiliation = filed()
        move(affiliation, "accept")
        if is_waived:
            move(affiliation, "waive")
        else:
            move(affiliation, "paid", paid_pence="75")
        move(affiliation, "renewal-due")
        assert ("We waived the fee for this year" in text_of(affiliation, "affiliation/renewal-due")) is is_waived


@pytest.mark.parametrize("wants_invoice", ["no", "yes"])
def test_after_a_part_payment_everybody_reads_of_the_rest(app: Flask, wants_invoice: str) -> None:
    with app.app_context():
        affiliation = filed(wants_invoice=wants_invoice)
        move(affiliation, "accept")
        later = NOW + timedelta(days=9)
        move(affiliation, "part-paid", paid_pence="20", now=later)
        db.session.commit()
        said = beside.lines(affiliation, later.date())
        assert "£20.00 of £75.00 has come, and £55.00 is still open." in said
        receipt = " ".join(text_of(affiliation, "affiliation/part-receipt").split())
        named = dict(settled(affiliation, "en", NOW.date()).rows)
        if wants_invoice == "no":
            assert f"Please pay the rest by {named['Please pay by']}, in the same way." in receipt
            return
        assert "Please pay the rest within 30 days of it" in receipt
        assert "Nothing more is due before it has come" in receipt
        assert "rest by" not in receipt
        (task,) = tasks.of_request(db.session(), affiliation.id)
        assert task.about == (
            f"The branch asked for an invoice for £75.00, for the year from {FIRST_DAY}, and has paid £20.00 of it "
            "since: £55.00 is still open. Write it, say so on it, and send it to the treasurer."
        )


def test_the_renewal_names_its_fee_and_its_year(app: Flask) -> None:
    with app.app_context():
        affiliation = filed()
        for name in ("accept", "paid", "renewal-due"):
            move(affiliation, name, **({"paid_pence": "75"} if name == "paid" else {}))
        letter = text_of(affiliation, "affiliation/renewal-due")
        term = affiliation.running_term
        assert "- The fee: £75.00" in letter
        assert f"{term.ends_on + timedelta(days=1):%-d %B %Y}" in letter
        move(affiliation, "renew", by=BRANCH)
        assert affiliation.current_term.starts_on == term.ends_on + timedelta(days=1)


def test_two_payments_are_not_said_to_have_come_on_one_day(app: Flask) -> None:
    with app.app_context():
        affiliation = filed()
        move(affiliation, "accept")
        move(affiliation, "part-paid", paid_pence="40")
        move(affiliation, "paid", paid_pence="35")
        letter = text_of(affiliation, "affiliation/active")
        assert "- Received in all: £75.00" in letter
        assert "- The last of it arrived:" in letter


def test_a_cheque_goes_to_somebody(app: Flask) -> None:
    with app.app_context():
        affiliation = filed(pay_by="cheque")
        move(affiliation, "accept")
        letter = text_of(affiliation, "affiliation/fee-due")
        assert "whom to make the cheque out to" in letter
        assert "bank details" not in letter


def test_a_meeting_that_was_named_is_not_asked_for(app: Flask) -> None:
    with app.app_context():
        affiliation = filed(decision="going", decided_on="10 December 2026")
        letter = text_of(affiliation, "affiliation/received")
        assert "After your meeting, please tell us what it decided." in letter
        assert "The date and the minute" not in letter
        move(affiliation, "await-decision")
        assert "Please tell us the result by Thursday 17 December 2026" in text_of(
            affiliation, "affiliation/awaiting-decision"
        )
        assert ("affiliation/accepted", "ximena@example.org") not in letters_of(affiliation)


@pytest.mark.parametrize("motion", [None, ""])
def test_the_letter_about_a_decision_leads_to_the_model_motion(app: Flask, motion: str | None) -> None:
    with app.app_context():
        if motion is not None:
            settings.put(db.session(), "model_motion", motion, by="Gwen", now=NOW)
        affiliation = filed(decision="going", decided_on="10 December 2026")
        move(affiliation, "await-decision")
        letter = text_of(affiliation, "affiliation/awaiting-decision")
        assert ("/model-motion" in letter) is (motion is None), "it was taken away"
        assert "Would a speaker at that meeting help?" in letter


@pytest.mark.parametrize("says_so", [True, False])
def test_the_letter_after_the_decision_asks_about_the_aims_as_the_page_does(app: Flask, says_so: bool) -> None:
    with app.app_context():
        affiliation = filed(accepts_aims="yes" if says_so else "", decision="not-yet", decided_on="")
        move(affiliation, "await-decision")
        move(affiliation, "carried", decided_on="2026-10-01")
        letter = text_of(affiliation, "affiliation/carried")
        assert ("Does your branch accept the aims of the campaign?" in letter) is not says_so


def test_who_has_filled_in_no_form_is_told_of_none(app: Flask) -> None:
    """A coordinator wrote it down at a stall."""
    with app.app_context():
        answers = affiliation_answers(accepts_aims="")
        affiliation = intake.file(
            db.session(), "affiliation", answers, now=NOW, language="en", by=COORDINATOR, channel="stall"
        )
        asked = wanted(affiliation, NOW.date(), has_written=False)
        assert asked is not None
        said = " ".join(text_of(affiliation, "affiliation/received").split())
        assert "Does your branch accept the aims of the campaign? You have not told us yet." in said
        assert str(asked.sentence) in said
        assert "form" not in f"{said} {asked.sentence} {asked.button}".replace("information", "")


def test_a_branch_that_has_renewed_reads_by_when_to_pay(app: Flask) -> None:
    with app.app_context():
        affiliation = filed()
        move(affiliation, "accept")
        move(affiliation, "paid", paid_pence="75")
        move(affiliation, "renewal-due")
        later = NOW + timedelta(days=280)
        move(affiliation, "renew", now=later)
        db.session.flush()
        asked_on = london_day(later)
        pay_by = deadlines.working_day(asked_on + timedelta(days=30), asked_on)
        assert dict(settled(affiliation, "en", asked_on).rows)["Please pay by"] == in_words_of(pay_by, "en")
        assert f"pay by {by_in_words_of(pay_by, 'en')}" in text_of(affiliation, "affiliation/renewal-fee")


def test_a_branch_that_withdraws_reads_of_nobody_who_was_never_told(app: Flask) -> None:
    with app.app_context():
        affiliation = filed()
        move(affiliation, "withdraw")
        letter = text_of(affiliation, "common/withdrawn")
        assert "There is nothing more to do." in letter
        for words in ("counting on it", "cost left to settle"):
            assert words not in letter


@pytest.mark.parametrize(
    ("wishes", "said"),
    [(["speaker"], "You told us that you would like a speaker."), ([], "Would a speaker at that meeting help?")],
)
def test_who_has_asked_for_a_speaker_is_not_asked_whether_one_would_help(
    app: Flask, wishes: list[str], said: str
) -> None:
    with app.app_context():
        affiliation = filed(decision="going", decided_on="8 December 2026", also_wants=wishes)
        for name in ("await-decision", "put-off"):
            move(affiliation, name)
        for name in ("awaiting-decision", "put-off"):
            letter = " ".join(text_of(affiliation, f"affiliation/{name}").split())
            assert said in letter
            assert ("Would a speaker" in letter) is (not wishes)

"""Nobody agrees for another: a lead who did not send the form is asked, and named only with their own consent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import london_day, utc_now
from portal.emails import links
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.sealed import digest
from portal.submissions import actions, consents, intake
from portal.submissions.day_words import in_words_of
from portal.submissions.models import Consent, Event
from portal.twinning import leads
from portal.twinning.facts import arranged, settled
from portal.twinning.models import TwinningProposal
from portal.twinning.pulse import QUIET_FOR
from tests.conftest import csrf_token
from tests.submissions.entries import BRANCH, COORDINATOR, NOW, TODAY, twinning_answers
from tests.submissions.walks import letters_of, move, text_of

LEAD = {"lead_name": "Hanna Lead", "lead_email": "lead@example.org", "share": "yes"}
TO_THE_TWIN = ("twinning/introduced-body", "twinning/introduced")


def filed(**changed: Any) -> Any:
    answers = twinning_answers(**(LEAD | changed))
    return intake.file(db.session(), "twinning", answers, now=NOW, language="en", by=BRANCH)


def introduced(proposal: Any) -> Any:
    for name in ("check", "seek", "propose", "introduce"):
        move(proposal, name)
    return proposal


def asked(proposal: Any) -> list[str]:
    return [address for template, address in letters_of(proposal) if template == "twinning/lead-asked"]


def test_without_the_leads_own_consent_whoever_agreed_is_named(app: Flask) -> None:
    with app.app_context():
        proposal = introduced(filed())
        for name in TO_THE_TWIN:
            assert "Ottoline Hill" in text_of(proposal, name)
            assert "ottoline@example.org" in text_of(proposal, name)
            assert "Hanna" not in text_of(proposal, name)
            assert "lead@example.org" not in text_of(proposal, name)
        assert "twinning/introduced-lead" not in [name for name, _ in letters_of(proposal)]


def test_where_nobody_agreed_nobody_is_named(app: Flask) -> None:
    with app.app_context():
        letter = text_of(introduced(filed(share="")), "twinning/introduced-body")
        for word in ("Ottoline", "ottoline@", "Hanna", "lead@example.org"):
            assert word not in letter


def test_the_lead_is_asked_once_it_is_checked_and_not_again_on_that_day(app: Flask) -> None:
    with app.app_context():
        proposal = filed()
        assert asked(proposal) == []
        move(proposal, "check")
        assert asked(proposal) == ["lead@example.org"]
        first = text_of(proposal, "twinning/lead-asked")
        assert "Ottoline Hill has asked us" in first
        assert "We wrote to you" not in first
        move(proposal, "seek")
        move(proposal, "propose")
        assert asked(proposal) == ["lead@example.org"], "nobody is asked the same twice on one day"


def test_a_lead_who_is_asked_again_on_another_day_reads_of_the_first(app: Flask) -> None:
    with app.app_context():
        proposal = filed()
        for name, days in (("check", 0), ("seek", 0), ("propose", 3)):
            move(proposal, name, now=NOW + timedelta(days=days))
        wrote = f"We wrote to you about it on {in_words_of(london_day(NOW), 'en')}, and have not heard from you yet."
        assert wrote in text_of(proposal, "twinning/lead-asked")
        assert len(asked(proposal)) == 2


def test_nobody_is_asked_who_sent_the_form_or_has_no_address(app: Flask) -> None:
    with app.app_context():
        for changed in (
            {"lead_name": "", "lead_email": ""},
            {"lead_name": "ottoline HILL", "lead_email": ""},
            {"lead_name": "Ottoline Hill", "lead_email": "Ottoline@example.org"},
            {"lead_email": ""},
        ):
            proposal = introduced(filed(**changed))
            assert asked(proposal) == []
            assert "ottoline@example.org" in text_of(proposal, "twinning/introduced-body")
            assert "Hanna" not in text_of(proposal, "twinning/introduced-body")


def test_a_lead_who_agreed_is_named_and_introduced(app: Flask) -> None:
    with app.app_context():
        proposal = filed(share="")
        move(proposal, "check")
        leads.agree(db.session(), proposal, language="en", now=NOW)
        for name in ("seek", "propose", "introduce"):
            move(proposal, name)
        assert len(asked(proposal)) == 1
        assert "lead@example.org" in text_of(proposal, "twinning/introduced-body")
        assert ("twinning/introduced-lead", "lead@example.org") in letters_of(proposal)
        assert "Iryna Bondar" in text_of(proposal, "twinning/introduced-lead")
        kept = db.session.scalars(select(Consent).where(Consent.submission_id == proposal.id)).one()
        assert kept.text == consents.words(consents.LEAD, "en")
        assert kept.text_version == f"{consents.CONSENTS[consents.LEAD].version}/{proposal.lead_key}"


def test_a_lead_whom_the_twin_knows_hears_of_all_that_becomes_of_it(app: Flask) -> None:
    with app.app_context():
        proposal = filed(lead_email="hanna@example.org")
        move(proposal, "check")
        leads.agree(db.session(), proposal, language="en", now=NOW)
        for name in ("seek", "propose", "introduce", "first-contact", "twin"):
            move(proposal, name)
        for name in ("gone-quiet", "revive", "pause", "resume", "end", "reopen", "close"):
            move(proposal, name, now=NOW + QUIET_FOR)
        told = [name for name, address in letters_of(proposal) if address == "hanna@example.org"]
        wanted = ["introduced", "first-contact", "twinned", "dormant", "revived"]
        wanted += ["paused", "resumed", "ended", "reopened", "closed"]
        assert told == ["twinning/lead-asked", *(f"twinning/{name}-lead" for name in wanted)]
        ended = text_of(proposal, "twinning/ended-lead")
        assert "Dear Hanna Lead" in ended
        assert "do not write to them any more" in ended
        assert "clash of dates" not in ended


def test_the_secretary_reads_that_the_lead_writes_first(app: Flask) -> None:
    with app.app_context():
        proposal = filed(lead_email="hanna@example.org")
        move(proposal, "check")
        leads.agree(db.session(), proposal, language="en", now=NOW)
        for name in ("seek", "propose", "introduce", "first-contact", "twin", "pause", "resume"):
            move(proposal, name)
        introduction = text_of(proposal, "twinning/introduced")
        assert "Hanna Lead leads this twinning and has a letter from us too" in introduction
        assert "Please write them" not in introduction
        assert "knows that you write first" in text_of(proposal, "twinning/introduced-lead")
        paused = text_of(proposal, "twinning/paused")
        assert "please do not write to them. We have asked the same of Hanna Lead." in paused
        resumed = text_of(proposal, "twinning/resumed")
        assert "have asked them to send a short greeting" in resumed
        assert "Please send" not in resumed


def test_a_secretary_who_leads_alone_is_asked_to_write(app: Flask) -> None:
    with app.app_context():
        proposal = introduced(filed(lead_name="", lead_email=""))
        assert "Please write them a first greeting" in text_of(proposal, "twinning/introduced")
        for name in ("first-contact", "twin", "pause"):
            move(proposal, name)
        assert "so please do not write to them." in text_of(proposal, "twinning/paused")


def test_a_lead_who_did_not_agree_hears_nothing_of_the_twin(app: Flask) -> None:
    with app.app_context():
        proposal = introduced(filed())
        for name in ("first-contact", "twin", "pause", "resume", "end"):
            move(proposal, name)
        assert {name for name, address in letters_of(proposal) if address == "lead@example.org"} == {
            "twinning/lead-asked"
        }


def test_the_yes_of_one_lead_is_not_that_of_the_next(app: Flask) -> None:
    with app.app_context():
        proposal = filed()
        move(proposal, "check")
        old = links.issue(db.session(), "lead", proposal.id, NOW)
        leads.agree(db.session(), proposal, language="en", now=NOW)
        actions.amend(db.session(), proposal, {"lead_email": "next@example.org"}, by=BRANCH, now=NOW)
        assert not proposal.lead_has_agreed
        assert old.revoked_at is not None
        assert asked(proposal) == ["lead@example.org", "next@example.org"]
        waiting = select(OutboxEmail.state).where(
            OutboxEmail.template == "twinning/lead-asked", OutboxEmail.to_digest == digest("lead@example.org")
        )
        assert db.session.scalars(waiting).all() == ["cancelled"], "the old letter would open nothing"


def test_a_lead_who_was_named_before_anybody_read_it_is_not_written_to(app: Flask) -> None:
    with app.app_context():
        proposal = filed(lead_name="", lead_email="")
        changes = {"lead_name": "Hanna Lead", "lead_email": "lead@example.org"}
        actions.amend(db.session(), proposal, changes, by=BRANCH, now=NOW)
        assert asked(proposal) == []


def test_desk_and_branch_read_whom_the_twin_hears_of(app: Flask) -> None:
    with app.app_context():
        proposal = filed()
        assert ("The lead, Hanna Lead", "is not asked yet") in arranged(proposal)
        move(proposal, "check")
        asked_on = in_words_of(london_day(NOW), "en")
        assert ("The lead, Hanna Lead", f"was asked on {asked_on}, and has not answered") in arranged(proposal)
        rows = dict(settled(proposal, "en", TODAY).rows)
        assert rows["Whom your twin hears of"].startswith("Not Hanna Lead so far")
        leads.agree(db.session(), proposal, language="en", now=NOW)
        assert dict(settled(proposal, "en", TODAY).rows)["Whom your twin hears of"] == "Hanna Lead, who has agreed"
        assert ("The lead, Hanna Lead", "has agreed to be named") in arranged(proposal)
        leads.refuse(db.session(), proposal, NOW)
        said_no = "said no, and is named to nobody. Ask the branch who leads it instead"
        assert ("The lead, Hanna Lead", said_no) in arranged(proposal)
        whom = dict(settled(proposal, "en", TODAY).rows)["Whom your twin hears of"]
        assert whom == "Not Hanna Lead, who would rather not be named"


def page_of_lead(app: Flask, **changed: Any) -> tuple[int, str]:
    with app.app_context():
        proposal = filed(**changed)
        actions.perform(db.session(), proposal, "check", by=COORDINATOR, now=NOW)
        path = links.path_of(links.issue(db.session(), "lead", proposal.id, utc_now()))
        db.session.commit()
        return proposal.id, path


def agreed(app: Flask, number: int) -> tuple[bool, list[str]]:
    with app.app_context():
        proposal = db.session.get_one(TwinningProposal, number)
        lines = db.session.scalars(
            select(Event.name).where(Event.submission_id == number, Event.actor == "lead").order_by(Event.id)
        )
        return proposal.lead_has_agreed, list(lines)


def test_the_lead_answers_on_a_page_of_their_own(app: Flask, client: FlaskClient) -> None:
    number, path = page_of_lead(app)
    page = client.get(path).get_data(as_text=True)
    named = "Ottoline Hill wrote to us and named you."
    for words in ("May we name you to your twin?", "lead@example.org", named, "No, do not name me"):
        assert words in page
    token = csrf_token(page)
    without_tick = client.post(f"{path}/yes", data={"csrf_token": token})
    assert without_tick.status_code == 422
    assert agreed(app, number) == (False, [])
    for _ in range(2):
        assert client.post(f"{path}/yes", data={"csrf_token": token, "share": "yes"}).status_code == 303
    assert agreed(app, number) == (True, ["lead-agreed"])
    page = client.get(path).get_data(as_text=True)
    assert "You have agreed to be named" in page
    client.post(f"{path}/no", data={"csrf_token": token})
    assert agreed(app, number) == (False, ["lead-agreed", "lead-refused"])
    assert "You can still change your mind here." in client.get(path).get_data(as_text=True)


def test_a_refusal_is_kept_and_nobody_asks_again(app: Flask, client: FlaskClient) -> None:
    number, path = page_of_lead(app)
    token = csrf_token(client.get(path).get_data(as_text=True))
    assert client.post(f"{path}/no", data={"csrf_token": token}).status_code == 303
    with app.app_context():
        proposal = db.session.get_one(TwinningProposal, number)
        for name in ("seek", "propose"):
            move(proposal, name)
        assert len(asked(proposal)) == 1


def test_without_a_good_token_nothing_is_kept(app: Flask, client: FlaskClient) -> None:
    number, path = page_of_lead(app)
    for act in ("yes", "no"):
        assert client.post(f"{path}/{act}", data={"csrf_token": "no", "share": "yes"}).status_code == 400
    assert agreed(app, number) == (False, [])
    assert client.get("/lead/nothing").status_code == 404


def test_who_is_named_besides_and_hears_nothing_is_said_to_hear_nothing(app: Flask) -> None:
    with app.app_context():
        besides = {"second_name": "Sue Wells", "second_email": "sue@example.org", "deputy_name": "Dot Marsh"}
        proposal = introduced(filed(**besides))
        first = " ".join(text_of(proposal, "twinning/received").split())
        assert "You also named Sue Wells, Dot Marsh. We have not written to them, so please tell them." in first
        letter = " ".join(text_of(proposal, "twinning/introduced").split())
        assert "We have not written to Sue Wells, Dot Marsh, and did not name them to your twin." in letter
        for name in ("Sue", "Dot"):
            assert name not in text_of(proposal, "twinning/introduced-body")


def test_a_second_contact_who_leads_has_letters_of_their_own(app: Flask) -> None:
    with app.app_context():
        proposal = filed(second_name="Hanna Lead", second_email="lead@example.org")
        assert "You also named" not in text_of(proposal, "twinning/received")


def test_a_branch_reads_in_latin_letters_whom_to_greet(app: Flask) -> None:
    with app.app_context():
        proposal = filed()
        for name in ("check", "seek"):
            move(proposal, name)
        move(proposal, "propose", body_name="Первинна організація «Степова»")
        move(proposal, "introduce", body_contact="Олена Бондар")
        letter = text_of(proposal, "twinning/introduced")
        assert "- Union body: Первинна організація «Степова» (Pervynna orhanizatsiia «Stepova»)" in letter
        assert "- Contact: Олена Бондар (Olena Bondar)" in letter
        assert "(Olena Bondar)" not in letter[letter.index("УКРАЇНСЬКОЮ") :]
        ended = actions.preview(
            db.session(), proposal, "end", by=COORDINATOR, now=NOW, answers={"reason": "Гурт закрито"}
        )
        to_branch = next(each for each in ended if each.template == "twinning/ended")
        assert "Pervynna orhanizatsiia «Stepova»" in to_branch.body
        assert not to_branch.untranslated, "the name is given in Latin letters too"

"""From answers to a request and back."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import func, select

from portal.directory.models import Branch
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import intake, registry, together
from portal.submissions.intake import InvalidAnswersError
from portal.submissions.models import Draft, Event, Submission
from tests.submissions.entries import (
    ANSWERS,
    BRANCH,
    COORDINATOR,
    EXAMPLES,
    NOW,
    Answers,
    affiliation_answers,
    answers_of,
    context,
    day,
    speaker_answers,
    twinning_answers,
)


def filed(kind: str, answers: Answers, **more: Any) -> Submission:
    """File answers and commit."""
    submission = intake.file(db.session(), kind, answers, **{"now": NOW, "language": "en", "by": BRANCH, **more})
    db.session.commit()
    return submission


@pytest.mark.parametrize("entry", EXAMPLES, ids=[entry["id"] for entry in EXAMPLES])
def test_collected_examples_go_through_and_are_read_with_care(app: Flask, entry: dict[str, Any]) -> None:
    kind, answers = answers_of(entry)
    with app.app_context():
        submission = filed(kind, answers)
        expect = entry["expect"]
        assert submission.union is not None
        assert submission.union.slug == expect["union"]
        assert submission.region_slug == expect["region"]
        assert submission.outcode == expect["outcode"]
        assert submission.state == "received"
        assert submission.heading
        assert db.session.scalars(select(OutboxEmail.to_address)).all() == [entry["email"]]
        again = intake.answers_of(submission)
        for step, form in intake.check(kind, again, context(answers=again, stored={})):
            assert not form.errors, (step.name, form.errors, again[step.name])


def test_the_note_on_a_branch_like_one_we_know_is_in_english(app: Flask) -> None:
    with app.app_context():
        filed("speaker", speaker_answers())
        answers = twinning_answers()
        with force_locale("uk"):
            filed(
                "twinning",
                {**answers, "your-branch": {**speaker_answers()["your-branch"], "branch_name": "Durham Areas"}},
            )
        note = db.session.scalars(select(Event.text).where(Event.name == "note")).one()
        assert note == "This branch is new to us. Is it one of these? NUM Durham Area"


def test_what_was_typed_about_a_meeting_stands_beside_what_was_understood(app: Flask) -> None:
    with app.app_context():
        submission: Any = filed("speaker", speaker_answers(date_2="Thurs 21 Jan", date_3="28.1.27", time_3="half six"))
        assert submission.dates == [
            {"on": "2027-01-14", "time_text": "7pm for 7.30", "time": "19:30", "doors": "19:00"},
            {"on": "2027-01-21", "time_text": "7pm for 7.30", "time": "19:30", "doors": "19:00"},
            {"on": "2027-01-28", "time_text": "half six", "time": "18:30"},
        ]
        assert submission.meeting_on == day("2027-01-14")
        assert submission.heading == "NUM Durham Area"


def test_filing_works_alike_on_both_databases(any_app: Flask) -> None:
    with any_app.app_context():
        draft = Draft(token_hash="c" * 64, kind="twinning", opened_at=NOW, updated_at=NOW)
        db.session.add(draft)
        db.session.flush()
        odd = "Ґ\x00=1+1 {{7*7}} \u202e👩\u200d🚒"
        first = filed("twinning", twinning_answers(contact_name=odd, notes=odd), draft=draft)
        assert first.contact_name == "Ґ =1+1 {{7*7}} 👩\u200d🚒"
        assert filed("twinning", twinning_answers(), draft=draft).id == first.id


def test_a_rule_in_words_will_do_instead_of_a_date(app: Flask) -> None:
    with app.app_context():
        by_rule: Any = filed("speaker", speaker_answers(date_1="", time_1="7.30", date_rule="2nd Tuesday"))
        assert (by_rule.dates, by_rule.date_rule, by_rule.meeting_on) == ([], "2nd Tuesday, 7.30", None)
        in_the_wrong_box: Any = filed("speaker", speaker_answers(date_1="2nd Tuesday of the month", time_1=""))
        assert in_the_wrong_box.date_rule == "2nd Tuesday of the month"


def test_spellings_of_one_branch_are_one_branch(app: Flask) -> None:
    with app.app_context():
        first = filed("speaker", speaker_answers(branch_name="Durham Area"))
        for name in ("durham area", "The Durham Area Branch", "NUM Durham Area"):
            assert filed("speaker", speaker_answers(branch_name=name)).branch_id == first.branch_id
        other = filed("speaker", speaker_answers(branch_name="Durham"))
        assert other.branch_id != first.branch_id
        note = db.session.scalar(select(Event).where(Event.submission_id == other.id, Event.name == "note"))
        assert note is not None
        assert "NUM Durham Area" in note.text
        assert not note.is_public
        assert db.session.scalar(select(func.count(Branch.id))) == 2


def test_bodies_without_a_branch(app: Flask) -> None:
    with app.app_context():
        national = filed(
            "speaker", speaker_answers(body_type="national", branch_name="", union="aue", postcode="", region_slug="uk")
        )
        assert national.heading == "AUE"
        assert national.region_slug == ""
        council = filed(
            "speaker",
            speaker_answers(body_type="trades-council", union="", branch_name="Durham County Association of TUCs"),
        )
        assert council.union is not None
        assert council.union.slug == "trades-council"
        assert council.heading == "Durham County Association of TUCs"
        written_in = filed(
            "speaker",
            speaker_answers(union="", union_text="Association of Kite Makers", branch_name="", body_type="other"),
        )
        assert written_in.union_id is None
        assert written_in.union_text == "Association of Kite Makers"
        assert written_in.heading == "Association of Kite Makers"
        nameless = filed("speaker", speaker_answers(branch_name=""))
        assert nameless.branch_id is None
        assert nameless.heading == "NUM"


def test_the_same_draft_makes_one_request(app: Flask) -> None:
    with app.app_context():
        draft = Draft(token_hash="a" * 64, kind="speaker", opened_at=NOW, updated_at=NOW)
        db.session.add(draft)
        db.session.commit()
        first = filed("speaker", speaker_answers(), draft=draft)
        assert filed("speaker", speaker_answers(), draft=draft).id == first.id
        assert db.session.scalar(select(func.count(Submission.id))) == 1
        assert db.session.scalar(select(func.count(OutboxEmail.id))) == 1


def test_a_step_that_no_longer_holds_is_named(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(InvalidAnswersError) as refused:
            filed("speaker", speaker_answers(date_1="14 January 2026"))
        assert refused.value.step_name == "meeting"
        assert "passed" in str(refused.value.form.errors["date_1"][0])
        assert db.session.scalar(select(func.count(Submission.id))) == 0


def test_consent_is_kept_with_the_words_that_were_shown(app: Flask) -> None:
    with app.app_context():
        assert filed("speaker", speaker_answers()).consents == []
        (consent,) = filed("twinning", twinning_answers(share="yes")).consents
        assert (consent.recipient, consent.text_version, consent.given_at) == ("twin", "2026-11-22", NOW)
        assert "Ukrainian union body" in consent.text


def test_by_hand_a_telephone_number_will_do(app: Flask) -> None:
    with app.app_context():
        answers = speaker_answers(contact_email="", contact_phone="0191 498 0171", postcode="", town="")
        with pytest.raises(InvalidAnswersError):
            filed("speaker", answers)
        submission = filed("speaker", answers, by=COORDINATOR, channel="telephone")
        assert submission.contact_email == ""
        assert db.session.scalar(select(func.count(OutboxEmail.id))) == 0


def test_a_held_entry_keeps_its_letters_back(app: Flask) -> None:
    with app.app_context():
        submission = filed("speaker", speaker_answers(), held_reason="too-fast")
        assert submission.held_reason == "too-fast"
        letter = db.session.scalars(select(OutboxEmail)).one()
        assert letter.state == "held"


@pytest.mark.parametrize("kind", list(ANSWERS))
def test_a_request_can_be_told_as_a_form_again_and_changes_nothing(app: Flask, kind: str) -> None:
    with app.app_context():
        submission = filed(kind, ANSWERS[kind]())
        raw = intake.answers_of(submission)
        for step in registry.kind(kind).steps:
            event = intake.amend_from(
                db.session(), submission, step.name, raw[step.name], by=BRANCH, now=NOW, context=context()
            )
            assert event is None, (step.name, event and event.data)


def test_corrections_move_the_branch_and_keep_dates_that_have_passed(app: Flask) -> None:
    with app.app_context():
        submission: Any = filed("speaker", speaker_answers(decide_by="1 December 2026"))
        raw = intake.answers_of(submission)
        later = context(today=day("2026-12-20"))
        event = intake.amend_from(
            db.session(),
            submission,
            "meeting",
            raw["meeting"] | {"venue": "Redhills"},
            by=BRANCH,
            now=NOW,
            context=later,
        )
        assert event is not None
        assert event.data["fields"] == ["venue"]
        with pytest.raises(InvalidAnswersError):
            intake.amend_from(
                db.session(),
                submission,
                "meeting",
                raw["meeting"] | {"decide_by": "2 December 2026"},
                by=BRANCH,
                now=NOW,
                context=later,
            )
        old_branch = submission.branch_id
        intake.amend_from(
            db.session(),
            submission,
            "your-branch",
            raw["your-branch"] | {"branch_name": "Yorkshire Area", "postcode": "S70 2DQ"},
            by=COORDINATOR,
            now=NOW,
            context=context(),
        )
        assert submission.heading == "NUM Yorkshire Area"
        assert submission.region_slug == "yorkshire-and-the-humber"
        assert submission.branch_id != old_branch


def test_consent_can_be_given_and_taken_back_later(app: Flask) -> None:
    with app.app_context():
        submission = filed("speaker", speaker_answers())
        raw = intake.answers_of(submission)["you"]
        for share, stands in (("yes", True), ("", False)):
            version = submission.version
            event = intake.amend_from(
                db.session(), submission, "you", raw | {"share": share}, by=BRANCH, now=NOW, context=context()
            )
            db.session.commit()
            assert [each.withdrawn_at is None for each in submission.consents] == [stands]
            assert event is not None
            assert event.data == {"fields": ["share"], "was": {}}
            assert submission.version > version


def test_a_summary_says_what_was_told_in_both_languages(app: Flask) -> None:
    with app.app_context():
        submission = filed(
            "affiliation", affiliation_answers(members="about 650", offered_pence="£60", fee_wish="more")
        )
        rows = {row.field_id: row.value for _, rows in intake.summary_of(submission, "en") for row in rows}
        assert rows["union"] == ["UCU"]
        assert rows["offered_pence"] == ["£60.00"]
        assert rows["decided_on"] == ["Thursday 15 October 2026"]
        ukrainian = {row.field_id: row.value for _, rows in intake.summary_of(submission, "uk") for row in rows}
        assert ukrainian["decided_on"] == ["четвер, 15 жовтня 2026 року"]


def test_each_date_is_filed_once_on_both_databases(any_app: Flask) -> None:
    with any_app.app_context():
        draft = Draft(token_hash="e" * 64, kind="speaker", opened_at=NOW, updated_at=NOW)
        db.session.add(draft)
        db.session.flush()
        answers = speaker_answers(date_2="21 January 2027", on_dates="each")
        first = filed("speaker", answers, draft=draft)
        assert filed("speaker", answers, draft=draft).id == first.id
        rows = db.session.execute(select(Submission.sent_with, Submission.meeting_on).order_by(Submission.id)).all()
        assert [tuple(row) for row in rows] == [(first.id, day("2027-01-14")), (first.id, day("2027-01-21"))]
        assert [each.on for each in together.companions(first)] == [day("2027-01-21")]

"""The first call: times in London and Kyiv, both sides tick, one is fixed, and both calendars hear of it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.clock import LONDON, london_day
from portal.emails.invites import CANCEL, REQUEST, Invite, read_back
from portal.emails.models import SENT, OutboxEmail
from portal.extensions import db
from portal.submissions import follow_ups, tasks
from portal.submissions.actions import WrongAnswerError
from portal.submissions.models import reference_of
from portal.submissions.work import Task
from portal.twinning import calling, leads
from portal.twinning.calling import by_rule, in_words
from portal.twinning.first_calls import FirstCall
from tests.conftest import counted, csrf_token
from tests.submissions.entries import NOW
from tests.submissions.walks import letters_of, move, text_of
from tests.twinning.registrations import found, own_page
from tests.twinning.test_candidates import proposal_of
from tests.twinning.test_papers import branch_page, introduced

BRANCH, BODY = "branch", "ukrainian-body"


def call_of(number: int) -> FirstCall:
    """The first call of a proposal, in the context of the caller."""
    found = calling.call_of(proposal_of(number))
    assert found is not None
    return found


def tick(number: int, *places: int, is_body: bool) -> None:
    """One side can make the times at these places, in the context of the caller."""
    numbers = {each.id for place, each in enumerate(call_of(number).slots) if place in places}
    calling.tick(db.session(), proposal_of(number), numbers, is_body=is_body, now=NOW)
    db.session.commit()


def files(number: int, role: str) -> list[Invite]:
    """The calendar files that a side was sent, in their order."""
    found = select(OutboxEmail.calendar).where(
        OutboxEmail.submission_id == number, OutboxEmail.role == role, OutboxEmail.calendar.is_not(None)
    )
    return [read_back(each or "") for each in db.session.scalars(found.order_by(OutboxEmail.id))]


def test_the_introduction_offers_times_to_both_in_both_zones(app: Flask) -> None:
    number, _, _ = introduced(app)
    with app.app_context():
        assert len(call_of(number).slots) == 6
        here, there = (text_of(proposal_of(number), f"twinning/introduced{side}") for side in ("", "-body"))
        assert "5pm in London, 7pm in Kyiv" in here
        assert "19:00 за Києвом, 17:00 за Лондоном" in there


@pytest.mark.parametrize(
    ("after", "last"), [(date(2027, 3, 12), date(2027, 4, 3)), (date(2026, 10, 9), date(2026, 10, 31))]
)
def test_the_hours_hold_across_the_change_of_both_clocks(after: date, last: date) -> None:
    moments = by_rule(after)
    assert {each.astimezone(LONDON).strftime("%A %H:%M") for each in moments} == {
        "Tuesday 17:00", "Thursday 18:30", "Saturday 11:00",
    }  # fmt: skip
    assert london_day(moments[-1]) <= last
    assert len({each.hour for each in moments if each.astimezone(LONDON).hour == 17}) == 2, "one on either side of it"
    for each in moments:
        hours = re.findall(r"\d\d:\d\d", in_words(each, "uk"))
        assert int(hours[0][:2]) - int(hours[1][:2]) == 2


@pytest.mark.parametrize("after", [date(2026, 12, 8), date(2026, 12, 14), date(2026, 12, 22)])
def test_no_call_is_offered_while_families_sit_together(after: date) -> None:
    days = [london_day(each) for each in by_rule(after)]
    assert len(days) == 6, "as many as ever"
    festive = {date(2026, 12, day) for day in range(24, 32)} | {date(2027, 1, day) for day in (1, 6, 7)}
    assert not festive.intersection(days)


def test_on_the_night_of_the_change_the_day_in_kyiv_may_be_another(app: Flask) -> None:
    moment = datetime(2027, 3, 27, 22, 30, tzinfo=UTC)
    assert "27 March 2027" in in_words(moment, "en")
    with app.app_context():
        assert "28 березня 2027 року, 00:30 за Києвом, 22:30 за Лондоном" in in_words(moment, "uk")


def test_the_first_time_that_suits_both_is_fixed_and_both_are_invited(app: Flask) -> None:
    number, _, _ = introduced(app)
    with app.app_context():
        tick(number, 0, 2, 4, is_body=True)
        assert call_of(number).starts_at is None
        tick(number, 2, 3, 4, is_body=False)
        call = call_of(number)
        assert call.starts_at == call.slots[2].starts_at
        assert proposal_of(number).call_on == london_day(call.slots[2].starts_at)
        assert [name for name, _ in letters_of(proposal_of(number))[-2:]] == [
            "twinning/call-fixed", "twinning/call-fixed-body",
        ]  # fmt: skip
        for role in (BRANCH, BODY):
            (sent,) = files(number, role)
            assert (sent.method, sent.uid, sent.starts_at) == (REQUEST, call.uid, call.starts_at)
            assert sent.location == ""
            assert not re.search("Haringey|Світанок|Оксана|Ottoline|Павлоград", sent.summary + sent.description)
        assert files(number, BODY)[0].language == "uk"
        assert [files(number, role)[0].organizer_name for role in (BRANCH, BODY)] == [
            "Ukraine Solidarity Campaign", "Кампанія солідарності з Україною",
        ]  # fmt: skip


def test_a_new_time_moves_the_same_entry_and_an_end_takes_it_back(app: Flask) -> None:
    number, _, _ = introduced(app)
    with app.app_context():
        for is_body in (True, False):
            tick(number, 1, is_body=is_body)
        move(proposal_of(number), "offer-call-times", call_times="", call_link="https://calls.example.org/one")
        db.session.commit()
        was = call_of(number).was_at
        for template, language in (("twinning/call-times", "en"), ("twinning/call-times-body", "uk")):
            asked = " ".join(text_of(proposal_of(number), template).split())
            assert calling.in_words(was, language) in asked
        assert "does not take place at the time that was fixed" in " ".join(
            text_of(proposal_of(number), "twinning/call-times").split()
        )
        for is_body in (True, False):
            tick(number, 3, is_body=is_body)
        assert call_of(number).was_at is None
        sent = files(number, BRANCH)
        assert [each.method for each in sent] == [REQUEST, CANCEL, REQUEST]
        assert len({each.uid for each in sent}) == 1
        assert [each.sequence for each in sent] == sorted({each.sequence for each in sent})
        assert "https://calls.example.org/one" in sent[-1].description
        move(proposal_of(number), "pause")
        db.session.commit()
        assert files(number, BODY)[-1].method == CANCEL
        assert files(number, BRANCH)[-1].method == CANCEL


def test_a_lead_who_counts_on_a_call_hears_that_it_is_put_off(app: Flask) -> None:
    number, _, _ = introduced(app)
    with app.app_context():
        proposal = proposal_of(number)
        proposal.lead_name, proposal.lead_email = "Jo Marsh-Rill", "jo@example.org"
        leads.agree(db.session(), proposal, language="en", now=NOW)
        move(proposal, "offer-call-times", call_times="")
        assert "twinning/call-moved-lead" not in [name for name, _ in letters_of(proposal)], "none was fixed before"
        for is_body in (True, False):
            tick(number, 1, is_body=is_body)
        move(proposal_of(number), "offer-call-times", call_times="")
        db.session.commit()
        was = in_words(call_of(number).was_at, "en")
        assert was in " ".join(text_of(proposal_of(number), "twinning/call-moved-lead").split())
        assert [each.method for each in files(number, "lead")] == [REQUEST, CANCEL]
        for is_body in (True, False):
            tick(number, 3, is_body=is_body)
        told = [name for name, address in letters_of(proposal_of(number)) if address == "jo@example.org"]
        assert told[-3:] == ["twinning/call-fixed-lead", "twinning/call-moved-lead", "twinning/call-fixed-lead"]


def test_a_call_without_an_address_is_work_and_the_address_goes_to_both_without_undoing_the_time(app: Flask) -> None:
    number, _, _ = introduced(app)
    with app.app_context():
        for is_body in (True, False):
            tick(number, 1, is_body=is_body)
        starts_at = call_of(number).starts_at
        assert starts_at is not None
        near = london_day(starts_at) - timedelta(days=5)
        assert "call-without-address" in {each.row.name for each in follow_ups.planned(proposal_of(number), {}, near)}
        key = f"follow-up:{number}:call-without-address:{near}"
        tasks.open_task(
            db.session(), key=key, reason="follow-up", about="Send it", due_on=near, now=NOW, submission_id=number
        )
        move(proposal_of(number), "send-call-link", call_link="https://calls.example.org/two")
        db.session.commit()
        assert call_of(number).starts_at == starts_at
        done = db.session.scalars(select(Task).where(Task.key == key)).one()
        assert done.done_at is not None
        left = {each.row.name for each in follow_ups.planned(proposal_of(number), {}, near)}
        assert "call-without-address" not in left
        for role, name in ((BRANCH, "call-address"), (BODY, "call-address-body")):
            first, again = files(number, role)
            assert (again.method, again.uid, again.sequence) == (REQUEST, first.uid, first.sequence + 1)
            assert "https://calls.example.org/two" in again.description
            # Telephones offer to join by the place of an entry.
            assert again.location == "https://calls.example.org/two"
            assert "https://calls.example.org/two" in text_of(proposal_of(number), f"twinning/{name}")
        with pytest.raises(WrongAnswerError):
            move(proposal_of(number), "send-call-link", now=starts_at + timedelta(1), call_link="https://a.example.org")


@pytest.mark.parametrize("typed", ["zoom and then call me", "we ring you", "020", "on the usual link, see below."])
def test_words_that_nobody_can_press_or_dial_are_no_address_of_a_call(app: Flask, typed: str) -> None:
    number, _, _ = introduced(app)
    with app.app_context():
        with pytest.raises(WrongAnswerError) as refused:
            move(proposal_of(number), "offer-call-times", call_times="", call_link=typed)
        assert refused.value.name == "call_link"
        for known in ("https://meet.example.org/abc?pwd=1", "zoom.us/j/123", "+44 20 7946 0018", "meet.jit.si/Ours"):
            assert calling._address(f" {known} ") == known


def test_the_branch_reads_of_the_first_call_in_its_next_step(app: Flask, client: FlaskClient) -> None:
    number, _body, _twin = introduced(app)
    page = branch_page(app, number)
    step = client.get(page).text.partition("Your next step")[2].partition("</ol>")[0]
    assert "When could you have the first call? Please choose your times." in step
    assert "Choose your times" in step
    assert "Have you been in touch?" in step
    with app.app_context():
        for is_body in (True, False):
            tick(number, 1, is_body=is_body)
        when = calling.in_words(call_of(number).starts_at or NOW, "en")
        db.session.commit()
    assert f"Your first call: {when}" in client.get(page).text.partition("Your next step")[2]


def test_without_a_time_that_suits_both_others_are_offered_and_somebody_has_work(app: Flask) -> None:
    number, _, _ = introduced(app)
    with app.app_context():
        before = [each.starts_at for each in call_of(number).slots]
        tick(number, is_body=True)
        tick(number, 0, is_body=False)
        call = call_of(number)
        assert call.starts_at is None
        assert not call.has_both
        assert min(each.starts_at for each in call.slots) > max(before)
        assert letters_of(proposal_of(number))[-1][0] == "twinning/call-times-body"
        open_work = select(Task.about).where(Task.submission_id == number, Task.done_at.is_(None))
        assert any("No time suited both" in about for about in db.session.scalars(open_work))
        move(proposal_of(number), "first-contact")
        move(proposal_of(number), "twin")
        db.session.commit()
        assert not any("No time suited both" in about for about in db.session.scalars(open_work)), "they have met"


@pytest.mark.parametrize("typed", ["soon", "14 January 2020, 5pm", "28 March 2027, 1.30am"])
def test_a_line_that_is_no_time_to_come_is_refused(app: Flask, typed: str) -> None:
    number, _, _ = introduced(app)
    with app.app_context(), pytest.raises(WrongAnswerError):
        move(proposal_of(number), "offer-call-times", call_times=typed, call_link="")


@pytest.mark.parametrize(
    "typed",
    [
        "14 January 2027, 5pm",
        "14 January 2027 5pm",
        "14 January 2027 at 5 pm",
        "Thursday 14 January 2027 17:00",
        "14.1.2027, 17",
    ],
)
def test_a_time_is_understood_as_people_type_it(app: Flask, typed: str) -> None:
    """Without its comma it was not."""
    number, _, _ = introduced(app)
    with app.app_context():
        move(proposal_of(number), "offer-call-times", call_times=typed, call_link="")
        assert [each.starts_at for each in call_of(number).slots] == [datetime(2027, 1, 14, 17, tzinfo=UTC)]


def test_both_sides_tick_on_their_own_page_in_their_language(app: Flask, client: FlaskClient) -> None:
    number, body, twin = introduced(app)
    with app.app_context():
        moments = [datetime.now(UTC).replace(microsecond=0) + timedelta(days=10 + day) for day in range(2)]
        calling.offer(proposal_of(number), moments, datetime.now(UTC))
        db.session.commit()
        slots = [str(each.id) for each in call_of(number).slots]
        call_of(number).was_at = moments[0] - timedelta(days=3)
        db.session.commit()
    for path, words in ((own_page(app, body), "за Києвом"), (branch_page(app, number), "in Kyiv")):
        address = f"{path}/twinnings/{twin}/call"
        assert f'href="{address}"' in client.get(path).text
        client.get(address)
        with counted() as statements:
            page = client.get(address)
        assert len(statements) <= 16, statements
        assert words in page.text
        assert re.search("does not take place|не відбудеться в призначений час", page.text)
        assert page.text.count('type="checkbox"') == 2
        assert not re.search("Haringey|Павлоград|ottoline@|oksana", page.text)
        sent = client.post(address, data={"csrf_token": csrf_token(page.text), "times": slots[1]})
        assert sent.status_code == 303
    with app.app_context():
        assert call_of(number).starts_at is not None
    assert client.get(address).status_code == 404, "it is fixed"
    assert "in London" in client.get(path).text


def test_nobody_is_asked_whether_they_are_in_touch_while_a_call_is_to_come(app: Flask) -> None:
    number, _, _ = introduced(app)
    with app.app_context():
        today = london_day(NOW)
        names = {each.row.name for each in follow_ups.planned(proposal_of(number), {}, today)}
        assert {"been-in-touch", "no-first-contact"} <= names
        for is_body in (True, False):
            tick(number, 1, is_body=is_body)
        names = {each.row.name for each in follow_ups.planned(proposal_of(number), {}, today)}
        assert not {"been-in-touch", "no-first-contact"} & names
        assert {"after-the-call", "call-unheard"} <= names


@pytest.mark.parametrize("moves", [("first-contact", "twin"), ("first-contact", "twin", "gone-quiet")])
def test_a_call_that_both_fixed_stays_when_they_are_twinned(
    app: Flask, client: FlaskClient, moves: tuple[str, ...]
) -> None:
    number, body, _ = introduced(app)
    with app.app_context():
        moments = [datetime.now(UTC).replace(microsecond=0) + timedelta(days=10)]
        calling.offer(proposal_of(number), moments, datetime.now(UTC))
        for is_body in (True, False):
            tick(number, 0, is_body=is_body)
        for name in moves:
            move(proposal_of(number), name)
        db.session.commit()
        for role in (BRANCH, BODY):
            assert [each.method for each in files(number, role)] == [REQUEST], "nobody called it off"
        assert "stays as you both fixed it" in text_of(proposal_of(number), "twinning/twinned")
        when = in_words(moments[0], "uk")
        assert when in " ".join(text_of(proposal_of(number), "twinning/twinned-body").split())
    assert when in client.get(own_page(app, body)).text
    with app.app_context():
        move(proposal_of(number), "pause")
        assert files(number, BODY)[-1].method == CANCEL


def test_a_body_that_withdraws_before_the_call_has_it_taken_out_of_its_calendar(app: Flask) -> None:
    number, body, _ = introduced(app)
    with app.app_context():
        for is_body in (True, False):
            tick(number, 1, is_body=is_body)
        [invited] = files(number, BODY)
        db.session.execute(update(OutboxEmail).values(state=SENT))
        move(found(app, body), "withdraw")
        db.session.commit()
        last = select(OutboxEmail).where(OutboxEmail.template == "ukrainian/withdrawn")
        sent = read_back(db.session.scalars(last).one().calendar or "")
        assert (sent.method, sent.uid, sent.sequence) == (CANCEL, invited.uid, invited.sequence + 1)
        assert not re.search("Haringey|Світанок|Оксана|Ottoline", sent.summary + sent.description)
        assert files(number, BRANCH)[-1].method == CANCEL


def test_a_body_reads_its_own_number_in_letter_and_calendar(app: Flask) -> None:
    number, body, _twin = introduced(app)
    with app.app_context():
        for is_body in (True, False):
            tick(number, 1, is_body=is_body)
        own, theirs = (reference_of(each) for each in (body, number))
        for name, quoted, other in (("-body", own, theirs), ("", theirs, own)):
            for template in (f"twinning/introduced{name}", f"twinning/call-fixed{name}", f"twinning/proposed{name}"):
                letter = db.session.query(OutboxEmail).filter_by(submission_id=number, template=template).one()
                assert quoted in letter.subject + letter.text, template
                assert other not in letter.subject + letter.text, template
        assert own in files(number, BODY)[-1].description
        assert theirs in files(number, BRANCH)[-1].description

"""Plans of real rows: their points are those of the ranked list, they keep to the diary, and are taken up once."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.planning import facts, judged, plans, shown
from portal.planning.plans import CannotTakeUpError
from portal.speakers import keeping, leaving, matching
from portal.speakers.engagements import Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.plan_rows import ASKED, LEFT_OUT, Plan, PlanChoice, PlanLine
from portal.speakers.register import Speaker, SpeakerVeto
from portal.speakers.tour_rows import Tour, TourStop
from portal.submissions.history import Mover
from portal.submissions.workflow import Actor
from tests.conftest import counted
from tests.planning.rows import FIRST, LAST, made, wants_one, who_speaks
from tests.speakers.rows import DAY, NOW, a_booking

US = Mover(Actor.COORDINATOR)
NEXT = DAY + timedelta(days=1)


def proposals(plan: Plan) -> dict[int, tuple[str, date]]:
    """Who is proposed for which request."""
    whole = shown.whole(db.session(), plan, NOW)
    return {
        each.meeting.number: (each.proposed.name, each.proposed.day)
        for each in whole.pairs
        if each.proposed is not None
    }


def a_day(session_day: date = DAY) -> list[dict[str, str]]:
    return [{"on": session_day.isoformat(), "time": "19:00", "time_text": ""}]


def test_points_and_words_are_those_of_the_ranked_list(any_app: Flask) -> None:
    with any_app.app_context():
        olha = who_speaks("Olha Savchenko", kind="ukrainian", topics=["miners"], experience="seasoned")
        who_speaks("Petro Bondar", languages={"en": "good"}, outcode="DH7", latitude=54.77, longitude=-1.61)
        a_booking(wants_one(date(2027, 1, 20), heading="UNISON Leeds"), olha, day=date(2027, 1, 20))
        request = wants_one(
            wanted_speaker="ukrainian",
            topics=["miners"],
            contested="yes",
            meeting_format="either",
            named_speaker="Petro",
        )
        db.session.commit()
        known = judged.judge_all(facts.read(db.session(), FIRST, LAST, NOW))
        ranked = {each.speaker_id: each for each in matching.fitting(db.session(), request, NOW).ranked}
        mine = [each for each in known.problem.options if each.request == request.id]
        assert len(mine) == len(ranked) == 2
        for option in mine:
            fit = ranked[option.speaker]
            assert option.points == fit.points
            assert sorted(reason for reason, _ in known.counts(option)) == sorted(fit.reasons + fit.against)


def test_reading_takes_as_many_statements_for_many_as_for_one(app: Flask) -> None:
    with app.app_context():
        who_speaks()
        wants_one()
        db.session.commit()

        def sent() -> int:
            db.session.expire_all()
            with counted() as statements:
                judged.judge_all(facts.read(db.session(), FIRST, LAST, NOW))
            return len(statements)

        few = sent()
        for number in range(12):
            who_speaks(f"Speaker{number} Somebody")
            wants_one(heading=f"UNISON {number}")
        db.session.commit()
        assert few == sent() <= 10


def test_a_window_holds_its_own_days_only_and_names_who_has_none(app: Flask) -> None:
    with app.app_context():
        who_speaks(most_a_month=5)
        inside = wants_one().id
        wants_one(date(2027, 2, 1), heading="Too late")
        without = wants_one(None, heading="Calder Valley", date_rule="usually a Tuesday").id
        db.session.commit()
        plan = made()
        whole = shown.whole(db.session(), plan, NOW)
        assert [each.meeting.number for each in whole.pairs] == [inside]
        assert [(each.meeting.number, each.why) for each in whole.left] == [(without, [["no date to come", 0]])]


@pytest.mark.parametrize("has_interpreter", [True, False])
def test_whoever_speaks_another_language_is_proposed_where_somebody_interprets(
    app: Flask, has_interpreter: bool
) -> None:
    with app.app_context():
        who_speaks("Olha Savchenko", languages={"uk": "fluent"})
        number = wants_one(has_interpreter=has_interpreter).id
        db.session.commit()
        proposed = {number: ("Olha Savchenko", DAY)} if has_interpreter else {}
        assert proposals(made()) == proposed


def test_nobody_speaks_twice_on_a_day_or_more_than_they_take_on(app: Flask) -> None:
    with app.app_context():
        who_speaks("Olha Savchenko", most_a_month=2)
        for start in ("11:00", "19:00"):
            wants_one(start=start, heading=f"At {start}")
        for day in (20, 22, 24):
            wants_one(date(2027, 1, day), heading=f"On {day}")
        db.session.commit()
        plan = made()
        assert (plan.served, plan.is_proven) == (2, True)
        assert len({day for _, day in proposals(plan).values()}) == 2
        left = shown.whole(db.session(), plan, NOW).left
        assert {words for each in left for words, _ in each.why} == {
            "everybody who could come is needed more elsewhere"
        }
        assert all(each.others for each in left)


def test_a_plan_may_take_the_second_of_three_days(app: Flask) -> None:
    """The queue shows the first day of a meeting; the plan takes the one on which the speaker is free."""
    with app.app_context():
        olha, elsewhere = who_speaks(), wants_one(heading="Elsewhere")
        a_booking(elsewhere, olha)
        elsewhere.state = "confirmed"
        wants_one(dates=[*a_day(), *a_day(NEXT)], meeting_on=DAY)
        db.session.commit()
        plan = made()
        (pair,) = shown.whole(db.session(), plan, NOW).pairs
        assert pair.proposed is not None
        assert (pair.proposed.day, pair.gone, pair.has_changed) == (NEXT, "", False)
        assert plans.take_up(db.session(), plan.lines[0], US, NOW)


def test_bookings_vetoes_and_offers_that_wait_are_respected(any_app: Flask) -> None:
    with any_app.app_context():
        booked, vetoes, asked = (who_speaks(name) for name in ("Olha S", "Petro B", "Iryna K"))
        a_booking(wants_one(heading="Elsewhere"), booked)
        db.session.add(SpeakerVeto(speaker_id=vetoes.id, union_id=5, words=""))
        other = wants_one(heading="Asked already")
        other.offers.append(
            Offer(speaker=asked, dates=a_day(), accepted=[], other_date="", reason="", asked_at=NOW, answer_by=DAY)
        )
        other.state = "offered"
        request = wants_one(union_id=5)
        # The one with a booking is confirmed, and no longer asks for anybody.
        elsewhere = db.session.scalars(select(SpeakerRequest).where(SpeakerRequest.heading == "Elsewhere")).one()
        elsewhere.state = "confirmed"
        db.session.commit()
        plan = made()
        (line,) = shown.whole(db.session(), plan, NOW).left
        assert (line.meeting.number, plan.in_hand) == (request.id, 1)
        assert sorted(line.why) == [
            ["asked for another meeting that day", 1],
            ["booked that day, or on the way", 1],
            ["not willing to visit this branch", 1],
        ]


def test_who_lives_far_from_two_meetings_does_not_do_both_in_a_night(app: Flask) -> None:
    """An evening in Cornwall and the next morning in Caithness."""
    with app.app_context():
        far = {"meeting_format": "in-person"}
        who_speaks("Olha S", outcode="B1", latitude=52.48, longitude=-1.9, most_miles=600, most_a_month=4)
        wants_one(DAY, "20:00", venue_postcode="TR18 2AA", heading="Penzance", **far)
        wants_one(NEXT, "09:00", venue_postcode="KW1 4AA", heading="Wick", **far)
        db.session.commit()
        plan = made()
        assert (plan.served, plan.conflicts) == (1, 1)


def test_taking_a_pair_up_asks_for_its_day_with_the_usual_letters(any_app: Flask) -> None:
    with any_app.app_context():
        olha = who_speaks()
        two = [*a_day(), {"on": "2027-01-21", "time": "19:00", "time_text": ""}]
        request = wants_one(dates=two)
        db.session.commit()
        plan = made()
        (line,) = plan.lines
        assert plans.take_up(db.session(), line, US, NOW) == "Olha Savchenko"
        db.session.commit()
        offer = db.session.scalars(select(Offer)).one()
        day = proposals(plan)[request.id][1]
        assert (offer.speaker_id, [row["on"] for row in offer.dates]) == (olha.id, [day.isoformat()])
        assert (request.state, line.outcome) == ("offered", ASKED)
        letter = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "speaker/offer")).one()
        other = next(row["on"] for row in two if row["on"] != day.isoformat())
        assert f"{day.day} січня" in letter.text or f"{day.day} January" in letter.text
        assert f"{int(other[-2:])} січня" not in letter.text
        with pytest.raises(CannotTakeUpError, match="already"):
            plans.take_up(db.session(), line, US, NOW)
        assert db.session.scalar(select(func.count(Offer.id))) == 1


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("asked", "somebody has been asked for it already"),
        ("withdrawn", "it has moved on"),
        ("day", "no longer one of its dates"),
        ("booked", "is booked at that time"),
        ("paused", "has paused"),
        ("waiting", "is asked for another meeting"),
        ("left", "left the register"),
        ("locked", "cannot be asked now"),
    ],
)
def test_a_pair_that_no_longer_holds_asks_nobody(app: Flask, what: str, sentence: str) -> None:
    with app.app_context():
        olha, request = who_speaks(), wants_one()
        other = wants_one(date(2027, 3, 1), heading="Another")
        db.session.commit()
        plan = made()
        if what == "asked":
            request.state = "offered"
        elif what == "withdrawn":
            request.state = "withdrawn"
        elif what == "day":
            request.dates = a_day(NEXT)
        elif what == "booked":
            a_booking(other, olha, start=time(19, 30))
        elif what == "paused":
            keeping.pause(db.session(), olha, NOW, until=None)
        elif what == "waiting":
            other.offers.append(
                Offer(speaker=olha, dates=a_day(), accepted=[], other_date="", reason="", asked_at=NOW, answer_by=DAY)
            )
        elif what == "left":
            leaving.leave(db.session(), olha, NOW)
        else:
            keeping.lock(db.session(), olha, NOW)
        db.session.commit()
        before = db.session.scalar(select(func.count(Offer.id)))
        line = plans.line_of(db.session(), plan, plan.lines[0].id)
        assert line is not None
        with pytest.raises(CannotTakeUpError, match=sentence):
            plans.take_up(db.session(), line, US, NOW)
        db.session.rollback()
        assert db.session.scalar(select(func.count(Offer.id))) == before
        if what not in ("booked", "paused"):
            (each,) = (*shown.whole(db.session(), plan, NOW).pairs,)
            assert each.gone
            assert not each.can_be_taken_up


def test_whoever_leaves_or_is_hidden_stands_in_no_plan(app: Flask) -> None:
    with app.app_context():
        olha, _ = who_speaks("Olha S"), who_speaks("Petro B")
        wants_one()
        db.session.commit()
        plan = made()
        assert db.session.scalar(select(func.count(PlanChoice.id))) == 2
        keeping.lock(db.session(), olha, NOW)
        db.session.commit()
        (pair,) = shown.whole(db.session(), plan, NOW).pairs
        names = [each.name for each in (pair.proposed, *pair.others) if each is not None]
        assert names == ["Petro B"]
        olha.locked_at = None
        leaving.leave(db.session(), olha, NOW)
        db.session.commit()
        assert set(db.session.scalars(select(PlanChoice.speaker_id))) == {
            db.session.scalars(select(Speaker.id).where(Speaker.left_at.is_(None))).one()
        }


def test_no_name_stands_in_a_plan(app: Flask) -> None:
    with app.app_context():
        who_speaks("Olha Savchenko")
        wants_one(named_speaker="Olha Savchenko", wanted_speaker="named")
        db.session.commit()
        made()
        kept = db.session.execute(db.text("SELECT reasons FROM plan_choices")).scalars().all()
        assert kept
        assert not any("Savchenko" in str(each) for each in kept)


def test_what_is_left_out_can_be_put_back_and_is_not_asked(app: Flask) -> None:
    with app.app_context():
        who_speaks()
        wants_one()
        db.session.commit()
        plan = made()
        (line,) = plan.lines
        assert plans.leave_out(line, US, NOW)
        assert not plans.leave_out(line, US, NOW)
        assert line.outcome == LEFT_OUT
        assert shown.whole(db.session(), plan, NOW).to_ask == []
        assert plans.take_back_in(line, US, NOW)
        assert len(shown.whole(db.session(), plan, NOW).to_ask) == 1


def test_old_plans_are_forgotten_with_all_that_hangs_on_them(any_app: Flask) -> None:
    with any_app.app_context():
        who_speaks()
        wants_one()
        db.session.commit()
        made()
        assert plans.sweep(db.session(), NOW + plans.KEPT) == 0
        assert plans.sweep(db.session(), NOW + plans.KEPT + timedelta(minutes=1)) == 1
        for model in (Plan, PlanLine, PlanChoice):
            assert db.session.scalar(select(func.count(model.id))) == 0


def test_the_usual_window_is_the_next_month_that_wants_somebody(app: Flask) -> None:
    with app.app_context():
        assert plans.usual_window(db.session(), NOW) == (date(2026, 12, 1), date(2026, 12, 31))
        wants_one(date(2026, 11, 28), heading="This month")
        wants_one(date(2027, 2, 3))
        assert plans.usual_window(db.session(), NOW) == (date(2027, 2, 1), date(2027, 2, 28))


def a_tour(speaker: Speaker, first: date, last: date, *stops: TourStop) -> Tour:
    """A tour of somebody, with the requests on it."""
    place = {"start": "Leeds", "start_latitude": 53.8, "start_longitude": -1.5}
    tour = Tour(speaker=speaker, first_on=first, last_on=last, most_miles=100, created_at=NOW, **place)
    tour.stops = list(stops)
    db.session.add(tour)
    return tour


def test_who_is_on_tour_is_planned_nowhere_else_and_what_stands_on_a_tour_is_left_to_it(app: Flask) -> None:
    with app.app_context():
        visitor, other = who_speaks("Nadiia Lys"), who_speaks("Petro Bondar", languages={"en": "basic"})
        elsewhere, on_it, after = wants_one(), wants_one(heading="UCU Leeds"), wants_one(DAY + timedelta(days=5))
        db.session.flush()
        tour = a_tour(visitor, DAY, DAY + timedelta(days=3), TourStop(submission_id=on_it.id, on_date=DAY))
        db.session.commit()
        plan = made()
        lines = {line.submission_id: line for line in plan.lines}
        assert lines[elsewhere.id].choices[0].speaker_id == other.id, "the visitor is on the road"
        assert not lines[on_it.id].is_served
        assert lines[on_it.id].why == [["it stands on a visitor’s tour", 0]]
        assert lines[after.id].choices[0].speaker_id == visitor.id, "after the tour they are free"
        # Whoever said no to a stop leaves its request to the plan.
        offer = Offer(submission_id=on_it.id, speaker=visitor, speaker_id=visitor.id, state="declined", dates=[],
                      accepted=[], asked_at=NOW, answer_by=DAY, closed_at=NOW)  # fmt: skip
        tour.stops[0].offer = offer
        db.session.commit()
        again = {line.submission_id: line for line in made().lines}
        assert again[on_it.id].why != [["it stands on a visitor’s tour", 0]]


def test_a_pair_of_an_older_plan_is_not_asked_once_its_speaker_is_on_tour(app: Flask) -> None:
    with app.app_context():
        visitor = who_speaks("Nadiia Lys")
        wants_one()
        db.session.commit()
        plan = made()
        a_tour(visitor, DAY, DAY)
        db.session.commit()
        (line,) = plan.lines
        with pytest.raises(plans.CannotTakeUpError, match="Nadiia Lys is on a tour on"):
            plans.take_up(db.session(), line, US, NOW)
        assert shown.whole(db.session(), plan, NOW).pairs[0].gone == "Nadiia Lys is on a tour that day"


def test_nobody_has_a_second_talk_on_a_day_on_which_they_are_booked_already(app: Flask) -> None:
    with app.app_context():
        booked, other = who_speaks("Nadiia Lys"), who_speaks("Petro Bondar", languages={"en": "basic"})
        a_booking(wants_one(heading="UCU Leeds", state="confirmed"), booked, start=time(19, 30))
        afternoon = wants_one(start="14:00")
        db.session.commit()
        lines = {line.submission_id: line for line in made().lines}
        assert [choice.speaker_id for choice in lines[afternoon.id].choices] == [other.id], "one talk a day"


def test_a_pair_of_an_older_plan_is_not_asked_once_its_speaker_is_booked_that_day(app: Flask) -> None:
    with app.app_context():
        speaker = who_speaks("Nadiia Lys")
        wants_one(start="14:00")
        db.session.commit()
        (line,) = made().lines
        a_booking(wants_one(heading="UCU Leeds", state="confirmed"), speaker, start=time(19, 30))
        db.session.commit()
        with pytest.raises(plans.CannotTakeUpError, match="Nadiia Lys is booked for another meeting on"):
            plans.take_up(db.session(), line, US, NOW)


def test_a_meeting_by_rule_is_planned_on_the_next_days_on_which_its_branch_meets(app: Flask) -> None:
    with app.app_context():
        olha = who_speaks("Olha Savchenko")
        request = wants_one(dates=[], meeting_on=None, date_rule="second Tuesday of the month, 7.30pm")
        unclear = wants_one(dates=[], meeting_on=None, date_rule="some Tuesday, usually the second")
        db.session.commit()
        plan = made()
        by_rule = date(2027, 1, 12)
        assert proposals(plan) == {request.id: (olha.name, by_rule)}
        assert [each.meeting.number for each in shown.whole(db.session(), plan, NOW).left] == [unclear.id]
        line = next(each for each in plan.lines if each.submission_id == request.id)
        assert plans.take_up(db.session(), line, US, NOW) == olha.name
        (offer,) = request.offers
        assert offer.dates == [{"on": by_rule.isoformat(), "time": "19:30", "time_text": "7.30pm"}]


def test_nobody_is_planned_by_rule_on_a_day_on_which_they_are_booked(app: Flask) -> None:
    with app.app_context():
        olha = who_speaks("Olha Savchenko")
        a_booking(wants_one(date(2027, 1, 12), heading="UNISON Leeds"), olha, day=date(2027, 1, 12))
        request = wants_one(dates=[], meeting_on=None, date_rule="second Tuesday of the month, 7.30pm")
        db.session.commit()
        plan = made()
        assert request.id not in proposals(plan)

"""Who fits a request: each reason, each thing that forbids asking, days and clocks, fair shares, and the order."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar

import pytest
from flask import Flask
from sqlalchemy import insert

from portal import settings
from portal.clock import LONDON
from portal.directory.models import Branch, Union
from portal.directory.places import find_outcode
from portal.extensions import db
from portal.speakers import diary, matching
from portal.speakers.engagements import Booking, Offer
from portal.speakers.fit import Fit, Fitting
from portal.speakers.register import AvailabilityException, Speaker, SpeakerVeto, WeeklyHours
from portal.speakers.wish import language_of
from tests.conftest import counted
from tests.speakers.rows import NOW, a_booking, a_request, a_speaker

THURSDAY, TUESDAY = date(2027, 1, 14), date(2027, 1, 19)
MEETING: dict[str, Any] = {
    "meeting_on": THURSDAY,
    "confirmed_time": None,
    "dates": [{"on": "2027-01-14", "time": "19:00", "time_text": "7pm"}],
    "meeting_format": "in-person",
    "venue_postcode": "DH1 4BE",
}
NEWCASTLE, LEEDS, LONDON_BRIDGE = "NE1", "LS1", "SE1"


@pytest.fixture(autouse=True)
def _in_the_application(app: Flask) -> Any:
    with app.app_context():
        yield
        db.session.remove()


def meeting(**changed: Any) -> Any:
    """A request for a meeting in Durham."""
    return a_request(**(MEETING | changed))


def speaker(name: str = "Olha Savchenko", *, home: str = NEWCASTLE, free: bool = True, **more: Any) -> Speaker:
    """Somebody in the register who has agreed, and is free at any hour unless `free` is False."""
    place = find_outcode(home) if home else None
    values: dict[str, Any] = {
        "kind": "ukrainian",
        "outcode": home,
        "latitude": place.lat if place else None,
        "longitude": place.lon if place else None,
        "languages": {"uk": "fluent", "en": "fluent"},
        "formats": ["in-person", "online"],
        "most_miles": 40,
        "most_a_month": 4,
        "confirmed_at": NOW,
    }
    made = a_speaker(name, f"{name.split()[0].lower()}@example.org", **(values | more))
    if free:
        week(made, *range(7), hours=(0, 1440))
    return made


def week(made: Speaker, *weekdays: int, hours: tuple[int, int]) -> None:
    """Usual hours on some weekdays."""
    for weekday in weekdays:
        made.weekly.append(WeeklyHours(weekday=weekday, from_minute=hours[0], until_minute=hours[1]))
    db.session.flush()


def away(made: Speaker, first: date, last: date | None = None) -> None:
    """Days away."""
    made.exceptions.append(AvailabilityException(first_on=first, last_on=last or first, is_free=False))
    db.session.flush()


def asked(made: Speaker, days_ago: int, state: str = "declined", request: Any = None, **more: Any) -> Offer:
    """An offer to somebody, for another meeting unless one is given."""
    at = NOW - timedelta(days=days_ago)
    found = Offer(
        submission_id=(request or meeting(heading="Elsewhere")).id, speaker=made, state=state, asked_at=at,
        answer_by=at.date(), dates=[], accepted=[], closed_at=None if state in ("asked", "accepted") else at, **more,
    )  # fmt: skip
    db.session.add(found)
    db.session.flush()
    return found


def fitting(request: Any, *, now: datetime = NOW, **how: Any) -> Fitting:
    """Who fits, with the sums proved."""
    db.session.flush()
    found = matching.fitting(db.session(), request, now, **how)
    for fit in (*found.ranked, *found.blocked):
        assert fit.points == sum(reason.points for reason in (*fit.reasons, *fit.against))
    return found


def only(request: Any, **how: Any) -> Fit:
    """The one who fits."""
    found = fitting(request, **how)
    assert not found.blocked, found.blocked[0].blocks
    return found.ranked[0]


def blocks(request: Any, **how: Any) -> list[tuple[str, bool]]:
    """Why the one speaker cannot be asked, and whether that may be overridden."""
    found = fitting(request, **how)
    assert not found.ranked
    return [tuple(block) for block in found.blocked[0].blocks]


def said(reasons: Any) -> dict[str, int]:
    """Words and points."""
    return {reason.words: reason.points for reason in reasons}


class TestReasons:
    """What speaks for somebody, in words and points."""

    def test_everything_that_may_speak_for_somebody(self) -> None:
        miners = Union(slug="digg", short_name="Diggers", full_name="Diggers")
        db.session.add(miners)
        db.session.flush()
        made = speaker(union_id=miners.id, sector="mining", topics=["miners", "energy", "women"], experience="seasoned")
        for number in range(4):
            asked(made, 40 + number, "declined" if number == 0 else "confirmed")
        for day in (5, 6):
            a_booking(meeting(heading="Elsewhere"), made, day=date(2027, 1, day))
        request = meeting(
            union_id=miners.id, sector="mining", topics=["miners", "women", "energy"], wanted_speaker="ukrainian",
            contested="yes",
        )  # fmt: skip
        fit = only(request)
        assert said(fit.reasons) == {
            "free on Thursday 14 January": 30,
            "a Ukrainian trade unionist, as they wish": 40,
            "13 miles": 17,
            "same union": 15,
            "same sector": 10,
            "speaks about “Miners and mining communities”, “Women at work, in unions and at the front” and "
            "“Energy and nuclear workers under attack”": 24,
            "speaks English fluently": 10,
            "used to hostile rooms, for a contested meeting": 20,
            "two talks in January, of four at most": 8,
            "no talk in the last 90 days": 10,
            "last asked in October": 3,
            "said yes to three of four": 7,
        }
        assert fit.against == []
        assert (fit.name, fit.points, fit.dates) == ("Olha Savchenko", 194, [THURSDAY])

    @pytest.mark.parametrize(
        ("of_speaker", "of_request", "words", "points"),
        [
            ({"home": "YO1", "most_miles": 50}, {}, "60 miles, a little over the 50 they told us", -2),
            ({"free": False}, {}, "has not told us when they can", 0),
            (
                {"topics": ["miners"]},
                {"topics": ["miners", "women"]},
                "not told us that they speak about “Women at work, in unions and at the front”",
                0,
            ),
            ({"topics": []}, {"topics": ["miners"]}, "not told us what they speak about", 0),
            ({"experience": "new"}, {}, "new: pair with an experienced speaker", 0),
            (
                {"experience": "new"},
                {"contested": "yes"},
                "new and the meeting may be contested: pair with an experienced speaker",
                0,
            ),
            (
                {"kind": "campaign"},
                {"wanted_speaker": "ukrainian"},
                "the branch asked for a Ukrainian trade unionist",
                0,
            ),
            ({"languages": {"en": "basic"}}, {}, "speaks only a little English: an interpreter would help", 0),
            (
                {"languages": {"en": "basic"}},
                {"has_interpreter": True},
                "speaks only a little English: the interpreter is needed",
                0,
            ),
            ({"languages": {}}, {}, "not told us which languages they speak", 0),
            (
                {"languages": {"uk": "fluent"}},
                {"has_interpreter": True},
                "speaks no English: the interpreter is needed",
                0,
            ),
            ({"home": ""}, {}, "not known how far it is", 0),
            ({"most_miles": 0}, {}, "not told us how far they travel", 0),
        ],
    )
    def test_what_speaks_against_somebody(
        self, of_speaker: dict[str, Any], of_request: dict[str, Any], words: str, points: int
    ) -> None:
        speaker(**of_speaker)
        assert said(only(meeting(**of_request)).against) == {words: points}

    @pytest.mark.parametrize(
        ("days_ago", "words"),
        [(0, "asked today"), (1, "asked yesterday"), (3, "asked three days ago"), (8, "asked last week")],
    )
    def test_who_was_asked_lately(self, days_ago: int, words: str) -> None:
        asked(speaker(), days_ago, "confirmed")
        assert words in said(only(meeting()).against)

    def test_who_seldom_says_yes_and_who_always_does(self) -> None:
        seldom, always = speaker(), speaker("Petro Lys")
        for number in range(3):
            asked(seldom, 30 + number, "expired" if number else "declined")
            asked(always, 30 + number, "confirmed")
        asked(always, 60, "released")
        found = {fit.name: fit for fit in fitting(meeting()).ranked}
        assert said(found["Olha Savchenko"].against) == {"said yes to none of three": 2}
        assert said(found["Petro Lys"].reasons)["said yes each time"] == 8

    @pytest.mark.parametrize(
        ("wanted", "words"),
        [
            ("campaign", "a speaker from the campaign, as they wish"),
            ("both", "a speaker from the campaign, one of the two that they wish for"),
            ("no-preference", None),
        ],
    )
    def test_the_wish_of_the_branch(self, wanted: str, words: str | None) -> None:
        speaker(kind="campaign")
        found = said(only(meeting(wanted_speaker=wanted)).reasons)
        assert [text for text in found if "wish" in text] == ([words] if words else [])

    @pytest.mark.parametrize("typed", ["olha savchenko", "Ольга Савченко", "Comrade Olha Savchenko!", "Savchenko"])
    def test_a_name_is_found_in_any_spelling(self, typed: str) -> None:
        speaker("Ольга Савченко" if "Ольга" in typed else "Olha Savchenko")
        speaker("Petro Lys")
        found = fitting(meeting(wanted_speaker="named", named_speaker=typed)).ranked
        assert said(found[0].reasons)["the name that the branch wrote"] == 60
        assert "Petro" not in found[0].name
        assert "the name that the branch wrote" not in said(found[1].reasons)

    def test_a_meeting_online_is_near_for_everybody(self) -> None:
        speaker(home=LONDON_BRIDGE)
        fit = only(meeting(meeting_format="online"))
        assert not [words for words in said(fit.reasons) if "mile" in words]

    def test_who_lives_too_far_joins_online_where_either_suits(self) -> None:
        speaker(home=LONDON_BRIDGE)
        assert "would join online" in said(only(meeting(meeting_format="either")).reasons)

    def test_a_distance_from_the_middle_of_a_region_is_a_guess_and_forbids_nothing(self) -> None:
        made = speaker(home=LONDON_BRIDGE)
        made.outcode = ""
        assert [words for words in said(only(meeting()).against) if words.startswith("about 23")]


class TestBlocks:
    """What forbids asking somebody, and what of it a coordinator may override."""

    def test_a_booking_at_that_time_stands(self) -> None:
        made = speaker()
        a_booking(meeting(heading="Elsewhere"), made, day=THURSDAY, start=time(20))
        assert blocks(meeting()) == [("is booked at that time on Thursday 14 January", False)]

    def test_a_cancelled_booking_and_ones_own_do_not_count(self) -> None:
        made = speaker()
        request = meeting()
        a_booking(meeting(heading="Elsewhere"), made, day=THURSDAY).state = "cancelled"
        a_booking(request, made, day=THURSDAY)
        assert only(request).dates == [THURSDAY]

    @pytest.mark.parametrize(
        ("place", "start", "is_possible"), [("PL1", 11, False), ("PL1", 5, True), ("DH1", 17, True)]
    )
    def test_travel_between_two_engagements(self, place: str, start: int, is_possible: bool) -> None:
        made = speaker()
        made.latitude = made.longitude = None
        a_booking(meeting(heading="Elsewhere", venue_postcode=place), made, day=THURSDAY, start=time(start))
        found = fitting(meeting())
        if is_possible:
            assert found.ranked[0].dates == [THURSDAY]
        else:
            words = "speaks elsewhere on the same day as Thursday 14 January, with no time to travel between"
            assert found.blocked[0].blocks == [(words, True)]

    def test_the_half_hours_of_travel_that_a_booking_keeps_are_not_taken(self) -> None:
        made = speaker()
        booked = a_booking(meeting(heading="Elsewhere"), made, day=THURSDAY, start=time(15))
        booked.travel_minutes = diary.travel_minutes(80)
        assert [words for words, _ in blocks(meeting())] == [
            "speaks elsewhere on the same day as Thursday 14 January, with no time to travel between"
        ]

    def test_the_monthly_number_is_counted_in_the_month_of_the_meeting(self) -> None:
        made = speaker(most_a_month=2)
        elsewhere = meeting(heading="Elsewhere")
        for day in (date(2027, 1, 1), date(2027, 1, 31)):
            a_booking(elsewhere, made, day=day, start=time(0, 15))
        assert blocks(meeting()) == [("has two talks in January already, and wants no more than 2", True)]
        made.most_a_month = 3
        assert only(meeting()).dates == [THURSDAY]

    @pytest.mark.parametrize(
        ("paused_until", "words"),
        [
            (None, "has paused"),
            (date(2027, 1, 15), "has paused until Friday 15 January"),
            # A pause blocks what lies in it: the meeting is on 14 January.
            (date(2027, 1, 14), ""),
            (date(2026, 12, 1), ""),
            (date(2026, 11, 22), ""),
        ],
    )
    def test_who_has_paused(self, paused_until: date | None, words: str) -> None:
        speaker(paused_at=NOW - timedelta(days=9), paused_until=paused_until)
        if words:
            assert blocks(meeting()) == [(words, True)]
        else:
            assert only(meeting()).name == "Olha Savchenko"

    def test_who_pauses_while_asked_is_blocked_for_both(self) -> None:
        made = speaker(paused_at=NOW)
        request = meeting()
        asked(made, 1, "asked", request)
        assert blocks(request) == [("is asked for this meeting already", False), ("has paused", True)]

    def test_who_said_no_to_this_meeting_may_be_asked_again_with_a_reason(self) -> None:
        request = meeting()
        made = speaker()
        asked(made, 9, "declined", request)
        assert blocks(request) == [("has said no to this meeting", True)]
        asked(made, 1, "accepted", request)
        assert blocks(request) == [("is asked for this meeting already", False)]

    @pytest.mark.parametrize(
        ("state", "words", "may_be_overridden"),
        [
            ("confirmed", "is booked for this meeting already", False),
            ("dropped-out", "could not come to this meeting in the end", True),
            ("expired", "did not answer when asked for this meeting", True),
        ],
    )
    def test_how_an_earlier_offer_of_this_meeting_ended(self, state: str, words: str, may_be_overridden: bool) -> None:
        request = meeting()
        asked(speaker(), 9, state, request)
        assert blocks(request) == [(words, may_be_overridden)]

    def test_who_has_not_agreed_is_never_asked(self) -> None:
        speaker(confirmed_at=None)
        assert blocks(meeting()) == [("has not agreed yet to be in the register", False)]

    def test_no_language_in_common_and_no_interpreter(self) -> None:
        speaker(languages={"uk": "fluent"})
        assert blocks(meeting()) == [("speaks no English, and no interpreter is planned", True)]
        assert only(meeting(has_interpreter=True)).name
        assert only(meeting(needs_note="The meeting is in Ukrainian.")).name

    @pytest.mark.parametrize(
        ("of_speaker", "how", "words"),
        [
            ({"formats": ["online"]}, "in-person", "joins online only, and the meeting is in a room"),
            ({"lives_in": "ukraine", "home": ""}, "in-person", "joins online only, and the meeting is in a room"),
            ({"formats": ["in-person"]}, "online", "speaks in the room only"),
            ({"home": LEEDS}, "in-person", "68 miles, farther than the 40 that they travel"),
            ({"home": LEEDS, "formats": ["in-person"]}, "either", "68 miles, farther than the 40 that they travel"),
        ],
    )
    def test_who_cannot_be_in_the_room(self, of_speaker: dict[str, Any], how: str, words: str) -> None:
        speaker(**of_speaker)
        assert blocks(meeting(meeting_format=how)) == [(words, True)]

    @pytest.mark.parametrize("of_whole_union", [True, False])
    def test_a_veto_stands(self, of_whole_union: bool) -> None:
        union = Union(slug="digg", short_name="Diggers", full_name="Diggers")
        branch = Branch(name="Durham", folded="durham", created_at=NOW, body_type="branch", union=union)
        db.session.add_all([union, branch])
        db.session.flush()
        made = speaker()
        made.vetoes.append(SpeakerVeto(union=union) if of_whole_union else SpeakerVeto(branch=branch))
        request = meeting(union_id=union.id, branch_id=branch.id)
        assert blocks(request) == [("does not wish to visit this branch", False)]
        assert not fitting(request).blocked[0].may_be_asked
        assert only(meeting(heading="Elsewhere")).name

    def test_who_has_left_is_locked_or_interprets_stands_in_no_list(self) -> None:
        for column in ("left_at", "locked_at"):
            speaker(f"Gone {column}", **{column: NOW})
        speaker("Ivan Tlumach", kind="interpreter")
        assert fitting(meeting()) == Fitting(is_empty=True)


class TestDays:
    """Which of the days suit, in the time on everybody's own wall."""

    THREE = [
        {"on": "2026-11-20", "time": "19:00", "time_text": ""},
        {"on": "2027-01-14", "time": "19:00", "time_text": ""},
        {"on": "2027-01-19", "time": "19:00", "time_text": ""},
    ]

    def test_of_three_dates_one_has_passed_and_one_is_taken(self) -> None:
        made = speaker()
        a_booking(meeting(heading="Elsewhere"), made, day=TUESDAY)
        fit = only(meeting(dates=self.THREE))
        assert fit.dates == [THURSDAY]
        assert "free on Thursday 14 January" in said(fit.reasons)
        assert "is booked at that time on Tuesday 19 January" in said(fit.against)

    def test_two_dates_suit(self) -> None:
        speaker()
        fit = only(meeting(dates=self.THREE))
        assert fit.dates == [THURSDAY, TUESDAY]
        assert said(fit.reasons)["free on Thursday 14 January and Tuesday 19 January"] == 30

    def test_hours_that_say_no_count_only_where_no_day_says_yes(self) -> None:
        made = speaker(free=False)
        week(made, 1, hours=(1080, 1320))
        fit = only(meeting(dates=self.THREE))
        assert said(fit.against) == {"not in their usual hours on Thursday 14 January": 0}
        assert fit.dates == [TUESDAY]
        fit = only(meeting())
        assert said(fit.against) == {"not in their usual hours on Thursday 14 January": -15}
        assert fit.dates == []

    def test_who_is_away_on_all_days_is_blocked_and_may_be_asked_all_the_same(self) -> None:
        made = speaker()
        away(made, THURSDAY)
        assert blocks(meeting()) == [("is away on Thursday 14 January", True)]
        assert only(meeting(dates=self.THREE)).dates == [TUESDAY]

    BY_RULE: ClassVar[dict[str, Any]] = {
        "dates": [],
        "meeting_on": None,
        "date_rule": "second Tuesday of the month, 7.30pm",
    }

    def test_the_next_days_are_judged_on_which_a_branch_meets_that_named_none(self) -> None:
        made = speaker(most_a_month=1)
        week(made, 1, hours=(1080, 1320))
        assert only(meeting(**self.BY_RULE)).dates == [date(2026, 12, 8), date(2027, 1, 12)]
        a_booking(meeting(heading="Elsewhere"), made, day=date(2026, 12, 1))
        fit = only(meeting(**self.BY_RULE))
        assert fit.dates == [date(2027, 1, 12)]
        assert said(fit.reasons)["free on Tuesday 12 January, when the branch usually meets"] == 30
        assert "has one talk in December already, and wants no more than 1" in said(fit.against)

    def test_who_can_on_none_of_those_days_may_still_be_asked(self) -> None:
        made = speaker()
        away(made, date(2026, 12, 1), date(2027, 3, 1))
        fit = only(meeting(**self.BY_RULE))
        assert (fit.dates, fit.blocks) == ([], [])
        assert "is away on Tuesday 8 December" in said(fit.against)

    @pytest.mark.parametrize("changed", [BY_RULE | {"date_rule": "some Tuesday, usually the second"}, {}])
    def test_an_unclear_rule_and_days_that_are_over_rank_without_days(self, changed: dict[str, Any]) -> None:
        a_booking(meeting(heading="Elsewhere"), speaker(most_a_month=1), day=date(2026, 11, 24))
        fit = only(meeting(**({"dates": self.THREE[:1]} | changed)))
        assert fit.dates == []
        assert said(fit.reasons)["one talk this month, of one at most"] == 0

    def test_a_day_whose_hour_nobody_knows(self) -> None:
        made = speaker(free=False)
        week(made, 3, hours=(1080, 1200))
        fit = only(meeting(dates=[{"on": "2027-01-14", "time": "", "time_text": ""}]))
        assert "free on Thursday 14 January" in said(fit.reasons)
        away(made, THURSDAY)
        assert blocks(meeting(dates=[{"on": "2027-01-14", "time": ""}])) == [("is away on Thursday 14 January", True)]

    def test_what_is_agreed_takes_the_place_of_what_the_branch_named(self) -> None:
        speaker()
        request = meeting(meeting_on=date(2027, 1, 21), confirmed_time=time(19), dates=self.THREE)
        assert only(request).dates == [date(2027, 1, 21)]

    @pytest.mark.parametrize(
        ("day", "hour", "is_free"),
        [
            # London and Kyiv change their clocks in the same hour: two hours apart on both sides of it.
            ("2027-03-27", "18:00", True),
            ("2027-03-28", "18:00", True),
            ("2027-03-28", "18:15", False),
            ("2027-10-31", "18:00", True),
            ("2027-10-31", "18:15", False),
        ],
    )
    def test_weekends_on_which_the_clocks_change(self, day: str, hour: str, is_free: bool) -> None:
        made = speaker(free=False, lives_in="ukraine", home="", formats=["online"], time_zone="Europe/Kyiv")
        week(made, 5, 6, hours=(17 * 60, 21 * 60 + 30))
        fit = only(meeting(meeting_format="online", dates=[{"on": day, "time": hour}]))
        assert any(reason.words.startswith("free on") for reason in fit.reasons) == is_free

    def test_a_meeting_past_midnight_in_kyiv_belongs_to_the_evening_before(self) -> None:
        made = speaker(free=False, lives_in="ukraine", home="", formats=["online"], time_zone="Europe/Kyiv")
        week(made, 3, hours=(18 * 60, 25 * 60))
        fit = only(meeting(meeting_format="online", dates=[{"on": "2027-01-14", "time": "21:30"}]))
        assert fit.dates == [THURSDAY]
        assert fit.reasons[0].words == "free on Thursday 14 January"

    def test_a_day_on_which_another_meeting_has_not_been_decided_speaks_against(self) -> None:
        made = speaker()
        asked(made, 20, "asked").dates = [{"on": "2027-01-14", "time": "19:00"}]
        assert said(only(meeting()).against) == {
            "asked for another meeting on Thursday 14 January, not decided yet": -15
        }

    def test_a_day_on_which_they_have_another_meeting_speaks_against_at_any_hour(self) -> None:
        made = speaker()
        a_booking(meeting(heading="Elsewhere", meeting_format="online"), made, day=THURSDAY, start=time(10))
        fit = only(meeting())
        assert said(fit.against) == {"booked for another meeting on Thursday 14 January": -15}
        assert fit.busy_on == [THURSDAY]


class TestOrder:
    """Who stands where, and why it is the same each time."""

    def test_who_has_done_least_and_waited_longest_comes_first(self) -> None:
        elsewhere = meeting(heading="Elsewhere")
        people = [speaker(f"Speaker {letter}") for letter in "ABCD"]
        asked(people[0], 20, "released", elsewhere)
        asked(people[1], 100, "released", elsewhere)
        a_booking(elsewhere, people[2], day=date(2026, 11, 1))
        a_booking(elsewhere, people[2], day=date(2027, 1, 2))
        order = [fit.name[-1] for fit in fitting(meeting()).ranked]
        assert order == ["D", "C", "B", "A"]

    def test_equals_stand_by_who_waited_longest_and_then_by_who_came_first(self) -> None:
        elsewhere = meeting(heading="Elsewhere")
        people = [speaker(f"Speaker {letter}") for letter in "ABCD"]
        for made, days in zip(people, (300, 320, None, 310), strict=True):
            if days:
                asked(made, days, "released", elsewhere)
        found = fitting(meeting()).ranked
        assert len({fit.points for fit in found}) == 1
        assert [fit.name[-1] for fit in found] == ["C", "B", "D", "A"]
        # Two equals in all: the number decides, each time.
        twin = speaker("Speaker E")
        assert [fit.speaker_id for fit in fitting(meeting()).ranked][:2] == [people[2].id, twin.id]

    def test_a_new_speaker_is_paired_with_the_best_experienced_one_who_can_that_day(self) -> None:
        speaker("Nova Liudyna", experience="new", topics=["miners"])
        busy = speaker("Stara Ruka", experience="seasoned", topics=["miners"])
        away(busy, THURSDAY)
        steady = speaker("Petro Lys", experience="steady")
        found = fitting(meeting(topics=["miners"]), most=1).ranked
        assert [fit.name for fit in found] == ["Nova Liudyna"]
        assert found[0].pair_with == (steady.id, "Petro Lys")
        alone = fitting(meeting(topics=["miners"]), only=[found[0].speaker_id]).ranked
        assert alone[0].pair_with is None

    def test_the_weights_are_settings(self) -> None:
        speaker()
        settings.put(db.session(), "match.free", "7", by="", now=NOW)
        settings.put(db.session(), "match.near", "0", by="", now=NOW)
        found = said(only(meeting()).reasons)
        assert (found["free on Thursday 14 January"], found["13 miles"]) == (7, 0)

    def test_those_who_stand_first_are_the_same_however_many_are_asked_for(self) -> None:
        register(80)
        request = meeting(meeting_format="either", topics=["miners"], sector="mining", wanted_speaker="ukrainian",
                          contested="yes", dates=TestDays.THREE)  # fmt: skip
        whole = fitting(request)
        assert len(whole.ranked) > 20
        assert len(whole.blocked) > 5
        assert not whole.has_more
        assert [fit.points for fit in whole.ranked] == sorted((fit.points for fit in whole.ranked), reverse=True)
        for most in (1, 5, 20):
            some = fitting(request, most=most)
            shown = [(fit.speaker_id, fit.points, fit.dates) for fit in some.ranked]
            assert shown == [(fit.speaker_id, fit.points, fit.dates) for fit in whole.ranked[:most]]
            # Those who are blocked are the ones who would stand among them.
            assert [fit.speaker_id for fit in some.blocked] == [
                fit.speaker_id for fit in whole.blocked[: len(some.blocked)]
            ]
            assert some.has_more


def test_both_databases_tell_the_same_in_four_statements_and_open_no_name_that_is_not_shown(any_app: Flask) -> None:
    with any_app.app_context():
        register(30)
        db.session.execute(db.text("UPDATE speakers SET name = 'sealed:broken' WHERE id > 15"))
        request = meeting(dates=TestDays.THREE, meeting_format="either")
        with counted() as statements:
            found = matching.fitting(db.session(), request, NOW, only=range(1, 16))
        assert len(statements) <= 4, statements
        told = [(fit.speaker_id, fit.points) for fit in found.ranked]
        assert [fit.speaker_id for fit in found.blocked] == [11, 2, 8, 7, 14, 15, 6, 13]
        assert told == [(4, 90), (9, 81), (12, 76), (5, 73), (3, 63), (10, 58), (1, 31)]
        db.session.remove()


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ("", "en"),
        ("The meeting will be held in Welsh, with a buffet.", "cy"),
        ("The meeting is in Durham Town Hall.", "en"),
        ("An interpreter for two members.", "en"),
    ],
)
def test_a_meeting_is_in_english_unless_the_branch_says_otherwise(note: str, code: str) -> None:
    assert language_of(meeting(needs_note=note)) == code


def register(count: int) -> None:
    """Many invented speakers of all sorts, with hours, bookings and offers."""
    rng = random.Random(count)
    elsewhere = meeting(heading="Elsewhere")
    for number in range(count):
        made = speaker(
            f"Invented Person {number}",
            home=rng.choice([NEWCASTLE, LEEDS, LONDON_BRIDGE, "DH1", "PL1"]),
            free=False,
            kind=rng.choice(["campaign", "ukrainian"]),
            topics=rng.sample(["miners", "health", "rail"], 2),
            sector=rng.choice(["mining", "health"]),
            experience=rng.choice(["new", "steady", "seasoned"]),
            most_miles=rng.choice([20, 60, 300]),
            most_a_month=rng.randint(1, 3),
            languages={"en": rng.choice(["basic", "good", "fluent"])},
            formats=rng.choice([["online"], ["in-person"], ["in-person", "online"]]),
            paused_at=NOW if rng.random() < 0.1 else None,
        )
        if rng.random() < 0.7:
            week(made, *rng.sample(range(7), 4), hours=(1080, 1320))
        if rng.random() < 0.3:
            away(made, TUESDAY)
        for _ in range(rng.randint(0, 3)):
            asked(made, rng.randint(1, 300), rng.choice(["declined", "confirmed", "expired"]), elsewhere)
            starts_at = datetime.combine(date(2027, 1, rng.randint(1, 28)), time(rng.randint(12, 20)), LONDON)
            db.session.execute(insert(Booking).values(
                submission_id=elsewhere.id, speaker_id=made.id, role="speaker", state="booked", sequence=0,
                starts_at=starts_at.astimezone(UTC), ends_at=starts_at.astimezone(UTC) + timedelta(hours=2),
                travel_minutes=60, uid=f"{made.id}-{rng.random()}@example.org", created_at=NOW,
            ))  # fmt: skip
    db.session.flush()

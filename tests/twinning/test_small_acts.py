"""Small acts: one short letter to each twin before its own day and those of the movement, with room between them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from flask import Flask

from portal.extensions import db
from portal.submissions import reminders, yearly
from portal.submissions.quiet_days import is_waking
from portal.submissions.workflow import Rests
from portal.twinning.models import TwinningProposal
from tests.submissions.entries import NOW
from tests.submissions.walks import letters_of, move
from tests.twinning.test_candidates import proposal_of
from tests.twinning.test_twinned import twinned


@pytest.mark.parametrize(
    ("first", "today", "latest"),
    [
        ("2022-02-14", "2026-11-23", "2026-02-14"),
        ("2022-02-14", "2027-02-14", "2027-02-14"),
        ("2026-12-01", "2026-11-23", "2026-12-01"),
        ("2024-02-29", "2027-03-01", "2027-02-28"),
    ],
)
def test_the_same_day_of_each_year(first: str, today: str, latest: str) -> None:
    assert yearly.latest(date.fromisoformat(first), date.fromisoformat(today)) == date.fromisoformat(latest)
    assert yearly.following(date(2028, 2, 29)) == date(2029, 2, 28)
    assert yearly.apart(date(2026, 12, 31), date(2022, 1, 2)) == 2


def acts_of_a_year(number: int, sectors: list[str], twinned_on: date) -> list[tuple[str, str, date]]:
    """The letters about small acts in the year after the agreement: which, to whom, when."""
    proposal = proposal_of(number)
    proposal.sectors, proposal.twinned_on = sectors, twinned_on
    db.session.commit()
    sent = []
    for day in range(1, 380):
        now = NOW.replace(hour=11) + timedelta(days=day)
        # As if both were asked and well: only the letters about acts are looked at.
        proposal_of(number).pulse_from = now.date()
        before = len(letters_of(proposal_of(number)))
        if number in reminders.ready(db.session(), now):
            reminders.remind(db.session(), number, now)
        db.session.commit()
        sent += [(name, to, now.date()) for name, to in letters_of(proposal_of(number))[before:] if "/act-" in name]
    return sent


def test_each_side_has_one_letter_before_each_day_and_never_two_within_four_weeks(app: Flask) -> None:
    number, _ = twinned(app)
    with app.app_context():
        sent = acts_of_a_year(number, ["education"], date(2026, 11, 20))
        names = [name.partition("/act-")[2] for name, to, _ in sent if to == "ottoline@example.org"]
        assert names == ["february", "may", "august", "october", "anniversary"]
        assert [to for *_, to in (row[:2] for row in sent)].count("oksana.boiko@example.org") == len(names)
        days = [on for _, to, on in sent if to == "ottoline@example.org"]
        assert all((later - sooner).days > 28 for sooner, later in pairwise(days))
        for on, (month, day) in zip(days, ((2, 24), (5, 1), (8, 24), (10, 5), (11, 20)), strict=True):
            # Where its day is at a weekend a letter leaves on the Friday before.
            assert 4 <= (date(on.year, month, day) - on).days <= 12, on


def test_miners_hear_of_the_gala_before_its_saturday(app: Flask) -> None:
    number, _ = twinned(app)
    with app.app_context():
        sent = acts_of_a_year(number, ["mining"], date(2026, 11, 20))
        names = [name.partition("/act-")[2] for name, to, _ in sent if to == "ottoline@example.org"]
        assert names == ["february", "may", "july", "august", "anniversary"]
        gala = date(2027, 7, 10)
        assert all(0 < (gala - on).days <= 13 for name, _, on in sent if name == "twinning/act-july")


def test_the_anniversary_goes_before_a_day_that_is_near_it(app: Flask) -> None:
    number, _ = twinned(app)
    with app.app_context():
        proposal = proposal_of(number)
        proposal.twinned_on, proposal.sectors = date(2026, 5, 9), ["mining"]
        assert proposal.has_room_in_february
        assert not proposal.has_room_in_may
        assert not proposal.teaches_and_has_room
        assert not is_waking(datetime.fromisoformat("2027-02-15T04:00:00+00:00"), Rests.WEEKENDS)


def test_nothing_comes_while_it_is_paused(app: Flask) -> None:
    number, _ = twinned(app)
    with app.app_context():
        move(proposal_of(number), "pause")
        db.session.commit()
        before = len(letters_of(proposal_of(number)))
        for day in range(80, 100):
            reminders.remind(db.session(), number, NOW.replace(hour=11) + timedelta(days=day))
        assert len(letters_of(proposal_of(number))) == before
        assert isinstance(proposal_of(number), TwinningProposal)

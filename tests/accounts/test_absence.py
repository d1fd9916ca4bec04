"""Who stands in for whom on a day: along covers, in circles, for closed accounts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.accounts.absence import MOST_COVERS, Presence, Roster, come_back, go_away
from portal.accounts.models import Coordinator

MONDAY = date(2026, 12, 21)


def there(cover: int | None = None) -> Presence:
    return Presence(True, None, None, cover)


def away(cover: int | None = None, first: date = MONDAY, last: date = MONDAY) -> Presence:
    return Presence(True, first, last, cover)


@pytest.mark.parametrize(
    ("people", "who"),
    [
        ({1: there()}, 1),
        ({1: away()}, None),
        ({1: away(2), 2: there()}, 2),
        ({1: away(2), 2: away(3), 3: there()}, 3),
        ({1: away(2), 2: away()}, None),
        ({1: away(2), 2: away(1)}, None),
        ({1: away(1)}, None),
        ({1: away(9)}, None),
        ({1: away(2), 2: Presence(False, None, None, None)}, None),
        ({1: Presence(False, None, None, 2), 2: there()}, None),
        ({1: there(2), 2: there()}, 1),
    ],
)
def test_who_acts_for_the_first(people: dict[int, Presence], who: int | None) -> None:
    roster = Roster(people)
    assert roster.standing_in(1, MONDAY) == who
    for number in people:
        assert (1 in roster.responsible_ids(number, MONDAY)) == (number in (1, who))


def test_a_long_chain_ends_with_nobody() -> None:
    people = {number: away(number + 1) for number in range(1, 20)} | {20: there()}
    assert Roster(people).standing_in(1, MONDAY) is None
    assert Roster(people).standing_in(20 - MOST_COVERS + 1, MONDAY) == 20


@pytest.mark.parametrize(("days", "is_away"), [(-1, False), (0, True), (4, True), (5, False)])
def test_both_days_count(days: int, is_away: bool) -> None:
    person = away(first=MONDAY, last=MONDAY + timedelta(days=4))
    assert person.is_away(MONDAY + timedelta(days=days)) is is_away


def test_an_absence_that_cannot_be_is_refused() -> None:
    person = Coordinator(id=1)
    with pytest.raises(ValueError, match="ends before"):
        go_away(person, MONDAY, MONDAY - timedelta(days=1), None)
    with pytest.raises(ValueError, match="themselves"):
        go_away(person, MONDAY, MONDAY, 1)
    go_away(person, MONDAY, MONDAY, 2)
    come_back(person, MONDAY)
    assert (person.away_from, person.away_until, person.cover_id) == (None, None, None)


@pytest.mark.parametrize(("last", "ends"), [(9, 2), (2, 2), (1, 1)])
def test_an_absence_that_is_ended_has_still_been_one(last: int, ends: int) -> None:
    person = Coordinator(id=1)
    go_away(person, MONDAY, MONDAY + timedelta(days=last), 2)
    come_back(person, MONDAY + timedelta(days=3))
    assert (person.away_from, person.away_until) == (MONDAY, MONDAY + timedelta(days=ends))
    assert person.cover_id is None

"""The letter of the morning: to whom, when, what it names, and that it comes once."""

from __future__ import annotations

import re
import threading

import pytest
from flask import Flask

from portal import worker
from portal.submissions.colleagues import LISTED
from portal.submissions.models import reference_of
from portal.worker import Worker
from tests.submissions.clockwork import DEMO, Clockwork, london

DIGEST = "coordinator/digest"
BACK = "Went back to the queue while you were away: {}.\n"


def section(text: str, heading: str) -> str:
    """The list under a heading of the letter; empty where the heading is not there."""
    found = re.search(rf"^{re.escape(heading)}[^\n]*:\n\n", text, re.MULTILINE)
    return text[found.end() :].split("\n\n")[0] if found else ""


def test_it_names_what_waits_for_its_reader(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    ben = clockwork.coordinator("Ben Okafor")
    broken = clockwork.request("2026-11-19 10:00", maria, heading="Broken Rail")
    today = clockwork.request("2026-11-23 10:00", maria, heading="Today Health")
    clockwork.act(broken, "2026-11-25 15:00", maria)
    clockwork.act(today, "2026-11-25 15:00", maria)
    clockwork.request("2026-11-25 10:00", maria, heading="Later Buses")
    clockwork.request("2026-11-25 10:00", ben, heading="Of Ben")
    clockwork.request("2026-11-25 10:00", heading="New Miners")
    clockwork.request("2026-11-25 10:00", maria, heading="Soon Fire", meeting_on=london("2026-12-02 10:00").date())
    clockwork.request("2026-11-25 10:00", ben, heading="Ben Fire", meeting_on=london("2026-12-02 10:00").date())
    clockwork.request("2026-11-25 10:00", maria, heading="Far Fire", meeting_on=london("2026-12-03 10:00").date())
    clockwork.sql("UPDATE submissions SET state = 'confirmed' WHERE heading LIKE '% Fire'")
    clockwork.request("2026-11-25 10:00", maria, heading="Nobody’s Fire", meeting_on=london("2026-12-01 10:00").date())
    # So near a meeting we promise to look at once; what was promised for later stands here for all that wait.
    clockwork.sql("UPDATE submissions SET due_on = '2026-12-04', queue_on = '2026-12-04' WHERE heading LIKE '% Fire'")
    clockwork.work("2026-11-26 07:29")
    assert clockwork.to(DIGEST) == []
    clockwork.work("2026-11-26 07:30")
    (to_maria, text), (to_ben, other) = clockwork.letters(DIGEST)
    assert (to_maria, to_ben) == ("maria@example.org", "ben@example.org")
    assert "Broken Rail, Tuesday 24 November 2026: http" in section(text, "Promises we have broken")
    assert section(text, "Promised for today").count("- USC-") == 1
    assert "Today Health" in section(text, "Promised for today")
    assert section(text, "Nobody looks after these yet").count("New Miners") == 1
    assert section(text, "Waiting on you").count("- USC-") == 4
    assert "Later Buses" in section(text, "Waiting on you")
    # Which day stands in a line is said above it.
    assert "Promises we have broken, with the day that we had promised:" in text
    assert "Waiting on you. The day is the one by which we promised to act:" in text
    assert "Meetings in the next seven days, with the day of the meeting:" in text
    assert [
        name for name in ("Soon", "Ben", "Far", "Nobody") if name in section(text, "Meetings in the next seven days")
    ] == ["Soon"]
    assert "Jean" not in text
    assert "Broken Rail" not in other
    assert "Of Ben" in section(other, "Waiting on you")
    clockwork.work("2026-11-26 08:00", "2026-11-26 11:59")
    assert len(clockwork.to(DIGEST)) == 2, "once a day"


def test_there_is_none_where_nothing_waits_nor_at_weekends_nor_after_noon(clockwork: Clockwork) -> None:
    clockwork.coordinator("Maria Kovalenko")
    clockwork.work("2026-11-26 09:00")
    assert clockwork.to(DIGEST) == []
    clockwork.request("2026-11-26 10:00")
    clockwork.work("2026-11-26 11:00", "2026-11-27 12:00", "2026-11-28 09:00", "2026-11-29 09:00", "2026-12-25 09:00")
    assert clockwork.to(DIGEST) == []
    clockwork.work("2026-11-30 09:00")
    assert clockwork.to(DIGEST) == ["maria@example.org"]


def test_the_hour_may_be_left_empty(clockwork: Clockwork) -> None:
    clockwork.coordinator("Maria Kovalenko")
    clockwork.request("2026-11-25 10:00")
    clockwork.sql(
        "INSERT INTO settings (name, value, set_at, set_by) VALUES ('morning_time', '', '2026-01-01 00:00:00', '')"
    )
    worker.run(clockwork.app, once=True, at=london("2026-11-26 07:29"))
    assert clockwork.to(DIGEST) == []
    worker.run(clockwork.app, once=True, at=london("2026-11-26 07:30"))
    assert clockwork.to(DIGEST) == ["maria@example.org"]


def test_who_does_not_want_it_cannot_work_or_is_away_gets_none(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    clockwork.coordinator("Ben Okafor", digest=False)
    clockwork.coordinator("Viv Iewer", role="viewer")
    clockwork.coordinator("Carl Closed", active=False)
    clockwork.coordinator("Ada Admin", role="admin")
    clockwork.away(maria, "2026-11-26", "2026-11-26")
    clockwork.request("2026-11-25 10:00")
    clockwork.work("2026-11-26 09:00")
    assert clockwork.to(DIGEST) == ["ada@example.org"]


def test_a_holiday_is_merged_into_the_letter_of_whoever_stands_in(clockwork: Clockwork) -> None:
    maria, ben = clockwork.coordinator("Maria Kovalenko"), clockwork.coordinator("Ben Okafor")
    clockwork.away(maria, "2026-11-26", "2026-11-27", ben)
    clockwork.request("2026-11-25 10:00", maria, heading="Of Maria")
    clockwork.request("2026-11-25 10:00", ben, heading="Of Ben")
    clockwork.work("2026-11-26 09:00", "2026-11-27 09:00", "2026-11-30 09:00")
    letters = clockwork.letters(DIGEST)
    assert [address for address, _ in letters] == ["ben@example.org"] * 2 + ["maria@example.org", "ben@example.org"]
    assert section(letters[0][1], "Waiting on you").count("- USC-") == 2
    assert "Of Maria" in section(letters[2][1], "Promised for today")
    assert "Of Maria" not in letters[3][1]


def test_what_went_back_by_itself_is_told_to_all_and_to_its_owner_after_a_holiday(clockwork: Clockwork) -> None:
    maria, ben = clockwork.coordinator("Maria Kovalenko"), clockwork.coordinator("Ben Okafor")
    number = clockwork.request("2026-11-23 10:00", maria, heading="Of Maria")
    clockwork.away(maria, "2026-11-24", "2026-11-27")
    clockwork.work("2026-11-24 09:00", "2026-11-25 09:00")
    assert clockwork.see(number, "coordinator_id") is None
    clockwork.work("2026-11-26 09:00")
    told = [section(text, "Went back to the queue by themselves") for _, text in clockwork.letters(DIGEST)]
    # On the first day it is still hers, but nobody looks out for her: Ben reads of it among what is nobody's.
    assert ["Of Maria" in each for each in told] == [False, True, True]
    clockwork.act(number, "2026-11-26 10:00", ben, "start-matching")
    clockwork.sql("UPDATE submissions SET coordinator_id = :ben", ben=ben)
    clockwork.request("2026-11-27 10:00", heading="New Miners")
    clockwork.work("2026-11-27 09:00", "2026-11-30 09:00")
    found = dict(clockwork.letters(DIGEST))
    assert BACK.format(reference_of(number)) in found["maria@example.org"], "she has not heard of it yet"
    assert "Of Maria" not in found["maria@example.org"]
    assert "Went back" not in found["ben@example.org"]
    clockwork.work("2026-12-01 09:00")
    found = dict(clockwork.letters(DIGEST))
    assert "New Miners" in found["maria@example.org"]
    assert "Went back" not in found["maria@example.org"], "she has heard of it"


def test_after_a_holiday_it_names_what_was_lost_in_one_line_and_nothing_else(clockwork: Clockwork) -> None:
    maria, ben = clockwork.coordinator("Maria Kovalenko"), clockwork.coordinator("Ben Okafor")
    first, second, back, before, bens = (
        clockwork.request("2026-07-06 10:00", maria, heading=f"Branch {each}") for each in range(5)
    )
    clockwork.sql("UPDATE submissions SET coordinator_id = :ben WHERE id = :bens", ben=ben, bens=bens)
    clockwork.act(before, "2026-07-06 11:00", maria, "start-matching")
    clockwork.away(maria, "2026-07-07", "2026-11-27")
    # Long enough for other duties to be swept.
    clockwork.work("2026-07-08 09:00", "2026-11-16 09:00", "2026-11-26 03:00")
    clockwork.sql("UPDATE submissions SET coordinator_id = :maria WHERE id = :back", maria=maria, back=back)
    clockwork.sql("UPDATE submissions SET is_open = false")
    clockwork.work("2026-11-30 09:00")
    (text,) = [text for address, text in clockwork.letters(DIGEST) if address == "maria@example.org"]
    assert BACK.format(f"{reference_of(first)}, {reference_of(second)}, {reference_of(before)}") in text
    assert "- USC-" not in text


def test_tasks_and_letters_that_failed_are_named(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    number = clockwork.request("2026-11-25 10:00", maria)
    clockwork.sql("UPDATE outbox_emails SET state = 'refused', next_try_at = NULL, last_error = '550 at the address'")
    clockwork.work("2026-11-25 12:30", "2026-11-26 09:00")
    ((_, text),) = clockwork.letters(DIGEST)
    assert f"- {reference_of(number)}: The letter “" in section(text, "Tasks for today")
    assert section(text, "Tasks for today").endswith(
        "telephone them (Thursday 26 November 2026): http://127.0.0.1/dashboard/tasks/1"
    )
    assert "Letters that were not delivered" not in text, "the task has named it"


def test_a_letter_that_nobody_else_is_told_of_is_counted(clockwork: Clockwork) -> None:
    maria, ben = clockwork.coordinator("Maria Kovalenko"), clockwork.coordinator("Ben Okafor")
    clockwork.request("2026-11-25 10:00", maria)
    clockwork.request("2026-11-25 10:00", ben)
    refuse = "UPDATE outbox_emails SET state = 'refused', next_try_at = NULL, last_error = '550 at the address'"
    clockwork.sql(f"{refuse} WHERE role = 'branch' AND submission_id = 1")
    clockwork.work("2026-11-25 12:30")
    # The task about the second letter is only due tomorrow, and it is Ben's.
    clockwork.sql(f"{refuse} WHERE role = 'branch' AND submission_id = 2")
    clockwork.work("2026-11-26 06:00", "2026-11-26 09:00")
    texts = dict(clockwork.letters(DIGEST))
    assert section(texts["maria@example.org"], "Tasks for today").count("The letter “") == 1
    assert "Letters that were not delivered" not in texts["maria@example.org"]
    assert "The letter “" not in texts["ben@example.org"]
    assert "Letters that were not delivered: 1. Somebody has to telephone." in texts["ben@example.org"]


def test_a_request_that_went_back_is_named_once(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    clockwork.coordinator("Ben Okafor")
    late = clockwork.request("2026-11-20 10:00", maria, heading="Broken Rail")
    today = clockwork.request("2026-11-23 10:00", maria, heading="Today Health")
    clockwork.away(maria, "2026-11-25", "2026-11-27")
    clockwork.work("2026-11-25 09:00", "2026-11-26 09:00")
    assert {clockwork.see(number, "coordinator_id") for number in (late, today)} == {None}
    text = clockwork.letters(DIGEST)[-1][1]
    assert text.count("Today Health") == text.count("Broken Rail") == 1
    assert "Broken Rail" in section(text, "Promises we have broken")
    assert "Today Health, Thursday 26 November 2026: " in section(text, "Went back to the queue by themselves")


def test_tasks_of_today_stand_before_those_that_have_waited(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    numbers = [clockwork.request("2026-11-25 10:00", maria) for _ in range(LISTED + 1)]
    clockwork.sql("UPDATE outbox_emails SET state = 'refused', next_try_at = NULL, last_error = '550 at the address'")
    clockwork.work("2026-11-25 12:30")
    clockwork.sql("UPDATE tasks SET due_on = '2026-10-15' WHERE submission_id <> :today", today=numbers[-1])
    clockwork.work("2026-11-26 09:00")
    ((_, text),) = clockwork.letters(DIGEST)
    first, *older = section(text, "Tasks for today").splitlines()
    assert first.startswith(f"- {reference_of(numbers[-1])}: ")
    assert "(Thursday 26 November 2026)" in first
    assert len(older) == LISTED
    assert older[-1] == "- and 1 more on the desk"


def test_a_task_that_comes_by_itself_today_is_named_this_morning(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    near = london("2026-12-03 19:00").date()
    clockwork.request("2026-11-19 10:00", maria, meeting_on=near, dates=[{"on": near.isoformat(), "time_text": "7pm"}])
    clockwork.work("2026-11-26 02:30", "2026-11-26 07:35")
    ((_, text),) = clockwork.letters(DIGEST)
    assert "The meeting is near, and nobody is confirmed" in section(text, "Tasks for today")


def test_what_no_letter_has_named_yet_stands_before_what_was_named(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    numbers = [clockwork.request("2026-11-25 10:00", maria) for _ in range(LISTED + 1)]
    clockwork.sql("UPDATE outbox_emails SET state = 'refused', next_try_at = NULL, last_error = '550 at the address'")
    clockwork.work("2026-11-25 07:40", "2026-11-25 12:30")
    clockwork.sql("UPDATE tasks SET due_on = '2026-10-15'")
    opened = "UPDATE tasks SET created_at = '2026-10-15 09:00:00' WHERE submission_id <> :newest"
    clockwork.sql(opened, newest=numbers[-1])
    clockwork.work("2026-11-26 09:00")
    *_, (_, text) = clockwork.letters(DIGEST)
    assert section(text, "Tasks for today").startswith(f"- {reference_of(numbers[-1])}: ")


def test_a_long_task_is_read_on_the_desk(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    clockwork.request("2026-11-25 10:00", maria)
    clockwork.sql("UPDATE outbox_emails SET state = 'refused', next_try_at = NULL, last_error = '550 at the address'")
    clockwork.work("2026-11-25 12:30")
    clockwork.sql("UPDATE tasks SET about = :note", note="Mend them: " + "warmer, please " * 250)
    clockwork.work("2026-11-26 09:00")
    ((_, text),) = clockwork.letters(DIGEST)
    line = section(text, "Tasks for today")
    assert "Mend them: warmer, please" in line
    assert line.endswith("… (Thursday 26 November 2026): http://127.0.0.1/dashboard/tasks/1")
    assert len(line) < 350


def test_it_comes_in_the_language_of_its_reader(clockwork: Clockwork) -> None:
    clockwork.coordinator("Olena Tkach", language="uk")
    clockwork.request("2026-11-25 10:00")
    clockwork.work("2026-11-26 09:00")
    ((_, text),) = clockwork.letters(DIGEST)
    assert text.startswith("Добрий день, Olena Tkach,")
    assert "запит на виступ" in text


def test_a_worker_asleep_for_a_week_writes_one_letter(clockwork: Clockwork) -> None:
    clockwork.coordinator("Maria Kovalenko")
    clockwork.request("2026-11-18 10:00")
    clockwork.work("2026-11-19 09:00", "2026-11-26 09:00", "2026-11-26 10:00")
    assert len(clockwork.to(DIGEST)) == 2


def test_a_crash_between_letter_and_note_loses_and_doubles_nothing(
    clockwork: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    clockwork.coordinator("Maria Kovalenko")
    clockwork.request("2026-11-25 10:00")
    with monkeypatch.context() as broken:
        # The commit that should keep both fails, as when the power goes.
        broken.setattr("sqlalchemy.orm.Session.commit", lambda _session: 1 / 0)
        clockwork.work("2026-11-26 09:00")
    assert clockwork.to(DIGEST) == []
    clockwork.work("2026-11-26 09:05", "2026-11-26 09:15")
    assert clockwork.to(DIGEST) == ["maria@example.org"]


@pytest.mark.postgres
def test_two_workers_write_one_letter_each(postgres_app: Flask) -> None:
    postgres_app.config.update(DEMO)
    both = Clockwork(postgres_app)
    for each in range(6):
        both.coordinator(f"C{each} Okafor")
    both.request("2026-11-25 10:00")
    begin = threading.Barrier(2)

    def work(name: str) -> None:
        one = Worker(postgres_app, name, now=lambda: london("2026-11-26 09:00"))
        begin.wait()
        one.one_pass()

    threads = [threading.Thread(target=work, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    both.work("2026-11-26 09:10")
    assert sorted(both.to(DIGEST)) == [f"c{each}@example.org" for each in range(6)]

"""The days that letters name, and the rows that count in the same days."""

from __future__ import annotations

from datetime import date

import pytest

from portal.affiliations.workflow import WORKFLOW as AFFILIATION
from portal.emails import letters
from portal.speakers.workflow import WORKFLOW as SPEAKER
from portal.submissions import deadlines
from portal.submissions.workflow import Workflow
from portal.twinning.workflow import WORKFLOW as TWINNING

MONDAY = date(2027, 2, 1)
# A letter, how many days after the beginning of the wait it is written, and what comes once its day is over.
IN_STEP = [
    (SPEAKER, "common/question", 0, "question-reminder"),
    (SPEAKER, "common/question-reminder", 4, "question-last-reminder"),
    (SPEAKER, "common/question-last-reminder", 9, "question-unanswered"),
    (SPEAKER, "speaker/how-did-it-go", 0, "report-reminder"),
    (SPEAKER, "speaker/report-reminder", 8, "report-last-reminder"),
    (SPEAKER, "speaker/report-last-reminder", 22, "report-missing"),
    (TWINNING, "common/question", 0, "question-reminder"),
    (TWINNING, "common/question-last-reminder", 14, "question-unanswered"),
    (TWINNING, "twinning/introduced", 0, "been-in-touch"),
    (TWINNING, "twinning/been-in-touch", 15, "no-first-contact"),
    (AFFILIATION, "affiliation/was-it-carried", 1, "was-it-carried-again"),
    (AFFILIATION, "affiliation/was-it-carried-again", 9, "decision-missing"),
    (AFFILIATION, "affiliation/accepted", 0, "fee-reminder"),
    (AFFILIATION, "affiliation/fee-due", 0, "fee-reminder"),
    (AFFILIATION, "affiliation/fee-reminder", 31, "fee-last-reminder"),
    (AFFILIATION, "affiliation/fee-reminder-branch", 31, "fee-last-reminder"),
    (AFFILIATION, "affiliation/fee-last-reminder", 60, "fee-missing"),
    (AFFILIATION, "affiliation/fee-last-reminder-branch", 60, "fee-missing"),
    (AFFILIATION, "affiliation/grace", 1, "grace-reminder"),
    (AFFILIATION, "affiliation/grace-reminder", 32, "grace-over"),
]


def test_the_days_are_counted_from_the_day_of_writing() -> None:
    days = deadlines.days_from(date(2026, 11, 20))
    assert days["in_7_days"] == date(2026, 11, 27)
    # Two and three days on are a weekend; today is not named.
    assert days["in_2_days"] == days["in_3_days"] == date(2026, 11, 23)
    assert all(day.weekday() < 5 for day in days.values())


def test_three_days_are_not_the_day_after_because_of_a_weekend() -> None:
    assert deadlines.days_from(date(2026, 11, 26))["in_3_days"] == date(2026, 11, 30), "a Thursday’s letter"
    assert deadlines.days_from(date(2026, 11, 25))["in_3_days"] == date(2026, 11, 27)


def test_no_answer_is_asked_for_by_a_day_off() -> None:
    days = deadlines.days_from(date(2026, 12, 22))
    # Christmas Day is a Friday: the day before it, not the Tuesday after.
    assert days["in_3_days"] == date(2026, 12, 24)
    assert days["in_7_days"] == date(2026, 12, 29)


def test_a_branch_is_asked_for_nothing_by_a_bank_holiday_of_its_own() -> None:
    """St Andrew’s Day of 2026 is Monday 30 November."""
    thursday = date(2026, 11, 26)
    england, scotland = (deadlines.days_from(thursday, nation) for nation in ("England", "Scotland"))
    assert england["in_3_working_days"] == scotland["in_3_days"] == date(2026, 12, 1)
    assert scotland["in_3_working_days"] == date(2026, 12, 2)
    assert england["in_3_days"] == date(2026, 11, 30)
    assert deadlines.is_over_from(thursday, "Scotland") == date(2026, 12, 3)
    # Easter Monday is a holiday with us, and not in Scotland: nobody is rung before we are at work again.
    assert deadlines.is_over_from(date(2027, 3, 24), "Scotland") == date(2027, 4, 1)


ASKS_ON_THE_DAY = ("been-in-touch",)
"""What asks how it went on the very day that was named; everything else presses for what is late."""


@pytest.mark.parametrize(("workflow", "letter", "written", "after"), IN_STEP)
@pytest.mark.parametrize("language", letters.LANGUAGES)
def test_what_follows_waits_for_the_day_that_the_letter_named(
    workflow: Workflow, letter: str, written: int, after: str, language: str
) -> None:
    body = letters.shipped(letter, language).body
    days = deadlines.days_of(workflow, MONDAY)
    given = [(day - MONDAY).days for name, day in days.items() if f"{{{{ {name} }}}}" in body]
    assert given, "the letter names a day"
    row = next(each for each in workflow.follow_ups if each.name == after)
    latest = row.days if after in ASKS_ON_THE_DAY else row.days - 1
    assert written + min(given) <= latest, "the day that was named has passed"


@pytest.mark.parametrize("language", ["en"])
def test_no_letter_gives_a_period_without_a_day(language: str) -> None:
    for path in letters.FOLDER.rglob(f"*.{language}.txt"):
        if path.parent.name == "coordinator":
            continue
        for words in ("within two days", "within three days", "within a week", "within two weeks", "within 30 days"):
            # Where the meeting has no day yet, or the invoice has not been written, no day can be counted from it.
            text = path.read_text("utf-8")
            for unknown in ("within a week of the meeting", "within 30 days of it"):
                text = text.replace(unknown, "")
            assert words not in text, (path.name, words)


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Ukraine Solidarity Campaign"), ("uk", "Кампанія солідарності з Україною")]
)
def test_a_letter_is_signed_with_the_campaigns_name_in_its_language(language: str, name: str) -> None:
    letter = letters.compose("Hello", "Words", language, {"reference": "USC-1042"})
    other = {"en": "Кампанія", "uk": "Ukraine Solidarity Campaign"}[language]
    assert name in letter.text
    assert name in letter.html
    assert other not in letter.text + letter.html

"""Every letter there must be is there, in both languages, and reads well with much known or little."""

from __future__ import annotations

import re

import pytest

from portal.emails import letters
from portal.submissions.private_links import OPEN_AFTER_CLOSING
from portal.submissions.workflow import Recipient
from tests.letters import facts

NAMES = tuple(facts.letters())
BOTH = pytest.mark.parametrize("language", letters.LANGUAGES)
EACH = pytest.mark.parametrize("name", NAMES)
SUBJECT_LENGTH = 90
LONG_NAME = "Durham County Association of Trades Union Councils"
UNTIDY = re.compile(r" [,.;:!?]| {2}|\(\)|\n{3}|,,|\.\.|: *\n(?!\n)|: ?\.|[,:] ?\Z|^,")


@BOTH
@EACH
def test_the_letter_exists(name: str, language: str) -> None:
    assert letters.exists(name, language), f"Write templates/emails/{name}.{language}.txt"


def test_every_letter_there_is_is_sent_by_something() -> None:
    there = {f"{folder}/{path.name}" for folder in facts.FOLDERS for path in (facts.FOLDER / folder).iterdir()}
    assert there == {f"{name}.{language}.txt" for name in NAMES for language in letters.LANGUAGES}


@BOTH
@EACH
@pytest.mark.parametrize("given", [facts.standard, facts.minimal], ids=["all facts", "few facts"])
def test_the_letter_is_well_set(name: str, language: str, given) -> None:
    known = given(name, language)
    letter = letters.render(name, language, known)
    words = letters.wording(name, language, known)
    greeting = known["greeting"] if name != facts.TO_A_NEW_ADDRESS else {"en": "Hello", "uk": "Добрий день"}[language]
    assert words.body.startswith(f"{greeting},\n\n")
    assert "None" not in letter.text
    told = {"{private link}": 7, "{register link}": 8, "{body link}": 9}
    assert letter.link_ids == tuple(number for token, number in told.items() if token in words.body)
    assert not UNTIDY.search(words.body + "\n"), words.body
    assert not UNTIDY.search(words.subject), words.subject
    for paragraph in words.body.split("\n\n"):
        assert_one_piece(paragraph)
    labels = [part for part in words.body.split("\n\n") if part.endswith(":")]
    assert all(not words.body.endswith(label) for label in labels)


def assert_one_piece(paragraph: str) -> None:
    """A paragraph is one line, or a list, or a button's label above its link: nothing has run together."""
    lines = paragraph.split("\n")
    is_list = all(line.startswith("- ") for line in lines)
    opens = ("{private link}", "{register link}", "{body link}", "https://")
    is_button = len(lines) == 2 and lines[1].startswith(opens) and lines[0][-1].isalpha()
    assert len(lines) == 1 or is_list or is_button, paragraph


@BOTH
@EACH
def test_nothing_at_all_known_still_renders(name: str, language: str) -> None:
    letter = letters.render(name, language, facts.bare(facts.standard(name, language), ""))
    assert letter.subject
    assert letter.text.strip()


@BOTH
@EACH
def test_a_list_follows_every_line_that_announces_one(name: str, language: str) -> None:
    parts = letters.wording(name, language, facts.minimal(name, language)).body.split("\n\n")
    for before, after in zip(parts, [*parts[1:], ""], strict=True):
        if before.endswith(":") and name not in facts.INTRODUCTIONS:
            assert after.startswith("- "), f"{before!r} announces nothing"


@BOTH
@EACH
def test_the_subject_is_short_and_names_nobody(name: str, language: str) -> None:
    known = facts.standard(name, language) | {"branch": LONG_NAME}
    subject = letters.wording(name, language, known).subject
    assert len(subject) < SUBJECT_LENGTH, subject
    # An address of a body is asked about without a word of which body it is.
    without = (*facts.AMONG_US, *facts.OF_THE_REGISTER, "common/another-address")
    assert "USC-1042" in subject or name in without
    named = set(re.findall(r"@(\w+)@", letters.wording(name, language, facts.marked(name, language)).subject))
    assert named <= {"reference", "branch", "kind_name", "day", "promised_on"}


@BOTH
@EACH
def test_who_has_a_page_has_the_button(name: str, language: str) -> None:
    """The branch's link goes to the branch and to nobody else, a speaker's to that speaker; others have no page."""
    recipient = facts.letters()[name]
    body = letters.wording(name, language, facts.marked(name, language)).body
    buttons = re.findall(r"(?:^|\n\n)[^\n]+\n\{private link\}(?=\n\n|$)", body)
    has_page = (recipient is Recipient.BRANCH and name not in facts.TO_STRANGERS) or name in facts.WITH_THEIR_PAGE
    assert body.count("{private link}") == len(buttons) == (1 if has_page else 0)
    assert body.count("@desk_link@") == (1 if recipient is Recipient.TEAM else 0)


@BOTH
@pytest.mark.parametrize("name", [name for name in NAMES if name not in (*facts.INTRODUCTIONS, *facts.OF_NEW_CONTACTS)])
def test_neither_side_learns_how_to_reach_the_other(name: str, language: str) -> None:
    letter = letters.render(name, language, facts.marked(name, language))
    secret = ["lead_name", "lead_email", "body_contact", "body_email"]
    if name in facts.to_the_other_side():
        secret += ["contact_name", *(["contact_email"] if name not in facts.OF_THE_REGISTER else [])]
        own = (7,) if name in facts.WITH_THEIR_PAGE else ()
        beside = (9,) if "{body link}" in letters.wording(name, language, facts.standard(name, language)).body else ()
        assert letter.link_ids == own + ((8,) if name == "speaker/offer" else beside)
    assert [fact for fact in secret if f"@{fact}@" in letter.subject + letter.text + letter.html] == []


# Letters that leave before somebody has said yes, and what they must not tell.
BEFORE_A_YES = {
    "speaker/offer": ("branch", "meeting_place"),
    "speaker/offer-over": ("branch", "meeting_place", "meeting", "reason"),
    "speaker/offer-reminder": ("branch", "meeting_place"),
    "speaker/offer-expired": ("branch", "meeting_place", "meeting", "reason"),
    "speaker/others-thanked": ("branch", "meeting_place", "meeting", "reason", "speaker_name"),
    "speaker/yes-received": ("branch", "meeting_place", "meeting"),
    "speaker/other-date-received": ("branch", "meeting_place", "meeting"),
    "speaker/no-longer-needed": ("branch", "meeting_place", "meeting", "reason"),
    "speaker/offered-again": ("speaker_name", "reason"),
    "speaker/received": ("speaker_name",),
    "speaker/matching": ("speaker_name",),
    "speaker/offered": ("speaker_name",),
    "speaker/dropped-out": ("speaker_name", "reason"),
    "twinning/proposed": ("body_name",),
    "twinning/proposed-body": ("branch",),
    "twinning/still-looking": ("body_name", "body_oblast", "body_sector", "reason"),
    "twinning/still-looking-body": ("branch", "region", "reason"),
    "twinning/paused": ("body_name", "reason"),
    "twinning/closed": ("reason",),
    "affiliation/lapsed": ("reason",),
    "affiliation/active": ("reason",),
}


@BOTH
@pytest.mark.parametrize("name", sorted(BEFORE_A_YES))
def test_nothing_is_told_too_early_or_that_is_kept_in_the_history(name: str, language: str) -> None:
    letter = letters.render(name, language, facts.marked(name, language))
    told = [fact for fact in BEFORE_A_YES[name] if f"@{fact}@" in letter.subject + letter.text]
    assert told == []


@BOTH
@pytest.mark.parametrize("name", facts.INTRODUCTIONS)
def test_the_introduction_names_both_sides_in_both_languages(name: str, language: str) -> None:
    body = letters.wording(name, language, facts.marked(name, language)).body
    both_sides = (
        "branch",
        "lead_name",
        "lead_email",
        "body_contact",
        "body_email",
    )
    for fact in both_sides:
        assert body.count(f"@{fact}@") == 2, fact
    # Each half has the name for its reader; as it is written in Ukraine it is the same one in a Ukrainian letter.
    assert body.count("@body_name@") + body.count("@body_name_uk@") == 2
    for place in ("body_oblast_en", "body_oblast_uk"):
        assert body.count(f"@{place}@") == 1, place
    first, second = ("IN ENGLISH", "УКРАЇНСЬКОЮ") if language == "uk" else ("УКРАЇНСЬКОЮ", "IN ENGLISH")
    assert first in body
    assert second not in body


@BOTH
@pytest.mark.parametrize("name", [name for name in NAMES if facts.letters()[name] is Recipient.BRANCH])
def test_a_promise_that_is_known_to_the_letter_is_dated(name: str, language: str) -> None:
    """Whatever says that somebody will write or answer says by when, where we know it."""
    with_date = letters.wording(name, language, facts.marked(name, language)).body
    if "@who@ will" in with_date or "@coordinator@" in with_date:
        assert "@promise@" in with_date


@BOTH
def test_a_lapsed_branch_is_promised_its_page_for_as_long_as_the_link_opens(language: str) -> None:
    name = "affiliation/lapsed"
    assert f"@in_{OPEN_AFTER_CLOSING.days}_days@" in letters.wording(name, language, facts.marked(name, language)).body


FEE_REMINDERS = [f"affiliation/fee-{each}" for each in ("reminder", "reminder-branch", "last-reminder")]
FEE_REMINDERS.append("affiliation/fee-last-reminder-branch")
TO_PAY = {"en": ("Please pay", "Please ask your treasurer"), "uk": ("Просимо сплатити", "Просимо запитати про внесок")}


@BOTH
@pytest.mark.parametrize("name", FEE_REMINDERS)
def test_nobody_is_pressed_for_a_fee_before_the_invoice_they_asked_for(name: str, language: str) -> None:
    with_invoice, without = (
        letters.wording(name, language, facts.standard(name, language) | {"wants_invoice": each}).body
        for each in ("yes", "")
    )
    asked = [each for each in TO_PAY[language] if each in without]
    assert asked
    assert not [each for each in asked if each in with_invoice]
    word = {"en": "invoice", "uk": "рахунок"}[language]
    assert word in with_invoice
    assert word not in without


@BOTH
def test_a_meeting_that_is_near_asks_for_one_thing(language: str) -> None:
    name = "speaker/meeting-soon"
    known = facts.standard(name, language)
    nothing = {"en": "there is nothing to do", "uk": "нічого робити не треба"}[language]
    assert nothing not in letters.wording(name, language, known | {"missing": "the postcode"}).body
    assert nothing in letters.wording(name, language, known | {"missing": ""}).body

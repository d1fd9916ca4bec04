"""The book of letters: all are in it, each knows what it may name, and words that would do harm are refused."""

from __future__ import annotations

import ast
import re
from datetime import datetime

import pytest
from flask import Flask

from portal.clock import utc_now
from portal.emails import letters
from portal.emails.letters import Wording
from portal.extensions import db
from portal.submissions import actions, correspondence, document_book, example_days, letter_book, registry
from portal.submissions.actions import Mover
from portal.submissions.letter_book import Entry
from portal.submissions.letter_faults import faults
from portal.submissions.workflow import Actor, Recipient
from tests.dashboard.conftest import BRANCH_FACTS, KIND_FACTS
from tests.letters import facts

NAMES = (*facts.letters(), *document_book.DOCUMENTS)
BOTH = pytest.mark.parametrize("language", letters.LANGUAGES)
EACH = pytest.mark.parametrize("name", NAMES)


def entry(name: str) -> Entry:
    return document_book.everything()[name]


# Letters that nobody edits, each with the reason; see docs/decisions/0006-letters-that-people-edit.md.
NOT_TO_BE_EDITED = {
    "accounts/new_password": "It must keep its link and its warning whoever holds a coordinator’s password.",
    "accounts/password_changed": "It warns of a stranger, who may hold a coordinator’s password.",
}
WITHOUT_SAVED_WORDS = ("portal/accounts/sign_in.py",)
"""What renders letters that are not in the book."""
ROOT = letters.FOLDER.parents[1]


def test_every_letter_there_is_can_be_edited_or_there_is_a_reason() -> None:
    there = {str(path.relative_to(letters.FOLDER)).split(".")[0] for path in letters.FOLDER.glob("*/*.txt")}
    assert there - set(document_book.everything()) == set(NOT_TO_BE_EDITED)
    assert set(document_book.everything()) <= there


def test_whatever_sends_a_letter_of_the_book_uses_its_saved_words() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in (ROOT / "portal").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and ast.unparse(call.func) in ("letters.render", "letters.wording")
        and not any(given.arg == "texts" for given in call.keywords)
    ]
    assert [place for place in found if not place.startswith(WITHOUT_SAVED_WORDS)] == []


def test_every_letter_is_in_the_book() -> None:
    assert {name: each.to for name, each in letter_book.entries().items()} == facts.letters()
    assert all(each.when for each in letter_book.entries().values())


@pytest.mark.parametrize("language", letters.LANGUAGES)
def test_no_example_of_a_letter_contradicts_itself(language: str) -> None:
    due = letter_book.examples(letter_book.entries()["affiliation/fee-due"], language)
    assert due["wants_invoice"]
    assert not due["asks_invoice"]
    assert not due["by_cheque"]
    assert not due["to_contact"], "it is printed as a letter to the treasurer"
    assert not letter_book.examples(letter_book.entries()["speaker/offered"], language)["proposed_day"]
    other = letter_book.examples(letter_book.entries()["affiliation/form-of-another"], language)
    assert other["kind_name"] == {"en": "affiliation", "uk": "приєднання до кампанії"}[language]
    soon = letter_book.examples(letter_book.entries()["speaker/meeting-soon"], "en")
    assert not soon["missing"], "the example names the place"
    for name, entry in letter_book.entries().items():
        said = {fact for fact, value in letter_book.examples(entry, language).items() if value}
        for one, other_one in (
            *(("promise", "too_near"), ("meeting_dates", "lacks_date"), ("looked_for_again", "lacks_date")),
            *((way, "is_in_room") for way in ("link_to_come", "missing_way", "is_by_call", "may_be_in_ukraine")),
        ):
            assert not {one, other_one} <= said, f"{name} says both {one} and {other_one}"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("speaker/received", "will answer by Thursday 26 November 2026"),
        ("speaker/booked", "You are now booked to speak"),
        ("speaker/details-changed-speaker", "If all is well, there is nothing to do."),
        ("speaker/offer-expired", "so we look for somebody else"),
        ("affiliation/active", "Your branch is now affiliated"),
        ("ukrainian/received", "We ask your union to confirm your organisation"),
    ],
)
def test_the_examples_read_what_most_people_read(name: str, words: str) -> None:
    entry = letter_book.entries()[name]
    assert words in letters.wording(name, "en", letter_book.examples(entry, "en"), texts={}).body


@pytest.mark.parametrize("kind", ["speaker", "twinning", "affiliation"])
def test_the_table_names_exactly_what_letters_are_given(app: Flask, kind: str) -> None:
    """Add a row to templates/emails/facts.csv for a new fact, or take out that of one which is gone."""
    with app.app_context():
        submission = registry.kind(kind).model(**BRANCH_FACTS, **KIND_FACTS[kind], consents=[])
        actions.receive(db.session(), submission, now=utc_now(), by=Mover(Actor.BRANCH))
        given = set(
            correspondence.facts_for(
                submission, Recipient.BRANCH, answers={}, private_link=correspondence.NO_LINK_YET, now=utc_now()
            )
        )
        db.session.rollback()
    told = letter_book._facts()
    assert given == set(told["common"]) | set(told[kind])


def test_every_fact_has_a_sentence_and_an_example() -> None:
    for known in letter_book._facts().values():
        for fact in known.values():
            assert fact.sentence.endswith("."), fact
            assert fact.example("en"), fact
            assert fact.example("uk"), fact


@BOTH
@EACH
def test_shipped_words_may_be_saved(name: str, language: str) -> None:
    assert faults(entry(name), language, letters.shipped(name, language)) == {}


@EACH
def test_the_table_describes_what_a_letter_names(name: str) -> None:
    """Add a row to templates/emails/facts.csv."""
    told = letter_book.facts_of(entry(name)).values()
    assert [fact.name for fact in told if fact.sentence == letter_book.NOT_DESCRIBED] == []


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("speaker/offer", "branch"),
        ("speaker/offer", "contact_name"),
        ("speaker/offer", "meeting_place"),
        ("speaker/others-thanked", "private_link"),
        ("speaker/offer-over", "reason"),
        ("speaker/matching", "speaker_name"),
        ("twinning/proposed", "body_name"),
        ("twinning/proposed", "body_email"),
        ("twinning/proposed-body", "branch"),
        ("twinning/proposed-body", "lead_email"),
        ("twinning/still-looking-body", "region"),
        ("affiliation/second-form", "private_link"),
        ("affiliation/second-form", "question"),
        ("affiliation/second-form", "who"),
        ("affiliation/second-form", "coordinator"),
        ("affiliation/heads-up", "private_link"),
        ("affiliation/lapsed", "reason"),
        ("speaker/received", "desk_link"),
        ("team/new-urgent", "private_link"),
        ("common/your-link", "meeting"),
        ("register/new-address", "greeting"),
        ("register/address-changed", "private_link"),
        ("register/link", "added_by"),
        ("register/added", "route"),
        ("register/tour", "branch"),
    ],
)
def test_no_letter_can_be_made_to_tell_more_than_its_reader_may_know(name: str, secret: str) -> None:
    assert secret not in letter_book.facts_of(entry(name))
    words = letters.shipped(name, "en")
    found = faults(entry(name), "en", Wording(words.subject, f"{words.body}\n\n{{{{ {secret} }}}}"))
    assert "knows no" in found["body"][0]


SHIPPED = letters.shipped("speaker/received", "en")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "Write the letter"),
        (" \n ", "Write the letter"),
        ("x" * 20_001, "Shorten the letter"),
        ("No link", "Put {{ private_link }} back"),
        ("{% if promise %}{{ private_link }}{% endif %}", "Put {{ private_link }} back"),
        ("{% if private_link %}yes{% endif %}", "Put {{ private_link }} back"),
        ("{{ private_link or reference }}", "Put {{ private_link }} back"),
        ("{{ private_link }}\n{{ ''.__class__ }}", "Line 2: write only a name"),
        ("{{ private_link }}\n\n{{ nonsense }}", "Line 3: this letter knows no {{ nonsense }}"),
        ("{{ private_link }}{% if promise %}", "Line 1: this condition is not closed"),
        ("{{ private_link }}{{ private_link }}", "Put {{ private_link }} on a line of its own"),
        ("See {{private_link}}.", "Put {{ private_link }} on a line of its own"),
    ],
)
def test_a_body_that_would_do_harm_is_refused(body: str, sentence: str) -> None:
    found = faults(entry("speaker/received"), "en", Wording(SHIPPED.subject, body))
    assert found["body"][0].startswith(sentence)


@pytest.mark.parametrize(
    ("subject", "sentence"),
    [
        ("", "Enter a subject"),
        ("x" * 301, "Shorten the subject"),
        ("{{ private_link }}", "This letter knows no {{ private_link }}"),
        ("{% for x in y %}", "{% for %} cannot stand in a letter"),
    ],
)
def test_a_subject_that_would_do_harm_is_refused(subject: str, sentence: str) -> None:
    found = faults(entry("speaker/received"), "en", Wording(subject, SHIPPED.body))
    assert found["subject"][0].startswith(sentence)


@EACH
def test_no_subject_can_name_a_person_or_what_somebody_wrote(name: str) -> None:
    """Subjects show on locked screens, in the logs of servers and in lists. Most name the reference alone."""
    allowed = letter_book.facts_of_subject(entry(name))
    in_doubt = {"branch"} if entry(name).to in (Recipient.TEAM, Recipient.TREASURER) else set[str]()
    assert allowed <= {
        *(letter_book.FOR_ANYBODY - {"greeting", "who", "coordinator"}),
        *("day", "promised_on", "was_twinned", "is_second_today"),
        *in_doubt,
    }
    words = letters.shipped(name, "en")
    for fact in set(letter_book.facts_of(entry(name))) - allowed - {letter_book.LINK}:
        for subject in (f"Re {{{{ {fact} }}}}", f"Re {{% if {fact} %}}it{{% endif %}}"):
            found = faults(entry(name), "en", Wording(subject, words.body))
            assert found["subject"] == [
                f"Take {{{{ {fact} }}}} out of the subject: it can be read on a locked screen. "
                "It can stand in the letter"
            ]


def test_a_letter_that_says_nothing_where_little_is_known_is_refused() -> None:
    name = "speaker/offer-over"
    empty = faults(entry(name), "en", Wording("Subject", "{{ coordinator }}"))
    assert empty["body"] == ["Where little is known, the letter is empty. Write some words outside the conditions"]
    empty = faults(entry(name), "en", Wording("{% if promise %}By {{ promise }}{% endif %}", "Words"))
    assert empty["body"][0].startswith("Where little is known, the subject is empty")


@pytest.mark.parametrize(
    ("name", "must"),
    [
        ("common/message", "message"),
        ("common/message-received", "message"),
        ("common/question", "question"),
        ("common/question-reminder", "question"),
        ("common/details-changed", "changes"),
        ("coordinator/promised-today", "requests"),
        ("register/tour", "route"),
    ],
)
def test_a_letter_keeps_what_it_is_about(name: str, must: str) -> None:
    words = letters.shipped(name, "en")
    # The condition on it stays: only its words are gone.
    body = words.body.replace(f"{{{{ {must} }}}}", "We wrote to you.")
    seldom = f"{{% if greeting %}}{{{{ {must} }}}}{{% endif %}}\n\n{body}"
    for each in (body, seldom):
        assert f"Put {{{{ {must} }}}} back" in faults(entry(name), "en", Wording(words.subject, each))["body"][0]
    assert faults(entry(name), "en", Wording(words.subject, f"{{{{ {must} }}}}\n\n{body}")) == {}


@pytest.mark.parametrize("name", ["register/added", "register/new-address", "register/address-changed"])
def test_whoever_is_in_the_register_learns_whom_to_write_to(name: str) -> None:
    words = letters.shipped(name, "en")
    body = words.body.replace("{{ contact_email }}", "us")
    assert "Put {{ contact_email }} back" in faults(entry(name), "en", Wording(words.subject, body))["body"][0]
    assert "contact_email" not in letter_book.must_stay(entry("speaker/offer"))


WORD = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day (\d{1,2} [A-Z][a-z]+ 20\d\d)")
HAS_HAPPENED = re.compile(r"would decide on|ended on|ran out|Date it arrived|agreed on|dated|decided about")


@EACH
def test_what_an_example_asks_for_lies_behind_what_it_tells_of(name: str) -> None:
    """The hall was “closed until April”, a vote of 8 December was asked after by 30 November, a term that had run out
    was to be renewed before it did."""
    text = letters.wording(name, "en", letter_book.examples(entry(name), "en")).body
    over, asked = set(), set()
    for line in text.split("\n"):
        for found in WORD.finditer(line):
            day = datetime.strptime(found[1], "%d %B %Y").date()
            asked |= {day} if line[: found.start()].endswith((" by ", " until ")) else set()
            over |= {day} if HAS_HAPPENED.search(line[: found.start()]) else set()
    assert not over or not asked or max(over) < min(asked), (over, asked)


@BOTH
@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("coordinator/")])
def test_an_example_greets_whoever_the_letter_goes_to(name: str, language: str) -> None:
    given = letter_book.examples(entry(name), language)["greeting"]
    assert ("Maria" in given) == (name in example_days.TO_ONE_OF_US)

"""The words of the letters: plain, in one language, with its own letters, marks and courtesies."""

from __future__ import annotations

import re

import pytest

from portal.emails import letters
from tests.letters import facts

NAMES = tuple(facts.letters())
EACH = pytest.mark.parametrize("name", NAMES)
BOTH = pytest.mark.parametrize("language", letters.LANGUAGES)
LONGEST_SENTENCE = 20

JARGON = re.compile(
    r"\b(users?|submi\w*|tickets?|portals?|leverag\w*|partner\w*|empower\w*|click\w*|please note|kindly|asap"
    r"|weapons?|front ?line|positions?|the Ukraine|comrades?)\b",
    re.IGNORECASE,
)
UKRAINIAN_JARGON = re.compile(
    r"\b(юзер\w*|користувач\w*|тікет\w*|портал\w*|партнер\w*|клік\w*|збро\w+|позиці\w+|фронт\w*|на Україні"
    r"|співпада\w*|слідуюч\w*|приймати участь|являється|згідно до)\b",
    re.IGNORECASE,
)


def own_words(name: str, language: str, word: str = "7") -> str:
    """Subject and body with every fact replaced by one short word."""
    words = letters.wording(name, language, facts.bare(facts.standard(name, language), word))
    body = words.body.replace("{private link}", "").replace("{register link}", "").replace("{body link}", "")
    return f"{words.subject}\n\n{body}".replace("ico.org.uk", word)


@EACH
def test_the_english_is_plain(name: str) -> None:
    assert JARGON.findall(own_words(name, "en")) == []


@EACH
def test_the_ukrainian_is_plain(name: str) -> None:
    assert UKRAINIAN_JARGON.findall(own_words(name, "uk")) == []


@BOTH
@EACH
def test_sentences_are_short(name: str, language: str) -> None:
    for line in own_words(name, language).split("\n"):
        for sentence in re.split(r"(?<=[.!?:])\s", line.removeprefix("- ")):
            assert len(sentence.split()) < LONGEST_SENTENCE, sentence


@BOTH
@EACH
def test_the_voice_stays_calm(name: str, language: str) -> None:
    """The one exclamation mark of a letter is that of a Ukrainian greeting."""
    text = own_words(name, language).replace("Шановні друзі!", "")
    assert "!" not in text
    assert not re.search(r"\bASAP\b|[A-Z]{4,}(?! )\b", re.sub(r"IN ENGLISH", "", text))


@BOTH
@EACH
def test_apostrophes_and_quotation_marks_are_the_right_ones(name: str, language: str) -> None:
    text = own_words(name, language)
    assert not re.search("[\"'`ʼ]", text)
    if language == "uk" and name not in facts.INTRODUCTIONS:
        assert not re.search("[“”„‘]", text)
    if language == "en" and name not in facts.INTRODUCTIONS:
        assert not re.search("[«»]", text)


@BOTH
@EACH
def test_a_letter_keeps_to_its_language(name: str, language: str) -> None:
    if name in facts.INTRODUCTIONS:
        return
    foreign = r"[A-Za-z]+" if language == "uk" else r"[А-Яа-яІіЇїЄєҐґ]+"
    assert re.findall(foreign, own_words(name, language)) == []


@EACH
def test_ukrainian_has_no_russian_letters(name: str) -> None:
    for language in letters.LANGUAGES:
        assert re.findall("[ыэёъ]", own_words(name, language), re.IGNORECASE) == []


@EACH
def test_ukrainian_writes_you_with_a_small_letter(name: str) -> None:
    assert re.findall(r"[\w,;:—«] (?:Ви|Вас|Вам|Вами|Ваш\w*)\b", own_words(name, "uk")) == []


@EACH
def test_no_latin_letter_hides_in_a_ukrainian_word(name: str) -> None:
    text = own_words(name, "uk")
    assert re.findall(r"\w*(?:[A-Za-z][А-Яа-яІіЇїЄєҐґ]|[А-Яа-яІіЇїЄєҐґ][A-Za-z])\w*", text) == []


@EACH
def test_a_ukrainian_day_stands_in_its_case(name: str) -> None:
    """«До четвер» is no Ukrainian, nor is «кінець: четверга»; what follows in the sentence begins with a comma."""
    words = letters.wording(name, "uk", facts.standard(name, "uk"))
    text = f"{words.subject}\n{words.body}"
    named = "понеділок|вівторок|середа|четвер|п’ятниця|субота|неділя"
    genitive = "понеділка|вівторка|середи|четверга|п’ятниці|суботи|неділі"
    assert re.findall(rf"\b(?:до|від|з|із|після|перед|на) (?:{named})\b", text) == []
    assert re.findall(rf"(?<!до )\b(?:{genitive}), \d.*", text) == []
    assert re.findall(rf"\b(?:{named}|{genitive}) \d.*", text) == []
    assert re.findall(r"\d{4} року(?![\n.,:;)?!]|$).*", text) == []
    assert "Крайній термін" not in text


@EACH
def test_a_ukrainian_letter_says_what_an_english_name_is(name: str) -> None:
    """A reader in Ukraine does not know what «NUM Durham Area» is: «профспілкова організація» stands before it."""
    body = letters.wording(name, "uk", facts.marked(name, "uk")).body
    for line in body.partition("IN ENGLISH")[0].split("\n"):
        before, name_of_branch, _ = line.partition("@branch@")
        assert not name_of_branch or re.search("рганізаці", before), line


@EACH
def test_thanks_come_first(name: str) -> None:
    """The team writes to itself without ceremony; a coordinator's message opens in their own words.

    A letter about the register answers nothing that somebody did for us, nor does one about what a stranger did.
    """
    without_ceremony = (
        "common/message",
        "team/new-urgent",
        "affiliation/form-of-another",
        "common/another-address",
        *facts.AMONG_US,
        *facts.OF_THE_REGISTER,
    )
    if name in without_ceremony or name.endswith("-team"):
        return
    opening = {
        language: letters.wording(name, language, facts.standard(name, language)).body.split("\n\n")[1]
        for language in letters.LANGUAGES
    }
    assert opening["en"].startswith("Thank you")
    assert re.match(r"(щиро )?дякуємо", opening["uk"])

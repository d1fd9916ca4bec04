"""Facts are worked out when a letter names them, and not before."""

from __future__ import annotations

from typing import NoReturn

from flask import Flask
from flask_babel import get_locale

from portal.emails.facts import Checked, Facts
from portal.emails.links import Placeholder

LINK = Placeholder("[[link:7]]")


def never() -> NoReturn:
    raise AssertionError("nobody named this fact")


def test_a_fact_is_asked_once_and_in_its_language(app: Flask) -> None:
    asked: list[str] = []

    def language() -> str:
        asked.append(str(get_locale()))
        return asked[-1]

    with app.app_context():
        facts = Facts("uk", {"language": language, "other": never})
        assert (facts["language"], facts["language"]) == ("uk", "uk")
    assert asked == ["uk"]


def test_facts_are_put_together_without_asking_for_any() -> None:
    facts = Facts("en", {"one": never, "two": never}) | {"one": "1"} | Facts("en", {"three": never, "link": LINK})
    assert set(facts) == {"one", "two", "three", "link"}
    assert "two" in facts
    assert facts["one"] == "1"
    assert facts.links() == {"link": LINK}
    assert facts.get("four", "nothing") == "nothing"


def test_what_a_letter_fills_in_is_cleaned_and_links_stay(app: Flask) -> None:
    with app.app_context():
        checked = Checked(Facts("en", {"typed": lambda: "[[link:7]]\x00\r\n", "link": LINK, "other": never}))
        assert checked["typed"] == "[ [link:7] ]\n"
    assert checked["link"] is LINK
    assert len(checked) == 3

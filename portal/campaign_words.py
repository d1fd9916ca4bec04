"""The campaign’s own words that pages show: what each is for, and whether it has a Ukrainian one beside it.

They are settings: kept in `settings`, shown by `public`. Nothing is read or written here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SECTION = "The campaign’s own words"
IN_UKRAINIAN = "_uk"
"""Ends the name of the setting that holds the same words in Ukrainian."""
FALLS_BACK = "Left empty, Ukrainian pages show the English words, marked as English."

MOTION = """This branch notes that trade unions in Ukraine go on organising and bargaining for their members in wartime.

This branch believes that workers in Ukraine and in the United Kingdom are stronger together.

This branch resolves:

1. to affiliate to the Ukraine Solidarity Campaign for [number] members, and to pay the yearly fee
2. to invite a speaker from the campaign, or a Ukrainian trade unionist, to one of our meetings
3. to ask the campaign to look for a union body in Ukraine with which we can twin
4. to send this motion to [our region or national union]."""
MOTION_UK = """Наша організація зазначає, що профспілки України й під час війни об’єднують і захищають своїх членів.

Ми переконані, що разом працівники України та Великої Британії сильніші.

Наша організація вирішує:

1. приєднатися до Кампанії солідарності з Україною від імені [кількість] членів і сплачувати річний внесок
2. запросити когось від кампанії або з українських профспілок виступити на нашій зустрічі
3. попросити кампанію знайти профспілкову організацію в Україні для побратимства
4. надіслати цю резолюцію до [регіональної або національної профспілки]."""


_POINT = re.compile(r"([0-9]{1,2})[.)]\s+(.+)")


@dataclass(frozen=True)
class Words:
    """One text: its name, label and a sentence on what it does, and how many letters it may have."""

    name: str
    label: str
    sentence: str
    largest: int
    default: str = ""
    default_uk: str = ""
    is_in_both: bool = True


ROWS = (
    Words(
        "aims",
        "Aims of the campaign",
        "They have a page of their own, and branches accept them when they affiliate. Leave a line empty between "
        "paragraphs. Left empty, branches are asked instead whether they support solidarity with Ukraine.",
        6000,
    ),
    Words(
        "model_motion",
        "Model motion",
        "A branch can take it to its meeting; it has a page of its own. What stands here at first is a template. Left "
        "empty, the page is gone.",
        6000,
        MOTION,
        MOTION_UK,
    ),
    Words(
        "postal_address",
        "Postal address",
        "Where forms on paper are sent, a line for each line of the envelope. Left empty, people are asked to write to "
        "us first.",
        400,
        is_in_both=False,
    ),
    Words(
        "opening_text",
        "Opening words",
        "A sentence or two on the first page, for example about an appeal. Left empty, nothing is shown.",
        400,
    ),
    Words(
        "quotation",
        "Quotation",
        "Words of a Ukrainian trade unionist for the first page. It is shown only once its consent is noted below.",
        400,
    ),
    Words("quotation_author", "Whose words", "Name, union and oblast, as far as they agreed.", 200),
    Words(
        "quotation_consent",
        "Consent to the quotation",
        "Who agreed to this, when and how. Without it the quotation is not shown.",
        400,
        is_in_both=False,
    ),
)
MODEL_MOTIONS = (MOTION, MOTION_UK)


def shown(values: Mapping[str, str | int], name: str, language: str) -> tuple[str, str]:
    """The words for a page in `language`, and the language they are in; empty where nobody wrote any."""
    own = str(values.get(name + IN_UKRAINIAN, "")) if language == "uk" else ""
    return (own, "uk") if own else (str(values.get(name, "")), "en")


def paragraphs(words: str) -> list[list[str]]:
    """The paragraphs of a text, each with its lines."""
    parts = (part.strip().splitlines() for part in words.replace("\r\n", "\n").split("\n\n"))
    return [lines for lines in parts if lines]


def numbered(lines: Sequence[str]) -> list[str]:
    """The points of a paragraph that counts them, one a line from 1 on, without their numbers; else nothing."""
    points = [_POINT.fullmatch(line.strip()) for line in lines]
    counted = [int(point[1]) for point in points if point]
    is_list = len(lines) > 1 and counted == list(range(1, len(lines) + 1))
    return [point[2] for point in points if point] if is_list else []

"""Letters that a coordinator looks over before they leave: what the boxes held, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from portal.submissions import crossing
from portal.submissions.models import Submission
from portal.submissions.prepared import Prepared
from portal.submissions.typed import clean_line, clean_text

LINK_IN_WORDS = "{private link}"
LINK_SHOWN = "[their private link]"
"""Stands for the private link where words are only looked at."""
"""How the private link stands in a letter that is looked over; the letter itself has the real one."""
LONGEST_SUBJECT = 150
LONGEST_BODY = 20_000
LETTERS_IN_A_ROW = 76
"""A row of a box on a desk holds about so many; where a browser can, the box takes the height of its text anyway."""
LEAST_ROWS = 6

WHO = {
    "branch": "The branch",
    "team": "Our team",
    "speaker": "The speaker",
    "other-speakers": "Another speaker who was asked",
    "stand-by": "Whoever stands by",
    "interpreter": "The interpreter",
    "partner": "Whoever comes along",
    "ukrainian-body": "The Ukrainian side",
    "lead": "The lead",
    "treasurer": "The treasurer",
}
LANGUAGES = {"en": "in English", "uk": "in Ukrainian"}


@dataclass
class TypedLetter:
    """One letter in its boxes. `number` tells the boxes of several letters apart."""

    number: int
    key: str
    who: str
    address: str
    language: str
    language_words: str
    subject: str
    body: str
    has_link: bool
    untranslated: str = ""
    lost_link: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows its box needs, so that the whole letter is seen before it leaves."""
        return max(LEAST_ROWS, sum(max(1, -(-len(line) // LETTERS_IN_A_ROW)) for line in self.body.split("\n")) + 1)


def from_prepared(prepared: Sequence[Prepared]) -> list[TypedLetter]:
    """The boxes as they are drawn first: the letters' own words."""
    return [
        TypedLetter(
            number=number,
            key=letter.key,
            who=WHO.get(letter.to, letter.to),
            address=letter.address,
            language=letter.language,
            language_words=LANGUAGES[letter.language],
            subject=letter.subject,
            body=letter.body,
            has_link=LINK_IN_WORDS in letter.body,
            untranslated=letter.untranslated,
        )
        for number, letter in enumerate(prepared)
    ]


def from_form(
    prepared: Sequence[Prepared], form: MultiDict[str, str], submission: Submission, target: str = ""
) -> list[TypedLetter]:
    """The boxes as they came back, each with its errors. A box that did not come back keeps the letter's words.

    `target` is the state to which the move leads that sends the letters, where it is still to be made.
    """
    letters = from_prepared(prepared)
    came = {form.get(name, ""): name.removeprefix("key-") for name in form if name.startswith("key-")}
    for letter in letters:
        place = came.get(letter.key)
        if place is None:
            continue
        was = {"subject": letter.subject, "body": letter.body}
        letter.subject = clean_line(form.get(f"subject-{place}", letter.subject))
        letter.body = clean_text(form.get(f"body-{place}", letter.body))
        letter.lost_link = letter.has_link and LINK_IN_WORDS not in letter.body
        letter.untranslated = "\n".join(line for line in letter.untranslated.splitlines() if line in letter.body)
        letter.errors = _telling(letter, was, submission, target)
        letter.errors |= _errors(letter, was_told=bool(form.get(f"lost-link-{place}")))
    return letters


def _telling(letter: TypedLetter, was: Mapping[str, str], submission: Submission, target: str) -> dict[str, str]:
    """A sentence for each box into which somebody wrote who the other side is, before its reader may know."""
    to = letter.key.split("|")[1]
    new = {box: crossing.added(before, getattr(letter, box)) for box, before in was.items()}
    found = {box: crossing.wrong(submission, to, words, target) for box, words in new.items() if words}
    return {box: sentence for box, sentence in found.items() if sentence}


def _errors(letter: TypedLetter, *, was_told: bool) -> dict[str, str]:
    """A sentence for each box that cannot stay as it is; a letter without its link is refused once."""
    errors = {}
    if not letter.subject:
        errors["subject"] = "Enter a subject"
    elif len(letter.subject) > LONGEST_SUBJECT:
        errors["subject"] = f"Shorten the subject to {LONGEST_SUBJECT} letters or fewer"
    if not letter.body:
        errors["body"] = "Write the letter, or go back without sending it"
    elif len(letter.body) > LONGEST_BODY:
        errors["body"] = f"Shorten the letter to {LONGEST_BODY:,} letters or fewer"
    elif letter.lost_link and not was_told:
        errors["body"] = (
            f"The line {LINK_IN_WORDS} is gone, so the reader would get no link to their page. "
            "Put it back, or send the letter once more without it"
        )
    return errors


def edited(letters: Sequence[TypedLetter]) -> dict[str, tuple[str, str]]:
    """What `actions.perform` takes: subject and body by the letter's key."""
    return {letter.key: (letter.subject, letter.body) for letter in letters}


def has_errors(letters: Sequence[TypedLetter]) -> bool:
    """Whether any box needs another look."""
    return any(letter.errors for letter in letters)


def shown(words: str) -> str:
    """The words of a letter, to be looked at and not to be changed."""
    return (
        words.replace(LINK_IN_WORDS, LINK_SHOWN)
        .replace("{register link}", LINK_SHOWN)
        .replace("{body link}", LINK_SHOWN)
    )

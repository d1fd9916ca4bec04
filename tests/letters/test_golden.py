"""Every letter word for word, as one well-known branch would receive it.

The copies in `golden/` are there to be read: a change of a letter shows there as the reader will see it.
After a change that is meant, write them anew and read the difference before committing it:

    REWRITE_LETTERS=1 python -m pytest tests/letters/test_golden.py
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from portal.emails import letters
from tests.letters import facts

GOLDEN = Path(__file__).parent / "golden"
NAMES = tuple(facts.letters())


def as_read(name: str, language: str) -> str:
    """The letter's subject and own words; the closing and the HTML part are proved where they are made."""
    words = letters.wording(name, language, facts.standard(name, language))
    return f"{words.subject}\n\n{words.body}\n"


@pytest.mark.parametrize("language", letters.LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_letter_reads_as_its_copy(name: str, language: str) -> None:
    copy = GOLDEN / f"{name}.{language}.txt"
    if os.environ.get("REWRITE_LETTERS"):
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(as_read(name, language), encoding="utf-8")
    assert copy.is_file(), f"No copy of {name}.{language}: see the top of this file."
    assert as_read(name, language) == copy.read_text(encoding="utf-8"), "See the top of this file."


def test_there_is_no_copy_of_a_letter_that_is_gone() -> None:
    there = {str(path.relative_to(GOLDEN)) for path in GOLDEN.rglob("*.txt")}
    assert there == {f"{name}.{language}.txt" for name in NAMES for language in letters.LANGUAGES}

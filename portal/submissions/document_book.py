"""The documents that go with an introduction, beside the letters: their words are edited, kept and tried as those are.

What they may name stands in `templates/emails/facts.csv` under `letter_book.DOCUMENT`; what becomes of the words is
the business of `documents`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from portal.documents.twinning import NAMES
from portal.submissions import letter_book
from portal.submissions.letter_book import DOCUMENT, Entry
from portal.submissions.workflow import Recipient

WHEN = "Two twins who have been introduced"
DOCUMENTS: Mapping[str, Entry] = {name: Entry(name, Recipient.BRANCH, (WHEN,), DOCUMENT) for name in NAMES}


@cache
def everything() -> Mapping[str, Entry]:
    """All that can be edited, by name: the letters, then the documents."""
    return {**letter_book.entries(), **DOCUMENTS}


def examples(name: str) -> dict[str, dict[str, str]]:
    """What a document is tried with, in each language. KeyError where there is no such document."""
    return {language: letter_book.examples(DOCUMENTS[name], language) for language in ("en", "uk")}

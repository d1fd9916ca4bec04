"""Words in a Ukrainian letter that nobody has translated: a coordinator sees them before the letter leaves."""

from __future__ import annotations

import re
from collections.abc import Mapping

from portal.submissions.workflow import Recipient

OWN_WORDS = ("offers", "learns", "contested_note", "venue_access", "topics", "expenses", "access")
"""Facts that hold a branch's own words: the other side may not read them as they were typed."""


def _name_in(facts: Mapping[str, str]) -> str:
    """The name by which a letter greets its reader: the register may know it in Latin letters alone."""
    return facts.get("greeting", "").partition(", ")[2]


def untranslated(to: str, said: Mapping[str, str], facts: Mapping[str, str], body: str) -> str:
    """The first words within `body`, the mover's or for the other side the branch's, that hold nothing Ukrainian."""
    own = [] if to == Recipient.BRANCH else [_name_in(facts), *(facts.get(name, "") for name in OWN_WORDS)]
    for words in [*said.values(), *own]:
        if words in body and len(words.split()) > 1 and not re.search("[а-яіїєґ]", words, re.IGNORECASE):
            return words
    return ""

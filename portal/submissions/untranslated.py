"""Words in a letter that its reader may not be able to read: a coordinator sees them before the letter leaves."""

from __future__ import annotations

import re
from collections.abc import Mapping

from portal.directory.folding import transliterate
from portal.submissions.workflow import Recipient

OWN_WORDS = ("offers", "learns", "contested_note", "venue_access", "topics", "expenses", "access")
"""Facts that hold a branch's own words: the other side may not read them as they were typed."""
FOREIGN_NAMES = ("body_name", "body_contact")
"""Facts that hold a name as it is written in Ukraine; one with "_latin" after it holds it in Latin letters."""


def _name_in(facts: Mapping[str, str]) -> str:
    """The name by which a letter greets its reader: the register may know it in Latin letters alone."""
    return facts.get("greeting", "").partition(", ")[2]


def untranslated(to: str, said: Mapping[str, str], facts: Mapping[str, str], body: str) -> str:
    """The lines within `body`, the mover's or for the other side the branch's, that hold nothing Ukrainian."""
    own = [] if to == Recipient.BRANCH else [_name_in(facts), *(facts.get(name, "") for name in OWN_WORDS)]
    lines = [line.strip() for words in [*said.values(), *own] for line in words.splitlines()]
    foreign = (line for line in lines if len(line.split()) > 1 and not re.search("[а-яіїєґ]", line, re.IGNORECASE))
    return "\n".join(dict.fromkeys(line for line in foreign if line in body))


def only_cyrillic(said: Mapping[str, str], facts: Mapping[str, str], body: str) -> str:
    """What stands within an English `body` in Cyrillic alone, in lines: the mover's own words, or a name."""
    pairs = [(line.strip(), "") for words in said.values() for line in words.splitlines()]
    pairs += [(facts.get(name, ""), facts.get(f"{name}_latin", "")) for name in FOREIGN_NAMES]
    found: dict[str, None] = {}
    for words, latin in pairs:
        as_read = transliterate(words)
        if words and words in body and as_read != words and not any(each in body for each in (latin, as_read) if each):
            found[words] = None
    return "\n".join(found)

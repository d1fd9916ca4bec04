"""What is wrong with a letter's words before they may be saved, in sentences for whoever wrote them.

What may be written at all is decided in `emails/grammar`, which names a letter may use in `letter_book`.
"""

from __future__ import annotations

import re

from jinja2 import TemplateError

from portal.emails import grammar, letters
from portal.emails.letters import Wording
from portal.submissions import letter_book
from portal.submissions.letter_book import LINK, Entry, examples, facts_of, facts_of_subject, must_stay

LONGEST_SUBJECT = 300
"""Letters of the subject as it is written; filled in, no more than 150 are sent."""
LONGEST_BODY = 20_000

ITS_LINK = re.compile(r"\{\{\s*" + LINK + r"\s*\}\}")
ALONE = "Put {{ private_link }} on a line of its own: in plain letters its address would run into what stands beside it"
WHY_IT_STAYS = {
    LINK: "Put {{ private_link }} back on a line of its own, outside any condition. "
    "Without it nobody who reads the letter can open the page",
    "message": "Put {{ message }} back, in no condition but its own: without it nobody reads what was written",
    "question": "Put {{ question }} back, in no condition but its own: "
    "without it the branch does not learn what we ask",
    "requests": "Put {{ requests }} back, in no condition but its own: "
    "without it nobody learns which requests are meant",
    "route": "Put {{ route }} back, in no condition but its own: without it the visitor does not learn where to speak",
    "contact_email": "Put {{ contact_email }} back, outside any condition: "
    "without it nobody learns whom to ask, or to tell that something is wrong",
    "changes": "Put {{ changes }} back, in no condition but its own: "
    "without it the branch does not learn what was changed",
}


def faults(entry: Entry, language: str, words: Wording) -> dict[str, list[str]]:
    """What is wrong, by box ("subject", "body"); empty where the words can be saved."""
    found = {
        "subject": _of_length(words.subject, LONGEST_SUBJECT, "Enter a subject", "subject"),
        "body": _of_length(
            words.body, LONGEST_BODY, "Write the letter, or go back to the words it came with", "letter"
        ),
    }
    names = set(facts_of(entry))
    if not found["subject"]:
        found["subject"] = _of_subject(entry, words.subject, names)
    if not found["body"]:
        found["body"] = (
            grammar.faults(words.body, names)
            or _of_what_must_stay(entry, language, words.body)
            or grammar.unguarded(words.body, _not_always_known(entry, language))
        )
    if not any(found.values()):
        found["body"] = _of_trying(entry, language, words)
    return {box: sentences for box, sentences in found.items() if sentences}


def _of_length(text: str, longest: int, empty: str, what: str) -> list[str]:
    if not text.strip():
        return [empty]
    return [f"Shorten the {what} to {longest:,} letters or fewer"] if len(text) > longest else []


def _of_subject(entry: Entry, subject: str, names: set[str]) -> list[str]:
    """What a subject cannot say: it is read on locked screens, in lists and by every server on the way."""
    # A subject has one line: nobody needs to be told which.
    said = [sentence.partition(": ")[2] for sentence in grammar.faults(subject, names - {LINK})]
    if said:
        return [f"{sentence[:1].upper()}{sentence[1:]}" for sentence in said]
    too_much = sorted(grammar.names_in(subject) - facts_of_subject(entry))
    return [
        f"Take {{{{ {name} }}}} out of the subject: it can be read on a locked screen. It can stand in the letter"
        for name in too_much
    ]


def _not_always_known(entry: Entry, language: str) -> set[str]:
    """The names that the shipped words show only where they hold something: a sentence would break around nothing."""
    shipped = letters.shipped(entry.name, language)
    return grammar.guarded(f"{shipped.subject}\n{shipped.body}") - set(must_stay(entry)) - letter_book.ALWAYS_KNOWN


def _of_what_must_stay(entry: Entry, language: str, body: str) -> list[str]:
    """The names without which the letter would miss its point."""
    shipped = grammar.names_in(letters.shipped(entry.name, language).body)
    gone = [WHY_IT_STAYS[name] for name in must_stay(entry) if name in shipped and not grammar.always_shows(body, name)]
    is_beside = any(ITS_LINK.sub("", line, count=1).strip() for line in body.splitlines() if ITS_LINK.search(line))
    return gone or [ALONE] * is_beside


def _of_trying(entry: Entry, language: str, words: Wording) -> list[str]:
    """Whether the letter can be made, with all facts and with hardly any."""
    full, bare = examples(entry, language), examples(entry, language, is_bare=True)
    try:
        made = [letters.tried(words, language, facts) for facts in (full, bare)]
    except (TemplateError, ValueError, RecursionError):
        return ["The letter cannot be made from these words. Check the marks {{ }} and {% %}"]
    link_is_lost = LINK in full and LINK in grammar.names_in(words.body) and not all(each.link_ids for each in made)
    if link_is_lost:
        return [WHY_IT_STAYS[LINK]]
    own = [letters.filled(words, facts) for facts in (full, bare)]
    if not all(each.subject for each in own):
        return ["Where little is known, the subject is empty. Write some words outside the conditions"]
    if not all(each.body for each in own):
        return ["Where little is known, the letter is empty. Write some words outside the conditions"]
    return []

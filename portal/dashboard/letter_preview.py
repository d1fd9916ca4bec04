"""A letter as it would read: with a real request, where one is named, else with examples."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from flask import current_app
from jinja2 import TemplateError, TemplateSyntaxError
from sqlalchemy.orm import Session

from portal.accounts.models import Coordinator
from portal.clock import utc_now
from portal.dashboard import out_of_sight
from portal.emails import grammar, letters
from portal.emails.letters import Letter, Wording
from portal.submissions import correspondence, whole
from portal.submissions.correspondence import NO_LINK_YET
from portal.submissions.letter_book import AMONG_US, DOCUMENT, LINK, OF_A_MOVE, REGISTER, Entry, examples
from portal.submissions.models import Submission

KINDS = {
    "speaker": "a speaker request",
    "twinning": "a twinning proposal",
    "affiliation": "an affiliation",
    "ukrainian": "a Ukrainian registration",
}
GIVEN_BY_A_MOVE = (OF_A_MOVE | {"question", "outcome", "paid_now"}) - {"by_us"}
"""What a request knows only once somebody moves it: without a move the example stands in."""


@dataclass(frozen=True)
class Preview:
    """A letter filled in: `about` says with what. `letter` is None where it cannot be made."""

    about: str
    letter: Letter | None = None
    error: str = ""
    """What is wrong with the reference."""
    submission_id: int | None = None
    """The request it is filled in with, where it is a real one."""


def preview(
    session: Session, entry: Entry, language: str, words: Wording, *, typed_reference: str, by: Coordinator
) -> Preview:
    """The letter that these words make, signed by whoever looks; a look at a contact in Ukraine is noted."""
    facts, about, error, number = examples(entry, language), "Filled in with examples", "", None
    if typed_reference:
        submission = whole.load(session, whole.number_of(typed_reference))
        error = _unfit(submission, entry)
        if submission is not None and not error:
            facts, lacked = facts_with(submission, entry, language)
            about = f"Filled in with {submission.reference}, {submission.heading}" + _examples_in(words, lacked)
            number = submission.id
            out_of_sight.note_look(session, submission, [entry.name], by=by, now=utc_now())
    signed = facts | {"sender": by.name, "reference": facts.get("reference", "")}
    try:
        made = letters.tried(words, language, signed)
        if entry.kind == DOCUMENT:
            # Whoever signs a document does so below its own words.
            made = replace(made, text=letters.filled(words, signed).body)
        return Preview(about, made, error, number)
    except (TemplateError, ValueError):
        return Preview(about, None, error)


def _unfit(submission: Submission | None, entry: Entry) -> str:
    if submission is None:
        return "We know no request with this reference. Leave it empty to see examples"
    if entry.kind == AMONG_US:
        return "This letter is about several requests. Leave the reference empty to see examples"
    if entry.kind == DOCUMENT:
        return "A document is shown with examples alone. Leave the reference empty"
    if entry.kind == REGISTER:
        return "This letter is about no request. Leave the reference empty to see examples"
    if entry.kind and submission.kind != entry.kind:
        return f"{submission.reference} is {KINDS[submission.kind]}. This letter is about {KINDS[entry.kind]}"
    return ""


def _examples_in(words: Wording, lacked: Collection[str]) -> str:
    """That some of what these words name is no fact of the request; nothing where all is."""
    try:
        named = sorted(grammar.names_in(f"{words.subject}\n{words.body}").intersection(lacked))
    except TemplateSyntaxError:
        return ""
    return f", with an example for {', '.join(f'“{name}”' for name in named)}, which it does not have" if named else ""


def facts_with(submission: Submission, entry: Entry, language: str) -> tuple[dict[str, str], list[str]]:
    """What the letter would be given about this request, and of what the example stands in: only a move knows that."""
    shown = examples(entry, language)
    known = correspondence.facts_for(
        submission, entry.to, answers={}, private_link=NO_LINK_YET, now=utc_now(), language=language
    )
    real = {name: known.get(name, "") for name in shown}
    lacked = [name for name, value in real.items() if name in GIVEN_BY_A_MOVE and not value and shown[name]]
    return real | {name: shown[name] for name in lacked} | ({LINK: shown[LINK]} if LINK in shown else {}), lacked


def with_example_link(letter: Letter) -> Letter:
    """The letter with a link that leads nowhere in place of the private one, so that it can be sent as a test."""
    link = f"{current_app.config['PUBLIC_URL']}/track/this-is-only-a-test"
    return replace(
        letter,
        subject=f"Test: {letter.subject}",
        text=letter.text.replace(NO_LINK_YET, link),
        html=letter.html.replace(NO_LINK_YET, link),
        link_ids=(),
    )

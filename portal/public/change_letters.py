"""The letter that says what a branch has just changed in its request.

It goes to the address on file and, where that was changed, to the one before: whoever wrote first must hear of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from portal.emails import edited, letters, links, outbox
from portal.sealed import unseal
from portal.submissions import correspondence, intake, registry
from portal.submissions.forms import SummaryRow
from portal.submissions.models import Event, Submission
from portal.submissions.workflow import Recipient

TEMPLATE = "common/details-changed"

DAY = "date_"
"""How the fields begin that hold a day of a meeting: people look for the old one in their diaries."""

Told = Mapping[str, tuple[str, Sequence[str]]]
"""A step's answers by the id of their field: label and lines."""


def told_in(submission: Submission, step_name: str) -> Told:
    """What a step of a stored request says now, in the language of its letters."""
    for step, rows in intake.summary_of(submission, submission.language):
        if step.name == step_name:
            return {row.field_id: _plain(row) for row in rows}
    return {}


def write(
    session: Session,
    submission: Submission,
    step_name: str,
    before: Told,
    event: Event,
    now: datetime,
    *,
    standing: str = "",
) -> None:
    """Queue the letter about a change of one step. `before` is what `told_in` gave before the change.

    `standing` is a sentence on what the change leaves as it is.
    """
    after = told_in(submission, step_name)
    with force_locale(submission.language):
        lines = list(_lines(before, after))
    if standing:
        lines += ["", standing]
    link = links.placeholder(correspondence.private_link(session, submission, now))
    facts = correspondence.facts_for(submission, Recipient.BRANCH, answers={}, private_link=link, now=now)
    facts |= {"changes": "\n".join(lines)}
    letter = letters.render(TEMPLATE, submission.language, facts, texts=edited.texts(session))
    calendar, language = registry.kind(submission.kind).calendar, submission.language
    was = unseal(str(event.data["was"].get("contact_email") or ""))
    for address in dict.fromkeys((submission.contact_email, was)):
        if address:
            outbox.queue(
                session,
                letter,
                to=address,
                template=TEMPLATE,
                role=str(Recipient.BRANCH),
                now=now,
                submission_id=submission.id,
                language=language,
                held=submission.held_reason is not None,
                # The branch’s own calendar follows what it has changed.
                calendar=calendar(session, submission, str(Recipient.BRANCH), now, address=address, language=language)
                if calendar
                else None,
            )


def _lines(before: Told, after: Told) -> Iterator[str]:
    """One line for each answer that is not as it was; of a day also what it was."""
    for name, (label, value) in after.items():
        was, new = before.get(name), "; ".join(value)
        if was is not None and was[1] != value and name.startswith(DAY):
            said = gettext("%(label)s: %(new)s (before: %(old)s)", label=label, new=new, old="; ".join(was[1]))
            yield f"- {said}"
        elif was != (label, value):
            yield f"- {_named(label)} {new}"
    for name, (label, _value) in before.items():
        if name not in after:
            yield f"- {_named(label)} {gettext('nothing any more')}"


def _named(label: str) -> str:
    """What an answer is called, before the answer: a question needs no colon."""
    return label if label.endswith("?") else f"{label}:"


def _plain(row: SummaryRow) -> tuple[str, Sequence[str]]:
    return str(row.label), [str(line) for line in row.value]

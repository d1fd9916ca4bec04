"""Everything a branch told us, step by step, under the words that coordinators have for it.

What the desk calls fields and answers is in `submissions.at_desk`; what of it stands on top of a request's page, in
`asked_for`.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import force_locale
from markupsafe import Markup, escape

from portal.submissions import at_desk, registry
from portal.submissions.forms import Lines, StepForm
from portal.submissions.models import Submission
from portal.twinning.registration_forms import CONTACT_STEPS

_SECTION = (
    '<h3 class="section-title">{} <a class="section-title__act" href="{}/correct/{}">Correct'
    '<span class="govuk-visually-hidden"> {}</span></a></h3>\n<dl class="summary">{}</dl>\n'
)
_ROW = '<div class="summary__row"><dt class="summary__label">{}</dt><dd class="summary__value">{}</dd></div>\n'
"""A line of a summary. Whoever fills in these two has escaped what others wrote."""
STEPS = {
    "your-branch": "Branch",
    "you": "Contact",
    "meeting": "Meeting",
    "speaker": "Speaker",
    "twinning": "Twinning",
    "decision": "Decision",
    "fee": "Fee",
    "organisation": "Organisation",
    "together": "Hopes",
    "reach": "How to reach them",
    "trust": "Confirmation",
}


def told(submission: Submission) -> dict[str, Lines]:
    """The answers by step and field, in lines of English. Asks the database for nothing but the union."""
    with force_locale("en"):
        return {step.name: _in_order(step.form, submission) for step in registry.kind(submission.kind).steps}


def open_here(submission: Submission, answers: dict[str, Lines]) -> dict[str, Lines]:
    """What the page of a request may show: how to reach people in Ukraine stands elsewhere, where a look is noted."""
    if not submission.IS_SEALED:
        return answers
    return {step: given for step, given in answers.items() if step not in CONTACT_STEPS}


def _in_order(form_class: type[StepForm], submission: Submission) -> Lines:
    """The answers of one step in the order in which the form asks for them."""
    form = at_desk.blank(form_class)
    lines = form.lines_of(submission)
    return {each.short_name: lines[each.short_name] for each in form if each.short_name in lines} | lines


def sections(answers: dict[str, Lines], prefix: str) -> Markup:
    """All answers as HTML, a section for each step with the link that corrects it. Empty ones are left out.

    `prefix` is the address of the request. Forty rows stand on a page: put together here, they cost a third of what
    they would in the page's template.
    """
    parts = []
    for step, lines in answers.items():
        # Consents have a panel of their own.
        told_of = {name: given for name, given in lines.items() if given and name not in at_desk.CONSENTS}
        rows = "".join(_ROW.format(escape(at_desk.LABELS[name]), in_lines(given)) for name, given in told_of.items())
        title = STEPS[step]
        parts.append(_SECTION.format(title, escape(prefix), step, title.lower(), rows))
    return Markup("".join(parts))


def row(label: str, value: str) -> Markup:
    """One line of a summary; `value` is escaped where it is no HTML yet."""
    return Markup(_ROW.format(escape(label), in_lines([value])))


def in_lines(texts: Iterable[str]) -> Markup:
    """Texts below each other, with the lines somebody typed; each is escaped where it is no HTML yet."""
    # As plain text from here on: to cut HTML up as HTML, and join it again, took a tenth of the page's time.
    return Markup("<br>".join(line for each in texts for line in str(escape(each)).splitlines()))

"""Nothing is asked twice: what the same browser told us an hour ago in another form is filled in for it.

Only the steps that all kinds share; nothing that is a consent or a wish for letters. Whoever wants another meeting
after one that was held finds that one in the form, but for what is of its day alone.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.extensions import db
from portal.public import drafts
from portal.submissions import registry
from portal.submissions.forms import FormContext, FormStep, StepForm
from portal.submissions.models import Draft, Submission
from portal.submissions.registry import Kind
from portal.submissions.you import STEP as YOU
from portal.submissions.your_branch import STEP as YOUR_BRANCH

SHARED = (YOUR_BRANCH, YOU)
ASKED_EACH_TIME = ("share", "wants_newsletter", "heard_from")
WAS_HELD = ("held", "closed")
"""In these states of a request its meeting is over."""
ALIKE = {
    "meeting": ("event_kind", "meeting_format", "venue", "venue_postcode", "venue_access", "audience_size", "audience"),
    "speaker": (
        "sector",
        "topics",
        "topics_other",
        "talk_minutes",
        "question_minutes",
        "press",
        "recording",
        "needs",
        "needs_note",
        "can_pay",
        "pay_note",
        "collection",
    ),
}
"""What one meeting of a branch has of the one before, by the step that asks it: no day, no name and no notes."""


def form_for(kind: Kind, step: FormStep, context: FormContext, now: datetime) -> StepForm | None:
    """The step as the browser's last other form told it; None where there was none."""
    if step.name not in SHARED:
        return _alike(kind, step, context, now)
    for known in sorted(registry.of_branches(), key=lambda each: each is not kind):
        draft = drafts.find(db.session(), known.name, now)
        submission = _submission_of(draft) if draft is not None else None
        if submission is None:
            continue
        raw = step.form(context=context).typed_of(submission)
        return step.form.from_raw({name: raw[name] for name in raw if name not in ASKED_EACH_TIME}, context)
    return None


def _alike(kind: Kind, step: FormStep, context: FormContext, now: datetime) -> StepForm | None:
    """A step of the form as the branch's last meeting was; None where that was not held, or the step is of its own."""
    draft = drafts.find(db.session(), kind.name, now) if step.name in ALIKE else None
    before = _submission_of(draft) if draft is not None else None
    if before is None or before.kind != kind.name or before.state not in WAS_HELD:
        return None
    raw = step.form(context=context).typed_of(before)
    return step.form.from_raw({name: raw[name] for name in ALIKE[step.name]}, context)


def own_request(draft: Draft) -> int | None:
    """The number of the request that was made of this very draft: one that it renewed may be another person's."""
    return db.session.scalar(
        select(Submission.id).where(Submission.id == drafts.request_of(draft), Submission.draft_id == draft.id)
    )


def _submission_of(draft: Draft) -> Submission | None:
    """The request that this draft became, or that the same browser sent before it."""
    number = own_request(draft) if drafts.is_sent(draft) else drafts.earlier_request_of(draft)
    if number is None:
        return None
    statement = select(Submission).where(Submission.id == number).options(joinedload(Submission.consents))
    return db.session.scalars(statement).unique().one_or_none()

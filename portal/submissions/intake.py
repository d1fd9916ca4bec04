"""From answers to a request, and back: checks all steps, files them, and tells a stored request as a form again.

What a step asks and understands is in the forms; what happens to a filed request is in `actions`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import chain, repeat
from typing import Any

from flask_babel import force_locale, gettext
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal import new_rows
from portal.clock import london_day, utc_now
from portal.directory import branches
from portal.directory.branches import BranchMatch
from portal.directory.models import Union
from portal.directory.places import Location
from portal.extensions import db
from portal.submissions import actions, at_desk, consents, registry
from portal.submissions import changes as what_changed
from portal.submissions.changes import DESK
from portal.submissions.fields import Answered
from portal.submissions.forms import FormContext, FormStep, Raw, StepForm, SummaryRow, blank
from portal.submissions.history import Mover
from portal.submissions.models import Draft, Event, Submission
from portal.submissions.registry import Kind
from portal.submissions.workflow import Actor
from portal.submissions.your_branch import YourBranch

IDENTITY = ("body_type", "union_id", "union_text", "branch_name", "branch_number")
"""What makes a body this one and no other."""
# Put together once: every form that is sent asks this.
_FILED = select(Submission.__table__.c.id).where(Submission.__table__.c.draft_id == bindparam("draft_id"))


class InvalidAnswersError(Exception):
    """A step does not hold; `step_name` says which, and `form` carries the sentences."""

    def __init__(self, step_name: str, form: StepForm) -> None:
        super().__init__(step_name)
        self.step_name = step_name
        self.form = form


def check(
    kind: Kind | str, answers: Mapping[str, Mapping[str, Any]], context: FormContext
) -> list[tuple[FormStep, StepForm]]:
    """Every step of the kind's form, rebuilt from its raw answers and validated."""
    whole = replace(context, answers=answers)
    checked = []
    for step in _kind(kind).steps:
        form = step.form.from_raw(answers.get(step.name, {}), whole)
        form.validate()
        checked.append((step, form))
    return checked


def file(
    session: Session,
    kind: Kind | str,
    answers: Mapping[str, Mapping[str, Any]],
    *,
    now: datetime,
    language: str,
    channel: str = "web",
    by: Mover,
    draft: Draft | None = None,
    held_reason: str | None = None,
) -> Submission:
    """Make a request of the answers and file it; a second call with the same draft gives the first request.

    The caller has locked the draft, so that of two sends at once the second waits.
    Returns the submission that stands for it, which for a second affiliation of a branch is the first one, and
    of answers that ask for several requests (see `together`) the first of them.
    Raises `InvalidAnswersError` where a step does not hold. `now` is an aware UTC datetime. Does not commit.
    """
    if draft is not None and (first := _already_filed(session, draft)) is not None:
        return first
    known = _kind(kind)
    by_hand = by.actor is Actor.COORDINATOR
    checked = check(known, answers, FormContext(london_day(now), language, by_hand=by_hand, now=now))
    values: dict[str, Any] = {}
    for step, form in checked:
        if form.errors:
            raise InvalidAnswersError(step.name, form)
        values |= form.cleaned()
    match = _find_branch(values, now) if known.heading is None else None
    values |= {
        "heading": _heading(values, match) if known.heading is None else known.heading(values),
        "branch_id": match.branch.id if match else None,
        "channel": channel,
        "draft_id": draft.id if draft else None,
        "held_reason": held_reason,
    }
    # What a draft became is the first request; the others are known by it.
    drafts = chain([values["draft_id"]], repeat(None))
    first, *others = (
        new_rows.made(known.model, **{**values, **part, "draft_id": made_of})
        for part, made_of in zip(known.parts({step.name: form for step, form in checked}), drafts, strict=False)
    )
    given = [name for _step, form in checked for name, is_given in form.agreements().items() if is_given]
    for each in (first, *others):
        each.consents = []
        for recipient in given:
            consents.record(each, recipient, language=language, now=now)
    standing = actions.receive(session, first, now=now, by=by, beside=others)
    if match is not None and match.is_new and match.alike:
        session.add(_note_on_alike(standing, match, now))
    return standing


def _already_filed(session: Session, draft: Draft) -> Submission | None:
    """The request made of this draft."""
    number = session.connection().execute(_FILED, {"draft_id": draft.id}).scalar()
    return session.get(Submission, number) if number is not None else None


def _find_branch(values: Mapping[str, Any], now: datetime) -> BranchMatch | None:
    """The body in the directory, found or made; None where it has no name to be found by."""
    name = values["branch_name"] or values["branch_number"]
    union = db.session.get(Union, values["union_id"]) if values["union_id"] else None
    is_national = values["body_type"] == "national"
    if not name and not (is_national and (union or values["union_text"])):
        if union is not None or not values["union_text"]:
            return None
        name = values["union_text"]
    return branches.find_or_make(
        union=union,
        name=name,
        now=now,
        body_type=values["body_type"],
        number=values["branch_number"],
        written_in_union=values["union_text"],
        town=values["town"],
        location=_location(values),
    )


def _location(values: Mapping[str, Any]) -> Location | None:
    if values["latitude"] is None or not values["region_slug"]:
        return None
    return Location(values["region_slug"], values["latitude"], values["longitude"], values["outcode"], "", "town")


def _heading(values: Mapping[str, Any], match: BranchMatch | None) -> str:
    """What people call the body."""
    if match is not None and match.branch.title:
        return match.branch.title[:200]
    union = db.session.get(Union, values["union_id"]) if values["union_id"] else None
    name = values["union_text"] or (union.short_name if union else "")
    parts = [name, values["branch_name"], values["town"] if not values["branch_name"] else ""]
    return " ".join(part for part in parts if part)[:200] or values["contact_name"]


def _note_on_alike(submission: Submission, match: BranchMatch, now: datetime) -> Event:
    """A line for coordinators: this new branch may be one we know."""
    names = "; ".join(branch.title for branch in match.alike)
    with force_locale("en"):
        # Only coordinators read it, and their pages are in English, whatever the language of the form was.
        text = gettext("This branch is new to us. Is it one of these? %(names)s", names=names)
    return Event(
        submission_id=submission.id,
        at=now,
        name="note",
        actor=Actor.WORKER,
        text=text,
        data={"branch": match.branch.id, "alike": [branch.id for branch in match.alike]},
    )


def answers_of(submission: Submission, language: str = "") -> dict[str, Raw]:
    """The raw answers of each step, as somebody would have typed what is stored now."""
    context = FormContext(_day_of(submission), language or submission.language, known_union=("", ""))
    return {step.name: step.form(context=context).typed_of(submission) for step in _kind(submission.kind).steps}


def change_form(
    submission: Submission, step_name: str, raw: Mapping[str, Any] | None, context: FormContext
) -> StepForm:
    """One step of a stored request, to be drawn or changed; `raw` None shows what is stored. KeyError: no such step.

    A date that is left as it is may have passed meanwhile.
    """
    stored = answers_of(submission, context.language)
    step = _kind(submission.kind).step(step_name)
    whole = replace(context, answers=stored, stored=stored[step_name])
    return step.form.from_raw(stored[step_name] if raw is None else raw, whole)


def amend_from(
    session: Session,
    submission: Submission,
    step_name: str,
    raw: Mapping[str, Any],
    *,
    by: Mover,
    now: datetime,
    context: FormContext,
    apart: Collection[str] = (),
) -> Event | None:
    """Correct a stored request by one step's raw answers; None where nothing changed. Columns `apart` stay as they are.

    Raises `InvalidAnswersError` (its `form` is ready to be drawn again) and KeyError for an unknown step.
    """
    by_hand = by.actor is Actor.COORDINATOR
    form = change_form(submission, step_name, raw, replace(context, by_hand=by_hand, now=now))
    if not form.validate():
        raise InvalidAnswersError(step_name, form)
    changes = {name: value for name, value in form.changes_for(submission).items() if name not in apart}
    if isinstance(form, YourBranch) and any(changes[name] != getattr(submission, name) for name in IDENTITY):
        values = changes | {"contact_name": submission.contact_name}
        match = _find_branch(values, now)
        changes["heading"] = _heading(values, match)
        changes["branch_id"] = match.branch.id if match else None
    heading_of = _kind(submission.kind).heading
    if heading_of is not None and (heading := heading_of(changes)):
        changes["heading"] = heading
    beside = ["share"] if _keep_consents(submission, form, context.language, now) else []
    languages = dict.fromkeys(["en", DESK, submission.language])
    before = {language: _told(submission, step_name, language) for language in languages}
    event = actions.amend(session, submission, changes, by=by, now=now, beside=beside)
    if event is not None:
        after = {language: _told(submission, step_name, language) for language in languages}
        said = {each: what_changed.lines(before[each], after[each], each.replace(DESK, "en")) for each in languages}
        if any(said.values()) and not submission.IS_SEALED:
            event.data = event.data | {"said": said}
    return event


def _told(submission: Submission, step_name: str, language: str) -> what_changed.Told:
    """The answers of one step in words: those of a language, or the desk's own."""
    if language == DESK:
        with force_locale("en"):
            return what_changed.told(at_desk.blank(_kind(submission.kind).step(step_name).form).told(submission))
    steps = summary_of(submission, language)
    return next((what_changed.told(rows) for step, rows in steps if step.name == step_name), {})


def _keep_consents(submission: Submission, form: StepForm, language: str, now: datetime) -> bool:
    """Record each consent that was given just now, or its withdrawal; True where there was either."""
    is_changed = False
    for recipient, is_given in form.agreements().items():
        stands = consents.given(submission, recipient)
        if is_given and not stands:
            consents.record(submission, recipient, language=language, now=now)
        elif stands and not is_given:
            consents.withdraw(submission, recipient, now)
        is_changed = is_changed or is_given != stands
    return is_changed


def summary_of(submission: Submission, language: str) -> list[tuple[FormStep, list[SummaryRow]]]:
    """What was told to us, in words, step by step. Asks the database for nothing but union and consents."""
    with force_locale(language):
        return [(step, blank(step.form, language).told(submission)) for step in _kind(submission.kind).steps]


def unanswered_of(submission: Submission, language: str, today: date) -> dict[str, list[Answered]]:
    """The fields that were left empty and are missed, by the name of their step; `today` is the day in London."""
    stored = answers_of(submission, language)
    context = FormContext(today, language, answers=stored, known_union=("", ""))
    found = {}
    for step in _kind(submission.kind).steps:
        form = step.form.from_raw(stored[step.name], replace(context, stored=stored[step.name]))
        form.validate()
        found[step.name] = form.unanswered()
    return found


def _day_of(submission: Submission) -> date:
    """The day it came; today for one that is only just being filed."""
    return london_day(submission.received_at or utc_now())


def _kind(kind: Kind | str) -> Kind:
    return registry.kind(kind) if isinstance(kind, str) else kind

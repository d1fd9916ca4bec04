"""The branches that wrote to us: finding one, its requests, and making one of two that are the same.

Whether two names look like one branch is decided in `portal.directory.branches`; a coordinator has the last word.
"""

from __future__ import annotations

from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.affiliations.merging import TwoAffiliationsError, keep_one
from portal.clock import london_day, utc_now
from portal.dashboard import asked_for, conflicts, words
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import find
from portal.dashboard.request_page import opened
from portal.directory import branches as directory
from portal.directory.folding import fold
from portal.directory.models import Branch
from portal.extensions import db
from portal.security import needs
from portal.submissions import queries, search, turns
from portal.submissions.models import Event, Submission, reference_of
from portal.submissions.whole import LARGEST_NUMBER
from portal.submissions.workflow import Actor

PAGE = 50
HEADING_LENGTH = 200


@blueprint.get("/branches")
@needs("coordinator")
def branches() -> str:
    """Branches, newest first, or those whose name holds what was typed."""
    typed = request.args.get("q", "")[:100].strip()
    after = request.args.get("after", "")
    found = select(Branch).where(Branch.merged_into_id.is_(None))
    if typed:
        found = found.where(Branch.folded.contains(fold(typed), autoescape=True))
    if after.isascii() and after.isdigit() and len(after) < 10:
        found = found.where(Branch.id < int(after))
    rows = db.session.scalars(found.order_by(Branch.id.desc()).limit(PAGE + 1)).unique().all()
    today = london_day(utc_now())
    next_url = url_for("dashboard.branches", q=typed or None, after=rows[PAGE - 1].id) if len(rows) > PAGE else None
    return render_template(
        "dashboard/branches.html",
        rows=[
            (row, words.region_name(row.region_slug or ""), words.plain_day(london_day(row.created_at), today))
            for row in rows[:PAGE]
        ],
        typed=typed,
        next_url=next_url,
    )


@blueprint.get("/branches/<int:branch_id>")
@needs("coordinator")
def branch(branch_id: int) -> str | Response:
    """One branch: where it is, its officers, and all its requests."""
    row = _find(branch_id)
    if row.merged_into_id is not None:
        return redirect(url_for("dashboard.branch", branch_id=row.merged_into_id))
    requests = db.session.execute(
        select(*queries.COLUMNS).where(Submission.branch_id == row.id).order_by(Submission.id.desc()).limit(PAGE)
    ).all()
    today = london_day(utc_now())
    return render_template(
        "dashboard/branch.html",
        branch=row,
        where=where(row),
        email_link=asked_for.email_link,
        officers=row.officers,
        requests=[
            {
                "id": each.id,
                "reference": reference_of(each.id),
                "kind": words.cells(each.kind, each.state).kind,
                "tag": words.tag(each.kind, each.state, is_answered=each.first_answered_at is not None),
                "received": words.plain_day(london_day(each.received_at), today),
            }
            for each in requests
        ],
        alike=directory.find_alike(row),
    )


def where(row: Branch) -> str:
    """Where a branch is and its number, in a sentence without what is not known."""
    town = f"{row.town} ({row.outcode})" if row.town and row.outcode else row.town or row.outcode
    region = words.region_name(row.region_slug) if row.region_slug else ""
    place = ", ".join(part for part in (town, region) if part) or "We do not know where it is"
    return f"{place}. Branch number {row.number}." if row.number else f"{place}."


@blueprint.get("/requests/<int:number>/merge/<int:into>")
@needs("coordinator")
def merge(number: int, into: int) -> str | Response:
    """Two branches side by side, and the question whether they are one."""
    submission = find(db.session, number)
    other = _find(into)
    if submission.branch is None or submission.branch_id == other.id:
        return redirect(url_for("dashboard.request_page", number=number))
    return render_template(
        "dashboard/merge.html",
        submission=submission,
        new=submission.branch,
        known=other,
        regions=(words.region_name(submission.branch.region_slug or ""), words.region_name(other.region_slug or "")),
        unions=(_union_of(submission.branch), _union_of(other)),
        requests=(_requests_of(submission.branch), _requests_of(other)),
        contacts=(_contacts_of(submission.branch), _contacts_of(other)),
        opened=opened(utc_now()),
    )


def _union_of(branch: Branch) -> str:
    """The union's short name, or what was written in its place."""
    return branch.union.short_name if branch.union else branch.written_in_union


def _requests_of(branch: Branch) -> int:
    """How many requests a branch has, open or closed."""
    return db.session.scalar(select(func.count()).select_from(Submission).where(Submission.branch_id == branch.id)) or 0


def _contacts_of(branch: Branch) -> str:
    """Who has written for a branch, the last first."""
    rows = db.session.scalars(
        select(Submission.contact_name).where(Submission.branch_id == branch.id).order_by(Submission.id.desc()).limit(9)
    )
    return ", ".join(dict.fromkeys(rows))


@blueprint.post("/requests/<int:number>/merge/<int:into>")
@needs("coordinator")
def do_merge(number: int, into: int) -> Response:
    """Make one branch of two: everything of the new one moves to the known one."""
    submission = find(db.session, number)
    conflicts.insist(submission)
    known = _find(into)
    if submission.branch is None:
        abort(404)
    try:
        title = join(db.session, submission, known, now=utc_now())
    except ValueError:
        conflicts.no_longer_open()
    except TwoAffiliationsError:
        db.session.rollback()
        flash(
            "Both branches have an affiliation that is still open. Withdraw or end one of the two, then merge them.",
            "error",
        )
        return redirect(url_for("dashboard.request_page", number=number), 303)
    db.session.commit()
    flash(f"They are one branch now: {title}.", "success")
    return redirect(url_for("dashboard.request_page", number=number), 303)


def join(session: Session, submission: Submission, known: Branch, *, now: datetime) -> str:
    """Merge a request's branch into `known`, and move every request of it there. Gives the remaining branch's name.

    All of them stand under that name from now on; what each of them told us stays as it was told.
    Raises ValueError where they are one already, and `TwoAffiliationsError`. The caller commits.
    """
    new = submission.branch
    assert new is not None
    remaining = directory.merge(new, known, now)
    keep_one(session, gone_id=new.id, remaining_id=remaining.id)
    moved = session.scalars(select(Submission).where(Submission.branch_id == new.id)).unique().all()
    for each in {submission, *moved}:
        each.branch = remaining
        each.heading = remaining.title[:HEADING_LENGTH]
        search.index(session, each)
    _note(session, submission, f"{new.title} is {remaining.title}", now)
    return remaining.title


@blueprint.post("/requests/<int:number>/keep-apart")
@needs("coordinator")
def keep_apart(number: int) -> Response:
    """The new branch is none of those that look alike; nobody is asked again."""
    submission = find(db.session, number)
    conflicts.insist(submission)
    if submission.branch is not None:
        _note(db.session, submission, f"{submission.branch.title} is a branch of its own", utc_now())
        turns.touch(submission)
        db.session.commit()
        flash("It stays a branch of its own.", "success")
    return redirect(url_for("dashboard.request_page", number=number), 303)


def _note(session: Session, submission: Submission, text: str, now: datetime) -> None:
    """A line in the history: somebody has looked at the branch."""
    session.add(
        Event(
            submission_id=submission.id,
            at=now,
            name="merged",
            actor=Actor.COORDINATOR,
            coordinator_id=current_user.id,
            text=text,
        )
    )


def _find(branch_id: int) -> Branch:
    row = db.session.get(Branch, branch_id) if branch_id <= LARGEST_NUMBER else None
    if row is None:
        abort(404)
    return row

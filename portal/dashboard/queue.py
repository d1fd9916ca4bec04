"""The queue: saved views with counts, filters, one page of rows, and giving several requests to somebody at once.

What stands in which view is decided in `portal.submissions.queries`; how a row looks, in `queue_rows`. A viewer is
given references, kinds, states, regions and dates: the other columns never reach the template.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import bindparam, select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from portal.accounts.models import Coordinator
from portal.clock import london_day, utc_now
from portal.dashboard import people, queue_rows, words
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import mover
from portal.dashboard.queue_choices import NOT_FOR_VIEWERS, kind_choices, region_choices, state_choices
from portal.directory import places
from portal.extensions import db
from portal.security import needs
from portal.submissions import actions, queries, registry
from portal.submissions.models import Submission
from portal.submissions.queries import COUNTED_TO, VIEWS, Filters
from portal.submissions.whole import number_of

ALL_ANSWERED = "Every branch that wrote to us has had a reply. The next request appears here."
EMPTY = {
    "waiting-on-us": ("Nothing waits on us", ALL_ANSWERED),
    "new": ("No new requests", ALL_ANSWERED),
    "mine": ("Nothing is yours at the moment", "Take a request on from its own page, or tick several in a list."),
    "unassigned": ("Everything has a coordinator", "New requests appear here until somebody takes them on."),
    "overdue": ("Nothing is overdue", "A request appears here the day after it was due."),
    "waiting-for-branch": ("No branch owes us an answer", "When you ask a branch something, its request waits here."),
    "meetings": ("No meetings in the next fortnight", "Meetings appear here two weeks before they are held."),
    "held": ("Nothing is held for review", "Entries that look like spam wait here until you let them in."),
    "everything": ("No requests yet", "The first request of a branch appears here. You can also add one by hand."),
}
EVERYTHING, HELD = "everything", "held"
_NUMBER = select(Submission.__table__.c.id).where(Submission.__table__.c.id == bindparam("number"))
NOTHING_FITS = ("Nothing fits these filters", "Try fewer words, or another view.")


@blueprint.get("/requests")
@needs("viewer")
def queue() -> str | Response:
    """One page of a view of the queue; a whole reference in the search box leads to its request, from any view."""
    now = utc_now()
    view = queries.view(request.args.get("view", ""))
    narrowed = filters_from(request.args)
    sees_contacts = current_user.can_see_contacts
    if sees_contacts and not request.args.get("after") and (meant := meant_by(narrowed.words, now)) is not None:
        return redirect(url_for("dashboard.request_page", number=meant))
    if not sees_contacts:
        narrowed = for_viewers(narrowed)
    page = queries.queue(
        db.session,
        view.name,
        narrowed,
        now=now,
        coordinator_id=current_user.id,
        after=request.args.get("after"),
    )
    counts = queries.counts(db.session, now=now, coordinator_id=current_user.id, without=narrowed.without)
    today = london_day(now)
    known = people.coordinators(db.session, now)
    is_narrowed = replace(narrowed, without="") != Filters()
    everywhere, where = elsewhere(view, narrowed, now) if is_narrowed and not page.rows else ("", EVERYTHING)
    if sees_contacts:
        rows: Any = queue_rows.lines(page.rows, today, known, url_for("dashboard.queue"), request.args.getlist(TICKED))
    else:
        rows = [queue_rows.common(row, today) for row in page.rows]
    return render_template(
        "dashboard/queue.html" if sees_contacts else "dashboard/queue_viewer.html",
        view=view,
        pills=pills(view.name, counts),
        rows=rows,
        next_url=page_url(page.next_after) if page.next_after else None,
        start_url=page_url(None) if request.args.get("after") else None,
        note=note(len(page.rows), counts[view.name], is_narrowed, bool(request.args.get("after"))),
        empty=(f"Nothing fits in “{view.label}”", everywhere)
        if everywhere
        else NOTHING_FITS
        if is_narrowed
        else EMPTY[view.name],
        empty_url=empty_url(view, is_narrowed, where if everywhere else ""),
        empty_button="Show them" if everywhere else "Show all of this view" if is_narrowed else "See everything",
        everywhere_url=everything_url() if narrowed.words and view.name != EVERYTHING else "",
        is_narrowed=is_narrowed,
        typed=request.args,
        options=words.options,
        kind_choices=kind_choices(for_viewers=not sees_contacts),
        state_choices=state_choices(for_viewers=not sees_contacts),
        region_choices=region_choices(),
        union_choices=people.unions(db.session) if sees_contacts else (),
        coordinator_choices=[person for person in known.values() if person.can_take],
        here=re.sub(rf"[?&]{TICKED}=[0-9]+", "", request.full_path).rstrip("?"),
    )


def filters_from(args: MultiDict[str, str]) -> Filters:
    """The filters of the address; what makes no sense counts as not given."""
    kind = args.get("kind", "")
    union = args.get("union", "")
    return Filters(
        kind=kind if kind in {known.name for known in registry.kinds()} else "",
        state=args.get("state", "") if args.get("state", "") in dict(state_choices()) else "",
        union_id=int(union) if union.isascii() and union.isdigit() and len(union) < 10 else None,
        region=args.get("region", "") if places.region(args.get("region", "")) else "",
        coordinator=_coordinator(args.get("coordinator", "")),
        words=args.get("q", "")[:200].strip(),
    )


def _coordinator(typed: str) -> str:
    """A coordinator's number, "none" for nobody, or nothing."""
    if typed == "me":
        return str(current_user.id)
    is_number = typed.isascii() and typed.isdigit() and len(typed) < 10
    return typed if typed == "none" or is_number else ""


def for_viewers(narrowed: Filters) -> Filters:
    """What a viewer may narrow by: kind, state, region, and a reference in place of words."""
    number = number_of(narrowed.words)
    return replace(
        narrowed,
        union_id=None,
        coordinator="",
        words="",
        submission_id=number if narrowed.words else None,
        without=NOT_FOR_VIEWERS,
    )


def meant_by(typed: str, now: datetime) -> int | None:
    """The number of the request whose whole reference was typed, where there is one: "USC-1035", "usc1035", "1035".

    Bare figures may be the number of a branch, too: they lead to a request only where they find no other.
    """
    number = number_of(typed) if typed else -1
    if number < 0:
        return None
    if typed.strip().isdigit():
        words = Filters(words=typed)
        found = queries.queue(db.session, EVERYTHING, words, now=now, coordinator_id=current_user.id, size=2)
        if any(row.id != number for row in found.rows):
            return None
    return db.session.scalar(_NUMBER, {"number": number})


def elsewhere(view: queries.View, narrowed: Filters, now: datetime) -> tuple[str, str]:
    """How many requests of all fit, or of those that are held, where none of this view does; and in which view.

    Nothing where none fits at all. What is held for review stands in no other view.
    """
    for name, more in ((EVERYTHING, ", open or closed"), (HELD, "")):
        if name == view.name:
            continue
        found = queries.queue(db.session, name, narrowed, now=now, coordinator_id=current_user.id)
        many, label = len(found.rows), queries.view(name).label
        if many == 1:
            return f"1 request in “{label}” fits{more}.", name
        if many:
            count = f"More than {many}" if found.next_after else str(many)
            return f"{count} requests in “{label}” fit{more}.", name
    return "", EVERYTHING


def everything_url(view: str = EVERYTHING) -> str:
    """The same search and filters over all requests, or in another view."""
    args: dict[str, Any] = {
        name: value for name, value in request.args.items() if value and name not in ("after", "view", TICKED)
    }
    return url_for("dashboard.queue", view=view, **args)


def empty_url(view: queries.View, is_narrowed: bool, elsewhere: str) -> str:
    """Where the button of an empty list leads; `elsewhere` is the view in which something fits."""
    if elsewhere:
        return everything_url(elsewhere)
    return url_for("dashboard.queue", view=view.name if is_narrowed else EVERYTHING)


TICKED = "ticked"
"""Numbers of requests in the address whose boxes are ticked already."""


def pills(current: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The saved views with their counts: exact to 999, then "999+"."""
    prefix = url_for("dashboard.queue") + "?view="
    return [
        {
            "label": view.label,
            "url": prefix + view.name,
            "count": f"{COUNTED_TO}+" if counts[view.name] > COUNTED_TO else counts[view.name],
            "current": view.name == current,
        }
        for view in VIEWS
        if view.name != "mine" or current_user.can_edit
    ]


def page_url(after: str | None) -> str:
    """The address of another page of the list that is shown."""
    args: dict[str, Any] = {
        name: value for name, value in request.args.items() if value and name not in ("after", TICKED)
    }
    if after:
        args["after"] = after
    return url_for("dashboard.queue", **args)


def note(shown: int, count: int, is_narrowed: bool, is_later: bool) -> str:
    """The sentence under the table."""
    if is_later or is_narrowed:
        return f"{shown} more" if is_later else f"{shown} shown"
    return f"Showing 1 to {shown} of {f'more than {COUNTED_TO}' if count > COUNTED_TO else count}"


@blueprint.post("/requests/assign")
@needs("coordinator")
def bulk_assign() -> Response:
    """Give the ticked requests to somebody, or back to the queue; each that has changed meanwhile is named."""
    now = utc_now()
    where = back_to_queue(request.form.get("back", ""))
    back = redirect(where, 303)
    ticked = dict(pair for value in request.form.getlist("ids")[:200] if (pair := _id_and_version(value)))
    to = people.coordinators(db.session, now).get(request.form.get("to", type=int) or 0)
    if not ticked:
        flash("Tick the requests first.", "error")
        return back
    if request.form.get("to") != "none" and (to is None or not to.can_take):
        flash("Choose who takes them on.", "error")
        # What was ticked stays ticked.
        kept = "&".join(f"{TICKED}={number}" for number in ticked)
        return redirect(f"{where}{'&' if '?' in where else '?'}{kept}", 303)
    rows = db.session.scalars(
        db.select(Submission).where(Submission.id.in_(ticked)).order_by(Submission.id).with_for_update()
    ).all()
    person = db.session.get(Coordinator, to.id) if to else None
    changed = [row for row in rows if row.version != ticked[row.id]]
    for row in rows:
        if row.version == ticked[row.id]:
            actions.assign(db.session, row, person, by=mover(), now=now)
    db.session.commit()
    done = len(rows) - len(changed)
    if done:
        many = "1 request was" if done == 1 else f"{done} requests were"
        flash(f"{many} {f'given to {to.name}' if to else 'given back to the queue'}.", "success")
    for row in changed:
        flash(f"{row.reference}, {row.heading}: somebody was faster than you. Nothing was changed.", "error")
    if len(rows) < len(ticked):
        flash("Some of the requests are no longer there.", "error")
    return back


def _id_and_version(value: str) -> tuple[int, int] | None:
    """The number and version behind a tick box, "17-3"."""
    number, _, version = value.partition("-")
    is_fine = all(part.isascii() and part.isdigit() and len(part) < 10 for part in (number, version))
    return (int(number), int(version)) if is_fine else None


def back_to_queue(target: str) -> str:
    """A page of the queue to go back to; anything else leads to its beginning."""
    start = url_for("dashboard.queue")
    is_ours = target.startswith(start + "?") and not any(ord(letter) < 33 for letter in target)
    return target if is_ours and "\\" not in target else start

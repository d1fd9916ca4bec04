"""The lines of the queue's table: what stands in a row, and the rows as HTML."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from markupsafe import Markup, escape
from sqlalchemy import Row

from portal.clock import london_day
from portal.dashboard import people, words
from portal.submissions.models import FIRST_NUMBER
from portal.submissions.queries import FORTNIGHT
from portal.submissions.workflow import Turn

LONGEST_NAME = 60
"""A longer name is cut in the table, so that each request keeps to one line; its page has it whole."""
DASH = Markup("–")
UNASSIGNED = Markup("<i>Unassigned</i>")

# Fifty of these stand on a page: filled in here, a row costs a tenth of what it would in the page's template.
ROW = """<tr role="row">
<td role="cell" class="queue__tick"><input type="checkbox" class="tick" id="t{id}" name="ids" value="{id}-{version}" \
aria-label="Choose {reference}"><label for="t{id}"></label></td>
<th role="rowheader" scope="row" class="queue__name"><a href="{prefix}/{id}">{name}</a></th>
<td role="cell" class="queue__wide">{reference}</td>
<td role="cell" class="queue__kind">{kind}</td>
<td role="cell" class="queue__date">{meeting}</td>
<td role="cell" class="queue__wide">{waiting}</td>
<td role="cell" class="queue__tag">{tag}</td>
<td role="cell" class="queue__person">{person}</td>
</tr>
""".format


class QueueRow(NamedTuple):
    """One line of the table. Of its texts only `name` was typed by somebody; the others are ours."""

    id: int
    version: int
    name: str
    reference: str
    kind: Markup
    meeting: str
    is_soon: bool
    waiting: str
    tag: Markup
    person: Markup
    region: str
    received: str


def lines(rows: list[QueueRow], prefix: str) -> Markup:
    """The table's lines for coordinators. `prefix` is the address of the queue, under which the requests stand."""
    return Markup(
        "".join(
            ROW(
                id=row.id,
                version=row.version,
                prefix=prefix,
                name=escape(row.name),
                reference=row.reference,
                kind=row.kind,
                meeting=f'<span class="soon">{row.meeting}</span>' if row.is_soon else row.meeting,
                waiting=row.waiting,
                tag=row.tag,
                person=row.person,
            )
            for row in rows
        )
    )


def row_of(row: Row[Any], today: date, known: dict[int, people.Person]) -> QueueRow:
    """One line of the table from one row of the queue."""
    cells = words.cells(row.kind, row.state)
    meeting = row.meeting_on
    person = known.get(row.coordinator_id) if row.coordinator_id else None
    received = london_day(row.received_at)
    late = words.is_overdue(row.is_open, row.turn, row.due_on, today)
    return QueueRow(
        id=row.id,
        version=row.version,
        name=row.heading if len(row.heading) <= LONGEST_NAME else row.heading[: LONGEST_NAME - 1] + "…",
        reference=f"USC-{FIRST_NUMBER + row.id}",
        kind=cells.kind,
        meeting=words.short_day(meeting, today) if meeting else DASH,
        is_soon=row.is_open and meeting is not None and today <= meeting < today + FORTNIGHT,
        waiting=words.days((today - received).days) if row.turn != Turn.NOBODY else DASH,
        tag=cells.tag_overdue if late else cells.tag,
        person=words.avatar(person.name) if person else UNASSIGNED,
        region=words.region_name(row.region_slug),
        received=words.short_day(received, today),
    )

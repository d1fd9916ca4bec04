"""The lines of the queue's table: what stands in a row, and the rows as HTML."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from portal.clock import london_day
from portal.dashboard import people, words
from portal.submissions.models import AT_ONCE, reference_of
from portal.submissions.queries import FORTNIGHT
from portal.submissions.workflow import Turn

LONGEST_NAME = 60
"""A longer name is cut in the table, so that each request keeps to one line; its page has it whole."""
DASH = Markup("–")
GONE = Markup(' <span class="small">Speaker gone</span>')
"""Why a request stands before all others."""
UNASSIGNED = Markup("<i>Unassigned</i>")


class Common(NamedTuple):
    """What everybody sees of a request in the table, ready to print. None of it was typed by anybody."""

    reference: str
    kind: Markup
    meeting: str
    waiting: str
    tag: Markup
    region: str


def lines(
    rows: Sequence[Any], today: date, known: dict[int, people.Person], prefix: str, ticked: Collection[str] = ()
) -> Markup:
    """The table's lines for coordinators, from the rows of the queue.

    `prefix` is the address of the queue, under which the requests stand; `ticked` are the numbers of those that are
    chosen already. Fifty lines stand on a page: put together
    here, one costs a tenth of what it would in the page's template. Of its texts only the name was typed by somebody.
    """
    return Markup("".join([_line(row, today, known, prefix, str(row.id) in ticked) for row in rows]))


def _line(row: Any, today: date, known: dict[int, people.Person], prefix: str, is_ticked: bool) -> str:
    number, name, meeting = row.id, row.heading, row.meeting_on
    if len(name) > LONGEST_NAME:
        name = name[: LONGEST_NAME - 1] + "…"
    said = common(row, today)
    is_soon = row.is_open and meeting is not None and today <= meeting < today + FORTNIGHT
    day = f'<span class="soon">{said.meeting}</span>' if is_soon else said.meeting
    person = known.get(row.coordinator_id) if row.coordinator_id else None
    return f"""<tr role="row">
<td role="cell" class="queue__tick"><input type="checkbox" class="tick" id="t{number}" name="ids" \
value="{number}-{row.version}"{" checked" if is_ticked else ""} \
aria-label="Choose {said.reference}"><label for="t{number}"></label></td>
<th role="rowheader" scope="row" class="queue__name"><a href="{prefix}/{number}">{escape(name)}</a></th>
<td role="cell" class="queue__wide">{said.reference}</td>
<td role="cell" class="queue__kind">{said.kind}</td>
<td role="cell" class="queue__date">{day}</td>
<td role="cell" class="queue__wide">{said.waiting}</td>
<td role="cell" class="queue__tag">{said.tag}</td>
<td role="cell" class="queue__person">{words.avatar(person.name) if person else UNASSIGNED}</td>
</tr>
"""


def common(row: Any, today: date) -> Common:
    """What a viewer sees of one row of the queue, and a coordinator too."""
    cells = words.cells(row.kind, row.state, row.first_answered_at is not None)
    meeting, turn = row.meeting_on, row.turn
    is_late = words.is_overdue(row.is_open, turn, row.due_on, today)
    return Common(
        reference_of(row.id),
        cells.kind,
        words.short_day(meeting, today) if meeting else DASH,
        words.days((today - london_day(row.state_since)).days) if turn != Turn.NOBODY else DASH,
        (cells.tag_overdue if is_late else cells.tag) + (GONE if row.queue_on == AT_ONCE else ""),
        words.region_name(row.region_slug),
    )

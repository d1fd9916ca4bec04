"""What a correction has changed, in words: the lines that the history keeps beside the columns.

The columns and what stood in them are kept by `actions.amend`; the letter about a change is the public pages'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import force_locale, gettext

from portal.submissions.forms import SummaryRow

DESK = "desk"
"""Stands beside the languages for the words in which coordinators read a change."""
Told = Mapping[str, tuple[str, str]]
"""A step's answers by the id of their field: label and words."""


def told(rows: Sequence[SummaryRow]) -> Told:
    """The rows of a step as plain words."""
    return {row.field_id: (str(row.label), "; ".join(str(line) for line in row.value)) for row in rows}


def lines(before: Told, after: Told, language: str) -> list[str]:
    """One line for each answer that is not as it was: what it is now, and what it was."""
    found = []
    with force_locale(language):
        for name in dict.fromkeys([*after, *before]):
            label, new = after.get(name, (before.get(name, ("", ""))[0], ""))
            old = before.get(name, ("", ""))[1]
            if new == old:
                continue
            new = new or gettext("nothing any more")
            if old:
                found.append(gettext("%(label)s: %(new)s (before: %(old)s)", label=label, new=new, old=old))
            else:
                found.append(gettext("%(label)s: %(new)s", label=label, new=new))
    return found

"""A day that a branch names twice on one form: a slip is refused, and one that only stood there before is left out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from portal.submissions.fields import DateText
from portal.submissions.forms import FormContext


def refuse(field: DateText, context: FormContext, *before: DateText) -> None:
    """Stop where the day stands in a box before it already.

    Where that box was left as it was, the branch has chosen one of its own alternatives: nobody is asked to clear it.
    """
    if field.value is None or all(field.value != each.value for each in before):
        return
    if field.typed and field.typed == context.stored.get(field.short_name):
        field.value = None
        return
    raise StopValidation(_l("You gave this date already. Enter another date, or write both times beside the first one"))

"""The small forms of the public pages: a message to us, and finding one's request again."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.submissions.fields import EmailText, Line, Text
from portal.submissions.forms import StepForm


class MessageForm(StepForm):
    """A message about a request."""

    message = Text(
        _l("Your message"),
        needed=_l("Write your message first"),
        hint=_l("Please do not write where people in Ukraine are."),
        look={"rows": 6},
    )


class FindForm(StepForm):
    """What leads to one's private link."""

    email = EmailText(
        _l("Your email address"),
        needed=_l("Enter your email address"),
        hint=_l("The one you gave us in the form."),
        look={"autocomplete": "email"},
    )
    reference = Line(
        _l("Reference"),
        most=40,
        hint=_l("For example USC-1042. Leave it empty for all your requests."),
        look={"width": 10},
    )

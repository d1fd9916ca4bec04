"""The forms of a visitor’s page about a whole tour, and of a branch that is invited to one of its meetings."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from portal.speakers.tour_rows import COHOST, JOIN, MESSAGE, NO, Tour, TourStop
from portal.submissions.choices import listed
from portal.submissions.choosing import AnyOf, OneOf, Tick
from portal.submissions.fields import Text
from portal.submissions.forms import StepForm
from portal.touring import asking, lines

NAMING_VERSION = "2026-11-22"
NAMING = _l(
    "You may tell the union branches whose meetings I say yes to my name, my union and my email. "
    "I know that this tells them that I am in a union."
)
"""The explicit consent to be named to the branches of a tour: for what, and to whom."""


class RouteForm(StepForm):
    """Which of the meetings suit. The consent to be named is apart, and never ticked before."""

    stops = AnyOf(
        _l("Which of these meetings suit you?"),
        choices=[],
        needed=_l("Tick the meetings that suit you, or say that none of them does"),
    )
    may_name_me = Tick(NAMING, says_optional=False)

    def offer(self, tour: Tour, language: str) -> RouteForm:
        """The form with the meetings of the route about which something can be said, each with what it is like."""
        ways = lines.legs_of(tour, tour.route)
        self.stops.choices = [
            SelectChoice(
                str(stop.id),
                lines.in_words(stop, language),
                render_kw={"hint": _hint([*_said(stop), *lines.about(stop, ways.get(stop.id), language)])},
            )
            for stop in asking.to_answer(tour, self.context.today)
        ]
        return self


def _said(stop: TourStop) -> list[str]:
    """What the visitor has said to a meeting, where it was no."""
    return [gettext("You have said no to this meeting")] if asking.is_refused(stop) else []


def _hint(parts: Sequence[str]) -> str:
    """What a meeting is like, as sentences."""
    return " ".join(f"{part[:1].upper()}{part[1:].rstrip('.')}." for part in parts)


class JoinForm(StepForm):
    """What a branch says that is invited; with a message the words are needed, else they are welcome."""

    answer = OneOf(
        _l("What would you like?"),
        choices=listed(
            (JOIN, _l("We will join")),
            (COHOST, _l("We would like to host it together")),
            (NO, _l("No, thank you")),
            (MESSAGE, _l("We have a question")),
        ),
        needed=_l("Choose one of the answers"),
    )
    message = Text(
        _l("Your message to us"),
        most=1000,
        hint=_l("For example how many you are, or what your question is."),
        look={"rows": 4},
    )

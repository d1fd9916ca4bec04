"""The small forms of a speaker's page for one meeting: yes with dates, another date, no, and not after all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from portal.public.offered import Opened
from portal.speakers import consenting, in_time, other_day, two_clocks
from portal.speakers.engagements import INTERPRETER, PARTNER, Offer
from portal.submissions.choosing import AnyOf, OneOf, Tick
from portal.submissions.fields import DateText, Line, Text, TimeText
from portal.submissions.forms import FormContext, StepForm

NAMING_VERSION = "2026-11-22"
NAMING = _l(
    "You may tell the union branch of this meeting my name, my union and my email. "
    "I know that this tells them that I am in a union."
)
"""The explicit consent to be named to one branch: for what, and to whom."""
RINGING_VERSION = "2026-11-22"
RINGING = _l(
    "You may also give that branch my phone number the day before, together with my name. "
    "Then it can ring me if something goes wrong."
)
"""The consent to be rung by one branch. It holds only together with that to be named."""


class YesForm(StepForm):
    """Yes, on these days. The consent to be named is apart, and never ticked before."""

    rows: Sequence[Mapping[str, str]] = ()

    accepted = AnyOf(_l("Which dates suit you?"), choices=[], needed=_l("Choose at least one date that suits you"))
    may_name_me = Tick(NAMING, says_optional=False)
    may_ring_me = Tick(RINGING, says_optional=False)

    def offer(self, offer: Offer, language: str, *, has_kyiv: bool) -> YesForm:
        """The form with the dates of one offer, in words; without dates it asks for none."""
        rows = self.rows = in_time.dates_left(offer, self.context.today)
        self.accepted.choices = _days(rows, language, has_kyiv)
        if len(rows) < 2:
            # Where there is one date, a yes is a yes to it.
            self.hidden.add("accepted")
            del self.accepted
        if not offer.speaker.phone or offer.role in (INTERPRETER, PARTNER):
            # There is no number to give, or nobody who waits for them alone.
            self.hidden.add("may_ring_me")
            del self.may_ring_me
        return self

    @property
    def days(self) -> str:
        """The days and hours that it asks about, as the page sends them back: they may change while it is open."""
        return _sent_back(self.rows)

    @property
    def may_be_rung(self) -> bool:
        """Whether the branch may learn their phone number: not without their name."""
        return bool("may_ring_me" in self._fields and self.may_ring_me.value and self.may_name_me.value)

    def is_as_kept(self, offer: Offer) -> bool:
        """Whether an offer that was said yes to holds the same days and consents already."""
        answers = self.answers()
        is_same = ",".join(offer.accepted) == answers["accepted"] and self.may_name_me.value == offer.may_name_me
        return is_same and self.may_be_rung == consenting.may_be_rung(offer)

    def record_consents(self, offer: Offer, language: str, now: datetime) -> None:
        """Keep what was ticked, in the words that were shown; it takes the place of what was ticked before."""
        consenting.withdraw_meeting(offer, now)
        if self.may_name_me.value:
            consenting.record_meeting(offer, str(NAMING), NAMING_VERSION, language=language, now=now)
        if self.may_be_rung:
            consenting.record_meeting(
                offer, str(RINGING), RINGING_VERSION, language=language, now=now, purpose=consenting.RINGING
            )

    def answers(self) -> dict[str, str]:
        """What the move takes, after `validate`."""
        days = self.accepted.value if "accepted" in self._fields else [row["on"] for row in self.rows]
        return {"accepted": ",".join(days or []), "may_name_me": "yes" if self.may_name_me.value else "no"}


class WishedDayForm(StepForm):
    """Which of the days that a branch wishes now suits its speaker; one alone is chosen already."""

    rows: Sequence[Mapping[str, str]] = ()

    chosen_on = OneOf(_l("Which of these days suits you?"), choices=[], needed=_l("Choose the day that suits you"))

    def offer(self, offer: Offer, language: str, *, has_kyiv: bool) -> WishedDayForm:
        """The form with the days that are wished, in words."""
        rows = self.rows = in_time.dates_left(offer, self.context.today)
        self.chosen_on.choices = _days(rows, language, has_kyiv)
        return self

    @property
    def days(self) -> str:
        """As `YesForm.days`."""
        return _sent_back(self.rows)

    def answers(self) -> dict[str, str]:
        """What the move takes, after `validate`."""
        chosen = next(row for row in self.rows if row["on"] == self.chosen_on.value)
        return {"confirmed_on": chosen["on"], "confirmed_time": chosen.get("time", "")}


def fresh(found: Opened, context: FormContext, language: str) -> YesForm | WishedDayForm:
    """The form of a page that is opened: as it was answered last."""
    offer = found.offer
    if found.are_days_wished:
        rows = in_time.dates_left(offer, context.today)
        only = {"chosen_on": rows[0]["on"]} if len(rows) == 1 else {}
        return WishedDayForm(data=only, context=context).offer(offer, language, has_kyiv=found.has_kyiv)
    kept = {
        "accepted": offer.accepted,
        "may_name_me": offer.may_name_me,
        "may_ring_me": consenting.may_be_rung(offer),
    }
    return YesForm(data=kept, context=context).offer(offer, language, has_kyiv=found.has_kyiv)


def _days(rows: Sequence[Mapping[str, str]], language: str, has_kyiv: bool) -> list[SelectChoice]:
    return [SelectChoice(row["on"], two_clocks.as_told(row, language, has_kyiv=has_kyiv)) for row in rows]


def _sent_back(rows: Sequence[Mapping[str, str]]) -> str:
    return ",".join(f"{row['on']} {row.get('time', '')}".strip() for row in rows)


class OtherDateForm(StepForm):
    """Another day with its hour, and what else the speaker writes about it."""

    date_other = DateText(
        _l("Which day would suit you?"),
        needed=_l("Write which day would suit you"),
        hint=_l("For example 14 January 2027"),
        look={"width": 20, "autocomplete": "off"},
    )
    time_other = TimeText(
        _l("When could it start, in London time?"),
        is_strict=True,
        needed=_l("Write when it could start"),
        hint=_l("For example 7pm or 19:30. In Kyiv it is usually two hours later."),
        look={"width": 20, "autocomplete": "off"},
    )
    more = Line(_l("Would other days or hours suit as well?"), most=200)

    def answers(self, language: str, *, has_kyiv: bool) -> dict[str, str]:
        """What the move takes, after `validate`: the words in the speaker’s language, and day and hour as ISO texts."""
        day, moment = self.date_other.value, self.time_other.moment.start or time()
        return {
            "other_date": other_day.as_read(day, moment, self.more.value, language, has_kyiv=has_kyiv),
            "named_on": day.isoformat(),
            "named_time": f"{moment:%H:%M}",
        }


class NoForm(StepForm):
    """No, with a reason only where somebody wishes to give one."""

    reason = Text(_l("Would you like to tell us why?"), most=1000, look={"rows": 3})

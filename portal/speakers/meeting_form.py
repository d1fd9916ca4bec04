"""The step of a speaker request that asks about the meeting: what it is, when, where, and for whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from portal.clock import LONDON
from portal.speakers import bookings, repeated
from portal.submissions.choices import listed
from portal.submissions.dates import clock_in
from portal.submissions.day_words import as_typed
from portal.submissions.fields import Count, DateText, Line, OneOf, Postcode, Text, TimeText
from portal.submissions.forms import Lines, Raw, StepForm

ALTERNATIVES = ("1", "2", "3")
EVENT_KINDS = listed(
    ("branch-meeting", _l("Branch meeting")),
    ("agm", _l("Annual general meeting")),
    ("public-meeting", _l("Public meeting or rally")),
    ("conference", _l("Conference or fringe meeting")),
    ("school", _l("School, training or workshop")),
    ("trades-council", _l("Trades council meeting")),
    ("other", _l("Something else")),
)
FORMATS = listed(
    ("in-person", _l("In the room")),
    ("online", _l("Online, by video call")),
    ("either", _l("Either would suit us")),
)
EACH = "each"
ON_DATES = listed(
    ("one", _l("A speaker on one of them, whichever suits best")),
    (EACH, _l("A speaker on each of them")),
)
OPEN = "open"
AUDIENCES = listed(("members", _l("Members only")), (OPEN, _l("Open to everybody")))

_RULE = re.compile(
    r"\b(?:every|each|any|month|monthly|weekly|first|second|third|fourth|last)\b|щомісяц|кожн", re.IGNORECASE
)


class Meeting(StepForm):
    """The meeting. Its three dates are alternatives; a rule in words stands for them where the date is open.

    Whoever wants a speaker on each of the dates has a request for each: see `requests_of`.
    """

    event_kind = OneOf(_l("What kind of meeting is it?"), choices=EVENT_KINDS)
    title = Line(_l("Name of the meeting"), most=200)
    date_1 = DateText(
        _l("Date of the meeting"),
        hint=_l("For example 14 January 2027"),
        says_optional=False,
        look={"width": 20},
    )
    time_1 = TimeText(_l("Start time"), hint=_l("For example 7pm, 19:30 or 7pm for 7.30"), look={"width": 20})
    date_2 = DateText(_l("Another date"), look={"width": 20})
    time_2 = TimeText(_l("Start time on that date"), hint=_l("Leave this empty if it is the same."), look={"width": 20})
    date_3 = DateText(_l("A third date"), look={"width": 20})
    time_3 = TimeText(
        _l("Start time on the third date"), hint=_l("Leave this empty if it is the same."), look={"width": 20}
    )
    on_dates = OneOf(
        _l("If you have named several dates, what would you like?"),
        choices=ON_DATES,
        default="one",
        hint=_l("On each of them: you then have a request for each date."),
        says_optional=False,
    )
    date_rule = Line(
        _l("Or, if the date is open, when do you meet?"),
        most=300,
        hint=_l("For example second Tuesday of the month, 7.30pm"),
    )
    decide_by = DateText(
        _l("When must you know by?"), hint=_l("For example when your agenda goes out"), look={"width": 20}
    )
    meeting_format = OneOf(_l("How will the speaker join?"), choices=FORMATS)
    platform = Line(_l("Online: which platform, and who hosts?"), most=80, hint=_l("For example Zoom, we host"))
    joining_link = Line(_l("Online: the link to join"), most=500, hint=_l("You can tell us later."))
    venue = Line(_l("Venue and address"), most=300, hint=_l("If the meeting is in a room. You can tell us later."))
    venue_postcode = Postcode(_l("Postcode of the venue"), look={"width": 10})
    venue_access = Text(_l("Access, parking and the nearest station"), most=2000, look={"rows": 3})
    audience_size = Count(_l("How many people do you expect?"), look={"width": 20})
    audience = OneOf(_l("Who can come?"), choices=AUDIENCES, look={"inline": True})

    FACTS_APART = frozenset(f"{name}_{number}" for name in ("date", "time") for number in ALTERNATIVES) | {"on_dates"}
    NOT_MISSED = frozenset({"date_2", "time_2", "date_3", "time_3", "on_dates"})

    def prepare(self) -> None:
        """A request that is filed is about one meeting: only a form that is sent can make several."""
        if self.context.stored:
            self.hidden.add("on_dates")

    def moot(self) -> set[str]:
        """A rule stands for the dates, and dates for the rule; a place is needed in a room, a platform online."""
        names = {"date_rule"} if any(self[f"date_{number}"].value for number in ALTERNATIVES) else {"date_1", "time_1"}
        if self.meeting_format.value == "in-person":
            names |= {"platform", "joining_link"}
        if self.meeting_format.value == "online":
            names |= {"venue", "venue_postcode", "venue_access"}
        return names

    def validate_date_1(self, field: DateText) -> None:
        """One date in any of the boxes, or a rule in words, is needed."""
        others = (self.date_2.typed, self.date_3.typed, self.date_rule.typed)
        if field.value is None and not any(text.strip() for text in others):
            raise StopValidation(_l("Enter the date of your meeting. If it is open, a rule further down is enough"))

    def validate_date_2(self, field: DateText) -> None:
        """Another date, not the first one again."""
        repeated.refuse(field, self.context, self.date_1)

    def validate_date_3(self, field: DateText) -> None:
        """A third date, not one of the two."""
        repeated.refuse(field, self.context, self.date_1, self.date_2)

    def validate_time_1(self, _field: TimeText) -> None:
        """An hour that is still to come."""
        self._refuse_what_has_begun("1")

    def validate_time_2(self, _field: TimeText) -> None:
        """The same of the second date."""
        self._refuse_what_has_begun("2")

    def validate_time_3(self, _field: TimeText) -> None:
        """The same of the third date."""
        self._refuse_what_has_begun("3")

    def _refuse_what_has_begun(self, number: str) -> None:
        """Stop at a meeting of today whose hour has passed, unless that is how it stands with us already."""
        now, names = self.context.now, (f"date_{number}", f"time_{number}")
        day, said = self[names[0]].value, self[names[1]] if self[names[1]].value else self.time_1
        if now is None or day is None or said.moment.start is None:
            return
        if all(self[name].typed == self.context.stored.get(name) for name in names):
            return
        if datetime.combine(day, said.moment.start, LONDON) <= now:
            raise StopValidation(_l("This hour has passed. Enter a meeting that is still to come"))

    def validate_decide_by(self, field: DateText) -> None:
        """Who must know by a day cannot mean one after the meeting."""
        days = [day for number in ALTERNATIVES if (day := self[f"date_{number}"].value) is not None]
        if field.value is not None and days and field.value > min(days):
            raise StopValidation(_l("You must know before the meeting. Enter a day that is not after it"))

    def validate(self, extra_validators: Any = None) -> bool:
        """As every step; what was written into the box for the date and is a rule or a time counts as such."""
        self._move_times()
        typed = self.date_1.typed.strip()
        if _RULE.search(typed) and not self.date_rule.typed.strip() and not re.search(r"[0-9]{4}", typed):
            self.date_rule.raw_data, self.date_rule.data = [typed], typed
            self.date_1.raw_data, self.date_1.data = [""], ""
        return super().validate(extra_validators)

    def _move_times(self) -> None:
        """A time that stands beside the date is the start time, where its own box is empty."""
        for number in ALTERNATIVES:
            moment, clock = self[f"time_{number}"], clock_in(self[f"date_{number}"].typed)
            if clock and not moment.typed.strip():
                moment.raw_data, moment.data = [clock], clock

    def alternatives(self) -> list[dict[str, str]]:
        """The dates with their times as typed and as understood; a missing time is that of the first date."""
        rows: list[dict[str, str]] = []
        for number in ALTERNATIVES:
            day, moment = self[f"date_{number}"], self[f"time_{number}"]
            if day.value is None:
                continue
            said = moment if moment.value else self.time_1
            start = said.moment.start
            row = {"on": day.value.isoformat(), "time_text": said.value or ""}
            row["time"] = f"{start:%H:%M}" if start else ""
            apart = {"doors": said.moment.doors, "until": said.moment.until}
            row |= {name: f"{moment:%H:%M}" for name, moment in apart.items() if moment}
            rows.append(row)
        return rows

    def cleaned(self) -> dict[str, Any]:
        """The values for the model; the meeting stands in the queue under its earliest date."""
        values = super().cleaned()
        rows = self.alternatives()
        days = sorted(self[f"date_{n}"].value for n in ALTERNATIVES if self[f"date_{n}"].value)
        if not rows and self.time_1.value and str(self.time_1.value) not in values["date_rule"]:
            # A rule has no place for the time of its own; the words must not be lost.
            values["date_rule"] = f"{values['date_rule']}, {self.time_1.value}"[:300]
        return values | {"dates": rows, "meeting_on": days[0] if days else None}

    def typed_of(self, submission: Any) -> Raw:
        """As every step; each alternative in its own boxes."""
        raw = super().typed_of(submission) | dict.fromkeys(sorted(self.FACTS_APART), "")
        for number, row in zip(ALTERNATIVES, submission.dates or [], strict=False):
            raw[f"date_{number}"] = as_typed(date.fromisoformat(row["on"]), self.context.language)
            raw[f"time_{number}"] = row.get("time_text", "")
        return raw

    def changes_for(self, submission: Any) -> dict[str, Any]:
        """As every step, but for the day that was agreed."""
        return bookings.corrected(submission, self.cleaned())

    def lines(self) -> Lines:
        """As every step; one line for each date with its time."""
        lines = super().lines()
        first = lines["time_1"]
        for number in ALTERNATIVES:
            day, time = lines[f"date_{number}"], lines.pop(f"time_{number}") or first
            lines[f"date_{number}"] = [", ".join(day + time)] if day else []
        if len(self.alternatives()) < 2:
            del lines["on_dates"]
        return lines

    def lines_of(self, submission: Any) -> Lines:
        """As every step; one line for each date with its time."""
        lines = super().lines_of(submission) | {f"date_{number}": [] for number in ALTERNATIVES}
        for number, row in zip(ALTERNATIVES, submission.dates or [], strict=False):
            day = self.date_1.said(date.fromisoformat(row["on"]))
            lines[f"date_{number}"] = [", ".join(day + self.time_1.said(row.get("time_text", "")))]
        return lines


def requests_of(forms: Mapping[str, StepForm]) -> list[dict[str, Any]]:
    """What is each request's own of a form that was checked: one for each date where that was asked for, else one."""
    meeting = forms["meeting"]
    rows = meeting.alternatives() if isinstance(meeting, Meeting) and meeting.on_dates.value == EACH else []
    if len(rows) < 2:
        return [{}]
    in_order = sorted(rows, key=lambda row: row["on"])
    return [{"dates": [row], "meeting_on": date.fromisoformat(row["on"])} for row in in_order]

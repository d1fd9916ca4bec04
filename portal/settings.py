"""What coordinators set themselves: typed values with a default and a sentence each, kept in one small table.

What the machine needs to run stands in `config.py`; the fee table in `portal.affiliations`. Nothing here commits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Connection, String, Text, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal import campaign_words, points
from portal.directory.phones import understand_phone
from portal.extensions import db
from portal.remembered import remembered

Value = str | int
LONGEST_TEXT = 2000
MOST_DAYS = 60
EARLIEST, LATEST = 5 * 60, 11 * 60 + 30
"""In minutes after midnight: when the letters of the morning may be written at the earliest and at the latest."""


class StoredSetting(db.Model):
    """A value that somebody set; settings nobody touched have no row."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime] = mapped_column()
    set_by: Mapped[str] = mapped_column(String(254), default="")


# Every public page reads what is stored once more, so that each answer is worked out once.
@lru_cache(maxsize=100)
def an_address(text: str) -> str:
    """The rule for an email address that pages show. Raises ValueError with a sentence."""
    try:
        checked = validate_email(text, check_deliverability=False, test_environment=True, allow_smtputf8=False)
    except EmailNotValidError:
        raise ValueError("Enter one email address, like info@example.org") from None
    return str(checked.ascii_email or checked.normalized)


@lru_cache(maxsize=100)
def a_phone_number(text: str) -> str:
    """The rule for a number that can be rung. Raises ValueError with a sentence."""
    if re.search(r"[^-+0-9 ().\u2010-\u2015\u00a0]", text) or understand_phone(text).e164 is None:
        raise ValueError("Enter one phone number and nothing else, like 020 7946 0000")
    return text


def an_early_hour(text: str) -> str:
    """The rule for a time of the morning, from 5am to 11.30am, given as "7:30". Raises ValueError with a sentence."""
    match = re.fullmatch(r"([0-9]{1,2})(?:[:.]([0-5][0-9]))?(?: ?a\.?m\.?)?", text)
    minutes = int(match[1]) * 60 + int(match[2] or 0) if match else 0
    if match is None or not EARLIEST <= minutes <= LATEST:
        raise ValueError("Enter a time from 5am to 11.30am, like 7:30")
    return f"{minutes // 60}:{minutes % 60:02d}"


@dataclass(frozen=True)
class Setting:
    """One thing to set: its name, its default (which says its type), a label and a sentence on what it does.

    A number lies from `smallest` to `largest`; a text is at most `largest` letters long. `rule` gives the value of
    a text that is not empty, or raises ValueError with a sentence. Those of one `section` stand together on the page.
    """

    name: str
    default: Value
    label: str
    sentence: str
    smallest: int = 0
    largest: int = LONGEST_TEXT
    rule: Callable[[str], str] = str
    section: str = ""

    @property
    def is_number(self) -> bool:
        """Whether the value is a whole number."""
        return isinstance(self.default, int)

    def read(self, text: str) -> Value:
        """The value of a text. Raises ValueError, with a sentence, for what cannot be."""
        text = text.strip()
        if not self.is_number:
            if len(text) > self.largest:
                raise ValueError(f"Shorten this to {self.largest} letters or fewer")
            return self.rule(text) if text else ""
        digits = text.lstrip("0") or text[:1]
        is_number = text.isascii() and text.isdigit() and len(digits) < 10
        if not is_number or not self.smallest <= int(digits) <= self.largest:
            raise ValueError(f"Enter a whole number from {self.smallest} to {self.largest}")
        return int(digits)


def _days(name: str, default: int, what: str) -> Setting:
    sentence = f"Working days within which we {what}. Letters and pages promise this."
    return Setting(name, default, f"Days to {what}", sentence, smallest=1, largest=MOST_DAYS)


def _words(row: campaign_words.Words) -> list[Setting]:
    """A text that pages show, with the Ukrainian one beside it."""
    section = campaign_words.SECTION
    own = Setting(row.name, row.default, row.label, row.sentence, largest=row.largest, section=section)
    if not row.is_in_both:
        return [own]
    name, label = row.name + campaign_words.IN_UKRAINIAN, f"{row.label}, in Ukrainian"
    return [
        own,
        Setting(name, row.default_uk, label, campaign_words.FALLS_BACK, largest=row.largest, section=section),
    ]


SETTINGS: tuple[Setting, ...] = (
    _days("reply_days", 3, "answer anything a branch sends"),
    _days("speaker.received", 3, "read a new speaker request"),
    Setting(
        "speaker.matching",
        10,
        "Days to write about the search for a speaker",
        "Working days within which we write what the search has brought. Where the branch has named its meeting or the "
        "day by which it must know, letters and pages promise the earlier of that day and four weeks before the "
        "meeting, though no more than four weeks; after a speaker has dropped out, no more than these days.",
        smallest=1,
        largest=MOST_DAYS,
    ),
    _days("twinning.received", 3, "read a new twinning proposal"),
    _days("twinning.checked", 5, "begin to look for a twin"),
    _days("twinning.seeking", 20, "find a twin or write that we still look"),
    _days("twinning.dormant", 10, "ring when a twinning has gone quiet"),
    _days("ukrainian.received", 5, "ask a national union in Ukraine to confirm a new body"),
    _days("ukrainian.confirmed", 5, "open a confirmed body for a twin"),
    _days("affiliation.received", 3, "read a new affiliation"),
    Setting(
        "offer_days",
        3,
        "Working days for a speaker to answer",
        "Working days after which a speaker who was asked and has not answered is asked no longer, and you choose the "
        "next.",
        smallest=1,
        largest=MOST_DAYS,
    ),
    Setting(
        "offer_reminder_days",
        2,
        "Working days until a speaker is reminded",
        "Working days after which a speaker who was asked and has not answered gets a reminder.",
        smallest=1,
        largest=MOST_DAYS,
    ),
    Setting(
        "second_reader",
        2,
        "Days for a second reader",
        "Working days after which, at 6pm in London, whoever asked is told that their letters still wait.",
        smallest=1,
        largest=MOST_DAYS,
    ),
    Setting(
        "silence_days",
        3,
        "Days of silence",
        "Working days after which a request that waits on us and on which nobody acts goes back to the queue.",
        smallest=1,
        largest=MOST_DAYS,
    ),
    Setting(
        "morning_time",
        "7:30",
        "Time of the morning letters",
        "When coordinators get their letter about what waits, in London and before noon. Left empty, it is 7:30.",
        largest=10,
        rule=an_early_hour,
    ),
    Setting(
        "contact_email",
        "",
        "Contact address shown",
        "The email address on the contact page and beside the forms. Left empty, it is the one of the installation.",
        largest=254,
        rule=an_address,
    ),
    Setting(
        "contact_phone",
        "",
        "Telephone number shown",
        "A number that branches may ring. Left empty, none is shown.",
        largest=40,
        rule=a_phone_number,
    ),
    *(each for row in campaign_words.ROWS for each in _words(row)),
    *(
        Setting(points.PREFIX + row.name, row.points, row.label, row.sentence, 0, points.MOST, section=points.SECTION)
        for row in points.ROWS
    ),
    *(
        Setting(row.name, row.points, row.label, row.sentence, 0, points.MOST, section=points.TOURS)
        for row in points.TOUR_ROWS
    ),
    *(
        Setting(row.name, row.points, row.label, row.sentence, 0, points.MOST_MEETING, section=points.PLANS)
        for row in points.PLAN_ROWS
    ),
    *(
        Setting(name, row.points, row.label, row.sentence, 0, points.MOST, section=points.TWINS)
        for name, row in points.twin_rows().items()
    ),
)
_by_name: Mapping[str, Setting] = {each.name: each for each in SETTINGS}
_DEFAULTS: dict[str, Value] = {each.name: each.default for each in SETTINGS}
# Put together once: every public page asks one of these.
_ALL = select(StoredSetting.name, StoredSetting.value)
_ONE = select(StoredSetting.value).where(StoredSetting.name == bindparam("name"))


def setting(name: str) -> Setting:
    """The setting of that name; KeyError where there is none."""
    return _by_name[name]


def get(session: Session, name: str) -> Value:
    """One value, as it was set or by default: one statement. KeyError for an unknown name."""
    known = setting(name)
    stored = session.connection().execute(_ONE, {"name": name}).scalar()
    return _value_of(known, stored)


def everything(session: Session) -> dict[str, Value]:
    """All values by name, in one statement, for a page that needs several."""
    return dict(remembered(session.connection(), "settings", _read))


def _read(connection: Connection) -> Mapping[str, Value]:
    stored = [row for row in connection.execute(_ALL) if row.name in _by_name]
    return _DEFAULTS | {row.name: _value_of(_by_name[row.name], row.value) for row in stored}


def put(session: Session, name: str, text: str, *, by: str, now: datetime) -> Value:
    """Set a value from what was typed; `by` is the email of who did it. Raises KeyError, or ValueError (a sentence)."""
    value = setting(name).read(text)
    row = session.get(StoredSetting, name)
    if row is None:
        row = StoredSetting(name=name)
        session.add(row)
    row.value, row.set_at, row.set_by = str(value), now, by
    return value


def quotation(values: Mapping[str, Value], language: str = "en") -> tuple[str, str] | None:
    """The words and whose they are, for a page in `language`; None until both and the consent stand."""
    words, author = (campaign_words.shown(values, name, language)[0] for name in ("quotation", "quotation_author"))
    return (words, author) if words and author and values["quotation_consent"] else None


def _value_of(known: Setting, stored: str | None) -> Value:
    """A stored value, or the default where none is stored or the stored one no longer holds."""
    if stored is None:
        return known.default
    try:
        return known.read(stored)
    except ValueError:
        return known.default

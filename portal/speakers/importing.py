"""What becomes of each row of a spreadsheet: added, changed, the same as before, or refused and why.

`fates` only looks; `bring_in` does exactly what was shown. A second look finds everything known, so that nothing is
imported twice. Nothing here commits, and nothing of a sheet is kept but the speakers themselves.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import Coordinator
from portal.directory import places
from portal.directory.folding import fold
from portal.directory.models import Union
from portal.directory.unions import find_union
from portal.sealed import digest
from portal.speakers import cells, keeping, register_letters
from portal.speakers.register import ELSEWHERE, IN_UK, Speaker
from portal.speakers.register_form import RegisterForm
from portal.speakers.spreadsheet import Row, Sheet
from portal.submissions.forms import FormContext, Raw, blank

AT_ONCE = 50
"""So many rows are written in one transaction: nobody else waits for a long sheet."""
UNION_LENGTH = 120
ONLY_IN_THE_UK = frozenset({"outcode", "region_slug", "most_miles", "formats"})
"""What `keeping` settles by itself for everybody else."""

Told = tuple[str, str]
"""A column, and a sentence about it or the words of a change."""


class What(StrEnum):
    """What becomes of a row."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class Fate:
    """What becomes of one row, and why. `details` are what `keeping` is given, `speaker` is whom it changes."""

    number: int
    name: str
    what: What
    told: tuple[Told, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    speaker: Speaker | None = None


class _Register:
    """The register as it stands, by digest and by name, and which rows of the sheet came before."""

    def __init__(self, session: Session) -> None:
        self.by_digest: dict[str, Speaker] = {}
        self.by_name: dict[str, list[Speaker]] = {}
        self.seen: dict[str, int] = {}
        self.found_unions: dict[str, Union | None] = {}
        self.unions = {union.id: union for union in session.scalars(select(Union))}
        for speaker in session.scalars(select(Speaker).order_by(Speaker.id)):
            if speaker.email_digest:
                self.by_digest.setdefault(speaker.email_digest, speaker)
            if speaker.is_in_register:
                self.by_name.setdefault(fold(speaker.name), []).append(speaker)

    def known(self, name: str, email: str) -> list[Speaker]:
        """Whoever may be meant: by the address; by the name where one of the two addresses is not known."""
        if email and (found := self.by_digest.get(digest(email))) is not None:
            return [found]
        return [each for each in self.by_name.get(fold(name), ()) if not email or not each.email]

    def union(self, words: str) -> Union | None:
        """The union that is meant; each spelling is looked up once."""
        if words not in self.found_unions:
            self.found_unions[words] = find_union(words)
        return self.found_unions[words]

    def came_before(self, row: int, *keys: str) -> int | None:
        """The earlier row about the same person; None where there is none, and then this row is remembered."""
        earlier = next((self.seen[key] for key in keys if key in self.seen), None)
        if earlier is None:
            self.seen |= dict.fromkeys(keys, row)
        return earlier


def fates(session: Session, sheet: Sheet, today: date) -> list[Fate]:
    """What would become of each row on a day in London. Nothing is written."""
    register = _Register(session)
    context = FormContext(today, by_hand=True, known_union=("", ""))
    return [_fate(register, row, context) for row in sheet.rows]


def seal_of(shown: Sequence[Fate]) -> str:
    """Stands for exactly these fates: the page that showed them carries it, so that nothing else is imported."""
    lines = [
        (
            fate.number,
            fate.what,
            (fate.speaker.id, fate.speaker.version) if fate.speaker else (),
            sorted((name, str(value)) for name, value in fate.details.items()),
        )
        for fate in shown
    ]
    return hashlib.sha256(json.dumps(lines).encode("utf-8")).hexdigest()


def bring_in(session: Session, shown: Iterable[Fate], *, by: Coordinator, now: datetime) -> None:
    """Add and change what was shown; whoever is new, or has an address for the first time, is written to.

    Raises as `keeping.add` does where somebody was faster.
    """
    for fate in shown:
        if fate.what is What.ADDED:
            speaker = keeping.add(session, fate.details, by=by, now=now)
        elif fate.what is What.CHANGED and fate.speaker is not None:
            speaker = fate.speaker
            keeping.change(session, speaker, fate.details)
        else:
            continue
        if "email" in fate.details:
            register_letters.welcome(session, speaker, by=by, now=now)


def _fate(register: _Register, row: Row, context: FormContext) -> Fate:
    """What becomes of one row."""
    raw, refused = _read(row)
    form = RegisterForm.from_raw(cells.guessed(raw, row.cells.get("lives_in", "")), context)
    form.validate()
    name, email = str(form.name.value or ""), "" if form.email.errors else str(form.email.value or "")
    known = register.known(name, email)
    if known:
        typed = form.typed_of(known[0]) | {"union": ""}
        form = RegisterForm.from_raw(typed | raw, context)
        form.validate()
    refused += _not_understood(form, {label for label, _ in refused})
    if name:
        refused += _mistaken(register, row, name, email, known)
    if refused:
        return Fate(row.number, row.cells.get("name", ""), What.REFUSED, tuple(refused))
    details = form.cleaned() | _union(register, row)
    if not known:
        namesakes = len(register.by_name.get(fold(name), ()))
        told = [("Name", "Somebody of this name has another address")] if namesakes else []
        told += _taken_as(form, raw, row, details)
        return Fate(row.number, name, What.ADDED, tuple(told), details)
    changed = _changed(known[0], details, {*raw, *_union(register, row)})
    words = tuple(_words(register, form, known[0], changed))
    return Fate(row.number, name, What.CHANGED if changed else What.SAME, words, changed, known[0])


def _read(row: Row) -> tuple[Raw, list[Told]]:
    """The answers of the form that a row gives, and which of its words are not understood."""
    raw: Raw = {}
    refused = []
    for name, cell in row.cells.items():
        if name == "union":
            continue
        try:
            raw[name] = cells.read(name, cell)
        except cells.CellError as wrong:
            refused.append((_label(name), str(wrong.args[0])))
    return raw, refused


def _not_understood(form: RegisterForm, already: set[str]) -> list[Told]:
    """What the form itself refuses, but for columns that were told before."""
    found = [(form.label_of(name), str(errors[0])) for name, errors in form.errors.items() if name]
    return [(label, sentence) for label, sentence in found if label not in already]


def _mistaken(register: _Register, row: Row, name: str, email: str, known: list[Speaker]) -> list[Told]:
    """Why a row that can be read must not be imported; nothing where it may."""
    column = "Email" if email else "Name"
    if any(speaker.locked_at is not None for speaker in known):
        return [(column, "This address cannot be used. Ask an admin")]
    if any(speaker.left_at is not None for speaker in known):
        return [(column, "They have left the register")]
    if len(known) > 1:
        return [(column, f"There are {len(known)} speakers of this name. Add their address")]
    keys = [f"speaker {known[0].id}"] if known else [f"address {digest(email)}" if email else f"name {fold(name)}"]
    earlier = register.came_before(row.number, *keys)
    return [(column, f"Row {earlier} is about the same person")] if earlier is not None else []


def _union(register: _Register, row: Row) -> dict[str, Any]:
    """The union of the directory, else as it was written; nothing where the cell is empty."""
    words = row.cells.get("union", "")[:UNION_LENGTH]
    if not words:
        return {}
    found = register.union(words)
    return {"union_id": found.id if found else None, "union_text": "" if found else words}


def _taken_as(form: RegisterForm, raw: Raw, row: Row, details: Mapping[str, Any]) -> Iterable[Told]:
    """What a new row leaves open and what we take it for, and what it says that we know by no other name."""
    for name in ("kind", "lives_in", "formats"):
        if name not in raw:
            yield form.label_of(name), f"{'; '.join(form[name].said(details[name]))}, as the row does not say"
    if details["lives_in"] == ELSEWHERE and "time_zone" not in raw:
        zone = form["time_zone"].said(details["time_zone"])[0] if "time_zone" in details else "United Kingdom"
        yield form.label_of("time_zone"), f"{zone}, as the row does not say. Their hours are read by it"
    if details.get("union_text"):
        yield _label("union"), f"“{details['union_text']}” is none that we know, and is kept as it was written"


def _changed(speaker: Speaker, details: Mapping[str, Any], given: set[str]) -> dict[str, Any]:
    """The given details that are not so already. An empty cell changes nothing."""
    wanted = {name: value for name, value in details.items() if name in given}
    if wanted.get("lives_in", speaker.lives_in) != IN_UK:
        wanted = {name: value for name, value in wanted.items() if name not in ONLY_IN_THE_UK}
    if "outcode" in wanted:
        district = places.find_outcode(str(wanted["outcode"]))
        wanted["outcode"] = district.outcode if district else ""
    if wanted.get("outcode", speaker.outcode):
        wanted.pop("region_slug", None)
    return {name: value for name, value in wanted.items() if not _is_same(name, getattr(speaker, name), value)}


def _is_same(name: str, kept: Any, given: Any) -> bool:
    if name == "email":
        return digest(kept) == digest(given)
    return bool(sorted(kept) == sorted(given) if isinstance(given, list) else kept == given)


def _words(register: _Register, form: RegisterForm, speaker: Speaker, changed: Mapping[str, Any]) -> Iterable[Told]:
    """What a change changes, column by column: "steady → used to hostile rooms"."""
    for name, value in changed.items():
        if name == "union_id":
            unions = (register.unions.get(speaker.union_id or 0), register.unions.get(value or 0))
            kept, given = (union.short_name if union else "" for union in unions)
            label = _label("union")
        else:
            kept, given = ("; ".join(form[name].said(each)) for each in (getattr(speaker, name), value))
            label = form.label_of(name)
        yield label, f"{kept or 'nothing'} → {given or 'nothing'}"


def _label(name: str) -> str:
    return blank(RegisterForm, "en").label_of(name)

"""What stands in people’s calendars about a meeting, and the file that keeps it true: invited, moved, called off.

Whether a letter carries a file is not written down letter by letter. Whatever goes to somebody whose calendar no
longer says what is agreed brings the correction with it. The format is `emails/invites`’.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime

from flask_babel import force_locale, gettext
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from portal.clock import KYIV, LONDON
from portal.emails.configuration import post
from portal.emails.invites import CANCEL, REQUEST, Entry, Invite, calendar_file, read_back
from portal.emails.models import CANCELLED, FAILED, HELD, OutboxEmail
from portal.speakers import two_clocks
from portal.speakers.calendar_facts import facts as facts_of
from portal.speakers.engagements import BOOKED, INTERPRETER, PARTNER, SPEAKER, STAND_BY, Booking
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import IN_UKRAINE
from portal.submissions import untold
from portal.submissions.approvals import NOT_NEEDED, WAS_OVERTAKEN
from portal.submissions.correspondence import short_time
from portal.submissions.day_words import in_words_of
from portal.submissions.models import Submission
from portal.submissions.work import Approval
from portal.submissions.workflow import N_, Recipient

IN_PERSON = {
    SPEAKER: N_("You speak: %(branch)s"),
    # Who asks is told to them once they speak.
    STAND_BY: N_("You stand by to speak"),
    INTERPRETER: N_("You interpret: %(branch)s"),
    PARTNER: N_("You come along with a speaker: %(branch)s"),
}
"""What a meeting is called in the calendar of whoever is booked, by their role."""
LOOKING, NOBODY_COMES = ("matching", "offered", "waiting-for-branch"), ("no-match", "declined")
"""The states in which a speaker is looked for, and those in which a meeting is held without one of ours."""
MOST_FILES = 50
"""So many of the newest files about a request are looked through for somebody’s own."""


@dataclass(frozen=True)
class Reader:
    """Whose calendar it is: a role of `engagements`, or the branch (`None`); and the language they read."""

    role: str | None
    language: str


def for_letter(
    session: Session, request: Submission, recipient: str, now: datetime, *, address: str, language: str
) -> Invite | None:
    """The calendar file that a letter to `address` about this request carries; None where nothing is to be told.

    `recipient` is the letter’s role. Call it when the move is made and flushed: the booking as it then stands counts.
    An invitation is sent once, again whenever time, place or details have changed, and taken back once. Of a meeting
    that is over nobody’s calendar is changed.
    """
    if not isinstance(request, SpeakerRequest) or request.confirmed_time is None or recipient == Recipient.TEAM:
        return None
    if recipient in untold.not_told(session, request.id):
        # What they are written now was there before: their calendar follows the letter that waits.
        return None
    is_branch = recipient == Recipient.BRANCH
    booking = _booking(session, request.id, address, is_branch=is_branch)
    last = _last_invite(session, request.id, address, booking.uid if booking else "", is_branch=is_branch)
    if booking is None:
        return _without_booking(request, last, address, now, is_branch=is_branch) if last is not None else None
    if booking.ends_at <= now or request.are_days_wished:
        # While other days are wished, a file that says when it is would say the opposite of the letter round it.
        return None
    entry = entry_of(request, booking, Reader(None if is_branch else booking.role, language), now)
    if last is None:
        return _invite(entry, address)
    # What stands in the calendar is changed; it does not get a second entry beside it.
    newer = _invite(replace(entry, uid=last.uid, sequence=max(entry.sequence, last.sequence + 1)), address)
    read = read_back(calendar_file(newer))
    return newer if replace(read, sequence=last.sequence, stamp=last.stamp) != last else None


def entry_of(request: SpeakerRequest, booking: Booking, reader: Reader, stamp: datetime) -> Entry:
    """A booking as it stands in somebody’s calendar. Nobody is named in it but, as far as agreed, the branch’s contact.

    Whoever only stands by learns neither whose meeting it is nor where it is held: the branch agreed to its speaker.
    `stamp` is when it was written, aware, in UTC.
    """
    known = facts_of(request, reader.language)
    with force_locale(reader.language):
        return Entry(
            uid=booking.uid,
            sequence=booking.sequence,
            starts_at=booking.starts_at,
            ends_at=booking.ends_at,
            summary=_summary(request, known, reader),
            description="\n".join(_description(request, booking, known, reader)),
            location="" if reader.role == STAND_BY else known["meeting_place"],
            language=reader.language,
            stamp=stamp,
            is_tentative=request.is_in_doubt_for(reader.role),
        )


def last_told(session: Session, bookings: Sequence[Booking]) -> dict[int, Entry]:
    """What those who are booked were told last, by the numbers of their bookings, in one statement; nothing for those
    who were told nothing, or that it is off.
    """
    if not bookings:
        return {}
    files: dict[int | None, list[str]] = {}
    numbers = {each.submission_id for each in bookings}
    for number, raw in session.execute(_files(numbers, is_branch=False, is_told=True)):
        files.setdefault(number, []).append(raw or "")
    found = {
        each.id: _newest(files.get(each.submission_id, ())[:MOST_FILES], each.speaker.email, each.uid)
        for each in bookings
    }
    return {
        number: Entry(**{each.name: getattr(last, each.name) for each in fields(Entry)})
        for number, last in found.items()
        if last is not None
    }


def told_to_branch(session: Session, request: Submission) -> Invite | None:
    """What stands in the calendar of a branch because of its request; None where nothing does."""
    return _last_invite(session, request.id, "", "", is_branch=True, is_told=True)


def span(starts_at: datetime, ends_at: datetime, language: str) -> tuple[str, str]:
    """From when until when in words, in London and in Kyiv: "Thursday 14 January 2027, 7pm to 8.30pm"."""
    words = []
    for zone in (LONDON, KYIV):
        first, last = starts_at.astimezone(zone), ends_at.astimezone(zone)
        until = short_time(last.time(), language)
        if last.date() != first.date():
            until = f"{in_words_of(last.date(), language)}, {until}"
        begin = f"{in_words_of(first.date(), language)}, {short_time(first.time(), language)}"
        words.append(gettext("%(begin)s to %(until)s", begin=begin, until=until))
    return words[0], words[1]


def _summary(request: SpeakerRequest, known: Mapping[str, str], reader: Reader) -> str:
    if reader.role is not None:
        return str(gettext(IN_PERSON[reader.role], branch=request.heading))
    meeting = known["meeting"]
    # Calendars are shared and shown on screens: who comes stands in our letter alone.
    return str(gettext("Guest speaker: %(meeting)s", meeting=meeting) if meeting else gettext("Our guest speaker"))


def _description(request: SpeakerRequest, booking: Booking, known: Mapping[str, str], reader: Reader) -> list[str]:
    is_branch = reader.role is None
    london, kyiv = span(booking.starts_at, booking.ends_at, reader.language)
    contact = ", ".join(known[name] for name in ("branch_contact", "branch_phone", "branch_email") if known[name])
    stands_by = reader.role == STAND_BY
    comes_from_ukraine = booking.speaker.lives_in == IN_UKRAINE
    rows = (
        (gettext("London time"), london),
        # Who comes from Ukraine tells those at home when it is.
        (gettext("Kyiv time"), "" if request.is_no_call and (is_branch or not comes_from_ukraine) else kyiv),
        (gettext("Branch"), "" if is_branch or stands_by else request.heading),
        (gettext("Meeting"), known["event_kind"] if stands_by else known["meeting"]),
        (gettext("When people come and when it starts"), _doors(request, reader.language)),
        (gettext("Format"), known["meeting_format"]),
        (gettext("Where"), "" if stands_by else known["meeting_place"]),
        (gettext("Time to speak"), known["talk_length"]),
        (gettext("Your contact in the branch"), contact if reader.role == SPEAKER else ""),
        (gettext("Reference"), request.reference),
    )
    told = [f"{label}: {value}" for label, value in rows if value]
    if is_branch and request.is_change_open:
        told += ["", str(gettext("Your speaker has still to say yes to this date. Please do not announce it yet."))]
    return [*told, "", str(gettext("Does anything change? Please reply to our letter at once."))]


def _doors(request: SpeakerRequest, language: str) -> str:
    """When the doors open and when the meeting starts, where the branch has told both; else nothing."""
    if request.meeting_on is None or request.confirmed_time is None:
        return ""
    row = two_clocks.agreed(request.dates or [], request.meeting_on, request.confirmed_time)
    return two_clocks.hour_of(row, language) if row.get("doors") else ""


def _booking(session: Session, submission_id: int, address: str, *, is_branch: bool) -> Booking | None:
    """The booking that somebody’s calendar is about: for the branch its speaker’s, else their own."""
    standing = select(Booking).where(Booking.submission_id == submission_id, Booking.state == BOOKED)
    living = session.scalars(standing.options(joinedload(Booking.speaker)).order_by(Booking.id)).all()
    if is_branch:
        return next((each for each in living if each.role == SPEAKER), None)
    return next((each for each in living if _is_same(each.speaker.email, address)), None)


def _last_invite(
    session: Session, submission_id: int, address: str, uid: str, *, is_branch: bool, is_told: bool = False
) -> Invite | None:
    """What stands in somebody’s calendar because of this request; None where nothing does any more.

    The branch is one reader, whoever is its contact now. Anybody else is known by their address; or by the `uid` of
    their booking, after their address has changed.
    """
    rows = session.execute(_files((submission_id,), is_branch=is_branch, is_told=is_told).limit(MOST_FILES))
    return _newest((raw or "" for _, raw in rows), address, None if is_branch else uid)


def _files(numbers: Collection[int], *, is_branch: bool, is_told: bool) -> Select[int | None, str | None]:
    """The files that left about requests, the newest first; with `is_told` also those of letters that were not needed,
    as whom they were for was told in another way.
    """
    has_left: ColumnElement[bool] = OutboxEmail.state.not_in((HELD, CANCELLED, *FAILED))
    if is_told:
        not_needed = select(Approval.id).where(Approval.decision == NOT_NEEDED, ~WAS_OVERTAKEN)
        has_left = or_(has_left, OutboxEmail.approval_id.in_(not_needed))
    return (
        select(OutboxEmail.submission_id, OutboxEmail.calendar)
        .where(
            OutboxEmail.submission_id.in_(numbers),
            OutboxEmail.calendar.is_not(None),
            has_left,
            # What the branch was sent is not a speaker’s, although one person may be both.
            (OutboxEmail.role == Recipient.BRANCH) if is_branch else (OutboxEmail.role != Recipient.BRANCH),
        )
        .order_by(OutboxEmail.id.desc())
    )


def _newest(files: Iterable[str], address: str, uid: str | None) -> Invite | None:
    """The newest of these files that is for an address, or of a booking; of any without a `uid`. None: taken back."""
    for raw in files:
        last = read_back(raw)
        if uid is None or last.uid == uid or _is_same(last.attendee_address, address):
            return last if last.method == REQUEST else None
    return None


def _without_booking(
    request: SpeakerRequest, last: Invite, address: str, now: datetime, *, is_branch: bool
) -> Invite | None:
    """What becomes of an invitation once nobody is booked; a meeting that is over is not called off.

    A branch whose speaker has dropped out still meets: to take its entry back would take its meeting out of shared
    calendars. So the entry stays, tentative, until somebody else is booked or the search is over.
    """
    if last.ends_at <= now:
        return None
    if is_branch and request.state in LOOKING:
        with force_locale(last.language):
            meeting = facts_of(request, last.language)["meeting"]
            name = gettext("Guest speaker being looked for: %(meeting)s", meeting=meeting) if meeting else ""
            summary = str(name or gettext("Our guest speaker is being looked for"))
            words = str(gettext("Your meeting stands. We are looking for somebody else to speak, and write to you."))
            words = "\n".join((*_times_told(last), words))
        if last.summary == summary:
            return None
        told = replace(last, summary=summary, description=words, is_tentative=True, attendee_address=address)
        return replace(told, sequence=last.sequence + 1, stamp=now)
    return _taken_back(request, last, address, now)


def _taken_back(request: SpeakerRequest, last: Invite, address: str, now: datetime) -> Invite:
    """The invitation that was sent, taken back as it was read then."""
    with force_locale(last.language):
        if request.state in NOBODY_COMES:
            words = str(gettext("No speaker of ours comes. Our letter tells you more."))
        elif request.state in (*LOOKING, "confirmed"):
            words = str(gettext("Your booking has ended, and the meeting stands. Our letter tells you more."))
        else:
            words = str(gettext("This is called off. Our letter tells you more."))
        words = "\n".join((*_times_told(last), words))
    return replace(
        last, method=CANCEL, sequence=last.sequence + 1, description=words, stamp=now, attendee_address=address
    )


def _times_told(last: Invite) -> list[str]:
    """When it was to be, in words, as far as the entry has told it: in London time, and in Kyiv time where it did."""
    said = last.description.splitlines()
    zones = zip(
        (gettext("London time"), gettext("Kyiv time")), span(last.starts_at, last.ends_at, last.language), strict=True
    )
    return [line for line in (f"{label}: {when}" for label, when in zones) if line in said]


def _invite(entry: Entry, address: str) -> Invite:
    ours = post()
    return Invite(
        **asdict(entry),
        method=REQUEST,
        organizer_name=ours.sender_in(entry.language),
        organizer_address=ours.reply_to or ours.sender_address,
        attendee_address=address,
    )


def _is_same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()

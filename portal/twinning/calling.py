"""The first call: times are offered in London and in Kyiv, both sides tick, and the first that suits both is fixed.

Where none suits both, new times are offered and a coordinator has work. Nothing here commits.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice
from uuid import uuid4

from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from portal.clock import KYIV, LONDON, is_hour, london_day
from portal.directory.phones import understand_phone
from portal.emails.configuration import post
from portal.submissions import actions, promises, tasks
from portal.submissions.actions import Mover, WrongAnswerError
from portal.submissions.correspondence import short_time
from portal.submissions.dates import DateNotUnderstood, Leaning, understand_date
from portal.submissions.day_words import in_words_of
from portal.submissions.times import understand_time
from portal.submissions.workflow import Actor
from portal.twinning.call_rows import BEFORE_THE_CALL, FIXED, NO_LINK, NO_TIME
from portal.twinning.candidates import session_of
from portal.twinning.first_calls import CallSlot, FirstCall
from portal.twinning.models import TwinningProposal
from portal.twinning.pulse import BODY

BY_ITSELF = Mover(Actor.WORKER)
NOTICE = timedelta(days=7)
"""Nobody is offered a time sooner than this."""
WEEK = ((1, time(17, 0)), (3, time(18, 30)), (5, time(11, 0)))
"""The days of a week (Monday is 0) and hours in London at which the portal offers a call: all differ."""
WEEKS = 2
MOST = 10
LOOK = "No time suited both sides for their first call, so that we offered others. Look whether you can help."
NOT_READ = "Write one time in a line, like 14 January 2027, 5pm: “{line}” was not understood"
PASSED = "This time has passed: “{line}”"
NO_SUCH_HOUR = "That night the clock leaves this hour out: “{line}”"
WEB_ADDRESS = re.compile(r"(https?://)?[\w-]+(\.[\w-]+)+([/?#]\S*)?", re.IGNORECASE)
DAY_AND_HOUR = re.compile(
    r"(.+?)(?:,\s*|\s+)(?:at\s+)?(\d{1,2}(?:[.:]\d\d)?\s*[ap]m|\d{1,2}[.:]\d\d|noon)", re.IGNORECASE
)
"""A moment as people type it; a bare number behind a comma is an hour, too."""
NO_ADDRESS = "Enter a web address like https://meet.example.org/abc, or a telephone number"
OVER = "The time of this call has passed"
TOO_MANY = f"Offer {MOST} times at most"


def by_rule(after: date) -> list[datetime]:
    """The times (UTC) that the portal offers by itself: those of two weeks, from a week after a day in London."""
    first = after + NOTICE
    monday = first + timedelta(days=-first.weekday() % 7)
    days = ((monday + timedelta(days=7 * week + weekday), hour) for week in count() for weekday, hour in WEEK)
    ordinary = ((day, hour) for day, hour in days if not _is_festive(day))
    moments = islice(ordinary, WEEKS * len(WEEK))
    return [datetime.combine(day, hour, LONDON).astimezone(UTC) for day, hour in moments]


def _is_festive(day: date) -> bool:
    """Whether families sit together on a day here or in Ukraine: there, some keep Christmas by the old calendar."""
    return promises.is_festive(day) or (day.month, day.day) in ((1, 6), (1, 7))


def call_of(proposal: TwinningProposal) -> FirstCall | None:
    """The first call of the present twinning; None where no time was ever offered."""
    twinning = proposal.twinning
    if twinning is None:
        return None
    return twinning.first_call


def offer(proposal: TwinningProposal, moments: Iterable[datetime], now: datetime) -> None:
    """Offer times to both, in place of those before; what was fixed is open again."""
    session, twinning, call = session_of(proposal), proposal.twinning, call_of(proposal)
    if twinning is None:
        return
    if call is None:
        uid = f"call-{uuid4()}@{post().sender_domain}"
        call = FirstCall(twinning_id=twinning.id, uid=uid, offered_at=now, rounds=0)
        session.add(call)
        session.flush()
        session.expire(twinning, ["first_call"])
    call.slots.clear()
    session.flush()
    call.slots.extend(CallSlot(starts_at=each) for each in sorted(set(moments)))
    call.offered_at, call.rounds = now, call.rounds + 1
    call.was_at = call.starts_at or call.was_at
    call.branch_ticked_at = call.body_ticked_at = call.starts_at = None
    proposal.call_on = None
    session.flush()


def offer_first(proposal: TwinningProposal, now: datetime) -> None:
    """The two have just been introduced: both are asked by the portal, where both have a page of their own."""
    if proposal.candidate is not None:
        offer(proposal, by_rule(london_day(now)), now)


def offer_typed(proposal: TwinningProposal, answers: Mapping[str, str], now: datetime) -> None:
    """Offer what a coordinator typed, a time of London in each line; nothing typed leaves it to the rule.

    Raises `WrongAnswerError` for a line that is no time to come.
    """
    typed = [line.strip() for line in answers.get("call_times", "").splitlines() if line.strip()]
    if len(typed) > MOST:
        raise WrongAnswerError("call_times", TOO_MANY)
    offer(proposal, [_moment(line, now) for line in typed] or by_rule(london_day(now)), now)
    call = call_of(proposal)
    if call is not None and answers.get("call_link", "").strip():
        call.link = _address(answers["call_link"])


def _address(typed: str) -> str:
    """Where a call is held; raises `WrongAnswerError` for words that nobody can press or dial."""
    address = typed.strip()
    if WEB_ADDRESS.fullmatch(address):
        return address
    if understand_phone(address).e164 is None:
        raise WrongAnswerError("call_link", NO_ADDRESS)
    return address


def _moment(line: str, now: datetime) -> datetime:
    parts = DAY_AND_HOUR.fullmatch(line.strip())
    day_typed, hour_typed = parts.groups() if parts else line.rpartition(",")[::2]
    try:
        day = understand_date(day_typed, london_day(now), leaning=Leaning.AHEAD)
    except DateNotUnderstood:
        raise WrongAnswerError("call_times", NOT_READ.format(line=line)) from None
    hour = understand_time(hour_typed).start
    if day is None or hour is None:
        raise WrongAnswerError("call_times", NOT_READ.format(line=line))
    if not is_hour(day, hour):
        raise WrongAnswerError("call_times", NO_SUCH_HOUR.format(line=line))
    moment = datetime.combine(day, hour, LONDON).astimezone(UTC)
    if moment <= now:
        raise WrongAnswerError("call_times", PASSED.format(line=line))
    return moment


def tick(
    session: Session, proposal: TwinningProposal, numbers: Collection[int], *, is_body: bool, now: datetime
) -> None:
    """Keep which of the times one side can make (numbers of slots); once both have ticked, fix one or offer others."""
    _keep(session, proposal, numbers, is_body=is_body, now=now)
    settle(session, proposal, now)


def heard(proposal: TwinningProposal, answers: Mapping[str, str], now: datetime) -> None:
    """Keep what one side told us by telephone; `settle` follows once the move is made."""
    numbers = {int(each) for each in answers.get("call_suits", "").split(",") if each.isdecimal()}
    _keep(session_of(proposal), proposal, numbers, is_body=answers["side"] == BODY, now=now)


def _keep(
    session: Session, proposal: TwinningProposal, numbers: Collection[int], *, is_body: bool, now: datetime
) -> None:
    call = call_of(proposal)
    if call is None:
        return
    # Both may press in the same moment: the second waits here for the first, and sees what it ticked.
    session.refresh(call, with_for_update=True)
    session.expire(call, ["slots"])
    for slot in call.open_slots(now):
        if is_body:
            slot.body_can = slot.id in numbers
        else:
            slot.branch_can = slot.id in numbers
    if is_body:
        call.body_ticked_at = now
    else:
        call.branch_ticked_at = now
    session.flush()


def settle(session: Session, proposal: TwinningProposal, now: datetime) -> None:
    """Once both have ticked: fix the first time that suits both, or offer others."""
    call = call_of(proposal) if proposal.state in BEFORE_THE_CALL else None
    if call is not None and call.starts_at is None and call.has_both:
        move = FIXED if _common(call, now) is not None else NO_TIME
        actions.perform(session, proposal, move, by=BY_ITSELF, now=now)


def _common(call: FirstCall, now: datetime) -> CallSlot | None:
    """The first time to come that suits both."""
    return next((each for each in call.open_slots(now) if each.branch_can and each.body_can), None)


def fix(proposal: TwinningProposal, answers: Mapping[str, str], now: datetime) -> None:
    """Fix the first time that suits both."""
    call = call_of(proposal)
    slot = _common(call, now) if call is not None else None
    if call is None or slot is None:
        raise actions.NotPermittedError("a call without a time that suits both")
    call.starts_at, call.was_at = slot.starts_at, None
    proposal.call_on = london_day(slot.starts_at)
    tasks.finish_all(session_of(proposal), _key(proposal), by_id=None, now=now, outcome="A time is fixed.")
    session_of(proposal).flush()


def send_link(proposal: TwinningProposal, answers: Mapping[str, str], now: datetime) -> None:
    """Keep the address of a call that is fixed; its time stays. Raises `WrongAnswerError` once the call is over."""
    call = call_of(proposal)
    if call is None or call.starts_at is None:
        raise actions.NotPermittedError("the address of a call that is not fixed")
    if call.starts_at <= now:
        raise WrongAnswerError("call_link", OVER)
    call.link = _address(answers["call_link"])
    session = session_of(proposal)
    tasks.finish_all(session, f"follow-up:{proposal.id}:{NO_LINK}:", by_id=None, now=now, outcome="It was sent.")
    session.flush()


def ask_again(proposal: TwinningProposal, answers: Mapping[str, str], now: datetime) -> None:
    """No time suits both: offer those of the next weeks, and open work for a coordinator."""
    call = call_of(proposal)
    last = max((london_day(each.starts_at) for each in call.slots), default=london_day(now)) if call else None
    offer(proposal, by_rule(max(london_day(now), (last or london_day(now)) - NOTICE)), now)
    tasks.open_task(
        session_of(proposal),
        key=f"{_key(proposal)}{london_day(now)}",
        reason="call",
        about=LOOK,
        due_on=promises.working_days_after(london_day(now), 2),
        now=now,
        submission_id=proposal.id,
    )


def let_be(session: Session, proposal: TwinningProposal, now: datetime) -> None:
    """Where no first call is to be fixed any more nobody has to look for a time either."""
    if proposal.state not in BEFORE_THE_CALL:
        outcome = "No first call is to be fixed any more."
        tasks.finish_all(session, _key(proposal), by_id=None, now=now, outcome=outcome)


def _key(proposal: TwinningProposal) -> str:
    return f"first-call:{proposal.id}:"


def in_words(moment: datetime, language: str) -> str:
    """A time in London and in Kyiv, that of the reader first: "Tuesday 1 December 2026, 5pm in London, 7pm in Kyiv"."""
    here, there = (moment.astimezone(zone) for zone in (LONDON, KYIV))
    first = there if language == "uk" else here
    with force_locale(language):
        said = {"london": short_time(here.time(), language), "kyiv": short_time(there.time(), language)}
        return f"{in_words_of(first.date(), language)}, {_hours(said, language)}"


def _hours(said: Mapping[str, str], language: str) -> str:
    if language == "uk":
        return gettext("%(kyiv)s in Kyiv, %(london)s in London", **said)
    return gettext("%(london)s in London, %(kyiv)s in Kyiv", **said)


def offered(proposal: TwinningProposal) -> Sequence[datetime]:
    """The times that both are asked about; none once one is fixed."""
    call = call_of(proposal)
    return [each.starts_at for each in call.slots] if call is not None and call.starts_at is None else []

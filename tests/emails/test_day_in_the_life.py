"""A day in the life: 200 requests, a mail server that dies at noon, ten killed workers, a holiday, three moved dates.

Worker processes are real and really killed, the mail server is a real one. Their clock is a file: the day goes by in
half hours. The week after it goes by in passes of one worker.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import Coordinator
from portal.clock import LONDON, london_day, utc_now
from portal.directory.load import load_reference_data
from portal.emails.models import OutboxEmail, WorkerPass
from portal.extensions import db
from portal.sealed import digest
from portal.submissions import actions, day, intake, tasks
from portal.submissions.history import Mover
from portal.submissions.models import Submission
from portal.submissions.work import FollowUpMark, Task
from portal.submissions.workflow import Actor
from portal.worker import Worker
from tests.emails.nursery import Nursery, copies, is_alive, wait_until
from tests.emails.servers import Manners
from tests.submissions.entries import ANSWERS, BRANCH
from tests.submissions.walks import move

TUESDAY = date(2026, 12, 8)
REQUESTS, KILLS = 200, 10
HALF_HOURS = [datetime(2026, 12, 8, 8, 0, tzinfo=LONDON) + timedelta(minutes=30 * count) for count in range(25)]
KINDS = ("speaker", "speaker", "twinning", "affiliation")
CAMPAIGN = Mover(Actor.COORDINATOR)


def at(on: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a London day, in UTC."""
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=LONDON).astimezone(UTC)


class Life:
    """The clock that everybody reads, the worker of the hour, and what was filed."""

    def __init__(self, app: Flask, server: Manners, nursery: Callable[..., Nursery], folder: Path) -> None:
        self.app, self.server = app, server
        self.clock = folder / "clock"
        self.set(at(TUESDAY, 7, 59))
        self.workers = nursery(CLOCK=str(self.clock))
        self.worker = 0
        self.filed: list[int] = []

    def set(self, moment: datetime) -> None:
        """Put the clock to a moment; it then goes on by itself."""
        new = self.clock.with_suffix(".new")
        new.write_text(str((moment - utc_now()).total_seconds()))
        os.replace(new, self.clock)

    def now(self) -> datetime:
        return utc_now() + timedelta(seconds=float(self.clock.read_text()))

    def file(self, count: int) -> None:
        """Branches send their forms."""
        with self.app.app_context():
            for _ in range(count):
                number = len(self.filed)
                kind = KINDS[number % len(KINDS)]
                answers = ANSWERS[kind](contact_email=f"branch{number}@example.org", branch_name=f"No. {number}")
                found = intake.file(db.session(), kind, answers, now=self.now(), language="en", by=BRANCH)
                db.session.commit()
                self.filed.append(found.id)

    def begin_worker(self) -> None:
        if not self.worker or not is_alive(self.worker):
            self.worker = self.workers.begin()

    def has_passed(self) -> Callable[[], bool]:
        """Whether a whole pass was made since now."""
        since = self.now()
        passes: set[datetime] = set()

        def look() -> bool:
            self.begin_worker()
            with self.app.app_context():
                seen = db.session.scalars(select(WorkerPass.at).where(WorkerPass.name == "deliver")).one_or_none()
                waits = db.session.scalar(
                    select(func.count(OutboxEmail.id)).where(OutboxEmail.next_try_at <= self.now())
                )
            if seen is not None and seen >= since:
                passes.add(seen)
            return len(passes) > 2 and (not waits or self.server.mode != "ok")

        return look

    def half_hour(self, moment: datetime) -> None:
        """Let the worker do what is due."""
        self.set(moment)
        wait_until(self.has_passed(), f"the worker did not come round at {moment}")

    def kill_at_the_worst_moment(self, moment: datetime) -> None:
        """Kill the worker when the server has taken a letter and has not said so."""
        self.begin_worker()
        self.server.ready_to("hold")
        self.set(moment)
        self.file(REQUESTS // len(HALF_HOURS))
        wait_until(self.server.holding.is_set, "no letter was handed over")
        self.workers.kill(self.worker)
        self.server.let_go()


@pytest.fixture
def people(app: Flask) -> tuple[int, int]:
    """Maria, who is away this week, and Petro, who stands in for her."""
    with app.app_context():
        load_reference_data(db.session)
        petro = Coordinator(name="Petro Lys", email="petro@example.org", role="coordinator", created_at=utc_now())
        db.session.add(petro)
        db.session.flush()
        maria = Coordinator(
            name="Maria Kovalenko",
            email="maria@example.org",
            role="coordinator",
            created_at=utc_now(),
            away_from=TUESDAY - timedelta(days=1),
            away_until=TUESDAY + timedelta(days=6),
            cover_id=petro.id,
        )
        db.session.add(maria)
        db.session.commit()
        return maria.id, petro.id


def before_the_day(app: Flask, maria: int) -> dict[str, list[int]]:
    """What there was already: meetings that come closer, questions that were asked, requests of Maria's."""
    made: dict[str, list[int]] = {"moved": [], "stays": [], "tomorrow": [], "asked": [], "marias": []}

    def file(name: str, on: date) -> Any:
        number = sum(map(len, made.values()))
        answers = ANSWERS["speaker"](contact_email=f"early{number}@example.org", branch_name=f"Early {number}")
        found: Any = intake.file(db.session(), "speaker", answers, now=at(on, 10), language="en", by=BRANCH)
        # Nothing is missing for the meeting: nobody has to ask for the link.
        found.platform = "Zoom, https://example.org/call"
        db.session.flush()
        made[name].append(found.id)
        return found

    with app.app_context():
        earlier = TUESDAY - timedelta(days=12)
        for name, days, count in (("moved", 7, 3), ("stays", 7, 2), ("tomorrow", 1, 1)):
            for _ in range(count):
                found = file(name, earlier)
                number = len(made[name])
                move(found, "offer", now=at(earlier, 11), by=CAMPAIGN, speaker_email=f"{name}{number}@example.org")
                meeting = f"{TUESDAY + timedelta(days=days):%d %B %Y}"
                move(found, "confirm", now=at(earlier, 12), by=CAMPAIGN, confirmed_on=meeting)
        for _ in range(2):
            move(file("asked", earlier), "ask", now=at(TUESDAY - timedelta(days=4), 12), by=CAMPAIGN)
        for _ in range(3):
            found = file("marias", TUESDAY - timedelta(days=1))
            actions.assign(db.session(), found, db.session.get(Coordinator, maria), by=CAMPAIGN, now=at(TUESDAY, 0))
        db.session.commit()
        # Its letters left at once: none was kept until a day that it names was over.
        Worker(app, "before", lambda: at(earlier, 13)).deliver()
    return made


def live_on(app: Flask, first: date, last: date) -> None:
    """The days after it, with one worker who passes three times a day."""
    moment = at(first, 7)
    worker = Worker(app, "after", lambda: moment)
    while moment <= at(last, 20):
        for hour, minute in ((3, 0), (7, 40), (9, 10), (15, 0)):
            moment = at(london_day(moment), hour, minute)
            while worker.one_pass():
                pass
        moment = at(london_day(moment) + timedelta(days=1), 3)


def written(app: Flask, numbers: list[int], template: str) -> list[tuple[str, date]]:
    """The letters of one template about some requests: to whom, and the day they were written."""
    with app.app_context():
        rows = db.session.execute(
            select(OutboxEmail.to_address, OutboxEmail.queued_at)
            .where(OutboxEmail.submission_id.in_(numbers), OutboxEmail.template == template)
            .order_by(OutboxEmail.id)
        )
        return [(row.to_address, london_day(row.queued_at)) for row in rows]


def test_a_day_in_the_life(
    app: Flask,
    server: Manners,
    nursery: Callable[..., Nursery],
    tmp_path: Path,
    people: tuple[int, int],
) -> None:
    maria, petro = people
    early = before_the_day(app, maria)
    live_on(app, TUESDAY - timedelta(days=1), TUESDAY - timedelta(days=1))
    with app.app_context():
        for number in early["moved"]:
            meeting = db.session.get_one(Submission, number)
            move(meeting, "change-meeting", now=at(TUESDAY, 7), by=CAMPAIGN, confirmed_on="22 December 2026")
        db.session.commit()

    life = Life(app, server, nursery, tmp_path)
    server.refuse.add("branch7@example.org")
    killed = 0
    for moment in HALF_HOURS:
        if moment.hour == 12:
            server.mode = "cut-on-connect"
        if moment.hour == 13 and server.mode != "ok":
            server.mode = "ok"
        if killed < KILLS and server.mode == "ok" and (moment.minute == 30 or moment.hour > 17):
            life.kill_at_the_worst_moment(moment)
            killed += 1
            # What the dead one had in its hands is free again after its lease.
            life.half_hour(moment + timedelta(minutes=10))
        else:
            life.set(moment)
            life.file(REQUESTS // len(HALF_HOURS))
            life.half_hour(moment)
    assert (len(life.filed), killed) == (REQUESTS, KILLS)
    life.workers.kill(life.worker)

    # Every request has its letter, and nobody has it twice but for the window of each crash.
    taken = copies(server)
    with app.app_context():
        acknowledged = db.session.execute(
            select(OutboxEmail.submission_id, OutboxEmail.message_id, OutboxEmail.state).where(
                OutboxEmail.template.in_([f"{kind}/received" for kind in ANSWERS]),
                OutboxEmail.submission_id.in_(life.filed),
            )
        ).all()
        assert sorted(row.submission_id for row in acknowledged) == sorted(life.filed)
        refused = [row.submission_id for row in acknowledged if row.state != "sent"]
        assert refused == [life.filed[7]]
        assert all(row.message_id in taken for row in acknowledged if row.state == "sent")
        still_waiting = select(func.count(OutboxEmail.id)).where(OutboxEmail.state.in_(("queued", "sending")))
        assert db.session.scalar(still_waiting) == 0
    times = Counter(len(same) for same in taken.values())
    assert set(times) <= {1, 2}
    assert 1 <= times[2] <= KILLS
    assert all(len(set(same)) == 1 for same in taken.values()), "a second copy is the same to the byte"

    # On the evening my day names exactly what needs a person: the branch whose address is wrong.
    with app.app_context():
        found = tasks.open_tasks(db.session(), {petro, maria}, TUESDAY)
        assert [(task.reason, task.submission_id) for task in found] == [("letter", life.filed[7])]
        assert not day.day(db.session(), at(TUESDAY, 20), {petro, maria})[day.BROKEN]

    live_on(app, TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=8))

    # Each reminder came once, on its day; a date that was moved took it along.
    a_week_later = TUESDAY + timedelta(days=7)
    for name, on in (("moved", a_week_later), ("stays", TUESDAY)):
        for template in ("speaker/meeting-soon", "speaker/meeting-soon-speaker"):
            letters = written(app, early[name], template)
            assert len(set(letters)) == len(letters) == len(early[name])
            assert {day_of for _, day_of in letters} == {on}
    assert [on for _, on in written(app, early["tomorrow"], "speaker/meeting-tomorrow")] == [TUESDAY]
    assert [on for _, on in written(app, early["tomorrow"], "speaker/how-did-it-go")] == [TUESDAY + timedelta(days=2)]
    assert [on for _, on in written(app, early["asked"], "common/question-reminder")] == [TUESDAY, TUESDAY]
    with app.app_context():
        marks = db.session.execute(select(FollowUpMark.submission_id, FollowUpMark.name, FollowUpMark.due_on)).all()
        assert len(set(marks)) == len(marks)

    # Who is away gets nothing; who stands in is warned on the eve of the promise.
    with app.app_context():
        to_maria = select(func.count(OutboxEmail.id)).where(
            OutboxEmail.to_digest == digest("maria@example.org"),
            OutboxEmail.queued_at < at(TUESDAY + timedelta(days=7), 0),
        )
        assert db.session.scalar(to_maria) == 0
        warnings = db.session.scalars(
            select(OutboxEmail).where(OutboxEmail.template == "coordinator/promise-warning")
        ).all()
        eve = [email for email in warnings if london_day(email.queued_at) == TUESDAY + timedelta(days=1)]
        assert [email.to_address for email in eve] == ["petro@example.org"]
        for number in early["marias"]:
            assert db.session.get_one(Submission, number).reference in eve[0].text
        digests = Counter(
            london_day(at_)
            for at_ in db.session.scalars(
                select(OutboxEmail.queued_at).where(
                    OutboxEmail.template == "coordinator/digest", OutboxEmail.to_digest == digest("petro@example.org")
                )
            )
        )
        assert set(digests.values()) == {1}, "one letter each working morning"
        assert all(on.weekday() < 5 for on in digests)

        # A week on, every promise that nobody kept is broken, and stands as such; nothing is forgotten.
        today = TUESDAY + timedelta(days=8)
        unkept = db.session.scalar(
            select(func.count(Submission.id)).where(
                Submission.is_open, Submission.turn == "us", Submission.due_on < today
            )
        )
        assert unkept == REQUESTS + len(early["marias"])
        waiting = select(Task.reason).where(Task.submission_id == life.filed[7], Task.done_at.is_(None))
        assert db.session.scalars(waiting).all() == ["letter"], "whoever cannot be written to is still to be rung, once"

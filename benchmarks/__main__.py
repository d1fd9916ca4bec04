"""`make bench`: pages of the portal beside the floor, at 1,000, 10,000 and 100,000 submissions.

`python -m benchmarks --sizes 1000,100000 --times 300 --requests 20000` changes what is measured.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import forms, planning, seed, twinning
from benchmarks.forms import FormFiller
from benchmarks.reminders import MOST_SECONDS, measured_pass
from benchmarks.serve import settings
from benchmarks.visitor import Figure, Server, Side, Visitor, again, measure_in_turn
from portal import create_app
from portal.accounts import commands
from portal.clock import utc_now
from portal.directory.load import load_reference_data
from portal.extensions import db

PASSWORD = "a long walk by the Dnipro 1892"
FLOOR_PATHS = {
    "queue, first page": "/queue",
    "queue, deep page": "/deep?after={deep}",
    "queue, filtered": "/filtered",
    "search, 20 hits": "/search?q=zeppelin",
    "search, 1 % of all": "/search?q=accordion",
    "request page": "/case/{number}",
    "form step: page": "/step",
}
PORTAL_PATHS = {
    "queue, first page": "/dashboard/requests?view=waiting-on-us",
    "queue, deep page": "/dashboard/requests?view=everything&after=9999-12-31_{deep}",
    "queue, filtered": "/dashboard/requests?view=waiting-on-us&kind=speaker&region=wales",
    "search, 20 hits": "/dashboard/requests?view=everything&q=zeppelin",
    "search, 1 % of all": "/dashboard/requests?view=everything&q=accordion",
    "request page": "/dashboard/requests/{number}",
    "form step: page": "/invite-a-speaker/meeting",
}
FORM_STEP = ("form step: page", "form step: POST")
WHOLE_STEP = "form step, whole"
SUBMITTING = "submitting step"
MOST_MB = 100
TARGETS = {"request page": 2.5, WHOLE_STEP: 2.5, SUBMITTING: 2.5}
"""A step of a form is its page and its POST, and the floor's a page with the same fields and an insert: so are they
compared, and so is the step that submits, whose fields are those of the whole form. The parts of a step have no target of
their own."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--times", type=int, default=300, help="requests in each of five rounds")
    parser.add_argument("--requests", type=int, default=20_000, help="requests in the memory run")
    arguments = parser.parse_args()
    print(f"{'submissions':>11}  {'page':<20} {'portal ms':>10} {'floor ms':>9} {'ratio':>6} {'target':>6}  wall ms")
    for size in map(int, arguments.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            database = str(Path(folder) / "bench.sqlite3")
            took = prepare(database, size)
            floor, portal = measured(database, size, arguments.times)
            for figures in (floor, portal):
                figures[WHOLE_STEP] = together(*(figures[name] for name in FORM_STEP))
            for name, figure in portal.items():
                base, target = floor[name], "" if name in FORM_STEP else f"{TARGETS.get(name, 2.0):.1f}"
                print(
                    f"{size:>11,}  {name:<20} {figure.cpu_ms:>10.2f} {base.cpu_ms:>9.2f} "
                    f"{figure.cpu_ms / max(base.cpu_ms, 0.01):>6.2f} {target:>6}  {figure.wall_ms:.1f}"
                )
            print(f"{size:>11,}  seeded in {took:.1f} s")
            seconds, due, each = measured_pass(database)
            print(
                f"{size:>11,}  follow-ups: {seconds:.2f} s of CPU a pass with nothing due (target {MOST_SECONDS:.0f}), "
                f"{1000 * each:.0f} ms for each of {due:,} that were"
            )
            if arguments.requests:
                memory_run(database, arguments.requests)
            arguments.requests = 0
    for line in planning.measured(requests=500, speakers=200):
        print(f"planning: {line}")
    for line in twinning.measured(bodies=5000, pairs=500):
        print(f"twinning: {line}")


def together(page: Figure, post: Figure) -> Figure:
    """A page and its POST."""
    return Figure(cpu_ms=page.cpu_ms + post.cpu_ms, wall_ms=page.wall_ms + post.wall_ms)


def prepare(database: str, size: int) -> float:
    """Make the database; returns the seconds that seeding took."""
    app = create_app(**settings(database))
    with app.app_context():
        db.create_all()
        load_reference_data(db.session)
        commands.create_coordinator(
            email="maria@example.org", name="Maria Kovalenko", role="coordinator", password=PASSWORD, now=utc_now()
        )
        db.session.commit()
        started = time.perf_counter()
        seed.fill(size)
        took = time.perf_counter() - started
        db.session.remove()
        db.engine.dispose()
    return took


def places(size: int) -> dict[str, int]:
    """Where the deep page starts (a third of the way down) and which request is opened."""
    return {"deep": size - size // 3, "number": size - size // 2}


def measured(database: str, size: int, times: int) -> tuple[dict[str, Figure], dict[str, Figure]]:
    """The floor's figures and the portal's, page by page in turns; the portal's as a coordinator and as a branch."""
    floor, portal = {}, {}
    with Server("floor", database) as bare, Server("portal", database) as ours:
        floor_acts, portal_acts = acts_of_floor(Visitor(bare), size), acts_of_portal(ours, size)
        for name in portal_acts:
            # Every form that is sent has to be filled in first, which takes its time and is not counted.
            often = times // 3 if name == SUBMITTING else times
            sides = [Side(bare, again(floor_acts[name])), Side(ours, portal_acts[name])]
            floor[name], portal[name] = measure_in_turn(sides, often)
    return floor, portal


def acts_of_floor(visitor: Visitor, size: int) -> dict[str, Callable[[], None]]:
    """What is asked of the floor for each page."""
    acts = {name: getter(visitor, path.format(**places(size))) for name, path in FLOOR_PATHS.items()}
    acts["form step: POST"] = sender(visitor, "/step", forms.MEETING)
    page, post = getter(visitor, "/whole"), sender(visitor, "/whole", forms.WHOLE)

    def page_and_post() -> None:
        page()
        post()

    return acts | {SUBMITTING: page_and_post}


def acts_of_portal(server: Server, size: int) -> dict[str, Callable[[int], Sequence[Callable[[], None]]]]:
    """What is asked of the portal for each page: that many acts, with all that comes before done."""
    desk = Visitor(server)
    sign_in(desk)
    acts = {name: again(getter(desk, path.format(**places(size)))) for name, path in PORTAL_PATHS.items()}
    filler = FormFiller(Visitor(server))
    filler.first_steps()
    return acts | {
        "form step: page": again(filler.see_step),
        "form step: POST": again(filler.send_step),
        SUBMITTING: FormFiller(Visitor(server)).ready,
    }


def memory_run(database: str, requests: int) -> None:
    """Memory at rest, and after many requests over all pages."""
    with Server("portal", database) as server:
        time.sleep(1)
        at_rest = server.memory_mb()
        visitor = Visitor(server)
        sign_in(visitor)
        paths = [path.format(deep=500, number=500) for path in PORTAL_PATHS.values()]
        readings = []
        for number in range(requests):
            visitor.get(paths[number % len(paths)])
            if number % max(1, requests // 10) == 0:
                readings.append(server.memory_mb())
        readings.append(server.memory_mb())
    grown = " ".join(f"{reading:.0f}" for reading in readings)
    print(f"memory: {at_rest:.0f} MB at rest (target {MOST_MB}); after {requests:,} requests {grown}")


def sign_in(visitor: Visitor) -> None:
    """Sign in through the form."""
    visitor.get("/login")
    answer = visitor.post("/login", {"email": "maria@example.org", "password": PASSWORD})
    if answer.status not in (302, 303):
        raise RuntimeError("signing in failed")


def getter(visitor: Visitor, path: str) -> Callable[[], None]:
    """Something that fetches a page and insists on 200."""
    return lambda: expect(visitor.get(path), 200)


def sender(visitor: Visitor, path: str, answers: Mapping[str, str | list[str]]) -> Callable[[], None]:
    """Something that sends a form to the floor and insists on being led on."""
    return lambda: expect(visitor.post(path, dict(answers)), 302)


def expect(visitor: Visitor, status: int) -> None:
    """Stop the measurement where a page does not answer as it should."""
    if visitor.status != status:
        raise RuntimeError(f"the page answered {visitor.status}, not {status}")


if __name__ == "__main__":
    main()

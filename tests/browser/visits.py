"""Every page there is, as a list of visits: its address, who opens it, and what is typed and pressed there."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from sqlalchemy import select

from portal import errors, limits
from portal.accounts.models import Coordinator
from portal.clock import london_day, utc_now
from portal.dashboard.request_page import FROM_THE_PANEL
from portal.directory.models import Branch
from portal.emails import links
from portal.emails.mailbox import local_mailbox
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.jobs.rows import FAILED, READY, WORKING, Job
from portal.planning import plans
from portal.security import CONTENT_SECURITY_POLICY
from portal.speakers import agreements, feeds, keeping, own_address, own_page
from portal.speakers.engagements import Offer
from portal.speakers.plan_rows import Plan, PlanLine
from portal.speakers.register import Speaker
from portal.speakers.report_rows import MeetingReport
from portal.speakers.tour_rows import Tour
from portal.submissions import actions, another_address, approvals, follow_ups, registry, tasks, turns
from portal.submissions.actions import Mover
from portal.submissions.models import Draft, Event, Submission
from portal.submissions.workflow import Actor, Answer, Ask, Transition
from portal.touring import asking, letters, neighbours
from portal.twinning import diary, handing_over
from portal.twinning.candidate import ASKED, TWINNED, Candidate
from portal.twinning.first_calls import FirstCall
from portal.twinning.models import TwinningProposal
from portal.twinning.papers import PAPERS
from portal.twinning.registrations import UkrainianRegistration
from portal.twinning.twinnings import Twinning
from tests.browser.demonstration import KINDS, Demonstration
from tests.dashboard.conftest import ANSWERS, NEED_MORE
from tests.processes import PATIENCE
from tests.public.walk import STEPS, url

HTML = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": CONTENT_SECURITY_POLICY}
TOO_LONG = "x" * 1_100_000


@dataclass(frozen=True)
class Visit:
    """One page, and the pages that pressing its button leads to.

    Each of `presses` is a button's words with what is typed before it; `hidden` sets fields that nobody sees.
    `body` stands in for the server's answer (pages about faults that nobody can bring about from outside).
    """

    path: str
    who: str = ""
    presses: tuple[tuple[str, Mapping[str, str]], ...] = ()
    hidden: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    look_before: bool = True


def all_visits(demo: Demonstration) -> list[Visit]:
    """Every page, the long ones first so that two threads end at about the same time."""
    return [
        *desk(demo),
        *moves(demo),
        *tracking(demo),
        *speaking(demo),
        *offered(demo),
        *lead(demo),
        *ukrainian(demo),
        *touring(demo),
        *public("/uk"),
        *public(""),
        *accounts(demo),
        *faults(demo),
    ]


def public(prefix: str) -> Iterator[Visit]:
    """What anybody sees, in one language: English ("") or Ukrainian ("/uk")."""
    send = "Send me my link" if not prefix else "Надіслати посилання"
    go_on = "Continue" if not prefix else "Далі"
    yield Visit(f"{prefix}/")
    for name in ("contact", "how-we-use-your-details", "accessibility", "aims", "model-motion", "by-post", "twinnings"):
        yield Visit(f"{prefix}/{name}")
    yield Visit(f"{prefix}/find-my-request", presses=((send, {}), (send, {"email": "nobody@example.org"})))
    for kind in KINDS:
        yield Visit(prefix + url(kind))
        yield Visit(prefix + url(kind, "by-post"))
        for step in STEPS[kind]:
            yield Visit(prefix + url(kind, step), presses=((go_on, {}),))
        yield Visit(prefix + url(kind, "check"), "writer")
        yield Visit(prefix + url(kind, "sent"), "sender")


def tracking(demo: Demonstration) -> Iterator[Visit]:
    """What a branch sees behind its private link."""
    seen = {
        "speaker": ("received", "confirmed", "waiting-for-branch", "withdrawn"),
        "twinning": ("introduced", "dormant"),
        "affiliation": ("awaiting-decision", "lapsed"),
    }
    for kind, states in seen.items():
        for state in states:
            yield Visit(demo.private_page(demo.in_state(kind, state)))
        page = demo.private_page(demo.in_state(kind, "received"))
        yield Visit(f"{page}/change/{STEPS[kind][2]}")
    twinned = demo.in_state("twinning", "twinned")
    twin = demo.look(lambda: db.session.scalar(select(Twinning.id).where(Twinning.proposal_id == twinned)))
    yield Visit(f"{demo.private_page(twinned)}/hand-over", presses=(("Write to them", {}),))
    yield Visit(demo.look(_asked_successor), presses=(("Yes, I take it over", {}),), hidden={"csrf_token": "old"})
    for name in ("certificate", *(f"papers/{each.partition('/')[2]}" for each in PAPERS)):
        yield Visit(f"{demo.private_page(twinned)}/twinnings/{twin}/{name}")
    page = demo.private_page(demo.in_state("speaker", "received"))
    yield Visit(f"{page}/message", presses=(("Send your message", {}),))
    yield Visit(f"{page}/moves/withdraw")
    yield Visit(f"{page}/change/you", presses=(("Save the change", {"contact_email": "nonsense"}),))
    yield from _diary(demo)
    yield from _twinned_body(demo)
    asked = demo.private_page(demo.in_state("speaker", "waiting-for-branch"))
    yield Visit(asked, presses=(("Send your answer", {}),), look_before=False)
    told = demo.private_page(demo.in_state("speaker", "held"))
    for name in ("report", "branch-reports"):
        yield Visit(f"{told}/moves/{name}")
    *others, still_to_tell = demo.look(_reports)
    for report in others:
        yield Visit(report)
    yield Visit(still_to_tell, presses=(("Send your report", {"attended": "lots"}),))
    ukrainian = select(Submission.id).where(Submission.language == "uk").order_by(Submission.id)
    for number in demo.look(lambda: db.session.scalars(ukrainian.limit(1)).all()):
        yield Visit(demo.private_page(number))


def _diary(demo: Demonstration) -> Iterator[Visit]:
    """The diary of two who have just been introduced, with an entry of each side; the branch's waits to be read."""
    number, body = demo.in_state("twinning", "introduced"), demo.in_state("ukrainian", "paused")
    values = {"kind": "call", "words": "Our first call", "report": "", "audience": "public"}
    with demo.app.app_context():
        now = utc_now()
        proposal = db.session.get_one(TwinningProposal, number)
        db.session.add(Candidate(proposal_id=number, registration_id=body, state=TWINNED, proposed_at=now))
        made = {
            side: diary.write(db.session(), proposal, {**values, "happened_on": now.date()}, side=side, now=now).id
            for side in ("branch", "body")
        }
        db.session.commit()
    page = f"{demo.private_page(number)}/diary"
    yield Visit(page, presses=(("Keep this entry", {}),))
    yield Visit(f"{page}/{made['branch']}", presses=(("Save the change", {"words": ""}),))
    page = f"{demo.private_page(body)}/diary"
    yield Visit(page, presses=(("Зберегти запис", {}),))
    yield Visit(f"{page}/{made['body']}")
    yield Visit(f"/dashboard/requests/{number}/diary", "coordinator", presses=(("Keep this entry", {}),))


def _twinned_body(demo: Demonstration) -> Iterator[Visit]:
    """What a body of the register sees that is twinned: its certificate, a pause, and handing it over."""
    number, body = demo.in_state("twinning", "twinned"), demo.in_state("ukrainian", "waiting")
    with demo.app.app_context():
        now = utc_now()
        db.session.add(Candidate(proposal_id=number, registration_id=body, state=TWINNED, proposed_at=now))
        known = db.session.scalar(select(Twinning.id).where(Twinning.proposal_id == number))
        db.session.get_one(Twinning, known).registration_id = body
        db.session.commit()
    page = demo.private_page(body)
    for leads in ("", "/hand-over", f"/twinnings/{known}/certificate", f"/twinnings/{known}/body-pauses"):
        yield Visit(f"{page}{leads}")


def speaking(demo: Demonstration) -> Iterator[Visit]:
    """What a speaker sees behind their own link: one who has agreed to nothing yet, and one in Ukraine who has."""
    new, whole, confirm = demo.look(_speaking)
    small = ("about", "talks", "travel", "calendar", "email", "agree", "leave")
    yield Visit(new)
    for name in small:
        yield Visit(f"{new}/{name}")
    yield Visit(f"{new}/week", presses=(("Save the change", {"day_0": "evenings"}),))
    yield Visit(f"{new}/days", presses=(("Note these days", {"first_on": "nonsense"}),))
    yield Visit(f"{new}/pause", presses=(("Pause now", {"until": "nonsense"}),))
    yield Visit(f"{new}/about", presses=(("Save the change", {"name": ""}),), hidden={"csrf_token": "old"})
    yield Visit(whole)
    for name in ("about", "days", "week", "rather-not", "take-back", "go-on", "end-calendar"):
        yield Visit(f"{whole}/{name}")
    yield Visit(confirm)
    for prefix in ("", "/uk"):
        yield Visit(f"{prefix}/left-the-register")


def touring(demo: Demonstration) -> Iterator[Visit]:
    """A tour on the desk, and the pages of its visitor and of a branch that is invited."""
    end = time.monotonic() + PATIENCE
    while not (stop := demo.look(_first_stop)):
        assert time.monotonic() < end, "the worker found no route"
        time.sleep(0.3)
    tours, number, speaker = "/dashboard/tours", stop[0], stop[2]
    visitor, branch = demo.look(_on_tour)
    yield Visit(tours, "coordinator")
    for name in ("", "?q=zorenko", "?q=nobody"):
        yield Visit(f"{tours}/new{name}", "coordinator")
    yield Visit(f"{tours}/new?speaker={speaker}", "coordinator", presses=(("Work out the route", {"most_miles": ""}),))
    for name in ("", "/change", "/ask"):
        yield Visit(f"{tours}/{number}{name}", "coordinator")
    yield Visit(f"{tours}/{number}/stops/{stop[1]}/neighbours", "coordinator")
    yield Visit(visitor, presses=(("Надіслати мої відповіді", {}),))
    yield Visit(branch, presses=(("Send our answer", {}),))


def _first_stop() -> tuple[int, int, int] | None:
    """The numbers of a tour, of its first stop and of its visitor, once the worker has found the route."""
    tour = db.session.scalars(select(Tour).where(Tour.solved_at.is_not(None))).first()
    return (tour.id, tour.route[0].id, tour.speaker_id) if tour is not None and tour.route else None


def _on_tour() -> tuple[str, str]:
    """The paths of the pages of a visitor who is asked about one stop, and of a branch that is invited to it."""
    now = utc_now()
    tour = db.session.scalars(select(Tour)).one()
    maria = Mover(Actor.COORDINATOR, db.session.scalars(select(Coordinator)).first())
    stop, *others = tour.route
    for other in others:
        # The rest of the route is still to be asked about.
        other.standing = "off"
    asking.put(db.session(), tour, by=maria, now=now)
    for other in others:
        other.standing = "on"
    near = neighbours.near(db.session(), tour, stop)
    chosen = {near[0].submission.id}
    neighbours.invite(db.session(), tour, stop, chosen, names_host=True, by=maria, now=now)
    visitor = links.path_of(letters.own_link(db.session(), tour, now))
    invited = links.path_of(links.living(db.session(), letters.JOIN, stop.invitations[0].id)[0])
    db.session.commit()
    return visitor, invited


def offered(demo: Demonstration) -> Iterator[Visit]:
    """What a speaker sees who is asked, booked or no longer asked; and the pages on which somebody is chosen."""
    asked, booked, over = (demo.look(lambda state=state: _offer(state)) for state in ("asked", "confirmed", "declined"))
    yield Visit(asked, presses=(("Так, я виступлю", {}),), hidden={"csrf_token": "old"})
    yield Visit(f"{asked}/other-date", presses=(("Надіслати цю дату", {}),))
    yield Visit(f"{asked}/no")
    yield Visit(booked)
    yield Visit(f"{booked}/no")
    yield Visit(over)
    number = demo.in_state("speaker", "matching")
    paused, ready = demo.look(_paused_and_ready)
    ask = f"/dashboard/requests/{number}/ask"
    yield Visit(f"{ask}?speaker={paused}", "coordinator", presses=(("Look over the letters", {}),))
    yield Visit(f"{ask}?speaker={ready}", "coordinator")
    confirmed = demo.in_state("speaker", "confirmed")
    yield Visit(f"/dashboard/requests/{confirmed}/stand-by", "coordinator", presses=(("Look over the letter", {}),))
    yield Visit(f"/dashboard/requests/{confirmed}/partner", "coordinator", presses=(("Look over the letter", {}),))
    yield Visit(f"/dashboard/requests/{confirmed}/interpreter", "coordinator", presses=(("Look over the letter", {}),))


def ukrainian(demo: Demonstration) -> Iterator[Visit]:
    """The door of union bodies in Ukraine: their form, their own page in each state, and the register on the desk."""
    for prefix, go_on in (("", "Continue"), ("/uk", "Далі")):
        for step in registry.kind("ukrainian").steps:
            yield Visit(f"{prefix}/unions-in-ukraine/{step.name}", presses=((go_on, {}),))
    for state in ("received", "open", "waiting", "paused", "withdrawn"):
        yield Visit(demo.private_page(demo.in_state("ukrainian", state)))
    page = demo.private_page(demo.in_state("ukrainian", "open"))
    for name in ("message", "moves/pause", "moves/withdraw", "change/reach", "change/trust"):
        yield Visit(f"{page}/{name}")
    asked = select(Candidate.registration_id).where(Candidate.state == ASKED, Candidate.body_answer == "")
    body = demo.private_page(demo.look(lambda: db.session.scalars(asked.order_by(Candidate.id)).first() or 0))
    yield Visit(body)
    for name in ("moves/yes-to-twin", "moves/no-to-twin"):
        yield Visit(f"{body}/{name}")
    proposal = demo.look(
        lambda: db.session.scalars(select(Candidate.proposal_id).where(Candidate.state == ASKED)).first()
    )
    for name in ("pass-to-branch", "pass-to-body"):
        yield Visit(f"/dashboard/requests/{proposal}/moves/{name}", "coordinator")
    offered = select(FirstCall.twinning_id).where(FirstCall.starts_at.is_(None)).order_by(FirstCall.id)
    twin = demo.look(lambda: db.session.scalars(offered).first())
    sides = select(Twinning.proposal_id, Twinning.registration_id).where(Twinning.id == twin)
    for side in demo.look(lambda: list(db.session.execute(sides).one())):
        page = demo.private_page(side)
        for leads in ("", f"/twinnings/{twin}/call", f"/twinnings/{twin}/papers/greeting"):
            yield Visit(f"{page}{leads}")
    yield Visit("/dashboard/ukraine", "coordinator")
    yield Visit("/dashboard/ukraine?oblast=crimea", "coordinator")
    for name in ("twins", "twinnings", "ukraine/looks"):
        yield Visit(f"/dashboard/{name}", "coordinator")
    for kind, state in (("twinning", "seeking"), ("ukrainian", "open")):
        yield Visit(f"/dashboard/requests/{demo.in_state(kind, state)}/twins", "coordinator")
    body = f"/dashboard/ukraine/{demo.in_state('ukrainian', 'open')}"
    yield Visit(body, "coordinator", presses=(("Show how to reach them", {}),))
    seeking, number = demo.in_state("twinning", "seeking"), demo.look(_body_without_a_twin)
    propose = f"/dashboard/requests/{seeking}/moves/propose-body?body={number}"
    yield Visit(propose, "coordinator", presses=(("Look over the letters", {"although": "They met in Lviv."}),))
    for state in ("received", "paused", "withdrawn"):
        yield Visit(f"/dashboard/requests/{demo.in_state('ukrainian', state)}", "coordinator")


def _body_without_a_twin() -> int:
    """The number of a body that is open and is proposed to nobody, nor twinned with anybody."""
    taken = select(Candidate.registration_id).where(Candidate.closed_at.is_(None))
    found = select(UkrainianRegistration.id).where(
        UkrainianRegistration.state == "open", UkrainianRegistration.id.not_in(taken)
    )
    return int(db.session.scalars(found.order_by(UkrainianRegistration.id)).first() or 0)


def lead(demo: Demonstration) -> Iterator[Visit]:
    """What the lead of a twinning sees whom somebody else has named: asked, and after a no."""
    page = demo.look(_asked_lead)
    yield Visit(page, presses=(("Yes, you may name me", {}), ("No, do not name me", {})))


def _asked_lead() -> str:
    """The path of the page of a lead who did not send the form of a proposal."""
    found = select(TwinningProposal).where(TwinningProposal.language == "en", TwinningProposal.is_open)
    proposal = db.session.scalars(found.order_by(TwinningProposal.id)).first()
    assert proposal is not None
    proposal.lead_name, proposal.lead_email = "Hanna Lead", "lead@example.org"
    path = links.path_of(links.issue(db.session(), "lead", proposal.id, utc_now()))
    db.session.commit()
    return path


def _asked_successor() -> str:
    """The path of the page of somebody who is asked to take a twinning over."""
    open_ones = select(TwinningProposal).where(TwinningProposal.is_open, TwinningProposal.language == "en")
    proposal = db.session.scalars(open_ones.order_by(TwinningProposal.id.desc())).first()
    assert proposal is not None
    handing_over.ask(db.session(), proposal, "Bryony Successor", "bryony@example.org", utc_now())
    db.session.flush()
    asked = select(Event.id).where(Event.name == handing_over.ASKED).order_by(Event.id.desc()).limit(1)
    path = links.path_of(links.issue(db.session(), "handover", db.session.scalars(asked).one(), utc_now()))
    db.session.commit()
    return path


def _offer(state: str) -> str:
    """The path of the page of an offer that stands so."""
    now = utc_now()
    number = db.session.scalars(select(Offer.id).where(Offer.state == state).order_by(Offer.id)).first()
    path = links.path_of(links.issue(db.session(), "offer", number or 0, now))
    db.session.commit()
    return path


def _reports() -> list[str]:
    """The paths of the pages on which both sides tell how their meeting went; of one that has still to tell, last."""
    found = db.session.scalars(select(MeetingReport).order_by(MeetingReport.id)).all()
    in_order = sorted(found, key=lambda each: each.answered_at is None)
    paths = [links.path_of(links.issue(db.session(), "report", each.id, utc_now())) for each in in_order]
    db.session.commit()
    return paths


def _paused_and_ready() -> tuple[int, int]:
    """One speaker who has paused, and one who has not."""
    ready = select(Speaker.id).where(Speaker.confirmed_at.is_not(None), Speaker.left_at.is_(None))
    paused = db.session.scalars(ready.where(Speaker.paused_at.is_not(None))).first()
    free = db.session.scalars(ready.where(Speaker.paused_at.is_(None), Speaker.kind == "campaign")).first()
    return paused or 0, free or 0


def accounts(demo: Demonstration) -> Iterator[Visit]:
    """Signing in, and passwords."""
    account = select(Coordinator.id).where(Coordinator.email == demo.accounts["second coordinator"][0])

    def new_password() -> str:
        now = utc_now()
        link = links.issue(db.session(), "sign-in", db.session.scalar(account) or 0, now, now + timedelta(minutes=30))
        path = links.path_of(link)
        db.session.commit()
        return path

    yield Visit("/login", presses=(("Sign in", {}), ("Sign in", {"email": "a@example.org", "password": "wrong"})))
    asked = (("Send me a link", {}), ("Send me a link", {"email": "nobody@example.org"}))
    yield Visit("/forgotten-password", presses=asked)
    yield Visit(demo.look(new_password), presses=(("Set the new password", {}),))
    yield Visit("/new-password/nonsense")
    yield Visit("/dashboard/account", "coordinator", presses=(("Make a calendar", {}),))
    yield Visit("/dashboard/account/absence", "coordinator", presses=(("Keep it", {}),))
    yield Visit("/dashboard/account/password", "coordinator", presses=(("Change the password", {}),))


def desk(demo: Demonstration) -> Iterator[Visit]:
    """What coordinators, admins and viewers see."""
    queue = "/dashboard/requests"
    yield Visit(f"{queue}/new/speaker", "coordinator", presses=(("Add the request", {}),))
    yield Visit(f"{queue}?view=everything", "coordinator")
    for kind in ("twinning", "affiliation"):
        yield Visit(f"{queue}/new/{kind}", "coordinator")
    for view in ("new", "mine", "meetings", "held"):
        yield Visit(f"{queue}?view={view}", "coordinator")
    yield Visit(f"{queue}?view=everything&q=nothing+like+it", "coordinator")
    yield Visit(f"{queue}?view=everything", "viewer")
    yield Visit("/dashboard/", "viewer")
    yield Visit("/dashboard/account", "viewer")
    yield Visit("/dashboard/calendar?month=2001-01", "coordinator")
    for who in ("coordinator", "viewer"):
        yield Visit(f"/dashboard/calendar?month={demo.look(_month):%Y-%m}", who)
    yield Visit("/dashboard/my-day", "coordinator")
    yield Visit("/dashboard/my-day", "viewer")
    yield Visit(f"/dashboard/tasks/{demo.look(_task)}", "coordinator")
    number, name, due_on = demo.look(_coming)
    yield Visit(f"{queue}/{number}/coming/{name}/{due_on}", "coordinator")
    yield Visit(f"{queue}/{number}/tasks/new", "coordinator", presses=(("Set the task", {}),))
    yield Visit(f"{queue}/new", "coordinator")
    for kind, state in {"speaker": "offered", "twinning": "proposed", "affiliation": "awaiting-payment"}.items():
        yield Visit(f"{queue}/{demo.in_state(kind, state)}", "coordinator")
    first = demo.in_state("speaker", "received")
    yield Visit(f"{queue}/{demo.number('Best Prices')}", "coordinator")
    yield Visit(f"{queue}/{first}/message", "coordinator", presses=(("Look it over", {}),))
    words = {"message": "We are looking for somebody."}
    yield Visit(f"{queue}/{first}/message", "coordinator", presses=(("Look it over", words),), look_before=False)
    yield Visit(f"{queue}/{first}/new-link", "coordinator")
    yield Visit(f"{queue}/{demo.in_state('speaker', 'matching')}/speakers", "coordinator")
    yield Visit(f"{queue}/{first}", "coordinator", presses=(("Keep the note", {}),))
    for kind in KINDS:
        yield Visit(f"{queue}/{demo.in_state(kind, 'received')}/correct/{STEPS[kind][1]}", "coordinator")
    merging = demo.look(_two_branches)
    yield Visit(f"{queue}/{merging[0]}/merge/{merging[1]}", "coordinator")
    yield Visit("/dashboard/branches", "coordinator")
    yield Visit("/dashboard/branches?q=nothing+like+it", "coordinator")
    yield Visit(f"/dashboard/branches/{merging[1]}", "coordinator")
    for show in ("", "?show=failures", "?show=waiting", "?show=sent", "?show=held"):
        yield Visit(f"/dashboard/mail{show}", "coordinator")
    for letter in demo.look(_letters):
        yield Visit(f"/dashboard/mail/{letter}", "coordinator")
    yield Visit(f"/dashboard/mail/{demo.look(_letters)[0]}/html", "coordinator")
    demo.wait_for_letter("j.armstrong@example.org", "speaker/received")
    yield Visit("/dashboard/mailbox", "coordinator")
    with demo.app.app_context():
        box = local_mailbox(demo.app.config)
        assert box is not None
        message = next(iter(box.messages())).id
    yield Visit(f"/dashboard/mailbox/{message}", "coordinator")
    yield Visit(f"/dashboard/mailbox/{message}/html", "coordinator")
    yield from _speakers(demo)
    yield from _plans(demo)
    yield from _edited_letters(demo)
    yield from _second_readers(demo)
    yield from _settings(demo)


def _speakers(demo: Demonstration) -> Iterator[Visit]:
    """The register: its list, those of each standing, the forms empty and refused, and the sheet’s two pages."""
    register = "/dashboard/speakers"
    yield Visit(register, "coordinator")
    yield Visit(f"{register}?name=nothing+like+it", "coordinator")
    for number in demo.look(_speakers_of_each_standing):
        yield Visit(f"{register}/{number}", "coordinator")
    number = demo.look(_speakers_of_each_standing)[0]
    yield Visit(f"{register}/new", "coordinator", presses=(("Add them and send the letter", {}),))
    yield Visit(f"{register}/{number}/change", "coordinator", presses=(("Save the details", {"name": ""}),))
    yield Visit(f"{register}/{number}/pause", "coordinator", presses=(("Pause them", {"until": "1 May 2020"}),))
    yield Visit(f"{register}/{number}/take-out", "coordinator")
    yield Visit(f"{register}/{number}/lock", "coordinator")
    yield Visit(f"{register}/{number}/vetoes/new?q=a", "coordinator", presses=(("Note it", {}),))
    yield Visit(f"{register}/locked", "admin")
    rows = "Name;Email;Home district\nNova Osoba;nova@example.org;LS1\nBad;bad;QX99"
    yield Visit(f"{register}/import", "coordinator", presses=(("Look at the rows", {}),))
    yield Visit(f"{register}/import", "coordinator", presses=(("Look at the rows", {"rows": rows}),), look_before=False)


def _plans(demo: Demonstration) -> Iterator[Visit]:
    """A plan that the worker has made, one that is being made, one that failed, and the window of a new one."""
    with demo.app.app_context():
        now = utc_now()
        first, last = plans.usual_window(db.session(), now)
        made = plans.ask(db.session(), first, last, 1, now)
        others = {
            stage: Plan(
                job=Job(
                    kind=plans.KIND, stage=stage, doing="solving", trouble="too-long", asked_at=now, starts=1,
                    taken_by="nobody", taken_until=now + timedelta(days=1),
                ),
                first_on=first,
                last_on=last,
            )
            for stage in (WORKING, FAILED)
        }  # fmt: skip
        db.session.add_all(others.values())
        db.session.commit()
        ready, numbers = made.id, [each.id for each in others.values()]
    end = time.monotonic() + PATIENCE
    while demo.look(lambda: db.session.get_one(Plan, ready).job.stage) != READY:
        assert time.monotonic() < end, "the worker made no plan"
        time.sleep(0.3)
    line = demo.look(
        lambda: db.session.scalars(select(PlanLine.id).where(PlanLine.plan_id == ready, PlanLine.is_served)).first()
    )
    every = "/dashboard/plans"
    yield Visit(every, "coordinator", presses=(("Make a plan", {"first_on": "", "last_on": ""}),))
    for number in (ready, *numbers):
        yield Visit(f"{every}/{number}", "coordinator")
    yield Visit(f"{every}/{ready}/ask-all", "coordinator")
    yield Visit(f"{every}/{ready}/lines/{line}/ask", "coordinator")


def _speakers_of_each_standing() -> list[int]:
    """One who is booked or asked, one who has not agreed, one who pauses."""
    asked = select(Offer.speaker_id).limit(1)
    waits = select(Speaker.id).where(Speaker.confirmed_at.is_(None), Speaker.left_at.is_(None)).limit(1)
    pauses = select(Speaker.id).where(Speaker.paused_at.is_not(None)).limit(1)
    return [number for each in (asked, waits, pauses) if (number := db.session.scalar(each)) is not None]


def moves(demo: Demonstration) -> Iterator[Visit]:
    """Each different form of a move, empty and refused, and the letters behind it; no move is made."""
    seen = set()
    for kind in registry.kinds():
        for row in kind.workflow.transitions:
            form = frozenset(ask.answer for ask in row.asks), bool(row.notify)
            if (
                row.name in (*FROM_THE_PANEL, *NEED_MORE)
                or Actor.COORDINATOR not in row.by
                or (number := _one_for(demo, kind.name, row)) is None
            ):
                continue
            if form in seen:
                continue
            seen.add(form)
            button = "Look over the letters" if row.notify else "Continue"
            asks = demo.look(partial(_asked, number, row))
            # What was chosen on another page is carried along unseen.
            answers = {ask.name: ANSWERS[ask.name] for ask in asks if ask.answer is not Answer.CHOSEN}
            # A form may begin with what is known already, so what is refused is emptied first.
            empty = dict.fromkeys(answers, "")
            # A choice that is filled in cannot be emptied.
            is_refused = any(ask.is_required and ask.answer is not Answer.CHOICE for ask in asks)
            presses = ((button, empty),) if is_refused else ()
            if asks:
                presses = (*presses, (button, answers))
            yield Visit(f"/dashboard/requests/{number}/moves/{row.name}", "coordinator", presses)


def faults(demo: Demonstration) -> Iterator[Visit]:
    """Pages that say that something is not as it should be."""
    with demo.app.test_request_context("/drawn-for-a-test"):
        for status in sorted(errors.STATUSES):
            yield Visit("/drawn-for-a-test", body=errors.page(status).get_data(as_text=True))
    first = demo.in_state("speaker", "received")
    yield Visit("/no-such-page")
    yield Visit("/track/nonsense")
    yield Visit("/dashboard/requests/99999", "coordinator")
    yield Visit("/dashboard/mail", "viewer")
    note = (("Keep the note", {"note": "They rang at noon."}),)
    words = (("Look it over", {"message": "We are looking for somebody."}),)
    yield Visit(f"/dashboard/requests/{first}/message", "coordinator", words, {"version": "0"}, look_before=False)
    yield Visit(f"/dashboard/requests/{first}", "coordinator", note, {"csrf_token": "old"}, look_before=False)
    yield Visit(url("speaker", "you"), presses=(("Continue", {}),), hidden={"csrf_token": "old"}, look_before=False)
    long = (("Continue", {"notes": TOO_LONG}),)
    yield Visit(url("speaker", "speaker"), presses=long, look_before=False)
    often = demo.private_page(demo.number("Coventry"))
    with demo.app.test_request_context():
        for _ in range(6):
            limits.count("LIMIT_RESEND_LINK", "link", often.removeprefix("/track/"))
    yield Visit(often, presses=(("Email it to me again", {}),), look_before=False)


def _edited_letters(demo: Demonstration) -> Iterator[Visit]:
    """The list of letters, one that is typed wrong, one that is saved, and what was saved before."""
    one, other = "/dashboard/letters/speaker/no-match/en", "/dashboard/letters/twinning/introduced/uk"
    yield Visit("/dashboard/letters", "coordinator")
    look, save = "Show how it reads", "Save the letter"
    wrong = {"subject": "{{ nobody }}", "body": "{{ branch|upper }}\n{% if promise %}", "reference": "nonsense"}
    new = {"subject": "We have it, {{ reference }}", "body": "{{ greeting }},\n\nYour page\n{{ private_link }}"}
    yield Visit(one, "coordinator", presses=((look, wrong), (save, new)))
    yield Visit(other, "coordinator", presses=((look, {"reference": "nonsense"}),))
    yield Visit(f"{one}/html", "coordinator")
    yield Visit(f"{one}/history/0", "coordinator")
    yield Visit("/dashboard/letters/document/agreement/uk", "coordinator", presses=((look, {"subject": "Угода"}),))
    yield Visit("/dashboard/documents/agreement?first=uk", "coordinator")
    # Somebody else was faster.
    yield Visit(other, "coordinator", ((save, {"subject": "New words"}), (save, {"subject": "Newer"})), {"seen": "7"})


def _second_readers(demo: Demonstration) -> Iterator[Visit]:
    """The letters that wait for a second reader, as their writer and as a reader sees them, and some sent back."""
    waiting = "/dashboard/mail/second-reader"
    opened, returned = demo.look(_held_letters)
    back = "Send them back"
    yield Visit(waiting, "coordinator")
    yield Visit(f"{waiting}/{opened}", "coordinator")
    yield Visit(f"{waiting}/{opened}", "admin", presses=((back, {}),))
    yield Visit(f"{waiting}/{returned}", "coordinator", presses=(("Send this letter", {"subject-0": ""}),))


def _settings(demo: Demonstration) -> Iterator[Visit]:
    yield Visit("/dashboard/settings", "admin")
    yield Visit("/dashboard/settings/fees", "admin")
    yield Visit("/dashboard/settings/fees/new", "admin", presses=(("Add the fee", {}),))
    yield Visit("/dashboard/settings/fees/1", "admin")
    yield Visit("/dashboard/settings/fees/1/remove", "admin")
    yield Visit("/dashboard/accounts", "admin")
    colleague = select(Coordinator.id).where(Coordinator.email == demo.accounts["coordinator"][0])
    yield Visit(f"/dashboard/accounts/{demo.look(lambda: db.session.scalar(colleague))}/absence", "admin")
    yield Visit("/dashboard/settings/campaign", "admin")


def _one_for(demo: Demonstration, kind: str, row: Transition) -> int | None:
    wanted = select(Submission.id).where(
        Submission.kind == kind, Submission.state.in_(row.sources), Submission.held_reason.is_(None)
    )
    found: int | None = demo.look(lambda: db.session.scalars(wanted.order_by(Submission.id)).first())
    return found


def _asked(number: int, row: Transition) -> tuple[Ask, ...]:
    """What a move asks of one request."""
    return turns.asks_of(db.session.get_one(Submission, number), row).asks


def _month() -> date:
    """A day of a month in which a meeting is confirmed."""
    confirmed = select(Submission.meeting_on).where(Submission.kind == "speaker", Submission.state == "confirmed")
    return db.session.scalars(confirmed.order_by(Submission.meeting_on)).first()


def _two_branches() -> tuple[int, int]:
    """A request with a branch, and another branch that it might be merged into."""
    number, own = db.session.execute(
        select(Submission.id, Submission.branch_id).where(Submission.branch_id.is_not(None)).limit(1)
    ).one()
    return number, db.session.scalars(select(Branch.id).where(Branch.id != own).limit(1)).one()


def _speaking() -> tuple[str, str, str]:
    """The paths of two speakers' own pages, and of the page behind the letter to another address of theirs."""
    now, today = utc_now(), london_day(utc_now())
    new = keeping.add(
        db.session(), {"name": "Dilys Example", "email": "dilys@example.org", "topics": ["miners"]}, by=None, now=now
    )
    details = {"name": "Olena Example", "kind": "ukrainian", "lives_in": "ukraine", "language": "uk"}
    whole = keeping.add(db.session(), details | {"languages": {"uk": "fluent"}}, by=None, now=now)
    for purpose in agreements.PURPOSES:
        agreements.give(whole, purpose, language="uk", now=now)
    own_page.set_week(whole, [(day, 1080, 1440) for day in range(5)])
    for is_free in (False, True):
        own_page.add_days(whole, (today, today), (600, 720), is_free=is_free, today=today)
    keeping.pause(db.session(), whole, now)
    feeds.renew(db.session(), whole, now)
    own_page.rather_not(db.session(), whole, "Anytown", now)
    own_address.ask(db.session(), whole, "olena@example.org", now)
    draft = db.session.scalars(select(Draft.id).where(Draft.kind == own_address.KIND)).one()
    paths = [links.path_of(keeping.own_link(db.session(), each, now)) for each in (new, whole)]
    paths.append(links.path_of(links.living(db.session(), another_address.PURPOSE, draft)[0]))
    db.session.commit()
    return paths[0], paths[1], paths[2]


def _task() -> int:
    """A task that somebody set, without an owner."""
    now = utc_now()
    task = tasks.open_task(
        db.session(), key="by-hand", reason="by-hand", about="Ring them", due_on=london_day(now), now=now
    )
    assert task is not None
    db.session.commit()
    return task.id


def _coming() -> tuple[int, str, str]:
    """The first letter that will come by itself for a request whose meeting is confirmed."""
    today = london_day(utc_now())
    confirmed = select(Submission).where(Submission.state == "confirmed", Submission.meeting_on > today)
    for submission in db.session.scalars(confirmed):
        for each in follow_ups.planned(submission, follow_ups.marks_of(db.session(), submission.id), today):
            return submission.id, each.row.name, each.due_on.isoformat()
    raise LookupError("nothing is to come for any meeting")


def _letters() -> list[int]:
    """One letter of each state."""
    rows = db.session.execute(select(OutboxEmail.state, OutboxEmail.id).order_by(OutboxEmail.id)).all()
    return list({row.state: row.id for row in rows}.values())


def _held_letters() -> tuple[int, int]:
    """Letters of two moves for a second reader, those of the second one sent back."""
    asked = []
    wanted = select(Submission).where(Submission.kind == "speaker", Submission.state == "received")
    found = wanted.where(Submission.held_reason.is_(None)).order_by(Submission.id.desc()).limit(2)
    writer, reader = (
        db.session.scalars(select(Coordinator).where(Coordinator.role == role).order_by(Coordinator.id)).first()
        for role in ("coordinator", "admin")
    )
    assert writer is not None
    assert reader is not None
    for submission in db.session.scalars(found).all():
        by = Mover(Actor.COORDINATOR, writer)
        done = actions.perform(db.session(), submission, "start-matching", by=by, now=utc_now())
        asked.append(approvals.ask(db.session(), submission, "start-matching", done.sent, by=writer, now=utc_now()))
    approvals.send_back(db.session(), asked[1], "Thank them first.", by=reader, now=utc_now())
    db.session.commit()
    return asked[0].id, asked[1].id

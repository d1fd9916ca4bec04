"""A branch and a body in Ukraine that are brought together, and all that anybody can read of them. Nothing is a test.

What a stranger, the public and the calendar programs can open is taken from the map of all addresses: a page that is
added later is read here as well, or a test asks who may read it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from portal import security
from portal.accounts import commands
from portal.accounts.models import Coordinator
from portal.clock import utc_now
from portal.emails import links
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers import feeds
from portal.submissions import history, registry
from portal.twinning import calling, diary, handing_over
from portal.twinning.models import TwinningProposal
from portal.twinning.registrations import UkrainianRegistration
from tests.submissions.entries import NOW, TODAY
from tests.submissions.walks import move
from tests.twinning.registrations import own_page, register
from tests.twinning.test_candidates import OPENED, filed, propose

NAMES_OF_BODY = ("Світанок", "Svitanok", "Оксан", "Бойко", "oksana.boiko")
"""What the branch learns of the body with the introduction."""
HIDDEN_OF_BODY = (
    *("Павлоград", "Pavlohrad", "Pavlograd", "000 0000", "Марко", "marko.lys", "Signal", "Акумулятори"),
    *("Розповімо", "Ірина", "Дякуємо вам", "Лише для вас", "Ярина Наступна", "yaryna@"),
)
"""What the branch never learns of the body, whatever becomes of the two."""
NAMES_OF_BRANCH = ("Quillfen", "Ottoline", "ottoline@")
HIDDEN_OF_BRANCH = (
    *("Wood Green", "07700 900 555", "N22 6UX", "rosa@", "Rosa Deputy", "Lena Lead", "lena@"),
    *("For you alone", "Sylvia Next", "sylvia@"),
)
OF_BODY, OF_BRANCH = (*NAMES_OF_BODY, *HIDDEN_OF_BODY), (*NAMES_OF_BRANCH, *HIDDEN_OF_BRANCH)
FILED = {
    # A name that stands in no example of a form.
    "branch_name": "Quillfen",
    "contact_phone": "07700 900 555",
    **{"lead_name": "Lena Lead", "lead_email": "lena@example.org"},
    **{"deputy_name": "Rosa Deputy", "deputy_email": "rosa@example.org"},
}
"""What is told of the branch; its lead, whom somebody else has named, says neither yes nor no."""
LAST_WORDS = {("twinning/ended", "Світанок"), ("twinning/ended", "Svitanok")}
"""The letter that a twinning has ended says with whom it was; of a body that has withdrawn it is the last."""
NOT_LET_OUT = "We sang on the call"
"""What both may read in their diary, and the public not before a coordinator has let it out."""
OF_PAIR = (*OF_BODY, *OF_BRANCH, NOT_LET_OUT)
OF_NO_PAIR = {"offer", "speak", "tour", "join", "report", "new-address", "new-password"}
"""Private pages of speakers, of meetings and of accounts: no pair stands on them."""
OF_A_PAIR = {"track", "body", "lead", "handover", "feed"}
"""Private pages that are opened here: of both sides, of a lead, of successors, and the calendars of coordinators."""

Read = Iterator[tuple[str, str]]
"""Where something stands, and all its words."""


def public_paths(app: Flask) -> list[str]:
    """All addresses that open without an account and without a link, from the map of all addresses."""
    parts = {"kind": [each.name for each in registry.kinds()], "step": ["your-branch", "organisation", "you", "trust"]}
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or "token" in rule.arguments or not is_read(rule):
            continue
        given: list[dict[str, Any]] = [{}]
        for name in sorted(rule.arguments - set(rule.defaults or {})):
            given = [{**each, name: value} for each in given for value in parts[name]]
        with app.test_request_context():
            adapter = app.url_map.bind("", "/")
            found += [adapter.build(rule.endpoint, each | dict(rule.defaults or {})) for each in given]
    return sorted(set(found))


def is_read(rule: Rule) -> bool:
    """Whether an address can be opened by whoever has it, without an account."""
    return "GET" in (rule.methods or ()) and security.is_open(rule.endpoint)


def words_of(answer: Any) -> str:
    """All words of an answer and its headers: of a page its source, of a file for Word whatever stands in it."""
    if "wordprocessing" not in answer.headers["Content-Type"]:
        return f"{unescape(answer.text)} {answer.headers}"
    with ZipFile(BytesIO(answer.data)) as parts:
        written = " ".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    return f"{unescape(re.sub('<[^>]+>', '', written))} {answer.headers}"


class Pair:
    """A branch and a body with their own pages, and whoever else holds a link."""

    def __init__(self, app: Flask, client: FlaskClient, body: dict[str, Any] | None = None, **changed: Any) -> None:
        self.app, self.client = app, client
        self.body, self.branch = register(app, *OPENED, **(body or {})), filed(app, **(FILED | changed))
        self.of_body, self.of_branch, self.of_lead = own_page(app, self.body), "", ""
        self.of_successors: dict[int, str] = {}
        self.public = public_paths(app)
        self.opened_here: set[str] = set()
        with app.app_context():
            session = db.session()
            self.of_branch, self.of_lead = (
                links.path_of(links.issue(session, purpose, self.branch, NOW)) for purpose in ("track", "lead")
            )
            commands.create_coordinator("dana@example.org", "Dana", "coordinator", now=NOW)
            dana = session.scalars(select(Coordinator)).one()
            feed = feeds.add(session, dana, whole=True, names=True, now=NOW)
            self.feed = links.path_of(links.living(session, feeds.PURPOSE, feed.id)[0])
            session.commit()

    def do(self, act: Callable[[TwinningProposal], object]) -> None:
        """Let something happen to the proposal."""
        with self.app.app_context():
            act(db.session.get_one(TwinningProposal, self.branch))
            db.session.commit()

    def body_moves(self, name: str) -> None:
        """A move of the body on its own registration."""
        with self.app.app_context():
            move(db.session.get_one(UkrainianRegistration, self.body), name, now=utc_now())
            db.session.commit()

    @property
    def state(self) -> str:
        """Where the proposal stands."""
        with self.app.app_context():
            return db.session.get_one(TwinningProposal, self.branch).state

    def opened(self, path: str) -> Read:
        """A private page, and every page and file that leads on from it."""
        waiting, seen = [path], set[str]()
        while waiting:
            here = waiting.pop()
            seen.add(here)
            answer = self.client.get(here)
            if answer.status_code == 200:
                self.opened_here.add(self._rule_of(here))
            yield here, (words := words_of(answer))
            leads = {each.partition("#")[0].partition("?")[0] for each in re.findall(r'href="([^"]+)"', words)}
            waiting += sorted(each for each in leads - seen - set(waiting) if each.startswith(f"{path}/"))

    def _rule_of(self, path: str) -> str:
        """The rule in the map of all addresses by which a path is answered."""
        found: Any = self.app.url_map.bind("", "/").match(path, return_rule=True)[0]
        return str(found.rule)

    def letters(self, *roles: str, about: int) -> Read:
        """Every letter about one of the two to somebody, with its subject, both parts and its calendar file."""
        with self.app.app_context():
            found = select(OutboxEmail).where(OutboxEmail.submission_id == about, OutboxEmail.role.in_(roles))
            for each in db.session.scalars(found).all():
                yield each.template, " ".join((each.subject, each.text, each.html, each.calendar or ""))

    def to_branch(self) -> Read:
        """All that the branch and its lead can read."""
        yield from self.opened(self.of_branch)
        yield from self.opened(self.of_lead)
        yield from self.letters("branch", "lead", about=self.branch)

    def to_body(self) -> Read:
        """All that the body can read."""
        yield from self.opened(self.of_body)
        yield from self.letters("ukrainian-body", about=self.branch)
        yield from self.letters("branch", about=self.body)

    def to_anybody(self, *, with_forms: bool) -> Read:
        """All that anybody can read who has no link, and what a calendar program of ours keeps."""
        forms = tuple(f"/{each.name}" for each in registry.kinds())
        shown = [path for path in self.public if with_forms or not path.removeprefix("/uk").startswith(forms)]
        for path in (*shown, self.feed):
            yield path, words_of(self.client.get(path))

    def knows(self) -> bool:
        """Whether both have been introduced, which nobody can take back, and the body has not withdrawn since."""
        with self.app.app_context():
            is_there = db.session.get_one(UkrainianRegistration, self.body).state != "withdrawn"
            return is_there and bool(db.session.get_one(TwinningProposal, self.branch).twinnings)

    def leaks(self, *, public: tuple[str, ...] = (), with_forms: bool = False) -> list[tuple[str, str]]:
        """Where stands what may not stand there as things are, with the word. Anybody may read the words `public`.

        The pages of the forms, which take long, are read only on demand.
        """
        known = self.knows()
        read: list[tuple[Read, tuple[str, ...]]] = [
            (self.to_branch(), HIDDEN_OF_BODY if known else OF_BODY),
            (self.to_body(), HIDDEN_OF_BRANCH if known else OF_BRANCH),
            (
                self.to_anybody(with_forms=with_forms),
                tuple(word for word in (*OF_BODY, *OF_BRANCH, NOT_LET_OUT) if word not in public),
            ),
            (self.letters("team", about=self.branch), HIDDEN_OF_BODY),
            *((self.opened(path), OF_BODY) for number, path in self.of_successors.items() if number == self.branch),
            *((self.opened(path), OF_BRANCH) for number, path in self.of_successors.items() if number == self.body),
        ]
        found = [(where, word) for pages, words in read for where, text in pages for word in words if word in text]
        return [each for each in found if each not in LAST_WORDS]


def nothing(pair: Pair) -> None:
    """Nothing happens."""


def moves(*names: str) -> Callable[[Pair], None]:
    """Moves of the proposal, each by whoever may make it."""
    return lambda pair: pair.do(lambda each: [move(each, name) for name in names])


def of_body(name: str) -> Callable[[Pair], None]:
    """A move of the body on its own page."""
    return lambda pair: pair.body_moves(name)


def proposed(pair: Pair) -> None:
    """A coordinator proposes the body, although it may have said no before."""
    pair.do(lambda each: propose(each.id, pair.body, "They asked for it."))


def both_say_yes(pair: Pair) -> None:
    """Both would like to be introduced."""
    pair.body_moves("yes-to-twin")
    pair.do(lambda each: move(each, "yes-to-twin"))


def pass_on(pair: Pair) -> None:
    """The branch asks in its own words, and we pass on what may be."""
    pair.do(lambda each: move(each, "pass-to-body", question="", answer="How many are you?"))
    pair.do(lambda each: move(each, "pass-to-branch", question="How many are you?", answer="Some hundreds."))


def keep_diary(pair: Pair) -> None:
    """Both write: something for both, something for us alone, and something that nobody has let out."""

    def write(proposal: TwinningProposal) -> None:
        for side, for_us in ((diary.BRANCH, "For you alone"), (diary.BODY, "Лише для вас")):
            for audience, words in (
                (diary.BOTH, NOT_LET_OUT),
                (diary.COORDINATORS, for_us),
                (diary.PUBLIC, NOT_LET_OUT),
            ):
                values = {"kind": "call", "happened_on": TODAY, "words": words, "report": "", "audience": audience}
                diary.write(db.session(), proposal, values, side=side, now=NOW)

    pair.do(write)


def go_quiet(pair: Pair) -> None:
    """Both are asked how it goes, and one says that it is quiet."""
    pair.do(lambda each: move(each, "ask-pulse"))
    pair.do(lambda each: move(each, "body-pulse", said="quiet"))


def fix_call(pair: Pair) -> None:
    """Both can make all times that were offered: the first call is fixed."""
    pair.do(lambda each: move(each, "offer-call-times", call_times="", call_link="https://calls.example.org/1"))
    for is_body in (True, False):

        def tick(proposal: TwinningProposal, is_body: bool = is_body) -> None:
            call = calling.call_of(proposal)
            assert call is not None
            calling.tick(db.session(), proposal, {each.id for each in call.slots}, is_body=is_body, now=NOW)

        pair.do(tick)


def name_successors(pair: Pair) -> None:
    """Both sides name somebody who is to take over, and who has not answered yet."""
    people = {pair.branch: ("Sylvia Next", "sylvia@example.org"), pair.body: ("Ярина Наступна", "yaryna@example.org")}
    with pair.app.app_context():
        session = db.session()
        for number, (name, email) in people.items():
            kind = TwinningProposal if number == pair.branch else UkrainianRegistration
            handing_over.ask(session, session.get_one(kind, number), name, email, NOW)
            asked = session.scalar(select(history.of_submission(number, handing_over.ASKED, NOW)))
            pair.of_successors[number] = links.path_of(links.living(session, handing_over.PURPOSE, asked or 0)[0])
        session.commit()

"""Nothing of one side reaches the other, or the public, before it may: every page, letter, file and log line, in turn.

A pair is led through all its states by the real moves. In each, all that either side can open from its own page is
read, all letters with their calendar files and headers, what a lead and a successor are shown, every page that opens
without an account, the calendars of coordinators, and what was written to the log. What each reader may know is decided
in one place, `Pair.leaks`; it gives what stands where it may not stand.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import security
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import actions, registry
from portal.twinning.models import TwinningProposal
from tests.submissions.entries import COORDINATOR, NOW
from tests.twinning.pair import (
    OF_A_PAIR,
    OF_BODY,
    OF_BRANCH,
    OF_NO_PAIR,
    Pair,
    both_say_yes,
    fix_call,
    go_quiet,
    is_read,
    keep_diary,
    moves,
    name_successors,
    nothing,
    of_body,
    pass_on,
    proposed,
)
from tests.twinning.registrations import own_page, register
from tests.twinning.test_candidates import OPENED, propose

Steps = tuple[tuple[str, Callable[[Pair], None]], ...]
"""What happens one after the other, each with the state in which the proposal stands then."""

SEEKING: Steps = (("received", nothing), ("checked", moves("check")), ("seeking", moves("seek")))
TWINNED: Steps = (
    *SEEKING,
    ("proposed", proposed),
    ("proposed", both_say_yes),
    ("introduced", moves("introduce")),
    ("introduced", fix_call),
    ("getting-acquainted", moves("first-contact")),
    ("twinned", moves("twin")),
)
ROADS: dict[str, tuple[Steps, Steps]] = {
    "to a twinning": ((), (*TWINNED, ("twinned", keep_diary))),
    "handed over": (TWINNED, (("twinned", name_successors),)),
    "a question, and a no of each": (
        SEEKING,
        (
            ("proposed", proposed),
            ("proposed", pass_on),
            ("seeking", of_body("no-to-twin")),
            ("proposed", proposed),
            ("seeking", moves("no-to-twin")),
        ),
    ),
    "nobody answers": (SEEKING, (("proposed", proposed), ("seeking", moves("unanswered")))),
    "the body pauses": (SEEKING, (("proposed", proposed), ("seeking", of_body("pause")))),
    "the body withdraws": (SEEKING, (("proposed", proposed), ("seeking", of_body("withdraw")))),
    "the branch withdraws": (SEEKING, (("proposed", proposed), ("withdrawn", moves("withdraw")))),
    "declined": (SEEKING, (("proposed", proposed), ("declined", moves("decline")))),
    "the branch is asked": (SEEKING, (("waiting", moves("ask")), ("seeking", moves("answer")))),
    "quiet, dormant and revived": (
        TWINNED,
        (
            ("twinned", go_quiet),
            ("dormant", moves("gone-quiet")),
            ("twinned", moves("revive")),
        ),
    ),
    "paused and ended by the body, and another is sought": (
        TWINNED,
        (
            ("paused", moves("body-pauses")),
            ("twinned", moves("body-resumes")),
            ("ended", moves("body-ends")),
            ("seeking", moves("seek-again")),
        ),
    ),
    "paused and ended by the branch, and taken up again": (
        TWINNED,
        (("paused", moves("branch-pauses")), ("ended", moves("end")), ("paused", moves("reopen"))),
    ),
    "closed": (TWINNED, (("closed", moves("close")),)),
    "the body of a twinning withdraws": (TWINNED, (("ended", of_body("withdraw")),)),
}
"""From the first step to the last; after each of the second part everything is read."""


@pytest.fixture
def silent_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """At the end of a test the log is read: it names nobody."""
    caplog.set_level(logging.DEBUG)
    yield
    written = " ".join(f"{each.getMessage()} {each.__dict__}" for each in caplog.records)
    assert [word for word in (*OF_BODY, *OF_BRANCH) if word in written] == []


@pytest.mark.usefixtures("silent_log")
@pytest.mark.parametrize("road", ROADS)
def test_in_no_state_does_anything_reach_whom_it_may_not_reach(app: Flask, client: FlaskClient, road: str) -> None:
    before, after = ROADS[road]
    pair = Pair(app, client)
    for state, act in before:
        act(pair)
        assert pair.state == state
    for number, (state, act) in enumerate(after):
        act(pair)
        assert (number, pair.state) == (number, state)
        assert (number, pair.leaks(with_forms=number + 1 == len(after))) == (number, [])


def test_every_state_of_a_proposal_is_read() -> None:
    read = {state for _, after in ROADS.values() for state, _ in after}
    assert read == {state.name for state in registry.kind("twinning").workflow.states}


@pytest.mark.usefixtures("silent_log")
def test_both_learn_with_the_introduction_what_they_did_not_know_before(app: Flask, client: FlaskClient) -> None:
    """What `leaks` looks for is really there, once it may be: an empty answer of it means something."""
    pair = Pair(app, client)
    for state, act in TWINNED:
        act(pair)
        says = [
            any("Оксана Бойко" in words and "oksana.boiko@" in words for _, words in pair.to_branch()),
            any("Ottoline Hill" in words and "ottoline@" in words for _, words in pair.to_body()),
        ]
        assert says == [pair.knows()] * 2, state
    assert sum("/papers/" in where for where, _ in pair.to_body()) == 8, "four documents, each as a page and a file"


def test_a_word_that_stands_where_it_may_not_is_found(app: Flask, client: FlaskClient) -> None:
    pair = Pair(app, client)
    pair.do(
        lambda each: actions.message_to_branch(db.session(), each, "It is Oksana of Павлоград", by=COORDINATOR, now=NOW)
    )
    assert {word for _, word in pair.leaks()} == {"Павлоград"}


@pytest.mark.usefixtures("silent_log")
@pytest.mark.parametrize(
    "steps",
    [(), OPENED[:1], OPENED, (*OPENED, ("ask", {"question": "Скільки вас?"})), (*OPENED, ("pause", {})),
     (*OPENED, ("withdraw", {})), (("decline", {"reason": "Ні"}),)],
    ids=["received", "confirmed", "open", "waiting", "paused", "withdrawn", "declined"],
)  # fmt: skip
def test_what_a_body_has_told_stands_on_its_own_page_alone(app: Flask, client: FlaskClient, steps: Any) -> None:
    pair = Pair(app, client)
    pair.body = register(app, *steps)
    pair.of_body = own_page(app, pair.body)
    assert pair.leaks() == []


def test_what_both_allow_anybody_reads_while_they_are_twinned_and_never_more(app: Flask, client: FlaskClient) -> None:
    allowed = {"organisation": {"oblast": "lviv"}, "trust": {"publicity": "name"}}
    pair = Pair(app, client, body=allowed, publicity="public")
    names = ("Світанок", "Svitanok", "Quillfen")
    for _, act in TWINNED[:-1]:
        act(pair)
    assert pair.leaks() == []
    moves("twin")(pair)
    keep_diary(pair)
    assert pair.leaks(public=names) == []
    assert {word for _, word in pair.leaks()} == set(names), "they are shown"
    for name in ("gone-quiet", "revive", "end"):
        moves(name)(pair)
        assert pair.leaks(public=names if name == "revive" else ()) == [], name


def test_the_next_twin_learns_nothing_of_the_one_before(app: Flask, client: FlaskClient) -> None:
    pair = Pair(app, client)
    for act in (*(act for _, act in TWINNED), keep_diary, moves("end", "seek-again")):
        act(pair)
    other = register(app, *OPENED, organisation={"name_uk": "Спілка «Барвінок»", "name_latin": "Barvinok"},
                     reach={"contact_name": "Галина Зоря", "contact_email": "halyna@example.org"})  # fmt: skip
    before, pair.body, pair.of_body = (pair.body, pair.of_body), other, own_page(app, other)
    pair.do(lambda each: propose(each.id, other, "They asked for it."))
    for where, words in pair.opened(pair.of_body):
        assert [word for word in (*OF_BODY[:5], *OF_BRANCH, "We sang") if word in words] == [], where
    for path in (before[1], pair.of_branch):
        for where, words in pair.opened(path):
            assert [word for word in ("Барвінок", "Barvinok", "Зоря", "halyna@") if word in words] == [], where


def test_what_the_branch_wrote_of_itself_stays_with_us(app: Flask, client: FlaskClient) -> None:
    telling = {"offers": "Come to Quillfen", "learns": "Ask Ottoline", "notes": "Rosa Deputy knows"}
    pair = Pair(app, client, **telling)
    for _, act in (*SEEKING, ("proposed", proposed)):
        act(pair)
    pair.do(lambda each: actions.message_from_branch(db.session(), each, "Ottoline of Quillfen asks", now=NOW))
    assert pair.leaks() == []


def test_every_address_below_a_private_link_is_read(app: Flask, client: FlaskClient) -> None:
    """A page that is added to those of a pair later must be linked from them, or stand here with a reason."""
    pair = Pair(app, client)
    for _, act in (*TWINNED, ("twinned", keep_diary)):
        act(pair)
        pair.leaks()
    name_successors(pair)
    pair.leaks()
    rules = {rule.rule for rule in app.url_map.iter_rules() if is_read(rule) and "token" in rule.arguments}
    of_pair = {rule for rule in rules if rule.split("/")[1] in OF_A_PAIR}
    not_of_twins = {"/track/<token>/moves/branch-reports", "/track/<token>/moves/report"}
    assert of_pair - pair.opened_here - not_of_twins == {"/feed/<token>"}, "the calendar is read without leads"


def test_every_private_link_is_known(app: Flask) -> None:
    """A link of a new kind is opened here, or it is said that no pair stands behind it."""
    rules = [rule for rule in app.url_map.iter_rules() if is_read(rule) and "token" in rule.arguments]
    assert {rule.rule.split("/")[1] for rule in rules} == OF_A_PAIR | OF_NO_PAIR


@pytest.mark.parametrize("steps", [4, 6, 9], ids=["proposed", "introduced", "twinned"])
def test_a_viewer_of_the_desk_reads_nothing_of_the_body(
    app: Flask, client: FlaskClient, sign_in: Callable[..., FlaskClient], steps: int
) -> None:
    """Every page and file of the desk that opens for who may only look, from the map of all addresses."""
    pair = Pair(app, client)
    for _, act in TWINNED[:steps]:
        act(pair)
    viewer = sign_in("viewer")
    with app.app_context():
        letters = db.session.scalars(select(OutboxEmail.id)).all()
        twin = db.session.get_one(TwinningProposal, pair.branch)
        numbers = {"number": (pair.branch, pair.body), "email_id": tuple(letters), "branch_id": (twin.branch_id or 0,)}
    found = []
    for rule in app.url_map.iter_rules():
        if security.is_open(rule.endpoint) or "GET" not in (rule.methods or ()):
            continue
        for value in numbers.get(next(iter(rule.arguments), ""), (1,)) if len(rule.arguments) < 2 else ():
            with app.test_request_context():
                path = app.url_map.bind("", "/").build(rule.endpoint, dict.fromkeys(rule.arguments, value))
            words = viewer.get(path, follow_redirects=True).text
            found += [(path, word) for word in OF_BODY if word in words]
    assert found == []

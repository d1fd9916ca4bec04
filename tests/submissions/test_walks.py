"""Every move of every kind, from every state it may be made in, with the letters it sends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from portal.extensions import db
from portal.submissions import correspondence, intake, registry
from portal.submissions.workflow import BACK, SAME, Transition
from tests.submissions.entries import ANSWERS, BRANCH, NOW
from tests.submissions.walks import letters_of, move, road_to


@pytest.mark.parametrize("kind", [kind.name for kind in registry.kinds()])
@pytest.mark.parametrize("language", ["en", "uk"])
def test_every_move_from_every_state_sends_its_letters(app: Flask, kind: str, language: str) -> None:
    with app.app_context():
        for row in registry.kind(kind).workflow.transitions:
            for source in row.sources:
                sent, due = _walk(kind, language, source, row)
                assert sent == due, (row.name, source)
                db.session.rollback()


def _walk(kind: str, language: str, source: str, row: Transition) -> tuple[list[str], list[str]]:
    """The letters that a move sent, and those that were due."""
    answers = ANSWERS[kind](language=language)
    if kind == "affiliation":
        answers["fee"] |= {"fee_wish": "more", "offered_pence": "50"}
    submission = intake.file(db.session(), kind, answers, now=NOW, language=language, by=BRANCH)
    for step in road_to(kind, source):
        move(submission, step)
    typed = {}
    if row.name == "one-declined":
        # One of several: somebody else is asked as well.
        move(submission, "ask-speakers")
        typed = {"offer": str(submission.offers[0].id)}
    assert submission.state == source
    before = len(letters_of(submission))
    expected = correspondence.due(submission, row)
    assert {note.template for note in row.notify if not note.only_if and source in (note.only_from or [source])} <= {
        note.template for note in expected
    }
    done = move(submission, row.name, now=NOW + timedelta(minutes=1), **typed)
    assert done.event.actor == row.by[0]
    if row.target != BACK:
        assert submission.state == (source if row.target == SAME else row.target), row.name
    sent = [template for template, _ in letters_of(submission)[before:]]
    return sent, [note.template for note in expected if _has_address(submission, note.to)]


def _has_address(submission: object, recipient: str) -> bool:
    if recipient == "other-speakers":
        return False
    if recipient == "ukrainian-body":
        return bool(getattr(submission, "body_email", ""))
    return True

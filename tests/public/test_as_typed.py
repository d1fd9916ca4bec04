"""The collected entries of real branches, typed into the real pages, and two branches' forms at the same moment."""

from __future__ import annotations

import json
import re
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.clock import london_day, utc_now
from portal.directory.models import Union
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions.models import Submission
from tests.public import walk
from tests.submissions import entries


def as_if_today(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry with its days moved on, as far as today is from the day it was collected."""
    later: timedelta = london_day(utc_now()) - entries.TODAY

    def moved(found: re.Match[str]) -> str:
        return (date.fromisoformat(found[0]) + later).isoformat()

    told: dict[str, Any] = json.loads(re.sub(r"\b20\d\d-\d\d-\d\d\b", moved, json.dumps(entry)))
    return told


@pytest.mark.parametrize("entry", entries.EXAMPLES, ids=[entry["id"] for entry in entries.EXAMPLES])
def test_a_collected_entry_goes_through_the_pages(app: Flask, client: FlaskClient, entry: dict[str, Any]) -> None:
    kind, answers = entries.answers_of(as_if_today(entry))
    thanks = walk.apply(client, kind, answers)
    with app.app_context():
        submission = db.session.scalars(select(Submission)).one()
        assert submission.reference in thanks
        assert submission.region_slug == entry["expect"]["region"]
        assert submission.outcode == entry["expect"]["outcode"]
        union = db.session.get(Union, submission.union_id) if submission.union_id else None
        assert (union.slug if union else "") == entry["expect"]["union"]
        letter = db.session.scalars(select(OutboxEmail).where(OutboxEmail.role == "branch")).one()
        assert letter.to_address == submission.contact_email


def test_two_forms_of_one_branch_at_the_same_moment_make_one_affiliation(any_app: Flask) -> None:
    clients = [any_app.test_client() for _ in range(2)]
    tokens = []
    for client in clients:
        walk.fill(client, "affiliation")
        tokens.append(walk.token(client, walk.url("affiliation", "check")))
    gate = threading.Barrier(2)
    statuses: list[int] = []

    def press(client: FlaskClient, token: str) -> None:
        gate.wait()
        statuses.append(client.post(walk.url("affiliation", "check"), data={"csrf_token": token}).status_code)

    threads = [threading.Thread(target=press, args=pair) for pair in zip(clients, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303, 303]
    for client in clients:
        assert client.get(walk.url("affiliation", "sent")).status_code == 200
    with any_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Submission)) in (1, 2)

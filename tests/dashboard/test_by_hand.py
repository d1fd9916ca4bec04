"""Adding a request that came by telephone, letter, email or at a stall."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.dashboard.conftest import boxes

LITTLE = {
    "channel": "telephone",
    "your-branch--body_type": "branch",
    "your-branch--union": "num",
    "your-branch--branch_name": "Durham Area",
    "your-branch--town": "Durham",
    "you--contact_name": "Jean Armstrong",
    "you--contact_email": "j.armstrong@example.org",
    "you--language": "en",
}
OF_KIND = {
    "speaker": {"date_rule": "2nd Tuesday of the month"},
    "twinning": {},
    "affiliation": {},
}


def fill(html: str, values: dict[str, str]) -> dict[str, str]:
    """What a browser sends: the boxes as they are, and what was typed, under whichever step has the field."""
    names = set(re.findall(r'name="([^"]+)"', html))
    found = boxes(html)
    for name, value in values.items():
        whole = name if name in names else next((each for each in names if each.endswith(f"--{name}")), name)
        found[whole] = value
    return found


@pytest.mark.parametrize("kind", ["speaker", "twinning", "affiliation"])
def test_a_little_is_enough(
    coordinator: FlaskClient, look: Callable[..., Any], rows: Callable[..., list[Any]], kind: str
) -> None:
    path = f"/dashboard/requests/new/{kind}"
    assert f'href="{path}"' in coordinator.get("/dashboard/requests/new").text
    html = coordinator.get(path).text
    data = fill(html, LITTLE | OF_KIND[kind])
    answer = coordinator.post(path, data=data)
    wrong = re.findall(r'<li><a href="#([^"]+)">([^<]+)', answer.text)
    assert answer.status_code == 303, wrong
    assert look(1, "kind", "channel", "contact_name") == (kind, "telephone", "Jean Armstrong")
    assert "by telephone" in coordinator.get(answer.location).text
    assert coordinator.post(path, data=data).location == answer.location
    assert rows("SELECT count(*) FROM submissions") == [(1,)]
    assert rows("SELECT actor, coordinator_id FROM events WHERE name = 'received'") == [("coordinator", 1)]


def test_what_is_missing_is_asked_for_and_nothing_is_lost(coordinator: FlaskClient) -> None:
    path = "/dashboard/requests/new/speaker"
    html = coordinator.get(path).text
    answer = coordinator.post(path, data=fill(html, {"you--contact_email": "nonsense", "your-branch--town": "Durham"}))
    assert answer.status_code == 200
    assert "Choose how it came" in answer.text
    assert 'href="#you--contact_email"' in answer.text
    found = boxes(answer.text)
    assert found["you--contact_email"] == "nonsense"
    assert found["your-branch--town"] == "Durham"


def test_every_control_has_a_name_of_its_own(coordinator: FlaskClient) -> None:
    for kind in ("speaker", "twinning", "affiliation"):
        html = coordinator.get(f"/dashboard/requests/new/{kind}").text
        ids = re.findall(r'\bid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), {each for each in ids if ids.count(each) > 1}


def test_an_unknown_kind_is_not_found(coordinator: FlaskClient) -> None:
    assert coordinator.get("/dashboard/requests/new/nothing").status_code == 404

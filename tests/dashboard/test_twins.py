"""Who fits as a twin, on the desk: lists both ways with reasons, a pairing of all, and nobody’s name in either."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.dashboard import twins
from portal.extensions import db
from portal.submissions.models import reference_of
from portal.twinning.candidate import PARTED, Candidate
from portal.twinning.registrations import UkrainianRegistration
from tests.conftest import counted
from tests.dashboard.conftest import unescape
from tests.twinning.registrations import SECRETS, register
from tests.twinning.test_waiting import OPENED, propose

SEEKING = ("check", "seek")


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return unescape(answer.text)


def miners(app: Flask, *moves: str, name: str = "Durham Area") -> int:
    return propose(app, *(moves or SEEKING), union="num", sectors=["mining"], branch_name=name)


def test_a_proposal_lists_the_bodies_that_fit_with_reasons_and_nobody_s_name(
    app: Flask, coordinator: FlaskClient
) -> None:
    branch, body = miners(app), register(app, *OPENED)
    text = page(coordinator, f"/dashboard/requests/{branch}/twins")
    assert "Bodies in Ukraine that fit" in text
    assert "Dnipropetrovsk Oblast: Mining" in text
    assert f'href="/dashboard/requests/{body}"' in text
    assert "NUM and PRUPU organise the same trades" in text
    assert "A second coordinator must agree: front-line or border area under regular attack" in text
    assert "To them the branch is worth" in text
    assert [secret for secret in SECRETS if secret in text] == []
    assert f'href="/dashboard/requests/{branch}/twins"' in page(coordinator, f"/dashboard/requests/{branch}")


def test_a_body_lists_the_branches_that_fit(app: Flask, coordinator: FlaskClient) -> None:
    branch, body = miners(app), register(app, *OPENED)
    text = page(coordinator, f"/dashboard/requests/{body}/twins")
    assert "Branches that fit" in text
    assert "NUM Durham Area" in text
    assert f'href="/dashboard/requests/{branch}"' in text
    assert f'href="/dashboard/requests/{body}/twins"' in page(coordinator, f"/dashboard/requests/{body}")


def test_a_body_that_is_not_confirmed_or_has_paused_stands_apart_with_the_reason(
    app: Flask, coordinator: FlaskClient
) -> None:
    branch = miners(app)
    register(app)
    register(app, *OPENED, ("pause", {}))
    text = page(coordinator, f"/dashboard/requests/{branch}/twins")
    assert "No body in Ukraine can be proposed as things stand." in text
    apart = text[text.index("Who cannot be proposed") :]
    assert "Its national union has not confirmed the body, or not as it is now" in apart
    assert "The body has paused" in apart


def test_whoever_has_withdrawn_is_on_no_page(app: Flask, coordinator: FlaskClient) -> None:
    branch, body = miners(app), register(app, *OPENED, ("withdraw", {}))
    reference = reference_of(body)
    with app.app_context():
        reference = db.session.get_one(UkrainianRegistration, body).reference
    for path in (f"/dashboard/requests/{branch}/twins", "/dashboard/twins"):
        assert reference not in page(coordinator, path)


@pytest.mark.parametrize("moves", [("check",), ("check", "seek", "propose", "introduce")])
def test_where_no_twin_is_looked_for_the_list_leads_back(
    app: Flask, coordinator: FlaskClient, moves: tuple[str, ...]
) -> None:
    number = miners(app, *moves)
    answer = coordinator.get(f"/dashboard/requests/{number}/twins")
    assert answer.status_code == 303
    assert answer.location.endswith(f"/dashboard/requests/{number}")
    text = page(coordinator, f"/dashboard/requests/{number}")
    assert "Nobody looks for a twin here as it stands." in text
    assert "Who fits as a twin" not in text


def test_another_kind_of_request_has_no_twins(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    assert coordinator.get(f"/dashboard/requests/{make_request('speaker')}/twins").status_code == 303
    assert coordinator.get("/dashboard/requests/99999/twins").status_code == 404


def test_all_who_wait_are_paired_each_with_why_and_who_is_left_too(app: Flask, coordinator: FlaskClient) -> None:
    first, second = miners(app, name="Durham Area"), miners(app, name="Kent Area")
    body = register(app, *OPENED)
    text = page(coordinator, "/dashboard/twins")
    assert f'<a href="/dashboard/requests/{first}">NUM Durham Area</a> and' in text
    assert f'<a href="/dashboard/requests/{body}">Dnipropetrovsk Oblast: Mining</a>' in text
    assert "For the branch it is the only body that could be proposed." in text
    assert "For the body it is the first choice of two." in text
    left = text[text.index("Branches without a body") :]
    assert f'<a href="/dashboard/requests/{second}">NUM Kent Area</a>' in left
    assert "The one body that could be proposed is paired with one of the branches that suits it better." in left
    assert [secret for secret in SECRETS if secret in text] == []


def test_whoever_was_proposed_before_is_shown_and_not_paired_again(app: Flask, coordinator: FlaskClient) -> None:
    first, second, body = miners(app), miners(app, name="Kent Area"), register(app, *OPENED)
    with app.app_context():
        db.session.add(
            Candidate(
                proposal_id=first,
                registration_id=body,
                proposed_at=utc_now(),
                closed_at=utc_now(),
                state=PARTED,
                body_answer="no",
            )
        )
        db.session.commit()
    text = page(coordinator, "/dashboard/twins")
    paired, before = text[: text.index("Proposed before")], text[text.index("Proposed before") :]
    assert f'<a href="/dashboard/requests/{second}">NUM Kent Area</a> and' in paired
    assert "NUM Durham Area</a> and" not in paired
    assert "NUM Durham Area</a> and" in before
    assert "The body said no, " in before
    assert f"/dashboard/requests/{first}/moves/propose-body?body={body}" in before
    form = page(coordinator, f"/dashboard/requests/{first}/moves/propose-body?body={body}")
    assert "One of the two has said no to the other" in form
    assert [secret for secret in SECRETS if secret in text] == []


def test_without_anybody_there_is_no_pair(coordinator: FlaskClient) -> None:
    assert "There is no pair" in page(coordinator, "/dashboard/twins")


def test_of_very_many_only_those_who_have_waited_longest_are_paired(
    app: Flask, coordinator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twins, "MOST_OF_A_SIDE", 1)
    for name in ("Durham Area", "Kent Area"):
        miners(app, name=name)
    register(app, *OPENED)
    text = page(coordinator, "/dashboard/twins")
    assert "More than 1 wait on one side." in text
    assert "Kent Area" not in text


def test_the_pages_send_few_statements_however_many_wait(app: Flask, coordinator: FlaskClient) -> None:
    branch = miners(app)
    body = register(app, *OPENED)
    paths = (f"/dashboard/requests/{branch}/twins", f"/dashboard/requests/{body}/twins", "/dashboard/twins")
    few = [_statements(coordinator, path) for path in paths]
    for number in range(3):
        miners(app, name=f"Area {number}")
        register(app, *OPENED)
    assert [_statements(coordinator, path) for path in paths] == few
    assert few == [7, 7, 5]


def _statements(client: FlaskClient, path: str) -> int:
    client.get(path)
    with counted() as statements:
        assert client.get(path).status_code == 200
    return len(statements)


def test_viewers_see_nothing_about_ukraine(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    branch = miners(app)
    viewer = sign_in("viewer")
    assert viewer.get(f"/dashboard/requests/{branch}/twins").status_code == 403
    assert viewer.get("/dashboard/twins").status_code == 403
    assert "Who fits as a twin" not in viewer.get(f"/dashboard/requests/{branch}").text

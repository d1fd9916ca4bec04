"""The forms as coordinators read them: no page asks a coordinator for "your name", or answers as a branch would."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.submissions import at_desk, registry
from tests.conftest import csrf_token
from tests.dashboard.conftest import Page, boxes

KINDS = ("speaker", "twinning", "affiliation")
TO_SOMEBODY_ELSE = re.compile(
    r"\b(?:you|your|yours|me|my|our)\b|suit us|\bwe (?:name|pay|would|cannot|accept|are)\b", re.IGNORECASE
)
TO_THE_COORDINATOR = re.compile(
    r"You can (?:paste|enter) .*|Leave empty what you do not know\. You can ask the branch later\."
)
CONSENT = re.compile(r"They agreed: “[^”]*”")


def words_of(html: str) -> list[str]:
    """Labels, legends, hints, choices and errors of the page's main part, and the facts of a request."""
    main = CONSENT.sub("", html[html.index('<main id="main"') :])
    main = re.sub(r"<script.*?</script>|<textarea.*?</textarea>", "", main, flags=re.DOTALL)
    parts = r"(?:label|legend|option|dd|dt)\b[^>]*|div [^>]*govuk-hint[^>]*|p [^>]*govuk-error-message[^>]*|p"
    return [re.sub(r"<[^>]+>", "", found) for found in re.findall(rf"<(?:{parts})>(.*?)</", main, re.DOTALL)]


def spoken_to_the_branch(html: str) -> list[str]:
    """The words of a page that are the branch's own or speak to it."""
    words = words_of(html)
    assert len(words) > 5
    return [text for text in words if not TO_THE_COORDINATOR.fullmatch(text) and TO_SOMEBODY_ELSE.search(text)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_by_hand_is_in_a_coordinator_s_words(coordinator: FlaskClient, kind: str) -> None:
    path = f"/dashboard/requests/new/{kind}"
    page = Page(coordinator, path)
    assert spoken_to_the_branch(page.text) == []
    wrong = coordinator.post(path, data=boxes(page.text))
    assert "Error:" in wrong.text
    assert spoken_to_the_branch(wrong.text) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_correction_is_in_a_coordinator_s_words(
    coordinator: FlaskClient, make_request: Callable[..., int], kind: str
) -> None:
    number = make_request(kind)
    for step in registry.kind(kind).steps:
        path = f"/dashboard/requests/{number}/correct/{step.name}"
        page = coordinator.get(path).text
        assert spoken_to_the_branch(page) == [], step.name
        typed = boxes(page) | {"contact_name": "", "second_email": "j.armstrong@example.org", "fee_wish": "more"}
        typed |= {
            "can_pay": ["nothing", "bed"],
            "wanted_speaker": "named",
            "date_1": "",
            "time_1": "",
            "offered_pence": "1",
        }
        answer = coordinator.post(path, data=typed)
        if answer.status_code == 200:
            assert spoken_to_the_branch(answer.text) == [], step.name


@pytest.mark.parametrize(
    ("kind", "facts", "shown"),
    [
        ("speaker", {"wanted_speaker": "named", "named_speaker": "Olha"}, "Somebody they name: Olha"),
        ("speaker", {"wanted_speaker": "no-preference"}, "Anyone we suggest"),
        ("affiliation", {"fee_wish": "waiver"}, "They ask for less, or for nothing"),
        ("twinning", {"publicity": "name-only"}, "Only the name of the branch"),
        ("twinning", {"offers": "An ambulance and two drivers"}, "An ambulance and two drivers"),
        ("twinning", {"learns": "How you organise in war"}, "How you organise in war"),
    ],
)
def test_the_facts_are_in_a_coordinator_s_words(
    coordinator: FlaskClient, make_request: Callable[..., int], kind: str, facts: dict[str, str], shown: str
) -> None:
    html = coordinator.get(f"/dashboard/requests/{make_request(kind, **facts)}").text
    assert shown in html.partition("What they asked for")[2].partition(">History<")[0]
    assert shown.partition(":")[0] in html.partition("Everything they told us")[2]


def test_a_sum_beside_the_first_answer_is_not_the_fee_as_it_is_worked_out(
    coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request("affiliation", fee_wish="as-worked-out", offered_pence=2000, fee_pence=None)
    html = coordinator.get(f"/dashboard/requests/{number}").text
    assert "The branch offers £20.00 a year." in html
    assert "The fee as it is worked out" not in html.partition("What they asked for")[2].partition(">History<")[0]


def test_no_answer_speaks_as_the_branch_and_no_rewording_is_for_nothing(app: Flask) -> None:
    unused = set(at_desk.CHOICES)
    with app.test_request_context():
        for kind in registry.kinds():
            for step in kind.steps:
                for field in at_desk.blank(step.form)._fields.values():
                    for choice in getattr(field, "choices", None) or ():
                        assert not TO_SOMEBODY_ELSE.search(str(choice.label)), (field.short_name, choice.label)
                        unused.discard((field.short_name, choice.value))
    assert unused == set()


def test_the_public_form_keeps_its_own_voice(coordinator: FlaskClient, client: FlaskClient) -> None:
    coordinator.get("/dashboard/requests/new/speaker")
    assert csrf_token(client.get("/invite-a-speaker/your-branch").text)
    html = client.get("/invite-a-speaker/you").text
    assert "Your name" in html
    assert "Somebody we name below" in client.get("/invite-a-speaker/speaker").text


def test_a_note_keeps_the_lines_that_the_branch_typed(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    typed = "GM 15/10 <b>inquorate</b>\nExec 22/10"
    shown = "GM 15/10 &lt;b&gt;inquorate&lt;/b&gt;<br>Exec 22/10"
    html = coordinator.get(f"/dashboard/requests/{make_request('speaker', notes=typed)}").text
    assert html.count(shown) == 2
    # The branch's own page and the page that checks its answers show theirs by one piece.
    with app.test_request_context():
        summary = app.jinja_env.get_template("macros/page.html").module.summary_list
        assert shown in summary([{"label": "Notes", "value": [typed]}])
        assert shown in summary([{"label": "Notes", "value": typed}])

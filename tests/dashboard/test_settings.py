"""What admins set: fees, reply times, accounts; one's own account; and which role sees which page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.models import Coordinator
from portal.clock import utc_now
from portal.extensions import db
from portal.submissions import actions, whole
from portal.submissions.actions import Mover
from portal.submissions.workflow import Actor
from tests.dashboard.conftest import Page, boxes, post_all

FOR_ALL = ("/dashboard/requests", "/dashboard/account")
FOR_COORDINATORS = (
    "/dashboard/requests/1",
    "/dashboard/requests/1/message",
    "/dashboard/requests/1/moves/start-matching",
    "/dashboard/requests/1/correct/you",
    "/dashboard/requests/new",
    "/dashboard/requests/new/speaker",
    "/dashboard/mail",
    "/dashboard/mail/1",
    "/dashboard/mail/1/html",
    "/dashboard/branches",
)
FOR_ADMINS = (
    "/dashboard/settings",
    "/dashboard/settings/campaign",
    "/dashboard/settings/fees",
    "/dashboard/settings/fees/new",
    "/dashboard/accounts",
)


@pytest.mark.parametrize(("role", "level"), [("viewer", 0), ("coordinator", 1), ("admin", 2)])
def test_each_role_sees_its_pages(
    sign_in: Callable[..., FlaskClient], make_request: Callable[..., int], role: str, level: int
) -> None:
    make_request()
    client = sign_in(role)
    for needed, paths in enumerate((FOR_ALL, FOR_COORDINATORS, FOR_ADMINS)):
        for path in paths:
            assert client.get(path).status_code == (200 if level >= needed else 403), path
    html = client.get("/dashboard/requests").text
    assert ("/dashboard/mail" in html) == (level >= 1)
    assert ("/dashboard/settings" in html) == (level >= 2)


def test_strangers_are_asked_to_sign_in(app: Flask, client: FlaskClient) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("dashboard.") and "GET" in (rule.methods or ()):
            parts = dict.fromkeys(rule.arguments, 1) | dict(rule.defaults or {})
            path = app.url_map.bind("").build(rule.endpoint, parts, method="GET")
            answer = client.get(path)
            assert answer.status_code == 302, path
            assert "/login" in answer.location


def test_nothing_is_changed_by_a_viewer_or_without_a_token(
    app: Flask, sign_in: Callable[..., FlaskClient], make_request: Callable[..., int]
) -> None:
    make_request()
    viewer, coordinator = sign_in("viewer"), sign_in("coordinator")
    token = Page(viewer, "/dashboard/account").hidden()["csrf_token"]
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("dashboard.") and "POST" in (rule.methods or ()):
            values = {name: "speaker" if name == "kind" else 1 for name in rule.arguments}
            path = app.url_map.bind("").build(rule.endpoint, values, method="POST")
            assert viewer.post(path, data={"csrf_token": token}).status_code == 403, path
            assert coordinator.post(path, data={}).status_code == 400, path


class TestFees:
    """The fee table."""

    def test_add_change_remove(self, sign_in: Callable[..., FlaskClient], rows: Callable[..., list[Any]]) -> None:
        admin = sign_in("admin")
        assert "No fee is set" in admin.get("/dashboard/settings/fees").text
        path = "/dashboard/settings/fees/new"
        sent = {"body_type": "trades-council", "basis": "per-member", "pence": "0.15", "minimum_pence": "15"}
        assert post_all(admin, path, admin.get(path).text, **sent).status_code == 303
        assert rows("SELECT body_type, basis, up_to_members, pence, minimum_pence FROM fee_bands") == [
            ("trades-council", "per-member", None, 15, 1500)
        ]
        assert "£0.15 for each member, at least £15" in admin.get("/dashboard/settings/fees").text
        path = "/dashboard/settings/fees/1"
        html = admin.get(path).text
        assert boxes(html)["pence"] == "0.15"
        sent = {"body_type": "branch", "basis": "flat", "pence": "£50", "minimum_pence": "", "up_to_members": "300"}
        assert post_all(admin, path, html, **sent).status_code == 303
        assert rows("SELECT body_type, up_to_members, pence FROM fee_bands") == [("branch", 300, 5000)]
        assert post_all(admin, f"{path}/remove", admin.get(f"{path}/remove").text).status_code == 303
        assert rows("SELECT count(*) FROM fee_bands") == [(0,)]

    def test_a_wrong_sum_comes_back(self, sign_in: Callable[..., FlaskClient]) -> None:
        admin = sign_in("admin")
        path = "/dashboard/settings/fees/new"
        answer = post_all(admin, path, admin.get(path).text, body_type="branch", basis="flat", pence="a lot")
        assert "There is a problem" in answer.text
        assert boxes(answer.text)["pence"] == "a lot"

    @pytest.mark.parametrize(
        ("first", "second", "told"),
        [
            ("300", "300", "There is a row for this already (Branch, up to 300 members: £50.00 a year)"),
            ("", "", "There is a row for this already (Branch, any number of members: £50.00 a year)"),
            ("300", "", None),
        ],
    )
    def test_two_rows_never_contradict_each_other(
        self,
        sign_in: Callable[..., FlaskClient],
        rows: Callable[..., list[Any]],
        first: str,
        second: str,
        told: str | None,
    ) -> None:
        admin = sign_in("admin")
        path = "/dashboard/settings/fees/new"
        sent = {"body_type": "branch", "basis": "flat", "pence": "50", "minimum_pence": ""}
        assert post_all(admin, path, admin.get(path).text, **sent, up_to_members=first).status_code == 303
        answer = post_all(admin, path, admin.get(path).text, **sent, up_to_members=second)
        assert (answer.status_code, rows("SELECT count(*) FROM fee_bands")) == (
            (200, [(1,)]) if told else (303, [(2,)])
        )
        assert not told or told in answer.text
        # The same row may be kept as it is.
        own = "/dashboard/settings/fees/1"
        assert post_all(admin, own, admin.get(own).text, **sent, up_to_members=first).status_code == 303

    def test_one_sum_a_year_has_no_least_sum(self, sign_in: Callable[..., FlaskClient]) -> None:
        admin = sign_in("admin")
        path = "/dashboard/settings/fees/new"
        sent = {"body_type": "branch", "basis": "flat", "pence": "50", "minimum_pence": "20"}
        assert "Leave this empty" in post_all(admin, path, admin.get(path).text, **sent).text

    def test_an_unknown_row_is_not_found(self, sign_in: Callable[..., FlaskClient]) -> None:
        assert sign_in("admin").get("/dashboard/settings/fees/9").status_code == 404


TREASURER = "/dashboard/letters/affiliation/fee-due/en"


class TestMoney:
    """What is in few hands."""

    PLACES = ("/dashboard/settings/fees", "/dashboard/settings/fees/new", TREASURER)

    def test_who_handles_money_sets_fees_and_letters_to_treasurers(
        self, money_handler: FlaskClient, rows: Callable[..., list[Any]]
    ) -> None:
        html = money_handler.get("/dashboard/requests").text
        assert '<a href="/dashboard/settings/fees"' in html
        assert "/dashboard/settings/campaign" not in html
        assert "You also handle money" in money_handler.get("/dashboard/account").text
        path = self.PLACES[1]
        sent = {"body_type": "branch", "basis": "flat", "pence": "50", "minimum_pence": ""}
        assert post_all(money_handler, path, money_handler.get(path).text, **sent).status_code == 303
        words = money_handler.get(TREASURER).text
        assert (
            post_all(money_handler, TREASURER, words, step="save", subject="The fee {{ reference }}").status_code == 303
        )
        assert rows("SELECT subject FROM letter_texts") == [("The fee {{ reference }}",)]
        assert money_handler.get("/dashboard/settings").status_code == 403

    def test_everybody_else_is_told_whom_to_ask(
        self, coordinator: FlaskClient, money_handler: FlaskClient, rows: Callable[..., list[Any]]
    ) -> None:
        post_all(
            money_handler, TREASURER, money_handler.get(TREASURER).text, step="save", subject="The fee {{ reference }}"
        )
        assert '<a href="/dashboard/settings/fees"' not in coordinator.get("/dashboard/requests").text
        token = Page(coordinator, "/dashboard/account").hidden()["csrf_token"]
        for path in self.PLACES:
            for answer in (coordinator.get(path), coordinator.post(path, data={"csrf_token": token, "step": "save"})):
                assert answer.status_code in (403, 405), path
                assert answer.status_code == 405 or "Ask an admin to mark your account for money" in answer.text
        back = coordinator.post(f"{TREASURER}/history/0", data={"csrf_token": token, "seen": "1"})
        assert back.status_code == 403
        assert rows("SELECT count(*) FROM letter_texts") == [(1,)]
        # What goes to treasurers may be read, and letters to others may be changed.
        assert coordinator.get(f"{TREASURER}/history/1").status_code == 200
        assert coordinator.get("/dashboard/letters/affiliation/accepted/en").status_code == 200

    def test_only_they_waive_a_fee(
        self,
        app: Flask,
        coordinator: FlaskClient,
        money_handler: FlaskClient,
        make_request: Callable[..., int],
    ) -> None:
        number = make_request("affiliation")
        page, path = f"/dashboard/requests/{number}", f"/dashboard/requests/{number}/moves/waive"
        html = coordinator.get(page).text
        assert path not in html
        assert "“Waive the fee” is for those who handle money. Ask an admin if you need it." in html
        assert "Ask an admin to mark your account for money" in coordinator.get(path).text
        assert Page(coordinator, page).post(path, reason="They are on strike.").status_code == 403
        html = money_handler.get(page).text
        assert path in html
        assert "is for those who handle money" not in html
        assert money_handler.get(path).status_code == 200

    def test_no_move_is_made_by_whoever_may_not(self, app: Flask, make_request: Callable[..., int]) -> None:
        number = make_request("affiliation", fee_pence=5000)
        with app.app_context():
            person = Coordinator(name="Maria", email="maria@example.org", role="coordinator", created_at=utc_now())
            db.session.add(person)
            db.session.flush()
            by = Mover(Actor.COORDINATOR, person)
            submission = whole.load(db.session(), number)
            assert submission is not None
            make = partial(actions.perform, db.session(), submission, by=by, now=utc_now())
            with pytest.raises(actions.NotPermittedError):
                make("waive", answers={"reason": "They are on strike."})
            make("accept")
            some = {"paid_pence": "1000", "paid_on": "2026-11-20", "counts_as_whole": "yes"}
            with pytest.raises(actions.WrongAnswerError, match="counts_as_whole"):
                make("paid", answers=some)
            person.may_handle_money = True
            make("paid", answers=some)
            assert submission.state == "active"

    def test_an_admin_marks_an_account(
        self, sign_in: Callable[..., FlaskClient], rows: Callable[..., list[Any]]
    ) -> None:
        sign_in("coordinator", email="tom@example.org", name="Tom Hardcastle")
        admin = sign_in("admin")
        marked = "SELECT may_handle_money FROM coordinators WHERE id = 1"
        page = Page(admin, "/dashboard/accounts")
        for typed, kept in (("yes", [(1,)]), ("", [(1,)]), ("no", [(0,)])):
            answer = page.post("/dashboard/accounts/1", role="coordinator", active="yes", money=typed)
            assert answer.status_code == 303
            assert rows(marked) == kept, typed


class TestCampaign:
    """Reply times and words."""

    def test_are_kept_with_who_set_them(
        self, sign_in: Callable[..., FlaskClient], rows: Callable[..., list[Any]]
    ) -> None:
        admin = sign_in("admin")
        path = "/dashboard/settings/campaign"
        sent = {"reply_days": "4", "contact_phone": "020 7946 0000"}
        assert post_all(admin, path, admin.get(path).text, **sent).status_code == 303
        assert rows("SELECT name, value, set_by FROM settings ORDER BY name") == [
            ("contact_phone", "020 7946 0000", "admin@example.org"),
            ("reply_days", "4", "admin@example.org"),
        ]
        assert boxes(admin.get(path).text)["reply_days"] == "4"

    def test_an_address_that_nobody_can_write_to_is_not_kept(
        self, sign_in: Callable[..., FlaskClient], rows: Callable[..., list[Any]]
    ) -> None:
        admin = sign_in("admin")
        path = "/dashboard/settings/campaign"
        answer = post_all(admin, path, admin.get(path).text, contact_email="write to us")
        assert "Contact address shown: Enter one email address" in answer.text
        assert rows("SELECT count(*) FROM settings") == [(0,)]

    def test_a_wrong_number_comes_back_and_nothing_is_kept(
        self, sign_in: Callable[..., FlaskClient], rows: Callable[..., list[Any]]
    ) -> None:
        admin = sign_in("admin")
        path = "/dashboard/settings/campaign"
        answer = post_all(admin, path, admin.get(path).text, reply_days="many", contact_phone="020 7946 0000")
        assert "Enter a whole number" in answer.text
        assert boxes(answer.text)["reply_days"] == "many"
        assert rows("SELECT count(*) FROM settings") == [(0,)]


class TestAccounts:
    """The accounts an admin keeps."""

    def test_a_closed_account_is_signed_out_at_once(
        self, sign_in: Callable[..., FlaskClient], rows: Callable[..., list[Any]]
    ) -> None:
        tom = sign_in("coordinator", email="tom@example.org", name="Tom Hardcastle")
        admin = sign_in("admin")
        page = Page(admin, "/dashboard/accounts")
        assert page.post("/dashboard/accounts/1", role="coordinator", active="no").status_code == 303
        assert rows("SELECT active FROM coordinators WHERE id = 1") in ([(0,)], [(False,)])
        assert tom.get("/dashboard/requests").status_code == 302
        page.post("/dashboard/accounts/1", role="viewer", active="yes")
        assert rows("SELECT role FROM coordinators WHERE id = 1") == [("viewer",)]

    @pytest.mark.parametrize(("account", "role"), [(1, "coordinator"), (1, "king")])
    def test_nobody_changes_their_own(
        self, sign_in: Callable[..., FlaskClient], rows: Callable[..., list[Any]], account: int, role: str
    ) -> None:
        admin = sign_in("admin")
        Page(admin, "/dashboard/accounts").post(f"/dashboard/accounts/{account}", role=role, active="no")
        assert rows("SELECT role FROM coordinators") == [("admin",)]

    def test_an_unknown_account_is_not_found(self, sign_in: Callable[..., FlaskClient]) -> None:
        assert Page(sign_in("admin"), "/dashboard/accounts").post("/dashboard/accounts/9").status_code == 404

    def test_ones_own_page(self, sign_in: Callable[..., FlaskClient]) -> None:
        html = sign_in("viewer", name="Vera Novak").get("/dashboard/account").text
        assert "Vera Novak" in html
        assert "/dashboard/account/password" in html

"""What a coordinator does about one speaker: the link again, taking out, vetoes, hiding at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import utc_now
from portal.directory.branches import find_or_make
from portal.directory.unions import find_union
from portal.emails.models import OutboxEmail, PrivateLink
from portal.extensions import db
from portal.speakers import keeping, own_page
from portal.speakers.engagements import Offer
from portal.speakers.register import Speaker, SpeakerVeto
from portal.submissions.work import Task
from tests.conftest import csrf_token
from tests.dashboard.conftest import Page

OLENA = {"name": "Olena Tkach-Hirna", "email": "olena@example.org", "lives_in": "uk", "languages": {"uk": "fluent"}}


@pytest.fixture
def olena(app: Flask) -> int:
    """A speaker who has agreed."""
    with app.app_context():
        made = keeping.add(db.session(), OLENA, by=None, now=utc_now())
        made.confirmed_at = utc_now()
        db.session.commit()
        return made.id


def test_the_link_is_sent_again_and_stays_the_same(app: Flask, coordinator: FlaskClient, olena: int) -> None:
    page = Page(coordinator, f"/dashboard/speakers/{olena}")
    for _ in range(2):
        assert page.post(f"{page.path}/link").status_code == 303
    with app.app_context():
        links = db.session.scalars(select(PrivateLink)).all()
        letters = db.session.scalars(select(OutboxEmail)).all()
        assert len(links) == 1
        assert [letter.template for letter in letters] == ["register/link"] * 2
        assert "Maria Kovalenko" in letters[0].text


def test_whoever_is_taken_out_is_forgotten(app: Flask, coordinator: FlaskClient, olena: int) -> None:
    page = Page(coordinator, f"/dashboard/speakers/{olena}/take-out")
    assert "Take Olena Tkach-Hirna out of the register?" in page.text
    assert page.post().status_code == 303
    assert "Olena" not in coordinator.get("/dashboard/speakers").text
    assert f"Speaker {olena}, who has left" in coordinator.get("/dashboard/speakers?state=left").text
    left = Page(coordinator, f"/dashboard/speakers/{olena}")
    assert "They have left" in left.text
    assert "Take them out" not in left.text
    for path in ("change", "take-out"):
        assert coordinator.get(f"/dashboard/speakers/{olena}/{path}").location == f"/dashboard/speakers/{olena}"
    left.post(f"{left.path}/link")
    with app.app_context():
        assert db.session.scalars(select(OutboxEmail)).all() == []
        assert keeping.find_by_email(db.session(), "olena@example.org") is None


class TestVetoes:
    def test_a_branch_is_found_by_its_name(self, app: Flask, coordinator: FlaskClient, olena: int) -> None:
        with app.app_context():
            branch = find_or_make(union=find_union("NUM"), name="Durham Area", now=utc_now()).branch
            db.session.add(branch)
            db.session.commit()
            number = branch.id
        path = f"/dashboard/speakers/{olena}/vetoes/new"
        assert "No branch of that name" in coordinator.get(f"{path}?q=zeppelin").text
        page = Page(coordinator, f"{path}?q=durham")
        assert f'value="{number}"' in page.text
        assert page.post(path, branch=number, words="A quarrel of 2019.").status_code == 303
        html = coordinator.get(f"/dashboard/speakers/{olena}").text
        assert "NUM Durham Area" in html
        assert "A quarrel of 2019." in html
        with app.app_context():
            stored = db.session.execute(db.text("SELECT words FROM speaker_vetoes")).scalar_one()
            assert "quarrel" not in stored

    def test_a_whole_union_and_back(self, app: Flask, coordinator: FlaskClient, olena: int) -> None:
        path = f"/dashboard/speakers/{olena}/vetoes/new"
        page = Page(coordinator, path)
        assert "Choose a branch or a union" in page.post(words="Because.").text
        assert page.post(union="unite").status_code == 303
        shown = Page(coordinator, f"/dashboard/speakers/{olena}")
        assert "All of Unite" in shown.text
        with app.app_context():
            veto = db.session.scalars(select(SpeakerVeto.id)).one()
        assert shown.post(f"{shown.path}/vetoes/{veto}/remove").status_code == 303
        assert "All of Unite" not in coordinator.get(shown.path).text

    def test_words_of_their_own_wait_for_a_rule(self, app: Flask, coordinator: FlaskClient, olena: int) -> None:
        with app.app_context():
            own_page.rather_not(db.session(), db.session.get_one(Speaker, olena), "Not Milltown, please.", utc_now())
            db.session.commit()
        html = coordinator.get(f"/dashboard/speakers/{olena}").text
        assert "In their own words, no rule yet" in html
        assert "Not Milltown, please." in html

    def test_an_old_page_adds_none(self, app: Flask, coordinator: FlaskClient, olena: int) -> None:
        path = f"/dashboard/speakers/{olena}/vetoes/new"
        page = Page(coordinator, path)
        assert page.post(union="unite").status_code == 303
        late = page.post(union="gmb", words="What I typed.")
        assert late.status_code == 409
        assert "What I typed." in late.text


class TestLocking:
    def test_it_says_what_it_does_and_works_at_once(
        self, app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], olena: int
    ) -> None:
        request = make_request()
        with app.app_context():
            now = utc_now()
            db.session.add(Offer(submission_id=request, speaker_id=olena, asked_at=now, answer_by=now.date()))
            db.session.commit()
        page = Page(coordinator, f"/dashboard/speakers/{olena}")
        page.post(f"{page.path}/link")
        asked = Page(coordinator, f"/dashboard/speakers/{olena}/lock")
        for words in ("They vanish from the register", "never leave", "Only an admin can show them again"):
            assert words in asked.text, words
        # Somebody changes them meanwhile; that must not stop it.
        with app.app_context():
            keeping.change(db.session(), db.session.get_one(Speaker, olena), {"phone": "07700 900123"})
            db.session.commit()
        answer = asked.post()
        assert answer.status_code == 303
        after = coordinator.get(answer.location).text
        assert "one letter will not leave" in after
        assert "Olena" not in after
        for path in ("", "/change", "/pause", "/take-out", "/lock", "/vetoes/new"):
            assert coordinator.get(f"/dashboard/speakers/{olena}{path}").status_code == 404, path
        assert "Olena" not in coordinator.get("/dashboard/speakers?name=olena&state=ready").text
        with app.app_context():
            assert db.session.scalars(
                select(OutboxEmail).where(OutboxEmail.template == "register/link")
            ).one().state == ("cancelled")
            task = db.session.scalars(select(Task)).one()
            assert task.submission_id == request
        for path in ("mail", "mail?show=sent", "mail/1", f"requests/{request}", "my-day"):
            page = coordinator.get(f"/dashboard/{path}")
            assert page.status_code == 200
            assert "olena" not in page.text.lower(), path
        page = Page(coordinator, "/dashboard/speakers/new")
        known = page.post(name="Another", kind="campaign", lives_in="uk", email="olena@example.org")
        assert "This address cannot be used. Ask an admin" in known.text
        assert "Olena" not in known.text

    def test_only_an_admin_shows_somebody_again(
        self, app: Flask, coordinator: FlaskClient, sign_in: Callable[..., FlaskClient], olena: int
    ) -> None:
        Page(coordinator, f"/dashboard/speakers/{olena}/lock").post()
        token = csrf_token(coordinator.get("/dashboard/speakers/new").text)
        refused = coordinator.post(f"/dashboard/speakers/{olena}/unlock", data={"csrf_token": token})
        assert refused.status_code == 403
        assert "locked" not in coordinator.get("/dashboard/speakers").text
        admin = sign_in("admin", name="Gwen Hartley")
        assert "1 speaker is locked" in admin.get("/dashboard/speakers").text
        assert admin.get(f"/dashboard/speakers/{olena}").status_code == 404
        page = Page(admin, "/dashboard/speakers/locked")
        assert "Olena Tkach-Hirna" in page.text
        answer = page.post(f"/dashboard/speakers/{olena}/unlock")
        assert answer.location == f"/dashboard/speakers/{olena}"
        assert coordinator.get(answer.location).status_code == 200
        assert page.post(f"/dashboard/speakers/{olena}/unlock").status_code == 404
        assert "Nobody is locked" in admin.get("/dashboard/speakers/locked").text


def test_no_log_names_anybody(coordinator: FlaskClient, olena: int, capsys: pytest.CaptureFixture[str]) -> None:
    page = Page(coordinator, f"/dashboard/speakers/{olena}")
    page.post(f"{page.path}/link")
    Page(coordinator, f"/dashboard/speakers/{olena}/lock").post()
    said = "".join(capsys.readouterr())
    assert "speaker_locked" in said
    assert "Olena" not in said
    assert "olena@" not in said

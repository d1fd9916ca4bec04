"""Private links: one living link for one thing, nothing to steal from the database, the dead look wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.emails import links
from portal.emails.configuration import post
from portal.emails.models import PrivateLink
from portal.extensions import db
from tests.emails.conftest import NOW


@pytest.fixture
def session(app):
    with app.app_context():
        yield db.session()


def test_a_link_opens_its_page_and_only_its_purpose(session):
    link = links.issue(session, "track", 7, NOW)
    token = links.token_of(link)
    assert len(token) == 22
    assert links.path_of(link) == f"/track/{token}"
    assert links.url_of(link) == f"https://portal.example.org/track/{token}"
    assert links.find(session, "track", token, NOW) is link
    assert links.find(session, "offer", token, NOW) is None


def test_sending_again_gives_the_same_link(session):
    first = links.issue(session, "track", 7, NOW)
    assert links.issue(session, "track", 7, NOW + timedelta(days=30)) is first
    assert links.issue(session, "track", 8, NOW) is not first
    assert links.issue(session, "pay", 7, NOW) is not first


@pytest.mark.parametrize("purpose", sorted(links.PURPOSES))
def test_every_purpose_has_a_path_of_its_own(session, purpose):
    link = links.issue(session, purpose, 1, NOW)
    assert links.path_of(link).startswith(links.PURPOSES[purpose])
    assert len(set(links.PURPOSES.values())) == len(links.PURPOSES)


def test_an_unknown_purpose_is_refused(session):
    with pytest.raises(KeyError):
        links.issue(session, "everything", 1, NOW)


@pytest.mark.parametrize("token", ["", "x", "ї" * 22, "\x00" * 22, "\ud800", "A" * 5000, "' OR 1=1 --"])
def test_a_wrong_token_opens_nothing(session, token):
    links.issue(session, "track", 7, NOW)
    assert links.find(session, "track", token, NOW) is None


def test_an_expired_link_opens_nothing_and_the_next_one_is_new(session):
    link = links.issue(session, "sign-in", 3, NOW, NOW + timedelta(minutes=30))
    token = links.token_of(link)
    assert links.find(session, "sign-in", token, NOW + timedelta(minutes=29)) is link
    later = NOW + timedelta(minutes=30)
    assert links.find(session, "sign-in", token, later) is None
    assert links.issue(session, "sign-in", 3, later, later + timedelta(minutes=30)) is not link


def test_asking_again_moves_the_end_later_but_never_earlier(session):
    link = links.issue(session, "track", 7, NOW, NOW + timedelta(days=10))
    links.issue(session, "track", 7, NOW, NOW + timedelta(days=5))
    assert link.expires_at == NOW + timedelta(days=10)
    links.issue(session, "track", 7, NOW, NOW + timedelta(days=20))
    assert link.expires_at == NOW + timedelta(days=20)
    links.issue(session, "track", 7, NOW)
    assert link.expires_at is None


def test_a_revoked_link_opens_nothing_and_the_next_is_of_a_higher_generation(session):
    link = links.issue(session, "track", 7, NOW)
    token = links.token_of(link)
    links.revoke(link, NOW)
    assert links.find(session, "track", token, NOW) is None
    again = links.issue(session, "track", 7, NOW)
    assert again is not link
    assert again.generation == link.generation + 1
    assert links.token_of(again) != token
    assert links.find(session, "track", token, NOW) is None


def test_a_link_that_opens_once_is_spent_once(session):
    link = links.issue(session, "sign-in", 3, NOW, NOW + timedelta(minutes=30))
    token = links.token_of(link)
    assert links.use(session, link, NOW)
    assert not links.use(session, link, NOW)
    session.expire_all()
    assert links.find(session, "sign-in", token, NOW) is None


def test_no_row_holds_a_token(session):
    link = links.issue(session, "track", 7, NOW)
    session.commit()
    stored = " ".join(str(getattr(link, column.name)) for column in PrivateLink.__table__.columns)
    assert links.token_of(link) not in stored


def test_links_of_an_older_key_still_open_and_are_replaced_when_issued_again(make_app):
    before = make_app()
    with before.app_context():
        link = links.issue(db.session(), "track", 7, NOW)
        token = links.token_of(link)
        db.session.commit()
    after = make_app(LINK_KEY="n" * 40, LINK_KEY_ID="2")
    with after.app_context():
        session = db.session()
        old = links.find(session, "track", token, NOW)
        assert old is not None
        with pytest.raises(links.UnknownKey):
            links.token_of(old)
        assert links.issue(session, "track", 7, NOW).key_id == "2"
        session.rollback()
    both = make_app(LINK_KEY="n" * 40, LINK_KEY_ID="2", LINK_KEYS_BEFORE="1:" + "k" * 40)
    with both.app_context():
        assert links.token_of(links.issue(db.session(), "track", 7, NOW)) == token


def test_keys_differ_between_installations(make_app):
    with make_app(LINK_KEY="a" * 40).app_context():
        one = links.token_of(PrivateLink(purpose="track", subject_id=1, nonce="n", generation=1, key_id="1"))
        assert post().link_keys == {"1": b"a" * 40}
    with make_app(LINK_KEY="b" * 40).app_context():
        other = links.token_of(PrivateLink(purpose="track", subject_id=1, nonce="n", generation=1, key_id="1"))
    assert one != other

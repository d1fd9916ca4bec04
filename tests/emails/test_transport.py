"""The ways a letter leaves: verified TLS, signing in, or a demo's mailbox and nowhere else."""

from __future__ import annotations

import pytest

from portal.emails import letters, links
from portal.emails.mailbox import LocalMailbox, local_mailbox
from portal.emails.transport import NoMailServer, SmtpTransport, choose_transport
from portal.extensions import db
from tests.emails import servers
from tests.emails.conftest import NOW, deliver, put, row

AUTHORITY = str(servers.CERTIFICATES / "ca.pem")


@pytest.fixture
def encrypted(settings, request):
    """A server that insists on TLS and a password, with the certificate the test names."""
    controller, manners = servers.start(port=settings["MAIL_PORT"], certificate=request.param, login=("post", "secret"))
    yield manners
    controller.stop()


TLS = {
    "MAIL_USE_TLS": True,
    "MAIL_SERVER": "localhost",
    "MAIL_USERNAME": "post",
    "MAIL_PASSWORD": "secret",
    "MAIL_TIMEOUT": 3,
}


@pytest.mark.parametrize("encrypted", ["localhost"], indirect=True)
def test_a_good_certificate_is_taken(make_app, encrypted, clock):
    app = make_app(**TLS, MAIL_CA_FILE=AUTHORITY)
    put(app)
    assert deliver(app, clock).sent == 1
    assert len(encrypted.taken) == 1


@pytest.mark.parametrize("encrypted", ["localhost"], indirect=True)
def test_the_system_may_name_the_authority(make_app, encrypted, clock, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", AUTHORITY)
    app = make_app(**TLS)
    put(app)
    assert deliver(app, clock).sent == 1


@pytest.mark.parametrize("encrypted", ["localhost"], indirect=True)
def test_an_unknown_authority_is_refused_and_the_letter_kept(make_app, encrypted, clock):
    app = make_app(**TLS)
    email_id = put(app)
    assert deliver(app, clock).trouble == "the mail server’s certificate is not valid"
    assert (row(app, email_id).state, encrypted.taken) == ("queued", [])


@pytest.mark.parametrize("encrypted", ["elsewhere"], indirect=True)
def test_a_certificate_of_another_host_is_refused(make_app, encrypted, clock):
    app = make_app(**TLS, MAIL_CA_FILE=AUTHORITY)
    put(app)
    assert deliver(app, clock).trouble == "the mail server’s certificate is not valid"
    assert encrypted.taken == []


@pytest.mark.parametrize("encrypted", ["localhost"], indirect=True)
def test_a_wrong_password_keeps_every_letter(make_app, encrypted, clock):
    app = make_app(**{**TLS, "MAIL_PASSWORD": "wrong"}, MAIL_CA_FILE=AUTHORITY)
    ids = [put(app), put(app)]
    assert deliver(app, clock).trouble == "535 5.7.8 at the greeting"
    assert [row(app, i).state for i in ids] == ["queued", "queued"]


def test_a_server_without_tls_gets_no_letter_where_tls_is_asked_for(make_app, server, clock):
    app = make_app(MAIL_USE_TLS=True)
    put(app)
    assert deliver(app, clock).trouble == "the mail server does not offer what the settings ask for"
    assert server.taken == []


def test_a_slow_server_is_waited_for(make_app, server, clock):
    app = make_app(MAIL_TIMEOUT=3)
    server.mode = "slow"
    put(app)
    assert deliver(app, clock).sent == 1


def test_the_local_mailbox_exists_in_a_demo_without_a_mail_server_only(settings):
    demo = {**settings, "PORTAL_ENV": "demo", "MAIL_SERVER": ""}
    assert isinstance(choose_transport(demo), LocalMailbox)
    assert isinstance(choose_transport({**demo, "MAIL_SERVER": "mail.example.org"}), SmtpTransport)
    assert local_mailbox({**demo, "MAIL_SERVER": "mail.example.org"}) is None
    for mode in ("production", "test"):
        assert local_mailbox({**demo, "PORTAL_ENV": mode}) is None
        with pytest.raises(NoMailServer):
            choose_transport({**demo, "PORTAL_ENV": mode})


def test_a_demo_reads_its_letters_newest_first(make_app, clock, tmp_path):
    app = make_app(PORTAL_ENV="demo", MAIL_SERVER="")
    box = local_mailbox(app.config)
    assert box.messages() == []
    assert box.read("x") is None
    with app.app_context():
        link = links.issue(db.session(), "track", 7, NOW)
        facts, url = {"private_link": links.placeholder(link)}, links.url_of(link)
        db.session.commit()
    for number in range(3):
        put(app, letter=letters.compose(f"Лист {number}", "See:\n{private link}", "uk", facts))
    assert deliver(app, clock).sent == 3
    newest = box.messages()
    assert [message.subject for message in newest] == ["Лист 2", "Лист 1", "Лист 0"]
    message = box.read(newest[0].id)
    assert message == newest[0]
    assert (message.to, message.sent_at) == ("jean@example.org", NOW)
    assert url in message.text
    assert f'href="{url}"' in message.html
    assert len(box.messages(limit=1)) == 1


@pytest.mark.parametrize("wrong", ["../../portal.sqlite3", "", "a/b", "x" * 300, "..", "."])
def test_only_messages_can_be_read(make_app, clock, wrong):
    app = make_app(PORTAL_ENV="demo", MAIL_SERVER="")
    put(app)
    deliver(app, clock)
    assert local_mailbox(app.config).read(wrong) is None


def test_a_mailbox_that_cannot_be_written_keeps_the_letter(make_app, clock, tmp_path):
    app = make_app(PORTAL_ENV="demo", MAIL_SERVER="")
    (tmp_path / "mailbox").write_text("in the way")
    email_id = put(app)
    assert deliver(app, clock).trouble.startswith("the local mailbox cannot be written")
    assert row(app, email_id).state == "queued"

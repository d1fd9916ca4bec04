"""One branch's whole way on SQLite and on PostgreSQL: ask, look, write, change, find the link again, withdraw."""

from __future__ import annotations

from flask import Flask

from portal.clock import utc_now
from portal.emails import links
from portal.extensions import db
from portal.submissions.models import Submission
from tests.public.walk import BRANCH, Visitor


def test_a_branch_s_whole_way(any_app: Flask) -> None:
    visitor = Visitor(any_app.test_client())
    assert "Thank you, Jean" in visitor.ask("speaker", speaker={"notes": "Ім’я ✊ {{7*7}} =1+1 \u202e a\x00b"}).text
    with any_app.app_context():
        token = links.token_of(links.issue(db.session, "track", 1, utc_now()))
        db.session.commit()
    page = f"/track/{token}"
    assert "Ім’я ✊ {{7*7}} =1+1 a" in visitor.client.get(page).text
    assert visitor.post(f"{page}/message", {"message": "Is there news?"}).location == page
    changed = visitor.post(f"{page}/change/your-branch", {**BRANCH, "branch_name": "Easington Lodge"})
    assert changed.location == page
    assert (
        visitor.post("/find-my-request", {"email": "J.ARMSTRONG@example.org", "reference": "usc1001"}).status_code
        == 200
    )
    assert visitor.post(f"{page}/moves/withdraw", {"reason": "No hall"}).location == page
    assert "You withdrew this request" in visitor.client.get(page).text
    with any_app.app_context():
        assert db.session.get_one(Submission, 1).heading == "NUM Easington Lodge"
        templates = db.session.execute(db.text("SELECT template FROM outbox_emails ORDER BY id")).scalars().all()
    for template in ("speaker/received", "common/message-received", "common/your-link", "common/withdrawn"):
        assert template in templates

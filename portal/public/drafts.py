"""A form half filled in: one row for each cookie and kind, made at the first post and swept after a day.

The cookie holds 256 random bits, the row only their hash. Once the form is sent, the row keeps no answer: it leads
the same browser to its confirmation. What the answers mean is the business of the forms.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, request
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import new_rows
from portal.sealed import seal, unseal
from portal.submissions import registry
from portal.submissions.forms import Raw
from portal.submissions.models import Draft, Submission

TRAPPED = "trapped"
SENT = "sent"
EARLIER = "earlier"
WHOLE = "sealed"
"""Beside the steps' answers: a mark that the trap was filled, which request the form became, and which request the
same browser had sent before it; and the name under which answers stand that are sealed as one."""

# Put together once: every page of a form asks one of these.
_COLUMNS = Draft.__table__.c
_READ = select(*_COLUMNS).where(_COLUMNS.token_hash == bindparam("token_hash"), _COLUMNS.kind == bindparam("kind"))
_READ_AND_LOCK = _READ.with_for_update()
_KEEP = update(Draft.__table__).where(_COLUMNS.id == bindparam("number"))
_KEPT = ("answers", "steps_done", "updated_at", "sent_at")

LARGEST_STEP = 60_000
"""Letters in one step. Too long a text is kept, so that it can be shortened, but no draft grows without an end."""


def find(session: Session, kind: str, now: datetime, *, lock: bool = False) -> Draft | None:
    """This browser's draft of that kind, sent or not; None where there is none or it is older than a day.

    It is only told and no row of the session: `keep` and `close` write. With `lock` other posts to the same draft
    wait until this one is done.
    """
    token = request.cookies.get(cookie_name(kind), "")
    if not token:
        return None
    sought = {"token_hash": _hash(token), "kind": kind}
    row = session.connection().execute(_READ_AND_LOCK if lock else _READ, sought).first()
    if row is None or row.updated_at < now - timedelta(hours=hours()):
        return None
    draft = Draft()
    # Its columns at once: set one by one, each would be told to a session that this draft is not of.
    draft.__dict__.update(row._mapping)
    draft.__dict__["answers"] = _opened(row.answers)
    return draft


def is_sent(draft: Draft | None) -> bool:
    """Whether the form has become a request."""
    return draft is not None and draft.sent_at is not None


def answers_in(draft: Draft | None) -> dict[str, Raw]:
    """The raw answers by step; nothing for a draft that is not there or was sent."""
    if draft is None or draft.sent_at is not None:
        return {}
    return {name: given for name, given in draft.answers.items() if name not in (TRAPPED, SENT, EARLIER)}


def begin(kind: str, language: str, now: datetime, *, earlier: int | None = None) -> tuple[Draft, str]:
    """A new draft and the token for its cookie; `keep` writes it. `earlier` is what this browser sent before."""
    token = secrets.token_urlsafe(32)
    draft = Draft(
        token_hash=_hash(token),
        kind=kind,
        answers={EARLIER: earlier} if earlier is not None else {},
        steps_done=[],
        language=language,
        opened_at=now,
        updated_at=now,
    )
    return draft, token


def keep(
    session: Session,
    draft: Draft,
    step: str,
    raw: Mapping[str, Any],
    *,
    is_done: bool,
    is_trapped: bool,
    now: datetime,
) -> None:
    """Keep what was typed into one step, and whether it holds."""
    answers = {**draft.answers, step: dict(raw)}
    if is_trapped:
        answers[TRAPPED] = True
    draft.answers = answers
    draft.steps_done = [name for name in draft.steps_done if name != step] + ([step] if is_done else [])
    draft.updated_at = now
    if draft.id is None:
        draft.answers = _as_kept(draft)
        new_rows.write(session, draft)
    else:
        _write(session, draft)


def is_too_large(raw: Mapping[str, Any]) -> bool:
    """Whether somebody sends more in one step than its fields could ever hold, many times over."""
    return sum(len(given) if isinstance(given, str) else sum(map(len, given)) for given in raw.values()) > LARGEST_STEP


def is_trapped(draft: Draft) -> bool:
    """Whether the trap was filled on any of the pages."""
    return bool(draft.answers.get(TRAPPED))


def close(session: Session, draft: Draft, submission: Submission, now: datetime) -> None:
    """Let the answers go: they stand in the request now."""
    draft.answers = {SENT: submission.id}
    draft.steps_done = []
    draft.sent_at = now
    draft.updated_at = now
    _write(session, draft)


def throw_away(session: Session, draft: Draft) -> None:
    """Delete a draft with everything that was typed."""
    session.connection().execute(delete(Draft).where(Draft.id == draft.id))


def _write(session: Session, draft: Draft) -> None:
    """Write what has changed in a draft that is stored already."""
    changed = {name: getattr(draft, name) for name in _KEPT} | {"answers": _as_kept(draft)}
    session.connection().execute(_KEEP, {"number": draft.id, **changed})


def _as_kept(draft: Draft) -> dict[str, Any]:
    """The answers as the database keeps them: sealed, where all that is told in requests of this kind is."""
    if not registry.kind(draft.kind).model.IS_SEALED:
        return draft.answers
    return {WHOLE: seal(json.dumps(draft.answers))}


def _opened(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers as they were typed."""
    whole = answers.get(WHOLE)
    return json.loads(unseal(whole)) if isinstance(whole, str) else answers


def request_of(draft: Draft) -> int | None:
    """The number of the request that a sent draft became."""
    number = draft.answers.get(SENT)
    return number if isinstance(number, int) else None


def earlier_request_of(draft: Draft) -> int | None:
    """The number of the request that the same browser had sent before it began this draft."""
    number = draft.answers.get(EARLIER)
    return number if isinstance(number, int) else None


def cookie_name(kind: str) -> str:
    """What the cookie of that kind is called; browsers guard the longer name."""
    return f"__Host-draft-{kind}" if _is_https() else f"draft-{kind}"


def set_cookie(response: Response, kind: str, token: str) -> None:
    """Give the browser its key to the draft."""
    response.set_cookie(
        cookie_name(kind),
        token,
        max_age=hours() * 3600,
        path="/",
        secure=_is_https(),
        httponly=True,
        samesite="Lax",
    )


def forget_cookie(response: Response, kind: str) -> None:
    """Take the key away."""
    response.delete_cookie(cookie_name(kind), path="/", secure=_is_https(), httponly=True, samesite="Lax")


def hours() -> int:
    """For how many hours after the last step a draft is kept."""
    return int(current_app.config["DRAFT_HOURS"])


def _is_https() -> bool:
    return str(current_app.config["PUBLIC_URL"]).startswith("https://")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "backslashreplace")).hexdigest()

"""What we say where a meeting comes before any day by which we could promise an answer: how to reach us, and what then.

The promises themselves are made in `turns`.
"""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from flask_babel import gettext
from sqlalchemy.orm import object_session

from portal import settings
from portal.clock import london_day
from portal.submissions import turns
from portal.submissions.models import Submission
from portal.submissions.workflow import Turn

LAST_DAY = "is_on_its_last_day"
"""What a kind with several days says of its meeting: whether none of them comes after the one that is next."""


def is_too_near(submission: Submission, now: datetime) -> bool:
    """Whether the meeting is still to come `now` (aware), and the day that we would name is not before it."""
    meeting_on, day = submission.meeting_on, turns.told_day(submission, now)
    if meeting_on is None or day is None or submission.turn != Turn.US or submission.answers_are_for is None:
        return False
    return london_day(now) <= meeting_on <= day and bool(getattr(submission, LAST_DAY, True))


def said(submission: Submission, now: datetime) -> str:
    """What is said then instead of a day, in the language that is spoken; empty where a day can be named."""
    session = object_session(submission)
    if session is None or not is_too_near(submission, now):
        return ""
    values = settings.everything(session)
    email = str(values["contact_email"] or current_app.config["CONTACT_EMAIL"])
    phone = str(values["contact_phone"] or "")
    reach = (
        gettext("Please write to %(email)s or telephone %(phone)s.", email=email, phone=phone)
        if phone
        else gettext("Please write to %(email)s.", email=email)
    )
    told = [gettext("We have told our team at once.")] if submission.state == submission.WORKFLOW.initial else []
    near = gettext("Your meeting is so near that we cannot promise you an answer before it.")
    alone = gettext("If nobody has answered by then, please go on without us.")
    return " ".join([near, *told, reach, alone])

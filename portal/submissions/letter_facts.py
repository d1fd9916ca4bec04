"""What every letter about a request may name; what only one kind knows is in the kinds' `facts`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cache

from flask import current_app
from flask_babel import gettext
from sqlalchemy.orm import object_session

from portal import settings
from portal.clock import london_day
from portal.emails.configuration import CAMPAIGN_IN
from portal.emails.facts import Facts
from portal.submissions import deadlines, quiet_days, too_near, turns
from portal.submissions.day_words import by_in_words_of, by_today_or, in_words_of
from portal.submissions.greetings import greeting
from portal.submissions.models import Submission
from portal.submissions.prepared import TOLD_OF_TOURS, TOLD_WHO_TAKES_OVER
from portal.submissions.promises import LONDON
from portal.submissions.workflow import N_, Recipient

OF_THE_BRANCH = frozenset({Recipient.BRANCH, Recipient.TREASURER, Recipient.LEAD})
"""Who keeps the bank holidays of the branch."""
KIND_IN_A_SENTENCE = {
    "speaker": N_("speaker request"),
    "twinning": N_("twinning proposal"),
    "affiliation": N_("affiliation"),
    "ukrainian": N_("registration"),
}


def common_facts(submission: Submission, language: str, recipient: str, now: datetime) -> Facts:
    """The facts of a request of any kind, in `language`; empty where unknown. The letter is written `now`."""
    config, coordinator = current_app.config, submission.coordinator
    today = london_day(now)

    @cache
    def days() -> dict[str, date]:
        nation = quiet_days.nation_of(submission) if recipient in OF_THE_BRANCH else LONDON
        return deadlines.days_of(submission.WORKFLOW, today, submission.answers_are_for, nation)

    def in_time(name: str) -> Callable[[], str]:
        return lambda: by_today_or(days()[name], today, language)

    return Facts(
        language,
        {
            "reference": submission.reference,
            "branch": submission.heading,
            "kind_name": lambda: gettext(KIND_IN_A_SENTENCE[submission.kind]),
            "coordinator": coordinator.name if coordinator else "",
            "who": lambda: coordinator.name if coordinator else gettext("A coordinator"),
            "promise": lambda: by_in_words_of(turns.told_day(submission, now), language),
            "too_near": lambda: too_near.said(submission, now),
            "received_on": lambda: in_words_of(london_day(submission.received_at), language),
            "contact_name": submission.contact_name,
            "kept_names": lambda: ", ".join(_kept_names(submission)),
            "greeting": lambda: greeting(submission, recipient, language),
            "campaign": CAMPAIGN_IN[language],
            "contact_email": str(config["CONTACT_EMAIL"]),
            "desk_link": f"{config['PUBLIC_URL']}/dashboard/requests/{submission.id}",
            "private_link": "",
            "other_links": "",
            "reason": "",
            "question": submission.question,
            "answer": "",
            "message": "",
            "changes": "",
            "by_us": "",
            "others_told": "",
            # Only an affiliation has a fee.
            "fee_held": "",
            "fee_dropped": "",
            "motion_link": lambda: _motion_link(submission, language),
            "other_side": lambda: submission.other_side,
            "hears_by": lambda: by_in_words_of(submission.hears_by(today), language),
            "last_word": lambda: by_in_words_of(submission.last_word_on(today), language),
            "today": lambda: in_words_of(today, language),
            "lacks_date": lambda: "yes" if submission.lacks_date else "",
            # Only a speaker request has a meeting.
            "is_meeting_over": lambda: "yes" if submission.meeting_on and submission.meeting_on < today else "",
            "looked_for_again": "",
            # Only the letters about a meeting of a tour, or to whoever takes over, say more here.
            **dict.fromkeys((*TOLD_OF_TOURS, *TOLD_WHO_TAKES_OVER), ""),
            **{name: in_time(name) for name in deadlines.NAMES},
        },
    )


def _kept_names(submission: Submission) -> list[str]:
    """Whom the branch named besides, and who has no letter from us: a second contact, a deputy."""
    known = {_told(submission, who, what) for who in ("contact", "lead", "treasurer") for what in ("name", "email")}
    named = [(_told(submission, who, "name"), _told(submission, who, "email")) for who in ("second", "deputy")]
    kept = [name or email for name, email in named if not known.intersection({name, email} - {""})]
    return [name for name in dict.fromkeys(kept) if name]


def _told(submission: Submission, who: str, what: str) -> str:
    return str(getattr(submission, f"{who}_{what}", ""))


def _motion_link(submission: Submission, language: str) -> str:
    """Where a branch finds the model motion; empty where the campaign has taken it away."""
    session = object_session(submission)
    if session is None or not settings.everything(session)["model_motion"]:
        return ""
    return f"{current_app.config['PUBLIC_URL']}{'/uk' if language == 'uk' else ''}/model-motion"

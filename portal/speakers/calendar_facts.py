"""What people’s calendars say of a meeting, in the language of whoever reads them: facts that ask the database nothing.

A calendar holds many meetings, and each is told afresh at every visit. All that letters may name is in `facts`.
"""

from __future__ import annotations

import re
from functools import cache

from flask_babel import force_locale, gettext
from wtforms.fields.choices import SelectChoice

from portal.emails.facts import Facts
from portal.speakers import forms, meeting_form
from portal.speakers.models import SpeakerRequest
from portal.submissions import consents
from portal.submissions.choices import labels_of

PLATFORMS = frozenset(
    (
        *(
            "",
            "zoom",
            "zoom call",
            "zoom meeting",
            "by zoom",
            "on zoom",
            "teams",
            "ms teams",
            "microsoft teams",
            "skype",
        ),
        *("google meet", "meet", "jitsi", "jitsi meet", "webex", "cisco webex", "big blue button", "bigbluebutton"),
        *("whatsapp", "signal", "facetime", "youtube", "discord", "whereby", "gotomeeting", "nextcloud talk"),
    )
)
"""What names a platform and says nothing of who does what."""
A_LINK = re.compile(r"https?://\S+", re.IGNORECASE)


def facts(submission: SpeakerRequest, language: str) -> Facts:
    """The meeting, its place, and whom to ask in the branch as far as was agreed; an empty text for what is not known.

    Its consents are read where they were not loaded; whoever tells of many meetings loads them with these.
    """
    return Facts(
        language,
        {
            "meeting": lambda: _title(submission),
            # A meeting's own name often says whose it is: the kind alone does not.
            "event_kind": lambda: _label(meeting_form.EVENT_KINDS, submission.event_kind),
            "meeting_place": lambda: _place_so_far(submission),
            "meeting_format": lambda: _format(submission),
            "is_by_call": lambda: "" if submission.agreed_format == "in-person" else "yes",
            "may_be_in_ukraine": lambda: "yes" if submission.may_join_from_ukraine else "",
            "link_to_come": lambda: _link_to_come(submission),
            "talk_length": lambda: _talk(submission),
            "branch_contact": lambda: _if_agreed(submission, _contact(submission)),
            "branch_email": lambda: _if_agreed(submission, submission.contact_email),
            "branch_phone": lambda: _if_agreed(submission, submission.contact_phone),
        },
    )


def _if_agreed(submission: SpeakerRequest, words: str) -> str:
    """What tells a speaker who speaks for the branch, where that was agreed to."""
    return words if consents.given(submission, forms.SpeakerYou.RECIPIENT) else ""


def _contact(submission: SpeakerRequest) -> str:
    return ", ".join(part for part in (submission.contact_name, submission.contact_role) if part)


def _title(submission: SpeakerRequest) -> str:
    """What the branch calls its meeting; where that is no more than its kind, the kind in the reader’s language."""
    kind = submission.event_kind
    has_name = submission.title and submission.title.casefold() != _in_english(kind)
    return submission.title if has_name else _label(meeting_form.EVENT_KINDS, kind)


@cache
def _in_english(kind: str) -> str:
    with force_locale("en"):
        return str(_label(meeting_form.EVENT_KINDS, kind)).casefold()


def place(submission: SpeakerRequest, *, is_own: bool = False) -> str:
    """Where it is held, in the present language; of a meeting online the way in, as far as it is known.

    A branch reads its words on its own page as it typed them (`is_own`).
    """
    way_in = submission.way_in if is_own else _way_in(submission)
    if submission.meeting_format == "online":
        return ", ".join(part for part in (gettext("online"), way_in) if part)
    if submission.agreed_format == "either" and submission.place and submission.has_link:
        return gettext("%(place)s, or online: %(link)s", place=submission.place, link=way_in)
    return submission.place


def _way_in(submission: SpeakerRequest) -> str:
    """The platform and the link. What is more than the name of a platform is the branch's own words, and is said to be:
    under our letter "we host" would be ours.
    """
    typed = submission.platform
    if A_LINK.sub("", typed).casefold().strip(" .,:;-–") in PLATFORMS:
        return submission.way_in
    # A mark behind a link would become part of it where mail programs let one press it.
    told = (
        gettext("in the branch’s words: %(words)s", words=typed)
        if "://" in typed
        else gettext("in the branch’s words: “%(words)s”", words=typed)
    )
    return ", ".join(part for part in (told, submission.joining_link) if part)


def _place_so_far(submission: SpeakerRequest) -> str:
    """The place for a letter; of a town alone it says that more is to come."""
    found = place(submission)
    if found and submission.meeting_format != "online" and submission.lacks_address:
        return gettext("%(place)s (the address follows)", place=found)
    return found


def _format(submission: SpeakerRequest) -> str:
    """In the room or online; the form's "Either would suit us" would have our letters speak for the branch."""
    is_either = submission.agreed_format == "either"
    return gettext("In the room, or online") if is_either else _label(meeting_form.FORMATS, submission.agreed_format)


def _link_to_come(submission: SpeakerRequest) -> str:
    """From whom a speaker gets the link to join, where the branch has not told it yet."""
    if submission.agreed_format not in ("online", "either") or submission.has_link:
        return ""
    return gettext(
        "The link to join online is still to come. The branch sends it to us, and we send it to you at once."
    )


def _talk(submission: SpeakerRequest) -> str:
    talk, questions = submission.talk_minutes, submission.question_minutes
    if talk and questions:
        return gettext("%(talk)d minutes and %(questions)d for questions", talk=talk, questions=questions)
    return gettext("%(talk)d minutes", talk=talk) if talk else ""


def _label(choices: list[SelectChoice], value: str) -> str:
    return next(iter(labels_of(choices, [value])), "") if value else ""

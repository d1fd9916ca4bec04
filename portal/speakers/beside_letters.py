"""What those who come beside a speaker read, as data, wherever a move or a follow-up writes to them.

The moves that are about them alone stand in `beside_rows`.
"""

from __future__ import annotations

from dataclasses import replace

from portal.submissions.workflow import Notification, Recipient

TO_WHO_STANDS_BY = Notification("speaker/stand-by-over", Recipient.STAND_BY, only_if="is_stand_by_asked")
MOVED = Notification("speaker/stand-by-changed", Recipient.STAND_BY, only_if="is_stand_by_asked")
TO_INTERPRETER = Notification("speaker/interpreter-over", Recipient.INTERPRETER, only_if="is_interpreter_asked")
INTERPRETED = Notification("speaker/interpreter-meeting", Recipient.INTERPRETER, only_if="is_interpreter_asked")
TO_PARTNER = Notification("speaker/partner-over", Recipient.PARTNER, only_if="is_partner_asked")
JOINED = Notification("speaker/partner-meeting", Recipient.PARTNER, only_if="is_partner_asked")
OVER = (TO_WHO_STANDS_BY, TO_INTERPRETER, TO_PARTNER)
"""What those beside the speaker read once they are needed no more."""
FOLLOWING = (MOVED, INTERPRETED, JOINED)
"""What they read where the meeting gets its day or another, or is held in another way."""
BOOKED_BESIDE = (
    replace(INTERPRETED, only_if="is_interpreter_booked"),
    replace(JOINED, only_if="is_partner_booked"),
)
"""What those who are in the meeting with the speaker read of any detail that changes."""
THANKED = (
    Notification("speaker/interpreter-thanks", Recipient.INTERPRETER, only_if="is_interpreter_agreed"),
    Notification("speaker/partner-thanks", Recipient.PARTNER, only_if="is_partner_agreed"),
)
"""What they read once the meeting has been held."""
TOLD_RESULT = (
    Notification(
        "speaker/interpreter-result", Recipient.INTERPRETER, only_if="is_interpreter_to_hear", is_reticent=True
    ),
    Notification("speaker/partner-result", Recipient.PARTNER, only_if="is_partner_to_hear", is_reticent=True),
)
"""What they read of what came of it, when a coordinator has written it down for its speaker as well."""
TOLD_AS_REPORTED = (
    replace(TOLD_RESULT[0], only_if="has_interpreter_result"),
    replace(TOLD_RESULT[1], only_if="has_partner_result"),
)
"""The same where it stands in the words of the branch alone: when its speaker reads them."""
AGREED_BESIDE = (
    replace(MOVED, only_if="is_stand_by_agreed"),
    replace(INTERPRETED, only_if="is_interpreter_agreed"),
    replace(JOINED, only_if="is_partner_agreed"),
)
"""What they read once the speaker has agreed to a change; whoever has still to agree to it is asked already."""
NEAR = (
    Notification("speaker/stand-by-near", Recipient.STAND_BY, only_if="is_stand_by_booked"),
    *BOOKED_BESIDE,
)
TOMORROW = (
    Notification("speaker/stand-by-tomorrow", Recipient.STAND_BY, only_if="is_stand_by_booked"),
    *BOOKED_BESIDE,
)
"""What those who are booked beside the speaker read as the day comes, each with the link to their own page."""

SPEAKER_GONE = Notification("speaker/partner-waits", Recipient.PARTNER, only_if="is_partner_told")
"""What whoever comes along reads where the speaker drops out: they may speak themselves, and keep the time free."""

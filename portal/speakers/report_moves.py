"""The moves of a meeting that was held, as data: each side tells how it went, and the request is closed.

The other moves of a speaker request stand in `workflow`.
"""

from __future__ import annotations

from dataclasses import replace

from portal.speakers.beside_letters import TOLD_AS_REPORTED, TOLD_RESULT
from portal.speakers.report_rows import AFFILIATE, CARRIED, HOST, LOST, MOVED, NO_MOTION, TWIN
from portal.submissions.workflow import (
    N_,
    SAME,
    Actor,
    Answer,
    Ask,
    Notification,
    Recipient,
    Transition,
)

NO_MORE_ASKED = Notification("speaker/report-settled", Recipient.SPEAKER, only_if="is_speaker_to_excuse")
"""Whoever was asked how it went, and has heard what came of it, must hear that they need not answer any more."""

NO_LONGER_NEEDED = Notification(
    "speaker/no-longer-needed", Recipient.SPEAKER, only_from=("confirmed",), only_if="is_booking_unheard"
)
"""What whoever is booked and has not heard of it reads once the meeting is off."""
NOT_HELD = Notification("speaker/not-held-speaker", Recipient.SPEAKER, is_reticent=True)

REPORTING = (
    Transition(
        "branch-reports",
        N_("Tell us how it went"),
        N_("The branch told us how it went"),
        ("held",),
        SAME,
        by=(Actor.BRANCH,),
        notify=(
            Notification("speaker/report-received", Recipient.BRANCH, only_if="is_branch_to_thank"),
            Notification("speaker/result", Recipient.SPEAKER, only_if="has_result_to_tell", is_reticent=True),
            *TOLD_AS_REPORTED,
        ),
    ),
    Transition(
        "speaker-reports",
        N_("Tell us how it went"),
        N_("The speaker told us how it went"),
        ("held",),
        SAME,
        by=(Actor.SPEAKER,),
        is_internal=True,
    ),
    Transition(
        "report",
        N_("Write down how it went"),
        N_("The branch told us how it went"),
        ("held",),
        "closed",
        asks=(
            Ask(
                "held",
                N_("Did the meeting take place?"),
                Answer.CHOICE,
                choices=(("yes", N_("Yes")), ("no", N_("No, it did not take place"))),
            ),
            Ask("attended", N_("How many came?"), Answer.NUMBER, is_required=False),
            Ask(
                "motion",
                N_("Was there a motion?"),
                Answer.CHOICE,
                is_required=False,
                choices=(
                    (CARRIED, N_("Carried")),
                    (MOVED, N_("Moved, and still to be voted on")),
                    (LOST, N_("Lost")),
                    (NO_MOTION, N_("There was no motion")),
                ),
            ),
            Ask(
                "raised_pence",
                N_("What was raised for Ukraine’s unions?"),
                Answer.MONEY,
                is_required=False,
                hint=N_("In pounds"),
            ),
            Ask(
                "wishes",
                N_("What would your branch like next?"),
                Answer.SEVERAL,
                is_required=False,
                choices=(
                    (TWIN, N_("Twin with a union body in Ukraine")),
                    (AFFILIATE, N_("Affiliate to the campaign")),
                    (HOST, N_("Have a speaker again")),
                ),
                desk_label=N_("What would the branch like next?"),
            ),
            Ask(
                "hears_more",
                N_("Does anybody want to hear more?"),
                Answer.CHOICE,
                is_required=False,
                choices=(("yes", N_("Yes")), ("no", N_("No"))),
            ),
            Ask("more_people", N_("How many people?"), Answer.NUMBER, is_required=False),
            Ask(
                "more_contact",
                N_("Whom of them may we write to?"),
                Answer.LINE,
                is_required=False,
                hint=N_("One name with an email address, and only if that person agreed. Please name nobody else."),
            ),
            Ask("outcome", N_("How did it go, and what happens next?"), is_required=False),
        ),
        notify=(
            Notification("speaker/completed", Recipient.BRANCH),
            Notification("speaker/result", Recipient.SPEAKER, only_if="is_speaker_to_thank", is_reticent=True),
            *TOLD_RESULT,
            NO_MORE_ASKED,
        ),
        then="portal.speakers.reports.write_down",
        done_at_desk=N_("We wrote down how the meeting went"),
    ),
    Transition(
        "complete",
        N_("Close it: we know how it went"),
        N_("Closed: we know how it went"),
        ("held",),
        "closed",
        by=(Actor.COORDINATOR, Actor.WORKER),
        notify=(
            Notification("speaker/result", Recipient.SPEAKER, only_if="has_result_to_tell", is_reticent=True),
            *TOLD_AS_REPORTED,
            NO_MORE_ASKED,
        ),
        unless="is_no_report_in",
    ),
    Transition(
        "close-without-report",
        N_("Close it without a report"),
        N_("Closed without a report"),
        ("held",),
        "closed",
        by=(Actor.COORDINATOR, Actor.WORKER),
        unless="is_report_in",
    ),
    Transition(
        "not-held",
        N_("It did not take place"),
        N_("The meeting did not take place"),
        ("confirmed", "held"),
        "cancelled",
        asks=(Ask("reason", N_("What happened?"), desk_hint=N_("The branch reads this in the letter.")),),
        notify=(
            Notification("speaker/not-held", Recipient.BRANCH),
            # Who has not heard that they are booked learns of no branch.
            replace(NO_LONGER_NEEDED, is_reticent=True),
            replace(NOT_HELD, only_from=("confirmed",), only_if="is_booking_known"),
            replace(NOT_HELD, only_from=("held",)),
        ),
        then="portal.speakers.bookings.call_off",
        not_before="may_be_over_at",
    ),
)

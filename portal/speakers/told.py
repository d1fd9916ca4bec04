"""What the two sides told of a meeting, in words: for letters, for the page of a report, and for coordinators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import force_locale, format_decimal, gettext, ngettext
from flask_babel import lazy_gettext as _l

from portal.emails.facts import Facts
from portal.speakers import afterwards
from portal.speakers.models import SpeakerRequest
from portal.speakers.report_rows import (
    AFFILIATE,
    BRANCH,
    CARRIED,
    HOST,
    LOST,
    MOVED,
    NO_MOTION,
    SIDES,
    TWIN,
    MeetingReport,
)
from portal.submissions.money import pounds
from portal.submissions.settled import Rows, rows_of

MOTIONS = {
    CARRIED: _l("Carried"),
    MOVED: _l("Moved, and still to be voted on"),
    LOST: _l("Lost"),
    NO_MOTION: _l("There was no motion"),
}
WISHES = {
    TWIN: _l("Twin with a union body in Ukraine"),
    AFFILIATE: _l("Affiliate to the campaign"),
    HOST: _l("Have a speaker again"),
}

OVER = ("held", "closed", "cancelled")
"""Before a request stands in one of these nobody was asked how its meeting went."""


def facts(request: SpeakerRequest, language: str) -> Mapping[str, str]:
    """What letters may name of the branch's report; nothing that it wrote in its own words."""
    report = afterwards.of_side(request.reports, BRANCH) if request.state in OVER else None
    if report is None or report.answered_at is None:
        return dict.fromkeys(("was_held", "motion_result", "raised", "wishes", "hear_more"), "")
    # Once a coordinator has closed it, what is written down there is what came of it.
    is_in_doubt = request.state == afterwards.HELD and afterwards.is_motion_in_doubt(request.reports)
    return Facts(
        language,
        {
            "was_held": "yes" if report.held else "",
            "motion_result": lambda: "" if is_in_doubt else _motion(report),
            "raised": lambda: _raised(report),
            # Whom of them we may write to stands on the page alone.
            "hear_more": lambda: _how_many_hear_more(report) if report.hears_more else "",
            "wishes": lambda: "\n".join(f"- {WISHES[wish]}" for wish in report.wishes or [] if wish in WISHES),
        },
    )


def rows(report: MeetingReport) -> Rows:
    """What one side told, as labels and texts in the present language, without what it left open."""
    if report.answered_at is None:
        return ()
    came = report.attended
    return rows_of(
        (gettext("Did the meeting take place?"), gettext("Yes") if report.held else gettext("No")),
        (gettext("How many came?"), str(came) if came is not None else ""),
        (gettext("Was there a motion?"), str(MOTIONS.get(report.motion, ""))),
        (gettext("What was raised?"), _raised(report)),
        (gettext("What next?"), "; ".join(str(WISHES[wish]) for wish in report.wishes or [] if wish in WISHES)),
        (gettext("Does anybody want to hear more?"), _hears_more(report)),
        (gettext("In your words"), report.next_step),
    )


def for_desk(request: SpeakerRequest) -> list[tuple[str, str]]:
    """What each side told, one row a side, in English; nothing before the meeting."""
    if request.state not in OVER:
        return []
    with force_locale("en"):
        return [
            (f"The {side} told us", _in_a_line(report))
            for side in SIDES
            if (report := afterwards.of_side(request.reports, side)) is not None
        ]


def _in_a_line(report: MeetingReport) -> str:
    if report.answered_at is None:
        return "nothing yet"
    if not report.held:
        return "; ".join(part for part in ("it did not take place", report.next_step) if part)
    wishes = wishes_within(report.wishes or [])
    parts = (
        "it took place",
        f"{report.attended} came" if report.attended is not None else "",
        f"motion: {_within(str(MOTIONS[report.motion]))}" if report.motion in MOTIONS else "",
        f"{_raised(report)} raised" if report.raised_pence else "",
        f"wants to {wishes}" if wishes else "",
        f"wants to hear more: {_within(_hears_more(report))}" if report.hears_more else "",
        report.next_step,
    )
    return "; ".join(part for part in parts if part)


def wishes_within(wishes: Iterable[str]) -> str:
    """What a branch would like next, within a sentence of the present language."""
    return ", ".join(_within(str(WISHES[wish])) for wish in wishes if wish in WISHES)


def _hears_more(report: MeetingReport) -> str:
    """Whether people want to hear more, how many, and whom of them we may write to."""
    if not report.hears_more:
        return "" if report.hears_more is None else gettext("No")
    return ", ".join(part for part in (_how_many_hear_more(report), report.more_contact) if part)


def _how_many_hear_more(report: MeetingReport) -> str:
    many = report.more_people
    return (
        ngettext("%(count)s person", "%(count)s people", many, count=format_decimal(many)) if many else gettext("Yes")
    )


def _within(words: str) -> str:
    return words[:1].lower() + words[1:]


def _motion(report: MeetingReport) -> str:
    sentences = {CARRIED: gettext("A motion was carried"), MOVED: gettext("A motion was moved")}
    return sentences.get(report.motion, "")


def _raised(report: MeetingReport) -> str:
    return pounds(report.raised_pence) if report.raised_pence else ""

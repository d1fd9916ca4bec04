"""What a move does to the candidate of a twinning: proposed, parted, introduced, twinned.

The name and address of a body that said no stay until the next one is proposed, because the letter that thanks
them is written after the parting; whether it is proposed or linked now, the state says.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import gettext
from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.directory.subjects import find_sector
from portal.directory.ukraine import find_oblast
from portal.submissions import promises, tasks
from portal.submissions.actions import WrongAnswerError
from portal.submissions.day_words import in_words
from portal.submissions.models import Event
from portal.twinning import answer_window, calling, candidates, diary, proposing, twinnings
from portal.twinning.models import TwinningProposal
from portal.twinning.publicity import OF_THE_REGISTER, PRIVATE

NO_OBLAST = "Enter one of the oblasts of Ukraine, like Lviv Oblast. Never a town: it would go into the letters"
INTRODUCE = "introduce"
RAN_OUT = "Not both sides answered in time, and both have our note. Look whether somebody else fits, or ask why."
NO_SECTOR = "Choose a sector of the list, or another sector"


def propose(submission: TwinningProposal, answers: Mapping[str, str], now: datetime) -> None:
    """Keep the body that is proposed, in place of any before it.

    Raises `WrongAnswerError` for a place that is no oblast: a town reaches neither the letters nor the desk. So it does
    for words that are no sector: the branch reads it before anybody is named.
    """
    oblast = find_oblast(answers["body_oblast"])
    if oblast is None:
        raise WrongAnswerError("body_oblast", NO_OBLAST)
    sector = find_sector(answers["body_sector"])
    if sector is None:
        raise WrongAnswerError("body_sector", NO_SECTOR)
    candidates.forget_earlier(candidates.session_of(submission), submission.id)
    diary.forget_public(candidates.session_of(submission), submission.id, now)
    submission.body_name = answers["body_name"]
    submission.body_oblast = oblast.name
    submission.body_sector = sector.slug
    submission.body_email = answers["body_email"]
    submission.body_language = answers.get("body_language") or "uk"
    submission.body_contact = ""
    submission.body_publicity = "private"
    submission.twinned_on = None
    submission.answers_by = answer_window.last_day(submission, now)


def part(submission: TwinningProposal, answers: Mapping[str, str], now: datetime) -> None:
    """Take the candidate off. No contact was named yet, or it is forgotten."""
    submission.body_contact = ""
    if submission.state == "introduced":
        _forget_the_introduction(submission)


def _forget_the_introduction(submission: TwinningProposal) -> None:
    """As if nobody had introduced them: no letter has said so."""
    session, candidate, twinning = candidates.session_of(submission), submission.candidate, submission.twinning
    if candidate is not None:
        candidates.ask_still(candidate)
    if twinning is not None:
        submission.twinnings.remove(twinning)
    session.flush()
    session.execute(
        update(Event)
        .where(Event.submission_id == submission.id, Event.transition == INTRODUCE, Event.at >= submission.state_since)
        .values(is_public=False),
        execution_options={"synchronize_session": False},
    )


def run_out(submission: TwinningProposal, answers: Mapping[str, str], now: datetime) -> None:
    """Take the candidate off because not both answered in time, and say that somebody looks for another."""
    part(submission, answers, now)
    tasks.open_task(
        candidates.session_of(submission),
        key=f"{candidates.NEXT_TWIN}{submission.id}:{submission.answers_by}",
        reason=tasks.NEXT,
        about=RAN_OUT,
        due_on=promises.working_days_after(london_day(now), 1),
        now=now,
        submission_id=submission.id,
    )


def introduce(submission: TwinningProposal, answers: Mapping[str, str], now: datetime) -> None:
    """Keep the named contact, whom the branch now learns: of a body of the register, as that has agreed."""
    contact = proposing.contact_of(submission)
    submission.body_contact = answers["body_contact"] if contact is None else contact
    twinnings.begin(candidates.session_of(submission), submission, now)
    calling.offer_first(submission, now)


def agree(submission: TwinningProposal, answers: Mapping[str, str], now: datetime) -> None:
    """Keep the day (an ISO text) on which both agreed, as one side says; the other says yes to that day."""
    if answers.get("twinned_on"):
        submission.twinned_on = _day_of_agreement(submission, answers)


def _day_of_agreement(submission: TwinningProposal, answers: Mapping[str, str]) -> date:
    """The day on which both agreed; `WrongAnswerError` for one before they knew of each other."""
    day, twinning = date.fromisoformat(answers["twinned_on"]), submission.twinning
    if twinning is not None and day < (introduced_on := london_day(twinning.introduced_at)):
        sentence = gettext(
            "They were introduced on %(day)s. Enter that day or a later one", day=in_words(introduced_on)
        )
        raise WrongAnswerError("twinned_on", sentence)
    return day


def twin(submission: TwinningProposal, answers: Mapping[str, str], now: datetime) -> None:
    """Keep the day of the agreement (an ISO text), what both want to do, and what the Ukrainian side lets us show.

    A body of the register has told us that itself, and tells us when it changes its mind.
    """
    submission.twinned_on = _day_of_agreement(submission, answers)
    candidate, twinning = submission.candidate, submission.twinning
    known = OF_THE_REGISTER.get(candidate.registration.publicity, PRIVATE) if candidate is not None else ""
    submission.body_publicity = known or answers["body_publicity"]
    submission.pulse_from, submission.pulse_asked_on = london_day(now), None
    if twinning is not None:
        agreed = answers.get("joint_aims", "")
        twinning.aims = agreed.split(",") if agreed else hoped_by_both(submission)
        twinning.body_level = twinning.body_level or answers.get("body_level", "")


def hoped_by_both(submission: TwinningProposal) -> list[str]:
    """What the branch hopes for, and a body of the register as well; of another body we do not know it."""
    candidate = submission.candidate
    theirs = candidate.registration.hopes if candidate is not None else submission.hopes
    return [slug for slug in submission.hopes or [] if slug in (theirs or [])]


def concluded(session: Session, submission: TwinningProposal, now: datetime) -> None:
    """Once a move is made: the candidate and the twinning stand where the proposal stands."""
    if submission.state == "withdrawn" and submission.goes_back_to == "introduced":
        # Nobody has heard of that introduction: another twin would be looked for.
        submission.resume_state = "seeking"
    candidates.follow(session, submission, now)
    twinnings.follow(submission, now)
    calling.settle(session, submission, now)
    calling.let_be(session, submission, now)

"""The moves that a branch makes on its own page: the words on their buttons, and what pressing one does.

Which moves are open is in the workflows; making one is in `tracking_acts`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from flask_babel import gettext as _

from portal.affiliations.closing import LEAVE
from portal.clock import london_day, utc_now
from portal.public import language, registration_words, twin_words
from portal.public.registration_words import PAUSE, RESUME, WITHDRAW
from portal.speakers import afterwards, other_day, proposed_day
from portal.speakers.models import SpeakerRequest
from portal.speakers.negotiated import KEEPS_DAY
from portal.speakers.tour_moves import DAY_DOES_NOT_SUIT, DAY_SUITS, ONE_DAY_DOES_NOT_SUIT
from portal.submissions.day_words import in_words_of
from portal.submissions.models import Submission
from portal.submissions.workflow import N_, Actor, Transition
from portal.twinning.models import TwinningProposal
from portal.twinning.registrations import UkrainianRegistration
from portal.twinning.standing_rows import BRANCH_SAYS

ANSWER = "answer"
END = twin_words.END
LEAVING = (twin_words.BRANCH_PAUSES, WITHDRAW, LEAVE, END)
"""Moves that stand at the foot of the page, as plain links."""
NOT_BUTTONS = (ANSWER, *LEAVING, BRANCH_SAYS)
"""Moves that stand elsewhere on the page than among the buttons of the next step."""
REPORT = "branch-reports"
OTHER_DAY_SUITS = "other-day-suits"
ABOUT_A_DAY = (OTHER_DAY_SUITS, DAY_SUITS)
"""Moves by which a branch says yes to a day that it did not name: a third answer is to name another."""


LABELS = {
    "carried": N_("Our motion was carried"),
    "put-off": N_("Our decision was put off"),
    "lost": N_("Our motion was lost"),
    "yes-to-twin": N_("Yes, please introduce us"),
    "no-to-twin": N_("No, please look for another"),
    OTHER_DAY_SUITS: N_("Yes, that day suits us"),
    "other-day-does-not-suit": N_("No, it does not suit us"),
    DAY_SUITS: N_("Yes, that day suits us"),
    DAY_DOES_NOT_SUIT: N_("No, it does not suit us"),
    ONE_DAY_DOES_NOT_SUIT: N_("No, it does not suit us"),
    KEEPS_DAY: N_("No, it has to be that day"),
    WITHDRAW: N_("Withdraw this request"),
    LEAVE: N_("End our affiliation"),
}
"""Words on a button where those of the workflow are a coordinator's."""

INTRODUCTIONS = {
    "awaiting-decision": N_("What has your meeting decided? You read what each answer does before you give it."),
    "proposed": N_("Would you like to be introduced? A no is quite all right, and nobody is told why."),
    "getting-acquainted": N_("Have you both agreed to be twinned? Tell us the date, and we confirm it to both sides."),
    "confirmed": N_("You can pause whenever you need to. You read what it does before you confirm it."),
    "open": N_("You can pause whenever you need to. You read what it does before you confirm it."),
    "paused": N_("Go on whenever you wish. You read what it does before you confirm it."),
    "introduced": N_("Have you been in touch? Tell us, and we write to you both with what comes next."),
    "held": N_("Tell us how it went. Did it not take place? Tell us that too."),
    "renewal-due": N_("Would your branch affiliate for another year? You see the fee before you decide."),
    "grace": N_("Would your branch affiliate for another year? You see the fee before you decide."),
    "lapsed": N_("Would your branch like to affiliate again? You see the fee before you decide."),
    **twin_words.INTRODUCTIONS,
}
"""What stands above the buttons, by the state of the request."""

WHAT_IT_DOES = {
    "agreed": N_("We note the date, ask the other side, and then write to you both."),
    "carried": N_("We write to you and go through your affiliation. Nothing is to pay before we have accepted it."),
    "put-off": N_("We wait for your next meeting and ask you after it. There is nothing to pay."),
    "lost": N_("We close your affiliation and write to you. Nothing is to pay, and you can ask again at any time."),
    "yes-to-twin": N_("We introduce you once the other side says yes too. Until then neither side learns a name."),
    "no-to-twin": N_("We go on looking for you. The other side hears that it did not come about, and never why."),
    "renew": N_("We write to you, and send your treasurer what to pay. Your affiliation goes on meanwhile."),
    "rejoin": N_("We write to you, and send your treasurer what to pay. You are affiliated once the fee has come."),
    OTHER_DAY_SUITS: N_("Your meeting gets this day, and we tell the speaker at once."),
    "other-day-does-not-suit": N_("We ask the speaker once more about the day that you named."),
    KEEPS_DAY: N_("We note it, and look for somebody who can come on your day."),
    DAY_SUITS: N_("Your meeting gets this day. We write to you as soon as it is agreed with the visitor."),
    DAY_DOES_NOT_SUIT: N_("The visitor goes elsewhere on that day, and we go on looking for you."),
    ONE_DAY_DOES_NOT_SUIT: N_("The visitor goes elsewhere on that day, and we go on looking for you."),
    WITHDRAW: N_("We stop work on it and tell everybody who is involved. You can ask us again at any time."),
    LEAVE: N_("Your branch is no longer an affiliate from then on. You can affiliate again at any time."),
}
"""What pressing the button does, as the page of a move says it."""

DONE = {
    WITHDRAW: N_("It is withdrawn. We have written to you."),
    LEAVE: N_("Your affiliation has ended. We have written to you."),
    PAUSE: N_("Your registration is paused. We have written to you."),
    RESUME: N_("Your registration goes on. We have written to you."),
    "lost": N_("Thank you for telling us. We have closed your affiliation."),
    "put-off": N_("Thank you for telling us. We wait for your next meeting."),
    "yes-to-twin": N_("Thank you. We have noted your yes."),
    "no-to-twin": N_("Thank you. We go on looking for you."),
    OTHER_DAY_SUITS: N_("Thank you. We have told the speaker."),
    "other-day-does-not-suit": N_("Thank you. We have told the speaker."),
    KEEPS_DAY: N_("Thank you. We look for somebody who can come on your day."),
    DAY_SUITS: N_("Thank you. We have noted the day, and write to you when it is agreed."),
    DAY_DOES_NOT_SUIT: N_("Thank you. We look for another day, or for somebody else."),
    ONE_DAY_DOES_NOT_SUIT: N_("Thank you. We look for another day, or for somebody else."),
}
"""What is said once it is done, where that is more than that it is written down."""

LAST_WORDS = {
    "withdrawn": N_("Why it was withdrawn"),
    "ended": N_("Why it has ended"),
    "no-match": N_("What we can offer instead"),
    "declined": N_("Our reason"),
    "cancelled": N_("The reason"),
}
"""What the words are that came with the end of a request, by its state."""

SAID_YES = N_("You said yes, and we wait for the other side. Have you changed your mind? Nobody is told why.")
BOTH_SAID_YES = N_("You have both said yes, and we introduce you now. Have you changed your mind? Nobody is told why.")
BEFORE_ITS_DAY = N_("Has your branch decided already? You read what each answer does before you give it.")

NO_DAY_YET = N_("Do you know the day of your next meeting, or what was decided? You read what each answer does first.")

HAS_TOLD = N_("You have told us how it went. You can still change it.")

USUAL_INTRODUCTION = N_("You read what it does before you confirm it.")
USUALLY = N_("We write it down, and write to you.")
USUALLY_DONE = N_("Thank you. We have written that down.")
"""What is said of states and moves that have no words of their own above."""


def label(submission: Submission, move: Transition) -> str:
    """The words on the button of a move, as the request stands."""
    if isinstance(submission, UkrainianRegistration) and move.name in registration_words.LABELS:
        return registration_words.label(move.name)
    if move.name in twin_words.LABELS:
        return twin_words.label(move.name, twin_words.stage(submission))
    if move.name == LEAVE and _has_not_begun(submission):
        return str(_(LABELS[WITHDRAW]))
    if move.name == REPORT and has_told(submission):
        return str(_("Change what you told us"))
    return str(_(LABELS.get(move.name, move.label)))


def buttons(
    submission: Submission, moves: Collection[Transition], twins: Sequence[object]
) -> list[tuple[Transition, str]]:
    """The moves that are the next step, with the words on their buttons."""
    elsewhere = (*NOT_BUTTONS, *_at_foot(submission, twins))
    return [(move, label(submission, move)) for move in moves if move.name not in elsewhere]


def leaving(
    submission: Submission, moves: Collection[Transition], twins: Sequence[object]
) -> list[tuple[Transition, str]]:
    """The moves that stand at the foot of the page, with their words."""
    return [(move, label(submission, move)) for move in moves if move.name in _at_foot(submission, twins)]


def has_told(submission: Submission) -> bool:
    """Whether the branch has told how its meeting went, and can still change that."""
    if not isinstance(submission, SpeakerRequest) or submission.state != afterwards.HELD:
        return False
    return bool(submission.reports) and not submission.has_branch_to_report


def has_answered(submission: Submission, moves: Collection[Transition]) -> bool:
    """Whether the branch has answered what it was asked, so that what is left is to change that."""
    return has_said_yes(submission, moves) or has_told(submission)


def has_said_yes(submission: Submission, moves: Collection[Transition]) -> bool:
    """Whether the branch has said yes to its twin: it can still say no, and not yes once more."""
    names = {move.name for move in moves}
    return "no-to-twin" in names and "yes-to-twin" not in names


def is_twin_proposed(moves: Collection[Transition]) -> bool:
    """Whether somebody is proposed to the reader as a twin, so that they may also ask something first."""
    return any(move.name == "no-to-twin" for move in moves)


def _at_foot(submission: Submission, twins: Sequence[object]) -> Sequence[str]:
    """The moves that stand at the foot of the page. With a twin the registration itself has no next step: its pause
    only keeps others from being proposed.
    """
    return (*LEAVING, PAUSE) if twins and isinstance(submission, UkrainianRegistration) else LEAVING


def introduction(submission: Submission, moves: Collection[Transition], today: date) -> str:
    """What stands above the buttons of the moves that are open now; `today` is the day in London."""
    if has_said_yes(submission, moves):
        return _after_a_yes(submission)
    if has_told(submission):
        return str(_(HAS_TOLD))
    if day := other_day.in_words(submission, language.current()):
        return str(_("A speaker could come on %(day)s. Does that suit your branch?", day=day))
    if day := proposed_day.in_words(submission, language.current()):
        return str(_("A visitor on tour could come on %(day)s. Does that suit your branch?", day=day))
    if submission.tells_us_from is not None and today < submission.tells_us_from:
        return str(_(BEFORE_ITS_DAY))
    if submission.waits_for_a_day:
        return str(_(NO_DAY_YET))
    if said := twin_words.of_the_agreement(submission, is_body=False):
        return said
    about = "proposed" if is_twin_proposed(moves) else submission.state
    return str(_(INTRODUCTIONS.get(about, USUAL_INTRODUCTION)))


def _after_a_yes(submission: Submission) -> str:
    """What either side that has said yes to a twin reads: whom we wait for, and by when we introduce them."""
    proposal = submission
    if isinstance(submission, UkrainianRegistration) and submission.asked_about is not None:
        proposal = submission.asked_about.proposal
    if not isinstance(proposal, TwinningProposal) or not proposal.has_both_yes:
        return str(_(SAID_YES))
    if day := twin_words.our_day(proposal):
        words = _("You have both said yes, and we introduce you by %(day)s. Have you changed your mind? "
                  "Nobody is told why.", day=day)  # fmt: skip
        return str(words)
    return str(_(BOTH_SAID_YES))


def _has_not_begun(submission: Submission) -> bool:
    """Whether its branch has not been told that it is affiliated: it withdraws its request, and ends nothing."""
    return bool(submission.stands_as) and any(
        move.name == WITHDRAW for move in submission.WORKFLOW.permitted(submission.state, Actor.BRANCH)
    )


def _given_up(submission: SpeakerRequest) -> list[str]:
    """Which of the branch’s days its request has no more room for, once the speaker’s day is one of them."""
    days = other_day.given_up(submission, language.current(), london_day(utc_now()))
    return [str(_("A request holds three days: %(day)s takes no part any more.", day=day)) for day in days]


def what_it_does(submission: Submission, move: Transition, *, is_unheard: bool = False) -> str:
    """What pressing the button of a move does, in a sentence or two; nothing of a last step that `is_unheard`."""
    if isinstance(submission, UkrainianRegistration) and move.name in registration_words.LABELS:
        return registration_words.what_it_does(submission, move.name)
    if move.name == WITHDRAW and isinstance(submission, SpeakerRequest) and submission.state == "confirmed":
        if is_unheard:
            return str(_(WHAT_IT_DOES[WITHDRAW]))
        return _of_a_booked_speaker(submission)
    if move.name == OTHER_DAY_SUITS and isinstance(submission, SpeakerRequest):
        return " ".join([str(_(WHAT_IT_DOES[OTHER_DAY_SUITS])), *_given_up(submission)])
    if move.name in twin_words.WHAT_IT_DOES:
        return twin_words.what_it_does(move.name, twin_words.stage(submission))
    if move.name == "agreed" and getattr(submission, "body_has_agreed", False):
        return str(_("The other side has said so already: we confirm the twinning to you both."))
    name = WITHDRAW if move.name == LEAVE and _has_not_begun(submission) else move.name
    return str(_(WHAT_IT_DOES.get(name, USUALLY)))


def _of_a_booked_speaker(submission: SpeakerRequest) -> str:
    """What a withdrawal does where somebody has promised to come."""
    day = in_words_of(submission.meeting_on, language.current())
    if not day:
        return str(_("A speaker is booked, and is told at once that the meeting is cancelled."))
    if name := submission.shown_speaker_in(language.current()):
        words = _("%(speaker)s is booked for %(day)s, and is told at once that the meeting is cancelled.",
                  speaker=name, day=day)  # fmt: skip
        return str(words)
    return str(_("A speaker is booked for %(day)s, and is told at once that the meeting is cancelled.", day=day))


def done(move_name: str, was: str) -> str:
    """What is said once a move is made from the state `was`."""
    if move_name in twin_words.DONE:
        return twin_words.done(move_name, was)
    return str(_(DONE.get(move_name, USUALLY_DONE)))


def can_be_changed(submission: Submission, step: str) -> bool:
    """Whether the branch can change what it told us in a step: while it is open, and before it affiliates again.

    A meeting that was held has no other day any more: what is to be said of it goes into the report.
    """
    if step == "meeting" and submission.state == "held":
        return False
    return submission.is_open or submission.state == "lapsed"


def last_words_of(submission: Submission) -> str:
    """What the words are that came with the end of a request; empty where there is no telling."""
    found = LAST_WORDS.get(submission.state, "")
    return str(_(found)) if found else ""

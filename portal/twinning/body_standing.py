"""Where a union body in Ukraine stands with its branches, as its own page says it: asked about one, or linked.

The register alone knows that a body is open for a twin. What became of that is the state of the branch's proposal, and
the steps and the heading follow it. A body may be linked with several, and be asked about another meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from flask_babel import force_locale, gettext

from portal.clock import london_day
from portal.submissions.day_words import in_words_of
from portal.submissions.settled import Rows, Settled, rows_of
from portal.submissions.workflow import State
from portal.twinning import agreeing, confirming_anew, papers, twinnings
from portal.twinning.answer_window import to_answer_by
from portal.twinning.candidate import ENDED, TWINNED, YES, Candidate
from portal.twinning.facts import facts
from portal.twinning.models import TwinningProposal
from portal.twinning.registrations import CONFIRMED, OPEN, PAUSED, UkrainianRegistration
from portal.twinning.states import BEFORE_THE_AGREEMENT

BEING_CONFIRMED, LOOKING, BOTH_SAY_YES = 1, 2, 3
"""The numbers of public steps; a registration and a proposal share the last two."""


def linked(submission: UkrainianRegistration) -> Sequence[Candidate]:
    """The branches that it knows, the one with which it came furthest first."""
    known = (each for each in submission.candidates if each.state == TWINNED and each.closed_at is None)
    return sorted((each for each in known if papers.has_them(each.proposal)), key=lambda each: -_step(each.proposal))


def stage(proposal: TwinningProposal) -> State:
    """Where two stand, and while they pause where they go back to."""
    name = proposal.goes_back_to if proposal.state == "paused" else proposal.state
    return proposal.WORKFLOW.state(name)


def settled(submission: UkrainianRegistration, language: str, _today: date) -> Settled:
    """The heading, the present step and what is settled, as its own page shows it."""
    asked, known = submission.asked_about, linked(submission)
    with force_locale(language):
        if asked is not None:
            return _proposed(submission, asked, language)
        if known:
            return _acquainted(submission, known)
        if submission.is_to_confirm_anew:
            return _to_confirm_anew(submission, language)
        if submission.lacks_agreement and submission.is_open:
            # Its union is asked about it only then, and reads nothing of it before.
            doing, hint = gettext("We wait for your own yes"), gettext("Only then do we ask your union")
            return Settled(doing=doing, hint=hint, rows=_ended(submission, language))
        return Settled(rows=_ended(submission, language))


def _days(submission: UkrainianRegistration, candidate: Candidate) -> dict[int, date | None]:
    """When somebody was found, when they were introduced, and when they agreed."""
    found_on, proposal = london_day(candidate.proposed_at), candidate.proposal
    if candidate.state != TWINNED or proposal.twinning is None:
        return {LOOKING: found_on}
    last = len(submission.WORKFLOW.steps) - 1
    # Before both have said so, the day of the agreement is only what one of them has told us.
    agreed_on = proposal.twinned_on if stage(proposal).name not in BEFORE_THE_AGREEMENT else None
    days = {LOOKING: found_on, BOTH_SAY_YES: london_day(proposal.twinning.introduced_at)}
    return days | ({last - 1: agreed_on, last: agreed_on} if agreed_on else {})


def _proposed(submission: UkrainianRegistration, candidate: Candidate, language: str) -> Settled:
    """The branch that is proposed, without a name."""
    told = facts(candidate.proposal, language)
    has_said_yes = candidate.body_answer == YES
    state = candidate.proposal.WORKFLOW.state("proposed")
    is_both = candidate.proposal.has_both_yes
    return Settled(
        sentence=_if_open(submission, gettext("We have a possible twin for you")),
        rows=rows_of(
            (gettext("What the members do"), told["sector"]),
            (gettext("How many members"), told["size"]),
            (gettext("Region"), told["region"]),
            (gettext("What they hope for"), told["hopes"]),
            (gettext("What they offer"), told["offers"]),
            (gettext("What they would like to learn"), told["learns"]),
            (
                gettext("We ask for your answer by"),
                "" if has_said_yes else in_words_of(to_answer_by(candidate.proposal), language),
            ),
            (gettext("Your answer"), gettext("Yes") if has_said_yes else ""),
        ),
        doing=gettext("We introduce you to each other") if is_both else gettext(state.doing),
        hint=gettext("Both sides have said yes") if is_both else gettext(state.doing_hint),
        step=BOTH_SAY_YES,
        days=_days(submission, candidate),
    )


def _acquainted(submission: UkrainianRegistration, known: Sequence[Candidate]) -> Settled:
    """With whom it is linked, and that we go on looking where it wishes for more."""
    names = "; ".join(each.proposal.heading for each in known)
    first = known[0].proposal
    sentence = gettext("Your twins in the UK: %(names)s", names=names) if len(known) > 1 else sentence_of(first)
    where, aside = stage(first), first.WORKFLOW.state(first.state)
    step = _step(first)
    label = submission.WORKFLOW.steps[min(step, len(submission.WORKFLOW.steps) - 1)].label
    hint = where.doing_hint if aside is where else aside.doing_hint
    doing, why = agreeing.next_step(first)
    is_paused = submission.state == PAUSED
    goes_on = submission.wishes_more and submission.state == OPEN and submission.is_confirmed
    return Settled(
        sentence=sentence if is_paused else _if_open(submission, sentence),
        rows=rows_of(
            (gettext("Another twin"), gettext("We go on looking, as you wished") if goes_on else ""),
            (gettext("Your registration"), gettext("Paused: we propose you to nobody else") if is_paused else ""),
            *_changed(submission, confirming_anew.told),
        ),
        doing=doing or gettext(where.doing or label),
        hint=why or (gettext(hint) if hint else ""),
        step=step,
        days=_days(submission, known[0]),
    )


def _to_confirm_anew(submission: UkrainianRegistration, language: str) -> Settled:
    """That its union confirmed it as it was before, and is asked again."""
    is_sought = submission.state in (CONFIRMED, OPEN)
    return Settled(
        sentence=gettext("Your union has to confirm you anew") if is_sought else "",
        rows=(*_changed(submission, confirming_anew.said), *_ended(submission, language)),
        doing=gettext("We ask your union to confirm you anew") if is_sought else "",
        step=BEING_CONFIRMED,
    )


def _changed(submission: UkrainianRegistration, words: Callable[[], str]) -> Rows:
    """What has changed and is not confirmed, and what that means."""
    if not submission.is_to_confirm_anew:
        return ()
    return ((gettext("You have changed who you are"), f"{words()} {confirming_anew.rested(submission)}".strip()),)


def sentence_of(proposal: TwinningProposal) -> str:
    """Where a body stands with one branch, in the present language: as the branch reads it of the body."""
    name, is_early = proposal.heading, stage(proposal).name in BEFORE_THE_AGREEMENT
    early, late = (
        gettext("You and your twin take a break: %(name)s", name=name),
        gettext("Your twinning is paused: %(name)s", name=name),
    )
    sentences = {
        "introduced": gettext("We have introduced you to your twin: %(name)s", name=name),
        "getting-acquainted": gettext("You are getting to know your twin: %(name)s", name=name),
        "dormant": gettext("Your twinning has gone quiet: %(name)s", name=name),
        "paused": early if is_early else late,
    }
    return str(sentences.get(proposal.state) or gettext("You are twinned: %(name)s", name=name))


def _ended(submission: UkrainianRegistration, language: str) -> Rows:
    """That its last twinning is over, and when; nobody is named once it has ended."""
    over = [(each.closed_at, each.proposal) for each in submission.candidates if each.state == ENDED and each.closed_at]
    if not over:
        return ()
    at, proposal = max(over, key=lambda each: each[0])
    day = in_words_of(london_day(at), language)
    if twinnings.was_twinned(proposal):
        return ((gettext("Your last twinning"), gettext("It ended on %(day)s.", day=day)),)
    return ((gettext("Your last twin"), gettext("Getting to know each other ended on %(day)s.", day=day)),)


def _if_open(submission: UkrainianRegistration, sentence: str) -> str:
    """While we ask it something, the page begins with that."""
    return sentence if submission.state == OPEN else ""


def _step(proposal: TwinningProposal) -> int:
    """How many of the public steps are done."""
    return stage(proposal).step or 0

"""The rows that the workflows of all kinds share: asking the branch, withdrawing, declining, opening again.

The grammar is in `workflow`; like it, this is standard library only.
"""

from __future__ import annotations

from collections.abc import Iterable

from portal.submissions.workflow import (
    BACK,
    N_,
    Actor,
    Answer,
    Ask,
    FollowUp,
    Notification,
    Recipient,
    Rests,
    Transition,
)

REASON = Ask("reason", N_("Why?"), Answer.TEXT, hint=N_("The branch reads this in the letter."))
REASON_KEPT = Ask("reason", N_("Why?"), Answer.TEXT, hint=N_("Kept in the history. The branch does not see it."))


SEARCH = "search"
"""The series of tasks about finding somebody; what comes next in a search gives way to them."""
CALL = "call"
"""The series of tasks to telephone about a question that is open."""
CALLS_IN_TIME = {"question-before-meeting": "question", "question-late": "question"}
"""Tasks to telephone because a day is near, and the series whose letters give way to each: nobody does both."""
FOR_UNREACHED = {"meeting-untold": frozenset({"branch", "speaker"})}
"""Tasks that come only while our letters do not reach one of these: a day is near of which they may not know."""


def asking_rows(*, sources: Iterable[str], waiting: str) -> tuple[Transition, ...]:
    """The rows for asking the branch a question: ask, answer, and going on without an answer."""
    return (
        Transition(
            "ask",
            N_("Ask the branch a question"),
            N_("We asked the branch a question"),
            tuple(sources),
            waiting,
            asks=(Ask("question", N_("Your question"), hint=N_("One clear question is answered soonest.")),),
            notify=(Notification("common/question", Recipient.BRANCH),),
            then="portal.submissions.questions.put",
        ),
        Transition(
            "answer",
            N_("Answer"),
            N_("The branch answered our question"),
            (waiting,),
            BACK,
            by=(Actor.BRANCH,),
            asks=(Ask("answer", N_("Your answer")),),
            notify=(Notification("common/answer-received", Recipient.BRANCH),),
            then="portal.submissions.questions.close",
        ),
        Transition(
            "go-on",
            N_("Go on without an answer"),
            N_("We went on without an answer"),
            (waiting,),
            BACK,
            asks=(Ask("reason", N_("What did you find out?"), hint=N_("Kept in the history."), is_required=False),),
            then="portal.submissions.questions.close",
        ),
    )


def asking_follow_ups(
    waiting: str, *, first: int, second: int, third: int, rests: Rests = Rests.AUGUST, until: str = ""
) -> tuple[FollowUp, ...]:
    """What comes by itself while the branch owes us an answer: two letters, then work for a person.

    `first`, `second` and `third` are days after the question. Whoever has written to us is not reminded. `until` names
    the kind's question for the day after which nothing of it comes.
    """
    reminder = FollowUp(
        "question-reminder",
        "Reminder to the branch: our question",
        "state_since",
        first,
        (waiting,),
        notify=(Notification("common/question-reminder", Recipient.BRANCH),),
        unless="is_with_us",
        series="question",
        # Later than that it would stand beside the last one.
        late=3,
        rests=rests,
        until=until,
    )
    last_reminder = FollowUp(
        "question-last-reminder",
        "Last reminder to the branch: our question",
        "state_since",
        second,
        (waiting,),
        notify=(Notification("common/question-last-reminder", Recipient.BRANCH),),
        unless="is_with_us",
        series="question",
        late=7,
        rests=rests,
        after=reminder,
        until=until,
    )
    unanswered = FollowUp(
        "question-unanswered",
        "Task: the branch has not answered our question",
        "state_since",
        third,
        (waiting,),
        task="The branch has not answered our question. Telephone, go on without an answer, or decline.",
        unless="is_with_us",
        series=CALL,
        late=60,
        after=last_reminder,
        until=until,
    )
    return reminder, last_reminder, unanswered


def closing_rows(
    *,
    open_states: Iterable[str],
    confirmed: tuple[str, ...] = (),
    begins: str = "",
    other_side: tuple[Notification, ...] = (),
    declined: str = "common/declined",
) -> tuple[Transition, ...]:
    """The rows for leaving: withdraw (branch or coordinator) and decline (coordinator).

    `confirmed` names the states in which people already rely on the request: the team hears of it at once. From the
    moment on that the kind's question `begins` gives, nothing is left to withdraw.
    `other_side` are the letters to whoever else was asked or is waiting; `declined` is the one that says no to the
    branch.
    """
    live = tuple(open_states)
    return (
        Transition(
            "withdraw",
            N_("Withdraw the request"),
            N_("The request was withdrawn"),
            live,
            "withdrawn",
            by=(Actor.BRANCH, Actor.COORDINATOR),
            asks=(
                Ask(
                    "reason",
                    N_("Why are you withdrawing?"),
                    is_required=False,
                    desk_label=N_("Why?"),
                    desk_hint=REASON.hint,
                ),
            ),
            notify=(
                Notification("common/withdrawn", Recipient.BRANCH),
                # None would stand for all of them.
                *([Notification("common/withdrawn-team", Recipient.TEAM, only_from=confirmed)] if confirmed else []),
                *other_side,
            ),
            not_after=begins,
        ),
        Transition(
            "decline",
            N_("Decline with a reason"),
            N_("We declined the request"),
            tuple(name for name in live if name not in confirmed),
            "declined",
            asks=(REASON,),
            notify=(Notification(declined, Recipient.BRANCH), *other_side),
        ),
    )


def reopening_row(
    *,
    closed_states: Iterable[str],
    target: str,
    other_side: tuple[Notification, ...] = (),
    to_branch: tuple[Notification, ...] = (Notification("common/reopened", Recipient.BRANCH),),
) -> Transition:
    """The row that opens a closed request again, with a reason; `other_side` as in `closing_rows`."""
    return Transition(
        "reopen",
        N_("Open it again"),
        N_("The request was opened again"),
        tuple(closed_states),
        target,
        asks=(REASON_KEPT,),
        notify=(*to_branch, *other_side),
        corrects=True,
    )

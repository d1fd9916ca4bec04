"""What a coordinator writes to one side while neither may know who the other is: whether it tells that.

What counts as telling is the kind's to say (`Kind.gives_away`). Letters that nobody has touched hold no such words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portal.submissions import registry
from portal.submissions.history import Mover
from portal.submissions.models import Submission
from portal.submissions.prepared import Prepared
from portal.submissions.refused import WrongAnswerError
from portal.submissions.workflow import Actor

PASSED_ON = ("reason", "question", "answer", "outcome")
"""The answers that letters hold as they were written; an oblast or a sector is meant to be read."""
TELLS = "This names the other side: “{word}”. Write it without"


def wrong(submission: Submission, to: str, words: str, target: str = "") -> str:
    """The sentence for words to `to` that tell who the other side is; empty for good ones.

    `target` is the state to which the move leads that sends them, where they are part of one.
    """
    word = registry.kind(submission.kind).gives_away(submission, to, words, target)
    return TELLS.format(word=word) if word else ""


def insist(submission: Submission, letters: Sequence[Prepared], answers: Mapping[str, str], by: Mover) -> None:
    """Raise `WrongAnswerError` where a letter of a move passes on what a coordinator wrote although it tells that."""
    if by.actor is not Actor.COORDINATOR:
        return
    for letter in letters:
        body = " ".join(letter.body.split())
        for name, said in ((name, answers.get(name, "")) for name in PASSED_ON):
            is_sent = any(" ".join(line.split()) in body for line in said.splitlines() if line.strip())
            if is_sent and (sentence := wrong(submission, letter.to, said, submission.state)):
                raise WrongAnswerError(name, sentence)


def added(before: str, after: str) -> str:
    """The lines that somebody wrote into a letter."""
    known = {line.strip() for line in before.splitlines()}
    return "\n".join(line for line in after.splitlines() if line.strip() not in known)

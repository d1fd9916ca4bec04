"""Why a move cannot be made: it is not open, lacks an answer, or was given one that cannot be so."""

from __future__ import annotations


class NotPermittedError(Exception):
    """The move is not open to this person as the request stands, or speaks of a day to come."""


class MissingAnswerError(Exception):
    """The move asks for something that was not given; `names` says what."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class WrongAnswerError(Exception):
    """What was given for `name` cannot be so; `sentence` says why, in the present language."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(f"{name}: {sentence}")
        self.name = name
        self.sentence = sentence

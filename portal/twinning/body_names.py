"""A Ukrainian body's name as a reader of one language can read it: in its own letters, and in Latin ones.

A body says itself how it writes its name in Latin letters. Where it did not, the rules of transliteration do it
(KMU 55-2010, `portal/directory/folding.py`).
"""

from __future__ import annotations

from portal.directory.folding import transliterate
from portal.twinning.models import TwinningProposal


def body_name(proposal: TwinningProposal, language: str) -> str:
    """The name of the body that is proposed or linked: in Latin letters for whoever reads English."""
    return (latin_name(proposal) if language == "en" else "") or proposal.body_name


def latin_name(proposal: TwinningProposal) -> str:
    """The body's name in Latin letters beside a Cyrillic one: as it writes itself, or else by the rules.

    Empty where its name is in Latin letters anyway.
    """
    if not proposal.body_name:
        # It has withdrawn: the letters that say that it is over name it no more.
        return ""
    candidate = proposal.candidate
    own = candidate.registration.name_latin if candidate is not None else ""
    return own if own and own != proposal.body_name else in_latin(proposal.body_name)


def both_names(proposal: TwinningProposal) -> str:
    """The body's name for whoever reads both alphabets: its own first, the Latin one in brackets."""
    return _beside(proposal.body_name, latin_name(proposal))


def with_latin(name: str) -> str:
    """A person's name with its Latin letters in brackets, where it holds anything Cyrillic."""
    return _beside(name, in_latin(name))


def _beside(name: str, latin: str) -> str:
    return f"{name} ({latin})" if latin else name


def in_latin(name: str) -> str:
    """A name in Latin letters; empty where it holds nothing Cyrillic."""
    latin = transliterate(name)
    return latin if latin != name else ""

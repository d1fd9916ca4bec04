"""Whether a text names one of the two sides of a proposal, before both have said yes to each other, or in public.

Coordinators pass words on, and a branch writes what it offers: neither may carry a name, an address, a town or a
number across. A word counts also with another ending, and in the other alphabet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, pairwise
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select

from portal.directory.folding import search_words
from portal.directory.named_towns import towns_named
from portal.submissions.workflow import Recipient
from portal.twinning import candidates, public_pairs
from portal.twinning.candidate import PARTED, Candidate
from portal.twinning.models import TwinningProposal
from portal.twinning.registrations import UkrainianRegistration
from portal.twinning.states import LINKED

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w[\w.-]*\w")
_DIGITS = re.compile(r"\d[\d ()\-.]{6,}\d")
_A_DAY = re.compile(r"\d{1,2}[. -]\d{1,2}[. -]\d{4}|\d{4}-\d\d-\d\d|\d{4} ?- ?\d{4}")
_POSTCODE = re.compile(r"\b[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}\b")
_WEB = re.compile(
    r"(?:https?://|www\.)\S+"
    r"|(?<![\w@.])(?:[\w-]+\.)+(?:com|org|net|info|uk|ua|eu|io|me|coop|scot|wales|cymru|online|site|укр)\b(?:/\S*)?"
    r"|(?<![\w.])@\w{3,}",
    re.IGNORECASE,
)
_OF_A_NETWORK = re.compile(
    r"\b(?i:facebook|fb|instagram|telegram|whats ?app|viber|tiktok|youtube|linkedin"
    r"|фейсбу[кц]\w*|інстаграм\w*|телеграм\w*|вайбер\w*|ютуб\w*)\b"
    r"\s*(?:page|group|channel|as|сторінк\w+|груп\w+|канал\w*|як)?\s*[:/–—-]?\s*"
    r"[«“\"]?[A-ZА-ЯІЇЄҐ]\w+(?: [A-ZА-ЯІЇЄҐ]\w+)*"
)
"""What somebody is called on Facebook and its like: the network, and a name after it."""
_QUOTED = re.compile(r"[«“\"](.+?)[»”\"]")
SHORTEST = 4
ENDING = 2
"""So many letters a Ukrainian ending may add or change."""
_OF_THE_BRANCH = (Recipient.BRANCH, Recipient.LEAD, Recipient.TREASURER)
NAMED_IN_PUBLIC = ("name", "name-only", "public")


def told_by_proposal(proposal: TwinningProposal, to: str, words: str, target: str) -> str:
    """The word by which `words` to one side of a proposal tell who the other is, before both have said yes."""
    if _know_each_other(proposal, target):
        return ""
    if to == Recipient.UKRAINIAN_BODY:
        return branch_in(proposal, words)
    has_other_side = proposal.body_name or _last(proposal) is not None
    return body_in(proposal, words) if to in _OF_THE_BRANCH and has_other_side else ""


def told_by_registration(registration: UkrainianRegistration, to: str, words: str, target: str) -> str:
    """The word by which `words` to a body tell who the branch is that it is asked about."""
    asked = candidates.asked(candidates.session_of(registration), registration.id)
    return branch_in(asked.proposal, words) if to == Recipient.BRANCH and asked is not None else ""


def branch_in(proposal: TwinningProposal, text: str) -> str:
    """The first word of `text` that tells who the branch is; empty where none does."""
    people = (proposal.contact_name, proposal.second_name, proposal.lead_name, proposal.deputy_name)
    places = (proposal.town or "", proposal.branch_name or "")
    return next(_found((*people, *places), proposal.branch_name or "", text), "")


def parted(proposal: TwinningProposal, words: str) -> tuple[str, list[str]]:
    """What the other side may read of the branch's own words, and the lines that tell who the branch is."""
    lines = words.splitlines()
    telling = [line for line in lines if branch_in(proposal, line)]
    return "\n".join(line for line in lines if line not in telling).strip(), telling


def body_in(proposal: TwinningProposal, text: str) -> str:
    """The first word of `text` that tells who the body is; empty where none does."""
    candidate = _last(proposal)
    if candidate is None:
        found = _found((proposal.body_contact,), proposal.body_name, text)
    else:
        told = candidate.registration
        names = (told.contact_name, told.second_name, told.town)
        whole = (told.name_uk, told.name_latin)
        quoted = (each for name in whole for each in _QUOTED.findall(name))
        found = _found((*names, *quoted), told.name_uk, text)
    return next(chain(found, towns_named(text)), "")


def for_anybody(proposal: TwinningProposal) -> Callable[[str], tuple[str, ...]]:
    """What in a text that anybody is to read tells where people are, who they are or how they are reached.

    It is asked of one text after another; who the two are is read once.
    """
    candidate = candidates.living(candidates.session_of(proposal), proposal.id)
    told = candidate.registration if candidate is not None else None
    people = [proposal.contact_name, proposal.second_name, proposal.lead_name, proposal.deputy_name]
    people += [told.contact_name, told.second_name, told.town] if told is not None else [proposal.body_contact]
    is_named = _is_named_in_public(proposal, told)
    whole = "" if is_named else proposal.body_name
    if told is not None and not is_named:
        people += [each for name in (told.name_uk, told.name_latin) for each in _QUOTED.findall(name)]

    def tells(text: str) -> tuple[str, ...]:
        named = (each for each in _names(people, whole, text) if each == whole or not each[:1].islower())
        return tuple(dict.fromkeys((*addresses_in(text), *named, *towns_named(text))))

    return tells


def _is_named_in_public(proposal: TwinningProposal, told: UkrainianRegistration | None) -> bool:
    """Whether the name of the body may stand in public, as `public_pairs` shows it."""
    if told is None:
        return proposal.body_publicity in NAMED_IN_PUBLIC
    is_allowed = told.publicity in NAMED_IN_PUBLIC and not told.is_to_confirm_anew
    return is_allowed and not public_pairs.is_hidden(told.level, proposal.body_oblast)


def addresses_in(text: str) -> Iterator[str]:
    """Addresses, numbers and names in networks by which somebody can be reached; our own are left out."""
    own = (str(current_app.config["TEAM_EMAIL"]).lower(), urlsplit(str(current_app.config["PUBLIC_URL"])).netloc)
    for pattern in (_EMAIL, _DIGITS, _POSTCODE, _WEB, _OF_A_NETWORK):
        for found in pattern.finditer(text):
            if not _A_DAY.fullmatch(found[0]) and not any(each and each in found[0].lower() for each in own):
                yield found[0]


def _know_each_other(proposal: TwinningProposal, target: str) -> bool:
    known = (*candidates.KNOW_EACH_OTHER, *LINKED)
    return proposal.state in known or target in known or proposal.was_linked


def _last(proposal: TwinningProposal) -> Candidate | None:
    """The body that is proposed now, or was proposed last and came to nothing."""
    session = candidates.session_of(proposal)
    found = select(Candidate).where(
        Candidate.proposal_id == proposal.id, Candidate.closed_at.is_(None) | (Candidate.state == PARTED)
    )
    return session.scalar(found.order_by(Candidate.id.desc()).limit(1))


def _found(names: Iterable[str], whole: str, text: str) -> Iterator[str]:
    return chain(addresses_in(text), _names(names, whole, text))


def _names(names: Iterable[str], whole: str, text: str) -> Iterator[str]:
    read = search_words(text)
    if whole and _stands_in(search_words(whole), read):
        yield whole
    known = [word for name in names for word in search_words(name or "") if len(word) >= SHORTEST]
    yield from (said for said in _typed(text) for word in search_words(said) if _is_one(word, known))


def _typed(text: str) -> Iterator[str]:
    yield from text.split()
    # A name of two words is found as one too.
    yield from (" ".join(pair) for pair in pairwise(text.split()))


def _is_one(word: str, known: Iterable[str]) -> bool:
    return any(
        abs(len(word) - len(each)) <= ENDING and word.startswith(each[: max(SHORTEST, len(each) - ENDING)])
        for each in known
    )


def _stands_in(wanted: list[str], read: list[str]) -> bool:
    return any(read[start : start + len(wanted)] == wanted for start in range(len(read) - len(wanted) + 1))

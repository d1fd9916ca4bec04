"""The certificate of two twins: who may have it, and what stands in it, in both languages.

Making a page or a file of it is the business of `documents`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from portal.directory.ukraine import find_oblast
from portal.documents import twinning as documents
from portal.documents.twinning import Document
from portal.emails import edited, letters, second_reading
from portal.submissions.choices import labels_of
from portal.submissions.day_words import in_words_of
from portal.submissions.workflow import N_
from portal.twinning.body_names import in_latin
from portal.twinning.candidates import KNOW_EACH_OTHER, session_of
from portal.twinning.forms import HOPES
from portal.twinning.models import TwinningProposal
from portal.twinning.registrations import UkrainianRegistration
from portal.twinning.states import BEFORE_THE_AGREEMENT
from portal.twinning.twinnings import Twinning

HERE = {
    "branch": N_("branch"),
    "region": N_("region"),
    "national": N_("national union"),
    "trades-council": N_("trades council"),
}
THERE = {
    "primary": N_("primary organisation"),
    "territorial": N_("town or district organisation"),
    "regional": N_("oblast organisation"),
    "national": N_("all-Ukrainian union"),
}
"""What kind of body each side is, as it stands behind a name."""
HAVE_ONE = frozenset(KNOW_EACH_OTHER) - frozenset(BEFORE_THE_AGREEMENT)
SAYS_SO = "twinning/twinned-body"
"""The letter that tells that they are twinned: nobody reads it anywhere before that has left."""


def has_one(proposal: TwinningProposal) -> bool:
    """Whether both have agreed, and know that we have noted it."""
    is_linked = proposal.state in HAVE_ONE and bool(proposal.body_name) and proposal.twinning is not None
    is_paused_before = proposal.state == "paused" and proposal.goes_back_to in BEFORE_THE_AGREEMENT
    return (
        is_linked
        and proposal.twinned_on is not None
        and not is_paused_before
        and not second_reading.is_kept_back(session_of(proposal), proposal.id, SAYS_SO)
    )


def made(proposal: TwinningProposal, twinning: Twinning, *, first: str) -> Document:
    """The certificate, the words of the language `first` ("en", "uk") on the left."""
    session = session_of(proposal)
    facts = {language: facts_in(session, proposal, twinning, language) for language in letters.LANGUAGES}
    return documents.make(documents.CERTIFICATE, facts, first=first, texts=edited.texts(session))


def facts_in(session: Session, proposal: TwinningProposal, twinning: Twinning, language: str) -> Mapping[str, str]:
    """What the documents of two twins name, in a language; empty texts where something is not known."""
    known = session.get(UkrainianRegistration, twinning.registration_id) if twinning.registration_id else None
    place = find_oblast(proposal.body_oblast)
    with force_locale(language):
        return {
            "branch": proposal.heading,
            "body": _written(proposal.body_name, language, known.name_latin if known is not None else ""),
            "oblast": place.label(language) if place else "",
            "branch_level": _said(HERE, proposal.body_type),
            "body_level": _said(THERE, twinning.body_level),
            "hopes": _in_a_sentence(labels_of(HOPES, twinning.aims)),
            "branch_contact": proposal.named_to_twin[0],
            "body_contact": _written(proposal.body_contact, language),
            "agreed_on": in_words_of(proposal.twinned_on, language),
        }


def _written(name: str, language: str, own: str = "") -> str:
    """A name as the reader of a column can read it: for English in Latin letters, its `own` or by the rules."""
    return (own or in_latin(name) if language == "en" else "") or name


def _in_a_sentence(labels: Sequence[str]) -> str:
    """What was ticked, as it stands in the middle of a sentence."""
    return ", ".join(each[:1].lower() + each[1:] for each in labels)


def _said(words: Mapping[str, str], slug: str) -> str:
    return gettext(words[slug]) if slug in words else ""

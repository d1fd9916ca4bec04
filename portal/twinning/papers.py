"""The documents that go with an introduction: who may have them, and what stands in them, in both languages.

An agenda for the first call, a greeting, a statement of friendship and an agreement. Both sides reach them from their
own pages once they have been introduced. Making a page or a file of one is the business of `documents`.
"""

from __future__ import annotations

from collections.abc import Mapping

from portal.clock import KYIV, LONDON
from portal.documents import twinning as documents
from portal.documents.twinning import AGENDA, AGREEMENT, GREETING, STATEMENT, Document
from portal.emails import edited, letters, second_reading
from portal.submissions.correspondence import short_time
from portal.submissions.day_words import by_in_words_of, in_words_of
from portal.twinning import calling, certificates
from portal.twinning.candidates import KNOW_EACH_OTHER, session_of
from portal.twinning.models import TwinningProposal
from portal.twinning.twinnings import Twinning

PAPERS = (AGENDA, GREETING, STATEMENT, AGREEMENT)
SAYS_SO = "twinning/introduced-body"
"""The letter that introduces them: nobody reads a name anywhere before that has left."""


def has_them(proposal: TwinningProposal) -> bool:
    """Whether the two have been introduced, and know it; they keep them when we close our file."""
    is_known = proposal.state in KNOW_EACH_OTHER and bool(proposal.body_name) and proposal.twinning is not None
    return is_known and not second_reading.is_kept_back(session_of(proposal), proposal.id, SAYS_SO)


def made(name: str, proposal: TwinningProposal, twinning: Twinning, *, first: str, is_body: bool) -> Document:
    """The document of that name (of `PAPERS`), the words of the language `first` on the left.

    `is_body` says that the Ukrainian side writes the greeting.
    """
    session = session_of(proposal)
    facts = {language: _facts(proposal, twinning, language, is_body=is_body) for language in letters.LANGUAGES}
    return documents.make(name, facts, first=first, texts=edited.texts(session))


def _facts(proposal: TwinningProposal, twinning: Twinning, language: str, *, is_body: bool) -> Mapping[str, str]:
    known = certificates.facts_in(session_of(proposal), proposal, twinning, language)
    sides = known["branch"], known["body"]
    writer, reader = reversed(sides) if is_body else sides
    agreed = proposal.twinned_on
    # Whoever agrees on 29 February looks at it again on the last of that month.
    day = min(agreed.day, 28) if agreed is not None and agreed.month == 2 else agreed.day if agreed is not None else 1
    review = agreed.replace(year=agreed.year + 1, day=day) if agreed is not None else None
    return {
        **known,
        "writer": writer,
        "reader": reader,
        **_call(proposal, language),
        "review_on": by_in_words_of(review, language),
    }


def _call(proposal: TwinningProposal, language: str) -> Mapping[str, str]:
    """When the first call is, where it is fixed."""
    call = calling.call_of(proposal)
    moment = call.starts_at if call is not None else None
    if call is None or moment is None:
        return {"call_day": "", "call_london": "", "call_kyiv": "", "call_link": ""}
    here, there = (moment.astimezone(zone) for zone in (LONDON, KYIV))
    return {
        "call_day": in_words_of((there if language == "uk" else here).date(), language),
        "call_london": short_time(here.time(), language),
        "call_kyiv": short_time(there.time(), language),
        "call_link": call.link,
    }

"""The letters as a book to leaf through: who reads each, when it goes, and what it may name.

Which letters there are is told by the workflows' rows; what the names mean, by `templates/emails/facts.csv`. Letters
about signing in and the closing under every letter are not in the book: nobody edits them on the desk.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from portal.emails import grammar, letters
from portal.submissions import deadlines, example_days, registry
from portal.submissions.correspondence import NO_LINK_YET, NO_SECOND_LINK_YET
from portal.submissions.prepared import TOLD_OF_TOURS
from portal.submissions.workflow import Notification, Recipient, Workflow

TABLE = letters.FOLDER / "facts.csv"
NOT_DESCRIBED = "Not described yet."
"""Stands for the sentence of a fact that the table lacks; a test finds it."""

LINK = "private_link"
LINKS = {LINK: NO_LINK_YET, "register_link": NO_SECOND_LINK_YET, "body_link": NO_SECOND_LINK_YET}
MUST_STAY = (LINK, "message", "question", "changes", "requests", "route", "tour_joining")
"""A letter whose shipped words name one of these is about it: it cannot be left out."""
OF_A_MOVE = frozenset(("reason", "answer", "message", "changes", "by_us", *TOLD_OF_TOURS))
"""What only the letters of some moves are given; in all others it is empty."""
OF_THE_OTHER_SIDE = frozenset(
    (
        *("speaker_name", "speaker_phone", "stands_by", "stand_by_phone"),
        *("body_name", "body_name_uk", "body_name_latin"),
        *("body_oblast", "body_oblast_en", "body_oblast_uk"),
        "body_sector",
        "body_contact",
        "body_contact_latin",
        "body_email",
        "body_shown",
        "other_side",
    )
)
"""What a branch learns only once somebody has said yes: no letter tells it earlier than its shipped words do."""
DEADLINES = deadlines.NAMES
FOR_ANYBODY = frozenset(("greeting", "reference", "kind_name", "who", "coordinator", "promise", "campaign", *DEADLINES))
"""What a speaker, a Ukrainian body or a stranger may read; all else only where the shipped words tell it."""
NOT_IN_A_SUBJECT = frozenset(("greeting", "who", "coordinator"))
"""Of what anybody may read, what names a person."""
AMONG_US = "coordinator"
"""Stands for a kind in the letters to ourselves: they are about several requests and have facts of their own."""
KNOWN_AMONG_US = frozenset(("greeting", "campaign", "day", "desk_link"))
REGISTER, DOCUMENT = "register", "document"
"""Stand for a kind in letters about the register of speakers, and in documents: they are about no request."""
KNOWN_OF_THE_REGISTER = frozenset(("campaign", "contact_email"))
"""What each of them knows. Nothing else is open: one goes to an address that may be a stranger’s."""
OF_NO_REQUEST = (AMONG_US, REGISTER, DOCUMENT)
"""Instead of a kind; their letters have facts of their own and are shown with examples alone."""
OF_A_TOUR = frozenset(("route", "first_day", "last_day"))
"""What the letter about a tour always knows."""
_ASKED = ("answer_by", "accepted_dates", "other_date", "offered_town", "own_day_suits", "along_with")
OF_AN_OFFER = frozenset((*_ASKED, "is_booked", "was_booked"))
"""What every letter to a speaker knows that names it."""
_KNOWN = frozenset((*FOR_ANYBODY, "contact_email", "desk_link", "answers_by", LINK, *OF_AN_OFFER, *OF_A_TOUR))
ALWAYS_KNOWN = _KNOWN - {"coordinator", "promise"}
OTHERS = (
    Recipient.SPEAKER,
    Recipient.OTHER_SPEAKERS,
    Recipient.STAND_BY,
    Recipient.INTERPRETER,
    Recipient.PARTNER,
    Recipient.UKRAINIAN_BODY,
)
NEVER_BOTH = (
    ("wants_invoice", "asks_invoice"),
    ("pay_by", "by_cheque"),
    ("is_decided", "lacks_decision"),
    ("hears_by", "last_word"),
)
"""Facts of which the second is never true where the first is: no example of a letter says both."""
HAVE_A_PAGE = (
    *(Recipient.BRANCH, Recipient.SPEAKER, Recipient.STAND_BY, Recipient.INTERPRETER, Recipient.PARTNER),
    Recipient.LEAD,
)
"""Whose letters may hold a private link: each opens the reader's own page."""
GREETINGS = {
    Recipient.TEAM: {"en": "Dear all", "uk": "Вітаємо всіх"},
    **{each: {"en": "Dear Olena", "uk": "Добрий день, Олено"} for each in OTHERS},
    Recipient.UKRAINIAN_BODY: {"en": "Dear colleagues", "uk": "Шановні колеги"},
    Recipient.LEAD: {"en": "Dear Eddie Rowell-Tyne", "uk": "Добрий день, Eddie Rowell-Tyne"},
    Recipient.TREASURER: {"en": "Dear Bill", "uk": "Добрий день, Bill"},
}


@dataclass(frozen=True)
class Fact:
    """One thing that letters may name, with a sentence on what it is and an example in both languages."""

    name: str
    sentence: str
    en: str
    uk: str

    def example(self, language: str) -> str:
        """The example as a letter in that language has it."""
        return self.uk or self.en if language == "uk" else self.en


@dataclass(frozen=True)
class Entry:
    """One letter of the book.

    `kind` is empty for one that goes about requests of every kind; `AMONG_US` and `REGISTER` stand for one.

    `is_bare` marks a letter to a stranger: it knows nothing of the kind, names none of us and holds no link. `when`
    says in a sentence each what sends it.
    """

    name: str
    to: Recipient
    when: tuple[str, ...]
    kind: str = ""
    is_bare: bool = False


BESIDES = (
    Entry("common/message", Recipient.BRANCH, ("When a coordinator writes a message",)),
    Entry("common/message-received", Recipient.BRANCH, ("When the branch sends a message on its page",)),
    Entry("common/details-changed", Recipient.BRANCH, ("When the branch changes something on its page",)),
    Entry(
        "speaker/change-coming",
        Recipient.SPEAKER,
        ("When the branch changes a date that a speaker is booked for, and the new one is not settled",),
        "speaker",
    ),
    Entry("common/your-link", Recipient.BRANCH, ("When the branch asks for its links again",)),
    Entry("common/first-link", Recipient.BRANCH, ("When a contact of whom we had no address gets one",)),
    Entry("common/hand-over", Recipient.BRANCH, ("When somebody else is asked to be the contact",)),
    Entry("common/handed-over", Recipient.BRANCH, ("When another is the contact, to the one before",), is_bare=True),
    Entry("common/another-address", Recipient.BRANCH, ("When a body gives another, to the old one",), is_bare=True),
    Entry("common/taken-over", Recipient.BRANCH, ("When another is the contact, to whoever has taken over",)),
    Entry("common/new-link", Recipient.BRANCH, ("When a coordinator sends a new private link",)),
    Entry("common/join-tour", Recipient.BRANCH, ("When a branch is invited to a meeting of a visitor’s tour",)),
    Entry("common/tour-joined", Recipient.BRANCH, ("When a meeting that it joins is agreed, or has changed",)),
    Entry("common/tour-off", Recipient.BRANCH, ("When the visitor does not come to a meeting that it joins",)),
    Entry(
        "speaker/neighbours",
        Recipient.BRANCH,
        ("When branches join a meeting of a visitor’s tour, to the one that hosts it",),
        "speaker",
    ),
    Entry(
        "affiliation/second-form",
        Recipient.BRANCH,
        ("When a stranger sends a form for a branch that is affiliated",),
        "affiliation",
        is_bare=True,
    ),
    Entry(
        "affiliation/form-of-another",
        Recipient.BRANCH,
        ("When a stranger sends a form for a branch that is affiliated, to the contact we know",),
        "affiliation",
    ),
    Entry("affiliation/form-again", Recipient.BRANCH, ("When a branch sends its form again",), "affiliation"),
    Entry("team/new-urgent", Recipient.TEAM, ("When a request for a meeting in under 14 days arrives",), "speaker"),
    Entry("register/added", Recipient.SPEAKER, ("When somebody is added to the register of speakers",), REGISTER),
    Entry(
        "register/link",
        Recipient.SPEAKER,
        (
            "When a speaker asks for the link to their own page again",
            "When a coordinator sends it",
            "Once a new address holds",
        ),
        REGISTER,
    ),
    Entry("register/new-address", Recipient.SPEAKER, ("When somebody gives another address, to it",), REGISTER),
    Entry("register/address-changed", Recipient.SPEAKER, ("Once a new address holds, to the old one",), REGISTER),
    Entry(
        "register/tour",
        Recipient.SPEAKER,
        ("When a coordinator asks a visitor on tour about the whole route",),
        REGISTER,
    ),
    Entry("register/tour-reminder", Recipient.SPEAKER, ("Where a visitor on tour has not answered",), REGISTER),
    Entry("register/tour-soon", Recipient.SPEAKER, ("Three days before a tour, to its visitor",), REGISTER),
    Entry("coordinator/digest", Recipient.TEAM, ("Each working morning, to each of us who has work",), AMONG_US),
    Entry("coordinator/promise-warning", Recipient.TEAM, ("The day before a promise is due, to its owner",), AMONG_US),
    Entry("coordinator/promised-today", Recipient.TEAM, ("On the day a promise is due",), AMONG_US),
    Entry(
        "coordinator/handed-back", Recipient.TEAM, ("When a request goes back to the queue, to its owner",), AMONG_US
    ),
    Entry("coordinator/nobody-has-it", Recipient.TEAM, ("When a request goes back to the queue",), AMONG_US),
)
"""The letters that no row of a workflow sends."""


@cache
def entries() -> Mapping[str, Entry]:
    """All letters by name, in the order of the kinds and of a request's life; those of every kind come last."""
    found: dict[str, Entry] = {}
    for kind in registry.kinds():
        for row, when in _sent_by(kind.workflow):
            known = found.get(row.template)
            is_common = not row.template.startswith(f"{kind.name}/")
            said = (*(known.when if known else ()), when)
            found[row.template] = Entry(
                row.template, row.to, tuple(dict.fromkeys(said)), "" if is_common else kind.name
            )
    found |= {entry.name: entry for entry in BESIDES}
    return dict(sorted(found.items(), key=lambda item: not item[1].kind))


def _sent_by(workflow: Workflow) -> Iterator[tuple[Notification, str]]:
    for row in workflow.acknowledge:
        yield row, "At once, when the request arrives"
    for transition in workflow.transitions:
        for row in transition.notify:
            yield row, f"With the move “{transition.label}”"
    for follow_up in workflow.follow_ups:
        for row in follow_up.notify:
            yield row, f"By itself: {follow_up.label[:1].lower()}{follow_up.label[1:]}"


@cache
def _facts() -> Mapping[str, Mapping[str, Fact]]:
    """All facts by whose they are ("common" or a kind) and name."""
    found: dict[str, dict[str, Fact]] = {}
    with TABLE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["of"], {})[row["name"]] = Fact(row["name"], row["sentence"], row["en"], row["uk"])
    return found


@cache
def facts_of(entry: Entry) -> Mapping[str, Fact]:
    """What a letter may name, by name.

    That is what it is given, less what its reader should not learn from it: see the lists above.
    """
    given = dict(_facts()["common"]) if entry.kind not in OF_NO_REQUEST else {}
    if entry.kind and not entry.is_bare:
        given |= _facts().get(entry.kind, {})
    if entry.to not in HAVE_A_PAGE or entry.is_bare:
        given.pop(LINK, None)
    if entry.is_bare:
        given = {name: fact for name, fact in given.items() if name not in ("who", "coordinator")}
    shipped = set[str]()
    for language in letters.LANGUAGES:
        words = letters.shipped(entry.name, language)
        shipped |= grammar.names_in(words.subject) | grammar.names_in(words.body)
    told = {name: fact for name, fact in given.items() if name in shipped or _is_open(name, entry)}
    # A fact that nobody has described yet must not take the page of its letter away.
    return told | {name: Fact(name, NOT_DESCRIBED, "…", "") for name in sorted(shipped - set(told))}


def must_stay(entry: Entry) -> tuple[str, ...]:
    """The names that a letter cannot leave out where its shipped words show them.

    Of the register, whoever is written to must learn whom to ask, or to warn that it was not them.
    """
    return (*MUST_STAY, "contact_email") if entry.kind == REGISTER else MUST_STAY


@cache
def facts_of_subject(entry: Entry) -> frozenset[str]:
    """What the subject of a letter may name: nothing of a person, and of the rest what its shipped subjects name."""
    shipped = (letters.shipped(entry.name, language).subject for language in letters.LANGUAGES)
    return FOR_ANYBODY - NOT_IN_A_SUBJECT | frozenset().union(*map(grammar.names_in, shipped))


def _is_open(name: str, entry: Entry) -> bool:
    """Whether a reader may find a fact in any letter, whatever its shipped words tell."""
    if name in OF_A_MOVE or entry.kind == AMONG_US:
        return name in KNOWN_AMONG_US
    if entry.kind == REGISTER:
        return name in KNOWN_OF_THE_REGISTER
    if entry.to == Recipient.TEAM:
        return True
    if entry.to in OTHERS or entry.is_bare:
        return name in FOR_ANYBODY or (name == LINK and entry.to in HAVE_A_PAGE)
    return name not in OF_THE_OTHER_SIDE and name != "desk_link"


def examples(entry: Entry, language: str, *, is_bare: bool = False) -> dict[str, str]:
    """Facts to try a letter with: all of them, or with `is_bare` no more than is known of every request."""
    found = {name: fact.example(language) for name, fact in facts_of(entry).items()}
    if "greeting" in found and entry.to in GREETINGS:
        found["greeting"] = GREETINGS[entry.to][language]
    found |= {name: value for name, value in example_days.of(entry.name, language).items() if name in found}
    if is_bare:
        found = {name: value if name in ALWAYS_KNOWN else "" for name, value in found.items()}
    for told, denied in NEVER_BOTH:
        if found.get(told) and denied in found:
            found[denied] = ""
    found |= {name: link for name, link in LINKS.items() if found.get(name)}
    return found

"""What the letters about a twinning proposal may name, in the language of the letter. Never the town."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import force_locale, gettext

from portal.clock import london_day
from portal.directory import places, subjects
from portal.directory.ukraine import find_oblast
from portal.emails.facts import Facts
from portal.submissions import counts, deadlines
from portal.submissions.choices import labels_of
from portal.submissions.day_words import by_in_words_of, in_words_of
from portal.submissions.settled import NOTHING, Settled, Wanted, rows_of
from portal.twinning import (
    agreeing,
    answer_window,
    body_profile,
    call_facts,
    forms,
    lead_answers,
    pulse,
    twinnings,
    unnamed,
)
from portal.twinning.body_names import body_name, both_names, in_latin, latin_name, with_latin
from portal.twinning.follow_ups import FOLLOW_UPS
from portal.twinning.kind_notes import NOTES
from portal.twinning.models import TwinningProposal
from portal.twinning.publicity import PRIVATE, SHOWN
from portal.twinning.pulsing import desk_rows as pulse_rows
from portal.twinning.states import BEFORE_THE_AGREEMENT, LINKED


def facts(submission: TwinningProposal, language: str) -> Facts:
    """All facts of this kind; an empty text where one is not known, or where the branch has not agreed to it."""
    return Facts(
        language,
        {
            "region": lambda: _region(submission, language),
            "sector": lambda: _sectors(submission, language),
            # Only the other side reads it: the words around the number are English, and often say whose they are.
            "size": lambda: counts.members(counts.alone(submission.size)),
            "hopes": lambda: "; ".join(labels_of(forms.HOPES, submission.hopes or [])),
            "offers": lambda: _unnamed(submission, submission.offers),
            "learns": lambda: _unnamed(submission, submission.learns),
            "answers_by": lambda: by_in_words_of(answer_window.to_answer_by(submission), language),
            "lacks_deputy": "" if submission.deputy_name else "yes",
            "branch_in_touch": lambda: "yes" if pulse.is_in_touch(submission.twinning, pulse.BRANCH) else "",
            "body_in_touch": lambda: "yes" if pulse.is_in_touch(submission.twinning, pulse.BODY) else "",
            "was_twinned": lambda: "yes" if twinnings.was_twinned(submission) else "",
            "is_informal": "yes" if submission.decision == "informal" else "",
            "lacks_decision": "" if submission.decision == "carried" or submission.decided_on is not None else "yes",
            "is_going": "yes" if submission.is_decision_to_come else "",
            "decision_on": lambda: (
                in_words_of(submission.decided_on, language) if submission.is_decision_to_come else ""
            ),
            "lead_name": lambda: submission.named_to_twin[0],
            "lead_email": lambda: submission.named_to_twin[1],
            "lead_told": (submission.lead_name or submission.lead_email) if submission.lead_has_agreed else "",
            "lead_asked_on": lambda: in_words_of(lead_answers.asked_on(submission), language),
            "body_name": lambda: body_name(submission, language),
            "body_name_uk": submission.body_name,
            "body_oblast": lambda: _oblast(submission.body_oblast, language),
            # An introduction says everything in both languages.
            "body_oblast_en": lambda: _oblast(submission.body_oblast, "en"),
            "body_oblast_uk": lambda: _oblast(submission.body_oblast, "uk"),
            "greet_by_en": lambda: _greet_by(submission, "en"),
            "greet_by_uk": lambda: _greet_by(submission, "uk"),
            "body_sector": lambda: _sector(submission.body_sector, language),
            "body_contact": submission.body_contact,
            "body_name_latin": lambda: latin_name(submission),
            "body_contact_latin": lambda: in_latin(submission.body_contact),
            "body_email": submission.body_email,
            **_before(submission),
            # A letter to a body of the register has the link to its own page in this place.
            "body_link": "",
            **call_facts.of(submission, language),
            **agreeing.facts_of(submission),
            **body_profile.of(submission),
            "twinned_on": lambda: in_words_of(submission.twinned_on, language),
            "kind_note": lambda: _kind_note(submission),
            "branch_shown": lambda: next(iter(labels_of(forms.PUBLICITY, [submission.publicity])), ""),
            "body_shown": lambda: _shown(submission.body_publicity),
        },
    )


DAYS_TO_GREET = 14
"""So many days after the introduction the branch should have written first."""


def greet_on(submission: TwinningProposal) -> date | None:
    """The day by which a branch that is just introduced writes first; None in any other state."""
    if submission.state != "introduced":
        return None
    introduced_on = london_day(submission.state_since)
    return deadlines.working_day(introduced_on + timedelta(days=DAYS_TO_GREET), introduced_on)


def ready_to_agree_on(submission: TwinningProposal, today: date) -> date | None:
    """The day from `today` on that asks two who get acquainted whether they are ready; None in any other state."""
    if submission.state != "getting-acquainted" or submission.twinned_on is not None:
        return None
    row = next(row for row in FOLLOW_UPS if row.name == "ready-to-agree")
    since = london_day(submission.state_since)
    rounds = max(1, -((since - today).days // row.every))
    return since + timedelta(days=row.days * rounds)


def _before(submission: TwinningProposal) -> dict[str, str]:
    """What the branch knew its twin by, where the letter that is written says that this has changed."""
    known = (submission.body_name, submission.body_contact, submission.body_email if submission.body_contact else "")
    names = ("body_name_before", "body_contact_before", "body_email_before")
    told = zip(names, submission.was_read_by_branch, known, strict=True)
    return {name: was if was != now else "" for name, was, now in told}


def _greet_by(submission: TwinningProposal, language: str) -> str:
    return by_in_words_of(greet_on(submission), language)


IN_THE_REGISTER = "on its page in the register"
"""Where the address of a body of the register is found; nowhere else on the desk."""
PROPOSED = ("proposed",)
BEFORE_THE_INTRODUCTION = ("received", "checked", "seeking", "proposed", "waiting")


def arranged(submission: TwinningProposal) -> list[tuple[str, str]]:
    """The Ukrainian body that is proposed or linked, and the day of the agreement; in English, what is known only."""
    if submission.state not in (*PROPOSED, *LINKED, "closed", "ended"):
        return lead_answers.desk_rows(submission)
    known = subjects.find_sector(submission.body_sector)
    rows = [
        ("Body proposed" if submission.state in PROPOSED else "Ukrainian body", both_names(submission)),
        ("Oblast", _oblast(submission.body_oblast, "en") or submission.body_oblast),
        # What was typed before there was a list to choose from is for the desk alone.
        ("Sector", known.label("en") if known else submission.body_sector),
        ("Their contact", submission.body_contact if submission.is_body_typed else ""),
        ("Their email", submission.body_email if submission.is_body_typed else IN_THE_REGISTER),
        ("Their letters", "in Ukrainian" if submission.body_language == "uk" else "in English"),
        (
            "Day of the agreement, as told" if submission.state in BEFORE_THE_AGREEMENT else "Twinned on",
            in_words_of(submission.twinned_on, "en"),
        ),
        *_who_agreed(submission),
    ]
    told = [row for row in rows if row[1]] if submission.body_name else []
    return lead_answers.desk_rows(submission) + told + pulse_rows(submission)


def _who_agreed(submission: TwinningProposal) -> list[tuple[str, str]]:
    """For the desk: which side has said that both agreed, and when, while one of the two has."""
    said = submission.agreed_at if submission.state == "getting-acquainted" else ()
    if not any(said):
        return []
    labels = ("The branch says that both agreed", "The Ukrainian side says so")
    told = (f"told us on {in_words_of(london_day(at), 'en')}" if at is not None else "not yet" for at in said)
    return list(zip(labels, told, strict=True))


INTRODUCED = ("introduced", "getting-acquainted", "twinned", "paused", "dormant", "closed")
"""Where both sides know each other; nobody is named once it ended."""


def settled(submission: TwinningProposal, language: str, _today: date) -> Settled:
    """With whom the branch is being twinned, once both sides said yes: what it reads on its own page."""
    name = body_name(submission, language)
    contact = with_latin(submission.body_contact) if language == "en" else submission.body_contact
    if submission.state in PROPOSED:
        return _described(submission, language)
    if submission.state == "withdrawn" and submission.was_linked:
        with force_locale(language):
            return Settled(sentence=gettext("This twinning has ended"))
    if submission.state == "ended" and not twinnings.was_twinned(submission):
        with force_locale(language):
            return Settled(sentence=gettext("No twinning came of it"))
    if submission.state in BEFORE_THE_INTRODUCTION:
        with force_locale(language):
            return Settled(rows=rows_of(_named(submission)))
    if submission.state not in INTRODUCED or not name:
        return NOTHING
    # While it rests nobody is to be written to, so that the page gives no address.
    is_writable = submission.state != "paused"
    is_early = (submission.state if is_writable else submission.goes_back_to) in BEFORE_THE_AGREEMENT
    agreed_on = in_words_of(submission.twinned_on, language)
    with force_locale(language):
        sentences = {
            "introduced": gettext("We have introduced you to your twin: %(name)s", name=name),
            "getting-acquainted": gettext("You are getting to know your twin: %(name)s", name=name),
            "twinned": gettext("Your branch is twinned: %(name)s", name=name),
            "dormant": gettext("Your twinning has gone quiet: %(name)s", name=name),
            "paused": gettext("You and your twin take a break: %(name)s", name=name) if is_early else "",
        }
        doing, hint = agreeing.next_step(submission)
        return Settled(
            sentence=sentences.get(submission.state, ""),
            rows=rows_of(
                (gettext("Your twin"), name),
                (gettext("Where"), _oblast(submission.body_oblast, language)),
                (gettext("Your contact there"), contact if is_writable else ""),
                (gettext("Their email"), submission.body_email if is_writable and submission.body_contact else ""),
                (gettext("Date of the agreement") if is_early else gettext("Twinned on"), agreed_on),
            ),
            doing=doing,
            hint=hint,
        )


def _described(submission: TwinningProposal, language: str) -> Settled:
    """The twin that is proposed, without a name, and what the branch has said to it."""
    answer_by = answer_window.to_answer_by(submission)
    has_said_yes = submission.has_said_yes
    is_both = has_said_yes and submission.has_both_yes
    with force_locale(language):
        return Settled(
            rows=rows_of(
                (gettext("What the members do"), _sector(submission.body_sector, language)),
                (gettext("Where"), _oblast(submission.body_oblast, language)),
                *body_profile.rows(submission),
                (gettext("We ask for your answer by"), "" if has_said_yes else in_words_of(answer_by, language)),
                (gettext("Your answer"), gettext("Yes") if has_said_yes else ""),
                _named(submission),
            ),
            doing=gettext("We introduce you to each other") if is_both else "",
            hint=gettext("Both sides have said yes") if is_both else "",
        )


def _named(submission: TwinningProposal) -> tuple[str, str]:
    """Whom the twin will hear of, where a lead was named who must agree themselves; in the present language."""
    if not submission.has_another_lead:
        return "", ""
    lead = submission.lead_name or submission.lead_email
    if submission.lead_has_agreed:
        who = gettext("%(name)s, who has agreed", name=lead)
    elif not submission.lead_email:
        who = gettext("Not %(name)s so far. Add their email address, and we ask them", name=lead)
    elif lead_answers.has_refused(submission):
        who = gettext("Not %(name)s, who would rather not be named", name=lead)
    else:
        who = gettext("Not %(name)s so far. We pass nothing of theirs on without their own yes", name=lead)
    return gettext("Whom your twin hears of"), who


def wanted(submission: TwinningProposal, today: date, has_written: bool) -> Wanted | None:
    """The contact's name, where a twinning has gone quiet and the branch has not written since."""
    if submission.state != "dormant" or has_written:
        return None
    return Wanted(
        gettext("Please tell us who in your branch is the contact now. Are you in touch again? Tell us that too."),
        gettext("Tell us who the contact is"),
        "decision",
    )


def _region(submission: TwinningProposal, language: str) -> str:
    region = places.region(submission.region_slug or "")
    return region.label(language) if region else ""


def _sectors(submission: TwinningProposal, language: str) -> str:
    chosen = set(submission.sectors or [])
    return "; ".join(row.label(language) for row in subjects.sectors() if row.slug in chosen)


def _unnamed(submission: TwinningProposal, words: str) -> str:
    """The branch's own words, without the lines that tell who it is while both sides have not said yes."""
    is_early = submission.state in BEFORE_THE_INTRODUCTION
    return unnamed.parted(submission, words)[0] if is_early else words


def _shown(publicity: str) -> str:
    """What is shown of the body, as it stands within a sentence; empty where it is nothing."""
    if publicity in ("", PRIVATE):
        return ""
    label = str(gettext(dict(SHOWN)[publicity]))
    return label[:1].lower() + label[1:]


def _kind_note(submission: TwinningProposal) -> str:
    """The kind word that goes with a pause or an end, in the present language; empty where nobody chose one."""
    slug = submission.twinning.kind_note if submission.twinning is not None else ""
    return str(gettext(dict(NOTES)[slug])) if slug in dict(NOTES) else ""


def _oblast(typed: str, language: str) -> str:
    """The oblast in the reader's language; nothing for any other place, which may be a town."""
    known = find_oblast(typed)
    return known.label(language) if known else ""


def _sector(kept: str, language: str) -> str:
    """The sector in the reader's language; another sector for words of old that are none of ours."""
    if not kept:
        return ""
    return (subjects.find_sector(kept) or subjects.OTHER_SECTOR).label(language)

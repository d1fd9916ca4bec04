"""Entries for the forms: the collected examples as a branch secretary would type them, and short ones for tests."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from portal.clock import london_day
from portal.submissions.forms import FormContext
from portal.submissions.history import Mover
from portal.submissions.workflow import Actor

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TODAY = london_day(NOW)
BRANCH = Mover(Actor.BRANCH)
COORDINATOR = Mover(Actor.COORDINATOR)
EXAMPLES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "example_requests.jsonl").read_text("utf-8").splitlines()
]
KINDS = {"speaker_request": "speaker", "twinning_proposal": "twinning", "affiliation": "affiliation"}
FORMATS = {"in person": "in-person", "online": "online", "": ""}

Answers = dict[str, dict[str, Any]]


def context(**given: Any) -> FormContext:
    """A context for tests: 22 November 2026, in English."""
    return FormContext(**{"today": TODAY, "language": "en", **given})


def answers_of(entry: dict[str, Any]) -> tuple[str, Answers]:
    """Kind and raw answers of one collected entry; what has no field of its own goes into the notes."""
    kind = KINDS[entry["kind"]]
    branch = {
        "body_type": "branch",
        "union": "",
        "union_text": entry["union"],
        "branch_name": entry["branch"],
        "town": entry["town"],
        "postcode": entry["postcode"],
        "region_slug": entry["region"],
    }
    you = {
        "contact_name": entry["contact_name"],
        "contact_role": entry["role"],
        "contact_email": entry["email"],
        "contact_phone": entry["phone"],
        "language": "en",
        "share": "yes",
    }
    steps = {"speaker": _speaker, "twinning": _twinning, "affiliation": _affiliation}[kind](entry)
    return kind, {"your-branch": branch, **steps, "you": you}


def _speaker(entry: dict[str, Any]) -> Answers:
    meeting = {
        "event_kind": "branch-meeting",
        "title": entry["event_title"],
        "date_rule": entry["date_note"],
        "meeting_format": FORMATS[entry["format"]],
        "audience_size": entry["audience"],
    }
    for number, text in enumerate(entry["date_options"], start=1):
        meeting |= {f"date_{number}": text, f"time_{number}": entry["time"]}
    speaker = {
        "wanted_speaker": "named",
        "named_speaker": entry["speaker_preference"],
        "topics_other": entry["topics"],
        "notes": f"{entry['languages']}\n{entry['notes']}",
    }
    return {"meeting": meeting, "speaker": speaker}


def _twinning(entry: dict[str, Any]) -> Answers:
    twinning = {
        "sectors": ["general"],
        "size": entry["members"],
        "employers": entry["sector_interest"],
        "in_mind": f"{entry['place_interest']}\n{entry['ukrainian_union_preference']}",
        "languages": entry["languages"],
        "offers": entry["can_offer"],
    }
    decision = {
        "decision": "carried" if entry["motion_date"] else "informal",
        "decided_on": entry["motion_date"],
        "notes": entry["notes"],
    }
    return {"twinning": twinning, "decision": decision}


def _affiliation(entry: dict[str, Any]) -> Answers:
    decision = {
        "decision": "carried",
        "decided_on": entry["motion_date"],
        "decision_meeting": entry["meeting"],
        "accepts_aims": "yes",
        "members": entry["members"],
        "delegates": entry["delegates"],
    }
    fee = {
        "fee_wish": "as-worked-out",
        "offered_pence": entry["fee_offered"],
        "pay_by": "cheque" if "cheque" in entry["payment_method"] else "transfer",
        "also_wants": ["speaker"] if entry["wants_speaker"] == "yes" else [],
        "notes": entry["notes"],
    }
    return {"decision": decision, "fee": fee}


def speaker_answers(**changed: Any) -> Answers:
    """The shortest speaker request that can be sent; `changed` goes into whichever step has the field."""
    return _changed(
        {
            "your-branch": {"body_type": "branch", "union": "num", "branch_name": "Durham Area", "postcode": "DH1 4BE"},
            "meeting": {"date_1": "14 January 2027", "time_1": "7pm for 7.30", "title": "", "meeting_format": "online"},
            "speaker": {"wanted_speaker": "no-preference", "notes": ""},
            "you": {"contact_name": "Jean Hall", "contact_email": "jean@example.org", "contact_phone": ""},
        },
        changed,
    )


def twinning_answers(**changed: Any) -> Answers:
    """A twinning proposal with little in it."""
    return _changed(
        {
            "your-branch": {"body_type": "branch", "union": "neu", "branch_name": "Haringey", "postcode": "N22 8HQ"},
            "twinning": {"size": "about 2,400", "sectors": ["education"], "hopes": ["calls"], "offers": "Pen pals"},
            "decision": {"decision": "informal", "publicity": "private", "notes": ""},
            "you": {"contact_name": "Ottoline Hill", "contact_email": "ottoline@example.org"},
        },
        changed,
    )


def affiliation_answers(**changed: Any) -> Answers:
    """An affiliation with a decision and a number of members."""
    return _changed(
        {
            "your-branch": {"body_type": "branch", "union": "ucu", "branch_name": "Goldsmiths", "postcode": "SE14 6NW"},
            "decision": {"decision": "carried", "decided_on": "15/10/26", "members": "650", "accepts_aims": "yes"},
            "fee": {
                "fee_wish": "as-worked-out",
                "treasurer_name": "Tess Till",
                "treasurer_email": "tess@example.org",
                "notes": "",
            },
            "you": {"contact_name": "Ximena Hart", "contact_email": "ximena@example.org"},
        },
        changed,
    )


def ukrainian_answers(**changed: Any) -> Answers:
    """A registration of a union body in Ukraine."""
    return _changed(
        {
            "organisation": {
                "union_slug": "prupu",
                "level": "primary",
                "name_uk": "Первинна організація шахти «Світанок»",
                "oblast": "dnipropetrovsk",
                "sectors": ["mining"],
                "size": "420",
            },
            "together": {"languages": ["uk"], "english": "basic", "hopes": ["calls"], "needs": ["power"]},
            "reach": {"contact_name": "Оксана Бойко", "contact_email": "oksana.boiko@example.org"},
            "trust": {"who_confirms": "Ірина Гай", "publicity": "nothing", "register": "yes"},
        },
        changed,
    )


ANSWERS = {
    "speaker": speaker_answers,
    "twinning": twinning_answers,
    "affiliation": affiliation_answers,
    "ukrainian": ukrainian_answers,
}


def _changed(answers: Answers, changed: dict[str, Any]) -> Answers:
    fields = {
        "contact_": "you", "second_": "you", "share": "you", "language": "you", "wants_newsletter": "you",
        "lead_": "decision", "deputy_": "decision", "decided_on": "decision", "wants_invoice": "fee",
        "body_type": "your-branch", "union": "your-branch", "union_text": "your-branch", "branch_": "your-branch",
        "town": "your-branch", "postcode": "your-branch", "region_slug": "your-branch",
        "offered_pence": "fee", "waiver_reason": "fee", "pay_by": "fee", "order_number": "fee", "also_wants": "fee",
    }  # fmt: skip
    kind_steps = [name for name in answers if name not in ("your-branch", "you")]
    for name, value in changed.items():
        step = next((where for start, where in fields.items() if name.startswith(start)), "")
        if not step or name == "languages":
            step = next((each for each in kind_steps if name in answers[each]), kind_steps[0])
        answers[step if step in answers else "reach"][name] = value
    return answers


def day(text: str) -> date:
    """A day from its ISO text."""
    return date.fromisoformat(text)

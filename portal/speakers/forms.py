"""The steps of a speaker request: the speaker. The meeting is in `meeting_form`, the rest is shared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from portal.speakers.meeting_form import Meeting
from portal.submissions.choices import listed, optional_sector_choices, topic_choices
from portal.submissions.fields import AnyOf, Line, Number, OneOf, Picked, Text
from portal.submissions.forms import FormStep, Lines, StepForm, SummaryRow
from portal.submissions.you import You, you_step
from portal.submissions.your_branch import YOUR_BRANCH

LONGEST_TALK = 240
NAMED = "named"

WANTED = listed(
    ("no-preference", _l("Anyone you suggest")),
    ("campaign", _l("Somebody from the campaign")),
    ("ukrainian", _l("A Ukrainian trade unionist")),
    ("both", _l("Both of them")),
    (NAMED, _l("Somebody we name below")),
)
YES_NO_MAYBE = listed(("yes", _l("Yes")), ("no", _l("No")), ("not-sure", _l("Not sure yet")))
NEEDS = listed(
    ("interpreter", _l("An interpreter")),
    ("captions", _l("Captions")),
    ("bsl", _l("British Sign Language")),
    ("step-free", _l("Step-free access")),
    ("childcare", _l("Childcare")),
)
NEEDS_OF_A_ROOM = frozenset({"step-free", "childcare"})
"""What whoever speaks by video need not think of."""
NO_PAY = "nothing"
CAN_PAY = listed(
    ("travel", _l("Travel")),
    ("bed", _l("A bed for the night")),
    ("donation", _l("A gift to an appeal")),
    (NO_PAY, _l("Nothing this time")),
)

SAFETY = _l("Please do not write where people in Ukraine are.")


class Speaker(StepForm):
    """Who should come, and what they meet with."""

    wanted_speaker = OneOf(_l("Who would you like?"), choices=WANTED, default="no-preference", says_optional=False)
    named_speaker = Line(_l("Somebody in mind?"), most=200, hint=_l("A name, a union or a trade. We will ask them."))
    sector = Picked(_l("From which sector?"), choices=optional_sector_choices)
    topics = AnyOf(_l("What shall they speak about?"), choices=topic_choices)
    topics_other = Line(_l("Anything else they should speak about?"), most=300)
    talk_minutes = Number(_l("Minutes for the talk"), largest=LONGEST_TALK, look={"width": 5, "inputmode": "numeric"})
    question_minutes = Number(
        _l("Minutes for questions"), largest=LONGEST_TALK, look={"width": 5, "inputmode": "numeric"}
    )
    contested = OneOf(
        _l("Will the meeting be contested?"),
        choices=YES_NO_MAYBE,
        hint=_l("For example a motion against, or people who are known to disagree."),
        look={"inline": True},
    )
    contested_note = Text(_l("What should the speaker know about that?"), most=2000, look={"rows": 3})
    press = OneOf(_l("Will the press be there?"), choices=YES_NO_MAYBE, look={"inline": True})
    recording = OneOf(_l("Will it be recorded, streamed or photographed?"), choices=YES_NO_MAYBE, look={"inline": True})
    needs = AnyOf(_l("What does the meeting need?"), choices=NEEDS)
    needs_note = Text(_l("Anything else about access or language?"), most=2000, look={"rows": 3})
    can_pay = AnyOf(
        _l("What can your branch pay?"),
        choices=CAN_PAY,
        hint=_l("Cost never bars a branch. We only need to know."),
    )
    pay_note = Line(_l("More about paying"), most=300, hint=_l("For example we usually pay £50 petrol"))
    collection = OneOf(_l("Will you hold a collection for an appeal?"), choices=YES_NO_MAYBE, look={"inline": True})
    notes = Text(_l("Anything else we should know?"), hint=SAFETY)

    NOT_MISSED = frozenset({"named_speaker", "topics_other", "needs_note", "pay_note", "notes"})

    def moot(self) -> set[str]:
        """Nobody asks about what is not contested."""
        return set() if self.contested.value == "yes" else {"contested_note"}

    def validate_named_speaker(self, field: Line) -> None:
        """Who wants somebody they name must name them."""
        if self.wanted_speaker.value == NAMED and not field.value:
            raise StopValidation(_l("Write the name of the speaker, or choose another answer to “Who would you like?”"))

    def validate_can_pay(self, field: AnyOf) -> None:
        """Nothing and something is a slip of the finger."""
        if field.value and NO_PAY in field.value and len(field.value) > 1:
            raise StopValidation(_l("You ticked “Nothing this time” and something else. Keep one of them"))

    def _rows(self, lines: Lines) -> list[SummaryRow]:
        """Whoever is named is the answer: “Somebody we name below” says something only above its field."""
        is_named = lines["wanted_speaker"] == self.wanted_speaker.said(NAMED)
        if is_named and lines["named_speaker"]:
            lines = lines | {"wanted_speaker": lines["named_speaker"], "named_speaker": []}
        return super()._rows(lines)

    def cleaned(self) -> dict[str, Any]:
        """The values for the model."""
        values = super().cleaned()
        values["wanted_speaker"] = values["wanted_speaker"] or "no-preference"
        return values


class SpeakerYou(You):
    """Who writes; the consent is for the speaker of the meeting."""

    RECIPIENT = "speaker"


STEPS = (
    replace(YOUR_BRANCH, intro=_l("We use this to find your branch again and to look for somebody near you.")),
    FormStep(
        "meeting", _l("Your meeting"), Meeting, _l("Not everything fixed yet? Send what you know, and tell us later.")
    ),
    FormStep(
        "speaker",
        _l("The speaker"),
        Speaker,
        _l("Everything here helps us to find the right person. All of it can wait."),
    ),
    you_step(SpeakerYou),
)

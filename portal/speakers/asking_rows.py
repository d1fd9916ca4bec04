"""The moves of asking speakers, as data: they are asked by the register or by hand, and say yes, no, or when else.

The other moves of a speaker request stand in `workflow`.
"""

from __future__ import annotations

from portal.submissions.workflow import (
    N_,
    SAME,
    Actor,
    Answer,
    Ask,
    Notification,
    Recipient,
    Transition,
)

SPEAKER_ASKED = (
    Ask(
        "speaker_name",
        N_("Speaker’s name"),
        Answer.LINE,
        hint=N_("Somebody whom our register does not know yet joins it. Their letter tells them so."),
    ),
    Ask("speaker_email", N_("Speaker’s email"), Answer.EMAIL),
    Ask("speaker_language", N_("Language for their letters"), Answer.LANGUAGE),
    Ask(
        "although",
        N_("Why they are asked all the same"),
        Answer.LINE,
        is_required=False,
        hint=N_("Only where something speaks against it. Kept in the history."),
    ),
)
OFFER = Ask("offer", N_("The offer"), Answer.CHOSEN, is_required=False)
MAY_NAME = Ask(
    "may_name_me",
    N_("May the branch learn who the speaker is?"),
    Answer.CHOICE,
    is_required=False,
    choices=(("yes", N_("Yes, they agreed to that")), ("no", N_("No, or we do not know"))),
    hint=N_("Leave this empty where the speaker has said it on their own page."),
)
MEETING = (
    Ask("confirmed_on", N_("Date of the meeting"), Answer.DATE, hint=N_("For example 14 January 2027")),
    Ask("confirmed_time", N_("Start time"), Answer.TIME, hint=N_("For example 7pm or 19:30")),
)

NAMED = (
    Ask("other_date", N_("When could you come?"), Answer.LINE),
    Ask("named_on", N_("Which day would suit you?"), Answer.DATE, is_required=False),
    Ask("named_time", N_("When could it start, in London time?"), Answer.TIME, is_required=False),
)
"""Another day of a speaker's: as they read it, and the day and hour by itself."""
OTHER_DAY = (
    Ask("other_on", N_("Which day is it?"), Answer.DATE, hint=N_("For example 14 January 2027")),
    Ask(
        "other_time",
        N_("When does it start, in London time?"),
        Answer.TIME,
        hint=N_("Somebody in Ukraine may have meant the clock there: that is two hours later."),
    ),
)
MORE_TOLD = Ask("other_date", N_("Did they say more about it?"), Answer.LINE, is_required=False)
AGREED = Ask(
    "agreed",
    N_("If they have not answered on their page: how did they agree?"),
    Answer.LINE,
    is_required=False,
    hint=N_("For example: by telephone on 3 December. Kept in the history."),
    only_if="is_yes_said",
)
AGREED_BY_WORD = Ask(
    "agreed",
    N_("They have not answered on their page: how did they agree?"),
    Answer.LINE,
    hint=AGREED.hint,
    only_if="is_yes_still_unsaid",
)
REASON_GIVEN = Ask("reason", N_("What did they say?"), is_required=False, hint=N_("Kept in the history."))

ASKING = (
    Transition(
        "offer",
        N_("Ask a speaker"),
        N_("We asked a speaker"),
        ("received", "matching"),
        "offered",
        asks=SPEAKER_ASKED,
        notify=(
            Notification("speaker/offer", Recipient.SPEAKER),
            Notification("speaker/offered", Recipient.BRANCH, only_if="is_first_asked"),
            Notification("speaker/offered-again", Recipient.BRANCH, only_if="was_another_asked"),
        ),
        then="portal.speakers.asking.ask",
    ),
    Transition(
        "ask-speakers",
        N_("Ask speakers of the register"),
        N_("We asked a speaker"),
        ("received", "matching", "offered"),
        "offered",
        asks=(
            Ask("speakers", N_("Who is asked"), Answer.CHOSEN),
            Ask("although", N_("Why they are asked all the same"), Answer.CHOSEN, is_required=False),
            Ask("day", N_("The one day that they are asked for"), Answer.CHOSEN, is_required=False),
        ),
        notify=(
            Notification("speaker/offer", Recipient.SPEAKER),
            Notification("speaker/offered", Recipient.BRANCH, only_if="is_first_asked"),
            Notification("speaker/offered-again", Recipient.BRANCH, only_if="was_another_asked"),
        ),
        then="portal.speakers.asking.ask",
    ),
    Transition(
        "speaker-accepts",
        N_("The speaker says yes"),
        N_("A speaker said yes"),
        ("offered",),
        SAME,
        by=(Actor.SPEAKER, Actor.COORDINATOR),
        asks=(
            OFFER,
            Ask("accepted", N_("The dates that suit"), Answer.CHOSEN, is_required=False),
            MAY_NAME,
        ),
        notify=(Notification("speaker/yes-received", Recipient.SPEAKER),),
        then="portal.speakers.offers.accept",
        hands_to_us=True,
        is_internal=True,
    ),
    Transition(
        "speaker-proposes",
        N_("The speaker could come on another date"),
        N_("A speaker could come on another date"),
        ("offered",),
        SAME,
        by=(Actor.SPEAKER,),
        asks=(OFFER, *NAMED),
        notify=(Notification("speaker/other-date-received", Recipient.SPEAKER),),
        then="portal.speakers.other_day.propose",
        hands_to_us=True,
        is_internal=True,
    ),
    Transition(
        "speaker-told-of-day",
        N_("They proposed another day"),
        N_("A speaker could come on another date"),
        ("offered",),
        SAME,
        asks=(OFFER, *OTHER_DAY, MORE_TOLD),
        notify=(Notification("speaker/other-date-received", Recipient.SPEAKER),),
        then="portal.speakers.other_day.note",
        hands_to_us=True,
        is_internal=True,
    ),
    Transition(
        "one-declined",
        N_("One of the speakers cannot come"),
        N_("One of the speakers cannot come"),
        ("offered",),
        SAME,
        by=(Actor.SPEAKER, Actor.COORDINATOR),
        asks=(OFFER, REASON_GIVEN),
        notify=(Notification("speaker/offer-over", Recipient.SPEAKER),),
        then="portal.speakers.offers.decline",
        unless="is_one_asked",
        is_internal=True,
    ),
    Transition(
        "speaker-declined",
        N_("The speaker cannot come"),
        N_("The speaker cannot come"),
        ("offered",),
        "matching",
        by=(Actor.COORDINATOR, Actor.SPEAKER),
        asks=(REASON_GIVEN,),
        notify=(Notification("speaker/offer-over", Recipient.SPEAKER, only_if="knows_of_offer"),),
        then="portal.speakers.offers.decline",
        unless="are_several_asked",
    ),
    Transition(
        "some-unanswered",
        N_("The time of some offers is over"),
        N_("A speaker did not answer in time"),
        ("offered",),
        SAME,
        by=(Actor.WORKER,),
        notify=(Notification("speaker/offer-expired", Recipient.SPEAKER),),
        then="portal.speakers.offers.expire",
        is_internal=True,
    ),
    Transition(
        "nobody-answered",
        N_("The time of the offers is over"),
        N_("Nobody answered in time"),
        ("offered",),
        "matching",
        by=(Actor.WORKER,),
        notify=(Notification("speaker/offer-expired", Recipient.SPEAKER),),
        then="portal.speakers.offers.expire",
        is_internal=True,
    ),
)

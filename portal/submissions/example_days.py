"""What the example of one letter says otherwise than all others: the day it is written on, its words, its reader.

The examples in `templates/emails/facts.csv` are of one Monday, on which most letters could be written. A letter about
what has happened by then names days that are still to come; so it is written on a day of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from portal.submissions import deadlines
from portal.submissions.day_words import by_in_words_of
from portal.submissions.promises import working_days_after

WRITTEN_ON = {
    # The meeting is on 14 January 2027.
    "speaker/plan-b": date(2027, 1, 7),
    # It must know by 14 December 2026.
    "speaker/decide-by": date(2026, 12, 14),
    "speaker/how-did-it-go": date(2027, 1, 15),
    "speaker/thanks": date(2027, 1, 15),
    "speaker/not-held": date(2027, 1, 15),
    "speaker/not-held-speaker": date(2027, 1, 15),
    "speaker/result": date(2027, 1, 22),
    "speaker/report-settled": date(2027, 1, 22),
    "speaker/report-reminder": date(2027, 1, 25),
    "speaker/report-reminder-speaker": date(2027, 1, 25),
    "speaker/report-last-reminder": date(2027, 2, 8),
    "speaker/report-last-reminder-speaker": date(2027, 2, 8),
    # Branches decide on 8 December 2026, and twins agree on 2 March 2027.
    "twinning/was-it-carried": date(2026, 12, 9),
    "twinning/agreed-noted": date(2027, 3, 3),
    "twinning/agreed-noted-body": date(2027, 3, 3),
    "twinning/twinned-body": date(2027, 3, 3),
    "affiliation/was-it-carried": date(2026, 12, 9),
    "affiliation/was-it-carried-again": date(2026, 12, 17),
    # The fee comes on 4 January 2027; the year before ended with December.
    "affiliation/receipt": date(2027, 1, 5),
    "affiliation/part-receipt": date(2027, 1, 5),
    "affiliation/grace": date(2027, 1, 4),
    "affiliation/grace-reminder": date(2027, 2, 1),
    "affiliation/lapsed": date(2027, 3, 22),
}
"""The day on which the example of a letter is written, where it is not that of `facts.csv`."""
PROMISED_WITHIN = 3
"""So many working days after it an example promises our answer."""
TO_ONE_OF_US = ("coordinator/digest", "coordinator/promise-warning", "coordinator/handed-back")
"""Of the letters among us those that greet somebody by name."""
REASONS = {
    "common/declined": {
        "en": "Your branch is outside the UK, and we look after branches here.",
        "uk": "Ваша організація працює не у Великій Британії, а ми супроводжуємо британські організації.",
    },
    "speaker/declined": {
        "en": "On that evening all our speakers are at our own conference.",
        "uk": "Того вечора всі, хто в нас виступає, будуть на нашій конференції.",
    },
    "speaker/no-match": {
        "en": "A talk by video, in the same week.",
        "uk": "Відеовиступ того самого тижня.",
    },
    "speaker/plan-b": {
        "en": "Wait five minutes for the speaker. Then ring us on 020 7946 0112, and we call them by telephone.",
        "uk": "Зачекайте п’ять хвилин. Потім зателефонуйте нам: 020 7946 0112. Ми з’єднаємо вас телефоном.",
    },
    "twinning/ended-team": {
        "en": "Nobody is left to write to them.",
        "uk": "Немає кому їм писати.",
    },
}
"""What the reason of a move says where the example of all letters would make no sense."""
UNSAID = {
    # A branch that is told a day of a tour has named none, and a treasurer is written to where there is one.
    "speaker/offered": ("proposed_day",),
    "speaker/offered-again": ("proposed_day",),
    # Most meetings come as they were agreed.
    "speaker/confirmed": ("is_asked_again",),
    "speaker/booked": ("is_asked_again",),
    "speaker/details-changed-speaker": ("is_asked_again",),
    "speaker/stand-by-reminder": ("is_asked_again",),
    "speaker/interpreter-reminder": ("is_asked_again",),
    "speaker/partner-reminder": ("is_asked_again",),
    "speaker/meeting-soon": ("is_asked_again", "missing"),
    "speaker/meeting-soon-speaker": ("is_asked_again",),
    "speaker/meeting-tomorrow": ("is_asked_again",),
    "speaker/meeting-tomorrow-speaker": ("is_asked_again",),
    "affiliation/fee-due": ("to_contact",),
    "affiliation/fee-reminder": ("to_contact",),
    "affiliation/fee-last-reminder": ("to_contact",),
    "affiliation/renewal-fee": ("to_contact",),
}
"""Facts that hold nothing in the example of one letter: they would contradict its others."""
SELDOM = frozenset(
    (
        *("too_near", "is_meeting_over", "lacks_date", "by_us"),
        # The example meets in a hall, and its place and hour are known.
        *("link_to_come", "missing_way", "is_by_call", "may_be_in_ukraine"),
        *(
            "is_yes_waiting",
            "own_day_suits",
            "is_same_day",
            "has_stand_by",
            "is_let_go",
            "is_called_off",
            "speaker_gone",
        ),
        *("is_second_today", "call_moved_from"),
        *("branch_in_touch", "body_in_touch"),
        *("is_informal", "is_promised_by_both", "ended_by_body", "body_rests"),
        *("to_agree", "came_before", "has_twin", "twin_goes_on", "twin_asked", "proposal_rested"),
        *("is_renewal", "has_renewed", "is_late", "fee_waived", "fee_dropped", "invoice_to_come", "asked_less"),
    )
)
"""Facts of exceptions. They hold nothing in any example, which reads what most people read and contradicts nothing."""
OF_AFFILIATION = {"en": "affiliation", "uk": "приєднання до кампанії"}
GREETINGS = {"en": "Dear Maria Kovalenko", "uk": "Добрий день, Maria Kovalenko"}


@cache
def of(name: str, language: str) -> Mapping[str, str]:
    """The examples that hold for one letter alone, by the names of their facts."""
    found: dict[str, str] = {}
    written = WRITTEN_ON.get(name)
    if written is not None:
        days = deadlines.days_from(written) | {"promise": working_days_after(written, PROMISED_WITHIN)}
        found |= {fact: by_in_words_of(day, language) for fact, day in days.items()}
    if name in REASONS:
        found["reason"] = REASONS[name][language]
    found |= dict.fromkeys((*SELDOM, *UNSAID.get(name, ())), "")
    if name.startswith("affiliation/"):
        found["kind_name"] = OF_AFFILIATION[language]
    if name in TO_ONE_OF_US:
        found["greeting"] = GREETINGS[language]
    return found

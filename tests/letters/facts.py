"""What letters are filled in with in these tests, and the list of all letters. Nothing here is a test.

All people, branches and addresses are invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from portal.affiliations.workflow import WORKFLOW as AFFILIATION
from portal.emails.links import Placeholder
from portal.speakers.workflow import WORKFLOW as SPEAKER
from portal.submissions import example_days
from portal.submissions.workflow import Recipient
from portal.twinning.registration_workflow import WORKFLOW as UKRAINIAN
from portal.twinning.workflow import WORKFLOW as TWINNING

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "emails"
FOLDERS = ("common", "speaker", "twinning", "affiliation", "ukrainian", "team", "coordinator", "register")
WORKFLOWS = (SPEAKER, TWINNING, AFFILIATION, UKRAINIAN)

# Letters that no row of a workflow sends: acknowledgements, messages, and what is told at once.
BESIDES = {
    "speaker/received": Recipient.BRANCH,
    "twinning/received": Recipient.BRANCH,
    "affiliation/received": Recipient.BRANCH,
    "ukrainian/received": Recipient.BRANCH,
    "affiliation/heads-up": Recipient.TREASURER,
    "affiliation/second-form": Recipient.BRANCH,
    "affiliation/form-of-another": Recipient.BRANCH,
    "affiliation/form-again": Recipient.BRANCH,
    "common/message": Recipient.BRANCH,
    "common/message-received": Recipient.BRANCH,
    "common/details-changed": Recipient.BRANCH,
    "common/your-link": Recipient.BRANCH,
    "common/first-link": Recipient.BRANCH,
    "common/hand-over": Recipient.BRANCH,
    "common/handed-over": Recipient.BRANCH,
    "common/new-link": Recipient.BRANCH,
    "common/another-address": Recipient.BRANCH,
    "common/taken-over": Recipient.BRANCH,
    "common/join-tour": Recipient.BRANCH,
    "common/tour-joined": Recipient.BRANCH,
    "common/tour-off": Recipient.BRANCH,
    "speaker/neighbours": Recipient.BRANCH,
    "team/new-urgent": Recipient.TEAM,
    "speaker/change-coming": Recipient.SPEAKER,
    "register/added": Recipient.SPEAKER,
    "register/address-changed": Recipient.SPEAKER,
    "register/link": Recipient.SPEAKER,
    "register/new-address": Recipient.SPEAKER,
    "register/tour": Recipient.SPEAKER,
    "register/tour-reminder": Recipient.SPEAKER,
    "register/tour-soon": Recipient.SPEAKER,
}

# Letters to ourselves: they are about several requests, so that no subject has a reference and nobody is thanked.
AMONG_US = (
    "coordinator/digest",
    "coordinator/handed-back",
    "coordinator/nobody-has-it",
    "coordinator/promise-warning",
    "coordinator/promised-today",
)

TO_ONE_OF_US = ("coordinator/digest", "coordinator/handed-back", "coordinator/promise-warning")

# To a speaker about the register: no request has anything to do with these, and they tell whom to ask.
OF_THE_REGISTER = tuple(name for name in BESIDES if name.startswith("register/"))

# To an address that may be a stranger’s: nobody is greeted by name.
TO_A_NEW_ADDRESS = "register/new-address"

# To somebody who filled in a form for a branch that others speak for, or who spoke for it before: it opens nothing.
TO_STRANGERS = ("affiliation/second-form", "common/handed-over", "common/another-address")

# The letters in which both sides have agreed to be named to each other, each in both languages at once.
INTRODUCTIONS = ("twinning/introduced", "twinning/introduced-body", "twinning/introduced-lead")
# Those in which one who knows the other already hears who is the contact there now.
OF_NEW_CONTACTS = ("twinning/new-contact", "twinning/new-contact-lead", "twinning/new-contact-body")

PRIVATE_LINK = Placeholder("[[link:7]]")
REGISTER_LINK = Placeholder("[[link:8]]")
BODY_LINK = Placeholder("[[link:9]]")

COMMON = {
    "en": {
        "reference": "USC-1042",
        "branch": "NUM Durham Area",
        "kind_name": "speaker request",
        "coordinator": "Maria Kovalenko",
        "who": "Maria Kovalenko",
        "promise": "Thursday 26 November 2026",
        "too_near": "",
        "is_meeting_over": "",
        "received_on": "Monday 23 November 2026",
        "reason": "The hall is closed for repairs until April.",
        "question": "Has your hall a screen?",
        "answer": "Yes, and a loudspeaker.",
        "message": "The caretaker opens the hall at six.",
        "by_us": "",
        "others_told": "yes",
        "fee_held": "£50.00",
        "fee_dropped": "",
        "motion_link": "https://portal.example.org/model-motion",
        "stands": "Your branches are twinned",
        "twins": "Primary Organisation of Coal Workers",
        "led_by": "",
        "greets": "yes",
        "tour_when": "Tuesday 12 January 2027, 7pm",
        "tour_visitor": "A Ukrainian trade unionist",
        "tour_host": "NUM Durham Area, Durham",
        "tour_answer_by": "Monday 30 November 2026",
        "tour_distance": "about 12 miles from you",
        "tour_own_request": "USC-1042",
        "tour_place": "Miners’ Hall, Durham, DH1 4BX",
        "tour_named": "yes",
        "tour_joining": "- UNISON Durham Health: will join",
        "changes": "- Venue: the Miners’ Hall\n- Start: 7.30pm",
        "contact_name": "Jean Hetton-Lyons",
        "kept_names": "Sue Whitfield",
        "contact_email": "info@example.org",
        "desk_link": "https://portal.example.org/dashboard/requests/42",
        "campaign": "Ukraine Solidarity Campaign",
        "sender": "Maria Kovalenko",
        "other_side": "Olena Tkach",
        "hears_by": "Monday 7 December 2026",
        "last_word": "",
        "lacks_date": "",
        "looked_for_again": "Thursday 14 January 2027, 7pm",
        "other_links": "USC-1043: Twinning proposal\nhttps://portal.example.org/track/9Xr2",
        "answer_in_time": "Thursday 26 November 2026",
        "today": "Monday 23 November 2026",
        "in_2_days": "Wednesday 25 November 2026",
        "in_3_days": "Thursday 26 November 2026",
        "in_3_working_days": "Thursday 26 November 2026",
        "in_7_days": "Monday 30 November 2026",
        "in_14_days": "Monday 7 December 2026",
        "in_21_days": "Monday 14 December 2026",
        "in_30_days": "Wednesday 23 December 2026",
        "in_90_days": "Sunday 21 February 2027",
    },
    "uk": {
        "other_links": "USC-1043: Пропозиція побратимства\nhttps://portal.example.org/track/9Xr2",
        "kind_name": "запит на виступ",
        "motion_link": "https://portal.example.org/uk/model-motion",
        "who": "Maria Kovalenko",
        "promise": "четверга, 26 листопада 2026 року",
        "too_near": "",
        "is_meeting_over": "",
        "received_on": "понеділок, 23 листопада 2026 року",
        "reason": "Зал закрито на ремонт до квітня.",
        "question": "Чи є у вашій залі екран?",
        "answer": "Так, і гучномовець теж.",
        "message": "Залу відчиняють о шостій вечора.",
        "stands": "Побратимство започатковано",
        "twins": "Первинна профспілкова організація вугільників",
        "led_by": "",
        "greets": "yes",
        "tour_when": "вівторок, 12 січня 2027 року, 19:00",
        "tour_visitor": "Хтось з українських профспілок",
        "tour_answer_by": "понеділка, 30 листопада 2026 року",
        "tour_distance": "приблизно за 12 миль від вас",
        "tour_joining": "- UNISON Durham Health: долучається",
        "changes": "- Місце: Miners’ Hall\n- Початок: 19:30",
        "campaign": "Кампанія солідарності з Україною",
        "answer_in_time": "четверга, 26 листопада 2026 року",
        "hears_by": "понеділка, 7 грудня 2026 року",
        "looked_for_again": "четвер, 14 січня 2027 року, 19:00",
        "today": "понеділок, 23 листопада 2026 року",
        "in_2_days": "середи, 25 листопада 2026 року",
        "in_3_days": "четверга, 26 листопада 2026 року",
        "in_3_working_days": "четверга, 26 листопада 2026 року",
        "in_7_days": "понеділка, 30 листопада 2026 року",
        "in_14_days": "понеділка, 7 грудня 2026 року",
        "in_21_days": "понеділка, 14 грудня 2026 року",
        "in_30_days": "середи, 23 грудня 2026 року",
        "in_90_days": "неділі, 21 лютого 2027 року",
    },
}
OF_A_KIND = {
    "speaker": {
        "en": {
            "meeting": "January meeting of the lodge",
            "event_kind": "Branch meeting",
            "meeting_dates": "- Thursday 14 January 2027, 7pm\n- Thursday 11 February 2027, 7pm",
            "several_dates": "yes",
            "several_days": "yes",
            "meeting_when": "Thursday 14 January 2027, 7pm",
            "meeting_when_kyiv": "9pm in Kyiv",
            "meeting_place": "Miners’ Hall, Durham",
            "meeting_format": "In the room",
            "is_by_call": "yes",
            "may_be_in_ukraine": "yes",
            "audience": "about 40 people, members only",
            "topics": "Miners; Health workers",
            "talk_length": "20 minutes and 15 for questions",
            "region": "North East",
            "sector": "Mining",
            "expenses": "Travel; A bed for the night",
            "access": "Captions",
            "offered_dates": "- Thursday 14 January 2027, 7pm in London, 9pm in Kyiv\n"
            "- Thursday 11 February 2027, 7pm in London, 9pm in Kyiv",
            "offered_audience": "about 40 people, members only",
            "offered_topics": "Miners; Health workers",
            "offered_expenses": "Travel; A bed for the night",
            "offered_access": "Captions",
            "is_contested": "The branch expects some members to speak against.",
            "contested_note": "A motion against is on the agenda.",
            "press": "No",
            "recording": "Yes",
            "will_be_recorded": "yes",
            "may_be_recorded": "",
            "venue_access": "Ramp at the side door. Durham station is ten minutes away.",
            "missing": "access and parking",
            "sent_with": "- USC-1043 (Thursday 11 February 2027)",
            "link_to_come": "The link to join online is still to come. "
            "The branch sends it to us, and we send it to you at once.",
            "still_to_tell": "This can follow: access and parking. Please add it as soon as you know it.",
            "speaker_name": "Olena Tkach",
            "speaker_email": "olena.tkach@example.org",
            "speaker_phone": "07700 900142",
            "answer_by": "Thursday 26 November 2026",
            "accepted_dates": "- Thursday 14 January 2027, 7pm in London, 9pm in Kyiv",
            "other_date": "Any Tuesday in February",
            "other_day": "Thursday 11 February 2027, 5pm",
            "missing_way": "the joining link",
            "interpreter": "not found yet, we are looking for one",
            "has_interpreter": "yes",
            "comes_along": "Rhodri Price",
            "along_with": "Petro Lys",
            "own_day_suits": "",
            "offered_town": "Durham",
            "is_booked": "yes",
            "speaker_gone": "",
            "said_yes": "yes",
            "is_called_off": "yes",
            "is_let_go": "",
            "was_booked": "yes",
            "is_in_room": "yes",
            "stands_by": "If your speaker cannot come, Petro Lys stands by to speak.",
            "stand_by_phone": "07700 900143",
            "was_announced": "yes",
            "has_stand_by": "yes",
            "on_tour": "in person, with an interpreter, on a tour of union branches",
            "visitor_needs": "A bed for the night",
            "register_link": REGISTER_LINK,
            "is_yes_waiting": "",
            "is_asked_again": "yes",
            "asked_for": "Thursday 14 January 2027",
            "asked_days": "- Thursday 14 January 2027, 7pm\n- Thursday 11 February 2027, 7pm",
            "are_usual_days": "",
            "proposed_day": "Friday 15 January 2027",
            "wished_dates": "- Thursday 21 January 2027, 7pm in London, 9pm in Kyiv",
            "branch_contact": "Jean Hetton-Lyons",
            "branch_phone": "0191 498 0142",
            "branch_email": "jean@example.org",
            "attended": "38 people",
            "was_held": "yes",
            "motion_result": "A motion was carried",
            "raised": "£120.00",
            "hear_more": "3 people",
            "wishes": "- Twin with a union body in Ukraine\n- Have a speaker again",
            "twin_link": "https://portal.example.org/twin",
            "affiliate_link": "https://portal.example.org/affiliate",
            "outcome": "A good talk. The motion was carried.",
            "decide_by": "Monday 14 December 2026",
            "meeting_before": "Thursday 7 January 2027, 7pm",
            "is_same_day": "",
        },
        "uk": {
            "answer_by": "четверга, 26 листопада 2026 року",
            "accepted_dates": "- четвер, 14 січня 2027 року, 19:00 за Лондоном, 21:00 за Києвом",
            "other_date": "У лютому будь-якого вівторка",
            "missing_way": "посилання на відеозустріч",
            "interpreter": "ще не знайдено, шукаємо",
            "other_day": "четвер, 11 лютого 2027 року, 17:00",
            "stands_by": "Якщо людина, яка має виступити, не зможе, її замінить інша: Petro Lys.",
            "on_tour": "наживо, з перекладачем, під час поїздки профспілковими організаціями",
            "asked_for": "четвер, 14 січня 2027 року",
            "asked_days": "- четвер, 14 січня 2027 року, 19:00\n- четвер, 11 лютого 2027 року, 19:00",
            "proposed_day": "п’ятниця, 15 січня 2027 року",
            "wished_dates": "- четвер, 21 січня 2027 року, 19:00 за Лондоном, 21:00 за Києвом",
            "meeting": "Січнева зустріч організації",
            "event_kind": "Зустріч в організації",
            "meeting_dates": "- четвер, 14 січня 2027 року, 19:00\n- четвер, 11 лютого 2027 року, 19:00",
            "meeting_when": "четвер, 14 січня 2027 року, 19:00",
            "meeting_when_kyiv": "21:00 за Києвом",
            "meeting_format": "У залі",
            "attended": "38 осіб",
            "hear_more": "3 людини",
            "motion_result": "Резолюцію ухвалено",
            "raised": "£120,00",
            "wishes": "- Побратимство з профспілкою в Україні\n- Запросити на виступ ще раз",
            "audience": "близько 40 осіб, лише члени профспілки",
            "topics": "Шахтарі; Медики",
            "talk_length": "20 хвилин і 15 на запитання",
            "region": "Північно-Східна Англія",
            "sector": "Гірнича промисловість",
            "expenses": "Дорога; Нічліг",
            "access": "Субтитри",
            "offered_dates": "- четвер, 14 січня 2027 року, 19:00 за Лондоном, 21:00 за Києвом\n"
            "- четвер, 11 лютого 2027 року, 19:00 за Лондоном, 21:00 за Києвом",
            "offered_audience": "близько 40 осіб, лише члени профспілки",
            "offered_topics": "Шахтарі; Медики",
            "offered_expenses": "Дорога; Нічліг",
            "offered_access": "Субтитри",
            "is_contested": "Організація очікує, що дехто виступить проти.",
            "contested_note": "На порядку денному є резолюція проти.",
            "press": "Ні",
            "recording": "Так",
            "venue_access": "Пандус біля бічних дверей. До станції десять хвилин.",
            "missing": "доступ і паркування",
            "sent_with": "- USC-1043 (четвер, 11 лютого 2027 року)",
            "link_to_come": "Посилання на зустріч онлайн ще буде: "
            "організація надішле його нам, а ми одразу передамо вам.",
            "still_to_tell": "Можна додати пізніше: доступ і паркування. Просимо зробити це, щойно буде відомо.",
            "outcome": "Гарний виступ. Резолюцію ухвалили.",
            "decide_by": "понеділка, 14 грудня 2026 року",
            "meeting_before": "четвер, 7 січня 2027 року, 19:00",
        },
    },
    "twinning": {
        "en": {
            "lead_asked_on": "Monday 23 November 2026",
            "region": "North East",
            "sector": "Mining",
            "size": "about 40 members",
            "lacks_deputy": "yes",
            "ended_by_body": "",
            "was_twinned": "yes",
            "branch_shown": "Only the name of our branch",
            "lacks_decision": "yes",
            "is_going": "yes",
            "is_informal": "",
            "hopes": "Messages of solidarity; Video calls; Visits",
            "offers": "places at the Gala, a fund for one clear need",
            "learns": "how you keep a branch together in war",
            "decision_on": "Tuesday 8 December 2026",
            "lead_name": "Eddie Rowell-Tyne",
            "lead_email": "eddie@example.org",
            "lead_told": "Eddie Rowell-Tyne",
            "body_name_latin": "Primary Organisation of Coal Workers",
            "body_contact_latin": "Nadiia Bondar",
            "body_name_uk": "Первинна профспілкова організація вугільників",
            "body_name": "Primary Organisation of Coal Workers",
            "body_oblast": "Dnipropetrovsk Oblast",
            "body_oblast_en": "Dnipropetrovsk Oblast",
            "body_oblast_uk": "Дніпропетровська область",
            "greet_by_en": "Friday 4 December 2026",
            "greet_by_uk": "п’ятниці, 4 грудня 2026 року",
            "body_sector": "Mining",
            "body_size": "100 to 500 members",
            "body_hopes": "Video calls",
            "body_needs": "Light, warmth and electricity",
            "body_offers": "Talks about their work, online",
            "answers_by": "Monday 14 December 2026",
            "body_contact": "Надія Бондар",
            "body_email": "nadiia@example.org",
            "body_name_before": "Steppe Branch",
            "body_contact_before": "Ганна Мельник",
            "body_email_before": "hanna@example.org",
            "body_link": BODY_LINK,
            "kind_note": "Thank you for your friendship. You are in our thoughts.",
            "call_times": "- Tuesday 8 December 2026, 5pm in London, 7pm in Kyiv",
            "call_when": "Tuesday 8 December 2026, 5pm in London, 7pm in Kyiv",
            "call_moved_from": "Tuesday 1 December 2026, 5pm in London, 7pm in Kyiv",
            "call_ahead": "Tuesday 8 December 2026, 5pm in London, 7pm in Kyiv",
            "is_agreed_by_both": "yes",
            "is_promised_by_both": "",
            "branch_in_touch": "",
            "body_in_touch": "",
            "ended_by_branch": "",
            "by_branch": "",
            "body_rests": "",
            "call_link": "calls.example.org/stepova",
            "twinned_on": "Tuesday 2 March 2027",
            "body_shown": "the name of the body, without a place",
        },
        "uk": {
            "lead_asked_on": "понеділок, 23 листопада 2026 року",
            "region": "Північно-Східна Англія",
            "sector": "Гірнича промисловість",
            "size": "близько 40 членів профспілки",
            "hopes": "Вітання та слова солідарності; Відеозустрічі",
            "offers": "запросити на свято гірників, зібрати кошти на одну потребу",
            "learns": "як згуртувати організацію під час війни",
            "kind_note": "Дякуємо за вашу дружбу. Ми думаємо про вас.",
            "branch_shown": "Лише назву нашої організації",
            "body_name": "Первинна профспілкова організація вугільників",
            "body_oblast": "Дніпропетровська область",
            "body_sector": "Гірнича промисловість",
            "body_size": "Від 100 до 500 членів профспілки",
            "body_hopes": "Відеозустрічі",
            "body_needs": "Світло, тепло й електрика",
            "body_offers": "Розповіді про свою працю онлайн",
            "decision_on": "вівторок, 8 грудня 2026 року",
            "call_times": "- вівторок, 8 грудня 2026 року, 19:00 за Києвом, 17:00 за Лондоном",
            "call_when": "вівторок, 8 грудня 2026 року, 19:00 за Києвом, 17:00 за Лондоном",
            "call_moved_from": "вівторок, 1 грудня 2026 року, 19:00 за Києвом, 17:00 за Лондоном",
            "call_ahead": "вівторок, 8 грудня 2026 року, 19:00 за Києвом, 17:00 за Лондоном",
            "answers_by": "понеділка, 14 грудня 2026 року",
            "body_contact": "Надія Бондар",
            "body_name_before": "Первинна організація «Степ»",
            "twinned_on": "вівторок, 2 березня 2027 року",
            "body_shown": "назву організації без місця",
        },
    },
    "ukrainian": {
        "en": {
            "organisation": "Первинна організація шахти «Світанок»",
            "to_agree": "",
            "came_before": "",
            "has_twin": "",
            "twin_goes_on": "",
            "twin_asked": "",
            "proposal_rested": "",
        }
    },
    "affiliation": {
        "en": {
            "fee": "£50.00",
            "fee_reason": "£50.00 a year for up to 500 members.",
            "fee_told": "£50.00 a year for up to 500 members.",
            "members": "412",
            "also_wants": "A speaker; A twin in Ukraine",
            "term_starts": "Friday 1 January 2027",
            "term_ends": "Friday 31 December 2027",
            "running_until": "Thursday 31 December 2026",
            "is_renewal": "",
            "has_renewed": "",
            "is_late": "",
            "still_open": "£20.00",
            "paid_now": "£10.00",
            "treasurer_name": "Bill Seaham-Wray",
            "own_treasurer": "yes",
            "paid": "£30.00",
            "waived": "£20.00",
            "fee_waived": "",
            "paid_on": "Monday 4 January 2027",
            "payment_reference": "USC-1042",
            "pay_by": "bank transfer",
            "fee_due_by": "Tuesday 2 February 2027",
            "asks_invoice": "",
            "to_contact": "yes",
            "wants_invoice": "yes",
            "invoice_to_come": "",
            "invoice_address": "The Treasurer, Redhills",
            "is_decided": "",
            "lacks_decision": "yes",
            "lacks_aims": "yes",
            "wants_speaker": "",
            "lacks_minute": "yes",
            "order_number": "PO-77",
            "meeting_on": "Tuesday 8 December 2026",
            "tell_by": "Tuesday 15 December 2026",
            "next_fee": "£50.00",
            "next_starts": "Friday 1 January 2027",
            "next_ends": "Friday 31 December 2027",
            "asked_less": "yes",
            "by_cheque": "",
        },
        "uk": {
            "also_wants": "Виступ на зустрічі; Побратим в Україні",
            "fee": "£50,00",
            "fee_reason": "£50,00 на рік, якщо членів не більше ніж 500.",
            "fee_told": "£50,00 на рік, якщо членів не більше ніж 500.",
            "still_open": "£20,00",
            "paid_now": "£10,00",
            "paid": "£30,00",
            "waived": "£20,00",
            "term_starts": "п’ятниця, 1 січня 2027 року",
            "term_ends": "п’ятниця, 31 грудня 2027 року",
            "paid_on": "понеділок, 4 січня 2027 року",
            "running_until": "четверга, 31 грудня 2026 року",
            "pay_by": "банківський переказ",
            "fee_due_by": "вівторка, 2 лютого 2027 року",
            "meeting_on": "вівторок, 8 грудня 2026 року",
            "tell_by": "вівторка, 15 грудня 2026 року",
            "next_fee": "£50,00",
            "next_starts": "п’ятниця, 1 січня 2027 року",
            "next_ends": "п’ятниця, 31 грудня 2027 року",
        },
    },
    "register": {
        "en": {
            "added_by": "Maria Kovalenko",
            "open_until": "Tuesday 24 November 2026, 10am (London time)",
            "has_agreed": "",
            "route": "- Tuesday 12 January 2027, 7pm: Branch meeting, North East\n"
            "- Wednesday 13 January 2027, 6.30pm: Trades council meeting, Yorkshire and the Humber",
            "first_day": "Monday 11 January 2027",
            "last_day": "Friday 15 January 2027",
            "answer_by": "Tuesday 1 December 2026",
            "interpreter": "yes",
        },
        "uk": {
            "open_until": "вівторка, 24 листопада 2026 року, 10:00 (за Лондоном)",
            "route": "- вівторок, 12 січня 2027 року, 19:00: Зустріч в організації, Північно-Східна Англія\n"
            "- середа, 13 січня 2027 року, 18:30: Зустріч ради профспілок, Йоркшир і Гамбер",
            "first_day": "понеділок, 11 січня 2027 року",
            "last_day": "п’ятниця, 15 січня 2027 року",
            "answer_by": "вівторка, 1 грудня 2026 року",
        },
    },
    "coordinator": {
        "en": {
            "day": "Thursday 26 November 2026",
            "promised_on": "Friday 27 November 2026",
            "requests": "- USC-1042, speaker request, NUM Durham Area: https://portal.example.org/dashboard/requests/42\n"
            "- USC-1007, affiliation, Haringey NEU: https://portal.example.org/dashboard/requests/7",
            "is_second_today": "",
            "while_away": "USC-1015, USC-1016",
            "stands_in_for": "Dafydd Prosser-Hale",
            "broken": "- USC-1042, speaker request, NUM Durham Area, Wednesday 25 November 2026: "
            "https://portal.example.org/dashboard/requests/42",
            "nobodys": "- USC-1043, speaker request, GMB Cardiff: https://portal.example.org/dashboard/requests/43",
            "promised": "- USC-1007, affiliation, Haringey NEU: https://portal.example.org/dashboard/requests/7",
            "handed_back": "- USC-1011, affiliation, UCU Goldsmiths: https://portal.example.org/dashboard/requests/11",
            "tasks": "- USC-1042: The branch has not answered our question (Thursday 26 November 2026): "
            "https://portal.example.org/dashboard/tasks/5",
            "failed": "2",
            "new": "- USC-1043, speaker request, GMB Cardiff, Monday 30 November 2026: "
            "https://portal.example.org/dashboard/requests/43",
            "held": "- USC-1047, speaker request, UNISON Kirkcaldy: https://portal.example.org/dashboard/requests/47",
            "waiting": "- USC-1019, twinning proposal, RMT Truro, Friday 11 December 2026: "
            "https://portal.example.org/dashboard/requests/19",
            "meetings": "- USC-1003, speaker request, NEU Luton, Monday 30 November 2026: "
            "https://portal.example.org/dashboard/requests/3",
        },
        "uk": {
            "day": "четвер, 26 листопада 2026 року",
            "promised_on": "п’ятниці, 27 листопада 2026 року",
            "requests": "- USC-1042, запит на виступ, NUM Durham Area: "
            "https://portal.example.org/dashboard/requests/42",
            "broken": "- USC-1042, запит на виступ, NUM Durham Area, середа, 25 листопада 2026 року: "
            "https://portal.example.org/dashboard/requests/42",
        },
    },
}
# What is known of every request, even of the barest.
ALWAYS = frozenset(
    (
        "greeting",
        "reference",
        "kind_name",
        "who",
        "campaign",
        "contact_email",
        "desk_link",
        "private_link",
        "day",
        "promised_on",
        "requests",
        "answer_in_time",
        "today",
        "in_2_days",
        "in_3_days",
        "in_3_working_days",
        "in_7_days",
        "in_14_days",
        "in_21_days",
        "in_30_days",
        "in_90_days",
        "answer_by",
        "answers_by",
        "other_date",
        "route",
        "first_day",
        "last_day",
    )
)
# Letters to a speaker with the link to their own page for that meeting.
WITH_THEIR_PAGE = (
    "speaker/booked",
    "speaker/change-coming",
    "speaker/change-reminder",
    "speaker/changed-speaker",
    "speaker/details-changed-speaker",
    "speaker/meeting-soon-speaker",
    "speaker/meeting-tomorrow-speaker",
    "speaker/offer",
    "speaker/offer-changed",
    "speaker/offer-reminder",
    "speaker/other-date-received",
    "speaker/other-day-refused",
    "speaker/keeps-received",
    "speaker/report-last-reminder-speaker",
    "speaker/report-reminder-speaker",
    "speaker/stand-by-booked",
    "speaker/stand-by-changed",
    "speaker/stand-by-near",
    "speaker/stand-by-tomorrow",
    "speaker/stand-by-offer",
    "speaker/stand-by-reminder",
    "speaker/interpreter-meeting",
    "speaker/interpreter-offer",
    "speaker/interpreter-reminder",
    "speaker/partner-meeting",
    "speaker/interpreter-gone",
    "speaker/interpreter-news",
    "speaker/partner-gone",
    "speaker/partner-news",
    "speaker/partner-offer",
    "speaker/partner-reminder",
    "speaker/partner-waits",
    "speaker/you-speak",
    "speaker/thanks",
    "speaker/yes-received",
    "twinning/lead-asked",
    "register/added",
    "register/link",
    "register/new-address",
    "register/tour",
    "register/tour-reminder",
    "register/tour-soon",
)
GREETINGS = {
    Recipient.BRANCH: {"en": "Dear Jean", "uk": "Добрий день, Jean"},
    Recipient.TEAM: {"en": "Dear all", "uk": "Вітаємо всіх"},
    Recipient.SPEAKER: {"en": "Dear Olena", "uk": "Добрий день, Олено"},
    Recipient.OTHER_SPEAKERS: {"en": "Dear Olena", "uk": "Добрий день, Олено"},
    Recipient.STAND_BY: {"en": "Dear Olena", "uk": "Добрий день, Олено"},
    Recipient.INTERPRETER: {"en": "Dear Olena", "uk": "Добрий день, Олено"},
    Recipient.PARTNER: {"en": "Dear Olena", "uk": "Добрий день, Олено"},
    Recipient.UKRAINIAN_BODY: {"en": "Dear colleagues", "uk": "Шановні колеги"},
    Recipient.LEAD: {"en": "Dear Eddie Rowell-Tyne", "uk": "Добрий день, Eddie Rowell-Tyne"},
    Recipient.TREASURER: {"en": "Dear Bill", "uk": "Добрий день, Bill"},
}


def letters() -> dict[str, Recipient]:
    """Every letter's name and to whom it goes: from the workflows' rows, and those sent besides."""
    found = BESIDES | dict.fromkeys(AMONG_US, Recipient.TEAM)
    for workflow in WORKFLOWS:
        for transition in workflow.transitions:
            found |= {row.template: row.to for row in transition.notify}
        for follow_up in workflow.follow_ups:
            found |= {row.template: row.to for row in follow_up.notify}
    return dict(sorted(found.items()))


def to_the_other_side() -> tuple[str, ...]:
    """The letters to speakers and to Ukrainian bodies."""
    others = (
        Recipient.SPEAKER,
        Recipient.OTHER_SPEAKERS,
        Recipient.STAND_BY,
        Recipient.INTERPRETER,
        Recipient.PARTNER,
        Recipient.UKRAINIAN_BODY,
    )
    return tuple(name for name, recipient in letters().items() if recipient in others)


def standard(name: str, language: str) -> dict[str, str]:
    """All facts that the letter `name` may use, well filled in, in its language, less what its examples leave out."""
    kind = {"team": "speaker"}.get(name.split("/")[0], name.split("/")[0])
    facts: dict[str, str] = COMMON["en"] | {"private_link": PRIVATE_LINK}
    facts |= OF_A_KIND.get(kind, {}).get("en", {})
    if language == "uk":
        facts |= COMMON["uk"] | OF_A_KIND.get(kind, {}).get("uk", {})
    facts["greeting"] = GREETINGS[letters()[name]][language]
    if name in TO_ONE_OF_US:
        facts["greeting"] = {"en": "Dear Maria Kovalenko", "uk": "Добрий день, Maria Kovalenko"}[language]
    return facts | dict.fromkeys(example_days.UNSAID.get(name, ()), "")


def minimal(name: str, language: str) -> dict[str, str]:
    """The same names with nothing known but what is always known."""
    return {fact: value if fact in ALWAYS else "" for fact, value in standard(name, language).items()}


def marked(name: str, language: str) -> dict[str, str]:
    """The same names, each fact a word that cannot occur otherwise; the private link stays a link."""
    facts = {fact: f"@{fact}@" for fact in standard(name, language)}
    own = {"private_link": PRIVATE_LINK, "register_link": REGISTER_LINK, "body_link": BODY_LINK}
    return facts | {name: link for name, link in own.items() if name in facts}


def bare(facts: Mapping[str, str], word: str) -> dict[str, str]:
    """The same names, each fact the same one word: what is left are the letter's own words."""
    return {fact: value if isinstance(value, Placeholder) else word for fact, value in facts.items()}

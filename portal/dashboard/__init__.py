"""The Solidarity desk: what a signed-in volunteer coordinator sees.

Each module adds its pages to the one blueprint; what requests are and may become is decided in the data packages.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, request, url_for
from flask_login import current_user

from portal.clock import london_day, utc_now
from portal.dashboard import (
    account,
    asking,
    asking_beside,
    branches,
    by_hand,
    calendar,
    calendars,
    coming,
    conflicts,
    corrections,
    documents,
    letter_pages,
    mail,
    mail_lists,
    mail_spells,
    mailbox,
    moves,
    my_day,
    new_link,
    plan_asking,
    plans,
    queue,
    request_page,
    second_reader,
    settings,
    speaker_acts,
    speaker_import,
    speakers,
    tasks,
    tour_acts,
    tours,
    twin_diary,
    twinnings,
    twins,
    ukraine,
    went_wrong,
    who_fits,
    words,
    writing,
)
from portal.dashboard.blueprint import blueprint
from portal.dashboard.trouble import trouble
from portal.emails.mailbox import local_mailbox
from portal.extensions import db

PAGES = (
    account,
    asking,
    asking_beside,
    branches,
    by_hand,
    calendar,
    calendars,
    coming,
    conflicts,
    corrections,
    documents,
    letter_pages,
    mail,
    mail_lists,
    mail_spells,
    mailbox,
    moves,
    my_day,
    new_link,
    plan_asking,
    plans,
    queue,
    request_page,
    second_reader,
    settings,
    speaker_acts,
    speaker_import,
    speakers,
    tasks,
    tour_acts,
    tours,
    twin_diary,
    twinnings,
    twins,
    ukraine,
    who_fits,
    writing,
)
"""The modules that add pages; naming them here is what loads them."""

ALSO_UNDER = {
    "dashboard.my_day": ("task", "finish_task"),
    "dashboard.queue": (
        "request_page",
        "speakers_who_fit",
        "twins_who_fit",
        "twin_diary",
        "write_in_diary",
        "coming",
        "new_task",
        "set_task",
        "move",
        "make_move",
        "note",
        "message",
        "send_message",
        "new_link",
        "send_new_link",
        "by_hand",
        "by_hand_choice",
        "correct",
        "merge",
    ),
    "dashboard.letter_list": ("letter", "save_letter", "letter_version", "go_back"),
    "dashboard.mail": ("email_page", "second_readings", "second_reading", "send_letters_back", "send_letters_again"),
    "dashboard.branches": ("branch",),
    "dashboard.ukrainian_bodies": ("ukrainian_body", "show_contact", "twin_plan", "twinnings", "contact_looks"),
    "dashboard.speakers": (
        "speaker",
        "new_speaker",
        "change_speaker",
        "pause_speaker",
        "take_out_speaker",
        "lock_speaker",
        "locked_speakers",
        "new_veto",
        "tours",
        "tour",
        "new_tour",
        "change_tour",
        "ask_visitor",
        "invite_neighbours",
        "import_speakers",
        "check_import",
        "do_import",
        "plans",
        "ask_for_plan",
        "plan",
        "ask_all",
        "ask_line",
    ),
    "dashboard.settings": ("fees", "fee", "new_fee", "remove_fee", "accounts", "absence_of", "campaign_settings"),
    "dashboard.fees": ("fee", "new_fee", "remove_fee"),
    "dashboard.mailbox": ("mailbox_message",),
}


def init_app(app: Flask) -> None:
    """Register the desk, its navigation and the band above its pages."""
    app.register_blueprint(blueprint)
    app.context_processor(navigation)


def navigation() -> dict[str, Any]:
    """The desk's navigation, on the desk and on the signed-in pages about one's account; nothing elsewhere."""
    is_desk = request.path.startswith("/dashboard")
    if not is_desk or not current_user.is_authenticated:
        return {}
    items = [("My day", "dashboard.my_day")] if current_user.can_edit else []
    items += [("Requests", "dashboard.queue"), ("Calendar", "dashboard.calendar")]
    if current_user.can_edit:
        items += [("Speakers", "dashboard.speakers"), ("Branches", "dashboard.branches")]
        items += [("Ukraine", "dashboard.ukrainian_bodies")]
        items += [("Mail", "dashboard.mail"), ("Letters", "dashboard.letter_list")]
    if current_user.is_admin:
        items.append(("Settings", "dashboard.settings"))
    elif current_user.can_handle_money:
        items.append(("Fees", "dashboard.fees"))
    if current_user.can_edit and local_mailbox(current_app.config) is not None:
        items.append(("Mailbox", "dashboard.mailbox"))
    here = (request.endpoint or "").partition(".")[2]
    return {
        "desk_nav": [
            {
                "label": label,
                "url": url_for(endpoint),
                "current": request.endpoint == endpoint or here in ALSO_UNDER.get(endpoint, ()),
            }
            for label, endpoint in items
        ]
    }


@blueprint.context_processor
def band() -> dict[str, Any]:
    """The trouble that the band at the top of a desk page tells, in words; nothing for viewers."""
    if not current_user.is_authenticated or not current_user.can_edit:
        return {}
    now = utc_now()
    found = trouble(db.session, now)
    if not found:
        return {}
    last = words.when(found.last_pass_at, london_day(now)) if found.last_pass_at else ""
    return {
        "trouble": {
            "failed": found.failed,
            "failed_words": found.failed_words,
            "is_asleep": found.is_asleep,
            "asleep_words": f"The worker last passed on {last}." if last else "The worker has not run yet.",
            "waited": mail_lists.age(found.waiting_since, now),
            "server": went_wrong.of_server(found.server),
            "is_shut": found.is_shut,
        }
    }

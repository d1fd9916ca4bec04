"""Which language a page speaks: `/…` is English, `/uk/…` Ukrainian; private pages speak the person's own.

Until a private link has said whose it is, or where it says nothing, its page speaks as the browser asks for it.
There is no cookie for it. What the pages say stands in the catalogues under `portal/translations/`.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import flask_babel
from flask import Flask, Response, current_app, g, has_request_context, request, url_for

from portal.emails import links

LANGUAGES = ("en", "uk")
IN_ITS_OWN_WORDS = {"en": "English", "uk": "Українською"}
PRIVATE = tuple(path for purpose, path in links.PURPOSES.items() if purpose not in ("feed", "sign-in"))
"""How the addresses of private pages begin, but for those of coordinators: these are English."""
UKRAINIAN_DOOR = links.PURPOSES["body"]
"""Here Ukrainian is spoken where the browser asks for neither language."""

COMPLETE: frozenset[str] = frozenset(
    f"public.{page}"
    for page in (
        "home",
        "start",
        "step",
        "check",
        "sent",
        "find_request",
        "privacy",
        "accessibility",
        "contact",
        "aims",
        "model_motion",
        "by_post",
        "paper_form",
        "track",
        "track_move",
        "track_message",
        "track_change",
        "certificate",
        "paper",
        "first_call",
        "hand_over",
        "handover",
        "twin_move",
        "speak",
        "speak_form",
        "speak_days",
        "left_register",
        "new_address",
        "lead",
        "offer",
        "offer_no",
        "offer_other",
        "report",
        "own_report",
        "tour",
        "join",
        "twinnings",
        "twin_diary",
        "diary_entry",
    )
)
"""The endpoints whose pages are whole in both languages: only they offer the other one."""

DRAWN_AGAIN = {
    f"public.{post}": f"public.{page}"
    for post, page in {
        "save_step": "step",
        "send": "check",
        "start_again": "start",
        "send_links": "find_request",
        "track_answer": "track",
        "resend_link": "track",
        "make_track_move": "track_move",
        "send_track_message": "track_message",
        "make_twin_move": "twin_move",
        "say_how_it_goes": "track",
        "save_track_change": "track_change",
        "tick_times": "first_call",
        "write_in_diary": "twin_diary",
        "change_diary_entry": "diary_entry",
        "save_speak_form": "speak_form",
        "add_speak_days": "speak_days",
        "remove_speak_days": "speak_days",
        "confirm_address": "new_address",
        "lead_yes": "lead",
        "ask_successor": "hand_over",
        "handover_yes": "handover",
        "handover_no": "handover",
        "lead_no": "lead",
        "offer_yes": "offer",
        "offer_say_no": "offer_no",
        "offer_other_date": "offer_other",
        "save_report": "report",
        "save_own_report": "own_report",
        "tour_answer": "tour",
        "join_answer": "join",
    }.items()
}
"""Which page a post draws again where something was wrong: its other language is that page's."""


def init_app(app: Flask) -> None:
    """Choose the language of every request, and keep it in the addresses that a page names."""
    app.before_request(begin)
    app.after_request(vary)
    app.url_defaults(keep_in_address)
    app.extensions["babel"].locale_selector = current


def begin() -> None:
    """Begin with the language of the address, or of the browser; for pages that do not exist as well."""
    g.pop("is_as_browser_asks", None)
    if request.path.startswith(PRIVATE):
        g.page_language = _as_asked_for()
        return
    is_ukrainian = request.path == "/uk" or request.path.startswith("/uk/")
    g.page_language = "uk" if is_ukrainian else "en"


def _as_asked_for() -> str:
    """What somebody reads of whom we know nothing yet: as they chose on the page, else as their browser prefers."""
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    g.is_as_browser_asks = True
    usual = "uk" if request.path.startswith(UKRAINIAN_DOOR) else "en"
    by_preference = sorted(LANGUAGES, key=usual.__ne__)
    return request.accept_languages.best_match(by_preference, default=usual) or usual


def vary(response: Response) -> Response:
    """Let nobody keep a page in the language of one browser for another."""
    if g.get("is_as_browser_asks"):
        response.vary.add("Accept-Language")
    return response


def take_from_address(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Keep the address's language away from the views: `begin` has read it already."""
    if values is not None:
        values.pop("lang", None)


def take_page_from_address(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Keep which private page it is away from the views: only addresses and the finding of the link ask for it."""
    if values is not None:
        g.private_page = values.pop("page", "track")


def private_page() -> str:
    """The purpose of the private link whose page is shown: "track" or "body"."""
    return str(g.get("private_page", "track"))


def keep_in_address(endpoint: str, values: dict[str, Any]) -> None:
    """A page in Ukrainian leads to pages in Ukrainian, and a private page to those of the same link."""
    if "page" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "page"):
        values["page"] = private_page()
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = current()


def current() -> str:
    """The language that the page speaks: "en" or "uk"."""
    if "page_language" not in g and has_request_context():
        # The request was refused before its first step: too many tries, or a method that no page has.
        begin()
    return str(g.get("page_language", "en"))


def speak(language: str) -> None:
    """Let the rest of this request speak a person's own language; `?lang=` shows the other one once."""
    asked = request.args.get("lang", "")
    g.pop("is_as_browser_asks", None)
    g.page_language = asked if asked in LANGUAGES else (language if language in LANGUAGES else "en")
    flask_babel.refresh()


def other_page() -> dict[str, Any] | None:
    """Address, code and name of this page in the other language; None where it is not whole there.

    What stands at the address of a private page otherwise is a file, or a page about what went wrong: those are whole.
    """
    if not has_request_context():
        return None
    endpoint = DRAWN_AGAIN.get(request.endpoint or "", request.endpoint)
    code = "en" if current() == "uk" else "uk"
    if endpoint in COMPLETE:
        # Private pages bear no language in their path: there it becomes "?lang=".
        url = url_for(str(endpoint), **(request.view_args or {}), lang=code)
    elif request.path.startswith(PRIVATE) and request.method in ("GET", "HEAD"):
        url = f"{quote(request.path)}?lang={code}"
    else:
        return None
    return {"url": url, "code": code, "name": IN_ITS_OWN_WORDS[code]}

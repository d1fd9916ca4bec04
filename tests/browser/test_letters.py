"""How letters look in a mail program: at 320 to 600 pixels nothing is cut off, and axe finds nothing, dark or light."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser

from portal.emails import letters
from portal.submissions import letter_book
from tests.browser.inspection import OPTIONS, SIDEWAYS

pytestmark = pytest.mark.browser

ADDRESS = "https://solidarity.example.org/track/kJ8s_2hQwZr7Lm0pXv3TyA"
WIDTHS = (320, 390, 600)
MODES: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "forced and dark": {"forced_colors": "active", "color_scheme": "dark"},
}
SEEN_BY_AXE = ("speaker/received", "twinning/introduced", "affiliation/fee-due", "coordinator/digest")


def html_of(app: Flask, name: str, language: str) -> str:
    """A letter's HTML part as it would be delivered."""
    facts = letter_book.examples(letter_book.entries()[name], language) | {"sender": "Maria Kovalenko"}
    with app.app_context():
        return letters.render(name, language, facts).html.replace("[[link:0]]", ADDRESS)


@pytest.mark.parametrize("language", letters.LANGUAGES)
def test_no_letter_scrolls_sideways(app: Flask, browser: Browser, language: str) -> None:
    page = browser.new_page()
    wide = []
    for name in letter_book.entries():
        page.set_content(html_of(app, name, language))
        for width in WIDTHS[:2]:
            page.set_viewport_size({"width": width, "height": 800})
            if said := page.evaluate(SIDEWAYS):
                wide.append(f"{name} at {width}: {said}")
    page.close()
    assert wide == []


@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing_in_any_colours(app: Flask, browser: Browser, mode: str) -> None:
    context = browser.new_context(**MODES[mode])
    page = context.new_page()
    found = []
    for name in SEEN_BY_AXE:
        for language in letters.LANGUAGES:
            page.set_content(html_of(app, name, language))
            page.evaluate(Axe().axe_script)
            for width in WIDTHS[1:]:
                page.set_viewport_size({"width": width, "height": 800})
                result = page.evaluate("(options) => window.axe.run(document, options)", OPTIONS)
                found += [f"{name} at {width}: {rule['id']} {rule['help']}" for rule in result["violations"]]
    context.close()
    assert found == []


@pytest.mark.parametrize("mode", ["forced", "forced and dark"])
def test_the_button_has_an_edge_where_colours_are_forced(app: Flask, browser: Browser, mode: str) -> None:
    context = browser.new_context(**MODES[mode])
    page = context.new_page()
    page.set_content(html_of(app, "speaker/received", "en"))
    edge = page.locator(".blue").evaluate("each => getComputedStyle(each).borderTopColor")
    ground = page.locator(".sheet").evaluate("each => getComputedStyle(each).backgroundColor")
    context.close()
    assert edge != ground

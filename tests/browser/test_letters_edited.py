"""Editing a letter in a browser: with JavaScript the preview follows while one writes; without it the button does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.demonstration import press
from tests.browser.inspection import Inspector

pytestmark = pytest.mark.browser
Window = Callable[..., BrowserContext]
LETTER = "/dashboard/letters/twinning/paused/en"
WORDS = "{{ greeting }},\n\nWords of our own.\n\nYour page\n{{ private_link }}"


def test_the_preview_follows_while_one_writes(window: Window) -> None:
    page = window("coordinator").new_page()
    inspector = Inspector(page, "")
    page.goto(LETTER)
    host = page.evaluate("location.host")
    page.fill("#body", WORDS)
    expect(page.locator("#preview")).to_contain_text("Words of our own.")
    page.locator("#differences summary").click()
    expect(page.locator("#differences ins").first).to_contain_text("Words of our own.")
    page.fill("#subject", "{{ nobody }}")
    # What is wrong stands at its box, as after pressing a button, and goes once it is mended.
    expect(page.locator("#subject-error")).to_contain_text("This letter knows no {{ nobody }}")
    expect(page.locator("#subject")).to_have_attribute("aria-describedby", "subject-error")
    expect(page.locator("#preview a")).to_have_attribute("href", "#subject")
    press(page, "Show how it reads")
    page.locator(".govuk-error-summary a").click()
    expect(page.locator("#subject")).to_be_focused()
    page.fill("#subject", "A break")
    expect(page.locator("#preview")).to_contain_text("Words of our own.")
    expect(page.locator("#subject-error, .govuk-error-summary")).to_have_count(0)
    assert page.input_value("#body") == WORDS
    assert [each for each in inspector.heard if host not in each] == []


def test_without_javascript_the_button_shows_it(window: Window) -> None:
    page = window("coordinator", java_script_enabled=False).new_page()
    page.goto(LETTER)
    page.fill("#body", WORDS)
    press(page, "Show how it reads")
    expect(page.locator("#preview")).to_contain_text("Words of our own.")
    assert page.input_value("#body") == WORDS

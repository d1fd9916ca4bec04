"""Coordinators at the desk: signing in, finding a request, moving it with a letter of their own, and two at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.demonstration import Demonstration, press
from tests.browser.reading import fill_speaker_form, newest_letter

pytestmark = pytest.mark.browser

Window = Callable[..., BrowserContext]


def test_a_coordinator_moves_a_request_and_the_letter_arrives(demo: Demonstration, window: Window) -> None:
    email = "hall@example.org"
    branch = window().new_page()
    fill_speaker_form(branch, branch="Silverwood", name="Nell O’Connor", email=email)
    press(branch, "Send your request")

    page = window().new_page()
    page.goto("/dashboard/requests")
    page.get_by_label("Email").fill(demo.accounts["coordinator"][0])
    page.get_by_label("Password").fill(demo.accounts["coordinator"][1])
    press(page, "Sign in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Requests")
    page.get_by_role("link", name="New", exact=False).first.click()
    page.get_by_label("Kind", exact=True).select_option("speaker")
    press(page, "Filter")
    expect(page.get_by_role("link", name="Silverwood", exact=False)).to_be_visible()

    page.get_by_role("link", name="Everything", exact=False).first.click()
    page.get_by_label("Search", exact=True).fill("O Connor")
    press(page, "Filter")
    page.get_by_role("link", name="Silverwood", exact=False).click()
    page.get_by_role("link", name="Start looking for a speaker").click()
    box = page.locator("textarea[name^=body-]").first
    text = box.input_value()
    assert "{private link}" in text
    box.fill("Our own sentence, written by hand.\n\n" + text)
    press(page, "Do it and send the letter")
    expect(page.get_by_text("One letter is on its way.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Finding a speaker")

    letter = newest_letter(page.context, demo, email, "speaker/matching")
    expect(letter.get_by_text("Our own sentence, written by hand.")).to_be_visible()
    address = letter.locator("a[href*='/track/']").first.get_attribute("href")
    assert address is not None
    branch.goto(address)
    expect(branch.get_by_role("heading", level=1)).to_have_text("We are looking for a speaker for your meeting")


def test_search_finds_a_town_in_the_spelling_of_another_language(window: Window) -> None:
    page = window("coordinator").new_page()
    found = {}
    for spelling in ("Pavlograd", "Pavlohrad", "Павлоград"):
        page.goto("/dashboard/requests?view=everything")
        page.get_by_label("Search", exact=True).fill(spelling)
        press(page, "Filter")
        found[spelling] = page.locator("table.queue tbody tr th").all_inner_texts()
    assert found["Pavlograd"], "the demonstration names the town at least once"
    assert found["Pavlograd"] == found["Pavlohrad"] == found["Павлоград"]


def test_the_second_of_two_coordinators_is_told_and_keeps_the_words(demo: Demonstration, window: Window) -> None:
    path = f"/dashboard/requests/{demo.number('Aberystwyth', 'speaker')}"
    first, second = window("coordinator").new_page(), window("second coordinator").new_page()
    first.goto(path)
    second.goto(f"{path}/message")
    first.get_by_label("Note for the team").fill("I rang them: the hall is booked.")
    press(first, "Keep the note")
    second.get_by_label("Your message").fill("Have you found a hall?")
    press(second, "Look it over")
    expect(second.get_by_role("heading", level=1)).to_have_text("Somebody was faster than you")
    expect(second.get_by_text("I rang them: the hall is booked.")).to_be_visible()
    expect(second.get_by_text("Have you found a hall?")).to_be_visible()
    press(second, "Carry on with this message")
    expect(second.get_by_label("Your message")).to_have_value("Have you found a hall?")


def test_notes_of_two_coordinators_stand_beside_each_other(demo: Demonstration, window: Window) -> None:
    path = f"/dashboard/requests/{demo.number('Norwich', 'speaker')}"
    first, second = window("coordinator").new_page(), window("second coordinator").new_page()
    notes = ("They meet above the library.", "Their secretary is on leave until Monday.")
    for page in (first, second):
        page.goto(path)
    for page, note in zip((first, second), notes, strict=True):
        page.get_by_label("Note for the team").fill(note)
        press(page, "Keep the note")
    for note in notes:
        expect(second.get_by_text(note)).to_be_visible()


def test_a_viewer_finds_no_name_and_no_button(demo: Demonstration, window: Window) -> None:
    page = window("viewer").new_page()
    page.goto("/dashboard/requests?view=everything")
    expect(page.get_by_role("heading", level=1)).to_have_text("Requests")
    text = page.locator("main").inner_text()
    assert "USC-" in text
    assert "Aberystwyth" not in text
    assert page.get_by_role("link", name="Add a request by hand").count() == 0
    page.goto(f"/dashboard/requests/{demo.number('Aberystwyth', 'speaker')}")
    expect(page.locator("main")).not_to_contain_text("example.org")

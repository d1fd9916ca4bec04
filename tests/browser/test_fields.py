"""Fields of the forms: where a page stands after a "Change" link or an error, and the box that finds a union."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.demonstration import PHONE, Demonstration, press
from tests.browser.inspection import Inspector

pytestmark = pytest.mark.browser

Window = Callable[..., BrowserContext]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_error_after_a_change_link_is_not_above_the_screen(window: Window, scripts: bool) -> None:
    page = window("writer", viewport=PHONE, java_script_enabled=scripts).new_page()
    page.goto("/invite-a-speaker/check")
    page.get_by_role("link", name="Change Your email address").click()
    assert page.url.endswith("/invite-a-speaker/you?return=check#contact_email")
    page.get_by_label("Your email address").fill("nonsense")
    press(page, "Continue")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_in_viewport()
    page.get_by_label("Your email address").fill("jean@example.org")
    press(page, "Continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")


def test_an_error_on_a_private_page_is_not_above_the_screen(demo: Demonstration, window: Window) -> None:
    page = window(viewport=PHONE).new_page()
    page.goto(demo.private_page(demo.in_state("speaker", "received")))
    page.get_by_role("link", name="Change Your email address").click()
    page.get_by_label("Your email address").fill("nonsense")
    press(page, "Save the change")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_in_viewport()


@pytest.mark.parametrize(
    "field", ["Your union", "Town or city", "Date of the meeting", "Who would you like", "Your phone number"]
)
def test_a_change_link_shows_the_field_with_its_label(window: Window, field: str) -> None:
    page = window("writer", viewport={"width": 390, "height": 500}).new_page()
    page.goto("/invite-a-speaker/check")
    page.get_by_role("link", name=f"Change {field}").first.click()
    target = page.url.partition("#")[2]
    page.wait_for_load_state("networkidle")
    above = page.evaluate(
        """(id) => {
          const group = document.getElementById(id).closest('.govuk-form-group')
          return group.querySelector('legend, label').getBoundingClientRect().top
        }""",
        target,
    )
    assert 0 <= above < 450, f"the label of {target} stands at {above}"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_nobody_is_told_to_type_where_there_is_only_a_list(window: Window, scripts: bool) -> None:
    page = window(java_script_enabled=scripts).new_page()
    page.goto("/invite-a-speaker/your-branch")
    said = "Start typing, or choose from the list." if scripts else "Choose from the list."
    expect(page.locator("#union-hint")).to_have_text(f"{said} A trades council stands in the list, too.")


def picker(page: Page, words: str, path: str = "/invite-a-speaker/your-branch") -> Locator:
    """The box that finds a union, with words typed into it and its list open."""
    page.goto(path)
    box = page.locator("input#union")
    box.press_sequentially(words, delay=10)
    expect(page.get_by_role("option").first).to_be_visible()
    return box


@pytest.mark.parametrize("words", ["un", "No Such Union"])
def test_the_open_list_of_unions_is_without_fault(demo: Demonstration, window: Window, words: str) -> None:
    page = window().new_page()
    inspector = Inspector(page, demo.address.removeprefix("http://"))
    picker(page, words)
    assert inspector.inspect() == []
    page.keyboard.press("ArrowDown")
    expect(page.locator("[role=option][aria-selected=true]")).to_be_focused()
    assert inspector.inspect() == []


def chosen(page: Page) -> tuple[str, str]:
    """The union that the form would send, and the name that is written in."""
    return page.locator("select[name=union]").input_value(), page.locator("[name=union_text]").input_value()


def test_a_union_that_is_not_in_the_list_is_written_in_and_the_form_goes_on(window: Window) -> None:
    page = window(viewport=PHONE).new_page()
    box = picker(page, "My Own Union")
    expect(page.get_by_role("option")).to_have_text("Other organisation (write it in)")
    page.keyboard.press("Tab")
    expect(box).to_have_value("My Own Union")
    assert chosen(page) == ("other", "My Own Union")
    note = page.get_by_text("“My Own Union” is not in the list.")
    expect(note).to_be_visible()
    expect(note).to_have_role("status")
    page.get_by_label("Name of your branch").fill("Barnsley Main")
    page.get_by_label("Town or city").fill("Barnsley")
    press(page, "Continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your meeting")


def test_the_other_entry_takes_the_words_along(window: Window) -> None:
    page = window().new_page()
    picker(page, "My Own Union")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert chosen(page) == ("other", "My Own Union")


def test_words_put_into_the_next_box_leave_it_again_and_own_words_stay(window: Window) -> None:
    page = window().new_page()
    box = picker(page, "My Own Union")
    page.keyboard.press("Tab")
    box.fill("FBU")
    page.keyboard.press("Tab")
    assert chosen(page) == ("fbu", "")
    expect(page.get_by_text("is not in the list.")).to_have_count(0)
    page.get_by_label("Your union, if it is not in the list").fill("Society of Wheelwrights")
    box.fill("My Own Union")
    page.keyboard.press("Tab")
    assert chosen(page) == ("other", "Society of Wheelwrights")


@pytest.mark.parametrize(
    ("typed", "found", "sent"),
    [
        ("Unisson", "UNISON", "other"),
        ("prsopect", "Prospect", "other"),
        ("t&g", "Unite the Union", "unite"),
        ("atl", "NEU", "neu"),
        ("The FBU", "Other organisation", "fbu"),
        ("PCS", "PCS", "pcs"),
    ],
)
def test_the_picker_finds_what_people_type(window: Window, typed: str, found: str, sent: str) -> None:
    page = window().new_page()
    picker(page, typed)
    expect(page.get_by_role("option").first).to_contain_text(found)
    page.keyboard.press("Tab")
    assert chosen(page)[0] == sent, "a likeness is offered, and never chosen for somebody"


def test_a_word_that_the_list_lacks_is_not_dropped_in_silence(window: Window) -> None:
    page = window("writer").new_page()
    page.goto("/twin/twinning")
    box = page.locator("input#oblast")
    box.press_sequentially("Lvov", delay=10)
    expect(page.get_by_role("option").first).to_contain_text("Lviv")
    box.fill("Bavaria")
    expect(page.get_by_text("Check the spelling, or leave it empty.").first).to_be_visible()
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.get_by_text("“Bavaria” is not in the list.")).to_be_visible()
    # Whoever presses again goes on without it; within a second it would count as a double click.
    page.wait_for_timeout(1000)
    press(page, "Continue")
    page.wait_for_url("**/twin/decision")

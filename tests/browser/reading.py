"""Filling in forms as a person does: by the words of the labels, and reading letters in the demonstration's mailbox."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page

from tests.browser.demonstration import Demonstration, press
from tests.public.walk import MEETING_ON

UNION = "National Union of Mineworkers"


def choose_union(page: Page, words: str, name: str) -> None:
    """Choose a union by typing into the picker where scripts run, else in the plain list."""
    box = page.get_by_label("Your union", exact=True)
    if box.evaluate("box => box.tagName") == "SELECT":
        box.select_option(value="num")
        return
    box.press_sequentially(words, delay=10)
    page.get_by_role("option", name=name).first.click()


def fill_speaker_form(page: Page, *, branch: str, name: str, email: str) -> None:
    """From the first step of the speaker form to the page where the answers are checked."""
    page.goto("/invite-a-speaker/your-branch")
    page.get_by_role("radio", name="A branch, lodge").check()
    choose_union(page, "num", UNION)
    page.get_by_label("Name of your branch").fill(branch)
    page.get_by_label("Town or city").fill("Barnsley")
    press(page, "Continue")
    page.get_by_label("Date of the meeting").fill(f"{MEETING_ON:%d %B %Y}")
    page.get_by_label("Start time", exact=False).first.fill("7pm for 7.30")
    page.get_by_label("In the room").check()
    press(page, "Continue")
    page.get_by_label("Anything else we should know?").fill("We are eighteen miners and one banner.")
    press(page, "Continue")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your email address").fill(email)
    page.get_by_label("Your phone number").fill("01632 960 123")
    press(page, "Continue")


def newest_letter(window: BrowserContext, demo: Demonstration, email: str, template: str) -> Page:
    """The newest letter to an address, opened in the mailbox by a coordinator."""
    demo.wait_for_letter(email, template)
    page = window.new_page()
    page.goto("/dashboard/mailbox")
    page.get_by_role("row").filter(has_text=email).first.get_by_role("link").click()
    page.wait_for_url("**/dashboard/mailbox/*")
    return page

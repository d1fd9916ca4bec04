"""A branch secretary on a phone, with scripts and without: form, letter, private page, withdrawal."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import func, select

from portal.extensions import db
from portal.submissions.models import Submission
from tests.browser.demonstration import PHONE, Demonstration, press
from tests.browser.reading import fill_speaker_form, newest_letter

pytestmark = pytest.mark.browser

Window = Callable[..., BrowserContext]


def requests_from(demo: Demonstration, email: str) -> int:
    """How many requests a person has made."""
    wanted = select(func.count(Submission.id)).where(Submission.contact_email == email)
    return int(demo.look(lambda: db.session.scalar(wanted)))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_secretary_asks_reads_the_letter_writes_and_withdraws(
    demo: Demonstration, window: Window, scripts: bool
) -> None:
    email = f"wyn{int(scripts)}@example.org"
    phone = window(viewport=PHONE, java_script_enabled=scripts, has_touch=True, is_mobile=True)
    page = phone.new_page()
    fill_speaker_form(page, branch=f"Barnsley {'Main' if scripts else 'Woolley'}", name="Wyn Probert", email=email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    expect(page.get_by_text("We are eighteen miners and one banner.")).to_be_visible()
    press(page, "Send your request")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, Wyn Probert. We have your request")
    reference = page.get_by_text(re.compile(r"USC-\d+")).first.inner_text()

    letter = newest_letter(window("coordinator"), demo, email, "speaker/received")
    expect(letter.get_by_role("heading", level=1)).to_contain_text(reference)
    address = letter.locator("a[href*='/track/']").first.get_attribute("href")
    assert address is not None

    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("We have your request")
    page.get_by_role("link", name="Send us a message").click()
    page.get_by_label("Your message").fill("The hall has a ramp at the back.")
    press(page, "Send your message")
    expect(page.get_by_text("We have your message.")).to_be_visible()
    expect(page.get_by_text("The hall has a ramp at the back.")).to_be_visible()

    page.get_by_role("link", name="Withdraw this request").click()
    page.get_by_role("textbox").first.fill("The strike ballot is the same night.")
    page.locator("main form button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You withdrew this request")
    assert requests_from(demo, email) == 1


def test_the_back_button_and_a_second_press_make_no_second_request(demo: Demonstration, window: Window) -> None:
    email = "twice@example.org"
    page = window(viewport=PHONE).new_page()
    fill_speaker_form(page, branch="Grimethorpe", name="Ada Fell", email=email)
    with page.expect_navigation(url="**/sent"):
        page.get_by_role("button", name="Send your request").dblclick(no_wait_after=True)
    page.wait_for_load_state()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you, Ada Fell")
    page.go_back()
    again = page.get_by_role("button", name="Send your request")
    if again.count():
        again.click()
        page.wait_for_url("**/sent")
    expect(page.get_by_role("heading", level=1)).to_contain_text("We have your request")
    assert requests_from(demo, email) == 1


def test_two_presses_before_the_answer_make_one_request(demo: Demonstration, window: Window) -> None:
    email = "impatient@example.org"
    page = window(viewport=PHONE).new_page()
    fill_speaker_form(page, branch="Houghton", name="Ivy Moss", email=email)
    # Two posts of the same page at the same moment, as a slow line and an impatient thumb make them.
    statuses = page.evaluate(
        """async () => {
          const form = [...document.forms].find((each) => each.textContent.includes('Send your request'))
          const send = () => fetch(location.href, { method: 'POST', body: new URLSearchParams(new FormData(form)) })
          return (await Promise.all([send(), send()])).map((answer) => [answer.status, new URL(answer.url).pathname])
        }"""
    )
    assert statuses == [[200, "/invite-a-speaker/sent"]] * 2
    assert requests_from(demo, email) == 1


def test_a_union_is_picked_by_keyboard_alone(window: Window) -> None:
    page = window().new_page()
    page.goto("/invite-a-speaker/your-branch")
    box = page.get_by_role("combobox", name="Your union", exact=True)
    box.focus()
    page.keyboard.type("aslef", delay=10)
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    chosen = options.first.inner_text().split("\n")[0]
    page.keyboard.press("Enter")
    expect(box).to_have_value(chosen)
    expect(options.first).to_be_hidden()
    assert picked(page) == "aslef"
    box.focus()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("no such union anywhere", delay=5)
    expect(page.get_by_text("Nothing found.", exact=False).first).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert picked(page) == "other", "what is not a union must not be sent as one"


def picked(page: Page) -> str:
    """The union that the form would send."""
    return str(page.evaluate("document.querySelector('select[name=union]').value"))

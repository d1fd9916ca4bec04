"""Chromium’s windows: what a person does in them, and the pictures of them."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from docs.pictures.demonstration import ROOT, Demonstration

PICTURES = ROOT / "docs" / "screenshots"
WIDE = {"width": 1280, "height": 860}
NARROW = {"width": 960, "height": 860}
PHONE = {"width": 390, "height": 844}
LETTER_SECONDS = 60
AIR = 10


def window(browser: Browser, address: str) -> Page:
    """A page in a wide window of its own."""
    return browser.new_context(viewport=WIDE, base_url=address).new_page()


def phone(browser: Browser, address: str) -> Page:
    """A page on a phone of its own."""
    return browser.new_context(viewport=PHONE, base_url=address, has_touch=True, is_mobile=True).new_page()


def signed_in(browser: Browser, portal: Demonstration, role: str) -> Page:
    """A page of somebody who has signed in at the real one."""
    email, password = portal.accounts[role]
    page = window(browser, portal.address)
    page.goto("/login")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    press(page, "Sign in")
    return page


def open_request(page: Page, branch: str) -> None:
    """Open the newest request of a branch through the search."""
    page.goto(f"/dashboard/requests?view=everything&q={branch.replace(' ', '+')}")
    link = page.locator("table.queue tbody th a")
    if not link.count():
        page.goto(f"/dashboard/requests?view=held&q={branch.replace(' ', '+')}")
    link.first.click()
    page.locator(".case").wait_for()


def open_letter(page: Page, email: str, subject: str = "") -> None:
    """Open the newest letter to somebody in the mailbox, with those words in its subject; waits until it has come."""
    page.goto("/dashboard/mailbox")
    letter = page.get_by_role("row").filter(has_text=email).get_by_role("link", name=subject)
    for _ in range(LETTER_SECONDS * 2):
        if letter.count():
            letter.first.click()
            page.get_by_role("link", name="See it as it looks in a mail program").wait_for()
            return
        page.wait_for_timeout(500)
        page.reload()
    raise TimeoutError(f"No letter “{subject}” came to {email}")


def link_in_letter(page: Page, path: str) -> str:
    """The address in the letter that is open which holds `path`."""
    return page.locator(f"a[href*='{path}']").first.get_attribute("href") or ""


def press(page: Page, label: str) -> None:
    """Press a button and wait for the next page."""
    with page.expect_navigation():
        page.get_by_role("button", name=label, exact=True).click()


def press_first(page: Page) -> None:
    """Press the first button of the page’s own form, in whatever language, and wait for the next page."""
    with page.expect_navigation():
        page.locator("main form button").first.click()


def keep(page: Page, name: str, height: int, *, until: str = "") -> None:
    """Write a picture of the top of the page: at most `height` pixels, or down to the end of what `until` selects."""
    page.mouse.move(0, 0)
    whole = page.evaluate("document.documentElement.scrollHeight")
    if until:
        box = page.locator(until).first.bounding_box()
        whole = min(whole, box["y"] + page.evaluate("window.scrollY") + box["height"] + AIR) if box else whole
    width = (page.viewport_size or WIDE)["width"]
    page.screenshot(
        path=PICTURES / f"{name}.png",
        full_page=True,
        clip={"x": 0, "y": 0, "width": width, "height": min(height, whole)},
        animations="disabled",
        caret="hide",
    )

"""Takes the pictures of the README and of the coordinators' guide: a fresh demonstration, seen in Chromium.

`make screenshots` runs it. The demonstrations live in temporary folders; the pictures go to docs/screenshots. Given
names of chapters, as in `python -m docs.take_screenshots story`, it takes those alone.
"""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, Page, sync_playwright

from docs.pictures import one_request
from docs.pictures.demonstration import Demonstration, demonstration
from docs.pictures.windows import (
    PICTURES,
    keep,
    link_in_letter,
    open_letter,
    open_request,
    phone,
    press,
    signed_in,
    window,
)

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SHEET = """Name;Email;Lives in;District;Languages;Topics
Oleksandra Berehova-Hai;oleksandra@example.org;UK;LS6;Ukrainian (fluent), English (good);health
Philippa Okonjo-Marsh;philippa.om@example.org;UK;N16;;
Ihor Semafor-Luh;ihor.luh@example.org;Ukraine;;;
Wendy Nobody;wendy at example.org;UK;QX99;English (superb);miners"""


def main(*chapters: str) -> None:
    """Take the pictures of those chapters; without a name, every picture."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        sys.exit("Chromium is missing: sudo apt install chromium")
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        for chapter in chapters or CHAPTERS:
            with demonstration() as portal:
                for take in CHAPTERS[chapter]:
                    take(browser, portal)
        browser.close()


def public(browser: Browser, portal: Demonstration) -> None:
    """What a branch sees before it has a private link: the first page, and the form on a phone."""
    page = window(browser, portal.address)
    page.goto("/")
    keep(page, "landing", 860)
    page = phone(browser, portal.address)
    fill_in(page)
    press(page, "Send your request")


def fill_in(page: Page) -> None:
    """The speaker form, with a picture of its first step."""
    day = datetime.now(UTC) + timedelta(days=45)
    page.goto("/invite-a-speaker/your-branch")
    page.get_by_label("A branch, lodge").check()
    page.get_by_label("Your union", exact=True).press_sequentially("mine")
    page.get_by_role("option").first.wait_for()
    keep(page, "form-phone", 1250)
    page.get_by_role("option").first.click()
    page.get_by_label("Name of your branch").fill("Houghton Main")
    page.get_by_label("Town or city").fill("Barnsley")
    press(page, "Continue")
    page.get_by_label("Date of the meeting").fill(f"{day:%d %B %Y}")
    page.get_by_label("Start time", exact=False).first.fill("7pm for 7.30")
    page.get_by_label("In the room").check()
    press(page, "Continue")
    press(page, "Continue")
    page.get_by_label("Your name").fill("Wyn Probert")
    page.get_by_label("Your email address").fill("wyn@example.org")
    page.get_by_label("Your phone number").fill("01632 960 123")
    press(page, "Continue")


def desk(browser: Browser, portal: Demonstration) -> None:
    """What a coordinator sees."""
    page = window(browser, portal.address)
    page.goto("/login")
    keep(page, "sign-in", 640)
    page = signed_in(browser, portal, "coordinator")
    page.goto("/dashboard/my-day")
    keep(page, "my-day", 900)
    page.goto("/dashboard/requests?view=everything")
    keep(page, "queue", 900)
    open_request(page, "Tyne Docks")
    keep(page, "request", 1100)
    open_request(page, "Calder Valley")
    page.get_by_role("link", name="Ask the branch a question").click()
    page.locator("main textarea").first.fill("Is the room step-free, and how many steps are there to the platform?")
    keep(page, "move-question", 620)
    press(page, "Look over the letters")
    keep(page, "move-letter", 980)
    open_request(page, "Best Prices")
    keep(page, "held", 620)
    page.goto("/dashboard/requests/new/speaker")
    keep(page, "by-hand", 700)
    page.goto("/dashboard/mail?show=failures")
    keep(page, "mail-failed", 520)
    page.goto("/dashboard/letters/speaker/received/en")
    page.fill("#subject", "Thank you, {{ reference }} has arrived")
    page.locator("#preview").get_by_text("Thank you, USC-1042 has arrived").wait_for()
    keep(page, "letter-edit", 1000)
    page.goto("/dashboard/branches")
    keep(page, "branches", 640)
    open_letter(page, "wyn@example.org")
    track = link_in_letter(page, "/track/")
    page.get_by_role("link", name="See it as it looks in a mail program").click()
    page.set_viewport_size({"width": 720, "height": 860})
    keep(page, "email", 900)
    branch = window(browser, portal.address)
    branch.goto(track)
    keep(branch, "track", 980)


def register(browser: Browser, portal: Demonstration) -> None:
    """The speakers: their list, one of them, and what becomes of the rows of a sheet."""
    page = signed_in(browser, portal, "coordinator")
    page.goto("/dashboard/speakers")
    keep(page, "speakers", 900)
    page.get_by_role("link", name="Iryna Stelmakh-Vesna").click()
    keep(page, "speaker", 1100)
    page.goto("/dashboard/speakers/import")
    page.locator("#rows").fill(SHEET)
    press(page, "Look at the rows")
    keep(page, "speakers-import", 900)
    page.goto("/dashboard/plans")
    press(page, "Make a plan")
    # While it is made the page looks again by itself.
    page.get_by_role("heading", name="Who would go where").wait_for()
    keep(page, "plan", 1130)
    page.goto("/dashboard/tours")
    page.get_by_role("link", name="Nadiia Zorenko-Brid").click()
    # The worker has found the route meanwhile; else the page looks again by itself.
    page.get_by_role("link", name="Ask about the route").wait_for()
    keep(page, "tour", 1150)


def settings(browser: Browser, portal: Demonstration) -> None:
    """What an admin sets."""
    page = signed_in(browser, portal, "admin")
    page.goto("/dashboard/settings/campaign")
    keep(page, "settings", 760)


def viewer(browser: Browser, portal: Demonstration) -> None:
    """What somebody sees who may only look."""
    page = signed_in(browser, portal, "viewer")
    page.goto("/dashboard/requests?view=everything")
    keep(page, "queue-viewer", 620)


CHAPTERS = {
    "desk": (public, desk, register, settings, viewer),
    "story": (one_request.tell,),
}
"""The pictures in the order in which they are taken; each chapter has a demonstration of its own."""

if __name__ == "__main__":
    main(*sys.argv[1:])

"""Takes the pictures of the README and of the coordinators' guide: a fresh demonstration, seen in Chromium.

`make screenshots` runs it. The demonstration lives in a temporary folder; the pictures go to docs/screenshots.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
WIDE = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
ACCOUNT = re.compile(r"^ *(admin|coordinator|viewer) +(\S+@example\.org) +(\S+)$", re.MULTILINE)
START_SECONDS = 120
SHEET = """Name;Email;Lives in;District;Languages;Topics
Oleksandra Berehova-Hai;oleksandra@example.org;UK;LS6;Ukrainian (fluent), English (good);health
Philippa Okonjo-Marsh;philippa.om@example.org;UK;N16;;
Ihor Semafor-Luh;ihor.luh@example.org;Ukraine;;;
Wendy Nobody;wendy at example.org;UK;QX99;English (superb);miners"""


def main() -> None:
    """Take every picture."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        sys.exit("Chromium is missing: sudo apt install chromium")
    PICTURES.mkdir(exist_ok=True)
    with demonstration() as (address, accounts), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        public(browser, address)
        desk(browser, address, *accounts["coordinator"])
        register(browser, address, *accounts["coordinator"])
        settings(browser, address, *accounts["admin"])
        viewer(browser, address, *accounts["viewer"])
        browser.close()


@contextmanager
def demonstration() -> Iterator[tuple[str, dict[str, tuple[str, str]]]]:
    """A fresh demonstration: its address, and the email and password of one account of each role."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        output = Path(folder) / "output.txt"
        with output.open("wb") as file:
            portal = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "wsgi", "up"],
                cwd=ROOT,
                env={
                    **os.environ,
                    "PORTAL_ENV": "demo",
                    "DATA_DIR": str(Path(folder) / "data"),
                    "PORT": str(port),
                    "FORM_MINIMUM_SECONDS": "0",
                },
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_for(port, portal)
            found = reversed(ACCOUNT.findall(output.read_text("utf-8")))
            yield f"http://127.0.0.1:{port}", {role: (email, password) for role, email, password in found}
        finally:
            portal.terminate()
            portal.wait()


def health(port: int) -> bytes:
    """What the demonstration says of itself."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().read()
    finally:
        connection.close()


def wait_for(port: int, portal: subprocess.Popen[bytes]) -> None:
    """Until the demonstration answers and the worker has delivered what was waiting."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if portal.poll() is not None:
            sys.exit("The demonstration did not start.")
        try:
            if not json.loads(health(port))["queued"]:
                return
        except (OSError, ValueError):
            pass
        time.sleep(0.3)
    sys.exit("The demonstration does not answer.")


def public(browser: Browser, address: str) -> None:
    """What a branch sees before it has a private link: the first page, and the form on a phone."""
    window = browser.new_context(viewport=WIDE, base_url=address)
    page = window.new_page()
    page.goto("/")
    keep(page, "landing", 860)
    window.close()
    phone = browser.new_context(viewport=PHONE, base_url=address, has_touch=True, is_mobile=True)
    page = phone.new_page()
    fill_in(page)
    press(page, "Send your request")
    phone.close()


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


def desk(browser: Browser, address: str, email: str, password: str) -> None:
    """What a coordinator sees."""
    window = browser.new_context(viewport=WIDE, base_url=address)
    page = window.new_page()
    page.goto("/login")
    keep(page, "sign-in", 560)
    sign_in(page, email, password)
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
    page.goto("/dashboard/mailbox")
    letter = page.get_by_role("row").filter(has_text="wyn@example.org").get_by_role("link")
    for _ in range(60):
        if letter.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    letter.first.click()
    page.get_by_role("link", name="See it as it looks in a mail program").wait_for()
    track = page.locator("a[href*='/track/']").first.get_attribute("href") or ""
    page.get_by_role("link", name="See it as it looks in a mail program").click()
    page.set_viewport_size({"width": 720, "height": 860})
    keep(page, "email", 900)
    branch = browser.new_context(viewport=WIDE, base_url=address).new_page()
    branch.goto(track)
    keep(branch, "track", 980)
    window.close()


def register(browser: Browser, address: str, email: str, password: str) -> None:
    """The speakers: their list, one of them, and what becomes of the rows of a sheet."""
    page = browser.new_context(viewport=WIDE, base_url=address).new_page()
    sign_in(page, email, password)
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
    keep(page, "plan", 1180)
    page.goto("/dashboard/tours")
    page.get_by_role("link", name="Nadiia Zorenko-Brid").click()
    # The worker has found the route meanwhile; else the page looks again by itself.
    page.get_by_role("link", name="Ask about the route").wait_for()
    keep(page, "tour", 1180)


def settings(browser: Browser, address: str, email: str, password: str) -> None:
    """What an admin sets."""
    page = browser.new_context(viewport=WIDE, base_url=address).new_page()
    sign_in(page, email, password)
    page.goto("/dashboard/settings/campaign")
    keep(page, "settings", 760)


def viewer(browser: Browser, address: str, email: str, password: str) -> None:
    """What somebody sees who may only look."""
    page = browser.new_context(viewport=WIDE, base_url=address).new_page()
    sign_in(page, email, password)
    page.goto("/dashboard/requests?view=everything")
    keep(page, "queue-viewer", 620)


def sign_in(page: Page, email: str, password: str) -> None:
    """Sign in at the real page."""
    page.goto("/login")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    press(page, "Sign in")


def open_request(page: Page, branch: str) -> None:
    """Open the newest request of a branch through the search."""
    page.goto(f"/dashboard/requests?view=everything&q={branch.replace(' ', '+')}")
    link = page.locator("table.queue tbody th a")
    if not link.count():
        page.goto(f"/dashboard/requests?view=held&q={branch.replace(' ', '+')}")
    link.first.click()
    page.locator(".case").wait_for()


def press(page: Page, label: str) -> None:
    """Press a button and wait for the next page."""
    with page.expect_navigation():
        page.get_by_role("button", name=label, exact=True).click()


def keep(page: Page, name: str, height: int) -> None:
    """Write a picture of the top of the page, at most `height` pixels high."""
    whole = page.evaluate("document.documentElement.scrollHeight")
    width = (page.viewport_size or WIDE)["width"]
    page.screenshot(
        path=PICTURES / f"{name}.png",
        full_page=True,
        clip={"x": 0, "y": 0, "width": width, "height": min(height, whole)},
        animations="disabled",
        caret="hide",
    )


if __name__ == "__main__":
    main()

"""Every page at 1280 and at 320 pixels: axe finds nothing, the console is silent, and nothing scrolls sideways.

The pages stand in `visits`; a test fails when a page of the portal is not among them.
"""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext
from werkzeug.exceptions import HTTPException

from tests.browser import chromium
from tests.browser.demonstration import Demonstration, press
from tests.browser.inspection import Inspector
from tests.browser.visits import HTML, Visit, all_visits

pytestmark = pytest.mark.browser

THREADS = 2
NOT_FOR_PEOPLE = {
    *("static", "health.healthz", "public.robots", "security.security_txt"),
    *(
        "public.feed",
        "public.motion_file",
        "public.paper_file",
        "public.certificate_file",
        "public.offer_yes_again",
        "dashboard.email_calendar",
        "dashboard.mailbox_calendar",
        "dashboard.import_template",
        "dashboard.document_file",
    ),
}
"""What programs read: plain text, JSON and files; and an address that only leads to a page."""
IN_A_SANDBOX = ("dashboard.email_html", "dashboard.mailbox_html")
"""A letter's HTML part, where no script may run, so axe cannot either."""


@pytest.fixture(scope="module")
def visits(demo: Demonstration) -> list[Visit]:
    return all_visits(demo)


def test_no_page_is_left_out(demo: Demonstration, visits: list[Visit]) -> None:
    addresses = demo.app.url_map.bind("127.0.0.1")
    seen = set()
    for visit in visits:
        try:
            seen.add(addresses.match(visit.path.partition("?")[0], "GET", return_rule=True)[0].rule)
        except HTTPException:
            assert visit.body or visit.path == "/no-such-page", visit
    rules = {
        rule.rule
        for rule in demo.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint not in NOT_FOR_PEOPLE
    }
    assert rules - seen == set(), "add these pages to tests/browser/visits.py"


def test_every_page_is_without_fault(demo: Demonstration, visits: list[Visit]) -> None:
    waiting = deque(visits)
    found: list[str] = []
    lock = threading.Lock()

    def work() -> None:
        with chromium.started() as browser:
            windows: dict[str, BrowserContext] = {}
            while True:
                with lock:
                    if not waiting:
                        return
                    visit = waiting.popleft()
                if visit.who not in windows:
                    windows[visit.who] = demo.visitor(browser, visit.who)
                    # Half a megabyte: sent once to each window instead of to each page.
                    windows[visit.who].add_init_script(AXE_SCRIPT)
                faults = look_at(demo, windows[visit.who], visit)
                with lock:
                    found.extend(faults)

    with ThreadPoolExecutor(THREADS) as threads:
        for each in [threads.submit(work) for _ in range(THREADS)]:
            each.result()
    assert not found, "\n".join(found)


def test_a_faulty_page_would_be_found(demo: Demonstration, browser: Browser) -> None:
    faulty = Visit(
        "/drawn-for-a-test",
        body='<!doctype html><html lang="en"><head><title>Faulty</title><script>alert(1)</script></head><body><main>'
        '<h1>Faulty</h1><form><input name="nameless"></form><img src="https://example.org/spy.gif" alt="">'
        "<table><tr><td>" + "wide" * 200 + "</td></tr></table></main></body></html>",
    )
    context = demo.visitor(browser)
    found = "\n".join(look_at(demo, context, faulty))
    context.close()
    for width in ("1280", "320"):
        assert f"{width}: axe label:" in found
    assert "320: it scrolls sideways" in found
    assert "inline script" in found
    assert "example.org/spy.gif" in found


def look_at(demo: Demonstration, context: BrowserContext, visit: Visit) -> list[str]:
    """What is wrong with a page and with those that its button leads to."""
    page = context.new_page()
    if visit.body:
        page.route(f"**{visit.path}", lambda route: route.fulfill(body=visit.body, headers=HTML))
    inspector = Inspector(page, demo.address.removeprefix("http://"))
    page.goto(visit.path)
    found = []
    sandboxed = visit.path.endswith("/html")
    if visit.look_before:
        found += [f"{visit.path}: {fault}" for fault in inspector.inspect(by_axe=not sandboxed)]
    for label, typed in visit.presses:
        for name, value in typed.items():
            box = page.locator(f"main [name='{name}']")
            is_list = box.first.evaluate("box => box.tagName") == "SELECT"
            if is_list or box.first.get_attribute("type") in ("radio", "checkbox"):
                # A choice that is left open has no value to be found by.
                if value and is_list and not box.first.is_visible():
                    # A picker stands in its place and types into it.
                    box.first.evaluate("(box, value) => { box.value = value }", value)
                elif value and is_list:
                    box.select_option(value)
                elif value:
                    page.check(f"main [name='{name}'][value='{value}']")
            else:
                box.fill(value)
        for name, value in visit.hidden.items():
            page.evaluate(
                "([name, value]) => document.getElementsByName(name).forEach((box) => { box.value = value })",
                [name, value],
            )
        press(page, label)
        what = f"{visit.path} after “{label}”{' with answers' if typed else ''}"
        found += [f"{what}: {fault}" for fault in inspector.inspect()]
    page.close()
    return found

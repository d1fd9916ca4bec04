"""What can be seen: where the focus is, a page on paper, and text at twice its size."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser import chromium
from tests.browser.demonstration import NARROW, Demonstration
from tests.browser.inspection import SIDEWAYS

pytestmark = pytest.mark.browser

Window = Callable[..., BrowserContext]

LOOK = """(element) => {
  const look = (each) => { const style = getComputedStyle(each); return [
    style.outlineStyle === 'none' ? '' : style.outlineWidth + style.outlineColor + style.outlineStyle,
    style.boxShadow, style.backgroundColor, style.borderColor, style.borderWidth ].join(';') }
  // The box of a radio or a tick is drawn by its label; a skip link appears.
  const parts = [element, ...(element.labels || [])]
  return parts.map((each) => look(each) + ['::before', '::after'].map((part) => {
    const style = getComputedStyle(each, part)
    return style.outlineWidth + style.outlineStyle + style.boxShadow + style.borderWidth + style.borderColor
  })).join('|')
}"""
FOCUSABLE = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter((each) => each.type !== 'hidden')
  .filter((each) => each.checkVisibility({ visibilityProperty: true }) && each.tabIndex >= 0 && !each.disabled)"""

BROKEN_WORDS = """() => {
  const broken = []
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const text = texts.currentNode
    if (!text.parentElement.checkVisibility() || text.parentElement.closest('.govuk-visually-hidden')) continue
    for (const word of text.data.matchAll(/[\\p{L}’']{4,}/gu)) {
      const range = document.createRange()
      range.setStart(text, word.index)
      range.setEnd(text, word.index + word[0].length)
      if (new Set([...range.getClientRects()].map((each) => Math.round(each.top))).size > 1) broken.push(word[0])
    }
  }
  return broken
}"""
ROWS_OF_HEADER = """() => {
  const rows = [...document.querySelectorAll('header img, header nav a, header .banner__language')]
    .map((each) => each.getBoundingClientRect()).sort((one, other) => one.top - other.top)
  let [count, bottom] = [0, 0]
  for (const each of rows) if (each.top >= bottom - 2) { count += 1; bottom = each.bottom }
  return count
}"""


CUT_OFF = """() => [...document.querySelectorAll('main *')]
  .filter((each) => ['auto', 'scroll'].includes(getComputedStyle(each).overflowX))
  .filter((each) => each.scrollWidth > each.clientWidth + 1 && !each.closest('.pills, .govuk-visually-hidden'))
  .map((each) => each.className)"""


@pytest.mark.parametrize(
    "path", ["mail?show=failures", "branches", "branches/1", "settings/fees", "accounts", "mailbox"]
)
def test_a_table_of_the_desk_is_whole_on_a_phone(window: Window, path: str) -> None:
    page = window("admin", viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"/dashboard/{path}")
    assert page.get_by_role("table").count() == 1
    assert page.get_by_role("columnheader").count() > 1
    assert page.evaluate(CUT_OFF) == []


def test_the_months_of_the_calendar_are_whole_on_a_phone(window: Window) -> None:
    page = window("coordinator", viewport={"width": 390, "height": 844}).new_page()
    page.goto("/dashboard/calendar")
    boxes = [each.bounding_box() or {"x": 0, "width": 390} for each in page.locator(".pill").all()]
    assert len(boxes) == 3
    assert all(each["x"] + each["width"] <= 390 for each in boxes)


@pytest.mark.parametrize("path", ["/", "/uk/"])
def test_no_word_breaks_on_the_narrowest_phone_and_the_header_leaves_room(window: Window, path: str) -> None:
    page = window(viewport=NARROW).new_page()
    page.goto(path)
    assert page.evaluate(BROKEN_WORDS) == []
    assert page.evaluate(ROWS_OF_HEADER) <= 3


@pytest.mark.parametrize("width", [1280, 1024])
def test_no_view_of_the_queue_stands_alone_in_its_row(window: Window, width: int) -> None:
    page = window("coordinator", viewport={"width": width, "height": 900}).new_page()
    page.goto("/dashboard/requests")
    tops = [(pill.bounding_box() or {"y": 0})["y"] for pill in page.locator(".pill").all()]
    assert len(tops) == 9
    assert all(tops.count(top) > 1 for top in tops)


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/", ""),
        ("/invite-a-speaker/your-branch", ""),
        ("/invite-a-speaker/check", "writer"),
        ("/login", ""),
        ("/dashboard/requests?view=mine", "coordinator"),
        ("/dashboard/requests/1", "coordinator"),
    ],
)
def test_the_focus_can_be_seen_wherever_it_goes(window: Window, path: str, who: str) -> None:
    page = window(who, reduced_motion="reduce").new_page()
    page.goto(path)
    page.keyboard.press("Tab")
    unseen = page.evaluate(
        f"""() => {{
          const look = {LOOK}
          const found = ({FOCUSABLE})()
          const unseen = []
          for (const each of found) {{
            document.activeElement.blur()
            const before = look(each)
            each.focus({{ focusVisible: true }})
            if (document.activeElement === each && look(each) === before) unseen.push(each.outerHTML.slice(0, 120))
          }}
          return [found.length, unseen]
        }}"""
    )
    assert unseen[0] > 3
    assert unseen[1] == []


def test_a_request_on_paper_has_no_navigation(demo: Demonstration, window: Window) -> None:
    page = window("coordinator").new_page()
    page.goto(f"/dashboard/requests/{demo.in_state('speaker', 'offered')}")
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    page.emulate_media(media="print")
    assert page.locator("nav:visible").count() == 0
    assert page.locator("button:visible").count() == 0
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    expect(page.get_by_text("Kind of body")).to_be_visible()


def test_the_queue_on_paper_fits_and_has_nothing_to_tick(window: Window) -> None:
    # A4 less its margins, at 96 pixels to the inch.
    page = window("coordinator", viewport={"width": 688, "height": 1000}).new_page()
    page.goto("/dashboard/requests?view=everything")
    page.emulate_media(media="print")
    assert page.evaluate(SIDEWAYS) == ""
    assert page.locator(".queue__tick:visible").count() == 0
    heights = page.locator("table.queue tbody th a").evaluate_all("all => all.map((each) => each.offsetHeight)")
    assert max(heights) < 45, "a branch’s name takes a line or two"


@pytest.fixture(scope="module")
def large_letters(browser: Browser) -> Iterator[Browser]:
    """A browser whose owner has set letters of twice the usual size."""
    arguments = [*chromium.ARGUMENTS, "--blink-settings=defaultFontSize=32"]
    found = browser.browser_type.launch(executable_path=chromium.path(), args=arguments)
    yield found
    found.close()


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/", ""),
        ("/uk/", ""),
        ("/invite-a-speaker/meeting", "writer"),
        ("/invite-a-speaker/check", "writer"),
        ("/dashboard/requests?view=everything", "coordinator"),
        ("/dashboard/requests/1", "coordinator"),
    ],
)
def test_text_at_twice_its_size_does_not_scroll_sideways(
    demo: Demonstration, window: Window, large_letters: Browser, path: str, who: str
) -> None:
    # At 200 % a window of 1280 pixels is one of 640, with two of the screen's to each.
    page = window(who, viewport={"width": 640, "height": 450}, device_scale_factor=2).new_page()
    page.goto(path)
    assert page.evaluate(SIDEWAYS) == ""
    larger = demo.visitor(large_letters, who)
    page = larger.new_page()
    page.goto(path)
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    assert page.evaluate(SIDEWAYS) == ""
    larger.close()


def test_the_banner_of_the_desk_takes_one_row_on_a_usual_screen(window: Window) -> None:
    page = window("admin", viewport={"width": 1280, "height": 800}).new_page()
    page.goto("/dashboard")
    middles = (
        "(all) => all.map((each) => { const box = each.getBoundingClientRect(); return (box.top + box.bottom) >> 4 })"
    )
    tops = page.locator(".banner__nav a, .banner__out").evaluate_all(middles)
    assert len(tops) > 8
    assert len(set(tops)) == 1, tops

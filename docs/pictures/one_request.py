"""The story of one request, for the coordinators’ guide: a miners’ branch in Durham, from its form to *held*.

Everybody in it does what they do on their own page; only the clock is put forward, to the day of the meeting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from playwright.sync_api import Browser, Page

from docs.pictures.demonstration import Demonstration
from docs.pictures.windows import (
    NARROW,
    WIDE,
    keep,
    link_in_letter,
    open_letter,
    open_request,
    phone,
    press,
    press_first,
    signed_in,
    window,
)
from portal.clock import LONDON, london_day, utc_now
from portal.submissions.promises import is_working_day

BRANCH = "Durham Banner"
SECRETARY = "norman@example.org"
FIRST, SECOND, IN_RESERVE = "Mykola Terykon", "Vasyl Dub-Lisovyi", "Gareth Ashworth-Bream"
FIRST_EMAIL, SECOND_EMAIL, RESERVE_EMAIL = (
    "mykola.terykon@example.org",
    "vasyl.dub@example.org",
    "gareth.ab@example.org",
)
TUESDAY = 1


@dataclass
class Story:
    """What the chapters share: the portal, the desk’s window, and the two days that the branch names."""

    browser: Browser
    portal: Demonstration
    desk: Page
    tuesday: date
    thursday: date

    def own_page(self, email: str, path: str, subject: str = "") -> str:
        """The address of somebody’s own page, as the newest letter to them gives it."""
        open_letter(self.desk, email, subject)
        return link_in_letter(self.desk, path)

    def go_on_at(self, day: date, hour: time) -> None:
        """Put the clock forward to that hour in London, and sign in again."""
        self.portal.go_on_at(datetime.combine(day, hour, LONDON))
        self.desk = at_the_desk(self.browser, self.portal)

    def on_phone(self, address: str) -> Page:
        """That page on a phone."""
        page = phone(self.browser, self.portal.address)
        page.goto(address)
        return page


def tell(browser: Browser, portal: Demonstration) -> None:
    """Take every picture of the story."""
    soon = london_day(utc_now()) + timedelta(days=9)
    tuesday = soon + timedelta(days=(TUESDAY - soon.weekday()) % 7)
    while not all(is_working_day(tuesday + timedelta(days=each)) for each in range(4)):
        # Letters rest on bank holidays.
        tuesday += timedelta(weeks=1)
    story = Story(browser, portal, at_the_desk(browser, portal), tuesday, tuesday + timedelta(days=2))
    asks(story)
    are_asked(story)
    say_yes_and_no(story)
    is_confirmed(story)
    moves(story)
    stands_by(story)
    swaps(story)
    reports(story)


def at_the_desk(browser: Browser, portal: Demonstration) -> Page:
    """A coordinator’s window, narrow enough for letters."""
    page = signed_in(browser, portal, "coordinator")
    page.set_viewport_size(NARROW)
    return page


def asks(story: Story) -> None:
    """The branch asks for a Ukrainian miner."""
    page = window(story.browser, story.portal.address)
    page.goto("/invite-a-speaker/your-branch")
    page.get_by_label("A branch, lodge").check()
    page.get_by_label("Your union", exact=True).press_sequentially("mine")
    page.get_by_role("option").first.click()
    page.get_by_label("Name of your branch").fill(BRANCH)
    page.get_by_label("Town or city").fill("Durham")
    press(page, "Continue")
    page.get_by_label("Branch meeting").check()
    page.get_by_label("Date of the meeting").fill(f"{story.tuesday.day} {story.tuesday:%B %Y}")
    page.get_by_label("Start time", exact=False).first.fill("7pm")
    page.get_by_label("Another date").fill(f"{story.thursday.day} {story.thursday:%B %Y}")
    page.get_by_label("Online, by video call").check()
    page.get_by_label("Online: which platform").fill("Zoom, we host")
    page.get_by_label("How many people do you expect?").fill("40")
    page.get_by_label("Members only").check()
    press(page, "Continue")
    page.get_by_label("A Ukrainian trade unionist").check()
    page.get_by_label("Somebody in mind?").fill("A miner, if you can")
    page.get_by_label("From which sector?").press_sequentially("min")
    page.get_by_role("option").first.click()
    page.locator("input[name=topics][value=miners]").check()
    page.locator("input[name=topics][value=history-1984-85]").check()
    press(page, "Continue")
    page.get_by_label("Your name").fill("Norman Hutton-Le-Wear")
    page.get_by_label("Your email address").fill(SECRETARY)
    page.get_by_label("Your phone number").fill("01632 960 123")
    page.locator("input[name=share]").first.check()
    press(page, "Continue")
    press(page, "Send your request")


def are_asked(story: Story) -> None:
    """A coordinator looks at who fits, and asks two of them."""
    desk = story.desk
    open_request(desk, BRANCH)
    desk.get_by_role("link", name="See the whole list").click()
    desk.get_by_label(SECOND, exact=True).wait_for()
    for name in (FIRST, SECOND):
        desk.get_by_label(name, exact=True).check()
    desk.evaluate("document.activeElement.blur()")
    keep(desk, "story-who-fits", 1500, until=".match >> nth=1")
    press(desk, "Ask those ticked")
    keep(desk, "story-asking", 1000)
    press(desk, "Do it and send the letters")


def say_yes_and_no(story: Story) -> None:
    """One cannot, the other can on both days: each says so on a page of their own."""
    page = story.on_phone(story.own_page(SECOND_EMAIL, "/offer/"))
    page.locator("a[href$='/no']").click()
    page.locator("textarea").fill("Того тижня я працюю в нічну зміну.")
    press_first(page)
    page = story.on_phone(story.own_page(FIRST_EMAIL, "/offer/"))
    keep(page, "story-speaker", 3000, until=".next")
    for each in page.locator("input[name=accepted], input[name=may_name_me]").all():
        each.check()
    press_first(page)


def is_confirmed(story: Story) -> None:
    """The coordinator confirms whoever said yes; both sides get their letter, with an invitation."""
    open_request(story.desk, BRANCH)
    story.desk.set_viewport_size(WIDE)
    keep(story.desk, "story-answers", 1100, until=".case__main section >> nth=1")
    story.desk.set_viewport_size(NARROW)
    story.desk.get_by_role("link", name=f"Confirm {FIRST}").click()
    press(story.desk, "Look over the letters")
    press(story.desk, "Do it and send the letters")
    open_letter(story.desk, SECRETARY, "Your speaker is confirmed")
    keep(story.desk, "story-letter", 1400)


def moves(story: Story) -> None:
    """The branch moves its meeting by two days, and the speaker says that it suits."""
    page = window(story.browser, story.portal.address)
    page.goto(f"{story.own_page(SECRETARY, '/track/')}/change/meeting")
    page.get_by_label("Date of the meeting").fill(f"{story.thursday.day} {story.thursday:%B %Y}")
    page.get_by_label("Another date").fill("")
    press(page, "Save the change")
    keep(page, "story-changed", 875)
    page = story.on_phone(story.own_page(FIRST_EMAIL, "/offer/", "Зміна"))
    keep(page, "story-suits", 3000, until=".next")
    press_first(page)


def stands_by(story: Story) -> None:
    """Somebody is asked to stand by, and will."""
    open_request(story.desk, BRANCH)
    story.desk.get_by_role("link", name="Ask somebody to stand by").click()
    story.desk.get_by_label(IN_RESERVE, exact=True).check()
    keep(story.desk, "story-stand-by", 900, until=".govuk-radios__item >> nth=2")
    press(story.desk, "Look over the letter")
    press(story.desk, "Do it and send the letter")
    page = story.on_phone(story.own_page(RESERVE_EMAIL, "/offer/", "Could you stand by"))
    for each in page.locator("input[name=may_name_me]").all():
        each.check()
    press_first(page)


def swaps(story: Story) -> None:
    """The day of the meeting has come and the power has gone: the stand-by speaks. The calendar shows it."""
    story.go_on_at(story.thursday, time(17, 0))
    open_request(story.desk, BRANCH)
    story.desk.get_by_role("link", name="Let the stand-by speak").click()
    keep(story.desk, "story-swap", 1200, until=".letter")
    press(story.desk, "Do it and send the letters")
    story.desk.goto(f"/dashboard/calendar?month={story.thursday:%Y-%m}")
    story.desk.set_viewport_size(WIDE)
    keep(story.desk, "calendar", 1100)


def reports(story: Story) -> None:
    """The next morning both sides tell how it went; the speaker hears what came of it."""
    story.go_on_at(story.thursday + timedelta(days=1), time(10, 30))
    page = story.on_phone(story.own_page(SECRETARY, "/report/", "How did your meeting go"))
    page.locator("input[name=held][value=yes]").check()
    page.get_by_label("How many came?").fill("43")
    page.get_by_label("Carried", exact=True).check()
    page.get_by_label("What was raised").fill("186.50")
    page.locator("input[name=wishes][value=twin]").check()
    page.evaluate("document.activeElement.blur()")
    keep(page, "story-report", 3000, until="main form")
    press_first(page)
    open_letter(story.desk, RESERVE_EMAIL, "What came of your talk")
    keep(story.desk, "story-thanks", 1200, until=".letter")
    story.desk.set_viewport_size(WIDE)
    open_request(story.desk, BRANCH)
    keep(story.desk, "story-held", 1130)
    page = story.on_phone(story.own_page(RESERVE_EMAIL, "/report/", "Thank you for speaking"))
    page.locator("input[name=held][value=yes]").check()
    press_first(page)

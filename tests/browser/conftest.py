"""What the browser tests share: one demonstration and one browser for the whole run, and windows in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from portal.extensions import db
from tests.browser import chromium, demonstration
from tests.browser.demonstration import KINDS, Demonstration
from tests.conftest import missing
from tests.public import walk


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """The demonstration, with its people signed in and visitors half-way through each form."""
    if chromium.path() is None:
        missing(chromium.MISSING)
    made = demonstration.begin(tmp_path_factory.mktemp("browser"))
    try:
        for who in made.accounts:
            made.sign_in(who)
        writer = made.app.test_client()
        sender = made.app.test_client()
        for kind in KINDS:
            walk.fill(writer, kind)
            walk.apply(sender, kind)
        made.keep_cookies("writer", writer)
        made.keep_cookies("sender", sender)
        yield made
    finally:
        made.portal.clear()
        with made.app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="session")
def browser(demo: Demonstration) -> Iterator[Browser]:
    """One Chromium for all tests."""
    with chromium.started() as found:
        yield found


@pytest.fixture
def window(demo: Demonstration, browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Opens windows, each with its own cookies, and closes them after the test."""
    opened: list[BrowserContext] = []

    def open_one(who: str = "", **options: Any) -> BrowserContext:
        context = demo.visitor(browser, who, **options)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()

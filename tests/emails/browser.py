"""A branch secretary’s browser, for tests that serve the portal as a process of its own."""

from __future__ import annotations

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from tests.conftest import csrf_token
from tests.processes import Portal

STEP = "/invite-a-speaker/your-branch"
BRANCH = {"body_type": "branch", "union": "num", "branch_name": "Westoe’s Lodge", "town": "South Shields"}


class Browser:
    """A branch secretary with cookies, who fills in the first step of a form."""

    def __init__(self, web: Portal) -> None:
        self.web = web
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies, Stay)
        self._token = ""

    def open_form(self) -> None:
        """Look at the first step."""
        status, page = self._ask(STEP, None)
        assert status == 200
        self._token = csrf_token(page)

    def send_form(self) -> tuple[int, str]:
        """Send it, as often as one likes: status and page."""
        fields = {**BRANCH, "csrf_token": self._token}
        return self._ask(STEP, urllib.parse.urlencode(fields).encode())

    def _ask(self, path: str, body: bytes | None) -> tuple[int, str]:
        try:
            with self._opener.open(self.web.address + path, body, timeout=40) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()


class Stay(urllib.request.HTTPRedirectHandler):
    """Shows redirects instead of following them."""

    def redirect_request(self, *_: Any) -> None:
        return None

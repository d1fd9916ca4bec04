"""What holds on every page: no fault found by axe, a silent console, nobody else called, no sideways scroll."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request

from tests.browser.demonstration import NARROW, WIDE

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": TAGS}}
SIDEWAYS = """() => {
  const wide = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= wide) return ''
  const out = [...document.body.querySelectorAll('*')].filter((each) => each.getBoundingClientRect().right > wide + 1)
  const words = out.slice(-3).map((each) => each.outerHTML.slice(0, 90))
  return `${document.documentElement.scrollWidth} of ${wide}: ` + words.join(' | ')
}"""

LANGUAGE_LOSES = """() => {
  const typing = 'main form[method=post] :is(textarea, input:not([type=hidden], [type=submit], [name=website]), select)'
  const link = document.querySelector('body.public a.banner__language')
  const button = document.querySelector('button.banner__language')
  return Boolean((link && document.querySelector(typing)) || (button && !button.form))
}"""

_axe = Axe()


class Inspector:
    """Watches one page and collects what is wrong with whatever it shows."""

    def __init__(self, page: Page, host: str) -> None:
        self.page = page
        self.host = host
        self.heard: list[str] = []
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.heard.append(f"script error: {error}"))
        page.on("request", self._watch)

    def inspect(self, *, by_axe: bool = True) -> list[str]:
        """Every fault of the page as it stands, at both widths; what was heard since the last time is told too."""
        found = []
        for size in (WIDE, NARROW):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            found += [f"{size['width']}: {fault}" for fault in self._faults(by_axe)]
        found += self.heard
        self.heard = []
        return found

    def _faults(self, by_axe: bool) -> list[str]:
        found = []
        if sideways := self.page.evaluate(SIDEWAYS):
            found.append(f"it scrolls sideways, {sideways}")
        if self.page.evaluate(LANGUAGE_LOSES):
            found.append("the switch of languages loses what is typed: see typed_goes_to in layout.html")
        if by_axe:
            if not self.page.evaluate("'axe' in window"):
                self.page.evaluate(_axe.axe_script)
            result: dict[str, Any] = self.page.evaluate("(options) => window.axe.run(document, options)", OPTIONS)
            for rule in result["violations"]:
                places = " | ".join(f"{node['target']} {node['html'][:120]}" for node in rule["nodes"][:3])
                found.append(f"axe {rule['id']}: {rule['help']}: {places}")
        return found

    def _listen(self, message: ConsoleMessage) -> None:
        # Chromium says so of the page itself when its status is 404 or 422, which is what we asked for.
        is_own_status = message.text.startswith("Failed to load resource") and (
            message.location.get("url", "").partition("#")[0] == self.page.url.partition("#")[0]
        )
        if message.type in ("error", "warning") and not is_own_status:
            self.heard.append(f"console: {message.text}")

    def _watch(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self.host:
            self.heard.append(f"it calls {request.url}")

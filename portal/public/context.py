"""What every page needs to know for its head and foot: who we are, which language, and whether this is a demo.

It reads at most one row set a page, and nothing at all where the database is out of reach.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from flask import Flask, current_app, g
from flask_babel import gettext as _

from portal import settings
from portal.directory.unions import national_affiliates
from portal.extensions import db
from portal.public import language
from portal.settings import Value

AFFILIATES = "portal-national-affiliates"


class Campaign:
    """Who we are, for one page. Everything is read when a template first asks: a page pays for what it shows."""

    footer_links: tuple[dict[str, str], ...] = ()

    @cached_property
    def name(self) -> str:
        """What we are called."""
        return str(_("Ukraine Solidarity Campaign"))

    @cached_property
    def contact_email(self) -> str:
        """The address for the public: as coordinators set it, else that of the installation."""
        return str(values().get("contact_email") or current_app.config["CONTACT_EMAIL"])

    @cached_property
    def contact_phone(self) -> str:
        """The number for the public; empty where none is set."""
        return str(values().get("contact_phone") or "")

    @cached_property
    def contact_phone_digits(self) -> str:
        """The number as a telephone dials it."""
        return re.sub(r"\(0\)|[^\d+]", "", self.contact_phone)

    @cached_property
    def has_aims(self) -> bool:
        """Whether the aims have been written."""
        return bool(values().get("aims"))

    @cached_property
    def has_model_motion(self) -> bool:
        """Whether there is a model motion."""
        return bool(values().get("model_motion"))

    @cached_property
    def postal_address(self) -> list[str]:
        """Where letters reach us, line by line; nothing where no address is set."""
        return str(values().get("postal_address") or "").splitlines()

    @cached_property
    def national_affiliates(self) -> list[str]:
        """The everyday names of the unions that are affiliated nationally."""
        return _affiliates()


def init_app(app: Flask) -> None:
    """Give every template what the layout needs."""
    app.context_processor(about_us)


def about_us() -> dict[str, Any]:
    """The variables of the layout."""
    return {
        "campaign": Campaign(),
        "demo_mode": current_app.config["PORTAL_ENV"] == "demo",
        "page_language": language.current(),
        "other_language": language.other_page(),
    }


def values() -> dict[str, Value]:
    """What coordinators have set, read once a page; empty while the database is out of reach."""
    if g.get("without_database"):
        return {}
    if "what_is_set" not in g:
        g.what_is_set = settings.everything(db.session())
    found: dict[str, Value] = g.what_is_set
    return found


def _affiliates() -> list[str]:
    """Read once a process: the reference data changes with a release only, which starts a new one."""
    known: list[str] = current_app.extensions.get(AFFILIATES, [])
    if not known and not g.get("without_database"):
        known = [union.short_name for union in national_affiliates()]
        current_app.extensions[AFFILIATES] = known
    return known

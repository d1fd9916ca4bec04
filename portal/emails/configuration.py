"""What this package needs to know of the configuration, read in one place.

The rest of the package is handed nothing of Flask: it asks `post()` here. Values are made once per
application.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

from flask import current_app, has_app_context

CAMPAIGN = "Ukraine Solidarity Campaign"
CAMPAIGN_IN = {"en": CAMPAIGN, "uk": "Кампанія солідарності з Україною"}
"""Its name in the language of a letter."""


@dataclass(frozen=True)
class Post:
    """The campaign's post: who sends, where links lead, how patient we are."""

    public_url: str
    sender_name: str
    sender_address: str
    reply_to: str
    key_id: str
    link_keys: Mapping[str, bytes]
    retry_seconds: tuple[float, ...]
    give_up_after: timedelta
    lease: timedelta
    per_minute: int

    def sender_in(self, language: str) -> str:
        """Who sends, for a reader of a language: where that is the campaign, by its name in it."""
        return self.sender_name.replace(CAMPAIGN, CAMPAIGN_IN.get(language, CAMPAIGN))

    @property
    def sender_domain(self) -> str:
        """The domain of the sender's address, in ASCII: every Message-ID is made at it."""
        domain = self.sender_address.rpartition("@")[2] or "localhost"
        return domain.encode("idna").decode("ascii")


def read(config: Mapping[str, Any]) -> Post:
    """The settings of the post out of Flask's configuration.

    Private links made with an older key can still be written again while that key stands in
    `LINK_KEYS_BEFORE` ("id:key id:key").
    """
    name, address = parseaddr(str(config.get("MAIL_DEFAULT_SENDER") or ""))
    before = dict(item.split(":", 1) for item in str(config.get("LINK_KEYS_BEFORE") or "").split())
    key_id = str(config.get("LINK_KEY_ID") or "1")
    keys = {**before, key_id: str(config["LINK_KEY"])}
    return Post(
        public_url=str(config["PUBLIC_URL"]).rstrip("/"),
        sender_name=name,
        sender_address=address,
        reply_to=str(config.get("TEAM_EMAIL") or ""),
        key_id=key_id,
        link_keys={key: value.encode("utf-8") for key, value in keys.items()},
        retry_seconds=tuple(float(wait) for wait in config["MAIL_RETRY_SECONDS"]),
        give_up_after=timedelta(seconds=config["MAIL_GIVE_UP_AFTER"]),
        lease=timedelta(seconds=config["MAIL_LEASE_SECONDS"]),
        per_minute=int(config.get("MAIL_PER_MINUTE") or 0),
    )


def post() -> Post:
    """The post of the running application; needs an application context, as the database does."""
    made = current_app.extensions.get("portal-post")
    if not isinstance(made, Post):
        made = current_app.extensions["portal-post"] = read(current_app.config)
    return made


def own_address() -> str:
    """Where our own pages stand; empty where no application runs, as in tests of words alone."""
    return post().public_url if has_app_context() else ""

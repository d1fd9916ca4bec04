"""A letter of a request in words, before it is put into the outbox and after. Making one is `correspondence`'s."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from portal.emails.models import OutboxEmail
from portal.sealed import seal, unseal

TOLD_OF_TOURS = (
    *("tour_when", "tour_visitor", "tour_host", "tour_distance", "tour_own_request"),
    *("tour_place", "tour_named", "tour_joining", "tour_answer_by"),
)
"""The facts that only the letters to branches about a meeting of a visitor’s tour are given."""
TOLD_WHO_TAKES_OVER = ("stands", "twins", "led_by", "greets")
"""The facts that only the letter to somebody who has taken over is given."""


@dataclass(frozen=True)
class Party:
    """One of several people whom a letter goes to: each has an address, a language and a page of their own.

    `facts` are what their letter names in place of the request's own facts; `link` is the purpose and the subject of
    their private link, `links` are those of other pages of theirs by the names of the facts that bring them.
    """

    key: str
    address: str
    language: str
    link: tuple[str, int] | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, tuple[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Prepared:
    """A letter that is ready: to whom, in which language, and its words before the shell is put around them.

    `untranslated` are the lines of a letter that its reader may not be able to read, as they were typed. `party`
    is the key of the one it goes to, where several are written to.
    """

    key: str
    template: str
    to: str
    address: str
    language: str
    subject: str
    body: str
    untranslated: str = ""
    party: str = ""

    def as_json(self, *, is_sealed: bool = False) -> dict[str, str]:
        """The letter as a column can keep it, without the address: that may change. Its words sealed where asked."""
        kept = replace(self, address="", untranslated="")
        return asdict(replace(kept, subject=seal(self.subject), body=seal(self.body)) if is_sealed else kept)

    @classmethod
    def of_json(cls, kept: Mapping[str, str]) -> Prepared:
        """What `as_json` gave, as a letter again."""
        return cls(**{name: unseal(text) if name in ("subject", "body") else text for name, text in kept.items()})

    def to_address(self, address: str) -> Prepared:
        """The same letter to another address."""
        return replace(self, address=address)


@dataclass(frozen=True)
class Sent:
    """A letter that stands in the outbox, and the words it was made from."""

    words: Prepared
    email: OutboxEmail

"""What a letter may name: texts by name, most of them worked out only once a letter names them, and cleaned.

A request knows a hundred facts and a letter names ten. Which facts there are is the business of whoever has the letter
written; how they are filled in, that of `letters`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from flask_babel import force_locale, get_locale

from portal.emails.links import Placeholder

Known = Mapping[str, str | Callable[[], str]]
"""Facts by name: texts, and functions that give one."""

# Control characters, lone surrogates and marks that turn the direction of everything after them.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LINE_ENDS = re.compile(r"\r\n?|[\x85\u2028\u2029]")


class LinkList(str):
    """Several private links in one text, each under the words that say what it opens."""

    links: tuple[Placeholder, ...]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, Placeholder]]) -> LinkList:
        """A list of words with their links; nothing in the words passes for a link."""
        told = list(rows)
        made = cls("\n\n".join(f"{broken_up(clean(words))}\n{link}" for words, link in told))
        made.links = tuple(link for _, link in told)
        return made


class Facts(Mapping[str, str]):
    """Facts in one language. A function among them is asked once, in that language, when somebody wants its text."""

    def __init__(self, language: str, known: Known) -> None:
        self._language = language
        self._known = dict(known)

    def __getitem__(self, name: str) -> str:
        value = self._known[name]
        if callable(value):
            value = self._known[name] = self._asked(value)
        return value

    def _asked(self, tell: Callable[[], str]) -> str:
        """What a function tells in the language of the facts. To change the language costs more than most of them."""
        if (spoken := get_locale()) is not None and str(spoken) == self._language:
            return tell()
        with force_locale(self._language):
            return tell()

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, name: object) -> bool:
        return name in self._known

    def __or__(self, more: Known) -> Facts:
        """These and more facts, which go before those of the same name. Nothing is worked out."""
        return Facts(self._language, self._known | (more._known if isinstance(more, Facts) else dict(more)))

    def links(self) -> dict[str, Placeholder]:
        """The private links among them; nobody has to be asked for one."""
        return links_among(self._known)


class Checked(Mapping[str, str]):
    """Facts as a letter fills them in: cleaned, and without anything that merely looks like a link.

    Raises TypeError for one that is not text, once it is named.
    """

    def __init__(self, facts: Mapping[str, str]) -> None:
        self.links = facts.links() if isinstance(facts, Facts) else links_among(facts)
        self._facts = facts
        self._cleaned: dict[str, str] = dict(self.links)
        lists = {name: each for name, each in _given(facts).items() if isinstance(each, LinkList)}
        # Its words were cleaned when it was made, and its links are links.
        self._cleaned |= lists
        self.links |= {f"{name} {link.link_id}": link for name, each in lists.items() for link in each.links}

    def __getitem__(self, name: str) -> str:
        if name not in self._cleaned:
            value = self._facts[name]
            if not isinstance(value, str):
                raise TypeError(f"the fact {name!r} of a letter must be text")
            self._cleaned[name] = broken_up(clean(value))
        return self._cleaned[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def __contains__(self, name: object) -> bool:
        return name in self._facts


def _given(facts: Mapping[str, str]) -> Mapping[str, object]:
    """The facts as they were given: nobody has to be asked for one."""
    return facts._known if isinstance(facts, Facts) else facts


def links_among(facts: Mapping[str, object]) -> dict[str, Placeholder]:
    """Those of the facts that are private links."""
    return {name: value for name, value in facts.items() if isinstance(value, Placeholder)}


def clean(text: str) -> str:
    """Text that can be stored, encoded and printed, with one kind of line end."""
    text = str(text)
    if text.isprintable():
        # Nearly every fact: no line end, mark of direction or half a character is printable.
        return text
    return _SURROGATE.sub("\ufffd", _UNPRINTABLE.sub("", _LINE_ENDS.sub("\n", text)))


def broken_up(text: str) -> str:
    """No two square brackets together: a placeholder cannot be typed."""
    if "[[" not in text and "]]" not in text:
        return text
    return re.sub(r"\[(?=\[)|\](?=\])", lambda bracket: bracket[0] + " ", text)

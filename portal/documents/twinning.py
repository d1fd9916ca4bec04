"""The documents of twins: an agenda, a greeting, a statement of friendship, an agreement, and a certificate.

Their words are texts like those of letters (`templates/emails/document`), with names and conditions; those that
somebody saved go before them. Making a file that can be edited is in `word`, a page to print in the template `PAGE`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from portal.documents.parts import Kind, Part, Section, grouped, parts, side_by_side
from portal.emails import letters
from portal.emails.letters import SHIPPED, Texts

AGENDA, GREETING = "document/call-agenda", "document/greeting"
STATEMENT, AGREEMENT = "document/statement", "document/agreement"
CERTIFICATE = "document/certificate"
NAMES = (AGENDA, GREETING, STATEMENT, AGREEMENT, CERTIFICATE)
PAGE = "documents/side_by_side.html"
"""The template that prints a document; it is given the document alone."""
LANGUAGE_NAMES = MappingProxyType({"en": "English", "uk": "Українською"})


@dataclass(frozen=True)
class Document:
    """A document in two languages, the reader's own first. Titles and sections stand in the order of `languages`."""

    name: str
    languages: tuple[str, str]
    titles: tuple[str, str]
    sections: tuple[Section, ...]

    @property
    def columns(self) -> list[list[tuple[str, list[tuple[Kind, list[Part]]]]]]:
        """Each section for a page: the language of either side, and what stands there, lists in one piece."""
        return [
            [
                (language, grouped(side))
                for language, side in zip(self.languages, (each.first, each.second), strict=True)
            ]
            for each in self.sections
        ]


def make(name: str, facts: Mapping[str, Mapping[str, str]], *, first: str = "en", texts: Texts = SHIPPED) -> Document:
    """The document of that name (of `NAMES`), with the facts of each language ("en", "uk") filled into its text.

    Nothing is in it but the words and these facts. `first` is the language of the left column. Raises `ValueError` for
    another language, `letters.LetterMissing` for an unknown name, `jinja2.UndefinedError` for a fact that is not there.
    """
    if first not in letters.LANGUAGES:
        raise ValueError(f"documents are written in {' and '.join(letters.LANGUAGES)}, not in {first!r}")
    second = next(each for each in letters.LANGUAGES if each != first)
    one, other = (letters.wording(name, each, facts[each], texts=texts) for each in (first, second))
    return Document(
        name=name,
        languages=(first, second),
        titles=(one.subject, other.subject),
        sections=tuple(side_by_side(parts(one.body), parts(other.body))),
    )

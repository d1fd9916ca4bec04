"""Letters: a text file and facts, or a text a coordinator edited, become subject, text part and HTML part.

A letter's file `templates/emails/<name>.<en|uk>.txt` has a block `subject` and a block `body`, each paragraph
on one line. Words that somebody saved (`edited`) go before it. The closing (`base.<language>.txt`) and the HTML
shell are added here. Nothing here knows requests or branches.

Nothing that anybody typed is ever read as a template, as a header or as a private link.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import cast

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, TemplateNotFound
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from portal.emails import grammar
from portal.emails.configuration import CAMPAIGN_IN, own_address
from portal.emails.facts import Checked, broken_up, clean
from portal.emails.html_part import html_of

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "emails"
LANGUAGES = ("en", "uk")
SUBJECT_LENGTH = 150
PLACEHOLDER = re.compile(r"\[\[link:([0-9]+)\]\]")
LINK_IN_SUBJECT = "a subject must not hold a private link: it shows on locked screens"

_TYPED_TOKEN = re.compile(r"\{(?=[a-z][a-z0-9 ]*\})")
_BLOCK = re.compile(r"\{% block (\w+) %\}\n?(.*?)\{% endblock %\}", re.DOTALL)
log = logging.getLogger(__name__)


class LetterMissing(LookupError):
    """There is no such letter, or not in this language."""


@dataclass(frozen=True)
class Letter:
    """A letter ready for the outbox. `link_ids` are the private links its placeholders may become."""

    subject: str
    text: str
    html: str
    link_ids: tuple[int, ...] = ()
    language: str = "en"


@dataclass(frozen=True)
class Wording:
    """A letter's own words as a coordinator edits them: no closing, links shown as "{private link}"."""

    subject: str
    body: str


Texts = Mapping[tuple[str, str], Wording]
"""Words that somebody saved, not filled in yet, by a letter's name and language."""
SHIPPED: Texts = MappingProxyType({})
"""No words but those of the files."""


def render(
    name: str, language: str, facts: Mapping[str, str], *, texts: Texts = SHIPPED, english_will_do: bool = False
) -> Letter:
    """The letter `name` ("speakers/received") in `language` ("en" or "uk"), with `facts` filled in.

    Facts are a flat mapping of names to texts; a private link among them is what `links.placeholder` gave. The facts
    `sender`, `campaign` and `reference` appear in the closing where they are given. `texts` are the words that
    somebody saved (`edited.texts`): they go before those of the files. Raises `LetterMissing` where the letter does
    not exist in this language (unless `english_will_do`), `TypeError` for a fact that is not text and
    `jinja2.UndefinedError` for a fact that is not there.
    """
    checked = Checked(facts)
    subject, body, language = _words(name, language, checked, texts, english_will_do)
    return _letter(subject, body, language, checked)


def wording(name: str, language: str, facts: Mapping[str, str], *, texts: Texts = SHIPPED) -> Wording:
    """What `render` would say before its closing, for a coordinator to edit and `compose` to take back."""
    checked = Checked(facts)
    subject, body, _ = _words(name, language, checked, texts, english_will_do=False)
    return _shown(subject, body, checked)


def _shown(subject: str, body: str, checked: Checked) -> Wording:
    """Words for people to read: links as "{private link}", no blanks at the ends of lines."""
    tokens = {link: token for token, link in _tokens(checked).items()}
    # What somebody typed is parted from the links first: it never reads like one of them.
    parts = re.split(f"({'|'.join(map(re.escape, tokens))})", body) if tokens else [body]
    shown = "".join(tokens.get(part) or _TYPED_TOKEN.sub("{ ", part) for part in parts)
    return Wording(_one_line(subject), _tidy(shown))


def tried(words: Wording, language: str, facts: Mapping[str, str]) -> Letter:
    """The letter that words not saved yet would make. Raises `jinja2.TemplateError`, or ValueError for a link."""
    checked = Checked(facts)
    return _letter(*_filled(words, checked), _language(language), checked)


def filled(words: Wording, facts: Mapping[str, str]) -> Wording:
    """Words not saved yet as `wording` would give them. Raises as `tried` does."""
    checked = Checked(facts)
    return _shown(*_filled(words, checked), checked)


@cache
def shipped(name: str, language: str) -> Wording:
    """The words of a letter's file, not filled in. Raises `LetterMissing`."""
    path = FOLDER / f"{name}.{_language(language)}.txt"
    if not path.is_file():
        raise LetterMissing(path.name)
    blocks = dict(_BLOCK.findall(path.read_text(encoding="utf-8")))
    return Wording(blocks["subject"].strip(), blocks["body"].strip())


def compose(subject: str, body: str, language: str, facts: Mapping[str, str]) -> Letter:
    """A letter from words that somebody edited.

    Links stand in `body` as "{private link}" (for the fact `link`) or "{pay link}" (for the fact `pay_link`)
    and become the placeholders among `facts`. Nothing else in the words is special. Raises as `render` does.
    """
    checked = Checked(facts)
    body = broken_up(clean(body))
    for token, link in _tokens(checked).items():
        body = body.replace(token, link)
    return _letter(broken_up(clean(subject)), body, _language(language), checked)


def exists(name: str, language: str) -> bool:
    """Whether a letter has its file in a language."""
    return (FOLDER / f"{name}.{_language(language)}.txt").is_file()


def _words(name: str, language: str, checked: Checked, texts: Texts, english_will_do: bool) -> tuple[str, str, str]:
    """Subject, body and language of the words somebody saved for a letter, else of its file."""
    for spoken in dict.fromkeys((_language(language), "en") if english_will_do else (_language(language),)):
        if (name, spoken) in texts:
            try:
                return *_filled(texts[name, spoken], checked), spoken
            except (TemplateError, ValueError) as error:
                # A fact may have been taken away since the words were saved. The letter must leave all the same.
                log.warning("the saved words of %s.%s cannot be used: %s", name, spoken, type(error).__name__)
        try:
            template = _environment().get_template(f"{name}.{spoken}.txt")
        except TemplateNotFound as missing:
            if missing.name != f"{name}.{spoken}.txt":
                raise
            continue
        context = _context(template, checked)
        subject, body = ("".join(template.blocks[block](context)) for block in ("subject", "body"))
        return subject, body, spoken
    raise LetterMissing(f"{name}.{language}.txt")


def _filled(words: Wording, checked: Checked) -> tuple[str, str]:
    """Saved words with the facts filled in. Raises `TemplateError`, or ValueError for a link in the subject."""
    subject, body = (
        _without_forged_links(_rendered(_compiled(broken_up(clean(text))), checked), checked)
        for text in (words.subject, words.body)
    )
    if PLACEHOLDER.search(subject):
        raise ValueError(LINK_IN_SUBJECT)
    return subject, body


def _rendered(template: Template, checked: Checked) -> str:
    """A whole template with the facts it names."""
    return "".join(template.root_render_func(_context(template, checked)))


def _context(template: Template, checked: Checked) -> Context:
    """What a template is filled in from. Jinja looks its names up there, and so asks for no fact in vain."""
    return template.new_context(cast("dict[str, str]", checked), shared=True)


def _without_forged_links(text: str, checked: Checked) -> str:
    """A filled-in text with the links among its facts and no other: a bracket of its words may meet one of a fact."""
    given = set(checked.links.values())
    if not given:
        return broken_up(text)
    parts = re.split(f"({'|'.join(map(re.escape, sorted(given)))})", text)
    return "".join(part if part in given else broken_up(part) for part in parts)


@lru_cache(maxsize=200)
def _compiled(text: str) -> Template:
    """Saved words, ready to be filled in. Raises `TemplateError` for more than names and conditions."""
    # They were tried before they were saved; but rules grow, and a table can be written to without them.
    if grammar.faults(text, grammar.names_in(text)):
        raise TemplateError("these words hold more than names and conditions")
    return _environment().from_string(text)


def _letter(subject: str, body: str, language: str, checked: Checked) -> Letter:
    """Put the closing under the words and make both parts."""
    closing = _environment().get_template(f"base.{language}.txt")
    known = {"sender": "", "campaign": CAMPAIGN_IN[language], "reference": ""}
    context = closing.new_context({name: checked.get(name, unsaid) for name, unsaid in known.items()})
    signature, footer = (_tidy("".join(closing.blocks[block](context))) for block in ("closing", "footer"))
    body = _tidy(body)
    text = "\n\n".join(part for part in (body, signature, footer) if part) + "\n"
    given = {link.link_id for link in checked.links.values()}
    found = [int(number) for number in PLACEHOLDER.findall(text)]
    if not given.issuperset(found):
        raise ValueError("a letter holds a private link that is not among its facts")
    title = _one_line(subject)
    if PLACEHOLDER.search(title):
        raise ValueError(LINK_IN_SUBJECT)
    return Letter(
        subject=title,
        text=text,
        html=html_of(title, [body, signature], footer, language, str(context["campaign"]), own_address()),
        link_ids=tuple(dict.fromkeys(found)),
        language=language,
    )


def _tokens(checked: Checked) -> dict[str, str]:
    """How each link among the facts is shown to somebody who edits a letter."""
    return {
        "{private link}" if name == "link" else "{" + name.replace("_", " ") + "}": link
        for name, link in checked.links.items()
    }


def storable(words: Wording) -> Wording:
    """Words without what no letter prints, as they are kept."""
    return Wording(clean(words.subject), clean(words.body))


def _one_line(subject: str) -> str:
    """A subject that cannot carry a second header, short enough for a list of letters."""
    line = " ".join(clean(subject).split())
    return line if len(line) <= SUBJECT_LENGTH else line[: SUBJECT_LENGTH - 1].rstrip() + "…"


def _tidy(text: str) -> str:
    """No blanks at the ends of lines and never two blank lines together."""
    lines = "\n".join(line.rstrip() for line in text.strip().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines)


def _language(language: str) -> str:
    """English or Ukrainian; there is no third."""
    if language not in LANGUAGES:
        raise ValueError(f"letters are written in {' or '.join(LANGUAGES)}, not in {language!r}")
    return language


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    """Where letters are rendered: no code can be reached, unknown facts are refused, nothing is escaped."""
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
    )
    # A letter has its facts and nothing else: no counting, no cycling, no blind text.
    environment.globals.clear()
    return environment

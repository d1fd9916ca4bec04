"""The HTML part of a letter, made from the very words of its text part.

Paragraphs are parted by blank lines, "- " begins a list, and a paragraph that ends in a line with nothing but
a private link, or an address of our own pages, becomes a button. No other address becomes a link. Colours and
measures stand in `templates/emails/shell.html`. Its styles are worked into the elements beforehand, in
`shell_with_styles.html`: neither a letter nor a process has to do it, and no process loads what does it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

from markupsafe import escape

SHELL = Path(__file__).parent / "shell_with_styles.html"
"""Made from the shell by `tests/emails/test_html_part.py`, which fails when it is stale."""
LINK = re.compile(r"\[\[link:[0-9]+\]\]")
WORDS = {
    "en": {"open": "Open your page", "copy": "Or copy this link into your browser:"},
    "uk": {"open": "Відкрити вашу сторінку", "copy": "Або скопіюйте це посилання в браузер:"},
}
GREETING_LENGTH = 60

Piece = tuple[str, ...]
"""A piece of the shell, taken apart: HTML and the names of what stands between it by turns."""

REFERENCE = re.compile(r"\bUSC-\d+\b")
"""What people quote: it does not break at its hyphen."""
HALVES = {"IN ENGLISH": "en", "УКРАЇНСЬКОЮ": "uk"}
"""The headings of a second half in the other language, which goes on to the end of the words."""
SIGNPOSTS = {"The English text is below.": "en", "Український текст дивіться нижче.": "uk"}
"""Lines that tell whoever reads the other language where theirs begins."""
_PIECE = re.compile(r"<!--piece (\w+)-->(.*?)<!--end-->", re.DOTALL)
_MARK = re.compile(r"@(\w+)@")


def html_of(title: str, parts: Sequence[str], footer: str, language: str, campaign: str, own_address: str = "") -> str:
    """The whole HTML document for the text `parts` (the words, the signature) and the small `footer`.

    `own_address` is where our own pages stand; addresses below it become links.
    """
    pieces = _pieces()
    paragraphs = [(paragraph, number) for number, part in enumerate(parts) for paragraph in part.split("\n\n")]
    paragraphs = [each for each in paragraphs if each[0].strip()]
    body: list[str] = []
    buttons, half_of = 0, -1
    for place, (paragraph, part) in enumerate(paragraphs):
        lines = paragraph.split("\n")
        if half_of not in (-1, part):
            body.append("</div>")
            half_of = -1
        if paragraph.strip() in HALVES and half_of == -1:
            # From here to the end of the words a screen reader changes its voice.
            body.append(f'<div lang="{HALVES[paragraph.strip()]}">')
            half_of = part
        in_other = SIGNPOSTS.get(paragraph.strip(), language)
        if in_other != language:
            body.append(f'<div lang="{in_other}">{_paragraph(pieces, lines, own_address)}</div>')
        elif LINK.fullmatch(lines[-1].strip()) or (len(lines) > 1 and _own(own_address).fullmatch(lines[-1].strip())):
            body.append(_button(pieces, lines, language, own_address, first=buttons == 0))
            buttons += 1
        elif place == 0 and len(lines) == 1 and paragraph.endswith((",", "!")) and len(paragraph) <= GREETING_LENGTH:
            body.append(_fill(pieces["greeting"], text=_inline(pieces, paragraph, own_address)))
        else:
            body.append(_paragraph(pieces, lines, own_address))
    if half_of != -1:
        body.append("</div>")
    return _fill(
        pieces["page"],
        language=language,
        title=str(escape(title)),
        campaign=str(escape(campaign)),
        body="".join(body),
        footer=_inline(pieces, footer, own_address),
    )


def _paragraph(pieces: Mapping[str, Piece], lines: Sequence[str], own_address: str) -> str:
    """Running lines as a paragraph, lines that begin with "- " as a list, in the order they come."""
    made: list[str] = []
    run: list[str] = []
    in_list = False
    for line in [*lines, None]:
        starts_item = line is not None and line.startswith("- ")
        if run and (line is None or starts_item != in_list):
            if in_list:
                items = (_fill(pieces["item"], text=_inline(pieces, item[2:].strip(), own_address)) for item in run)
                made.append(_fill(pieces["list"], items="".join(items)))
            else:
                made.append(_fill(pieces["paragraph"], text=_inline(pieces, "\n".join(run), own_address)))
            run = []
        if line is not None:
            run.append(line)
            in_list = starts_item
    return "".join(made)


def _button(pieces: Mapping[str, Piece], lines: Sequence[str], language: str, own_address: str, *, first: bool) -> str:
    """A button that bears the line above the link, and the same link written out below it."""
    words = WORDS[language]
    before, label = lines[:-2], lines[-2].strip().rstrip(":.") if len(lines) > 1 else words["open"]
    button = _fill(
        pieces["button" if first else "quiet"],
        url=str(escape(lines[-1].strip())),
        label=str(escape(label)),
        copy=str(escape(words["copy"])),
    )
    return (_paragraph(pieces, before, own_address) if before else "") + button


def _inline(pieces: Mapping[str, Piece], text: str, own_address: str) -> str:
    """Escaped text with its line breaks, and links where it names a private one or a page of our own."""
    escaped = str(escape(text))
    for links in (LINK, _own(own_address)):
        escaped = links.sub(lambda link: _fill(pieces["link"], url=link[0]), escaped)
    return REFERENCE.sub(r'<span style="white-space:nowrap">\g<0></span>', escaped).replace("\n", "<br>\n")


@lru_cache(maxsize=10)
def _own(address: str) -> re.Pattern[str]:
    """Finds addresses of our own pages; what ends a sentence ends them too. Without an address it finds nothing."""
    if not address:
        return re.compile(r"(?!)")
    return re.compile(re.escape(str(escape(address))) + r"/(?:(?:[\w/.,:?=%+~-]|&amp;)*[\w/=%+~-])?")


def _fill(piece: Piece, **values: str) -> str:
    """Put values into a piece. What is put in is never looked at again, so nobody can type a mark."""
    parts = list(piece)
    parts[1::2] = [values[name] for name in parts[1::2]]
    return "".join(parts)


@cache
def _pieces() -> dict[str, Piece]:
    """The shell with its styles worked in, taken apart into the page and the pieces it is filled with."""
    page = SHELL.read_text(encoding="utf-8").replace('lang="en"', 'lang="@language@"')
    pieces = {name: piece.strip() for name, piece in _PIECE.findall(page)}
    head, _, rest = page.partition("<!--pieces-->")
    pieces["page"] = head + "@body@" + rest.partition("<!--/pieces-->")[2]
    return {name: tuple(_MARK.split(piece)) for name, piece in pieces.items()}

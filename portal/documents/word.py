"""A document in two languages as a DOCX file, that people edit and sign: two columns on A4, one row for each piece.

The file says in which language each piece is, for those who check the spelling and for those who listen. Of people it
holds what the document holds: no author, and nobody who saved it. The package loads this module when it is called.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import docx
from docx.document import Document as File
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from portal.documents.parts import Kind, Part
from portal.documents.twinning import LANGUAGE_NAMES, Document
from portal.emails.configuration import CAMPAIGN_IN

FONT = "Arial"
"""Has both alphabets, and is on every computer."""
LOCALES = {"en": "en-GB", "uk": "uk-UA"}
MARGIN = Mm(18)
COLUMN = Mm(87)
WRITING_LINE = "_" * 32


def word_file(document: Document, now: datetime) -> bytes:
    """The file, made at a moment (aware)."""
    file = docx.Document()
    _set_up(file, document, now)
    table = file.add_table(rows=0, cols=2)
    table.autofit = False
    head = _row(table)
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, language in zip(head.cells, document.languages, strict=True):
        _write(cell.paragraphs[0], LANGUAGE_NAMES[language], language, is_bold=True)
    titles = _row(table)
    for cell, title, language in zip(titles.cells, document.titles, document.languages, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.style = file.styles["Heading 1"]
        _write(paragraph, title, language)
    for pieces in (row for section in document.sections for row in section.rows):
        row = _row(table)
        for cell, piece, language in zip(row.cells, pieces, document.languages, strict=True):
            if piece is not None:
                _fill(file, cell, piece, language)
    saved = BytesIO()
    file.save(saved)
    return saved.getvalue()


def _set_up(file: File, document: Document, now: datetime) -> None:
    """Paper, fonts, and what the file says of itself."""
    section = file.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    for name, size in (("Normal", 11), ("Heading 1", 16), ("Heading 2", 12), ("List Bullet", 11)):
        style = file.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        # The letters of both alphabets, also where a heading would take its font from a theme.
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
        for alphabet in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(alphabet), FONT)
    about = file.core_properties
    about.title = " / ".join(document.titles)
    about.author = CAMPAIGN_IN[document.languages[0]]
    about.last_modified_by, about.comments, about.keywords = "", "", ""
    about.language = LOCALES[document.languages[0]]
    about.created = about.modified = now.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    about.revision = 1


def _row(table: Table) -> _Row:
    """A row that no end of a page cuts in two."""
    row = table.add_row()
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell in row.cells:
        cell.width = COLUMN
    return row


def _fill(file: File, cell: _Cell, piece: Part, language: str) -> None:
    paragraph = cell.paragraphs[0]
    if piece.kind is Kind.HEADING:
        paragraph.style = file.styles["Heading 2"]
    elif piece.kind is Kind.ITEM:
        paragraph.style = file.styles["List Bullet"]
    _write(paragraph, WRITING_LINE if piece.kind is Kind.LINE else piece.text, language)


def _write(paragraph: Paragraph, text: str, language: str, *, is_bold: bool = False) -> None:
    run = paragraph.add_run(text)
    run.bold = is_bold or None
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), LOCALES[language])
    run._r.get_or_add_rPr().append(spoken)

"""What a document's file is called, in either alphabet, and the header that says so. No file name names anybody."""

from __future__ import annotations

from urllib.parse import quote

from portal.documents.twinning import AGENDA, AGREEMENT, CERTIFICATE, GREETING, STATEMENT

FILE_NAMES = {
    AGENDA: {"en": "Agenda for the first call", "uk": "Порядок денний першої відеозустрічі"},
    GREETING: {"en": "Message of greeting", "uk": "Вітальний лист"},
    STATEMENT: {"en": "Statement of friendship", "uk": "Заява про дружбу"},
    AGREEMENT: {"en": "Agreement on twinning", "uk": "Угода про побратимство"},
    CERTIFICATE: {"en": "Certificate of twinning", "uk": "Свідоцтво про побратимство"},
}
_ALLOWED = "!#$&+-.^_`|~"
"""What RFC 8187 lets stand as it is besides letters and digits."""


def file_name(name: str, language: str, ending: str = "docx") -> str:
    """The file name of a document for a reader of "en" or "uk"."""
    return f"{FILE_NAMES[name][language]}.{ending}"


def disposition(name: str, language: str, ending: str = "docx") -> str:
    """The value of Content-Disposition for a download, as RFC 6266 has it.

    The name in the reader's own alphabet stands in `filename*`; programs that do not know it take the English one.
    """
    own = quote(file_name(name, language, ending), safe=_ALLOWED)
    return f"attachment; filename=\"{file_name(name, 'en', ending)}\"; filename*=UTF-8''{own}"

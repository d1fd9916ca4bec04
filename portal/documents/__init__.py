"""Documents that two sides read together, side by side in two languages: on paper, on a page, and to be edited.

They are made of texts and plain facts. Who may have one, and what it may name, is decided where it is asked for:
nothing here reads a request, a register or a person.
"""

from __future__ import annotations

from datetime import datetime
from importlib import import_module

from portal.documents.twinning import Document

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def word_file(document: Document, now: datetime) -> bytes:
    """A document as a DOCX file, made at a moment (aware).

    What writes it takes 19 MB, and is loaded when the first file is asked for: most web processes never need it.
    """
    made: bytes = import_module(f"{__name__}.word").word_file(document, now)
    return made

"""The documents for twins, with the words that are saved now and with examples: to read, to print and as a file."""

from __future__ import annotations

from flask import Response, abort, make_response, render_template, request

from portal import documents
from portal.clock import utc_now
from portal.dashboard.blueprint import blueprint
from portal.documents import file_names, twinning
from portal.documents.twinning import Document
from portal.emails import edited
from portal.extensions import db
from portal.security import needs
from portal.submissions import document_book


@blueprint.get("/documents/<name>")
@needs("coordinator")
def document(name: str) -> str:
    """One document in both languages; with `?first=uk` the Ukrainian words stand left."""
    return render_template(twinning.PAGE, document=_made(name))


@blueprint.get("/documents/<name>/file")
@needs("coordinator")
def document_file(name: str) -> Response:
    """The same as a file that can be edited."""
    made = _made(name)
    response = make_response(documents.word_file(made, utc_now()))
    response.headers["Content-Type"] = documents.MIME
    response.headers["Content-Disposition"] = file_names.disposition(made.name, made.languages[0])
    return response


def _made(name: str) -> Document:
    """The document that an address names, filled in with examples. 404 for none."""
    whole = f"document/{name}"
    if whole not in document_book.DOCUMENTS:
        abort(404)
    first = "uk" if request.args.get("first") == "uk" else "en"
    return twinning.make(whole, document_book.examples(whole), first=first, texts=edited.texts(db.session()))

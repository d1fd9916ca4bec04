"""The documents of an introduction on the own page of either side, to print and as files.

What stands in them, and who may have them, is `twinning.papers`’.
"""

from __future__ import annotations

from flask import abort, make_response, render_template
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from portal import documents
from portal.clock import utc_now
from portal.documents import file_names, twinning
from portal.public import language, tracking
from portal.public.blueprint import on_both_private_pages
from portal.public.twinned import found
from portal.twinning import papers


@on_both_private_pages("/<token>/twinnings/<int:number>/papers/<name>")
def paper(token: str, number: int, name: str) -> ResponseReturnValue:
    """One of the documents, side by side in both languages, to be printed."""
    return render_template(twinning.PAGE, document=_made(token, number, name), is_private=True)


@on_both_private_pages("/<token>/twinnings/<int:number>/papers/<name>/file")
def paper_file(token: str, number: int, name: str) -> Response:
    """The same as a file that can be edited."""
    document = _made(token, number, name)
    response = make_response(documents.word_file(document, utc_now()))
    response.headers["Content-Type"] = documents.MIME
    response.headers["Content-Disposition"] = file_names.disposition(document.name, document.languages[0])
    return response


def _made(token: str, number: int, name: str) -> twinning.Document:
    """The document that an address names; 404 for none, and before the two have been introduced."""
    submission = tracking.find(token)
    twin = found(submission, number)
    whole = f"document/{name}"
    if whole not in papers.PAPERS or not papers.has_them(twin.proposal):
        abort(404)
    is_body = submission is not twin.proposal
    return papers.made(whole, twin.proposal, twin.twinning, first=language.current(), is_body=is_body)

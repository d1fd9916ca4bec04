"""What twins have of each other on their own pages once they are twinned: the certificate, to print and as a file.

Both sides reach it from their own page, by the same private link. What stands in it is `twinning.certificates`'.
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
from portal.public.twin_panels import Twin, twins_of
from portal.submissions.models import Submission
from portal.twinning import certificates


@on_both_private_pages("/<token>/twinnings/<int:number>/certificate")
def certificate(token: str, number: int) -> ResponseReturnValue:
    """The certificate side by side in both languages, to be printed."""
    return render_template(twinning.PAGE, document=_made(token, number), is_private=True)


@on_both_private_pages("/<token>/twinnings/<int:number>/certificate/file")
def certificate_file(token: str, number: int) -> Response:
    """The same as a file that can be edited."""
    document = _made(token, number)
    response = make_response(documents.word_file(document, utc_now()))
    response.headers["Content-Type"] = documents.MIME
    response.headers["Content-Disposition"] = file_names.disposition(document.name, document.languages[0])
    return response


def _made(token: str, number: int) -> twinning.Document:
    twin = found(tracking.find(token), number)
    if not certificates.has_one(twin.proposal):
        abort(404)
    return certificates.made(twin.proposal, twin.twinning, first=language.current())


def found(submission: Submission, number: int) -> Twin:
    """The twinning that an address names, of whoever owns the page; 404 for any other."""
    twin = next((each for each in twins_of(submission) if each.number == number), None)
    if twin is None:
        abort(404)
    return twin

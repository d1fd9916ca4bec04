"""The diary of a twinning on the own page of either side: what they may read, and entries of their own.

What an entry may be read by is decided in `twinning/diary`. Every change is a post.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.clock import utc_now
from portal.extensions import db
from portal.public import form_pages, language, posted, progress, tracking
from portal.public.blueprint import on_both_private_pages
from portal.public.tracking_acts import checked_token, context, draw
from portal.submissions.models import Submission
from portal.submissions.typed import clean_line
from portal.twinning import diary
from portal.twinning.diary_entry import BODY, BRANCH, PUBLIC, US, DiaryEntry
from portal.twinning.diary_forms import NAMES, SEEN_BY, EntryForm
from portal.twinning.models import TwinningProposal


@on_both_private_pages("/<token>/diary")
def twin_diary(token: str) -> ResponseReturnValue:
    """The entries that this side may read, and a form for one more."""
    side = _find(token)
    return _page(token, side, EntryForm(context=context()))


@on_both_private_pages("/<token>/diary", method="POST")
def write_in_diary(token: str) -> ResponseReturnValue:
    """Keep an entry; sent twice it is still one."""
    is_good = checked_token(token)
    side = _find(token)
    form = EntryForm(posted.typed(), context=context())
    if not is_good:
        return _page(token, side, form, notice=form_pages.token_notice(_("Keep this entry")), status=400)
    twin = _chosen(diary.twins_of(db.session(), side))
    if twin is None:
        return _back(token)
    form.twin = twin
    if not form.validate():
        return _page(token, side, form, status=422)
    diary.write(db.session(), twin, form.cleaned(), side=_who(side), now=utc_now(), language=language.current())
    db.session.commit()
    flash(_("Your entry stands in the diary."), "success")
    return _back(token)


@on_both_private_pages("/<token>/diary/<int:entry>")
def diary_entry(token: str, entry: int) -> ResponseReturnValue:
    """An entry of one's own, to be changed or taken out."""
    side = _find(token)
    own = _own(side, entry)
    form = EntryForm(context=context())
    return _entry_page(token, side, own, EntryForm.from_raw(form.typed_of(own), context()))


@on_both_private_pages("/<token>/diary/<int:entry>", method="POST")
def change_diary_entry(token: str, entry: int) -> ResponseReturnValue:
    """Keep what was changed, or take the entry out."""
    is_good = checked_token(token)
    side = _find(token)
    own = _own(side, entry)
    form = EntryForm(posted.typed(), context=context())
    if not is_good:
        return _entry_page(token, side, own, form, notice=form_pages.token_notice(_("Save the change")), status=400)
    if request.form.get("act") == "take-out":
        diary.take_out(db.session(), own, utc_now())
        db.session.commit()
        flash(_("The entry is taken out."), "success")
        return _back(token)
    form.twin = db.session.get(TwinningProposal, own.proposal_id)
    if not form.validate():
        return _entry_page(token, side, own, form, status=422)
    is_changed = diary.change(db.session(), own, form.cleaned(), utc_now())
    db.session.commit()
    flash(_("We have your change.") if is_changed else _("Nothing was different."), "success")
    return _back(token)


def _find(token: str) -> Any:
    """The side behind a link; 404 where it has no twin to keep a diary with."""
    found = tracking.find(token)
    if not getattr(found, "has_diary", False):
        abort(404)
    return found


def _own(side: diary.Side, number: int) -> DiaryEntry:
    """An entry that this side wrote itself; 404 for any other."""
    found = next((each for each in diary.entries_for(db.session(), side) if each.id == number), None)
    if found is None or found.side != _who(side):
        abort(404)
    return found


def _who(side: Submission) -> str:
    return BRANCH if isinstance(side, TwinningProposal) else BODY


def _chosen(twins: Sequence[TwinningProposal]) -> TwinningProposal | None:
    """The twin that an entry is about: the only one, else the one that was chosen."""
    if len(twins) == 1:
        return twins[0]
    typed = clean_line(request.form.get("twin", ""))
    return next((each for each in twins if str(each.id) == typed), None)


def _back(token: str) -> Response:
    return redirect(url_for("public.twin_diary", token=token), 303)


def _page(token: str, side: Any, form: EntryForm, *, notice: str = "", status: int = 200) -> Response:
    twins = diary.twins_of(db.session(), side)
    return draw(
        "public/diary.html",
        token,
        side,
        form,
        notice,
        status,
        twins=[(each.id, each.heading) for each in twins],
        chosen=clean_line(request.form.get("twin", "")),
        entries=[_shown(side, each) for each in diary.entries_for(db.session(), side)],
    )


def _entry_page(
    token: str, side: Any, entry: DiaryEntry, form: Any, *, notice: str = "", status: int = 200
) -> Response:
    return draw("public/diary_entry.html", token, side, form, notice, status, entry=entry)


def _shown(side: diary.Side, entry: DiaryEntry) -> dict[str, Any]:
    """One entry in words; whoever else wrote it is called by what they are to the reader."""
    is_own = entry.side == _who(side)
    by = {_who(side): _("you"), US: _("the campaign")}.get(entry.side, _("your twin"))
    waits = entry.audience == PUBLIC and entry.let_out_at is None
    seen_by = _("Anybody may see it.") if entry.let_out_at is not None else SEEN_BY[entry.audience]
    return {
        "number": entry.id if is_own else None,
        "kind": NAMES.get(entry.kind, ""),
        "day": progress.day(entry.happened_on),
        "by": by,
        "words": entry.words,
        "report": entry.report,
        "language": entry.language,
        "audience": seen_by if is_own else "",
        "waits": waits and is_own,
    }

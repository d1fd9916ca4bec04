"""What a speaker can do from their own page: each is a small page with a button and a post.

What the pages are called and do is in `speaker_forms`; days away, of which there are several, are in `speaking_days`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from portal import limits, typed_back
from portal.clock import london_day, utc_now
from portal.emails import links
from portal.extensions import db
from portal.public import form_pages, language, meanwhile, posted, speaking
from portal.public.blueprint import blueprint, in_both_languages
from portal.public.finding import NoSuchLinkError
from portal.public.speaker_forms import FORMS, SpeakerForm
from portal.public.tracking_acts import checked_token
from portal.speakers import agreements, keeping, leaving, own_page
from portal.speakers.own_forms import About, Agree, NewAddress, OwnForm, RatherNot, Talks, Where, filled
from portal.speakers.own_times import Days, Pause, Week
from portal.speakers.register import IN_UKRAINE, Speaker
from portal.submissions.forms import FormContext, Raw

AGREE, LEAVE, EMAIL = "agree", "leave", "email"


@blueprint.get("/speak/<token>/<name>")
def speak_form(token: str, name: str) -> ResponseReturnValue:
    """One small page."""
    speaker = speaking.find(token)
    row = _row(name)
    now = utc_now()
    if not row.is_open(speaker, london_day(now)):
        return redirect(url_for("public.speak", token=token))
    form = _form(row, speaker, None, speaking.context(now))
    return draw(token, speaker, row, form, shown=_marks(row, speaker, form))


@blueprint.post("/speak/<token>/<name>")
def save_speak_form(token: str, name: str) -> ResponseReturnValue:
    """Do what the page is for."""
    is_good = checked_token(token)
    row = _row(name)
    if is_good and row.name == EMAIL:
        limits.refuse_if_over(limits.count("LIMIT_RESEND_LINK", "link", token))
    try:
        speaker = speaking.find(token)
    except NoSuchLinkError:
        if row.name == LEAVE and is_good and _has_just_left(token):
            return _gone()
        raise
    now = utc_now()
    raw = row.form(posted.typed(), context=speaking.context(now)).raw()
    form = _form(row, speaker, raw, speaking.context(now))
    shown = posted.typed().get(meanwhile.FIELD, "")
    if not is_good:
        notice = form_pages.token_notice(str(row.button))
        return draw(token, speaker, row, form, shown=shown, notice=notice, status=400)
    if not row.is_open(speaker, london_day(now)):
        # A second press, or another window was faster: what was to be done is done.
        return back(token)
    moved = _moved(row, speaker, raw, shown)
    if moved:
        return _drawn_again(token, speaker, row, raw, moved)
    if not form.validate():
        return draw(token, speaker, row, form, shown=shown, status=422)
    said = row.keep(speaker, form, now)
    db.session.commit()
    if row.name == LEAVE:
        return _gone()
    flash(said, "success")
    return back(token)


@in_both_languages("/left-the-register")
def left_register() -> ResponseReturnValue:
    """Goodbye. It says the same to everybody."""
    return render_template("public/speak_left.html")


def back(token: str) -> Response:
    """To the speaker's own page, after a post."""
    return redirect(url_for("public.speak", token=token), 303)


def draw(
    token: str, speaker: Speaker, row: SpeakerForm, form: OwnForm, *, template: str = "public/speak_form.html",
    notice: str = "", status: int = 200, **more: Any,
) -> Response:  # fmt: skip
    """Draw a small page with its form. What the consents' form lacks is said on the page that it stands on."""
    return make_response(
        render_template(
            template,
            token=token,
            speaker=speaker,
            row=row,
            form=form,
            notice=notice,
            is_counted_on=row.name == LEAVE and bool(own_page.counted_on_by(db.session(), speaker, utc_now())),
            warns=row.is_written and speaker.lives_in == IN_UKRAINE,
            has_errors=bool(notice or form.errors),
            **more,
        ),
        status,
    )


def _row(name: str) -> SpeakerForm:
    """The page of that name; 404 for none."""
    found = FORMS.get(name)
    if found is None:
        abort(404)
    return found


def _form(row: SpeakerForm, speaker: Speaker, raw: Raw | None, context: FormContext) -> OwnForm:
    """The form of a page: what stands now, or what was typed."""
    if row.form is Agree:
        return speaking.agree_form(speaker, raw, context)
    if row.is_compared or raw is not None:
        return filled(row.form, speaker, raw, context)
    return row.form(context=context)


def _stored(row: SpeakerForm, speaker: Speaker, tongue: str) -> Raw:
    """What stands now, as somebody would have typed it in a language."""
    form = row.form(context=FormContext(date.min, tongue))
    return form.typed_of(speaker)


def _marks(row: SpeakerForm, speaker: Speaker, form: OwnForm) -> str:
    return meanwhile.marks_of(_stored(row, speaker, language.current()), form) if row.is_compared else ""


def _moved(row: SpeakerForm, speaker: Speaker, raw: Raw, shown: str) -> dict[str, bool]:
    """What somebody else, or another window, has changed since the page was drawn."""
    if not row.is_compared:
        return {}
    return meanwhile.changed_in(lambda tongue: _stored(row, speaker, tongue), raw, shown)


def _drawn_again(token: str, speaker: Speaker, row: SpeakerForm, raw: Raw, moved: Mapping[str, bool]) -> Response:
    """The form with what was typed, and beside each field that has changed meanwhile what stands there now."""
    context = speaking.context(utc_now())
    stored = _stored(row, speaker, language.current())
    kept = {name: given if moved.get(name, True) else stored[name] for name, given in raw.items()}
    now_says = filled(row.form, speaker, None, context)
    now_says.validate()
    told = {name: "; ".join(now_says[name].shown()) or meanwhile.as_words(stored[name]) for name in moved}
    form = filled(row.form, speaker, kept, context)
    meanwhile.say_what_stands(form, told, moved, str(row.button))
    title = _("Somebody has changed these details meanwhile")
    shown = _marks(row, speaker, form)
    return draw(token, speaker, row, form, shown=shown, summary_title=title, status=409)


def _has_just_left(token: str) -> bool:
    """Whether a second press of the button comes after the first has done it; goodbye is said in their language."""
    link = links.find(db.session(), keeping.SPEAK, token, utc_now())
    tongue = leaving.left_just_now(db.session(), link.subject_id, utc_now()) if link is not None else ""
    if tongue:
        language.speak(tongue)
    return bool(tongue)


def _gone() -> Response:
    return redirect(url_for("public.left_register"), 303)


class _Everything(About, Talks, Where, Week, Days, Pause, NewAddress, RatherNot, Agree):
    """All fields of all pages, to tell what was typed back in the words of the form."""


def _everything() -> _Everything:
    form = _Everything(MultiDict(), context=FormContext(london_day(utc_now()), language.current()))
    for purpose in agreements.PURPOSES:
        form[purpose].label.text = agreements.words(purpose, language.current())
    return form


typed_back.own_forms |= {"public.save_speak_form": _everything, "public.add_speak_days": _everything}

"""The steps of the three forms: each is a page and a plain post, and each post keeps what was typed.

Looking at a page writes nothing. Checking all answers and sending them is in `sending`, drafts are in `drafts`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import limits
from portal.clock import london_day, utc_now
from portal.extensions import db
from portal.public import addresses, drafts, earlier, language, posted
from portal.public.blueprint import in_both_languages
from portal.submissions import registry
from portal.submissions.forms import FormContext, FormStep, StepForm
from portal.submissions.registry import Kind

CHECK = "check"
"""As `?return=` in the address of a step: go back to the check page from there."""
LOOK_AGAIN = "look"
"""In the address of a step that does not hold: show what is wrong at once."""
PRESS_AGAIN = "late"
"""As `?look=`: the page was open for too long, and nothing is wrong but that."""


@in_both_languages("/<kind:kind>")
def start(kind: str) -> ResponseReturnValue:
    """The first step that is not done yet."""
    found = registry.kind(kind)
    draft = drafts.find(db.session(), kind, utc_now())
    done = draft.steps_done if draft is not None and not drafts.is_sent(draft) else []
    open_steps = [step.name for step in found.steps if step.name not in done]
    if not open_steps:
        return redirect(url_for("public.check", kind=kind))
    return redirect(url_for("public.step", kind=kind, step=open_steps[0]))


@in_both_languages("/<kind:kind>/<step>")
def step(kind: str, step: str) -> ResponseReturnValue:
    """One step, with what was typed into it before."""
    found, this = find_step(kind, step)
    now = utc_now()
    draft = drafts.find(db.session(), kind, now)
    if drafts.is_sent(draft) and this is not found.steps[0]:
        return redirect(url_for("public.sent", kind=kind))
    if draft is None and this is not found.steps[0]:
        _say_what_is_lost(kind)
    answers = drafts.answers_in(draft)
    context = context_of(answers, now)
    if step not in answers:
        return page(found, this, earlier.form_for(found, this, context, now) or this.form(context=context))
    form = this.form.from_raw(answers[step], context)
    look = request.args.get(LOOK_AGAIN)
    if look == PRESS_AGAIN:
        # Back, once it has been pressed again: nothing is wrong any more.
        is_done = draft is not None and step in draft.steps_done
        return page(found, this, form, notice="" if is_done else token_notice(_("Continue")))
    if look:
        form.validate()
    return page(found, this, form)


@in_both_languages("/<kind:kind>/<step>", method="POST")
def save_step(kind: str, step: str) -> ResponseReturnValue:
    """Keep what was typed, then go on, or back to the step, which says what is wrong.

    Only what cannot be kept is drawn from the post itself: any other page can be left and come back to.
    """
    found, this = find_step(kind, step)
    now = utc_now()
    is_good = posted.token_is_good()
    if not is_good and not posted.is_from_own_page():
        posted.only_read_from_now()
        draft = drafts.find(db.session(), kind, now)
        form = this.form(posted.typed(), context=context_of(drafts.answers_in(draft), now))
        return page(found, this, form, notice=token_notice(_("Continue")), status=400)
    try:
        return _save(found, this, now, is_good=is_good)
    except posted.TROUBLE:
        posted.only_read_from_now()
        form = this.form(posted.typed(), context=context_of({}, now))
        return page(found, this, form, notice=trouble_notice(_("Continue")), status=503)


def _save(kind: Kind, this: FormStep, now: datetime, *, is_good: bool) -> ResponseReturnValue:
    """Keep one step in the draft, in one transaction. Without a good token it is kept and not yet done."""
    session = db.session()
    draft = drafts.find(session, kind.name, now, lock=True)
    token = request.cookies.get(drafts.cookie_name(kind.name), "")
    if drafts.is_sent(draft) and this is not kind.steps[0]:
        flash(_("This form was sent already, so what you pressed just now changes nothing. "
                "Use the link in our letter to change your answers."), "notice")  # fmt: skip
        return redirect(url_for("public.sent", kind=kind.name), 303)
    is_lost = draft is None and this is not kind.steps[0]
    is_only_drawn = posted.is_for_other_language()
    if draft is None or drafts.is_sent(draft):
        if is_only_drawn and _is_as_drawn(this, now):
            return redirect(_same(kind, this), 303)
        limits.refuse_more_drafts(session.connection(), request.remote_addr or "")
        before = earlier.own_request(draft) if draft is not None else None
        draft, token = drafts.begin(kind.name, language.current(), now, earlier=before)
    form = this.form(posted.typed(), context=context_of(draft.answers, now))
    raw = form.raw()
    if drafts.is_too_large(raw):
        abort(413)
    is_done = (is_good or (is_only_drawn and this.name in draft.steps_done)) and form.validate()
    is_trapped = posted.trap_is_filled()
    drafts.keep(session, draft, this.name, raw, is_done=is_done, is_trapped=is_trapped, now=now)
    session.commit()
    if is_lost:
        _say_what_is_lost(kind.name)
    if is_only_drawn:
        following = _same(kind, this)
    elif not is_done:
        following = _same(kind, this, "1" if is_good else PRESS_AGAIN)
    else:
        following = url_for("public.start", kind=kind.name) if is_lost else _next(kind, this)
    answer = redirect(following, 303)
    drafts.set_cookie(answer, kind.name, token)
    return answer


def _is_as_drawn(this: FormStep, now: datetime) -> bool:
    """Whether nothing was typed or chosen beside what stands on the page of somebody new."""
    context = context_of({}, now)
    typed, fresh = this.form(posted.typed(), context=context).raw(), this.form(context=context).raw()
    return all((given or "") == (fresh[name] or "") for name, given in typed.items())


def _say_what_is_lost(kind: str) -> None:
    """A later step without a draft: the answers before it are gone, or were never given in this browser."""
    if not request.cookies.get(drafts.cookie_name(kind)):
        # The browser may never have had one: then nothing is lost.
        words = ngettext(
            "We have no earlier answers from you: we keep them for %(num)d hour. "
            "What you type here is kept, and we ask you for the others as well.",
            "We have no earlier answers from you: we keep them for %(num)d hours. "
            "What you type here is kept, and we ask you for the others as well.",
            drafts.hours(),
        )
        flash(words, "notice")
        return
    flash(
        ngettext(
            "We no longer have your earlier answers: we keep them for %(num)d hour. "
            "What you type here is kept, and we ask you for the others again.",
            "We no longer have your earlier answers: we keep them for %(num)d hours. "
            "What you type here is kept, and we ask you for the others again.",
            drafts.hours(),
        ),
        "error",
    )


def _next(kind: Kind, this: FormStep) -> str:
    """The address after a step that holds."""
    following = kind.steps[kind.steps.index(this) + 1 :]
    if request.args.get("return") == CHECK or not following:
        return url_for("public.check", kind=kind.name)
    return url_for("public.step", kind=kind.name, step=following[0].name)


def _same(kind: Kind, this: FormStep, look: str | None = None) -> str:
    """The address of a step, with `look` at which it says what is wrong: Back and reload show it again."""
    more: dict[str, Any] = {LOOK_AGAIN: look, "return": CHECK if request.args.get("return") == CHECK else None}
    return url_for("public.step", kind=kind.name, step=this.name, **more)


@in_both_languages("/<kind:kind>/start-again", method="POST")
def start_again(kind: str) -> ResponseReturnValue:
    """Throw away everything that was typed into this form."""
    if not posted.token_is_good():
        return render_template("public/start_again.html", kind=registry.kind(kind)), 400
    now = utc_now()
    draft = drafts.find(db.session(), kind, now, lock=True)
    if draft is not None and not drafts.is_sent(draft):
        drafts.throw_away(db.session(), draft)
    db.session.commit()
    flash(_("The form is empty again."), "success")
    answer = redirect(url_for("public.start", kind=kind), 303)
    drafts.forget_cookie(answer, kind)
    return answer


def find_step(kind: str, name: str) -> tuple[Kind, FormStep]:
    """The kind and its step of that name; 404 for none."""
    found = registry.kind(kind)
    this = next((each for each in found.steps if each.name == name), None)
    if this is None:
        abort(404)
    return found, this


def address_from_check(kind: Kind, step: str, *, is_wrong: bool = False) -> str:
    """The address of a step that leads back to the check page; with its errors shown at once where it is wrong."""
    more: dict[str, Any] = {"return": CHECK, **({LOOK_AGAIN: "1"} if is_wrong else {})}
    return url_for("public.step", kind=kind.name, step=step, **more)


def context_of(answers: dict[str, Any], now: datetime) -> FormContext:
    """What a step must know about the page and about the other steps."""
    return FormContext(today=london_day(now), language=language.current(), answers=answers, now=now)


def gone(kind: str) -> Response:
    """To the start of the form, with a sentence: there is no draft any more."""
    flash(
        ngettext(
            "We no longer have your answers: we keep them for %(num)d hour. Please begin again. "
            "Have you sent the form already? Then your link stands in our letter.",
            "We no longer have your answers: we keep them for %(num)d hours. Please begin again. "
            "Have you sent the form already? Then your link stands in our letter.",
            drafts.hours(),
        ),
        "error",
    )
    return redirect(url_for("public.start", kind=kind), 303)


def gone_after_sending() -> Response:
    """To where a link is sent again: whoever opens a confirmation later has most likely sent their form."""
    flash(
        _("We no longer show this page on this device. Have you sent your form? Then your link stands in our letter.")
    )
    return redirect(url_for("public.find_request"), 303)


def token_notice(button: str) -> str:
    """What to do when the page's token had run out, or the page was only drawn in the other language."""
    if posted.is_for_other_language():
        return str(_("What you typed is still here, and nothing is sent yet. Press “%(button)s”.", button=button))
    return str(_("Your page was open for a long time. Press “%(button)s” once more.", button=button))


def trouble_notice(button: str) -> str:
    """What to do when nothing could be saved."""
    return str(
        _(
            "We cannot save anything just now. Your answers are still on this page. "
            "Wait a minute, then press “%(button)s” again.",
            button=button,
        )
    )


def page(kind: Kind, this: FormStep, form: StepForm, *, notice: str = "", status: int = 200) -> Response:
    """Draw a step."""
    number = kind.steps.index(this) + 1
    goes_back_to_check = request.args.get("return") == CHECK
    if goes_back_to_check:
        back = url_for("public.check", kind=kind.name)
    elif number > 1:
        back = url_for("public.step", kind=kind.name, step=kind.steps[number - 2].name)
    else:
        back = url_for("public.home")
    answer = make_response(
        render_template(
            "public/step.html",
            kind=kind,
            step=this,
            form=form,
            number=number,
            total=len(kind.steps) + 1,
            form_title=_(addresses.TITLES[kind.name]),
            back=back,
            notice=notice,
            has_errors=bool(notice or form.errors),
        ),
        status,
    )
    return private(answer)


def private(answer: Response) -> Response:
    """Keep a page with somebody's details out of every cache."""
    answer.headers["Cache-Control"] = "no-store"
    return answer

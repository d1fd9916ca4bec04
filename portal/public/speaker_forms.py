"""The small pages behind a speaker's own page, as a table: what each is called, asks and does.

The page itself is in `speaking`, drawing and taking these forms in `speaking_acts`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.extensions import db
from portal.public import language
from portal.speakers import agreements, consenting, feeds, keeping, leaving, own_address, own_page
from portal.speakers.own_forms import About, Agree, NewAddress, OwnForm, RatherNot, Talks, Where
from portal.speakers.own_times import Pause, Week
from portal.speakers.register import IN_UK, Speaker
from portal.submissions.fields import Sentence

SAVE = _l("Save the change")
NAME_TAKEN_BACK = (
    "The speaker has taken back that branches learn their name. Talk to them, and do not name them to the branch."
)


class Confirm(OwnForm):
    """A page with nothing to fill in."""


def _always(speaker: Speaker, today: date) -> bool:
    return True


@dataclass(frozen=True)
class SpeakerForm:
    """One small page. `keep` does what it is for and gives the sentence that is said then.

    `is_compared` marks a form about what stands already: what was changed in another window is never overwritten
    unseen. `is_written` marks one in which people write freely: in Ukraine they are warned first. Where `is_open` says
    no, there is no such page for that speaker just now.
    """

    name: str
    title: Sentence
    form: type[OwnForm]
    keep: Callable[[Speaker, OwnForm, datetime], str]
    intro: Sentence = ""
    button: Sentence = SAVE
    is_compared: bool = False
    is_written: bool = False
    is_open: Callable[[Speaker, date], bool] = _always


def _saved(is_different: bool) -> str:
    return str(_("We have your change.") if is_different else _("Nothing was different."))


def _keep_details(speaker: Speaker, form: OwnForm, now: datetime) -> str:
    is_different = own_page.save(db.session(), speaker, form.kept())
    # Whoever has just chosen another language reads it from here on.
    language.speak(speaker.language)
    return _saved(is_different)


def _keep_week(speaker: Speaker, form: OwnForm, now: datetime) -> str:
    assert isinstance(form, Week)
    return _saved(own_page.set_week(speaker, form.week()))


def _pause(speaker: Speaker, form: OwnForm, now: datetime) -> str:
    keeping.pause(db.session(), speaker, now, until=form["until"].value)
    return str(_("We ask you about no new meetings now."))


def _go_on(speaker: Speaker, form: OwnForm, now: datetime) -> str:
    keeping.resume(db.session(), speaker, now)
    return str(_("Welcome back. We can ask you about meetings again."))


def _ask_for_address(speaker: Speaker, form: OwnForm, now: datetime) -> str:
    if own_address.ask(db.session(), speaker, str(form["email"].value), now):
        return str(_("A letter is on its way to your new address. Press the button in it within a day."))
    return str(_("Nothing was different."))


def _rather_not(speaker: Speaker, form: OwnForm, now: datetime) -> str:
    own_page.rather_not(db.session(), speaker, str(form["words"].value), now)
    return str(_("We have noted it. A coordinator makes sure that nobody asks you to go there."))


def _agree(speaker: Speaker, form: OwnForm, now: datetime) -> str:
    for purpose in agreements.PURPOSES:
        if purpose not in form.hidden and form[purpose].value:
            agreements.give(speaker, purpose, language=language.current(), now=now)
    keeping.touch(speaker)
    return str(_("Thank you. We have noted what you agree to."))


def _take_back(speaker: Speaker, form: OwnForm, now: datetime) -> str:
    consenting.withdraw_all(db.session(), speaker, now)
    if agreements.withdraw(speaker, agreements.BRANCHES, now):
        own_page.tell_coordinators(db.session(), speaker, "speaker-not-named", NAME_TAKEN_BACK, now)
        keeping.touch(speaker)
    return str(_("You have taken it back. No branch learns who you are from now on."))


def _make_calendar(speaker: Speaker, form: OwnForm, now: datetime) -> str:
    feeds.renew(db.session(), speaker, now)
    return str(_("Your calendar has a new secret address. It stands on this page."))


def _end_calendar(speaker: Speaker, form: OwnForm, now: datetime) -> str:
    feeds.revoke(db.session(), speaker, now)
    return str(_("The address of your calendar opens nothing any more."))


def _leave(speaker: Speaker, form: OwnForm, now: datetime) -> str:
    leaving.leave(db.session(), speaker, now)
    return ""


def _is_in_uk(speaker: Speaker, today: date) -> bool:
    return speaker.lives_in == IN_UK


def _is_paused(speaker: Speaker, today: date) -> bool:
    return speaker.is_paused_on(today)


def _has_something_to_agree(speaker: Speaker, today: date) -> bool:
    return any(agreements.standing(speaker, purpose) is None for purpose in agreements.PURPOSES)


def _lets_be_named(speaker: Speaker, today: date) -> bool:
    return agreements.standing(speaker, agreements.BRANCHES) is not None


FORMS = {
    each.name: each
    for each in (
        SpeakerForm("about", _l("About you"), About, _keep_details, is_compared=True, is_written=True),
        SpeakerForm("talks", _l("What you speak about"), Talks, _keep_details, is_compared=True, is_written=True),
        SpeakerForm(
            "travel",
            _l("Where you speak"),
            Where,
            _keep_details,
            intro=_l("Of your home we keep the district alone, to find meetings near you."),
            is_compared=True,
            is_open=_is_in_uk,
        ),
        SpeakerForm(
            "week",
            _l("Your usual hours"),
            Week,
            _keep_week,
            intro=_l(
                "Write when you can usually speak, like 6pm–9pm, or 10am–12pm, 6pm–9pm. Leave a day empty if you "
                "usually cannot. If your hours vary, leave all of them empty: then we ask about any day."
            ),
            is_compared=True,
        ),
        SpeakerForm(
            "pause",
            _l("Pause"),
            Pause,
            _pause,
            intro=_l("We ask you about no new meetings while you pause. Your details stay as they are."),
            button=_l("Pause now"),
        ),
        SpeakerForm(
            "go-on",
            _l("Go on"),
            Confirm,
            _go_on,
            intro=_l("You end your pause, and we can ask you about meetings again."),
            button=_l("End my pause"),
            is_open=_is_paused,
        ),
        SpeakerForm(
            "email", _l("Another email address"), NewAddress, _ask_for_address, button=_l("Send a letter there")
        ),
        SpeakerForm(
            "rather-not",
            _l("Whom you would rather not visit"),
            RatherNot,
            _rather_not,
            intro=_l(
                "A coordinator reads this and makes a rule of it. From then on you are never asked about a meeting "
                "there. The branch does not hear of it."
            ),
            button=_l("Tell the coordinators"),
            is_written=True,
        ),
        SpeakerForm(
            "agree",
            _l("What you agree to"),
            Agree,
            _agree,
            intro=_l("Each box stands for itself. You can take back what you agree to at any time, on your page."),
            button=_l("I agree to what I have ticked"),
            is_open=_has_something_to_agree,
        ),
        SpeakerForm(
            "take-back",
            _l("Do not give my name to branches"),
            Confirm,
            _take_back,
            intro=_l(
                "No branch learns your name, union or email from now on. Somebody who knows them already keeps knowing "
                "them. We can still ask you about meetings: then a coordinator stands between you and the branch."
            ),
            button=_l("Take it back"),
            is_open=_lets_be_named,
        ),
        SpeakerForm(
            "calendar",
            _l("Your bookings in your own calendar"),
            Confirm,
            _make_calendar,
            intro=_l(
                "Your calendar program subscribes to a secret address and then follows every change. Whoever has the "
                "address can read your bookings. If you have an address already, it ends, and you get a new one."
            ),
            button=_l("Make a secret address"),
        ),
        SpeakerForm(
            "end-calendar",
            _l("End your calendar"),
            Confirm,
            _end_calendar,
            intro=_l("The secret address ends. Your bookings stay as they are."),
            button=_l("End it"),
        ),
        SpeakerForm(
            "leave",
            _l("Leave the register"),
            Confirm,
            _leave,
            intro=_l(
                "We forget your name, your address and everything else about you at once, also in letters and "
                "histories, and ask you nothing more. We keep a number, that you had agreed, and that letters were "
                "sent, but not their words: it shows that we kept the law. Backups forget you as they are replaced. "
                "This cannot be undone."
            ),
            button=_l("Leave, and forget my details"),
        ),
    )
}
"""The pages by the word in their address."""

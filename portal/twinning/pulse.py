"""What two twins have said of how it goes, read as one: in touch, quiet, or in need of help. Nothing here changes it.

Both are asked each quarter. A round is quiet where a side says so, or stays silent until its time is over; whoever
needs help is heard at once. Standard library only: the workflow reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from portal.clock import london_day
from portal.submissions.workflow import N_

if TYPE_CHECKING:
    from portal.twinning.models import TwinningProposal
    from portal.twinning.twinnings import Pulse, Twinning

IN_TOUCH, QUIET, HELP = "in-touch", "quiet", "help"
ANSWERS = ((IN_TOUCH, N_("We are in touch")), (QUIET, N_("It is quiet")), (HELP, N_("We need help")))
"""The three answers, as either side reads them on their buttons."""
BRANCH, BODY = "branch", "body"
SIDES = ((BRANCH, N_("The branch")), (BODY, N_("The Ukrainian side")))
QUARTER = 91
"""So many days lie between two rounds."""
AGAIN_AFTER = 15
"""So many days after it was asked a silent side is asked once more: the letter has named a day two weeks away."""
OVER_AFTER = 28
"""So many days after it was asked whoever has not answered counts as silent."""
QUIET_FOR = timedelta(weeks=6)
"""So long after their last sign of life somebody of us can say that two have gone quiet for long."""
QUIET_ROUNDS = 2
"""After so many quiet rounds in a row a twinning is dormant."""


def said(pulse: Pulse, side: str) -> str:
    """The answer of one side; empty while it is silent."""
    return pulse.branch_said if side == BRANCH else pulse.body_said


def rounds(twinning: Twinning) -> Sequence[Pulse]:
    """The rounds that count, oldest first: those since it was last revived or taken up again."""
    since = twinning.revived_on
    return [each for each in twinning.pulses if since is None or each.asked_on > since]


def is_in_touch(twinning: Twinning | None, side: str) -> bool:
    """Whether a side said in the last round that they are in touch."""
    heard = rounds(twinning) if twinning is not None else ()
    return bool(heard) and said(heard[-1], side) == IN_TOUCH


def is_good(pulse: Pulse) -> bool:
    """Whether both say that they are in touch."""
    return pulse.branch_said == pulse.body_said == IN_TOUCH


def is_quiet(pulse: Pulse) -> bool:
    """Whether a round is quiet once its time is over: not both spoke, or one says that it is quiet."""
    return {pulse.branch_said, pulse.body_said} - {IN_TOUCH, HELP} != set()


def is_quiet_for_long(twinning: Twinning) -> bool:
    """Whether so many of the last rounds are quiet that the twinning is dormant, once the last one is over."""
    last = rounds(twinning)[-QUIET_ROUNDS:]
    return len(last) == QUIET_ROUNDS and all(map(is_quiet, last))


def dormant_from(proposal: TwinningProposal) -> date:
    """The day (London) from which two twins can be called quiet for long: a while after they were last in touch.

    Sooner where they have told us so, or the time to answer is over; nobody is called quiet on the day it began.
    """
    twinning = proposal.twinning
    heard = rounds(twinning) if twinning is not None else ()
    signs = [london_day(proposal.state_since)]
    if twinning is not None and twinning.revived_on is not None:
        signs.append(twinning.revived_on)
    for each in heard:
        answers = (each.branch_said, each.branch_said_at), (each.body_said, each.body_said_at)
        signs += [london_day(at) for what, at in answers if what == IN_TOUCH and at is not None]
    days = [max(signs) + QUIET_FOR]
    if heard and is_quiet(heard[-1]):
        last = heard[-1]
        is_told = QUIET in (last.branch_said, last.body_said)
        days.append(last.asked_on if is_told else last.asked_on + timedelta(days=OVER_AFTER))
    return min(days)


def standing(twinning: Twinning, today: date) -> str:
    """How it goes on a day (London): one of `ANSWERS`; empty where nobody has been asked, or not for long enough.

    While a round is open it goes as it went before, unless somebody has said that it is quiet, or that help is needed.
    """
    known = ""
    for each in rounds(twinning):
        heard = {each.branch_said, each.body_said}
        if HELP in heard:
            known = HELP
        elif QUIET in heard or (is_quiet(each) and today >= each.asked_on + timedelta(days=OVER_AFTER)):
            known = QUIET
        elif is_good(each):
            known = IN_TOUCH
    return known

"""Works out the yearly fee from the table that coordinators set. Sums are in pence a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import format_decimal, gettext, ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.affiliations.models import FeeBand
from portal.submissions.money import pounds

FLAT = "flat"
PER_MEMBER = "per-member"
BASES = (FLAT, PER_MEMBER)


@dataclass(frozen=True)
class Fee:
    """A yearly fee: the sum in pence (None where it cannot be told), how it comes about, and whether it is invented."""

    pence: int | None
    sentence: str
    is_example: bool = False


def table(session: Session) -> list[FeeBand]:
    """The whole table, by kind of body and then by size; bands without an end come last."""
    rows = session.scalars(select(FeeBand).order_by(FeeBand.body_type, FeeBand.id)).all()
    return sorted(rows, key=lambda row: (row.body_type, row.up_to_members is None, row.up_to_members or 0, row.id))


def work_out(session: Session, body_type: str, members: int | None) -> Fee:
    """The fee for a body of that type with so many members, and a sentence in the present language.

    Where the table has no row for the type, or the number is missing and matters, the sum is None.
    """
    rows = [row for row in table(session) if row.body_type == body_type]
    if not rows:
        return Fee(None, gettext("A coordinator will tell you the fee."))
    if members is None and (len(rows) > 1 or rows[0].basis == PER_MEMBER):
        return Fee(None, gettext("The fee depends on the number of your members. A coordinator will tell you the sum."))
    fitting = [row for row in rows if row.up_to_members is None or (members or 0) <= row.up_to_members]
    if not fitting:
        return Fee(None, gettext("A coordinator will tell you the fee for a branch of your size."))
    smaller = [row.up_to_members for row in rows if row.up_to_members is not None]
    return _fee_of(fitting[0], members or 0, max(smaller, default=None))


def sentences(rows: Sequence[FeeBand]) -> list[str]:
    """The fees of one kind of body in words, a sentence for each of its rows, in the present language."""
    largest = max((row.up_to_members for row in rows if row.up_to_members is not None), default=None)
    return [
        _rate(row) if row.basis == PER_MEMBER else _flat(pounds(row.pence), row.up_to_members, largest) for row in rows
    ]


def _rate(row: FeeBand) -> str:
    """What a body pays for each of its members."""
    rate = ngettext("%(num)dp", "%(num)dp", row.pence)
    if row.minimum_pence:
        return gettext(
            "%(rate)s a year for each member, but at least %(fee)s.", rate=rate, fee=pounds(row.minimum_pence)
        )
    return gettext("%(rate)s a year for each member.", rate=rate)


def told(fee: Fee, wish: str, offered_pence: int | None) -> str:
    """The fee as the branch reads it: with its wish to pay more or less, and what comes next where no sum is known."""
    offered = pounds(offered_pence) if offered_pence is not None else ""
    usual = pounds(fee.pence) if fee.pence is not None else ""
    if wish == "waiver":
        return _less(offered if offered_pence else "", usual, is_nothing=offered_pence == 0)
    if wish == "more" and usual and offered_pence is not None and offered_pence > (fee.pence or 0):
        return gettext(
            "You wish to pay %(offered)s a year. The usual fee would be %(fee)s.", offered=offered, fee=usual
        )
    if offered_pence and not usual:
        return gettext(
            "You wish to pay %(offered)s a year. A coordinator will write to you whether that suits.", offered=offered
        )
    if not usual:
        return gettext("%(sentence)s Nothing is due before that.", sentence=fee.sentence)
    return fee.sentence


def _less(offered: str, usual: str, *, is_nothing: bool) -> str:
    """A wish to pay less: it stands until somebody has decided."""
    if is_nothing:
        wish = gettext("You ask to pay nothing.")
    elif offered and usual:
        wish = gettext("You ask to pay %(offered)s instead of %(fee)s.", offered=offered, fee=usual)
    elif offered:
        wish = gettext("You ask to pay %(offered)s a year.", offered=offered)
    elif usual:
        wish = gettext("You ask to pay less than %(fee)s, or nothing.", fee=usual)
    else:
        wish = gettext("You ask to pay less, or nothing.")
    return gettext("%(wish)s A coordinator will write to you what we decide.", wish=wish)


def _fee_of(row: FeeBand, members: int, largest: int | None) -> Fee:
    """The fee of a row; `largest` is the greatest number of members that other rows of the kind end at."""
    if row.basis == PER_MEMBER:
        pence = max(row.pence * members, row.minimum_pence)
        sentence = ngettext(
            "%(rate)s a year for %(members)s member: %(fee)s.",
            "%(rate)s a year for each of %(members)s members: %(fee)s.",
            members,
            rate=ngettext("%(num)dp", "%(num)dp", row.pence),
            members=format_decimal(members),
            fee=pounds(pence),
        )
        if pence > row.pence * members:
            sentence = gettext(
                "The least a body of your kind pays is %(fee)s a year: %(rate)s for each member would be less.",
                fee=pounds(pence),
                rate=ngettext("%(num)dp", "%(num)dp", row.pence),
            )
    else:
        pence = row.pence
        sentence = _flat(pounds(pence), row.up_to_members, largest)
    if row.is_example:
        sentence = gettext("%(sentence)s This is an example: the campaign sets the real fees.", sentence=sentence)
    return Fee(pence, sentence, row.is_example)


def _flat(fee: str, up_to: int | None, largest: int | None) -> str:
    """A sum for a size: for up to so many members, for more than the other rows end at, or for any number."""
    if up_to is not None:
        return gettext("%(fee)s a year for up to %(members)s members.", fee=fee, members=format_decimal(up_to))
    if largest is not None:
        return gettext("%(fee)s a year for more than %(members)s members.", fee=fee, members=format_decimal(largest))
    return gettext("%(fee)s a year for any number of members.", fee=fee)

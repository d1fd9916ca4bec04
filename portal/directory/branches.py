"""Finds a branch again, or makes a new one; the only place that decides whether two names are one branch.

Never on a guess: only the same name after folding attaches by itself. Anything less makes a new branch and
names those that look alike, so that a coordinator can merge them. Nothing here commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from functools import lru_cache

from sqlalchemy import ColumnElement, Row, bindparam, or_, select, update
from sqlalchemy.orm import lazyload

from portal import new_rows
from portal.directory.folding import fold
from portal.directory.models import BODY_TYPES, FOLDED_LENGTH, Branch, Officer, Union
from portal.directory.places import Location
from portal.extensions import db

ALIKE = 0.8
ALIKE_AT_MOST = 5
_COMPARED_AT_MOST = 100
_WORDS_THAT_TELL_LITTLE = frozenset(
    {"and", "area", "association", "council", "county", "district", "division", "health", "region", "trades"}
)


@dataclass(frozen=True, slots=True)
class BranchMatch:
    """The branch to use, whether it is new, and others of the union that a coordinator should look at."""

    branch: Branch
    is_new: bool
    alike: tuple[Branch, ...]


def find_or_make(
    *,
    union: Union | None,
    name: str,
    now: datetime,
    body_type: str = "branch",
    number: str = "",
    written_in_union: str = "",
    town: str = "",
    location: Location | None = None,
) -> BranchMatch:
    """The branch of that name in that union, or a new one with a list of those alike.

    `now` is an aware UTC datetime. `written_in_union` counts only where `union` is None or its "other" entry.
    Two branches of one name in different regions are two (there is a Newport in Wales and one in Shropshire).
    Raises ValueError for an unknown `body_type`.
    """
    if body_type not in BODY_TYPES:
        raise ValueError(f"unknown body type {body_type!r}")
    written_in = written_in_union.strip() if union is None or union.slug == "other" else ""
    region_slug = location.region if location else None
    wanted = new_rows.made(
        Branch,
        union_id=union.id if union else None,
        written_in_union=written_in,
        body_type=body_type,
        name=name.strip(),
        number=number.strip(),
        folded=_folded_name(name, union, body_type),
        town=town.strip(),
        outcode=location.outcode if location else "",
        region_slug=region_slug,
        latitude=location.lat if location else None,
        longitude=location.lon if location else None,
        created_at=now,
    )
    same = [branch for branch in _namesakes(wanted) if not _contradict(wanted, branch)]
    same = [branch for branch in same if branch.number and wanted.number] or same
    found = {branch.id: branch for branch in map(_survivor, same)}
    if len(found) == 1:
        (branch,) = found.values()
        if wanted.number and not branch.number:
            # The next form with another number must not attach to this branch as well.
            branch.number = wanted.number
        return BranchMatch(branch, False, ())
    alike = find_alike(wanted)
    wanted.union = union
    db.session.add(wanted)
    db.session.flush()
    return BranchMatch(wanted, True, alike)


def _folded_name(name: str, union: Union | None, body_type: str) -> str:
    """The folded name without the union's own, which some people write before it."""
    folded = fold(name)
    own_names = _folded_names(union.short_name, union.full_name) if union else frozenset()
    if body_type == "national" and folded in own_names | {"", "national", "national office", "head office"}:
        return "national"
    for own in own_names:
        if folded.startswith(f"{own} "):
            folded = folded[len(own) + 1 :]
            break
    # One letter can fold to several, so a name that fits its column may not fit when folded.
    return folded[:FOLDED_LENGTH]


@lru_cache(maxsize=500)
def _folded_names(short_name: str, full_name: str) -> frozenset[str]:
    """A union's own names, which stand in our list and were typed by nobody."""
    return frozenset({fold(short_name), fold(full_name)})


def _number_key(number: str) -> str:
    return fold(number).replace(" ", "").lstrip("0")


def _of_same_union(wanted: Branch) -> ColumnElement[bool]:
    return Branch.union_id.is_(None) if wanted.union_id is None else Branch.union_id == wanted.union_id


def _survivor(branch: Branch) -> Branch:
    """The branch into which this one was merged, or itself."""
    while branch.merged_into is not None:
        branch = branch.merged_into
    return branch


# The union of a form has been read already: the session knows it by its number.
_ANY_NAMESAKES = (
    select(Branch)
    .options(lazyload(Branch.union))
    .where(Branch.folded == bindparam("folded"), Branch.body_type == bindparam("body_type"))
    .order_by(Branch.id)
)
# Put together once: every form that is sent asks one of these.
_NAMESAKES = _ANY_NAMESAKES.where(Branch.union_id == bindparam("union_id"))
_NAMESAKES_WITHOUT_UNION = _ANY_NAMESAKES.where(Branch.union_id.is_(None))


def _namesakes(wanted: Branch) -> list[Branch]:
    """Branches of the same union, kind and folded name; a merged one speaks for the branch it became."""
    if not wanted.folded:
        return []
    rows = db.session.scalars(
        _NAMESAKES_WITHOUT_UNION if wanted.union_id is None else _NAMESAKES,
        {"folded": wanted.folded, "body_type": wanted.body_type, "union_id": wanted.union_id},
    )
    union_key = fold(wanted.written_in_union)
    return [branch for branch in rows if fold(branch.written_in_union) == union_key]


def _contradict(wanted: Branch, branch: Branch) -> bool:
    """True where both sides know a number or a region and the two are not the same."""
    pairs = (
        (_number_key(wanted.number), _number_key(branch.number)),
        (wanted.region_slug, branch.region_slug),
    )
    return any(one and other and one != other for one, other in pairs)


def find_alike(wanted: Branch) -> tuple[Branch, ...]:
    """Other living branches of its union that a coordinator should compare it with, most alike first."""
    telling = _telling_words(wanted.folded)
    like = [Branch.folded.contains(word, autoescape=True) for word in sorted(telling, key=len)[-2:]]
    if wanted.folded:
        like.append(Branch.folded.startswith(wanted.folded[:2], autoescape=True))
    if wanted.number:
        like.append(Branch.number == wanted.number)
    if not like:
        return ()
    rows = db.session.execute(
        select(Branch.id, Branch.folded, Branch.number, Branch.written_in_union)
        .where(_of_same_union(wanted), or_(*like), Branch.id != (wanted.id or 0))
        .order_by(Branch.id.desc())
        .limit(_COMPARED_AT_MOST)
    )
    scores = {row.id: score for row in rows if (score := _likeness(wanted, row)) >= ALIKE}
    best = sorted(scores, key=lambda branch_id: (-scores[branch_id], branch_id))[: 2 * ALIKE_AT_MOST]
    if not best:
        return ()
    found = {branch.id: branch for branch in db.session.scalars(select(Branch).where(Branch.id.in_(best)))}
    # A merged branch speaks for the one that remains, which then stands in the list once.
    remaining = {branch.id: branch for branch in (_survivor(found[branch_id]) for branch_id in best)}
    remaining.pop(wanted.id, None)
    return tuple(remaining.values())[:ALIKE_AT_MOST]


def _telling_words(folded: str) -> set[str]:
    return {word for word in folded.split() if len(word) > 2 and word not in _WORDS_THAT_TELL_LITTLE}


def _likeness(wanted: Branch, row: Row[int, str, str, str]) -> float:
    """From 0 to 1: how much two branches of one union look like the same body."""
    if wanted.written_in_union and _ratio(fold(wanted.written_in_union), fold(row.written_in_union)) < ALIKE:
        return 0.0
    if wanted.number and _number_key(wanted.number) == _number_key(row.number):
        return 1.0
    here, there = _telling_words(wanted.folded), _telling_words(row.folded)
    if here and there and (here <= there or there <= here):
        # "Durham" and "Durham Area" are most likely one; a coordinator knows.
        return 0.9
    return _ratio(wanted.folded, row.folded)


def _ratio(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1; the cheap upper bounds spare most of the work."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()


def merge(branch: Branch, into: Branch, now: datetime) -> Branch:
    """Mark `branch` as one with `into`, hand over its officers, and give the branch that remains.

    `now` is an aware UTC datetime. What was asked for in the name of `branch` is moved by submissions.
    Raises ValueError where both are one branch already, or `branch` was merged before.
    """
    remaining = _survivor(into)
    if branch.id == remaining.id or branch.merged_into_id is not None:
        raise ValueError("these two are one branch already")
    branch.merged_into = remaining
    branch.merged_at = now
    # Whatever was merged into this branch earlier follows, so that a chain never grows.
    earlier = update(Branch).where(Branch.merged_into_id == branch.id)
    db.session.execute(earlier.values(merged_into_id=remaining.id))
    officers = update(Officer).where(Officer.branch_id == branch.id)
    db.session.execute(officers.values(branch_id=remaining.id))
    db.session.flush()
    db.session.expire(branch, ["officers"])
    db.session.expire(remaining, ["officers"])
    return remaining

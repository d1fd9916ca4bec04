"""The tables of the directory: unions, their branches and the officers of a branch.

What a branch asked for lives in the submissions packages, Ukrainian bodies in twinning.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.directory.folding import fold
from portal.directory.tables import split_cell
from portal.extensions import db

BODY_TYPES = ("branch", "region", "national", "trades-council", "other")
FOLDED_LENGTH = 400


class Union(db.Model):
    """A union, or another kind of body that writes to the campaign as if it were one."""

    __tablename__ = "unions"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    short_name: Mapped[str] = mapped_column(String(80))
    full_name: Mapped[str] = mapped_column(String(200))
    aliases: Mapped[str] = mapped_column(Text, default="")
    sectors: Mapped[str] = mapped_column(Text, default="")
    local_unit: Mapped[str] = mapped_column(String(60), default="branch")
    kind: Mapped[str] = mapped_column(String(20), default="union")
    is_national_affiliate: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=1000)

    branches: Mapped[list[Branch]] = relationship(back_populates="union")

    @property
    def other_names(self) -> tuple[str, ...]:
        """The other names people type for it."""
        return split_cell(self.aliases)


class Branch(db.Model):
    """A body that writes to the campaign: a branch, region, national office, trades council or other."""

    __tablename__ = "branches"

    id: Mapped[int] = mapped_column(primary_key=True)
    union_id: Mapped[int | None] = mapped_column(ForeignKey("unions.id"), index=True)
    written_in_union: Mapped[str] = mapped_column(String(200), default="")
    body_type: Mapped[str] = mapped_column(String(20), default="branch")
    name: Mapped[str] = mapped_column(String(200))
    number: Mapped[str] = mapped_column(String(40), default="")
    folded: Mapped[str] = mapped_column(String(FOLDED_LENGTH), index=True)
    town: Mapped[str] = mapped_column(String(120), default="")
    outcode: Mapped[str] = mapped_column(String(8), default="")
    region_slug: Mapped[str | None] = mapped_column(String(40), index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    created_at: Mapped[datetime]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"), index=True)
    merged_at: Mapped[datetime | None]

    # A title needs the union's name, so a list of branches would otherwise ask for each union by itself.
    union: Mapped[Union | None] = relationship(back_populates="branches", lazy="joined")
    merged_into: Mapped[Branch | None] = relationship(remote_side=[id])
    officers: Mapped[list[Officer]] = relationship(back_populates="branch", order_by="Officer.id")

    @property
    def union_name(self) -> str:
        """The everyday name of its union, as written in where we do not know it; may be empty."""
        return self.written_in_union or (self.union.short_name if self.union else "")

    @property
    def title(self) -> str:
        """What people call it: "NUM Durham Area"."""
        name = self.name or self.number
        union_name = self.union_name
        if not name or not union_name:
            return name or union_name
        said = f" {fold(name)} "
        if self.body_type == "trades-council" or (self.union and self.union.kind == "council"):
            if any(f" {words} " in said for words in ("tuc", "tucs", "trades", "trade union")):
                return name
            return f"{name} Trades Council"
        if f" {fold(union_name)} " in said:
            return name
        return f"{union_name} {name}"


class Officer(db.Model):
    """A person who acts for a branch; a proposed one comes from a form and waits for a coordinator."""

    __tablename__ = "officers"

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(120), default="")
    email: Mapped[str] = mapped_column(String(254), default="", index=True)
    phone: Mapped[str] = mapped_column(String(60), default="")
    language: Mapped[str] = mapped_column(String(2), default="en")
    is_proposed: Mapped[bool] = mapped_column(default=True)
    since: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)

    branch: Mapped[Branch] = relationship(back_populates="officers")

"""What counts when speakers are ranked for a request, and twins for each other: names, usual points, a sentence each.

They are settings of the campaign: kept in `settings`, used in `speakers.weights` and `twinning.weights`. Nothing is
worked out here.
"""

from __future__ import annotations

from typing import NamedTuple

MOST = 200
"""No single reason is worth more."""
SECTION = "Matching speakers"
PREFIX = "match."


class Row(NamedTuple):
    """One thing that counts."""

    name: str
    points: int
    label: str
    sentence: str


ROWS: tuple[Row, ...] = (
    Row("free", 30, "Free", "Points where a speaker has told us that they can on one of the dates."),
    Row(
        "unusual",
        15,
        "Outside their usual hours",
        "Points taken away where every date lies outside the hours that a speaker has told us.",
    ),
    Row(
        "held",
        15,
        "Asked or booked for the same day",
        "Points taken away where a speaker has another meeting on one of the days, or is asked for one and waits.",
    ),
    Row("named", 60, "Named by the branch", "Points where the name is the one that the branch wrote."),
    Row(
        "wish",
        40,
        "The wish of the branch",
        "Points for a campaign speaker, or a Ukrainian trade unionist, where the branch asked for one.",
    ),
    Row("union", 15, "Same union", "Points where speaker and branch are in the same union."),
    Row("sector", 10, "Same sector", "Points where the speaker works in the sector that the branch asked for."),
    Row("topic", 12, "Topic", "Points for each topic asked for that the speaker speaks about, two at most."),
    Row("language", 10, "Language", "Points for the meeting’s language: all for fluent, six tenths for good."),
    Row(
        "near",
        20,
        "Distance",
        "Points for living next door to a meeting in a room. With each mile there are fewer, and none from 100 miles.",
    ),
    Row(
        "beyond",
        10,
        "A little too far",
        "Points taken away where a meeting is up to a quarter farther than a speaker travels. More is too far.",
    ),
    Row(
        "contested",
        20,
        "Experience",
        "Points for somebody used to hostile rooms where a meeting is contested: half for a steady speaker, and half "
        "of it all where the branch is not sure.",
    ),
    Row(
        "month",
        15,
        "Talks in the month",
        "Points for nothing else in the month of the meeting. With each talk there are fewer, and none at the most "
        "that a speaker takes on.",
    ),
    Row("quarter", 10, "Talks in 90 days", "The same for the last 90 days, with three times as many talks."),
    Row(
        "waited",
        15,
        "Time since they were asked",
        "Points for somebody not asked for half a year or never; fewer, the later they were asked.",
    ),
    Row(
        "yes",
        10,
        "How often they say yes",
        "Points for saying yes each time in the last year, fewer for less. Who was never asked gets half.",
    ),
)

TOURS = "Tours"
WORTH, MILES, NEIGHBOURS, ANSWER = "tour.worth", "tour.miles", "tour.neighbours", "tour.days"
TOUR_ROWS: tuple[Row, ...] = (
    Row(
        WORTH,
        100,
        "A meeting on a tour",
        "Points for each meeting on a visitor’s tour, besides those of the ranked list: how much a detour may cost.",
    ),
    Row(
        MILES,
        3,
        "Ten miles of a tour",
        "Points taken away for every ten miles on a visitor’s tour. With nought only the meetings count.",
    ),
    Row(
        NEIGHBOURS,
        25,
        "Miles to a neighbour",
        "Miles within which branches can be invited to join a meeting of a visitor’s tour.",
    ),
    Row(
        ANSWER,
        7,
        "Days to answer about a tour",
        "Days within which a visitor is asked to answer about the whole tour.",
    ),
)
"""What counts on a visitor’s tour, and how far it reaches; set beside the points, used in the package `touring`."""

PLANS = "Planning many meetings at once"
MEETING = "plan.meeting"
MOST_MEETING = 2000
"""What one meeting is worth at most in a plan."""
PLAN_ROWS: tuple[Row, ...] = (
    Row(
        MEETING,
        500,
        "A meeting that takes place",
        "Points for each meeting that a plan finds a speaker for, besides those of the ranked list. The more, the "
        "sooner a plan serves one more request with a speaker who fits less well.",
    ),
)
"""What counts besides in a plan of many meetings; used in the package `planning`."""

TWINS = "Matching twins"
TWIN_ROWS: tuple[Row, ...] = (
    Row(
        "counterpart",
        30,
        "Unions",
        "Points where the two unions organise the same trades, by our list of unions and their counterparts.",
    ),
    Row("sector", 25, "Sector", "Points where both sides name a sector in common."),
    Row(
        "size",
        10,
        "Members",
        "Points for as many members on both sides; fewer, the farther apart they are, and none from ten times as many.",
    ),
    Row(
        "level",
        10,
        "Level",
        "Points for two bodies of one level, as a branch and a primary organisation. For neighbouring levels, as a "
        "branch and a regional organisation, there are half.",
    ),
    Row(
        "language",
        15,
        "Language",
        "Points for a language that both sides speak: all where both are fluent, six tenths where one is good at "
        "it, three tenths where one has only a little.",
    ),
    Row("hope", 6, "Hopes", "Points for each thing that both hope to do together, three at most."),
    Row(
        "offer",
        8,
        "What the body offers",
        "Points, for the branch, for each thing the body offers that fits what the branch hopes for, two at most.",
    ),
    Row(
        "need",
        8,
        "What the body needs",
        "Points, for the body, for each of its needs that fits what the branch hopes to do, two at most.",
    ),
    Row("oblast", 20, "Oblast", "Points, for the branch, for a body in the oblast that the branch wished for."),
    Row(
        "centre",
        15,
        "Union centre",
        "Points, for the branch, for a body of the union centre that it asked for. Without a wish there are none, and "
        "nothing is ruled out.",
    ),
    Row(
        "waited",
        15,
        "Time waited",
        "Points for whoever has waited half a year or longer; fewer, the shorter they have waited.",
    ),
)
"""What counts when a British branch and a union body in Ukraine are matched; used in the package `twinning`."""


def twin_rows() -> dict[str, Row]:
    """What counts for twins, by the name of its setting."""
    return {f"twin.{row.name}": row for row in TWIN_ROWS}

"""What the documents of these tests are filled in with. All of it is invented, and nothing here is a test."""

from __future__ import annotations

FACTS = {
    "en": {
        "branch": "NUM Durham Area", "body": "Primary organisation of the Stepova mine",
        "oblast": "Dnipropetrovsk Oblast",
        "writer": "NUM Durham Area", "reader": "Primary organisation of the Stepova mine",
        "branch_contact": "Siobhán O’Connor", "body_contact": "Mariia Znamianska",
        "call_day": "Thursday 14 January 2027", "call_london": "5pm", "call_kyiv": "7pm",
        "call_link": "https://calls.example.org/stepova", "hopes": "video calls, visits", "review_on": "1 May 2028",
        "agreed_on": "1 May 2027", "branch_level": "branch", "body_level": "primary organisation",
    },
    "uk": {
        "branch": "NUM Durham Area", "body": "Первинна організація шахти «Степова»",
        "oblast": "Дніпропетровська область",
        "writer": "NUM Durham Area", "reader": "Первинна організація шахти «Степова»",
        "branch_contact": "Siobhán O’Connor", "body_contact": "Марія Знам’янська",
        "call_day": "четвер, 14 січня 2027 року", "call_london": "17:00", "call_kyiv": "19:00",
        "call_link": "https://calls.example.org/stepova", "hopes": "відеозустрічі, візити",
        "review_on": "1 травня 2028 року", "agreed_on": "1 травня 2027 року",
        "branch_level": "місцева організація", "body_level": "первинна організація",
    },
}  # fmt: skip
"""All that a document may name, in both languages."""
ALWAYS = ("branch", "body", "writer", "reader")


def little() -> dict[str, dict[str, str]]:
    """The same, where hardly anything is known."""
    return {
        language: {name: value if name in ALWAYS else "" for name, value in facts.items()}
        for language, facts in FACTS.items()
    }

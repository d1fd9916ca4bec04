"""Which addresses in a letter become links: those of our own pages, and never what merely looks like one.

And that the shell of letters stands ready with its styles worked in. Whoever changes `templates/emails/shell.html`
writes it anew:

    REWRITE_LETTERS=1 python -m pytest tests/emails/test_html_part.py
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from css_inline import CSSInliner
from flask import Flask

from portal.emails import letters
from portal.emails.html_part import SHELL, html_of

SOURCE = Path(__file__).resolve().parents[2] / "templates" / "emails" / "shell.html"
OWN = "https://portal.example.org"


def links_in(text: str, own: str = OWN) -> list[tuple[str, str]]:
    """Address and words of each link in the letter."""
    page = BeautifulSoup(html_of("Subject", [text], "", "en", "Campaign", own), "html5lib")
    return [(str(link["href"]), link.get_text()) for link in page.find_all("a")]


def test_the_shell_stands_ready_with_its_styles() -> None:
    inliner = CSSInliner(load_remote_stylesheets=False)
    ready = inliner.inline(SOURCE.read_text(encoding="utf-8"))
    if os.environ.get("REWRITE_LETTERS"):
        SHELL.write_text(ready, encoding="utf-8")
    assert SHELL.read_text(encoding="utf-8") == ready, "See the top of this file."


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (f"See {OWN}/dashboard/requests/42.", f"{OWN}/dashboard/requests/42"),
        (f"- USC-1042, NUM: {OWN}/dashboard/requests/42", f"{OWN}/dashboard/requests/42"),
        (f"({OWN}/twin), please", f"{OWN}/twin"),
        (f"Here: {OWN}/dashboard/requests?view=new&q=a,b!", f"{OWN}/dashboard/requests?view=new&q=a,b"),
        (f"{OWN}/", f"{OWN}/"),
    ],
)
def test_an_address_of_ours_is_a_link(text: str, address: str) -> None:
    assert links_in(text) == [(address, address)]


def test_an_address_of_ours_on_a_line_of_its_own_is_a_button() -> None:
    found = links_in(f"Dear all,\n\nPlease look today.\nOpen the request:\n{OWN}/dashboard/requests/42")
    assert found == [
        (f"{OWN}/dashboard/requests/42", "Open the request"),
        (f"{OWN}/dashboard/requests/42", f"{OWN}/dashboard/requests/42"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Pay here\nhttps://evil.example.org/pay",
        f"{OWN}.evil.example.org/pay",
        f"{OWN}@evil.example.org/",
        "http://portal.example.org/plain",
        "javascript:alert(1)",
        f"{OWN}",
    ],
)
def test_an_address_of_others_stays_words(text: str) -> None:
    assert links_in(text) == []


@pytest.mark.parametrize("typed", ['"onclick="x', "'onclick='x", "<b>x</b>", "\u202ex"])
def test_nothing_typed_behind_an_address_gets_into_the_link(typed: str) -> None:
    for address, words in links_in(f"Look\n\n{OWN}/a{typed}"):
        assert address == words == f"{OWN}/a"


def test_without_an_application_no_address_is_ours() -> None:
    assert links_in(f"{OWN}/dashboard", own="") == []


def test_letters_know_their_own_address(app: Flask) -> None:
    with app.app_context():
        address = f"{app.config['PUBLIC_URL']}/dashboard/requests/1"
        letter = letters.compose("Subject", f"Open it\n{address}", "en", {})
    button = BeautifulSoup(letter.html, "html5lib").find("a", class_="label")
    assert button is not None
    assert (button["href"], button.get_text()) == (address, "Open it")


def test_the_half_in_the_other_language_says_so_and_the_signature_does_not() -> None:
    above = "Dear all,\n\nWelcome.\n\nУкраїнський текст дивіться нижче."
    words = f"{above}\n\nУКРАЇНСЬКОЮ\n\nШановні друзі!\n\n- Організація: NUM"
    page = BeautifulSoup(html_of("Subject", [words, "Yours,\n\nMaria"], "", "en", "Campaign", OWN), "html5lib")
    line, half = page.find_all("div", lang="uk")
    assert line.get_text(strip=True) == "Український текст дивіться нижче."
    assert half.get_text(" ", strip=True) == "УКРАЇНСЬКОЮ Шановні друзі! Організація: NUM"
    assert "Maria" in page.get_text()
    alone = html_of("Subject", ["Dear all,\n\nWelcome."], "", "en", "Campaign", OWN)
    assert 'lang="uk"' not in alone


def test_a_reference_does_not_break_at_its_hyphen() -> None:
    page = BeautifulSoup(html_of("Subject", ["Hello,\n\nUSC-1052 it is."], "", "en", "Campaign", OWN), "html5lib")
    [kept] = [each for each in page.find_all("span") if "nowrap" in str(each.get("style", ""))]
    assert kept.get_text() == "USC-1052"

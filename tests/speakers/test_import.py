"""Speakers from a spreadsheet: letters, separators, headings, every kind of bad cell, and nothing twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts import commands
from portal.accounts.models import Coordinator
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers import cells, importing, keeping, spreadsheet
from portal.speakers.importing import Fate, What
from portal.speakers.register import Speaker
from portal.speakers.spreadsheet import NAMES, SheetError
from tests.conftest import PASSWORD, counted
from tests.submissions.entries import NOW, TODAY

HEADINGS = "Name,Email,Lives in,Home district,Languages,Topics"
OLENA = "Olena Tkach-Hirna,olena@example.org,UK,DH1,Ukrainian (fluent),miners"


def fates(*lines: str, headings: str = HEADINGS) -> list[Fate]:
    """What would become of some lines."""
    return importing.fates(db.session(), spreadsheet.read("\n".join((headings, *lines))), TODAY)


def bring_in(found: list[Fate]) -> None:
    """Import them, by a coordinator."""
    db.session.flush()
    by = db.session.scalars(select(Coordinator)).first()
    if by is None:
        commands.create_coordinator("maria@example.org", "Maria Kovalenko", "coordinator", password=PASSWORD, now=NOW)
        by = db.session.scalars(select(Coordinator)).one()
    importing.bring_in(db.session(), found, by=by, now=NOW)
    db.session.flush()


def told(fate: Fate) -> Mapping[str, str]:
    return dict(fate.told)


class TestReading:
    @pytest.mark.parametrize(
        ("data", "guess"),
        [
            ("Name;Notes\nОлена Ткач;Шахта".encode(), ""),
            ("Name;Notes\nОлена Ткач;Шахта".encode("utf-8-sig"), ""),
            ("Name;Notes\nОлена Ткач;Шахта".encode("utf-16"), ""),
            ("Name;Notes\nОлена Ткач;Шахта".encode("cp1251"), "Windows Cyrillic"),
            ("Name;Notes\nІя Їжак;Ґанок".encode("cp1251"), "Windows Cyrillic"),
            ("Name;Notes\nSiân Hébert;Café".encode("cp1252"), "Windows Western"),
        ],
    )
    def test_letters_are_guessed_and_the_guess_is_told(self, data: bytes, guess: str) -> None:
        text, said = spreadsheet.decode(data)
        assert said == guess
        row = spreadsheet.read(text).rows[0].cells
        assert (row["name"], row["notes"]) in {
            ("Олена Ткач", "Шахта"),
            ("Ія Їжак", "Ґанок"),
            ("Siân Hébert", "Café"),
        }

    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    @pytest.mark.parametrize("before", ["", "\ufeff", "\n"])
    def test_separators_and_quotes(self, separator: str, before: str) -> None:
        text = (
            f'{before}Name{separator}Notes\r\n"Tkach{separator} Olena"{separator}"He said ""yes""\r\nand more"\r\n\r\n'
        )
        sheet = spreadsheet.read(text)
        assert [dict(row.cells) for row in sheet.rows] == [
            {
                "name": f"Tkach{' ' if separator == chr(9) else separator} Olena".replace("  ", " "),
                "notes": 'He said "yes"\nand more',
            }
        ]

    def test_a_line_that_names_the_separator(self) -> None:
        assert spreadsheet.read("sep=;\r\nName;Notes\r\nA, B;c").rows[0].cells["name"] == "A, B"

    def test_headings_in_ukrainian_in_any_order_and_unknown_ones(self) -> None:
        sheet = spreadsheet.read("Ел. пошта;Прізвище;Ім'я;Мови;Улюблений колір\nolena@example.org;Ткач;Олена;uk;синій")
        assert dict(sheet.rows[0].cells) == {"email": "olena@example.org", "languages": "uk", "name": "Олена Ткач"}
        assert sheet.ignored == ("Улюблений колір",)

    def test_every_heading_means_one_column(self) -> None:
        for name in NAMES.keys() - {"name", "first_name", "last_name"}:
            for heading in NAMES[name]:
                assert spreadsheet.read(f"{heading},Name\nx,A").rows[0].cells == {name: "x", "name": "A"}, heading

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("", "Choose a file, or paste the rows"),
            ("  \n ", "Choose a file, or paste the rows"),
            ("Email,Phone\na@example.org,1", "one of them must be “Name”"),
            ("Name,Email\n", "no row under the headings"),
            ("Name,E-mail,Email\nA,b,c", "Two columns mean the same"),
            ('Name,Notes\nA,"never closed', "Row 2 cannot be read"),
            ("Name\n" + "A\n" * 2001, "2,001 rows"),
            ("Name\n" + "A" * spreadsheet.LARGEST, "too much at once"),
        ],
    )
    def test_what_is_no_sheet_is_refused_with_a_sentence(self, text: str, sentence: str) -> None:
        with pytest.raises(SheetError, match=sentence):
            spreadsheet.read(text)

    @pytest.mark.parametrize("data", [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest", b"x" * (spreadsheet.LARGEST + 1)])
    def test_workbooks_and_giants_are_refused(self, data: bytes) -> None:
        with pytest.raises(SheetError):
            spreadsheet.decode(data)

    def test_formulas_are_plain_text(self) -> None:
        row = spreadsheet.read('Name,Phone,Notes\n"=HYPERLINK(""x"")",\'+380 44 123 4567,@SUM(A1)').rows[0].cells
        assert dict(row) == {"name": '=HYPERLINK("x")', "phone": "+380 44 123 4567", "notes": "@SUM(A1)"}


class TestCells:
    @pytest.mark.parametrize(
        ("name", "cell", "answer"),
        [
            ("kind", "Ukrainian trade unionist", "ukrainian"),
            ("kind", "Перекладачка", "interpreter"),
            ("lives_in", "Велика Британія", "uk"),
            ("lives_in", "scotland", "uk"),
            ("lives_in", "Poland", "elsewhere"),
            ("lives_in", "Німеччина", "elsewhere"),
            ("experience", "used to hostile rooms", "seasoned"),
            ("language", "Ukrainian", "uk"),
            ("time_zone", "Kyiv", "Europe/Kyiv"),
            ("sector", "Гірнича промисловість", "mining"),
            ("topics", "miners; Teachers, schools and universities; rail", ["miners", "education", "rail"]),
            ("topics", "miners, rail", ["miners", "rail"]),
            ("topics", "Railway workers|women", ["rail", "women"]),
            ("formats", "In the room and online", ["in-person", "online"]),
            ("formats", "both", ["in-person", "online"]),
            ("formats", "онлайн", ["online"]),
            ("notes", "=1+1", "=1+1"),
        ],
    )
    def test_words_become_answers(self, name: str, cell: str, answer: Any) -> None:
        assert cells.read(name, cell) == answer

    @pytest.mark.parametrize(
        ("name", "cell"),
        [
            ("kind", "wizard"),
            ("lives_in", "Narnia"),
            ("experience", "purple"),
            ("language", "Polish"),
            ("time_zone", "Moon"),
            ("sector", "sorcery"),
            ("topics", "miners; dragons"),
            ("formats", "by pigeon"),
        ],
    )
    def test_other_words_are_refused_by_name(self, name: str, cell: str) -> None:
        with pytest.raises(cells.CellError, match="“"):
            cells.read(name, cell)


class TestFates:
    def test_a_whole_row_becomes_a_speaker_who_is_written_to(self, app: Flask) -> None:
        with app.app_context():
            headings = ";".join(names[0] for names in NAMES.values() if names[0] not in ("first name", "last name"))
            line = (
                "Олена Ткач;українська профспілковиця;olena@example.org;07700 900123;українська;Велика Британія;"
                "DH1 4BE;;60 miles;наживо;;українська – вільно, англійська;num;НПГУ;mining;miners, women;досвідчена;3;"
                "Любить поїзди."
            )
            found = fates(line, headings=headings)
            assert [(fate.number, fate.what, fate.told) for fate in found] == [(2, What.ADDED, ())]
            bring_in(found)
            olena = db.session.scalars(select(Speaker)).one()
            assert (olena.name, olena.kind, olena.language, olena.outcode) == ("Олена Ткач", "ukrainian", "uk", "DH1")
            assert (olena.languages, olena.topics) == ({"uk": "fluent", "en": "good"}, ["miners", "women"])
            assert olena.union is not None
            assert (olena.union.slug, olena.ukrainian_union, olena.sector) == ("num", "npgu", "mining")
            assert (olena.most_miles, olena.most_a_month, olena.formats) == (60, 3, ["in-person"])
            assert olena.confirmed_at is None
            letter = db.session.scalars(select(OutboxEmail)).one()
            assert (letter.template, letter.language) == ("register/added", "uk")

    def test_what_is_left_open_is_filled_with_what_can_be_meant(self, app: Flask) -> None:
        with app.app_context():
            bring_in(fates("Olena Tkach-Hirna,,Ukraine,,,"))
            olena = db.session.scalars(select(Speaker)).one()
            assert (olena.kind, olena.lives_in, olena.formats) == ("ukrainian", "ukraine", ["online"])
            assert olena.time_zone == "Europe/Kyiv"

    def test_the_fate_says_what_was_guessed_and_what_is_not_known(self, app: Flask) -> None:
        with app.app_context():
            (open_row,) = fates("Olena Tkach-Hirna,,,,,")
            assert told(open_row) == {
                "Who are they?": "Campaign speaker, as the row does not say",
                "Where do they live?": "In the UK, as the row does not say",
                "How do they speak?": "Online, as the row does not say",
            }
            line = "Jan Kowal,jan@example.org,Poland,campaign,online,Guild of Wizards"
            other = "Ana Silva,ana@example.org,Португалія,campaign,online,"
            abroad, farther = fates(line, other, headings="Name,Email,Lives in,Kind,Formats,Union")
            assert told(abroad) == {
                "Time zone": "Poland, as the row does not say. Their hours are read by it",
                "Union in the UK": "“Guild of Wizards” is none that we know, and is kept as it was written",
            }
            zone = "United Kingdom, as the row does not say. Their hours are read by it"
            assert told(farther) == {"Time zone": zone}
            bring_in([abroad])
            assert db.session.scalars(select(Speaker)).one().time_zone == "Europe/Warsaw"

    def test_the_second_time_everything_is_the_same(self, any_app: Flask) -> None:
        with any_app.app_context():
            lines = (OLENA, "Nina Halak-Sova,,,,,", "Petro Lys,petro@example.org,Ukraine,M4,,")
            bring_in(fates(*lines))
            again = fates(*lines)
            assert [fate.what for fate in again] == [What.SAME] * 3, [fate.told for fate in again]
            bring_in(again)
            assert len(db.session.scalars(select(Speaker)).all()) == 3
            assert len(db.session.scalars(select(OutboxEmail)).all()) == 2

    def test_a_change_says_from_what_to_what_and_empty_cells_change_nothing(self, app: Flask) -> None:
        with app.app_context():
            bring_in(fates(OLENA + ",07700 900123,NUM", headings=HEADINGS + ",Phone,Union"))
            (fate,) = fates(
                "Olena Tkach-Hirna,OLENA@example.org,,LS1,,,0191 498 0123,Unite", headings=HEADINGS + ",Phone,Union"
            )
            assert fate.what is What.CHANGED
            assert told(fate) == {
                "Home district": "DH1 → LS1",
                "Phone": "07700 900123 → 0191 498 0123",
                "Union in the UK": "NUM → Unite",
            }
            bring_in([fate])
            olena = db.session.scalars(select(Speaker)).one()
            assert (olena.outcode, olena.phone, olena.topics) == ("LS1", "0191 498 0123", ["miners"])
            assert len(db.session.scalars(select(OutboxEmail)).all()) == 1

    def test_an_address_for_somebody_who_had_none_brings_the_letter(self, app: Flask) -> None:
        with app.app_context():
            bring_in(fates("Nina Halak-Sova,,UK,,,"))
            (fate,) = fates("Nina Halak-Sova,nina@example.org,,,,")
            assert told(fate) == {"Email": "nothing → nina@example.org"}
            bring_in([fate])
            assert db.session.scalars(select(OutboxEmail)).one().to_address == "nina@example.org"

    @pytest.mark.parametrize(
        ("line", "column", "sentence"),
        [
            (",a@example.org,,,,", "Name", "Enter their name"),
            ("A B,not an address,,,,", "Email", "Enter one email address"),
            ("A B,a@b@c,,,,", "Email", "Enter an email address"),
            ("A B,,Narnia,,,", "Where do they live?", "Narnia"),
            ("A B,,,QX99,,", "Home district", "Enter a UK postcode"),
            ("A B,,,JE2,,", "Home district", "not on our map"),
            ("A B,,,,Klingon,", "Languages", "Klingon"),
            ("A B,,,,,dragons", "What can they speak about?", "dragons"),
            ("A" * 121 + ",,,,,", "Name", "Shorten this"),
        ],
    )
    def test_a_bad_cell_is_refused_with_its_reason(self, app: Flask, line: str, column: str, sentence: str) -> None:
        with app.app_context():
            bad, good = fates(line, OLENA)
            assert bad.what is What.REFUSED
            assert sentence in told(bad)[column]
            assert good.what is What.ADDED
            bring_in([bad, good])
            assert len(db.session.scalars(select(Speaker)).all()) == 1

    @pytest.mark.parametrize(
        ("heading", "cell", "column"),
        [
            ("Phone", "ring me", "Phone"),
            ("Miles", "far", "How far do they travel?"),
            ("Miles", "9000", "How far do they travel?"),
            ("Talks a month", "0", "Most talks in a month"),
            ("Region", "Mordor", "Region or nation"),
            ("Union in Ukraine", "Dragons", "Union in Ukraine"),
            ("Formats", "in the room", "How far do they travel?"),
            ("Notes", "x" * 2500, "Notes for the team"),
        ],
    )
    def test_more_bad_cells(self, app: Flask, heading: str, cell: str, column: str) -> None:
        with app.app_context():
            (fate,) = fates(f"A B,{cell}", headings=f"Name,{heading}")
            assert fate.what is What.REFUSED
            assert list(told(fate)) == [column]

    def test_all_reasons_of_a_row_are_told_at_once(self, app: Flask) -> None:
        with app.app_context():
            (fate,) = fates(",x,Narnia,QX99,Klingon,dragons")
            assert len(fate.told) == 6

    def test_nobody_is_imported_over_somebody_else(self, app: Flask) -> None:
        with app.app_context():
            bring_in(fates(OLENA, "Petro Lys,petro@example.org,,,,", "Ivan Honchar,ivan@example.org,,,,"))
            olena, petro, _ = db.session.scalars(select(Speaker).order_by(Speaker.id))
            keeping.leave(db.session(), olena, NOW)
            keeping.lock(db.session(), petro, NOW)
            keeping.add(db.session(), {"name": "Nina Halak"}, by=None, now=NOW)
            keeping.add(db.session(), {"name": "nina halak"}, by=None, now=NOW)
            left, locked, namesakes, other, twice, unnamed, again = fates(
                OLENA,
                "Petro Lys,PETRO@example.org,,,,",
                "Nina Halak,,,,,",
                "Ivan Honchar,ivan.other@example.org,,,,",
                "Somebody Else,Ivan.Other@example.org,,,,",
                "Without Address,,,,,",
                "without  address,,,,,",
            )
            assert "They have left" in told(left)["Email"]
            assert "cannot be used" in told(locked)["Email"]
            assert "Petro" not in "".join(told(locked).values())
            assert "2 speakers of this name" in told(namesakes)["Name"]
            assert (other.what, told(other)["Name"]) == (What.ADDED, "Somebody of this name has another address")
            assert told(twice) == {"Email": "Row 5 is about the same person"}
            assert unnamed.what is What.ADDED
            assert told(again) == {"Name": "Row 7 is about the same person"}

    def test_the_seal_knows_what_was_shown(self, app: Flask) -> None:
        with app.app_context():
            bring_in(fates(OLENA))
            shown = importing.seal_of(fates(OLENA))
            assert shown == importing.seal_of(fates(OLENA))
            assert shown != importing.seal_of(fates(OLENA.replace("DH1", "LS1")))
            olena = db.session.scalars(select(Speaker)).one()
            keeping.change(db.session(), olena, {"phone": "07700 900123"})
            db.session.flush()
            assert shown != importing.seal_of(fates(OLENA))


def test_looking_asks_the_database_no_more_for_more_rows(app: Flask) -> None:
    with app.app_context():
        bring_in(fates(OLENA))
        with counted() as few:
            fates(OLENA)
        with counted() as many:
            fates(OLENA, *(f"Name {count},n{count}@example.org,UK,DH1,uk,miners" for count in range(200)))
        assert len(many) == len(few) <= 3


def test_our_own_template_can_be_imported(app: Flask) -> None:
    with app.app_context():
        text, _ = spreadsheet.decode(spreadsheet.template({"name": "Solomiia Zirka", "email": "s@example.org"}))
        assert ",Union in Ukraine," in text
        (fate,) = importing.fates(db.session(), spreadsheet.read(text), TODAY)
        assert fate.what is What.ADDED

"""The fold: two spellings of one name become one, and nothing that people type breaks it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.directory.folding import fold, place_aliases, search_words, transliterate
from portal.directory.tables import read_table

ODD_TEXT = st.one_of(
    st.text(),
    st.text(alphabet=st.sampled_from("\x00o'’ʼ&.-№ \u200f\u202e\u00ad🙂2noNO йїщЗГАє\u0301łŵÓﬁ½ǅßİ\ud800")),
    st.lists(
        st.sampled_from(
            [
                "no",
                "No.",
                "number",
                "2",
                "o",
                "O’",
                "the",
                "Branch",
                "lodge",
                "connor",
                "Krivoy",
                "Rog",
                "Київ",
                "&",
                "No2",
            ]
        )
    ).map(" ".join),
)


@pytest.mark.parametrize(
    ("ukrainian", "latin"),
    [
        ("Київ", "Kyiv"),
        ("Кривий Ріг", "Kryvyi Rih"),
        ("Павлоград", "Pavlohrad"),
        ("Знам'янка", "Znamianka"),
        ("Знам’янка", "Znamianka"),
        ("Знамʼянка", "Znamianka"),
        ("Єнакієве", "Yenakiieve"),
        ("Шептицький", "Sheptytskyi"),
        ("Згорани", "Zghorany"),
        ("Розгон", "Rozghon"),
        ("Щастя", "Shchastia"),
        ("ЩАСТЯ", "SHCHASTIA"),
        ("Юрій Їжакевич", "Yurii Yizhakevych"),
        ("Нью-Йорк", "Niu-York"),
        ("Branch 2, Ялта", "Branch 2, Yalta"),
        ("", ""),
    ],
)
def test_ukrainian_is_written_in_latin_by_the_resolution_of_2010(ukrainian: str, latin: str) -> None:
    assert transliterate(ukrainian) == latin


def test_every_town_of_the_official_list_is_transliterated_to_its_official_name() -> None:
    rows = [row for row in read_table("ukraine_places") if row["kind"] == "town"]
    assert [row["name"] for row in rows if transliterate(row["name_uk"]) != row["name"]] == []


@pytest.mark.parametrize(
    "spellings",
    [
        [
            "Nottingham no. 1",
            "NOTTINGHAM No 1 branch",
            "Nottingham Number 1",
            "The Nottingham Branch No.1",
            "Nottingham №1",
        ],
        ["O Connor", "oconnor", "O’Connor", "O'Connor", "OʼConnor", "o' connor"],
        ["Leeds & District", "leeds and district", "Leeds  &amp District".replace("&amp", "&")],
        ["Stoke-on-Trent", "stoke on trent", "Stoke–on–Trent"],
        ["Dawdon Lodge", "Dawdon", "the dawdon lodge"],
        ["Ynys Môn", "ynys mon"],
        ["Béal Feirste", "beal feirste"],
        ["Pavlohrad", "Pavlograd", "Павлоград", "PAVLOHRAD"],
        ["Odesa", "Odessa", "Одеса", "Одесса"],
        ["Kyiv", "Kiev", "Київ", "Киев"],
        ["Sheptytskyi", "Chervonohrad", "Червоноград", "Шептицький"],
        ["Kryvyi Rih", "Krivoy Rog", "Кривий Ріг", "Кривой Рог"],
        ["Ѓоѓе", "Гоге", "Hohe"],
        ["Znamianka", "Знам'янка", "Знам’янка"],
        ["Cornwall", "\u200fCornwall\u200e", "Corn\u00adwall", "ＣＯＲＮＷＡＬＬ"],
    ],
)
def test_spellings_of_one_name_fold_to_one(spellings: list[str]) -> None:
    assert len({fold(each) for each in spellings}) == 1
    assert fold(spellings[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nottingham no. 1", "Nottingham no. 2"),
        ("Durham", "Durham Area"),
        ("Leeds North", "Leeds South"),
        ("Shakhtarsk", "Shakhtarske"),
        ("Pervomaisk", "Pervomaiskyi"),
    ],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_a_name_of_fillers_alone_folds_to_nothing() -> None:
    assert fold("The Branch") == ""


@given(ODD_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ODD_TEXT)
def test_no_text_breaks_the_search_words(text: str) -> None:
    words = search_words(text)
    assert len(words) == len(set(words))
    assert all(word.isalnum() for word in words)
    transliterate(text)


def test_every_other_spelling_of_a_place_folds_to_a_name_that_stays() -> None:
    for group in place_aliases().values():
        for spelling, name in group:
            assert fold(" ".join(spelling)) == " ".join(name) == fold(" ".join(name))


def found(query: str, text: str) -> bool:
    """True where every word of the query begins a word of the text: what both databases do."""
    words = search_words(text)
    return all(any(word.startswith(wanted) for word in words) for wanted in search_words(query))


@pytest.mark.parametrize("text", ["O Connor", "O’Connor", "O'CONNOR", "oconnor", "Siobhán Ó Connor"])
@pytest.mark.parametrize("query", ["O Connor", "O’Connor", "oconnor", "connor", "o'conn", "o con"])
def test_each_spelling_of_a_surname_finds_the_others(query: str, text: str) -> None:
    assert found(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("Pavlograd", "a miner from Pavlohrad"),
        ("Павлоград", "Pavlograd miner"),
        ("Kiev", "Ukrposhta – Київ or Dnipro"),
        ("mc donald", "Flora McDonald"),
        ("mcdonald", "Flora Mc Donald"),
        ("oldh", "Oldham"),
        ("leeds & district branch", "Leeds and District"),
        ("nottingham 1", "Nottingham No. 1"),
        ("hallam", "Sheffield-Hallam"),
    ],
)
def test_search_finds(query: str, text: str) -> None:
    assert found(query, text)


@pytest.mark.parametrize(
    ("query", "text"), [("o brien", "O’Connor"), ("leeds", "Lewes"), ("nottingham 2", "Nottingham 1")]
)
def test_search_does_not_find(query: str, text: str) -> None:
    assert not found(query, text)

"""Languages as people write them."""

from __future__ import annotations

import pytest

from portal.directory import tongues


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Ukrainian (fluent), English (good)", {"uk": "fluent", "en": "good"}),
        ("uk: fluent; en", {"uk": "fluent", "en": "good"}),
        ("українська – вільно, англійська – добре", {"uk": "fluent", "en": "good"}),
        ("English and a little Polish", {"en": "good", "pl": "basic"}),
        ("Українська рідна\nросійська", {"uk": "fluent", "ru": "good"}),
        ("Native English, BSL basic", {"en": "fluent", "bfi": "basic"}),
        ("polski = fluent", {"pl": "fluent"}),
        ("", {}),
    ],
)
def test_languages_are_understood(text: str, spoken: dict[str, str]) -> None:
    assert tongues.understand(text) == spoken


@pytest.mark.parametrize("text", ["Klingon", "English, fluent", "English (superb)"])
def test_what_is_no_language_is_named(text: str) -> None:
    with pytest.raises(tongues.NotALanguageError):
        tongues.understand(text)


@pytest.mark.parametrize("language", ["en", "uk"])
def test_what_is_told_can_be_typed_again(language: str) -> None:
    spoken = dict.fromkeys(tongues.CODES, "basic") | {"uk": "fluent", "en": "good"}
    assert tongues.understand(tongues.in_words(spoken, language)) == spoken
    assert tongues.in_words(spoken, "en").startswith("Ukrainian (fluent), English (good), ")


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("English, some Ukrainian and Polish", {"en": "good", "uk": "basic", "pl": "good"}),
        ("Mostly English; one of us speaks Polish", {}),
        ("fluent Ukrainian, Ukrainian (basic), Klingon", {"uk": "fluent"}),
        ("", {}),
    ],
)
def test_of_a_free_text_only_what_is_understood_is_heard(text: str, spoken: dict[str, str]) -> None:
    assert tongues.heard(text) == spoken

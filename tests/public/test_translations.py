"""The Ukrainian catalogue: whole, current and safe to fill in. What the words mean, a reader decides."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from portal.public import language

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "portal" / "translations" / "uk" / "LC_MESSAGES"
OUR_KEYWORDS = ("N_", "_l", "lazy_gettext")
RUSSIAN_ONLY = re.compile("[ыэёъЫЭЁЪ]")
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]")
ADVICE = "run `make translations`, then fill in what is missing"


@cache
def extracted() -> frozenset[tuple[str, ...]]:
    """The texts that the pages, forms and workflows use, each with its plural where it has one."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as lines:
        methods, options = parse_mapping_cfg(lines)
    found = set()
    for top in ("portal", "templates"):
        for _file, _line, text, _comments, _context in extract_from_dir(
            str(ROOT),
            methods,
            options,
            keywords={**DEFAULT_KEYWORDS, **dict.fromkeys(OUR_KEYWORDS)},
            directory_filter=lambda path, top=top: _is_below(Path(path), top),
        ):
            found.add((text,) if isinstance(text, str) else tuple(text))
    return frozenset(found)


def _is_below(path: Path, top: str) -> bool:
    parts = path.resolve().relative_to(ROOT).parts
    return not parts or parts[0] == top


@cache
def catalogue() -> Catalog:
    with (FOLDER / "messages.po").open("rb") as lines:
        return read_po(lines, locale="uk")


def messages() -> list[Message]:
    return [message for message in catalogue() if message.id]


def originals(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def translations(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def test_the_pages_have_texts_at_all() -> None:
    texts = {texts[0] for texts in extracted()}
    for expected in ("Invite a speaker", "Your name", "We have your request", "Skip to main content", "Dear Treasurer"):
        assert expected in texts, f"{expected!r} is no longer found: look at babel.cfg and the keywords"


def test_every_text_has_its_ukrainian() -> None:
    known = {originals(message) for message in messages()}
    missing = sorted(text for text in extracted() if text not in known)
    assert not missing, f"{missing}: {ADVICE}"


def test_no_text_is_empty_or_a_guess() -> None:
    empty = [message.id for message in messages() if not all(translations(message))]
    assert not empty, f"{empty} have no Ukrainian: {ADVICE}"
    fuzzy = [message.id for message in messages() if message.fuzzy]
    assert not fuzzy, f"{fuzzy} are marked as guesses: look at them, then take the mark away"


def test_no_text_is_stale() -> None:
    stale = [message.id for message in messages() if originals(message) not in extracted()]
    assert not stale, f"no page says {stale} any more: {ADVICE}"


def test_plurals_have_their_three_forms() -> None:
    wrong = [message.id for message in messages() if message.pluralizable and len(translations(message)) != 3]
    assert not wrong


def test_placeholders_are_the_same() -> None:
    wrong = []
    for message in messages():
        wanted = set(PLACEHOLDER.findall(" ".join(originals(message))))
        for text in translations(message):
            if set(PLACEHOLDER.findall(text)) != wanted or re.sub(PLACEHOLDER, "", text).count("%") != 0:
                wrong.append((message.id, text))
    assert not wrong, f"placeholders differ: {wrong}"


def test_no_text_can_be_taken_for_another_kind_of_template() -> None:
    for message in messages():
        for text in translations(message):
            assert not any(name is not None for _, name, _, _ in Formatter().parse(text)), text


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a letter that only Russian has", RUSSIAN_ONLY),
        ("a straight apostrophe between letters: write ’", re.compile(r"\w'\w")),
        ("the apostrophe of another alphabet: write ’", re.compile("ʼ")),
        ("English quotation marks: write «»", re.compile('["“”„]')),
        ("Ви with a capital inside a sentence", re.compile(r"[а-яіїєґ,] (?:Ви|Вас|Вам|Ваш\w*)\b")),
        ("«на Україні»: write «в Україні»", re.compile("на Україні", re.IGNORECASE)),
        ("a word of the old spelling: write Київ, Львів as Ukrainian does", re.compile("Киев|Львов|Харьков")),
        ("a Latin letter within a Ukrainian word", re.compile("[а-яіїєґ][a-z]|[a-z][а-яіїєґ]", re.IGNORECASE)),
        ("two blanks, or one at an end", re.compile(r"  |^ | $")),
    ],
)
def test_the_ukrainian_is_written_as_the_house_writes_it(what: str, pattern: re.Pattern[str]) -> None:
    found = [text for message in messages() for text in translations(message) if pattern.search(text)]
    assert not found, f"{what}: {found}"


def test_a_sentence_ends_as_its_original_does() -> None:
    wrong = [
        (message.id, text)
        for message in messages()
        for text in translations(message)
        if (originals(message)[0].endswith("?") != text.endswith("?"))
    ]
    assert not wrong, f"a question became none, or the other way round: {wrong}"


def test_the_compiled_catalogue_is_the_present_one() -> None:
    with (FOLDER / "messages.mo").open("rb") as file:
        compiled = {originals(message): translations(message) for message in read_mo(file) if message.id}
    written = {originals(message): translations(message) for message in messages()}
    assert compiled == written, "messages.mo is not that of messages.po: run `make translations`"


def test_make_gathers_by_the_same_words() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f'--keywords "{" ".join(OUR_KEYWORDS)}"' in makefile


def test_languages_are_those_that_have_a_catalogue() -> None:
    folders = {path.name for path in (ROOT / "portal" / "translations").iterdir() if path.is_dir()}
    assert set(language.LANGUAGES) == folders | {"en"}


def test_a_meeting_with_a_speaker_is_called_by_one_word() -> None:
    """Збори decide on something, зустріч hears somebody; see `docs/glossary-uk.md`."""
    said = {
        str(message.string)
        for message in messages()
        if message.locations and all(str(where).startswith("portal/speakers/") for where, _line in message.locations)
    }
    said |= {path.read_text("utf-8") for path in (ROOT / "templates" / "emails" / "speaker").glob("*.uk.txt")}
    allowed = re.compile("[Рр]ічні загальні збори|збору коштів")
    others = re.compile(r"\b([Зз]бор(и|ів|ам|ами|ах)|[Зз]ахід|[Зз]аход(у|и|і))\b")
    assert [text for text in said if others.search(allowed.sub("", text))] == []


def test_no_text_guesses_at_the_gender_of_whoever_speaks() -> None:
    said = {str(message.string) for message in messages()}
    said |= {path.read_text("utf-8") for path in (ROOT / "templates" / "emails").rglob("*.uk.txt")}
    assert [text for text in said if re.search("[Пп]ромов(ець|ц|иц)", text)] == []

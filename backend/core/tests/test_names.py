import random
import unicodedata

import pytest

from core.names import clean_name, extension, first_letter, safe_stem


def test_it_works() -> None:
    assert clean_name("Мой фильм.mp4") == "Мой фильм.mp4"
    assert safe_stem("Мой фильм.mp4") == "Мой-фильм"
    assert extension("Мой фильм.MP4") == "mp4"
    assert extension("Report..tar.PDF") == "pdf"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Temp\\a.txt", "a.txt"),
        ("a\0b.txt", "ab.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("zero\u200bwidth.png", "zerowidth.png"),
        ("line\nbreak.txt", "linebreak.txt"),
        ("  .hidden  ", "hidden"),
        ("e\u0301.txt", "\u00e9.txt"),
        ("...", "file"),
        ("", "file"),
        ("lone \ud800 surrogate.txt", "lone ? surrogate.txt"),
        ("folder/", "file"),
        ("e\u200d\u0301.txt", "\u00e9.txt"),
        ("blank\u3164\u2800\u034f.png", "blank.png"),
        ("line\u2028separator\u00a0space.txt", "line separator space.txt"),
    ],
)
def test_hostile_names(raw: str, clean: str) -> None:
    assert clean_name(raw) == clean


def test_long_names_keep_their_extension_and_whole_characters() -> None:
    name = clean_name("я" * 4096 + ".mp4")
    assert name.endswith("я.mp4")
    assert len(name.encode()) <= 255


def test_cutting_keeps_the_extension_whatever_stands_before_it() -> None:
    assert clean_name("a" * 100 + "." * 300 + "z.mp4").endswith("a.mp4")
    assert clean_name("a" * 250 + " ." * 300 + "MP4") == "a" * 250 + ".MP4"


def test_a_clean_name_is_clean() -> None:
    """Whatever is mixed: cleaning twice is cleaning once, and the result is short, composed and visible."""
    chance = random.Random(7)
    pieces = [
        ".",
        " ",
        "/",
        "\\",
        "\0",
        "\n",
        "\u202e",
        "\u200d",
        "\u0301",
        "e",
        "я",
        "ᄒ",
        "ᅡ",
        "😀",
        "\ud800",
        "mp4",
        "\u3164",
    ]
    for _round in range(3000):
        raw = "".join(chance.choices(pieces, k=chance.choice([1, 3, 9, 200])))
        name = clean_name(raw)
        assert clean_name(name) == name, ascii(raw)
        assert unicodedata.is_normalized("NFC", name)
        assert 0 < len(name.encode()) <= 255
        assert not any(unicodedata.category(character)[0] == "C" or character in "/\\" for character in name)


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("alpha", "A"),
        ("École", "E"),
        ("ёлка", "Ё"),
        ("й", "Й"),
        ("7 dwarfs", "0"),
        ("«Фильм»", "#"),
        ("日本", "#"),
        ("", "#"),
    ],
)
def test_the_register(name: str, letter: str) -> None:
    assert first_letter(name) == letter


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("हिन्दी.mp4", "हिन्दी"),
        ("Отчёт 2024 (новый).pdf", "Отчёт-2024-новый"),
        ("a..b.txt", "a-b"),
        (".bashrc", "bashrc"),
    ],
)
def test_stems_stay_readable(name: str, stem: str) -> None:
    assert safe_stem(name) == stem


@pytest.mark.parametrize("name", ["a/b", "x.y/../z", "a b;c|d", "𝒳.txt", "..", "-", "я" * 200])
def test_stems_are_safe_in_a_path(name: str) -> None:
    stem = safe_stem(name)
    assert stem
    assert len(stem.encode()) <= 80
    assert not set("/\\. ;|\0") & set(stem)


@pytest.mark.parametrize(
    "name", ["noext", ".bashrc", "a.", "a.b c", "a.toolongextension", "a.тхт", "a.mp4\n", "..mp4", ""]
)
def test_no_extension(name: str) -> None:
    assert extension(name) == ""

import pytest

from core.names import clean_name, extension, safe_stem


def test_it_works() -> None:
    assert clean_name("Мой фильм.mp4") == "Мой фильм.mp4"
    assert safe_stem("Мой фильм.mp4") == "Мой-фильм"
    assert extension("Мой фильм.MP4") == "mp4"


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
    ],
)
def test_hostile_names(raw: str, clean: str) -> None:
    assert clean_name(raw) == clean


def test_long_names_keep_their_extension_and_whole_characters() -> None:
    name = clean_name("я" * 4096 + ".mp4")
    assert name.endswith("я.mp4")
    assert len(name.encode()) <= 255


@pytest.mark.parametrize("name", ["a/b", "x.y/../z", "a b;c|d", "𝒳.txt", "..", "-", "я" * 200])
def test_stems_are_safe_in_a_path(name: str) -> None:
    stem = safe_stem(name)
    assert stem
    assert len(stem.encode()) <= 80
    assert not set("/\\. ;|\0") & set(stem)


@pytest.mark.parametrize("name", ["noext", ".bashrc", "a.", "a.b c", "a.toolongextension", "a.тхт"])
def test_no_extension(name: str) -> None:
    assert extension(name) == ""

from datetime import timedelta
from pathlib import Path

import pytest

from core.env import Env, SettingError, load_dotenv_file


def test_it_works() -> None:
    env = Env({"SIZE": "2MB", "EMPTY": " "})
    assert env.size("SIZE", 1, about="A size.") == 2_000_000
    assert env.duration("EMPTY", timedelta(seconds=3), about="Unset.") == timedelta(seconds=3)
    assert list(env.declared) == ["SIZE", "EMPTY"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("flag", "perhaps"),
        ("number", "-1"),
        ("number", "1.0"),
        ("size", "big"),
        ("duration", "soon"),
        ("time_zone", "Mars/Olympus"),
    ],
)
def test_a_bad_value_names_the_setting(kind: str, value: str) -> None:
    with pytest.raises(SettingError, match=r"^WRONG: .*"):
        getattr(Env({"WRONG": value}), kind)("WRONG", None, about="")


def test_least_amounts() -> None:
    with pytest.raises(SettingError, match=r"^WAIT: it must not be less than 0:00:01\.$"):
        Env({"WAIT": "0"}).duration("WAIT", timedelta(), least=timedelta(seconds=1), about="")
    with pytest.raises(SettingError, match=r"^SIZE: it must not be less than 1\.$"):
        Env({"SIZE": "0 MB"}).size("SIZE", 0, least=1, about="")


def test_a_url_that_is_refused_is_not_shown() -> None:
    """It may hold a password."""
    for url in ("mysql://user:hidden@host/", "postgres://user:hidden@host:port/"):
        with pytest.raises(SettingError, match=r"^DB: ") as refused:
            Env({"DB": url}).url("DB", "", ["postgres://"], about="")
        assert "hidden" not in str(refused.value)


def test_choices_and_lists() -> None:
    env = Env({"LANG": "xx", "HOSTS": " a.org, b.org ,,"})
    assert env.names("HOSTS", [], about="") == ["a.org", "b.org"]
    with pytest.raises(SettingError, match="not one of en, ru"):
        env.choice("LANG", "en", ["en", "ru"], about="")


def test_a_file_of_settings(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text('# comment\nA=1\nexport B="two words"\n\nC=\n')
    assert load_dotenv_file(file) == {"A": "1", "B": "two words", "C": ""}


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("A=1\r\nB=я\r\n", encoding="utf-8-sig")
    assert load_dotenv_file(file) == {"A": "1", "B": "я"}


@pytest.mark.parametrize("line", ["no equals sign", "A='unclosed", "=1"])
def test_a_corrupt_file_names_its_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"GOOD=1\n{line}\n")
    with pytest.raises(SettingError, match="line 2"):
        load_dotenv_file(file)


def test_a_binary_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingError, match="cannot be read"):
        load_dotenv_file(file)

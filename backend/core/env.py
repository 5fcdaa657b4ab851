"""Settings from the environment: declared once, read strictly."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from dotenv.parser import parse_stream

from core.units import parse_bool, parse_duration, parse_size

T = TypeVar("T")
Amount = TypeVar("Amount", int, timedelta)


class SettingError(Exception):
    """A setting cannot be understood; the message is one sentence for the operator."""


@dataclass(frozen=True)
class Setting:
    """A declared setting, as the documentation lists it."""

    name: str
    kind: str
    default: Any
    about: str


def load_dotenv_file(path: Path) -> dict[str, str]:
    """The KEY=value lines of a file; a line that is neither that, a comment nor empty raises SettingError."""
    values: dict[str, str] = {}
    try:
        # Some editors begin a UTF-8 file with a byte order mark, which would become part of the first name.
        with path.open(encoding="utf-8-sig") as file:
            bindings = list(parse_stream(file))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{path} cannot be read: {error}.") from error
    for binding in bindings:
        if binding.error or (binding.key is not None and binding.value is None):
            raise SettingError(f"{path}, line {binding.original.line}: not a KEY=value line.")
        if binding.key is not None and binding.value is not None:
            values[binding.key] = binding.value
    return values


class Env:
    """Reads settings; each call also declares the setting. An empty value counts as unset."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.declared: dict[str, Setting] = {}

    def text(self, name: str, default: str, *, about: str) -> str:
        return self._read("text", name, default, about, str)

    def flag(self, name: str, default: bool, *, about: str) -> bool:
        return self._read("true or false", name, default, about, parse_bool)

    def number(self, name: str, default: int, *, least: int = 0, about: str) -> int:
        return self._read("whole number", name, default, about, lambda text: _not_less(_whole(text), least))

    def size(self, name: str, default: int, *, least: int = 0, about: str) -> int:
        """Bytes."""
        return self._read("size", name, default, about, lambda text: _not_less(parse_size(text), least))

    def duration(self, name: str, default: timedelta, *, least: timedelta = timedelta(), about: str) -> timedelta:
        return self._read("duration", name, default, about, lambda text: _not_less(parse_duration(text), least))

    def names(self, name: str, default: Sequence[str], *, about: str) -> Sequence[str]:
        """Words separated by commas."""
        return self._read("list", name, default, about, _words)

    def choice(self, name: str, default: str, choices: Sequence[str], *, about: str) -> str:
        def one_of(text: str) -> str:
            if text not in choices:
                raise ValueError(f"{text!r} is not one of {', '.join(choices)}")
            return text

        return self._read(" or ".join(choices), name, default, about, one_of)

    def url(self, name: str, default: str, beginnings: Sequence[str], *, about: str) -> str:
        """A URL that begins with one of `beginnings`; it may hold a password, so no message shows it."""

        def checked(text: str) -> str:
            if not text.startswith(tuple(beginnings)):
                raise ValueError(f"it must begin with {' or '.join(beginnings)}")
            # Asked for, the port says whether it is one.
            _ = urlsplit(text).port
            return text

        return self._read("URL", name, default, about, checked)

    def time_zone(self, name: str, default: str, *, about: str) -> str:
        return self._read("time zone", name, default, about, _zone)

    def _read(self, kind: str, name: str, default: T, about: str, parse: Callable[[str], T]) -> T:
        self.declared[name] = Setting(name, kind, default, about)
        text = self.values.get(name, "").strip()
        try:
            return parse(text) if text else default
        except ValueError as error:
            raise SettingError(f"{name}: {error}.") from error


def _words(text: str) -> Sequence[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _not_less(value: Amount, least: Amount) -> Amount:
    if value < least:
        raise ValueError(f"it must not be less than {least}")
    return value


def _zone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError(f"{text!r} is not the name of a time zone such as Europe/Berlin")
    return text


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ValueError(f"{text!r} is not a whole number of 0 or more")
    return int(text)

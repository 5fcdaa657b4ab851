"""Sizes and durations as people write them."""

import re
from datetime import timedelta
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy

_SIZES = {"": 1, "B": 1}
_SIZES |= {f"{prefix}B": 1000**power for power, prefix in enumerate("KMGT", start=1)}
_SIZES |= {f"{prefix}IB": 1024**power for power, prefix in enumerate("KMGT", start=1)}
_SECONDS = {
    **dict.fromkeys(("", "s", "sec", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86400),
    **dict.fromkeys(("w", "week", "weeks"), 604800),
}
# Translated when they are shown: settings.py reads sizes, so nothing here may ask for a setting on import.
_UNITS = (
    gettext_lazy("%s B"),
    gettext_lazy("%s KB"),
    gettext_lazy("%s MB"),
    gettext_lazy("%s GB"),
    gettext_lazy("%s TB"),
)
_LONGEST = timedelta.max.total_seconds()
# Twenty digits are more than any size or duration has, and keep hostile text from becoming a huge number.
_PART = re.compile(r"\s*(\d{1,20}(?:\.\d{1,20})?)\s*([a-z]*)\s*", re.IGNORECASE | re.ASCII)


def parse_size(text: str) -> int:
    """Bytes in `5GB`, `1.5 MiB` or `4096`. KB, MB, GB, TB are powers of 1000; KiB and its like of 1024."""
    match = _PART.fullmatch(text)
    if match is None or match[2].upper() not in _SIZES:
        raise ValueError(f"{text!r} is not a size such as 500MB, 5GB or 1.5GiB")
    # Decimal, for 1.001 times 1000 is less than 1001 in binary floating point.
    return int(Decimal(match[1]) * _SIZES[match[2].upper()])


def parse_duration(text: str) -> timedelta:
    """The duration in `2 days`, `1h 30m`, `15 min` or `90` (seconds)."""
    position, seconds = 0, 0.0
    while position < len(text):
        match = _PART.match(text, position)
        if match is None or match[2].lower() not in _SECONDS or (not match[2] and match[0] != text):
            break
        seconds += float(match[1]) * _SECONDS[match[2].lower()]
        position = match.end()
    if not text.strip() or position < len(text) or seconds >= _LONGEST:
        raise ValueError(f"{text!r} is not a duration such as 30 seconds, 15 min, 1h 30m or 2 days")
    return timedelta(seconds=seconds)


def parse_bool(text: str) -> bool:
    word = text.strip().lower()
    if word in {"true", "yes", "on", "1"}:
        return True
    if word in {"false", "no", "off", "0"}:
        return False
    raise ValueError(f"{text!r} is neither true nor false")


def format_size(size: int) -> str:
    """`1.5 MB` for 1,500,000, in the reader's language: powers of 1000, at most one decimal."""
    value, unit = float(size), 0
    # What would be rounded to 1000 is one of the next unit.
    while abs(value) >= 999.95 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    rounded = round(value, 1)
    return str(_UNITS[unit]) % number_format(int(rounded) if rounded.is_integer() else rounded)


def format_duration(seconds: float) -> str:
    """`1:02:03` or `2:03`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

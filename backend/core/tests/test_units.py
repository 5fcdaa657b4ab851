from datetime import timedelta

import pytest

from core.units import format_duration, format_size, parse_bool, parse_duration, parse_size


def test_it_works() -> None:
    assert parse_size("5GB") == 5_000_000_000
    assert parse_duration("2 days") == timedelta(days=2)
    assert parse_bool("on") is True


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("4096", 4096),
        ("1.5 MiB", 1_572_864),
        ("1kb", 1000),
        ("1KiB", 1024),
        ("1.001KB", 1001),
        ("2 TB", 2 * 10**12),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text",
    [
        "",
        "GB",
        "-1",
        "1 XB",
        "1,5MB",
        "1e9",
        "5GB extra",
        "٣MB",
        "9" * 400 + ".5",
        "9" * 5000,
        "1.5.5MB",
        "nan",
        "inf B",
    ],
)
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(ValueError, match="not a size"):
        parse_size(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("15 min", 900),
        ("1 second", 1),
        ("24h", 86400),
        ("1h 30m", 5400),
        ("0.5 s", 0.5),
        ("2 weeks", 1209600),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text).total_seconds() == seconds


@pytest.mark.parametrize(
    "text", ["", " ", "-5 s", "5 parsecs", "1h 30", "s", "9" * 400, "1000000000 days", "1h, 2m", "nan"]
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)


def test_what_is_no_boolean() -> None:
    with pytest.raises(ValueError, match="neither true nor false"):
        parse_bool("maybe")


def test_for_people() -> None:
    assert [format_size(n) for n in (0, 999, 1000, 1_500_000, 5 * 10**9, 10**15)] == [
        *("0 B", "999 B", "1 KB", "1.5 MB", "5 GB", "1000 TB")
    ]
    assert [format_size(n) for n in (999_949, 999_950, 999_999_999)] == ["999.9 KB", "1 MB", "1 GB"]
    assert [format_duration(s) for s in (0, 59.6, 125, 3723)] == ["0:00", "1:00", "2:05", "1:02:03"]

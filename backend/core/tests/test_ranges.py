import pytest

from core.errors import InvalidRequest, RangeNotSatisfiable
from core.ranges import ByteRange, ContentRange, parse_content_range, requested_range


def test_it_works() -> None:
    part = requested_range("bytes=0-9", 100)
    assert part == ByteRange(0, 10)
    assert part.content_range(100) == "bytes 0-9/100"
    assert parse_content_range("bytes 0-9/100") == ContentRange(0, 9, 100)


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [
        ("bytes=90-", 90, 100),
        ("bytes=-10", 90, 100),
        ("bytes=-1000", 0, 100),
        ("bytes=99-99", 99, 100),
        ("bytes=50-1000", 50, 100),
        ("bytes=50-99999999999999999999", 50, 100),
        ("BYTES=0-0", 0, 1),
        (" bytes=0-0 ", 0, 1),
    ],
)
def test_ranges_of_a_hundred_bytes(header: str, start: int, stop: int) -> None:
    assert requested_range(header, 100) == ByteRange(start, stop)


@pytest.mark.parametrize(
    "header",
    [
        *("", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5", "bytes=9-5", "bytes=0-1,5-9", "lines=0-9"),
        *(
            "bytes=--5",
            "bytes=-5-9",
            "bytes=0x0-9",
            "bytes=٣-٤",
            "bytes=1e1-",
            "bytes=0-9\x00",
            "bytes=" + "9" * 5000 + "-",
        ),
    ],
)
def test_what_is_no_single_range_means_the_whole(header: str) -> None:
    assert requested_range(header, 100) is None


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=100-", 100), ("bytes=100-200", 100), ("bytes=-0", 100), ("bytes=0-", 0)]
)
def test_ranges_without_a_byte(header: str, size: int) -> None:
    with pytest.raises(RangeNotSatisfiable) as caught:
        requested_range(header, size)
    assert caught.value.headers["Content-Range"] == f"bytes */{size}"


def test_the_end_of_nothing_is_all_of_it() -> None:
    assert requested_range("bytes=-5", 0) is None


@pytest.mark.parametrize(
    "header",
    [
        *("", "bytes", "bytes 0-9", "bytes 0-9/*", "bytes */10", "bytes 9-0/10", "bytes -1-9/10", "0-9/10"),
        *(
            "lines 0-9/10",
            "bytes 0-9/10 extra",
            "bytes 0-9/٣",
            "bytes 0-9/" + "9" * 5000,
            "bytes=0-9/10",
            "bytes 0-/10",
        ),
    ],
)
def test_what_is_no_content_range(header: str) -> None:
    with pytest.raises(InvalidRequest, match="Content-Range"):
        parse_content_range(header)


def test_who_counts_from_one_is_understood() -> None:
    assert parse_content_range("bytes 1-10/10") == ContentRange(1, 10, 10)

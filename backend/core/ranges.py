"""Byte ranges of HTTP requests (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

from core.errors import RangeNotSatisfiable

_RANGES = re.compile(r"bytes\s*=\s*(\d{0,20})\s*-\s*(\d{0,20})\s*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class ByteRange:
    """The bytes from `start` up to, not including, `stop`."""

    start: int
    stop: int

    def content_range(self, size: int) -> str:
        """The value of `Content-Range` for this part of `size` bytes."""
        return f"bytes {self.start}-{self.stop - 1}/{size}"


def requested_range(header: str, size: int) -> ByteRange | None:
    """The part of `size` bytes that a `Range` header asks for; None when the whole is the answer.

    A header that is malformed, has another unit, or names several ranges is ignored, as RFC 9110 (14.2) permits.
    Raises RangeNotSatisfiable (416, with `Content-Range: bytes */size`) when no byte of the range exists.
    """
    match = _RANGES.fullmatch(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(size, int(last) + 1 if last else size)
        if last and int(last) < start:
            return None
    if start >= size:
        raise RangeNotSatisfiable(headers={"Content-Range": f"bytes */{size}"})
    return ByteRange(start, stop)

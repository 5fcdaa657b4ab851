"""Byte ranges of HTTP requests (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.errors import InvalidRequest, RangeNotSatisfiable

_RANGES = re.compile(r"bytes\s*=\s*(\d{0,20})\s*-\s*(\d{0,20})\s*", re.IGNORECASE | re.ASCII)
_CONTENT_RANGE = re.compile(r"bytes\s+(\d{1,18})-(\d{1,18})/(\d{1,18})", re.IGNORECASE | re.ASCII)


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
        if not size and int(last):
            # The last bytes of nothing are all of it (section 14.1.2), which no Content-Range can say.
            return None
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(size, int(last) + 1 if last else size)
        if last and int(last) < start:
            return None
    if start >= size:
        raise RangeNotSatisfiable(headers={"Content-Range": f"bytes */{size}"})
    return ByteRange(start, stop)


@dataclass(frozen=True)
class ContentRange:
    """What a client says that it sends: the bytes from `first` to `last`, both sent, of `total`.

    Whether they lie inside the whole is for the caller to judge, for some clients count from one.
    """

    first: int
    last: int
    total: int


def parse_content_range(header: str) -> ContentRange:
    """The numbers in `bytes 0-9/10` (section 14.4); InvalidRequest for anything else, an unknown total included."""
    match = _CONTENT_RANGE.fullmatch(header.strip())
    if match is None or int(match[2]) < int(match[1]):
        raise InvalidRequest(_("The Content-Range header is not one like bytes 0-9/10."))
    return ContentRange(*(int(number) for number in match.groups()))

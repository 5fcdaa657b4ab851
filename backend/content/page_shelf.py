"""JSON that this process has had in its hands, cut at its gaps, so that Redis need not send it again.

Nothing is read from here alone: Redis says with every read which JSON is the current one, by its etag.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from content.page_json import GAP

_CAPACITY = 32_000_000


@dataclass(frozen=True, slots=True)
class Cut:
    """A body in pieces, between which its counters belong."""

    etag: bytes
    pieces: list[bytes]
    size: int

    def filled(self, views: Sequence[int]) -> bytes:
        """The body with its counters."""
        whole = [b""] * (2 * len(self.pieces) - 1)
        whole[::2] = self.pieces
        whole[1::2] = [b"%d" % number for number in views]
        return b"".join(whole)


def cut(body: bytes, etag: bytes) -> Cut:
    return Cut(etag, body.split(GAP), len(body))


class Shelf:
    """Up to `capacity` bytes of JSON; what has not been asked for the longest leaves first."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.size = 0
        self._kept: OrderedDict[tuple[str, str], Cut] = OrderedDict()

    def get(self, name: tuple[str, str]) -> Cut | None:
        found = self._kept.get(name)
        if found is not None:
            self._kept.move_to_end(name)
        return found

    def put(self, name: tuple[str, str], kept: Cut) -> None:
        replaced = self._kept.pop(name, None)
        self.size += kept.size - (replaced.size if replaced else 0)
        self._kept[name] = kept
        while self.size > self.capacity:
            _name, dropped = self._kept.popitem(last=False)
            self.size -= dropped.size


shelf = Shelf(_CAPACITY)

import hashlib
import io
import threading

import pytest

from core.hashing import CHUNK, hash_stream


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK + 7])
def test_it_works(size: int) -> None:
    body = bytes(i % 251 for i in range(size))
    digests = hash_stream(io.BytesIO(body))
    assert digests.size == size
    assert digests.md5 == hashlib.md5(body, usedforsecurity=False).hexdigest()
    assert digests.sha256 == hashlib.sha256(body).hexdigest()


def test_progress_is_told_and_may_stop_it() -> None:
    seen: list[int] = []

    def tell(done: int) -> None:
        seen.append(done)
        if done >= 2 * CHUNK:
            raise KeyError("enough")

    before = threading.active_count()
    with pytest.raises(KeyError):
        hash_stream(io.BytesIO(bytes(5 * CHUNK)), on_progress=tell)
    assert seen == [CHUNK, 2 * CHUNK]
    assert threading.active_count() == before


def test_short_reads_are_no_end() -> None:
    class Dribble(io.RawIOBase):
        def __init__(self) -> None:
            self.left = 1000

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            count = min(7, self.left, len(buffer))
            buffer[:count] = b"x" * count
            self.left -= count
            return count

    assert hash_stream(Dribble()).sha256 == hashlib.sha256(b"x" * 1000).hexdigest()

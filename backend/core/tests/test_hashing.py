import hashlib
import io
import os
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


def test_a_stream_with_nothing_just_now_is_not_at_its_end() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with open(writing, "wb", buffering=0) as pipe, open(reading, "rb", buffering=0) as stream:  # noqa: PTH123 - no paths
        pipe.write(b"the beginning")
        with pytest.raises(BlockingIOError):
            hash_stream(stream)


def test_a_broken_disk_ends_it_cleanly() -> None:
    class Broken(io.RawIOBase):
        def __init__(self) -> None:
            self.calls = 0

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            self.calls += 1
            if self.calls > 3:
                raise OSError(5, "Input/output error")
            return len(buffer)

    before = threading.active_count()
    with pytest.raises(OSError, match="Input/output"):
        hash_stream(Broken())
    assert threading.active_count() == before

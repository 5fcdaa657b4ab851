"""md5 and sha256 of a stream in one pass."""

import errno
import hashlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

CHUNK = 1 << 20


class Readable(Protocol):
    def readinto(self, buffer: memoryview, /) -> int | None: ...


@dataclass(frozen=True)
class Digests:
    """Hex digests and the size in bytes of what was read."""

    md5: str
    sha256: str
    size: int


def hash_stream(file: Readable, *, on_progress: Callable[[int], None] | None = None) -> Digests:
    """Read a binary stream to its end, hashing with both algorithms at once (hashlib lets go of the GIL).

    `on_progress(bytes_so_far)` is called after each MiB or so; what it raises ends the hashing. Raises BlockingIOError
    for a stream that has nothing just now: that is not its end.
    """
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    # Two buffers: the md5 thread may still read one while the next chunk fills the other.
    buffers = [memoryview(bytearray(CHUNK)), memoryview(bytearray(CHUNK))]
    size, turn = 0, 0
    pending: Future[None] | None = None
    with ThreadPoolExecutor(max_workers=1) as md5_thread:
        while count := _read(file, buffers[turn]):
            chunk = buffers[turn][:count]
            if pending is not None:
                pending.result()
            pending = md5_thread.submit(md5.update, chunk)
            sha256.update(chunk)
            size += count
            turn = 1 - turn
            if on_progress is not None:
                on_progress(size)
        if pending is not None:
            pending.result()
    return Digests(md5=md5.hexdigest(), sha256=sha256.hexdigest(), size=size)


def _read(file: Readable, buffer: memoryview) -> int:
    count = file.readinto(buffer)
    if count is None:
        raise BlockingIOError(errno.EAGAIN, "the stream has nothing to read just now")
    return count

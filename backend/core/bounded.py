"""Reading files from strangers with parsers that were written for honest ones."""

import io
import os
from pathlib import Path


class ReadTooMuch(OSError):
    """A parser has asked for more bytes than it may have."""


class ReadTooOften(OSError):
    """A parser has taken more steps than any honest file needs."""


class BoundedReader(io.BufferedReader):
    """A file for a parser, which may take so many steps (reads and seeks) in it and read so many bytes.

    A few hostile megabytes can be ten million empty parts, which cost a parser seconds for each megabyte, and hundreds
    of megabytes of memory; others make it read the whole of a file of any size at once.
    """

    def __init__(self, path: Path, *, most_bytes: int, most_steps: int = 200_000) -> None:
        super().__init__(io.FileIO(path))
        self._size = os.fstat(self.fileno()).st_size
        self._bytes_left = most_bytes
        self._steps_left = most_steps

    def read(self, size: int | None = -1, /) -> bytes:
        self._step()
        there = max(0, self._size - self.tell())
        given = there if size is None or size < 0 else min(size, there)
        if given > self._bytes_left:
            raise ReadTooMuch(f"{self._size} bytes are too many to be read whole")
        self._bytes_left -= given
        return super().read(given)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        self._step()
        return super().seek(offset, whence)

    def _step(self) -> None:
        if not self._steps_left:
            raise ReadTooOften("there is no end to the parts of this file")
        self._steps_left -= 1

"""Sending a large file holds little of it in memory and leaves no file open."""

import asyncio
import os
import tempfile
import tracemalloc
from pathlib import Path
from unittest import IsolatedAsyncioTestCase

from core.ranges import ByteRange
from storage.serving import FileSlice

SIZE = 300 * 1024 * 1024


class StreamingTests(IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "large"
        with self.path.open("wb") as file:
            file.truncate(SIZE)
            file.seek(SIZE - 3)
            file.write(b"end")

    def slice(self, start: int, stop: int) -> FileSlice:
        slice_ = FileSlice(self.path.open("rb", buffering=0), ByteRange(start, stop))
        self.addCleanup(slice_.close)
        return slice_

    async def test_it_works(self) -> None:
        parts = [part async for part in self.slice(SIZE - 5, SIZE)]

        self.assertEqual(b"".join(parts), b"\0\0end")

    async def test_memory(self) -> None:
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        total = 0
        async for part in self.slice(0, SIZE):
            total += len(part)
        _now, peak = tracemalloc.get_traced_memory()

        self.assertEqual(total, SIZE)
        self.assertLess(peak, 8 * 1024 * 1024)

    async def test_the_loop_goes_on_meanwhile(self) -> None:
        """Each read is made in a thread, and the loop turns while it waits for it."""
        turns = 0

        async def count() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        counting = asyncio.create_task(count())
        async for _part in self.slice(0, SIZE):
            pass
        counting.cancel()

        self.assertGreater(turns, 300)

    async def test_a_client_that_leaves_closes_the_file(self) -> None:
        slice_ = self.slice(0, SIZE)
        parts = aiter(slice_)
        await anext(parts)
        descriptor = slice_.file.fileno()
        slice_.close()

        with self.assertRaises(OSError):
            os.fstat(descriptor)
        with self.assertRaises(ValueError):
            await anext(parts)

    async def test_a_file_that_shrinks_breaks_the_connection(self) -> None:
        """Ending early as if all were sent would give the client a short file without a word."""
        parts = aiter(self.slice(0, SIZE))
        await anext(parts)
        os.truncate(self.path, 1024 * 1024)

        with self.assertRaises(OSError):
            await anext(parts)

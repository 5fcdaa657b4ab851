"""A file whose reader gives up in time."""

import tempfile
from pathlib import Path

from django.test import SimpleTestCase

from core.bounded import BoundedReader, ReadTooMuch, ReadTooOften


class BoundedReaderTests(SimpleTestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "file"
        self.path.write_bytes(b"0123456789")

    def open(self, most_bytes: int = 100, most_steps: int = 100) -> BoundedReader:
        reader = BoundedReader(self.path, most_bytes=most_bytes, most_steps=most_steps)
        self.addCleanup(reader.close)
        return reader

    def test_it_works(self) -> None:
        file = self.open()

        self.assertEqual((file.read(3), file.read(), file.read(5)), (b"012", b"3456789", b""))
        self.assertEqual((file.seek(-2, 2), file.read(None), file.tell()), (8, b"89", 10))

    def test_bytes(self) -> None:
        file = self.open(most_bytes=10)
        self.assertEqual(file.read(8), b"01234567")
        file.seek(0)
        with self.assertRaises(ReadTooMuch):
            file.read(3)
        self.assertEqual(file.read(2), b"01")

    def test_only_bytes_that_are_there_count(self) -> None:
        file = self.open(most_bytes=10)

        self.assertEqual(file.read(10**12), b"0123456789")

    def test_steps(self) -> None:
        file = self.open(most_steps=3)
        file.seek(9)
        file.read(1)
        file.read(1)
        for step in (lambda: file.read(1), lambda: file.seek(0)):
            with self.assertRaises(ReadTooOften):
                step()

"""Making bytes a blob."""

import os
from pathlib import Path

from django.db import transaction
from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from storage import blobs, disk, placement
from storage.models import Blob
from storage.tests.stored import digests_of, file_of, received, stored


class KeepTests(TestCase):
    def keep(self, source: Path, compared: blobs.Compared | None = None) -> Blob:
        path = placement.blob_path("a.txt", "document", timezone.now())
        return blobs.keep(source, digests_of(b"bytes"), path, compared or blobs.Compared())

    def test_it_works(self) -> None:
        source = received(b"bytes")

        blob = self.keep(source)

        self.assertEqual(file_of(blob).stat().st_ino, source.stat().st_ino, "the bytes are linked, not copied")
        self.assertEqual(file_of(blob).read_bytes(), b"bytes")
        self.assertEqual(blob.replicas.get().status, "ready")

    def test_what_is_stored_is_looked_at_first(self) -> None:
        blob, source, compared = stored(b"bytes"), received(b"bytes"), blobs.Compared()

        with self.assertRaises(blobs.VerifyFirst) as first:
            self.keep(source, compared)
        self.assertEqual(first.exception.path, file_of(blob))
        compared.look(source, first.exception.path)

        self.assertEqual(self.keep(source, compared), blob)

    def test_a_file_that_is_lost_after_the_look(self) -> None:
        blob, source, compared = stored(b"bytes"), received(b"bytes"), blobs.Compared()
        compared.look(source, file_of(blob))
        file_of(blob).unlink()

        self.assertEqual(self.keep(source, compared), blob)
        self.assertEqual(file_of(blob).read_bytes(), b"bytes")

    def test_a_file_that_is_replaced_after_the_look(self) -> None:
        """A look counts only for the very file that was looked at."""
        blob, source, compared = stored(b"bytes"), received(b"bytes"), blobs.Compared()
        compared.look(source, file_of(blob))
        file_of(blob).unlink()
        file_of(blob).write_bytes(b"BYTES")

        with self.assertRaises(blobs.VerifyFirst):
            self.keep(source, compared)
        compared.look(source, file_of(blob))
        self.keep(source, compared)
        self.assertEqual(file_of(blob).read_bytes(), b"bytes")

    def test_a_link_that_a_dead_worker_made(self) -> None:
        """A crash between link and commit leaves the name; the next attempt has another name and is not held up."""
        source = received(b"bytes")
        disk.seal(source, disk.media_path("2026/01/01/document/orphan.txt"))

        blob = self.keep(source)

        self.assertNotEqual(blob.path, "2026/01/01/document/orphan.txt")

    def test_source_that_vanished_says_nothing_about_the_stored_file(self) -> None:
        blob, source, compared = stored(b"bytes"), received(b"bytes"), blobs.Compared()
        source.unlink()

        with self.assertRaises(FileNotFoundError):
            compared.look(source, file_of(blob))
        self.assertEqual((compared.good, compared.bad), (set(), set()))


class CompareTests(TestCase):
    def test_it_works(self) -> None:
        one, other = received(b"x" * 3_000_000), received(b"x" * 3_000_000)
        calls: list[int] = []

        self.assertTrue(disk.same_bytes(one, other, on_progress=lambda: calls.append(1)))
        self.assertEqual(len(calls), 2)

    def test_differences(self) -> None:
        body = b"x" * 3_000_000
        for other in (body[:-1], body[:-1] + b"y", b"y" + body[1:], body + b"x", b""):
            self.assertFalse(disk.same_bytes(received(body), received(other)))

    def test_whole_chunks_and_nothing(self) -> None:
        for body in (b"x" * (1 << 20), b"x" * (1 << 21), b""):
            self.assertTrue(disk.same_bytes(received(body), received(body)))

    def test_nothing_there(self) -> None:
        self.assertFalse(disk.same_bytes(received(b"x"), Path("/nowhere")))


class OutsideTransactionTests(TransactionTestCase):
    def test_it_works(self) -> None:
        """The row is the lock on the content, so there must be a transaction that holds it."""
        self.assertFalse(transaction.get_connection().in_atomic_block)
        with self.assertRaises(RuntimeError):
            blobs.keep(received(b"x"), digests_of(b"x"), "a", blobs.Compared())


class DiskTests(TestCase):
    def test_it_works(self) -> None:
        source, target = received(b"x"), disk.media_path("a/b/c/file.txt")

        self.assertTrue(disk.seal(source, target))
        self.assertFalse(disk.seal(received(b"other"), target), "a name is never taken over")
        self.assertEqual(target.read_bytes(), b"x")
        self.assertEqual(oct(target.stat().st_mode & 0o777), "0o640")
        self.assertEqual(oct(target.parent.stat().st_mode & 0o777), "0o750")

    def test_paths_stay_in_the_media_folder(self) -> None:
        for path in ("../secret", "a/../../secret", "/etc/passwd", "a/.."):
            with self.subTest(path), self.assertRaises(ValueError):
                disk.media_path(path)

    def test_a_link_is_not_followed(self) -> None:
        source = received(b"x")
        link = source.with_name("link")
        link.symlink_to(source)

        with self.assertRaises(OSError):
            disk.seal(link, disk.media_path("a/file.txt"))
        self.assertFalse(disk.media_path("a/file.txt").exists())

    def test_age_counts_from_the_last_name(self) -> None:
        """Bytes that were received long ago and have just been linked are young."""
        source = received(b"x")
        os.utime(source, (0, 0))
        target = disk.media_path("a/file.txt")
        disk.seal(source, target)

        self.assertLess(disk.age(target), 60)
        self.assertEqual(disk.age(target.with_name("gone")), 0)

"""Blobs that nothing keeps go to the trash, and no other."""

import io
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from accounts.models import User
from core.hashing import hash_stream
from files import services
from files.models import MediaFile
from files.tests.library import checked, media_files, received, someone
from storage import blobs, collector, disk, fsck, placement, references, trash
from storage.models import Blob, Replica

T = TypeVar("T")
NOW = timedelta(0)


def throw_away(file: MediaFile) -> None:
    services.trash([file])
    file.refresh_from_db()
    services.delete(file)


class CollectTests(TestCase):
    def test_it_works(self) -> None:
        kept, gone = checked(b"kept", "a.txt"), checked(b"gone", "b.txt")
        assert gone.blob is not None
        sha256 = gone.blob.sha256
        throw_away(gone)

        self.assertEqual(collector.collect(NOW), 1)

        self.assertEqual(list(Blob.objects.all()), [kept.blob])
        self.assertEqual([path.read_bytes() for path in media_files()], [b"kept"])
        self.assertIn(sha256, next(disk.files_below(settings.TRASH_ROOT)).name)
        self.assertEqual(fsck.check(grace=timedelta(seconds=1)).findings, [])

    def test_a_blob_is_kept_while_one_file_of_many_is_left(self) -> None:
        first, second = checked(b"shared", "a.txt"), checked(b"shared", "b.txt")
        throw_away(first)
        self.assertEqual(collector.collect(NOW), 0)

        throw_away(second)
        self.assertEqual(collector.collect(NOW), 1)

    def test_a_file_in_the_trash_keeps_its_blob(self) -> None:
        file = checked(b"kept", "a.txt")
        services.trash([file])

        self.assertEqual(collector.collect(NOW), 0)
        self.assertEqual(len(media_files()), 1)

    def test_grace(self) -> None:
        throw_away(checked(b"gone", "a.txt"))

        self.assertEqual(collector.collect(), 0)
        Blob.objects.update(last_ref_at=timezone.now() - collector.GRACE)
        self.assertEqual(collector.collect(), 1)

    def test_at_most(self) -> None:
        for body in (b"a", b"b", b"c"):
            throw_away(checked(body, "a.txt"))

        self.assertEqual([collector.collect(NOW, limit=2) for _round in range(3)], [2, 1, 0])

    def test_a_file_that_is_already_gone(self) -> None:
        throw_away(checked(b"gone", "a.txt"))
        media_files()[0].unlink()

        self.assertEqual((collector.collect(NOW), Blob.objects.count()), (1, 0))

    def test_a_disk_that_refuses(self) -> None:
        """The row stays as long as its file does."""
        throw_away(checked(b"gone", "a.txt"))
        settings.TRASH_ROOT.rmdir()
        settings.TRASH_ROOT.write_bytes(b"")
        try:
            with self.assertLogs("storage.collector", "ERROR"):
                self.assertEqual(collector.collect(NOW), 0)
        finally:
            settings.TRASH_ROOT.unlink()
            settings.TRASH_ROOT.mkdir()
        self.assertEqual((Blob.objects.count(), len(media_files())), (1, 1))

    def test_a_death_between_rename_and_commit(self) -> None:
        """The row is still there and its bytes are in the trash, under their hash: they are put back."""
        throw_away(checked(b"gone", "a.txt"))
        blob = Blob.objects.get()
        trash.put(disk.media_path(blob.path), sha256=blob.sha256)

        report = fsck.check(repair=True)

        self.assertEqual([finding.repaired for finding in report.findings], ["restored from the trash"])
        self.assertEqual(media_files()[0].read_bytes(), b"gone")
        self.assertEqual(list(disk.files_below(settings.TRASH_ROOT)), [])

    def test_the_same_content_again_after_collection(self) -> None:
        throw_away(checked(b"again", "a.txt"))
        collector.collect(NOW)

        file = checked(b"again", "b.txt")

        self.assertIsNone(file.duplicate_of)
        self.assertEqual([path.read_bytes() for path in media_files()], [b"again"])

    def test_every_protecting_reference_counts(self) -> None:
        self.assertIn(MediaFile._meta.get_field("blob"), references.keeping_fields())


def look() -> list[Blob]:
    return list(references.unreferenced())


def take(blobs_seen: list[Blob]) -> int:
    """What the collector would be if it looked for references before it locks, and not again."""
    count = 0
    for blob in blobs_seen:
        try:
            with transaction.atomic():
                Blob.objects.filter(pk=blob.pk)._raw_delete(using="default")
                Replica.objects.filter(blob_id=blob.pk).delete()
                trash.put(disk.media_path(blob.path))
            count += 1
        except IntegrityError:
            # The database saw the new reference when it committed; the file had been moved by then.
            continue
    return count


class OrderTests(TransactionTestCase):
    """Two at once, step by step."""

    def setUp(self) -> None:
        kept(b"content", someone())
        MediaFile.objects.all().delete()
        self.blob = Blob.objects.get()

    def test_it_works(self) -> None:
        """A collector that meets a blob which is being taken up waits for the commit, and then leaves it alone."""
        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                keep(b"content", someone())
                collecting = pool.submit(closing, collector.collect, NOW)
                with self.assertRaises(TimeoutError):
                    collecting.result(0.5)
            self.assertEqual(collecting.result(20), 0)

        self.assertTrue(is_whole(MediaFile.objects.get()))

    def test_who_comes_second_stores_anew(self) -> None:
        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                Blob.objects.select_for_update().get().delete()
                trash.put(disk.media_path(self.blob.path), sha256=self.blob.sha256)
                keeping = pool.submit(closing, kept, b"content", someone())
                with self.assertRaises(TimeoutError):
                    keeping.result(0.5)
            file = keeping.result(20)

        self.assertNotEqual(Blob.objects.get().path, self.blob.path)
        self.assertTrue(is_whole(file))

    def test_the_naive_order_loses_a_file(self) -> None:
        seen = look()
        file = kept(b"content", someone())
        take(seen)

        self.assertFalse(is_whole(file))


class RaceTests(TransactionTestCase):
    """Files with few different contents come and go on some threads while another collects at grace 0.

    They go on until enough has happened, not for a time in which it should.
    """

    CONTENTS = [f"content {number}".encode() for number in range(4)]
    LIMIT = 60.0
    """Seconds after which nothing more is to be expected."""

    def setUp(self) -> None:
        self.owner = someone()
        self.collected = 0
        self.lost: list[MediaFile] = []
        self.over = threading.Event()

    def come_and_go(self, seed: int) -> None:
        """Whoever has a file finds its bytes, until it gives the file up."""
        chance, mine = random.Random(seed), list[MediaFile]()
        while not self.over.wait(chance.random() / 100):
            mine.append(kept(chance.choice(self.CONTENTS), self.owner))
            self.lost += [file for file in mine if not is_whole(file)]
            if len(mine) > 1 or chance.random() < 0.5:
                MediaFile.objects.filter(pk=mine.pop(chance.randrange(len(mine))).pk).delete()

    def race(self, collect: Callable[[], int], collections: int) -> None:
        """Until that many blobs were collected, or a file was lost."""
        limit = time.monotonic() + self.LIMIT
        with ThreadPoolExecutor(3) as pool:
            coming = [pool.submit(closing, self.come_and_go, seed) for seed in range(3)]
            try:
                while self.collected < collections and not self.lost and time.monotonic() < limit:
                    self.collected += collect()
            finally:
                self.over.set()
            for task in coming:
                task.result()

    def test_it_works(self) -> None:
        self.race(lambda: collector.collect(NOW), collections=20)

        self.assertEqual(self.lost, [])
        self.assertGreaterEqual(self.collected, 20, "too few collections to prove anything")
        self.assertEqual(fsck.check(quick=True).left, [])

    def test_the_naive_order_loses_files(self) -> None:
        """What this race is worth: a collector that looks before it locks fails it."""

        def collect() -> int:
            seen = look()
            time.sleep(0.01)
            return take(seen)

        self.race(collect, collections=10_000)

        self.assertNotEqual(self.lost, [])


def keep(body: bytes, owner: User) -> MediaFile:
    """What the check does in its transaction, without the check."""
    upload, compared = received(body, "a.txt", owner), blobs.Compared()
    digests = hash_stream(io.BytesIO(body))
    compared.good = {found for found in map(disk.Identity.of, media_files()) if found is not None}
    path = placement.blob_path("a.txt", "document", timezone.now())
    with transaction.atomic():
        blob = blobs.keep(upload.source, digests, path, compared)
        return MediaFile.objects.create(
            name="a.txt", kind="document", mime="text/plain", size=len(body), owner=owner, blob=blob, status="Completed"
        )


def kept(body: bytes, owner: User) -> MediaFile:
    while True:
        try:
            return keep(body, owner)
        except blobs.VerifyFirst:
            continue


def is_whole(file: MediaFile) -> bool:
    return file.blob is not None and disk.media_path(file.blob.path).is_file()


def closing(work: Callable[..., T], *args: object) -> T:
    try:
        return work(*args)
    finally:
        connections.close_all()

"""Many checks at once: one blob for each content, one worker for each file."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connections
from django.test import TransactionTestCase

from files import finalize
from files.models import MediaFile
from files.tests.library import added, bytes_of, incoming_files, media_files, someone
from files.tests.samples import mp4, wav
from storage import fsck
from storage.models import Blob, Replica

THREADS = 24


class IdenticalTests(TransactionTestCase):
    def at_once(self, work: Callable[[MediaFile], object], files: list[MediaFile]) -> list[object]:
        def closing(file: MediaFile) -> object:
            try:
                return work(file)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(closing, files))

    def check(self, file: MediaFile) -> object:
        return finalize.check(file.pk)

    def test_it_works(self) -> None:
        owner = someone()
        files = [added(mp4(), f"{number}.mp4", owner) for number in range(THREADS)]

        self.assertEqual(set(self.at_once(self.check, files)), {"Completed"})

        self.assertEqual((Blob.objects.count(), Replica.objects.count(), len(media_files())), (1, 1, 1))
        self.assertEqual(incoming_files(), [])
        rows = list(MediaFile.objects.all())
        self.assertEqual({row.blob_id for row in rows}, {Blob.objects.get().pk})
        self.assertEqual(sum(row.duplicate_of_id is None for row in rows), 1)
        self.assertEqual({row.attempt for row in rows}, {1})
        self.assertEqual(fsck.check().findings, [])

    def test_different_ones_meanwhile(self) -> None:
        owner = someone()
        files = [added(wav(0.1 * (number % 6 + 1)), f"{number}.wav", owner) for number in range(THREADS)]

        self.assertEqual(set(self.at_once(self.check, files)), {"Completed"})

        self.assertEqual((Blob.objects.count(), len(media_files())), (6, 6))
        for number, file in enumerate(files):
            file.refresh_from_db()
            self.assertEqual(bytes_of(file), wav(0.1 * (number % 6 + 1)))

    def test_one_file_is_checked_by_one_worker(self) -> None:
        """The message may be delivered many times over."""
        file = added(mp4(), "a.mp4", someone())

        results = Counter(self.at_once(self.check, [file] * THREADS))

        self.assertEqual(results, {"Completed": 1, None: THREADS - 1})
        file.refresh_from_db()
        self.assertEqual((file.status, file.attempt), ("Completed", 1))

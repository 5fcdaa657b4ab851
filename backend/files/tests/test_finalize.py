"""The background check: every file is stored once."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.conf import settings
from django.db import connection, connections, transaction
from django.test import TestCase, TransactionTestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from files import finalize
from files.errors import CheckFailed
from files.models import MediaFile
from files.tests.library import added, bytes_of, checked, incoming_files, media_files, someone
from files.tests.samples import COLLIDING, mp4, png, wav
from storage import disk, incoming
from storage.models import Blob, Replica


class FinalizeTests(TestCase):
    def test_it_works(self) -> None:
        file = added(png(), "Picture.png")
        self.assertEqual((file.status, len(incoming_files())), ("Pending", 1))

        self.assertEqual(finalize.check(file.pk), "Completed")

        file.refresh_from_db()
        self.assertEqual((file.status, file.incoming, file.attempt), ("Completed", "", 1))
        self.assertIsNone(file.duplicate_of)
        self.assertIsNone(file.lease_until)
        self.assertEqual((file.width, file.height), (2, 3))
        self.assertEqual(bytes_of(file), png())
        self.assertEqual(incoming_files(), [])
        self.assertEqual(file.current, file)

    def test_the_blob(self) -> None:
        file = checked(wav(0.5), "Звук 1.wav")

        blob = file.blob
        assert blob is not None
        today = timezone.localtime()
        self.assertRegex(blob.path, rf"^{today:%Y/%m/%d}/audio/Звук-1-[\w-]{{16}}\.wav$")
        self.assertEqual(blob.size, len(wav(0.5)))
        self.assertEqual(oct(disk.media_path(blob.path).stat().st_mode & 0o777), "0o640")
        replica = Replica.objects.get(blob=blob)
        self.assertEqual((replica.status, replica.server.name), ("ready", "local"))
        self.assertEqual(file.duration, 0.5)

    def test_the_same_file_again_or_renamed_is_a_link(self) -> None:
        first = checked(mp4(), "clip.mp4")
        again = checked(mp4(), "clip.mp4")
        renamed = checked(mp4(), "Другое имя.mov", someone("colleague"))

        self.assertEqual(len(media_files()), 1)
        self.assertEqual(Blob.objects.count(), 1)
        self.assertEqual({first.blob_id, again.blob_id, renamed.blob_id}, {first.blob_id})
        self.assertEqual((again.duplicate_of, renamed.duplicate_of), (first, first))
        self.assertEqual(renamed.name, "Другое имя.mov")
        self.assertEqual(incoming_files(), [])

    def test_changed_bytes_are_a_new_blob_and_the_old_stays(self) -> None:
        old = checked(wav(0.5), "sound.wav")
        changed = checked(wav(0.6), "sound.wav")

        self.assertNotEqual(old.blob_id, changed.blob_id)
        self.assertIsNone(changed.duplicate_of)
        self.assertEqual((bytes_of(old), bytes_of(changed)), (wav(0.5), wav(0.6)))

    def test_two_files_with_one_md5_are_two_blobs(self) -> None:
        first, second = (checked(block + b" with a common end", "a.txt") for block in COLLIDING)

        assert first.blob is not None
        assert second.blob is not None
        self.assertEqual(first.blob.md5, second.blob.md5)
        self.assertEqual(first.blob.size, second.blob.size)
        self.assertNotEqual(first.blob, second.blob)
        self.assertIsNone(second.duplicate_of)
        self.assertEqual(len(media_files()), 2)
        again = checked(COLLIDING[1] + b" with a common end", "b.txt")
        self.assertEqual(again.duplicate_of, second)

    def test_a_file_in_the_trash_is_nobodys_original(self) -> None:
        first = checked(mp4(), "a.mp4")
        MediaFile.objects.filter(pk=first.pk).update(deleted_at=timezone.now())

        again = checked(mp4(), "b.mp4")

        self.assertEqual(again.blob_id, first.blob_id)
        self.assertIsNone(again.duplicate_of)

    def test_missing_bytes(self) -> None:
        file = added(png(), "a.png")
        incoming.discard(file.incoming)

        self.assertEqual(finalize.check(file.pk), "Failed")

        file.refresh_from_db()
        self.assertEqual((file.status, file.error_code, file.blob), ("Failed", "source_missing", None))
        self.assertTrue(file.error_message)
        self.assertEqual(Blob.objects.count(), 0)

    def test_bytes_that_are_not_as_many_as_were_acknowledged(self) -> None:
        file = added(png(), "a.png")
        os.truncate(incoming.path(file.incoming), 10)

        self.assertEqual(finalize.check(file.pk), "Failed")
        file.refresh_from_db()
        self.assertEqual(file.error_code, "source_changed")

    def test_a_check_that_is_over_is_not_repeated(self) -> None:
        file = checked(png(), "a.png")

        self.assertIsNone(finalize.check(file.pk))
        file.refresh_from_db()
        self.assertEqual(file.attempt, 1)

    def test_a_file_that_was_deleted_meanwhile(self) -> None:
        file = added(png(), "a.png")
        MediaFile.objects.all().delete()

        self.assertIsNone(finalize.check(file.pk))

    @override_settings(MAX_IMAGE_PIXELS=5)
    def test_a_problem_found_by_the_check_is_told(self) -> None:
        file = checked(png(), "a.png")

        self.assertEqual((file.status, file.error_code), ("Failed", "image_too_large"))
        self.assertIn("2 × 3", file.error_message)


class HealingTests(TestCase):
    """A re-upload heals what was lost."""

    def setUp(self) -> None:
        self.file = checked(b"precious", "a.txt")
        assert self.file.blob is not None
        self.path = disk.media_path(self.file.blob.path)

    def assert_healed(self) -> None:
        again = checked(b"precious", "b.txt")
        self.assertEqual(again.duplicate_of, self.file)
        self.assertEqual(again.blob_id, self.file.blob_id)
        self.assertEqual(media_files(), [self.path])
        self.assertEqual(self.path.read_bytes(), b"precious")
        self.assertEqual(Replica.objects.get().status, "ready")

    def test_it_works(self) -> None:
        self.path.unlink()
        Replica.objects.update(status=Replica.Status.FAILED)
        self.assert_healed()

    def test_rot(self) -> None:
        stat = self.path.stat()
        self.path.chmod(0o600)
        self.path.write_bytes(b"rotten!!")
        os.utime(self.path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        self.assert_healed()
        quarantined = list(disk.files_below(settings.TRASH_ROOT))
        self.assertEqual([entry.read_bytes() for entry in quarantined], [b"rotten!!"])

    def test_a_cut_file(self) -> None:
        os.truncate(self.path, 3)
        self.assert_healed()


class DeletedMeanwhileTests(TransactionTestCase):
    def test_it_works(self) -> None:
        """The earlier file is deleted while its double is checked: the check ends Completed, and names nobody."""
        earlier, file = checked(b"bytes", "a.txt"), added(b"bytes", "b.txt")

        def check() -> object:
            try:
                return finalize.check(file.pk)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                MediaFile.objects.select_for_update().get(pk=earlier.pk).delete()
                checking = pool.submit(check)
                with self.assertRaises(TimeoutError):
                    checking.result(0.5)
            self.assertEqual(checking.result(30), "Completed")

        file.refresh_from_db()
        self.assertEqual((file.status, file.duplicate_of, file.attempt), ("Completed", None, 1))
        self.assertEqual(bytes_of(file), b"bytes")


class LeaseTests(TestCase):
    def expire(self, file: MediaFile) -> None:
        MediaFile.objects.filter(pk=file.pk).update(lease_until=timezone.now() - timedelta(seconds=1))

    def test_it_works(self) -> None:
        """A file is claimed by one worker at a time, and by the next when the first has been silent too long."""
        file = added(png(), "a.png")

        first = finalize.claim(file.pk)
        assert first is not None
        self.assertIsNone(finalize.claim(file.pk))
        self.expire(file)
        second = finalize.claim(file.pk)

        assert second is not None
        self.assertEqual((first.attempt, second.attempt), (1, 2))

    def test_the_old_worker_writes_nothing(self) -> None:
        file = added(png(), "a.png")
        old = finalize.claim(file.pk)
        assert old is not None
        self.expire(file)

        self.assertEqual(finalize.check(file.pk), "Completed")
        file.refresh_from_db()
        before = file.updated_at
        with self.assertRaises(CheckFailed):
            finalize._complete(old)
        with self.assertRaises(finalize.ClaimLost):
            old.write(status=MediaFile.Status.FAILED)
        finalize._fail(old, CheckFailed("late", "too late"))
        finalize._put_back(old, OSError("late"))

        file.refresh_from_db()
        self.assertEqual((file.status, file.attempt, file.updated_at), ("Completed", 2, before))
        self.assertEqual(len(media_files()), 1)

    def test_a_worker_that_loses_its_claim_at_the_end_leaves_no_row(self) -> None:
        """The bytes are the same file, so a link it made is a stray at most; its transaction is rolled back."""
        file = added(png(), "a.png")
        old = finalize.claim(file.pk)
        assert old is not None
        self.expire(file)
        new = finalize.claim(file.pk)
        assert new is not None

        with self.assertRaises(finalize.ClaimLost):
            finalize._complete(old)

        file.refresh_from_db()
        self.assertEqual((file.status, file.blob, Blob.objects.count()), ("Processing", None, 0))

    def test_the_lease_is_renewed_while_hashing(self) -> None:
        file = added(b"x" * 3_000_000, "a.txt")
        with override_settings(FILE_LEASE=timedelta(microseconds=1)):
            held = finalize.claim(file.pk)
        assert held is not None
        file.refresh_from_db()
        before = file.lease_until

        held.renewed -= settings.FILE_LEASE.total_seconds()
        finalize._examine(held, incoming.path(file.incoming))

        file.refresh_from_db()
        assert before is not None
        assert file.lease_until is not None
        self.assertGreater(file.lease_until, before + settings.FILE_LEASE / 2)

    def test_the_lease_is_renewed_while_comparing(self) -> None:
        checked(b"x" * 3_000_000, "a.txt")
        file = added(b"x" * 3_000_000, "b.txt")

        with override_settings(FILE_LEASE=timedelta(microseconds=1)), CaptureQueriesContext(connection) as queries:
            finalize.check(file.pk)

        renewals = [query for query in queries if query["sql"].startswith("UPDATE") and "lease_until" in query["sql"]]
        # The claim, three MiB hashed and two compared with what is stored, Completed.
        self.assertGreaterEqual(len(renewals), 7)

    @override_settings(FILE_MAX_ATTEMPTS=2)
    def test_attempts_come_to_an_end(self) -> None:
        file = added(png(), "a.png")
        for _attempt in range(2):
            self.assertIsNotNone(finalize.claim(file.pk))
            self.expire(file)

        self.assertEqual(finalize.check(file.pk), "Failed")

        file.refresh_from_db()
        self.assertEqual((file.error_code, file.attempt), ("too_many_attempts", 3))
        self.assertEqual(len(incoming_files()), 1, "the bytes stay for a Retry")

    def test_what_waits(self) -> None:
        waiting, claimed, expired = (added(png(), f"{name}.png") for name in "abc")
        checked(wav(), "done.wav")
        finalize.claim(claimed.pk)
        finalize.claim(expired.pk)
        self.expire(expired)

        self.assertEqual(set(finalize.waiting(timedelta(0), 10)), {waiting.pk, expired.pk})
        self.assertEqual(finalize.waiting(timedelta(minutes=1), 10), [])
        self.assertEqual(len(finalize.waiting(timedelta(0), 1)), 1)


class DiskTroubleTests(TestCase):
    """The disk refuses: the file waits, says so, and ends Failed when it was tried often enough."""

    def test_it_works(self) -> None:
        file = added(b"bytes", "a.txt")
        folder = settings.MEDIA_ROOT / f"{timezone.localtime():%Y}"
        folder.write_bytes(b"a file where a folder should be")

        with self.assertLogs("files.finalize", "ERROR"):
            self.assertEqual(finalize.check(file.pk), "Pending")
        file.refresh_from_db()
        self.assertEqual((file.status, file.error_code, file.blob), ("Pending", "storage_error", None))
        self.assertEqual(Blob.objects.count(), 0)

        folder.unlink()
        self.assertEqual(finalize.check(file.pk), "Completed")
        file.refresh_from_db()
        self.assertEqual((file.error_code, bytes_of(file)), ("", b"bytes"))

    @override_settings(FILE_MAX_ATTEMPTS=2)
    def test_the_last_attempt(self) -> None:
        file = added(b"bytes", "a.txt")
        (settings.MEDIA_ROOT / f"{timezone.localtime():%Y}").write_bytes(b"")

        with self.assertLogs("files.finalize", "ERROR"):
            self.assertEqual([finalize.check(file.pk) for _attempt in range(2)], ["Pending", "Failed"])
        file.refresh_from_db()
        self.assertEqual(file.error_code, "storage_error")

"""manage.py fsck: rows and files are compared, and mended."""

import io
import json
import os
import random
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import TestCase
from django.utils import timezone

from storage import disk, fsck, incoming, placement, trash
from storage.findings import Kind, Report
from storage.inspection import Stored, suspect
from storage.mending import Mender
from storage.models import Blob, Lease, Replica, Server
from storage.tests.stored import digests_of, file_of, files_in, received, stored

# Long enough for a file to be older, short enough to wait for.
GRACE = timedelta(seconds=0.05)


def kinds(report: Report) -> list[str]:
    return sorted(finding.kind for finding in report.findings)


def laid(name: str, body: bytes) -> Path:
    """A file without a row, older than the grace."""
    path = disk.media_path(name)
    disk.make_folders(path.parent)
    path.write_bytes(body)
    time.sleep(GRACE.total_seconds() * 2)
    return path


class CheckTests(TestCase):
    def test_it_works(self) -> None:
        blob = stored(b"bytes")
        Replica.objects.update(verified_at=None)

        report = fsck.check()

        self.assertEqual((report.checked, report.findings, report.unreferenced), (1, [], 0))
        self.assertIsNotNone(blob.replicas.get().verified_at)

    def test_blobs_that_wait_for_the_collector_are_counted(self) -> None:
        stored(b"bytes")
        Blob.objects.update(last_ref_at=timezone.now() - timedelta(hours=2))

        self.assertEqual(fsck.check().unreferenced, 1)

    def test_a_grace_of_zero_is_refused(self) -> None:
        for grace in (timedelta(0), timedelta(seconds=-1)):
            with self.assertRaises(ValueError):
                fsck.check(grace=grace)

    def test_looking_changes_nothing(self) -> None:
        stored(b"lost"), laid("stray.txt", b"stray")
        file_of(Blob.objects.get()).unlink()

        for _again in range(2):
            self.assertEqual(kinds(fsck.check(grace=GRACE)), ["missing", "stray"])
        self.assertEqual(Replica.objects.get().status, "ready")
        self.assertEqual(files_in(settings.TRASH_ROOT), [])

    def test_constant_queries(self) -> None:
        for number in range(30):
            stored(f"{number}".encode())

        with self.assertNumQueries(7):
            fsck.check()


class MissingTests(TestCase):
    def setUp(self) -> None:
        self.blob = stored(b"bytes")
        self.path = file_of(self.blob)

    def test_it_works(self) -> None:
        """What cannot be found again is reported until it is uploaded again."""
        self.path.unlink()

        with self.assertLogs("storage.mending", "ERROR"):
            report = fsck.check(repair=True)
        self.assertEqual([finding.kind for finding in report.left], [Kind.MISSING])
        self.assertEqual(self.blob.replicas.get().status, "failed")
        with self.assertNoLogs("storage.mending", "ERROR"):
            self.assertEqual(len(fsck.check(repair=True).left), 1)

        stored(b"bytes")
        self.assertEqual(fsck.check().findings, [])

    def test_from_the_trash_by_its_hash(self) -> None:
        trash.put(self.path, sha256=self.blob.sha256)
        self.assert_restored()

    def test_from_the_trash_by_its_name(self) -> None:
        trash.put(self.path)
        self.assert_restored()

    def assert_restored(self) -> None:
        report = fsck.check(repair=True)

        self.assertEqual([finding.repaired for finding in report.findings], ["restored from the trash"])
        self.assertEqual(self.path.read_bytes(), b"bytes")
        self.assertEqual((files_in(settings.TRASH_ROOT), fsck.check().findings), ([], []))

    def test_a_rotten_file_in_the_trash_is_no_help(self) -> None:
        kept = trash.put(self.path, sha256=self.blob.sha256)
        assert kept is not None
        kept.chmod(0o600)
        kept.write_bytes(b"BYTES")

        with self.assertLogs("storage.mending", "ERROR"):
            self.assertEqual(len(fsck.check(repair=True).left), 1)
        self.assertFalse(self.path.exists())

    def test_from_a_file_without_a_row(self) -> None:
        """Somebody moved the file by hand."""
        self.path.rename(disk.media_path("moved.txt"))
        time.sleep(0.1)

        with self.assertLogs("storage.mending", "ERROR"):
            report = fsck.check(repair=True, grace=GRACE)

        self.assertEqual(kinds(report), ["missing", "stray"])
        self.assertEqual(report.left, [])
        self.assertEqual(files_in(settings.MEDIA_ROOT), [self.path])
        self.assertEqual(fsck.check(grace=GRACE).findings, [])

    def test_a_replica_that_is_wrongly_failed(self) -> None:
        Replica.objects.update(status=Replica.Status.FAILED)

        self.assertEqual(kinds(fsck.check(quick=True)), ["replica"])
        self.assertEqual(fsck.check(repair=True, quick=True).left, [])
        self.assertEqual(self.blob.replicas.get().status, "ready")

    def test_no_replica_at_all(self) -> None:
        Replica.objects.all().delete()

        self.assertEqual(fsck.check(repair=True).left, [])
        self.assertEqual(self.blob.replicas.get().status, "ready")


class RotTests(TestCase):
    def setUp(self) -> None:
        self.blob = stored(b"bytes")
        self.path = file_of(self.blob)
        self.path.chmod(0o600)

    def test_it_works(self) -> None:
        self.path.write_bytes(b"BYTES")

        self.assertEqual(fsck.check(quick=True).findings, [])
        with self.assertLogs("storage.mending", "ERROR"):
            report = fsck.check(repair=True)

        self.assertEqual([finding.kind for finding in report.left], [Kind.ROTTEN])
        self.assertFalse(self.path.exists(), "nobody is given rotten bytes")
        self.assertEqual([path.read_bytes() for path in files_in(settings.TRASH_ROOT)], [b"BYTES"])

    def test_a_good_copy_in_the_trash(self) -> None:
        trash.put(received(b"bytes"), sha256=self.blob.sha256)
        self.path.write_bytes(b"BYTES")

        self.assertEqual(fsck.check(repair=True).left, [])
        self.assertEqual(self.path.read_bytes(), b"bytes")

    def test_a_length_is_seen_quickly(self) -> None:
        os.truncate(self.path, 2)

        self.assertEqual(fsck.check(quick=True).findings[0].detail, "2 bytes instead of 5")

    def test_what_has_rotted_is_no_spare(self) -> None:
        """Its name in the trash is that of the blob, and reading it again at every comparison would be for nothing."""
        self.path.write_bytes(b"BYTES")
        with self.assertLogs("storage.mending", "ERROR"):
            fsck.check(repair=True)

        self.assertEqual(list(trash.Index().copies(self.blob.sha256, self.path.name)), [])


class StrayTests(TestCase):
    def test_it_works(self) -> None:
        laid("2026/01/01/document/stray.txt", b"stray")

        self.assertEqual(fsck.check(repair=True, grace=GRACE).left, [])

        self.assertEqual(files_in(settings.MEDIA_ROOT), [])
        self.assertEqual([path.read_bytes() for path in files_in(settings.TRASH_ROOT)], [b"stray"])

    def test_a_young_file_is_left_alone(self) -> None:
        """A file that is being stored has its name before its row is committed, and old bytes at that."""
        source = received(b"stray")
        os.utime(source, (0, 0))
        disk.seal(source, disk.media_path("stray.txt"))
        incoming.discard(source.name)

        self.assertEqual(fsck.check(repair=True, grace=timedelta(minutes=1)).findings, [])

    def test_names_of_any_bytes(self) -> None:
        for name in (b"\xff\xfe.txt", b"new\nline", "имя".encode(), b"x" * 255):
            Path(os.fsdecode(os.fsencode(settings.MEDIA_ROOT) + b"/" + name)).write_bytes(b"")
        time.sleep(0.1)

        out = io.StringIO()
        call_command("fsck", "--repair", "--json", "--grace=0.05 s", stdout=out)

        report = json.loads(out.getvalue())
        self.assertEqual({finding["path"] for finding in report["findings"]}, {
            "\\xff\\xfe.txt", "new\nline", "имя", "x" * 255
        })  # fmt: skip
        self.assertEqual(len(files_in(settings.TRASH_ROOT)), 4)

    def test_incoming_files_that_nobody_waits_for(self) -> None:
        received(b"left over")
        (settings.INCOMING_ROOT / "tmpabc.upload").write_bytes(b"spooled, then the process died")
        time.sleep(0.1)

        self.assertEqual(kinds(fsck.check(grace=GRACE)), ["incoming", "incoming"])
        self.assertEqual(fsck.check(repair=True, grace=GRACE).left, [])
        self.assertEqual(files_in(settings.INCOMING_ROOT), [])


class ThousandTests(TestCase):
    """40 of 1,000 are damaged: all are found, nothing else is, and a re-upload mends them."""

    def setUp(self) -> None:
        bodies = {f"body {number}".encode() for number in range(1000)}
        self.blobs = {body: self.made(body) for body in bodies}
        Blob.objects.bulk_create(self.blobs.values())
        here = Server.objects.local()
        Replica.objects.bulk_create(
            [Replica(blob=blob, server=here, status=Replica.Status.READY) for blob in self.blobs.values()]
        )

    def made(self, body: bytes) -> Blob:
        digests = digests_of(body)
        path = placement.blob_path("a.txt", "document", timezone.now())
        disk.media_path(path).parent.mkdir(parents=True, exist_ok=True)
        disk.media_path(path).write_bytes(body)
        return Blob(sha256=digests.sha256, md5=digests.md5, size=digests.size, path=path)

    def test_it_works(self) -> None:
        chosen = random.Random(7).sample(sorted(self.blobs), 30)
        for number, body in enumerate(chosen):
            path = file_of(self.blobs[body])
            if number < 10:
                path.write_bytes(bytes([body[0] ^ 1]) + body[1:])
            elif number < 20:
                os.truncate(path, len(body) - 1)
            else:
                path.unlink()
        for number in range(10):
            disk.media_path(f"stray {number}").write_bytes(b"stray")
        time.sleep(0.1)

        found = fsck.check(grace=GRACE)
        self.assertEqual(kinds(found), ["missing"] * 10 + ["rotten"] * 20 + ["stray"] * 10)
        damaged = {self.blobs[body].pk for body in chosen}
        self.assertEqual({finding.blob for finding in found.findings if finding.blob}, damaged)

        with self.assertLogs("storage.mending", "ERROR"):
            self.assertEqual(len(fsck.check(repair=True, grace=GRACE).left), 30)
        for body in chosen:
            self.assertEqual(stored(body), self.blobs[body])

        second = fsck.check(grace=GRACE)
        self.assertEqual((second.checked, second.findings), (1000, []))
        self.assertEqual(len(files_in(settings.TRASH_ROOT)), 30)


class CommandTests(TestCase):
    def run_it(self, *options: str) -> tuple[int, str]:
        out = io.StringIO()
        try:
            call_command("fsck", *options, stdout=out)
        except SystemExit as end:
            return int(str(end.code)), out.getvalue()
        return 0, out.getvalue()

    def test_it_works(self) -> None:
        stored(b"bytes")

        status, out = self.run_it()

        self.assertEqual(status, 0)
        self.assertIn("1 blobs checked: 0 findings, 0 left", out)

    def test_status_and_table(self) -> None:
        blob = stored(b"bytes")
        trash.put(file_of(blob))

        status, out = self.run_it()
        self.assertEqual(status, 1)
        self.assertIn(f"missing   {blob.path}  (no file) NOT REPAIRED", out)

        status, out = self.run_it("--repair", "--quick")
        self.assertEqual(status, 0)
        self.assertIn("restored from the trash", out)

    def test_json(self) -> None:
        blob = stored(b"bytes")
        file_of(blob).unlink()

        status, out = self.run_it("--json")

        self.assertEqual(status, 1)
        finding = {"kind": "missing", "path": blob.path, "detail": "no file", "blob": blob.pk, "repaired": None}
        self.assertEqual(json.loads(out), {"checked": 1, "unreferenced": 0, "left": 1, "findings": [finding]})

    def test_a_grace_of_zero(self) -> None:
        for grace in ("0", "0 s", "soon"):
            with self.assertRaises(CommandError):
                self.run_it("--grace", grace)


class TidyTests(TestCase):
    def test_it_works(self) -> None:
        blob = stored(b"bytes")
        trash.put(file_of(blob), sha256=blob.sha256)

        with self.assertLogs("storage.fsck", "WARNING"):
            report = fsck.tidy()

        assert report is not None
        self.assertEqual((report.left, file_of(blob).read_bytes()), ([], b"bytes"))
        server = Server.objects.local()
        self.assertIsNotNone(server.checked_at)
        self.assertGreater(server.free_bytes or 0, 0)

    def test_one_at_a_time(self) -> None:
        Lease.objects.create(name="check storage", until=timezone.now() + timedelta(minutes=1))
        self.assertIsNone(fsck.tidy())

        Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
        self.assertIsNotNone(fsck.tidy())
        self.assertIsNotNone(fsck.tidy())


class MenderTests(TestCase):
    def test_it_works(self) -> None:
        """A file that was healed, or a blob that was collected, while its finding was on the way is not touched."""
        blob = stored(b"bytes")
        file_of(blob).unlink()
        suspicion = suspect(Stored(blob.pk, blob.path, blob.size, blob.sha256, "ready"), quick=True)
        assert suspicion is not None
        stored(b"bytes")

        self.assertIsNone(Mender(repair=True).settle(suspicion))
        self.assertEqual(file_of(blob).read_bytes(), b"bytes")
        Blob.objects.all().delete()
        self.assertIsNone(Mender(repair=True).settle(suspicion))

"""The trash keeps what was taken out of use for a while."""

import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import TestCase
from django.utils import timezone

from storage import disk, trash
from storage.tests.stored import file_of, files_in, received, stored


class TrashTests(TestCase):
    def put(self, **options: Any) -> Path:
        kept = trash.put(received(b"bytes"), **options)
        assert kept is not None
        return kept

    def test_it_works(self) -> None:
        young, old = self.put(), self.put(sha256="0" * 64)
        old.rename(old.with_name(old.name.replace(f"{timezone.now():%Y}", "2020", 1)))

        self.assertEqual(trash.purge(), 1)
        self.assertEqual(files_in(settings.TRASH_ROOT), [young])

    def test_the_age_is_that_of_its_stay_in_the_trash(self) -> None:
        kept = self.put()
        os.utime(kept, (0, 0))
        self.assertEqual(trash.purge(), 0)

    def test_foreign_files_go_by_their_own_age(self) -> None:
        for name, when in (("old", 0), ("young", time.time())):
            (settings.TRASH_ROOT / name).write_bytes(b"")
            os.utime(settings.TRASH_ROOT / name, (when, when))

        self.assertEqual(trash.purge(), 1)
        self.assertEqual([path.name for path in files_in(settings.TRASH_ROOT)], ["young"])

    def test_what_is_gone_already(self) -> None:
        self.assertIsNone(trash.put(disk.media_path("nothing")))

    def test_a_link_is_not_followed(self) -> None:
        blob = stored(b"bytes")
        link = disk.media_path("link")
        link.symlink_to(file_of(blob))

        trash.put(link)

        self.assertEqual(file_of(blob).read_bytes(), b"bytes")

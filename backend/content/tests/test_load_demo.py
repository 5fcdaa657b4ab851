"""`manage.py load_demo` — a few pages with playable media, once."""

import io
from pathlib import Path

from django.core.management import CommandError, call_command
from django.test import TestCase

from content.demo import loading
from content.models import Page
from content.tests.visitors import a_page
from files import finalize
from files.models import MediaFile
from files.tests.library import media_files, someone


class LoadDemoTests(TestCase):
    def setUp(self) -> None:
        self.owner = someone("root", is_staff=True, is_superuser=True)
        self.addCleanup(loading.marker().unlink, missing_ok=True)

    def load(self) -> str:
        output = io.StringIO()
        call_command("load_demo", stdout=output)
        return output.getvalue().strip()

    def check_all(self) -> None:
        for file in MediaFile.objects.order_by("created_at"):
            finalize.check(file.pk)

    def test_it_works(self) -> None:
        """Every file passes the check, and the one that comes twice is stored once."""
        self.assertEqual(self.load(), "4 pages loaded.")
        self.check_all()
        files = MediaFile.objects.all()
        self.assertEqual({file.status for file in files}, {MediaFile.Status.COMPLETED})
        self.assertEqual({file.owner for file in files}, {self.owner})
        self.assertEqual({file.kind for file in files}, set(MediaFile.Kind.values))
        copy = MediaFile.objects.get(duplicate_of__isnull=False)
        self.assertEqual((copy.name, copy.duplicate_of.name), ("film (copy).mp4", "harbour.mp4"))  # type: ignore[union-attr]
        self.assertEqual(len(media_files()), files.count() - 1)

    def test_media_say_how_long_and_how_large_they_are(self) -> None:
        self.load()
        self.check_all()
        # The reader of durations knows nothing of WebM.
        for file in MediaFile.objects.filter(kind__in=["video", "audio"]).exclude(mime="video/webm"):
            self.assertGreater(file.duration or 0, 3, file.name)
        for file in MediaFile.objects.filter(kind="image"):
            self.assertTrue(file.width and file.height, file.name)

    def test_once(self) -> None:
        self.load()
        self.assertTrue(self.load().startswith("Nothing to do"))
        self.assertEqual(Page.objects.count(), 4)

    def test_a_demo_that_was_emptied_does_not_come_back(self) -> None:
        self.load()
        Page.objects.all().delete()
        self.load()
        self.assertFalse(Page.objects.exists())

    def test_a_site_in_use_gets_none(self) -> None:
        a_page("mine")
        self.load()
        self.assertEqual([page.title for page in Page.objects.all()], ["mine"])

    def test_the_originals_stay_as_they_are(self) -> None:
        """What the library takes in is sealed; the demo's own files must not be."""
        originals = sorted((Path(loading.__file__).parent / "media").iterdir())
        before = [(path.stat().st_mode, path.stat().st_nlink, path.read_bytes()) for path in originals]
        self.load()
        self.check_all()
        self.assertEqual([(p.stat().st_mode, p.stat().st_nlink, p.read_bytes()) for p in originals], before)
        self.assertLess(sum(len(body) for _mode, _links, body in before), 400_000)

    def test_it_needs_an_owner(self) -> None:
        self.owner.delete()
        with self.assertRaises(CommandError):
            self.load()

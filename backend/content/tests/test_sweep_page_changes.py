"""The sweeper renews caches that an edit could not."""

from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from content import invalidation
from content.models import Page, PageChange
from content.page_redis import Away, pause
from content.tasks import sweep_page_changes
from content.tests.test_redis_away import DEAD
from content.tests.visitors import LIST, VisitorTestCase, a_page, path_of


class SweepTests(VisitorTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.page = a_page("Before", videos=0)
        PageChange.objects.all().delete()
        self.visit(path_of(self.page), LIST)

    def titles(self) -> tuple[str, str]:
        detail, listed = self.visit(path_of(self.page), LIST)
        return detail.json()["title"], listed.json()["results"][0]["title"]

    def test_it_works(self) -> None:
        """A crash just after the commit leaves the note and the old JSON."""
        Page.objects.filter(pk=self.page.pk).update(title="After")
        PageChange.objects.create(page_id=self.page.pk)
        self.assertEqual(self.titles(), ("Before", "Before"))

        self.assertEqual(sweep_page_changes(), 1)

        self.assertEqual(self.titles(), ("After", "After"))

    def test_an_edit_while_redis_is_away(self) -> None:
        with self.settings(REDIS_PAGES_URL=DEAD), self.assertLogs("content", "WARNING"):
            self.page.title = "After"
            self.page.save()
            with self.assertRaises(Away):
                invalidation.sweep()
        self.assertEqual(PageChange.objects.count(), 1)
        pause.end()
        self.assertEqual(self.titles(), ("Before", "Before"))

        sweep_page_changes()

        self.assertEqual(self.titles(), ("After", "After"))

    def test_a_note_is_kept_for_two_minutes(self) -> None:
        self.page.save()
        self.assertEqual([sweep_page_changes(), sweep_page_changes()], [1, 1])
        PageChange.objects.update(created_at=F("created_at") - timedelta(minutes=2))

        self.assertEqual([sweep_page_changes(), sweep_page_changes()], [1, 0])

    def test_an_old_note_is_not_forgotten_before_redis_has_heard_of_it(self) -> None:
        PageChange.objects.create(page_id=self.page.pk)
        PageChange.objects.update(created_at=timezone.now() - timedelta(days=1))
        with self.settings(REDIS_PAGES_URL=DEAD), self.assertLogs("content", "WARNING"):
            self.assertEqual(sweep_page_changes(), 0)

        self.assertTrue(PageChange.objects.exists())

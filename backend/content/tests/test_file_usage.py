"""GET /api/files/{id}/usage/, and a file that pages show cannot be removed."""

from typing import Any

from django.test import TestCase

from content.models import Page, VideoContent
from files import usage
from files.models import MediaFile
from files.tests.library import checked, someone
from files.tests.samples import mp4


class UsageTests(TestCase):
    def setUp(self) -> None:
        self.client.force_login(someone())
        self.file = checked(mp4(), "a.mp4")
        self.page = Page.objects.create(title="Front page")
        VideoContent.objects.create(page=self.page, title="Clip", file=self.file)

    def url(self, action: str = "") -> str:
        return f"/api/files/{self.file.pk}/{action}"

    def assert_in_use(self, response: Any) -> None:
        self.assertEqual((response.status_code, response.json()["code"]), (409, "file_in_use"))
        self.assertIn("Front page", response.json()["detail"])

    def test_it_works(self) -> None:
        told = self.client.get(self.url("usage/")).json()

        use = {"type": "content.page", "id": str(self.page.pk), "title": "Front page", "field": "videocontent.file"}
        self.assertEqual(told["results"], [{**use, "admin_url": None}])
        self.client.force_login(someone("staff", is_staff=True))
        told = self.client.get(self.url("usage/")).json()
        self.assertEqual(told["results"][0]["admin_url"], f"/admin/content/page/{self.page.pk}/change/")

    def test_a_file_in_use_is_kept_and_its_users_named(self) -> None:
        self.assert_in_use(self.client.post(self.url("trash/")))

        MediaFile.objects.update(deleted_at="2026-01-01T00:00:00Z")
        self.assert_in_use(self.client.delete(self.url()))
        self.assertEqual(MediaFile.objects.count(), 1)

    def test_pages(self) -> None:
        for number in range(3):
            VideoContent.objects.create(page=self.page, title=f"{number}", file=self.file)

        told = self.client.get(self.url("usage/"), {"page": 2, "page_size": 3}).json()
        self.assertEqual((told["count"], len(told["results"])), (4, 1))

    def test_constant_queries(self) -> None:
        # Who asks (2), the file, one count for each kind of user, and the users themselves.
        queries = 3 + len(usage.using_fields()) + 1
        with self.assertNumQueries(queries):
            self.client.get(self.url("usage/"))
        for number in range(5):
            VideoContent.objects.create(page=Page.objects.create(title=f"{number}"), title="", file=self.file)
        with self.assertNumQueries(queries):
            self.client.get(self.url("usage/"))

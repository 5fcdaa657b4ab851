"""/admin/storage/"""

from django.test import TestCase

from accounts.models import User
from storage.models import Replica, Server
from storage.tests.stored import stored


class AdminTests(TestCase):
    def setUp(self) -> None:
        self.client.force_login(User.objects.create_superuser("admin"))
        self.blob = stored(b"bytes")

    def test_it_works(self) -> None:
        Server.objects.update(free_bytes=5_000_000_000)

        servers = self.client.get("/admin/storage/server/")
        blobs = self.client.get("/admin/storage/blob/")

        self.assertContains(servers, "5 GB")
        self.assertContains(blobs, self.blob.path)
        self.assertContains(self.client.get(f"/admin/storage/blob/{self.blob.pk}/change/"), self.blob.sha256)

    def test_nothing_can_be_changed(self) -> None:
        for url in ("server/add/", "blob/add/", f"blob/{self.blob.pk}/delete/"):
            self.assertEqual(self.client.get(f"/admin/storage/{url}").status_code, 403, url)
        self.assertEqual(
            self.client.post(f"/admin/storage/blob/{self.blob.pk}/change/", {"path": "x"}).status_code, 403
        )

    def test_search_and_lost_bytes(self) -> None:
        other = stored(b"other")
        Replica.objects.filter(blob=other).update(status=Replica.Status.FAILED)

        page = self.client.get("/admin/storage/blob/", {"q": other.sha256})

        self.assertContains(page, other.path)
        self.assertNotContains(page, self.blob.path)
        self.assertContains(page, "icon-no")

    def test_constant_queries(self) -> None:
        for number in range(20):
            stored(f"{number}".encode())

        with self.assertNumQueries(5):
            self.client.get("/admin/storage/blob/")

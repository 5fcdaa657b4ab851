"""GET /api/files/"""

from datetime import UTC, datetime
from typing import Any

from django.test import TestCase
from django.utils import timezone

from files import services
from files.models import MediaFile
from files.tests.library import added, checked, someone
from files.tests.samples import mp4, png, wav

URL = "/api/files/"


class ListTests(TestCase):
    def setUp(self) -> None:
        self.user, self.other, self.staff = someone(), someone("other"), someone("staff", is_staff=True)
        self.client.force_login(self.user)

    def names(self, **query: Any) -> list[str]:
        response = self.client.get(URL, query)
        self.assertEqual(response.status_code, 200, response.content)
        return [file["name"] for file in response.json()["results"]]

    def test_it_works(self) -> None:
        checked(png(), "first.png")
        added(mp4(), "second.mp4")

        page = self.client.get(URL).json()

        self.assertEqual((page["count"], page["next"], page["previous"]), (2, None, None))
        second, first = page["results"]
        self.assertEqual((second["name"], second["status"], second["available"]), ("second.mp4", "Pending", True))
        self.assertEqual((first["name"], first["width"], first["height"]), ("first.png", 2, 3))
        file = MediaFile.objects.get(name="first.png")
        assert file.blob is not None
        self.assertEqual((first["md5"], first["sha256"]), (file.blob.md5, file.blob.sha256))
        self.assertEqual(first["library_path"], f"image/{file.created_at:%Y/%m/%d}/first.png")
        self.assertEqual(first["download_url"], f"/storage/download/{file.pk}/")
        self.assertNotIn("versions", first)

    def test_others_files_are_for_staff(self) -> None:
        checked(png(), "mine.png", self.user)
        checked(wav(), "theirs.wav", self.other)

        self.assertEqual(self.names(), ["mine.png"])
        self.client.force_login(self.staff)
        self.assertEqual(self.names(), ["theirs.wav", "mine.png"])

    def test_one_row_for_all_versions(self) -> None:
        first = checked(wav(0.1), "a.wav")
        checked(wav(0.2), "a.wav", version_of=first)

        self.assertEqual(self.names(), ["a.wav"])

    def test_filters(self) -> None:
        checked(png(), "picture.png")
        added(wav(), "sound.wav")
        old = checked(mp4(), "old.mp4")
        MediaFile.objects.filter(pk=old.pk).update(created_at=datetime(2020, 2, 2, tzinfo=UTC))

        queries: list[tuple[dict[str, str], list[str]]] = [
            ({"kind": "image"}, ["picture.png"]),
            ({"status": "Pending"}, ["sound.wav"]),
            ({"created_before": "2020-02-03"}, ["old.mp4"]),
            ({"created_after": "2020-02-02T00:00:00Z", "kind": "video"}, ["old.mp4"]),
            ({"created_after": "2020-02-02T00:00:01+00:00", "kind": "video"}, []),
            ({"search": "SOUND"}, ["sound.wav"]),
            ({"search": "%"}, []),
        ]
        for query, names in queries:
            with self.subTest(query):
                self.assertEqual(self.names(**query), names)

    def test_duplicates(self) -> None:
        checked(png(), "theirs.png", self.other)
        checked(png(), "looks unique.png", self.user)
        checked(wav(), "a.wav", self.user)
        checked(wav(), "b.wav", self.user)

        self.assertEqual(self.names(duplicates="true"), ["b.wav"], "what others have is not given away")
        self.assertEqual(self.names(duplicates="false"), ["a.wav", "looks unique.png"])
        self.client.force_login(self.staff)
        self.assertEqual(self.names(duplicates="true"), ["b.wav", "looks unique.png"])

    def test_trash(self) -> None:
        services.trash([checked(png(), "a.png")])
        checked(wav(), "b.wav")

        self.assertEqual((self.names(), self.names(trash="true")), (["b.wav"], ["a.png"]))

    def test_pages(self) -> None:
        for number in range(3):
            added(png(), f"{number}.png")

        page = self.client.get(URL, {"page_size": "2", "kind": "image"}).json()
        self.assertEqual((page["count"], len(page["results"])), (3, 2))
        self.assertEqual(page["next"], "http://testserver/api/files/?page_size=2&kind=image&page=2")
        self.assertEqual(self.client.get(URL, {"page": 3}).status_code, 404)

    def test_bad_queries(self) -> None:
        queries: list[dict[str, Any]] = [
            {"md5": "0" * 32},
            {"sha256": "0" * 64},
            {"kind": "pictures"},
            {"status": "completed"},
            {"created_after": "yesterday"},
            {"created_after": "0001-01-01T00:00:00+14:00"},
            {"created_before": "9999-12-31T23:59:59-14:00"},
            {"search": "a\0b"},
            {"search": "x" * 201},
            {"duplicates": "perhaps"},
            {"page_size": 101},
            {"page": 0},
            {"format": "api"},
        ]
        for query in queries:
            with self.subTest(query):
                response = self.client.get(URL, query)
                self.assertEqual(response.status_code, 400)
                self.assertEqual(list(response.json()["errors"]), list(query))

    def test_constant_queries(self) -> None:
        for number in range(6):
            first = checked(wav(0.1 * number), f"{number}.wav", someone(f"owner {number}"))
            checked(wav(0.1 * number), f"{number} again.wav")
            checked(png(), "version.png", version_of=first)
        self.client.force_login(self.staff)

        with self.assertNumQueries(4):
            self.assertEqual(len(self.names()), 12)

    def test_anonymous(self) -> None:
        self.client.logout()
        self.assertEqual(self.client.get(URL).status_code, 401)

    def test_json_only(self) -> None:
        self.assertEqual(self.client.get(URL, headers={"Accept": "application/xml"}).status_code, 406)


class ErrorTests(TestCase):
    def test_it_works(self) -> None:
        """A lost blob, and a check that the disk refused, are told where the status is."""
        user = someone()
        self.client.force_login(user)
        file = checked(png(), "a.png")
        assert file.blob is not None
        file.blob.replicas.update(status="failed")
        waiting = added(wav(), "b.wav")
        MediaFile.objects.filter(pk=waiting.pk).update(
            error_code="storage_error", error_message="No space left", attempt=2, updated_at=timezone.now()
        )

        second, first = self.client.get(URL).json()["results"]

        self.assertEqual((first["status"], first["available"]), ("Completed", False))
        self.assertEqual(first["error"]["code"], "blob_missing")
        self.assertEqual(second["error"], {"code": "storage_error", "message": "No space left", "attempts": 2})

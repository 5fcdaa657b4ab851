"""GET /media/…"""

import hashlib
import os
from pathlib import Path
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.test import TestCase, override_settings
from django.utils import timezone

from storage import placement
from storage.tests.stored import Fetcher, file_of, stored

BODY = bytes(range(256)) * 10


class MediaTests(TestCase):
    async_client_class = Fetcher
    async_client: Fetcher

    def setUp(self) -> None:
        self.blob = stored(BODY, "clip.mp4", "video")
        self.url = f"/media/{self.blob.path}"

    async def test_it_works(self) -> None:
        response = await self.async_client.fetch(self.url)

        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.body, BODY)
        self.assertEqual(response["ETag"], f'"{hashlib.sha256(BODY).hexdigest()}"')
        self.assertEqual(response["Content-Type"], "video/mp4")
        self.assertEqual(response["Content-Length"], "2560")
        self.assertEqual(response["Content-Disposition"], 'inline; filename="clip.mp4"')
        self.assertEqual(response["Accept-Ranges"], "bytes")
        self.assertEqual(response["X-Content-Type-Options"], "nosniff")
        self.assertEqual(response["Cache-Control"], "public, max-age=31536000, immutable")
        self.assertIn("Last-Modified", response)
        self.assertNotIn("Content-Security-Policy", response)

    async def test_head_has_the_headers_and_no_body(self) -> None:
        response = await self.async_client.head(self.url)

        self.assertEqual((response.status_code, response["Content-Length"]), (200, "2560"))
        self.assertEqual(response.content, b"")

    async def test_ranges(self) -> None:
        for header, part, content_range in [
            ("bytes=0-99", BODY[:100], "bytes 0-99/2560"),
            ("bytes=2500-", BODY[2500:], "bytes 2500-2559/2560"),
            ("bytes=-10", BODY[-10:], "bytes 2550-2559/2560"),
            ("bytes=-99999", BODY, "bytes 0-2559/2560"),
            ("bytes=100-99999", BODY[100:], "bytes 100-2559/2560"),
            ("BYTES = 0 - 0", BODY[:1], "bytes 0-0/2560"),
        ]:
            with self.subTest(header):
                response = await self.async_client.fetch(self.url, Range=header)
                self.assertEqual(response.status_code, 206)
                self.assertEqual(response["Content-Range"], content_range)
                self.assertEqual(response["Content-Length"], str(len(part)))
                self.assertEqual(response.body, part)

    async def test_ranges_that_are_answered_with_the_whole(self) -> None:
        for header in ("bytes=0-1,5-6", "bytes=5-4", "bytes=-", "lines=0-1", "bytes=a-b", "bytes=0x1-2", "bytes=²-³"):
            with self.subTest(header):
                response = await self.async_client.fetch(self.url, Range=header)
                self.assertEqual(response.status_code, 200)
                self.assertNotIn("Content-Range", response)
                self.assertEqual(response.body, BODY)

    async def test_ranges_outside_the_file(self) -> None:
        for header in ("bytes=2560-", "bytes=99999-100000", "bytes=-0", "bytes=" + "9" * 20 + "-"):
            with self.subTest(header):
                response = await self.async_client.fetch(self.url, Range=header)
                self.assertEqual(response.status_code, 416)
                self.assertEqual(response["Content-Range"], "bytes */2560")
                self.assertEqual(response["Content-Type"], "application/problem+json")
                self.assertEqual(response.json()["code"], "range_not_satisfiable")

    async def test_if_range(self) -> None:
        whole = await self.async_client.fetch(self.url)
        for condition, status in [
            (whole["ETag"], 206),
            (whole["Last-Modified"], 206),
            ('"another"', 200),
            (f"W/{whole['ETag']}", 200),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 200),
            ("nonsense", 200),
        ]:
            with self.subTest(condition):
                response = await self.async_client.fetch(self.url, Range="bytes=0-9", If_Range=condition)
                self.assertEqual(response.status_code, status)

    async def test_conditions(self) -> None:
        whole = await self.async_client.fetch(self.url)
        for headers, status in [
            ({"If_None_Match": whole["ETag"]}, 304),
            ({"If_None_Match": f'"x", W/{whole["ETag"]}'}, 304),
            ({"If_None_Match": "*"}, 304),
            ({"If_None_Match": '"x"'}, 200),
            ({"If_Modified_Since": whole["Last-Modified"]}, 304),
            ({"If_None_Match": '"x"', "If_Modified_Since": whole["Last-Modified"]}, 200),
            ({"If_Match": '"x"'}, 412),
            ({"If_Match": whole["ETag"]}, 200),
        ]:
            with self.subTest(headers):
                response = await self.async_client.fetch(self.url, **headers)
                self.assertEqual(response.status_code, status)
                self.assertEqual(response.get("ETag"), whole["ETag"] if status != 412 else None)

    async def test_only_the_path_of_a_blob_leads_anywhere(self) -> None:
        (Path(settings.MEDIA_ROOT) / "loose.txt").write_bytes(b"no row")
        secret = "../db.sqlite3"
        for path in ("loose.txt", secret, f"x/../{self.blob.path}", f"{self.blob.path}/", self.blob.path[:-1]):
            self.assertEqual((await self.async_client.fetch(f"/media/{path}")).status_code, 404, path)
        for path in ("%00", f"{self.blob.path}%00", "a%0Ab", "%2e%2e/db.sqlite3", "x" * 4096, "%F0%9F%92%A9", "%ff"):
            response = await self.async_client.fetch(f"/media/{path}")
            self.assertEqual(response.status_code, 404, path)

    async def test_a_lost_or_cut_file_is_a_404_that_is_logged(self) -> None:
        for damage in (lambda path: os.truncate(path, 5), os.unlink):
            damage(file_of(self.blob))
            with self.assertLogs("storage.serving", "ERROR"):
                response = await self.async_client.fetch(self.url)
            self.assertEqual(response.status_code, 404)
            self.assertEqual(response.json()["code"], "blob_missing")

    async def test_other_methods(self) -> None:
        response = await self.async_client.post(self.url)

        self.assertEqual(response.status_code, 405)
        self.assertEqual(response["Allow"], "GET, HEAD")

    @override_settings(X_ACCEL=True)
    async def test_nginx_is_told_the_path(self) -> None:
        response = await self.async_client.fetch(self.url, Range="bytes=0-1")

        self.assertEqual((response.status_code, response.body), (200, b""))
        self.assertEqual(response["X-Accel-Redirect"], f"/_media/{self.blob.path}")
        self.assertEqual(response["ETag"], f'"{self.blob.sha256}"')
        self.assertEqual(response["Content-Type"], "video/mp4")


class NamesAndTypesTests(TestCase):
    async_client_class = Fetcher
    async_client: Fetcher

    async def get(self, name: str, kind: str = "document", body: bytes = BODY) -> Any:
        blob = await sync_to_async(stored)(body, name, kind)
        return await self.async_client.fetch(f"/media/{blob.path}")

    async def test_it_works(self) -> None:
        response = await self.get("Привет, мир.mp4", "video")

        self.assertEqual(response.status_code, 200)
        self.assertEqual(
            response["Content-Disposition"],
            "inline; filename*=utf-8''%D0%9F%D1%80%D0%B8%D0%B2%D0%B5%D1%82-%D0%BC%D0%B8%D1%80.mp4",
        )

    async def test_active_formats_are_attachments_in_a_sandbox(self) -> None:
        for name in ("a.svg", "a.html", "a.xml", "a.zip", "a.docx", "a.json", "a.md", "noextension", "a.unknown"):
            with self.subTest(name):
                response = await self.get(name, body=name.encode())
                self.assertTrue(response["Content-Disposition"].startswith("attachment; "))
                self.assertEqual(response["Content-Security-Policy"], "default-src 'none'; sandbox")

    async def test_text_is_shown_in_a_sandbox(self) -> None:
        response = await self.get("a.txt")

        self.assertEqual(response["Content-Type"], "text/plain; charset=utf-8")
        self.assertEqual(response["Content-Disposition"], 'inline; filename="a.txt"')
        self.assertEqual(response["Content-Security-Policy"], "default-src 'none'; sandbox")

    async def test_media_and_pdf_are_shown_without_a_sandbox(self) -> None:
        for name in ("a.png", "a.jpg", "a.mp3", "a.webm", "a.pdf"):
            with self.subTest(name):
                response = await self.get(name, body=name.encode())
                self.assertTrue(response["Content-Disposition"].startswith("inline; "))
                self.assertNotIn("Content-Security-Policy", response)

    @override_settings(X_ACCEL=True)
    async def test_the_path_for_nginx_is_quoted(self) -> None:
        response = await self.get("Отчёт 100%.pdf")

        self.assertRegex(response["X-Accel-Redirect"], r"^/_media/[\x21-\x7e]+\.pdf$")
        self.assertIn("%D0%9E", response["X-Accel-Redirect"])

    def test_the_random_part_is_not_shown(self) -> None:
        for name, shown in [
            ("My clip.MP4", "My-clip.mp4"),
            ("noextension", "noextension"),
            ("a_b.tar.gz", "a-b-tar.gz"),
        ]:
            path = placement.blob_path(name, "video", timezone.now())
            self.assertEqual(placement.readable_name(path), shown)

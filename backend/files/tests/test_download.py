"""GET /storage/files/ and GET /storage/download/{id}/"""

import hashlib
import uuid
from typing import Any

from asgiref.sync import sync_to_async
from django.test import TestCase, override_settings

from files import finalize, services
from files.models import MediaFile
from files.tests.library import added, bytes_of, checked, someone
from files.tests.samples import mp4, pdf, png, wav
from storage import disk, incoming
from storage.tests.stored import Fetcher


def path_of(file: MediaFile) -> str:
    assert file.blob is not None
    return file.blob.path


class OwnFilesTests(TestCase):
    def setUp(self) -> None:
        self.user = someone()
        self.client.force_login(self.user)

    def test_it_works(self) -> None:
        file = checked(wav(0.1), "a.wav")
        version = added(wav(0.2), "b.wav", version_of=file)

        page = self.client.get("/storage/files/").json()

        [told] = page["results"]
        self.assertEqual((told["id"], told["filename"]), (str(file.pk), "a.wav"))
        self.assertEqual(told["download_url"], f"/storage/download/{file.pk}/")
        self.assertEqual([entry["id"] for entry in told["versions"]], [str(file.pk), str(version.pk)])
        self.assertEqual(set(told["versions"][1]), {"id", "filename", "created_at", "download_url"})

    def test_own_files_even_for_staff(self) -> None:
        checked(png(), "a.png", self.user)
        services.trash([checked(wav(), "trashed.wav", self.user)])
        self.client.force_login(someone("staff", is_staff=True))

        self.assertEqual(self.client.get("/storage/files/").json()["count"], 0)

    def test_constant_queries(self) -> None:
        for number in range(5):
            file = checked(wav(0.1 * (number + 1)), "a.wav")
            added(wav(1.1), "a.wav", version_of=file)

        with self.assertNumQueries(5):
            self.assertEqual(self.client.get("/storage/files/").json()["count"], 5)


class DownloadTests(TestCase):
    async_client_class = Fetcher
    async_client: Fetcher

    def setUp(self) -> None:
        self.user = someone()
        self.async_client.force_login(self.user)

    async def get(self, file: MediaFile, **headers: str) -> Any:
        return await self.async_client.fetch(f"/storage/download/{file.pk}/", **headers)

    async def test_it_works(self) -> None:
        file = await sync_to_async(checked)(mp4(), "Мой клип.mp4")

        response = await self.get(file)

        self.assertEqual((response.status_code, response.body), (200, mp4()))
        self.assertEqual(response["ETag"], f'"{hashlib.sha256(mp4()).hexdigest()}"')
        self.assertEqual(
            response["Content-Disposition"],
            "inline; filename*=utf-8''%D0%9C%D0%BE%D0%B9%20%D0%BA%D0%BB%D0%B8%D0%BF.mp4",
        )
        self.assertEqual(response["Cache-Control"], "private, no-cache")
        self.assertEqual(response["X-Content-Type-Options"], "nosniff")

    async def test_ranges_and_conditions(self) -> None:
        file = await sync_to_async(checked)(mp4(), "a.mp4")

        part = await self.get(file, Range="bytes=4-7")
        self.assertEqual((part.status_code, part.body), (206, b"ftyp"))
        self.assertEqual((await self.get(file, If_None_Match=part["ETag"])).status_code, 304)
        beyond = await self.get(file, Range="bytes=99999-")
        self.assertEqual((beyond.status_code, beyond["Content-Range"]), (416, f"bytes */{len(mp4())}"))

    async def test_a_player_that_accepts_video_only(self) -> None:
        file = await sync_to_async(checked)(mp4(), "a.mp4")
        self.assertEqual((await self.get(file, Accept="video/*")).status_code, 200)

    async def test_one_very_version(self) -> None:
        first = await sync_to_async(checked)(wav(0.1), "a.wav")
        second = await sync_to_async(checked)(wav(0.2), "a.wav", version_of=first)

        self.assertEqual((await self.get(first)).body, wav(0.1))
        self.assertEqual((await self.get(second)).body, wav(0.2))

    async def test_a_file_whose_check_is_not_over(self) -> None:
        file = await sync_to_async(added)(pdf(), "a.pdf")

        for _status in ("Pending", "Processing"):
            response = await self.get(file)
            self.assertEqual((response.status_code, response.body), (200, pdf()))
            self.assertTrue(response["Content-Disposition"].startswith("attachment"))
            self.assertNotIn("ETag", response)
            await sync_to_async(finalize.claim)(file.pk)

    @override_settings(X_ACCEL=True)
    async def test_nginx_sends_blobs_but_may_not_read_what_is_coming_in(self) -> None:
        pending = await sync_to_async(added)(pdf(), "a.pdf")
        done = await sync_to_async(checked)(png(), "a.png")
        path = await sync_to_async(path_of)(done)

        self.assertEqual((await self.get(pending)).body, pdf())
        self.assertEqual((await self.get(done))["X-Accel-Redirect"], f"/_media/{path}")

    async def test_failed(self) -> None:
        file = await sync_to_async(added)(pdf(), "a.pdf")
        incoming.discard(file.incoming)
        await sync_to_async(finalize.check)(file.pk)

        response = await self.get(file)
        self.assertEqual((response.status_code, response.json()["code"]), (409, "file_failed"))

    async def test_lost_bytes(self) -> None:
        file = await sync_to_async(checked)(pdf(), "a.pdf")
        disk.media_path(await sync_to_async(path_of)(file)).unlink()

        with self.assertLogs("storage.serving", "ERROR"):
            response = await self.get(file)
        self.assertEqual((response.status_code, response.json()["code"]), (404, "blob_missing"))

    async def test_received_bytes_that_are_gone(self) -> None:
        file = await sync_to_async(added)(pdf(), "a.pdf")
        incoming.discard(file.incoming)

        self.assertEqual((await self.get(file)).status_code, 404)

    async def test_whose(self) -> None:
        file = await sync_to_async(checked)(pdf(), "a.pdf", self.user)
        for name, staff, status in (("other", False, 404), ("staff", True, 200)):
            await self.async_client.aforce_login(await sync_to_async(someone)(name, is_staff=staff))
            self.assertEqual((await self.get(file)).status_code, status)
        await self.async_client.alogout()
        self.assertEqual((await self.get(file)).status_code, 401)
        self.assertEqual((await self.get(MediaFile(pk=uuid.uuid4()))).status_code, 401)

    async def test_active_formats_are_attachments(self) -> None:
        for name, body in (("a.svg", b"<svg/>"), ("a.html", b"<script>"), ("a.xml", b"<a/>")):
            file = await sync_to_async(checked)(body, name)
            response = await self.get(file)
            self.assertTrue(response["Content-Disposition"].startswith("attachment"))
            self.assertEqual(response["Content-Security-Policy"], "default-src 'none'; sandbox")
            self.assertEqual(response.body, await sync_to_async(bytes_of)(file))

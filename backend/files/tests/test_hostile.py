"""Files made to harm those who open them are stored and sent as the plain bytes that they are."""

import hashlib
import io
import os
import time
import zipfile
from typing import Any

from asgiref.sync import sync_to_async
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase

from core.media_types import TYPES
from files import finalize
from files.models import MediaFile
from files.tests.library import bytes_of, checked, someone, upload
from files.tests.samples import COLLIDING, SAMPLES, archive, pdf, png
from storage import disk
from storage.models import Blob
from storage.tests.stored import Fetcher

MB = 1_000_000
# Where an old Word file says that it is one: behind its first sector.
_WORD = b"\xec\xa5\xc1\x00"


def colliding_pair() -> list[bytes]:
    """Two files with one md5 that are taken as .doc."""
    return [block.ljust(512, b"\0") + _WORD for block in COLLIDING]


class PolyglotTests(TestCase):
    """A file that is two things at once is sent as the one that its name says, and nothing guesses the other."""

    async_client_class = Fetcher
    async_client: Fetcher
    page = b"<html><script>alert(document.domain)</script></html>"

    def setUp(self) -> None:
        self.user = someone()
        self.client.force_login(self.user)
        self.async_client.force_login(self.user)

    def made(self) -> dict[str, bytes]:
        script = b"*/=1;alert(1)//"
        gif, jpeg = SAMPLES["gif"](), SAMPLES["jpg"]()
        jar = archive(("META-INF/MANIFEST.MF", b"Main-Class: X\n"), ("X.class", b"\xca\xfe\xba\xbe"))
        return {
            "archive in a picture.png": png() + jar,
            "archive in a picture.gif": gif + jar,
            "script.gif": b"GIF89a/*" + gif[8:] + script,
            "script.jpg": jpeg[:2] + b"\xff\xfe\x2f\x2a" + script.ljust(0x2F28) + jpeg[2:],
            "page.jpg": jpeg + self.page,
            "page.pdf": pdf() + self.page,
            "page in its head.pdf": b"%PDF-1.4\n" + self.page + pdf(),
            "page.mp3": b"ID3\4\0\0\0\0\0\0" + self.page,
        }

    def test_it_works(self) -> None:
        for name, body in self.made().items():
            with self.subTest(name):
                sent = self.client.post("/api/files/", upload(name, body))
                self.assertEqual(sent.status_code, 201)
                self.assertEqual(sent.json()["mime"], TYPES[name.rpartition(".")[2]].mime)

    async def test_they_are_sent_as_what_they_are_called(self) -> None:
        for name, body in self.made().items():
            file = await sync_to_async(checked)(body, name, self.user)
            for answer in await self.both(file):
                with self.subTest(name):
                    self.assertEqual((answer.status_code, answer.body), (200, body))
                    self.assertEqual(answer["Content-Type"], file.mime)
                    self.assertEqual(answer["X-Content-Type-Options"], "nosniff")

    async def test_what_a_browser_would_run_is_an_attachment_in_a_sandbox(self) -> None:
        entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        laughs = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
        active = {
            "script.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>',
            "entity.svg": entity + b'<svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>',
            "entity.xml": entity + b"<x>&a;</x>",
            "laughs.xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">' + laughs + b"]><x>&a9;</x>",
            "page.html": self.page,
        }
        for name, body in active.items():
            file = await sync_to_async(checked)(body, name, self.user)
            for answer in await self.both(file):
                with self.subTest(name):
                    self.assertEqual(answer.body, body)
                    self.assertTrue(answer["Content-Disposition"].startswith("attachment"))
                    self.assertEqual(answer["Content-Security-Policy"], "default-src 'none'; sandbox")

    async def both(self, file: MediaFile) -> list[Any]:
        blob = await Blob.objects.aget(media_files=file)
        return [
            await self.async_client.fetch(address)
            for address in (f"/storage/download/{file.pk}/", f"/media/{blob.path}")
        ]

    def test_archives_are_not_unpacked(self) -> None:
        """A hundred megabytes of nothing in a small document are a small document."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
            made.writestr("[Content_Types].xml", b"<Types/>")
            made.writestr("../../escape.xml", b"x")
            with made.open("word/document.xml", "w") as member:
                for _part in range(100):
                    member.write(bytes(MB))
        start = time.process_time()
        file = checked(packed.getvalue(), "bomb.docx")
        self.assertLess(time.process_time() - start, 1)
        self.assertEqual((file.status, bytes_of(file)), ("Completed", packed.getvalue()))


class CollisionTests(TestCase):
    async_client_class = Fetcher
    async_client: Fetcher

    def test_it_works(self) -> None:
        """Two files with one md5 are two blobs, and neither is the other's duplicate."""
        self.client.force_login(someone("staff", is_staff=True))
        sent = [
            self.client.post("/api/files/", {"file": SimpleUploadedFile(f"{number}.doc", body)})
            for number, body in enumerate(colliding_pair())
        ]
        self.assertEqual([answer.status_code for answer in sent], [201, 201])
        files = [MediaFile.objects.get(pk=answer.json()["id"]) for answer in sent]
        for file in files:
            finalize.check(file.pk)
            file.refresh_from_db()
        told = [self.client.get(f"/api/files/{file.pk}/").json() for file in files]

        self.assertEqual([bytes_of(file) for file in files], colliding_pair())
        self.assertEqual(Blob.objects.count(), 2)
        self.assertEqual(told[0]["md5"], told[1]["md5"])
        self.assertNotEqual(told[0]["sha256"], told[1]["sha256"])
        self.assertEqual([file["duplicate_of"] for file in told], [None, None])
        self.assertEqual(self.client.get("/api/duplicates/").json()["count"], 0)

    async def test_each_is_sent_with_its_own_bytes(self) -> None:
        user = await sync_to_async(someone)()
        await self.async_client.aforce_login(user)
        first, second = colliding_pair()
        for body in (first, second, first):
            file = await sync_to_async(checked)(body, "a.doc", user)
            answer = await self.async_client.fetch(f"/storage/download/{file.pk}/")
            self.assertEqual(answer.body, body)
            self.assertEqual(answer["ETag"], f'"{hashlib.sha256(body).hexdigest()}"')
            stale = await self.async_client.fetch(
                f"/storage/download/{file.pk}/",
                If_None_Match=f'"{hashlib.md5(body).hexdigest()}"',  # noqa: S324
            )
            self.assertEqual(stale.status_code, 200)


class NameTests(TestCase):
    """Names that are not in the test of uploads: what they become, and what is sent of them."""

    async_client_class = Fetcher
    async_client: Fetcher

    def setUp(self) -> None:
        self.user = someone()
        self.async_client.force_login(self.user)

    async def test_it_works(self) -> None:
        names = {
            'a"\r\nSet-Cookie: x=1\r\n\r\n<script>.txt': 'a"Set-Cookie: x=1<script>.txt',
            "%2e%2e%2f%2e%2e%2fetc.txt": "%2e%2e%2f%2e%2e%2fetc.txt",
            "CON.txt": "CON.txt",
            "….txt": "….txt",
            "🦓.txt": "🦓.txt",
            "a\u0301.txt": "á.txt",
            "ﬁle\u00ad.txt": "ﬁle.txt",
            "a\ud800b.txt": "a?b.txt",
            "a;filename=evil.html;.txt": "a;filename=evil.html;.txt",
        }
        for given, kept in names.items():
            file = await sync_to_async(checked)(given.encode("utf-8", "replace"), given, self.user)
            answer = await self.async_client.fetch(f"/storage/download/{file.pk}/")
            with self.subTest(given.encode("unicode_escape")):
                self.assertEqual((file.name, answer.status_code), (kept, 200))
                self.assertNotIn("\n", answer["Content-Disposition"])
                self.assertNotIn("Set-Cookie", answer.headers)
                blob = await Blob.objects.aget(media_files=file)
                path = disk.media_path(blob.path)
                self.assertEqual(os.fspath(path.resolve()), os.fspath(path))
                self.assertRegex(blob.path, r"^\d{4}/\d\d/\d\d/document/[\w-]+\.txt$")

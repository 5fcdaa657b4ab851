"""POST /api/files/"""

import uuid
from typing import Any

from django.test import TestCase, override_settings

from core.media_types import TYPES
from files import finalize
from files.errors import QuotaExceeded
from files.models import MediaFile
from files.services import add_file
from files.tests.library import bytes_of, checked, incoming_files, media_files, received, someone, upload
from files.tests.samples import SAMPLES, mp4, pdf, png, png_that_claims

URL = "/api/files/"


class UploadTests(TestCase):
    def setUp(self) -> None:
        self.user = someone()
        self.client.force_login(self.user)

    def send(self, name: str, body: bytes) -> Any:
        return self.client.post(URL, upload(name, body))

    def assert_refused(self, response: Any, status: int, code: str) -> None:
        self.assertEqual((response.status_code, response.json()["code"]), (status, code))
        self.assertEqual(response["Content-Type"], "application/problem+json")
        self.assertEqual(MediaFile.objects.count(), 0)

    def test_it_works(self) -> None:
        response = self.send("Мой клип.mp4", mp4())

        self.assertEqual(response.status_code, 201)
        told = response.json()
        self.assertEqual(response["Location"], f"/api/files/{told['id']}/")
        self.assertEqual((told["name"], told["kind"], told["mime"]), ("Мой клип.mp4", "video", "video/mp4"))
        self.assertEqual((told["status"], told["size"], told["error"]), ("Pending", len(mp4()), None))
        self.assertEqual((told["md5"], told["sha256"], told["url"], told["duplicate_of"]), (None,) * 4)
        self.assertEqual(told["owner"], "editor")

        finalize.check(uuid.UUID(told["id"]))
        self.assertEqual(bytes_of(MediaFile.objects.get()), mp4())
        self.assertEqual(incoming_files(), [])

    def test_the_spooled_bytes_are_adopted_and_leave_nothing_behind(self) -> None:
        self.send("a.mp4", mp4())

        file = MediaFile.objects.get()
        self.assertEqual([path.name for path in incoming_files()], [file.incoming])

    def test_every_type(self) -> None:
        for extension, sample in SAMPLES.items():
            with self.subTest(extension):
                response = self.send(f"file.{extension}", sample())
                self.assertEqual(response.status_code, 201, response.content)
                self.assertEqual(response.json()["kind"], TYPES[extension].kind)

    def test_new_and_duplicate_are_answered_alike(self) -> None:
        checked(mp4(), "theirs.mp4", someone("other"))
        new, same = self.send("a.mp4", mp4(b"avc1")).json(), self.send("a.mp4", mp4()).json()

        varying = {"id", "root_id", "created_at", "updated_at", "download_url", "versions"}
        self.assertEqual({k: v for k, v in new.items() if k not in varying},
                         {k: v for k, v in same.items() if k not in varying})  # fmt: skip

    def test_constant_queries(self) -> None:
        self.send("a.png", png())
        with self.assertNumQueries(7):
            self.send("b.png", png())

    def test_no_file(self) -> None:
        for body in ({}, {"file": "text"}, {"other": "x"}):
            response = self.client.post(URL, body)
            self.assert_refused(response, 400, "invalid")
            self.assertIn("file", response.json()["errors"])

    def test_an_empty_file(self) -> None:
        self.assert_refused(self.send("a.txt", b""), 400, "empty_file")

    def test_json_is_no_upload(self) -> None:
        response = self.client.post(URL, {"file": "x"}, content_type="application/json")
        self.assert_refused(response, 415, "unsupported_type")

    def test_a_broken_body(self) -> None:
        for body, kind in [(b"nonsense", "multipart/form-data; boundary=x"), (b"", "multipart/form-data")]:
            response = self.client.post(URL, body, content_type=kind)
            self.assert_refused(response, 400, "invalid")

    def test_types_that_are_not_taken(self) -> None:
        for name in ("a.exe", "a", "a.png.php", ".png"):
            self.assert_refused(self.send(name, png()), 415, "type_not_allowed")

    def test_contents_that_belie_the_name(self) -> None:
        page = b"<!doctype html><script>alert(1)</script>"
        for name, body in [("a.mp4", png()), ("a.png", page), ("a.html", png() + page), ("a.pdf", mp4())]:
            self.assert_refused(self.send(name, body), 415, "type_mismatch")

    def test_a_decompression_bomb(self) -> None:
        for width, height in [(50_000, 50_000), (11_000, 10_000), (2**31 - 1, 2**31 - 1), (100_000_001, 1)]:
            self.assert_refused(self.send("a.png", png_that_claims(width, height)), 422, "image_too_large")
        self.assertEqual(incoming_files(), [])

    @override_settings(MAX_UPLOAD_SIZE=20)
    def test_too_large(self) -> None:
        response = self.send("a.txt", b"x" * 21)
        self.assert_refused(response, 413, "file_too_large")
        self.assertEqual(self.send("a.txt", b"x" * 20).status_code, 201)

    @override_settings(USER_QUOTA=20)
    def test_quota(self) -> None:
        self.assertEqual(self.send("a.txt", b"x" * 15).status_code, 201)

        self.assertEqual(self.send("b.txt", b"x" * 6).json()["code"], "quota_exceeded")
        self.client.force_login(someone("other"))
        self.assertEqual(self.send("b.txt", b"x" * 6).status_code, 201)

    @override_settings(USER_QUOTA=20)
    def test_quota_of_uploads_at_once(self) -> None:
        """All were received while there was room for each of them; only one of them is added."""
        first, second = (received(body, "a.txt", self.user) for body in (b"x" * 15, b"y" * 15))
        file = add_file(first)
        with self.assertRaises(QuotaExceeded):
            add_file(second)
        self.assertEqual(MediaFile.objects.get(), file)
        # What a request has spooled goes with the request; nothing else of the second stays.
        self.assertEqual(
            {path.name for path in incoming_files()}, {file.incoming, first.source.name, second.source.name}
        )

    @override_settings(MIN_FREE_SPACE=1 << 60)
    def test_a_full_disk(self) -> None:
        self.assert_refused(self.send("a.txt", b"x"), 507, "no_space")

    def test_anonymous(self) -> None:
        self.client.logout()
        self.assert_refused(self.send("a.txt", b"x"), 401, "not_authenticated")

    def test_unknown_parameters(self) -> None:
        self.assert_refused(self.client.post(f"{URL}?page=1", upload("a.txt", b"x")), 400, "invalid")


class HostileNameTests(TestCase):
    """A name is a label: it is cleaned, and no path is made of it."""

    def setUp(self) -> None:
        self.client.force_login(someone())

    def send(self, disposition: bytes, body: bytes = pdf()) -> Any:
        part = (
            b'--x\r\nContent-Disposition: form-data; name="file"; '
            + disposition
            + b"\r\n\r\n"
            + body
            + b"\r\n--x--\r\n"
        )
        return self.client.post(URL, part, content_type="multipart/form-data; boundary=x")

    def named(self, name: str) -> str:
        response = self.send(f'filename="{name}"'.encode())
        self.assertEqual(response.status_code, 201, response.content)
        file = MediaFile.objects.get(pk=response.json()["id"])
        finalize.check(file.pk)
        self.assertEqual(len(media_files()), 1)
        return file.name

    def test_it_works(self) -> None:
        self.assertEqual(self.named("Отчёт 2.pdf"), "Отчёт 2.pdf")

    def test_folders(self) -> None:
        for name in ("../../etc/passwd.pdf", "..\\\\..\\\\passwd.pdf", "/etc/passwd.pdf", "C:\\\\x\\\\passwd.pdf"):
            self.assertEqual(self.named(name), "passwd.pdf")

    def test_invisible_characters(self) -> None:
        for name in ("a\u202efdp.pdf", "a\u2066fdp\u2069.pdf", "a\u200bfdp.pdf", "a\x00fdp.pdf", "a\x1bfdp.pdf"):
            with self.subTest(name.encode("unicode_escape")):
                self.assertEqual(self.named(name), "afdp.pdf")

    def test_long_names(self) -> None:
        for name in ("x" * 900 + ".pdf", "я" * 450 + ".pdf"):
            cut = self.named(name)
            self.assertLessEqual(len(cut.encode()), 255)
            self.assertTrue(cut.endswith(".pdf"), cut)
        self.assertEqual(self.send(f'filename="{"x" * 4096}.pdf"'.encode()).status_code, 400)

    def test_one_name_for_what_looks_alike(self) -> None:
        self.assertEqual(self.named("й.pdf"), "й.pdf")

    def test_names_that_are_no_names(self) -> None:
        for name in ("", ".", "..", "/", "..pdf"):
            self.assertIn(self.send(f'filename="{name}"'.encode()).status_code, (400, 415), name)

    def test_bytes_that_are_no_text(self) -> None:
        response = self.send(b'filename="a\xff\xfe.pdf"')
        self.assertIn(response.status_code, (201, 400, 415))
        if response.status_code == 201:
            self.assertTrue(response.json()["name"].endswith(".pdf"))

    def test_names_with_markup(self) -> None:
        name = self.named("<img src=x onerror=alert(1)>.pdf")
        self.assertEqual(name, "<img src=x onerror=alert(1)>.pdf")
        self.assertNotIn("<", str(media_files()[0]))

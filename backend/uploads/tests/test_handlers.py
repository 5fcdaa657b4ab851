"""Uploads of a multipart body are spooled to the media's filesystem, whatever their size."""

from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.test import RequestFactory, TestCase


class HandlerTests(TestCase):
    def received(self) -> "UploadedFile[bytes]":
        request = RequestFactory().post("/", {"file": SimpleUploadedFile("tiny.txt", b"x")})
        upload = request.FILES["file"]
        assert not isinstance(upload, list)
        self.addCleanup(upload.close)
        return upload

    def test_it_works(self) -> None:
        upload = self.received()
        path = Path(upload.temporary_file_path())  # type: ignore[attr-defined]
        self.assertEqual(path.parent, Path(settings.INCOMING_ROOT))
        self.assertEqual((upload.name, upload.size, path.read_bytes()), ("tiny.txt", 1, b"x"))

    def test_the_folder_is_made_when_it_is_missing(self) -> None:
        Path(settings.INCOMING_ROOT).rmdir()
        self.assertEqual(self.received().size, 1)

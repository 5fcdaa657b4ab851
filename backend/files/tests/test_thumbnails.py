"""Small pictures of images, for the admin."""

import io
from typing import Any

from django.urls import reverse
from PIL import Image

from files.models import MediaFile
from files.tests.editors import EditorTestCase, an_editor
from files.tests.library import added, checked
from files.tests.samples import SAMPLES, mp4, png, png_that_claims
from storage import disk


class ThumbnailTests(EditorTestCase):
    def get(self, file: MediaFile, size: str = "small") -> Any:
        return self.client.get(reverse("admin:files_mediafile_thumbnail", args=[file.pk, size]))

    def test_it_works(self) -> None:
        answer = self.get(checked(png(400, 200), "wide.png"))
        picture = Image.open(io.BytesIO(answer.content))
        self.assertEqual((picture.format, picture.size), ("WEBP", (96, 48)))
        self.assertIn("immutable", answer["Cache-Control"])
        self.assertIn("private", answer["Cache-Control"])

    def test_every_format_that_is_shown(self) -> None:
        for suffix in ("jpg", "png", "gif", "webp"):
            answer = self.get(checked(SAMPLES[suffix](), f"x.{suffix}"), "large")
            self.assertEqual((answer.status_code, answer["Content-Type"]), (200, "image/webp"), suffix)

    def test_what_cannot_be_shown(self) -> None:
        for file in (added(png(), "pending.png"), checked(mp4(), "clip.mp4"), checked(SAMPLES["svg"](), "x.svg")):
            self.assertEqual(self.get(file).status_code, 404, file.name)
        self.assertEqual(self.get(checked(png(), "x.png"), "huge").status_code, 404)

    def test_an_image_that_claims_to_be_vast_is_not_unpacked(self) -> None:
        self.assertEqual(self.get(checked(png_that_claims(9_000, 9_000), "bomb.png")).status_code, 404)

    def test_an_image_that_is_broken(self) -> None:
        file = checked(png(40, 40), "x.png")
        assert file.blob is not None
        path = disk.media_path(file.blob.path)
        path.chmod(0o600)
        path.write_bytes(path.read_bytes()[:60])
        self.assertEqual(self.get(file).status_code, 404)

    def test_permissions(self) -> None:
        file = checked(png(), "x.png")
        self.client.force_login(an_editor("nobody"))
        self.assertEqual(self.get(file).status_code, 404)
        self.client.logout()
        self.assertEqual(self.get(file).status_code, 302)

"""Which files are taken, by name and by what they contain."""

import tempfile
from pathlib import Path

from django.test import SimpleTestCase

from core.media_types import TYPES, FileType
from files import types
from files.errors import TypeMismatch, TypeNotAllowed
from files.tests.samples import SAMPLES, mp3, mp4, ogg, png

# Types that share a container, so that one may carry the other's name.
_ALIKE = [
    {"mp4", "m4v", "mov", "m4a"},
    {"webm", "mkv"},
    {"ogv", "ogg", "oga", "opus"},
    {"jpg", "jpeg"},
    {"tif", "tiff"},
    {"doc", "xls", "ppt"},
    {"docx", "xlsx", "pptx", "odt", "ods", "odp", "epub", "zip"},
    {"svg", "txt", "md", "csv", "json", "xml", "html", "srt", "vtt", "rtf"},
]


class RecogniseTests(SimpleTestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "received"

    def recognise(self, name: str, body: bytes, **options: list[str]) -> FileType:
        self.path.write_bytes(body)
        return types.recognise(name, self.path, **options)

    def test_it_works(self) -> None:
        found = self.recognise("Picture.PNG", png())

        self.assertEqual((found.kind, found.mime), ("image", "image/png"))

    def test_every_type_is_recognised(self) -> None:
        self.assertEqual(set(SAMPLES), set(TYPES))
        for extension, sample in SAMPLES.items():
            with self.subTest(extension):
                self.assertEqual(self.recognise(f"file.{extension}", sample()), TYPES[extension])

    def test_no_type_goes_by_the_name_of_another(self) -> None:
        taken = []
        for extension, sample in SAMPLES.items():
            self.path.write_bytes(sample())
            for other in set(TYPES) - {extension}:
                if any({extension, other} <= alike for alike in _ALIKE):
                    continue
                try:
                    types.recognise(f"file.{other}", self.path)
                    taken.append(f"{extension} named {other}")
                except TypeMismatch:
                    continue
        self.assertEqual(taken, [])

    def test_extensions_that_are_not_taken(self) -> None:
        for name in ("a.exe", "a.php", "a.png.exe", "a", ".png", "a.", "a.png ", "a.js", "a.htaccess", "a.ＰＮＧ"):
            with self.subTest(name), self.assertRaises(TypeNotAllowed):
                self.recognise(name, png())

    def test_kinds(self) -> None:
        self.assertEqual(self.recognise("a.png", png(), kinds=["image", "video"]).kind, "image")
        with self.assertRaises(TypeNotAllowed) as refused:
            self.recognise("a.png", png(), kinds=["subtitles"])
        self.assertIn("srt, vtt", str(refused.exception.detail))

    def test_an_mp3_may_begin_with_a_tag(self) -> None:
        tag = b"ID3\4\0\0\0\0\0\x0a" + b"\0" * 10
        self.assertEqual(self.recognise("a.mp3", tag + mp3()).mime, "audio/mpeg")

    def test_brands_of_video(self) -> None:
        for brand in (b"isom", b"avc1", b"dash", b"MSNV", b"mp41", b"iso6", b"XAVC", b"3gp5"):
            self.assertEqual(self.recognise("a.mp4", mp4(brand)).mime, "video/mp4")
        for brand in (b"avif", b"heic", b"mif1"):
            with self.subTest(brand), self.assertRaises(TypeMismatch):
                self.recognise("a.mp4", mp4(brand))

    def test_quicktime_from_before_there_were_brands(self) -> None:
        self.assertEqual(self.recognise("a.mov", b"\0\0\0\x08wide" + mp4()[24:]).mime, "video/quicktime")
        with self.assertRaises(TypeMismatch):
            self.recognise("a.mov", b"\0\0\0\x08none" + mp4()[24:])

    def test_text_in_other_encodings(self) -> None:
        for body in ("\ufeffa".encode(), "привет".encode("utf-16"), b""):
            with self.subTest(body):
                self.assertEqual(self.recognise("a.txt", body).mime, "text/plain")
        for body in (b"a\0b", b"\xff\xfa", "привет".encode("cp1251"), ogg(b"\1vorbis")):
            with self.subTest(body), self.assertRaises(TypeMismatch):
                self.recognise("a.txt", body)

    def test_a_character_cut_at_the_end_of_what_is_looked_at(self) -> None:
        self.assertEqual(self.recognise("a.txt", b"a" + "я".encode() * types.HEAD).mime, "text/plain")

    def test_subtitles_begin_as_they_must(self) -> None:
        with self.assertRaises(TypeMismatch):
            self.recognise("a.vtt", b"1\n00:00:00,000 --> 00:00:01,000\nHello\n")

    def test_polyglots(self) -> None:
        """What looks like a picture and is a page, or the reverse, is refused or harmless under its name."""
        page = b"<!doctype html><script>alert(1)</script>"
        with self.assertRaises(TypeMismatch):
            self.recognise("a.png", page)
        with self.assertRaises(TypeMismatch):
            self.recognise("a.html", png() + page)
        with self.assertRaises(TypeMismatch):
            self.recognise("a.mp4", png())

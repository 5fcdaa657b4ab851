"""What is read of hostile files while their sender waits costs little time and memory, and bombs are refused."""

import struct
import tempfile
import time
import tracemalloc
import zlib
from pathlib import Path

from django.test import SimpleTestCase

from core.errors import Problem
from core.media_types import TYPES
from files import types
from files.errors import ImageTooLarge
from files.facts import read_facts
from files.tests.samples import SAMPLES, flac, mp4, ogg, png, png_that_claims, wav

MB = 1_000_000


def many(name: str) -> bytes:
    """8 MB of parts without end for the parser of one type, or a file that is read whole at once."""
    size = 8 * MB
    header = wav()[:12]
    made: dict[str, bytes] = {
        "sync.mp3": b"\xff\xfb\x90\x00" + b"\xff" * size,
        "atoms.mp4": mp4()[:24] + b"\0\0\0\x08free" * (size // 8),
        "endless.mp4": mp4()[:24] + b"\0\0\0\0moov" * 1000,
        "blocks.flac": flac()[:4] + b"\0\0\0\x22" + flac()[8:42] + b"\1\0\0\0" * (size // 4),
        "pages.ogg": ogg(b"\1vorbis" + b"\0" * 23) + (b"OggS\0\0" + b"\0" * 21) * (size // 27),
        "chunks.wav": header + b"junk\0\0\0\0" * (size // 8),
        "comments.jpg": b"\xff\xd8" + b"\xff\xfe\0\2" * (size // 4),
        "chunks.png": png()[:33] + (b"\0\0\0\0tEXt" + struct.pack(">I", zlib.crc32(b"tEXt"))) * (size // 12),
        "loop.tif": b"II*\0\x08\0\0\0\1\0" + struct.pack("<HHIII", 256, 3, 1, 1, 8),
        "frames.gif": b"GIF89a\1\0\1\0\x80\0\0" + b"\0" * 6 + b",\0\0\0\0\1\0\1\0\0\2\2D\1\0" * (size // 15),
        "whole.avif": SAMPLES["avif"]()[:4] + SAMPLES["avif"]()[4:] + bytes(5 * size),
        "whole.webp": SAMPLES["webp"]() + bytes(5 * size),
    }
    return made[name]


class FactsTests(SimpleTestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "received"

    def read(self, name: str) -> None:
        found = TYPES[name.rpartition(".")[2]]
        try:
            types.recognise(name, self.path)
            read_facts(self.path, found.kind, found.mime)
        except Problem:
            pass

    def test_it_works(self) -> None:
        """Ten million empty parts in a file take neither time nor memory."""
        names = ("sync.mp3", "atoms.mp4", "endless.mp4", "blocks.flac", "pages.ogg", "chunks.wav")
        for name in (*names, "comments.jpg", "chunks.png", "loop.tif", "frames.gif"):
            self.path.write_bytes(many(name))
            start = time.process_time()
            self.read(name)
            with self.subTest(name):
                self.assertLess(time.process_time() - start, 1.5)

    def test_memory(self) -> None:
        for name in ("comments.jpg", "whole.avif", "whole.webp"):
            self.path.write_bytes(many(name))
            tracemalloc.start()
            try:
                self.read(name)
                _now, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
            with self.subTest(name):
                self.assertLess(peak, 32 * MB)

    def test_a_header_that_does_not_end_is_a_bomb(self) -> None:
        for name in ("comments.jpg", "chunks.png"):
            self.path.write_bytes(many(name))
            with self.subTest(name), self.assertRaises(ImageTooLarge):
                read_facts(self.path, "image", TYPES[name.rpartition(".")[2]].mime)

    def test_bombs_of_every_format(self) -> None:
        """What a header claims is believed, and refused, whatever stands behind it."""
        vast = struct.pack("<HH", 65_535, 65_535)
        bombs = {
            "image/png": png_that_claims(40_000, 40_000),
            "image/gif": b"GIF89a" + vast + b"\x80\0\0" + b"\0" * 6 + b"," + b"\0" * 4 + vast + b"\0\2\2D\1\0;",
            "image/bmp": b"BM" + b"\0" * 12 + struct.pack("<IiiHHIIiiII", 40, 40_000, 40_000, 1, 1, 0, 0, 0, 0, 0, 0),
            "image/webp": b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\xff\xff\0" * 2 + b"ALPH\0\0\0\0",
            "image/tiff": _tiff(40_000, 40_000),
        }
        for mime, body in bombs.items():
            self.path.write_bytes(body)
            with self.subTest(mime), self.assertRaises(ImageTooLarge):
                read_facts(self.path, "image", mime)


def _tiff(width: int, height: int) -> bytes:
    tags = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8), (277, 3, 1)]
    tags += [(278, 4, height), (279, 4, 8)]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + entries + b"\0" * 12

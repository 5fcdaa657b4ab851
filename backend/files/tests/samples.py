"""The smallest real files of every type that the library takes, made by hand."""

import io
import struct
import wave
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image


def png(width: int = 2, height: int = 3) -> bytes:
    return _image("PNG", width, height)


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG whose header tells of these dimensions, with next to no pixels behind it."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = b"IDAT" + zlib.compress(b"\0" * 1000)
    chunks = [
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in (header, pixels, b"IEND")
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _image(format_: str, width: int = 2, height: int = 3) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(buffer, format_)
    return buffer.getvalue()


def wav(seconds: float = 0.5) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0" * int(8000 * seconds))
    return buffer.getvalue()


def mp3(frames: int = 40) -> bytes:
    """MPEG-1 layer III, 128 kbit/s, 44.1 kHz: frames of 417 bytes."""
    return (b"\xff\xfb\x90\x00" + b"\0" * 413) * frames


def _box(name: bytes, *contents: bytes) -> bytes:
    body = b"".join(contents)
    return struct.pack(">I", len(body) + 8) + name + body


def mp4(brand: bytes = b"isom", seconds: int = 2) -> bytes:
    """`ftyp`, a movie header that tells the duration, and no tracks (ISO 14496-12)."""
    movie = struct.pack(">IIIII", 0, 0, 0, 1000, seconds * 1000) + b"\0" * 80
    return _box(b"ftyp", brand, b"\0\0\2\0", brand, b"mp42") + _box(b"moov", _box(b"mvhd", movie)) + _box(b"mdat")


def _ebml(identifier: bytes, body: bytes) -> bytes:
    return identifier + bytes([0x80 | len(body)]) + body


def matroska(document_type: bytes) -> bytes:
    header = _ebml(b"\x42\x86", b"\1") + _ebml(b"\x42\x82", document_type) + _ebml(b"\x42\x87", b"\4")
    return _ebml(b"\x1a\x45\xdf\xa3", header) + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + b"\0" * 64


def ogg(packet: bytes) -> bytes:
    """One page, the first of its stream, with one packet (RFC 3533)."""
    return b"OggS\0\2" + b"\0" * 8 + b"\1\0\0\0" + b"\0" * 8 + bytes([1, len(packet)]) + packet


def flac() -> bytes:
    return b"fLaC\x80\0\0\x22" + b"\x10\0\x10\0" + b"\0" * 6 + b"\x0a\xc4\x42\xf0" + b"\0" * 20


def aac() -> bytes:
    """Five ADTS frames of AAC-LC, 44.1 kHz, stereo, 64 bytes each."""
    return (b"\xff\xf1\x50\x80\x08\x1f\xfc" + b"\0" * 57) * 5


def avi() -> bytes:
    header = b"LIST" + struct.pack("<I", 4) + b"hdrl"
    return b"RIFF" + struct.pack("<I", len(header) + 4) + b"AVI " + header


def pdf() -> bytes:
    return b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def archive(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, body in members:
            file.writestr(name, body)
    return buffer.getvalue()


def office(folder: str) -> bytes:
    return archive(("[Content_Types].xml", b"<Types/>"), ("_rels/.rels", b"<Relationships/>"), (f"{folder}/x.xml", b""))


def packaged(mime: bytes) -> bytes:
    return archive(("mimetype", mime), ("META-INF/manifest.xml", b""))


def ole() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


_OASIS = b"application/vnd.oasis.opendocument."
SAMPLES: dict[str, Callable[[], bytes]] = {
    "mp4": mp4,
    "m4v": lambda: mp4(b"M4V "),
    "mov": lambda: mp4(b"qt  "),
    "webm": lambda: matroska(b"webm"),
    "mkv": lambda: matroska(b"matroska"),
    "ogv": lambda: ogg(b"\x80theora\3\2\1" + b"\0" * 32),
    "avi": avi,
    "mp3": mp3,
    "m4a": lambda: mp4(b"M4A "),
    "ogg": lambda: ogg(b"\1vorbis" + b"\0" * 23),
    "oga": lambda: ogg(b"\x7fFLAC\1\0\0\1fLaC" + b"\0" * 38),
    "opus": lambda: ogg(b"OpusHead\1\1" + b"\0" * 9),
    "wav": wav,
    "flac": flac,
    "aac": aac,
    "jpg": lambda: _image("JPEG"),
    "jpeg": lambda: _image("JPEG"),
    "png": png,
    "gif": lambda: _image("GIF"),
    "webp": lambda: _image("WEBP"),
    "avif": lambda: _image("AVIF", 16, 16),
    "bmp": lambda: _image("BMP"),
    "tif": lambda: _image("TIFF"),
    "tiff": lambda: _image("TIFF"),
    "svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "pdf": pdf,
    "doc": ole,
    "xls": ole,
    "ppt": ole,
    "docx": lambda: office("word"),
    "xlsx": lambda: office("xl"),
    "pptx": lambda: office("ppt"),
    "odt": lambda: packaged(_OASIS + b"text"),
    "ods": lambda: packaged(_OASIS + b"spreadsheet"),
    "odp": lambda: packaged(_OASIS + b"presentation"),
    "epub": lambda: packaged(b"application/epub+zip"),
    "zip": lambda: archive(("a.txt", b"a")),
    "rtf": lambda: rb"{\rtf1\ansi Hello}",
    "txt": "Привет\n".encode,
    "md": lambda: b"# Title\n",
    "csv": lambda: b"a,b\n1,2\n",
    "json": lambda: b'{"a": 1}',
    "xml": lambda: b"<?xml version='1.0'?><a/>",
    "html": lambda: b"<!doctype html><title>x</title>",
    "vtt": lambda: b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n",
    "srt": lambda: b"1\n00:00:00,000 --> 00:00:01,000\nHello\n",
}

# Two published blocks with one md5 (Stevens, 2012: a single-block collision); any common suffix keeps the collision.
COLLIDING = [
    bytes.fromhex(
        f"4dc968ff0ee35c209572d4777b721587d36fa7b21bdc56b74a3dc0783e7b9518afbfa20{a}a8284bf36e8e4b55b35f42759"
        f"3d849676da0d1{b}55d8360fb5f07fea2"
    )
    for a, b in [("0", "5"), ("2", "d")]
]

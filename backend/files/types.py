"""Which files are taken: one table by extension, checked against what the bytes say.

The client's Content-Type is never asked. A name whose extension is not in the table is refused, and so are bytes whose
signature belongs to another type; text formats, which have no signature, must be text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import puremagic
from core.names import extension
from django.utils.translation import gettext as _

from files.errors import TypeMismatch, TypeNotAllowed

HEAD = 64 * 1024


@dataclass(frozen=True)
class FileType:
    """A taken type. `signatures` are the extensions that the signature table may answer; none means text."""

    extension: str
    kind: str
    mime: str
    signatures: frozenset[str]


def _type(extension: str, kind: str, mime: str, *signatures: str) -> tuple[str, FileType]:
    return extension, FileType(extension, kind, mime, frozenset(signatures))


_MP4 = ("mp4", "m4v", "m4a", "mov", "3gp", "f4v", "m4b")
_OGG = ("ogg", "oga", "ogv", "opus", "ogx")
_MATROSKA = ("webm", "mkv", "mka", "mks")
_ZIP = ("zip", "docx", "xlsx", "pptx", "odt", "ods", "odp", "epub", "jar")
_OLE = ("doc", "xls", "ppt", "msi", "msg")
_TEXT: tuple[str, ...] = ()

TYPES: dict[str, FileType] = dict(
    [
        _type("mp4", "video", "video/mp4", *_MP4),
        _type("m4v", "video", "video/mp4", *_MP4),
        _type("mov", "video", "video/quicktime", *_MP4),
        _type("webm", "video", "video/webm", *_MATROSKA),
        _type("mkv", "video", "video/x-matroska", *_MATROSKA),
        _type("ogv", "video", "video/ogg", *_OGG),
        _type("avi", "video", "video/x-msvideo", "avi"),
        _type("mp3", "audio", "audio/mpeg", "mp3"),
        _type("m4a", "audio", "audio/mp4", *_MP4),
        _type("ogg", "audio", "audio/ogg", *_OGG),
        _type("oga", "audio", "audio/ogg", *_OGG),
        _type("opus", "audio", "audio/ogg", *_OGG),
        _type("wav", "audio", "audio/wav", "wav"),
        _type("flac", "audio", "audio/flac", "flac"),
        _type("aac", "audio", "audio/aac", "aac"),
        _type("jpg", "image", "image/jpeg", "jpg", "jpeg", "jfif"),
        _type("jpeg", "image", "image/jpeg", "jpg", "jpeg", "jfif"),
        _type("png", "image", "image/png", "png", "apng"),
        _type("gif", "image", "image/gif", "gif"),
        _type("webp", "image", "image/webp", "webp"),
        _type("avif", "image", "image/avif", "avif", "avifs"),
        _type("bmp", "image", "image/bmp", "bmp"),
        _type("tif", "image", "image/tiff", "tif", "tiff"),
        _type("tiff", "image", "image/tiff", "tif", "tiff"),
        _type("svg", "image", "image/svg+xml", *_TEXT),
        _type("pdf", "document", "application/pdf", "pdf"),
        _type("doc", "document", "application/msword", *_OLE),
        _type("xls", "document", "application/vnd.ms-excel", *_OLE),
        _type("ppt", "document", "application/vnd.ms-powerpoint", *_OLE),
        _type("docx", "document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", *_ZIP),
        _type("xlsx", "document", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", *_ZIP),
        _type("pptx", "document", "application/vnd.openxmlformats-officedocument.presentationml.presentation", *_ZIP),
        _type("odt", "document", "application/vnd.oasis.opendocument.text", *_ZIP),
        _type("ods", "document", "application/vnd.oasis.opendocument.spreadsheet", *_ZIP),
        _type("odp", "document", "application/vnd.oasis.opendocument.presentation", *_ZIP),
        _type("epub", "document", "application/epub+zip", *_ZIP),
        _type("zip", "document", "application/zip", *_ZIP),
        _type("rtf", "document", "application/rtf", "rtf"),
        _type("txt", "document", "text/plain", *_TEXT),
        _type("md", "document", "text/markdown", *_TEXT),
        _type("csv", "document", "text/csv", *_TEXT),
        _type("json", "document", "application/json", *_TEXT),
        _type("xml", "document", "application/xml", *_TEXT),
        _type("html", "document", "text/html", *_TEXT),
        _type("vtt", "subtitles", "text/vtt", *_TEXT),
        _type("srt", "subtitles", "application/x-subrip", *_TEXT),
    ]
)

# What a browser may show in place; everything else is sent as an attachment, active formats (SVG, HTML, XML) above all.
INLINE = frozenset(
    {
        *(entry.mime for entry in TYPES.values() if entry.kind in {"video", "audio"}),
        *("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/bmp"),
        *("application/pdf", "text/plain", "text/vtt"),
    }
)


def recognise(name: str, path: Path, *, kinds: Sequence[str] = ()) -> FileType:
    """The type of a received file by its name and its first bytes.

    `kinds` narrows what is taken (`video`, `image`, …). Raises TypeNotAllowed or TypeMismatch (415).
    """
    suffix = extension(name)
    found = TYPES.get(suffix)
    if found is None:
        raise TypeNotAllowed(_("Files named “.%(extension)s” are not taken.") % {"extension": suffix})
    if kinds and found.kind not in kinds:
        allowed = ", ".join(sorted(entry.extension for entry in TYPES.values() if entry.kind in kinds))
        raise TypeNotAllowed(_("Only these types are taken here: %(allowed)s.") % {"allowed": allowed})
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not _fits(found, head, path):
        raise TypeMismatch(_("The contents are not those of a .%(extension)s file.") % {"extension": suffix})
    return found


def _fits(wanted: FileType, head: bytes, path: Path) -> bool:
    if not wanted.signatures:
        return _is_text(head) and (wanted.extension != "vtt" or head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"))
    if wanted.extension == "mp3" and _is_mpeg_audio(head):
        return True
    return not wanted.signatures.isdisjoint(_signatures(head, path))


def _signatures(head: bytes, path: Path) -> set[str]:
    """Extensions whose signature the bytes carry."""
    try:
        matches = puremagic.magic_file(str(path))
    except (puremagic.PureError, ValueError, EOFError):
        return set()
    return {match.extension.lstrip(".").lower() for match in matches}


def _is_mpeg_audio(head: bytes) -> bool:
    """An ID3 tag, or an MPEG audio frame header (ISO 11172-3 2.4.1.3): eleven set bits, layer and rate not reserved."""
    if head.startswith(b"ID3"):
        return True
    return len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 in {0xE2, 0xE4, 0xE6} and head[2] & 0xF0 != 0xF0


def _is_text(head: bytes) -> bool:
    """UTF-8 (a character may be cut at the end) or UTF-16 with its mark, without NUL."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\0" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3 and len(head) == HEAD
    return True

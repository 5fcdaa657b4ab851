"""The one table of file types: which extension is what, and which may be shown in a browser.

`files.types` takes uploads by it, `storage.serving` sends bytes by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.names import extension


@dataclass(frozen=True)
class FileType:
    """A taken type. `signatures` are the extensions that the signature table may answer; none means text."""

    extension: str
    kind: str
    mime: str
    signatures: frozenset[str]


def _type(suffix: str, kind: str, mime: str, *signatures: str) -> tuple[str, FileType]:
    return suffix, FileType(suffix, kind, mime, frozenset(signatures))


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
# Formats in which a browser runs nothing, so they need no sandbox; PDF viewers do not start inside one.
_PASSIVE = INLINE - {"text/plain", "text/vtt"}
UNKNOWN = "application/octet-stream"


def mime_of(name: str) -> str:
    """The media type of a file by its name."""
    found = TYPES.get(extension(name))
    return found.mime if found else UNKNOWN


def accept_attribute(kinds: Sequence[str] = ()) -> str:
    """What a file input of HTML accepts for these kinds (none: any): extensions, for browsers know few media types."""
    return ",".join(f".{entry.extension}" for entry in TYPES.values() if not kinds or entry.kind in kinds)


def is_inline(mime: str) -> bool:
    """Whether a browser may show the type in place."""
    return mime in INLINE


def is_passive(mime: str) -> bool:
    """Whether a document of the type cannot run scripts in the site's name."""
    return mime in _PASSIVE

"""Which files are taken: the table by extension in `core.media_types`, checked against what the bytes say.

The client's Content-Type is never asked. A name whose extension is not in the table is refused, and so are bytes whose
signature belongs to another type; text formats, which have no signature, must be text.
"""

from collections.abc import Sequence
from pathlib import Path

import puremagic
from django.utils.translation import gettext as _

from core.media_types import TYPES, FileType
from core.names import extension
from files.errors import TypeMismatch, TypeNotAllowed

HEAD = 64 * 1024


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


# The RIFF container holds many formats; bytes 8 to 12 say which (RFC 2361). RF64 is its form for more than 4 GiB.
_RIFF_FORMS = {"avi": b"AVI ", "wav": b"WAVE", "webp": b"WEBP"}

# ISO media files begin with a box `ftyp` that names a brand (ISO 14496-12, 4.3); there are too many brands to list, and
# these are pictures. QuickTime files from before that begin with one of the other boxes.
_ISO_MEDIA = {"mp4", "m4v", "m4a", "mov"}
_ISO_PICTURES = {b"avif", b"avis", b"heic", b"heix", b"hevc", b"hevx", b"mif1", b"msf1", b"jpeg", b"jpgs"}
_OLD_QUICKTIME = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}


def _fits(wanted: FileType, head: bytes, path: Path) -> bool:
    if not wanted.signatures:
        return _is_text(head) and (
            wanted.extension != "vtt" or head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT")
        )
    if wanted.extension in _RIFF_FORMS:
        return head.startswith((b"RIFF", b"RF64")) and head[8:12] == _RIFF_FORMS[wanted.extension]
    if wanted.extension in _ISO_MEDIA and head[4:8] == b"ftyp":
        return head[8:12] not in _ISO_PICTURES
    if wanted.extension == "mov" and head[4:8] in _OLD_QUICKTIME:
        return True
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

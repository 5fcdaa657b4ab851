"""What a media file says of itself: pixels and seconds. Reading is bounded; a bomb is refused by its header."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError
from tinytag import TinyTag, TinyTagException

from core.bounded import BoundedReader, ReadTooOften
from files.errors import ImageTooLarge
from files.models import MediaFile

# SVG has no pixels, and a bare stream of AAC frames (ADTS) tells no duration.
_UNMEASURED = {"image/svg+xml", "audio/aac"}
_FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/avif": "AVIF",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
}
# Headers are far smaller; but of WebP and AVIF the whole file is read into memory.
_MOST_BYTES = 32_000_000
# Pillow's own limit would warn of images that are allowed here; ours is checked below and is the stricter one.
Image.MAX_IMAGE_PIXELS = settings.MAX_IMAGE_PIXELS


@dataclass(frozen=True)
class Facts:
    """Width and height in pixels, duration in seconds; None where unknown."""

    width: int | None = None
    height: int | None = None
    duration: float | None = None


def read_facts(path: Path, kind: str, mime: str) -> Facts:
    """The facts of a file; raises ImageTooLarge for an image above MAX_IMAGE_PIXELS."""
    if mime in _UNMEASURED:
        return Facts()
    if kind == MediaFile.Kind.IMAGE:
        return _image(path, mime)
    if kind in {MediaFile.Kind.VIDEO, MediaFile.Kind.AUDIO}:
        return _sound(path)
    return Facts()


def _image(path: Path, mime: str) -> Facts:
    """Only the header is read: pixels are never unpacked here."""
    try:
        with (
            BoundedReader(path, most_bytes=_MOST_BYTES) as file,
            Image.open(file, formats=[_FORMATS[mime]]) as image,
        ):
            width, height = image.size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, ReadTooOften) as error:
        # A header of a hundred thousand parts is made to hide what it says, or to keep its reader busy.
        raise ImageTooLarge from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, RuntimeError, KeyError):
        # Whether a picture can be shown is for its viewer to say: it is stored like any other file.
        return Facts()
    if width * height > settings.MAX_IMAGE_PIXELS:
        pixels = {"width": width, "height": height}
        raise ImageTooLarge(_("The image has %(width)d × %(height)d pixels, more than is taken.") % pixels)
    return Facts(width=width, height=height)


def _sound(path: Path) -> Facts:
    try:
        with BoundedReader(path, most_bytes=_MOST_BYTES) as file:
            tag = TinyTag.get(file_obj=file, tags=False)
    except (TinyTagException, OSError, ValueError, KeyError, IndexError, ArithmeticError, TypeError):
        # The duration is a courtesy: a header its reader does not understand is no reason to refuse the file.
        return Facts()
    return Facts(duration=round(tag.duration, 3) if tag.duration else None)

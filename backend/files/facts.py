"""What a media file says of itself: pixels and seconds. Reading is bounded; a bomb is refused by its header."""

import warnings
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError
from tinytag import TinyTag, TinyTagException

from files.errors import ImageTooLarge
from files.models import MediaFile

_UNMEASURED = {"image/svg+xml"}


@dataclass(frozen=True)
class Facts:
    """Width and height in pixels, duration in seconds; None where unknown."""

    width: int | None = None
    height: int | None = None
    duration: float | None = None


def read_facts(path: Path, kind: str, mime: str) -> Facts:
    """The facts of a file; raises ImageTooLarge for an image above MAX_IMAGE_PIXELS."""
    if kind == MediaFile.Kind.IMAGE and mime not in _UNMEASURED:
        return _image(path)
    if kind in {MediaFile.Kind.VIDEO, MediaFile.Kind.AUDIO}:
        return _sound(path)
    return Facts()


def _image(path: Path) -> Facts:
    """Only the header is read: pixels are never unpacked here."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                width, height = image.size
    except Image.DecompressionBombError as error:
        raise ImageTooLarge from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return Facts()
    if width * height > settings.MAX_IMAGE_PIXELS:
        pixels = {"width": width, "height": height}
        raise ImageTooLarge(_("The image has %(width)d × %(height)d pixels, more than is taken.") % pixels)
    return Facts(width=width, height=height)


def _sound(path: Path) -> Facts:
    try:
        tag = TinyTag.get(path, tags=False)
    except (TinyTagException, OSError, ValueError, KeyError, IndexError, ArithmeticError, TypeError):
        # The duration is a courtesy: a header its reader does not understand is no reason to refuse the file.
        return Facts()
    return Facts(duration=round(tag.duration, 3) if tag.duration else None)

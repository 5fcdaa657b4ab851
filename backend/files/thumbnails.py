"""Small pictures of images, made when the admin asks for them and kept by the browser.

Images come from people: only a few formats are decoded, only up to a size in pixels, and only a few at a time.
"""

import io
import threading
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageOps, UnidentifiedImageError

from core.bounded import BoundedReader
from core.errors import NotFound

SIZES: Mapping[str, int] = {"small": 96, "large": 480}

_FORMATS: Mapping[str, str] = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
# Decoding takes up to four bytes a pixel, so this many pixels, this many times at once, is 200 MB.
_MOST_PIXELS = 25_000_000
_MOST_BYTES = 100_000_000
_decoding = threading.BoundedSemaphore(2)


def can_be_shown_small(mime: str) -> bool:
    return mime in _FORMATS


def make_thumbnail(path: Path, mime: str, edge: int) -> bytes:
    """A WebP whose longer edge has at most `edge` pixels; NotFound when the image cannot be made smaller."""
    most = min(_MOST_PIXELS, settings.MAX_IMAGE_PIXELS)
    try:
        with (
            _decoding,
            BoundedReader(path, most_bytes=_MOST_BYTES) as file,
            Image.open(file, formats=[_FORMATS[mime]]) as image,
        ):
            # A JPEG is decoded at a fraction of its size when that is enough, so its whole size matters less.
            image.draft("RGB", (edge, edge))
            if image.size[0] * image.size[1] > most:
                raise NotFound
            image.thumbnail((edge, edge))
            upright = ImageOps.exif_transpose(image)
            small = upright.convert("RGBA" if "A" in upright.getbands() or upright.mode == "P" else "RGB")
    except (KeyError, UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise NotFound from error
    written = io.BytesIO()
    small.save(written, "WEBP", quality=80)
    return written.getvalue()
